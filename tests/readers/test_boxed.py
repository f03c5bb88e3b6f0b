"""A zip of recordings says what is inside, and one of them is read as if it lay there."""

import io
import json
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import pytest
from tests.readers import made
from tests.readers.edf_bytes import EdfFile

from myognosis.cli import main
from myognosis.faults import RecordingError
from myognosis.readers import audit_recording, read_recording
from myognosis.readers.boxed import boxed

EDF = EdfFile(per_record=100, n_records=3).to_bytes()
WAV = made.wav_bytes(np.arange(40).astype("<i2"))
HEA = b"a 1 100 50\na.dat 16 200/mV 12 0 0 0 0 EMG\n"
LOG = made.log_text().encode()


def put(folder: Path, files: dict[str, bytes], name: str = "study.zip") -> Path:
    path = folder / name
    path.write_bytes(made.zip_bytes(files))
    return path


def test_the_only_recording_of_a_zip_is_the_zip(tmp_path: Path):
    box = put(
        tmp_path, {"study/arm.edf": EDF, "study/readme.txt": b"hello", "notes.csv": b"a,b\n", "__MACOSX/study/._arm.edf": EDF}
    )
    (tmp_path / "arm.edf").write_bytes(EDF)
    alone = read_recording(tmp_path / "arm.edf")
    for path in (box, box / "study" / "arm.edf"):
        inside = read_recording(path, start_s=1, stop_s=2)
        assert np.array_equal(inside.channels[0].samples, alone.channels[0].samples[100:200])
        assert audit_recording(path).channels == audit_recording(tmp_path / "arm.edf").channels
        assert inside.issues == alone.issues


def test_of_several_one_must_be_named(tmp_path: Path):
    box = put(tmp_path, {"a/a.hea": HEA, "a/a.dat": bytes(100), "b.edf": EDF, "c.wav": WAV})
    assert [(one.name, one.format) for one in boxed(box)] == [("a/a.hea", "wfdb"), ("b.edf", "edf"), ("c.wav", "wav")]
    with pytest.raises(RecordingError, match=r"a/a.hea \(wfdb\); b.edf \(edf\); c.wav \(wav\).*study.zip/a/a.hea") as caught:
        read_recording(box)
    assert caught.value.issues[0].code == "recording.zip.which"
    assert len(read_recording(box / "a" / "a.hea").channels[0].samples) == 50  # with the samples that lie beside it
    with pytest.raises(RecordingError, match=r"no recording 'd\.edf'"):
        read_recording(box / "d.edf")
    with pytest.raises(RecordingError, match=r"no recording 'a/b\.edf'"):
        read_recording(box / "a" / "b.edf")


def test_a_described_table_is_a_recording_and_a_log_is_none(tmp_path: Path):
    layout = json.dumps({"rate_hz": 100, "channels": [{"column": 1, "name": "EMG", "unit": "uV"}]}).encode()
    box = put(tmp_path, {"emg.csv": b"1\n2\n3\n", "emg.layout.json": layout})
    assert read_recording(box).channels[0].samples.tolist() == [1, 2, 3]
    assert boxed(put(tmp_path, {"a.csv": LOG}, "log.zip")) == ()
    assert read_recording(tmp_path / "log.zip").format == "sensor_log"
    assert read_recording(tmp_path / "log.zip" / "a.csv").format == "sensor_log"


def test_nothing_stays_and_nothing_is_written_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    box = put(tmp_path, {"../../out.edf": EDF, "/abs.dat": b"x"})
    read_recording(box)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["study.zip", "temporary"]


def test_a_bomb_in_a_box_is_refused(tmp_path: Path):
    head = EdfFile(per_record=100, n_records=100_000).header()
    with pytest.raises(RecordingError) as caught:
        read_recording(put(tmp_path, {"a.edf": head + bytes(20_000_000)}))
    assert caught.value.issues[0].code == "recording.bomb"


def test_a_damaged_recording_in_a_box_is_refused(tmp_path: Path):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("a.edf", EDF)
    broken = bytearray(out.getvalue())
    broken[1500] ^= 1
    (tmp_path / "a.zip").write_bytes(broken)
    with pytest.raises(RecordingError, match="archive cannot be read"):
        read_recording(tmp_path / "a.zip")


def test_read_tells_what_a_zip_holds_and_how_to_open_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    box = put(tmp_path, {"a.edf": EDF, "b.wav": WAV, "c.edf": EDF[:300]})
    assert main(["read", str(box)], standalone_mode=False) is None
    said = capsys.readouterr().out
    assert "3 recordings" in said
    assert "a.edf" in said
    assert "100 Hz" in said
    assert f"myognosis read '{box}/a.edf'" in said
    main(["read", str(box), "--json"], standalone_mode=False)
    rows = json.loads(capsys.readouterr().out)["recordings"]
    assert [row.get("channels") for row in rows] == [2, 0, None]
    assert all(row["issues"] for row in rows[1:])


def test_tests_with_stimuli_in_a_zip_are_told_as_well(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    scans = {name: (made.DATA / name).read_bytes() for name in ("FESB70821A.MEM", "MSCC00128A_OM2.MEM")}
    box = put(tmp_path, scans)
    main(["read", str(box), "-l", "en"], standalone_mode=False)
    assert capsys.readouterr().out.count("qtrac") == 2
    for path in (box / "MSCC00128A_OM2.MEM", put(tmp_path, {"a.MEM": scans["MSCC00128A_OM2.MEM"]}, "one.zip")):
        main(["read", str(path), "-l", "en"], standalone_mode=False)
        assert "a CMAP scan" in capsys.readouterr().out

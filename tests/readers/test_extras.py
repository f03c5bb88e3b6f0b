"""Formats through optional parts: pyxdf and neo. Their own faults never come through, nor do guesses."""

import sys
from pathlib import Path

import numpy as np
import pytest
from tests.readers.made import brain_vision, xdf_bytes

from myognosis.faults import MissingExtra, RecordingError
from myognosis.language import say
from myognosis.readers import read_recording

TIMES = 100.0 + np.arange(1000) / 500
SAMPLES = np.random.default_rng(7).normal(0, 30, (1000, 2)).astype(np.float32)


def put(folder: Path, content: bytes) -> Path:
    path = folder / "a.xdf"
    path.write_bytes(content)
    return path


def test_a_stream_is_read_with_its_units_and_the_markers_are_marks(tmp_path: Path):
    pytest.importorskip("pyxdf")
    path = put(tmp_path, xdf_bytes(SAMPLES, TIMES, marks=((100.5, "needle in"), (101.0, "rest"))))
    recording = read_recording(path)
    assert [(c.name, c.kind, c.unit) for c in recording.channels] == [("M1", "emg", "uV"), ("M2", "emg", "uV")]
    assert recording.channels[0].rate_hz == pytest.approx(500, rel=1e-6)
    assert np.allclose(recording.channels[1].samples, SAMPLES[:, 1], atol=1e-3)
    assert [(mark.start_s, mark.text) for mark in recording.annotations] == [
        (pytest.approx(0.5, abs=1e-3), "needle in"), (pytest.approx(1.0, abs=1e-3), "rest"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "content", [b"XDF:", b"XDF:junk" * 9, xdf_bytes(SAMPLES, TIMES)[:5000], xdf_bytes(SAMPLES, TIMES, unit="")]
)
def test_a_stream_that_is_damaged_or_has_no_unit_is_refused_or_named(tmp_path: Path, content: bytes):
    pytest.importorskip("pyxdf")
    with pytest.raises(RecordingError):
        read_recording(put(tmp_path, content))


def test_a_recording_that_was_cut_off_keeps_its_whole_chunks(tmp_path: Path):
    pytest.importorskip("pyxdf")
    whole = xdf_bytes(SAMPLES, TIMES, marks=((100.5, "needle in"),))
    recording = read_recording(put(tmp_path, whole[:-3]))
    assert "recording.truncated" in {issue.code for issue in recording.issues}
    assert len(recording.channels[0].samples) == 1000


def test_a_chunk_that_promises_more_than_it_holds_is_refused_at_once(tmp_path: Path):
    pytest.importorskip("pyxdf")
    whole = xdf_bytes(SAMPLES, TIMES)
    at = whole.index(b"\4" + (1000).to_bytes(4, "little"))
    with pytest.raises(RecordingError, match="as many samples"):
        read_recording(put(tmp_path, whole[: at + 1] + b"\xff\xff\xff\x7f" + whole[at + 5 :]))


def test_a_laboratory_file_is_read_with_gains_and_marks(tmp_path: Path):
    pytest.importorskip("neo")
    recording = read_recording(brain_vision(tmp_path))
    counts = np.fromfile(tmp_path / "b.eeg", "<i2").reshape(-1, 2)
    first = recording.channels[0]
    assert (first.name, first.kind, first.unit, first.rate_hz) == ("EMG TA", "emg", "uV", 1000.0)
    assert np.allclose(recording.channels[0].samples, counts[:, 0] * 0.5, atol=1e-3)
    assert np.allclose(recording.channels[1].samples, counts[:, 1] * 0.1, atol=1e-3)
    assert [mark.start_s for mark in recording.annotations][-1] == pytest.approx(0.5, abs=2e-3)  # neo counts marks from 1
    part = read_recording(tmp_path / "b.vhdr", start_s=0.25, stop_s=0.75)
    assert np.array_equal(part.channels[0].samples, recording.channels[0].samples[250:750])


@pytest.mark.parametrize(
    "change", [{"µV": ""}, {"INT_16": "INT_99"}, {"=b.eeg": "=absent.eeg"}, {"=b.eeg": "=../b.eeg"}, {"=2": "=0"}, {"1000": "0"}]
)
def test_a_laboratory_file_that_contradicts_itself_is_refused(tmp_path: Path, change: dict[str, str]):
    pytest.importorskip("neo")
    with pytest.raises(RecordingError):
        read_recording(brain_vision(tmp_path, **change))


@pytest.mark.parametrize(("module", "name"), [("pyxdf", "a.xdf"), ("neo", "b.vhdr")])
def test_without_the_optional_part_its_name_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str, name: str):
    monkeypatch.setitem(sys.modules, module, None)
    put(tmp_path, xdf_bytes(SAMPLES, TIMES))
    brain_vision(tmp_path)
    with pytest.raises(MissingExtra, match="formats"):
        read_recording(tmp_path / name)


@pytest.mark.parametrize(
    "field", ["SamplingInterval=1000", "DataOrientation=MULTIPLEXED", "BinaryFormat=INT_16", "NumberOfChannels=2"]
)
def test_a_faulty_field_of_brainvision_is_named_in_our_words(tmp_path: Path, field: str):
    """Not in the English of the library that would have read it."""
    pytest.importorskip("neo")
    with pytest.raises(RecordingError) as caught:
        read_recording(brain_vision(tmp_path, **{field: f"{field.partition('=')[0]}=odd"}))
    said = say(caught.value.issues[0].what, "uk")
    assert said == f"Поля {field.partition('=')[0]} в заголовку немає, або прочитати його не можна: «odd»."

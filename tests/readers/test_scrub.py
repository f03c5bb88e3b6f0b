"""Names leave the header; nothing else changes, and what is no sound header is not touched."""

from pathlib import Path

import pytest
from tests.readers.edf_bytes import EdfFile
from tests.readers.faults import marks
from tests.readers.made import zip_bytes

from myognosis.faults import RecordingError
from myognosis.readers import read_recording
from myognosis.readers.scrub import scrub, scrub_archive


def test_names_leave_and_day_hour_and_samples_stay(tmp_path: Path):
    path = tmp_path / "a.edf"
    path.write_bytes(EdfFile(patient="X F 02-MAY-1951 Іваненко".encode()).to_bytes())
    before = read_recording(path)
    assert scrub(path)
    head, after = path.read_bytes()[:256], read_recording(path)
    assert head[8:168] == b"X X X X".ljust(80) + b"Startdate 01-FEB-2025 X X X".ljust(80)
    assert after.start == before.start
    assert all((a.samples == b.samples).all() for a, b in zip(after.channels, before.channels, strict=True))


@pytest.mark.parametrize(
    "content", [b"", b"t,x\n0,1\n", EdfFile().to_bytes()[:100], EdfFile(patient=b"short").to_bytes().replace(b" " * 70, b"", 1)]
)
def test_what_is_no_sound_header_is_left_alone(tmp_path: Path, content: bytes):
    path = tmp_path / "a.edf"
    path.write_bytes(content)
    assert not scrub(path)
    assert path.read_bytes() == content


def test_a_zip_that_breaks_off_within_a_member_stays_as_it_was(tmp_path: Path):
    edf = EdfFile(patient=b"Olena_Koval").to_bytes()
    whole = bytearray(zip_bytes({"a.edf": edf, "b.edf": edf}))
    whole[1000] ^= 0xFF  # within the folded samples of the first
    path = tmp_path / "a.zip"
    path.write_bytes(whole)
    with pytest.raises(RecordingError):
        scrub_archive(path)
    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [("a.zip", bytes(whole))]


def test_a_zip_without_names_is_not_written_anew(tmp_path: Path):
    path = tmp_path / "a.zip"
    path.write_bytes(zip_bytes({"a.edf": EdfFile(patient=b"Olena_Koval").to_bytes(), "b.csv": b"1"}))
    assert scrub_archive(path)
    once = path.read_bytes()
    assert not scrub_archive(path)
    assert path.read_bytes() == once


def test_names_leave_marks_and_what_happened_stays(tmp_path: Path):
    """What stands behind "Patient:" goes; where a stimulus was given and that the patient moved stays."""
    said = "+0\x14Пацієнт: Коваль О. І.\x14\0+1\x14stim 3\x14\0+1.5\x14patient moved\x14\0".encode()
    path = marks(["+0", "+1"], "EDF+C", said)(tmp_path)
    before = read_recording(path)
    assert scrub(path)
    after = read_recording(path)
    assert "Коваль".encode() not in path.read_bytes()
    assert {a.text.strip() for a in after.annotations} == {"Пацієнт:", "stim 3", "patient moved"}
    assert [a.start_s for a in after.annotations] == [b.start_s for b in before.annotations]
    assert not scrub(path)


def test_notes_of_laboratory_systems_leave(tmp_path: Path):
    notes = ["Olena Koval", "", "left arm, Dr Shevchenko"]
    told = b"".join(len(n.encode("utf-16-le")).to_bytes(4, "little") + n.encode("utf-16-le") for n in notes)
    spike2 = b"\x06\0(C) CED 87".ljust(112, b"\1") + (bytes([11]) + b"Olena Koval".ljust(79, b"\0")) + bytes(320) + b"channels"
    files = {
        "a.rhd": b"\x02\x27\x91\xc6" + b"\1" * 44 + told + b"samples",
        "a.rhs": b"\xac\x27\x91\xd6" + b"\1" * 68 + told + b"samples",
        "a.smr": spike2,
    }
    for name, content in files.items():
        path = tmp_path / name
        path.write_bytes(content)
        assert scrub(path)
        kept = path.read_bytes()
        assert len(kept) == len(content)
        assert b"Koval" not in kept
        assert "Koval".encode("utf-16-le") not in kept
        assert kept.endswith(content[-7:]) and kept[:40] == content[:40]
        path.write_bytes(content[:60])
        assert not scrub(path), "a header that is cut off is left as it is"

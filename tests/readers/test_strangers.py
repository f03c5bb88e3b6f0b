"""What people give that is no recording is told what it is, whatever it is called, and what to give instead."""

from pathlib import Path

import pytest
from tests.readers import made
from tests.readers.edf_bytes import EdfFile

from myognosis.faults import RecordingError
from myognosis.readers import read_recording

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + bytes(range(256)) * 20


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (JPEG, "picture"), (b"\x89PNG\r\n\x1a\n" + bytes(300), "picture"), (b"\0\0\0\x18ftypheic" + bytes(300), "picture"),
        (b"%PDF-1.4\n" + bytes(300), "document"), (made.zip_bytes({"word/document.xml": b"<x/>"}), "document"),
        (b"\0\0\0\x18ftypM4A " + bytes(300), "film or a sound"), (b"ID3\x03" + bytes(300), "film or a sound"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["emg.edf", "emg.jpg", "emg", "emg.csv", "emg.mat", "emg.zip", "emg.wav"])
def test_a_stranger_is_called_what_it_is_by_any_name(tmp_path: Path, name: str, content: bytes, said: str):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(RecordingError, match=said):
        read_recording(tmp_path / name)


def test_a_folder_is_called_a_folder(tmp_path: Path):
    with pytest.raises(RecordingError, match="This is a folder"):
        read_recording(tmp_path)


def test_a_recording_under_a_wrong_name_is_still_read(tmp_path: Path):
    (tmp_path / "night.txt").write_bytes(EdfFile(per_record=20, n_records=2).to_bytes())
    assert read_recording(tmp_path / "night.txt").format.startswith("edf")

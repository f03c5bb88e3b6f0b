"""What people give that is no recording is told what it is, whatever it is called, and what to give instead."""

from pathlib import Path

import pytest
from tests.readers import made
from tests.readers.edf_bytes import EdfFile

from myognosis.faults import RecordingError
from myognosis.language import say
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


NUMBERS = "".join(f"{i / 1000:.3f}\t{i % 7}\n" for i in range(300))
FOREIGN = {
    "a.rar": (b"Rar!\x1a\x07\x01\0" + bytes(99), "archive", "Unpack"),
    "a.edf.gz": (b"\x1f\x8b\x08\0" + bytes(99), "archive", "Unpack"),
    "scan.tif": (b"II*\0" + bytes(300), "picture", "EDF"),
    "x.dcm": (bytes(128) + b"DICM" + bytes(99), "picture", "EDF"),
    "emg.csv": (b"<!DOCTYPE html><html></html>", "web page", "download"),
    "export.xml": (b"<?xml version='1.0'?><HealthData/>", "health app", "accelerometer"),
    "emg.edf": (b"L\0\0\0\x01\x14\x02\0" + bytes(99), "pointer", "Download"),
    "._emg.edf": (b"\0\x05\x16\x07" + bytes(300), "Mac", "same name"),
    "a.adicht": (b"ADIB" + bytes(300), "LabChart", "File, Export, EDF"),
    "a.set": (b"MATLAB 5.0 MAT-file".ljust(300, b"\0"), "EEGLAB", "Export"),
    "b.set": (b"MATLAB 7.3 MAT-file".ljust(300, b"\0"), "damaged", "EEGLAB"),
    "c.set": (b"some words", "EEGLAB", "Export"),
    "a.fdt": (bytes(300), "EEGLAB", ".set"),
    "night.smrx": (b"S64" + bytes(300), "Spike2", "Export"),
    "a.hpf": (bytes(300), "EMGworks", "CSV"),
    "a.c3d": (bytes([2, 80]) + bytes(300), "C3D", "description"),
    "a.acq": (bytes(300), "AcqKnowledge", "EDF"),
    "a.eeg": (bytes(300), "Neuron-Spectrum", "EDF"),
    "emgworks.csv": ("Label: EMG 1 Sampling frequency: 2000 Unit: V\n0,1\n", "Delsys", "Export"),
    "signals.txt": ("# OpenSignals Text File Format\n# EndOfHeader\n" + NUMBERS, "columns", "OpenSignals"),
    "viking.txt": ("Nicolet Viking\nGain: 5 mV\n" + NUMBERS, "in a form of its own", "EDF"),
    "keypoint.txt": ("[Averaged Curve Data]\nSweep  Data(mV)<3>=0/1/2\n", "in a form of its own", "by hand"),
    "box.zip": (made.zip_bytes({"phone.zip": made.zip_bytes({"a.csv": b"Time (s),x (g)"})}), "another", "Unpack"),
    "photos.zip": (made.zip_bytes({"IMG_1.HEIC": b"photo"}), "picture", "EDF"),
}


SHEET = {"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>"}
GIVEN = {
    "знімок екрана.jpg": JPEG,
    "звіт.pdf": b"%PDF-1.7 " + bytes(300),
    "висновок.docx": made.zip_bytes({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}),
    "нерви.xlsx": made.zip_bytes(SHEET),
    "phyphox.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    "нерви.csv": "Нерв;Сторона;Латентність, мс;Амплітуда, мВ\nСерединний;правий;3,2;8,1\n".encode(),
    "сітка.mat": b"MATLAB 5.0 MAT-file".ljust(126) + b"IM" + bytes(40),
    "sierra.asc": b"Cadwell Sierra\nSweep: 10 ms\n" + b"12\n" * 50,
    "випадок.yaml": b"schema: myognosis/case/1\nperson: {age_years: 40}\n",
    "лише звіти.zip": made.zip_bytes({"Пацієнт/звіт.pdf": b"%PDF-1.4"}),
    "відео.mp4": b"\0\0\0\x18ftypmp42" + bytes(300),
    "лист.eml": b"From: a\nSubject: b\n\nc",
    "NK0001.EEG": bytes(3000),
    "порожній.edf": b"",
    "ярлик.lnk": b"L\0\0\0\x01\x14\x02\0" + bytes(80),
    "незрозуміле.xyz": bytes(range(1, 200)),
}
"""What a clinician drops into the window, under names of her own."""
SAID = {
    "нерви.xlsx": "conduction", "phyphox.xls": "phyphox", "нерви.csv": "conduction", "випадок.yaml": "myognosis assess",
    "лише звіти.zip": "archive", "sierra.asc": "EDF", "сітка.mat": "no array",
}  # fmt: skip


@pytest.mark.parametrize("name", GIVEN)
def test_every_answer_says_where_what_and_how_to_mend_in_three_languages(tmp_path: Path, name: str):
    folder = tmp_path / "Записи пацієнта 3"
    folder.mkdir()
    (folder / name).write_bytes(GIVEN[name])
    with pytest.raises(RecordingError) as caught:
        read_recording(folder / name)
    (told,) = caught.value.issues
    texts = {tongue: (say(told.what, tongue), say(told.fix, tongue)) for tongue in ("en", "uk", "ru")}
    assert name in told.where
    assert str(folder) not in f"{told.where} {texts}", "the place on the disk is nobody's business"
    assert len({what for what, _ in texts.values()}) == 3
    assert len({fix for _, fix in texts.values()}) == 3
    assert all(what.endswith((".", "!", "?")) for what, _ in texts.values())
    assert SAID.get(name, "") in " ".join(texts["en"])


@pytest.mark.parametrize("name", FOREIGN)
def test_what_clinics_send_is_refused_with_the_way_to_a_recording(tmp_path: Path, name: str):
    content, what, fix = FOREIGN[name]
    (tmp_path / name).write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(RecordingError) as caught:
        read_recording(tmp_path / name)
    issue = caught.value.issues[0]
    assert (what in str(issue.what), fix in str(issue.fix), str(tmp_path) in issue.where) == (True, True, False), issue

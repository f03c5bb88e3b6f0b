"""Who was recorded stands in many headers, and in nothing that we write: report, case file, table of a cohort, log."""

import datetime as dt
import json
import logging
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from tests.readers.edf_bytes import EdfFile
from tests.readers.faults import marks
from tests.readers.made import (
    DATA,
    OTB4_XML,
    OTB_XML,
    brain_vision,
    cwa_bytes,
    described,
    log_text,
    otb4_bytes,
    otb4_counts,
    otb_counts,
    tar_bytes,
    wav_bytes,
    xdf_bytes,
    zip_bytes,
)

from myognosis.assessing import assess_findings
from myognosis.cohort.listing import Found
from myognosis.cohort.measuring import measured_part
from myognosis.cohort.told import Told
from myognosis.exchange.casefile import dump_case, dump_json
from myognosis.findings import check_case
from myognosis.knowledge import Knowledge
from myognosis.language import say
from myognosis.model.case import Case, Conduction, Recording, Trace
from myognosis.model.recording import Annotation
from myognosis.readers import audit_recording, event_words, read_recording
from myognosis.readers.event_words import shortened
from myognosis.readers.qtrac import read_mem
from myognosis.readers.scrub import scrub, scrub_archive
from myognosis.report.build import build_page
from myognosis.report.html import render_html

NAME, DAY = "Kovalenko", dt.date(2026, 1, 2)


def edf(folder: Path) -> Path:
    path = folder / "a.edf"
    path.write_bytes(EdfFile(patient=f"X F 02-MAY-1951 {NAME}".encode()).to_bytes())
    return path


def wfdb(folder: Path) -> Path:
    """Comments of a header are free text; the record of a clinic names the person there."""
    path = folder / "bw_3min.hea"
    (folder / "bw_3min.dat").write_bytes((DATA / "bw_3min.dat").read_bytes())
    path.write_text((DATA / "bw_3min.hea").read_text() + f"# Name: {NAME}\n#<age>: 40 {NAME}\n")
    return path


def otb(folder: Path) -> Path:
    path, xml = folder / "grid.otb+", OTB_XML.replace("<Channels>", f'<Subject Name="{NAME}"/><Channels>')
    person = f"<p><name>{NAME}</name></p>".encode()
    path.write_bytes(tar_bytes({"patient.xml": person, "a.sig": otb_counts().tobytes(), "a.xml": xml.encode()}))
    return path


def otb_person(folder: Path) -> Path:
    """An archive that names the person where its kind does."""
    path = folder / "grid.otb+"
    person = f'<?xml version="1.0"?><p id="{NAME}"><name>{NAME}</name><born>1951</born></p>'.encode()
    path.write_bytes(tar_bytes({"patient.xml": person, "a.sig": otb_counts().tobytes(), "a.xml": OTB_XML.encode()}))
    return path


def otb4(folder: Path) -> Path:
    path = folder / "grid.otb4"
    path.write_bytes(otb4_bytes(OTB4_XML.replace("<TrackInfo>", f"<TrackInfo><Subject>{NAME}</Subject>"), otb4_counts().tobytes()))
    return path


def bids(folder: Path) -> Path:
    """Side files of a data set: who took part, and what each says of the person."""
    emg = folder / "sub-01" / "emg"
    emg.mkdir(parents=True)
    (folder / "dataset_description.json").write_text(json.dumps({"Name": NAME, "Authors": [NAME]}))
    (folder / "participants.tsv").write_text(f"participant_id\tname\nsub-01\t{NAME}\n")
    (emg / "sub-01_task-rest_emg.json").write_text(json.dumps({"SubjectName": NAME, "SamplingFrequency": 1000}))
    path = emg / "sub-01_task-rest_emg.edf"
    path.write_bytes(EdfFile().to_bytes())
    return path


def cwa(folder: Path) -> Path:
    """Its header has 448 letters for the study and the person (Open Movement, as url-encoded pairs)."""
    path, content = folder / "wrist.cwa", bytearray(cwa_bytes())
    told = f"_s=study&_so=X1&_sn={NAME}".encode()
    content[64 : 64 + len(told)] = told
    path.write_bytes(content)
    return path


def mem(folder: Path) -> Path:
    path = folder / "scan.MEM"
    text = (DATA / "MSCC00128A_OM2.MEM").read_bytes()
    before, after = text.split(b"Name:", 1)
    rest = after.split(b"\r\n", 1)[1]
    path.write_bytes(before + f"Name:\t{NAME}\r\n Operator:\tDr {NAME}\r\n Comments:\tseen by {NAME}\r\n".encode() + rest)
    return path


def xdf(folder: Path) -> Path:
    """A stream that describes the person, and says on whose computer it was recorded."""
    pytest.importorskip("pyxdf")
    about = f"<hostname>{NAME}-PC</hostname><desc><subject><name>{NAME}</name><age>51</age></subject>".encode()
    whole = xdf_bytes(np.sin(np.arange(2000.0)).reshape(1000, 2), np.arange(1000) / 500)
    at = whole.index(b"<desc>")
    begin = whole.rindex(b"\4", 0, whole.index(b"<name>amp"))  # the chunk grows by what is put into it
    length = int.from_bytes(whole[begin + 1 : begin + 5], "little") + len(about) - len(b"<desc>")
    path = folder / "a.xdf"
    path.write_bytes(whole[: begin + 1] + length.to_bytes(4, "little") + whole[begin + 5 : at] + about + whole[at + 6 :])
    return path


def vision(folder: Path) -> Path:
    pytest.importorskip("neo")
    path = brain_vision(folder)
    path.write_text(f"; by Dr {NAME}\n".join(path.read_text().split("\n", 1)[:1]) + "\n" + path.read_text().split("\n", 1)[1]
                    + f"[Comment]\nPatient: {NAME}\nImpedances: 5 kOhm\n")  # fmt: skip
    return path


def sound(folder: Path) -> Path:
    """A recorder writes who, what and when before the samples, and tags behind them."""
    path, artist = folder / "needle.wav", NAME.encode().ljust(10, b"\0")
    plain = wav_bytes(np.arange(-8000, 8000).astype("<i2"))
    listed = b"LIST" + (4 + 8 + len(artist)).to_bytes(4, "little") + b"INFO" + b"IART" + len(artist).to_bytes(4, "little") + artist
    tags = b"id3 " + (len(artist)).to_bytes(4, "little") + artist
    path.write_bytes(plain[:12] + listed + plain[12:] + tags)
    return path


def lines(folder: Path) -> Path:
    """Words above the headings of a log, in Ukrainian and in an old code page."""
    path = folder / "log.csv"
    path.write_bytes(f"Пацієнт:;{NAME} О. І.\r\nName: {NAME}\r\nДата: 2026-01-01\r\n".encode("cp1251") + log_text().encode())
    return path


def lines_wide(folder: Path) -> Path:
    """What Excel saves as Unicode text has two bytes a letter."""
    path = folder / "log.csv"
    path.write_bytes(f"Пацієнт:;{NAME} О. І.\r\n# {NAME} Olena\r\n{log_text()}".encode("utf-16"))
    return path


def text(folder: Path) -> Path:
    layout = {"rate_hz": 1000, "header_rows": 2, "channels": [{"column": 1, "name": "EMG", "unit": "uV"}]}
    rows = "\n".join(str(number % 7) for number in range(3000))
    return described(folder / "emg.txt", f"Patient name\t{NAME}\nPhysician = {NAME}\n{rows}\n".encode(), layout)


def edf_marks(folder: Path) -> Path:
    """A technician types into the marks whatever he sees, and whom."""
    return marks(["+0", "+1"], "EDF+C", f"+0.5\x14{NAME} coughs\x14\0+1\x14stim 3\x14\0".encode())(folder)


def wfdb_marks(folder: Path) -> Path:
    path = folder / "bw_3min.hea"
    for suffix in (".dat", ".hea"):
        (folder / f"bw_3min{suffix}").write_bytes((DATA / f"bw_3min{suffix}").read_bytes())
    words = f"needle in, {NAME}".encode()
    note = (22 << 10 | 100).to_bytes(2, "little") + (63 << 10 | len(words)).to_bytes(2, "little") + words + b"\0" * (len(words) % 2)
    (folder / "bw_3min.atr").write_bytes(note + b"\x05\x04\0\0")
    return path


def xdf_marks(folder: Path) -> Path:
    pytest.importorskip("pyxdf")
    path = folder / "a.xdf"
    waves, stamps = np.sin(np.arange(2000.0)).reshape(1000, 2), np.arange(1000) / 500
    path.write_bytes(xdf_bytes(waves, stamps, marks=((0.5, f"needle in, Dr {NAME.lower()}"), (1.0, f"{NAME} rests"))))
    return path


def vision_marks(folder: Path) -> Path:
    pytest.importorskip("neo")
    path, told = brain_vision(folder), folder / "b.vmrk"
    told.write_text(told.read_text("utf-8") + f"Mk3=Comment,{NAME} coughs,701,1,0\n", "utf-8")
    return path


def matlab(folder: Path) -> Path:
    """The head of a MATLAB file is free text, and a structure may say of whom the arrays are."""
    return _matlab(folder, is_folded=False)


def matlab_folded(folder: Path) -> Path:
    return _matlab(folder, is_folded=True)


def _matlab(folder: Path, *, is_folded: bool) -> Path:
    from scipy.io import savemat

    born = {"where": NAME, "own": "Коваленко Р. О."}
    about = {"subject": {"name": NAME, "age": 51, "born": born}, "event": {"type": f"{NAME} coughs"}, "n": 1}
    arrays = {"x": np.random.default_rng(1).normal(0, 9, (400, 2)), "EEG": about, "patient_name": NAME, "notes": f"{NAME}, left"}
    savemat(folder / "a.mat", arrays, do_compression=is_folded)
    whole = (folder / "a.mat").read_bytes()
    (folder / "a.mat").write_bytes(f"MATLAB 5.0 MAT-file, Platform: PCWIN64, of {NAME}".encode().ljust(116) + whole[116:])
    layout = {"rate_hz": 1000, "variable": "x", "channels": [{"column": 1, "name": "EMG", "unit": "uV"}]}
    (folder / "a.layout.json").write_text(json.dumps(layout))
    return folder / "a.mat"


def matlab_73(folder: Path) -> Path:
    h5py = pytest.importorskip("h5py")
    path, words = folder / "a.mat", np.frombuffer(NAME.encode("utf-16-le"), np.uint16)
    with h5py.File(path, "w", userblock_size=512) as file:
        file["x"] = np.random.default_rng(1).normal(0, 9, (2, 400))
        file["patient/name"] = words[:, None]
        file["#refs#/a"] = words[:, None]
        cell = file.create_dataset("subject", (1, 1), h5py.ref_dtype)
        cell[0, 0] = file["#refs#/a"].ref
    raw = path.read_bytes()
    path.write_bytes(f"MATLAB 7.3 MAT-file, Platform: PCWIN64, of {NAME}".encode().ljust(512) + raw[512:])
    layout = {"rate_hz": 1000, "variable": "x", "channels": [{"column": 1, "name": "EMG", "unit": "uV"}]}
    (folder / "a.layout.json").write_text(json.dumps(layout))
    return path


def comments(folder: Path) -> Path:
    """Lines of comment above a table, with a name that no word announces."""
    layout = {"rate_hz": 1000, "header_rows": 2, "channels": [{"column": 1, "name": "EMG", "unit": "uV"}]}
    rows = "\n".join(str(number % 7) for number in range(3000))
    return described(folder / "emg.txt", f"# {NAME} Olena, left arm\n% Seen by {NAME}\n{rows}\n".encode(), layout)


def otb_note(folder: Path) -> Path:
    path, xml = folder / "grid.otb+", OTB_XML.replace("<Channels>", f"<Notes>{NAME}, left arm</Notes><Channels>")
    path.write_bytes(tar_bytes({"a.sig": otb_counts().tobytes(), "a.xml": xml.encode()}))
    return path


FILES = {
    make.__name__: make
    for make in (
        edf, wfdb, otb, otb4, bids, cwa, mem, xdf, vision, sound, lines, text, edf_marks, wfdb_marks, xdf_marks, vision_marks,
        matlab, matlab_folded, matlab_73, comments, otb_note, lines_wide,
    )
}  # fmt: skip


TOLD = {otb: {"*": "N"}, otb4: {"*": "N"}, otb_person: {"*": "N"}, otb_note: {"*": "N"}, sound: {"*": "1000 uV"}}


@pytest.mark.parametrize("make", FILES.values(), ids=FILES)
def test_no_name_of_a_header_leaves_the_reader(
    make: Callable[[Path], Path], tmp_path: Path, knowledge: Knowledge, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    path = make(tmp_path)
    raw = b"".join(_unfolded(file) for file in tmp_path.rglob("*") if file.is_file())
    assert NAME.encode() in raw or NAME.encode("utf-16-le") in raw
    name = str(path.relative_to(tmp_path))
    if make is mem:
        case = Case(conduction=(Conduction(nerve="median", side="right", kind="cmap_scan", traces=(Trace(file=name),)),))
        read: list[object] = []
    else:
        kind = {cwa: "accelerometer", otb: "other", otb4: "other", otb_note: "other"}.get(make, "emg")
        case = Case(recordings=(Recording(file=name, kind=kind, during="rest"),))  # type: ignore[arg-type]
        units = TOLD.get(make, {})
        read = [audit_recording(path, units=units), read_recording(path, units=units)]
    findings, issues = check_case(case, knowledge, tmp_path)
    result = assess_findings(findings, knowledge, case)
    written = [
        *map(repr, read),
        *(say(part, "en") for issue in issues for part in (issue.what, issue.fix)),
        render_html(build_page(result, case, findings, knowledge, "en", today=DAY)),
        result.model_dump_json(),
        dump_case(case),
        dump_json(case),
        measured_part(Found(path, path.name, Told(file=path.name), True)).model_dump_json(),
        caplog.text,
    ]
    assert len(written) > 6
    assert not [text[:200] for text in written if NAME.casefold() in text.casefold()]


@pytest.mark.parametrize("content", [b"", b"no tar", b"\0" * 2000])
def test_an_archive_that_is_none_is_left_as_it_is(tmp_path: Path, content: bytes):
    path = tmp_path / "a.otb+"
    path.write_bytes(content)
    assert not scrub(path)
    assert path.read_bytes() == content


KEPT = [*FILES.values(), otb_person]
KEPT.remove(bids)


def _heard(path: Path, units: dict[str, str]) -> list[object]:
    """What a reader makes of a file, but for the words that were left out of marks."""
    read = read_recording(path, units=units)
    said = {issue.code for issue in read.issues} - {"recording.marks.names"}
    when = [(one.start_s, one.duration_s) for one in read.annotations]
    return [repr(read.channels), read.start, read.format, when, said]


def _unfolded(path: Path) -> bytes:
    """The bytes of a file, and of the arrays that are folded in it."""
    raw = path.read_bytes()
    found, at = raw, 128
    while raw.startswith(b"MATLAB 5") and at + 8 <= len(raw):
        kind, length = int.from_bytes(raw[at : at + 4], "little"), int.from_bytes(raw[at + 4 : at + 8], "little")
        found += zlib.decompress(raw[at + 8 : at + 8 + length]) if kind == 15 else b""
        at += 8 + length
    return found


@pytest.mark.parametrize("make", KEPT, ids=lambda make: make.__name__)
def test_a_copy_that_is_kept_holds_no_name_and_is_read_as_before(make: Callable[[Path], Path], tmp_path: Path):
    path = make(tmp_path)
    units = TOLD.get(make, {})
    size, before = path.stat().st_size, None if make is mem else _heard(path, units)
    assert any([scrub(file) for file in sorted(tmp_path.iterdir())])
    for name in (NAME, NAME.lower(), "Коваленко", "овален"):
        for coding in ("utf-8", "utf-16-le"):
            assert not [file.name for file in tmp_path.iterdir() if name.encode(coding) in _unfolded(file)]
    assert path.stat().st_size == size or make is matlab_folded
    assert make is mem or _heard(path, units) == before
    assert not any(scrub(file) for file in tmp_path.iterdir())
    if make is mem:
        assert read_mem(path).head == read_mem(mem(tmp_path)).head


def test_a_zip_that_is_kept_holds_no_name_in_any_part(tmp_path: Path):
    emg = bids(tmp_path)
    parts = {file.relative_to(tmp_path).as_posix(): file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    parts = {name: part for name, part in parts.items() if name != "dataset_description.json"}  # who made the set is public
    parts["sub-01/emg/sub-01_task-rest_channels.tsv"] = b"name\ttype\tunits\nEMG TA\tEMG\tuV\nEEG Cz\tEEG\tuV\n"
    parts |= {make.__name__ + make(tmp_path).suffix: make(tmp_path).read_bytes() for make in (edf, otb, lines, sound)}
    parts["sub-01/emg/sub-01_task-rest_events.tsv"] = f"onset\tduration\ttrial_type\n0.5\t0\t{NAME} coughs\n".encode()
    parts["phone/log.json"] = json.dumps([{"sensor": "Metadata", "device name": f"{NAME}s phone"}]).encode()
    parts["report.pdf"] = f"%PDF-1.4 {NAME}".encode()
    parts["phone/Metadata.csv"] = f"version,device name,platform\n3,{NAME}s phone,ios\n".encode()
    box = tmp_path / "all.zip"
    box.write_bytes(zip_bytes(parts))
    before = repr(read_recording(box / emg.relative_to(tmp_path)))
    assert scrub_archive(box)
    with zipfile.ZipFile(box) as archive:
        assert {name: archive.getinfo(name).file_size for name in archive.namelist()} == {
            name: len(part) for name, part in parts.items() if name != "report.pdf"
        }, "a document is no part of a recording, and is not kept"
        assert not [name for name in archive.namelist() if NAME.encode() in archive.read(name)]
        assert archive.read("phone/Metadata.csv").endswith(b",ios\n")
        assert archive.read("participants.tsv").startswith(b"participant_id\tname\nsub-01\t ")
    assert repr(read_recording(box / emg.relative_to(tmp_path))) == before


def test_marks_keep_what_they_say_of_the_recording(tmp_path: Path):
    said = "+0.5\x14Needle in left TA\x14\0+0.6\x14Kovalenko O. coughs\x14\0+0.7\x14Очі закриті\x14\0+0.8\x14Fp1 off\x14\0"
    read = read_recording(marks(["+0", "+1"], "EDF+C", said.encode())(tmp_path))
    words = dict.fromkeys(one.text for one in read.annotations)
    assert list(words) == ["Needle in left TA", "… coughs", "Очі закриті", "Fp1 off"]
    told = [one for one in read.issues if one.code == "recording.marks.names"]
    assert say(told[0].what, "uk") == "З позначок вилучено слова, які можуть бути чиїмось іменем («…»); таких позначок: 2."


def test_headings_that_name_a_column_after_a_person_stay(tmp_path: Path):
    path = tmp_path / "log.csv"
    path.write_text("Subject,Time (s),EMG (uV)\n" + "\n".join(f"1,{n / 100},{n % 5}" for n in range(300)))
    before = path.read_bytes()
    assert not scrub(path)
    assert path.read_bytes() == before


def test_the_marks_of_an_hour_are_looked_at_once_however_often_they_are_read():
    marks = [Annotation(start_s=0.36 * n, duration_s=0.0, text=f"mark {n} of Kovalenko") for n in range(10_000)]
    shortened(marks)
    before = event_words._shortened.cache_info().misses
    assert shortened(marks)[1] == 10_000
    assert event_words._shortened.cache_info().misses == before

"""Who was recorded stands in many headers, and in nothing that we write: report, case file, table of a cohort, log."""

import datetime as dt
import json
import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.readers.edf_bytes import EdfFile
from tests.readers.made import DATA, OTB4_XML, OTB_XML, cwa_bytes, otb4_bytes, otb4_counts, otb_counts, tar_bytes

from myognosis.assessing import assess_findings
from myognosis.cohort.listing import Found
from myognosis.cohort.measuring import measured_part
from myognosis.cohort.told import Told
from myognosis.exchange.casefile import dump_case, dump_json
from myognosis.findings import check_case
from myognosis.knowledge import Knowledge
from myognosis.language import say
from myognosis.model.case import Case, Conduction, Recording, Trace
from myognosis.readers import audit_recording, read_recording
from myognosis.readers.qtrac import read_mem
from myognosis.readers.scrub import scrub
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


FILES = {make.__name__: make for make in (edf, wfdb, otb, otb4, bids, cwa, mem)}


@pytest.mark.parametrize("make", FILES.values(), ids=FILES)
def test_no_name_of_a_header_leaves_the_reader(
    make: Callable[[Path], Path], tmp_path: Path, knowledge: Knowledge, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    path = make(tmp_path)
    assert any(NAME.encode() in file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    name = str(path.relative_to(tmp_path))
    if make is mem:
        case = Case(conduction=(Conduction(nerve="median", side="right", kind="cmap_scan", traces=(Trace(file=name),)),))
        read: list[object] = []
    else:
        kind = {cwa: "accelerometer", otb: "other", otb4: "other"}.get(make, "emg")
        case = Case(recordings=(Recording(file=name, kind=kind, during="rest"),))  # type: ignore[arg-type]
        units = {"*": "N"} if make in (otb, otb4) else {}
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


@pytest.mark.parametrize("make", [edf, wfdb, cwa, mem, otb_person], ids=lambda make: make.__name__)
def test_a_copy_that_is_kept_holds_no_name_and_is_read_as_before(make: Callable[[Path], Path], tmp_path: Path):
    path = make(tmp_path)
    units = {"*": "N"} if make is otb_person else {}
    size, before = path.stat().st_size, None if make is mem else repr(read_recording(path, units=units))
    assert scrub(path)
    assert NAME.encode() not in path.read_bytes()
    assert path.stat().st_size == size
    assert make is mem or repr(read_recording(path, units=units)) == before
    assert not scrub(path)
    if make is mem:
        assert read_mem(path).head == read_mem(mem(tmp_path)).head

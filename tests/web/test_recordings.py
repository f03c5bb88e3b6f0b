"""Recordings: looked at in a process of their own, kept under names of our own, never another case's, poor ones said to be poor."""

import io
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fastapi import FastAPI
from tests.readers import edf_bytes

from myognosis.model.case import Case, Place
from myognosis.web import child, recorded
from myognosis.web.phone.takes import still_missing
from myognosis.web.verdict import judge

from .conftest import Reader

DATA = Path("tests/data/recordings")


pytestmark = pytest.mark.usefixtures("here")


def tremor_log(hz: float = 5.0, seconds: float = 30.0, rate: float = 100.0) -> bytes:
    """The log of a phone on a hand that shakes."""
    t = np.arange(0, seconds, 1 / rate)
    noise = np.random.default_rng(1).normal(0, 0.05, (3, len(t)))
    shake = 1.5 * np.sin(2 * np.pi * hz * t)
    rows = (f"{a:.3f},{x:.4f},{y:.4f},{z:.4f}" for a, x, y, z in zip(t, shake + noise[0], noise[1], 9.81 + noise[2], strict=True))
    head = "Time (s),Acceleration x (m/s^2),Acceleration y (m/s^2),Acceleration z (m/s^2)"
    return "\n".join([head, *rows]).encode()


def bring(reader: Reader, case: str, content: bytes, name: str = "log.csv", **form: str) -> Any:
    return reader.ask(
        "POST", f"{case}/upload", files={"file": (name, content)}, data={"kind": "accelerometer", "during": "posture"} | form
    )


def test_a_channel_is_described_in_the_language_of_the_page(reader: Reader):
    page = bring(reader, reader.begin("uk"), tremor_log(seconds=2)).text
    assert "акселерометр · 100 Гц · 2,0 с · м/с²" in page


def test_the_log_of_a_phone_is_measured_and_reaches_the_result(reader: Reader, app: FastAPI):
    case = reader.begin()
    page = bring(reader, case, tremor_log())
    assert page.status_code == 200
    assert "100 Hz" in page.text
    assert "It was measured" in page.text
    kept = app.state.desk.shelf.load(case.rsplit("/", 1)[-1])
    result, findings = judge(kept, app.state.desk)
    assert findings.measured[0].file == kept.case.recordings[0].file
    assert result.measured == findings.measured
    clinician = reader.get(f"{case}/clinician").text
    assert "Hz" in clinician[clinician.index("Recordings") :]


@pytest.mark.whole
def test_a_task_is_described_in_the_form_and_read_against_the_recording_before_it(reader: Reader, app: FastAPI):
    case = reader.begin()
    bring(reader, case, tremor_log())
    kept = app.state.desk.shelf.load(case.rsplit("/", 1)[-1])
    before = kept.case.recordings[0].file.rsplit("/", 1)[-1].split(".")[0]
    bring(reader, case, tremor_log(), task="tapping", asked_hz="3", before=before)
    kept = app.state.desk.shelf.load(kept.id)
    measured = recorded.measured_in(app.state.desk.recordings, kept.id, kept.case)[kept.case.recordings[1].file]
    assert any(m.name == "tremor_left_while_tapping" and m.value == pytest.approx(1, abs=0.05) for m in measured.measurements)
    assert measured.findings["distractible"] == "absent"


def test_two_hands_that_differ_are_named_as_the_page_names_them(reader: Reader, app: FastAPI):
    """And not by the names under which we keep their files, which nobody has seen."""
    case = reader.begin("uk")
    bring(reader, case, tremor_log(seconds=60), during="rest", place="hand", side="right")
    page = bring(reader, case, tremor_log(hz=0.5, seconds=60), during="rest", place="hand", side="left").text
    said = re.sub(r"<[^>]+>", "", page)
    assert "Тремор спокою: є в Запис 1 (Кисть, праворуч), немає в Запис 2 (Кисть, ліворуч)" in said
    kept = app.state.desk.shelf.load(case.rsplit("/", 1)[-1])
    assert not any(row.file in said for row in kept.case.recordings)


def test_a_side_without_a_place_says_what_is_missing(reader: Reader):
    assert "Choose the place on the body as well" in bring(reader, reader.begin(), tremor_log(seconds=2), side="left").text


def test_place_side_and_weight_are_told_in_the_form_as_a_case_tells_them(reader: Reader, app: FastAPI):
    case = reader.begin("uk")
    for side in ("left", "right"):
        page = bring(reader, case, tremor_log(), during="rest", place="hand", side=side).text
    assert '<option value="abductor_pollicis_brevis">' in page
    assert re.search(r"<h2[^>]*>Запис 1: [^<]*кисть, ліворуч|<h2[^>]*>Запис 1: [^<]*, лів", page, re.IGNORECASE), page[:4000]
    kept = app.state.desk.shelf.load(case.rsplit("/", 1)[-1])
    assert [row.place for row in kept.case.recordings] == [Place(where="hand", side="left"), Place(where="hand", side="right")]
    measured = recorded.measured_in(app.state.desk.recordings, kept.id, kept.case)
    assert measured[kept.case.recordings[1].file].place == Place(where="hand", side="right")
    assert len(still_missing(app.state.desk, kept)) == 4  # two takes of the protocol of six are there
    bring(reader, case, tremor_log(), during="posture", place="hand", side="left", loaded="1")
    assert app.state.desk.shelf.load(kept.id).case.recordings[2].loaded


@pytest.mark.parametrize(
    "form",
    [
        {"task": "juggling"},
        {"asked_hz": "often"},
        {"moments": "1 two"},
        {"are": "ears", "one": "a", "other": "b"},
        {"are": "hands", "one": "a"},
        {"one": "a", "other": "b"},
        {"place": "moon"},
        {"place": "hand", "side": "above"},
        {"side": "left"},
    ],
)
def test_a_form_that_says_what_cannot_be_is_refused_and_its_file_is_not_kept(reader: Reader, app: FastAPI, form: dict[str, str]):
    case = reader.begin()
    assert bring(reader, case, tremor_log(seconds=2), **form).status_code == 422
    assert not app.state.desk.shelf.load(case.rsplit("/", 1)[-1]).case.recordings
    assert not list(app.state.desk.recordings.rglob("*.csv"))


def test_only_the_ending_of_a_name_is_used(reader: Reader, app: FastAPI):
    case = reader.begin()
    bring(reader, case, tremor_log(), "../../../../evil name\u202egnp.csv")
    folder = app.state.desk.recordings / case.rsplit("/", 1)[-1]
    assert all(len(path.name.split(".")[0]) == 16 for path in folder.iterdir())
    assert not list(app.state.desk.settings.folder.parent.rglob("*evil*"))


@pytest.mark.parametrize(
    "content", [b"", b"\x89PNG\r\n\x1a\n" + b"\0" * 500, b"PK\x03\x04" + b"\0" * 200, b"a,b\n1,2\n", b"0       " + b" " * 248]
)
def test_what_is_no_recording_is_said_to_be_none(reader: Reader, content: bytes):
    page = bring(reader, reader.begin(), content, "x.edf")
    assert page.status_code == 200
    assert "cannot be used" in page.text


def test_a_zip_bomb_is_refused_without_being_blown_up(reader: Reader):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("log.csv", b"0" * 60_000_000)
    page = bring(reader, reader.begin(), packed.getvalue(), "bomb.zip")
    assert "cannot be used" in page.text


def test_a_file_beyond_the_limit_is_refused_while_it_arrives(reader: Reader, app: FastAPI):
    case = reader.begin()
    assert bring(reader, case, b"0" * 4_000_000).status_code == 413
    assert not app.state.desk.recordings.exists()


def test_a_poor_recording_asks_for_another(reader: Reader):
    lines = tremor_log().decode().split("\n")
    gap = "\n".join([*lines[:800], *lines[1400:]]).encode()
    page = bring(reader, reader.begin(), gap)
    assert "record again" in page.text.lower()


def test_markup_in_the_name_of_a_channel_is_text(reader: Reader):
    content = tremor_log().replace(b"Acceleration x", b"<img src=x onerror=alert(1)> Acceleration x")
    assert "<img src=x" not in bring(reader, reader.begin(), content).text


def test_a_trace_comes_in_parts_and_keeps_its_peaks(reader: Reader):
    case = reader.begin()
    bring(reader, case, tremor_log())
    token = json.loads(reader.get(f"{case}/case.json").text)["recordings"][0]["file"].split("/")[1].split(".")[0]
    whole = reader.get(f"{case}/recordings/{token}/trace?columns=100").json()
    part = reader.get(f"{case}/recordings/{token}/trace?start=0.5&stop=0.6&columns=4000").json()
    assert max(whole["high"]) > 1.4
    assert part["start"] == pytest.approx(0.5, abs=0.001)
    assert len(part["low"]) == pytest.approx(300, abs=3)
    low, high = np.frombuffer(reader.get(f"{case}/recordings/{token}/columns").content, "<f4").reshape(2, -1)
    assert low.min() == pytest.approx(min(whole["low"]), rel=1e-3)
    assert high.max() == pytest.approx(max(whole["high"]), rel=1e-3)
    for wrong in ("channel=99", "start=0.6&stop=0.5", "start=-1", "stop=2", "channel=-1"):
        assert reader.get(f"{case}/recordings/{token}/trace?{wrong}").status_code == 404
    assert reader.get(f"{case}/recordings/{token}/columns?channel=99").status_code == 404


def test_a_trace_and_its_recording_can_be_taken_away(reader: Reader):
    case, log = reader.begin(), tremor_log(seconds=2)
    page = bring(reader, case, log).text
    table, file = re.findall(r'href="([^"]+)" download', page)[:4:3]
    rows = reader.get(table.replace("&amp;", "&")).text.splitlines()
    assert rows[0] == "seconds,lowest_m/s2,highest_m/s2"
    assert [float(row.split(",")[1]) for row in rows[1:]] == pytest.approx(np.loadtxt(log.splitlines()[1:], delimiter=",")[:, 1])
    assert float(rows[2].split(",")[0]) == pytest.approx(0.015)
    taken = reader.get(file)
    assert taken.content == log
    assert taken.headers["content-disposition"].startswith("attachment")
    assert reader.get(table.partition("?")[0] + "?channel=9").status_code == 404


def test_no_name_of_a_channel_reaches_the_table_of_a_trace(reader: Reader):
    case, log = reader.begin(), tremor_log(seconds=2).replace(b"Acceleration x (", b"=cmd() @SUM(1) Acceleration x (")
    page = bring(reader, case, log).text
    for table in re.findall(r'href="([^"]+trace.csv[^"]+)" download', page):
        head, *rows = reader.get(table.replace("&amp;", "&")).text.splitlines()
        assert head == "seconds,lowest_m/s2,highest_m/s2"
        assert all(re.fullmatch(r"[-+0-9.e,nan]+", row) for row in rows)


def test_a_unit_that_the_file_does_not_say_is_asked_for_and_chosen_in_the_form(reader: Reader, app: FastAPI):
    case, content = reader.begin(), edf_bytes.EdfFile(units=(b"", b"")).to_bytes()
    asked = bring(reader, case, content, "a.edf", kind="emg").text
    assert "choose it below" in asked
    assert "--unit" not in asked
    assert "µV" in bring(reader, case, content, "a.edf", kind="emg", unit="uV").text
    assert app.state.desk.shelf.load(case.rsplit("/", 1)[-1]).case.recordings[1].units == {"*": "uV"}


def test_no_name_in_the_header_of_a_file_is_kept(reader: Reader, app: FastAPI):
    case, content = reader.begin(), edf_bytes.EdfFile(patient=b"MCH-0234567 F 02-MAY-1951 Haagse_Harry").to_bytes()
    bring(reader, case, content, "a.edf", kind="emg")
    kept = next(app.state.desk.recordings.rglob("*.edf")).read_bytes()
    assert b"Harry" not in kept
    assert kept[168:] == content[168:]


def test_every_mark_comes_in_the_order_of_time(reader: Reader, app: FastAPI):
    case = reader.begin()
    bring(reader, case, tremor_log())
    file = app.state.desk.recordings / reader.get(f"{case}/case.json").json()["recordings"][0]["file"]
    recorded.write_down(file, {"marks": [[n % 7 + n / 1e5, 0, f"<b>{n}"] for n in range(10_000)]})
    marks = reader.get(f"{case}/recordings/{file.name.split('.')[0]}/marks").json()
    assert len(marks["at"]) == len(marks["text"]) == 10_000
    assert marks["at"] == sorted(marks["at"])
    assert reader.get(f"{case}/recordings").text.count("<b>") == 0


def test_no_case_reaches_the_recordings_of_another(reader: Reader, app: FastAPI):
    first = reader.begin()
    bring(reader, first, tremor_log())
    theirs = app.state.desk.shelf.load(first.rsplit("/", 1)[-1]).case.recordings
    for file in (theirs[0].file, "../../etc/passwd", "/etc/passwd", "x"):
        kept = app.state.desk.shelf.new(Case(recordings=(theirs[0].model_copy(update={"file": file}),)))
        assert "is not on this computer" in reader.get(f"/case/{kept.id}/recordings").text
        assert judge(kept, app.state.desk)[1].measured == ()


def test_erasing_a_case_erases_its_recordings(reader: Reader, app: FastAPI):
    case = reader.begin()
    bring(reader, case, tremor_log())
    reader.post(f"{case}/erase")
    assert list(app.state.desk.recordings.iterdir()) == []


def test_a_recording_that_is_taken_out_leaves_no_file(reader: Reader, app: FastAPI):
    case = reader.begin()
    bring(reader, case, tremor_log())
    token = json.loads(reader.get(f"{case}/case.json").text)["recordings"][0]["file"].split("/")[1].split(".")[0]
    assert list((app.state.desk.recordings / case.removeprefix("/case/")).iterdir())
    for _ in range(2):  # the second is sent again from a page that the browser kept
        reader.post(f"{case}/recordings/{token}/remove")
        assert "recordings" not in json.loads(reader.get(f"{case}/case.json").text)
        assert list((app.state.desk.recordings / case.removeprefix("/case/")).iterdir()) == []


def test_a_recording_that_another_is_read_against_is_taken_off_the_disk_with_the_last_that_uses_it(reader: Reader, app: FastAPI):
    case = reader.begin()
    folder = app.state.desk.recordings / case.removeprefix("/case/")
    bring(reader, case, tremor_log(seconds=3))
    (row,) = json.loads(reader.get(f"{case}/case.json").text)["recordings"]
    bring(reader, case, tremor_log(seconds=3), task="tapping", asked_hz="3", before=_name(row))
    first, second = (_name(row) for row in json.loads(reader.get(f"{case}/case.json").text)["recordings"])
    reader.post(f"{case}/recordings/{first}/remove")
    assert {path.name.split(".")[0] for path in folder.iterdir()} == {first, second}
    reader.post(f"{case}/recordings/{second}/remove")
    assert list(folder.iterdir()) == []


def test_a_name_in_a_case_from_elsewhere_takes_no_file_off_the_disk(reader: Reader, app: FastAPI):
    mine = reader.begin()
    bring(reader, mine, tremor_log(seconds=3))
    before = set((app.state.desk.recordings / mine.removeprefix("/case/")).iterdir())
    file = json.loads(reader.get(f"{mine}/case.json").text)["recordings"][0]["file"]
    case = {"schema": "myognosis/case/1", "recordings": [{"file": name, "kind": "emg"} for name in (file, "../cases/x.json")]}
    opened = reader.ask("POST", "/open", files={"file": ("case.json", json.dumps(case))}, follow=False).headers["location"]
    for token in re.findall(r"recordings/([0-9a-f]{16})/remove", reader.get(f"{opened}/recordings").text):
        reader.post(f"{opened}/recordings/{token}/remove")
    assert "recordings" not in json.loads(reader.get(f"{opened}/case.json").text)
    assert set((app.state.desk.recordings / mine.removeprefix("/case/")).iterdir()) == before


def _name(row: dict[str, str]) -> str:
    return row["file"].split("/")[1].split(".")[0]


@pytest.mark.whole
def test_a_real_child_has_limits_and_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.undo()
    (tmp_path / "log.csv").write_bytes(tremor_log(seconds=2))
    asked = json.dumps({"folder": str(tmp_path), "entry": {"file": "log.csv", "kind": "other"}, "tasks": ["look"]})
    code = (
        "import resource, sys\nfrom myognosis.web import child\nchild.main()\n"
        "print(resource.getrlimit(resource.RLIMIT_CPU)[0], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], input=asked, capture_output=True, text=True, check=True)
    assert len(json.loads(done.stdout)["channels"]) == 3
    assert int(done.stderr) == child.CPU_S


@pytest.mark.parametrize(("content", "form"), [(b"0" * 4_000_000, {}), (b"1,2", {"side": "left", "moments": "1 2"})])
def test_a_refused_upload_is_answered_by_the_page_of_its_form_with_what_was_told(
    reader: Reader, content: bytes, form: dict[str, str]
):
    case = reader.begin("uk")
    sent = {"files": {"file": ("log.csv", content)}, "data": {"kind": "emg"} | form}
    answer = reader.ask("POST", f"{case}/upload", follow=False, **sent)
    assert (answer.status_code, answer.text) == (303, "")
    page = reader.get(answer.headers["location"])
    assert page.status_code == (422 if form else 413)
    assert 'id="faults" role="alert"' in page.text
    assert reader.get(f"{case}/recordings").status_code == 200
    if form:
        assert re.search('value="emg" checked', page.text)
        assert re.search('value="left" selected', page.text)
        assert 'name="moments" value="1 2"' in page.text


def test_a_refused_file_of_a_case_is_said_on_the_first_page_in_whatever_language_is_read(reader: Reader):
    answer = reader.ask("POST", "/open", files={"file": ("x", b"[1, 2]")}, follow=False)
    assert answer.status_code == 303
    reader.post("/language", {"to_language": "ru"})
    page = reader.get(answer.headers["location"])
    assert page.status_code == 422
    assert "Файл с этими ответами не удаётся прочитать" in page.text
    assert reader.get("/fault?draft=none").url.path == "/"

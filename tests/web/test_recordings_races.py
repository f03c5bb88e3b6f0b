"""What two do with a recording at the same moment, each bad order forced: erase and poll, bring and erase, measure and look; and a
disk that is full."""

import errno
import io
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from myognosis.faults import MissingExtra
from myognosis.language import mark
from myognosis.model.case import Case
from myognosis.model.case import Recording as Entry
from myognosis.store import FileShelf, NoSuchCase, Stale
from myognosis.web import child, children, recorded
from myognosis.web.children import Children
from myognosis.web.routes import cases, recordings, result

from .conftest import Reader, instead
from .test_children import BEING_READ, GOES_ON, LOG, Gate, finish, gate  # noqa: F401  # a fixture
from .test_recordings import bring

FULL = OSError(errno.ENOSPC, "No space left on device")
ANSWERS = "import sys; sys.stdin.read(); print('{\"channels\": []}')"


@pytest.fixture
def case(reader: Reader) -> str:
    return reader.begin()


def entry_of(app: FastAPI, case: str) -> Entry:
    return app.state.desk.shelf.load(case.removeprefix("/case/")).case.recordings[0]


def no_room(*_: Any, **__: Any) -> None:
    raise FULL


# erase


def test_who_still_holds_an_erased_case_begins_no_work_on_it(reader: Reader, app: FastAPI, case: str, gate: Gate):  # noqa: F811
    bring(reader, case, LOG, kind="other")
    row, held, folder = entry_of(app, case), app.state.desk.children, app.state.desk.recordings
    held.drop(folder, case.removeprefix("/case/"))  # the poll comes between the end of the work and that of the files
    assert held.resume(folder, row) is None
    assert held.look(folder, row).done()
    assert held._jobs == {}
    gate.open.set()


def test_a_file_that_arrives_while_its_case_is_erased_is_not_left_behind(
    reader: Reader, app: FastAPI, case: str, monkeypatch: pytest.MonkeyPatch
):
    kept, desk = app.state.desk.shelf.load(case.removeprefix("/case/")), app.state.desk
    erase, tried = cases.erase_recordings, []

    def erase_then_bring(folder: Path, name: str) -> None:
        erase(folder, name)
        file = recorded.keep_file(desk.recordings, name, "log.csv", io.BytesIO(LOG)) if not tried else ""
        tried.append(file)
        with pytest.raises(NoSuchCase):
            recordings.change(kept, desk, lambda _: (Entry(file=file, kind="other"),))

    monkeypatch.setattr(cases, "erase_recordings", erase_then_bring)
    assert "erased" in reader.post(f"{case}/erase").text
    assert tried
    assert not (desk.recordings / kept.id).exists()


def test_a_folder_that_was_erased_under_a_file_says_that_there_is_no_case(
    reader: Reader, app: FastAPI, case: str, monkeypatch: pytest.MonkeyPatch
):
    def erased(*_: Any) -> str:
        app.state.desk.shelf.erase(case.removeprefix("/case/"))
        raise FileNotFoundError

    monkeypatch.setattr(recorded, "keep_file", erased)
    assert bring(reader, case, LOG).status_code == 404


# take out and measure


@pytest.mark.parametrize("line", ["look", "measure"])
def test_a_recording_that_is_taken_out_while_it_is_worked_on_leaves_nothing(
    reader: Reader, app: FastAPI, case: str, gate: Gate, line: str  # noqa: F811
):  # fmt: skip
    gate.held = {line}
    if line == "look":  # else the upload answers when it was looked at, and the measuring is under way
        object.__setattr__(app.state.desk.settings, "look_s", 0.0)
    bring(reader, case, LOG, kind="other")
    row, held, folder = entry_of(app, case), app.state.desk.children, app.state.desk.recordings
    reader.post(f"{case}/recordings/{row.file.split('/')[1].split('.')[0]}/remove")
    gate.open.set()
    finish(app)
    for pool in held._lines.values():
        pool.submit(lambda: None).result(60)  # whoever was inside is out
    assert list((folder / case.removeprefix("/case/")).iterdir()) == []
    assert held.look(folder, row).done()  # a page of a moment ago asks for work on it
    assert held._jobs == {}


def test_a_recording_that_is_taken_out_while_another_is_brought_is_not_named_by_it(
    reader: Reader, app: FastAPI, case: str, gate: Gate, monkeypatch: pytest.MonkeyPatch  # noqa: F811
):  # fmt: skip
    gate.open.set()
    bring(reader, case, LOG, kind="other")
    keep, first = recordings.keep, entry_of(app, case).file.split("/")[1].split(".")[0]

    def taken_out_meanwhile(*given: Any) -> str:
        recordings.remove(case.removeprefix("/case/"), first, app.state.desk)
        return keep(*given)

    monkeypatch.setattr(recordings, "keep", taken_out_meanwhile)
    bring(reader, case, LOG, task="tapping", asked_hz="3", before=first)
    (row,) = app.state.desk.shelf.load(case.removeprefix("/case/")).case.recordings
    assert row.before is None


# a page beside the work


def test_what_was_done_while_a_page_was_made_is_on_the_page(
    reader: Reader, app: FastAPI, case: str, gate: Gate, monkeypatch: pytest.MonkeyPatch  # noqa: F811
):  # fmt: skip
    gate.held = {"look"}
    object.__setattr__(app.state.desk.settings, "look_s", 0.0)
    assert BEING_READ in bring(reader, case, LOG, kind="other").text
    resume = Children.resume

    def done_the_moment_after(self: Children, *asked: Any) -> Any:
        before = resume(self, *asked)
        gate.open.set()
        finish(app)
        return before

    monkeypatch.setattr(Children, "resume", done_the_moment_after)
    page = reader.get(f"{case}/recordings").text
    assert 'class="trace"' in page
    assert BEING_READ not in page
    assert GOES_ON not in page
    assert "hx-trigger" not in page


def test_a_result_made_before_the_last_measurement_says_so(
    reader: Reader, app: FastAPI, case: str, gate: Gate, monkeypatch: pytest.MonkeyPatch  # noqa: F811
):  # fmt: skip
    bring(reader, case, LOG, kind="other")
    make = result.result_page

    def then_measured(*asked: Any) -> Any:
        page = make(*asked)
        gate.open.set()
        finish(app)
        return page

    monkeypatch.setattr(result, "result_page", then_measured)
    assert "still being analysed" in reader.get(f"{case}/clinician").text
    assert "still being analysed" not in reader.get(f"{case}/clinician").text


def test_two_windows_that_end_the_interview_at_once_both_see_the_result(
    reader: Reader, app: FastAPI, case: str, monkeypatch: pytest.MonkeyPatch
):
    save, faster = FileShelf.save, []

    def second(self: FileShelf, name: str, case: Case, revision: str, **more: bool) -> Any:
        if not faster:
            faster.append(save(self, name, case, revision, **more))
            raise Stale(faster[0])
        return save(self, name, case, revision, **more)

    monkeypatch.setattr(FileShelf, "save", second)
    assert reader.post(f"{case}/result").status_code == 200
    assert faster


def test_two_windows_never_bring_more_files_than_a_case_may_hold(
    reader: Reader, app: FastAPI, case: str, gate: Gate, monkeypatch: pytest.MonkeyPatch  # noqa: F811
):  # fmt: skip
    gate.open.set()
    keep = recordings.keep

    def filled_meanwhile(desk: Any, name: str, *given: Any) -> str:
        monkeypatch.setattr(recordings, "MOST_FILES", 0)
        return keep(desk, name, *given)

    monkeypatch.setattr(recordings, "keep", filled_meanwhile)
    assert bring(reader, case, LOG).status_code == 422
    assert list((app.state.desk.recordings / case.removeprefix("/case/")).iterdir()) == []


def test_a_program_that_closes_begins_nothing_more(tmp_path: Path):
    (tmp_path / "log.csv").write_bytes(LOG)
    held, row = Children(), Entry(file="log.csv", kind="other")
    held.close()
    assert held.look(tmp_path, row).done()
    assert held.resume(tmp_path, row) is None


# the process that stands ready


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[list["subprocess.Popen[str]"]]:
    started, start = list["subprocess.Popen[str]"](), instead(ANSWERS)
    monkeypatch.setattr(children, "_start", lambda line: started.append(start(line)) or started[-1])
    yield started
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def held(tmp_path: Path) -> Iterator[Children]:
    held = Children()
    held.is_serving = True
    yield held
    held.close()


def test_the_process_that_stands_ready_opens_one_file_and_no_second(
    held: Children, tmp_path: Path, started: list["subprocess.Popen[str]"]
):
    held.prepare()
    held.prepare()
    assert len(started) == 2  # one that looks, and one that measures
    for number in range(2):
        (tmp_path / f"{number}.csv").write_bytes(LOG)
        held.look(tmp_path, Entry(file=f"{number}.csv", kind="other")).result(60)
        assert recorded.is_done(tmp_path / f"{number}.csv")
        assert len(started) == 2 + number


def test_a_process_that_no_longer_stands_ready_is_replaced_though_it_ends_as_it_is_asked(
    held: Children, tmp_path: Path, started: list["subprocess.Popen[str]"], monkeypatch: pytest.MonkeyPatch
):
    answers, tired = children._start, instead(f"import os, sys; sys.stdin.read(1); os.kill(os.getpid(), {children._TIRED})")
    monkeypatch.setattr(children, "_start", tired)
    held.prepare()
    monkeypatch.setattr(children, "_start", answers)
    (tmp_path / "0.csv").write_bytes(LOG)
    held.look(tmp_path, Entry(file="0.csv", kind="other")).result(60)
    assert recorded.is_done(tmp_path / "0.csv")
    assert not recorded.recorded(tmp_path, "", "0.csv")
    assert len(started) == 1


def test_no_process_stands_ready_after_the_end(held: Children, started: list["subprocess.Popen[str]"]):
    held.prepare()
    held.close()
    assert all(process.poll() is not None for process in started)
    held.prepare()
    assert len(started) == 2


# a full disk


def test_what_cannot_be_written_down_is_said_and_not_begun_again_at_each_look(
    reader: Reader, app: FastAPI, case: str, gate: Gate, monkeypatch: pytest.MonkeyPatch  # noqa: F811
):  # fmt: skip
    gate.open.set()
    asked, work = [], gate.ask
    monkeypatch.setattr(Children, "ask", lambda _, job: asked.append(job.line) or work(job))
    monkeypatch.setattr(recorded, "write_down", no_room)
    for _ in range(3):
        page = bring(reader, case, LOG).text if not asked else reader.get(f"{case}/recordings").text
        finish(app)
        assert "no room on the disk" in page
        assert "hx-trigger" not in page
    assert asked == ["look"]
    assert "still being analysed" not in reader.get(f"{case}/clinician").text


def test_the_traces_stay_where_only_the_measurement_found_no_room(
    reader: Reader, app: FastAPI, case: str, gate: Gate, monkeypatch: pytest.MonkeyPatch  # noqa: F811
):  # fmt: skip
    bring(reader, case, LOG, kind="other")
    monkeypatch.setattr(recorded, "write_down", no_room)
    gate.open.set()
    finish(app)
    page = reader.get(f"{case}/recordings").text
    assert 'class="trace"' in page
    assert "no room on the disk" in page
    assert GOES_ON not in page


def test_a_file_for_which_there_is_no_room_is_refused_and_leaves_nothing(
    reader: Reader, app: FastAPI, case: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(recorded.shutil, "copyfileobj", no_room)
    answer = bring(reader, case, LOG)
    assert answer.status_code == 507
    assert "no room left on the disk" in answer.text
    assert list(app.state.desk.recordings.rglob("*.csv")) == []
    assert app.state.desk.shelf.load(case.removeprefix("/case/")).case.recordings == ()


def test_traces_for_which_there_is_no_room_are_no_fault_of_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "log.csv").write_bytes(LOG)
    monkeypatch.setattr(child.np, "save", no_room)
    asked = {"folder": str(tmp_path), "entry": {"file": "log.csv", "kind": "other"}}
    assert child.work(asked | {"tasks": ["look"]}) == {"limit": "disk"}
    assert child.work(asked | {"tasks": ["keep"]}) == {}
    assert [path.name for path in tmp_path.iterdir()] == ["log.csv"]


def test_a_note_that_cannot_be_written_leaves_what_was_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "log.csv"
    recorded.write_down(path, {"channels": []})
    monkeypatch.setattr(Path, "replace", no_room)
    with pytest.raises(OSError, match="No space"):
        recorded.write_down(path, {"measured": None})
    assert [one.name for one in tmp_path.iterdir()] == ["log.seen.json"]
    assert recorded.is_done(path)


# a part that is not installed


@pytest.mark.usefixtures("here")
def test_a_part_that_is_not_installed_is_named_in_the_language_of_the_reader(reader: Reader, monkeypatch: pytest.MonkeyPatch):
    def missing(*_: Any, **__: Any) -> None:
        raise MissingExtra(mark("Reading a recording"), "signals")

    monkeypatch.setattr(child, "read_recording", missing)
    page = bring(reader, reader.begin("uk"), LOG).text
    assert "myognosis[signals]" in page
    assert "optional part" not in page

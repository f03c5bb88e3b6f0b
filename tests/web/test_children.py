"""The processes that open recordings: few at once, within the memory of the computer, and who waits is told."""

import asyncio
import logging
import os
import re
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from anyio import to_thread
from fastapi import FastAPI
from hypothesis import given, settings
from hypothesis import strategies as st

from myognosis.model.case import Recording as Entry
from myognosis.web import child, children, recorded
from myognosis.web.children import Children, Limits, limits

from .conftest import Reader
from .test_recordings import bring, tremor_log

LOG = tremor_log(seconds=3)
AGAIN = re.compile(r'href="[^"]*/recordings\?again=([^"]*)#s0"')
GOES_ON, BEING_READ = "the analysis goes on", "The file is being read"


class Gate:
    """Holds every child that is to measure, or to look, until it is opened; counts who is inside."""

    def __init__(self) -> None:
        self.open, self.held, self.inside, self.most = threading.Event(), {"measure"}, 0, 0
        self.held_long_only = False
        self.lock, self.answer = threading.Lock(), dict[str, Any]()

    def ask(self, job: Any) -> dict[str, Any]:
        with self.lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
        if job.line in self.held and not (self.held_long_only and job.short):
            assert self.open.wait(60)
        with self.lock:
            self.inside -= 1
        return self.answer if self.answer and job.line == "measure" else child.work(job.request)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    gate = Gate()
    monkeypatch.setattr(Children, "ask", lambda _, job: gate.ask(job))
    monkeypatch.setattr(children, "SHORT_BYTES", 0)  # every recording is a long one
    yield gate
    gate.open.set()


@pytest.fixture
def case(reader: Reader) -> str:
    return reader.begin()


def finish(app: FastAPI) -> None:
    """Wait for every child."""
    held: Children = app.state.desk.children
    while jobs := list(held._jobs.values()):
        for job in jobs:
            job.done.result(60)


def address(reader: Reader, case: str, number: int = 0) -> str:
    file = reader.get(f"{case}/case.json").json()["recordings"][number]["file"]
    return f"{case}/recordings/{file.split('/')[1].split('.')[0]}"


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 512), st.integers(1_000_000_000, 4_000_000_000_000))
def test_all_children_together_never_use_more_than_three_quarters_of_the_memory(cores: int, memory: int):
    found = limits(cores, memory)
    assert found.at_once >= 1
    assert 2 * found.at_once <= max(2, cores)
    assert 2 * found.at_once * found.memory_bytes <= 0.75 * memory
    assert found.memory_bytes <= child.MEMORY_BYTES


def test_a_long_recording_is_drawn_before_it_is_measured(reader: Reader, app: FastAPI, case: str, gate: Gate):
    page = bring(reader, case, LOG).text
    assert 'class="trace"' in page
    assert "of its seconds can be judged" in page
    assert GOES_ON in page
    assert 'hx-trigger="every' in page
    one = address(reader, case)
    assert reader.get(f"{one}?line=measure").status_code == 204
    assert "still being analysed" in reader.get(f"{case}/clinician").text
    gate.open.set()
    finish(app)
    part = reader.get(f"{one}?line=measure").text
    assert "It was measured" in part
    assert "hx-trigger" not in part
    assert "<figure" not in part
    assert GOES_ON not in reader.get(f"{case}/recordings").text
    assert "still being analysed" not in reader.get(f"{case}/clinician").text


def test_every_sample_of_a_long_recording_is_kept_for_a_close_look(
    reader: Reader, app: FastAPI, case: str, gate: Gate, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(child, "COLUMNS", 10)
    bring(reader, case, LOG, kind="other")
    coarse = reader.get(f"{address(reader, case)}/trace?start=0.5&stop=0.51&columns=100").json()
    gate.open.set()
    finish(app)
    close = reader.get(f"{address(reader, case)}/trace?start=0.5&stop=0.51&columns=100").json()
    assert len(close["low"]) > len(coarse["low"])
    assert close["low"] == close["high"]


def test_who_waits_is_told_how_many_come_first(reader: Reader, app: FastAPI, case: str, gate: Gate):
    app.state.desk.children.close()
    app.state.desk.children.__init__(Limits(1, child.MEMORY_BYTES))
    for _ in range(3):
        page = bring(reader, case, LOG, kind="other").text
    assert "1 other recording comes first" in page
    assert "2 other recordings come first" in page
    assert reader.get(f"{address(reader, case, 2)}?line=measure&ahead=2").status_code == 204
    gate.open.set()
    finish(app)
    assert "come first" not in reader.get(f"{case}/recordings").text
    assert gate.most <= 2  # one that looks, one that measures


def test_a_short_recording_never_waits_for_the_analysis_of_a_long_one(
    reader: Reader, app: FastAPI, case: str, gate: Gate, monkeypatch: pytest.MonkeyPatch
):
    bring(reader, case, LOG, kind="other")
    monkeypatch.setattr(children, "SHORT_BYTES", 2_000_000)
    gate.held_long_only = True
    page = bring(reader, case, LOG, kind="other").text
    assert page.count(GOES_ON) == 1
    assert "comes first" not in page


def test_who_brings_a_file_is_shown_the_page_though_it_is_still_being_read(app: FastAPI, reader: Reader, case: str, gate: Gate):
    gate.held = {"look"}
    object.__setattr__(app.state.desk.settings, "look_s", 0.0)
    page = bring(reader, case, LOG, kind="other").text
    assert BEING_READ in page
    assert "See whether it is done" in page
    assert reader.get(f"{address(reader, case)}?line=look").status_code == 204
    assert len({AGAIN.search(html)[1] for html in (page, reader.get(f"{case}/recordings").text)}) == 2  # else it would not be asked
    gate.open.set()
    finish(app)
    card = reader.get(f"{address(reader, case)}?line=look").text
    assert "<figure" in card
    assert BEING_READ not in card


def test_who_waits_for_a_look_keeps_nobody_from_the_other_pages(reader: Reader, app: FastAPI, case: str, gate: Gate):
    gate.held = {"look"}
    form = {"files": {"file": ("a.csv", LOG)}, "data": {"kind": "other"}}

    async def together() -> tuple[int, list[bool]]:
        threads = to_thread.current_default_thread_limiter()
        before, threads.total_tokens = threads.total_tokens, 2
        try:
            waiting = [asyncio.create_task(reader._ask("POST", f"{case}/upload", False, form)) for _ in range(4)]
            while len(app.state.desk.children._jobs) < 4:
                await asyncio.sleep(0.01)
            page = await reader._ask("GET", case, True, {})
            done = [one.done() for one in waiting]
            gate.open.set()
            await asyncio.gather(*waiting)
            return page.status_code, done
        finally:
            threads.total_tokens = before

    assert reader.runner.run(together()) == (200, [False] * 4)


@pytest.mark.parametrize(
    "answer, said",
    [({"limit": "measure"}, "took more time or memory"), ({"fault": "measure: ValueError at a:1"}, "a fault of this program")],
)
def test_an_analysis_that_ends_badly_is_said_to_and_the_traces_stay(
    reader: Reader, app: FastAPI, case: str, gate: Gate, answer: dict[str, str], said: str
):
    gate.answer = answer
    gate.open.set()
    bring(reader, case, LOG, kind="other")
    finish(app)
    page = reader.get(f"{case}/recordings").text
    assert said in page
    assert 'class="trace"' in page
    assert GOES_ON not in page
    assert reader.get(f"{case}/result").status_code == 200


def test_a_fault_of_ours_is_told_by_its_kind_and_place_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def broken(*_: Any) -> dict[str, Any]:
        raise ValueError("a secret value")

    (tmp_path / "log.csv").write_bytes(LOG)
    monkeypatch.setitem(child._TASKS, "measure", broken)
    answer = child.work({"folder": str(tmp_path), "entry": {"file": "log.csv", "kind": "other"}, "tasks": ["look", "measure"]})
    assert len(answer["channels"]) == 3
    assert answer["fault"].startswith("measure: ValueError at tests")
    assert "secret" not in str(answer)


def test_a_child_that_hangs_is_ended_and_said_to_have_needed_too_much(reader: Reader, case: str, monkeypatch: pytest.MonkeyPatch):
    def hang(*_: Any) -> None:
        raise subprocess.TimeoutExpired("child", 1)

    monkeypatch.setattr(Children, "ask", hang)
    assert "more time or memory" in bring(reader, case, LOG, kind="other").text


def test_erasing_a_case_ends_the_work_on_it_and_leaves_nothing(reader: Reader, app: FastAPI, case: str, gate: Gate):
    bring(reader, case, LOG, kind="other")
    path = app.state.desk.recordings / reader.get(f"{case}/case.json").json()["recordings"][0]["file"]
    reader.post(f"{case}/erase")
    gate.open.set()
    app.state.desk.children._lines["measure"].shutdown()
    assert not path.parent.exists()
    recorded.write_down(path, {"measured": None})
    assert not path.parent.exists()


def test_a_real_child_is_killed_when_its_case_is_erased(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from .conftest import instead

    begun = threading.Event()
    endless = instead("import time; time.sleep(600)")

    def start(line: str) -> "subprocess.Popen[str]":
        process = endless(line)
        begun.set()
        return process

    monkeypatch.setattr(children, "_start", start)
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "log.csv").write_bytes(LOG)
    held = Children()
    seen = held.look(tmp_path, Entry(file="a/log.csv", kind="other"))
    assert begun.wait(60)
    held.drop(tmp_path, "a")
    seen.result(60)
    assert not recorded.is_seen(tmp_path / "a" / "log.csv")
    held.close()


@pytest.mark.skipif(not hasattr(os, "getpgid"), reason="the system knows no groups of processes")
def test_the_keys_that_end_the_server_do_not_end_a_child_as_if_it_had_needed_too_much():
    with children._start("look") as process:
        try:
            assert os.getpgid(process.pid) != os.getpgid(0)
        finally:
            process.kill()


def test_what_was_not_measured_is_after_a_restart(reader: Reader, app: FastAPI, case: str, gate: Gate):
    bring(reader, case, LOG, kind="other")
    held: Children = app.state.desk.children
    held.close()
    gate.open.set()
    held._lines["measure"].shutdown()
    held.__init__()  # type: ignore[misc]  # as a new program would begin
    gate.open.clear()
    assert GOES_ON in reader.get(f"{case}/recordings").text
    gate.open.set()
    finish(app)
    assert GOES_ON not in reader.get(f"{case}/recordings").text


def test_the_log_holds_no_name_and_no_value(reader: Reader, app: FastAPI, case: str, gate: Gate, caplog: pytest.LogCaptureFixture):
    gate.answer = {"fault": "measure: ValueError at myognosis.signals:1"}
    gate.open.set()
    with caplog.at_level(logging.DEBUG, "myognosis"):
        bring(reader, case, LOG, kind="other")
        finish(app)
    assert caplog.messages == ["recording: measure: ValueError at myognosis.signals:1"]


def test_what_was_just_done_is_not_begun_again_for_a_page_that_did_not_know(reader: Reader, app: FastAPI, case: str, gate: Gate):
    gate.answer = {"fault": "measure: ValueError at myognosis.signals:1"}
    gate.open.set()
    bring(reader, case, LOG, kind="other")
    finish(app)
    held, folder = app.state.desk.children, app.state.desk.recordings
    row = app.state.desk.shelf.load(case.removeprefix("/case/")).case.recordings[0]
    assert held.look(folder, row).done()
    assert held.waiting(folder, row.file) is None


def test_what_a_page_had_looked_at_first_is_not_looked_at_again_for_who_brought_it(
    reader: Reader, app: FastAPI, case: str, gate: Gate, monkeypatch: pytest.MonkeyPatch
):
    """Between keeping a file and asking for a look another window may show the page, and all may be done before the first asks."""
    look, gone_through, tasks = Children.look, list[bool](), list[str]()
    monkeypatch.setattr(Children, "ask", lambda _, job: tasks.append(job.line) or gate.ask(job))
    gate.open.set()

    def late(held: Children, *given: Any) -> Any:
        if not gone_through:
            gone_through.append(True)
            app.state.desk.children.look(*given)
            finish(app)
        return look(held, *given)

    monkeypatch.setattr(Children, "look", late)
    bring(reader, case, LOG, kind="other")
    finish(app)
    assert tasks == ["look", "measure"]


def test_a_page_drawn_while_its_case_is_erased_says_that_there_is_none(
    reader: Reader, app: FastAPI, case: str, gate: Gate, monkeypatch: pytest.MonkeyPatch
):
    gate.open.set()
    bring(reader, case, LOG, kind="other")
    finish(app)
    one, read = address(reader, case), recorded.recorded

    def erased(folder: Path, name: str, file: str) -> Any:
        seen = read(folder, name, file)
        recorded.erase_recordings(folder, name)
        return seen

    monkeypatch.setattr(recorded, "recorded", erased)
    assert reader.get(f"{one}/columns").status_code == 404
    assert reader.get(f"{case}/recordings").status_code == 200  # erased before it was asked for: the file is said not to be here


def test_a_trace_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def ended(target: Any, samples: Any, **_: Any) -> None:
        Path(target if isinstance(target, str | Path) else target.name).write_bytes(b"half")
        raise MemoryError

    (tmp_path / "log.csv").write_bytes(LOG)
    entry = Entry(file="log.csv", kind="other")
    child.look(tmp_path, entry)
    monkeypatch.setattr(child.np, "save", ended)
    with pytest.raises(MemoryError):
        child.keep(tmp_path, entry)
    assert not list(tmp_path.glob("*.all.npy"))
    assert len(recorded.trace(tmp_path / "log.csv", 0, 0.5, 0.51, 100).low)

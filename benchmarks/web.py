"""The interview in a browser: how soon a page, a question, the result and the PDF come, and what fifty people at once feel."""

import hashlib
import http.client
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import numpy as np
from tests.store.postgres import programs, running

from benchmarks.reasoning import Row, Tables
from myognosis.findings import check_case
from myognosis.interview.session import Session, next_step, self_tests
from myognosis.knowledge import Knowledge, load_knowledge
from myognosis.model.case import Answer, Case
from myognosis.reason.causes import weigh
from myognosis.reason.triage import triage
from myognosis.testing import Numbered, load_vignettes
from myognosis.web.forms import Given
from myognosis.web.steps import OPENING as STEPS
from myognosis.web.steps import Step

PEOPLE, THINKING_S = 50, (1.0, 5.0)
INTERVIEWS, PAGES, RESULTS, PDFS = 8, 500, 20, 5
RECORDING = Path("tests/data/recordings/shifted_header.edf")
EVERY, MOSTLY = 8, 0.8
CHANCE = np.random.default_rng(5)
OPENING = {
    "about": {"age": "40"},
    "warnings": {"none": "1"},
    "story": {"words": "twitch"},
    "movement": {"sign": "feel_flicker_under_skin"},
    "where": {"place": "calf/left"},
    "medicines": {},
    "habits": {"sleep": "7"},
    "history": {"none": "1"},
    "body": {"none": "1"},
    "also": {"none": "1"},
    "function": {"none": "1"},
}
NOTE = f"""A real server (`myognosis serve`) on this machine, asked over HTTP by people without a browser; the askers share its
cores. An answer is one post and the page it leads to, in {INTERVIEWS} interviews; its processor time is that of the server.
The {PEOPLE} people begin within five seconds and think {THINKING_S[0]:g} to {THINKING_S[1]:g} s, evenly drawn, before each answer.
Long use is {PAGES} answered pages, {RESULTS} results, {PDFS} PDFs, three recordings, one after the other, after all else. The
pages are counted over every {EVERY}th vignette, drawn by its name: those of the opening are filled in with what it tells, a
question is one page with one question, and what is not told, and is not the same in other words, is answered with no; at the end
self tests, where they would tell something, blood tests and the review are one page each. Behind a proxy each of the people has a
name, and the cases lie in a database. Other work may share the processors while this is measured: the processor times do not
depend on it."""


class Person:
    """One browser: shows who it is, follows where it is sent, and notes how long an answer took."""

    def __init__(self, host: str, shown: dict[str, str], server: int = 0) -> None:
        self.host, self.shown, self.times, self.errors, self.server = host, shown, list[float](), 0, server
        self.work = list[float]()

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[str, str]:
        """A request with all it leads to: the last address and its page."""
        begun, before = time.perf_counter(), _worked_s(self.server)
        connection = http.client.HTTPConnection(self.host, timeout=60)
        body, headers = urlencode(form or {}), self.shown | {"Content-Type": "application/x-www-form-urlencoded"}
        for _ in range(5):
            connection.request(method, path, body if method == "POST" else None, headers)
            answer = connection.getresponse()
            text = answer.read().decode("utf-8", "replace")
            self.errors += answer.status >= 400
            if answer.status not in (302, 303, 307):
                break
            method, path = "GET", answer.headers["location"]
        connection.close()
        self.times.append(time.perf_counter() - begun)
        self.work.append(_worked_s(self.server) - before)
        return path, text

    def interview(self, pause: Callable[[], None], yes: float) -> str:
        """From the first page to the result; the address of the case."""
        case = self.ask("POST", "/case")[0].split("/step")[0]
        page = case, ""
        for step, form in OPENING.items():
            pause()
            page = self.ask("POST", f"{case}/step/{step}", form)
        while found := re.search(r'action="([^"]*/question/[^"]*)"', page[1]):
            pause()
            page = self.ask("POST", found[1], {"answer": "present" if CHANCE.random() < yes else "absent"})
        pause()
        self.ask("POST", f"{case}/result")
        return case


def _p95(times: list[float]) -> float:
    return 1000 * sorted(times)[int(0.95 * (len(times) - 1))]


def _serve(folder: str) -> tuple[subprocess.Popen[str], str, dict[str, str], float]:
    """The server, its host, what a browser shows, and the seconds from its start to the first page."""
    begun = time.perf_counter()
    command = [sys.executable, "-m", "myognosis", "serve", "--no-browser", "--folder", folder]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert server.stdout
    host, _, path = server.stdout.readline().strip().removeprefix("http://").partition("/")
    connection = http.client.HTTPConnection(host, timeout=60)
    connection.request("GET", f"/{path}")
    shown = {"Cookie": connection.getresponse().headers["set-cookie"].split(";")[0]}
    Person(host, shown).ask("GET", "/")
    return server, host, shown, time.perf_counter() - begun


def _serve_many(folder: str, store: str) -> tuple[subprocess.Popen[str], str, list[dict[str, str]]]:
    """A server behind a proxy, over a store: its host, and what the proxy shows of each of the people."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "myognosis", "serve", "--json", "--folder", folder, "--port", f"{port}", "--store", store]
    server = subprocess.Popen([*command, "--user-header", "X-Remote-User"], stdout=subprocess.PIPE, text=True)
    assert server.stdout
    proxy = json.loads(server.stdout.readline())["headers"]
    people = [proxy | {"X-Remote-User": f"person {n}"} for n in range(PEOPLE)]
    return server, f"127.0.0.1:{port}", people


def _cpu_s(pid: int) -> float:
    """Seconds of processor that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _worked_s(pid: int) -> float:
    """The same to the microsecond, of the threads that live; of no process nothing."""
    threads = Path(f"/proc/{pid}/task").glob("*/schedstat") if pid else ()
    return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9


def _settled(pid: int) -> None:
    """Come back once a process does nothing any more."""
    before = -1.0
    while (now := _worked_s(pid)) > before + 0.002:
        before = now
        time.sleep(0.5)


def _memory_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+)", status)
    return int(found[1]) / 1024 if found else float("nan")


def _sockets_beyond(pid: int) -> set[str]:
    """The addresses, as the kernel writes them, of the sockets of a process that do not lie on this machine alone."""
    held = {link.readlink().name for link in Path(f"/proc/{pid}/fd").iterdir() if link.is_symlink()}
    found = set[str]()
    for kind, here in (("tcp", "0100007F"), ("udp", "0100007F"), ("tcp6", "0" * 24 + "01000000"), ("udp6", "0" * 24 + "01000000")):
        for row in Path(f"/proc/net/{kind}").read_text().splitlines()[1:]:
            _, local, remote, *rest = row.split()
            beyond = {one for one in (local.split(":")[0], remote.split(":")[0]) if one != here and set(one) != {"0"}}
            if f"socket:[{rest[6]}]" in held and (beyond or set(local.split(":")[0]) == {"0"}):
                found.add(f"{kind} {local} {remote}")
    return found


def _questions_alone(host: str, shown: dict[str, str], pid: int) -> tuple[list[float], list[float]]:
    """One person after the other: seconds of each question, of the clock and of the server's processor."""
    times, work = list[float](), list[float]()
    for _ in range(INTERVIEWS):
        person = Person(host, shown, pid)
        person.interview(lambda: None, 0.1)
        first = len(OPENING) + 1
        times += person.times[first:-1]
        work += person.work[first:-1]
    return times, work


def _alone(host: str, shown: dict[str, str]) -> tuple[float, float]:
    """One person: the result and the PDF, in milliseconds."""
    person = Person(host, shown)
    case = person.interview(lambda: None, 0.15)
    results, reports = list[float](), list[float]()
    for number in range(12):  # a new answer each time, so that nothing is remembered
        person.ask("POST", f"{case}/question/cramp", {"answer": ("present", "absent", "unknown")[number % 3]})
        person.ask("POST", f"{case}/step/story", {"words": f"{number}", "overwrite": "1"})
        person.times.clear()
        person.ask("GET", f"{case}/result")
        person.ask("GET", f"{case}/report.pdf")
        results.append(person.times[0])
        reports.append(person.times[1])
    return _p95(results), _p95(reports)


def _bring(person: Person, case: str, file: Path) -> None:
    """A recording, as the form sends it, until it is measured."""
    line = uuid.uuid4().hex
    fields = "".join(
        f'--{line}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in (("kind", "emg"), ("during", "rest"))
    )
    head = f'{fields}--{line}\r\nContent-Disposition: form-data; name="file"; filename="{file.name}"\r\n\r\n'
    body = head.encode() + file.read_bytes() + f"\r\n--{line}--\r\n".encode()
    connection = http.client.HTTPConnection(person.host, timeout=60)
    kind = person.shown | {"Content-Type": f"multipart/form-data; boundary={line}"}
    connection.request("POST", f"{case}/upload", body, kind)
    person.errors += connection.getresponse().status >= 400
    connection.close()
    while "It was measured" not in person.ask("GET", f"{case}/recordings")[1]:
        time.sleep(0.2)


def _long(host: str, shown: dict[str, str], pid: int) -> tuple[float, int]:
    """Long use: the memory of the server afterwards, and how many errors there were."""
    person, case = Person(host, shown), ""
    while len(person.times) < PAGES:
        case = person.interview(lambda: None, 0.1)
    for number in range(RESULTS):
        person.ask("POST", f"{case}/step/story", {"words": f"{number}", "overwrite": "1"})
        person.ask("GET", f"{case}/result")
    for _ in range(PDFS):
        person.ask("GET", f"{case}/report.pdf")
    for _ in range(3):
        _bring(person, person.ask("POST", "/case")[0].split("/step")[0], RECORDING)
    _settled(pid)
    return _memory_mb(pid), person.errors


@dataclass(frozen=True)
class Crowd:
    """What many people at once felt: milliseconds of an answer, of the clock and of the server's processor, and errors."""

    answers: int
    errors: int
    median_ms: float
    p95_ms: float
    cpu_ms: float


def _crowd(host: str, shown: Sequence[dict[str, str]], pid: int) -> Crowd:
    """Many at once; each shows who they are."""
    people, begun = [Person(host, one) for one in shown], _cpu_s(pid)

    def live(person: Person) -> None:
        time.sleep(CHANCE.uniform(0, 5))
        person.interview(lambda: time.sleep(CHANCE.uniform(*THINKING_S)), 0.15)

    threads = [threading.Thread(target=live, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    times = [one for person in people for one in person.times]
    cpu = 1000 * (_cpu_s(pid) - begun) / len(times)
    return Crowd(len(times), sum(person.errors for person in people), 1000 * statistics.median(times), _p95(times), cpu)


@dataclass(frozen=True)
class OverStore:
    """What many people felt over a store; the memory of the server after its first page and after long use, with its errors."""

    crowd: Crowd
    idle_mb: float
    used_mb: float
    errors: int


def _over(store: str) -> OverStore:
    """The same behind a proxy over a store, each person with the own name; then one of them at length."""
    with tempfile.TemporaryDirectory() as folder:
        server, host, people = _serve_many(folder, store.format(folder=folder))
        try:
            Person(host, people[0]).ask("GET", "/")
            _settled(server.pid)
            idle = _memory_mb(server.pid)
            crowd = _crowd(host, people, server.pid)
            return OverStore(crowd, idle, *_long(host, people[0], server.pid))
        finally:
            server.terminate()
            server.wait(10)


def _over_stores() -> list[tuple[str, OverStore | None]]:
    """Over SQLite, and over a PostgreSQL of our own where it is installed."""
    sqlite, at = _over("sqlite:///{folder}/cases.db"), programs()
    if at is None:
        return [("SQLite", sqlite), ("PostgreSQL", None)]
    with running(at) as address:
        return [("SQLite", sqlite), ("PostgreSQL", _over(address))]


def _store_rows(name: str, found: OverStore | None) -> list[Row]:
    what = f"`--store` of {name} and `--user-header`, {PEOPLE} names: errors"
    if found is None:
        return [(what, "not installed here", "0")]
    return [
        (f"{what} in {found.crowd.answers} answers", f"{found.crowd.errors}", "0"),
        ("the same, processor time of the server", f"{found.crowd.cpu_ms:.0f} ms", ""),
        ("the same, median", f"{found.crowd.median_ms:.0f} ms", ""),
        ("the same, p95", f"{found.crowd.p95_ms:.0f} ms", "<= 300 ms"),
        ("the same, memory after the first page", f"{found.idle_mb:.0f} MB", "<= 150 MB"),
        (f"the same, memory after long use ({found.errors} errors)", f"{found.used_mb:.0f} MB", "<= 150 MB"),
    ]


_SINCE = {
    "tempo_sudden": ("1", "d"),
    "tempo_years": ("2", "a"),
    "tempo_chronic": ("6", "mo"),
    "tempo_subacute": ("3", "wk"),
    "tempo_acute": ("3", "d"),
}
_COURSES = {"course_progressive": "progressive", "course_stable": "stable", "course_fluctuating": "fluctuating",
            "course_improving": "improving", "attacks_discrete": "attacks", "single_event": "single"}  # fmt: skip


class Told:
    """What a vignette tells, as one person gives it page by page; what it does not tell is no.

    It tells some things in the words of an examiner: whoever has a myoclonus says that it is like a shock, and in most people with
    chorea the movement flows. Without that the person would deny on one page what the vignette is about.
    """

    def __init__(self, case: Case, knowledge: Knowledge) -> None:
        self.case, self.knowledge = case, knowledge
        self.states = check_case(case, knowledge)[0].states
        content, told = knowledge.content, [name for name, state in self.states.items() if state == "present"]
        for name in told:
            rule, movement = content.asking.get(name), content.movements.get(name)
            for meant in (
                *(rule.follows if rule else ()),
                *(f for f, p in (movement.features if movement else {}).items() if p > MOSTLY),
            ):
                self.states.setdefault(meant, "present")
        for name, rule in content.asking.items():
            if rule.follows and all(self.states.get(one) == "present" for one in rule.follows):
                self.states.setdefault(name, "present")

    def answer(self, name: str) -> Answer:
        """One answer; what follows from something told is told."""
        return {"present": Answer.PRESENT, "unknown": Answer.UNKNOWN}.get(self.states.get(name, "absent"), Answer.ABSENT)

    def opening(self) -> tuple[Case, int]:
        """The case after the pages that everybody sees, filled in as the pages take it; and how many an emergency let it see."""
        taken = {name for name in self.states if name.startswith("takes_") and self.knowledge.group_of(name) == "medicine"}
        answers = {
            name: Answer.PRESENT for name in sorted(taken) if self.states[name] == "present"
        }  # named on the page of medicines
        case, pages = self.case.model_copy(update={"answers": answers}), 0
        for step in (step for step in STEPS if step.needed(case, self.knowledge)):
            given = self._given(step)
            case, pages = step.take(case, given, self.knowledge) if given is not None else case, pages + 1
            if triage(check_case(case, self.knowledge)[0], self.knowledge).level == "emergency":
                break
        return case, pages

    def _given(self, step: Step) -> Given | None:
        present = [name for name in step.findings(self.knowledge) if self.states.get(name) == "present"]
        if step.name in ("warnings", "also", "movement", "history", "body"):
            return Given({"sign": present, "none": [] if present else ["1"]})
        if step.name == "function":
            pool = self.knowledge.content.activities.values()
            lost = [a.id for a in pool if present and all(self.states.get(name) == "present" for name in a.means)]
            return Given({"sign": lost, "none": [] if lost else ["1"]}) if lost or not present else None
        if step.name == "where":
            return Given({"place": self._places()})
        if step.name == "story":
            since = next((s for name, s in _SINCE.items() if self.states.get(name) == "present"), ("", ""))
            course = next((c for name, c in _COURSES.items() if self.states.get(name) == "present"), "")
            return Given({"since": [since[0]], "unit": [since[1]], "course": [course]})
        return None

    def _places(self) -> list[str]:
        muscles = self.knowledge.content.muscles.values()
        at = {m.region: f"{m.id}/midline" for m in muscles}
        return [place for region, place in at.items() if self.states.get(f"site_{region}") == "present"]


@dataclass
class Walks:
    """What the vignettes' people go through: questions and all pages of an interview to its end, and pages before an emergency."""

    questions: list[int] = field(default_factory=list)
    pages: list[int] = field(default_factory=list)
    before_emergency: list[int] = field(default_factory=list)
    found: int = 0
    """Of how many the vignette's cause is among the first three."""


def _offered(session: Session, knowledge: Knowledge) -> int:
    """The pages between the last question and the result: self tests and blood tests where they are offered, and the review."""
    return bool(self_tests(session.case, knowledge)[0]) + (not session.case.labs) + 1


def _is_drawn(item: Numbered) -> bool:
    """Whether this is one of the vignettes whose person goes through the pages: by its name, so that new ones shift no others."""
    return hashlib.sha256(f"{item.cause} {item.index}".encode()).digest()[0] % EVERY == 0


def _walks() -> Walks:
    """The interview of every few of the vignettes' people."""
    knowledge, walks = load_knowledge(), Walks()
    for item in filter(_is_drawn, load_vignettes(Path("tests/vignettes"))):
        told = Told(item.vignette.case(), knowledge)
        case, opening = told.opening()
        session = Session(case)
        while (step := next_step(session, knowledge)).kind == "question" and step.question:
            session = session.answer(step.question.id, told.answer(step.question.id))
        pages = opening + len(session.asked)
        if step.kind == "emergency":
            walks.before_emergency.append(pages)
        else:
            walks.questions.append(len(session.asked))
            walks.pages.append(pages + _offered(session, knowledge))
            walks.found += item.vignette.expect in weigh(check_case(session.case, knowledge)[0], knowledge).first[:3]
    return walks


def tables() -> Tables:
    """Every figure."""
    with tempfile.TemporaryDirectory() as folder:
        server, host, shown, first = _serve(folder)
        try:
            start = _cpu_s(server.pid)
            _settled(server.pid)
            idle = _memory_mb(server.pid)
            times, work = _questions_alone(host, shown, server.pid)
            result, report = _alone(host, shown)
            crowd = _crowd(host, [shown] * PEOPLE, server.pid)
            beyond = _sockets_beyond(server.pid)
            much, faults = _long(host, shown, server.pid)
        finally:
            server.terminate()
            server.wait(10)
    walks = _walks()
    return NOTE, {
        "One person": [
            ("first page after start", f"{first:.2f} s", "<= 1.5 s"),
            ("first page after start, processor time", f"{start:.2f} s", ""),
            (f"an answer and the next question, p95 of {len(times)}", f"{_p95(times):.0f} ms", "<= 50 ms"),
            ("the same, processor time of the server", f"{_p95(work):.0f} ms", "<= 30 ms"),
            ("the result, p95", f"{result:.0f} ms", "<= 500 ms"),
            ("the report as PDF, p95", f"{report / 1000:.2f} s", "<= 2 s"),
            ("memory after the first page", f"{idle:.0f} MB", "<= 150 MB"),
            (f"memory after {PEOPLE} people and long use ({faults} errors)", f"{much:.0f} MB", "<= 150 MB"),
        ],
        f"{PEOPLE} people at once": [
            (f"errors in {crowd.answers} answers", f"{crowd.errors}", "0"),
            ("an answer and the next page, processor time of the server", f"{crowd.cpu_ms:.0f} ms", ""),
            ("sockets of the server beyond this machine, once all had answered", f"{len(beyond)}", "0"),
            ("an answer and the next page, median", f"{crowd.median_ms:.0f} ms", ""),
            ("an answer and the next page, p95", f"{crowd.p95_ms:.0f} ms", "<= 300 ms"),
            *(row for name, over in _over_stores() for row in _store_rows(name, over)),
        ],
        f"Pages of {len(walks.pages)} people from the first page to the result": [
            ("questions, one a page, after the opening: median", f"{statistics.median(walks.questions):g}", "<= 20"),
            ("the same, most", f"{max(walks.questions)}", "<= 35"),
            (f"all pages, with the opening of {len(STEPS) - 1} and what is offered at the end: median, most",
             f"{statistics.median(walks.pages):g}, {max(walks.pages)}", ""),
            (f"pages of {len(walks.before_emergency)} people before the emergency page: median, most",
             f"{statistics.median(walks.before_emergency):g}, {max(walks.before_emergency)}", ""),
            ("the vignette's cause is in the first three at the end", f"{walks.found / len(walks.pages):.2f}", "-"),
        ],
    }  # fmt: skip

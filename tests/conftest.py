"""What every test may use."""

import atexit
import gc
import json
import os
import re
import runpy
import socket
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

if "PYTEST_XDIST_WORKER" in os.environ:
    gc.disable()  # until all tests are gathered: what is made by then stays, and to look through it took a third of that time
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # two processes test on two cores: threads of one would take those of the other

import pytest
from hypothesis import HealthCheck, Phase, settings

from myognosis.findings import check_case
from myognosis.knowledge import Knowledge, load_knowledge
from myognosis.model.case import Answer, Case, Person
from myognosis.model.finding import Findings

CI = bool(os.environ.get("CI"))  # in continuous integration the same few examples each time; at a desk new ones, to find new faults
settings.register_profile(
    "house", deadline=None, max_examples=15 if CI else 25, suppress_health_check=list(HealthCheck), derandomize=CI
)
settings.register_profile(  # for tools/mutate.py: the same few examples each time, and a failure is not made smaller
    "quick", settings.get_profile("house"), max_examples=3, derandomize=True, database=None, phases=[Phase.explicit, Phase.generate]
)
settings.load_profile(os.environ.get("MYOGNOSIS_TESTS", "house"))


COUNTED: Counter[str] = Counter()
"""What the tests count, for ``benchmarks/run.py`` pages and suite: a number by what it is of."""


def _watch_every_process() -> None:
    """This process and all that it begins note the addresses that they bind, connect or send to, in one file."""
    if "MYOGNOSIS_ADDRESSES" not in os.environ:
        handle, os.environ["MYOGNOSIS_ADDRESSES"] = tempfile.mkstemp(prefix="addresses")
        os.close(handle)
        atexit.register(os.unlink, os.environ["MYOGNOSIS_ADDRESSES"])
    folder, before = str(Path(__file__).parent / "watched"), os.environ.get("PYTHONPATH", "")
    if folder not in before.split(os.pathsep):
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (folder, before)))
        runpy.run_path(f"{folder}/sitecustomize.py")


_watch_every_process()


def _addresses() -> tuple[list[str], list[str]]:
    """What every process noted so far, and what of it led beyond this machine."""
    noted = Path(os.environ["MYOGNOSIS_ADDRESSES"]).read_text("utf-8").splitlines()
    return noted, [one for one in noted if not re.search(r" (127\.\S+|::1|localhost)$", one)]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """What a process that tested beside others has counted."""
    COUNTED.update(getattr(node, "workeroutput", {}).get("counted", {}))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """The run fails where a socket led beyond this machine; one of several processes tells the first what it counted."""
    told = getattr(session.config, "workeroutput", None)
    if told is not None:
        told |= {"counted": dict(COUNTED)}
        return
    noted, outside = _addresses()
    if outside:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
    if kept := os.environ.get("MYOGNOSIS_COUNTED"):
        Path(kept).write_text(json.dumps(dict(COUNTED) | {"addresses": len(noted), "outside": len(outside)}), "utf-8")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Which sockets did."""
    if outside := _addresses()[1]:
        terminalreporter.write_line(f"sockets beyond this machine: {sorted(set(outside))}", red=True)


LONGEST = (
    "cli/test_cli.py", "web/test_interview.py", "findings/test_recordings.py", "knowledge/test_knowledge.py",
    "signals/test_fasciculation.py", "web/test_recordings.py", "interview/test_session.py", "web/test_hostile.py",
    "web/test_bench.py", "simulate/test_run.py", "simulate/axon/test_firing.py", "report/test_reports.py", "store/test_database.py",
    "findings/test_tasks.py", "reason/test_causes.py",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files that take longest come first, so that two processes end together (``--no-loadscope-reorder`` keeps this order)."""
    place = {name: k for k, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.nodeid.split("::")[0].removeprefix("tests/"), len(place)))


def pytest_collection_finish() -> None:
    """What stands by now stays to the end: the collector need not go through it again and again, and may come less often."""
    gc.enable()
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return load_knowledge()


@pytest.fixture(scope="session")
def make_case() -> Callable[..., Case]:
    def make(*present: str, absent: tuple[str, ...] = (), unknown: tuple[str, ...] = (), **person: object) -> Case:
        answers = (
            dict.fromkeys(present, Answer.PRESENT) | dict.fromkeys(absent, Answer.ABSENT) | dict.fromkeys(unknown, Answer.UNKNOWN)
        )
        return Case(person=Person(**person), answers=answers)  # type: ignore[arg-type]

    return make


@pytest.fixture(scope="session")
def make_findings(knowledge: Knowledge, make_case: Callable[..., Case]) -> Callable[..., Findings]:
    def make(*present: str, **more: object) -> Findings:
        return check_case(make_case(*present, **more), knowledge)[0]

    return make


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing leaves the machine: any connection fails the test that tries it."""

    def refuse(self: socket.socket, address: object) -> None:
        raise AssertionError(f"a connection was tried: {address}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    yield

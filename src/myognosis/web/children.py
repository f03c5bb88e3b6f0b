"""The processes that open recordings: how many may work at once, with how much memory, and who waits for what.

A recording is looked at first, so that its traces are there at once. To be measured a long one stands in a second line, so that
nobody who brings a file, or records with a phone, waits for the analysis of another's hour. A process opens one file and ends;
while a page asks for files, one of each kind stands ready whose modules are loaded, so that a file is read as soon as it has
arrived, and measured as soon as it is read.
"""

import json
import logging
import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from myognosis.model.case import Recording as Entry
from myognosis.web import recorded
from myognosis.web.child import CPU_S, MEMORY_BYTES

__all__ = ["Children", "Limits", "Line", "Waiting", "limits"]

log = logging.getLogger("myognosis.web")

Line = Literal["look", "measure"]
SHORT_BYTES = 2_000_000
"""A minute of eight channels at 2 kHz, or the longest take of a phone; it is measured in a second or two, which one waits for."""
MEASURE_CPU_S = 300
_WALL = 2
"""A process may take so many seconds of the clock for one of the processor, for others want the processor too."""
_SHARE = 0.75
"""So much of the memory of this computer all processes together may use."""
_TIRED = getattr(signal, "SIGALRM", 14)
"""By this signal a process ends that stood ready for so long that nobody seems to bring a file."""
_NO_MORE_THAN_BYTES = Path("/sys/fs/cgroup/memory.max")


@dataclass(frozen=True)
class Limits:
    """How many processes of each of the two kinds may work at once, and the memory of each in bytes."""

    at_once: int
    memory_bytes: int


def limits(cores: int, memory_bytes: int) -> Limits:
    """As many processes of both kinds as there are cores; all together never use more than three quarters of the memory.

    >>> limits(2, 24_000_000_000), limits(8, 16_000_000_000)
    (Limits(at_once=1, memory_bytes=6000000000), Limits(at_once=1, memory_bytes=6000000000))
    """
    most = int(_SHARE * memory_bytes)
    at_once = max(1, min(cores // 2, most // (2 * MEMORY_BYTES)))
    return Limits(at_once, min(MEMORY_BYTES, most // (2 * at_once)))


def _here() -> Limits:
    """The limits on this computer, or in the container that it gives us; where it does not say, as with 8 GB."""
    try:
        memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        memory = 8_000_000_000
    with suppress(OSError, ValueError):  # most computers have no such file, or "max" stands in it
        memory = min(memory, int(_NO_MORE_THAN_BYTES.read_text()))
    return limits(os.cpu_count() or 1, memory)


@dataclass(frozen=True)
class Waiting:
    """That a recording is still to be looked at, or measured; and how many others come first. Nobody: it is being done."""

    line: Line
    ahead: int


@dataclass(eq=False)
class _Job:
    """What one process is asked to do."""

    folder: Path
    entry: Entry
    line: Line
    short: bool
    beside: tuple[Entry, ...]
    process: "subprocess.Popen[str] | None" = None
    dropped: bool = False
    done: "Future[None]" = field(default_factory=Future)

    @property
    def path(self) -> Path:
        """The file."""
        return self.folder / self.entry.file

    @property
    def queue(self) -> Line:
        """Where it waits: short recordings are measured among those that are looked at."""
        return "look" if self.short else self.line

    @property
    def request(self) -> dict[str, Any]:
        """What the child is told."""
        beside = [one.model_dump(mode="json") for one in self.beside]
        entry = self.entry.model_dump(mode="json")
        return {"folder": str(self.folder), "entry": entry, "beside": beside, "tasks": _TASKS[self.line]}


def _job(folder: Path, entry: Entry, line: Line, beside: tuple[Entry, ...]) -> _Job:
    return _Job(folder, entry, line, line == "measure" and (folder / entry.file).stat().st_size <= SHORT_BYTES, beside)


_TASKS: dict[Line, list[str]] = {"look": ["look"], "measure": ["keep", "measure"]}


class Children:
    """Starts them, holds the lines before them, and writes down what they say. Safe to use from many threads."""

    def __init__(self, allowed: Limits | None = None) -> None:
        self.limits = allowed or _here()
        self._lines = {kind: ThreadPoolExecutor(self.limits.at_once, f"recordings-{kind}") for kind in ("look", "measure")}
        self._jobs, self._lock = dict[Path, _Job](), threading.RLock()
        self._erased, self._unwritten, self._closed = set[Path](), set[Path](), False
        self.is_serving = False
        self._spares = dict[Line, subprocess.Popen[str]]()

    def prepare(self) -> None:
        """Have a process of each kind ready for the next file, where a server runs and nothing else is to be done."""
        with self._lock:
            if self.is_serving and not self._closed and not self._jobs:
                for line in _TASKS:
                    self._spares[line] = self._ready(line) or _start(line)

    def look(self, folder: Path, entry: Entry, beside: tuple[Entry, ...] = ()) -> "Future[None]":
        """Have a recording looked at, then measured; done when what was seen, and measured of a short one, is written down.

        It is compared with those that it is set ``beside``. Another page may have had it done since who asks brought it.
        """
        path = folder / entry.file
        with self._lock:
            self.resume(folder, entry, beside)
            if (job := self._jobs.get(path)) is not None:
                return job.done
        done: Future[None] = Future()
        done.set_result(None)
        return done

    def resume(self, folder: Path, entry: Entry, beside: tuple[Entry, ...] = ()) -> Waiting | None:
        """Go on with a recording where an earlier run of the program was ended, and say where it waits; None: nothing is left.

        Who asks may not know yet that it was just done, or erased; what is read from the disk after this answer fits it.
        """
        path = folder / entry.file
        with self._lock:
            if path in self._jobs:
                return self.waiting(folder, entry.file)
            with suppress(FileNotFoundError):  # erased at this moment
                if path.is_file() and path not in self._unwritten and not recorded.is_done(path):
                    self._enter(_job(folder, entry, "measure" if recorded.is_seen(path) else "look", beside))
            return self.waiting(folder, entry.file)

    def is_unwritten(self, path: Path) -> bool:
        """Whether what was found in a recording could not be written down; it is not begun again until the program is."""
        return path in self._unwritten

    def waiting(self, folder: Path, file: str) -> Waiting | None:
        """Whether a recording is still to be looked at or measured."""
        with self._lock:
            job = self._jobs.get(folder / file)
            if job is None:
                return None
            before = [one for one in self._jobs.values() if one.queue == job.queue]
            return Waiting(job.line, before.index(job) if job.process is None else 0)

    def drop(self, folder: Path, case: str) -> None:
        """Stop all work on the recordings of a case, which is being erased."""
        with self._lock:
            self._erased.add(folder / case)  # who looked at the case a moment ago may still ask for work on it
            for path in [path for path in self._jobs if path.is_relative_to(folder / case)]:
                self._stop(self._jobs.pop(path))

    def forget(self, folder: Path, file: str) -> None:
        """Stop the work on one recording, which is being taken out, and begin none on it again."""
        with self._lock:
            self._erased.add(folder / file)
            if (job := self._jobs.pop(folder / file, None)) is not None:
                self._stop(job)

    def close(self) -> None:
        """Stop all work; what is not measured will be when the program runs again."""
        with self._lock:
            self._closed = True
            for spare in self._spares.values():
                spare.kill()
                spare.communicate()
            self._spares.clear()
            for job in self._jobs.values():
                self._stop(job)
            self._jobs.clear()
        for line in self._lines.values():
            line.shutdown(wait=False, cancel_futures=True)

    def _stop(self, job: _Job) -> None:
        job.dropped = True
        if job.process is None:
            self._end(job)
            return
        job.process.kill()
        job.process.wait()

    def _end(self, job: _Job) -> None:
        with self._lock:
            if not job.done.done():
                job.done.set_result(None)

    def _enter(self, job: _Job) -> "Future[None]":
        with self._lock:
            if self._closed or not self._erased.isdisjoint((job.path, job.path.parent)):
                self._end(job)
                return job.done
            self._jobs.pop(job.path, None)
            self._jobs[job.path] = job  # at the end of the line
            self._lines[job.queue].submit(self._do, job)
        return job.done

    def _do(self, job: _Job) -> None:
        """One process from its start to its end, and what follows from it."""
        follows = None
        try:
            if job.dropped:
                return
            try:
                answer = self.ask(job)
            except (subprocess.SubprocessError, OSError, json.JSONDecodeError):
                answer = {"limit": job.line}
            if fault := answer.get("fault"):
                log.error("recording: %s", fault)
            with self._lock:
                if job.dropped:
                    return
                try:
                    recorded.write_down(job.path, answer)
                except OSError as error:
                    self._unwritten.add(job.path)
                    log.error("recording: %s, nothing written", type(error).__name__)
                    return
                if job.line == "look" and answer.get("channels"):
                    follows = _job(job.folder, job.entry, "measure", job.beside)
                    if follows.short:
                        follows.done = job.done
                    self._enter(follows)
        finally:
            with self._lock:
                if self._jobs.get(job.path) is job:
                    del self._jobs[job.path]
            if follows is None or follows.done is not job.done:
                self._end(job)

    def ask(self, job: _Job) -> dict[str, Any]:
        """What a process answers; an error where it needed more time or memory than it may, or was stopped."""
        cpu_s = MEASURE_CPU_S if job.queue == "measure" else CPU_S
        asked = json.dumps(job.request | {"memory_bytes": self.limits.memory_bytes, "cpu_s": cpu_s})
        said, ended = self._hear(self._given(job), asked, _WALL * cpu_s)
        if ended == -_TIRED:  # it had waited for too long, and ended at the moment when it was asked
            said, ended = self._hear(self._given(job), asked, _WALL * cpu_s)
        if ended:
            raise subprocess.SubprocessError
        answer: dict[str, Any] = json.loads(said)
        return answer

    def _given(self, job: _Job) -> "subprocess.Popen[str]":
        """A process for a job: the one that stands ready for it, else a new one."""
        with self._lock:
            if job.dropped:
                raise subprocess.SubprocessError
            job.process = self._ready(job.line) or _start(job.line)
            return job.process

    def _ready(self, line: Line) -> "subprocess.Popen[str] | None":
        """The process of a kind that stands ready, if it still does; whoever asks takes it."""
        with self._lock:
            spare = self._spares.pop(line, None)
            if spare is None or spare.poll() is None:
                return spare
            spare.communicate()  # gives its pipes back
            return None

    def _hear(self, process: "subprocess.Popen[str]", asked: str, seconds: float) -> tuple[str, int]:
        """What a process says, and how it ended."""
        with process:
            try:
                said, _ = process.communicate(asked, timeout=seconds)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
        return said, process.returncode


def _start(line: Line) -> "subprocess.Popen[str]":
    """A child with one thread for its sums, silent but for its answer; Ctrl-C in the window of the server is not for it."""
    return subprocess.Popen(  # noqa: S603  # one of two words of ours
        [sys.executable, "-m", "myognosis.web.child", line],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, encoding="utf-8",
        env=os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONUTF8": "1"},
        start_new_session=True,
    )  # fmt: skip

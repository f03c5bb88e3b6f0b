"""What a worker does with one file: what it is as ``read`` says it, what it shows as ``assess`` measures it. Nothing is guessed.

The part is written by the worker itself, so that what was measured is kept whatever happens to those who wait for it.
"""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, TracebackType

from myognosis.cohort.engine import engine
from myognosis.cohort.listing import Found, as_text, has_numbers
from myognosis.cohort.parts import Channels, Outcome, Part, Row, Stamp, change_of, read_part, stamp_of, write_part
from myognosis.cohort.told import Told
from myognosis.faults import Issue, Level, Message, MissingExtra, RecordingError, pack_issue
from myognosis.findings import check_case
from myognosis.findings.recordings import forget_recordings
from myognosis.findings.recordings.rests import RESTS_ON
from myognosis.findings.traces import measured_scan
from myognosis.knowledge import load_knowledge
from myognosis.language import mark
from myognosis.model.case import Case
from myognosis.model.finding import Measured
from myognosis.model.recording import Measurement
from myognosis.model.stimulation import CmapScan
from myognosis.readers import audit_recording
from myognosis.readers.base import Header
from myognosis.readers.qtrac import is_mem, read_mem

__all__ = ["ASKING", "Done", "Job", "OtherEngine", "done_with", "lost_part", "measure", "measured_part"]

ASKING = frozenset({"recording.unit", "recording.rate.unknown", "recording.clock.unit", "recording.clock.none",
                    "recording.matlab.unknown"})  # fmt: skip
"""What the readers say where a person has to answer before a channel can be read."""
_NO_LOG = frozenset({"recording.clock.none", "recording.zip.none", "recording.zip.stranger"})
"""What the readers say of any text, of any archive, and of one of pictures or documents."""
_GRACE_S = 10.0
_NO_SCAN = mark("From this file the number of motor units cannot be estimated.")
_LATE = mark("It took longer than {limit} s.")
_MORE_TIME = mark("Give it more time (--limit, with --again), or cut the recording into parts.")
_ENDED = mark("It ended its process twice, the second time alone: most often it needs more memory or time than it may have.")
_MORE_MEMORY = mark("Give a process more memory (--memory, with --again), or cut the recording into parts.")
_BUG = mark("The program failed on this file: {kind} at {place}. This is a fault of ours, not of the recording.")
_REPORT = mark("Report it with these words; the other files are not affected.")
_CHANGED = mark("The file changed while it was read.")
_AGAIN = mark("Run the same command again: it will be measured anew.")
_NAME, _RENAME = mark("The name of the file is no text in UTF-8."), mark("Rename the file.")
_NO_KIND = mark("What it records is not said: no channel is named as EMG, EEG or a sensor of movement.")
_SAY_KIND = mark("Say it in a list (kind), and name the channels in the file or in a description beside it.")


class OtherEngine(Exception):  # noqa: N818  # named for what it is
    """A worker has another version of the program than who asks it."""


@dataclass(frozen=True)
class Job:
    """One file to measure, and where its part is written. A worker ends its own process when the time is up."""

    found: Found
    stamp: Stamp
    part: Path
    limit_s: float | None


@dataclass(frozen=True)
class Done:
    """What the one who waits is told; everything else stands in the part."""

    outcome: Outcome
    seconds: float
    cpu_s: float


def measure(job: Job) -> Done:
    """Measure one file and write its part; whatever it raises becomes a result.

    Raises
    ------
    OtherEngine
        The program here is another than the one that asks.
    """
    if engine() != job.stamp.engine:
        raise OtherEngine(engine())
    if change_of(job.part, job.stamp) is None and (part := read_part(job.part)) is not None:
        return done_with(part)  # the process ended after it was written
    wall, cpu = time.perf_counter(), time.process_time()

    def cost() -> dict[str, float]:
        return {"cpu_s": time.process_time() - cpu, "wall_s": time.perf_counter() - wall}

    def late() -> None:
        write_part(job.part, job.stamp, lost_part(late_s=job.limit_s, **cost()))

    with _in_time(job.limit_s, late):
        part = measured_part(job.found)
    forget_recordings()
    part = part.model_copy(update=cost())
    if stamp_of(job.found, job.stamp.engine) != job.stamp:
        part = part.model_copy(update={"issues": (*part.issues, _packed("changed", Level.DOUBT, "$", _CHANGED, _AGAIN))})
    write_part(job.part, job.stamp, part)
    return done_with(part)


def done_with(part: Part) -> Done:
    """What the one who waits is told of a part."""
    return Done(part.outcome, part.channels.seconds if part.channels else 0.0, part.cpu_s)


def lost_part(*, late_s: float | None = None, cpu_s: float = 0.0, wall_s: float = 0.0) -> Part:
    """The part of a file that took longer than so many seconds, or that ended its process."""
    if late_s is None:
        return Part(outcome="ended", issues=(_packed("ended", Level.REFUSE, "$", _ENDED, _MORE_MEMORY),))
    late = _packed("late", Level.REFUSE, "$", _LATE, _MORE_TIME, limit=f"{late_s:g}")
    return Part(outcome="late", issues=(late,), cpu_s=cpu_s, wall_s=wall_s)


@contextmanager
def _in_time(limit_s: float | None, late: Callable[[], None]) -> Iterator[None]:
    """End this process when the time is up, after a word on why.

    The word needs Python, which a library may hold; ten seconds later the system ends the process whatever it does.
    """
    if limit_s is None:
        yield
        return
    lock, over = threading.Lock(), False

    def end() -> None:
        """The time is up, unless the work ended at this moment."""
        with lock:
            if not over:
                late()
                os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))

    clock = threading.Timer(limit_s, end)
    clock.daemon = True
    clock.start()
    _alarm(limit_s + _GRACE_S)
    try:
        yield
    finally:
        with lock:
            over = True
        clock.cancel()
        _alarm(0.0)


def _alarm(seconds: float) -> None:
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


def measured_part(found: Found) -> Part:
    """Everything that one file gives."""
    try:
        if as_text(found.path) != found.path.as_posix():
            raise RecordingError([Issue("cohort.name", Level.REFUSE, found.name, Message(_NAME), Message(_RENAME))])
        return _stimulated(found) if is_mem(found.path) else _recorded(found)
    except RecordingError as error:
        return _refused(error.issues, found)
    except MissingExtra as error:
        fix = mark("Install it where Myognosis is installed, or export the recording as EDF.")
        return Part(
            outcome="refused", issues=(pack_issue(Issue("recording.extra", Level.REFUSE, "$", error.message, Message(fix))),)
        )
    except Exception as error:  # one file never ends the run, and no fault of ours is hidden
        bug = _packed("bug", Level.REFUSE, "$", _BUG, _REPORT, kind=type(error).__name__, place=_place(error.__traceback__))
        return Part(outcome="bug", issues=(bug,))


def _refused(issues: tuple[Issue, ...], found: Found) -> Part:
    """A file of which nothing can be read: no recording, a question, or a fault."""
    codes = {issue.code for issue in issues if issue.level is Level.REFUSE}
    outcome: Outcome = "question" if codes and codes <= ASKING else "refused"
    if codes and codes <= _NO_LOG and not found.listed and not has_numbers(found.path):
        outcome = "not_recording"
    return Part(outcome=outcome, issues=tuple(map(pack_issue, issues)), not_told=_not_told(found.told, ""))


def _stimulated(found: Found) -> Part:
    """A test with stimuli: of a CMAP scan the motor units are estimated."""
    test = read_mem(found.path)
    name = test.head.site or "-"
    issues = list(test.issues)
    rows: tuple[Measurement, ...] = ()
    if isinstance(test, CmapScan):
        rows = measured_scan(test, name)
        if not rows:
            fix = mark("A CMAP scan of Qtrac (.MEM) with both plateaus is needed beside the case.")
            issues.append(Issue("conduction.scan", Level.DOUBT, "$", Message(_NO_SCAN), Message(fix)))
    kind = "cmap_scan" if isinstance(test, CmapScan) else "excitability"
    return Part(
        outcome="measured" if rows else "unmeasured", channels=Channels(format="qtrac", kind=kind, names=(name,)),
        rows=tuple(_row(m) for m in rows), issues=tuple(map(pack_issue, issues)), not_told=_not_told(found.told, kind),
    )  # fmt: skip


def _recorded(found: Found) -> Part:
    """A recording: its channels, then what its kind and state let be measured."""
    told = found.told
    header = audit_recording(found.path, told.units, told.rate_hz)
    if not header.channels:
        raise RecordingError(header.issues)
    kind = told.kind or _kind_of(header)
    channels = _channels(header, kind)
    if kind not in ("emg", "eeg", "accelerometer", "gyroscope"):
        asked = (Issue("recording.kind", Level.NOTE, "$", Message(_NO_KIND), Message(_SAY_KIND)),) if not kind else ()
        told_of = tuple(map(pack_issue, (*header.issues, *asked)))
        return Part(outcome="unmeasured", channels=channels, issues=told_of, not_told=_not_told(told, kind))
    measured, issues = _measured(found, kind)
    if not measured:  # the header could be read, the samples could not
        return _refused(tuple(Issue(i.code, Level.REFUSE, i.where, i.what, i.fix) for i in issues), found)
    findings = {finding: state for part in measured for finding, state in part.findings.items()}
    rows = tuple(_row(m, findings, part) for part in measured for m in part.measurements)
    once = {(issue.code, issue.where): issue for issue in (*header.issues, *issues)}
    return Part(
        outcome="measured" if rows else "unmeasured", channels=channels, rows=rows, findings=findings,
        issues=tuple(map(pack_issue, once.values())), not_told=_not_told(told, kind),
    )  # fmt: skip


def _measured(found: Found, kind: str) -> tuple[list[Measured], tuple[Issue, ...]]:
    """The one path of every case, with this recording alone in it, and the one before a task."""
    folder, before = found.path.parent, None
    if found.told.before:
        folder = Path(os.path.commonpath((folder, Path(found.told.before).parent)))
        before = Path(found.told.before).relative_to(folder).as_posix()
    entry = found.told.entry(kind, found.path.relative_to(folder).as_posix()).model_copy(update={"before": before})
    findings, issues = check_case(Case(recordings=(entry,)), load_knowledge(), folder)
    mine = tuple(Issue(i.code, i.level, i.where.removeprefix("$.recordings[0]").strip() or "$", i.what, i.fix) for i in issues)
    return [part for part in findings.measured if part.file == entry.file], mine


def _kind_of(header: Header) -> str:
    """What a file is measured as, by its channels; nothing where none says what it is."""
    kinds = {channel.kind for channel in header.channels}
    if kinds <= {"other"}:
        return ""
    worn = {"accelerometer", "gyroscope"} & kinds
    return next((kind for kind in ("emg", "eeg") if kind in kinds), "accelerometer" if worn else "other")


def _channels(header: Header, kind: str) -> Channels:
    heads = header.channels
    return Channels(
        format=header.format, kind=kind or "other", names=tuple(head.name for head in heads),
        kinds=tuple(dict.fromkeys(head.kind for head in heads)), units=tuple(dict.fromkeys(head.unit for head in heads)),
        rates_hz=tuple(dict.fromkeys(head.rate_hz for head in heads)),
        seconds=max(head.n_samples / head.rate_hz for head in heads),
    )  # fmt: skip


def _not_told(told: Told, kind: str) -> tuple[str, ...]:
    """What would say more, and was not told: without it less is concluded, and nothing is guessed."""
    asked = {"place": told.place is None, "during": told.during is None and kind in ("emg", "eeg", "accelerometer", "gyroscope")}
    return tuple(name for name, missing in (asked | {"electrode": told.electrode is None and kind == "emg"}).items() if missing)


def _row(m: Measurement, findings: Mapping[str, str] | None = None, part: Measured | None = None) -> Row:
    """A number with what it became."""
    found = next(((finding, state) for finding, state in (findings or {}).items() if RESTS_ON.get(finding) == m.name), ("", ""))
    held = next((one for one in part.limits if one.measure == m.name), None) if part else None
    row = Row(**dict(m), finding=found[0], state=found[1])
    if held is None:
        return row
    low, high = held.low is not None and held.value < held.low, held.high is not None and held.value > held.high
    limits = {"limit_low": held.low, "limit_high": held.high, "limit_source": held.source, "trust": held.trust}
    return row.model_copy(update=limits | {"verdict": "below" if low else "above" if high else "within"})


def _packed(code: str, level: Level, where: str, what: str, fix: str, **params: object) -> dict[str, object]:
    return pack_issue(Issue(f"cohort.{code}", level, where, Message(what, params), Message(fix, params)))


def _place(trace: TracebackType | None) -> str:
    """Module and line where an error arose."""
    frame: FrameType | None = None
    line = 0
    while trace is not None:
        frame, line, trace = trace.tb_frame, trace.tb_lineno, trace.tb_next
    return f"{frame.f_globals.get('__name__')}:{line}" if frame else "?"

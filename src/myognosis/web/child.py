"""The process in which a file from outside is opened: with little memory, little time, and nothing but that file to lose.

``python -m myognosis.web.child look`` (or ``measure``) reads one request as JSON, writes one answer as JSON and the traces
beside the file, and ends. The process that serves the pages never opens such a file itself. The tasks: to ``look``, which is
short (what it is, its traces, how much of it can be judged); to ``keep`` every sample for a closer look; to ``measure``, which
may take minutes.
"""

import gc
import json
import os
import signal
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from myognosis.faults import Issue, Level, Message, MissingExtra, RecordingError, pack_issue
from myognosis.language import mark
from myognosis.model.case import Case
from myognosis.model.case import Recording as Entry
from myognosis.model.recording import Channel, Samples
from myognosis.readers import read_recording, readers
from myognosis.signals.envelope import envelope
from myognosis.signals.quality import usable_seconds

if TYPE_CHECKING:
    from myognosis.model.finding import Measured

__all__ = ["COLUMNS", "CPU_S", "FEW", "MEMORY_BYTES", "MOST_CHANNELS", "MOST_MARKS", "main", "work"]

COLUMNS, MOST_CHANNELS, MOST_MARKS = 200_000, 64, 10_000
"""A trace is kept as the lowest and highest sample of at most so many columns, for at most so many channels; and so many marks."""
FEW = 8_000
"""So many columns are drawn first; who looks closer waits a moment for all."""
_NICE, _THREADS = 10, 2
MOST_SAMPLES = 250_000_000
"""So many samples of one recording are kept whole: a gigabyte."""
MEMORY_BYTES, CPU_S, FILE_BYTES = 6_000_000_000, 90, 400_000_000
READY_S = 900
"""So long a process stands ready for a file."""


def main() -> int:
    """One request, one answer; what reads the usual files, and what measures them, is loaded before it comes."""
    alarm = getattr(signal, "alarm", lambda _: None)
    alarm(READY_S)
    for _ in readers(ours_only=True):
        pass
    if "measure" in sys.argv:
        with suppress(AttributeError, OSError):
            os.nice(_NICE)  # who waits for a page waits for no analysis
        _load_measuring()
    asked = json.loads(sys.stdin.read())
    alarm(0)
    if "measure" not in asked["tasks"]:
        gc.disable()  # it ends before there is anything to collect
    _limit(asked.get("memory_bytes", MEMORY_BYTES), asked.get("cpu_s", CPU_S))
    sys.stdout.write(json.dumps(work(asked)))
    return 0


def _load_measuring() -> None:
    """The knowledge, and the modules that take longest; what is not installed will be missed by who needs it."""
    from myognosis.knowledge import load_knowledge

    load_knowledge()
    for name in ("myognosis.findings.recordings", "scipy.signal", "scipy.stats", "myognosis.signals.fasciculation.kernels"):
        with suppress(ImportError):
            import_module(name)


def work(asked: dict[str, Any]) -> dict[str, Any]:
    """The answers to the tasks of a request, in one; a fault of ours is told by its kind and place, never by a value."""
    folder, entry = Path(asked["folder"]), Entry.model_validate_json(json.dumps(asked["entry"]))
    beside = [Entry.model_validate_json(json.dumps(one)) for one in asked.get("beside", ())]
    answer = dict[str, Any]()
    for task in asked["tasks"]:
        if answer.get("channels") == []:
            break
        try:
            answer |= _TASKS[task](folder, entry, beside)
        except MemoryError:
            raise
        except NoRoom:
            answer["limit"] = "disk"
        except Exception as error:  # the last line of defence: what was seen so far is worth keeping
            answer["fault"] = f"{task}: {type(error).__name__} at {_place(error)}"
    return answer


def look(folder: Path, entry: Entry, _: Sequence[Entry] = ()) -> dict[str, Any]:
    """What a recording is and what is doubtful about it; its traces are written beside it."""
    path = folder / entry.file
    try:
        recording = read_recording(path, units=entry.units, rate_hz=entry.rate_hz)
    except RecordingError as error:
        alone = Message(mark("Take one of them out of the archive and give it alone."))
        issues = (replace(one, fix=alone) if one.code == "recording.zip.which" else one for one in error.issues)
        return {"channels": [], "issues": [pack_issue(issue) for issue in issues]}
    except MissingExtra as error:
        fix = Message(mark("Install it where Myognosis is installed, or export the recording as EDF."))
        missing = Issue("recording.extra", Level.REFUSE, "$", error.message, fix)
        return {"channels": [], "issues": [pack_issue(missing)]}
    with ThreadPoolExecutor(_THREADS) as together:
        drawn = together.map(partial(_draw, path), range(MOST_CHANNELS), recording.channels)
        usable = together.map(_usable, recording.channels)
        channels, seconds = list(drawn), [one for one in usable if len(one)]
    marks = sorted([one.start_s, one.duration_s, one.text] for one in recording.annotations[:MOST_MARKS])
    return {
        "format": recording.format,
        "channels": channels,
        "left_out": max(0, len(recording.channels) - MOST_CHANNELS),
        "marks": marks,
        "usable": float(np.concatenate(seconds).mean()) if seconds else None,
        "issues": [pack_issue(issue) for issue in recording.issues],
    }


def keep(folder: Path, entry: Entry, _: Sequence[Entry] = ()) -> dict[str, Any]:
    """Every sample of the traces, for a closer look than the columns give; not of a recording that would fill the disk."""
    path = folder / entry.file
    channels = read_recording(path, units=entry.units, rate_hz=entry.rate_hz).channels[:MOST_CHANNELS]
    lengths = [len(channel.samples) for channel in channels]
    if sum(lengths) <= MOST_SAMPLES and max(lengths) <= FILE_BYTES // 8:
        with suppress(NoRoom):  # the columns remain
            for number, channel in enumerate(channels):
                _save(path.with_suffix(f".{number}.all.npy"), channel.samples)
    return {}


class NoRoom(Exception):  # noqa: N818  # named for what it is
    """The disk takes no more."""


def _save(path: Path, values: Samples) -> None:
    """Samples in a file, all of them or none: a page may be looking, and this process may be ended at any moment."""
    new = path.with_suffix(".new")
    try:
        with new.open("wb") as target:
            np.save(target, values, allow_pickle=False)
    except OSError:
        new.unlink(missing_ok=True)
        raise NoRoom from None
    new.replace(path)


def _draw(path: Path, number: int, channel: Channel) -> dict[str, Any]:
    """The columns of a trace, all and few, beside the recording; what the channel is."""
    low, high = envelope(channel.samples, COLUMNS)
    _save(path.with_suffix(f".{number}.npy"), np.stack((low, high)))
    _save(path.with_suffix(f".{number}.few.npy"), np.stack((envelope(low, FEW)[0], envelope(high, FEW)[1])))
    about = {"name": channel.name, "kind": channel.kind, "unit": channel.unit, "rate_hz": channel.rate_hz}
    return about | {"seconds": channel.duration_s}


def _usable(channel: Channel) -> npt.NDArray[np.bool_]:
    """Which seconds of a channel can be judged; none where it has no whole second."""
    whole = 0 < round(channel.rate_hz) <= len(channel.samples)
    return usable_seconds(channel.samples, channel.rate_hz) if whole else np.zeros(0, np.bool_)


def measure(folder: Path, entry: Entry, beside: Sequence[Entry] = ()) -> dict[str, Any]:
    """What was measured in a recording, and what is doubtful about that; compared with those that it is set beside."""
    from pydantic import TypeAdapter

    from myognosis.findings import check_case
    from myognosis.knowledge import load_knowledge
    from myognosis.model.picture import Picture

    findings, issues = check_case(Case(recordings=(*beside, entry)), load_knowledge(), folder)
    measured = _in_one(tuple(part for part in findings.measured if part.file == entry.file))
    others = tuple(f"$.recordings[{n}]" for n in range(len(beside)))
    pictures = TypeAdapter(tuple[Picture, ...]).dump_python(measured.pictures if measured else (), mode="json")
    return {
        "doubts": [pack_issue(issue) for issue in issues if not issue.where.startswith(others)],
        "measured": measured.model_dump(mode="json") | {"pictures": pictures} if measured else None,
    }


def _in_one(parts: "tuple[Measured, ...]") -> "Measured | None":
    """What was measured in one recording, and what it says beside another, as one."""
    if not parts:
        return None
    together = {
        "measurements": tuple(m for part in parts for m in part.measurements),
        "findings": {finding: state for part in parts for finding, state in part.findings.items()},
        "pictures": tuple(picture for part in parts for picture in part.pictures),
    }
    return parts[0].model_copy(update=together)


_TASKS: dict[str, Callable[[Path, Entry, Sequence[Entry]], dict[str, Any]]] = {"look": look, "keep": keep, "measure": measure}


def _place(error: BaseException) -> str:
    """Module and line where an error arose."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}" if trace else "?"


def _limit(memory_bytes: int, cpu_s: int) -> None:
    """What the process may use at most; where the system knows no such limits, the clock of the parent remains."""
    try:
        import resource
    except ImportError:
        return
    for kind, most in ((resource.RLIMIT_AS, memory_bytes), (resource.RLIMIT_CPU, cpu_s), (resource.RLIMIT_FSIZE, FILE_BYTES)):
        _, hard = resource.getrlimit(kind)
        resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


if __name__ == "__main__":
    sys.exit(main())

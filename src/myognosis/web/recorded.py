"""Recordings of a case on the disk: kept under names of our own, with what a child process saw in them beside the file."""

import json
import re
import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from itertools import takewhile
from pathlib import Path, PurePosixPath
from typing import IO, Any
from zipfile import is_zipfile

import numpy as np

from myognosis.faults import Issue, Level, Message, RecordingError, unpack_issue
from myognosis.language import mark
from myognosis.model.case import Case
from myognosis.model.case import Recording as Entry
from myognosis.model.finding import Measured
from myognosis.model.recording import Samples
from myognosis.readers.boxed import boxed, in_the_open
from myognosis.readers.scrub import scrub, scrub_archive
from myognosis.signals.envelope import envelope
from myognosis.store import NoSuchCase

__all__ = [
    "Channel",
    "Recorded",
    "as_ours",
    "comparable",
    "erase_recording",
    "erase_recordings",
    "file_of",
    "is_done",
    "is_of",
    "is_seen",
    "keep_file",
    "measured_in",
    "no_room",
    "ours",
    "recorded",
    "trace",
    "write_down",
]

_CLOSE = 0.02
"""From this share of the whole on, a look is a close one."""
_UNBOXED_BYTES = 400_000_000
"""No larger file is taken out of a zip: a child that looks at it may write no more."""
_SUFFIX = re.compile(r"\.[a-z0-9]{1,7}\+?")
_FILE = re.compile(r"[0-9a-f]{16}/[0-9a-f]{16}(\.[a-z0-9]{1,7}\+?)?")


@dataclass(frozen=True)
class Channel:
    """What a channel is."""

    name: str
    kind: str
    unit: str
    rate_hz: float
    seconds: float


@dataclass(frozen=True)
class Recorded:
    """What the child process found: what the file is, what is doubtful, what was measured."""

    format: str
    channels: tuple[Channel, ...]
    left_out: int
    marks: tuple[tuple[float, float, str], ...]
    issues: tuple[Issue, ...]
    measured: Measured | None
    complete: bool
    """Whether nothing is left to be measured."""
    usable: float | None
    """How much of its seconds can be judged, from 0 to 1."""

    @property
    def sound(self) -> bool:
        """Whether it could be read and nothing in it is doubtful."""
        return bool(self.channels) and all(issue.level is Level.NOTE for issue in self.issues)


def keep_file(folder: Path, case: str, given_name: str, stream: IO[bytes]) -> str:
    """Keep a file; of its name only the ending is used, for formats are told by it. Its name among the recordings.

    Of a file whose header we know, alone or in a zip, the names in it are not kept (``readers/scrub.py``).

    Raises
    ------
    OSError
        The disk takes no more, or the case is just being erased; nothing of the file stays.
    """
    suffix = Path(given_name).suffix.lower()
    name = f"{case}/{secrets.token_hex(8)}{suffix if _SUFFIX.fullmatch(suffix) else ''}"
    (folder / case).mkdir(parents=True, exist_ok=True)
    try:
        with (folder / name).open("wb") as target:
            shutil.copyfileobj(stream, target, 1 << 20)
        name = _unboxed(folder, name)
        scrub(folder / name)
    except OSError:
        (folder / name).unlink(missing_ok=True)
        raise
    return name


def is_of(name: str, case: str) -> bool:
    """Whether a name is that of a recording which this case may reach."""
    return _FILE.fullmatch(name) is not None and name.startswith(f"{case}/")


def _unboxed(folder: Path, name: str) -> str:
    """An EDF or BDF file that lies alone in a zip is kept instead of it; of any other zip the names in its parts are taken out."""
    box = folder / name
    try:
        inside = boxed(box)
        if [one.format for one in inside] != ["edf"] or inside[0].n_bytes > _UNBOXED_BYTES:
            if box.suffix == ".zip" and is_zipfile(box):
                scrub_archive(box)
            return name
        with in_the_open(box) as real:
            shutil.copyfile(real, box.with_suffix(".edf"))
    except RecordingError:  # which is said when it is looked at
        return name
    box.unlink()
    return str(PurePosixPath(name).with_suffix(".edf"))


def ours(name: str, case: str) -> str:
    """The name under which a recording of this case lies among ours: its own, or one made from it where we did not give it."""
    if is_of(name, case):
        return name
    suffix = PurePosixPath(name).suffix.lower()
    return f"{case}/{sha256(name.encode()).hexdigest()[:16]}{suffix if _SUFFIX.fullmatch(suffix) else ''}"


def as_ours(entry: Entry, case: str) -> Entry:
    """What is said of a recording, under the names that it and what it is read against have among ours."""
    return entry.model_copy(update={"file": ours(entry.file, case), "before": ours(entry.before, case) if entry.before else None})


def file_of(folder: Path, case: str, name: str) -> Path | None:
    """The path of a recording among ours; None where it is not there. No name leads to the files of another case or elsewhere."""
    path = folder / ours(name, case) if re.fullmatch(r"[0-9a-f]{16}", case) else None
    return path if path is not None and path.is_file() else None


def is_seen(path: Path) -> bool:
    """Whether a recording was looked at."""
    return _beside(path).is_file()


def is_done(path: Path) -> bool:
    """Whether nothing is left to be measured in a recording, as it stands on the disk at this moment."""
    return is_seen(path) and _as_written(_beside(path)).complete


def write_down(path: Path, answer: dict[str, Any]) -> None:
    """Add what a child process said of a recording to what is known of it; of a recording erased meanwhile nothing is written.

    Raises
    ------
    OSError
        The disk takes no more; what was known stays.
    """
    beside, new = _beside(path), path.with_suffix(".seen.new")
    try:
        known = json.loads(beside.read_text("utf-8")) if beside.is_file() else {}
        new.write_text(json.dumps(known | answer), "utf-8")
        new.replace(beside)
    except FileNotFoundError:
        return
    except OSError:
        new.unlink(missing_ok=True)
        raise


def _not_done(seen: dict[str, Any]) -> tuple[Issue, ...]:
    """Why a recording could not be read or measured, where it is for no fault of the recording."""
    if seen.get("limit") == "disk":
        return (no_room(),)
    if seen.get("limit") == "look":
        what = mark("Reading this file took more time or memory than it may.")
        fix = mark("Cut it into shorter parts, or export it as EDF.")
        return (Issue("recording.limits", Level.REFUSE, "$", Message(what), Message(fix)),)
    if seen.get("limit"):
        what = mark("The analysis took more time or memory than it may; the traces are kept and shown.")
        fix = mark("Cut the recording into shorter parts.")
        return (Issue("recording.limits.analysis", Level.DOUBT, "$", Message(what), Message(fix)),)
    if seen.get("fault"):
        what = mark("The analysis ended by a fault of this program, not of the recording.")
        fix = mark("Report it with the line that the window of myognosis serve shows; it holds nothing of the recording.")
        return (Issue("recording.fault", Level.DOUBT, "$", Message(what), Message(fix)),)
    return ()


def no_room() -> Issue:
    """That the disk was full, and what to do."""
    what = mark("There was no room on the disk for what was found in this recording.")
    fix = mark("Make room, then remove the recording and add it again.")
    return Issue("recording.disk", Level.DOUBT, "$", Message(what), Message(fix))


def recorded(folder: Path, case: str, name: str) -> Recorded | None:
    """What was seen in a recording of this case."""
    path = file_of(folder, case, name)
    if path is None or not _beside(path).is_file():
        return None
    with suppress(FileNotFoundError):  # erased meanwhile
        return _as_written(_beside(path))
    return None


def _as_written(beside: Path) -> Recorded:
    written = beside.stat()
    seen = _read(beside, written.st_ino, written.st_mtime_ns, written.st_size)
    if not beside.is_file():  # erased while it was read: then nothing of it is remembered
        _read.cache_clear()
    return seen


@lru_cache(maxsize=8)
def _read(beside: Path, *_written: int) -> Recorded:
    """What is written beside a recording; remembered as long as it stands, for a page with its traces asks for it ten times."""
    seen = json.loads(beside.read_text("utf-8"))
    told = (*seen.get("issues", ()), *seen.get("doubts", ()))
    channels = tuple(Channel(**channel) for channel in seen.get("channels", ()))
    return Recorded(
        format=seen.get("format", ""),
        channels=channels,
        left_out=seen.get("left_out", 0),
        marks=tuple((a, b, text) for a, b, text in seen.get("marks", [])),
        issues=(*(unpack_issue(issue) for issue in told), *_not_done(seen)),
        measured=Measured.model_validate_json(json.dumps(seen["measured"])) if seen.get("measured") else None,
        complete=not channels or not seen.keys().isdisjoint({"measured", "limit", "fault"}),
        usable=seen.get("usable"),
    )


def measured_in(folder: Path, name: str, case: Case) -> dict[str, Measured]:
    """File -> what was measured in it, for every recording of a case that was looked at."""
    found = {row.file: recorded(folder, name, row.file) for row in case.recordings}
    return {
        file: one.measured.model_copy(update={"file": file})
        for file, one in found.items()
        if one is not None and one.measured is not None
    }


def comparable(rows: Sequence[Entry], entry: Entry) -> tuple[Entry, ...]:
    """The recordings before one that differ from it in the side or the weight alone, of sensors that are worn: short ones."""
    earlier = takewhile(lambda row: row.file != entry.file, rows)
    return tuple(row for row in earlier if row.kind == entry.kind == "accelerometer" and _differs_in_one(row, entry))


def _differs_in_one(row: Entry, entry: Entry) -> bool:
    if row.during != entry.during or row.place is None or entry.place is None or row.place.where != entry.place.where:
        return False
    return (row.place.side != entry.place.side) != (row.loaded != entry.loaded)


def columns_of(path: Path, channel: int, *, few: bool = False) -> Samples:
    """The lowest (row 0) and the highest sample (row 1) of each column of a whole trace; or of few columns, to begin with."""
    begin = path.with_suffix(f".{channel}.few.npy")
    with _unless_erased(path):
        kept: Samples = np.load(begin if few and begin.is_file() else path.with_suffix(f".{channel}.npy"), allow_pickle=False)
    return kept


@contextmanager
def _unless_erased(path: Path) -> Iterator[None]:
    """What was seen of a recording lies beside it until its case is erased, which another window may do at any moment."""
    try:
        yield
    except FileNotFoundError:
        if path.exists():
            raise
        raise NoSuchCase(path.parent.name) from None


@dataclass(frozen=True, eq=False)
class Part:
    """The lowest and highest sample of each column of a part of a trace, which lies in these shares of the whole, 0 to 1."""

    start: float
    stop: float
    low: Samples
    high: Samples


def trace(path: Path, channel: int, start: float, stop: float, columns: int) -> Part:
    """The part of a trace between two shares of the whole; of a short part every sample is looked at, where all are kept."""
    whole = path.with_suffix(f".{channel}.all.npy")
    with _unless_erased(path):
        if (stop - start) <= _CLOSE and whole.is_file():
            kept = np.load(whole, mmap_mode="r", allow_pickle=False)[None]
        else:
            kept = np.load(path.with_suffix(f".{channel}.npy"), mmap_mode="r", allow_pickle=False)
    n = kept.shape[1]
    a, b = max(0, int(start * n)), min(n, max(int(np.ceil(stop * n)), int(start * n) + 2))
    return Part(a / max(n, 1), b / max(n, 1), envelope(kept[0, a:b], columns)[0], envelope(kept[-1, a:b], columns)[1])


def erase_recordings(folder: Path, case: str) -> None:
    """Remove every recording of a case and what was written beside it."""
    if re.fullmatch(r"[0-9a-f]{16}", case):
        shutil.rmtree(folder / case, ignore_errors=True)
    _read.cache_clear()


def erase_recording(folder: Path, name: str) -> None:
    """Remove one recording and all that was written beside it."""
    stem = (folder / name).name.split(".")[0]
    for path in (folder / name).parent.glob(f"{stem}*"):
        path.unlink(missing_ok=True)
    _read.cache_clear()


def _beside(path: Path) -> Path:
    return path.with_suffix(".seen.json")

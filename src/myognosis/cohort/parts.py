"""What was done, file by file: one part a recording, written whole or not at all, and good as long as nothing it rests on changed.

A part is two lines of JSON: the stamp, by which it is known whether it still holds, and what was found. What a stamp says of
files is their size and when they were changed: ten thousand recordings are not read again to see that they are the same.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from myognosis.cohort.listing import Found, as_text
from myognosis.faults import Issue, Level, ListError, Message
from myognosis.language import mark
from myognosis.model.base import Model
from myognosis.model.finding import State
from myognosis.model.misfit import why_no_file
from myognosis.model.recording import Measurement
from myognosis.readers.boxed import box_of
from myognosis.spread import held

__all__ = ["Change", "Channels", "Outcome", "Part", "Row", "Stamp", "alone_in", "change_of", "part_path", "read_part", "stamp_of",
           "write_part"]  # fmt: skip

Outcome = Literal["measured", "unmeasured", "question", "refused", "not_recording", "late", "ended", "bug"]
"""What came of a file: its numbers; read, and nothing of what it holds is measured; something must be answered first; it cannot
be read soundly; no recording after all; it took too long; its process ended; a fault of ours."""
Change = Literal["new", "file", "told", "engine", "again"]
"""Why a file is measured: for the first time, or anew because it, what is told of it or the program changed, or as was asked."""


class Channels(Model):
    """What a file holds."""

    format: str
    kind: str = ""
    names: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    rates_hz: tuple[float, ...] = ()
    seconds: float = 0.0


class Row(Measurement):
    """One number, with the finding that rests on it and the limits that it is held against."""

    finding: str = ""
    state: str = ""
    limit_low: float | None = None
    limit_high: float | None = None
    limit_source: str = ""
    trust: str = ""
    verdict: str = ""


class Part(Model):
    """Everything that one file gave, and what it cost."""

    outcome: Outcome
    channels: Channels | None = None
    rows: tuple[Row, ...] = ()
    findings: dict[str, State] = Field(default_factory=dict)
    issues: tuple[dict[str, Any], ...] = ()
    not_told: tuple[str, ...] = ()
    cpu_s: float = 0.0
    wall_s: float = 0.0


class Stamp(Model):
    """What a part rests on."""

    path: str
    files: tuple[tuple[str, int, int], ...]
    told: str
    engine: str


def stamp_of(found: Found, engine: str) -> Stamp:
    """The stamp of a recording as it is now; whose it is and notes change no measurement."""
    files = list[tuple[str, int, int]]()
    before = (Path(found.told.before),) if found.told.before else ()
    for file in (found.path, *found.beside, *before):
        with suppress(OSError):  # a file that is gone is a change as well
            seen = box_of(file)[0].stat()
            files.append((as_text(file), seen.st_size, seen.st_mtime_ns))
    told = found.told.model_dump_json(exclude={"person", "note", "file"}, exclude_defaults=True)
    return Stamp(path=as_text(found.path), files=tuple(files), told=told, engine=engine)


def part_path(folder: Path, found: Found) -> Path:
    """Where the part of a recording lies."""
    return folder / f"{hashlib.sha256(os.fsencode(found.path)).hexdigest()[:32]}.json"


def write_part(path: Path, stamp: Stamp, part: Part) -> None:
    """Write a part; who looks sees the old one or the new one, never half of it."""
    new = path.with_suffix(f".{os.getpid()}.new")
    new.write_text(f"{stamp.model_dump_json()}\n{part.model_dump_json()}\n", "utf-8")
    new.replace(path)


def change_of(path: Path, stamp: Stamp) -> Change | None:
    """Why a part does not hold; None where it does."""
    try:
        with path.open(encoding="utf-8") as stream:
            kept = Stamp.model_validate_json(stream.readline())
    except (OSError, ValueError):
        return "new"
    if kept.files != stamp.files:
        return "file"
    if kept.told != stamp.told:
        return "told"
    return None if kept.engine == stamp.engine else "engine"


def read_part(path: Path) -> Part | None:
    """A part that was written; None where there is none that can be read."""
    try:
        with path.open(encoding="utf-8") as stream:
            stream.readline()
            return Part.model_validate_json(stream.readline())
    except (OSError, UnicodeDecodeError, ValidationError):
        return None


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Hold a folder for results as long as this process lives: the system lets go of it, however the process ends.

    Raises
    ------
    ListError
        Another process holds it, or it cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / ".lock").open("a+", encoding="utf-8")
    except OSError as error:
        what, fix = mark("The folder for the results cannot be written: {why}."), mark("Give another one: --out")
        raise _refused("out", folder, what, fix, why=why_no_file(error)) from None
    with lock:
        if not held(lock):
            what, fix = mark("Another run writes into this folder."), mark("Wait for it, end it, or give another folder: --out")
            raise _refused("busy", folder, what, fix)
        yield


def _refused(code: str, folder: Path, what: str, fix: str, **params: object) -> ListError:
    return ListError([Issue(f"cohort.{code}", Level.REFUSE, str(folder), Message(what, params), Message(fix))])

"""What there is to measure: every file of a folder that a reader takes, or the files of a list.

Samples, marks and side files belong to the recording that names them and are none of their own.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from myognosis.cohort.told import Told, is_list, read_list
from myognosis.faults import Issue, Level, ListError, Message, RecordingError
from myognosis.knowledge import Knowledge
from myognosis.language import mark
from myognosis.readers import reader_for, readers
from myognosis.readers.boxed import box_of, boxed
from myognosis.readers.qtrac import is_mem

__all__ = ["Found", "Listing", "as_text", "has_numbers", "list_recordings"]

_COMMON = frozenset({".csv", ".tsv", ".txt", ".json", ".zip", ".dat", ".bin"})
"""What many things are called that are no recordings."""
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?")
_HEAD_BYTES = 4096


@dataclass(frozen=True)
class Found:
    """One recording: its file, how it is called in the results, what is told of it, and the files that belong to it."""

    path: Path
    name: str
    told: Told
    listed: bool
    beside: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Listing:
    """The recordings by name, and the files that are none."""

    source: Path
    recordings: tuple[Found, ...]
    others: tuple[str, ...] = ()


def list_recordings(source: Path, knowledge: Knowledge, leave_out: Path | None = None) -> Listing:
    """The recordings of a folder, without the folder ``leave_out`` in it, or of a list.

    Raises
    ------
    ListError
        There is no such folder or list, or the list has faults.
    """
    if source.is_dir():
        return _of_folder(source.resolve(), leave_out.resolve() if leave_out else None)
    if source.is_file() and is_list(source):
        root = source.resolve().parent
        rows = read_list(source, knowledge)
        found = (Found(path, _named(path, root), told, True, _companions(path) or ()) for path, told in rows)
        return Listing(source.resolve(), tuple(sorted(found, key=lambda one: one.name)))
    what, fix = mark("This is neither a folder nor a list."), mark("Give a folder, or a list as CSV or YAML.")
    raise ListError([Issue("list.source", Level.REFUSE, str(source), Message(what), Message(fix))])


def _of_folder(folder: Path, leave_out: Path | None) -> Listing:
    found, others, belong = list[Found](), list[Path](), set[Path]()
    for file in _walk(folder, leave_out):
        for path in _inside(file):
            beside = _companions(path)
            if beside is None:
                others.append(path)
                continue
            belong.update(beside)
            found.append(Found(path, _named(path, folder), Told(file=as_text(Path(path.name))), False, beside))
    own = sorted((one for one in found if one.path not in belong), key=lambda one: one.name)
    return Listing(folder, tuple(own), tuple(sorted(_named(path, folder) for path in others if path not in belong)))


def _walk(folder: Path, leave_out: Path | None) -> Iterator[Path]:
    """Every plain file below a folder but hidden ones; links to folders are not followed."""
    for place, folders, names in os.walk(folder):
        here = Path(place)
        folders[:] = sorted(name for name in folders if not name.startswith(".") and here / name != leave_out)
        yield from (here / name for name in sorted(names) if not name.startswith(".") and (here / name).is_file())


def _inside(file: Path) -> tuple[Path, ...]:
    """The recordings of a box, or the file itself."""
    try:
        return tuple(file / one.name for one in boxed(file)) or (file,)
    except RecordingError:
        return (file,)


def _companions(path: Path) -> tuple[Path, ...] | None:
    """The files that belong to a recording; None where the file is no recording.

    One that is called as only recordings are is one, even if no reader knows it: a damaged recording is reported.
    """
    if is_mem(path) or box_of(path)[1]:
        return ()
    try:
        return tuple(file.resolve() for file in reader_for(path).companions(path))
    except (RecordingError, OSError):
        return () if path.suffix.lower() in _suffixes() else None


@cache
def _suffixes() -> frozenset[str]:
    return frozenset(suffix for one in readers() for suffix in one.suffixes) - _COMMON


def _named(path: Path, root: Path) -> str:
    return as_text(path.relative_to(root) if path.is_relative_to(root) else path)


def as_text(path: Path) -> str:
    """A path as a text that can be written; bytes of a name that are no text are shown as such."""
    return path.as_posix().encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def has_numbers(path: Path) -> bool:
    """Whether a text may hold samples: the lines at the end of its beginning are numbers alone."""
    with box_of(path)[0].open("rb") as stream:
        lines = stream.read(_HEAD_BYTES).decode("utf-8", "replace").splitlines()
    cells = [re.split(r"[;\t ]+|,\s*", line.strip()) for line in lines[-6:-1] if line.strip()]
    return len(cells) > 2 and all(_NUMBER.fullmatch(cell) for row in cells for cell in row if cell)

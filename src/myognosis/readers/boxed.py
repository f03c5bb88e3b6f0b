"""Recordings inside a zip: what each is, and one of them as a file for as long as it is read.

``study.zip/arm.edf`` names a recording inside, ``study.zip`` the only one. A log of a phone is a zip of tables and no box: its
reader takes them from the archive itself.
"""

import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from myognosis.faults import RecordingError
from myognosis.language import mark
from myognosis.readers.archive import archive_faults, check_unfolded
from myognosis.readers.base import refuse

__all__ = ["Boxed", "box_of", "boxed", "in_the_open", "stands"]

_HEAD_BYTES, _MOST_MEMBERS = 4096, 500
_MAY_BE = "workbook"
"""What may be the log of a phone; beside a recording it is rather a table of results."""
_TABLES = (".csv", ".txt", ".tsv", ".dat", ".asc")
"""What may be a table of a phone; it is a recording of its own only with a description beside it."""


@dataclass(frozen=True)
class Boxed:
    """One recording inside a zip: its name there, and the format that its first bytes tell."""

    name: str
    format: str
    n_bytes: int


def box_of(path: Path) -> tuple[Path, str]:
    """The zip that a path leads into, and the name inside; the path itself and no name where it leads into none."""
    try:
        box = next((one for one in path.parents if one.suffix.lower() == ".zip" and one.is_file()), None)
    except (OSError, ValueError):
        box = None
    return (box, path.relative_to(box).as_posix()) if box else (path, "")


def stands(path: Path) -> bool:
    """Whether there is such a file, or a zip that may hold it."""
    return path.is_file() or bool(box_of(path)[1])


def boxed(path: Path) -> tuple[Boxed, ...]:
    """The recordings inside a zip, by name; none of a zip of tables, and none of any other file.

    Raises
    ------
    RecordingError
        The archive is damaged, locked, or made to fill a computer.
    """
    if path.suffix.lower() != ".zip" or not path.is_file():
        return ()
    with path.open("rb") as stream:
        if stream.read(2) != b"PK":
            return ()  # a stranger, which is told by what it is
    with archive_faults(path), zipfile.ZipFile(path) as archive:
        infos = _members(archive)
        names = {info.filename for info in infos}
        found = [Boxed(info.filename, _format(archive, info, names), info.file_size) for info in infos]
    told = tuple(one for one in found if one.format)
    return tuple(one for one in told if one.format != _MAY_BE) or told


def _members(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The files inside without those that a system puts there for itself."""
    infos = sorted(archive.infolist(), key=lambda one: one.filename)[:_MOST_MEMBERS]
    return [i for i in infos if not (i.is_dir() or PurePosixPath(i.filename).name.startswith(".") or "__MACOSX" in i.filename)]


def _format(archive: zipfile.ZipFile, info: zipfile.ZipInfo, names: set[str]) -> str:
    """The name of the reader that knows the first bytes, or that of tests with stimuli; empty where neither is."""
    from myognosis.readers import readers

    name = PurePosixPath(info.filename)
    if name.suffix.lower() == ".mem":
        return "qtrac"
    if name.suffix.lower() in _TABLES:
        return "text" if str(name.with_name(f"{name.stem}.layout.json")) in names else ""
    ours = [reader for reader in readers() if reader.name != "sensor_log"]
    try:
        with archive.open(info) as stream:
            head = stream.read(_HEAD_BYTES)
    except (zipfile.BadZipFile, zlib.error, EOFError):  # who opens it will be told; what else is inside can still be read
        return next((reader.name for reader in ours if name.suffix.lower() in reader.suffixes), "")
    return next((reader.name for reader in ours if reader.recognises(Path(name.name), head)), "")


@contextmanager
def in_the_open(path: Path) -> Iterator[Path]:
    """The file of a recording as readers need it: for one inside a zip a copy of it and of what lies beside it, removed afterwards.

    Raises
    ------
    RecordingError
        The zip holds no such recording, or several of which none was named.
    """
    box, name = box_of(path)
    inside = boxed(box)
    if not name and not inside:
        yield path
        return
    if not name and len(inside) > 1:
        raise _which(box, name, inside)
    with tempfile.TemporaryDirectory(prefix="myognosis-", ignore_cleanup_errors=True) as folder:
        yield _take_out(box, name or inside[0].name, inside, Path(folder))


def _which(box: Path, name: str, inside: tuple[Boxed, ...]) -> RecordingError:
    """The question which recording is meant."""
    listed = "; ".join(f"{one.name} ({one.format})" for one in inside)[:600] or "-"
    what = (
        mark("The archive holds no recording '{name}'. It holds: {listed}.")
        if name
        else mark("The archive holds {n} {n:recording|recordings}: {listed}.")
    )
    fix = mark("Name one of them as '{box}/{one}'.") if inside else mark("Unpack it yourself and give the file inside.")
    one = inside[0].name if inside else ""
    return refuse("zip.which", box.name, what, fix, name=name[:80], n=len(inside), listed=listed, box=box.name, one=one)


def _take_out(box: Path, name: str, inside: tuple[Boxed, ...], folder: Path) -> Path:
    """One file and what lies beside it in the archive, but no other recording, under their last names in an empty folder."""
    others, place = {one.name for one in inside} - {name}, PurePosixPath(name).parent
    with archive_faults(box), zipfile.ZipFile(box) as archive:
        near = [i for i in _members(archive) if PurePosixPath(i.filename).parent == place and i.filename not in others]
        if name not in {info.filename for info in near}:
            raise _which(box, name, inside)
        check_unfolded(near, box)
        for info in near:
            with archive.open(info) as stream, (folder / Path(info.filename).name).open("wb") as copy:
                shutil.copyfileobj(stream, copy, 1 << 20)
    return folder / Path(name).name

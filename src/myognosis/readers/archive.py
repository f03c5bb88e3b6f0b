"""Archives are read in place and never unpacked: no path of theirs is ever written, and a bomb is refused before it goes off."""

import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from myognosis.language import mark
from myognosis.readers.base import refuse

__all__ = ["Member", "archive_faults", "check_unfolded", "is_bomb", "open_members", "tar_members"]

MAX_RATIO, SMALL_BYTES, MAX_BYTES = 200, 10_000_000, 4_000_000_000
"""What unfolds to more than ``SMALL_BYTES`` may do so by no more than this; samples and logs compress by two to thirty times."""
_MAX_MEMBERS = 10_000
_FIX = mark("Unpack it yourself and give the file inside.")


@dataclass(frozen=True)
class Member:
    """A file inside an archive that is not compressed: where its bytes lie."""

    name: str
    first_byte: int
    size: int


def open_members(path: Path, suffixes: tuple[str, ...]) -> Iterator[tuple[str, IO[bytes]]]:
    """The files of a zip with one of the suffixes, by name, each open while it is its turn."""
    with archive_faults(path), zipfile.ZipFile(path) as archive:
        members = [info for info in archive.infolist() if not info.is_dir() and info.filename.lower().endswith(suffixes)]
        check_unfolded(members if len(archive.infolist()) <= _MAX_MEMBERS else archive.infolist(), path)
        for info in sorted(members, key=lambda one: one.filename):
            if PurePosixPath(info.filename).name.startswith(".") or "__MACOSX" in info.filename:
                continue
            with archive.open(info) as stream:
                yield info.filename, stream


def check_unfolded(members: Sequence[zipfile.ZipInfo], path: Path) -> None:
    """Refuses a zip whose members are too many, or unfold to more than any recording needs."""
    unfolded = sum(info.file_size for info in members)
    folded = sum(info.compress_size for info in members)
    if len(members) > _MAX_MEMBERS or is_bomb(unfolded, min(folded, path.stat().st_size)):
        what = mark("The archive would unfold to {n} times its size, as one does that is made to fill a computer.")
        raise refuse("bomb", path.name, what, _FIX, n=unfolded // max(1, folded))


def is_bomb(unfolded: int, folded: int) -> bool:
    """Whether so many bytes from so few are more than any recording needs."""
    return unfolded > MAX_BYTES or unfolded > max(SMALL_BYTES, MAX_RATIO * folded)


def tar_members(path: Path) -> tuple[Member, ...]:
    """The plain files of a tar that is not compressed."""
    with archive_faults(path), tarfile.open(path, "r:") as archive:
        found = list[Member]()
        for info in archive:
            if len(found) >= _MAX_MEMBERS:
                raise refuse("archive", path.name, mark("The archive holds more files than any recording has."), _FIX)
            if info.isfile():
                found.append(Member(info.name, info.offset_data, info.size))
        return tuple(found)


_THEIR_FAULTS = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError, ValueError,
    LookupError, ArithmeticError,
)  # fmt: skip


@contextmanager
def archive_faults(path: Path) -> Iterator[None]:
    """What the archive's own library finds is said as a fault of the recording."""
    try:
        yield
    except _THEIR_FAULTS as error:
        what = mark("The archive cannot be read: {why}.")
        raise refuse("archive", path.name, what, mark("Fetch the file again."), why=str(error)[:120]) from None

"""Names taken out of headers, for a copy that is to be kept or given away."""

import shutil
import struct
import tempfile
import zipfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import IO

from myognosis.faults import RecordingError
from myognosis.readers.archive import archive_faults, check_unfolded, tar_members
from myognosis.readers.persons import HEAD_BYTES, nameless, nameless_xml, whole_xml
from myognosis.readers.scrub_marks import scrub_marks, written
from myognosis.readers.scrub_matlab import scrub_matlab
from myognosis.readers.scrub_workbook import scrub_workbook
from myognosis.readers.sheets import is_workbook
from myognosis.readers.strangers import is_no_recording

__all__ = ["scrub", "scrub_archive"]

_PERSON = "patient.xml"
_MOST_CHUNKS, _BEGINNING = 1000, 4096
_TYPED = (b"bext", b"id3 ", b"iXML", b"_PMX")
"""Chunks of a sound that hold nothing but words of who made it, when and how."""


def scrub(path: Path, name: str = "") -> bool:
    """Blank who was recorded, and by whom, in place; whether anything stood there. Samples, day, hour and length stay.

    Blanked are the two fields of EDF and BDF, the comments in headers of WFDB and BrainVision, what was typed into an Axivity
    logger or of a sound, name, operator, comments and place of the file in one of Qtrac, the name in one of Micromed, everything
    about the patient in an archive of OTB; in its other parts, in XDF, in JSON and in the first lines of a text what stands behind
    words like "patient"; the notes of Intan and the comments of Spike2 (.smr); in the head of MATLAB, in its structures and words
    what stands under such names; in lines of comment and in the marks of EDF+, WFDB, XDF, BrainVision and BIDS every word that may
    be a name (``event_words``). A header of EDF whose fields are shifted is left as it is: what lies where the names ought to lie
    may be something else. The marks of the other files of laboratory systems are not looked into. A workbook keeps of its logs the
    headings and the numbers. Only a workbook and a MATLAB file whose arrays are folded change their length.

    Parameters
    ----------
    path
        The file.
    name
        What it was called, where it is not called so any more: formats are told by endings.

    Raises
    ------
    OSError
        The file cannot be written.
    """
    name = name or path.name
    if PurePosixPath(name).suffix.lower().startswith(".otb"):
        return _scrub_otb(path)
    if name.lower().endswith(".wav"):
        return _scrub_sound(path)
    if name.lower().endswith((".mat", ".set")):
        return scrub_matlab(path)
    with path.open("rb") as stream:
        if is_workbook(Path(name), stream.read(_BEGINNING)):
            return scrub_workbook(path)
    marked = scrub_marks(path, name)
    with path.open("r+b") as stream:
        head = stream.read(HEAD_BYTES)
        return written(stream, 0, head, nameless(head, name)) or marked


def scrub_archive(path: Path) -> bool:
    """Blank the same in every such file of a zip, which is written anew; whether there was any.

    Documents, pictures and whatever else is known to be no recording are left out: a report names the person on every page.

    Raises
    ------
    OSError
        The new file cannot be written; the old one stays.
    RecordingError
        The archive is damaged, locked, or made to fill a computer.
    """
    changed = False
    with tempfile.TemporaryDirectory(dir=path.parent, ignore_cleanup_errors=True) as folder:
        new = Path(folder) / "new.zip"
        with (
            archive_faults(path), zipfile.ZipFile(path) as box,
            zipfile.ZipFile(new, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as copy,
        ):  # fmt: skip
            members = {info.filename: info for info in box.infolist() if not info.is_dir()}
            check_unfolded(list(members.values()), path)
            for info in members.values():
                out = Path(folder) / "member"
                with box.open(info) as given, out.open("wb") as kept:
                    shutil.copyfileobj(given, kept, 1 << 20)
                if is_no_recording(out, info.filename):
                    changed = True
                    continue
                changed |= scrub(out, info.filename)
                copy.write(out, info.filename)
                out.unlink()
        if changed:
            new.replace(path)
    return changed


def _scrub_otb(path: Path) -> bool:
    """Blank what the parts of an OTB archive, a tar that is not compressed, say of the person; a damaged one is left as it is."""
    try:
        members = [one for one in tar_members(path) if one.name.lower().endswith(".xml") and one.size <= HEAD_BYTES]
    except RecordingError:
        return False
    changed = False
    with path.open("r+b") as stream:
        for one in members:
            stream.seek(one.first_byte)
            told = stream.read(one.size)
            blank = whole_xml(told) if one.name.lower().endswith(_PERSON) else nameless_xml(told)
            changed |= written(stream, one.first_byte, told, blank)
    return changed


def _scrub_sound(path: Path) -> bool:
    """Blank what was typed of a sound, before its samples or behind them."""
    changed = False
    with path.open("r+b") as stream:
        for sign, first, last in list(islice(_chunks(stream, 12, path.stat().st_size), _MOST_CHUNKS)):
            stream.seek(first)
            if sign == b"LIST" and stream.read(4) == b"INFO":
                parts = [(begin, end) for _, begin, end in islice(_chunks(stream, first + 4, last), _MOST_CHUNKS)]
            else:
                parts = [(first, last)] if sign in _TYPED else []
            for begin, end in parts:
                stream.seek(begin)
                told = stream.read(end - begin)
                changed |= written(stream, begin, told, b" " * len(told))
    return changed


def _chunks(stream: IO[bytes], at: int, stop: int) -> Iterator[tuple[bytes, int, int]]:
    """Sign, first byte and end of the chunks of a sound; none where it is no such file."""
    stream.seek(0)
    if stream.read(4) not in (b"RIFF", b"RF64"):
        return
    while at + 8 <= stop:
        stream.seek(at)
        sign, length = struct.unpack("<4sI", stream.read(8))
        yield sign, at + 8, min(at + 8 + length, stop)
        at += 8 + length + length % 2

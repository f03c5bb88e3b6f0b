"""Names taken out of headers (EDF, BDF, WFDB, Axivity, Qtrac, OTB), for a copy that is to be kept or given away."""

import re
import shutil
import zipfile
from pathlib import Path

from myognosis.faults import RecordingError
from myognosis.readers.archive import archive_faults, check_unfolded, tar_members

__all__ = ["scrub", "scrub_archive"]

_MAGIC = (b"0       ", b"\xffBIOSEMI")
_STARTED = re.compile(rb"Startdate \S{1,20}")
_EDF_BYTES, _CWA_BYTES, _TEXT_BYTES = 256, 1024, 4_000_000
_CWA_TOLD = slice(64, 512)
"""Where the header of an Axivity file holds what somebody typed of study and person (Open Movement, url-encoded; remembered)."""
_COMMENT = re.compile(rb"(?m)^(\s*#)([^\r\n]*)")
"""A line of a WFDB header that is free text."""
_QTRAC = re.compile(rb"(?m)^(\s*(?:File|Name|Operator|Comments?):)([^\r\n]*)")
"""The lines of a Qtrac file that say who was measured, by whom, and where the file lay."""
_PERSON, _TOLD = "patient.xml", re.compile(rb"(>)([^<]+)|(=\s*\")([^\"]+)(?=\")")
"""The part of an OTB archive about the person, and what its tags hold."""


def scrub(path: Path) -> bool:
    """Blank who was recorded, and by whom, in place; whether anything stood there. Samples, day, hour and length stay.

    Blanked are the two fields of EDF and BDF, the comments of a WFDB header, what was typed into an Axivity logger, name, operator,
    comments and place of the file in one of Qtrac, and everything about the patient in one of OTB. A header whose fields are
    shifted (the day does not stand where it should) is left as it is: what lies where the names ought to lie may be something
    else. The fields are those of EDF+ (Kemp and Olivan, 2003, doi 10.1016/S1388-2457(03)00123-8).

    Raises
    ------
    OSError
        The file cannot be written.
    """
    if path.suffix.lower().startswith(".otb"):
        return _scrub_otb(path)
    with path.open("r+b") as stream:
        head = stream.read(_head_bytes(path.name))
        blank = _nameless(head, path.name)
        stream.seek(0)
        stream.write(blank)
    return blank != head


def scrub_archive(path: Path) -> bool:
    """Blank the same in every such file of a zip, which is written anew with all that it holds; whether there was any.

    Raises
    ------
    OSError
        The new file cannot be written; the old one stays.
    RecordingError
        The archive is damaged, locked, or made to fill a computer.
    """
    new = path.with_suffix(".new")
    try:
        with archive_faults(path), zipfile.ZipFile(path) as box:
            members = {info.filename: info for info in box.infolist() if not info.is_dir()}
            check_unfolded(list(members.values()), path)
            if not any(_holds_names(box, info) for info in members.values()):
                return False
            with zipfile.ZipFile(new, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as copy:
                for info in members.values():
                    with box.open(info) as given, copy.open(info.filename, "w", force_zip64=True) as kept:
                        kept.write(_nameless(given.read(_head_bytes(info.filename)), info.filename))
                        shutil.copyfileobj(given, kept, 1 << 20)
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)
    return True


def _scrub_otb(path: Path) -> bool:
    """Blank what an OTB archive, a tar that is not compressed, says of the person; a damaged one is left as it is."""
    try:
        members = [one for one in tar_members(path) if one.name.lower().endswith(_PERSON) and one.size <= _TEXT_BYTES]
    except RecordingError:
        return False
    changed = False
    with path.open("r+b") as stream:
        for one in members:
            stream.seek(one.first_byte)
            told = stream.read(one.size)
            first, end, rest = told.rpartition(b"?>")  # what the text is written in stays
            blank = first + end + _TOLD.sub(lambda found: (found[1] or found[3]) + b" " * len(found[2] or found[4]), rest)
            stream.seek(one.first_byte)
            stream.write(blank)
            changed |= blank != told
    return changed


def _holds_names(box: zipfile.ZipFile, info: zipfile.ZipInfo) -> bool:
    with box.open(info) as stream:
        head = stream.read(_head_bytes(info.filename))
    return _nameless(head, info.filename) != head


def _head_bytes(name: str) -> int:
    """How much of a file may hold names."""
    return _TEXT_BYTES if name.lower().endswith((".hea", ".mem")) else _CWA_BYTES


def _nameless(head: bytes, name: str) -> bytes:
    """The beginning of a file without the names, where it is a header that we know; as long as before."""
    if name.lower().endswith((".hea", ".mem")):
        line = _COMMENT if name.lower().endswith(".hea") else _QTRAC
        return line.sub(lambda found: found[1] + re.sub(rb"[^\t]", b" ", found[2]), head)
    if head[:4] == b"MD\xfc\x03" and len(head) == _CWA_BYTES:
        return head[: _CWA_TOLD.start] + b" " * (_CWA_TOLD.stop - _CWA_TOLD.start) + head[_CWA_TOLD.stop :]
    return _nameless_edf(head[:_EDF_BYTES]) + head[_EDF_BYTES:]


def _nameless_edf(head: bytes) -> bytes:
    """The beginning of a file without the names, where it is the header of an EDF or BDF file."""
    if head[:8] not in _MAGIC or not re.fullmatch(rb"\d\d\.\d\d\.\d\d", head[168:176]):
        return head
    started = _STARTED.match(head[88:168])
    return head[:8] + b"X X X X".ljust(80) + ((started[0] if started else b"Startdate X") + b" X X X").ljust(80) + head[168:]

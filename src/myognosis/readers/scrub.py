"""Names taken out of the header of EDF and BDF files, alone or in a zip, for a copy that is to be kept or given away."""

import re
import shutil
import zipfile
from pathlib import Path

from myognosis.readers.archive import archive_faults, check_unfolded

__all__ = ["scrub", "scrub_archive"]

_MAGIC = (b"0       ", b"\xffBIOSEMI")
_STARTED = re.compile(rb"Startdate \S{1,20}")
_HEAD_BYTES = 256


def scrub(path: Path) -> bool:
    """Blank who was recorded, and by whom, in place; whether anything stood there. Samples, day and hour stay.

    A header whose fields are shifted (the day does not stand where it should) is left as it is: what lies where the names ought
    to lie may be something else. The fields are those of EDF+ (Kemp and Olivan, 2003, doi 10.1016/S1388-2457(03)00123-8).

    Raises
    ------
    OSError
        The file cannot be written.
    """
    with path.open("r+b") as stream:
        head = stream.read(_HEAD_BYTES)
        blank = _nameless(head)
        stream.seek(0)
        stream.write(blank)
    return blank != head


def scrub_archive(path: Path) -> bool:
    """Blank the same in every EDF or BDF file of a zip, which is written anew with all that it holds; whether there was any.

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
                        kept.write(_nameless(given.read(_HEAD_BYTES)))
                        shutil.copyfileobj(given, kept, 1 << 20)
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)
    return True


def _holds_names(box: zipfile.ZipFile, info: zipfile.ZipInfo) -> bool:
    with box.open(info) as stream:
        head = stream.read(_HEAD_BYTES)
    return _nameless(head) != head


def _nameless(head: bytes) -> bytes:
    """The beginning of a file without the names, where it is the header of an EDF or BDF file."""
    if head[:8] not in _MAGIC or not re.fullmatch(rb"\d\d\.\d\d\.\d\d", head[168:176]):
        return head
    started = _STARTED.match(head[88:168])
    return head[:8] + b"X X X X".ljust(80) + ((started[0] if started else b"Startdate X") + b" X X X").ljust(80) + head[168:]

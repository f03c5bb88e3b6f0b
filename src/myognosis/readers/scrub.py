"""Names taken out of the header of an EDF or BDF file, for a copy that is to be kept or given away."""

import re
from pathlib import Path

__all__ = ["scrub"]

_MAGIC = (b"0       ", b"\xffBIOSEMI")
_STARTED = re.compile(rb"Startdate \S{1,20}")


def scrub(path: Path) -> bool:
    """Blank who was recorded, and by whom, in place; whether there was such a header. Samples, day and hour stay.

    A header whose fields are shifted (the day does not stand where it should) is left as it is: what lies where the names ought
    to lie may be something else. The fields are those of EDF+ (Kemp and Olivan, 2003, doi 10.1016/S1388-2457(03)00123-8).

    Raises
    ------
    OSError
        The file cannot be written.
    """
    with path.open("r+b") as stream:
        head = stream.read(256)
        if head[:8] not in _MAGIC or not re.fullmatch(rb"\d\d\.\d\d\.\d\d", head[168:176]):
            return False
        started = _STARTED.match(head[88:168])
        stream.seek(8)
        stream.write(b"X X X X".ljust(80) + ((started[0] if started else b"Startdate X") + b" X X X").ljust(80))
    return True

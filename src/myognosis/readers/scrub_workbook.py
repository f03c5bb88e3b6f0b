"""Names taken out of a workbook: of each sheet that is a log its headings and numbers stay, and of everything else nothing.

A workbook says who made it and when, and its other sheets may hold anything, so it is written anew.
"""

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from myognosis.faults import RecordingError
from myognosis.readers.event_words import IS_WHO
from myognosis.readers.sensors import is_no_movement
from myognosis.readers.sheets import Rows, sheets_of, workbook_of
from myognosis.readers.table import is_number, names_a_time

__all__ = ["scrub_workbook"]

_SENSOR = re.compile(r"raw data|(?:linear|total)? ?acceleration|accelerometer\w*|gyroscope\w*|gravity|wristmotion|headphone", re.I)
_LOOKED_AT = 50
_UNIT = re.compile(r"[\w°/^()²µ-]{1,8}")


def scrub_workbook(path: Path) -> bool:
    """Write a workbook anew without what may name a person; one that cannot be read keeps nothing.

    Raises
    ------
    OSError
        The file cannot be written.
    """
    with tempfile.TemporaryDirectory(dir=path.parent, ignore_cleanup_errors=True) as folder:
        new = Path(folder) / "new.xlsx"
        with new.open("wb") as stream:
            try:
                workbook_of(((_name(name, n), _numbers(rows)) for n, (name, rows) in enumerate(sheets_of(path), 1)), stream)
            except RecordingError:
                stream.seek(0)
                stream.truncate()
                workbook_of((), stream)
        new.replace(path)
    return True


def _name(name: str, n: int) -> str:
    """The name of a sheet where it is that of a sensor: whose log it is may be written there too."""
    return name if _SENSOR.fullmatch(name.strip()) or is_no_movement(name) else f"Sheet {n}"


def _numbers(rows: Rows) -> Iterator[list[str]]:
    """The headings of a log and its numbers; nothing where no row of the first names a time."""
    heads = 0
    for n, row in enumerate(rows):
        if not heads and (n >= _LOOKED_AT or len(row) < 2 or not any(map(names_a_time, row))):
            if n >= _LOOKED_AT:
                return
            continue
        heads += 1
        if heads == 1:
            yield ["" if IS_WHO.search(cell) else cell for cell in row]
        else:
            units = heads == 2 and all(not cell or _UNIT.fullmatch(cell) for cell in row)
            yield row if units else [cell if is_number(cell, True) else "" for cell in row]

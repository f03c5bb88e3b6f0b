"""Logs of phones in a workbook: what phyphox exports unless told otherwise, and any log that was saved as .xlsx or .xls.

A sheet is a log: ``Raw Data`` or the name of a sensor, with headings and a clock as in its text, beside sheets of what phone
it was and when (``Metadata Device``, ``Metadata Time``). The sheets are read as the tables of a zip are. Known from the source
of the app: on Android .xls and since then .xlsx with words in the cells, on an iPhone .xls, then .xlsx with an empty first sheet.
"""

import io
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import IO, cast

from myognosis.faults import Issue, RecordingError
from myognosis.language import mark
from myognosis.readers.archive import archive_faults
from myognosis.readers.base import Glance, Source, refuse
from myognosis.readers.clocked import ClockedTable, on_one_beginning
from myognosis.readers.formats.sensorlog import NO_LOG, SensorLogReader, read_table
from myognosis.readers.sheets import AS_CSV, is_workbook, sheets_of

__all__ = ["WorkbookReader"]

_OF_PHONE = ("Metadata Device", "Metadata Time")


class WorkbookReader(SensorLogReader):
    """Sheets with a clock and headings, .xlsx and .xls."""

    name = "workbook"
    suffixes = (".xlsx", ".xls", ".xlsm")

    def recognises(self, path: Path, head: bytes) -> bool:
        """By the first bytes; whether any sheet is a log is seen when it is read."""
        return is_workbook(path, head)

    def glance(self, source: Source) -> Glance | None:
        """The sheets have to be read from their first row on."""
        return None

    def tables(self, source: Source) -> tuple[list[ClockedTable], tuple[Issue, ...]]:
        """Every sheet that is a log, on one beginning."""
        found, issues = list[ClockedTable](), list[Issue]()
        for name, rows in sheets_of(source.path):
            if name in _OF_PHONE:
                continue
            where = f"{source.path.name}/{name}"
            try:
                with archive_faults(source.path):
                    found.append(read_table(cast("IO[bytes]", _AsText(rows)), source, where, f"{name} "))
            except RecordingError as error:
                if error.issues[0].code not in NO_LOG:
                    issues += error.issues
        if not found:
            what = mark("No sheet of the workbook holds a clock with numbers below it.")
            raise RecordingError(issues or refuse("clock.none", source.path.name, what, AS_CSV).issues)
        return on_one_beginning(found, source.path.name), tuple(issues)


class _AsText(io.RawIOBase):
    """The rows of a sheet as a text with tabs, made while it is read."""

    def __init__(self, rows: Iterable[list[str]]) -> None:
        self._lines, self._rest = _lines(rows), b""

    def read(self, size: int = -1) -> bytes:
        """The next whole lines, of about so many bytes."""
        some = list[bytes]()
        n = 0
        for line in self._lines:
            some.append(line)
            n += len(line)
            if 0 <= size <= n:
                break
        return b"".join(some)


def _lines(rows: Iterable[list[str]]) -> Iterator[bytes]:
    """Lines as wide as the widest of the first, so that what is missing at the end of a row is an empty cell."""
    rows = iter(rows)
    first = list(islice(rows, _FIRST))
    width = max(map(len, first), default=0)
    for row in chain(first, rows):
        cells = "\t".join(" ".join(cell.replace('"', "'").split()) for cell in row)
        yield (cells + "\t" * (width - len(row)) + "\n").encode("utf-8", "replace")


_FIRST = 50

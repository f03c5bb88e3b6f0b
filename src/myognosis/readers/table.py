"""Tables of numbers in text, read block by block: delimiters, decimal commas, times of day; rows that are no numbers are counted.

The memory is that of the numbers and of one block of text, whatever the size of the file.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

import numpy as np
import numpy.typing as npt

from myognosis.faults import Issue, Level
from myognosis.language import mark
from myognosis.readers.base import issue, refuse
from myognosis.readers.text import decode_text

__all__ = ["Dialect", "is_decimal_comma", "is_time_of_day", "read_numbers", "text_blocks"]

Floats = npt.NDArray[np.float64]

_BLOCK_BYTES = 4_000_000
_MAX_CELLS = 200_000_000
_DAY = r"(?:\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{4})"
_CLOCK = re.compile(
    rf'^\s*"?(?:{_DAY}[ T])?(?P<h>\d{{1,2}}):(?P<m>\d\d):(?P<s>\d\d)(?:[.,:](?P<f>\d{{1,9}}))?(?:Z|[+-]\d\d:?\d\d)?"?\s*$'
)
"""A time of day, with or without a date in front and a zone behind."""
_FIX = mark("Export the table again as text with a line of headings.")


@dataclass(frozen=True)
class Dialect:
    """How rows are written."""

    delimiter: str
    width: int
    comma: bool = False
    clock_column: int | None = None


def text_blocks(stream: IO[bytes], where: str) -> Iterator[list[str]]:
    """The lines of a text, a few megabytes at a time, whatever ends them."""
    rest, first = b"", True
    encoding_mark = b""
    while raw := stream.read(_BLOCK_BYTES):
        if first and raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
            encoding_mark = raw[:2]
        if encoding_mark:
            raw += stream.read()  # two bytes a character: read at once, such logs are small
        raw = rest + raw
        cut = len(raw) if encoding_mark else max(raw.rfind(b"\n"), raw.rfind(b"\r")) + 1
        if cut == 0 and len(raw) > _BLOCK_BYTES:
            raise refuse("table", where, mark("A line is longer than any table has."), _FIX)
        rest = raw[cut:]
        if raw[:cut].endswith(b"\r") and not rest:  # its line feed may come with the next block
            raw, rest = raw[: cut - 1], b"\r"
            cut -= 1
        yield [line for line in _lines(raw[:cut]) if line.strip()]
        first = False
    if rest.strip():
        yield [line for line in _lines(rest) if line.strip()]


def _lines(raw: bytes) -> list[str]:
    return decode_text(raw).replace("\r\n", "\n").replace("\r", "\n").split("\n")


def is_decimal_comma(rows: list[str], delimiter: str) -> bool:
    """Whether commas stand for points: there is one between digits, and it divides no columns."""
    return delimiter != "," and any(re.search(r"\d,\d", row) for row in rows[:20])


def is_time_of_day(cell: str) -> bool:
    """Whether a cell holds a time of day, with or without a date."""
    return _CLOCK.match(cell) is not None


def read_numbers(blocks: Iterator[list[str]], dialect: Dialect, where: str) -> tuple[Floats, tuple[Issue, ...]]:
    """All rows as numbers, and how many were none; a cell without a number is not a number, an infinite one neither.

    The clock's column may hold times of day, which become seconds from the first midnight on.
    """
    parts, n_rows, n_bad, first_bad = list[Floats](), 0, 0, 0
    for rows in blocks:
        values, bad = _parse(rows, dialect)
        if bad and not n_bad:
            first_bad = n_rows + bad[0] + 1
        n_rows, n_bad = n_rows + len(rows), n_bad + len(bad)
        parts.append(values)
        if n_rows * dialect.width > _MAX_CELLS:
            raise refuse("large", where, mark("The table is too large to be read as text."), mark("Cut it into parts."))
    values = np.concatenate(parts) if parts else np.empty((0, dialect.width))
    issues = list[Issue]()
    if n_bad:
        what = mark("{n} rows are no numbers; they were dropped, and the clock shows the gap.")
        issues.append(issue("rows", Level.DOUBT, f"{where}, row {first_bad}", what, _FIX, n=n_bad))
    missing = np.isnan(values)
    empty = int(missing[:, ~missing.all(axis=0)].sum())  # a column without any number is none
    if empty:
        what = mark("{n} cells hold no number; they are taken as missing.")
        issues.append(issue("missing", Level.DOUBT, where, what, _FIX, n=empty))
    infinite = np.isinf(values)
    if infinite.any():
        values[infinite] = np.nan
        what = mark("{n} numbers are infinite; they are taken as missing.")
        issues.append(issue("infinite", Level.DOUBT, where, what, _FIX, n=int(infinite.sum())))
    if dialect.clock_column is not None and len(values):
        _pass_midnight(values[:, dialect.clock_column])
    return values, tuple(issues)


def _parse(rows: list[str], dialect: Dialect) -> tuple[Floats, list[int]]:
    """A block of rows: at once where all are plain numbers, else one by one with those that are none."""
    delimiter = dialect.delimiter if dialect.delimiter != " " else None
    plain = [row.replace(",", ".") for row in rows] if dialect.comma else rows
    if not rows:
        return np.empty((0, dialect.width)), []
    if ":" not in rows[0]:
        try:
            values = np.loadtxt(plain, delimiter=delimiter, comments=None, quotechar='"', ndmin=2)
            if values.shape == (len(rows), dialect.width):
                return values, []
        except (ValueError, OverflowError):
            pass
    kept, bad = [], []
    for index, row in enumerate(rows):
        try:
            kept.append([_number(cell, dialect.comma) for cell in _exactly(row.split(delimiter), dialect.width)])
        except ValueError:
            bad.append(index)
    return np.array(kept, np.float64).reshape(-1, dialect.width), bad


def _exactly(cells: list[str], width: int) -> list[str]:
    """The cells of a row, of which only empty ones may stand behind the last column."""
    if len(cells) < width or any(cell.strip() for cell in cells[width:]):
        raise ValueError
    return cells[:width]


def _number(cell: str, comma: bool) -> float:
    plain = cell.strip().strip('"')
    if not plain:
        return float("nan")
    clock = _CLOCK.match(plain)
    if clock:
        fraction = float(f"0.{clock['f']}") if clock["f"] else 0.0
        return int(clock["h"]) * 3600 + int(clock["m"]) * 60 + int(clock["s"]) + fraction
    if "_" in plain:
        raise ValueError(plain)
    return float(plain.replace(",", ".") if comma else plain)


def _pass_midnight(times: Floats) -> None:
    """A clock of the day that falls by more than twelve hours has passed midnight."""
    if len(times) and np.nanmax(times, initial=0.0) < 86_400 and np.nanmin(times, initial=0.0) >= 0:
        fell = np.concatenate([[False], np.diff(times) < -43_200])
        times += 86_400 * np.cumsum(fell)

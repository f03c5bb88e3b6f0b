"""Tables of numbers in text, read block by block: delimiters, decimal commas, times of day; rows that are no numbers are counted.

The memory is that of the numbers and of one block of text, whatever the size of the file. A file that holds nothing but plain
numbers is read by NumPy's own reader of files, two to three times as fast.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
import numpy.typing as npt

from myognosis.faults import Issue, Level
from myognosis.language import mark
from myognosis.readers.base import issue, refuse
from myognosis.readers.text import decode_text

__all__ = [
    "Dialect",
    "Excerpt",
    "excerpts",
    "is_decimal_comma",
    "is_number",
    "is_time_of_day",
    "names_a_time",
    "read_numbers",
    "read_plain",
    "text_blocks",
]

Floats = npt.NDArray[np.float64]

_BLOCK_BYTES = 4_000_000
_MAX_CELLS = 200_000_000
_DAY = r"(?:\d{4}-\d\d-\d\d|\d{4}/\d\d/\d\d|\d{1,2}[./]\d{1,2}[./]\d{4})"
_CLOCK = re.compile(
    rf'^\s*"?(?:{_DAY}[ T])?(?P<h>\d{{1,2}}):(?P<m>\d\d):(?P<s>\d\d)(?:[.,:](?P<f>\d{{1,9}}))?(?:Z| ?[+-]\d\d:?\d\d)?"?\s*$'
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
    words: frozenset[int] = frozenset()
    """Columns that hold words, which are no numbers of the table."""
    ends_early: bool = False
    """Whether rows may be shorter than others, and what stands to the right of the columns is no part of the table."""


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


@dataclass(frozen=True)
class Excerpt:
    """The whole lines of some bytes of a file: what share of the file lies before them, and how many bytes they are."""

    before: float
    lines: tuple[str, ...]
    n_bytes: int


def excerpts(path: Path, places: int, n_bytes: int) -> Iterator[Excerpt]:
    """The lines at evenly spaced places of a file, from its first byte to its last; one byte must be enough for a digit."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        for at in np.linspace(0, size - n_bytes, places).astype(int).tolist():
            stream.seek(at)
            raw = stream.read(n_bytes)
            first = raw.find(b"\n") + 1 if at else 0
            whole = raw[first:] if at + n_bytes >= size else raw[first : raw.rfind(b"\n") + 1]
            yield Excerpt(at / size, tuple(line for line in _lines(whole) if line.strip()), len(whole))


def _lines(raw: bytes) -> list[str]:
    return decode_text(raw).replace("\r\n", "\n").replace("\r", "\n").split("\n")


def is_decimal_comma(rows: list[str], delimiter: str) -> bool:
    """Whether commas stand for points: there is one between digits, and it divides no columns."""
    return delimiter != "," and any("," in row and re.search(r"\d,\d", row) for row in rows)


def is_number(cell: str, comma: bool) -> bool:
    """Whether a cell holds a number, a time of day or nothing."""
    try:
        _number(cell, comma)
    except ValueError:
        return False
    return True


_TIME = re.compile(
    r"^(time|logging ?time|\w*timestamp_sinceReboot|\w*Timestamp(?:Sync)?_(?:\w+_)?CAL|seconds[_ ]?elapsed|timestamp|zeit|час|время"
    r"|t)\b",
    re.IGNORECASE,
)


def names_a_time(heading: str) -> bool:
    """Whether a heading is that of a clock.

    >>> names_a_time("Time (s)"), names_a_time("Час, с"), names_a_time("x (g)")
    (True, True, False)
    """
    return _TIME.match(heading) is not None


def is_time_of_day(cell: str) -> bool:
    """Whether a cell holds a time of day, with or without a date."""
    return _CLOCK.match(cell) is not None


def read_plain(path: Path, header_rows: int, dialect: Dialect) -> Floats | None:
    """The rows of a file behind so many lines that are not blank; None unless all are plain numbers and it is worth while."""
    size = path.stat().st_size
    if dialect.comma or not _BLOCK_BYTES < size < 2 * _MAX_CELLS:
        return None
    with path.open("rb") as stream:
        lines = _lines(stream.read(_BLOCK_BYTES))
    filled = [number for number, line in enumerate(lines) if line.strip()]
    skip = filled[header_rows] if header_rows < len(filled) else 0
    where, delimiter = str(path.absolute()), None if dialect.delimiter == " " else dialect.delimiter
    try:
        values = np.loadtxt(where, delimiter=delimiter, comments=None, quotechar='"', skiprows=skip, ndmin=2, encoding="latin-1")
    except (ValueError, OverflowError):
        return None
    return values if values.shape[1] == dialect.width else None


def read_numbers(
    blocks: Iterable[list[str]], dialect: Dialect, where: str, plain: Floats | None = None
) -> tuple[Floats, tuple[Issue, ...]]:
    """All rows as numbers, and how many were none; a cell without a number is not a number, an infinite one neither.

    The clock's column may hold times of day, which become seconds from the first midnight on. Where ``plain`` has the rows
    already, no block is looked at.
    """
    values, issues = (plain, list[Issue]()) if plain is not None else _read_blocks(blocks, dialect, where)
    issues += _without_infinite(values, where)
    if dialect.clock_column is not None and len(values):
        _pass_midnight(values[:, dialect.clock_column])
    return values, tuple(issues)


def _read_blocks(blocks: Iterable[list[str]], dialect: Dialect, where: str) -> tuple[Floats, list[Issue]]:
    parts, n_rows, n_bad, first_bad, odd = list[Floats](), 0, 0, 0, ""
    for rows in blocks:
        values, bad = _parse(rows, dialect)
        if bad and not n_bad:
            first_bad, odd = n_rows + bad[0] + 1, rows[bad[0]]
        n_rows, n_bad = n_rows + len(rows), n_bad + len(bad)
        parts.append(values)
        if n_rows * dialect.width > _MAX_CELLS:
            raise refuse("large", where, mark("The table is too large to be read as text."), mark("Cut it into parts."))
    issues = list[Issue]()
    if n_bad:
        issues.append(_lost_rows(n_bad, n_rows, odd, dialect, f"{where}, row {first_bad}"))
    return (np.concatenate(parts) if parts else np.empty((0, dialect.width))), issues


def _lost_rows(n: int, of: int, odd: str, dialect: Dialect, where: str) -> Issue:
    """What is said of rows that are no numbers; RecordingError where they are most of the table, for then it is another table."""
    if 2 * n <= of:
        what = mark("{n} {n:row holds|rows hold} no numbers; {n:it was|they were} dropped, and the clock shows the gap.")
        return issue("rows", Level.DOUBT, where, what, _FIX, n=n)
    if dialect.delimiter == "," and len(odd.split(",")) == 2 * dialect.width:
        what = mark("The numbers have decimal commas, and commas divide the columns too, so that nobody can tell them apart.")
        raise refuse("rows", where, what, mark("Export the table with semicolons or tabs between the columns."))
    what = mark(
        "{n} of {m} {m:row|rows} {n:does|do} not hold as many numbers as there are columns; what is left is not the recording."
    )
    raise refuse("rows", where, what, _FIX, n=n, m=of)


def _without_infinite(values: Floats, where: str) -> list[Issue]:
    """Infinite numbers are missing from now on; what is to be said of them, and of cells without a number."""
    if np.isfinite(values.min(initial=0)) and np.isfinite(values.max(initial=0)):  # seen without a copy
        return []
    issues, missing = list[Issue](), np.isnan(values)
    empty = int(missing[:, ~missing.all(axis=0)].sum())  # a column without any number is none
    if empty:
        what = mark("{n} {n:cell holds no number; it is|cells hold no number; they are} taken as missing.")
        issues.append(issue("missing", Level.DOUBT, where, what, _FIX, n=empty))
    infinite = np.isinf(values)
    if infinite.any():
        values[infinite] = np.nan
        what = mark("{n} {n:number is infinite; it is|numbers are infinite; they are} taken as missing.")
        issues.append(issue("infinite", Level.DOUBT, where, what, _FIX, n=int(infinite.sum())))
    return issues


def _parse(rows: list[str], dialect: Dialect) -> tuple[Floats, list[int]]:
    """A block of rows: at once where all are plain numbers or empty cells, else one by one with those that are none."""
    if not rows:
        return np.empty((0, dialect.width)), []
    delimiter = dialect.delimiter if dialect.delimiter != " " else None
    if delimiter and rows[0].endswith(delimiter) and rows[0].count(delimiter) == dialect.width:
        rows = [row.removesuffix(delimiter) for row in rows]
    if ":" not in rows[0] and (values := _at_once(rows, dialect, delimiter)) is not None:
        return values, []
    if delimiter and '"' not in rows[0]:
        rows = [_filled(row, delimiter, dialect) for row in rows]
        if ":" not in rows[0] and (values := _at_once(rows, dialect, delimiter)) is not None:
            return values, []
    kept, bad = [], []
    for index, row in enumerate(rows):
        try:
            cells = _exactly(row.split(delimiter), dialect.width)
            kept.append([np.nan if n in dialect.words else _number(cell, dialect.comma) for n, cell in enumerate(cells)])
        except ValueError:
            bad.append(index)
    return np.array(kept, np.float64).reshape(-1, dialect.width), bad


def _at_once(rows: list[str], dialect: Dialect, delimiter: str | None) -> Floats | None:
    """The rows by NumPy's own reader; None where it cannot read them all."""
    plain = [row.replace(",", ".") for row in rows] if dialect.comma else rows
    try:
        values = np.loadtxt(plain, delimiter=delimiter, comments=None, quotechar='"', ndmin=2)
    except (ValueError, OverflowError):
        return None
    return values if values.shape == (len(rows), dialect.width) else None


def _filled(row: str, delimiter: str, dialect: Dialect) -> str:
    """A row that says "nan" where a cell is empty; behind the last column only where rows may end early."""
    empty, n = f"{delimiter}nan{delimiter}", row.count(delimiter) + 1
    if n == dialect.width + 1 and row.endswith(delimiter):
        row, n = row[:-1], n - 1
    if dialect.ends_early and n > dialect.width:
        row, n = delimiter.join(row.split(delimiter, dialect.width)[: dialect.width]), dialect.width
    row = row.replace(delimiter * 2, empty).replace(delimiter * 2, empty)
    row = f"nan{row}" if row.startswith(delimiter) else row
    row = f"{row}nan" if row.endswith(delimiter) else row
    return row + f"{delimiter}nan" * (dialect.width - n) if dialect.ends_early else row


def _exactly(cells: list[str], width: int) -> list[str]:
    """The cells of a row, of which only empty ones may stand behind the last column."""
    if len(cells) < width or any(cell.strip() for cell in cells[width:]):
        raise ValueError
    return cells[:width]


_TYPOGRAPHIC = {0x2212: "-", 0x221E: "inf"}
"""The minus and the infinity of typography, which phones write in some languages."""


def _number(cell: str, comma: bool) -> float:
    plain = cell.strip().strip('"').translate(_TYPOGRAPHIC)
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

"""Text exports of Delsys Trigno, in which every sensor has a clock of its own: columns of time, each before what it times.

Two forms, as public programs that read them describe them. EMGworks: lines ``Label: ... Sampling frequency: ... Unit: V ...``, then
headings ``X[s],Avanti sensor 1: EMG 1 [V],X[s],...``. Trigno Discover: lines of the program, names of the sensors over their
columns, headings ``EMG 1 Time Series (s),EMG 1 (mV),ACC X Time Series (s),...``, and below them rates. A shorter column ends in
empty cells; to the right of all may stand a table of marks, which is left out.
"""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

import numpy as np

from myognosis.faults import Issue, Level
from myognosis.language import mark
from myognosis.model.recording import Kind, Recording
from myognosis.readers.base import Header, Reader, Source, Span, issue, refuse
from myognosis.readers.clock import Clock, study_clock
from myognosis.readers.clocked import ClockedTable, Column, clocked_channels, clocked_heads, on_one_beginning
from myognosis.readers.table import Dialect, is_decimal_comma, read_numbers, text_blocks
from myognosis.readers.text import decode_text

__all__ = ["TrignoReader"]

_TIME = re.compile(r"^X ?\[s\]$|Time Series ?\(s\)$")
_VALUE = re.compile(r"^(?P<name>.*?)\s*[(\[](?P<unit>[^()\[\]]+)[)\]]$")
_EMGWORKS, _DISCOVER = re.compile(r"^\W*(?:Label: |X ?\[s\])"), re.compile(r"^\W*Application:\W+Trigno")
_STATED = re.compile(r"^\s*([0-9]{1,7}(?:[.,][0-9]{1,9})?) Hz\s*$")
_SENSOR = re.compile(r"\s*\(\d+\)\s*$")
_MOST_HEADS, _RATES_AGREE = 2000, 0.02
_FIX = mark("Export the recording again.")


@dataclass(frozen=True)
class _Block:
    """A clock and the columns that it times."""

    time: int
    columns: tuple[Column, ...]
    stated_hz: float | None


@dataclass(frozen=True)
class _Layout:
    header_rows: int
    delimiter: str
    width: int
    blocks: tuple[_Block, ...]


class TrignoReader(Reader):
    """Delsys EMGworks and Trigno Discover, as text."""

    name = "trigno"
    suffixes = (".csv", ".txt")
    reads_parts = False

    def recognises(self, path: Path, head: bytes) -> bool:
        """By the first words; a file with a description beside it is read as that says."""
        first = decode_text(head[:300]) if b"\0" not in head[:300] else ""
        if path.suffix.lower() not in self.suffixes or path.with_name(f"{path.stem}.layout.json").is_file():
            return False
        return _EMGWORKS.match(first) is not None or _DISCOVER.match(first) is not None

    def audit(self, source: Source) -> Header:
        """Sensors with their rates. Their clocks are in the table, so the table is read."""
        heads, issues = clocked_heads(_tables(source), source)
        return Header(self.name, tuple(head for head, _, _ in heads), None, (), issues)

    def load(self, source: Source, span: Span) -> Recording:
        """The samples of a span, each sensor on a clock of its own."""
        heads, issues = clocked_heads(_tables(source), source)
        return Recording(self.name, clocked_channels(heads, source, span), None, (), issues)


def _tables(source: Source) -> list[ClockedTable]:
    where = source.path.name
    with source.path.open("rb") as stream:
        blocks = text_blocks(stream, where)
        lines = next(blocks, [])
        layout = _layout(lines, where)
        body = lines[layout.header_rows :]
        comma = is_decimal_comma(body, layout.delimiter)
        dialect = Dialect(layout.delimiter, layout.width, comma, ends_early=True)
        values, odd = read_numbers(chain([body], blocks), dialect, where)
    told = tuple(one for one in odd if one.code != "recording.missing")  # a shorter column is not missing
    found = [_table(block, values, where) for block in layout.blocks]
    kept = [table for table in found if table is not None]
    if not kept:
        raise refuse("empty", where, mark("The table holds fewer than two rows of numbers."), _FIX)
    kept[0] = replace(kept[0], issues=(*kept[0].issues, *told))
    return [replace(table, prefix="") for table in on_one_beginning(kept, where)]


def _table(block: _Block, values: np.ndarray, where: str) -> ClockedTable | None:
    """The rows of one clock, down to its last; None where it has fewer than two."""
    times = values[:, block.time]
    some = np.flatnonzero(~np.isnan(times))
    n = int(some[-1]) + 1 if len(some) else 0
    if n < 2:
        return None
    place = f"{where}, {block.columns[0].name}"
    rows = values[:n]
    lost = int(np.isnan(rows[:, [c.index for c in block.columns]]).sum())
    clock = study_clock(times[:n], place)
    issues = [*clock.issues, *_other_rate(block.stated_hz, clock, place)]
    if lost:
        what = mark("{n} {n:cell holds no number; it is|cells hold no number; they are} taken as missing.")
        issues.append(issue("missing", Level.DOUBT, place, what, _FIX, n=lost))
    return ClockedTable("", clock, block.columns, rows, tuple(issues))


def _other_rate(stated: float | None, clock: Clock, where: str) -> tuple[Issue, ...]:
    if stated is None or abs(stated - clock.rate_hz) <= _RATES_AGREE * stated:
        return ()
    what = mark("The heading says {a} Hz, and the column of times {b} Hz, which is used.")
    return (issue("rate.two", Level.DOUBT, where, what, _FIX, a=f"{stated:g}", b=f"{clock.rate_hz:.6g}"),)


def _layout(lines: Sequence[str], where: str) -> _Layout:
    """Where the headings stand, and what they say."""
    for number, line in enumerate(lines[:_MOST_HEADS]):
        for delimiter in (";", "\t", ","):
            cells = _cells(line, delimiter)
            if len(cells) > 1 and _TIME.search(cells[0]):
                return _described(lines, number, cells, delimiter, where)
    what = mark("This is an export of Delsys without the line of its headings.")
    raise refuse("trigno.headings", where, what, _FIX)


def _cells(line: str, delimiter: str) -> list[str]:
    return [cell.strip().strip("\ufeff") for cell in next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])]


def _described(lines: Sequence[str], number: int, cells: list[str], delimiter: str, where: str) -> _Layout:
    """The clocks with their columns: each column of times with what stands to its right, down to the next."""
    below = number + 1
    rates = dict[int, float]()
    while below < len(lines) and re.search(r"\d\s*(?:Hz|s)\s*(?:$|[,;\t])", lines[below]):
        for index, cell in enumerate(_cells(lines[below], delimiter)):
            if stated := _STATED.match(cell):
                rates.setdefault(index, float(stated[1].replace(",", ".")))
        below += 1
    body = lines[below] if below < len(lines) else ""
    if delimiter == "," and len(body.split(",")) >= 2 * len(cells) - 1 and len(cells) > 1:
        what = mark("The numbers have decimal commas, and commas divide the columns too, so that nobody can tell them apart.")
        raise refuse("rows", where, what, mark("Export the table with semicolons or tabs between the columns."))
    sensors = _sensors(lines[:number], cells, delimiter)
    named = [(i, f"{sensors.get(i, '')} {found['name']}".strip(), found["unit"]) for i, cell in enumerate(cells)
             if not _TIME.search(cell) and (found := _VALUE.match(cell))]  # fmt: skip
    often = Counter(name for _, name, _ in named)
    columns = [Column(i, name if often[name] == 1 else f"{name} #{i + 1}", unit, _kind(name)) for i, name, unit in named]
    times = [i for i, cell in enumerate(cells) if _TIME.search(cell)]
    last = max((c.index for c in columns), default=-1) + 1
    blocks = []
    for begin, end in zip(times, [*times[1:], last], strict=True):
        own = tuple(c for c in columns if begin < c.index < end)
        if own:
            blocks.append(_Block(begin, own, next((rates[c.index] for c in own if c.index in rates), None)))
    if not blocks:
        raise refuse("trigno.headings", where, mark("This is an export of Delsys without the line of its headings."), _FIX)
    return _Layout(below, delimiter, last, tuple(blocks))


def _kind(name: str) -> Kind | None:
    return "emg" if "EMG" in name else None


def _sensors(lines: Sequence[str], cells: list[str], delimiter: str) -> dict[int, str]:
    """The names of the sensors over their columns, in Trigno Discover; none in EMGworks, whose headings hold them."""
    rows = [_cells(line, delimiter) for line in lines]
    named = next((row for row in rows if any(_SENSOR.search(cell) for cell in row[:1])), [])
    found, name = dict[int, str](), ""
    for index in range(len(cells) if named and not named[0].endswith(":") else 0):
        name = _SENSOR.sub("", named[index]) if index < len(named) and named[index] else name
        found[index] = name
    return found

"""Logs of phones and watches as text: phyphox, Sensor Logger, Physics Toolbox and their like.

Commas, semicolons or tabs; decimal points or commas. A column's unit stands in its heading (``Acceleration x (m/s^2)``) or in
the name of the quantity (``gFx`` is in g); where neither says it, the column is left out with a question.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from myognosis.faults import Issue, Level
from myognosis.language import mark
from myognosis.model.recording import Channel, Kind, Recording, Unit
from myognosis.readers.base import (
    ChannelHead,
    Header,
    Reader,
    Source,
    Span,
    UnknownUnit,
    ask_unit,
    issue,
    known_unit,
    refuse,
    sample_span,
)
from myognosis.readers.clock import Clock, resample, study_clock

__all__ = ["SensorLogReader"]

_BRACKETS = re.compile(r"^\s*(?P<name>.*?)\s*[(\[](?P<unit>[^()\[\]]+)[)\]]\s*$")
_TIME = re.compile(r"^(time|seconds[_ ]?elapsed|timestamp|zeit|час|время|t)\b", re.IGNORECASE)
_TIME_UNITS = {"s": 1.0, "sec": 1.0, "с": 1.0, "ms": 1e-3, "мс": 1e-3, "us": 1e-6, "ns": 1e-9}
_NAMED_UNITS = ((re.compile(r"^gF[xyz]$"), "g"), (re.compile(r"^seconds_elapsed$"), "s"))
_SKIP = re.compile(r"absolute|magnitude|^TgF$|^aT$|accuracy|^a$", re.IGNORECASE)
_MAX_BYTES = 400_000_000
_FIX = mark("Export the log again as text with a line of headings.")


@dataclass(frozen=True)
class _Column:
    index: int
    name: str
    unit: str


@dataclass(frozen=True, eq=False)
class _Table:
    clock: Clock
    columns: tuple[_Column, ...]
    values: npt.NDArray[np.float64]
    issues: tuple[Issue, ...]


class SensorLogReader(Reader):
    """A text table with a clock and headings."""

    name = "sensor_log"
    suffixes = (".csv", ".txt", ".tsv")

    def recognises(self, path: Path, head: bytes) -> bool:
        """By the suffix; text without a zero byte."""
        return path.suffix.lower() in self.suffixes and b"\0" not in head

    def audit(self, source: Source) -> Header:
        """Columns, units and clock. The clock is in the table, so the table is read."""
        table = _read_table(source)
        heads, issues = _heads(table, source)
        return Header(self.name, heads, None, (), (*table.issues, *issues))

    def load(self, source: Source, span: Span) -> Recording:
        """The samples of a span on an even clock."""
        table = _read_table(source)
        heads, issues = _heads(table, source)
        columns = {column.name: column for column in table.columns}
        channels = []
        for head in heads:
            column = columns[head.name]
            _, factor = known_unit(column.unit or source.told_unit(head.name))
            even = resample(table.clock, table.values[:, column.index] * factor)
            channels.append(
                Channel(head.name, head.kind, head.unit, head.rate_hz, even[sample_span(span, head.rate_hz, len(even))])
            )
        return Recording(self.name, tuple(channels), None, (), (*table.issues, *issues))


def _heads(table: _Table, source: Source) -> tuple[tuple[ChannelHead, ...], tuple[Issue, ...]]:
    heads, issues = [], []
    for column in table.columns:
        told = column.unit or source.told_unit(column.name)
        try:
            unit, _ = known_unit(told)
        except UnknownUnit:
            issues.append(ask_unit(column.name, f"{source.path.name}, {column.name}", told))
            continue
        heads.append(ChannelHead(column.name, _kind(unit), unit, table.clock.rate_hz, table.clock.n_even))
    return tuple(heads), tuple(issues)


def _kind(unit: Unit) -> Kind:
    return "accelerometer" if unit == "m/s2" else "gyroscope" if unit == "deg/s" else "other"


def _read_table(source: Source) -> _Table:
    if source.path.stat().st_size > _MAX_BYTES:
        raise refuse("large", source.path.name, mark("The text is too large for a log of a phone."), mark("Cut it into parts."))
    text = source.path.read_bytes().decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
    lines = [line for line in text.split("\n") if line.strip()]
    start, delimiter = _headings(lines, source.path.name)
    names = [cell.strip().strip('"').strip() for cell in lines[start].split(delimiter)]
    rows, bad = _numbers(lines[start + 1 :], delimiter, len(names), comma=delimiter != "," and _decimal_comma(lines[start + 1 :]))
    if len(rows) < 2:
        raise refuse("empty", source.path.name, mark("The table holds fewer than two rows of numbers."), _FIX)
    columns = [_column(index, name) for index, name in enumerate(names)]
    times = _time_column(columns, source)
    clock = study_clock(rows[:, times.index] * _seconds(times, source), f"{source.path.name}, {times.name}")
    kept = tuple(c for c in columns if c.index != times.index and not _TIME.match(c.name) and not _SKIP.search(c.name) and c.name)
    if len({column.name for column in kept}) != len(kept):
        raise refuse("twice", source.path.name, mark("Two columns have the same heading."), mark("Rename one of them."))
    return _Table(clock, kept, rows, clock.issues + bad)


def _headings(lines: list[str], where: str) -> tuple[int, str]:
    """The line of headings and what divides it: the first line with a word that names a time."""
    for number, line in enumerate(lines[:50]):
        for delimiter in ("\t", ";", ","):
            cells = [cell.strip().strip('"').strip() for cell in line.split(delimiter)]
            if len(cells) > 1 and any(_TIME.match(cell) for cell in cells):
                return number, delimiter
    what = mark("No column is a time, so the rate is unknown.")
    raise refuse("clock.none", where, what, mark("Export the log with its time column and a line of headings."))


def _decimal_comma(rows: list[str]) -> bool:
    return any(re.search(r"\d,\d", row) for row in rows[:20])


def _numbers(rows: list[str], delimiter: str, width: int, *, comma: bool) -> tuple[npt.NDArray[np.float64], tuple[Issue, ...]]:
    """The rows as numbers; a row that is none is counted and dropped."""
    kept = []
    for row in rows:
        cells = (row.replace(",", ".") if comma else row).split(delimiter)
        try:
            kept.append([_cell(cell) for cell in cells[:width]] if len(cells) >= width else [])
        except ValueError:
            kept.append([])
    good = [row for row in kept if row]
    values = np.array(good, np.float64).reshape(-1, width)
    if len(good) == len(kept):
        return values, ()
    what = mark("{n} rows are no numbers; they were dropped, and the clock shows the gap.")
    dropped = issue(
        "rows", Level.DOUBT, f"$[{next(i for i, row in enumerate(kept) if not row)}]", what, _FIX, n=len(kept) - len(good)
    )
    return values, (dropped,)


def _cell(cell: str) -> float:
    plain = cell.strip().strip('"')
    return float(plain) if plain else float("nan")


def _column(index: int, heading: str) -> _Column:
    found = _BRACKETS.match(heading)
    if found:
        return _Column(index, found.group("name"), found.group("unit").strip())
    return _Column(index, heading, next((unit for pattern, unit in _NAMED_UNITS if pattern.match(heading)), ""))


def _time_column(columns: list[_Column], source: Source) -> _Column:
    """The column of the clock; of several the one whose unit is known."""
    times = [column for column in columns if _TIME.match(column.name)]
    return next((c for c in times if c.unit.lower() in _TIME_UNITS or source.units.get(c.name, "") in _TIME_UNITS), times[0])


def _seconds(column: _Column, source: Source) -> float:
    spelled = (column.unit or source.units.get(column.name, "")).lower()
    if spelled not in _TIME_UNITS:
        what = mark("The clock is in '{unit}', which is no unit of time that we know.")
        fix = mark("If you know the unit, name it: --unit '{channel}=s' (or ms, us, ns).")
        raise refuse("clock.unit", f"{source.path.name}, {column.name}", what, fix, unit=spelled[:20], channel=column.name)
    return _TIME_UNITS[spelled]

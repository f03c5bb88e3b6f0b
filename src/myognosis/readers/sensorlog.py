"""Logs of phones and watches as text: phyphox, Sensor Logger, Physics Toolbox and their like, alone or several in a zip.

Commas, semicolons or tabs; decimal points or commas. A column's unit stands in its heading (``Acceleration x (m/s^2)``) or in
the name of the quantity (``gFx`` is in g); where neither says it, the column is left out with a question.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import IO

import numpy as np
import numpy.typing as npt

from myognosis.faults import Issue, RecordingError
from myognosis.language import mark
from myognosis.model.recording import Channel, Recording
from myognosis.readers.archive import archive_faults, open_members
from myognosis.readers.base import (
    ChannelHead,
    Header,
    Reader,
    Source,
    Span,
    UnknownUnit,
    ask_unit,
    kind_of,
    known_unit,
    refuse,
    sample_span,
)
from myognosis.readers.clock import Clock, resample, study_clock
from myognosis.readers.plain import is_described_text
from myognosis.readers.table import Dialect, is_decimal_comma, is_time_of_day, read_numbers, text_blocks

__all__ = ["SensorLogReader"]

_BRACKETS = re.compile(r"^\s*(?P<name>.*?)\s*[(\[](?P<unit>[^()\[\]]+)[)\]]\s*$")
_TIME = re.compile(r"^(time|seconds[_ ]?elapsed|timestamp|zeit|час|время|t)\b", re.IGNORECASE)
_TIME_UNITS = {"s": 1.0, "sec": 1.0, "с": 1.0, "ms": 1e-3, "мс": 1e-3, "us": 1e-6, "ns": 1e-9}
_NAMED_UNITS = ((re.compile(r"^gF[xyz]$"), "g"), (re.compile(r"^seconds_elapsed$"), "s"))
_SKIP = re.compile(r"absolute|magnitude|^TgF$|^aT$|accuracy|^a$", re.IGNORECASE)
_MAX_LATE_S = 3600.0
_FIX = mark("Export the log again as text with a line of headings.")


@dataclass(frozen=True)
class _Column:
    index: int
    name: str
    unit: str


@dataclass(frozen=True, eq=False)
class _Table:
    """One log: its clock, its columns, and how long after the first log of the file it begins."""

    prefix: str
    clock: Clock
    columns: tuple[_Column, ...]
    values: npt.NDArray[np.float64]
    issues: tuple[Issue, ...]
    late_s: float = 0.0

    @property
    def n_lead(self) -> int:
        """The samples that are missing in front, so that all logs of a file have one beginning."""
        return round(self.late_s * self.clock.rate_hz)


class SensorLogReader(Reader):
    """Text tables with a clock and headings."""

    name = "sensor_log"
    suffixes = (".csv", ".txt", ".tsv", ".zip")

    def recognises(self, path: Path, head: bytes) -> bool:
        """By the suffix; a zip by its first bytes, text by having no zero byte and no description beside it."""
        suffix = path.suffix.lower()
        if suffix == ".zip":
            return head.startswith(b"PK")
        utf16 = head[:2] in (b"\xff\xfe", b"\xfe\xff")
        return suffix in self.suffixes and (utf16 or b"\0" not in head) and not is_described_text(path, head)

    def audit(self, source: Source) -> Header:
        """Columns, units and clock. The clock is in the table, so the table is read."""
        tables, odd = _tables(source)
        heads, issues = _heads(tables, source)
        return Header(self.name, tuple(head for head, _, _ in heads), None, (), (*odd, *issues))

    def load(self, source: Source, span: Span) -> Recording:
        """The samples of a span on an even clock."""
        tables, odd = _tables(source)
        heads, issues = _heads(tables, source)
        channels = []
        for head, table, column in heads:
            _, factor = known_unit(column.unit or source.told_unit(head.name))
            even = resample(table.clock, table.values[:, column.index] * factor)
            if table.n_lead:
                even = np.concatenate([np.full(table.n_lead, np.nan, np.float32), even])
            channels.append(
                Channel(head.name, head.kind, head.unit, head.rate_hz, even[sample_span(span, head.rate_hz, len(even))])
            )
        return Recording(self.name, tuple(channels), None, (), (*odd, *issues))


Heads = list[tuple[ChannelHead, _Table, _Column]]


def _heads(tables: Sequence[_Table], source: Source) -> tuple[Heads, tuple[Issue, ...]]:
    heads, issues = Heads(), list[Issue]()
    for table in tables:
        issues += table.issues
        for column in table.columns:
            name = table.prefix + column.name
            told = column.unit or source.told_unit(name)
            try:
                unit, _ = known_unit(told)
            except UnknownUnit:
                issues.append(ask_unit(name, f"{source.path.name}, {name}", told))
                continue
            n = table.n_lead + table.clock.n_even
            heads.append((ChannelHead(name, kind_of(name, unit), unit, table.clock.rate_hz, n), table, column))
    return heads, tuple(issues)


def _tables(source: Source) -> tuple[list[_Table], tuple[Issue, ...]]:
    """Every log of a file, on one beginning."""
    if source.path.suffix.lower() != ".zip":
        with source.path.open("rb") as file:
            return [_read_table(file, source, source.path.name, "")], ()
    found, issues = list[_Table](), list[Issue]()
    for name, stream in open_members(source.path, (".csv", ".tsv", ".txt")):
        try:
            with archive_faults(source.path):
                found.append(_read_table(stream, source, f"{source.path.name}/{name}", f"{PurePosixPath(name).stem} "))
        except RecordingError as error:  # descriptions of the phone and the like are tables too
            if error.issues[0].code not in ("recording.clock.none", "recording.empty"):
                issues += error.issues
    if not found:
        what = mark("The archive holds no log with a clock.")
        raise RecordingError([*issues, *refuse("zip.none", source.path.name, what, _FIX).issues])
    first = min(float(table.clock.times[0]) for table in found)
    if max(float(table.clock.times[0]) for table in found) - first > _MAX_LATE_S:
        what = mark("The logs in the archive begin more than an hour apart, so they are not of one recording.")
        raise refuse("zip.apart", source.path.name, what, mark("Take them out and give them one by one."))
    prefixes = [table.prefix if len(found) > 1 else "" for table in found]
    late = [float(table.clock.times[0]) - first for table in found]
    return [replace(t, prefix=p, late_s=s) for t, p, s in zip(found, prefixes, late, strict=True)], tuple(issues)


def _read_table(stream: IO[bytes], source: Source, where: str, prefix: str) -> _Table:
    blocks = text_blocks(stream)
    lines = next(blocks, [])
    start, delimiter = _headings(lines, where)
    names = [cell.strip().strip('"').strip() for cell in lines[start].split(delimiter)]
    columns = [_column(index, name) for index, name in enumerate(names)]
    times = _time_column(columns, source)
    body = lines[start + 1 :]
    of_day = bool(body) and is_time_of_day(dict(enumerate(body[0].split(delimiter))).get(times.index, ""))
    dialect = Dialect(delimiter, len(names), is_decimal_comma(body, delimiter), times.index)
    rows, bad = read_numbers(chain([body], blocks), dialect, where)
    if len(rows) < 2:
        raise refuse("empty", where, mark("The table holds fewer than two rows of numbers."), _FIX)
    clock = study_clock(rows[:, times.index] * (1.0 if of_day else _seconds(times, source, where)), f"{where}, {times.name}")
    kept = tuple(c for c in columns if c.index != times.index and not _TIME.match(c.name) and not _SKIP.search(c.name) and c.name)
    if len({column.name for column in kept}) != len(kept):
        raise refuse("twice", where, mark("Two columns have the same heading."), mark("Rename one of them."))
    return _Table(prefix, clock, kept, rows, clock.issues + bad)


def _headings(lines: list[str], where: str) -> tuple[int, str]:
    """The line of headings and what divides it: the first line with a word that names a time."""
    for number, line in enumerate(lines[:50]):
        for delimiter in ("\t", ";", ","):
            cells = [cell.strip().strip('"').strip() for cell in line.split(delimiter)]
            if len(cells) > 1 and any(_TIME.match(cell) for cell in cells):
                return number, delimiter
    what = mark("No column is a time, so the rate is unknown.")
    raise refuse("clock.none", where, what, mark("Export the log with its time column and a line of headings."))


def _column(index: int, heading: str) -> _Column:
    found = _BRACKETS.match(heading)
    if found:
        return _Column(index, found.group("name"), found.group("unit").strip())
    return _Column(index, heading, next((unit for pattern, unit in _NAMED_UNITS if pattern.match(heading)), ""))


def _time_column(columns: list[_Column], source: Source) -> _Column:
    """The column of the clock; of several the one whose unit is known."""
    times = [column for column in columns if _TIME.match(column.name)]
    return next((c for c in times if c.unit.lower() in _TIME_UNITS or source.units.get(c.name, "") in _TIME_UNITS), times[0])


def _seconds(column: _Column, source: Source, where: str) -> float:
    spelled = (column.unit or source.units.get(column.name, "")).lower()
    if spelled not in _TIME_UNITS:
        what = mark("The clock is in '{unit}', which is no unit of time that we know.")
        fix = mark("If you know the unit, name it: --unit '{channel}=s' (or ms, us, ns).")
        raise refuse("clock.unit", f"{where}, {column.name}", what, fix, unit=spelled[:20], channel=column.name)
    return _TIME_UNITS[spelled]

"""Logs of phones and watches as text: phyphox, Sensor Logger, Physics Toolbox and their like, alone or several in a zip.

Commas, semicolons or tabs; decimal points or commas. A column's unit stands in its heading (``Acceleration x (m/s^2)``) or in
the name of the quantity (``gFx`` is in g); where neither says it, the column is left out with a question.
"""

import csv
import re
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import IO

import numpy as np
import numpy.typing as npt

from myognosis.faults import Issue, Level, RecordingError
from myognosis.language import mark
from myognosis.model.recording import Recording
from myognosis.readers.archive import archive_faults, open_members
from myognosis.readers.base import Glance, Header, Reader, Source, Span, UnknownUnit, issue, known_unit, refuse
from myognosis.readers.clock import study_clock
from myognosis.readers.clocked import ClockedTable, Column, clocked_channels, clocked_heads, on_one_beginning
from myognosis.readers.formats.plain import is_described_text
from myognosis.readers.formats.trigno import TrignoReader
from myognosis.readers.glance import Part, glance_over
from myognosis.readers.sensors import is_no_movement, sensor_unit, units_known
from myognosis.readers.strangers import refused_as_export, refused_inside
from myognosis.readers.table import (
    Dialect,
    is_decimal_comma,
    is_number,
    is_time_of_day,
    names_a_time,
    read_numbers,
    read_plain,
    text_blocks,
)

__all__ = ["NO_LOG", "SensorLogReader", "read_table"]

_BRACKETS = re.compile(r"^\s*(?P<name>.*?)\s*[(\[](?P<unit>[^()\[\]]+)[)\]]\s*$")
_BEHIND = re.compile(r"^\s*(?P<name>.+?)(?:,| in)\s+(?P<unit>[^\s,]+)\s*$")
"""A unit behind a comma, as standards of Ukraine and Russia have it (``Час, с``), or behind "in" (``Time since start in ms``)."""
_TIME_UNITS = {"s": 1.0, "sec": 1.0, "с": 1.0, "ms": 1e-3, "мс": 1e-3, "us": 1e-6, "ns": 1e-9}
_NAMED_UNITS = ((re.compile(r"^gF[xyz]$"), "g"), (re.compile(r"^seconds_elapsed$"), "s"))
_TOOLBOX = re.compile(r"^gF[xyz]$")
"""The headings of Physics Toolbox, which writes no unit: ``time;gFx;gFy;gFz;TgF`` with elapsed seconds (files of others and a
reader of such files were read: time 0,10 0,20 ..., decimal commas and a typographic minus where the phone's language has them)."""
_CLOCKS_AGREE = 0.01
"""Clocks of one log whose lengths differ by more than this share are two clocks, and a frequency would be wrong by as much."""
_HELD_LEAST = 20
"""From so many new values on it can be told whether they come evenly."""
_NORAXON = ("time", "Activity", "Marker")
"""The first headings of a text of Noraxon myoRESEARCH, then ``LT TIB.ANT. (uV)`` and its like, with elapsed seconds (programs of
others that read such files, which take differences of this column for seconds)."""
_SKIP = re.compile(
    r"^loggingSample$|battery|_Range_|^Activity$|^Marker$|Switch|absolut|абсолют|magnitude|^TgF$|^aT$|accuracy|^a$", re.IGNORECASE
)
_FIX = mark("Export the log again as text with a line of headings.")
NO_LOG = ("recording.clock.none", "recording.empty", "recording.sensor.other")
"""What a table is refused for that lies beside the logs and is none, and may be so in peace."""


class SensorLogReader(Reader):
    """Text tables with a clock and headings."""

    name = "sensor_log"
    suffixes: tuple[str, ...] = (".csv", ".txt", ".tsv", ".zip")
    reads_parts = False

    def recognises(self, path: Path, head: bytes) -> bool:
        """By the suffix; a zip by its first bytes, text by having no zero byte and no description beside it."""
        suffix = path.suffix.lower()
        if suffix == ".zip":
            return head.startswith(b"PK")
        utf16 = head[:2] in (b"\xff\xfe", b"\xfe\xff")
        if suffix not in self.suffixes or is_described_text(path, head) or TrignoReader().recognises(path, head):
            return False
        return utf16 or b"\0" not in head

    def audit(self, source: Source) -> Header:
        """Columns, units and clock. The clock is in the table, so the table is read."""
        tables, odd = self.tables(source)
        heads, issues = clocked_heads(tables, source)
        return Header(self.name, tuple(head for head, _, _ in heads), None, (), (*odd, *issues))

    def load(self, source: Source, span: Span) -> Recording:
        """The samples of a span on an even clock."""
        tables, odd = self.tables(source)
        return self._recording(tables, odd, source, span)

    def glance(self, source: Source) -> Glance | None:
        """Places all over a large log that is not in an archive."""
        if source.path.suffix.lower() == ".zip":
            return None
        with source.path.open("rb") as file:
            layout = _layout(next(text_blocks(file, source.path.name), []), source, source.path.name)

        def read_part(lines: list[str], where: str, is_first: bool) -> Part:
            """The samples of some lines; the first lines of the file may be heads."""
            rows = lines[layout.header_rows if is_first else 0 :]
            table = _table(layout, read_numbers([rows], layout.dialect, where), where, "")
            clock = (float(table.clock.times[0]), float(table.clock.times[-1]))
            return Part(self._recording([table], (), source, Span()), len(rows), clock)

        return glance_over(source, read_part)

    def tables(self, source: Source) -> tuple[list[ClockedTable], tuple[Issue, ...]]:
        """Every log of a file, on one beginning."""
        return _tables(source)

    def _recording(self, tables: list[ClockedTable], odd: tuple[Issue, ...], source: Source, span: Span) -> Recording:
        heads, issues = clocked_heads(tables, source)
        channels = clocked_channels(heads, source, span)
        return Recording(self.name, channels, None, (), (*odd, *issues))


def _tables(source: Source) -> tuple[list[ClockedTable], tuple[Issue, ...]]:
    """Every log of a file, on one beginning."""
    if source.path.suffix.lower() != ".zip":
        with source.path.open("rb") as file:
            return [read_table(file, source, source.path.name, "", source.path)], ()
    found, issues = list[ClockedTable](), list[Issue]()
    for name, stream in open_members(source.path, (".csv", ".tsv", ".txt")):
        try:
            with archive_faults(source.path):
                found.append(read_table(stream, source, f"{source.path.name}/{name}", f"{PurePosixPath(name).stem} "))
        except RecordingError as error:  # descriptions of the phone and the like are tables too
            if error.issues[0].code not in NO_LOG:
                issues += error.issues
    if not found:
        if (told := refused_inside(source.path)) is not None:
            raise told
        what = mark("The archive holds no log with a clock.")
        raise RecordingError([*issues, *refuse("zip.none", source.path.name, what, _FIX).issues])
    return on_one_beginning(found, source.path.name), tuple(issues)


@dataclass(frozen=True)
class _Layout:
    """How the rows of a log are written, and what its columns are."""

    header_rows: int
    dialect: Dialect
    times: Column
    tick_s: float
    columns: tuple[Column, ...]
    others: tuple[Column, ...] = ()
    issues: tuple[Issue, ...] = ()


def _layout(lines: list[str], source: Source, where: str) -> _Layout:
    if (layout := _labchart(lines)) is not None:
        return layout
    start, delimiter = _headings(lines, where)
    names = _cells(lines[start], delimiter)
    columns = [_column(index, name) for index, name in enumerate(names)]
    units = _units_below(lines[start + 1 : start + 2], delimiter, len(columns))
    if units:
        columns, start = [replace(c, unit=c.unit or unit) for c, unit in zip(columns, units, strict=True)], start + 1
    columns, notes = _of_sensor_logger(columns, where)
    times, body = _time_column(columns, source), lines[start + 1 :]
    of_day = bool(body) and is_time_of_day(dict(enumerate(body[0].split(delimiter))).get(times.index, ""))
    comma = is_decimal_comma(body, delimiter)
    words = _columns_of_words(body[:_FIRST_ROWS], delimiter, comma, times.index)
    dialect = Dialect(delimiter, len(names), comma, times.index, words)
    kept = tuple(c for c in columns if c.index not in words and c.index != times.index and _is_measured(c.name))
    maker = "Physics Toolbox" if any(_TOOLBOX.match(name) for name in names) else "Noraxon" if set(_NORAXON) <= set(names) else ""
    if not of_day and not times.unit and times.name.lower() == "time" and maker:
        what = mark("The headings are those of {maker}, whose clock counts seconds.")
        done = mark("Nothing needs to be done.")
        notes.append(issue("clock.toolbox", Level.NOTE, f"{where}, {times.name}", what, done, maker=maker))
        kept = tuple(replace(c, kind="emg" if maker == "Noraxon" else c.kind) for c in kept)
        times = replace(times, unit=source.units.get(times.name) or "s")
    tick_s = 1.0 if of_day else _seconds(times, source, where)
    others = tuple(c for c in columns if c.index != times.index and names_a_time(c.name) and c.unit.lower() in _TIME_UNITS)
    return _Layout(start + 1, dialect, times, tick_s, kept, () if of_day else others, tuple(notes))


_FIRST_ROWS = 20


def _is_measured(name: str) -> bool:
    return bool(name) and not names_a_time(name) and not _SKIP.search(name)


def _columns_of_words(rows: list[str], delimiter: str, comma: bool, clock: int) -> frozenset[int]:
    """The columns beside the clock in which the first rows hold words; none where few columns hold anything else."""
    cells = [row.split(None if delimiter == " " else delimiter) for row in rows]
    width = min((len(row) for row in cells), default=0)
    told = [
        n for n in range(width)
        if n != clock and (some := [row[n] for row in cells if row[n].strip(' "')])
        and not any(is_number(one, comma) for one in some)
    ]  # fmt: skip
    return frozenset(told) if width - len(told) > 1 else frozenset()


def _of_sensor_logger(columns: list[Column], where: str) -> tuple[list[Column], list[Issue]]:
    """The columns with the units that the makers of Sensor Logger state, where the headings and the name of the file are theirs."""
    sensor = PurePosixPath(where).stem
    if not {"time", "seconds_elapsed"} <= {column.name for column in columns}:
        return columns, []
    if is_no_movement(sensor):
        what = mark("This log of {sensor} holds no movement.")
        fix = mark("Give Accelerometer.csv or Gyroscope.csv, or the whole zip.")
        raise refuse("sensor.other", where, what, fix, sensor=sensor[:40])
    known = [replace(c, unit=c.unit or sensor_unit(sensor, c.name) or "") for c in columns]
    return known, [units_known(where)] if known != columns else []


def _labchart(lines: list[str]) -> _Layout | None:
    """The layout of a text export of LabChart: lines ``Interval=``, ``ChannelTitle=``, ``UnitName=`` or ``Range=``, then seconds.

    Known from files of others; the unit of a channel is that of its name, or else of its range ("10.000 mV").
    """
    heads = dict[str, list[str]]()
    for line in lines[:_LABCHART_HEADS]:
        name, equals, rest = line.partition("=")
        if not equals or not name.isalpha():
            break
        heads[name] = [cell.strip() for cell in rest.split("\t")[1:]]
    names = heads.get("ChannelTitle", [])
    if not {"Interval", "ChannelTitle", "TimeFormat"} <= set(heads) or not any(names):
        return None
    units = heads.get("UnitName") or [cell.rpartition(" ")[2] for cell in heads.get("Range", [])]
    columns = tuple(Column(n + 1, name, dict(enumerate(units)).get(n, "")) for n, name in enumerate(names) if name)
    body = lines[len(heads) :]
    width = max(len(body[0].split("\t")) if body else 0, columns[-1].index + 1)
    return _Layout(len(heads), Dialect("\t", width, is_decimal_comma(body, "\t"), 0), Column(0, "Time", "s"), 1.0, columns)


_LABCHART_HEADS = 12


def read_table(stream: IO[bytes], source: Source, where: str, prefix: str, path: Path | None = None) -> ClockedTable:
    """The log in a stream, which may be a file of its own."""
    blocks = text_blocks(stream, where)
    lines = next(blocks, [])
    layout = _layout(lines, source, where)
    plain = read_plain(path, layout.header_rows, layout.dialect) if path else None
    rows = chain([lines[layout.header_rows :]], blocks)
    return _table(layout, read_numbers(rows, layout.dialect, where, plain), where, prefix)


def _table(layout: _Layout, read: tuple[npt.NDArray[np.float64], tuple[Issue, ...]], where: str, prefix: str) -> ClockedTable:
    rows, bad = read
    if len(rows) < 2:
        raise refuse("empty", where, mark("The table holds fewer than two rows of numbers."), _FIX)
    rows, held = _without_held(rows, layout, where)
    clock = study_clock(rows[:, layout.times.index] * layout.tick_s, f"{where}, {layout.times.name}")
    if len({column.name for column in layout.columns}) != len(layout.columns):
        raise refuse("twice", where, mark("Two columns have the same heading."), mark("Rename one of them."))
    _refuse_other_clocks(layout, rows, where)
    return ClockedTable(prefix, clock, layout.columns, rows, (*layout.issues, *held, *clock.issues, *bad))


def _without_held(rows: npt.NDArray[np.float64], layout: _Layout, where: str) -> tuple[npt.NDArray[np.float64], tuple[Issue, ...]]:
    """The rows in which a sensor says something new, where the log repeats each of its values: it is as fast as these are.

    A sensor at rest repeats itself by chance, now twice, now twenty times; one that is slower than its log does so evenly.
    """
    values = rows[:, [column.index for column in layout.columns]]
    new = np.flatnonzero(np.append(True, (values[1:] != values[:-1]).any(axis=1)))
    every = np.diff(new)
    if len(every) < _HELD_LEAST or every.min() < 2 or every.max() > 2 * every.min():
        return rows, ()
    if (np.diff(rows[:, layout.times.index]) == 0).any():  # the clock is the slower one, which it says itself
        return rows, ()
    what = mark("Each value stands in {n} {n:row|rows}: the sensor is so much slower than its log. What repeats was dropped.")
    fix = mark("Log the sensor at its own rate, or choose a faster one.")
    told = issue("clock.held", Level.DOUBT, where, what, fix, n=f"{every.mean():.1f}")
    return rows[new], (told,)


def _refuse_other_clocks(layout: _Layout, rows: npt.NDArray[np.float64], where: str) -> None:
    """A log whose clocks disagree is refused: nobody can know which of them is right, and all frequencies hang on it."""
    first, last = rows[0], rows[-1]
    length = (last[layout.times.index] - first[layout.times.index]) * layout.tick_s
    for other in layout.others:
        its = (last[other.index] - first[other.index]) * _TIME_UNITS[other.unit.lower()]
        if not abs(its - length) <= max(_CLOCKS_AGREE * length, 2 * length / (len(rows) - 1)):
            what = mark("Its clocks disagree: from the first row to the last it is {one} s by '{name}' and {two} s by '{other}'.")
            fix = mark("Find out which is right, and export the log again without the other.")
            params = {"one": f"{length:.2f}", "name": layout.times.name, "two": f"{its:.2f}", "other": other.name}
            raise refuse("clock.two", where, what, fix, **params)


def _headings(lines: list[str], where: str) -> tuple[int, str]:
    """The line of headings and what divides it: the first line with a word that names a time."""
    for number, line in enumerate(lines[:50]):
        for delimiter in ("\t", ";", ","):
            cells = _cells(line, delimiter)
            if len(cells) > 1 and any(map(names_a_time, cells)):
                return number, delimiter
        if _is_headed(line.split(), lines[number + 1 : number + 2]):
            return number, " "
    if (told := refused_as_export(lines, where)) is not None:
        raise told
    what = mark("No column is a time, so the rate is unknown.")
    raise refuse(
        "clock.none",
        where,
        what,
        mark(
            "Export the log with its time column and a line of headings; "
            "or write a description beside it with its rate, unit and first row (docs/recordings.md)."
        ),
    )


def _is_headed(words: list[str], below: list[str]) -> bool:
    """Whether words divided by blanks are headings: one is a time, and so many numbers stand below them."""
    numbers = below[0].split() if below else []
    return (
        len(words) > 1 and len(numbers) == len(words) and any(map(names_a_time, words)) and all(is_number(n, True) for n in numbers)
    )


def _cells(line: str, delimiter: str) -> list[str]:
    """The cells of a line of words; one in quotes may hold what divides the others."""
    if delimiter == " ":
        return line.split()
    return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])]


def _units_below(lines: list[str], delimiter: str, width: int) -> list[str]:
    """The units of the columns where the line below the headings holds nothing else; empty where it does not."""
    cells = _cells(lines[0], delimiter) if lines else []
    told = [cell for cell in cells if cell]
    is_told = 2 * sum(map(_is_unit, told)) >= len(told) > 0 and not any(is_number(cell, False) for cell in told)
    return cells if len(cells) == width and is_told else []


def _is_unit(word: str) -> bool:
    """Whether a word is a unit of time or of a quantity."""
    try:
        known_unit(word)
    except UnknownUnit:
        return word.lower() in _TIME_UNITS
    return True


def _column(index: int, heading: str) -> Column:
    found = _BRACKETS.match(heading)
    if not found and (behind := _BEHIND.match(heading)) and _is_unit(behind["unit"]):
        found = behind
    if found:
        return Column(index, found.group("name"), found.group("unit").strip())
    return Column(index, heading, next((unit for pattern, unit in _NAMED_UNITS if pattern.match(heading)), ""))


def _time_column(columns: list[Column], source: Source) -> Column:
    """The column of the clock; of several the one whose unit is known."""
    times = [column for column in columns if names_a_time(column.name)]
    return next((c for c in times if c.unit.lower() in _TIME_UNITS or source.units.get(c.name, "") in _TIME_UNITS), times[0])


def _seconds(column: Column, source: Source, where: str) -> float:
    spelled = (column.unit or source.units.get(column.name, "")).lower()
    if spelled not in _TIME_UNITS:
        what = (
            mark("The clock is in '{unit}', which is no unit of time that we know.")
            if spelled
            else mark("The unit of the clock is not given.")
        )
        fix = mark("If you know the unit, name it: --unit '{channel}=s' (or ms, us, ns).")
        raise refuse("clock.unit", f"{where}, {column.name}", what, fix, unit=spelled[:20], channel=column.name)
    return _TIME_UNITS[spelled]

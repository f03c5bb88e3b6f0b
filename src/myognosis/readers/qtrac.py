"""Qtrac .MEM: nerve-excitability tests and CMAP scans as the text that the recording software writes.

Head lines (``Age:``), tables whose rows are numbered (``TE1.3``), and values that the software derived. A table's units stand
in its headings and are held against those that we know. The name of the person is not kept.
"""

import datetime as dt
import math
import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np

from myognosis.faults import Issue, Level, RecordingError
from myognosis.language import mark
from myognosis.model.misfit import why_no_file
from myognosis.model.stimulation import CmapScan, Curve, Electrotonus, ExcitabilityTest, StudyHead
from myognosis.readers.base import issue, refuse
from myognosis.readers.text import text_lines

__all__ = ["is_mem", "read_mem"]

_MAX_BYTES = 10_000_000
_HEAD = re.compile(r"^\s*(Age|Sex|Temperature|Date|Start time|S/R sites|NC/disease|Protocol):\s*(.*)$")
_ROW = re.compile(r"^\s*(?P<table>SR|QT|TE|RC|IV|MS)(?P<run>\d{0,3})\.(?P<number>\d{1,6})\s*\t(?P<cells>.*)$")
_DERIVED = re.compile(r"^\s*\d+\.\s*\t\s*(?P<value>[^\t]+?)\s*\t(?P<name>.+)$")
_EXTRA = re.compile(r"^\s*(?P<name>[A-Za-z][^=\t]{0,60}?) = (?P<value>\S+)\s*$")
_LARGEST = re.compile(r"^\s*Max CMAP\b.*=\s*(?P<value>\S+)\s*(?P<unit>[^\s\d]*)\s*$")
_SCANPTS = re.compile(r"^\s*Scanpts:\s*(\d+),\s*(\d+),\s*(\d+),\s*(\d+)\s*$")

_UNITS = {
    "SR": ("% max", "stimulus"),
    "QT": ("(ms)", "(ma)", "(ma.ms)"),
    "TE": ("(ms)", "(%)", "(%)"),
    "RC": ("(ms)", "(%)"),
    "IV": ("(%)", "(%)"),
    "MS": ("(ma)", "(mv)"),
}
"""What the headings of a table's columns must hold for its numbers to be what we take them for."""
_LIMITS = {
    "SR": ((0.0, 100.0), (0.0, 1000.0)),
    "QT": ((0.0, 100.0), (0.0, 1000.0), (0.0, 10_000.0)),
    "TE": ((0.0, 10_000.0), (-1000.0, 1000.0), (-2000.0, 2000.0)),
    "RC": ((0.0, 10_000.0), (-2000.0, 2000.0)),
    "IV": ((-1000.0, 1000.0), (-2000.0, 2000.0)),
    "MS": ((0.0, 1000.0), (-100.0, 100.0)),
}
"""Outside of these no stimulator and no muscle delivers: such a number is a fault of the file."""
_FIX = mark("Export the file again from the recording software.")
_NOTHING = mark("Nothing needs to be done.")

Rows = list[tuple[int, tuple[float, ...]]]


@dataclass
class _Parts:
    """A file taken apart, line by line."""

    where: str
    head: dict[str, str] = field(default_factory=dict)
    tables: dict[str, dict[int, Rows]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))
    headings: dict[str, str] = field(default_factory=dict)
    values: dict[str, float] = field(default_factory=dict)
    largest_mv: float | None = None
    marks: tuple[int, ...] = ()
    whole: bool = False
    bad: list[str] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)

    def doubt(self, code: str, where: str, what: str, fix: str = _FIX, **params: object) -> None:
        self.issues.append(issue(f"mem.{code}", Level.DOUBT, where, what, fix, **params))


def is_mem(path: Path) -> bool:
    """Whether a file is called as the recording software calls its text files."""
    return path.suffix.lower() == ".mem"


def read_mem(path: str | Path) -> ExcitabilityTest | CmapScan:
    """The test or the scan in a .MEM file, with the doubts that the file raises in its ``issues``.

    Raises
    ------
    RecordingError
        The file cannot be opened, is none of this format, or a table's units or numbers are not what they must be.
    """
    place = Path(path)
    parts = _take_apart(_lines(place), place.name)
    _check(parts)
    head = _study_head(parts)
    if parts.tables.get("MS", {}).get(1):
        return _scan(parts, head)
    return _test(parts, head)


def _lines(path: Path) -> list[str]:
    try:
        if not path.is_file():
            raise refuse("file", str(path), mark("This is no file."), mark("Check the path."))
        raw = path.read_bytes() if path.stat().st_size <= _MAX_BYTES else b""
    except OSError as error:
        what = mark("The file cannot be read: {why}.")
        raise refuse("file", str(path), what, mark("Check the path."), why=why_no_file(error)) from None
    lines = text_lines(raw)
    if not raw or any("\0" in line for line in lines):
        what = mark("This is no text of the recording software: it is empty, too large or holds bytes of zero.")
        raise refuse("mem.text", path.name, what, _FIX)
    return lines


def _take_apart(lines: list[str], where: str) -> _Parts:
    """Each line to where it belongs; what is none of ours is passed over."""
    parts = _Parts(where)
    above = ""
    for line in lines[:-1]:
        row = _ROW.match(line)
        if row:
            parts.headings.setdefault(row["table"], above)
            _take_row(parts, row)
        elif line.strip():
            above = line
            _take_line(parts, line)
    if lines[-1].strip() or not parts.whole:
        what = mark("The file ends before its last part: it was cut off, and rows may be lost.")
        parts.doubt("end", f"{where}, line {len(lines)}", what)
    return parts


def _take_row(parts: _Parts, row: re.Match[str]) -> None:
    table, run, number = row["table"], int(row["run"] or 1), int(row["number"])
    cells = tuple(_number(cell) for cell in row["cells"].split("\t"))
    limits = _LIMITS[table]
    sound = len(cells) == len(limits) and all(low <= cell <= high for cell, (low, high) in zip(cells, limits, strict=True))
    if sound and not any(number == other for other, _ in parts.tables[table][run][-1:]):
        parts.tables[table][run].append((number, cells))
    else:
        parts.bad.append(f"{table}{row['run']}.{number}")


def _take_line(parts: _Parts, line: str) -> None:
    if found := _HEAD.match(line):
        parts.head.setdefault(found[1], found[2].strip())
    elif found := _SCANPTS.match(line):
        parts.marks = tuple(int(part) for part in found.groups())
    elif found := _LARGEST.match(line):
        factor = {"mv": 1.0, "uv": 1e-3, "µv": 1e-3}.get(found["unit"].lower(), math.nan)
        value = _number(found["value"]) * factor
        parts.largest_mv = value if math.isfinite(value) else None
    elif found := _DERIVED.match(line) or _EXTRA.match(line):
        value = _number(found["value"])
        if math.isfinite(value):
            parts.values[" ".join(found["name"].replace("\\", " ").split())] = value
    parts.whole |= "DERIVED EXCITABILITY VARIABLES" in line


def _number(text: str) -> float:
    """A number with a point or a comma; not a number where it is none."""
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        return math.nan


def _check(parts: _Parts) -> None:
    """Refuses a file without a table, or with a table whose units are others; doubts lost and faulty rows."""
    faults: list[Issue] = []
    for table, heading in parts.headings.items():
        columns = [cell.strip().lower() for cell in heading.split("\t")][-len(_UNITS[table]) :]
        if len(columns) < len(_UNITS[table]) or not all(
            unit in column for unit, column in zip(_UNITS[table], columns, strict=True)
        ):
            what = mark("The headings of the table are '{heading}', where we expect '{expected}': its units are not known.")
            params = {"heading": heading.strip()[:80], "expected": ", ".join(_UNITS[table])}
            faults.append(issue("mem.units", Level.REFUSE, f"{parts.where}, {table}", what, _FIX, **params))
    if not any(rows and _is_read(table, run) for table, runs in parts.tables.items() for run, rows in runs.items()):
        what = mark("The file holds no table of an excitability test and none of a CMAP scan.")
        faults.append(issue("mem.empty", Level.REFUSE, parts.where, what, _FIX))
    if faults:
        raise RecordingError(faults)
    if parts.bad:
        what = mark(
            "{n} {n:row holds|rows hold} no numbers that a nerve or a stimulator can give, or {n:stands|stand} twice; "
            "{n:it is|they are} left out."
        )
        parts.doubt("rows", f"{parts.where}, {parts.bad[0]}", what, n=len(parts.bad))
    for table, runs in parts.tables.items():
        if any(rows and not _is_read(table, run) for run, rows in runs.items()):
            what = mark("The table stands in the file more than once; only the first is read.")
            parts.doubt("runs", f"{parts.where}, {table}", what)
        for run, rows in runs.items():
            _check_numbering(parts, table, run, [number for number, _ in rows])


def _is_read(table: str, run: int) -> bool:
    """Whether a table is one that we take: of electrotonus every run, of the others the first."""
    return table == "TE" or run == 1


def _check_numbering(parts: _Parts, table: str, run: int, numbers: list[int]) -> None:
    """Rows are numbered one by one, those of the stimulus-response curve two by two."""
    step = 2 if table == "SR" else 1
    expected = list(range(step, step * (len(numbers) + 1), step))
    if numbers != expected:
        what = mark("The rows of the table are not numbered one after the other: some are lost or out of order.")
        parts.doubt("numbering", f"{parts.where}, {table}{run}", what)


def _study_head(parts: _Parts) -> StudyHead:
    age, temperature = _fact(parts, "Age", 0.0, 120.0), _fact(parts, "Temperature", 10.0, 45.0)
    spelled = parts.head.get("Sex", "").strip().lower()
    sexes: dict[str, Literal["female", "male"]] = {"m": "male", "male": "male", "f": "female", "female": "female"}
    return StudyHead(
        age, sexes.get(spelled), temperature, _start(parts), parts.head.get("S/R sites", ""), parts.head.get("NC/disease", ""),
        parts.head.get("Protocol", ""),
    )  # fmt: skip


def _fact(parts: _Parts, name: str, low: float, high: float) -> float | None:
    """A number of the head, or None with a doubt where it cannot be one."""
    spelled = parts.head.get(name, "")
    if not spelled:
        return None
    value = _number(spelled)
    if low <= value <= high:
        return value
    what = mark("'{value}' cannot be right; it is left out.")
    parts.doubt("head", f"{parts.where}, {name}", what, value=spelled[:20])
    return None


def _start(parts: _Parts) -> dt.datetime | None:
    """The day as day/month/year, and the time."""
    spelled = f"{parts.head.get('Date', '')} {parts.head.get('Start time', '')}".strip()
    if not spelled:
        return None
    for pattern in ("%d/%m/%y %H:%M:%S", "%d/%m/%Y %H:%M:%S", "%d/%m/%y", "%d/%m/%Y"):
        try:
            return dt.datetime.strptime(spelled, pattern)
        except ValueError:
            continue
    what = mark("The date or time of the start is written as '{value}', which is none.")
    parts.doubt("start", f"{parts.where}, Date", what, _NOTHING, value=spelled[:30])
    return None


def _columns(rows: Rows) -> list[np.ndarray[tuple[int], np.dtype[np.float64]]]:
    return [np.array(column, np.float64) for column in zip(*(cells for _, cells in rows), strict=True)]


def _scan(parts: _Parts, head: StudyHead) -> CmapScan:
    others = sorted(set(parts.tables) - {"MS"})
    if others:
        what = mark("The file holds a scan and an excitability test; only the scan is read.")
        parts.doubt("both", f"{parts.where}, {others[0]}", what, mark("Export the two as files of their own."))
    stimulus, response = _columns(parts.tables["MS"][1])
    marks = parts.marks
    if marks and not (1 <= marks[0] <= marks[1] <= marks[2] <= marks[3] <= len(stimulus)):
        what = mark("The marks of the scan lie outside of it; they are left out.")
        parts.doubt("marks", f"{parts.where}, Scanpts", what)
        marks = ()
    return CmapScan(head, stimulus, response, marks, parts.values, tuple(parts.issues))


def _test(parts: _Parts, head: StudyHead) -> ExcitabilityTest:
    runs = parts.tables.get("TE", {})
    electrotonus = tuple(Electrotonus(*_columns(runs[run])) for run in sorted(runs) if runs[run])
    charge = parts.tables.get("QT", {}).get(1)
    duration_charge = None
    if charge:
        duration, threshold, total = _columns(charge)
        if not np.allclose(duration * threshold, total, rtol=0.01, atol=0.01):
            what = mark("The threshold charges are not duration times threshold.")
            parts.doubt("charge", f"{parts.where}, QT", what)
        duration_charge = Curve(duration, total)
    return ExcitabilityTest(
        head, _curve(parts, "SR"), duration_charge, electrotonus, _curve(parts, "RC"), _curve(parts, "IV"), parts.largest_mv,
        parts.values, tuple(parts.issues),
    )  # fmt: skip


def _curve(parts: _Parts, table: str) -> Curve | None:
    rows = parts.tables.get(table, {}).get(1)
    return Curve(*_columns(rows)) if rows else None

"""The JSON of Sensor Logger: one list of readings of all sensors, each with its own clock.

::

    [{"sensor": "Metadata", "platform": "ios", "device name": "..."},
     {"sensor": "Accelerometer", "time": "1698501144401773000", "seconds_elapsed": "0.2", "x": "0.1", "y": "0.2", "z": "9.7"}]

Numbers are words. Its makers say the units (``sensor_units``).
"""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from myognosis.faults import Issue, Level, RecordingError
from myognosis.language import mark
from myognosis.model.recording import Recording
from myognosis.readers.base import Header, Reader, Source, Span, issue, refuse
from myognosis.readers.clock import study_clock
from myognosis.readers.clocked import ClockedTable, Column, clocked_channels, clocked_heads, on_one_beginning
from myognosis.readers.sensors import sensor_unit, units_known

__all__ = ["SensorLoggerReader"]

_MAX_BYTES, _MAX_ROWS = 1_000_000_000, 20_000_000
_CLOCK = "seconds_elapsed"
_FIX = mark("In Sensor Logger choose the format CSV (zipped) under Export, and export the recording again.")


class SensorLoggerReader(Reader):
    """Sensor Logger .json."""

    name = "sensor_logger"
    suffixes = (".json",)
    reads_parts = False

    def recognises(self, path: Path, head: bytes) -> bool:
        """By the first words."""
        start = head.lstrip(b"\xef\xbb\xbf \r\n\t")
        return path.suffix.lower() == ".json" and start.startswith(b"[") and b'"sensor"' in head

    def audit(self, source: Source) -> Header:
        """Sensors, units and clocks. All is in one list, so it is read."""
        tables, odd = _tables(source.path)
        heads, issues = clocked_heads(tables, source)
        return Header(self.name, tuple(head for head, _, _ in heads), None, (), (*odd, *issues))

    def load(self, source: Source, span: Span) -> Recording:
        """The samples of a span, each sensor on an even clock of its own."""
        tables, odd = _tables(source.path)
        heads, issues = clocked_heads(tables, source)
        return Recording(self.name, clocked_channels(heads, source, span), None, (), (*odd, *issues))


def _tables(path: Path) -> tuple[list[ClockedTable], tuple[Issue, ...]]:
    rows, odd = _rows(path), list[Issue]()
    by_sensor = dict[str, list[dict[str, Any]]]()
    for row in rows:
        if isinstance(row.get("sensor"), str) and _CLOCK in row:
            by_sensor.setdefault(row["sensor"], []).append(row)
    tables = []
    for sensor, own in sorted(by_sensor.items()):
        axes = sorted(key for key in own[0] if sensor_unit(sensor, key) is not None)
        if axes:
            try:
                tables.append(_table(sensor, axes, own, path.name))
            except RecordingError as error:
                odd += error.issues
    if not tables:
        what = mark("It holds no readings of an accelerometer or a gyroscope.")
        raise RecordingError([*odd, *refuse("clock.none", path.name, what, _FIX).issues])
    tables[0] = replace(tables[0], issues=(units_known(path.name), *tables[0].issues))
    return on_one_beginning(tables, path.name), tuple(odd)


def _rows(path: Path) -> list[dict[str, Any]]:
    if path.stat().st_size > _MAX_BYTES:
        raise refuse("large", path.name, mark("The file is too large to be read as JSON."), _FIX)
    try:
        told = json.loads(path.read_bytes().decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise refuse("json", path.name, mark("The file breaks off or is damaged."), _FIX) from None
    if not isinstance(told, list):
        raise refuse("json", path.name, mark("The file is no list of readings."), _FIX)
    return [row for row in told[:_MAX_ROWS] if isinstance(row, dict)]


def _table(sensor: str, axes: list[str], rows: list[dict[str, Any]], where: str) -> ClockedTable:
    values = np.array([[_number(row.get(key)) for key in (_CLOCK, *axes)] for row in rows], np.float64)
    timed = ~np.isnan(values[:, 0])
    issues = []
    if lost := int((~timed).sum()):
        what = mark("{n} {n:row holds|rows hold} no numbers; {n:it was|they were} dropped, and the clock shows the gap.")
        issues.append(issue("rows", Level.DOUBT, f"{where}, {sensor}", what, _FIX, n=lost))
    values = values[timed]
    values = values[np.argsort(values[:, 0], kind="stable")]
    if len(values) < 2:
        raise refuse("empty", f"{where}, {sensor}", mark("The table holds fewer than two rows of numbers."), _FIX)
    clock = study_clock(values[:, 0], f"{where}, {sensor}")
    columns = tuple(Column(n, key, sensor_unit(sensor, key) or "") for n, key in enumerate(axes, 1))
    return ClockedTable(f"{sensor} ", clock, columns, values, (*issues, *clock.issues))


def _number(told: object) -> float:
    """A number that is one, or a word that is one."""
    try:
        value = float(told) if isinstance(told, (str, int, float)) and "_" not in str(told) else np.nan
    except (ValueError, OverflowError):
        return float("nan")
    return value if np.isfinite(value) else float("nan")

"""TSDF: samples as plain binary files, described by a JSON beside them (Time Series Data Format, Radboudumc).

Channels, units, number type and byte order are stated there; the clock is a binary file of its own.
"""

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from myognosis.faults import Issue
from myognosis.language import mark
from myognosis.model.recording import Channel, Recording
from myognosis.readers.base import ChannelHead, Header, Reader, Source, Span, kind_of, known_unit, refuse, sample_span
from myognosis.readers.clock import Clock, resample, study_clock

__all__ = ["TsdfReader"]

_SECONDS = {"relative_s": 1.0, "relative_time_s": 1.0, "relative_time_ms": 1e-3, "relative_ms": 1e-3}
_TYPES = {("float", 64): "f8", ("float", 32): "f4", ("int", 16): "i2", ("int", 32): "i4"}
_FIX = mark("Export the recording again.")
_MAX_JSON = 1_000_000


@dataclass(frozen=True)
class _Side:
    """One sensor file as the JSON describes it."""

    file: Path
    channels: tuple[str, ...]
    units: tuple[str, ...]
    factors: tuple[float, ...]


@dataclass(frozen=True)
class _Layout:
    time: _Side
    values: _Side
    rows: int
    dtype: str
    start: dt.datetime | None


class TsdfReader(Reader):
    """TSDF, with one clock and one table of values."""

    name = "tsdf"
    suffixes = (".json",)
    reads_parts = False

    def recognises(self, path: Path, head: bytes) -> bool:
        """By the suffix and the fields that only TSDF has."""
        return path.suffix.lower() == ".json" and b"sensors" in head and b"data_type" in head

    def companions(self, path: Path) -> tuple[Path, ...]:
        """The files of the clock and of the samples."""
        try:
            named = [str(one["file_name"]) for one in json.loads(path.read_bytes()[:_MAX_JSON])["sensors"]]
        except (LookupError, ValueError, TypeError, RecursionError):
            return ()
        return tuple(path.with_name(name) for name in named if Path(name).name == name and path.with_name(name).is_file())

    def audit(self, source: Source) -> Header:
        """Channels, units, rate and clock, without the values."""
        layout = _layout(source.path)
        clock = _clock(layout)
        heads, issues = _heads(layout, clock, source)
        return Header(self.name, heads, layout.start, (), (*clock.issues, *issues))

    def load(self, source: Source, span: Span) -> Recording:
        """The samples of a span on an even clock."""
        layout = _layout(source.path)
        clock = _clock(layout)
        heads, issues = _heads(layout, clock, source)
        values = _matrix(layout.values, layout)
        channels = []
        for head in heads:
            column = layout.values.channels.index(head.name)
            _, factor = known_unit(source.unit_of(head.name, layout.values.units[column]))
            even = resample(clock, values[:, column] * (layout.values.factors[column] * factor))
            taken = sample_span(span, clock.rate_hz, len(even))
            channels.append(Channel(head.name, head.kind, head.unit, head.rate_hz, even[taken]))
        return Recording(self.name, tuple(channels), layout.start, (), (*clock.issues, *issues))


def _heads(layout: _Layout, clock: Clock, source: Source) -> tuple[tuple[ChannelHead, ...], tuple[Issue, ...]]:
    heads, issues = list[ChannelHead](), list[Issue]()
    for name, spelled in zip(layout.values.channels, layout.values.units, strict=True):
        if measured := source.measured_in(name, spelled, clock.rate_hz, issues):
            heads.append(ChannelHead(name, kind_of(name, measured[0]), measured[0], clock.rate_hz, clock.n_even))
    return tuple(heads), tuple(issues)


def _layout(path: Path) -> _Layout:
    """The JSON as values, or why it cannot be."""
    try:
        data = json.loads(path.read_bytes()[:_MAX_JSON])
        sides = [_side(path, one) for one in data["sensors"]]
        time = next(side for side in sides if side.channels == ("time",))
        values = next(side for side in sides if side.channels != ("time",))
        rows, order = int(data["rows"]), {"little": "<", "big": ">"}[data["endianness"]]
        dtype = order + _TYPES[(data["data_type"], int(data["bits"]))]
    except (LookupError, ValueError, TypeError, ArithmeticError, AttributeError, StopIteration, RecursionError) as error:
        what = mark("The description beside the samples is not complete: {why}.")
        raise refuse("tsdf", path.name, what, _FIX, why=f"{type(error).__name__} {error}"[:120]) from None
    for side in (time, values):
        _check_size(side, rows, np.dtype(dtype).itemsize)
    return _Layout(time, values, rows, dtype, _when(data.get("start_iso8601")))


def _side(path: Path, one: dict[str, Any]) -> _Side:
    name = str(one["file_name"])
    if Path(name).name != name:
        raise ValueError("file_name")
    channels, units = tuple(map(str, one["channels"])), tuple(map(str, one["units"]))
    factors = tuple(map(float, one.get("scale_factors") or [1.0] * len(channels)))
    if not len(channels) == len(units) == len(factors) or len(set(channels)) != len(channels):
        raise ValueError("channels")
    return _Side(path.with_name(name), channels, units, factors)


def _check_size(side: _Side, rows: int, width: int) -> None:
    if not side.file.is_file():
        what = mark("The file of the samples is missing.")
        raise refuse("tsdf.data", side.file.name, what, mark("Put it beside the description."))
    have = side.file.stat().st_size
    if have != rows * width * len(side.channels) or rows < 2:
        what = mark("The file has {have} {have:byte|bytes}, and the description makes {want}.")
        raise refuse("tsdf.size", side.file.name, what, _FIX, have=have, want=rows * width * len(side.channels))


def _when(text: object) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(str(text).replace("Z", "+00:00"))
    except ValueError:
        return None


def _matrix(side: _Side, layout: _Layout) -> npt.NDArray[np.float64]:
    return np.fromfile(side.file, layout.dtype).reshape(layout.rows, len(side.channels)).astype(np.float64)


def _clock(layout: _Layout) -> Clock:
    unit = layout.time.units[0]
    if unit not in _SECONDS:
        what = (
            mark("The clock is in '{unit}', which is no unit of time that we know.")
            if unit
            else mark("The unit of the clock is not given.")
        )
        raise refuse("clock.unit", layout.time.file.name, what, _FIX, unit=unit[:20])
    return study_clock(_matrix(layout.time, layout)[:, 0] * (_SECONDS[unit] * layout.time.factors[0]), layout.time.file.name)

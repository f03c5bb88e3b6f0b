"""MATLAB files: exports of OTBiolab, and arrays that a description beside the file explains.

What does not say what it is is asked about.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from myognosis.faults import Issue, Level, MissingExtra, RecordingError
from myognosis.language import mark
from myognosis.model.recording import Channel, Kind, Recording
from myognosis.readers.base import (
    ChannelHead,
    Header,
    Reader,
    Source,
    Span,
    as_samples,
    ask_rate,
    issue,
    kind_of,
    known_unit,
    refuse,
    sample_blocks,
    sample_span,
)
from myognosis.readers.description import WHICH_RATE, Description, find_description
from myognosis.readers.formats.matlab_arrays import HdfArray, read_arrays, read_hdf
from myognosis.readers.grids import grid_places

__all__ = ["MatlabReader"]

_HDF = b"\x89HDF\r\n\x1a\n"
_FIX = mark("Save the file again, as version 7 or as EDF.")
_LABEL = re.compile(r"^(?P<name>.*?)\s*\[(?P<unit>[^\[\]]*)\]\s*$")
_NUMBER = re.compile(r"\((\d{1,3})\)$")
_RATES = frozenset(("fs", "fsamp", "srate", "rate", "samplerate", "samplingrate", "samplefrequency", "samplingfrequency"))
"""What a rate is called in files of MATLAB."""
_RATES_AGREE = 0.01
_RESULT = re.compile(r"decomposition", re.IGNORECASE)

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class _Row:
    """One channel: its column in the array, and what its numbers mean."""

    column: int
    name: str
    unit: str
    scale: float = 1.0
    zero: float = 0.0
    kind: Kind | None = None
    place_mm: tuple[float, float] | None = None


@dataclass(frozen=True, eq=False)
class _Table:
    data: Array | HdfArray
    rows: tuple[_Row, ...]
    rate_hz: float
    issues: tuple[Issue, ...]


class MatlabReader(Reader):
    """MATLAB .mat."""

    name = "matlab"
    suffixes = (".mat",)

    def recognises(self, path: Path, head: bytes) -> bool:
        """By the first words of the file."""
        return path.suffix.lower() == ".mat" and (head.startswith(b"MATLAB") or head.startswith(_HDF))

    def audit(self, source: Source) -> Header:
        """Channels, units and rate."""
        table = _table(source)
        heads, issues = _heads(table, source)
        return Header(self.name, tuple(head for head, _ in heads), None, (), (*table.issues, *issues))

    def load(self, source: Source, span: Span) -> Recording:
        """The samples of a span."""
        table = _table(source)
        heads, issues = _heads(table, source)
        channels = []
        for head, row in heads:
            taken = sample_span(span, head.rate_hz, head.n_samples)
            _, factor = known_unit(source.unit_of(row.name, row.unit))
            samples = np.empty(taken.stop - taken.start, np.float32)
            for some in sample_blocks(taken, 1):
                stored = table.data[some, row.column].astype(np.float64)
                samples[some.start - taken.start : some.stop - taken.start] = as_samples((stored - row.zero) * (row.scale * factor))
            channels.append(Channel(head.name, head.kind, head.unit, head.rate_hz, samples, row.place_mm))
        return Recording(self.name, tuple(channels), None, (), (*table.issues, *issues))


def _heads(table: _Table, source: Source) -> tuple[list[tuple[ChannelHead, _Row]], tuple[Issue, ...]]:
    heads, issues = list[tuple[ChannelHead, _Row]](), list[Issue]()
    for row in table.rows:
        if measured := source.measured_in(row.name, row.unit, table.rate_hz, issues):
            kind = row.kind or kind_of(row.name, measured[0])
            heads.append((ChannelHead(row.name, kind, measured[0], table.rate_hz, len(table.data)), row))
    return heads, tuple(issues)


def _table(source: Source) -> _Table:
    seen = source.path.stat()
    arrays = _arrays(source.path, seen.st_size, (seen.st_ino, seen.st_mtime_ns))
    described = find_description(source.path)
    if described is not None:
        return _described(arrays, described, source)
    if {"Data", "Description", "SamplingFrequency"} <= set(arrays):
        return _otbiolab(arrays, source)
    if not arrays:
        what = mark("The file holds no array of numbers that can be read.")
        raise refuse("matlab.none", source.path.name, what, _FIX)
    shapes = ", ".join(f"{name} {'x'.join(map(str, array.shape))}" for name, array in sorted(arrays.items()))[:200]
    what = mark("The arrays of the file ({names}) do not say what they are.")
    fix = mark("Describe them in '{stem}.layout.json' beside the file; docs/recordings.md has an example.")
    raise refuse("matlab.unknown", source.path.name, what, fix, names=shapes, stem=source.path.stem)


def _otbiolab(arrays: dict[str, Array], source: Source) -> _Table:
    """An export of OTBiolab: one row of words a channel, with the unit in brackets and the grid in the name."""
    where = source.path.name
    try:
        data = np.asarray(_first(arrays["Data"]))
        labels = [_words(one) for one in arrays["Description"].ravel()]
        rate = float(np.asarray(_first(arrays["SamplingFrequency"])).ravel()[0])
    except (IndexError, TypeError, ValueError, AttributeError):
        data, labels, rate = np.empty(0), [], np.nan
    if data.ndim != 2 or data.dtype.kind not in "fiu" or data.shape[1] != len(labels) or not len(data):
        what = mark("The array and its description do not fit: {shape} numbers, {n} descriptions.")
        raise refuse("matlab.shape", where, what, _FIX, shape="x".join(map(str, data.shape)), n=len(labels))
    results = [label for label in labels if _RESULT.search(label)]
    issues = list[Issue]()
    if results:
        what = mark("{n} {n:row is a result|rows are results} of a decomposition and no recording; {n:it is|they are} left out.")
        issues.append(issue("matlab.results", Level.NOTE, where, what, mark("Nothing needs to be done."), n=len(results)))
    grid = [label for label in labels if _NUMBER.search(_name(label)) and label not in results]
    places = grid_places(grid[0], len(grid)) if grid else None
    rows = []
    for column, label in enumerate(labels):
        if label not in results:
            number = _NUMBER.search(_name(label))
            place = places[int(number[1]) - 1] if places and number and label in grid and int(number[1]) <= len(places) else None
            unit = found["unit"].strip() if (found := _LABEL.match(label)) else ""
            rows.append(_Row(column, _name(label), unit, kind="emg" if place else None, place_mm=place))
    if len({row.name for row in rows}) != len(rows):
        raise refuse("twice", where, mark("Two columns have the same heading."), mark("Rename one of them."))
    return _Table(data, tuple(rows), rate, tuple(issues))


def _name(label: str) -> str:
    found = _LABEL.match(label)
    return found["name"] if found else label


def _first(cell: Array) -> Any:
    """What lies in a cell, however deep."""
    while isinstance(cell, np.ndarray) and cell.dtype == object and cell.size == 1:
        cell = cell.ravel()[0]
    return cell


def _words(cell: Any) -> str:
    return str(np.asarray(_first(np.asarray(cell, dtype=object))).ravel()[0]).strip()


def _described(arrays: dict[str, Array], described: Description, source: Source) -> _Table:
    """An array as its description explains it; channels are the shorter side unless the columns named say otherwise."""
    where, name = source.path.name, described.variable
    if name is None and len(arrays) == 1:
        name = next(iter(arrays))
    data = arrays.get(name or "", np.empty(0))
    if data.ndim != 2 or data.dtype.kind not in "fiub":
        what = mark("The description names the array '{name}', and the file holds {names}.")
        raise refuse("matlab.variable", where, what, _FIX, name=name or "", names=", ".join(sorted(arrays))[:120])
    if data.shape[0] == data.shape[1] > 1:
        what = mark("The array '{name}' has as many rows as columns, so that nobody can tell which of them are time.")
        raise refuse("matlab.square", where, what, mark("Save it with more samples than channels."), name=name or "")
    data = data if data.shape[0] >= data.shape[1] else data.T
    rate = source.rate_hz or described.rate_hz
    if rate is None:
        raise ask_rate(where)
    needed = max(channel.column for channel in described.channels)
    if needed > data.shape[1] or not len(data):
        what = mark("The description names column {needed}, and the first row has {width}.")
        raise refuse("description", where, what, _FIX, needed=needed, width=data.shape[1])
    rows = tuple(_Row(c.column - 1, c.name, c.unit, c.scale, c.zero, c.kind, c.place_mm) for c in described.channels)
    if len({row.name for row in rows}) != len(rows):
        raise refuse("twice", where, mark("Two columns have the same heading."), mark("Rename one of them."))
    return _Table(data, rows, rate, _other_rate(arrays, rate, where))


def _other_rate(arrays: dict[str, Array], rate: float, where: str) -> tuple[Issue, ...]:
    """A doubt where the file itself holds another rate than the one that was told."""
    for name, array in arrays.items():
        if name.lower().replace("_", "") in _RATES and array.shape == (1, 1) and array.dtype.kind in "fiu":
            stated = float(np.asarray(array)[0, 0])
            if not abs(stated - rate) <= _RATES_AGREE * rate:
                what = mark("{b} Hz were told, which is used, and the file itself holds '{name}' = {a}.")
                params = {"a": f"{stated:g}", "b": f"{rate:g}", "name": name}
                return (issue("rate.two", Level.DOUBT, where, what, WHICH_RATE, **params),)
    return ()


@lru_cache(maxsize=2)
def _arrays(path: Path, size: int, _which: tuple[int, int]) -> dict[str, Array]:
    """The arrays of the file by name; of what is compressed no span can be read alone, so the last two files are remembered."""
    with path.open("rb") as stream:
        head = stream.read(20)
    try:
        return read_hdf(path) if head.startswith((_HDF, b"MATLAB 7.3")) else read_arrays(path, size)
    except (MissingExtra, RecordingError, MemoryError):
        raise
    except Exception as error:  # h5py fails on damaged files with errors of every kind
        what = mark("The file is damaged: {why}.")
        raise refuse("matlab.damaged", path.name, what, _FIX, why=f"{type(error).__name__}: {error}"[:120]) from None

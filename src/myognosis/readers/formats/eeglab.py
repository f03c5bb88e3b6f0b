"""Datasets of EEGLAB: a ``.set``, which is a MATLAB file, with its samples inside or in a ``.fdt`` beside it.

The fields are those of its structure ``EEG`` (as MNE's reader of it has them): ``nbchan``, ``pnts``, ``trials``, ``srate``,
``data`` (an array of channels by points, or the name of the ``.fdt``, 32-bit floats, all channels of a point together),
``chanlocs.labels``, ``event.latency`` in points from 1 on. A set is saved as one structure ``EEG`` or with its fields side by side.
No field says the unit: it is asked for.
"""

import re
import struct
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from myognosis.faults import Issue, Level, RecordingError
from myognosis.language import mark
from myognosis.model.recording import Annotation, Channel, Recording
from myognosis.readers.base import (
    ChannelHead,
    Header,
    Reader,
    Source,
    Span,
    as_samples,
    issue,
    kind_of,
    known_unit,
    refuse,
    sample_span,
)
from myognosis.readers.formats.matlab_arrays import HdfArray, numbers_of_hdf, open_hdf, read_arrays

__all__ = ["EeglabReader"]

_HDF = b"\x89HDF\r\n\x1a\n"
_FIX = mark("In EEGLAB choose File, Export, Data to EDF/BDF/GDF file, and give the EDF.")
_WANTED = frozenset({"nbchan", "pnts", "trials", "srate", "data", "chanlocs", "labels", "event", "latency", "duration", "type"})
_FIELDS = ("nbchan", "pnts", "srate", "data")

Floats = npt.NDArray[np.floating]


@dataclass(frozen=True, eq=False)
class _Set:
    """A dataset: points by channels, their names, marks."""

    data: Any
    names: tuple[str, ...]
    rate_hz: float
    marks: tuple[Annotation, ...]
    issues: tuple[Issue, ...]


class EeglabReader(Reader):
    """EEGLAB .set."""

    name = "eeglab"
    suffixes = (".set",)

    def recognises(self, path: Path, head: bytes) -> bool:
        """By the suffix and the first words."""
        return path.suffix.lower() == ".set" and head.startswith((b"MATLAB", _HDF))

    def companions(self, path: Path) -> tuple[Path, ...]:
        """The samples, where they are in a file of their own."""
        try:
            named = _text(_fields(path).get("data"))
        except RecordingError:
            return ()
        beside = _beside(path, named)
        return (beside,) if beside else ()

    def audit(self, source: Source) -> Header:
        """Channels and rate."""
        made = _open_one(source.path)
        heads, issues = _heads(made, source)
        return Header(self.name, tuple(head for head, _ in heads), None, made.marks, (*made.issues, *issues))

    def load(self, source: Source, span: Span) -> Recording:
        """The samples of a span."""
        made = _open_one(source.path)
        heads, issues = _heads(made, source)
        channels = []
        for head, column in heads:
            taken = sample_span(span, head.rate_hz, head.n_samples)
            _, factor = known_unit(source.unit_of(head.name, ""))
            samples = as_samples(np.asarray(made.data[taken, column], np.float64) * factor)
            channels.append(Channel(head.name, head.kind, head.unit, head.rate_hz, samples))
        return Recording(self.name, tuple(channels), None, made.marks, (*made.issues, *issues))


def _heads(made: _Set, source: Source) -> tuple[list[tuple[ChannelHead, int]], tuple[Issue, ...]]:
    heads, issues = list[tuple[ChannelHead, int]](), list[Issue]()
    for column, name in enumerate(made.names):
        if measured := source.measured_in(name, "", made.rate_hz, issues):
            heads.append((ChannelHead(name, kind_of(name, measured[0]), measured[0], made.rate_hz, len(made.data)), column))
    return heads, tuple(issues)


def _open_one(path: Path) -> _Set:
    seen = path.stat()
    return _open(path, seen.st_size, (seen.st_ino, seen.st_mtime_ns))


def _fields(path: Path) -> Mapping[str, Any]:
    """The fields of a dataset, however it was saved."""
    with path.open("rb") as stream:
        head = stream.read(20)
    if head.startswith((_HDF, b"MATLAB 7.3")):
        read: Callable[[], dict[str, Any]] = partial(_of_hdf, path)
    else:
        read = partial(read_arrays, path, path.stat().st_size, _WANTED)
    try:
        arrays = read()
    except (
        RuntimeError,
        AttributeError,
        ValueError,
        TypeError,
        LookupError,
        ArithmeticError,
        OSError,
        struct.error,
        zlib.error,
    ) as error:
        what = mark("The file is damaged: {why}.")
        raise refuse("matlab.damaged", path.name, what, _FIX, why=f"{type(error).__name__}: {error}"[:120]) from None
    inside = arrays.get("EEG")
    found = inside[0] if isinstance(inside, list) and len(inside) == 1 else arrays
    missing = [name for name in _FIELDS if name not in found]
    if missing:
        what = mark("This is a dataset of EEGLAB without {field}.")
        raise refuse("eeglab.field", path.name, what, _FIX, field=missing[0])
    return found


def _of_hdf(path: Path) -> dict[str, Any]:
    """The fields of a dataset of MATLAB 7.3, in the shapes of the older versions."""
    file = open_hdf(path)
    group = file["EEG"] if "EEG" in file and hasattr(file["EEG"], "keys") else file
    return {name: _value(file, group[name], path) for name in _WANTED & set(group.keys())}


def _value(file: Any, node: Any, path: Path) -> Any:
    """Numbers, words, or the rows of a structure; a structure of several has for each field a list of what it points to."""
    if hasattr(node, "keys"):
        columns = {name: node[name] for name in _WANTED & set(node.keys())}
        told = {name: _pointed(file, one) for name, one in columns.items()}
        n = max((len(one) for one in told.values()), default=0)
        return [{name: _value(file, one[row], path) for name, one in told.items() if row < len(one)} for row in range(n)]
    if node.dtype.kind not in "fiu" or "MATLAB_empty" in node.attrs:
        return np.empty((0, 0))
    if node.attrs.get("MATLAB_class", b"") == b"char":
        return np.array(["".join(map(chr, np.asarray(node[:_LONGEST]).T.ravel().tolist()))])
    return numbers_of_hdf(node, path)


_LONGEST, _MOST_ROWS = 1000, 1_000_000


def _pointed(file: Any, node: Any) -> list[Any]:
    """What the entries of a field point to; the field itself where there is but one."""
    if hasattr(node, "keys") or node.dtype.kind != "O":
        return [node]
    return [file[one] for one in node[()].ravel()[:_MOST_ROWS]]


@lru_cache(maxsize=2)
def _open(path: Path, _size: int, _which: tuple[int, int]) -> _Set:
    fields, where = _fields(path), path.name
    n, points, rate = (_number(fields[name]) for name in ("nbchan", "pnts", "srate"))
    trials = _number(fields.get("trials", np.ones((1, 1))))
    if not (1 <= n <= 4096 and points >= 1 and rate > 0 and n % 1 == points % 1 == 0):
        what = mark("The dataset says {n} channels of {points} points at {rate} Hz, which cannot be.")
        raise refuse("eeglab.size", where, what, _FIX, n=f"{n:g}", points=f"{points:g}", rate=f"{rate:g}")
    if trials > 1:
        what = mark("The recording was cut into {n} {n:epoch|epochs}, between which nobody knows the time.")
        raise refuse("eeglab.epochs", where, what, mark("Give the dataset as it was before it was cut into epochs."), n=int(trials))
    data = _data(path, fields["data"], int(n), int(points))
    names = _names(fields.get("chanlocs"), int(n))
    marks, odd = _marks(fields.get("event"), rate, int(points), where)
    return _Set(data, names, rate, marks, odd)


def _data(path: Path, stored: Any, n: int, points: int) -> Any:
    """The samples, points by channels; those in a file of their own stay there."""
    named = _text(stored)
    if not named:
        array = stored if isinstance(stored, np.ndarray | HdfArray) else np.empty(0)
        if array.ndim != 2 or array.dtype.kind not in "fiu" or array.shape != (n, points):
            what = mark("The dataset says {n} channels of {points} points, and holds an array of {shape}.")
            raise refuse("eeglab.shape", path.name, what, _FIX, n=n, points=points, shape="x".join(map(str, array.shape)))
        return array.T
    beside = _beside(path, named)
    if beside is None:
        what = mark("The samples are in the file {file}, which is not there.")
        raise refuse("eeglab.data", path.name, what, mark("Put it beside the .set."), file=f"{path.stem}.fdt")
    have, want = beside.stat().st_size, 4 * n * points
    if have != want:
        what = mark("The file has {have} {have:byte|bytes}, and the description makes {want}.")
        raise refuse(
            "eeglab.size", beside.name, what, mark("Fetch the file again, or save the dataset anew."), have=have, want=want
        )
    return np.memmap(beside, "<f4", "r", shape=(points, n))


def _beside(path: Path, named: str) -> Path | None:
    """The file of the samples: by its name in the dataset, or by that of the dataset, where both were renamed together."""
    for name in (re.split(r"[/\\]", named)[-1] if named else "", f"{path.stem}.fdt" if named else ""):
        if name and "\0" not in name and name not in (".", "..") and len(name) < 200 and path.with_name(name).is_file():
            return path.with_name(name)
    return None


def _number(array: Any) -> float:
    """A single number; not a number where it is none."""
    if isinstance(array, np.ndarray) and array.size == 1 and array.dtype.kind in "fiu":
        return float(array.ravel()[0])
    return float("nan")


def _text(array: Any) -> str:
    if isinstance(array, np.ndarray) and array.dtype.kind == "U" and array.size == 1:
        return str(array.ravel()[0]).strip()
    return ""


def _names(places: Any, n: int) -> tuple[str, ...]:
    """The names of the channels; where they are not told, or not as many as channels, numbers."""
    rows = places if isinstance(places, list) else []
    told = [_text(row.get("labels")) for row in rows]
    if len(told) != n:
        told = [""] * n
    told = [name or f"channel {number}" for number, name in enumerate(told, 1)]
    return tuple(f"{name} #{number}" if told.count(name) > 1 else name for number, name in enumerate(told, 1))


def _marks(events: Any, rate: float, points: int, where: str) -> tuple[tuple[Annotation, ...], tuple[Issue, ...]]:
    rows: Iterable[Mapping[str, Any]] = events if isinstance(events, list) else []
    marks, lost = list[Annotation](), 0
    for row in rows:
        at = _number(row.get("latency"))
        if not 0 < at <= points + 1:
            lost += 1
            continue
        long = _number(row.get("duration", np.zeros((1, 1))))
        word = _text(row.get("type")) or f"{_number(row.get('type')):g}".replace("nan", "event")
        marks.append(Annotation((at - 1) / rate, max(0.0, long / rate) if np.isfinite(long) else 0.0, word))
    what = mark("Marks outside the recording were left out: {n}.")
    odd = (issue("marks.outside", Level.DOUBT, where, what, _FIX, n=lost),) if lost else ()
    return tuple(sorted(marks, key=lambda one: one.start_s)), odd

"""NPZ as ``myognosis simulate`` writes it: ``signal_RATE`` [channel, sample] for each rate, ``channels`` and ``truth`` as JSON.

Nothing in it is ever unpickled.
"""

import json
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from myognosis.faults import Issue
from myognosis.language import mark
from myognosis.model.recording import Annotation, Channel, Recording
from myognosis.model.truth import class_of
from myognosis.readers.archive import archive_faults, is_bomb
from myognosis.readers.base import ChannelHead, Header, Reader, Source, Span, as_samples, kind_of, refuse, sample_span

__all__ = ["NpzReader"]

_LARGE_BYTES = 50_000_000
_FIX = mark("Write it as myognosis simulate does, or export EDF.")


@dataclass(frozen=True, eq=False)
class _Trace:
    """One channel as the file describes it."""

    name: str
    unit: str
    rate_hz: float
    place_mm: tuple[float, float] | None
    samples: npt.NDArray[Any]


class NpzReader(Reader):
    """Arrays with a description of their channels."""

    name = "npz"
    suffixes = (".npz",)

    def recognises(self, path: Path, head: bytes) -> bool:
        """By its suffix and the first bytes of a zip."""
        return path.suffix.lower() == ".npz" and head.startswith(b"PK")

    def audit(self, source: Source) -> Header:
        """Channels, rates and marks; the arrays are read for their length."""
        traces, marks = _traces_of(source.path)
        heads, issues = list[ChannelHead](), list[Issue]()
        for trace in traces:
            if measured := source.measured_in(trace.name, trace.unit, trace.rate_hz, issues):
                kind = kind_of(trace.name, measured[0])
                heads.append(ChannelHead(trace.name, kind, measured[0], trace.rate_hz, len(trace.samples)))
        return Header(self.name, tuple(heads), None, marks, tuple(issues))

    def load(self, source: Source, span: Span) -> Recording:
        """The samples of a span."""
        traces, marks = _traces_of(source.path)
        channels, issues = list[Channel](), list[Issue]()
        for trace in traces:
            measured = source.measured_in(trace.name, trace.unit, trace.rate_hz, issues)
            if not measured:
                continue
            unit, factor = measured
            part = as_samples(np.asarray(trace.samples[sample_span(span, trace.rate_hz, len(trace.samples))], np.float64) * factor)
            channels.append(Channel(trace.name, kind_of(trace.name, unit), unit, trace.rate_hz, part, trace.place_mm))
        return Recording(self.name, tuple(channels), None, marks, tuple(issues))


def _traces_of(path: Path) -> tuple[tuple[_Trace, ...], tuple[Annotation, ...]]:
    seen = path.stat()
    return _read(path, seen.st_size, (seen.st_ino, seen.st_mtime_ns))


@lru_cache(maxsize=2)
def _read(path: Path, size: int, _which: tuple[int, int]) -> tuple[tuple[_Trace, ...], tuple[Annotation, ...]]:
    """The traces and the marks; RecordingError where the file is another one, or damaged."""
    with archive_faults(path), zipfile.ZipFile(path) as archive:
        if is_bomb(sum(info.file_size for info in archive.infolist()), size):
            raise refuse("bomb", path.name, mark("The archive is one that is made to fill a computer."), _FIX)
        try:
            rows = json.loads(str(_array(archive, "channels")))
            traces = tuple(_traces(rows, archive))
            marks = tuple(_marks(json.loads(str(_array(archive, "truth"))))) if "truth.npy" in archive.namelist() else ()
        except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
            what = mark("The arrays do not describe their channels: {why}.")
            raise refuse("npz", path.name, what, _FIX, why=f"{type(error).__name__} {error}"[:80]) from None
    if len({trace.name for trace in traces}) != len(traces):
        raise refuse("npz", path.name, mark("Two channels have the same name."), _FIX)
    return traces, marks


def _array(archive: zipfile.ZipFile, name: str) -> npt.NDArray[Any]:
    """An array of the archive; a large one is unfolded onto the disk, and is gone from there when nobody needs it any more."""
    with archive.open(f"{name}.npy") as stream:
        if archive.getinfo(f"{name}.npy").file_size <= _LARGE_BYTES:
            return np.asarray(np.lib.format.read_array(stream, allow_pickle=False))
        with tempfile.TemporaryFile(prefix="myognosis-") as kept:
            shutil.copyfileobj(stream, kept, 1 << 20)
            kept.seek(0)
            version = np.lib.format.read_magic(kept)
            read_header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
            shape, is_turned, dtype = read_header(kept)
            if dtype.hasobject:
                raise ValueError(name)
            return np.memmap(kept, dtype, "r", kept.tell(), shape, "F" if is_turned else "C")


def _traces(rows: list[dict[str, Any]], archive: zipfile.ZipFile) -> Iterator[_Trace]:
    """Each channel with its row of the array of its rate, in the order of the description."""
    taken: dict[str, int] = {}
    arrays: dict[str, Any] = {}
    for row in rows:
        key = f"signal_{float(row['rate_hz']):g}"
        if key not in arrays:
            arrays[key] = _array(archive, key)
        at = taken[key] = taken.get(key, -1) + 1
        samples = arrays[key][at]
        if samples.ndim != 1 or samples.dtype.kind not in "fiub":
            raise ValueError(key)
        place = row.get("place_mm")
        spot = (float(place[0]), float(place[1])) if place else None
        yield _Trace(str(row["name"]), str(row["unit"]), float(row["rate_hz"]), spot, samples)


def _marks(truth: dict[str, Any]) -> Iterator[Annotation]:
    for epoch in truth["epochs"]:
        yield Annotation(float(epoch["start_s"]), float(epoch["duration_s"]), f"epoch {epoch['kind']}")
    for event in truth["events"]:
        yield Annotation(float(event.get("seen_s", event["start_s"])), float(event["duration_s"]), class_of(event["kind"]))

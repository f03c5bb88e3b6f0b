"""NPZ as ``myognosis simulate`` writes it: ``signal_RATE`` [channel, sample] for each rate, ``channels`` and ``truth`` as JSON.

Nothing in it is ever unpickled.
"""

import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from myognosis.faults import Issue
from myognosis.language import mark
from myognosis.model.recording import Annotation, Channel, Recording
from myognosis.readers.archive import archive_faults, is_bomb
from myognosis.readers.base import ChannelHead, Header, Reader, Source, Span, as_samples, kind_of, refuse, sample_span

__all__ = ["NpzReader"]

_FIX = mark("Write it as myognosis simulate does, or export EDF.")


@dataclass(frozen=True, eq=False)
class _Trace:
    """One channel as the file describes it."""

    name: str
    unit: str
    rate_hz: float
    place_mm: tuple[float, float] | None
    samples: npt.NDArray[np.float64]


class NpzReader(Reader):
    """Arrays with a description of their channels."""

    name = "npz"
    suffixes = (".npz",)
    reads_parts = False

    def recognises(self, path: Path, head: bytes) -> bool:
        """By its suffix and the first bytes of a zip."""
        return path.suffix.lower() == ".npz" and head.startswith(b"PK")

    def audit(self, source: Source) -> Header:
        """Channels, rates and marks; the arrays are read for their length."""
        whole = self.load(source, Span())
        heads = tuple(ChannelHead(c.name, c.kind, c.unit, c.rate_hz, len(c.samples)) for c in whole.channels)
        return Header(self.name, heads, None, whole.annotations, whole.issues)

    def load(self, source: Source, span: Span) -> Recording:
        """The samples of a span."""
        traces, marks = _read(source.path)
        channels, issues = list[Channel](), list[Issue]()
        for trace in traces:
            measured = source.measured_in(trace.name, trace.unit, trace.rate_hz, issues)
            if not measured:
                continue
            unit, factor = measured
            part = as_samples(trace.samples[sample_span(span, trace.rate_hz, len(trace.samples))] * factor)
            channels.append(Channel(trace.name, kind_of(trace.name, unit), unit, trace.rate_hz, part, trace.place_mm))
        return Recording(self.name, tuple(channels), None, marks, tuple(issues))


def _read(path: Path) -> tuple[tuple[_Trace, ...], tuple[Annotation, ...]]:
    """The traces and the marks; RecordingError where the file is another one, or damaged."""
    with archive_faults(path):
        with zipfile.ZipFile(path) as archive:
            if is_bomb(sum(info.file_size for info in archive.infolist()), path.stat().st_size):
                raise refuse("bomb", path.name, mark("The archive is one that is made to fill a computer."), _FIX)
        with np.load(path, allow_pickle=False) as data:
            try:
                rows = json.loads(str(data["channels"]))
                traces = tuple(_traces(rows, data))
                marks = tuple(_marks(json.loads(str(data["truth"])))) if "truth" in data else ()
            except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
                what = mark("The arrays do not describe their channels: {why}.")
                raise refuse("npz", path.name, what, _FIX, why=f"{type(error).__name__} {error}"[:80]) from None
    if len({trace.name for trace in traces}) != len(traces):
        raise refuse("npz", path.name, mark("Two channels have the same name."), _FIX)
    return traces, marks


def _traces(rows: list[dict[str, Any]], data: Any) -> Iterator[_Trace]:
    """Each channel with its row of the array of its rate, in the order of the description."""
    taken: dict[str, int] = {}
    arrays: dict[str, Any] = {}
    for row in rows:
        key = f"signal_{float(row['rate_hz']):g}"
        if key not in arrays:
            arrays[key] = data[key]
        at = taken[key] = taken.get(key, -1) + 1
        samples = np.asarray(arrays[key][at], np.float64)
        if samples.ndim != 1:
            raise ValueError(key)
        place = row.get("place_mm")
        spot = (float(place[0]), float(place[1])) if place else None
        yield _Trace(str(row["name"]), str(row["unit"]), float(row["rate_hz"]), spot, samples)


def _marks(truth: dict[str, Any]) -> Iterator[Annotation]:
    for epoch in truth["epochs"]:
        yield Annotation(float(epoch["start_s"]), float(epoch["duration_s"]), f"epoch {epoch['kind']}")
    for event in truth["events"]:
        yield Annotation(float(event["start_s"]), float(event["duration_s"]), f"{event['kind']} {event['muscle']}".strip())

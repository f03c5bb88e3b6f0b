"""Files of laboratory systems through neo: Intan, Spike2, BrainVision, Micromed, Blackrock, Axon, WinWCP, Plexon.

neo tells units and gains; our own rules for units, rates and kinds hold all the same.
"""

import os
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from myognosis.faults import Issue, Level, MissingExtra
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
from myognosis.readers.quiet import quiet
from myognosis.readers.text import decode_text

__all__ = ["LaboratoryReader"]

_CLASSES = {
    ".rhd": "IntanRawIO", ".rhs": "IntanRawIO", ".smr": "Spike2RawIO", ".vhdr": "BrainVisionRawIO", ".trc": "MicromedRawIO",
    ".ns2": "BlackrockRawIO", ".ns3": "BlackrockRawIO", ".ns5": "BlackrockRawIO", ".ns6": "BlackrockRawIO", ".abf": "AxonRawIO",
    ".wcp": "WinWcpRawIO", ".plx": "PlexonRawIO",
}  # fmt: skip
_FIX = mark("Export the recording as EDF.")
_NAMES = ("DataFile", "MarkerFile")
_FIELDS = {
    "DataFormat": r"BINARY", "DataOrientation": r"MULTIPLEXED|VECTORIZED", "NumberOfChannels": r"[1-9]\d{0,4}",
    "SamplingInterval": r"\d+(?:\.\d+)?", "BinaryFormat": r"INT_16|INT_32|IEEE_FLOAT_32",
}  # fmt: skip
"""The fields of a BrainVision header without which nothing is read, and how each is written where it is (neo's reader)."""


@dataclass(frozen=True)
class _Trace:
    stream: int
    index: int
    name: str
    unit: str
    gain: float
    offset: float
    rate_hz: float
    n_samples: int


class LaboratoryReader(Reader):
    """What neo reads, by its raw layer."""

    name = "neo"
    suffixes = tuple(_CLASSES)

    def recognises(self, path: Path, head: bytes) -> bool:
        """By the suffix."""
        return path.suffix.lower() in _CLASSES

    def companions(self, path: Path) -> tuple[Path, ...]:
        """The samples and the marks that a header of BrainVision names."""
        if path.suffix.lower() != ".vhdr":
            return ()
        names = re.findall(r"^(?:DataFile|MarkerFile)=(.*)$", decode_text(path.read_bytes()[:1_000_000]), re.MULTILINE)
        plain = (name.strip().replace("$b", path.stem) for name in names)
        return tuple(path.with_name(name) for name in plain if _lies_beside(path, name))

    def audit(self, source: Source) -> Header:
        """Channels with units and rates, and marks."""
        _, traces, marks, odd = _open_one(source.path)
        heads, issues = _heads(traces, source)
        return Header(self.name, tuple(head for head, _ in heads), None, marks, (*odd, *issues))

    def load(self, source: Source, span: Span) -> Recording:
        """The samples of a span."""
        raw, traces, marks, odd = _open_one(source.path)
        heads, issues = _heads(traces, source)
        channels = []
        for head, trace in heads:
            taken = sample_span(span, head.rate_hz, head.n_samples)
            stored = _chunk(raw, trace, taken, source.path)
            _, factor = known_unit(source.unit_of(head.name, trace.unit))
            samples = as_samples((stored * trace.gain + trace.offset) * factor)
            channels.append(Channel(head.name, head.kind, head.unit, head.rate_hz, samples))
        return Recording(self.name, tuple(channels), None, marks, (*odd, *issues))


def _heads(traces: tuple[_Trace, ...], source: Source) -> tuple[list[tuple[ChannelHead, _Trace]], tuple[Issue, ...]]:
    heads, issues = list[tuple[ChannelHead, _Trace]](), list[Issue]()
    for trace in traces:
        if measured := source.measured_in(trace.name, trace.unit, trace.rate_hz, issues):
            kind = kind_of(trace.name, measured[0])
            heads.append((ChannelHead(trace.name, kind, measured[0], trace.rate_hz, trace.n_samples), trace))
    return heads, tuple(issues)


def _open_one(path: Path) -> "tuple[Any, tuple[_Trace, ...], tuple[Annotation, ...], tuple[Issue, ...]]":
    seen = path.stat()
    return _open(path, seen.st_size, (seen.st_ino, seen.st_mtime_ns))


@lru_cache(maxsize=4)
def _open(
    path: Path, _size: int, _which: tuple[int, int]
) -> tuple[Any, tuple[_Trace, ...], tuple[Annotation, ...], tuple[Issue, ...]]:
    try:
        from neo import rawio
    except ImportError:
        raise MissingExtra(mark("Reading files of laboratory systems"), "formats") from None
    _check_named_files(path)
    try:
        with quiet("neo"):
            raw = getattr(rawio, _CLASSES[path.suffix.lower()])(filename=str(path))
            raw.parse_header()
            traces = _traces(raw)
            marks = _marks(raw)
            several = raw.block_count() > 1 or raw.segment_count(0) > 1
    except Exception as error:  # neo fails on damaged files with errors of every kind
        raise _damaged(path, error) from None
    if not traces:
        raise refuse("neo.none", path.name, mark("The file holds no samples."), _FIX)
    what = mark("The recording is in several parts; the first is read.")
    odd = (issue("neo.parts", Level.DOUBT, path.name, what, _FIX),) if several else ()
    return raw, traces, marks, odd


def _lies_beside(path: Path, name: str) -> bool:
    return bool(name) and Path(name).name == name and "\0" not in name and path.with_name(name).is_file()


def _check_named_files(path: Path) -> None:
    """BrainVision names its samples in the header; neo takes others where they are missing, which we refuse."""
    if path.suffix.lower() != ".vhdr":
        return
    head, fix = decode_text(path.read_bytes()[:1_000_000]), mark("Put it beside the header.")
    named = {key: found[1].strip().replace("$b", path.stem) for key in _NAMES if (found := re.search(rf"(?m)^{key}=(.*)$", head))}
    if not _lies_beside(path, named.get("DataFile", "")):
        raise refuse("neo.data", path.name, mark("The file of the samples is missing."), fix)
    for key, form in _FIELDS.items():
        seen = re.search(rf"(?m)^{key}=(.*)$", head)
        if not seen or not re.fullmatch(form, seen[1].strip()):
            what = mark("The field {field} of its header is missing or is none that can be read: '{value}'.")
            raise refuse("neo.damaged", path.name, what, _FIX, field=key, value=seen[1].strip()[:40] if seen else "")
    if named.get("MarkerFile") and not _lies_beside(path, named["MarkerFile"]):
        raise refuse("neo.marks", path.name, mark("The file of the marks is missing."), fix)


def _damaged(path: Path, error: Exception) -> Exception:
    what, why = mark("The file is damaged: {why}."), f"{type(error).__name__}: {error}".replace(f"{path.parent}{os.sep}", "")
    return refuse("neo.damaged", path.name, what, _FIX, why=why[:120])


def _traces(raw: Any) -> tuple[_Trace, ...]:
    """Every analogue channel of the first part; a name that several bear has the number of its stream."""
    found, channels = list[_Trace](), raw.header["signal_channels"]
    names = [str(name) for name in channels["name"]]
    for stream, stream_id in enumerate(raw.header["signal_streams"]["id"]):
        n_samples = int(raw.get_signal_size(0, 0, stream))
        for index, channel in enumerate(channels[channels["stream_id"] == stream_id]):
            name = str(channel["name"])
            unique = name if names.count(name) == 1 and name else f"{name} #{len(found) + 1}".strip()
            found.append(
                _Trace(
                    stream, index, unique, str(channel["units"]), float(channel["gain"]), float(channel["offset"]),
                    float(channel["sampling_rate"]), n_samples,
                )
            )  # fmt: skip
    return tuple(trace for trace in found if trace.n_samples > 0 and np.isfinite([trace.gain, trace.offset]).all())


def _marks(raw: Any) -> tuple[Annotation, ...]:
    marks = list[Annotation]()
    begin = float(raw.segment_t_start(0, 0))
    for index in range(len(raw.header["event_channels"])):
        times, durations, words = raw.get_event_timestamps(0, 0, index)
        seconds = raw.rescale_event_timestamp(times, "float64", index)
        long = np.zeros(len(seconds)) if durations is None else raw.rescale_epoch_duration(durations, "float64", index)
        marks += [Annotation(float(t) - begin, float(d), str(w)) for t, d, w in zip(seconds, long, words, strict=True) if str(w)]
    return tuple(sorted(marks, key=lambda one: one.start_s))


def _chunk(raw: Any, trace: _Trace, taken: slice, path: Path) -> Any:
    if taken.start == taken.stop:
        return np.empty(0)
    try:
        with quiet("neo"):
            chunk = raw.get_analogsignal_chunk(0, 0, taken.start, taken.stop, trace.stream, channel_indexes=[trace.index])
    except Exception as error:  # as above: the samples may be damaged as well
        raise _damaged(path, error) from None
    return np.asarray(chunk, np.float64)[:, 0]

"""OTB4 of OT Bioelettronica: a tar that is not compressed, whose ``Tracks_000.xml`` says where each track lies in which signal.

As readers of the format on GitHub read it (OTB-Matlab of the maker among them), a count is ``1000 * ADC_Range / 2 ** ADC_Nbits``
over ``Gain`` millivolts, a track begins at ``AcquisitionChannel`` of the ``TotalChannelsInFile`` of its signal, and a number has
``SampleSize`` bytes. Here each of these has to stand in the file, for nothing is guessed; the result carries a doubt, because no
file of a device was at hand to check it against. Samples are read straight from their place; who the person is, is not read.
"""

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from xml.etree.ElementTree import Element

import numpy as np

from myognosis.faults import Issue, Level
from myognosis.language import mark
from myognosis.model.recording import Channel, Kind, Recording
from myognosis.readers.archive import Member, tar_members
from myognosis.readers.base import (
    ChannelHead,
    Header,
    Reader,
    Source,
    Span,
    UnknownUnit,
    as_samples,
    ask_unit,
    issue,
    kind_of,
    known_unit,
    rate_is_possible,
    refuse,
    sample_blocks,
    sample_span,
)
from myognosis.readers.formats.otb import read_xml
from myognosis.readers.grids import grid_places

__all__ = ["Otb4Reader"]

_FIX = mark("Export the recording again, as OTB+ or .mat.")
_NOT_EMG = re.compile(r"quaternion|buffer|ramp|control|force|load|aux|trigger|path|imu", re.IGNORECASE)
_MAX_CHANNELS = 4096


@dataclass(frozen=True)
class _Track:
    """Channels of one rate beside each other in a signal, and microvolts a count (0 where these are no EMG)."""

    title: str
    grid: str
    signal: Member
    total: int
    first: int
    count: int
    rate_hz: float
    dtype: str
    factor_uv: float
    n_samples: int


@dataclass(frozen=True)
class _Row:
    head: ChannelHead
    column: int
    factor: float
    place_mm: tuple[float, float] | None


class Otb4Reader(Reader):
    """OTB4."""

    name = "otb4"
    suffixes = (".otb4",)

    def recognises(self, path: Path, head: bytes) -> bool:
        """By the suffix."""
        return path.suffix.lower() in self.suffixes

    def audit(self, source: Source) -> Header:
        """Channels, gains, rates and lengths."""
        tracks, issues = _tracks(source.path)
        rows = [_rows(track, source, issues) for track in tracks]
        return Header(self.name, tuple(row.head for some in rows for row in some), None, (), tuple(issues))

    def load(self, source: Source, span: Span) -> Recording:
        """The samples of a span, straight from their place in the archive."""
        tracks, issues = _tracks(source.path)
        channels: list[Channel] = []
        for track in tracks:
            rows = _rows(track, source, issues)
            taken = sample_span(span, track.rate_hz, track.n_samples)
            samples = np.empty((len(rows), taken.stop - taken.start), np.float32)
            for part in sample_blocks(taken, track.total) if rows else ():
                stored = _counts(source.path, track, part)
                here = slice(part.start - taken.start, part.stop - taken.start)
                for number, row in enumerate(rows):
                    samples[number, here] = as_samples(stored[:, row.column] * row.factor)
            channels += [
                Channel(row.head.name, row.head.kind, row.head.unit, track.rate_hz, values, row.place_mm)
                for row, values in zip(rows, samples, strict=True)
            ]
        return Recording(self.name, tuple(channels), None, (), tuple(issues))


def _counts(path: Path, track: _Track, part: slice) -> "np.typing.NDArray[np.signedinteger]":
    size = np.dtype(track.dtype).itemsize
    count, offset = (part.stop - part.start) * track.total, track.signal.first_byte + size * track.total * part.start
    return np.fromfile(path, track.dtype, count, offset=offset).reshape(-1, track.total)


def _rows(track: _Track, source: Source, issues: list[Issue]) -> list[_Row]:
    """The channels of a track with a unit: EMG by its gain, others only where they were told."""
    rows = []
    places = grid_places(track.grid, track.count)
    for number in range(track.count):
        name = f"{track.title} {number + 1}"
        told, where = source.units.get(name, ""), f"{source.path.name}, {name}"
        kind: Kind = "emg"
        factor = track.factor_uv
        if told or not factor:
            try:
                unit, factor = known_unit(told)
            except UnknownUnit:
                issues.append(ask_unit(name, where, told))
                continue
            kind = "emg" if track.factor_uv and unit == "uV" else kind_of(name, unit)
        else:
            unit = "uV"
        head = ChannelHead(name, kind, unit, track.rate_hz, track.n_samples)
        rows.append(_Row(head, track.first + number, factor, places[number] if places else None))
    return rows


def _tracks(path: Path) -> tuple[list[_Track], list[Issue]]:
    """Every track that says all that it must; RecordingError where there is none."""
    members = {PurePosixPath(member.name).name: member for member in tar_members(path)}
    if "Tracks_000.xml" not in members:
        raise refuse("otb.none", path.name, mark("The archive holds no signal with its description."), _FIX)
    what, fix = (
        mark("OTB4 is read by its description; we could not check that against a device."),
        mark("Compare with an OTB+ export."),
    )
    issues = [issue("otb4.unchecked", Level.DOUBT, path.name, what, fix)]
    tracks: list[_Track] = []
    for described in read_xml(path, members["Tracks_000.xml"]).iter("TrackInfo"):
        track = _track(path, described, members)
        if track is None:
            what = mark("A track does not say its rate, its channels, its signal or the size of its numbers; it is left out.")
            issues.append(issue("otb4.track", Level.DOUBT, f"{path.name}, {_text(described, 'Title')[:40]}", what, _FIX))
        elif any(_overlap(track, other) for other in tracks):
            what = mark("A channel of the description has no place of its own in the data; it is left out.")
            issues.append(issue("otb.channel", Level.DOUBT, f"{path.name}, {track.title}", what, _FIX))
        else:
            tracks.append(track)
            there = max(0, min(track.signal.size, path.stat().st_size - track.signal.first_byte))
            size = np.dtype(track.dtype).itemsize * track.total
            if there < track.signal.size or there % size:
                what = mark("The file ends early: {n} of {m} {m:sample|samples} a channel {n:is|are} there.")
                lost = {"n": there // size, "m": -(-track.signal.size // size)}
                issues.append(issue("truncated", Level.DOUBT, f"{path.name}, {track.title}", what, _FIX, **lost))
    if not tracks:
        raise refuse("otb.none", path.name, mark("The archive holds no signal with its description."), _FIX)
    return tracks, issues


def _overlap(one: _Track, other: _Track) -> bool:
    same = one.signal == other.signal
    return same and one.first < other.first + other.count and other.first < one.first + one.count


def _track(path: Path, described: Element, members: dict[str, Member]) -> _Track | None:
    """A track of the description, if all of it can be."""
    names = ("TotalChannelsInFile", "AcquisitionChannel", "NumberOfChannels", "SampleSize", "ADC_Nbits")
    whole = [int(text) if (text := _text(described, name)).isdecimal() and len(text) < 6 else -1 for name in names]
    total, first, count, size, bits = whole
    signal = members.get(PurePosixPath(_text(described, "SignalStreamPath").replace("\\", "/")).name)
    rate, gain, volts = (_positive(_text(described, name)) for name in ("SamplingFrequency", "Gain", "ADC_Range"))
    sound = 1 <= total <= _MAX_CHANNELS and first >= 0 and 1 <= count <= total - first and size in (2, 4) and rate_is_possible(rate)
    if signal is None or not sound:
        return None
    there = max(0, min(signal.size, path.stat().st_size - signal.first_byte)) // (size * total)
    if not there:
        return None
    words = f"{_text(described, 'Title')} {_text(described, 'SubTitle')} {_text(described, 'Description/Name')}"
    is_emg = not _NOT_EMG.search(words) and _text(described, "IsControl").lower() != "true" and 1 <= bits <= 8 * size
    factor = 1e6 * volts / 2**bits / gain if is_emg and volts and gain else 0.0
    title = " ".join(words.split())[:60] or f"track {first}"
    return _Track(title, _sensor(described), signal, total, first, count, rate, f"<i{size}", factor, there)


def _sensor(described: Element) -> str:
    """What the description says of the grid."""
    return " ".join(_text(described, tag) for tag in ("Description/SensorType", "StringsDescriptions/OriginalSensor")).upper()


def _text(described: Element, tag: str) -> str:
    return (described.findtext(tag) or "").strip()


def _positive(text: str) -> float:
    """A number above zero, or zero where it is none."""
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return value if 0 < value < 1e9 else 0.0

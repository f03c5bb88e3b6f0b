"""OTB+ of OT Bioelettronica: a tar that is not compressed, with the samples as 16-bit numbers and an XML that explains them.

The maker's own readers (OTB-Matlab and OTB-Python on GitHub) turn a count into millivolts by
``1000 * supply / 2 ** bits / gain``, where the supply is 5 V in EMG-USB and Quattrocento devices and 3.3 V in the smaller ones; the
gain is that of the adapter times that of the channel. The archive is never unpacked, and who the person is, is not read.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree

import numpy as np
import numpy.typing as npt

from myognosis.faults import Issue, Level
from myognosis.language import mark
from myognosis.model.recording import Channel, Kind, Recording
from myognosis.readers.archive import Member, tar_members
from myognosis.readers.base import (
    ChannelHead,
    Header,
    Play,
    Reader,
    Source,
    Span,
    UnknownUnit,
    as_samples,
    ask_unit,
    bad_rate,
    issue,
    kind_of,
    known_unit,
    rate_is_possible,
    refuse,
    sample_blocks,
    sample_span,
)
from myognosis.readers.grids import grid_places

__all__ = ["OtbReader", "read_xml"]

_FIX = mark("Export the recording again, as OTB+ or .mat.")
_SUPPLY_V = (("QUATTRO", 5.0), ("EMG-USB", 5.0), ("SESSANTAQUATTRO", 3.3), ("DUE", 3.3), ("MUOVI", 3.3), ("SYNCSTATION", 3.3),
             ("NOVECENTO", 3.3))  # fmt: skip
"""The longer name stands before its parts are looked for: see ``_supply``."""
_NOT_EMG = re.compile(r"quaternion|buffer|ramp|control|force|aux|trigger", re.IGNORECASE)
_MAX_XML, _MAX_CHANNELS = 4_000_000, 4096


@dataclass(frozen=True)
class _Row:
    column: int
    name: str
    factor_uv: float
    is_emg: bool
    place_mm: tuple[float, float] | None


@dataclass(frozen=True)
class _Layout:
    first_byte: int
    n_channels: int
    n_samples: int
    rate_hz: float
    rows: tuple[_Row, ...]
    issues: tuple[Issue, ...]


class OtbReader(Reader):
    """OTB+."""

    name = "otb"
    suffixes = (".otb+", ".otb")

    def recognises(self, path: Path, head: bytes) -> bool:
        """By the suffix."""
        return path.suffix.lower() in (".otb+", ".otb")

    def audit(self, source: Source) -> Header:
        """Channels, gains, rate and length."""
        layout = _layout(source.path)
        heads, issues = _heads(layout, source)
        return Header(self.name, tuple(head for head, _, _ in heads), None, (), (*layout.issues, *issues))

    def load(self, source: Source, span: Span) -> Recording:
        """The samples of a span, straight from their place in the archive."""
        return self.play(source)(span, ())

    def play(self, source: Source) -> Play:
        """One span after another; the description is read once."""
        layout = _layout(source.path)
        heads, issues = _heads(layout, source)

        def some(span: Span, names: Collection[str]) -> Recording:
            """The channels of these names, or all, over one span."""
            wanted = [one for one in heads if not names or one[0].name in names]
            taken = sample_span(span, layout.rate_hz, layout.n_samples)
            samples = np.empty((len(wanted), taken.stop - taken.start), np.float32)
            columns, factors = [row.column for _, row, _ in wanted], np.array([factor for *_, factor in wanted])
            for part in sample_blocks(taken, layout.n_channels):
                stored = _counts(source.path, layout, part)
                stored = stored if columns == list(range(layout.n_channels)) else stored[:, columns]
                samples[:, part.start - taken.start : part.stop - taken.start] = as_samples(stored * factors).T
            channels = tuple(
                Channel(head.name, head.kind, head.unit, head.rate_hz, values, row.place_mm)
                for (head, row, _), values in zip(wanted, samples, strict=True)
            )
            return Recording(self.name, channels, None, (), (*layout.issues, *issues))

        return some


def _counts(path: Path, layout: _Layout, part: slice) -> npt.NDArray[np.int16]:
    n = layout.n_channels
    count, offset = (part.stop - part.start) * n, layout.first_byte + 2 * n * part.start
    return np.fromfile(path, "<i2", count, offset=offset).reshape(-1, n)


def _heads(layout: _Layout, source: Source) -> tuple[list[tuple[ChannelHead, _Row, float]], tuple[Issue, ...]]:
    """The channels with a unit: EMG by its gain, others only where they were told."""
    heads, issues = list[tuple[ChannelHead, _Row, float]](), list[Issue]()
    for row in layout.rows:
        where, told = f"{source.path.name}, {row.name}", source.units.get(row.name, "")
        if not rate_is_possible(layout.rate_hz):
            issues.append(bad_rate(where, layout.rate_hz))
            continue
        if row.is_emg and row.factor_uv and not told:
            heads.append((ChannelHead(row.name, "emg", "uV", layout.rate_hz, layout.n_samples), row, row.factor_uv))
            continue
        try:
            unit, factor = known_unit(told)
        except UnknownUnit:
            issues.append(ask_unit(row.name, where, told))
            continue
        kind: Kind = "emg" if row.is_emg and unit == "uV" else kind_of(row.name, unit)
        heads.append((ChannelHead(row.name, kind, unit, layout.rate_hz, layout.n_samples), row, factor))
    return heads, tuple(issues)


def _layout(path: Path) -> _Layout:
    """The archive's members and the XML as values; RecordingError with what is missing."""
    members = {PurePosixPath(member.name).name: member for member in tar_members(path)}
    signals = [name for name in members if name.lower().endswith(".sig") and f"{name[:-4]}.xml" in members]
    if not signals:
        newer = any(name.startswith("Tracks_") for name in members)
        if newer:
            what, fix = mark("It is an OTB4 under another name."), mark("Give it the ending .otb4.")
            raise refuse("otb.none", path.name, what, fix)
        raise refuse("otb.none", path.name, mark("The archive holds no signal with its description."), _FIX)
    issues = list[Issue]()
    if len(signals) > 1:
        what = mark("The archive holds {n} {n:recording|recordings}; the first is read.")
        issues.append(issue("otb.several", Level.DOUBT, path.name, what, _FIX, n=len(signals)))
    signal, device = members[signals[0]], read_xml(path, members[f"{signals[0][:-4]}.xml"])
    try:
        n, bits, rate = (
            int(device.get("DeviceTotalChannels", "")),
            int(device.get("ad_bits", "")),
            _positive(device.get("SampleFrequency")),
        )
    except ValueError:
        n, bits, rate = 0, 0, 0.0
    if device.tag != "Device" or not 1 <= n <= _MAX_CHANNELS or bits != 16 or not rate:
        what = mark("The description of the signal does not say its rate, its channels or that its numbers have 16 bits.")
        raise refuse("otb.device", path.name, what, _FIX)
    there = min(signal.size, max(0, path.stat().st_size - signal.first_byte))
    if there < signal.size or there % (2 * n):
        what = mark("The file ends early: {n} of {m} {m:sample|samples} a channel {n:is|are} there.")
        lost = issue("truncated", Level.DOUBT, path.name, what, _FIX, n=there // (2 * n), m=-(-signal.size // (2 * n)))
        issues.append(lost)
    if there < 2 * n:
        raise refuse("otb.none", path.name, mark("The archive holds no signal with its description."), _FIX)
    return _Layout(signal.first_byte, n, there // (2 * n), rate, _rows(device, n, bits, path, issues), tuple(issues))


def read_xml(path: Path, member: Member) -> ElementTree.Element:
    """The description; a document that declares entities is refused, since a few can unfold to gigabytes."""
    with path.open("rb") as stream:
        stream.seek(member.first_byte)
        raw = stream.read(min(member.size, _MAX_XML + 1))
    if len(raw) > _MAX_XML or b"<!DOCTYPE" in raw or b"<!ENTITY" in raw or b"\0" in raw:
        what = mark("The description of the signal is too large or not plain XML.")
        raise refuse("otb.xml", f"{path.name}/{member.name}", what, _FIX)
    try:
        return ElementTree.fromstring(raw)  # noqa: S314  # without entities nothing unfolds
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        what = mark("The description of the signal is too large or not plain XML.")
        raise refuse("otb.xml", f"{path.name}/{member.name}: {error}"[:160], what, _FIX) from None


def _rows(device: ElementTree.Element, n: int, bits: int, path: Path, issues: list[Issue]) -> tuple[_Row, ...]:
    """Each channel with its microvolts a count: none where the device's supply is not known to us."""
    supply = _supply(device.get("Name", ""))
    if not supply:
        what = mark("The device '{name}' is not known to us, so its microvolts a count are not either.")
        fix = mark("If you know it, name it for each channel: --unit 'CHANNEL=0.5 uV'.")
        issues.append(issue("otb.supply", Level.DOUBT, path.name, what, fix, name=device.get("Name", "")[:40]))
    rows = list[_Row]()
    for adapter in device.iter("Adapter"):
        channels = list(adapter.iter("Channel"))
        places = grid_places(" ".join(filter(None, (one.get("ID", "") for one in channels[:1]))), len(channels))
        for number, channel in enumerate(channels):
            try:
                column = int(adapter.get("ChannelStartIndex", "")) + int(channel.get("Index", ""))
            except ValueError:
                column = -1
            gain = _positive(adapter.get("Gain")) * _positive(channel.get("Gain", "1"))
            if not 0 <= column < n or any(row.column == column for row in rows):
                what = mark("A channel of the description has no place of its own in the data; it is left out.")
                issues.append(issue("otb.channel", Level.DOUBT, f"{path.name}, {channel.get('ID', '')[:40]}", what, _FIX))
                continue
            words = f"{adapter.get('ID', '')} {channel.get('ID', '')} {channel.get('Description', '')}"
            factor = 1e6 * supply / 2**bits / gain if gain else 0.0
            name = f"{channel.get('Muscle', '') or channel.get('ID', '') or 'channel'} {column + 1}".strip()
            rows.append(_Row(column, name, factor, not _NOT_EMG.search(words), places[number] if places else None))
    return tuple(rows)


def _supply(name: str) -> float:
    """Volts of the device's converter; the longest name that fits decides, since SESSANTAQUATTRO holds QUATTRO."""
    fitting = [(len(word), volts) for word, volts in _SUPPLY_V if word in name.upper()]
    return max(fitting)[1] if fitting else 0.0


def _positive(text: str | None) -> float:
    """A number above zero, or zero where it is none."""
    try:
        value = float(text or 0)
    except ValueError:
        return 0.0
    return value if 0 < value < 1e9 else 0.0

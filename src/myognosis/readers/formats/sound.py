"""Needle EMG as sound (WAV): many clinics keep only that. What full scale means must be told.

RIFF/WAVE, uncompressed, 8 to 32 bits or floating point (IBM and Microsoft, Multimedia Programming Interface, 1991).
"""

import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np

from myognosis.faults import Issue, Level
from myognosis.language import mark
from myognosis.model.recording import Channel, Recording, Samples
from myognosis.readers.base import (
    ChannelHead,
    Header,
    Reader,
    Source,
    Span,
    UnknownUnit,
    as_samples,
    bad_rate,
    issue,
    known_unit,
    rate_is_possible,
    refuse,
    sample_blocks,
    sample_span,
)
from myognosis.readers.description import find_description

__all__ = ["SoundReader"]

_FIX = mark("Save the sound again as uncompressed WAV.")
_PLAIN, _FLOAT, _EXTENDED = 1, 3, 0xFFFE
_TYPES = {(_PLAIN, 8): "u1", (_PLAIN, 16): "<i2", (_PLAIN, 24): "u1", (_PLAIN, 32): "<i4", (_FLOAT, 32): "<f4", (_FLOAT, 64): "<f8"}


@dataclass(frozen=True)
class _Layout:
    kind: int
    bits: int
    n_channels: int
    rate_hz: float
    first_byte: int
    n_samples: int
    issues: tuple[Issue, ...]


class SoundReader(Reader):
    """WAV."""

    name = "wav"
    suffixes = (".wav",)

    def recognises(self, path: Path, head: bytes) -> bool:
        """By the signs at the beginning."""
        return head[:4] in (b"RIFF", b"RF64") and head[8:12] == b"WAVE"

    def audit(self, source: Source) -> Header:
        """Rate, length and channels; without a told unit every channel is asked about."""
        layout = _layout(source.path)
        heads, issues = list[ChannelHead](), list(layout.issues)
        for number in range(layout.n_channels):
            name, spelled, _ = _named(source, number, layout.n_channels)
            where = f"{source.path.name}, {name}"
            if not rate_is_possible(layout.rate_hz):
                issues.append(bad_rate(where, layout.rate_hz))
                continue
            try:
                unit, _ = known_unit(spelled)
            except UnknownUnit:
                issues.append(_ask_scale(name, where))
                continue
            heads.append(ChannelHead(name, "emg" if unit == "uV" else "other", unit, layout.rate_hz, layout.n_samples))
        return Header(self.name, tuple(heads), None, (), tuple(issues))

    def load(self, source: Source, span: Span) -> Recording:
        """The samples of a span, full scale being what was told."""
        header, layout = self.audit(source), _layout(source.path)
        taken = sample_span(span, layout.rate_hz, layout.n_samples)
        told = {name: (number, known_unit(spelled)[1], zero) for number, name, spelled, zero in _scales(source, layout)}
        samples = np.empty((len(header.channels), taken.stop - taken.start), np.float32)
        for part in sample_blocks(taken, layout.n_channels):
            stored = _read(source.path, layout, part)
            for row, head in enumerate(header.channels):
                number, factor, zero = told[head.name]
                here = slice(part.start - taken.start, part.stop - taken.start)
                samples[row, here] = as_samples((stored[:, number] - np.float32(zero)) * factor)
        channels = tuple(
            Channel(head.name, head.kind, head.unit, head.rate_hz, values)
            for head, values in zip(header.channels, samples, strict=True)
        )
        return Recording(self.name, channels, None, (), header.issues)


def _scales(source: Source, layout: _Layout) -> Iterator[tuple[int, str, str, float]]:
    """Number, name, full scale and zero of each channel whose full scale is known."""
    for number in range(layout.n_channels):
        name, spelled, zero = _named(source, number, layout.n_channels)
        with suppress(UnknownUnit):
            known_unit(spelled)
            yield number, name, spelled, zero


def _named(source: Source, number: int, n_channels: int) -> tuple[str, str, float]:
    """The name of a channel, what full scale means, and where zero lies, as told or described."""
    name = "sound" if n_channels == 1 else f"sound {number + 1}"
    if source.told_unit(name):
        return name, source.told_unit(name), 0.0
    described = find_description(source.path)
    for channel in described.channels if described else ():
        if channel.column == number + 1:
            return channel.name, f"{channel.scale!r} {channel.unit}", channel.zero
    return name, "", 0.0


def _ask_scale(name: str, where: str) -> Issue:
    what = mark("A sound does not say how many microvolts its full scale is; the channel is left out.")
    fix = mark("If you know it, name it: --unit '{channel}=1000 uV'.")
    return issue("unit", Level.REFUSE, where, what, fix, channel=name)


def _layout(path: Path) -> _Layout:
    """The chunks of the file; RecordingError where they do not say what the samples are."""
    size, form, at = path.stat().st_size, None, 12
    with path.open("rb") as stream:
        while at + 8 <= size:
            stream.seek(at)
            sign, length = struct.unpack("<4sI", stream.read(8))
            if sign == b"fmt ":
                form = stream.read(min(length, 40))
            if sign == b"data" and form is not None and len(form) >= 16:
                return _sound(path, form, at + 8, length, size, _second(stream, at + 8 + length + length % 2, path))
            at += 8 + length + length % 2
    raise refuse("wav", path.name, mark("The file holds no description of a sound, or no sound behind it."), _FIX)


def _second(stream: IO[bytes], at: int, path: Path) -> tuple[Issue, ...]:
    """A doubt where a second sound stands behind the first."""
    stream.seek(at)
    if stream.read(4) != b"data":
        return ()
    what = mark("A second sound stands behind the first in this file; only the first is read.")
    return (issue("wav.second", Level.DOUBT, path.name, what, _FIX),)


def _sound(path: Path, form: bytes, first_byte: int, length: int, size: int, odd: tuple[Issue, ...]) -> _Layout:
    kind, n_channels, rate, _, frame, bits = struct.unpack("<HHIIHH", form[:16])
    if kind == _EXTENDED and len(form) >= 26:
        kind = struct.unpack("<H", form[24:26])[0]
    if (kind, bits) not in _TYPES or not 1 <= n_channels <= 256 or frame != n_channels * bits // 8:
        what = mark("The sound is of kind {kind} with {bits} {bits:bit|bits} in {n} {n:channel|channels}, which we do not read.")
        raise refuse("wav.kind", path.name, what, _FIX, kind=kind, bits=bits, n=n_channels)
    issues = [
        issue(
            "wav.sound", Level.DOUBT, path.name,
            mark("It is a sound: its device may have filtered it and changed its volume, so sizes are uncertain."),
            mark("Use the file of the EMG device itself where you can."),
        )
    ]  # fmt: skip
    present = (size - first_byte) // frame
    stated = length // frame
    if length not in (0, 0xFFFFFFFF) and stated > present:
        what = mark("The file ends early: {n} of {m} {m:sample|samples} a channel {n:is|are} there.")
        issues.append(issue("truncated", Level.DOUBT, path.name, what, mark("Fetch the file again."), n=present, m=stated))
    n_samples = present if length in (0, 0xFFFFFFFF) else min(stated, present)
    if n_samples < 1:
        raise refuse("wav", path.name, mark("The file holds no description of a sound, or no sound behind it."), _FIX)
    return _Layout(kind, bits, n_channels, float(rate), first_byte, n_samples, (*issues, *odd))


def _read(path: Path, layout: _Layout, taken: slice) -> Samples:
    """Samples between -1 and 1, one column a channel."""
    n, width = layout.n_channels, layout.bits // 8
    count, offset = (taken.stop - taken.start) * n, layout.first_byte + taken.start * n * width
    kind = _TYPES[(layout.kind, layout.bits)]
    if layout.bits == 24:
        low = np.fromfile(path, np.uint8, 3 * count, offset=offset).reshape(-1, 3).astype(np.int32)
        stored = ((low[:, 0] | low[:, 1] << 8 | low[:, 2] << 16) - ((low[:, 2] & 0x80) << 17)).astype(np.float32)
    else:
        stored = np.fromfile(path, kind, count, offset=offset).astype(np.float32)
    if layout.kind == _FLOAT:
        stored[~np.isfinite(stored)] = np.nan
        return stored.reshape(-1, n)
    zero, full = (128.0, 128.0) if layout.bits == 8 else (0.0, 2.0 ** (layout.bits - 1))
    scaled: Samples = ((stored - np.float32(zero)) / np.float32(full)).reshape(-1, n)
    return scaled

"""Axivity .CWA: the log of AX3 and AX6 wrist sensors, read block by block.

The layout is the maker's (Open Movement, "AX3/AX6 .CWA file format"): a header, then blocks of 512 bytes, each with its own time
stamp, settings, samples and a sum of check. Blocks whose sum is wrong are left out; where blocks are missing nothing is filled in.
Light, temperature and battery are not read.
"""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from myognosis.faults import Issue, Level
from myognosis.language import mark
from myognosis.model.recording import Channel, Recording, Samples
from myognosis.readers.base import (
    ChannelHead,
    Header,
    Reader,
    Source,
    Span,
    issue,
    kind_of,
    known_unit,
    rate_is_possible,
    refuse,
    sample_span,
)
from myognosis.readers.clock import GAP_TICKS, interpolate

__all__ = ["CwaReader"]

Floats = npt.NDArray[np.float64]

_BLOCK = np.dtype(
    [("sign", "S2"), ("length", "<u2"), ("fraction", "<u2"), ("session", "<u4"), ("number", "<u4"), ("stamp", "<u4"),
     ("light", "<u2"), ("temperature", "<u2"), ("events", "u1"), ("battery", "u1"), ("rate", "u1"), ("axes", "u1"),
     ("offset", "<i2"), ("count", "<u2"), ("data", "V480"), ("sum", "<u2")]
)  # fmt: skip
_FIX = mark("Copy the file from the device again.")
_NOTHING = mark("Nothing needs to be done.")
_AT_ONCE = 20_000


@dataclass(frozen=True, eq=False)
class _Layout:
    """The good blocks of a file: where they lie, when each began (s from the first), and how they are to be read."""

    path: Path
    first_byte: int
    numbers: npt.NDArray[np.int64]
    begin_s: Floats
    per_block: int
    axes: int
    packed: bool
    rate_hz: float
    n_even: int
    start: dt.datetime
    factors: tuple[float, float]
    issues: tuple[Issue, ...]


class CwaReader(Reader):
    """Axivity AX3 and AX6."""

    name = "cwa"
    suffixes = (".cwa",)

    def recognises(self, path: Path, head: bytes) -> bool:
        """By the sign of the header."""
        return head[:2] == b"MD" and path.suffix.lower() == ".cwa"

    def audit(self, source: Source) -> Header:
        """Channels, rate, length, lost and damaged blocks; the samples are not looked at."""
        layout = _layout(source.path)
        heads = tuple(
            ChannelHead(name, kind_of(name, known_unit(unit)[0]), known_unit(unit)[0], layout.rate_hz, layout.n_even)
            for name, unit, _ in _channels(layout)
        )
        return Header(self.name, heads, layout.start, (), layout.issues)

    def load(self, source: Source, span: Span) -> Recording:
        """The samples of a span on an even clock."""
        header, layout = self.audit(source), _layout(source.path)
        taken = sample_span(span, layout.rate_hz, layout.n_even)
        values = _evened(layout, taken)
        channels = tuple(
            Channel(head.name, head.kind, head.unit, head.rate_hz, np.ascontiguousarray(values[:, column]))
            for head, (_, _, column) in zip(header.channels, _channels(layout), strict=True)
        )
        return Recording(self.name, channels, layout.start, (), layout.issues)


def _channels(layout: _Layout) -> tuple[tuple[str, str, int], ...]:
    """Name, unit and column of each channel; six axes are gyroscope first."""
    turn = layout.axes - 3
    acceleration = tuple((f"acceleration {axis}", "g", turn + i) for i, axis in enumerate("xyz"))
    return acceleration + tuple((f"rotation {axis}", "deg/s", i) for i, axis in enumerate("xyz") if turn)


def _layout(path: Path) -> _Layout:
    seen = path.stat()
    return _study(path, seen.st_size, (seen.st_ino, seen.st_mtime_ns))


@lru_cache(maxsize=8)
def _study(path: Path, size: int, _which: tuple[int, int]) -> _Layout:
    """All blocks, each held against its sum."""
    with path.open("rb") as stream:
        head = stream.read(4)
    first_byte = 4 + int.from_bytes(head[2:4], "little")
    n_blocks = (size - first_byte) // 512
    if head[:2] != b"MD" or first_byte % 512 or n_blocks < 2:
        raise refuse("cwa.header", path.name, mark("The header is not one of this device, or fewer than two blocks follow."), _FIX)
    good, heads = _good_blocks(path, first_byte, n_blocks)
    issues = list[Issue]()
    n_lost = n_blocks - len(good)
    if n_lost or (size - first_byte) % 512:
        what = mark(
            "{n} of {m} {m:block|blocks} {n:is damaged or empty; it is|are damaged or empty; they are} left out, and "
            "the clock shows the gap."
        )
        issues.append(issue("cwa.blocks", Level.DOUBT, path.name, what, _FIX, n=n_lost, m=n_blocks))
    if len(good) < 2:
        raise refuse("cwa.empty", path.name, mark("Fewer than two blocks of the file are sound."), _FIX)
    settings = Counter(zip(*(heads[name].tolist() for name in ("rate", "axes", "count", "light")), strict=True))
    by_setting = Counter[tuple[int, int, int, int]]()
    for (rate, axes, count, light), n in settings.items():
        by_setting[(rate, axes, count, light >> 10)] += n
    (rate, axes, count, scale), n = by_setting.most_common(1)[0]
    if n < len(good):
        same = (heads["rate"] == rate) & (heads["axes"] == axes) & (heads["count"] == count) & (heads["light"] >> 10 == scale)
        good, heads = good[same], heads[same]
        what = mark("{n} {n:block was|blocks were} recorded with other settings; {n:it is|they are} left out.")
        issues.append(issue("cwa.settings", Level.DOUBT, path.name, what, _FIX, n=len(same) - int(same.sum())))
    return _with_clock(path, first_byte, good, heads, (int(rate), int(axes), int(count), int(scale)), issues)


def _good_blocks(path: Path, first_byte: int, n_blocks: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.void]]:
    """The numbers and heads of the blocks whose sign and sum are right."""
    numbers, heads = [], []
    for first in range(0, n_blocks, _AT_ONCE):
        n = min(_AT_ONCE, n_blocks - first)
        raw = np.fromfile(path, "<u2", 256 * n, offset=first_byte + 512 * first).reshape(-1, 256)
        blocks = raw.view(_BLOCK)[:, 0]
        right = (blocks["sign"] == b"AX") & (blocks["length"] == 508) & (raw.sum(axis=1, dtype=np.uint32) % 65536 == 0)
        right &= (blocks["count"] > 0) & (blocks["stamp"] > 0)
        numbers.append(np.flatnonzero(right) + first)
        heads.append(blocks[right][["fraction", "session", "stamp", "light", "rate", "axes", "offset", "count"]].copy())
    return np.concatenate(numbers), np.concatenate(heads)


def _with_clock(
    path: Path, first_byte: int, good: npt.NDArray[np.int64], heads: npt.NDArray[np.void], settings: tuple[int, int, int, int],
    issues: list[Issue],
) -> _Layout:  # fmt: skip
    """When each block began, and the even clock of the whole."""
    rate_code, axes_code, count, scale = settings
    axes, packing = axes_code >> 4, axes_code & 0x0F
    nominal = 3200.0 / (1 << (15 - (rate_code & 0x0F)))
    room = 480 // (4 if packing == 0 else 2 * max(axes, 1))
    if (axes, packing) not in ((3, 0), (3, 2), (6, 2)) or count > room or not rate_is_possible(nominal):
        what = mark("The blocks hold {n} samples of {axes} axes in packing {packing}, which we do not know.")
        raise refuse("cwa.packing", path.name, what, _FIX, n=count, axes=axes, packing=packing)
    start, stamps = _stamps(heads, path)
    fraction = np.where(heads["fraction"] & 0x8000, (heads["fraction"] & 0x7FFF) / 32768.0, 0.0)
    begin = stamps + fraction - (heads["offset"] + np.floor(fraction * nominal)) / nominal  # the device takes the fraction off it
    begin -= begin[0]
    steps = np.diff(begin)
    if (steps <= 0).any():
        what = mark("The clock runs backwards (times: {n}), first at row {row}.")
        fix = mark("Cut the recording there.")
        raise refuse("clock.backwards", path.name, what, fix, n=int((steps <= 0).sum()), row=int(np.argmax(steps <= 0)) + 1)
    ticks = steps / count
    close = ticks < GAP_TICKS / nominal * 0.3
    if not close.any():
        raise refuse("cwa.empty", path.name, mark("Fewer than two blocks of the file are sound."), _FIX)
    rate = 1.0 / float(ticks[close].mean())
    gaps = steps - count / rate
    missing = gaps > GAP_TICKS / rate
    if missing.any():
        what = mark("The clock misses {seconds} s (gaps: {n}); there nothing is filled in.")
        lost = f"{float(gaps[missing].sum()):.2f}"
        issues.append(issue("clock.gap", Level.DOUBT, path.name, what, _NOTHING, seconds=lost, n=int(missing.sum())))
    n_even = round((begin[-1] + (count - 1) / rate) * rate) + 1
    acceleration = 1.0 / (1 << (8 + (scale >> 3))) if axes == 6 or packing == 2 else 1.0 / 256
    turn = (8000.0 / (1 << (scale & 0x07))) / 32768.0
    return _Layout(
        path, first_byte, good, begin, count, axes, packing == 0, rate, n_even, start, (acceleration, turn), tuple(issues)
    )


def _stamps(heads: npt.NDArray[np.void], path: Path) -> tuple[dt.datetime, Floats]:
    """Seconds of each block's stamp from the first one's; years count from 2000."""
    fields = [(heads["stamp"] >> shift) & cut for shift, cut in ((26, 63), (22, 15), (17, 31), (12, 31), (6, 63), (0, 63))]
    try:
        year, month, day, hour, minute, second = (int(field[0]) for field in fields)
        first = dt.datetime(2000 + year, month, day, hour, minute, second)
        months = ((fields[0].astype(np.int64) + 30) * 12 + fields[1].astype(np.int64) - 1).astype("datetime64[M]")
        days = months.astype("datetime64[D]").astype(np.int64) + fields[2].astype(np.int64) - 1
    except (ValueError, OverflowError):
        what = mark("The date or time of the start is written as '{value}', which is none.")
        raise refuse("cwa.time", path.name, what, _FIX, value="-".join(str(int(f[0])) for f in fields)) from None
    seconds = days * 86_400 + fields[3].astype(np.int64) * 3600 + fields[4].astype(np.int64) * 60 + fields[5]
    return first, (seconds - seconds[0]).astype(np.float64)


def _evened(layout: _Layout, taken: slice) -> Samples:
    """Samples of a span on the even clock, one column an axis; a block's samples lie evenly up to the next block."""
    out = np.full((taken.stop - taken.start, layout.axes), np.nan, np.float32)
    if not len(out):
        return out
    at_once = _AT_ONCE * layout.per_block
    for start in range(taken.start, taken.stop, at_once):
        stop = min(start + at_once, taken.stop)
        at = np.arange(start, stop) / layout.rate_hz
        low = max(0, int(np.searchsorted(layout.begin_s, at[0])) - 2)
        high = min(len(layout.begin_s), int(np.searchsorted(layout.begin_s, at[-1], "right")) + 2)
        times = _times(layout, low, high)
        values = _unpack(layout, low, high)
        for column in range(layout.axes):
            out[start - taken.start : stop - taken.start, column] = interpolate(
                times, values[:, column], at, GAP_TICKS / layout.rate_hz
            )
    return out


def _times(layout: _Layout, low: int, high: int) -> Floats:
    begin = layout.begin_s[low : high + 1]
    ticks = np.diff(begin) / layout.per_block
    ticks = np.concatenate([ticks, np.full(high - low - len(ticks), np.inf)])
    ticks = np.where(ticks > (1 + GAP_TICKS / layout.per_block) / layout.rate_hz, 1 / layout.rate_hz, ticks)
    times: Floats = (layout.begin_s[low:high, None] + ticks[:, None] * np.arange(layout.per_block)).ravel()
    return times


def _unpack(layout: _Layout, low: int, high: int) -> Floats:
    """Blocks to g and deg/s: 16-bit numbers, or three numbers of 10 bits with one exponent in 32 bits."""
    first, last = int(layout.numbers[low]), int(layout.numbers[high - 1])
    raw = np.fromfile(layout.path, _BLOCK, last - first + 1, offset=layout.first_byte + 512 * first)
    data = raw["data"][layout.numbers[low:high] - first]
    if layout.packed:
        words = data.view("<u4").reshape(len(data), -1)[:, : layout.per_block].reshape(-1, 1)
        stored = ((words >> np.array([0, 10, 20])) & 0x3FF).astype(np.int64)
        stored = np.where(stored > 511, stored - 1024, stored) << (words >> 30).astype(np.int64)
    else:
        stored = data.view("<i2").reshape(len(data), -1)[:, : layout.per_block * layout.axes].reshape(-1, layout.axes)
    acceleration, turn = layout.factors
    factors = np.full(layout.axes, acceleration * known_unit("g")[1])
    factors[: layout.axes - 3] = turn
    return np.asarray(stored * factors, np.float64)

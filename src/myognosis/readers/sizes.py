"""Whether the samples of any file can be what they are said to be: a wrong unit and a trace that was cut off stand in no header.

The limits are those of ``limits``; how much of a trace is looked at, and what a jump is, stands here.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from myognosis.faults import Issue, Level
from myognosis.language import mark
from myognosis.model.recording import Channel, Kind, Samples
from myognosis.readers.base import NAME_UNIT, G, issue, offered
from myognosis.readers.limits import limit

__all__ = ["doubt_sizes"]


@dataclass(frozen=True)
class _Limits:
    """The SD that a trace can have, and how far it can reach from its middle."""

    sd: tuple[float, float]
    reach: float

    @classmethod
    def of(cls, kind: Kind) -> "_Limits | None":
        """Those of a kind of channel, in uV, m/s2 or degrees a second; None of a kind that may be of any size."""
        if kind not in ("emg", "eeg", "ecg", "accelerometer", "gyroscope"):
            return None
        least, most, reach = (limit(f"{kind}_{name}") * (G if kind == "accelerometer" else 1.0) for name in _NAMES)
        return cls((least, most), reach)


_NAMES = ("least_sd", "most_sd", "reach")
_BLOCK, _PART = 1 << 16, 1 << 12
_SOME = 100_000
"""The usual size of a long trace is that of about so many of its samples."""
_RUN, _RUNS, _FALL = 3, 3, 4.0
"""A trace is cut off too that rests on its end for so many samples, so many times, and leaves by more than so many small steps."""

_JUMPS, _JUMP_SHARE, _USUAL_SHARE = 10, 0.8, 0.05
"""A number too large for its format comes out with the other sign: so many steps of this share of the range, most samples small."""


def doubt_sizes(channels: Sequence[Channel]) -> tuple[Issue, ...]:
    """A doubt for each kind of channel whose sizes do not fit it, for flat lines, and for traces cut off at their limits."""
    flat, odd, parts = list[str](), dict[Kind, list[tuple[str, str, float]]](), dict[str, _Parts]()
    for channel in channels:
        parts[channel.name] = _Parts.of(channel.samples)
        limits = _Limits.of(channel.kind)
        spread = _spread(channel.samples) if limits else None
        if limits is None or spread is None:
            continue
        if spread < limit("flat_sd") and limits.sd[0] > 0:
            flat.append(channel.name)
        elif not limits.sd[0] <= spread <= limits.sd[1]:
            odd.setdefault(channel.kind, []).append((channel.name, _SPREAD, spread))
        elif (reach := _reach(channel.samples, parts[channel.name], limits.reach)) > limits.reach:
            odd.setdefault(channel.kind, []).append((channel.name, _REACH, reach))
    units = {channel.name: channel.unit for channel in channels}
    doubts = [_odd(kind, rows, units[rows[0][0]]) for kind, rows in odd.items()]
    doubts += _gravity(channels) if "accelerometer" not in odd else ()
    return (*_named("flat", flat, _FLAT_LINE, mark("Check the electrodes and the cable.")), *doubts, *_clipped(channels, parts))


_FLAT_LINE = mark("The trace is a flat line: nothing was recorded here.")
_SPREAD = mark("The trace has a spread of {sd} {unit}, which does not fit its kind: its unit may be wrong.")
_REACH = mark("The trace reaches {sd} {unit}, which does not fit its kind: its unit may be wrong.")


def _odd(kind: Kind, rows: list[tuple[str, str, float]], unit: str) -> Issue:
    name, what, size = rows[0]
    params = {"sd": f"{size:.3g}", "unit": unit, "channel": name, "kind": kind} | offered(kind)
    return issue("implausible", Level.DOUBT, _first_of([row[0] for row in rows]), what, NAME_UNIT, **params)


def _named(code: str, names: list[str], what: str, fix: str, **params: object) -> tuple[Issue, ...]:
    return (issue(code, Level.DOUBT, _first_of(names), what, fix, **params),) if names else ()


def _first_of(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} (+{len(names) - 1})"


def _gravity(channels: Sequence[Channel]) -> tuple[Issue, ...]:
    """A doubt where three accelerations weigh what nothing on earth does, or what a g would in its own unit.

    At rest they add up to 9.81 m/s2, or to about nothing where the device takes gravity off.
    """
    axes = [channel.samples for channel in channels if channel.kind == "accelerometer"]
    if len(axes) != 3 or len({len(axis) for axis in axes}) != 1 or len(axes[0]) < 10:
        return ()
    sizes = np.sqrt(sum(axis.astype(np.float64) ** 2 for axis in axes))
    sizes = sizes[np.isfinite(sizes)]
    middle, spread = (float(np.median(sizes)), float(np.std(sizes))) if len(sizes) else (G, 0.0)
    is_g = 0.9 <= middle <= 1.1 and spread < 0.3
    if middle <= 3 * G and not is_g:
        return ()
    name = next(channel.name for channel in channels if channel.kind == "accelerometer")
    what = mark("The accelerations add up to {size} m/s2, where rest weighs 9.81: their unit may be wrong.")
    units = {"first": "g", "others": "m/s2"} if is_g else offered("accelerometer")
    params = {"size": f"{middle:.3g}", "channel": name, "kind": "accelerometer"} | units
    return (issue("implausible", Level.DOUBT, name, what, NAME_UNIT, **params),)


def _spread(samples: Samples) -> float | None:
    """The standard deviation of what is not missing, in blocks that fit the cache; None where all is missing."""
    n, total, squares, middle = 0, 0.0, 0.0, None
    for first in range(0, len(samples), _BLOCK):
        block = samples[first : first + _BLOCK]
        if middle is None:  # a large offset would hide a small spread
            there = block[np.isfinite(block)]
            middle = float(there[0]) if len(there) else None
        if middle is None:
            continue
        away = block.astype(np.float64)
        away -= middle
        if not math.isfinite(here := float(away.sum())):
            away = away[np.isfinite(away)]
            here = float(away.sum())
        n, total, squares = n + len(away), total + here, squares + float(away @ away)
    return math.sqrt(max(0.0, squares / n - (total / n) ** 2)) if n else None


def _reach(samples: Samples, parts: "_Parts", most: float) -> float:
    """How far all but the fewest samples lie from the middle; 0 where none reaches the limit, which is seen without a copy."""
    if not parts.high - parts.low > most:
        return 0.0
    there = samples[np.isfinite(samples)]
    away = np.abs(there - np.median(there))
    at = min(len(away) - 1, int(len(away) * (1 - limit("beyond_share"))))
    return float(np.partition(away, at)[at])


@dataclass(frozen=True, eq=False)
class _Parts:
    """Where each part of a trace begins, its lowest and highest sample, and those of the whole: few parts reach the ends.

    The first sample of the next part counts as well, so that no step between two samples lies between two parts.
    """

    starts: npt.NDArray[np.int64]
    lows: Samples
    highs: Samples
    low: float
    high: float

    @classmethod
    def of(cls, samples: Samples) -> "_Parts":
        """What is missing is passed over; without a sample the ends are infinite and the wrong way round."""
        starts = np.arange(0, len(samples), _PART)
        if not len(starts):
            return cls(starts, samples, samples, math.inf, -math.inf)
        lows, highs = np.fmin.reduceat(samples, starts), np.fmax.reduceat(samples, starts)
        lows[:-1], highs[:-1] = np.fmin(lows[:-1], samples[starts[1:]]), np.fmax(highs[:-1], samples[starts[1:]])
        low, high = np.fmin.reduce(lows, initial=np.inf), np.fmax.reduce(highs, initial=-np.inf)
        return cls(starts, lows, highs, float(low), float(high))


def _clipped(channels: Sequence[Channel], parts: "Mapping[str, _Parts]") -> tuple[Issue, ...]:
    """A doubt where traces of muscle or brain are cut off at their limits, or come out on the other side of them."""
    electric = [channel for channel in channels if channel.kind in ("emg", "eeg")]
    shares = {channel.name: _clipped_share(channel.samples, parts[channel.name]) for channel in electric}
    cut = [name for name, share in shares.items() if share]
    fix = mark("Record again with a lower gain.")
    if cut:
        what = mark("The trace is cut off at its limits in {share} % of its samples: its sizes are too small.")
        return _named("clipped", cut, what, fix, share=f"{100 * shares[cut[0]]:.2g}")
    jumps = {channel.name: _jumps(channel.samples, parts[channel.name]) for channel in electric}
    over = [name for name, n in jumps.items() if n >= _JUMPS]
    what = mark("The trace jumps from one end of its range to the other (jumps: {n}): what was larger is cut off or turned over.")
    return _named("clipped", over, what, fix, n=jumps[over[0]]) if over else ()


def _jumps(samples: Samples, parts: _Parts) -> int:
    """How often a sample lies nearly the whole range of the trace from the one before; 0 of noise that fills its range anyway."""
    if not parts.low < parts.high:
        return 0
    far = _JUMP_SHARE * (parts.high - parts.low)
    wide = parts.starts[parts.highs - parts.lows > far]
    some = samples[:: max(1, len(samples) // _SOME)] if len(wide) else samples[:0]
    usual = np.nanmedian(np.abs(some - np.nanmedian(some))) if len(some) else math.inf
    if not usual < _USUAL_SHARE * (parts.high - parts.low):
        return 0
    return sum(int(np.count_nonzero(np.abs(np.diff(samples[start : start + _PART + 1])) > far)) for start in wide)


def _clipped_share(samples: Samples, parts: _Parts) -> float:
    """How many samples lie in runs on the highest or the lowest value; none of a flat line, or where too few are cut to say."""
    if not parts.low < parts.high:
        return 0.0
    return max(
        _share_on(samples, end, parts.starts[ends == end]) for end, ends in ((parts.low, parts.lows), (parts.high, parts.highs))
    )


def _share_on(samples: Samples, end: float, starts: npt.NDArray[np.int64]) -> float:
    """The share of the samples that lie in runs on one end, which is reached in the parts that begin at ``starts``.

    A slow trace that merely rests on its last step is not cut off.
    """
    on = np.concatenate([np.flatnonzero(samples[start : start + _PART] == end) + start for start in starts])
    if len(on) < 2:
        return 0.0
    starts = np.flatnonzero(np.diff(on, prepend=-2) > 1)
    lengths = np.diff(starts, append=len(on))
    beside = int((lengths - 1).sum())
    least = 2 if beside > limit("clipped_share") * len(samples) else _RUN
    first, lengths = on[starts][lengths >= least], lengths[lengths >= least]
    if least == _RUN and len(first) < _RUNS:
        return 0.0
    before, after = samples[np.maximum(first - 1, 0)], samples[np.minimum(first + lengths, len(samples) - 1)]
    falls = np.abs(np.concatenate([before, after]) - np.float32(end))
    return float(lengths.sum() / len(samples)) if np.nanmedian(falls) > _FALL * _step(samples) else 0.0


def _step(samples: npt.NDArray[np.float32]) -> float:
    """The smallest step of a trace, or what is left of it in floats."""
    steps = np.abs(np.diff(samples[: 4 * _BLOCK]))
    steps = steps[steps > 1e-4 * np.nanmax(steps, initial=0.0)]
    return float(steps.min()) if len(steps) else 0.0

"""What stands in no header and yet makes numbers of nothing: bytes out of step, and one trace given twice.

A byte that was lost on the way, or another order of bytes, turns small samples into noise over the whole range. Its numbers
look like those of a strong muscle, but its values give it away: the bytes that were the high ones, nearly alike in all samples,
stand where the low ones belong, so that values come in narrow bands 256 steps apart.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from myognosis.faults import Issue, Level
from myognosis.language import mark
from myognosis.model.recording import Channel, Samples
from myognosis.readers.base import issue
from myognosis.readers.limits import limit

__all__ = ["doubt_damage"]

_BLOCK, _END, _BLOCKS, _SOME = 2048, 512, 64, 997
_BYTE, _BAND, _APART = 256, 20.0, 100.0
"""In steps of the converter: how far bands lie apart; how near values of one band lie, and how far those of two."""
_SURELY = 0.99
"""Gaps of floats are a little less than they are."""
_FEWEST, _BETWEEN_SHARE = 30, 0.02
_OFF_STEP, _OFF_BYTE = 0.1, 0.06
"""How far values of floats lie from whole steps, and bands from whole bytes, as a share: by chance it would be a quarter."""
_ELECTRIC = ("emg", "eeg", "ecg", "other")
_FETCH = mark("Fetch the file again.")


def doubt_damage(channels: Sequence[Channel]) -> tuple[Issue, ...]:
    """A doubt where the bytes of samples are out of step, where traces are copies, and where they stand still in between."""
    return (*_out_of_step(channels), *_copies(channels), *_standing(channels))


def _out_of_step(channels: Sequence[Channel]) -> Iterator[Issue]:
    electric = [channel for channel in channels if channel.kind in _ELECTRIC]
    names = [channel.name for channel in electric if any(map(_is_garbled, _suspects(channel.samples)))]
    if names:
        where = names[0] if len(names) == 1 else f"{names[0]} (+{len(names) - 1})"
        what = mark("The bytes of the samples are in the wrong order, or one was lost on the way: what follows is no trace.")
        yield issue("bytes", Level.DOUBT, where, what, _FETCH)


def _suspects(samples: Samples) -> Iterator[Samples]:
    """Blocks from all over a trace, and the end of each, for a byte may have been lost within: those with gaps wide enough.

    All are sorted in one go, and nearly every sound trace is done with here.
    """
    width = min(_BLOCK, len(samples))
    starts = np.linspace(0, len(samples) - width, min(_BLOCKS, -(-len(samples) // _BLOCK))).astype(int)
    blocks = samples[starts[:, None] + np.arange(width)]
    for part in (blocks, blocks[:, -_END:]):
        with np.errstate(invalid="ignore"):
            gaps = np.diff(np.sort(part, axis=1), axis=1)
        least = np.min(gaps, axis=1, where=gaps > 0, initial=np.inf)
        yield from part[np.count_nonzero(gaps >= _SURELY * _APART * least[:, None], axis=1) >= _FEWEST]


def _is_garbled(block: Samples) -> bool:
    """Whether the values come in bands, 256 steps of the converter apart and as narrow as the high bytes of small samples."""
    values = np.unique(block[np.isfinite(block)]).astype(np.float64)
    if len(values) < _FEWEST:
        return False
    gaps = np.diff(values)
    step = gaps[gaps < 1.5 * gaps.min()].mean()  # the least gap alone is that of the rounding of floats
    ends = np.flatnonzero(gaps >= _APART * step)
    near = np.delete(gaps, ends) / step
    if len(ends) < _FEWEST or not len(near) or (near > _BAND).sum() > _BETWEEN_SHARE * len(gaps):
        return False
    middles = (values[np.append(0, ends + 1)] + values[np.append(ends, len(gaps))]) / 2
    apart = np.diff(middles) / (_BYTE * step)
    off_step, off_byte = np.abs(near - near.round()).mean(), np.abs(apart - apart.round()).mean()
    return bool(off_step < _OFF_STEP and off_byte < _OFF_BYTE)


def _copies(channels: Sequence[Channel]) -> Iterator[Issue]:
    """A doubt for the traces that are those of another channel, sample by sample; flat lines are all alike."""
    firsts, copies = dict[tuple[int, float, bytes], Channel](), list[tuple[str, str]]()
    for channel in channels:
        some = channel.samples[:: max(1, len(channel.samples) // _SOME)]
        if channel.kind == "stimulus" or len(some) < 2 or not np.nanmin(some, initial=np.inf) < np.nanmax(some, initial=-np.inf):
            continue
        first = firsts.setdefault((len(channel.samples), channel.rate_hz, some.tobytes()), channel)
        if first is not channel and np.array_equal(first.samples, channel.samples, equal_nan=True):
            copies.append((channel.name, first.name))
    if copies:
        name, other = copies[0]
        where = name if len(copies) == 1 else f"{name} (+{len(copies) - 1})"
        what = mark("The trace is, sample by sample, that of '{other}': one of them is a copy, and tells nothing of its own place.")
        fix = mark("Compare the channels with those of the device, and export the recording again.")
        yield issue("copy", Level.DOUBT, where, what, fix, other=other)


def _standing(channels: Sequence[Channel]) -> Iterator[Issue]:
    """A doubt for traces that keep one value for long and move elsewhere: zeros for what was lost, or an amplifier stood still."""
    still = [(channel, _still_s(channel)) for channel in channels if channel.kind in _ELECTRIC]
    still = [(channel, seconds) for channel, seconds in still if seconds]
    if still:
        name, most = still[0][0].name, max(seconds for _, seconds in still)
        where = name if len(still) == 1 else f"{name} (+{len(still) - 1})"
        what = mark(
            "For {seconds} s in all the trace keeps one value without any noise, and moves elsewhere: there nothing was recorded."
        )
        fix = mark("Look whether the recording paused or lost data there.")
        yield issue("still", Level.DOUBT, where, what, fix, seconds=f"{most:.3g}")


def _still_s(channel: Channel) -> float:
    """How long in all a trace keeps one value for long; nothing where it never moves, which the channel's quality says."""
    samples, n = channel.samples, max(round(limit("still_samples")), round(limit("still_s") * channel.rate_hz))
    if len(samples) < 2 * n:
        return 0.0
    step = n // 2
    same = samples[step::step] == samples[: len(samples[step::step]) * step : step]
    if same.all():
        return 0.0
    pairs = [k for k in np.flatnonzero(same).tolist() if (samples[k * step : (k + 1) * step] == samples[k * step]).all()]
    ends = np.flatnonzero(np.diff(pairs, prepend=-2, append=len(samples)) > 1)  # a long stand holds such pairs in a row
    still = sum(_long_runs(samples[max(0, (pairs[a] - 1) * step) : (pairs[b - 1] + 2) * step + 1], n) for a, b in pairwise(ends))
    return still / channel.rate_hz if still < len(samples) else 0.0


def _long_runs(samples: Samples, n: int) -> int:
    """How many samples lie in runs of at least ``n`` that are all alike."""
    moves = np.flatnonzero(samples[1:] != samples[:-1])  # between which samples it does not stand
    runs = np.diff(np.concatenate([[-1], moves, [len(samples) - 1]]))
    return int(runs[runs >= n].sum())

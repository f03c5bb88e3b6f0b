"""The grammar of intervals: which firings of a source belong to one burst, and which bursts to one discharge."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from myognosis.signals.discharges.model import DischargeRules, Floats, SeriesRules
from myognosis.signals.discharges.period import follow_period
from myognosis.signals.potentials.firings import Indices, Trace

__all__ = ["Candidate", "of_source", "together"]

BIN_S = 0.25
"""Crowds are counted in steps of so many seconds."""


@dataclass(frozen=True, eq=False)
class Candidate:
    """Firings to be judged as one discharge: seconds, the bursts among them, and of how many sources they are.

    ``parts`` are the discharges of the sources of a crowd, one by one, for where the crowd as a whole is none; ``beneath`` is the
    power (square of the unit of the trace) of what goes on beside it.
    """

    times: Floats
    groups: tuple[tuple[int, int], ...]
    units: int
    parts: "tuple[Candidate, ...]" = ()
    beneath: float = 0.0


def together(sources: list[Indices], trace: Trace, rules: DischargeRules) -> tuple[list[Candidate], list[Floats]]:
    """Trains whose potentials run into each other first, then crowds of many units; and what each source does besides."""
    seconds = [source / trace.rate_hz for source in sources]
    found: list[Candidate] = []
    for first, last in _dense(seconds, rules.series):
        clean = next((times for times in seconds if _is_clean(_between(times, first, last), last - first)), None)
        train = clean if clean is not None else follow_period(trace, first, last, rules.series)
        if train is not None:  # during a fast train nothing else can be told from it
            found += of_source(train, rules.series) if clean is None else []
            seconds = [times if times is clean else times[(times < first) | (times > last)] for times in seconds]
    outside = _outside(_crowds(seconds, rules, widened=False), trace)
    kept = [_going_on(times, outside, rules) for times in seconds]
    going, seconds = (
        [one for one in kept if one is not None],
        [times for times, one in zip(seconds, kept, strict=True) if one is None],
    )
    beneath = _power(trace, outside) if going else 0.0
    for first, last in _crowds(seconds, rules):
        inside = [_between(times, first, last) for times in seconds]
        crowd = np.sort(np.concatenate(inside))
        if len(crowd):
            parts = tuple(
                part for times in inside if len(times) >= rules.series.of_crowd for part in of_source(times, rules.series)
            )
            found.append(Candidate(crowd, ((0, len(crowd) - 1),), sum(len(times) >= 3 for times in inside), parts, beneath))
        seconds = [times[(times < first) | (times > last)] for times in seconds]
    return found, going + [times for times in seconds if len(times)]


def _outside(crowds: list[tuple[float, float]], trace: Trace) -> npt.NDArray[np.bool_]:
    """The seconds outside of all crowds; none where there is no crowd."""
    outside = np.full(int(len(trace.slope) / trace.rate_hz) + 1, bool(crowds))
    for first, last in crowds:
        outside[int(first) : int(last) + 1] = False
    return outside


def _going_on(times: Floats, outside: npt.NDArray[np.bool_], rules: DischargeRules) -> Floats | None:
    """The firings of a source that keeps an order of its own in most seconds outside of all crowds, and is part of none; else None.

    A needle may hear a cramp and a unit that fires on and on. The units of a cramp fire for a while before and after it is a crowd.
    What is taken for such a unit within a crowd is kept where its order goes on there.
    """
    alone = times[outside[times.astype(int)]]
    if len(np.unique(alone.astype(int))) <= outside.sum() / 2 or _in_order(alone, rules.series) < rules.crowd_train:
        return None
    with_crowd, without = (_in_order(some, rules.series) for some in (times, alone))
    return times if with_crowd * len(alone) >= without * len(times) else alone


def _power(trace: Trace, chosen: npt.NDArray[np.bool_]) -> float:
    """The usual power of a trace in chosen seconds."""
    n = round(trace.rate_hz)
    powers = [np.mean(trace.wide[k * n : (k + 1) * n] ** 2) for k in np.flatnonzero(chosen) if (k + 1) * n <= len(trace.wide)]
    return float(np.median(powers)) if powers else 0.0


def _in_order(times: Floats, series: SeriesRules) -> int:
    """How many potentials of a source belong to trains or bursts."""
    return sum(b - a + 1 for one in of_source(times, series) for a, b in one.groups if b > a)


def _between(times: Floats, first: float, last: float) -> Floats:
    return times[(times >= first) & (times <= last)]


def _dense(seconds: list[Floats], series: SeriesRules) -> list[tuple[float, float]]:
    """Stretches in which one firing, of whichever source, soon follows the other."""
    every = np.sort(np.concatenate(seconds)) if seconds else np.zeros(0)
    runs = np.split(every, np.flatnonzero(np.diff(every) > series.dense_gap_s) + 1)
    return [(float(run[0]), float(run[-1])) for run in runs if len(run) >= series.long_train and run[-1] - run[0] >= series.dense_s]


def _is_clean(times: Floats, length: float) -> bool:
    """Whether one source alone fires through a stretch without gaps or irregularity."""
    if len(times) < 5:
        return False
    gaps = np.diff(times)
    return bool(times[-1] - times[0] > 0.85 * length and np.abs(np.diff(gaps)).mean() < 0.15 * gaps.mean())


def _crowds(seconds: list[Floats], rules: DischargeRules, *, widened: bool = True) -> list[tuple[float, float]]:
    """Stretches, long enough, in which many firings come from sources of which none has most; ``widened`` by their thin ends."""
    seconds = [times for times in seconds if len(times)]
    if len(seconds) < 3:
        return []
    edges = np.arange(0.0, max(float(times[-1]) for times in seconds) + 2 * BIN_S, BIN_S)
    counts = np.stack([np.histogram(times, edges)[0] for times in seconds])
    total = np.convolve(counts.sum(axis=0), np.ones(4), "same")
    largest = np.stack([np.convolve(row, np.ones(4), "same") for row in counts]).max(axis=0)
    crowded = (total >= rules.crowd_hz * 4 * BIN_S) & (largest < rules.crowd_share * np.maximum(total, 1))
    found: list[tuple[float, float]] = []
    for run in np.split(np.flatnonzero(crowded), np.flatnonzero(np.diff(np.flatnonzero(crowded)) > 2) + 1):
        if len(run) * BIN_S >= rules.crowd_s:
            first, last = int(run[0]), int(run[-1])
            if widened:
                first, last = _widen(counts.sum(axis=0), first, last)
            found.append((edges[first], edges[last + 1]))
    return found


def _widen(counts: Floats, first: int, last: int) -> tuple[int, int]:
    """A crowd with its thin beginning and end: as long as firings follow each other."""
    while first > 0 and counts[first - 1] > 0:
        first -= 1
    while last < len(counts) - 1 and counts[last + 1] > 0:
        last += 1
    return first, last


def of_source(times: Floats, series: SeriesRules) -> list[Candidate]:
    """The discharges of one source: trains, series of bursts, pairs among single potentials, or a series of single ones."""
    if _alternates(times, series):
        times = times[::2]
    groups = _groups(times, series)
    if _is_complex(times, groups, series):
        times = times[[a for a, _ in groups]]
        groups = _groups(times, series)
    if not groups:
        return _singles(times)
    long = [(a, b) for a, b in groups if b - a + 1 >= series.long_train]
    if long and len(long) >= 0.5 * sum(b > a for a, b in groups):
        trains = [Candidate(times[a : b + 1], ((0, b - a),), 1) for a, b in long]
        rest = np.concatenate([times[a : b + 1] for a, b in groups if (a, b) not in long] or [np.zeros(0)])
        return trains + (_singles(rest) if len(rest) else [])
    bursts = [(a, b) for a, b in groups if b > a]
    share = sum(b - a + 1 for a, b in bursts) / len(times)
    close = all(float(np.max(np.diff(times[a : b + 1]))) <= series.close_s for a, b in bursts)
    if (share >= 0.5 and close) or (share >= 0.75 and len(bursts) >= 3):
        return [Candidate(times, tuple(groups), 1)]
    return _singles(times)


def _alternates(times: Floats, series: SeriesRules) -> bool:
    """Whether two intervals take turns like clockwork: then two spikes of one potential were taken for two potentials."""
    gaps = np.diff(times)
    if len(gaps) < 16:
        return False
    pairs = gaps[0::2][: len(gaps) // 2] + gaps[1::2][: len(gaps) // 2]
    apart = abs(float(np.median(gaps[0::2]) - np.median(gaps[1::2])))
    return bool(np.std(pairs) < series.clockwork * np.mean(pairs) and apart > 4 * np.std(pairs) and apart > 0.03 * np.mean(pairs))


def _is_complex(times: Floats, groups: list[tuple[int, int]], series: SeriesRules) -> bool:
    """Whether equal bursts of some milliseconds come back like clockwork: then each of them is one potential of many spikes."""
    lengths = {b - a for a, b in groups[1:-1]}
    if len(groups) < 8 or len(lengths) != 1 or lengths == {0}:
        return False
    starts = np.array([times[a] for a, _ in groups[1:-1]])
    longest = max(times[b] - times[a] for a, b in groups)
    apart = np.diff(starts)
    return bool(longest <= series.complex_s and np.std(apart) < series.clockwork * np.mean(apart))


def _singles(times: Floats) -> list[Candidate]:
    return [Candidate(times, tuple((i, i) for i in range(len(times))), 1)]


def _groups(times: Floats, series: SeriesRules) -> list[tuple[int, int]]:
    """First and last index of each burst; none where potentials follow each other without order."""
    gaps = np.diff(times)
    if not len(gaps):
        return [(0, 0)]
    limit = None if _missed(gaps, series).any() else _jump(gaps, series)
    split = gaps > limit if limit is not None else _pauses(gaps, series)
    if split is None:
        return []
    ends = np.concatenate([np.flatnonzero(split), [len(times) - 1]])
    starts = np.concatenate([[0], ends[:-1] + 1])
    return [(int(a), int(b)) for a, b in zip(starts, ends, strict=True)]


def _jump(gaps: Floats, series: SeriesRules) -> float | None:
    """The interval that parts short from long ones, where at least half of the potentials have a short one beside them.

    A few intervals may lie between the two sorts: those of a missed or foreign firing.
    """
    ordered = np.sort(gaps)
    few = int(series.stray * len(ordered))
    ratios = ordered[1 + few :] / np.maximum(ordered[: len(ordered) - 1 - few], 1e-6)
    ratios[ordered[: len(ratios)] > series.short_s] = 0.0
    if few:
        # fewer lie beyond the gap than may lie in it, as at the thin end of one sort: it has to be wider
        ratios[-few:] /= series.jump
    for i in np.argsort(-ratios):
        if ratios[i] < series.jump:
            return None
        limit = float(np.sqrt(ordered[i] * ordered[i + 1 + few]))
        short = gaps <= limit
        if (np.append(short, False) | np.append(False, short)).mean() >= 0.5:
            return limit
    return None


def _local(gaps: Floats) -> Floats:
    """The median of each interval and its three neighbours on each side."""
    local: Floats = np.median(np.lib.stride_tricks.sliding_window_view(np.pad(gaps, 3, mode="edge"), 7), axis=1)
    return local


def _missed(gaps: Floats, series: SeriesRules) -> npt.NDArray[np.bool_]:
    """Which intervals of a steady train are rare whole multiples of their neighbours: firings that were missed.

    Where most of the long intervals are no whole multiples they are pauses, and those that are one are so by chance.
    """
    times = gaps / _local(gaps)
    whole = (np.abs(times - np.round(times)) < 3 * series.steady) & (times > 1.5) & (times < series.missed + 0.5)
    seldom = (
        float(np.median(np.abs(times - 1))) < series.steady
        and whole.mean() < series.seldom
        and whole.sum() > (times > 1.5).sum() / 2
    )
    return whole if seldom else np.zeros(len(gaps), np.bool_)


def _pauses(gaps: Floats, series: SeriesRules) -> npt.NDArray[np.bool_] | None:
    """Which intervals interrupt a train; None where intervals are not like their neighbours, as in an irregular series."""
    local = _local(gaps)
    alike = (gaps > 0.6 * local) & (gaps < 1.67 * local)
    return np.asarray((gaps > series.pause * local) & ~_missed(gaps, series)) if alike.mean() >= 0.7 else None

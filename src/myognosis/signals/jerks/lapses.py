"""Lapses of a held muscle (negative myoclonus, asterixis): short silences in a steady contraction.

A lapse is power under a share of the level of the contraction around it, with edges placed by likelihood, from 50 ms on. Between
the potentials of a contraction lie silences as well, the longer the fewer units fire. These are brief, and as in any train of
chance their number falls off exponentially with their length: from the number n and the mean length m of the brief ones follows
how many last to a length L by chance, n exp(-L/m) - and fewer, because a unit of a held contraction keeps its beat: firing r times
a second, it is silent for L with a chance of 1 - r L, and not of exp(-r L). A silence begins with one of 1 / (r m) units and lasts
while all others are silent, so the exponent is (1 - r m) (-log(1 - r L)) / (r L) times as large. While a contraction is built up or
let go, fewer units fire than around, and m is the longer the smaller it is there. Each silence has to be so long and so deep (its
log-likelihood) that chance hardly ever makes one like it: where small units go on between the large ones it is shallow, where
nothing is asked for it is the noise. Seconds in which chance could make even the longest lapse, and those in which the muscle does
not hold, are not judged.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from myognosis.model.recording import Channel, Measurement
from myognosis.signals.intervals import Estimate, middle_of, poisson_interval, share_of, spread_of, widened
from myognosis.signals.jerks.criteria import JerkCriteria
from myognosis.signals.jerks.level import EDGES_MS, Floats, Mask, Span, best_span, runs, smooth
from myognosis.signals.pieces import Piece, pieces_of
from myognosis.signals.quality import adaptive_floor, band_pass, usable_seconds
from myognosis.signals.source import ChannelSource, Source, channels_of

__all__ = ["Lapse", "LapseSettings", "Lapses", "find_lapses", "find_lapses_in"]


Ints = npt.NDArray[np.int64]
WhyNot = Literal["short", "not_held", "sparse"]
"""Why nothing can be judged: too little recorded, no contraction that is held, or too few units in it."""


@dataclass(frozen=True)
class LapseSettings:
    """How lapses are looked for: the share of the size of the contraction that is still silence, over how long.

    The level of a second is the 80 % quantile of the power over 20 ms; the contraction is the median of 3 s to each side. A second
    whose own level is less than ``steady_share`` of that size is not held. The mean over 20 ms stays
    silent for ``rough_share`` of a lapse, less than the lapse by most of 20 ms.
    A lapse is only what chance makes alike (as long and deep), after the brief silences of ``chance_reach_s`` to each side and the
    size of the contraction right beside it, no more often than is allowed; where that holds for no lapse, however long, or silence
    takes more than ``sparse_share``, nothing is judged. The beat of a unit is trusted for ``beat_share`` of its interval.
    What the filter smears of the contraction beside it (``skirt_share``, as with bursts) is silence.
    Chosen on six simulated muscles and nine pairs of a real grid; the size beside it follows from the law of chance, and no number
    was chosen for it.
    """

    band_hz: tuple[float, float] = (20.0, 300.0)
    smooth_s: float = 0.020
    silent_share: float = 0.35
    merge_s: float = 0.010
    edge_reach_s: float = 0.020
    skirt_share: float = 0.12
    before_s: float = 0.050
    burst_sd: float = 2.0
    steady_share: float = 0.5
    sparse_share: float = 0.35
    rough_share: float = 0.6
    beat_share: float = 0.6
    chance_reach_s: int = 5
    level_quantile: float = 0.8
    level_reach_s: int = 3


@dataclass(frozen=True)
class Lapse:
    """One lapse, and whether a burst goes right before it."""

    onset_s: float
    duration_ms: float
    after_burst: bool


@dataclass(frozen=True, eq=False)
class Lapses:
    """The lapses of one muscle; None instead where it cannot be judged, with the reason.

    ``chance_per_min`` is how many of them the potentials of the contraction itself may have made, by chance.
    """

    muscle: str
    lapses: tuple[Lapse, ...] | None
    seconds: float
    measurements: tuple[Measurement, ...]
    why: WhyNot | None = None
    chance_per_min: float = 0.0

    def get(self, name: str) -> Measurement | None:
        """One of the measurements, if it was made."""
        return next((m for m in self.measurements if m.name == name), None)


def find_lapses(channel: Channel, criteria: JerkCriteria, settings: LapseSettings | None = None) -> Lapses:
    """Lapses in the EMG of a muscle that holds a posture.

    Parameters
    ----------
    channel
        EMG in microvolts at 500 Hz or more, while the person holds the posture.
    criteria
        How long a lapse lasts.
    settings
        How they are looked for.
    """
    if channel.kind != "emg" or channel.rate_hz < 500:
        raise ValueError("give EMG of 500 samples a second or more")
    return find_lapses_in(ChannelSource((channel,)), criteria, settings)[0]


def find_lapses_in(source: Source, criteria: JerkCriteria, settings: LapseSettings | None = None) -> tuple[Lapses, ...]:
    """The lapses of each muscle of a source, a piece of it in memory at a time.

    The parameters are those of ``find_lapses``.
    """
    settings = settings or LapseSettings()
    if source.n_samples < 2 * settings.level_reach_s * source.rate_hz:
        return tuple(Lapses(name, None, 0.0, (), "short") for name in source.names)
    heard: list[list[_Heard]] = [[] for _ in source.names]
    for piece in pieces_of(source.n_samples, source.rate_hz):
        for one, channel in zip(heard, channels_of(source, piece.first, piece.last), strict=True):
            one.append(_hear(channel, piece, criteria, settings))
    return tuple(_whole(one, name, criteria, settings) for one, name in zip(heard, source.names, strict=True))


@dataclass(frozen=True, eq=False)
class _Heard:
    """What belongs to one piece: silences that are long enough, each with its second.

    Of each second: whether the muscle held, how many lapses as long as can be chance makes a minute, and how much of it is silent.
    """

    lapses: tuple[tuple[int, Lapse], ...]
    held: Mask
    chance: Floats
    silent: Floats


def _hear(channel: Channel, piece: Piece, criteria: JerkCriteria, settings: LapseSettings) -> _Heard:
    """The silences that begin in a piece."""
    rate, (low, high), n = channel.rate_hz, criteria.lapse_ms, round(channel.rate_hz)
    own = piece.own_seconds(n)
    power, held, beside = _contraction(channel, criteria.contraction_uv, settings)
    if not held.any():
        return _Heard((), held[own], np.zeros(len(held[own])), np.zeros(len(held[own])))
    quiet = smooth(power, round(settings.smooth_s * rate)) < settings.silent_share**2
    silences = runs(quiet, settings.merge_s * rate)
    lengths = np.array([(last - first) / rate for first, last in silences])
    depths = np.array([_depth(power[first:last]) for first, last in silences])
    seconds = np.minimum([int(first / rate) for first, _ in silences], len(held) - 1).astype(int)
    often, usual, deep = _brief(lengths, depths, seconds, held, low / 2000, settings)
    usual /= np.maximum(beside, 1e-9)
    chance = often * np.exp(-high / 1000 / usual * _regular(np.array(high / 1000), usual, criteria.unit_rate_hz, settings))
    beat = _regular(lengths, usual[seconds], criteria.unit_rate_hz, settings)
    alike = often[seconds] * np.exp(-depths / (deep * usual)[seconds] * beat)
    kept = (lengths >= settings.rough_share * low / 1000) & (alike <= criteria.alike_per_min)
    found = tuple(
        (int(span[0] / rate) - own.start, _lapse(span, power, rate, piece.first, settings))
        for span in (_edged(silences[at], power, rate, settings) for at in np.flatnonzero(kept))
        if span[0] > 0 and span[1] < len(power)  # what the recording cuts off has no length
        if low <= 1000 * (span[1] - span[0]) / rate <= high and piece.begin <= piece.first + span[0] < piece.end
    )
    return _Heard(found, held[own], chance[own], quiet[: len(held) * n].reshape(len(held), -1).mean(axis=1)[own])


def _whole(heard: Sequence[_Heard], name: str, criteria: JerkCriteria, settings: LapseSettings) -> Lapses:
    """The pieces as one, of which what chance could make is not judged."""
    held = np.concatenate([one.held for one in heard])
    if not held.any():
        return Lapses(name, None, 0.0, (), "not_held")
    silent = float(np.concatenate([one.silent for one in heard])[held].mean())
    judged = [one.held & (one.chance <= criteria.alike_per_min) & (silent <= settings.sparse_share) for one in heard]
    usable = np.concatenate(judged)
    if not usable.any():
        return Lapses(name, None, 0.0, (), "sparse")
    seconds = float(usable.sum())
    found = tuple(lapse for one, which in zip(heard, judged, strict=True) for at, lapse in one.lapses if which[at : at + 1].any())
    return Lapses(name, found, seconds, _numbers(found, seconds, name), chance_per_min=criteria.chance_per_min)


def _depth(power: Floats) -> float:
    """How surely a silence is none of the contraction: n (m - 1 - log m), for n samples of mean power m."""
    mean = max(float(power.mean()), 1e-6)
    return len(power) * (mean - 1 - float(np.log(mean)))


def _edged(span: Span, power: Floats, rate: float, settings: LapseSettings) -> Span:
    """A silence with its edges; how far the filter smears into it follows from what is loudest beside it."""
    reach = round(settings.edge_reach_s * rate)
    beside = smooth(power[max(0, span[0] - 2 * reach) : span[1] + 2 * reach], round(settings.smooth_s * rate))
    least = settings.skirt_share**2 * max(1.0, float(beside.max()))
    return best_span(power, span, reach, (0, len(power)), louder=False, least=least)


def _regular(lengths: Floats, usual: Floats, rate_hz: float, settings: LapseSettings) -> Floats:
    """How many times as large the exponent of chance is where units keep a beat; for a length and a mean length of silences (s)."""
    passed = np.clip(rate_hz * lengths, 1e-6, settings.beat_share)
    return np.asarray(np.maximum(1 - rate_hz * usual, 0.0) * -np.log1p(-passed) / passed, np.float64)


def _brief(
    lengths: Floats, depths: Floats, seconds: Ints, held: Mask, limit_s: float, settings: LapseSettings
) -> tuple[Floats, Floats, Floats]:
    """Around each second: how many silences chance makes a minute, their mean length (s), and how deep they are a second.

    From those shorter than a limit alone: longer ones may be lapses. What the limit cuts off an exponential distribution of mean
    m leaves the mean m - L / (exp(L/m) - 1) and the share 1 - exp(-L/m).
    """
    brief = (lengths < limit_s) & held[seconds]
    rows = [np.bincount(seconds[brief], weights[brief], len(held)) for weights in (np.ones(len(lengths)), lengths, depths)]
    width = np.ones(2 * settings.chance_reach_s + 1)
    count, total, depth, watched = (
        np.convolve(row, width, "full")[settings.chance_reach_s :][: len(held)] for row in (*rows, held.astype(np.float64))
    )
    means = np.geomspace(1e-3, 100.0, 400)
    cut = means - 1 / np.expm1(np.minimum(1 / means, 700.0))
    seen = total / np.maximum(count, 1) / limit_s
    usual = np.interp(seen, cut, means) * limit_s
    often = 60 * count / np.maximum(watched, 1) / -np.expm1(-limit_s / usual)
    return often, usual, np.maximum(depth, 1e-9) / np.maximum(total, 1e-9)


def _contraction(channel: Channel, least_uv: float, settings: LapseSettings) -> tuple[Floats, Mask, Floats]:
    """Power over that of the contraction, the usable seconds in which the muscle holds, and how large it is beside each."""
    rate, n = channel.rate_hz, round(channel.rate_hz)
    raw = channel.samples.astype(np.float64)
    usable = usable_seconds(raw, rate)
    power = band_pass(np.where(np.isfinite(raw), raw, 0.0), rate, *settings.band_hz) ** 2
    loud = smooth(power, round(settings.smooth_s * rate))[: len(usable) * n].reshape(-1, n)
    seconds = np.quantile(loud, settings.level_quantile, axis=1)
    level = adaptive_floor(seconds, usable, reach_s=settings.level_reach_s, quantile=0.5)
    level = np.maximum(np.nan_to_num(level), 1e-12)
    held = usable & (level > least_uv**2) & (seconds > settings.steady_share**2 * level)
    beside = np.minimum(_beside(np.where(usable, seconds, 0.0)) / level, 1.0)
    known = np.flatnonzero(held)
    if not len(known):
        return power, held, beside
    around = np.interp(np.arange(len(power)), (known + 0.5) * n, level[known])
    return power / around, held & (beside > 0), beside


def _beside(seconds: Floats) -> Floats:
    """How large the contraction is on the smaller side of each second, the mean of it and the next one; nothing where either is."""
    padded = np.pad(seconds, 1)
    both = np.where(np.minimum(padded[:-1], padded[1:]) > 0, (padded[:-1] + padded[1:]) / 2, 0.0)
    smaller: Floats = np.minimum(both[:-1], both[1:])
    return smaller


def _lapse(span: Span, power: Floats, rate: float, begin: int, settings: LapseSettings) -> Lapse:
    before = smooth(power[max(0, span[0] - round(settings.before_s * rate)) : span[0]], round(0.01 * rate))
    burst = bool(len(before) and before.max() > 2 * settings.burst_sd**2)
    return Lapse((begin + span[0]) / rate, 1000 * (span[1] - span[0]) / rate, burst)


def _numbers(found: tuple[Lapse, ...], seconds: float, name: str) -> tuple[Measurement, ...]:
    low, high = poisson_interval(len(found), seconds / 60)
    rows = {"lapse_rate": (Estimate(60 * len(found) / seconds, low, high), "/min", "lapses counted", "garwood1936")}
    if found:
        lengths = widened(middle_of(np.array([lapse.duration_ms for lapse in found])), EDGES_MS)
        how = f"middle of {len(found)} (Hodges-Lehmann), edges by likelihood, {EDGES_MS:g} ms of their error in the interval"
        rows["lapse_duration"] = (lengths, "ms", how, "staude1999")
        share = share_of(sum(lapse.after_burst for lapse in found), len(found))
        rows["lapse_after_burst"] = (share, "1", "share of lapses right after a burst", "clopper1934")
    return tuple(
        Measurement(
            name=key,
            value=e.value,
            low=e.low,
            high=e.high,
            unit=unit,
            method=how,
            source=source,
            seconds=seconds,
            channel=name,
            spread=spread_of(e),
        )
        for key, (e, unit, how, source) in rows.items()
    )

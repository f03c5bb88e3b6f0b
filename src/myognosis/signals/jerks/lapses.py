"""Lapses of a held muscle (negative myoclonus, asterixis): short silences in a steady contraction.

A lapse is power under a share of the level of the contraction around it, with edges placed by likelihood, from 50 ms on. Between
the potentials of a contraction lie silences as well, the longer the fewer units fire. These are brief, and as in any train of
chance their number falls off exponentially with their length: from the number n and the mean length m of the brief ones follows
how many last to the shortest lapse L by chance, n exp(-L/m). Seconds around which that is often, and those in which the muscle does
not hold, are not judged.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from myognosis.model.recording import Channel, Measurement
from myognosis.signals.intervals import Estimate, median_of, poisson_interval, share_of, spread_of
from myognosis.signals.jerks.criteria import JerkCriteria
from myognosis.signals.jerks.level import Floats, Mask, Span, best_span, runs, smooth
from myognosis.signals.pieces import Piece, pieces_of
from myognosis.signals.quality import adaptive_floor, band_pass, usable_seconds
from myognosis.signals.source import ChannelSource, Source, channels_of

__all__ = ["Lapse", "LapseSettings", "Lapses", "find_lapses", "find_lapses_in"]


WhyNot = Literal["short", "not_held", "sparse"]
"""Why nothing can be judged: too little recorded, no contraction that is held, or too few units in it."""


@dataclass(frozen=True)
class LapseSettings:
    """How lapses are looked for: the share of the size of the contraction that is still silence, over how long.

    The level of a second is the 80 % quantile of the power over 20 ms; the contraction is the median of 3 s to each side. A second
    whose own level is less than ``steady_share`` of that size is not held. A lapse stays silent for ``rough_share`` of its time.
    Where the brief silences of ``chance_reach_s`` to each side let more than ``chance_per_min`` lapses be expected by chance, or
    silence takes more than ``sparse_share``, nothing is judged. A simulated muscle has 4-7 brief silences a second when some tenth
    of its strength is asked for (0-2 lapses by chance a minute), and 13 at a thirtieth (40 a minute): ``benchmarks/jerks.py``.
    """

    band_hz: tuple[float, float] = (20.0, 300.0)
    smooth_s: float = 0.020
    silent_share: float = 0.35
    merge_s: float = 0.010
    edge_reach_s: float = 0.020
    before_s: float = 0.050
    burst_sd: float = 2.0
    steady_share: float = 0.5
    sparse_share: float = 0.35
    rough_share: float = 0.9
    chance_per_min: float = 4.0
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

    ``chance_per_min`` is how many silences as long are expected between the potentials of the contraction itself.
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
    return tuple(_whole(one, name, settings) for one, name in zip(heard, source.names, strict=True))


@dataclass(frozen=True, eq=False)
class _Heard:
    """What belongs to one piece: silences that are long enough, each with its second.

    Of each second: whether the muscle held, how many lapses a minute chance lets expect around it, and how much of it is silent.
    """

    lapses: tuple[tuple[int, Lapse], ...]
    held: Mask
    chance: Floats
    silent: Floats


def _hear(channel: Channel, piece: Piece, criteria: JerkCriteria, settings: LapseSettings) -> _Heard:
    """The silences that begin in a piece."""
    rate, (low, high), n = channel.rate_hz, criteria.lapse_ms, round(channel.rate_hz)
    own = piece.own_seconds(n)
    power, held = _contraction(channel, criteria.contraction_uv, settings)
    if not held.any():
        return _Heard((), held[own], np.zeros(len(held[own])), np.zeros(len(held[own])))
    quiet = smooth(power, round(settings.smooth_s * rate)) < settings.silent_share**2
    silences = runs(quiet, settings.merge_s * rate)
    chance = _chance_per_min(silences, held, rate, low / 1000, settings)
    reach = round(settings.edge_reach_s * rate)
    long = [span for span in silences if span[1] - span[0] >= settings.rough_share * low / 1000 * rate]
    spans = [best_span(power, span, reach, (0, len(power)), louder=False) for span in long]
    found = tuple(
        (int(span[0] / rate) - own.start, _lapse(span, power, rate, piece.first, settings))
        for span in spans
        if low <= 1000 * (span[1] - span[0]) / rate <= high and piece.begin <= piece.first + span[0] < piece.end
    )
    return _Heard(found, held[own], chance[own], quiet[: len(held) * n].reshape(len(held), -1).mean(axis=1)[own])


def _whole(heard: Sequence[_Heard], name: str, settings: LapseSettings) -> Lapses:
    """The pieces as one, of which what chance could make is not judged."""
    held = np.concatenate([one.held for one in heard])
    if not held.any():
        return Lapses(name, None, 0.0, (), "not_held")
    silent = float(np.concatenate([one.silent for one in heard])[held].mean())
    judged = [one.held & (one.chance <= settings.chance_per_min) & (silent <= settings.sparse_share) for one in heard]
    usable = np.concatenate(judged)
    if not usable.any():
        return Lapses(name, None, 0.0, (), "sparse")
    seconds, expected = float(usable.sum()), float(np.concatenate([one.chance for one in heard])[usable].mean())
    found = tuple(lapse for one, which in zip(heard, judged, strict=True) for at, lapse in one.lapses if which[at : at + 1].any())
    return Lapses(name, found, seconds, _numbers(found, seconds, name), chance_per_min=expected)


def _chance_per_min(silences: list[Span], held: Mask, rate: float, shortest_s: float, settings: LapseSettings) -> Floats:
    """Around each second, how many silences as long as the shortest lapse the brief ones let expect a minute."""
    at, lengths = np.array([span[0] / rate for span in silences]), np.array([(b - a) / rate for a, b in silences])
    brief = (lengths < shortest_s) & (at < len(held))
    brief[brief] = held[at[brief].astype(int)]
    seconds, width = at[brief].astype(int), 2 * settings.chance_reach_s + 1
    count, total, watched = (
        np.convolve(row, np.ones(width), "full")[settings.chance_reach_s :][: len(held)]
        for row in (
            np.bincount(seconds, minlength=len(held)).astype(np.float64),
            np.bincount(seconds, lengths[brief], minlength=len(held)),
            held.astype(np.float64),
        )
    )
    mean = np.divide(total, count, out=np.full(len(held), 1e-6), where=count > 0)
    return np.asarray(60 * count / np.maximum(watched, 1) * np.exp(-shortest_s / np.maximum(mean, 1e-6)), np.float64)


def _contraction(channel: Channel, least_uv: float, settings: LapseSettings) -> tuple[Floats, Mask]:
    """Power over that of the contraction, and the usable seconds in which the muscle is contracted at all."""
    rate, n = channel.rate_hz, round(channel.rate_hz)
    raw = channel.samples.astype(np.float64)
    usable = usable_seconds(raw, rate)
    power = band_pass(np.where(np.isfinite(raw), raw, 0.0), rate, *settings.band_hz) ** 2
    loud = smooth(power, round(settings.smooth_s * rate))[: len(usable) * n].reshape(-1, n)
    seconds = np.quantile(loud, settings.level_quantile, axis=1)
    level = adaptive_floor(seconds, usable, reach_s=settings.level_reach_s, quantile=0.5)
    usable = usable & (np.nan_to_num(level) > least_uv**2) & (seconds > settings.steady_share**2 * np.nan_to_num(level))
    known = np.flatnonzero(usable)
    if not len(known):
        return power, usable
    around = np.interp(np.arange(len(power)), (known + 0.5) * n, level[known])
    return power / around, usable


def _lapse(span: Span, power: Floats, rate: float, begin: int, settings: LapseSettings) -> Lapse:
    before = smooth(power[max(0, span[0] - round(settings.before_s * rate)) : span[0]], round(0.01 * rate))
    burst = bool(len(before) and before.max() > 2 * settings.burst_sd**2)
    return Lapse((begin + span[0]) / rate, 1000 * (span[1] - span[0]) / rate, burst)


def _numbers(found: tuple[Lapse, ...], seconds: float, name: str) -> tuple[Measurement, ...]:
    low, high = poisson_interval(len(found), seconds / 60)
    rows = {"lapse_rate": (Estimate(60 * len(found) / seconds, low, high), "/min", "lapses counted", "garwood1936")}
    if found:
        lengths = median_of(np.array([lapse.duration_ms for lapse in found]))
        rows["lapse_duration"] = (lengths, "ms", f"median of {len(found)}, edges by likelihood", "staude1999")
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

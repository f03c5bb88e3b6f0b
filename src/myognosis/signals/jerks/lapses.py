"""Lapses of a held muscle (negative myoclonus, asterixis): short silences in a steady contraction.

A lapse is power under a share of the level of the contraction around it, with edges placed by likelihood, from 50 ms on. Between
the potentials of a contraction lie silences as well, the longer the fewer units fire. These are brief, and as in any train of
chance their number falls off exponentially with their length: from the number n and the mean length m of the brief ones follows
how many last to the shortest lapse L by chance, n exp(-L/m). Seconds around which that is often, and those in which the muscle does
not hold, are not judged.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from myognosis.model.recording import Channel, Measurement
from myognosis.signals.intervals import Estimate, median_of, poisson_interval, share_of, spread_of
from myognosis.signals.jerks.criteria import JerkCriteria
from myognosis.signals.jerks.level import Floats, Mask, Span, best_span, runs, smooth
from myognosis.signals.quality import adaptive_floor, band_pass, usable_seconds

__all__ = ["Lapse", "LapseSettings", "Lapses", "find_lapses"]


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
    settings = settings or LapseSettings()
    if channel.kind != "emg" or channel.rate_hz < 500:
        raise ValueError("give EMG of 500 samples a second or more")
    rate = channel.rate_hz
    if channel.duration_s < 2 * settings.level_reach_s:
        return Lapses(channel.name, None, 0.0, (), "short")
    power, held = _contraction(channel, criteria.contraction_uv, settings)
    if not held.any():
        return Lapses(channel.name, None, 0.0, (), "not_held")
    quiet = smooth(power, round(settings.smooth_s * rate)) < settings.silent_share**2
    silences = runs(quiet, settings.merge_s * rate)
    low, high = criteria.lapse_ms
    chance = _chance_per_min(silences, held, rate, low / 1000, settings)
    share = float(quiet[: len(held) * round(rate)].reshape(len(held), -1)[held].mean())
    usable = held & (chance <= settings.chance_per_min) & (share <= settings.sparse_share)
    if not usable.any():
        return Lapses(channel.name, None, 0.0, (), "sparse")
    seconds, expected = float(usable.sum()), float(chance[usable].mean())
    reach = round(settings.edge_reach_s * rate)
    long = [span for span in silences if span[1] - span[0] >= settings.rough_share * low / 1000 * rate]
    spans = [best_span(power, span, reach, (0, len(power)), louder=False) for span in long]
    found = tuple(
        _lapse(span, power, rate, settings)
        for span in spans
        if low <= 1000 * (span[1] - span[0]) / rate <= high and span[0] / rate < len(usable) and usable[int(span[0] / rate)]
    )
    return Lapses(channel.name, found, seconds, _numbers(found, seconds, channel.name), chance_per_min=expected)


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


def _lapse(span: Span, power: Floats, rate: float, settings: LapseSettings) -> Lapse:
    before = smooth(power[max(0, span[0] - round(settings.before_s * rate)) : span[0]], round(0.01 * rate))
    burst = bool(len(before) and before.max() > 2 * settings.burst_sd**2)
    return Lapse(span[0] / rate, 1000 * (span[1] - span[0]) / rate, burst)


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

"""Lapses of a held muscle (negative myoclonus, asterixis): short silences in a steady contraction.

A lapse is power under a share of the level of the contraction around it, with edges placed by likelihood, from 50 ms on. A muscle
that is not contracted, or fires so sparsely that silence is common, cannot be judged.
"""

from dataclasses import dataclass

import numpy as np

from myognosis.model.recording import Channel, Measurement
from myognosis.signals.intervals import Estimate, median_of, poisson_interval, share_of, spread_of
from myognosis.signals.jerks.criteria import JerkCriteria
from myognosis.signals.jerks.level import Floats, Mask, Span, best_span, runs, smooth
from myognosis.signals.quality import adaptive_floor, band_pass, usable_seconds

__all__ = ["Lapse", "LapseSettings", "Lapses", "find_lapses"]


@dataclass(frozen=True)
class LapseSettings:
    """How lapses are looked for: the share of the size of the contraction that is still silence, over how long.

    The level of a second is the 80 % quantile of the power over 20 ms; the contraction is the median of 3 s to each side. In
    a muscle silent for more than ``sparse_share`` of the time, or with more than ``sparse_per_s`` shorter silences a second, as
    between the potentials of few units, nothing is judged.
    """

    band_hz: tuple[float, float] = (20.0, 300.0)
    smooth_s: float = 0.020
    silent_share: float = 0.35
    merge_s: float = 0.010
    edge_reach_s: float = 0.020
    before_s: float = 0.050
    burst_sd: float = 2.0
    sparse_share: float = 0.2
    sparse_per_s: float = 2.0
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
    """The lapses of one muscle; None instead where it cannot be judged."""

    muscle: str
    lapses: tuple[Lapse, ...] | None
    seconds: float
    measurements: tuple[Measurement, ...]

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
        return Lapses(channel.name, None, 0.0, ())
    power, usable = _contraction(channel, criteria.contraction_uv, settings)
    quiet = smooth(power, round(settings.smooth_s * rate)) < settings.silent_share**2
    seconds = float(usable.sum())
    whole = np.repeat(usable, round(rate))
    low, high = criteria.lapse_ms
    brief = sum(last - first < low / 1000 * rate for first, last in runs(quiet))
    if not whole.any() or quiet[: len(whole)][whole].mean() > settings.sparse_share or brief > settings.sparse_per_s * seconds:
        return Lapses(channel.name, None, 0.0, ())
    reach = round(settings.edge_reach_s * rate)
    spans = [best_span(power, span, reach, (0, len(power)), louder=False) for span in runs(quiet, settings.merge_s * rate)]
    found = tuple(
        _lapse(span, power, rate, settings)
        for span in spans
        if low <= 1000 * (span[1] - span[0]) / rate <= high and span[0] / rate < len(usable) and usable[int(span[0] / rate)]
    )
    return Lapses(channel.name, found, seconds, _numbers(found, seconds, channel.name))


def _contraction(channel: Channel, least_uv: float, settings: LapseSettings) -> tuple[Floats, Mask]:
    """Power over that of the contraction, and the usable seconds in which the muscle is contracted at all."""
    rate, n = channel.rate_hz, round(channel.rate_hz)
    raw = channel.samples.astype(np.float64)
    usable = usable_seconds(raw, rate)
    power = band_pass(np.where(np.isfinite(raw), raw, 0.0), rate, *settings.band_hz) ** 2
    loud = smooth(power, round(settings.smooth_s * rate))[: len(usable) * n].reshape(-1, n)
    seconds = np.quantile(loud, settings.level_quantile, axis=1)
    level = adaptive_floor(seconds, usable, reach_s=settings.level_reach_s, quantile=0.5)
    usable = usable & (np.nan_to_num(level) > least_uv**2)
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

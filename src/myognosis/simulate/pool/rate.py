"""From drive to spikes: rate coding, and renewal of each unit's interval."""

from collections.abc import Iterator

import numpy as np

from myognosis.simulate.chance import Bools, Floats, stream
from myognosis.simulate.pool.drive import DRIVE_HZ, Drive
from myognosis.simulate.pool.units import Pool
from myognosis.simulate.settings import PoolSettings

__all__ = ["REFRACTORY_S", "doublet_intervals", "driven_spikes", "refractory"]

RECRUITED_S = 0.025
"""Within this a unit that is recruited ready fires its first spike: motoneurons do not reach threshold together (estimated)."""
REFRACTORY_S = 0.003
"""No unit fires twice within this: the relative refractory period of human motor axons is 2.9 ms (280 healthy people)."""


def driven_spikes(pool: Pool, drive: Drive, settings: PoolSettings, seed: int, muscle: str) -> list[Floats]:
    """The spikes of every unit that a drive recruits, in seconds, before the nerve.

    Rate ``min(PFR_i, MFR + g (E - RTE_i))`` at and above threshold (Fuglevand 1993), lowered in sustained effort as in Potvin and
    Fuglevand 2017. Intervals are gamma in operational time, of the given coefficient of variation (see ``chance.events_at``).
    A unit that is silent gets ready again at its lowest rate, and fires at once when it is recruited ready.
    """
    excitation = drive.excitation * pool.excitation_max
    if excitation.max(initial=0.0) < pool.threshold[0]:
        return [np.zeros(0)] * len(pool)
    rng = stream(seed, "intervals", muscle)
    return [_unit_spikes(rate, recruited, settings, rng) for rate, recruited in _rates(pool, excitation, settings)]


def _rates(pool: Pool, excitation: Floats, settings: PoolSettings) -> Iterator[tuple[Floats, Bools]]:
    """Each unit's rate over time, and where it is recruited; one unit at a time, so that an hour fits in memory."""
    top = pool.threshold[-1]
    for threshold, peak in zip(pool.threshold, pool.peak_hz, strict=True):
        recruited = excitation >= threshold
        rate = np.minimum(peak, settings.minimum_rate_hz + settings.rate_gain * (excitation - threshold))
        weight = settings.adaptation * (threshold - 1) / max(top - 1, 1e-9)
        if weight > 0 and recruited.any():
            passed = np.cumsum(recruited) / DRIVE_HZ
            fall = weight * (rate - settings.minimum_rate_hz + 2.0) * (1 - np.exp(-passed / settings.adaptation_s))
            rate = np.maximum(rate - fall, 0.6 * settings.minimum_rate_hz)
        yield np.where(recruited, rate, settings.minimum_rate_hz), recruited


def _unit_spikes(rate: Floats, recruited: Bools, settings: PoolSettings, rng: np.random.Generator) -> Floats:
    if not recruited.any():
        return np.zeros(0)
    passed = np.concatenate([[0.0], np.cumsum(rate)]) / DRIVE_HZ
    shape = 1 / max(settings.interval_cov, 1e-3) ** 2
    n = int(passed[-1] * 1.2 + 20)
    marks = np.cumsum(rng.gamma(shape, 1 / shape, n)) - rng.uniform()
    marks = marks[(marks > 0) & (marks < passed[-1])]
    times = np.interp(marks, passed, np.arange(len(passed)) / DRIVE_HZ)
    times = _moved_to_recruitment(times, recruited, rng)
    second = times[rng.uniform(size=len(times)) < settings.doublet_share]
    second = second + doublet_intervals(rng, len(second))
    return refractory(np.sort(np.concatenate([times, second[second < len(rate) / DRIVE_HZ]])))


def doublet_intervals(rng: np.random.Generator, n: int) -> Floats:
    """Between the spikes of a unit's doublets, in s: each unit has its own, of 4 to 12 ms, and they spread by 15 % (estimated)."""
    own, chance = rng.uniform(0.004, 0.012), rng.spawn(1)[0]
    return np.asarray(np.maximum(own * (1 + 0.15 * chance.standard_normal(n)), REFRACTORY_S))


def _moved_to_recruitment(times: Floats, recruited: Bools, rng: np.random.Generator) -> Floats:
    """A spike that came due in silence is fired soon after the unit is next recruited; of several due, one."""
    at = np.minimum((times * DRIVE_HZ).astype(np.int64), len(recruited) - 1)
    due = ~recruited[at]
    starts = np.flatnonzero(np.diff(recruited.astype(np.int8), prepend=0) == 1)
    next_start = np.searchsorted(starts, at[due])
    reached = np.unique(starts[next_start[next_start < len(starts)]]) / DRIVE_HZ
    reached += rng.uniform(0, RECRUITED_S, len(reached))
    return np.sort(np.concatenate([times[~due], reached]))


def refractory(times: Floats, pause_s: float = REFRACTORY_S) -> Floats:
    """Sorted times without those that fall into the refractory time after one that stays."""
    while len(times) > 1 and (close := np.diff(times) < pause_s).any():
        first = close & ~np.concatenate([[False], close[:-1]])
        times = times[np.concatenate([[True], ~first])]
    return times

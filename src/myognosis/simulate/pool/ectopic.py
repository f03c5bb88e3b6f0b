"""Spikes that nobody asked for: fasciculation, bursts, cramp, jerks, fibrillation, shocks to the nerve.

Each is a point process with published rates (the catalogue names them). Times are those at the muscle.
"""

import numpy as np

from myognosis.model.truth import Discharge, Happening
from myognosis.simulate.chance import Floats, events_at, smooth_noise, stream
from myognosis.simulate.pool.drive import DRIVE_HZ, Centre
from myognosis.simulate.pool.rate import doublet_intervals, refractory
from myognosis.simulate.pool.trains import Train, Trains
from myognosis.simulate.pool.units import Pool
from myognosis.simulate.scenarios import Timeline
from myognosis.simulate.settings import BurstSettings, CrampSettings, JerkSettings, Settings

__all__ = ["add_bursts", "add_cramps", "add_fasciculations", "add_fibrillation", "add_jerks"]

_STEP = 1 / DRIVE_HZ


def add_fasciculations(trains: Trains, n_units: int, settings: Settings, timeline: Timeline, seed: int, muscle: str) -> None:
    """Isolated spikes of a few units as chance has them, some followed by a second spike, some by an F-wave."""
    f = settings.fasciculation
    rate = timeline.course("fasciculation.per_min", f.per_min, _clock(timeline)) / 60
    if not rate.any() or not n_units:
        return
    rng = stream(seed, "fasciculation", muscle)
    members = rng.choice(n_units, min(int(f.units), n_units), replace=False)
    weight = np.exp(f.inequality * rng.standard_normal(len(members)))
    for unit, share in zip(members, weight / weight.sum(), strict=True):
        times = events_at(rng, rate * share, _STEP, 0.0)
        second = times[rng.uniform(size=len(times)) < f.doublet_share]
        turned = times[rng.uniform(size=len(times)) < f.f_wave_share]
        trains.add(Train.of(times, int(unit), "axon", "fasciculation"))
        trains.add(Train.of(second + _spread(rng, f.doublet_ms, 0.2, len(second)), int(unit), "axon", "doublet"))
        back = turned + _spread(rng, f.f_wave_ms, 0.02, len(turned))
        trains.add(Train.of(back, int(unit), "motoneuron", "f_wave"))
        trains.happenings += [Happening(float(t), 0.0, "fasciculation", muscle, int(unit)) for t in times]
        trains.happenings += [Happening(float(t), 0.0, "f_wave", muscle, int(unit)) for t in back if t < timeline.duration_s]


def _spread(rng: np.random.Generator, mean_ms: float, cov: float, n: int) -> Floats:
    """Intervals in s about a mean, never shorter than 3 ms."""
    return np.asarray(np.maximum(rng.normal(mean_ms, cov * mean_ms, n), 3.0) / 1000)


def add_bursts(
    trains: Trains, n_units: int, kind: Discharge, name: str, settings: Settings, timeline: Timeline, seed: int, muscle: str
) -> None:
    """Bursts of single units: grouped and rhythmic (myokymia), long and fast (neuromyotonia), doublets and triplets (tetany)."""
    b: BurstSettings = getattr(settings, name)
    rate = timeline.course(f"{name}.per_min", b.per_min, _clock(timeline)) / 60
    if not rate.any() or not n_units:
        return
    rng = stream(seed, name, muscle)
    for unit in rng.choice(n_units, min(int(b.units), n_units), replace=False):
        for start in events_at(rng, rate, _STEP, b.regularity):
            times = start + np.concatenate([[0.0], np.cumsum(_burst_intervals(b, rng))])
            trains.add(Train.of(times, int(unit), "axon", kind))
            trains.happenings.append(Happening(float(start), float(times[-1] - start), f"{kind}_burst", muscle, int(unit)))


def _burst_intervals(b: BurstSettings, rng: np.random.Generator) -> Floats:
    """Each interval longer than the last by the share of slowing (Kleine 2008), with its spread."""
    n = 1 + rng.poisson(max(b.spikes - 2, 0.0))
    steady = (1 + b.slowing) ** np.arange(n) / b.rate_hz
    return np.asarray(np.maximum(steady * np.maximum(rng.normal(1, b.interval_cov, n), 0.3), 0.003))


def add_cramps(trains: Trains, places: Floats, settings: Settings, timeline: Timeline, seed: int, muscle: str) -> None:
    """Cramps: units drawn in one after the other, irregular at 14.5 a second, with a drive in common (Minetto 2009).

    A cramp is a contraction of a slowly moving part of the fibres (Roeleveld 2000): it begins at one unit and reaches the others
    in the order of their distance from it. ``places`` are where the units lie in the muscle's cross-section, (2, units) in mm.
    """
    c, n_units = settings.cramp, places.shape[1]
    rate = timeline.course("cramp.per_min", c.per_min, _clock(timeline)) / 60
    if not rate.any() or not n_units:
        return
    rng = stream(seed, "cramp", muscle)
    for start in events_at(rng, rate, _STEP, 0.97):
        far = np.hypot(*(places - places[:, [rng.integers(n_units)]]))
        members = np.argsort(far)[: max(1, round(c.units_share * n_units))]
        firsts = start + c.spread_s * np.clip((np.arange(len(members)) + rng.normal(0, 1, len(members))) / len(members), 0, 1)
        shared = smooth_noise(rng, round((c.spread_s + 10 * c.duration_s) * 50), 50.0, c.common_hz)
        ends = [_cramp_unit(trains, int(u), start, float(first), shared, c, rng) for u, first in zip(members, firsts, strict=True)]
        trains.happenings.append(Happening(float(start), float(max(ends) - start), "cramp", muscle))


def _cramp_unit(
    trains: Trains, unit: int, start: float, first: float, shared: Floats, c: CrampSettings, rng: np.random.Generator
) -> float:
    """One unit's part in a cramp; returns when it ends. Gamma intervals with the published mean, spread and irregularity."""
    mean = max(rng.normal(c.rate_hz, c.rate_spread_hz), 0.4 * c.rate_hz)
    length = min(max(rng.normal(c.duration_s, c.duration_spread_s), 0.2 * c.duration_s), 10 * c.duration_s)
    cov = max(c.interval_cov, 0.02)
    marks = first + np.cumsum(rng.gamma(1 / cov**2, cov**2 / mean, int(3 * length * mean) + 8))
    push = np.interp(marks - start, np.arange(len(shared)) / 50.0, 0.12 * shared)
    times = refractory(np.maximum.accumulate(marks[marks < first + length] - push[marks < first + length] / mean), 0.02)
    trains.add(Train.of(times, unit, "axon", "cramp"))
    second = times[rng.uniform(size=len(times)) < c.doublet_share]
    trains.add(Train.of(second + doublet_intervals(rng, len(second)), unit, "axon", "doublet"))
    return float(first + length)


def add_jerks(trains: Trains, pool: Pool, centre: Centre, jerk: JerkSettings, seed: int, muscle: str) -> None:
    """Bursts of the centre: every unit below the strength of the jerk fires within the burst, the small ones more often.

    The length of a burst is that of the EMG: spikes end so long before it as a potential lasts.
    """
    rng = stream(seed, "jerks", muscle)
    called = np.flatnonzero(pool.threshold <= jerk.strength * pool.excitation_max)
    for start, length in zip(centre.jerks_s, centre.jerk_lengths_s, strict=True):
        trains.happenings.append(Happening(float(start), float(length), "jerk", muscle))
        fires = max(length - _POTENTIAL_S, 0.4 * length)
        for unit in called:
            n = int(fires * jerk.rate_hz * 1.5) + 3
            steps = rng.gamma(1 / 0.15**2, 0.15**2 / jerk.rate_hz, n)
            steps[0] = rng.uniform(0, min(fires, 1 / jerk.rate_hz))
            times = start + np.cumsum(steps)
            trains.add(Train.of(times[times <= start + fires], int(unit), "jerk", "jerk"))


_POTENTIAL_S = 0.015
"""How long the potential of a motor unit lasts over the skin (remembered: 10-15 ms)."""


def add_fibrillation(trains: Trains, first: int, n: int, settings: Settings, duration_s: float, seed: int, muscle: str) -> None:
    """Denervated fibres (rows ``first`` and on), each regular at its own rate."""
    rng = stream(seed, "fibrillation", muscle)
    for unit in range(first, first + n):
        rate = float(np.clip(rng.normal(1, 0.4), 0.15, 2.4)) * settings.fibrillation.rate_hz
        marks = rng.uniform(0, 1 / rate) + np.cumsum(rng.normal(1, 0.03, int(duration_s * rate * 1.1) + 4) / rate)
        trains.add(Train.of(marks, unit, "fibre", "fibrillation"))


def _clock(timeline: Timeline) -> Floats:
    return np.arange(round(timeline.duration_s * DRIVE_HZ)) / DRIVE_HZ

"""A light decomposition: which potentials of a voluntary recording belong to which motor unit, and what each unit is like."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from myognosis.signals.potentials.firings import Trace, find_sources
from myognosis.signals.potentials.shape import Potential, measure_potential

__all__ = ["MotorUnit", "MotorUnitRules", "find_units"]

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]
BEFORE_S, AFTER_S = 0.012, 0.018
"""What is averaged around each firing."""
SPLIT_S, SPLITS = 0.004, 3
"""What is compared around each firing of a train that holds several units, and how often it is split in two."""


@dataclass(frozen=True)
class MotorUnitRules:
    """Numbers behind what is told of motor units, handed in from the knowledge.

    A unit fired ``least_firings`` times at least, ``slowest_hz`` or faster, and lasts ``shortest_ms`` or longer; where more than
    ``mixed_share`` of the intervals are below ``refractory_s`` the train holds several. It is near where its spike is as steep
    as ``near_uv_ms``, and polyphasic from ``polyphasic_phases`` on. ``least_units`` are enough for "within", ``enough_units`` for
    the limits as published. Intervals that scatter more than ``regular_cov`` give no rate. Seconds cut off for ``cut_share``
    are left out; a trace that comes to ``rail`` of its largest value on both sides is cut off there, and one below
    ``dropout_share`` of its noise for ``dropout_s`` is silent.
    """

    least_firings: float
    slowest_hz: float
    shortest_ms: float
    refractory_s: float
    mixed_share: float
    near_uv_ms: float
    polyphasic_phases: float
    least_units: float
    enough_units: float
    regular_cov: float
    cut_share: float
    rail: float
    dropout_s: float
    dropout_share: float


@dataclass(frozen=True, eq=False)
class MotorUnit:
    """One motor unit: when it fired, its median potential and what was measured of it.

    ``rate_hz`` is one over the median interval, ``interval_cov`` that of intervals below twice the median, so that missed
    firings do not count as irregularity; ``top_hz`` is the highest rate kept over ten intervals. ``is_near``: a fibre of it lies
    at the needle, so that its size means something; its spike is steep.
    """

    times_s: Floats
    waveform_uv: Floats
    waveform_start_s: float
    potential: Potential
    rate_hz: float
    top_hz: float
    interval_cov: float
    is_near: bool


def find_units(trace: Trace, usable: Mask, rules: MotorUnitRules) -> tuple[MotorUnit, ...]:
    """The motor units of a trace that fired often enough, the largest first."""
    units = []
    for source in find_sources(trace):
        seconds = (source / trace.rate_hz).astype(int)
        at = source[(seconds < len(usable)) & usable[np.minimum(seconds, len(usable) - 1)]]
        units += [_unit(part, trace, rules.near_uv_ms) for part in _parts(at, trace, rules, SPLITS)]
    kept = [u for u in units if u.rate_hz >= rules.slowest_hz and u.potential.duration_ms >= rules.shortest_ms]
    return tuple(sorted(kept, key=lambda unit: -unit.potential.amplitude_uv))


def _parts(at: Indices, trace: Trace, rules: MotorUnitRules, splits: int) -> list[Indices]:
    """The firings of one unit each: a train that breaks its refractory time holds several, and is split by shape in two."""
    if len(at) < rules.least_firings:
        return []
    if (np.diff(at) < rules.refractory_s * trace.rate_hz).mean() <= rules.mixed_share:
        return [at]
    if not splits:
        return []
    reach = round(SPLIT_S * trace.rate_hz)
    padded = np.pad(trace.wide, reach)
    rows = padded[at[:, None] + np.arange(2 * reach + 1)]
    rows = rows - rows.mean(axis=0)
    scores = rows @ np.linalg.svd(rows, full_matrices=False)[2][:5].T
    side = scores[:, 0] > np.median(scores[:, 0])
    for _ in range(20):  # two means
        middles = [scores[side].mean(axis=0), scores[~side].mean(axis=0)]
        far = [((scores - middle) ** 2).sum(axis=1) for middle in middles]
        moved = far[0] < far[1]
        if (moved == side).all() or moved.all() or not moved.any():
            break
        side = moved
    return [*_parts(at[side], trace, rules, splits - 1), *_parts(at[~side], trace, rules, splits - 1)]


def _unit(at: Indices, trace: Trace, near_uv_ms: float) -> MotorUnit:
    gaps = np.diff(at) / trace.rate_hz
    before, after = round(BEFORE_S * trace.rate_hz), round(AFTER_S * trace.rate_hz)
    padded = np.pad(trace.wide, (before, after))
    rows = padded[at[:, None] + np.arange(before + after + 1)]
    wave = np.median(rows, axis=0)
    left = np.median(np.abs(rows - wave)) * 1.4826 * 1.25 / np.sqrt(len(rows))
    middle = float(np.median(gaps))
    whole = gaps[gaps < 2 * middle]
    smooth = np.sort([np.mean(gaps[i : i + 10]) for i in range(max(len(gaps) - 9, 1))])
    shape = measure_potential(wave, trace.rate_hz, float(left), before)
    return MotorUnit(
        at / trace.rate_hz, wave, -BEFORE_S, shape, 1 / middle, float(1 / smooth[0]), float(np.std(whole) / np.mean(whole)),
        shape.slope_uv_ms >= near_uv_ms,
    )  # fmt: skip

"""A light decomposition: which potentials of a voluntary recording belong to which motor unit, and what each unit is like."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from myognosis.signals.potentials.firings import Trace, find_sources
from myognosis.signals.potentials.shape import Potential, measure_potential

__all__ = ["MotorUnit", "find_units"]

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]
BEFORE_S, AFTER_S = 0.012, 0.018
LEAST = 20
"""A unit that fired less often is not averaged: what was seen seldom may be two potentials at once."""
REFRACTORY_S, VIOLATIONS = 0.012, 0.1
"""More than this share of intervals shorter than this: the train mixes several units."""
SPLIT_S, SPLITS = 0.004, 3
SLOWEST_HZ = 3.0
"""A median interval longer than this means that most firings were missed."""
NEAR_UV_MS = 500.0
"""Our form of the rule that the spike of a potential that is measured rises within 0.5 ms (remembered)."""
SHORTEST_MS = 2.0
"""What is shorter is no motor unit: a spike of the amplifier, or a part of a potential."""


@dataclass(frozen=True, eq=False)
class MotorUnit:
    """One motor unit: when it fired, its median potential and what was measured of it.

    ``rate_hz`` is one over the median interval, ``interval_cov`` that of intervals below twice the median, so that missed
    firings do not count as irregularity; ``top_hz`` is the highest rate kept over ten intervals.
    """

    times_s: Floats
    waveform_uv: Floats
    waveform_start_s: float
    potential: Potential
    rate_hz: float
    top_hz: float
    interval_cov: float

    @property
    def is_near(self) -> bool:
        """Whether a fibre of it lies at the needle, so that its size means something: its spike is steep."""
        return self.potential.slope_uv_ms >= NEAR_UV_MS


def find_units(trace: Trace, usable: Mask) -> tuple[MotorUnit, ...]:
    """The motor units of a trace that fired often enough, the largest first."""
    units = []
    for source in find_sources(trace):
        seconds = (source / trace.rate_hz).astype(int)
        at = source[(seconds < len(usable)) & usable[np.minimum(seconds, len(usable) - 1)]]
        units += [_unit(part, trace) for part in _parts(at, trace, SPLITS)]
    kept = [u for u in units if u.rate_hz >= SLOWEST_HZ and u.potential.duration_ms >= SHORTEST_MS]
    return tuple(sorted(kept, key=lambda unit: -unit.potential.amplitude_uv))


def _parts(at: Indices, trace: Trace, splits: int) -> list[Indices]:
    """The firings of one unit each: a train that breaks its refractory time holds several, and is split by shape in two."""
    if len(at) < LEAST:
        return []
    if (np.diff(at) < REFRACTORY_S * trace.rate_hz).mean() <= VIOLATIONS:
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
    return [*_parts(at[side], trace, splits - 1), *_parts(at[~side], trace, splits - 1)]


def _unit(at: Indices, trace: Trace) -> MotorUnit:
    gaps = np.diff(at) / trace.rate_hz
    before, after = round(BEFORE_S * trace.rate_hz), round(AFTER_S * trace.rate_hz)
    padded = np.pad(trace.wide, (before, after))
    rows = padded[at[:, None] + np.arange(before + after + 1)]
    wave = np.median(rows, axis=0)
    left = np.median(np.abs(rows - wave)) * 1.4826 * 1.25 / np.sqrt(len(rows))
    middle = float(np.median(gaps))
    whole = gaps[gaps < 2 * middle]
    smooth = np.sort([np.mean(gaps[i : i + 10]) for i in range(max(len(gaps) - 9, 1))])
    return MotorUnit(
        at / trace.rate_hz, wave, -BEFORE_S, measure_potential(wave, trace.rate_hz, float(left), before),
        1 / middle, float(1 / smooth[0]), float(np.std(whole) / np.mean(whole)),
    )  # fmt: skip

"""The motor units of a muscle: threshold, highest rate, size, twitch; and what remains after some have died."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from myognosis.simulate.chance import Floats
from myognosis.simulate.settings import ForceSettings, PoolSettings
from myognosis.simulate.warmth import USUAL, Warmth

__all__ = ["Pool", "make_pool"]


@dataclass(frozen=True, eq=False)
class Pool:
    """One row a motor unit, by threshold; all arrays of one length.

    ``threshold`` and ``excitation_max`` are in the excitation units of Fuglevand 1993; twitches in N at rest, where the limb's
    sensor is; times in s;
    ``half`` is the activation of half tetanus over that of one twitch (``myognosis.simulate.muscle.force``).
    """

    threshold: Floats
    peak_hz: Floats
    twitch_n: Floats
    contraction_s: Floats
    half: Floats
    fatigue_per_s: Floats
    excitation_max: float

    def __len__(self) -> int:
        return len(self.threshold)

    def keep(self, alive: npt.NDArray[np.bool_], growth: Floats) -> "Pool":
        """The surviving units, each twitch scaled by how much the unit has grown."""
        return Pool(
            self.threshold[alive],
            self.peak_hz[alive],
            (self.twitch_n * growth)[alive],
            self.contraction_s[alive],
            self.half[alive],
            self.fatigue_per_s[alive],
            self.excitation_max,
        )


def make_pool(pool: PoolSettings, force: ForceSettings, warmth: Warmth = USUAL) -> Pool:
    """Recruitment after Fuglevand, Winter and Patla 1993, J Neurophysiol 70:2470.

    Thresholds ``RTE_i = exp(i ln RR / N)``, peak rates ``PFR_1 - PFRD RTE_i / RTE_N``, highest excitation
    ``RTE_N + (PFR_N - MFR) / g``. Twitches ``P_i = P_1 exp((i-1) ln RP / (N-1))``, P_1 such that all units at their highest
    rates make their share of the force of a maximal effort; contraction times ``T_i = T_L P_i^(-1/c)`` from slowest to fastest.
    Fatigability after Potvin and Fuglevand 2017, ``(r / FP) FP^((i-1)/(N-1))``. ``warmth`` is what the muscle's temperature makes
    of twitch and force.
    """
    n = int(pool.units)
    number = np.arange(1, n + 1)
    share = (number - 1) / max(n - 1, 1)
    threshold = np.exp(number * np.log(pool.recruitment_range) / n)
    peak = pool.peak_rate_hz - pool.peak_rate_drop_hz * threshold / threshold[-1]
    highest = threshold[-1] + (peak[-1] - pool.minimum_rate_hz) / pool.rate_gain
    contraction = force.slowest_ms / 1000 * (force.fastest_ms / force.slowest_ms) ** share
    half = np.maximum(force.half_tetanus_hz * contraction * np.e, 0.33)
    size = force.twitch_range**share
    reached = 1 / (1 + (force.half_tetanus_hz / peak) ** force.steepness)
    size *= force.share * force.maximal_n / np.sum(size * (1 + half**force.steepness) * reached)
    tetanus, half = size * (1 + half**force.steepness) * warmth.strength, half * warmth.reluctance
    fatigue = force.fatigue_per_s / force.fatigue_range * force.fatigue_range**share
    twitch = tetanus / (1 + half**force.steepness)
    return Pool(threshold, peak, twitch, contraction * warmth.slowing, half, fatigue, float(highest))

"""Force of motor units: twitch, fusion, fatigue.

The published units start to fuse at 5-8 Hz, make half their highest force at 12 +- 4 Hz and the whole at 30-100 Hz (Thomas 1991);
the usual gain of Fuglevand 1993 does not (Nagamori 2021, PLoS Comput Biol, doi 10.1371/journal.pcbi.1008707). So each spike
excites a critically damped filter, ``c(t) = sum (s / T) exp(1 - s / T)``, and force is ``P c^n / (c^n + h^n)``: it grows with
rate without a dip, and the exponent leaves the time of a twitch's peak at T. ``h`` is the mean of c at the rate of half
tetanus: ``h = f_half T e``.
"""

import numpy as np

from myognosis.model.truth import Spikes
from myognosis.simulate.chance import Floats
from myognosis.simulate.pool.units import Pool
from myognosis.simulate.settings import ForceSettings

__all__ = ["muscle_force", "tetanic_force"]


def tetanic_force(pool: Pool, force: ForceSettings) -> Floats:
    """The force that each unit makes at high rates, in N: its twitch over its twitch-tetanus ratio."""
    return np.asarray(pool.twitch_n * (1 + pool.half**force.steepness))


def muscle_force(pool: Pool, spikes: Spikes, force: ForceSettings, *, duration_s: float, rate_hz: float) -> Floats:
    """Force of a muscle in N, at ``rate_hz``.

    Fatigue is that of Potvin and Fuglevand 2017, PLoS Comput Biol 13:e1005581: each unit loses ``r_i`` of its capacity a second at
    full force, and its contraction time grows by 0.379 of the loss. Nothing recovers within a recording.
    """
    from myognosis.simulate.muscle.kernels import sum_forces

    inside = spikes.unit < len(pool)
    unit, time = spikes.unit[inside], spikes.time_s[inside]
    order = np.argsort(unit, kind="stable")
    starts = np.searchsorted(unit[order], np.arange(len(pool) + 1))
    out: Floats = sum_forces(
        round(duration_s * rate_hz), 1 / rate_hz, starts, time[order], tetanic_force(pool, force), pool.contraction_s,
        pool.half, force.steepness, pool.fatigue_per_s, force.slowing,
    )  # fmt: skip
    return out

"""The motor nerve: delay, block, cold; what a shock to it sends to the muscle and back."""

from dataclasses import dataclass

import numpy as np

from myognosis.model.truth import Happening
from myognosis.simulate.chance import Bools, Floats, stream
from myognosis.simulate.pool.trains import Train, Trains
from myognosis.simulate.pool.units import Pool
from myognosis.simulate.settings import NerveSettings, Settings, StateSettings
from myognosis.simulate.warmth import REFERENCE_C

__all__ = ["Nerve", "add_shocks", "make_nerve"]


@dataclass(frozen=True, eq=False)
class Nerve:
    """One row a motor axon: velocity in m/s, and whether it conducts through the whole nerve."""

    velocity_m_s: Floats
    conducts: Bools

    def latency_s(self, distance_mm: float, nerve: NerveSettings) -> Floats:
        """From a shock at a distance to the end plate."""
        return (distance_mm / self.velocity_m_s + nerve.terminal_ms) / 1000


def make_nerve(pool: Pool, nerve: NerveSettings, state: StateSettings, seed: int, muscle: str) -> Nerve:
    """Axons of units by size: the larger conduct faster; cold slows all by so much a degree."""
    rng = stream(seed, "nerve", muscle)
    rank = np.linspace(-1, 1, len(pool)) if len(pool) > 1 else np.zeros(1)
    spread = nerve.velocity_spread_m_s * (rank * 1.2 + 0.7 * rng.standard_normal(len(pool)))
    warm = nerve.velocity_m_s + nerve.per_degree_m_s * (state.temperature_c - REFERENCE_C)
    return Nerve(np.maximum(warm + spread, 1.0), rng.uniform(size=len(pool)) >= nerve.block_share)


def add_shocks(trains: Trains, nerve: Nerve, settings: Settings, shocks_s: Floats, seed: int, muscle: str) -> None:
    """Supramaximal shocks: every axon between them and the muscle fires (M), a few are turned round at their motoneuron (F).

    The block lies more than 150 mm from the muscle: a shock at the wrist reaches all units, one at the elbow does not. F
    latency is the way up, about 1 ms at the motoneuron, and the way down (Kimura 1974).
    """
    s, distance = settings.nerve, settings.stimulus.distance_mm
    rng = stream(seed, "shocks", muscle)
    reached = nerve.conducts if distance > _BLOCK_MM else np.ones(len(nerve.conducts), np.bool_)
    direct = nerve.latency_s(distance, s)
    around = direct + (2 * (s.length_mm - distance) / nerve.velocity_m_s + 1.0) / 1000
    for unit in np.flatnonzero(reached):
        trains.add(Train.of(shocks_s + direct[unit], int(unit), "stimulus", "m_wave"))
        turned = shocks_s[(rng.uniform(size=len(shocks_s)) < s.f_persistence) & nerve.conducts[unit]]
        trains.add(Train.of(turned + around[unit], int(unit), "motoneuron", "f_wave"))
    trains.happenings += [Happening(float(t), 0.0, "stimulus", muscle) for t in shocks_s]


_BLOCK_MM = 150.0

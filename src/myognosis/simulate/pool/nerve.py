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
    """One row a motor axon: velocity in m/s, and whether it conducts through the whole nerve; time in its last branches in ms."""

    velocity_m_s: Floats
    conducts: Bools
    terminal_ms: float

    def latency_s(self, distance_mm: float) -> Floats:
        """From a shock at a distance to the end plate."""
        return (distance_mm / self.velocity_m_s + self.terminal_ms) / 1000


def make_nerve(pool: Pool, nerve: NerveSettings, state: StateSettings, seed: int, muscle: str) -> Nerve:
    """Axons of units by size: the larger conduct faster; cold slows all by so much a degree, and the last branches.

    The velocity of a nerve is measured where its response begins: it is that of the fastest axons.
    """
    rng = stream(seed, "nerve", muscle)
    rank = np.linspace(-1, 1, len(pool)) if len(pool) > 1 else np.zeros(1)
    spread = nerve.velocity_spread_m_s * (rank * 1.2 + 0.7 * rng.standard_normal(len(pool)) - _FASTEST)
    cold = REFERENCE_C - state.temperature_c
    warm = nerve.velocity_m_s - nerve.per_degree_m_s * cold
    conducts = rng.uniform(size=len(pool)) >= nerve.block_share
    return Nerve(np.maximum(warm + spread, max(0.3 * warm, 1.0)), conducts, nerve.terminal_ms * _TERMINAL_Q10 ** (cold / 10))


_FASTEST = 1.6
"""By so many SD the axons at which a response is seen to begin are faster than the mean one (found on simulated shocks)."""
_TERMINAL_Q10 = 1.5
"""How many times longer the last branches and the junction take ten degrees colder; so chosen that distal latency grows by 0.2 ms a
degree (remembered: Halar 1983)."""


def add_shocks(trains: Trains, nerve: Nerve, settings: Settings, shocks_s: Floats, seed: int, muscle: str) -> None:
    """Supramaximal shocks: every axon between them and the muscle fires (M), a few are turned round at their motoneuron (F).

    The block lies more than 150 mm from the muscle: a shock at the wrist reaches all units, one at the elbow does not. F
    latency is the way up, about 1 ms at the motoneuron, and the way down (Kimura 1974).
    """
    s, distance = settings.nerve, settings.stimulus.distance_mm
    rng = stream(seed, "shocks", muscle)
    reached = nerve.conducts if distance > _BLOCK_MM else np.ones(len(nerve.conducts), np.bool_)
    direct = nerve.latency_s(distance)
    around = direct + (2 * (s.length_mm - distance) / nerve.velocity_m_s + 1.0) / 1000
    for unit in np.flatnonzero(reached):
        trains.add(Train.of(shocks_s + direct[unit], int(unit), "stimulus", "m_wave"))
        turned = shocks_s[(rng.uniform(size=len(shocks_s)) < s.f_persistence) & nerve.conducts[unit]]
        trains.add(Train.of(turned + around[unit], int(unit), "motoneuron", "f_wave"))
    trains.happenings += [Happening(float(t), 0.0, "stimulus", muscle) for t in shocks_s]


_BLOCK_MM = 150.0

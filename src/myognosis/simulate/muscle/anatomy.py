"""Fibres of a muscle: where each lies, whose it is, where its nerve reaches it; and what sprouting does when units die."""

from dataclasses import dataclass, fields, replace

import numpy as np

from myognosis.simulate.chance import Bools, Floats, Ints, stream
from myognosis.simulate.settings import MuscleSettings, PoolSettings

__all__ = ["Fibres", "cut", "make_fibres", "near", "reinnervated"]

_TERRITORY = 36.0
"""How many motor units share a place: the territory of a unit is so many times the area that its fibres need (remembered: human
limb muscles interleave 15-30 units; this is the number at which potentials under a needle have their published size and turns)."""
_MAX_TERRITORY = 0.8
_MATURED, _ASKED = 4, 3
"""Most young branches have come to conduct as fast as the old ones, a few are late: delays are the longest one times a random
share to this power (estimated). An orphan asks so many of the nearest fibres with a nerve: those of a unit come to lie in groups.
"""


@dataclass(frozen=True, eq=False)
class Fibres:
    """One row a fibre.

    Lengths in mm: ``across`` from the middle, ``depth`` under the muscle's surface, ``endplate`` along the
    fibre from the middle of the end-plate zone, ``right`` and ``left`` from the end plate to the tendons; ``delay_s`` of its
    branch.

    ``unit`` is the owner, -1 where the nerve has died and nobody took the fibre over. ``adopted`` fibres changed their owner.
    """

    unit: Ints
    across: Floats
    depth: Floats
    endplate: Floats
    right: Floats
    left: Floats
    delay_s: Floats
    velocity_m_s: Floats
    adopted: Bools
    n_units: int

    def __len__(self) -> int:
        return len(self.unit)

    def only(self, rows: Bools) -> "Fibres":
        """Some of the fibres."""
        columns = {f.name: getattr(self, f.name)[rows] for f in fields(self) if f.name != "n_units"}
        return replace(self, **columns)

    def counts(self) -> Ints:
        """How many fibres each unit has."""
        return np.bincount(self.unit[self.unit >= 0], minlength=self.n_units)

    def middles(self) -> Floats:
        """The middle of each unit's fibres in the cross-section, (2, units) in mm: across, depth."""
        owned = self.unit >= 0
        sums = [np.bincount(self.unit[owned], place[owned], self.n_units) for place in (self.across, self.depth)]
        return np.stack(sums) / np.maximum(self.counts(), 1)


def make_fibres(muscle: MuscleSettings, pool: PoolSettings, *, warmth: float, seed: int, name: str) -> Fibres:
    """A round muscle with its units' territories.

    Fibres a unit grow as ``exp(i ln IR / N)`` (Fuglevand 1993); territories are discs at random places, cut by the muscle's edge.
    ``warmth`` is added to every velocity in m/s.
    """
    rng = stream(seed, "fibres", name)
    counts = _counts(int(muscle.fibres), int(pool.units), muscle.innervation_range)
    owner = np.repeat(np.arange(len(counts)), counts)
    centre, reach = _territories(counts, muscle.radius_mm, rng)
    place = _placed(owner, centre, reach, muscle.radius_mm, rng)
    n = len(owner)
    endplate = muscle.endplate_spread_mm * _bounded(rng, n)
    ends = muscle.tendon_spread_mm * _bounded(rng, 2 * n).reshape(2, n)
    half = 0.5 * muscle.fibre_length_mm
    right, left = np.maximum(half + ends[0] - endplate, 0.2 * half), np.maximum(half + ends[1] + endplate, 0.2 * half)
    rank = np.linspace(-1, 1, len(counts)) if len(counts) > 1 else np.zeros(1)
    unit_velocity = muscle.velocity_m_s + warmth + muscle.velocity_spread_m_s * (0.8 * rank + 0.6 * _bounded(rng, len(counts)))
    velocity = np.maximum(unit_velocity, 0.8)[owner]
    zero, same = np.zeros(n), np.zeros(n, np.bool_)
    return Fibres(owner, place[0], muscle.radius_mm - place[1], endplate, right, left, zero, velocity, same, len(counts))


def _bounded(rng: np.random.Generator, n: int) -> Floats:
    """Normal numbers within 2.5 SD."""
    return np.clip(rng.standard_normal(n), -2.5, 2.5)


def _counts(total: int, n_units: int, span: float) -> Ints:
    """Fibres of each unit: at least one, in all exactly the total."""
    weight = np.exp(np.arange(1, n_units + 1) * np.log(span) / n_units)
    share = weight / weight.sum() * (total - n_units)
    counts = 1 + np.floor(share).astype(np.int64)
    short = total - int(counts.sum())
    counts[np.argsort(np.floor(share) - share, kind="stable")[:short]] += 1
    return np.asarray(counts, np.int64)


def _territories(counts: Ints, radius: float, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """The centre (2, units) and reach of each unit's disc."""
    reach = radius * np.clip(np.sqrt(_TERRITORY * counts / counts.sum()), 0.1, _MAX_TERRITORY)
    angle, far = rng.uniform(0, 2 * np.pi, len(counts)), radius * np.sqrt(rng.uniform(size=len(counts)))
    return far * np.stack([np.cos(angle), np.sin(angle)]), reach


def _placed(owner: Ints, centre: Floats, reach: Floats, radius: float, rng: np.random.Generator) -> Floats:
    """A place (2, fibres) for each fibre within its unit's disc and within the muscle."""
    place = np.empty((2, len(owner)))
    left = np.arange(len(owner))
    while len(left):
        angle, far = rng.uniform(0, 2 * np.pi, len(left)), np.sqrt(rng.uniform(size=len(left)))
        tried = centre[:, owner[left]] + reach[owner[left]] * far * np.stack([np.cos(angle), np.sin(angle)])
        place[:, left] = tried
        left = left[np.hypot(*tried) > radius]
    return place


def reinnervated(fibres: Fibres, alive: Bools, muscle: MuscleSettings, limit: float, seed: int, name: str) -> Fibres:
    """The fibres after units have died: survivors whose fibres lie around take orphans over until they reach their limit.

    Three rounds: an orphan asks a surviving unit that owns one of its nearest fibres; a unit takes those that it has room for.
    Adopted fibres are reached later, by thin young branches, most of them hardly and some much. Fibres nobody takes stay without
    a nerve (unit -1).
    """
    rng = stream(seed, "sprouting", name)
    unit, adopted = fibres.unit.copy(), fibres.adopted.copy()
    kept = np.flatnonzero(alive[unit])
    orphans = np.flatnonzero(~alive[unit])
    unit[orphans] = -1
    if len(kept) and len(orphans):
        neighbours = _neighbours(fibres, kept, orphans)
        room = np.floor((limit - 1) * fibres.counts() * alive).astype(np.int64)
        waiting = np.arange(len(orphans))
        for _ in range(3):
            asked = fibres.unit[kept[neighbours[waiting, rng.integers(0, neighbours.shape[1], len(waiting))]]]
            granted = _granted(asked, room, rng)
            unit[orphans[waiting[granted]]] = asked[granted]
            room -= np.bincount(asked[granted], minlength=len(room))
            waiting = waiting[~granted]
        adopted[orphans] = unit[orphans] >= 0
    delay = np.where(
        adopted & ~fibres.adopted, muscle.adopted_delay_ms / 1000 * rng.uniform(size=len(unit)) ** _MATURED, fibres.delay_s
    )
    first = np.zeros(fibres.n_units)
    first[fibres.unit] = fibres.velocity_m_s
    velocity = np.where(unit >= 0, first[unit], fibres.velocity_m_s)
    return replace(fibres, unit=unit, delay_s=delay, velocity_m_s=velocity, adopted=adopted)


def _neighbours(fibres: Fibres, kept: Ints, orphans: Ints) -> Ints:
    """The nearest surviving fibres of each orphan, as rows of ``kept``."""
    from scipy.spatial import cKDTree

    places = np.stack([fibres.across, fibres.depth], axis=1)
    _, near = cKDTree(places[kept]).query(places[orphans], k=min(_ASKED, len(kept)))
    return np.asarray(near, np.int64).reshape(len(orphans), -1)


def near(fibres: Fibres, rows: Ints, across_mm: float, depth_mm: float, n: int, rng: np.random.Generator) -> Ints:
    """So many of these fibres, as chance has it among those that a needle at this place hears; the nearest, if they are fewer."""
    far = np.hypot(fibres.across[rows] - across_mm, fibres.depth[rows] - depth_mm)
    heard = rows[far < _HEARD_MM]
    chosen = rng.choice(heard, n, replace=False) if len(heard) >= n else rows[np.argsort(far, kind="stable")[:n]]
    return np.asarray(chosen, np.int64)


_HEARD_MM = 0.8
"""A single fibre is lost in the noise farther off: its potential has fallen to a tenth (``docs/simulation.md``)."""


def cut(fibres: Fibres, rows: Bools, along_mm: float) -> Fibres:
    """Fibres that a needle has hurt at this place along them: the impulse that comes there goes no farther."""
    right, left = fibres.right.copy(), fibres.left.copy()
    ahead = along_mm - fibres.endplate
    on_right = rows & (ahead > 0)
    right[on_right] = np.minimum(right, ahead)[on_right]
    left[rows & ~on_right] = np.minimum(left, -ahead)[rows & ~on_right]
    return replace(fibres, right=right, left=left)


def _granted(asked: Ints, room: Ints, rng: np.random.Generator) -> Bools:
    """Who is taken, when each unit takes as many as it has room for, in random order."""
    order = rng.permutation(len(asked))
    by_unit = order[np.argsort(asked[order], kind="stable")]
    _, first = np.unique(asked[by_unit], return_index=True)
    place = np.arange(len(asked)) - np.repeat(first, np.diff(np.append(first, len(asked))))
    out = np.zeros(len(asked), np.bool_)
    out[by_unit] = place < room[asked[by_unit]]
    return out

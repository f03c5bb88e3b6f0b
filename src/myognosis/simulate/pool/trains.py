"""Spikes on their way: gathered from all that makes them, sorted, and freed of what a refractory axon cannot do."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from myognosis.model.truth import DISCHARGES, SOURCES, Discharge, Happening, Source, Spikes
from myognosis.simulate.chance import Floats
from myognosis.simulate.pool.rate import REFRACTORY_S

if TYPE_CHECKING:
    from myognosis.simulate.axon import Membrane

__all__ = ["Train", "Trains"]


@dataclass(frozen=True, eq=False)
class Train:
    """Spikes of one origin and kind: times in s at the muscle, and the unit of each."""

    time_s: Floats
    unit: npt.NDArray[np.int32]
    source: Source
    discharge: Discharge

    @classmethod
    def of(cls, times: Iterable[float] | Floats, unit: int, source: Source, discharge: Discharge) -> "Train":
        """A train of one unit."""
        at = np.asarray(times, np.float64)
        return cls(at, np.full(len(at), unit, np.int32), source, discharge)


@dataclass(eq=False)
class Trains:
    """A growing collection; ``happenings`` are what a person would mark, ``membrane`` is that of one axon around an event."""

    rows: list[Train] = field(default_factory=list)
    happenings: list[Happening] = field(default_factory=list)
    membrane: "Membrane | None" = None

    def add(self, train: Train) -> None:
        """One more train; an empty one is dropped."""
        if len(train.time_s):
            self.rows.append(train)

    def spikes(self, duration_s: float) -> Spikes:
        """All spikes inside the recording by time; of two of one unit too close together the later is lost."""
        if not self.rows:
            return Spikes(np.zeros(0), np.zeros(0, np.int32), np.zeros(0, np.uint8), np.zeros(0, np.uint8))
        time = np.concatenate([row.time_s for row in self.rows])
        unit = np.concatenate([row.unit for row in self.rows])
        source = np.concatenate([np.full(len(row.time_s), SOURCES.index(row.source), np.uint8) for row in self.rows])
        kind = np.concatenate([np.full(len(row.time_s), DISCHARGES.index(row.discharge), np.uint8) for row in self.rows])
        order = np.lexsort((time, unit))
        order = order[(time[order] >= 0) & (time[order] < duration_s)]
        order = order[_conducted(time[order], unit[order])]
        order = order[np.lexsort((unit[order], time[order]))]
        return Spikes(time[order], unit[order], source[order], kind[order])


def _conducted(time: Floats, unit: npt.NDArray[np.int32]) -> npt.NDArray[np.bool_]:
    """Which spikes, sorted by unit and time, find their axon ready."""
    kept = np.ones(len(time), np.bool_)
    while True:
        rows = np.flatnonzero(kept)
        close = (np.diff(time[rows]) < REFRACTORY_S) & (np.diff(unit[rows]) == 0)
        first = close & ~np.concatenate([[False], close[:-1]])
        if not first.any():
            return kept
        kept[rows[1:][first]] = False

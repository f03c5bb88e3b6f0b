"""What is true of a simulated recording: every spike with its origin, what happened when, and the numbers behind it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from myognosis.faults import Issue
from myognosis.model.base import Trust

__all__ = ["DISCHARGES", "SOURCES", "Discharge", "Happening", "MotorUnit", "Source", "Spikes", "Truth", "UsedParameter", "class_of"]

Source = Literal["voluntary", "tremor", "jerk", "axon", "motoneuron", "fibre", "stimulus"]
"""Where a spike began: asked for, driven by an oscillation or a jerk of the centre, born in the axon, turned round at the
motoneuron (an F-wave), born in a muscle fibre, or set off by a stimulator."""
SOURCES: tuple[Source, ...] = get_args(Source)

Discharge = Literal[
    "regular", "doublet", "fasciculation", "f_wave", "myokymic", "neuromyotonic", "tetanic", "cramp", "tremor", "jerk", "m_wave",
    "fibrillation",
]  # fmt: skip
"""The discharge that a spike belongs to. ``doublet`` is the second spike of a pair."""
DISCHARGES: tuple[Discharge, ...] = get_args(Discharge)


_CLASSES = {
    "myokymic_burst": "myokymia", "neuromyotonic_burst": "myokymia", "tetanic_burst": "doublet", "lapse": "other",
    "f_wave": "fasciculation",
}  # fmt: skip


def class_of(happening: str) -> str:
    """The word of ``docs/labels.md`` for what happens in a simulation, wherever it is marked."""
    return _CLASSES.get(happening, happening)


@dataclass(frozen=True, eq=False)
class Spikes:
    """Spikes in the order of time: arrays of one length. A spike's time is when its potential leaves the end plates."""

    time_s: npt.NDArray[np.float64]
    unit: npt.NDArray[np.int32]
    source: npt.NDArray[np.uint8]
    discharge: npt.NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.time_s)

    def of(self, discharge: Discharge) -> npt.NDArray[np.float64]:
        """The times of one kind of discharge, in seconds."""
        times: npt.NDArray[np.float64] = self.time_s[self.discharge == DISCHARGES.index(discharge)]
        return times


@dataclass(frozen=True)
class MotorUnit:
    """One motor unit of a muscle, or, with one fibre and no twitch, a fibre that has lost its nerve.

    ``adopted`` of its fibres belonged to others before; ``threshold`` is a share of the highest excitation;
    ``peak_to_peak_uv`` is the size of its potential in the channel that shows it best, before noise and amplifier;
    ``centre_ms`` is how long after a spike the energy of that potential, over all channels, is centred in the recording.
    """

    muscle: str
    number: int
    fibres: int
    adopted: int
    threshold: float
    twitch_n: float
    contraction_ms: float
    velocity_m_s: float
    peak_to_peak_uv: float
    centre_ms: float


@dataclass(frozen=True)
class Happening:
    """Something with a beginning and a length: an epoch, a fasciculation, a jerk, a cramp, a lapse of tone."""

    start_s: float
    duration_s: float
    kind: str
    muscle: str = ""
    unit: int | None = None


@dataclass(frozen=True)
class UsedParameter:
    """A number that the simulation used, and what stands behind it."""

    value: float
    unit: str
    source: str
    trust: Trust


@dataclass(frozen=True, eq=False)
class Truth:
    """All that a detector would have to find out. ``unit`` of ``spikes`` counts through ``units``.

    ``doubts`` say what a recording of this scenario ought to hold and this one does not, for it was cut short or by chance.
    """

    scenario: str
    seed: int
    duration_s: float
    units: tuple[MotorUnit, ...]
    spikes: Spikes
    epochs: tuple[Happening, ...]
    events: tuple[Happening, ...]
    parameters: Mapping[str, UsedParameter]
    doubts: tuple[Issue, ...] = ()

    @property
    def centres_s(self) -> npt.NDArray[np.float64]:
        """When the potential of each spike stands in the recording: the centre of its energy over all channels, in seconds."""
        lag = np.array([unit.centre_ms for unit in self.units]) / 1000
        return self.spikes.time_s + (lag[self.spikes.unit] if len(self.spikes) else 0.0)

    def seen_s(self, event: Happening) -> float:
        """When an event stands in the recording: one of a single unit at the centre of that unit's potential."""
        return event.start_s + (0.0 if event.unit is None else self.units[event.unit].centre_ms / 1000)

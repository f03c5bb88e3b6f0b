"""What was found: single potentials, the units they belong to, and the whole."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from myognosis.model.recording import Measurement
from myognosis.signals.quality import Quality

__all__ = ["Event", "Fasciculations", "Unit"]

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Event:
    """One potential: the centre of its energy, its size from peak to peak and over the noise, where it is largest, of which unit.

    ``unit`` is the place in ``Fasciculations.units``, or -1 where no other potential looks like it. One that is ``cut`` off at the
    limits of the trace is at least so large.
    """

    time_s: float
    amplitude_uv: float
    snr: float
    channel: str
    unit: int = -1
    cut: bool = False


@dataclass(frozen=True, eq=False)
class Unit:
    """A shape that comes back, taken to be one motor unit: its mean on the channel where it is largest, and its measures.

    Phases are stretches on one side of the baseline, turns are changes of direction; both count what exceeds a tenth of the
    size. ``spread`` is over how many channels it has at least a third of its largest size; ``sizes_uv`` are those of all channels,
    ``rate_hz`` the samples of the mean a second.
    """

    events: int
    channel: str
    amplitude_uv: float
    duration_ms: float
    phases: int
    turns: int
    spread: int
    sizes_uv: tuple[float, ...]
    wave_uv: npt.NDArray[np.float32]
    rate_hz: float


@dataclass(frozen=True, eq=False)
class Fasciculations:
    """The potentials outside voluntary activity, the units, the seconds watched, what disturbed them, and the numbers.

    ``bursts_s`` are when many units fired at once for 25 ms and longer in a watched second, as in a jerk: none of them is counted.
    ``potentials`` are all that were found, also in voluntary seconds and of other discharges, and ``searched`` the seconds in which
    they were looked for. ``least_uv`` is the size from which on they are counted, where smaller ones fire without end.
    """

    events: tuple[Event, ...]
    units: tuple[Unit, ...]
    seconds: float
    analysable: Mask
    voluntary: Mask
    quality: Quality
    measurements: tuple[Measurement, ...]
    bursts_s: tuple[float, ...] = ()
    potentials: tuple[Event, ...] = ()
    searched: Mask = field(default_factory=lambda: np.zeros(0, np.bool_))
    least_uv: float | None = None

    def value(self, name: str) -> float | None:
        """One of the numbers, if it was measured."""
        return next((m.value for m in self.measurements if m.name == name), None)

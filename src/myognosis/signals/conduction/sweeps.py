"""A recording cut at its stimuli."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from myognosis.model.recording import Channel

__all__ = ["Floats", "Sweep", "Up", "average", "cut_sweeps"]

Floats = npt.NDArray[np.float64]
Up = Literal["negative", "positive"]
"""What points up in the samples: negativity of the active electrode, as most machines draw it, or positivity."""


@dataclass(frozen=True, eq=False)
class Sweep:
    """One trace around one stimulus, in microvolts, negativity of the active electrode pointing up."""

    samples: Floats
    rate_hz: float
    stimulus: int

    def at(self, ms: float) -> int:
        """The sample so many milliseconds after the stimulus, within the trace."""
        return min(max(0, self.stimulus + round(ms * self.rate_hz / 1000)), len(self.samples))

    def ms(self, sample: float) -> float:
        """Milliseconds after the stimulus of a sample."""
        return (sample - self.stimulus) * 1000 / self.rate_hz


def cut_sweeps(channel: Channel, stimuli_s: Sequence[float], up: Up, *, before_ms: float, after_ms: float) -> tuple[Sweep, ...]:
    """The trace around each stimulus; one that lies too near the ends, or has samples missing, is left out.

    Raises
    ------
    ValueError
        The channel is not in microvolts.
    """
    if channel.unit != "uV":
        raise ValueError("a response of nerve or muscle is measured in microvolts")
    rate, sign = channel.rate_hz, 1.0 if up == "negative" else -1.0
    before, after = round(before_ms * rate / 1000), round(after_ms * rate / 1000)
    cut = []
    for second in stimuli_s:
        at = round(second * rate)
        part = channel.samples[max(0, at - before) : at + after].astype(np.float64)
        if at - before >= 0 and len(part) == before + after and np.isfinite(part).all():
            cut.append(Sweep(sign * part, rate, before))
    return tuple(cut)


def average(sweeps: Sequence[Sweep]) -> Sweep:
    """The mean of sweeps of one shape; noise falls with the root of their number.

    Raises
    ------
    ValueError
        No sweep, or sweeps that differ in rate, length or place of the stimulus.
    """
    if len({(len(s.samples), s.rate_hz, s.stimulus) for s in sweeps}) != 1:
        raise ValueError("sweeps of one rate, length and stimulus are needed")
    return Sweep(np.mean([s.samples for s in sweeps], axis=0), sweeps[0].rate_hz, sweeps[0].stimulus)

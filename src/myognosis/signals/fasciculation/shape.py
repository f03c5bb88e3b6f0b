"""Size, length, phases and turns of a potential on one channel."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from myognosis.signals.fasciculation.ear import Floats

__all__ = ["Wave", "centre_of_energy", "measure_wave"]

LEAST_SHARE = 0.1
"""What is smaller than this share of the size from peak to peak is no phase and no turn."""
EDGE_SHARE = 0.05
"""A potential lasts from where it first exceeds this share of its size to where it last does."""


@dataclass(frozen=True)
class Wave:
    """The measures of one mean wave."""

    amplitude_uv: float
    duration_ms: float
    phases: int
    turns: int


def measure_wave(wave: Floats, rate_hz: float, noise_uv: float) -> Wave:
    """Measures of a mean wave; noise of the mean under three SD counts for nothing.

    Definitions after Stalberg 1986, J Clin Neurophysiol 3:313 (remembered): duration between departure from and return to the
    baseline, phases as crossings of the baseline plus one, turns as changes of direction; limits here follow the size.
    """
    size = float(np.ptp(wave))
    over = np.flatnonzero(np.abs(wave) > max(EDGE_SHARE * size, 3 * noise_uv))
    if not len(over):
        return Wave(size, 0.0, 0, 0)
    part = wave[over[0] : over[-1] + 1].astype(np.float64)
    least = max(LEAST_SHARE * size, 3 * noise_uv)
    sides = np.sign(part[np.abs(part) > least])
    phases = int(np.count_nonzero(np.diff(sides))) + 1 if len(sides) else 0
    return Wave(size, 1000 * len(part) / rate_hz, phases, _turns(part, least))


def _turns(part: npt.NDArray[np.float64], least: float) -> int:
    """Changes of direction between which the wave moves by more than the least size."""
    turns, extreme, rising = 0, float(part[0]), None
    for value in part[1:]:
        step = float(value) - extreme
        if rising is None or (step > 0) == rising:
            if rising is not None or abs(step) > least:
                rising, extreme = step > 0, float(value)
        elif abs(step) > least:
            turns, rising, extreme = turns + 1, step > 0, float(value)
    return turns


def centre_of_energy(window: Floats, noise_uv: Floats) -> float:
    """The centre of the energy of all channels over twice their noise, in samples from the first."""
    from myognosis.signals.fasciculation.kernels import middle_over

    return float(middle_over(np.ascontiguousarray(window), noise_uv))

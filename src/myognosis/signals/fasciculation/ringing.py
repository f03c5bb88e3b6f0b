"""Where the notch of the mains rings: at the ends, at gaps, and wherever the hum begins, ends or changes.

A notch of so many Hz answers a change of the hum by a line that dies away with a time constant of 1 / (pi x width): 0.16 s for
2 Hz. On a loud hum this looks like potentials for half a second. Potentials are not looked for in such seconds.
"""

import numpy as np
import numpy.typing as npt

from myognosis.signals.fasciculation.ear import Ear, Floats
from myognosis.signals.fasciculation.settings import FasciculationSettings
from myognosis.signals.quality import parts_of

__all__ = ["Ringing", "rings"]

_PARTS = 4
"""A ring is judged in so many parts of a second, since it dies away within half of one."""


class Ringing:
    """How much of the lines is left after the notch: of the middle cycle of each quarter of a second, which no potential moves."""

    def __init__(self, ear: Ear) -> None:
        rate, lines = ear.frame_rate_hz, ear.mains_hz
        self.cycle = round(rate / lines[0]) if lines else 1
        self.cycles = round(rate) // (self.cycle * _PARTS) if lines else 0
        self.length = self.cycle * self.cycles * _PARTS
        turns = np.exp(-2j * np.pi * np.outer(lines, np.arange(self.length) / rate)) * (2 / self.cycle)
        waves = np.concatenate([turns.real, turns.imag]).astype(np.float32)
        self.waves = waves.reshape(len(waves), _PARTS * self.cycles, self.cycle).transpose(1, 0, 2)

    def of(self, frames: Floats) -> Floats:
        """Of a filtered second (frame by channel), for each channel the largest amplitude in a quarter of it."""
        if not self.cycles or len(frames) < self.length:
            return np.zeros(frames.shape[1], np.float32)
        cycles = self.waves @ frames[: self.length].reshape(len(self.waves), self.cycle, -1)
        from myognosis.signals.fasciculation.kernels import ranked

        ranked(cycles.reshape(_PARTS, self.cycles, -1))
        parts = cycles.reshape(_PARTS, self.cycles, *cycles.shape[1:])[:, self.cycles // 2]
        power: npt.NDArray[np.float32] = np.einsum("plc,plc->pc", parts, parts)
        return np.asarray(np.sqrt(power.max(axis=0)), np.float32)


def rings(ringing: Floats, floor: Floats, settings: FasciculationSettings) -> npt.NDArray[np.bool_]:
    """The seconds in which a ring stands out of the noise on so many channels (both: second by channel)."""
    shares = [(ringing[part] > settings.rings * floor[part]).mean(axis=1) for part in parts_of(len(floor))]
    return np.asarray(np.concatenate(shares) > settings.rings_on)

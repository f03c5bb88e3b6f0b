"""Stretches of the recording, read again: filtered in microvolts, and whitened in units of noise."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from myognosis.signals.fasciculation.ear import Ear, Floats, blank, filled, read_thinned
from myognosis.signals.fasciculation.listen import Heard, most_active, window
from myognosis.signals.fasciculation.settings import FasciculationSettings
from myognosis.signals.source import Source

__all__ = ["Loader", "Snippet", "without_hum"]


@dataclass(frozen=True, eq=False)
class Snippet:
    """``raw`` and ``y`` (sample by channel, microvolts), ``z`` (frame by channel, unit noise), all from sample ``first`` on.

    Of the raw trace of a few channels the mains are taken away: a hum is as steep as an electrode that pops; ``recorded`` still
    holds them. ``noise`` is that of each channel (microvolts; infinite where nothing is heard), ``gain`` one over it, and ``ends``
    are the least and the greatest value of each channel in the whole recording.
    """

    first: int
    raw: Floats
    y: Floats
    z: Floats
    noise: Floats
    gain: Floats
    usual: float
    spread: float
    recorded: Floats
    ends: Floats


def without_hum(raw: Floats, rate_hz: float, mains_hz: tuple[float, ...]) -> Floats:
    """A stretch (sample by channel) without the waves of its mains that fit it best; nothing rings, unlike after a notch."""
    if not mains_hz:
        return raw
    waves = _waves(-(-len(raw) // WAVES) * WAVES, rate_hz, mains_hz)[: len(raw)]
    size = np.linalg.solve(waves.T @ waves, waves.T @ raw.astype(np.float64))
    return np.asarray(raw - waves[:, :-1] @ size[:-1], np.float32)


WAVES = 1024
"""For stretches of lengths that differ by less, the waves of the mains are drawn up once."""


@lru_cache(maxsize=8)
def _waves(samples: int, rate_hz: float, mains_hz: tuple[float, ...]) -> npt.NDArray[np.float64]:
    """The waves of the mains and their level (sample, wave)."""
    turns = 2 * np.pi * np.outer(np.arange(samples) / rate_hz, mains_hz)
    return np.concatenate([np.cos(turns), np.sin(turns), np.ones((samples, 1))], axis=1)


@dataclass(frozen=True, eq=False)
class Loader:
    """Reads a stretch and what is around it; the same samples give the same snippet, whatever was read before."""

    source: Source
    ear: Ear
    heard: Heard
    settings: FasciculationSettings

    def load(self, first: int, last: int) -> Snippet:
        """The stretch, widened to whole frames and by the length of a shape to each side."""
        ear, around = self.ear, round(self.settings.shape_s * self.ear.rate_hz)
        low = (first - around) // ear.step * ear.step
        high = -(-(last + around) // ear.step) * ear.step
        raw = filled(read_thinned(self.source, low - ear.margin, high + ear.margin, ear.thin))
        past = (len(ear.predict) - 1) * ear.step
        whole = ear.zero_phase(raw, ear.margin - past)
        y = whole[ear.margin : -ear.margin]
        second = min(max((first + last) // 2 // ear.block, 0), len(self.heard.floor) - 1)
        noise = self.heard.floor[second]
        gain = 1 / noise
        z = ear.whitened(whole[ear.margin - past : len(whole) - ear.margin : ear.step] * gain)
        usual, spread = float(self.heard.usual[second]), float(self.heard.spread[second])
        recorded, inside = raw, slice(ear.margin, -ear.margin)
        raw = raw if len(gain) >= self.settings.grid_from else without_hum(raw, ear.rate_hz, ear.mains_hz)
        return Snippet(low, raw[inside], y, z, noise, gain, usual, spread, recorded[inside], self.heard.ends)

    def loudness(self, snippet: Snippet, z: Floats) -> Floats:
        """How far each frame of whitened ``z`` stands above the usual level, as the recording was scored."""
        from myognosis.signals.fasciculation.kernels import energy_of_most_active

        width = window(self.ear, self.settings)
        wide = blank((len(z) + width - 1, z.shape[1]))
        wide[width // 2 : width // 2 + len(z)] = z
        score = energy_of_most_active(wide, width, 1, most_active(z.shape[1], self.settings), blank((z.shape[1],)))
        if z.shape[1] < self.settings.grid_from:
            return np.sqrt(score)
        return np.asarray((np.log(np.maximum(score, np.float32(1e-9))) - snippet.usual) / snippet.spread)

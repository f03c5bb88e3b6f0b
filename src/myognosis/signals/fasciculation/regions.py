"""Stretches of time in which the energy stands out: where potentials are looked for."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from myognosis.signals.fasciculation.ear import Ear, Floats
from myognosis.signals.fasciculation.listen import Heard
from myognosis.signals.fasciculation.settings import FasciculationSettings

__all__ = ["Regions", "find_regions"]

@dataclass(frozen=True, eq=False)
class Regions:
    """First and last working sample of each stretch, and the height of its score."""

    first: npt.NDArray[np.int64]
    last: npt.NDArray[np.int64]
    height: Floats

    def within(self, calm: npt.NDArray[np.bool_], ear: Ear, above: float = -np.inf) -> "Regions":
        """Those in calm seconds, no longer than two seconds, and as high as wanted."""
        second = np.minimum((self.first + self.last) // 2 // ear.block, len(calm) - 1)
        rows = np.flatnonzero(calm[second] & (self.last - self.first < 2 * ear.block) & (self.height > above))
        return Regions(self.first[rows], self.last[rows], self.height[rows])

    def joined(self, hits: npt.NDArray[np.int64], length: int, merge: int) -> "Regions":
        """These and the places where a shape of so many samples fits; stretches nearer than the merging time are one."""
        first, last = np.concatenate([self.first, hits]), np.concatenate([self.last, hits + length])
        height = np.concatenate([self.height, np.zeros(len(hits), np.float32)])
        if not len(first):
            return self
        order = np.argsort(first, kind="stable")
        first, last, height = first[order], np.maximum.accumulate(last[order]), height[order]
        new = np.concatenate([[True], first[1:] - last[:-1] > merge])
        starts = np.flatnonzero(new)
        ends = np.concatenate([starts[1:], [len(first)]]) - 1
        return Regions(first[starts], last[ends], np.maximum.reduceat(height, starts))


def find_regions(heard: Heard, ear: Ear, settings: FasciculationSettings) -> Regions:
    """Runs of the score over the low threshold; runs nearer than the merging time are one."""
    level = standing(heard, settings.grid_from <= heard.floor.shape[1])
    flat = level.ravel()
    above = np.flatnonzero(flat > settings.low)
    step = heard.stride * ear.step
    if not len(above):
        nothing = np.zeros(0, np.int64)
        return Regions(nothing, nothing, np.zeros(0, np.float32))
    apart = np.diff(above) > settings.merge_s * ear.rate_hz / step
    starts, ends = above[np.concatenate([[True], apart])], above[np.concatenate([apart, [True]])]
    height = np.maximum.reduceat(flat, np.stack([starts, ends + 1], 1).ravel()[:-1])[::2] if len(starts) else flat[:0]
    a_second = heard.score.shape[1]
    first, last = (at // a_second * ear.block + at % a_second * step for at in (starts, ends))
    return Regions(first, last, height)


def standing(heard: Heard, grid: bool) -> Floats:
    """How far the score stands above its usual size: for a grid in robust SD of its logarithm, else in SD of the noise."""
    if not grid:
        return np.sqrt(heard.score)
    level = np.log(np.maximum(heard.score, np.float32(1e-9)))
    return np.asarray((level - heard.usual[:, None]) / heard.spread[:, None])

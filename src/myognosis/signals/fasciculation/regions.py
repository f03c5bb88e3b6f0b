"""Stretches of time in which the energy stands out: where potentials are looked for."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from myognosis.signals.fasciculation.ear import Ear, Floats
from myognosis.signals.fasciculation.settings import FasciculationSettings
from myognosis.signals.quality import AT_ONCE, parts_of

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
        rows = np.flatnonzero(calm[second] & ~self._long(ear) & (self.height > above))
        return Regions(self.first[rows], self.last[rows], self.height[rows])

    def _long(self, ear: Ear) -> npt.NDArray[np.bool_]:
        return np.asarray(self.last - self.first >= 2 * ear.block)

    def searched(self, calm: npt.NDArray[np.bool_], ear: Ear) -> npt.NDArray[np.bool_]:
        """The calm seconds but for those in stretches that are too long to be looked at."""
        left = calm.copy()
        for row in np.flatnonzero(self._long(ear)):
            left[self.first[row] // ear.block : self.last[row] // ear.block + 1] = False
        return left

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


def find_regions(score: Floats, usual: Floats, spread: Floats, stride: int, ear: Ear, settings: FasciculationSettings) -> Regions:
    """Runs of the score (second by step of ``stride`` frames) over a low threshold; those nearer than the merging time are one.

    A grid's score counts in robust SD of its logarithm, that of a few channels in SD of the noise.
    """
    a_second, step = score.shape[1], stride * ear.step
    found = [_above(score[part], usual[part], spread[part], settings.low) for part in parts_of(len(score))]
    above = np.concatenate([rows + k * AT_ONCE * a_second for k, (rows, _) in enumerate(found)])
    values = np.concatenate([values for _, values in found])
    if not len(above):
        return Regions(above, above, values)
    new = np.concatenate([[True], np.diff(above) > settings.merge_s * ear.rate_hz / step])
    starts = np.flatnonzero(new)
    ends = np.concatenate([starts[1:], [len(above)]]) - 1
    first, last = (at // a_second * ear.block + at % a_second * step for at in (above[starts], above[ends]))
    return Regions(first, last, np.maximum.reduceat(values, starts))


def _above(score: Floats, usual: Floats, spread: Floats, low: float) -> tuple[npt.NDArray[np.int64], Floats]:
    """Where the score stands above its usual size by more than the low threshold, and by how much."""
    level = ((score - usual[:, None]) / spread[:, None]).ravel()
    rows = np.flatnonzero(level > low)
    return rows, level[rows]

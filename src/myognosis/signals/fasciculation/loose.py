"""Electrodes of a grid that come loose: for so long they are left out, and the others go on.

What an electrode shows whose contact fails is loud, and loud there alone. Whitening carries it to its neighbours, and a second in
which it comes and goes swings as a contraction does: one loose electrode would make the whole grid pass for a muscle that works.
A contraction is told from it by what lies beside: on the electrodes around a unit it is half as loud, and not silent.
"""

import numpy as np
import numpy.typing as npt

from myognosis.signals.fasciculation.ear import Floats
from myognosis.signals.fasciculation.settings import FasciculationSettings
from myognosis.signals.quality import QualitySettings

__all__ = ["Loose"]

Mask = npt.NDArray[np.bool_]


class Loose:
    """Which channels are loud alone, second by second, and which are to be left out."""

    def __init__(self, quiet_uv: Floats, piece: int, seconds: int, settings: FasciculationSettings) -> None:
        self._settings, over = settings, QualitySettings().contact_over
        self._alive = quiet_uv > 0
        quiet = np.where(self._alive, np.square(quiet_uv, dtype=np.float32) * np.float32(piece), np.float32(np.inf))
        self._raised, self._loud = quiet * np.float32((over / 2) ** 2), quiet * np.float32(over**2)
        self.seconds = np.zeros((seconds, len(quiet_uv)), np.bool_)
        self._wrong = np.zeros_like(self.seconds)

    def see(self, k: int, squares: Floats, usable: Mask) -> None:
        """The sums of squares of the pieces of the next second (piece by channel), and which channels can be judged in it."""
        some = np.flatnonzero((squares.max(axis=0) > self._raised) & usable)
        if len(some):
            part = squares[:, some]
            raised = (part > self._raised[some]).mean(axis=0) > self._settings.loose_share
            loud = (part > self._loud[some]).mean(axis=0) > self._settings.loose_share
            if self._are_few(raised) and 2 * np.count_nonzero(loud) >= np.count_nonzero(raised):
                self.seconds[k, some[raised]] = True
        self._wrong[k] = self._alive & (self.seconds[k] | ~usable)

    def left_out(self, k: int) -> Mask:
        """The channels that are not heard in a second, because they are wrong in it or in one beside; none where they are many.

        What begins in one second rings into the one before, since the filter has no shift of phase.
        """
        wrong = np.asarray(self._wrong[max(0, k - 1) : k + 2].any(axis=0))
        return wrong if self._are_few(wrong) else np.zeros_like(wrong)

    def _are_few(self, channels: Mask) -> bool:
        return bool(np.count_nonzero(channels) <= self._settings.loose_on * np.count_nonzero(self._alive))

"""A recording looked at piece by piece, each with so much around it that what begins in it is found as it is in the whole.

The pieces follow from the length and the rate of the recording alone, never from how it is read: what lies in memory and what
stays on the disk are looked at alike, and give the same numbers to the bit.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

__all__ = ["AROUND_S", "Piece", "pieces_of"]

AROUND_S = 20
"""What is looked for here is judged by no more than some ten seconds to each side."""
_SAMPLES, _LEAST_S = 1_200_000, 60


@dataclass(frozen=True)
class Piece:
    """Samples ``first`` to ``last`` are looked at; what begins from ``begin`` on and before ``end`` belongs to this piece."""

    first: int
    begin: int
    end: int
    last: int

    def owns(self, samples: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """Which of these samples of the whole recording belong to this piece."""
        return np.asarray((samples >= self.begin) & (samples < self.end), np.bool_)

    def own_seconds(self, per_second: int) -> slice:
        """The whole seconds of this piece, counted from its first sample."""
        return slice((self.begin - self.first) // per_second, (self.end - self.first) // per_second)


def pieces_of(n_samples: int, rate_hz: float, together: int = 1) -> tuple[Piece, ...]:
    """Pieces of whole seconds and about one length, the shorter the more channels are looked at ``together``."""
    n = round(rate_hz)
    seconds = n_samples // n
    count = max(1, round(seconds / max(_LEAST_S, _SAMPLES // (n * together))))
    edges = [seconds * k // count * n for k in range(count)] + [n_samples]
    around = AROUND_S * n
    return tuple(Piece(max(0, begin - around), begin, end, min(n_samples, end + around)) for begin, end in pairwise(edges))

"""A trace made small enough to draw: the lowest and the highest sample of each column."""

import numpy as np
import numpy.typing as npt

__all__ = ["envelope"]

Floats = npt.NDArray[np.floating]


def envelope(samples: Floats, columns: int) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Lowest and highest sample of each of ``columns`` equal parts, so that no peak is lost in a picture.

    Missing samples are passed over; a part with nothing else is not a number. A trace shorter than ``columns`` keeps one
    column a sample.
    """
    n = len(samples)
    edges = np.linspace(0, n, min(columns, n) + 1).astype(np.int64)[:-1]
    if not len(edges):
        return np.zeros(0, np.float32), np.zeros(0, np.float32)
    low, high = np.minimum.reduceat(samples, edges), np.maximum.reduceat(samples, edges)
    if np.isfinite(low).all() and np.isfinite(high).all():  # what is missing anywhere would be missing here
        return low.astype(np.float32), high.astype(np.float32)
    finite = np.isfinite(samples)
    low = np.minimum.reduceat(np.where(finite, samples, np.inf), edges)
    high = np.maximum.reduceat(np.where(finite, samples, -np.inf), edges)
    empty = low > high
    return np.where(empty, np.nan, low).astype(np.float32), np.where(empty, np.nan, high).astype(np.float32)

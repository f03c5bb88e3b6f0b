"""A trace made small enough to draw: the lowest and the highest sample of each column."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import numpy.typing as npt

__all__ = ["envelope", "envelope_of"]

Floats = npt.NDArray[np.floating]


def envelope(samples: Floats, columns: int) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Lowest and highest sample of each of ``columns`` equal parts, so that no peak is lost in a picture.

    Missing samples are passed over; a part with nothing else is not a number. A trace shorter than ``columns`` keeps one
    column a sample.
    """
    edges = _edges(len(samples), columns)[:-1]
    return _extremes(samples, edges) if len(edges) else (np.zeros(0, np.float32), np.zeros(0, np.float32))


def envelope_of(
    read: Callable[[int, int], Floats], n: int, columns: int, at_once: int
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """The same of ``n`` samples that are read so many at a time: ``read`` gives those from one number to another."""
    edges = _edges(n, columns)
    groups = np.unique(np.append(np.searchsorted(edges, np.arange(0, n, at_once)), len(edges) - 1))
    parts = [_extremes(read(int(edges[a]), int(edges[b])), edges[a:b] - edges[a]) for a, b in pairwise(groups)]
    low, high = zip(*parts, strict=True) if parts else ((), ())
    return np.concatenate([np.zeros(0, np.float32), *low]), np.concatenate([np.zeros(0, np.float32), *high])


def _edges(n: int, columns: int) -> npt.NDArray[np.int64]:
    """Where each column begins, and the end of the last one."""
    return np.linspace(0, n, min(columns, n) + 1).astype(np.int64)


def _extremes(samples: Floats, edges: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    low, high = np.minimum.reduceat(samples, edges), np.maximum.reduceat(samples, edges)
    if np.isfinite(low).all() and np.isfinite(high).all():  # what is missing anywhere would be missing here
        return low.astype(np.float32), high.astype(np.float32)
    finite = np.isfinite(samples)
    low = np.minimum.reduceat(np.where(finite, samples, np.inf), edges)
    high = np.maximum.reduceat(np.where(finite, samples, -np.inf), edges)
    empty = low > high
    return np.where(empty, np.nan, low).astype(np.float32), np.where(empty, np.nan, high).astype(np.float32)

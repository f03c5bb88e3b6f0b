"""The loops over samples, compiled. Time runs along the first axis, so that one instruction serves many channels."""

import numpy as np
import numpy.typing as npt
from numba import njit

__all__ = [
    "convolved",
    "diagonals",
    "energy_of_most_active",
    "in_lines",
    "predicted",
    "ranked",
    "turned",
]

Floats = npt.NDArray[np.float32]


SQUARE = 8
"""Rows and columns that are turned at once: a line of memory is then read and written while it is near."""


@njit(cache=True)
def turned(x: Floats, out: Floats) -> None:
    """What lies channel after channel, sample after sample: ``x`` is (channel, sample), ``out`` (sample, channel)."""
    channels, n = x.shape
    for t in range(0, n, SQUARE):
        for c in range(0, channels, SQUARE):
            if t + SQUARE <= n and c + SQUARE <= channels:
                for i in range(SQUARE):
                    for j in range(SQUARE):
                        out[t + i, c + j] = x[c + j, t + i]
            else:
                for i in range(t, min(n, t + SQUARE)):
                    for j in range(c, min(channels, c + SQUARE)):
                        out[i, j] = x[j, i]


@njit(cache=True)
def _reached_by(values: Floats, top: int, guess: np.float32) -> np.float32:
    """A value that ``top`` of these reach, or one a hair below where several are alike; halving from a guess (0 or more)."""
    low, high, middle = np.float32(0.0), np.float32(np.inf), guess
    for _ in range(60):
        count = np.int32(0)
        for c in range(len(values)):
            count += np.int32(values[c] >= middle)
        if count >= top:
            low = middle
        else:
            high = middle
        if count == top:
            break
        middle = np.float32(0.5) * (low + high) if high < np.inf else np.float32(2.0) * low + np.float32(1e-6)
    return low


@njit(cache=True)
def energy_of_most_active(squares: Floats, width: int, stride: int, top: int, energy: Floats) -> Floats:
    """Mean energy of the ``top`` most active channels in windows of ``width`` samples, every ``stride`` samples.

    ``squares`` is (sample, channel), of unit noise; it holds ``width - stride`` samples more than the windows begin in.
    ``energy`` is room for one number a channel, which begins where a line of memory does.
    """
    n, channels = squares.shape
    windows = (n - width) // stride + 1
    out = np.empty(windows, np.float32)
    limit = np.float32(0.0)
    for k in range(windows):
        energy[:] = 0.0
        for t in range(k * stride, k * stride + width):
            row = squares[t]
            for c in range(channels):
                energy[c] += row[c]
        limit = _reached_by(energy, top, limit)
        total, over = np.float32(0.0), 0
        for c in range(channels):
            if energy[c] >= limit:
                total += energy[c]
                over += 1
        out[k] = (total - np.float32(over - top) * limit) / np.float32(top * width)
    return out


@njit(cache=True)
def ranked(values: Floats) -> None:
    """The columns of each table in order, in place: neighbours change places row against row (``values`` is (table, row, column)).

    For a few rows of many columns this is ten times as fast as to sort one column after another.
    """
    tables, rows, columns = values.shape
    for k in range(tables):
        for turn in range(rows):
            for i in range(turn % 2, rows - 1, 2):
                above, below = values[k, i], values[k, i + 1]
                for c in range(columns):
                    one, other = above[c], below[c]
                    above[c] = min(one, other)
                    below[c] = max(one, other)


@njit(cache=True)
def in_lines(frames: Floats, gains: Floats, out: Floats) -> None:
    """Frames times a gain that runs in straight lines between the middles of three seconds; ``gains`` is (second, channel)."""
    n, channels = frames.shape
    for t in range(n):
        at = np.float32((t + 0.5) / n - 0.5)
        first = 0 if t < n // 2 else 1
        before, middle, after, seen, row = gains[first], gains[1], gains[first + 1], frames[t], out[t]
        for c in range(channels):
            row[c] = seen[c] * (middle[c] + at * (after[c] - before[c]))


@njit(cache=True)
def predicted(z: Floats, weights: Floats, out: Floats) -> None:
    """The weighted sum of each row and those before it; the first few, which have no past, are lost."""
    past = len(weights) - 1
    for t in range(len(z) - past):
        row = out[t]
        row[:] = 0.0
        for k in range(past + 1):
            weight, seen = weights[k], z[t + past - k]
            for c in range(len(row)):
                row[c] += seen[c] * weight


@njit(cache=True)
def convolved(parts: Floats, courses: Floats) -> Floats:
    """The fit of each template at each frame: the sum over its patterns of their courses against what they see.

    ``parts`` is (template, pattern, frame), ``courses`` (template, pattern, lag); the result (template, frame).
    """
    templates, patterns, lags = courses.shape
    n = parts.shape[2] - lags + 1
    out = np.zeros((templates, n), np.float32)
    for k in range(templates):
        row = out[k]
        for r in range(patterns):
            seen = parts[k, r]
            for lag in range(lags):
                weight = courses[k, r, lag]
                for t in range(n):
                    row[t] += weight * seen[t + lag]
    return out


@njit(cache=True)
def diagonals(products: Floats) -> Floats:
    """The fit of each template at each frame: the sum over its lags of what each sees that much later.

    ``products`` is (template, lag, frame); the result (template, frame).
    """
    templates, lags, n = products.shape
    out = np.zeros((templates, n - lags + 1), np.float32)
    for k in range(templates):
        row = out[k]
        for lag in range(lags):
            seen = products[k, lag]
            for t in range(len(row)):
                row[t] += seen[t + lag]
    return out

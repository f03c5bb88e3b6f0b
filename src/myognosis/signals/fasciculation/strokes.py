"""What is done to one stretch, compiled: there the arrays are small, and to call NumPy for each step costs more than the sums."""

import numpy as np
import numpy.typing as npt
from numba import njit

__all__ = ["alike", "burst_about", "cut_ends", "energy_on", "highest", "size_and_slope", "steepest", "taken_away"]

Floats = npt.NDArray[np.float32]


@njit(cache=True, fastmath={"reassoc", "nsz"})
def energy_on(part: Floats, active: npt.NDArray[np.int_]) -> float:
    """The energy of a part (sample by channel) on some channels, less that of unit noise."""
    whole = np.float32(0.0)
    for t in range(len(part)):
        for c in active:
            whole += part[t, c] * part[t, c]
    return float(whole) - len(part) * len(active)


@njit(cache=True, fastmath={"reassoc", "nsz"})
def size_and_slope(part: Floats, shape: Floats, slope: Floats, products: npt.NDArray[np.float64]) -> tuple[float, float]:
    """How much of a shape and of its slope in time fit a part best; of the slope never more than of the shape.

    ``products`` are those of the shape with itself, with its slope, and of the slope with itself.
    """
    xa, xb = np.float32(0.0), np.float32(0.0)
    for t in range(len(shape)):
        seen, one, other = part[t], shape[t], slope[t]
        for c in range(len(seen)):
            xa += seen[c] * one[c]
            xb += seen[c] * other[c]
    aa, ab, bb = products[0], products[1], products[2]
    det = max(aa * bb - ab * ab, 1e-9)
    a, b = (xa * bb - xb * ab) / det, (xb * aa - xa * ab) / det
    return a, min(max(b, -abs(a)), abs(a))


@njit(cache=True)
def taken_away(
    left: Floats, fits: Floats, at: int, sizes: tuple[float, float], shape: Floats, slope: Floats, answers: Floats
) -> None:
    """A shape and its slope taken away in these sizes from frame ``at`` on, and from the fit of each template what they give to it.

    ``answers`` (two, template, frames by which it begins later, a length before on) are those of :meth:`Templates.answers`.
    """
    a, b = np.float32(sizes[0]), np.float32(sizes[1])
    length, channels = shape.shape
    for t in range(length):
        for c in range(channels):
            left[at + t, c] -= a * shape[t, c] + b * slope[t, c]
    first, last = max(0, at - length), min(fits.shape[1], at + length + 1)
    before = at - length
    for k in range(len(fits)):
        row, one, other = fits[k], answers[0, k], answers[1, k]
        for t in range(first, last):
            row[t] -= a * one[t - before] + b * other[t - before]


@njit(cache=True)
def highest(level: Floats, least: float, edge: int, apart: int) -> list[int]:
    """Where a level stands out, the highest first, neither in the edges nor nearer to one another than ``apart``."""
    n, out = len(level), [0 for _ in range(0)]
    free = level > least
    free[:edge] = False
    free[max(0, n - edge) :] = False
    while True:
        at = -1
        for t in range(n):
            if free[t] and (at < 0 or level[t] > level[at]):
                at = t
        if at < 0:
            return out
        out.append(at)
        free[max(0, at - apart) : at + apart + 1] = False


@njit(cache=True)
def cut_ends(recorded: Floats, ends: Floats) -> npt.NDArray[np.bool_]:
    """The channels with a sample beside another on the least or the greatest value."""
    n, channels = recorded.shape
    out, before = np.zeros(channels, np.bool_), np.zeros(channels, np.bool_)
    for t in range(n):
        for c in range(channels):
            on = (recorded[t, c] == ends[0, c]) | (recorded[t, c] == ends[1, c])
            out[c] |= on & before[c]
            before[c] = on
    return out


@njit(cache=True, fastmath={"reassoc", "nsz"})
def steepest(recorded: Floats, gain: Floats, rise: int) -> int:
    """From where on all channels together change most within ``rise`` samples, each in units of its noise."""
    most, where = np.float32(-1.0), 0
    for t in range(len(recorded) - rise):
        here, there, energy = recorded[t], recorded[t + rise], np.float32(0.0)
        for c in range(len(gain)):
            change = there[c] * gain[c] - here[c] * gain[c]
            energy += change * change
        if energy > most:
            most, where = energy, t
    return where


@njit(cache=True, fastmath={"reassoc", "nsz"})
def alike(answer: Floats, wave: Floats, gain: Floats) -> tuple[Floats, float]:
    """The size of an answer in each channel of a wave (sample by channel, in units of noise), and how much they explain."""
    size, own = np.zeros(len(gain), np.float32), np.float32(0.0)
    for t in range(len(answer)):
        a, row = answer[t], wave[t]
        own += a * a
        for c in range(len(gain)):
            size[c] += a * (row[c] * gain[c])
    for c in range(len(gain)):
        size[c] /= own
    left, whole = 0.0, 0.0
    for t in range(len(answer)):
        a, row, over, energy = answer[t], wave[t], np.float32(0.0), np.float32(0.0)
        for c in range(len(gain)):
            seen = row[c] * gain[c]
            energy += seen * seen
            over += (seen - a * size[c]) * (seen - a * size[c])
        left += float(over)
        whole += float(energy)
    return size, 1.0 - left / max(whole, 1e-12)


@njit(cache=True)
def burst_about(waves: Floats, channel: int, at: int, least: float, pause: float, shortest: float, turns: int) -> tuple[int, int]:
    """First and last sample of the run about ``at`` in which a channel stands out, pauses bridged; -1: short or smooth."""
    run, changed, begun, changes, before, near, here = (-1, -1), 0, 0, 0, -1, len(waves), False
    for t in range(len(waves)):
        if not abs(waves[t, channel]) > least:
            continue
        if before < 0 or t - before > pause:
            begun, changes, here = t, 0, False
        elif (waves[t, channel] > 0) != (waves[before, channel] > 0):
            changes += 1
        here |= abs(t - at) < near
        near, before = min(near, abs(t - at)), t
        if here:
            run, changed = (begun, t), changes
    return run if run[1] - run[0] >= shortest and changed >= turns else (-1, -1)

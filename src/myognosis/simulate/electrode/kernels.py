"""Compiled by Numba: reading the conductor for every fibre, and adding potentials at every spike."""

from typing import Any

import numpy as np
from numba import njit

__all__ = ["add_potentials", "needle_windows", "surface_windows"]


@njit(cache=True)
def surface_windows(
    out: Any, slope: Any, along_step: float, step_s: float, unit: Any, depth: Any, side: Any, side_of: Any, along: Any,
    right: Any, left: Any, start: Any, velocity: Any,
) -> None:  # fmt: skip
    """Add to ``out[unit, electrode, time]`` what each fibre's two waves show, before the shape of the wave is put in.

    ``depth`` and ``side[fibre, column]`` are places in the table ``slope``; ``along[fibre, electrode]`` in mm from the end plate.
    """
    middle = (slope.shape[2] - 1) // 2
    row = np.empty(slope.shape[2], np.float32)
    for f in range(len(unit)):
        d0 = min(int(depth[f]), slope.shape[0] - 2)
        wd = np.float32(depth[f] - d0)
        pace = velocity[f] * step_s * 1000.0
        nr, nl = min(int(right[f] / pace) + 1, out.shape[2] - start[f]), min(int(left[f] / pace) + 1, out.shape[2] - start[f])
        for column in range(side.shape[1]):
            s0 = min(int(side[f, column]), slope.shape[1] - 2)
            ws = np.float32(side[f, column] - s0)
            a, b = (1 - wd) * (1 - ws), (1 - wd) * ws
            c, d = wd * (1 - ws), wd * ws
            for z in range(slope.shape[2]):
                row[z] = a * slope[d0, s0, z] + b * slope[d0, s0 + 1, z] + c * slope[d0 + 1, s0, z] + d * slope[d0 + 1, s0 + 1, z]
            for e in range(side_of.shape[1]):
                if side_of[column, e] < 0:
                    break
                electrode = side_of[column, e]
                place = along[f, electrode] / along_step + middle
                add_wave(out[unit[f], electrode], row, place, -pace / along_step, nr, right[f] / pace, start[f], pace)
                add_wave(out[unit[f], electrode], row, place, pace / along_step, nl, left[f] / pace, start[f], -pace)


@njit(cache=True)
def add_wave(out: Any, row: Any, place: float, stride: float, n: int, length: float, start: int, weight: float) -> None:
    """One wave past one electrode: the table read at equal steps; the last step counts for the part of it that is fibre."""
    last = len(row) - 2
    for j in range(n):
        part = min(1.0, length - j)
        x = place + stride * (j + 0.5 * part)
        i = int(x)
        if x >= 0.0 and i <= last:
            out[start + j] += weight * part * (row[i] + (x - i) * (row[i + 1] - row[i]))


@njit(cache=True)
def needle_windows(
    out: Any, points: Any, sign: Any, step_s: float, ratio: float, radius: float, unit: Any, across: Any, depth: Any,
    endplate: Any, right: Any, left: Any, start: Any, velocity: Any,
) -> None:  # fmt: skip
    """The same for a needle in a wide muscle: ``points[p] = (across, depth, along)`` in mm with weights ``sign[p]``.

    The slope of ``1 / sqrt(ratio r^2 + z^2)`` is ``-z / (ratio r^2 + z^2)^1.5``; ``r`` is never less than the fibre's radius.
    """
    for f in range(len(unit)):
        pace = velocity[f] * step_s * 1000.0
        for p in range(len(points)):
            far = (points[p, 0] - across[f]) ** 2 + (points[p, 1] - depth[f]) ** 2
            far = ratio * max(far, radius * radius)
            z0 = points[p, 2] - endplate[f]
            for way in range(2):
                length = (right[f] if way == 0 else left[f]) / pace
                turn = 1.0 if way == 0 else -1.0
                n = min(int(length) + 1, out.shape[2] - start[f])
                for j in range(n):
                    part = min(1.0, length - j)
                    z = z0 - turn * pace * (j + 0.5 * part)
                    square = far + z * z
                    out[unit[f], 0, start[f] + j] -= sign[p] * turn * pace * part * z / (square * np.sqrt(square))


@njit(cache=True)
def add_potentials(out: Any, shapes: Any, first: Any, last: Any, at: Any, size: Any, block: int) -> None:
    """Add each spike's shape, times ``size[s]``, to ``out`` from ``at[s]`` on, both as rows of samples by channel, laid flat.

    Spikes are sorted by shape: those of shape k are ``first[k]`` to ``last[k]``. Work goes by blocks of time, so that both
    the block and one shape stay in the cache.
    """
    width = shapes.shape[1]
    cursor = first.copy()
    for end in range(block, len(out) + block, block):
        for k in range(len(cursor)):
            template = shapes[k]
            s = cursor[k]
            while s < last[k] and at[s] < end:
                target = out[at[s] : at[s] + width]
                share = size[s]
                for j in range(width):
                    target[j] += share * template[j]
                s += 1
            cursor[k] = s

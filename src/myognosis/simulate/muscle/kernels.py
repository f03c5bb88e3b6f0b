"""Compiled by Numba: the force of all units."""

from typing import Any

import numpy as np
from numba import njit

__all__ = ["sum_forces"]


@njit(cache=True)
def sum_forces(
    n: int, step_s: float, starts: Any, times: Any, tetanic: Any, contraction: Any, half: Any, steepness: float,
    fatigue: Any, slowing: float,
) -> Any:  # fmt: skip
    """Force in N at ``n`` steps: exact critically damped filters of the spikes behind a saturation, with fatigue.

    ``times[starts[u]:starts[u + 1]]`` are the spikes of unit ``u`` in s. See ``myognosis.simulate.muscle.force``.
    """
    force = np.zeros(n)
    for u in range(len(tetanic)):
        a, b, capacity, slow = 0.0, 0.0, 1.0, 1.0
        next_spike, last = starts[u], starts[u + 1]
        for i in range(n):
            tau = contraction[u] * slow
            decay = np.exp(-step_s / tau)
            b = (b + a * step_s / tau) * decay
            a = a * decay
            while next_spike < last and times[next_spike] <= (i + 1) * step_s:
                late = max((i + 1) * step_s - times[next_spike], 0.0) / tau
                a += np.exp(-late)
                b += late * np.exp(-late)
                next_spike += 1
            if b < 1e-12:
                if next_spike == last:
                    break
                continue
            active = (b * np.e / half[u]) ** steepness
            share = active / (1.0 + active)
            force[i] += tetanic[u] * capacity * share
            capacity = max(capacity - fatigue[u] * share * step_s, 0.0)
            slow = 1.0 + slowing * (1.0 - capacity)
    return force

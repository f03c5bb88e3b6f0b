"""Potentials that tower above small ones which fire without end, as fibrillation and units far from a needle do.

What fires without end hides in each second whether the person contracts the muscle, and nothing could be counted. But potentials
many times as large are none of these, nor several of them at once; what they do themselves tells whether they are voluntary.
"""

from collections.abc import Sequence

import numpy as np

from myognosis.signals.fasciculation.events import Event

__all__ = ["least_towering"]

MOST = 0.95
"""Of the potentials of fibres so many are no larger than what others are held against: now and then one lies on another."""


def least_towering(events: Sequence[Event], fibres: Sequence[Event], times: float | None) -> float | None:
    """The size (uV) from which on potentials tower above all that fires without end; None where nothing is said of it.

    They are so many ``times`` as large as the ``fibres`` that are known, since several of these at once look like one of a unit;
    where none is known, as what is smaller than the widest gap between sizes. Most of what fires lies below that gap.
    """
    if times is None:
        return None
    if fibres:
        return times * float(np.quantile([event.amplitude_uv for event in fibres], MOST))
    sizes = np.sort([event.amplitude_uv for event in events])
    ratios = sizes[1:] / np.maximum(sizes[:-1], 1e-9)
    ratios[: len(sizes) // 2] = 0.0
    widest = int(np.argmax(ratios)) if len(ratios) else 0
    return float(sizes[widest + 1]) if len(ratios) and ratios[widest] >= times else None

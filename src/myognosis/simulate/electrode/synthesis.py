"""From spikes to channels: each spike adds its unit's potential."""

import numpy as np
import numpy.typing as npt

from myognosis.simulate.chance import Floats
from myognosis.simulate.electrode.potentials import Potentials

__all__ = ["sum_potentials"]

_BLOCK_BYTES = 1_000_000
"""A block of output and one shape fit into the second-level cache."""


def sum_potentials(
    time_s: Floats, unit: npt.NDArray[np.int32], potentials: Potentials, duration_s: float
) -> npt.NDArray[np.float32]:
    """The channels ``[sample, channel]`` in microvolts, before noise and amplifier.

    It is the sum over spikes of shifted shapes, which equals the convolution of spike trains with shapes, done where the spikes
    are: nothing is multiplied by the zeros between them.
    """
    from myognosis.simulate.electrode.kernels import add_potentials

    phases, units, width, channels = potentials.shapes.shape
    rate = potentials.rate_hz
    n = round(duration_s * rate)
    fine = np.round((time_s - potentials.lead_s) * rate * phases).astype(np.int64)
    start, phase = fine // phases, fine % phases
    margin = width + 1
    inside = (start > -margin) & (start < n)
    shape = (phase * units + unit)[inside]
    order = np.lexsort((start[inside], shape))
    edges = np.searchsorted(shape[order], np.arange(phases * units + 1))
    out = np.zeros((n + 2 * margin) * channels, np.float32)
    add_potentials(
        out, potentials.shapes.reshape(phases * units, -1), edges[:-1], edges[1:], (start[inside][order] + margin) * channels,
        shape[order], max(_BLOCK_BYTES // 4, width * channels),
    )  # fmt: skip
    return out.reshape(-1, channels)[margin : margin + n]

"""From spikes to channels: each spike adds its unit's potential."""

import numpy as np
import numpy.typing as npt

from myognosis.simulate.chance import Floats
from myognosis.simulate.electrode.potentials import Potentials

__all__ = ["answers", "sum_potentials"]

_BLOCK_BYTES = 1_000_000
"""A block of output and one shape fit into the second-level cache."""


def sum_potentials(
    time_s: Floats, unit: npt.NDArray[np.int32], potentials: Potentials, duration_s: float, size: Floats | None = None
) -> npt.NDArray[np.float32]:
    """The channels ``[sample, channel]`` in microvolts, before noise and amplifier; ``size`` is what each spike's potential keeps.

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
    sizes = np.ones(len(order), np.float32) if size is None else size[inside][order].astype(np.float32)
    add_potentials(
        out, potentials.shapes.reshape(phases * units, -1), edges[:-1], edges[1:], (start[inside][order] + margin) * channels,
        sizes, max(_BLOCK_BYTES // 4, width * channels),
    )  # fmt: skip
    return out.reshape(-1, channels)[margin : margin + n]


_SPENT, _CLOSE_S, _BACK_S = 0.02, 0.008, 1.0
"""What a unit's potential loses by a spike at once behind another, how far behind it must come to lose less, and how long until it
is back. The potential wanes in bursts of neuromyotonia (Bednarik and Kadanka 2001, read), because fibres cannot follow: their
refractory period is 2.2 to 4.6 ms, and the faster the train, the fewer potentials are alike (Farmer, Buchthal and Rosenfalck 1960,
abstract read). By how much is estimated: to about half after 100 spikes at 200 a second, by 1 % in a steady contraction."""


def answers(time_s: Floats, unit: npt.NDArray[np.int32]) -> Floats:
    """What share of its unit's potential each spike shows, of spikes in the order of time.

    >>> train = np.arange(100) / 200
    >>> bool(0.4 < answers(train, np.zeros(100, np.int32))[-1] < 0.6), bool(answers(train * 10, np.zeros(100, np.int32))[-1] > 0.99)
    (True, True)
    """
    out = np.ones(len(time_s))
    order = np.argsort(unit, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(unit[order])) + 1):
        gaps = np.diff(time_s[rows])
        if not (gaps < 5 * _CLOSE_S).any():
            continue
        kept, left = np.exp(-gaps / _BACK_S), 1 - _SPENT * np.exp(-gaps / _CLOSE_S)
        share = 1.0
        for k in range(len(gaps)):
            share = 1 - (1 - share * left[k]) * kept[k]
            out[rows[k + 1]] = share
    return out

"""The fitted axon as a row of nodes: whether a spike travels, how fast, and the recovery cycle counted by its arrival.

A threshold found at one node counts decremental responses as spikes if its criterion is loose. Here a spike is one that arrives
twelve nodes on, as in a recording, where the muscle answers. And as in a recording the current is given by a cathode on the skin,
which several nodes feel: a needle at one node must also charge its neighbours, and every change of the threshold looks smaller.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from myognosis.simulate.axon import kernels as k
from myognosis.simulate.axon.faults import outside, refuse_all
from myognosis.simulate.axon.membrane import columns, lanes, steady_gates
from myognosis.simulate.axon.parameters import MotorAxon, check_axon
from myognosis.simulate.axon.state import REST

__all__ = ["Travel", "row", "travel"]

Floats = npt.NDArray[np.float64]

FIBRE_UM = 14.0
"""The thickness of a fibre that the row of nodes stands for."""
CATHODE_MM = 10.0
"""How far the cathode of a recording is from the axon: a nerve half a centimetre deep under an electrode as wide (estimated)."""
_STEP_MS, _LEVEL_MV, _FAR, _WAIT_MS = 0.002, -10.0, 12, 4.0
_SIZES_PA = tuple(10.0 * 2.0**i for i in range(12))
"""Where a threshold is looked for: far above it a broad cathode's flanks hold up the spike."""
_NEEDLE_PA = 2e3


@dataclass(frozen=True)
class Travel:
    """What travels: velocity (m/s), threshold of a 1-ms pulse (pA), change of threshold (%) at each interval after a spike."""

    velocity_m_s: float
    threshold_pa: float
    recovery: tuple[float, ...]


def travel(
    axon: MotorAxon, intervals_ms: tuple[float, ...] = (), *, cathode_mm: float = CATHODE_MM, fibre_um: float = FIBRE_UM
) -> Travel:
    """Let spikes travel along the axon. A change of threshold of more than 300 % is not a number.

    Thresholds are those of a cathode ``cathode_mm`` away from the axon, at 0 of a needle in one node, which also starts the spike
    whose velocity is measured. ``fibre_um`` decides how far apart the nodes are and what joins them; the membrane stays.

    Raises
    ------
    AxonError
        A constant of the axon, the distance or the thickness is impossible.
    """
    check_axon(axon)
    refuse_all(outside("chain", "fibre_um", fibre_um, 8.0, 18.0) + outside("chain", "cathode_mm", cathode_mm, 0.0, 50.0))
    spacing, axial = row(fibre_um)
    felt, needle = felt_under(cathode_mm, spacing), felt_under(0.0, spacing)
    p = columns([axon], REST)
    block, rest = lanes(p)[0], lanes(steady_gates(p, np.array([axon.rest_mv]), np.array([axon.rest_mv])))[0]

    def arrivals(interval: float, first: float, second: float, where: Floats = felt, step: float = _STEP_MS) -> Floats:
        """When each node passes the level after the second of two pulses, ms; -1 where it does not."""
        arrived = np.full(k.LANES, -1.0)
        steps = round((interval + _WAIT_MS) / step)
        starts, sizes = np.array([0.0, interval]), np.array([first, second])
        k.chain(block, rest.copy(), 1e3 / axial, where, starts, sizes, step, steps, _LEVEL_MV, arrived)
        return arrived

    def threshold(interval: float, first: float, high: float) -> float:
        """The least second pulse, pA, whose spike arrives."""
        low = 0.0
        for _ in range(16):
            middle = 0.5 * (low + high)
            low, high = (low, middle) if arrivals(interval, first, middle)[_FAR] >= 0.0 else (middle, high)
        return high

    enough = next((size for size in _SIZES_PA if arrivals(0.0, 0.0, size)[_FAR] >= 0.0), _SIZES_PA[-1])
    unit = threshold(0.0, 0.0, enough)
    times = [arrivals(0.0, 0.0, _NEEDLE_PA, needle, step) for step in (_STEP_MS, 0.5 * _STEP_MS)]
    # the axial currents are of first order: half the step halves the error, which is taken away (Richardson 1911)
    taken = 2.0 * (times[1][_FAR] - times[1][4]) - (times[0][_FAR] - times[0][4])
    velocity = spacing * (_FAR - 4) / taken
    changes = [100.0 * (threshold(t, 1.5 * unit, 4.0 * unit) / unit - 1.0) for t in intervals_ms]
    return Travel(float(velocity), unit, tuple(c if c < 299.0 else float("nan") for c in changes))


def row(fibre_um: float) -> tuple[float, float]:
    """Distance of the nodes (mm) and resistance of the axoplasm between them (Mohm) in a fibre of this thickness.

    Hennings et al. 2005 (ModelDB 55749, quoted): the axon is ``d = -.468 D / (.018 D - 1)`` um thick, its internode
    ``-91.1 - 20.2 d + 1745.9 log10 d`` um long; 70 ohm cm.

    >>> [round(x, 2) for x in row(14.0)]
    [1.38, 16.0]
    """
    axon_um = -0.468 * fibre_um / (0.018 * fibre_um - 1.0)
    length_um = -91.1 - 20.2 * axon_um + 1745.9 * math.log10(axon_um)
    return 1e-3 * length_um, 70.0 * 1e-2 * length_um / (math.pi * axon_um**2 / 4.0)


def felt_under(cathode_mm: float, spacing_mm: float) -> Floats:
    """What share of a current each node feels of a cathode at this distance from the first one, where it is 1.

    The second derivative of a point's potential along the fibre: ``h^3 (h^2 - 2 x^2) / (x^2 + h^2)^(5/2)``.
    """
    x = spacing_mm * np.arange(k.LANES)
    if cathode_mm == 0.0:
        return np.where(x == 0.0, 1.0, 0.0)
    return np.asarray(cathode_mm**3 * (cathode_mm**2 - 2.0 * x**2) / (x**2 + cathode_mm**2) ** 2.5)

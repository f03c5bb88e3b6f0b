"""A myelinated motor fibre: its geometry, its membranes, and how fast an impulse travels along it."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from myognosis.language import mark
from myognosis.simulate.axon.cable import kernels as k
from myognosis.simulate.axon.faults import AxonError, diverged, outside, refusal, refuse_all, unknown
from myognosis.simulate.axon.state import POTASSIUM_SHARE, AxonState, check_state

__all__ = ["BODY", "Fibre", "Geometry", "conduction_m_s", "geometry"]

Floats = npt.NDArray[np.float64]
Model = Literal["mrg", "gaines", "gaines_sensory"]

_TABLE = np.array([
    [1.0, 0.8, 0.7, 100, 5, 15], [2.0, 1.6, 1.4, 200, 10, 20], [5.7, 3.4, 1.9, 500, 35, 80], [7.3, 4.6, 2.4, 750, 38, 100],
    [8.7, 5.8, 2.8, 1000, 40, 110], [10.0, 6.9, 3.3, 1150, 46, 120], [11.5, 8.1, 3.7, 1250, 50, 130],
    [12.8, 9.2, 4.2, 1350, 54, 135],
    [14.0, 10.4, 4.7, 1400, 56, 140], [15.0, 11.5, 5.0, 1450, 58, 145], [16.0, 12.7, 5.5, 1500, 60, 150],
])  # fmt: skip
"""Diameters of fibre, axon, node; distance of nodes; length of the juxtaparanode (um); lamellae. McIntyre et al. 2002, table 1; the
two smallest as Couppey et al. 2024 use them (NRV). Between the rows the numbers are interpolated."""

BODY = AxonState(temperature_c=37.0)
"""Health at the temperature of the published fibres."""
_NODE_UM, _MYSA_UM, _GAP_NODE_UM, _GAP_UM, _RHO_OHM_CM = 1.0, 3.0, 0.002, 0.004, 70.0
_PINNED_US = 1e6  # a node has no space under myelin: its potential outside is held at nothing


@dataclass(frozen=True)
class Geometry:
    """Sizes of a fibre in um; ``lamellae`` is the number of turns of myelin, ``gap_factor`` how wide the space under it is."""

    fibre_um: float
    axon_um: float
    node_um: float
    paranode_um: float
    internode_um: float
    juxtaparanode_um: float
    lamellae: float
    gap_factor: float = 1.0


def geometry(fibre_um: float, model: Model = "mrg", *, myelin: float = 1.0, gap_factor: float = 1.0) -> Geometry:
    """The geometry of a fibre of this diameter; ``myelin`` is the share of lamellae that is left, ``gap_factor`` loosens its seal.

    Raises
    ------
    AxonError
        A diameter outside of 1 to 16 um (Gaines: 5.7 to 16), a share of myelin outside of .02 to 1, a gap outside of 1 to 20.
    """
    least = 1.0 if model == "mrg" else 5.7
    refuse_all(
        unknown("model", [model], _DENSITIES)
        + outside("fibre", "fibre_um", fibre_um, least, 16.0) + outside("fibre", "myelin", myelin, 0.02, 1.0)
        + outside("fibre", "gap_factor", gap_factor, 1.0, 20.0)
    )  # fmt: skip
    d = fibre_um
    if model != "mrg":
        axon, node, length = 0.889 * d - 1.9104, 0.3449 * d - 0.1484, 969.3 * math.log(d) - 1144.6
        paranode, flut, turns = 0.3527 * d - 0.1804, 2.5811 * d + 19.59, 65.897 * math.log(d) - 32.666
        return Geometry(d, axon, node, paranode, length, flut, round(turns) * myelin, gap_factor)
    axon, node, length, flut, turns = (float(np.interp(d, _TABLE[:, 0], _TABLE[:, i])) for i in range(1, 6))
    return Geometry(d, axon, node, node, length, flut, turns * myelin, gap_factor)


@dataclass(frozen=True, eq=False)
class Fibre:
    """A fibre ready to be stepped: flat constants of compartments (see ``kernels``), what they share, which are nodes, the rest."""

    rows: Floats
    shared: Floats
    is_node: npt.NDArray[np.bool_]
    is_active: npt.NDArray[np.bool_]
    node_spacing_um: float
    rest_mv: float


def build(shape: Geometry, model: Model, n_nodes: int, state: AxonState) -> Fibre:
    """The fibre of a geometry in a state. Eleven compartments a node: node, MYSA, FLUT, six STIN, FLUT, MYSA."""
    refuse_all(unknown("model", [model], _DENSITIES) + outside("fibre", "n_nodes", n_nodes, 5, 401))
    check_state(state)
    stin = (shape.internode_um - _NODE_UM - 2 * _MYSA_UM - 2 * shape.juxtaparanode_um) / 6.0
    if not (stin > 0.0 and shape.node_um > 0.0 and shape.axon_um < shape.fibre_um and shape.lamellae > 0.0):
        what = mark("The parts of the fibre do not fit: internode {internode} um, axon {axon} um in a fibre of {fibre} um.")
        fix = mark("Give an internode longer than its parts and an axon thinner than the fibre.")
        params = {"internode": shape.internode_um, "axon": shape.axon_um, "fibre": shape.fibre_um}
        raise AxonError([refusal("fibre.shape", "fibre", what, fix, **params)])
    kinds = np.array([0, 1, 2, 3, 3, 3, 3, 3, 3, 2, 1] * (n_nodes - 1) + [0])
    length = np.array([_NODE_UM, _MYSA_UM, shape.juxtaparanode_um, stin])[kinds]
    inner = np.array([shape.node_um, shape.paranode_um, shape.axon_um, shape.axon_um])[kinds]
    gap = np.array([_GAP_NODE_UM, _GAP_NODE_UM, _GAP_UM, _GAP_UM])[kinds] * np.where(kinds == 0, 1.0, shape.gap_factor)
    rows = np.zeros((k.N_ROWS, len(kinds)))
    axial = 1e-2 * _RHO_OHM_CM * length / (math.pi * inner**2 / 4.0)  # Mohm
    under = 1e-2 * _RHO_OHM_CM * length / (math.pi * ((inner / 2.0 + gap) ** 2 - (inner / 2.0) ** 2))
    rows[k.G_AX, :-1], rows[k.G_PAX, :-1] = 2.0 / (axial[:-1] + axial[1:]), 2.0 / (under[:-1] + under[1:])
    area, outer = math.pi * inner * length * 1e-8, math.pi * shape.fibre_um * length * 1e-8  # cm2
    rows[k.C_M] = 2.0 * area * 1e3  # nF
    covered = kinds > 0
    rows[k.C_MY] = np.where(covered, 0.1 / (2.0 * shape.lamellae) * outer * 1e3, 0.0)
    rows[k.G_MY] = np.where(covered, 1e-3 / (2.0 * shape.lamellae) * outer * 1e6, _PINNED_US)
    density = _DENSITIES[model]
    for row, values in zip(range(k.G_NAF, k.G_H + 1), density.T, strict=True):
        rows[row] = values[kinds] * area * 1e6  # uS
    rows[k.G_NAF] *= state.fast_sodium
    rows[k.G_NAP] *= state.persistent_sodium * state.persistent_by_ph
    rows[k.G_KS] *= state.slow_potassium
    rows[k.G_KF] *= state.fast_potassium
    rows[k.G_H] *= state.mixed
    rows[k.G_L] *= state.leak
    rows[k.E_L] = state.potassium_mv - BODY.potassium_mv + np.where(covered & (model == "mrg"), -80.0, -90.0)
    rest = {"mrg": -80.0, "gaines": -85.18, "gaines_sensory": -77.78}[model]  # where the equations come to rest
    active = np.zeros(len(kinds), np.bool_) if model == "mrg" else np.ones(len(kinds), np.bool_)
    return Fibre(rows.ravel(), _shared(model, state), kinds == 0, active, shape.internode_um, rest)


_DENSITIES = {
    # sodium, persistent, slow K, fast K, leak, Ih in S/cm2, a row for node, MYSA, FLUT, STIN
    "mrg": np.array([[3.0, 0.01, 0.08, 0, 0.007, 0], [0, 0, 0, 0, 0.001, 0], [0, 0, 0, 0, 1e-4, 0], [0, 0, 0, 0, 1e-4, 0]]),
    "gaines": np.array([
        [3.0, 0.01, 0.08, 0.02568, 0.007, 0], [0, 0, 0.002581, 0.15074, 0.002, 0.002232],
        [0, 0, 0.002581, 0.02568, 2e-4, 0.002232], [0, 0, 0.002581, 0.02568, 2e-4, 0.002232],
    ]),
    "gaines_sensory": np.array([
        [3.0, 0.01, 0.04106, 0.02737, 0.006005, 0], [0, 0, 0.001324, 0.1642, 0.001716, 0.003102],
        [0, 0, 0.001324, 0.02737, 1.716e-4, 0.003102], [0, 0, 0.001324, 0.02737, 1.716e-4, 0.003102],
    ]),
}  # fmt: skip

_MOTOR_GATES = (1.86, 20.4, 0.086, 25.7, 0.062, 114.0, 11.0, 2.3, 31.8, 13.4, 0.01, 27.0, 0.00025, 34.0, 107.3)
_GATES = {
    # the rows of the kernel from M_UP on; in the sensory fibre sodium gates are slower and shut at less, and Ih opens at less
    "mrg": (1.86, 21.4, *_MOTOR_GATES[2:]),
    "gaines": _MOTOR_GATES,
    "gaines_sensory": (1.77753, 20.1795, 0.0823, 25.4746, 0.075286, 112.7124, 8.391, 2.8083, 30.5435, 10.2263, 0.00957, 26.852,
                       0.0002401, 33.8333, 94.2),
}  # fmt: skip


_MIXED_SHARE = 35.1 / 140.0
"""Sodium's share of Ih: its published reversal in health, -54.9 mV, lies so far from potassium's -90 towards sodium's 50 mV."""


def _shared(model: Model, state: AxonState) -> Floats:
    """What all compartments share. A reversal potential moves with its ion from the published value in health at 37 degrees."""
    out = np.zeros(k.N_SHARED)
    out[k.E_NA] = 50.0 + state.sodium_mv - BODY.sodium_mv
    out[k.E_K] = -90.0 + state.potassium_mv - BODY.potassium_mv
    out[k.E_H] = out[k.E_K] + _MIXED_SHARE * (out[k.E_NA] - out[k.E_K])
    t = state.temperature_c
    out[k.Q_M], out[k.Q_H], out[k.Q_S] = 2.2 ** ((t - 20) / 10), 2.9 ** ((t - 20) / 10), 3.0 ** ((t - 36) / 10)
    out[k.GATES :] = _GATES[model]
    out[k.SHIFT], out[k.SHIFT_K] = state.shift_mv, POTASSIUM_SHARE * state.shift_mv
    return out


_STEP_MS = 0.00125
"""The coarser of two steps whose velocities are extrapolated to none."""


def conduction_m_s(
    fibre_um: float, model: Model = "mrg", state: AxonState = BODY, *, step_ms: float | None = None, n_nodes: int = 21,
    shape: Geometry | None = None, backward_euler: bool = False,
) -> float:  # fmt: skip
    """The velocity of an impulse along a fibre, or not a number where it is blocked.

    2 nA for .1 ms at the first node; timed over the middle of the fibre at its passage of -20 mV. Without ``step_ms`` it is the
    converged one: two runs at 1.25 and .625 us, whose error of second order is taken away (Richardson 1911), agree with a general
    solver at 1e-10 to five digits. ``backward_euler`` is the customary first-order scheme, there to be compared.

    Raises
    ------
    AxonError
        A geometry, state or step that is impossible, or a run that diverged.
    """
    if step_ms is None:
        order = 2.0 if backward_euler else 4.0
        coarse, fine = (
            conduction_m_s(fibre_um, model, state, step_ms=step, n_nodes=n_nodes, shape=shape, backward_euler=backward_euler)
            for step in (_STEP_MS, 0.5 * _STEP_MS)
        )
        return (order * fine - coarse) / (order - 1.0)
    refuse_all(outside("run", "step_ms", step_ms, 1e-5, 0.02))
    fibre = build(shape or geometry(fibre_um, model), model, n_nodes, state)
    passed = travel(fibre, np.full(k.LANES, 2.0), 5.0, step_ms, backward_euler=backward_euler)[:, 0]
    a, b = n_nodes // 4, n_nodes - 1 - n_nodes // 4
    if passed[a] < 0.0 or passed[b] < 0.0:
        return math.nan
    return float(1e-3 * fibre.node_spacing_um * (b - a) / (passed[b] - passed[a]))


def travel(fibre: Fibre, current_na: Floats, duration_ms: float, step_ms: float, *, backward_euler: bool = False) -> Floats:
    """When each node of 16 fibres first rises through -20 mV after a current at node 0 for .1 ms, shape (nodes, 16), ms or -1.

    The fibres rest first: five milliseconds without current.
    """
    w, nodes = resting(fibre), np.flatnonzero(fibre.is_node)
    passed = np.full((len(nodes), k.LANES), -1.0)
    for current, length, step in ((np.zeros(k.LANES), 5.0, 0.01), (current_na, duration_ms, step_ms)):
        passed[:] = -1.0
        steps = round(length / step)
        reached = k.run(fibre.rows, fibre.shared, fibre.is_node, fibre.is_active, w, current, 0.1, step, steps, backward_euler,
                        -20.0, nodes, np.full_like(passed, 1e9), passed)  # fmt: skip
        if reached < steps:
            raise diverged(reached * step)
    return passed


def resting(fibre: Fibre) -> Floats:
    """The flat state at the resting potential, each gate where it comes to rest by the kernel's own steps."""
    n = len(fibre.is_node)
    w = np.zeros((n, k.N_STATES, k.LANES))
    w[:, k.VI] = fibre.rest_mv
    rows = fibre.rows.reshape(k.N_ROWS, n)
    w[:, k.CON], w[:, k.DRI] = rows[k.G_L][:, None], (rows[k.G_L] * rows[k.E_L])[:, None]
    flat = w.ravel()
    for step in [0.1] * 200 + [10.0] * 400:
        k.membranes(fibre.rows, fibre.shared, fibre.is_node, fibre.is_active, flat, step)
    return flat

"""Where the axon can stand still: every steady state over potassium around it, and whether a second one is stable."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from myognosis.simulate.axon import AxonState, SlowBalance, healthy_axon
from myognosis.simulate.axon import kernels as k
from myognosis.simulate.axon.membrane import balance, columns, constants_of, lanes, steady_gates

MOVING = 10
"""Rows of the state that the fast equations move: two potentials and eight gates; slow inactivation stands at its end value."""


class Standing(NamedTuple):
    """One steady state: potassium around it (mM), node (mV), stable or not, potassium of the bath that would hold it there (mM)."""

    potassium_mm: float
    node_mv: float
    stable: bool
    bath_mm: float


def standing(state: AxonState, potassium_mm: Sequence[float], slow: SlowBalance) -> list[Standing]:
    """Every steady state at each potassium concentration.

    The internode's balance gives the node's potential for each potential of the internode, and the node's balance is left: its
    changes of sign are all steady states. Stability is that of a linearised step of the axon's own kernel. What leaves through the
    channels less what the pump takes back says how much less the bath must hold.
    """
    axon, found = healthy_axon(), []
    health, grid = balance(constants_of([axon]), state.temperature_c), np.linspace(-110.0, -5.0, 10_501)
    for potassium in potassium_mm:
        p = np.repeat(columns([axon], state.changed(potassium_mm=float(potassium))), len(grid), axis=1)
        node = grid + currents(p, steady_gates(p, grid, grid), grid, grid)[1] / p[k.GBB]
        s = steady_gates(p, node, grid)
        through, _, leaving = currents(p, s, node, grid)
        left = p[k.GBB] * (grid - node) - through
        pumped = 2.0 * (p[k.PUMP_N] + p[k.PUMP_I] - health.pump_node_pa - health.pump_internode_pa)[0]
        for i in np.flatnonzero(np.sign(left[:-1]) * np.sign(left[1:]) < 0):
            net = leaving[i] - health.potassium_pa[0] - pumped
            bath = potassium - 1000.0 * slow.potassium_s * net / (96.48533212 * slow.potassium_um3)
            found.append(Standing(float(potassium), float(node[i]), stable(p[:, :1], s[:, i]), float(bath)))
    return found


def currents(p: np.ndarray, s: np.ndarray, vn: np.ndarray, vi: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What flows through the membranes of node and internode, and potassium through both, pA."""
    e = np.exp(vn / p[k.PHI])
    sodium = (p[k.GNAF] * s[k.M] ** 3 * s[k.H] * s[k.U] + p[k.GNAP] * s[k.P] ** 3) * vn * (p[k.RATIO] * e - 1.0) / (e - 1.0)
    xn, xi = drive(vn, p[k.EK], p[k.K_RATIO], p[k.PHI]), drive(vi, p[k.EK], p[k.K_UNDER], p[k.PHI])
    kn = (p[k.GKFN] * s[k.N_N] ** 4 + p[k.GKSN] * s[k.S_N]) * xn
    ki = (p[k.GKFI] * s[k.N_I] ** 4 + p[k.GKSI] * s[k.S_I]) * xi
    node = sodium + kn + p[k.GLN] * (vn - p[k.EL_N]) + p[k.PUMP_N]
    return node, ki + p[k.GLI] * (vi - p[k.EL_I]) + p[k.GH] * s[k.Q] * (vi - p[k.EH]) + p[k.PUMP_I], kn + ki


def drive(v: np.ndarray, ek: np.ndarray, ratio: np.ndarray, phi: np.ndarray) -> np.ndarray:
    """``potassium_drive`` of the kernels for many potentials, mV."""
    return np.array([k.potassium_drive(*at)[0] for at in np.broadcast(v, ek, ratio, phi)])


def stable(p: np.ndarray, s: np.ndarray) -> bool:
    """Whether every small disturbance of a steady state dies out."""
    dt, size = 1e-3, 1e-5
    start = np.repeat(s[:, None], k.LANES, axis=1)
    start[np.arange(MOVING), np.arange(MOVING)] += size
    moved = lanes(start)[0].copy()
    k.step(lanes(np.repeat(p, k.LANES, axis=1))[0], moved, np.zeros(k.LANES), dt)
    change = (moved.reshape(-1, k.LANES) - start)[:MOVING]
    slopes = (change[:, :MOVING] - change[:, MOVING:][:, :1]) / (size * dt)
    return bool(np.linalg.eigvals(slopes).real.max() < 0.0)


def second(states: list[Standing]) -> tuple[float, float] | None:
    """Over which concentrations of the bath two stable states stand side by side (mM), if over any.

    Potassium itself is steady and stable where the bath that it needs rises with it.
    """
    bath = np.array([s.bath_mm for s in states])
    held = np.array([s.stable for s in states]) & (np.gradient(bath) > 0.0)
    runs = np.split(np.flatnonzero(held), np.flatnonzero(np.diff(np.flatnonzero(held)) > 1) + 1)
    spans = [(bath[run].min(), bath[run].max()) for run in runs if len(run) > 1]
    shared = [(max(a[0], b[0]), min(a[1], b[1])) for i, a in enumerate(spans) for b in spans[i + 1 :]]
    return next(((low, high) for low, high in shared if low < high), None)

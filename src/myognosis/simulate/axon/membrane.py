"""From an axon and its state to the numbers a kernel steps: rates by temperature, potentials by ions, pump, rest."""

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from myognosis.simulate.axon import kernels as k
from myognosis.simulate.axon.parameters import MotorAxon
from myognosis.simulate.axon.state import POTASSIUM_SHARE, REST, AxonState

__all__ = ["Balance", "Columns", "balance", "columns", "columns_of", "lanes", "steady_gates"]

Columns = npt.NDArray[np.float64]
"""One axon a column: rows are those of ``kernels`` (parameters or state)."""

_Q10 = {"m": (2.2, 20.0), "h": (2.9, 20.0), "n": (3.0, 20.0), "s": (3.0, 20.0), "q": (3.0, 36.0)}
"""Q10 and the temperature of the printed rates: Schwarz, Reid and Bostock 1995 (m, h, n, s); Howells 2012 (q)."""


def columns(axons: list[MotorAxon], state: AxonState = REST) -> Columns:
    """Parameters of many axons in one state, shape (N_PARAMETERS, axons). pF, nS, mV, pA, ms.

    The leak of node and internode is a mixture of potassium, sodium and chloride leak; its share of sodium and the pump are fixed
    by the axon's resting potential in health: all currents sum to nothing, and the pump carries out a third of the entering sodium.
    """
    a = constants_of(axons)
    p = np.zeros((k.N_PARAMETERS, len(axons)))
    for row, name in ((k.CN, "node_pf"), (k.CI, "internode_pf"), (k.CMY, "myelin_pf"), (k.GBB, "barrett_barrett_ns")):
        p[row] = a[name]
    _rates(p, a, state)
    _conductances(p, a, state)
    health = balance(a, state.temperature_c)
    na, cl = state.sodium_mv, health.share_chloride
    p[k.EK], p[k.PHI], p[k.RATIO] = (
        AxonState(temperature_c=state.temperature_c).potassium_mv,
        state.thermal_mv,
        state.sodium_in_mm / state.sodium_mm,
    )
    under = state.changed(potassium_mm=state.potassium_mm + state.under_mm)
    for here, share, full, leak, pump, ratio in (
        (state, health.share_node, health.pump_node_pa, k.EL_N, k.PUMP_N, k.K_RATIO),
        (under, health.share_internode, health.pump_internode_pa, k.EL_I, k.PUMP_I, k.K_UNDER),
    ):
        kp = here.potassium_mv
        p[leak] = kp + share * (na - kp) + cl * (1.0 - share) * (a["rest_mv"] - kp)
        p[ratio] = np.exp((kp - p[k.EK]) / state.thermal_mv)
        p[pump] = full * state.pump * k.pump_factor(state.sodium_in_mm, here.potassium_mm)
    p[k.EH] = under.potassium_mv + _MIXED_SHARE * (na - under.potassium_mv)
    return p


def constants_of(axons: list[MotorAxon]) -> dict[str, Columns]:
    """The constants of many axons by name, each shape (axons,)."""
    return {f.name: np.array([getattr(axon, f.name) for axon in axons]) for f in fields(MotorAxon)}


_CHLORIDE_SHARE = 0.75
"""Chloride's share of what is not sodium in each leak; in health it stands at its equilibrium, and stays there. Estimated: axons
of rats and people have chloride channels, in rats with a tenth of that permeability for sodium (Strupp and Grafe 1991, Neurosci
Lett 133:237, abstract read); in published human axons no part of the leak follows potassium (Hennings 2005, MRG, Gaines 2018)."""
_MIXED_SHARE = 0.243
"""Sodium's share of the conductance of Ih, which makes its reversal -54.9 mV (Howells 2012) where ENa = 74.1 and EK = -96.4 mV."""


def _rates(p: Columns, a: dict[str, Columns], state: AxonState) -> None:
    for row, gate in ((k.Q_M, "m"), (k.Q_H, "h"), (k.Q_N, "n"), (k.Q_S, "s"), (k.Q_Q, "q")):
        base, reference = _Q10[gate]
        p[row] = base ** ((state.temperature_c - reference) / 10.0)
    p[k.Q_H] *= a["inactivation_rate"]
    p[k.SHIFT_NA], p[k.SHIFT_K] = state.shift_mv, POTASSIUM_SHARE * state.shift_mv
    p[k.V_NAP], p[k.KS_RATE], p[k.KS_HALF] = a["nap_shift_mv"], a["ks_rate"], a["ks_half_mv"]
    p[k.KS_SLOPE], p[k.KS_DOWN], p[k.Q_HALF] = a["ks_slope_mv"], a["ks_down"], a["h_half_mv"]


def _conductances(p: Columns, a: dict[str, Columns], state: AxonState) -> None:
    """Conductances of a state. Those of constant fields grow with the ion that leaves by them: sodium outside, potassium inside."""
    na, kp = a["na_ns"] * state.sodium_mm / REST.sodium_mm, state.potassium_in_mm / REST.potassium_in_mm
    p[k.GNAF] = na * (1.0 - a["nap_share"]) * state.fast_sodium
    p[k.GNAP] = na * a["nap_share"] * state.persistent_sodium * state.persistent_by_ph
    slow, fast = kp * state.slow_potassium, kp * state.fast_potassium
    p[k.GKSN], p[k.GKSI] = a["ks_node_ns"] * slow, a["ks_internode_ns"] * slow
    p[k.GKFN], p[k.GKFI] = a["kf_node_ns"] * fast, a["kf_internode_ns"] * fast
    p[k.GLN], p[k.GLI] = a["leak_node_ns"] * state.leak, a["leak_internode_ns"] * state.leak
    p[k.GH] = a["h_ns"] * state.mixed


@dataclass(frozen=True)
class Balance:
    """What holds an axon at rest in health: sodium's share of each leak and of Ih, the pump, the channels' fluxes of ions (pA)."""

    share_node: Columns
    share_internode: Columns
    share_mixed: float
    share_chloride: float
    pump_node_pa: Columns
    pump_internode_pa: Columns
    sodium_pa: Columns
    potassium_pa: Columns


def balance(axons: dict[str, Columns], temperature_c: float) -> Balance:
    """Leak and pump that make the currents of the healthy resting axon sum to nothing while the pump balances sodium."""
    state = AxonState(temperature_c=temperature_c)
    p = np.zeros((k.N_PARAMETERS, len(axons["rest_mv"])))
    _rates(p, axons, state)
    _conductances(p, axons, state)
    v, na, kp = axons["rest_mv"], state.sodium_mv, state.potassium_mv
    g = steady_gates(p, v, v)
    ratio, e = state.sodium_in_mm / state.sodium_mm, np.exp(v / state.thermal_mv)
    open_na = p[k.GNAF] * g[k.M] ** 3 * g[k.H] * g[k.U] + p[k.GNAP] * g[k.P] ** 3
    i_na = open_na * v * (ratio * e - 1.0) / (e - 1.0)
    i_kn = (p[k.GKFN] * g[k.N_N] ** 4 + p[k.GKSN] * g[k.S_N]) * (v - kp)
    i_ki = (p[k.GKFI] * g[k.N_I] ** 4 + p[k.GKSI] * g[k.S_I]) * (v - kp)
    g_h = p[k.GH] * g[k.Q]
    h_na, h_k = g_h * _MIXED_SHARE * (v - na), g_h * (1.0 - _MIXED_SHARE) * (v - kp)

    def solve(sodium: Columns, potassium: Columns, leak: Columns) -> tuple[Columns, Columns]:
        """Sodium's share of a leak and the pump, from the currents of the channels."""
        outward = (1.0 - _CHLORIDE_SHARE) * (v - kp)
        share = (2.0 / 3.0 * sodium + potassium + leak * outward) / (leak * (outward - 2.0 / 3.0 * (v - na)))
        return share, -(sodium + leak * share * (v - na)) / 3.0

    share_n, pump_n = solve(i_na, i_kn, p[k.GLN])
    share_i, pump_i = solve(h_na, i_ki + h_k, p[k.GLI])
    return Balance(share_n, share_i, _MIXED_SHARE, _CHLORIDE_SHARE, pump_n, pump_i, i_na, i_kn + i_ki)


def _linear(x: Columns, scale: Columns | float) -> Columns:
    y = np.where(np.abs(x) > 1e-5, x, 1e-5)
    return np.asarray(scale * y / -np.expm1(-y))


def steady_gates(p: Columns, vn: Columns, vi: Columns) -> Columns:
    """The state (N_STATES, axons) in which every gate is steady at these potentials."""
    s = np.zeros((k.N_STATES, p.shape[1]))
    s[k.VN], s[k.VI] = vn, vi
    v = vn - p[k.SHIFT_NA]
    for row, w, speed in ((k.M, v, 1.0), (k.P, v - p[k.V_NAP], 0.5)):
        up, down = _linear((w + 18.4) / 10.3, speed * 1.86 * 10.3), _linear((-22.7 - w) / 9.16, speed * 0.086 * 9.16)
        s[row] = up / (up + down)
    up, down = _linear((-111.0 - v) / 11.0, 0.0336 * 11.0), 2.3 / (1.0 + np.exp((-28.8 - v) / 13.4))
    s[k.H] = up / (up + down)
    s[k.U] = 1.0 / (1.0 + np.exp((v - k.U_HALF) / k.U_SLOPE))
    for n_row, s_row, w in ((k.N_N, k.S_N, vn - p[k.SHIFT_K]), (k.N_I, k.S_I, vi - p[k.SHIFT_K])):
        up, down = _linear((w + 93.2) / 1.1, 0.00798 * 1.1), _linear((-76.0 - w) / 10.5, 0.0142 * 10.5)
        s[n_row] = up / (up + down)
        up, down = (
            _linear((w + 12.5 - p[k.KS_HALF]) / p[k.KS_SLOPE], 0.00122 * p[k.KS_SLOPE]),
            _linear((-80.1 - w) / 21.8, p[k.KS_DOWN] * 0.000739 * 21.8),
        )
        s[s_row] = up / (up + down)
    s[k.Q] = 1.0 / (1.0 + np.exp(2.0 * (vi - p[k.SHIFT_K] - p[k.Q_HALF]) / 12.2))
    return s


def lanes(cols: Columns) -> Columns:
    """Columns as blocks for a kernel, shape (blocks, rows * LANES); the last column fills the last block."""
    rows, n = cols.shape
    n_blocks = -(-n // k.LANES)
    padded = np.concatenate([cols, np.repeat(cols[:, -1:], n_blocks * k.LANES - n, axis=1)], axis=1)
    return np.ascontiguousarray(padded.reshape(rows, n_blocks, k.LANES).swapaxes(0, 1).reshape(n_blocks, rows * k.LANES))


def blocks(values: Columns) -> Columns:
    """One number an axon as blocks, shape (blocks, LANES)."""
    return lanes(values[None, :])


def columns_of(block: Columns, n: int) -> Columns:
    """The way back from ``lanes``: shape (rows, n)."""
    n_blocks = block.shape[0]
    return np.ascontiguousarray(block.reshape(n_blocks, -1, k.LANES).swapaxes(0, 1).reshape(-1, n_blocks * k.LANES)[:, :n])

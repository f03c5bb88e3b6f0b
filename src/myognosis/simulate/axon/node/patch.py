"""Published membranes by name: squid, frog's node, human node, human node with its internode."""

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

from myognosis.simulate.axon.faults import diverged, outside, refuse_all, unknown
from myognosis.simulate.axon.node import kernels as k

__all__ = ["Membrane", "spikes_of"]

Floats = npt.NDArray[np.float64]
Membrane = Literal["squid", "frog", "human", "hennings"]
"""Hodgkin and Huxley 1952; Frankenhaeuser and Huxley 1964; Schwarz, Reid and Bostock 1995; Hennings, Arendt-Nielsen and Andersen
2005. The fibres of McIntyre et al. 2002 and of Gaines et al. 2018 are in ``axon.cable``."""

_ROOM = 4096


def spikes_of(
    membrane: Membrane, currents: Sequence[float] | Floats, duration_ms: float, *, step_ms: float, temperature_c: float,
    start_ms: float = 0.0, until_ms: float = math.inf,
) -> list[Floats]:  # fmt: skip
    """When each of many membranes passes 0 mV upward (ms) under a constant current of its own (uA/cm2; ``hennings``: pA).

    Squid: gNa 120, gK 36, gL .3 mS/cm2, ENa 50, EK -77, EL -54.3 mV, 1 uF/cm2, Q10 3 from 6.3 degrees, rest -65 mV. Frog: P_Na
    8e-3, P_p .54e-3, P_K 1.2e-3 cm/s, gL 30.3 mS/cm2, EL -69.74 mV, sodium 13.74 and 114.5, potassium 120 and 2.5 mM, 2 uF/cm2, Q10
    3 from 20 degrees, rest -70 mV (ModelDB 3507, quoted). Human node: P_Na 7.04e-3 cm/s, gKf 30, gKs 60, gL 60 mS/cm2, EK = EL =
    -84 mV, sodium 154 and 35 mM, 2.8 uF/cm2, Q10 2.2 (m), 2.9 (h), 3 from 20 degrees, rest -84 mV (densities remembered).
    Hennings: node and internode of a 14-um fibre, rest -83.5 mV (ModelDB 55749, quoted).

    Raises
    ------
    AxonError
        An argument is impossible, or the run diverged.
    """
    refuse_all(
        unknown("membrane", [membrane], MEMBRANES)
        + outside("run", "step_ms", step_ms, 1e-4, 0.05) + outside("run", "duration_ms", duration_ms, 0.0, 1e7)
        + outside("run", "temperature_c", temperature_c, 0.0, 43.0)
        + [fault for one in currents for fault in outside("run", "currents", float(one), -1e7, 1e7)]
    )  # fmt: skip
    n = len(currents)
    n_blocks = -(-n // k.LANES)
    current = np.zeros(n_blocks * k.LANES)
    current[:n] = currents
    kind, made = MEMBRANES[membrane]
    p, s = made(temperature_c)
    state = np.repeat(s, k.LANES)[None].repeat(n_blocks, axis=0)
    steps = round(duration_ms / step_ms)
    spikes, counts = np.zeros((n_blocks, k.LANES, _ROOM)), np.zeros((n_blocks, k.LANES), np.int64)
    reached = k.run(kind, state, p, current.reshape(n_blocks, k.LANES), start_ms, until_ms, step_ms, steps, spikes, counts)
    if reached < steps:
        raise diverged(reached * step_ms)
    flat, number = spikes.reshape(-1, _ROOM), counts.ravel()
    return [flat[i, : number[i]].copy() for i in range(n)]


def _linear(x: float) -> float:
    return x / -math.expm1(-x) if abs(x) > 1e-9 else 1.0


def _squid(temperature_c: float) -> tuple[Floats, Floats]:
    """Constants and resting state of the squid's membrane."""
    v, factor = -65.0, 3.0 ** ((temperature_c - 6.3) / 10.0)
    a, b = _linear((v + 40.0) / 10.0), 4.0
    m = a / (a + b)
    a, b = 0.07, 1.0 / (1.0 + math.exp((-35.0 - v) / 10.0))
    h = a / (a + b)
    a, b = 0.1 * _linear((v + 55.0) / 10.0), 0.125
    return np.array([120.0, 36.0, 0.3, 50.0, -77.0, -54.3, 1.0, factor]), _state(v, m, h, a / (a + b))


def _frog(temperature_c: float) -> tuple[Floats, Floats]:
    """Constants and resting state of the frog's node."""
    factor, faraday = 3.0 ** ((temperature_c - 20.0) / 10.0), 96485.33212
    phi = 8.314462618 * (temperature_c + 273.15) / 96.48533212
    p = np.array([8e-3 * faraday, 0.54e-3 * faraday, 1.2e-3 * faraday, 30.3, -69.74, phi, 2.0, factor, 13.74, 114.5, 120.0, 2.5])
    m = _open(0.36 * 3.0 * _linear(-22.0 / 3.0), 0.4 * 20.0 * _linear(13.0 / 20.0))
    h = _open(0.1 * 6.0 * _linear(-10.0 / 6.0), 4.5 / (1.0 + math.exp(4.5)))
    n = _open(0.02 * 10.0 * _linear(-3.5), 0.05 * 10.0 * _linear(1.0))
    return p, _state(-70.0, m, h, n, p=_open(0.006 * 10.0 * _linear(-4.0), 0.09 * 20.0 * _linear(-25.0 / 20.0)))


def _human(temperature_c: float) -> tuple[Floats, Floats]:
    """Constants and resting state of the human node. The limiting conductance of sodium is P F Nao / (RT/F)."""
    v, phi = -84.0, 8.314462618 * (temperature_c + 273.15) / 96.48533212
    g_na = 7.04e-3 * 96485.33212 * 154e-6 / phi * 1e6  # cm/s C/mol mol/cm3 / mV -> mS/cm2
    p = np.array([g_na, 30.0, 60.0, 60.0, -84.0, -84.0, phi, 2.8, *_factors(temperature_c), 35.0 / 154.0, 23.6, 21.8])
    return p, _state(v, *_human_gates(v, 23.6, 21.8))


def _hennings(temperature_c: float) -> tuple[Floats, Floats]:
    """Constants and resting state of node and internode: the internode's potential and leak make the node rest at -83.5 mV."""
    v, phi = -83.5, 8.314462618 * (temperature_c + 273.15) / 96.48533212
    e_na, e_k = phi * math.log(144.2 / 9.0), phi * math.log(3.0 / 155.0)
    m, h, n, s = _human_gates(v, 16.9, 12.6)
    q = _human_gates(v + 20.0, 16.9, 12.6)[0]
    g_na, g_nap, g_kf, g_ks, g_ks_i, g_bb = 275.9, 7.08, 4.17, 17.4, 87.0, 1e3 / 41.0
    inward = (g_na * m**3 * h + g_nap * q**3) * (v - e_na) + (g_kf * n**4 + g_ks * s) * (v - e_k)
    v_i = v + inward / g_bb
    s_i = _human_gates(v_i, 16.9, 12.6)[3]
    leak = -(g_ks_i * s_i * (v_i - e_k) + g_bb * (v_i - v)) / (v_i - e_na)
    p = np.array(
        [g_na, g_nap, g_kf, g_ks, g_ks_i, leak, g_bb, 0.1716, *_factors(temperature_c), 0.2178, 16.9, 12.6, 379.0, e_na, e_k]
    )
    return p, _state(v, m, h, n, s, q, v_i, s_i)


MEMBRANES = {
    "squid": (k.SQUID, _squid), "frog": (k.FROG, _frog), "human": (k.HUMAN, _human), "hennings": (k.NODE_AND_INTERNODE, _hennings),
}  # fmt: skip


def _factors(temperature_c: float) -> tuple[float, float, float]:
    """By how much m, h and the potassium gates are faster than at 20 degrees."""
    m, h, n = (q ** ((temperature_c - 20.0) / 10.0) for q in (2.2, 2.9, 3.0))
    return m, h, n


def _human_gates(v: float, up: float, down: float) -> tuple[float, float, float, float]:
    """m, h, n and s of the human node, steady at a potential; ``up`` and ``down`` are the slopes of s."""
    m = _open(1.86 * 10.3 * _linear((v + 18.4) / 10.3), 0.086 * 9.16 * _linear((-22.7 - v) / 9.16))
    h = _open(0.0336 * 11.0 * _linear((-111.0 - v) / 11.0), 2.3 / (1.0 + math.exp((-28.8 - v) / 13.4)))
    n = _open(0.00798 * 1.1 * _linear((v + 93.2) / 1.1), 0.0142 * 10.5 * _linear((-76.0 - v) / 10.5))
    return m, h, n, _open(0.00122 * up * _linear((v + 12.5) / up), 0.000739 * down * _linear((-80.1 - v) / down))


def _open(a: float, b: float) -> float:
    return a / (a + b)


def _state(v: float, m: float, h: float, n: float, s: float = 0.0, p: float = 0.0, v_i: float = 0.0, s_i: float = 0.0) -> Floats:
    """A state as the kernel has it."""
    return np.array([v, m, h, n, s, p, v_i, s_i])

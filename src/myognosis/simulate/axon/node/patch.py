"""Published single membranes: the squid's (Hodgkin and Huxley 1952) and the human node's (Schwarz, Reid and Bostock 1995)."""

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

from myognosis.simulate.axon.faults import diverged, outside, refuse_all
from myognosis.simulate.axon.node import kernels as k

__all__ = ["Membrane", "spikes_of"]

Floats = npt.NDArray[np.float64]
Membrane = Literal["squid", "human"]

_ROOM = 4096


def spikes_of(
    membrane: Membrane, currents: Sequence[float] | Floats, duration_ms: float, *, step_ms: float, temperature_c: float,
    start_ms: float = 0.0, until_ms: float = math.inf,
) -> list[Floats]:  # fmt: skip
    """When each of many membranes passes 0 mV upward (ms) under a constant current (uA/cm2) of its own.

    Squid: gNa 120, gK 36, gL .3 mS/cm2, ENa 50, EK -77, EL -54.3 mV, 1 uF/cm2, Q10 3 from 6.3 degrees, rest -65 mV. Human node:
    P_Na 7.04e-3 cm/s, gKf 30, gKs 60, gL 60 mS/cm2, EK = EL = -84 mV, sodium 154 and 35 mM, 2.8 uF/cm2, Q10 2.2 (m), 2.9 (h), 3
    from 20 degrees, rest -84 mV (densities remembered).

    Raises
    ------
    AxonError
        An argument is impossible, or the run diverged.
    """
    refuse_all(
        outside("run", "step_ms", step_ms, 1e-4, 0.05) + outside("run", "duration_ms", duration_ms, 0.0, 1e7)
        + outside("run", "temperature_c", temperature_c, 0.0, 43.0)
    )  # fmt: skip
    human, n = membrane == "human", len(currents)
    n_blocks = -(-n // k.LANES)
    current = np.zeros(n_blocks * k.LANES)
    current[:n] = currents
    p, s = _human(temperature_c) if human else _squid(temperature_c)
    state = np.repeat(s, k.LANES)[None].repeat(n_blocks, axis=0)
    steps = round(duration_ms / step_ms)
    spikes, counts = np.zeros((n_blocks, k.LANES, _ROOM)), np.zeros((n_blocks, k.LANES), np.int64)
    reached = k.run(human, state, p, current.reshape(n_blocks, k.LANES), start_ms, until_ms, step_ms, steps, spikes, counts)
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
    return np.array([120.0, 36.0, 0.3, 50.0, -77.0, -54.3, 1.0, factor]), np.array([v, m, h, a / (a + b), 0.0])


def _human(temperature_c: float) -> tuple[Floats, Floats]:
    """Constants and resting state of the human node. The limiting conductance of sodium is P F Nao / (RT/F)."""
    v, phi = -84.0, 8.314462618 * (temperature_c + 273.15) / 96.48533212
    q_m, q_h, q_n = (q ** ((temperature_c - 20.0) / 10.0) for q in (2.2, 2.9, 3.0))
    g_na = 7.04e-3 * 96485.33212 * 154e-6 / phi * 1e6  # cm/s C/mol mol/cm3 / mV -> mS/cm2
    p = np.array([g_na, 30.0, 60.0, 60.0, -84.0, -84.0, phi, 2.8, q_m, q_h, q_n, 35.0 / 154.0])
    pairs = (
        (1.86 * 10.3 * _linear((v + 18.4) / 10.3), 0.086 * 9.16 * _linear((-22.7 - v) / 9.16)),
        (0.0336 * 11.0 * _linear((-111.0 - v) / 11.0), 2.3 / (1.0 + math.exp((-28.8 - v) / 13.4))),
        (0.00798 * 1.1 * _linear((v + 93.2) / 1.1), 0.0142 * 10.5 * _linear((-76.0 - v) / 10.5)),
        (0.00122 * 23.6 * _linear((v + 12.5) / 23.6), 0.000739 * 21.8 * _linear((-80.1 - v) / 21.8)),
    )
    return p, np.array([v, *(a / (a + b) for a, b in pairs)])

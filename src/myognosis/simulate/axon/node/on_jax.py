"""The published single membranes through JAX, for a machine with a GPU: the same equations and steps as ``kernels``.

Double precision is asked for, so that spikes agree with the compiled kernels; extra ``jax``.
"""

from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from myognosis.faults import MissingExtra
from myognosis.language import mark
from myognosis.simulate.axon.faults import diverged, outside, refuse_all
from myognosis.simulate.axon.node.patch import MEMBRANES

__all__ = ["spikes_on_jax"]

Floats = npt.NDArray[np.float64]
Gates = tuple[Any, ...]

_CHUNK = 2000
"""Steps whose passages are brought back at once."""


def spikes_on_jax(
    membrane: Literal["squid", "human"], currents: Sequence[float] | Floats, duration_ms: float, *, step_ms: float,
    temperature_c: float,
) -> list[Floats]:  # fmt: skip
    """As ``spikes_of``, of all membranes at once on whatever device JAX has: when each passes 0 mV upward, ms.

    Raises
    ------
    AxonError
        An argument is impossible, or the run diverged.
    MissingExtra
        JAX is not installed.
    """
    try:
        import jax
        import jax.numpy as jnp
    except ModuleNotFoundError as error:
        raise MissingExtra(mark("Membranes through JAX"), "jax") from error
    refuse_all(outside("run", "step_ms", step_ms, 1e-4, 0.05) + outside("run", "duration_ms", duration_ms, 0.0, 1e7))
    refuse_all(outside("run", "temperature_c", temperature_c, 0.0, 43.0))
    with jax.enable_x64(True):
        p, rest = MEMBRANES[membrane][1](temperature_c)
        rates, potential = (_squid_rates, _squid_potential) if membrane == "squid" else (_human_rates, _human_potential)
        current = jnp.asarray(currents, jnp.float64)

        def moved(v: Any, gates: Gates, dt: float) -> Gates:
            """Every gate one Crank-Nicolson step on."""
            pairs = zip(gates, rates(jnp, p, v), strict=True)
            return tuple(x + dt * (a - (a + b) * x) / (1.0 + 0.5 * dt * (a + b)) for x, (a, b) in pairs)

        def step(state: tuple[Any, Gates], _: None) -> tuple[tuple[Any, Gates], Any]:
            """One step; what comes out is at which share of it 0 mV was passed, or -1."""
            last, gates = state[0], moved(*state, step_ms)
            out, total, c = potential(jnp, p, last, gates, current)
            v = last - step_ms * out / (c + 0.5 * step_ms * total)
            return (v, gates), jnp.where((last < 0.0) & (v >= 0.0), -last / (v - last), -1.0)

        run = jax.jit(lambda state, length: jax.lax.scan(step, state, None, length=length), static_argnums=1)
        n_gates = 3 if membrane == "squid" else 4
        first = jnp.full(current.shape, rest[0]), tuple(jnp.full(current.shape, x) for x in rest[1 : 1 + n_gates])
        return _spikes(run, (first[0], moved(*first, -0.5 * step_ms)), round(duration_ms / step_ms), step_ms)


def _spikes(run: Callable[..., Any], state: Any, n_steps: int, step_ms: float) -> list[Floats]:
    """Run in chunks and gather the passages of each membrane."""
    found: list[list[Floats]] = [[] for _ in range(len(state[0]))]
    for start in range(0, n_steps, _CHUNK):
        state, passed = run(state, min(_CHUNK, n_steps - start))
        if not bool((abs(state[0]) < 500.0).all()):
            raise diverged((start + _CHUNK) * step_ms)
        step, which = np.nonzero(np.asarray(passed) >= 0.0)
        times = (start + step + np.asarray(passed)[step, which]) * step_ms
        for i in np.unique(which):
            found[i].append(times[which == i])
    return [np.concatenate(parts) if parts else np.empty(0) for parts in found]


def _linear(jnp: Any, x: Any, scale: float) -> Any:
    y = jnp.where(abs(x) > 1e-5, x, 1e-5)
    return scale * y / -jnp.expm1(-y)


def _squid_rates(jnp: Any, p: Floats, v: Any) -> tuple[tuple[Any, Any], ...]:
    """Opening and closing rates of m, h, n."""
    q = p[7]
    return (
        (_linear(jnp, (v + 40.0) / 10.0, q), q * 4.0 * jnp.exp((-65.0 - v) / 18.0)),
        (q * 0.07 * jnp.exp((-65.0 - v) / 20.0), q / (1.0 + jnp.exp((-35.0 - v) / 10.0))),
        (_linear(jnp, (v + 55.0) / 10.0, q * 0.1), q * 0.125 * jnp.exp((-65.0 - v) / 80.0)),
    )


def _squid_potential(jnp: Any, p: Floats, v: Any, gates: Gates, current: Any) -> tuple[Any, Any, float]:
    """Current out, its slope and the capacity."""
    m, h, n = gates
    na, kk = p[0] * m**3 * h, p[1] * n**4
    return na * (v - p[3]) + kk * (v - p[4]) + p[2] * (v - p[5]) - current, na + kk + p[2], float(p[6])


def _human_rates(jnp: Any, p: Floats, v: Any) -> tuple[tuple[Any, Any], ...]:
    """Opening and closing rates of m, h, n, s."""
    q_m, q_h, q_n, up, down = p[8], p[9], p[10], p[12], p[13]
    return (
        (_linear(jnp, (v + 18.4) / 10.3, q_m * 1.86 * 10.3), _linear(jnp, (-22.7 - v) / 9.16, q_m * 0.086 * 9.16)),
        (_linear(jnp, (-111.0 - v) / 11.0, q_h * 0.0336 * 11.0), q_h * 2.3 / (1.0 + jnp.exp((-28.8 - v) / 13.4))),
        (_linear(jnp, (v + 93.2) / 1.1, q_n * 0.00798 * 1.1), _linear(jnp, (-76.0 - v) / 10.5, q_n * 0.0142 * 10.5)),
        (_linear(jnp, (v + 12.5) / up, q_n * 0.00122 * up), _linear(jnp, (-80.1 - v) / down, q_n * 0.000739 * down)),
    )


def _human_potential(jnp: Any, p: Floats, v: Any, gates: Gates, current: Any) -> tuple[Any, Any, float]:
    """Current out, its slope and the capacity."""
    m, h, n, s = gates
    z = jnp.where(abs(v) > 1e-5, v, 1e-5)
    e = jnp.exp(z / p[6])
    over = 1.0 / (e - 1.0)
    ghk = (p[11] * e - 1.0) * over
    na, kk = p[0] * m**3 * h, p[1] * n**4 + p[2] * s
    out = na * z * ghk + kk * (v - p[4]) + p[3] * (v - p[5]) - current
    return out, na * (ghk + z / p[6] * e * (1.0 - p[11]) * over * over) + kk + p[3], float(p[7])

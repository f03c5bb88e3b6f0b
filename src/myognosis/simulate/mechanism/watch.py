"""Branches of axons watched in a state: what they fire by themselves, where they rest, what current makes them fire."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from myognosis.simulate.axon import kernels as k
from myognosis.simulate.axon.firing import fire_all, pattern
from myognosis.simulate.axon.membrane import Columns, columns, columns_of, lanes, steady_gates
from myognosis.simulate.axon.parameters import healthy_axon
from myognosis.simulate.axon.state import BRANCH, AxonState, Course
from myognosis.simulate.mechanism.shown import Watched

__all__ = ["RUN_SECONDS", "SECONDS", "SEED", "STEPS", "nudged", "watch"]

Floats = npt.NDArray[np.float64]

SECONDS, RUN_SECONDS, SEED = 8.0, 20.0, 20240
"""For how long an axon is watched: at a point of the grid, and in a named mechanism."""

STEPS: dict[str, tuple[float, ...]] = {
    "calcium_mm": (0.6, 0.7, 0.8, 0.9, 1.0, 1.2, 1.4),
    "magnesium_mm": (0.2, 0.35, 0.55, 1.0),
    "potassium_mm": (2.5, 3.3, 4.2, 5.0, 6.0, 8.5),
    "temperature_c": (30.0, 33.0, 37.0),
}
"""The sliders' steps, from what is dangerous on one side of health to what is dangerous on the other."""

NUDGE, TRACE_MS = 0.7, 5.0
"""A current for 1 ms that is too weak for health, as a share of what health needs; for how long its effect is watched."""

_RAMP = (0.25, 0.5, 0.7, 0.85, 0.95, 1.0, 1.0)
"""How a state comes on, as shares of its difference from health, before its rest is looked for."""

_SETTLE_STEPS, _STEP_MS, _WINDOW_STEPS, _FIRED_MV, _ROUNDS = 20_000, 0.02, 200, -10.0, 24


def watch(states: Sequence[Course], seconds: float, seed: int = SEED) -> list[Watched]:
    """Watch one axon in each state; of a course, rest and threshold are those at its start.

    Spikes are kept to a tenth of a millisecond, and the pattern is that of the kept ones.
    """
    still = [state(0.0) if callable(state) else state for state in states]
    _, rest, threshold = _at_rest([*still, BRANCH])
    share = threshold[:-1] / threshold[-1]
    fired = [(np.round(1e4 * f.spikes_s) / 1e4, f.pattern == "block") for f in fire_all(states, seconds, seed)]
    return [
        Watched(pattern(s, seconds, blocked=b), round(60.0 * s.size / seconds, 1), _known(v, 1), _known(t, 3), tuple(s.tolist()))
        for (s, b), v, t in zip(fired, rest[:-1], share, strict=True)
    ]


def _known(value: float, digits: int) -> float | None:
    return round(float(value), digits) if np.isfinite(value) else None


def nudged(states: Sequence[AxonState]) -> list[tuple[float, ...]]:
    """The node's potential (mV, every 0.05 ms) without noise, from the same weak nudge on; nothing where the axon does not rest."""
    (p, s), rest, threshold = _at_rest([*states, BRANCH])
    blocks, now, traces = lanes(p), lanes(s), []
    current = np.full(k.LANES, NUDGE * threshold[-1])
    for i in range(round(TRACE_MS / 0.05)):
        traces.append(columns_of(now, p.shape[1])[k.VN])
        for block, state in zip(blocks, now, strict=True):
            for _ in range(5):
                k.step(block, state, current if i < 20 else 0.0 * current, 0.01)
    return [tuple(v.round(1).tolist()) if np.isfinite(r) else () for v, r in zip(np.array(traces).T, rest, strict=True)][:-1]


def _at_rest(states: Sequence[AxonState]) -> tuple[tuple[Columns, Columns], Floats, Floats]:
    """Parameters and resting state; resting potential (mV) and threshold for 1 ms (pA), all without noise.

    The two numbers are not a number where the axon fires by itself or cannot be made to fire.
    """
    axon = healthy_axon()
    p = np.concatenate([columns([axon], state) for state in states], axis=1)
    at = np.full(len(states), axon.rest_mv)
    health = columns([axon], BRANCH)
    s, peak = steady_gates(health + 0.0 * p, at, at), at
    for share in _RAMP:  # a sudden change would make spikes that go on; slow inactivation stands at its end value
        now = health + share * (p - health)
        s[k.U] = steady_gates(now, s[k.VN], s[k.VI])[k.U]
        s, peak = _settled(now, s)
    fires = ~(peak < -40.0)
    return (p, s), np.where(fires, np.nan, s[k.VN]), np.where(fires, np.nan, _threshold(p, s))


def _settled(p: Columns, s: Columns) -> tuple[Columns, Floats]:
    n, start = p.shape[1], lanes(s)
    none = np.zeros((len(start), k.LANES))
    kept, peak = np.zeros((1, *start.shape)), none - 200.0
    k.condition(lanes(p), start, none, none, _STEP_MS, np.array([_SETTLE_STEPS]), kept, peak, none.copy(), none.copy(), 0.0)
    return columns_of(kept[0], n), columns_of(peak, n)[0]


def _threshold(p: Columns, s: Columns) -> Floats:
    n, start = p.shape[1], lanes(s)
    none = np.zeros((len(start), k.LANES))
    low, high = none.copy(), none + 2e4
    k.track(lanes(p), start, none, none, none + 1.0, low, high, _FIRED_MV, _STEP_MS, _WINDOW_STEPS, _ROUNDS)
    found = columns_of(high, n)[0]
    return np.where(found == 2e4, np.nan, found)

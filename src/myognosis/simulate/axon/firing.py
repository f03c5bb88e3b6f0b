"""Spikes that a motor axon makes on its own, and what pattern they are."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from myognosis.simulate.axon import kernels as k
from myognosis.simulate.axon.faults import diverged, outside, refuse_all
from myognosis.simulate.axon.membrane import Columns, balance, columns, constants_of, lanes, steady_gates
from myognosis.simulate.axon.parameters import MotorAxon, check_axon, healthy_axon
from myognosis.simulate.axon.state import REST, AxonState, Course, check_state

__all__ = ["Firing", "Pattern", "SlowBalance", "Spikes", "fire", "fire_all", "pattern"]

Spikes = npt.NDArray[np.float64]
Pattern = Literal["silent", "isolated", "doublets", "bursts", "tonic", "block"]


@dataclass(frozen=True)
class SlowBalance:
    """The constants of what changes slowly near a node; all estimated unless said.

    ``channels``: channels of persistent sodium in a node where the state's ``noise`` is 1: as many as alone would give the relative
    spread of the threshold in nerve trunks, 1.65 % (Hales, Lin and Bostock 2004, J Physiol 559:953, remembered).
    ``slow_channels``: of slow potassium, the node's 69 nS over 8 pS (7 to 10 pS: Safronov, Kampe and Vogel 1993, remembered).
    ``sodium_um3`` (as a thin branch has within some tens of um) and
    ``potassium_um3``: the axoplasm about the node and the space under the myelin that share its ions; ``sodium_s`` and
    ``potassium_s``: with these time constants they come to equal the bulk. ``inactivation_s``: the time constant of slow sodium
    inactivation.
    """

    channels: float = 14_000.0
    slow_channels: float = 8600.0
    sodium_um3: float = 400.0
    potassium_um3: float = 300.0
    sodium_s: float = 2.0
    potassium_s: float = 0.1
    inactivation_s: float = 1.0


@dataclass(frozen=True, eq=False)
class Firing:
    """What one axon did: its spikes (s), for how long it was watched, and what share of that time its sodium channels were shut."""

    spikes_s: Spikes
    duration_s: float
    shut_share: float

    @property
    def pattern(self) -> Pattern:
        """What the spikes are, as an electromyographer would name them."""
        return pattern(self.spikes_s, self.duration_s, blocked=self.shut_share > 0.5)


def fire(state: Course, duration_s: float, seed: int, *, axon: MotorAxon | None = None) -> Spikes:
    """When one motor axon fires by itself, in seconds from the start.

    The axon has been in the state (at second 0 of a course) for two seconds before the start. The same seed gives the same spikes.

    Raises
    ------
    AxonError
        A value of the state is impossible, or the run diverged.

    >>> fire(AxonState(), 0.2, seed=1).size
    0
    """
    return fire_all([state], duration_s, seed, axon=axon)[0].spikes_s


def fire_all(
    states: Sequence[Course], duration_s: float, seed: int, *, axon: MotorAxon | None = None, slow: SlowBalance | None = None,
    step_ms: float = 0.01,
) -> list[Firing]:  # fmt: skip
    """``fire`` for many axons at once, each with its own state and its own chance; 16 cost as much as one.

    ``step_ms`` is the time step of a second-order method; refused above 0.05 ms.
    """
    issues = outside("run", "duration_s", duration_s, 0.0, 1e6) + outside("run", "step_ms", step_ms, 1e-4, 0.05)
    refuse_all(issues + outside("run", "seed", seed, 0, 2**63 - 1))
    body, constants = axon or healthy_axon(), slow or SlowBalance()
    check_axon(body)
    found: list[Firing] = []
    for start in range(0, len(states), k.LANES):
        part = states[start : start + k.LANES]
        found += Block(part, body, constants, seed, start, step_ms).run(duration_s)
    return found


_SLOW_MS, _CHUNK_S, _SETTLE_S, _ROOM = 0.2, 0.5, 2.0, 4096
"""Step of the slow changes; how often a course is asked; how long an axon is in its state before it is watched; spikes a chunk."""
_JOINT_S = 4.0
"""How long an axon is in its new state, unwatched, where its course jumps: four times as long as slow inactivation takes."""


class Block:
    """As many axons as fit a kernel's block, on their way."""

    def __init__(self, states: Sequence[Course], axon: MotorAxon, slow: SlowBalance, seed: int, first: int, step_ms: float) -> None:
        self.states, self.axon, self.slow, self.n = states, axon, slow, len(states)
        self.n_fast = max(1, round(_SLOW_MS / step_ms))
        self.dt = _SLOW_MS / self.n_fast
        health = columns([axon])
        gates = steady_gates(health, np.array([axon.rest_mv]), np.array([axon.rest_mv]))
        self.s = lanes(gates)[0]
        self.w = np.zeros(k.N_SLOW * k.LANES)
        self.w[k.NA_IN * k.LANES :][: k.LANES] = REST.sodium_in_mm
        self.w[k.K_OUT * k.LANES :][: k.LANES] = REST.potassium_mm
        self.armed, self.shut = np.ones(k.LANES), np.zeros(k.LANES)
        stream = np.random.default_rng([seed, first])
        self.seeds = stream.integers(0, 2**63, k.LANES).astype(np.uint64)
        self.done = 0

    def run(self, duration_s: float, joint_s: float = math.inf) -> list[Firing]:
        """Settle, then watch; at a joint, where the courses jump, settle once more in what comes after it."""
        begun = self.settle(0.0, _SETTLE_S)
        self.shut[:] = 0.0
        parts: list[list[Spikes]] = [[] for _ in self.states]
        while (now := (self.done - begun) * _SLOW_MS / 1000.0) < duration_s - 1e-9:
            if now > joint_s - 1e-3 * _SLOW_MS / 2:
                begun, joint_s = begun + self.joined(now), math.inf
            found = self.chunk(now, min(_CHUNK_S, duration_s - now, joint_s - now))
            for kept, times in zip(parts, found, strict=True):
                kept.append(times / 1000.0 - begun * _SLOW_MS / 1000.0)
        share = self.shut / max(1, self.done - begun)
        spikes = [np.concatenate(kept) if kept else np.empty(0) for kept in parts]
        return [Firing(times, duration_s, float(share[j])) for j, times in enumerate(spikes)]

    def settle(self, now: float, length_s: float) -> int:
        """Be in the state of a second of the courses for a while, unwatched; for how many slow steps."""
        before = self.done
        Block.chunk(self, now, length_s)
        return self.done - before

    def joined(self, now: float) -> int:
        """Settle in the state after a joint: near the node ions are at once what they are in the bulk, gates have their time."""
        c, shut = self.state_at(now)[1], self.shut.copy()
        for row, bulk in ((k.NA_IN, k.NA_BULK), (k.K_OUT, k.K_BULK)):
            self.w[row * k.LANES :][: k.LANES] = c[bulk * k.LANES :][: k.LANES]
        steps = self.settle(now, _JOINT_S)
        self.shut[:] = shut
        return steps

    def chunk(self, now: float, length_s: float) -> list[Spikes]:
        """Go on for a while from a second of the courses; the spikes of each axon in ms from the start of settling."""
        n_slow = max(1, round(length_s * 1000.0 / _SLOW_MS))
        p, c = self.state_at(now)
        spikes, counts = np.zeros((k.LANES, _ROOM)), np.zeros(k.LANES, np.int64)
        first = self.done * self.n_fast
        reached = k.free_run(p, self.s, self.w, c, np.zeros(k.LANES), self.seeds, first, self.dt, self.n_fast, n_slow, self.armed,
                             spikes, counts, self.shut)  # fmt: skip
        if reached < n_slow:
            raise diverged((self.done + reached) * _SLOW_MS)
        self.done += n_slow
        return [spikes[j, : counts[j]] for j in range(self.n)]

    def state_at(self, second: float) -> tuple[Columns, Columns]:
        """Parameters and slow constants of every axon at a second of its course."""
        states = [state(second) if callable(state) else state for state in self.states]
        for state in set(states):
            check_state(state)
        p = np.concatenate([columns([self.axon], state) for state in states], axis=1)
        c = np.concatenate([_constants(self.axon, state, self.slow) for state in states], axis=1)
        return lanes(p)[0], lanes(c)[0]


def _constants(axon: MotorAxon, state: AxonState, slow: SlowBalance) -> Columns:
    """The slow constants of one axon, shape (N_CONSTANTS, 1)."""
    health = balance(constants_of([axon]), state.temperature_c)
    charge = 96.48533212  # fC a mM in a cubic micrometre
    rows: dict[int, Columns | float] = {
        k.NA_BULK: state.sodium_in_mm, k.K_BULK: state.potassium_mm, k.NA_OUT: state.sodium_mm, k.K_IN: state.potassium_in_mm,
        k.NA_FLUX: health.sodium_pa, k.K_FLUX: health.potassium_pa,
        k.NA_CHARGE: charge * slow.sodium_um3, k.K_CHARGE: charge * slow.potassium_um3,
        k.NA_TAU: 1000.0 * slow.sodium_s, k.K_TAU: 1000.0 * slow.potassium_s, k.U_TAU: 1000.0 * slow.inactivation_s,
        k.SHARE_N: health.share_node, k.SHARE_I: health.share_internode, k.SHARE_H: health.share_mixed,
        k.SHARE_CL: health.share_chloride, k.E_CL: axon.rest_mv, k.UNDER: state.under_mm,
        k.FULL_PUMP_N: health.pump_node_pa * state.pump, k.FULL_PUMP_I: health.pump_internode_pa * state.pump,
        k.REST_PUMP: health.pump_node_pa + health.pump_internode_pa,
        k.CHANNELS: slow.channels / max(state.noise, 1e-6) ** 2,
        k.SLOW_CHANNELS: slow.slow_channels * max(state.slow_potassium, 1e-3) / max(state.noise, 1e-6) ** 2,
    }  # fmt: skip
    return np.array([np.ravel(rows[row]) for row in range(k.N_CONSTANTS)], np.float64)


def pattern(spikes_s: Spikes, duration_s: float, *, blocked: bool = False) -> Pattern:
    """What spikes are, as an electromyographer would name them.

    Intervals below 30 ms join spikes to an event. Mostly single spikes are isolated; events of two or three are doublets; longer
    ones bursts; one that lasts for most of the time is a tonic train.
    """
    if spikes_s.size == 0:
        return "block" if blocked else "silent"
    cuts = np.flatnonzero(np.diff(spikes_s) > 0.030)
    sizes = np.diff(np.concatenate([[0], cuts + 1, [spikes_s.size]]))
    lengths = spikes_s[np.cumsum(sizes) - 1] - spikes_s[np.cumsum(sizes) - sizes]
    if lengths.sum() > 0.7 * duration_s:
        return "tonic"
    longest = int(np.quantile(sizes, 0.8, method="higher"))
    return "isolated" if longest == 1 else "doublets" if longest <= 3 else "bursts"

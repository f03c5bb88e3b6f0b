"""The membrane of one axon around one of its events, step by step: what a picture shows beside the spikes."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from myognosis.simulate.axon import kernels as k
from myognosis.simulate.axon.faults import outside, refuse_all
from myognosis.simulate.axon.firing import Block, Firing, SlowBalance, Spikes
from myognosis.simulate.axon.membrane import Columns
from myognosis.simulate.axon.parameters import healthy_axon
from myognosis.simulate.axon.state import Course

__all__ = ["GATES", "Membrane", "fire_watched"]

GATES = {"h": k.H, "s": k.S_N, "u": k.U}
"""The gates that are kept: fast inactivation of sodium, slow potassium of the node, slow inactivation of sodium; 1 is open."""
_BEFORE_S, _AFTER_S, _LONGEST_S, _EVENT_S, _ENOUGH = 0.008, 0.020, 0.080, 0.030, 2


@dataclass(frozen=True, eq=False)
class Membrane:
    """The node of one axon: its potential and gates (``GATES``) at each time (s); arrays of one length."""

    axon: int
    time_s: Spikes
    node_mv: Spikes
    gates: Mapping[str, Spikes]


def fire_watched(
    states: Sequence[Course], duration_s: float, seed: int, *, step_ms: float = 0.01, joint_s: float = math.inf
) -> tuple[list[Firing], Membrane]:
    """``fire_all``, to the bit, and the membrane around an event of one of the first axons.

    It is the first event of two spikes or more, without one the first spike, and without any the beginning of the run. At
    ``joint_s`` the courses may jump: time is left out there, in which the axons settle in their new state.
    """
    refuse_all(outside("run", "duration_s", duration_s, 1e-3, 1e6) + outside("run", "step_ms", step_ms, 1e-4, 0.05))
    first = _Watched(states[: k.LANES], healthy_axon(), SlowBalance(), seed, 0, step_ms)
    found = first.run(duration_s, joint_s)
    for start in range(k.LANES, len(states), k.LANES):
        found += Block(states[start : start + k.LANES], healthy_axon(), SlowBalance(), seed, start, step_ms).run(
            duration_s, joint_s
        )
    return found, first.membrane


class _Watched(Block):
    """A block that goes back to one event and looks at every step of it."""

    membrane: Membrane
    _size = -1

    def chunk(self, now: float, length_s: float) -> list[Spikes]:
        """As a block does; a better event than the one at hand is looked at again."""
        begun, s, w = self.done, self.s.copy(), self.w.copy()
        found = super().chunk(now, length_s)
        if self._size >= _ENOUGH:
            return found
        chunk_ms, (lane, times_ms) = begun * self.n_fast * self.dt, _largest(found)
        if len(times_ms) > self._size:
            self._size = len(times_ms)
            at = times_ms if len(times_ms) else np.array([chunk_ms + 1000 * _BEFORE_S])
            stop = min(at[-1] + 1000 * _AFTER_S, at[0] + 1000 * _LONGEST_S, self.done * self.n_fast * self.dt)
            self.membrane = self._replayed(now, begun, s, w, lane, at[0] - 1000 * _BEFORE_S, stop)
        return found

    def _replayed(self, now: float, begun: int, s: Columns, w: Columns, lane: int, start_ms: float, stop_ms: float) -> Membrane:
        """The same steps again from the state at the beginning of a chunk, kept between two times (ms from settling)."""
        (p, c), slow_ms = self.state_at(now), self.n_fast * self.dt
        first = max(int(start_ms / slow_ms), begun)
        none, nowhere = np.zeros(k.LANES), np.zeros((k.LANES, 4096))
        k.free_run(p, s, w, c, none, self.seeds, begun * self.n_fast, self.dt, self.n_fast, first - begun, np.ones(k.LANES),
                   nowhere, np.zeros(k.LANES, np.int64), np.zeros(k.LANES))  # fmt: skip
        rows, kept = [k.VN, *GATES.values()], []
        for i in range(first, int(stop_ms / slow_ms)):
            for f in range(self.n_fast):
                k.shake(p, s, c, self.seeds, i * self.n_fast + f, self.dt)
                k.step(p, s, none, self.dt)
                k.sum_currents(p, s, w)
                kept.append([s[row * k.LANES + lane] for row in rows])
            k.slow_step(p, s, w, c, self.n_fast, slow_ms)
            k.shake_slowly(p, s, c, self.seeds, i * self.n_fast, slow_ms)
        values = np.array(kept).reshape(-1, len(rows)).T
        time_s = now + (first - begun) * slow_ms / 1000 + np.arange(1, values.shape[1] + 1) * self.dt / 1000
        return Membrane(lane, time_s, values[0], dict(zip(GATES, values[1:], strict=True)))


def _largest(found: Sequence[Spikes]) -> tuple[int, Spikes]:
    """The axon with the largest event, and the times of that (ms)."""
    events = [
        (lane, event)
        for lane, times in enumerate(found)
        for event in np.split(times, np.flatnonzero(np.diff(times) > 1000 * _EVENT_S) + 1)
    ]
    return max(events, key=lambda pair: len(pair[1]))

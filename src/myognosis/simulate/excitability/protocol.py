"""The nerve-excitability test, run on axons as it is run on people: thresholds are halved in on, nothing is computed from gates.

Protocol TRONDNF (Kiernan, Burke, Andersen and Bostock 2000, Muscle Nerve 23:399; delays and currents are those of the recordings
of 280 people): test pulses of 1 ms; conditioning currents of +-40 and +-20 % of the threshold for 100 ms, from 10 ms on; a
current-threshold relation at the end of 200 ms; a recovery cycle after a supramaximal conditioning pulse of 1 ms. An interval is
from onset to onset.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from myognosis.language import mark
from myognosis.model.stimulation import Curve, Electrotonus, ExcitabilityTest, StudyHead
from myognosis.simulate.axon import kernels as k
from myognosis.simulate.axon.faults import AxonError, refusal
from myognosis.simulate.axon.membrane import Columns, columns, columns_of, lanes, steady_gates
from myognosis.simulate.axon.parameters import MotorAxon, check_axon
from myognosis.simulate.axon.state import REST, AxonState, check_state

__all__ = ["CURRENTS", "Answers", "answer", "resting", "run_excitability", "spike_shape"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

ONSET_MS = 10.0
_AFTER = (99.0, 100.0, 101.0, *range(110, 201, 10))
STRONG = np.array([0, 1, 5, 10, 16, 23, 31, 40, 50, 60, 70, 80, 90, *_AFTER], np.float64)
"""Delays (ms) after the onset of +40 %; the other three currents have those of ``OTHER``."""
OTHER = np.array([0, 1, *range(10, 91, 10), *_AFTER], np.float64)
INTERVALS = np.array([2, 2.5, 3.2, 4, 5, 6.3, 7.9, 10, 13, 18, 24, 32, 42, 56, 75, 100, 140, 200], np.float64)
CURRENTS = np.array([50, 40, 30, 20, 10, -10, -20, -30, -40, -50, -60, -70, -80, -90, -100], np.float64)
WIDTHS = np.array([0.2, 0.4, 0.6, 0.8, 1.0])


@dataclass(frozen=True)
class _Conditioning:
    fraction: float
    until_ms: float
    delays_ms: Floats


_PLAN = (
    _Conditioning(0.4, 100.0, STRONG),
    _Conditioning(-0.4, 100.0, OTHER),
    _Conditioning(0.2, 100.0, OTHER),
    _Conditioning(-0.2, 100.0, OTHER),
    *(_Conditioning(percent / 100.0, 201.0, np.array([200.0])) for percent in CURRENTS),
    _Conditioning(1.5, 1.0, INTERVALS),
)
_TIMES = np.unique(np.concatenate([part.delays_ms for part in _PLAN]))
_PART = np.concatenate([np.full(len(part.delays_ms), i) for i, part in enumerate(_PLAN)])
_TIME = np.searchsorted(_TIMES, np.concatenate([part.delays_ms for part in _PLAN]))
_SIZES = np.cumsum([len(part.delays_ms) for part in _PLAN])[:-1]

_STEP_MS, _WINDOW_MS, _LEVEL_MV, _ROUNDS = 0.01, 4.0, -10.0, 14
_SPIKE_STEP_MS, _SPIKE_MS = 0.001, 6.0
"""A step of a second-order method (half of it changes no index by more than its recordings' rounding, but the threshold at 2 ms);
for how long a spike is waited for; what the node must pass to have fired, checked by propagation (``docs/axon.md``); the step by
which a spike's shape is seen, and for how long."""


@dataclass(frozen=True, eq=False)
class Answers:
    """What many axons answered; the first axis of each array is the axon. Currents in pA, changes in %."""

    thresholds: Floats
    electrotonus: tuple[Floats, Floats, Floats, Floats]
    current_threshold: Floats
    recovery: Floats
    peak_mv: Floats
    width_ms: Floats


def answer(p: Columns, s: Columns, *, step_ms: float = _STEP_MS, level_mv: float = _LEVEL_MV) -> Answers:
    """Test axons given as columns of parameters and of resting state. Where no threshold was found stands not a number."""
    n = p.shape[1]
    widths = np.tile(WIDTHS, n)
    zero = np.zeros(n * len(WIDTHS))
    each = np.repeat(np.arange(n), len(WIDTHS))
    bare = _halve(p[:, each], s[:, each], zero, zero, widths, zero, zero + 2e4, step_ms, level_mv, rounds=24)
    bare = bare.reshape(n, -1)
    unit = bare[:, -1]
    kept, fired = _conditioned(p, s, unit, step_ms, level_mv)
    peak, above = spike_shape(p, s, _PLAN[-1].fraction * unit)
    lane = (np.arange(n)[:, None] * len(_PLAN) + _PART).ravel()
    time, size = np.tile(_TIME, n), np.repeat(unit, len(_PART))
    fraction = np.array([part.fraction for part in _PLAN])[np.tile(_PART, n)]
    left = np.maximum(np.array([part.until_ms for part in _PLAN])[np.tile(_PART, n)] - _TIMES[time], 0.0)
    start = np.ascontiguousarray(kept[time, :, lane].T)
    owner = np.repeat(np.arange(n), len(_PART))
    high = np.where(fraction < -0.05, 8.0, 3.0) * size
    found = _halve(p[:, owner], start, fraction * size, left, size * 0.0 + 1.0, -0.3 * size, high, step_ms, level_mv)
    # what follows a spike that the current of conditioning made, as only the recovery cycle's is meant to, is its recovery
    spoilt = (fraction != _PLAN[-1].fraction) & (_TIMES[time] > fired[lane])
    change = 100.0 * (1.0 - np.where(spoilt, np.nan, found) / size).reshape(n, -1)
    parts = np.split(change, _SIZES, axis=1)
    relation = np.concatenate(parts[4:-1], axis=1)
    return Answers(bare, (parts[0], parts[1], parts[2], parts[3]), relation, -parts[-1], peak, above)


def _halve(
    p: Columns, s: Columns, current: Floats, left: Floats, width: Floats, low: Floats, high: Floats, step_ms: float,
    level_mv: float, *, rounds: int = _ROUNDS,
) -> Floats:  # fmt: skip
    """The threshold of every lane within its bracket; not a number where it lies outside."""
    bottom, top = lanes(low[None]), lanes(high[None])
    n_steps = round(_WINDOW_MS / step_ms)
    k.track(lanes(p), lanes(s), lanes(current[None]), lanes(left[None]), lanes(width[None]), bottom, top, level_mv, step_ms,
            n_steps, rounds)  # fmt: skip
    n = len(low)
    down, up = columns_of(bottom, n)[0], columns_of(top, n)[0]
    return np.where((up == high) | (down == low), np.nan, 0.5 * (down + up))


def _conditioned(p: Columns, s: Columns, unit: Floats, step_ms: float, level_mv: float) -> tuple[Floats, Floats]:
    """States (times, states, lanes) at every delay of every conditioning, and when each lane fired, ms."""
    n, m = p.shape[1], len(_PLAN)
    owner = np.repeat(np.arange(n), m)
    current = unit[owner] * np.tile([part.fraction for part in _PLAN], n)
    until = np.tile([part.until_ms for part in _PLAN], n)
    marks = np.round(_TIMES / step_ms).astype(np.int64)
    driven = _driven(p[:, owner], s[:, owner], current, until, step_ms, marks, level_mv)
    return np.stack([columns_of(block, n * m) for block in driven.kept]), driven.fired_ms


def spike_shape(p: Columns, s: Columns, pulse_pa: Floats) -> tuple[Floats, Floats]:
    """Peak (mV) and width (ms, at -40 mV) after a pulse of 1 ms (pA), by a step in which a node's potential does not ring.

    At the peak a node's time constant is below a microsecond: the longer step of the thresholds, which feel nothing of it, swings
    about the peak by some millivolts.
    """
    end = np.array([round(_SPIKE_MS / _SPIKE_STEP_MS)])
    driven = _driven(p, s, pulse_pa, np.ones(len(pulse_pa)), _SPIKE_STEP_MS, end)
    return driven.peak_mv, driven.above_ms


class _Driven(NamedTuple):
    """Blocks of states at the marks; peak, time above -40 mV, and when it fired (never: infinite) of every lane."""

    kept: Floats
    peak_mv: Floats
    above_ms: Floats
    fired_ms: Floats


def _driven(
    p: Columns, s: Columns, current: Floats, until: Floats, step_ms: float, marks: Ints, level_mv: float = _LEVEL_MV
) -> _Driven:
    """Axons stepped to the last mark, each under its own current."""
    n, blocks, start = p.shape[1], lanes(p), lanes(s)
    kept = np.zeros((len(marks), *start.shape))
    peak, above, fired = (np.full((len(blocks), k.LANES), value) for value in (-200.0, 0.0, np.inf))
    k.condition(blocks, start, lanes(current[None]), lanes(until[None]), step_ms, marks, kept, peak, above, fired, level_mv)
    return _Driven(kept, *(columns_of(part, n)[0] for part in (peak, above, fired)))


def resting(axon: MotorAxon, state: AxonState) -> tuple[Columns, Columns]:
    """Parameters and resting state of one axon: by its balance in health, after three seconds of settling elsewhere.

    Raises
    ------
    AxonError
        The state is impossible, or the axon does not rest in it: it fires by itself or its sodium channels stay shut.
    """
    check_axon(axon)
    check_state(state)
    p = columns([axon], state)
    s = steady_gates(p, np.array([axon.rest_mv]), np.array([axon.rest_mv]))
    if state == REST:
        return p, s
    none = np.zeros(1)
    driven = _driven(p, s, none, none, 0.02, np.array([0, 150_000]))
    s = columns_of(driven.kept[1], 1)
    if not (np.isfinite(s).all() and driven.peak_mv[0] < -40.0):
        what = mark("The axon does not rest in this state: it fires by itself or is blocked.")
        raise AxonError([refusal("restless", "state", what, mark("Choose a milder change."))])
    s[k.U] = steady_gates(p, s[k.VN], s[k.VI])[k.U]
    return p, s


def run_excitability(axon: MotorAxon, state: AxonState = REST, *, threshold_ma: float) -> ExcitabilityTest:
    """The test of one axon, in the shape in which a recording is read.

    A model has no electrode, so its currents have a scale of their own: the threshold for 1 ms is set to ``threshold_ma`` (4.5 mA
    is the mean stimulus for half of the response in 280 people). Points where no threshold was found are left out.
    """
    found = answer(*resting(axon, state))
    charge = found.thresholds[0] * WIDTHS * threshold_ma / found.thresholds[0, -1]
    runs = []
    for part, change in zip(_PLAN[:4], found.electrotonus, strict=True):
        delay = np.concatenate([[0.0, 9.0], part.delays_ms + ONSET_MS])
        reduction = np.concatenate([[0.0, 0.0], change[0]])
        on = (delay >= ONSET_MS) & (delay < ONSET_MS + part.until_ms)
        kept = np.isfinite(reduction)
        runs.append(Electrotonus(delay[kept], np.where(on, 100.0 * part.fraction, 0.0)[kept], reduction[kept]))
    head = StudyHead(temperature_c=state.temperature_c, protocol="TRONDNF")
    return ExcitabilityTest(
        head, None, Curve(WIDTHS.copy(), charge), tuple(runs), _curve(INTERVALS, found.recovery[0]),
        _curve(CURRENTS, found.current_threshold[0]),
    )  # fmt: skip


def _curve(x: Floats, y: Floats) -> Curve:
    kept = np.isfinite(y)
    return Curve(x[kept], y[kept])

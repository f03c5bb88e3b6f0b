"""The membrane that is kept of a run: which event, from when to when, and that of which axon."""

import numpy as np
import pytest

from myognosis.simulate.axon import BRANCH, REST, Firing, Membrane, fire_all, fire_watched
from myognosis.simulate.axon import kernels as k
from myognosis.simulate.axon.membrane import columns, steady_gates
from myognosis.simulate.axon.parameters import healthy_axon

LOW = BRANCH.changed(calcium_mm=0.65)
SECONDS, STEP_MS = 1.2, 0.02
SLOW_S = 0.0002


@pytest.fixture(scope="module")
def run() -> tuple[list[Firing], Membrane]:
    return fire_watched([REST, LOW, REST], SECONDS, seed=3, step_ms=STEP_MS)


def test_the_event_kept_is_one_of_two_spikes_or_more_of_the_axon_that_has_it(run):
    found, seen = run
    assert seen.axon == 1 and found[0].spikes_s.size == found[2].spikes_s.size == 0
    upward = np.flatnonzero((seen.node_mv[1:] >= -10) & (seen.node_mv[:-1] < -10)) + 1
    assert len(upward) >= 2
    assert np.abs(seen.time_s[upward][:, None] - found[1].spikes_s).min(axis=1).max() < 2 * STEP_MS / 1000


def test_it_is_kept_from_8_ms_before_its_first_spike_to_20_ms_after_its_last_and_never_for_more_than_88_ms(run):
    found, seen = run
    inside = found[1].spikes_s[(found[1].spikes_s > seen.time_s[0]) & (found[1].spikes_s < seen.time_s[-1])]
    assert inside[0] - seen.time_s[0] == pytest.approx(0.008, abs=SLOW_S)
    last = min(inside[-1] + 0.020, inside[0] + 0.080)
    assert seen.time_s[-1] == pytest.approx(last, abs=SLOW_S) or inside[-1] - inside[0] > 0.06
    assert np.diff(seen.time_s) == pytest.approx(STEP_MS / 1000)
    assert {name: len(gate) for name, gate in seen.gates.items()} == dict.fromkeys(("h", "s", "u"), len(seen.time_s))
    assert len(seen.node_mv) == len(seen.time_s)


def test_of_a_silent_axon_the_beginning_is_kept_at_its_rest():
    found, seen = fire_watched([REST.changed(noise=0.0)], SECONDS, seed=3, step_ms=STEP_MS)
    v = np.array([healthy_axon().rest_mv])
    steady = steady_gates(columns([healthy_axon()]), v, v)[:, 0]
    assert found[0].spikes_s.size == 0 and seen.axon == 0
    assert (seen.time_s[0], seen.time_s[-1]) == pytest.approx((0.0, 0.028), abs=SLOW_S)
    assert seen.node_mv == pytest.approx(v[0], abs=0.01)
    assert [gate.mean() for gate in seen.gates.values()] == pytest.approx([steady[row] for row in (k.H, k.S_N, k.U)], abs=1e-3)


@pytest.mark.whole
def test_axons_beyond_the_first_block_fire_as_they_do_unwatched():
    states = [REST] * 16 + [LOW]
    watched, seen = fire_watched(states, 0.5, seed=3, step_ms=0.04)
    plain = fire_all(states, 0.5, seed=3, step_ms=0.04)
    assert plain[16].spikes_s.size and np.array_equal(watched[16].spikes_s, plain[16].spikes_s)
    assert len(watched) == 17 and seen.axon < 16


def test_time_left_out_at_a_joint_is_no_time_of_the_recording():
    course = lambda second: LOW if second < 0.5 else REST  # noqa: E731  # a course that jumps
    found, seen = fire_watched([course], 1.0, seed=3, step_ms=0.04, joint_s=0.5)
    assert found[0].spikes_s.size and found[0].spikes_s.max() <= 0.5 and found[0].duration_s == 1.0
    assert seen.time_s[-1] < 0.6

"""Spikes from the axon's own equations in a recording: its surroundings change as in a person, and a cut leaves no trace."""

import numpy as np
import pytest

from myognosis.simulate.axon import BRANCH, cuff, fire_all, later
from myognosis.simulate.pool.spontaneous import _course, add_spontaneous
from myognosis.simulate.pool.trains import Trains
from myognosis.simulate.scenarios import Timeline
from myognosis.simulate.settings import Settings

CUFFED_S = 580.0


def fired(timeline: Timeline, **parameters: float) -> Trains:
    """What eight axons with 1.05 times the persistent sodium do."""
    named = {name.replace("__", "."): value for name, value in parameters.items()}
    trains = Trains()
    settings = Settings.of({"axon.axons": 8, "axon.spread": 0.0, "axon.persistent_sodium": 1.05, **named})
    add_spontaneous(trains, 8, settings, timeline, 1, "agonist")
    return trains


def test_minutes_left_out_under_a_cuff_leave_no_spikes_at_the_joint_that_an_undisturbed_axon_does_not_have():
    timeline = Timeline(("before", "cuff"), (0.0, 0.3, 0.8), ({}, {"state.ischaemia": 1.0}))
    spikes = fired(timeline, state__cuffed_s=CUFFED_S).spikes(0.8).time_s
    whole = cuff(BRANCH.changed(persistent_sodium=1.05), 0.0, CUFFED_S + 0.5)
    undisturbed = fire_all([later(whole, CUFFED_S - 1.0)] * 8, 1.5, 1, step_ms=0.02)
    assert [f.spikes_s.size for f in undisturbed] == [0] * 8  # an axon late under a cuff is blocked
    assert len(spikes) == 0


def test_the_state_of_an_axon_never_jumps_where_a_phase_begins():
    changes = ({}, {"state.ph": 7.75}, {"state.ph": 7.75, "state.ischaemia": 1.0}, {"state.potassium_mmol_l": 5.0})
    timeline = Timeline(("calm", "overbreathing", "cuff", "released"), (0.0, 30.0, 60.0, 90.0, 120.0), changes)
    course = _course(BRANCH, timeline, Settings.of({"state.cuffed_s": 0.0}).state)
    states = [course(second) for second in np.arange(0.0, 120.0, 0.5)]
    largest = {"ph": 0.02, "potassium_mm": 0.05, "pump": 0.02, "sodium_in_mm": 0.02}
    for field, most in largest.items():
        assert np.abs(np.diff([getattr(state, field) for state in states])).max() < most
    assert [states[i].ph for i in (60, 79, 80)] == pytest.approx([7.4, 7.7325, 7.75])  # ten seconds of way
    assert course(119.0).potassium_mm == pytest.approx(5.0, abs=0.3)


def test_the_slow_end_of_a_neuromyotonic_burst_is_no_fasciculation():
    lost = {"slow_potassium": 0.3, "fast_potassium": 0.8, "persistent_sodium": 0.8, "leak": 0.85}
    trains = fired(Timeline(("rest",), (0.0, 2.0), ({},)), **{f"axon__{name}": value for name, value in lost.items()})
    spikes = trains.spikes(2.0)
    assert len(spikes.of("neuromyotonic")) > 100
    assert len(spikes.of("fasciculation")) == 0

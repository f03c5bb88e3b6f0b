"""Spikes from the axon's own equations in a recording: its surroundings change as in a person, and a cut leaves no trace."""

import numpy as np
import pytest

from myognosis.simulate.axon import BRANCH, Firing, Membrane, cuff, fire_all, later
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


@pytest.mark.whole
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
    short = _course(BRANCH, Timeline(("a", "b"), (0.0, 30.0, 36.0), ({}, {"state.ph": 7.6})), Settings.of({}).state)
    assert [short(second).ph for second in (31.0, 32.0)] == pytest.approx([7.5, 7.6])  # a third of a short phase


@pytest.mark.whole
def test_the_slow_end_of_a_neuromyotonic_burst_is_no_fasciculation():
    lost = {"slow_potassium": 0.14, "fast_potassium": 0.5, "persistent_sodium": 0.24, "fast_sodium": 2.8}
    trains = fired(Timeline(("rest",), (0.0, 2.0), ({},)), **{f"axon__{name}": value for name, value in lost.items()})
    spikes = trains.spikes(2.0)
    assert len(spikes.of("neuromyotonic")) > 100
    assert all(at < 0.05 for at in spikes.of("fasciculation"))  # but for a burst that ends as the recording begins


def named(monkeypatch: pytest.MonkeyPatch, spikes_s: list[float], **parameters: float) -> tuple[list, list]:
    """What is made of the spikes of one axon: (kind, unit, time) of each, and (kind, start, length) of what happened."""
    firing = Firing(np.array(spikes_s), 10.0, 0.0)
    watched = Membrane(0, np.zeros(1), np.zeros(1), {})
    monkeypatch.setattr("myognosis.simulate.axon.fire_watched", lambda courses, *_, **__: ([firing] * len(courses), watched))
    trains, settings = Trains(), Settings.of({"axon.axons": 1, **{f"axon.{name}": value for name, value in parameters.items()}})
    add_spontaneous(trains, 7, settings, Timeline(("rest",), (0.0, 10.0), ({},)), 1, "m")
    assert trains.membrane.axon == trains.rows[0].unit[0] < 7
    found = sorted((float(at), row.discharge) for row in trains.rows for at in row.time_s)
    assert {row.source for row in trains.rows} == {"axon"}
    return found, [(h.kind, h.start_s, round(h.duration_s, 6)) for h in trains.happenings]


def test_events_of_an_axon_are_named_by_their_size(monkeypatch: pytest.MonkeyPatch):
    found, happened = named(monkeypatch, [1.0, 2.0, 2.029, 3.0, 3.01, 3.02, 4.0, 4.031])
    assert [kind for _, kind in found] == [
        "fasciculation",
        "fasciculation",
        "doublet",
        *["tetanic"] * 3,
        "fasciculation",
        "fasciculation",
    ]
    assert [time for time, _ in found] == [1.0, 2.0, 2.029, 3.0, 3.01, 3.02, 4.0, 4.031]
    assert happened == [("fasciculation", 1.0, 0.0), ("fasciculation", 2.0, 0.0), ("tetanic_burst", 3.0, 0.02),
                        ("fasciculation", 4.0, 0.0), ("fasciculation", 4.031, 0.0)]  # fmt: skip


@pytest.mark.parametrize(
    ("lost", "kind"),
    [
        ({"fast_potassium": 0.79}, "neuromyotonic"),
        ({"slow_potassium": 0.79}, "neuromyotonic"),
        ({"fast_potassium": 0.8, "slow_potassium": 0.8}, "tetanic"),
    ],
)
def test_bursts_of_an_axon_that_has_lost_a_fifth_of_its_potassium_channels_are_neuromyotonic(monkeypatch, lost, kind):
    found, happened = named(monkeypatch, [1.0, 1.01, 1.02, 1.115, 1.22], **lost)
    held = 4 if kind == "neuromyotonic" else 3
    assert [name for _, name in found] == [kind] * held + ["fasciculation"] * (5 - held)
    assert happened[0] == (f"{kind}_burst", 1.0, 0.115 if held == 4 else 0.02)


def test_axons_are_spread_in_how_easily_they_fire_and_no_more_fire_than_there_are(monkeypatch: pytest.MonkeyPatch):
    seen: list = []

    def watched(courses, duration_s, seed, *, step_ms, joint_s):
        seen.append((len(courses), [course(0.0) for course in courses], duration_s, step_ms, joint_s))
        return [Firing(np.empty(0), duration_s, 0.0)] * len(courses), Membrane(0, np.zeros(1), np.zeros(1), {})

    monkeypatch.setattr("myognosis.simulate.axon.fire_watched", watched)
    line = Timeline(("before", "cuff"), (0.0, 4.0, 9.0), ({"state.calcium_mmol_l": 0.9}, {"state.ischaemia": 1.0}))
    body = {"axon.spread": 0.1, "axon.persistent_sodium": 1.5, "axon.leak": 1.2, "axon.noise": 0.5, "state.temperature_c": 30}
    for axons, cuffed in ((400, 0.5), (2, 0.0)):
        add_spontaneous(Trains(), 300, Settings.of({**body, "axon.axons": axons, "state.cuffed_s": cuffed}), line, 1, "m")
    add_spontaneous(Trains(), 300, Settings.of({**body, "axon.axons": 0}), line, 1, "m")
    (many, states, seconds, step, joint), (few, _, _, _, never) = seen
    assert (many, few, seconds, step, joint, never) == (300, 2, 9.0, 0.02, 4.0, np.inf)
    dense = np.log([state.fast_sodium / 1.8 for state in states])
    assert dense.std() == pytest.approx(0.1, rel=0.1) and abs(dense.mean()) < 0.02
    assert {(s.calcium_mm, s.leak, s.noise, s.temperature_c, s.persistent_sodium) for s in states} == {(0.9, 1.2, 0.5, 30.0, 1.5)}


def test_the_first_run_of_phases_under_a_cuff_is_one_cuff():
    cuffed = {"state.ischaemia": 1.0}
    line = Timeline(("a", "b", "c", "d", "e"), (0.0, 10.0, 20.0, 30.0, 40.0, 50.0), ({}, cuffed, cuffed, {}, {}))
    course = _course(BRANCH, line, Settings.of({"state.cuffed_s": 100.0}).state)
    same = cuff(BRANCH, 0.0, 120.0)
    for second in (10.0, 19.0, 29.9, 30.0, 33.0, 49.0):
        assert course(second) == same(second + 90.0)
    assert course(9.9) == BRANCH
    to_the_end = _course(BRANCH, Timeline(("a", "b"), (0.0, 10.0, 20.0), ({}, cuffed)), Settings.of({"state.cuffed_s": 0.0}).state)
    assert to_the_end(20.0) == cuff(BRANCH, 0.0, 10.0)(10.0)


@pytest.mark.whole
def test_all_axons_of_a_healthy_muscle_are_silent(monkeypatch: pytest.MonkeyPatch):
    given: list = []
    nothing = Firing(np.zeros(0), 1.0, 0.0), Membrane(0, np.zeros(1), np.zeros(1), {})
    fire = lambda courses, *_, **__: (given.extend(courses), [nothing[0]] * len(courses), nothing[1])[1:]  # noqa: E731
    monkeypatch.setattr("myognosis.simulate.axon.fire_watched", fire)
    for seed in range(5):
        add_spontaneous(Trains(), 150, Settings.of({"axon.axons": 150}), Timeline(("rest",), (0.0, 1.0), ({},)), seed, "agonist")
    easiest = sorted((course(0.0) for course in given), key=lambda state: state.fast_sodium)[-8:]
    assert len(given) == 750 and [f.spikes_s.size for f in fire_all(easiest, 1.0, 1, step_ms=0.02)] == [0] * 8

"""A cuff, its release, Trousseau's test and neuromyotonia: spikes from the axon's own equations."""

import math

import numpy as np
import pytest

from myognosis.simulate.axon import BRANCH, REST, AxonError, Cuff, cuff, fire_all, later, neuromyotonic, overbreathed, trousseau

pytestmark = pytest.mark.whole

POOR = ("low calcium", "Trousseau", "Trousseau, let off")
NEUROMYOTONIA = [f"neuromyotonia {i}" for i in range(4)]


def courses():
    """The branches that fire or are silent, by what is done to them."""
    tight = trousseau(BRANCH, calcium_mm=0.9, start_s=0.0)
    poor = dict(zip(POOR, (BRANCH.changed(calcium_mm=0.9), later(tight, 150.0), later(tight, 190.0)), strict=True))
    return {
        "before": later(cuff(BRANCH, 100.0, 700.0), 90.0),
        "just released": later(cuff(BRANCH, 0.0, 600.0), 601.0),
        "released for ten minutes": later(cuff(BRANCH, 0.0, 600.0), 1200.0),
        "a cuff in health": later(cuff(BRANCH, 0.0, 180.0), 140.0),
        "overbreathing a little": overbreathed(ph=7.55),
        "overbreathing a little under a cuff": later(cuff(overbreathed(ph=7.55), 0.0, 180.0), 176.0),
        "overbreathing": overbreathed(),
        **{f"{name} {i}": course for name, course in poor.items() for i in range(5)},
        **dict.fromkeys(NEUROMYOTONIA, neuromyotonic()),
    }


@pytest.fixture(scope="module")
def firing():
    states = courses()
    return dict(zip(states, fire_all(list(states.values()), 3.0, seed=1, step_ms=0.02), strict=True))


@pytest.fixture(scope="module")
def released():
    """Spikes of sixteen branches from 75 to 87 s after a cuff of ten minutes."""
    return [f.spikes_s for f in fire_all([later(cuff(BRANCH, 0.0, 600.0), 675.0)] * 16, 12.0, seed=1, step_ms=0.02)]


def test_ectopic_spikes_come_after_release_and_end(firing, released):
    counts = [firing[name].spikes_s.size for name in ("before", "just released", "released for ten minutes")]
    assert counts == [0, 0, 0]
    assert sum(spikes.size for spikes in released) > 0.2 * 16 * 12


def test_three_minutes_of_a_cuff_make_low_calcium_fire_more_than_before_and_after_it_and_health_not_at_all(firing):
    before, under, after = (sum(firing[f"{name} {i}"].spikes_s.size for i in range(5)) for name in POOR)
    assert under > 30 and under > 3 * before and under > 2 * after
    assert firing["a cuff in health"].spikes_s.size == 0


def test_ectopic_spikes_after_release_come_in_twos_threes_and_bursts(released):
    sizes = [len(event) for spikes in released for event in np.split(spikes, np.flatnonzero(np.diff(spikes) > 0.03) + 1)]
    assert np.mean(np.array(sizes) >= 2) > 0.3
    assert max(sizes) >= 3


def test_a_neuromyotonic_axon_bursts_at_rates_of_the_clinic_and_slows_down_within_each_burst(firing):
    rates = []
    for name in NEUROMYOTONIA:
        intervals = np.diff(firing[name].spikes_s)
        events = np.split(intervals, np.flatnonzero(intervals > 0.05) + 1)
        rates += [1.0 / event[event < 0.05] for event in events[1:-1] if len(event) > 5]  # the first and the last may be cut
    assert len(rates) >= 4
    slower = np.array([rate[len(rate) // 2 :].mean() / rate[: len(rate) // 2].mean() for rate in rates])
    assert all(150.0 < rate[:10].mean() < 350.0 for rate in rates)
    assert np.mean(slower < 1.0) >= 0.8
    assert np.median(slower) < 0.95


def test_overbreathing_a_little_needs_a_cuff_and_more_of_it_none(firing):
    counts = [firing[f"overbreathing{how}"].spikes_s.size for how in (" a little", " a little under a cuff", "")]
    assert counts[0] == 0
    assert min(counts[1:]) > 5


def test_what_ischaemia_does_comes_under_the_cuff_and_goes_after_it():
    course = cuff(REST, 60.0, 660.0)
    before, late, released, after = (course(second) for second in (30.0, 659.0, 700.0, 3600.0))
    assert before == REST
    assert late.pump < 0.5
    assert late.persistent_sodium > 1.1 > 1.001 > released.persistent_sodium
    assert late.potassium_mm > 5.3
    assert late.under_mm > 7.0
    assert late.ph < 7.15
    assert released.pump > 0.99
    assert released.ph > 7.35
    assert released.potassium_mm < 4.4
    assert released.under_mm > 5.5  # what is under the myelin leaves last
    assert released.sodium_in_mm > 12.0
    assert (after.potassium_mm, after.under_mm) == pytest.approx((REST.potassium_mm, 0.0), abs=0.01)
    assert after.sodium_in_mm == pytest.approx(REST.sodium_in_mm, abs=1.5)


def test_sodium_falls_towards_rest_once_the_pump_works_again():
    """And a little below it, while potassium under the myelin still drives the pump there."""
    course = cuff(REST, 0.0, 600.0)
    sodium = [course(second).sodium_in_mm for second in (700.0, 1000.0, 2000.0, 4000.0)]
    assert sodium[0] > sodium[1] > 9.1 and sodium[2:] == pytest.approx([REST.sodium_in_mm] * 2, abs=0.05)


@pytest.mark.parametrize(
    ("field", "goes_to", "seconds", "takes_s"),
    [
        ("pump", 0.4, (100.0, 400.0), 300.0),  # under the cuff energy goes with five minutes
        (
            "pump",
            1.0,
            (601.0, 606.0),
            5.0,
        ),  # the blood brings energy at once, takes acid and potassium away soon, what is under the myelin in minutes
        ("ph", 7.4, (601.0, 616.0), 15.0),
        ("potassium_mm", 4.2, (601.0, 616.0), 15.0),
        ("under_mm", 0.0, (601.0, 1001.0), 400.0),
    ],
)
def test_ischaemia_takes_energy_in_minutes_and_gives_it_back_first_and_potassium_last(field, goes_to, seconds, takes_s):
    course = cuff(REST, 0.0, 600.0)
    a, b = (getattr(course(second), field) - goes_to for second in seconds)
    assert math.log(a / b) == pytest.approx((seconds[1] - seconds[0]) / takes_s, rel=1e-6)


@pytest.mark.parametrize(("field", "rest", "most"), [("potassium_mm", 4.2, 2.0), ("under_mm", 0.0, 12.0), ("ph", 7.4, -0.5)])
def test_potassium_and_acid_gather_once_the_energy_is_lost(field, rest, most):
    course = cuff(REST, 0.0, 600.0)
    share = [(getattr(course(second), field) - rest) / most for second in (1.0, 180.0, 300.0, 600.0)]
    assert share == pytest.approx([0.0, 0.122, 0.264, 0.594], abs=1e-3)
    speed = (getattr(course(301.0), field) - getattr(course(299.0), field)) / 2 / most
    assert 300.0 * speed == pytest.approx((1.0 - course(300.0).pump) / 0.6 - share[2], rel=1e-3)  # towards what is lost, in 300 s


def test_nothing_happens_before_the_cuff_and_what_was_lost_at_its_end_is_lost_when_it_is_let_off():
    course = cuff(REST, 50.0, 650.0)
    assert course(0.0) == course(50.0) == REST
    for field in ("pump", "potassium_mm", "under_mm", "ph", "sodium_in_mm"):
        assert getattr(course(650.0), field) == pytest.approx(getattr(course(650.001), field), abs=1e-3)


def test_with_the_pump_stopped_sodium_gathers_in_the_axoplasm_as_fast_as_it_enters_at_rest():
    course = cuff(REST, 0.0, 100.0, Cuff(energy_left=0.0, onset_s=1e-3, potassium_mm=0.0, acid=0.0))
    sodium = [course(second).sodium_in_mm for second in (10.0, 20.0, 20.5, 21.0)]
    assert (sodium[1] - sodium[0]) / 10.0 == pytest.approx(0.025, abs=0.001)  # mM/s, as documented
    assert sodium[2] == pytest.approx((sodium[1] + sodium[3]) / 2)  # between two seconds too


def test_potassium_under_the_myelin_drives_the_pump_that_is_there_and_so_takes_sodium_out():
    """Of the pump, 18 in 68.5 pA stand under the myelin; the more potassium waits there, the less sodium gathers."""
    usual, more = (cuff(REST, 0.0, 600.0, Cuff(under_mm=mm))(600.0).sodium_in_mm for mm in (0.0, 12.0))
    assert 0.1 < usual - more < 0.5
    course = cuff(REST, 0.0, 600.0)
    for second in (300.0, 900.0):
        now, enters = course(second), 0.025  # mM/s at rest
        turned = [sodium_pumped(now, now.potassium_mm), sodium_pumped(now, now.potassium_mm + now.under_mm)]
        gains = enters * (1.0 - now.pump * (0.737 * turned[0] + 0.263 * turned[1]))
        assert course(second + 1.0).sodium_in_mm - now.sodium_in_mm == pytest.approx(gains, abs=2e-4)


def sodium_pumped(state, potassium: float) -> float:
    """How fast the pump turns, over rest."""
    return state.sodium_in_mm**2 / (state.sodium_in_mm**2 + 100) * potassium / (potassium + 1.5) / (81 / 181 * 4.2 / 5.7)


def test_it_does_not_matter_when_a_cuff_is_put_on():
    early, late = cuff(REST, 0.0, 300.0), cuff(REST, 100.0, 400.0)
    for second in (10.0, 299.0, 310.5, 900.0, 5000.0):
        assert early(second) == late(second + 100.0)
    assert early(5000.0).sodium_in_mm == early(1e6).sodium_in_mm  # followed for an hour after release
    assert cuff(REST, 0.0, 0.0)(50.0).pump == 1.0


def test_less_axoplasm_fills_with_sodium_in_proportion():
    quick, slow = (cuff(REST, 0.0, 60.0, Cuff(axoplasm_um3=volume))(1.0) for volume in (83_000.0, 166_000.0))
    assert cuff(REST, 0.0, 60.0)(1.0) == quick
    gained = [state.sodium_in_mm - REST.sodium_in_mm for state in (quick, slow)]
    assert gained[0] == pytest.approx(2 * gained[1])


def test_a_pump_at_half_energy_from_the_start_is_at_its_own_balance_and_loses_from_there():
    weak = REST.changed(pump=0.5)
    assert cuff(weak, 0.0, 600.0)(300.0).pump == pytest.approx(0.5 * cuff(REST, 0.0, 600.0)(300.0).pump)
    assert cuff(weak, 10.0, 600.0)(10.0).sodium_in_mm == REST.sodium_in_mm


def test_acid_never_passes_what_an_axon_lives_in():
    assert cuff(REST.changed(ph=6.8), 0.0, 600.0)(600.0).ph == 6.6


def test_trousseaus_test_is_three_minutes_of_a_cuff_after_half_a_minute_of_rest():
    course, same = trousseau(), cuff(BRANCH.changed(calcium_mm=1.0), 30.0, 210.0)
    assert [course(second) for second in (0.0, 29.0, 120.0, 209.0, 300.0)] == [same(s) for s in (0.0, 29.0, 120.0, 209.0, 300.0)]
    assert course(29.0).pump == 1.0 > course(31.0).pump


def test_neuromyotonia_takes_a_share_of_what_the_axon_had():
    made, half = neuromyotonic(REST), neuromyotonic(REST.changed(slow_potassium=0.5, fast_sodium=1.8))
    assert made == REST.changed(slow_potassium=0.14, fast_potassium=0.5, persistent_sodium=0.2, fast_sodium=1.5)
    assert (half.slow_potassium, half.fast_sodium) == pytest.approx((0.07, 2.7))


def test_a_cuff_keeps_what_the_base_was():
    course = trousseau(REST.changed(noise=2.0), calcium_mm=0.9)
    assert course(100.0).calcium_mm == 0.9
    assert course(100.0).noise == 2.0


def test_overbreathing_changes_acid_alone():
    assert overbreathed(REST, ph=7.6) == REST.changed(ph=7.6)


def test_a_cuff_that_ends_before_it_begins_is_refused():
    with pytest.raises(AxonError, match="stop_s"):
        cuff(REST, 60.0, 30.0)


def test_two_hours_are_the_longest_cuff():
    assert cuff(REST, 10.0, 7210.0)(7210.0).pump == pytest.approx(0.4, abs=1e-6)
    with pytest.raises(AxonError, match="7200"):
        cuff(REST, 10.0, 7211.0)

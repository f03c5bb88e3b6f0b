"""A cuff, its release, Trousseau's test and neuromyotonia: spikes from the axon's own equations."""

import numpy as np
import pytest

from myognosis.simulate.axon import BRANCH, REST, AxonError, cuff, fire_all, later, neuromyotonic, overbreathed, trousseau

COURSES = {
    "before": later(cuff(BRANCH, 100.0, 700.0), 90.0),
    "just released": later(cuff(BRANCH, 0.0, 600.0), 601.0),
    "released for a minute": later(cuff(BRANCH, 0.0, 600.0), 665.0),
    "released for ten minutes": later(cuff(BRANCH, 0.0, 600.0), 1200.0),
    "two minutes of Trousseau": later(trousseau(BRANCH, calcium_mm=0.9, start_s=0.0), 100.0),
    "two minutes of a cuff in health": later(cuff(BRANCH, 0.0, 180.0), 100.0),
    "neuromyotonia": neuromyotonic(),
    "overbreathing a little": overbreathed(ph=7.55),
    "overbreathing a little under a cuff": later(cuff(overbreathed(ph=7.55), 0.0, 180.0), 100.0),
    "overbreathing": overbreathed(),
}


@pytest.fixture(scope="module")
def firing():
    return dict(zip(COURSES, fire_all(list(COURSES.values()), 3.0, seed=1, step_ms=0.02), strict=True))


def test_ectopic_spikes_come_after_release_and_end(firing):
    counts = [firing[name].spikes_s.size for name in ("before", "just released", "released for ten minutes")]
    assert counts == [0, 0, 0]
    assert firing["released for a minute"].spikes_s.size > 5


def test_a_cuff_makes_an_axon_in_low_calcium_fire_where_a_healthy_one_hardly_does(firing):
    low, health = (firing[f"two minutes of {name}"].spikes_s.size for name in ("Trousseau", "a cuff in health"))
    assert low > 5
    assert low > 3 * health


def test_ectopic_spikes_after_release_come_in_bursts(firing):
    assert firing["released for a minute"].pattern == "bursts"


def test_a_neuromyotonic_axon_bursts_at_rates_of_the_clinic_and_slows_down_within_each_burst(firing):
    intervals = np.diff(firing["neuromyotonia"].spikes_s)
    bursts = [b for b in np.split(intervals, np.flatnonzero(intervals > 0.05)) if len(b) >= 5]
    assert len(bursts) >= 2
    for burst in bursts:
        rate = 1.0 / burst[burst < 0.05]
        half = len(rate) // 2
        assert 150.0 < rate[:10].mean() < 350.0
        assert rate[half:].mean() < 0.9 * rate[:half].mean()


def test_overbreathing_a_little_needs_a_cuff_and_more_of_it_none(firing):
    counts = [firing[f"overbreathing{how}"].spikes_s.size for how in (" a little", " a little under a cuff", "")]
    assert counts[0] == 0
    assert min(counts[1:]) > 5


def test_what_ischaemia_does_comes_under_the_cuff_and_goes_after_it():
    course = cuff(REST, 60.0, 660.0)
    before, late, released, after = (course(second) for second in (30.0, 659.0, 700.0, 3600.0))
    assert before == REST
    assert late.pump < 0.3
    assert late.potassium_mm > 6.2
    assert late.ph < 7.1
    assert released.pump > 0.99
    assert released.ph > 7.35
    assert released.potassium_mm > 5.5
    assert released.sodium_in_mm > 13.0
    assert after.potassium_mm == pytest.approx(REST.potassium_mm, abs=0.01)
    assert after.sodium_in_mm == pytest.approx(REST.sodium_in_mm, abs=1.5)


def test_sodium_falls_towards_rest_once_the_pump_works_again():
    course = cuff(REST, 0.0, 600.0)
    sodium = [course(second).sodium_in_mm for second in (700.0, 1000.0, 2000.0, 4000.0)]
    assert sodium == sorted(sodium, reverse=True)


def test_a_cuff_keeps_what_the_base_was():
    course = trousseau(REST.changed(noise=2.0), calcium_mm=0.9)
    assert course(100.0).calcium_mm == 0.9
    assert course(100.0).noise == 2.0


def test_overbreathing_changes_acid_alone():
    assert overbreathed(REST, ph=7.6) == REST.changed(ph=7.6)


def test_a_cuff_that_ends_before_it_begins_is_refused():
    with pytest.raises(AxonError, match="stop_s"):
        cuff(REST, 60.0, 30.0)

"""What the centre asks for: effort, tremor, lapses, jerks."""

import dataclasses

import numpy as np
import pytest

from myognosis.simulate.pool.drive import Centre, make_centre
from myognosis.simulate.scenarios import Timeline, load_scenario
from myognosis.simulate.settings import Settings


def centre(seconds: float = 60.0, changes: dict[str, float] | None = None, **numbers: float) -> tuple[Centre, Settings]:
    """A centre whose second half differs by ``changes``; numbers by dotted name with __ for the dot."""
    settings = Settings.of({"pool.common_cov": 0.0} | {name.replace("__", "."): value for name, value in numbers.items()})
    line = Timeline(("first", "second"), (0.0, seconds / 2, seconds), ({}, changes or {}))
    return make_centre(settings, line, 1), settings


def test_effort_comes_over_its_ramp_and_holds():
    made, _ = centre(4.0, {"drive.effort": 0.6}, drive__effort=0.2, drive__ramp_s=0.5)
    assert made.effort[:2000] == pytest.approx(0.2)
    assert made.effort[2250] == pytest.approx(0.4, abs=0.002) and made.effort[2499:] == pytest.approx(0.6)


def test_the_opposing_muscle_gives_a_tenth_of_the_effort_and_swings_the_other_way():
    made, settings = centre(4.0, drive__effort=0.5, tremor__depth=0.1, tremor__swell=0.0)
    one = made.drive(settings, 1, "agonist", 0.0, False).excitation
    other = made.drive(settings, 1, "antagonist", 180.0, True).excitation
    swing = one - 0.5
    assert np.abs(swing).max() == pytest.approx(0.1, rel=0.01)
    assert other == pytest.approx(np.clip(0.05 - swing, 0.0, 1.0), abs=1e-9)


def test_drive_stays_between_nothing_and_all_and_says_whether_it_trembles():
    made, settings = centre(2.0, drive__effort=0.9, tremor__depth=1.0, pool__gain=2.0)
    drive = made.drive(settings, 1, "agonist", 0.0, False)
    assert (drive.excitation.min(), drive.excitation.max()) == (0.0, 1.0) and drive.trembles
    still, settings = centre(2.0, drive__effort=0.3, pool__gain=2.0)
    drive = still.drive(settings, 1, "agonist", 0.0, False)
    assert drive.excitation == pytest.approx(0.6) and not drive.trembles


def test_units_share_a_slow_drive_of_the_size_put_in():
    made, settings = centre(200.0, drive__effort=0.4)
    shared = made.drive(dataclasses.replace(settings, pool=dataclasses.replace(settings.pool, common_cov=0.1)), 1, "m", 0, False)
    assert shared.excitation.mean() == pytest.approx(0.4, rel=0.03)
    assert shared.excitation.std() == pytest.approx(0.04, rel=0.15)
    large = made.drive(dataclasses.replace(settings, pool=dataclasses.replace(settings.pool, common_cov=0.4)), 1, "m", 0, False)
    beyond = (large.excitation - large.excitation.mean()) / large.excitation.std()
    assert abs((beyond**3).mean()) < 0.4  # as often above as below


def test_a_tremor_has_its_frequency_and_wanders_as_far_as_put_in():
    made, _ = centre(200.0, tremor__frequency_hz=5.0, tremor__wander_hz=0.2)
    hz = np.diff(made.phase) * 1000 / (2 * np.pi)
    assert hz.mean() == pytest.approx(5.0, abs=0.05) and hz.std() == pytest.approx(0.2, rel=0.2)
    assert 0.0 <= made.phase[0] <= 2 * np.pi + 0.1


def test_a_swelling_tremor_never_turns_over():
    made, _ = centre(200.0, tremor__depth=0.2, tremor__swell=1.0)
    assert made.swing.min() == 0.0 and made.swing.max() == pytest.approx(0.6)
    assert made.swing.mean() == pytest.approx(0.2, rel=0.2)
    small, _ = centre(1000.0, tremor__depth=0.2, tremor__swell=0.2)
    slow = small.swing - small.swing.mean()
    assert (slow[:-400] * slow[400:]).mean() / slow.var() == pytest.approx(2.0 * np.exp(-1.0), abs=0.03)  # two poles at .4 Hz


def test_nothing_is_asked_for_during_a_lapse():
    made, settings = centre(120.0, drive__effort=0.5, lapse__per_min=60.0)
    drive = made.drive(settings, 1, "m", 0.0, False).excitation
    assert len(made.lapses) == pytest.approx(120, abs=35)
    lengths = np.array([lapse.duration_s for lapse in made.lapses])
    gaps = np.diff([lapse.start_s for lapse in made.lapses])
    assert gaps.std() / gaps.mean() == pytest.approx(1.0, abs=0.25)  # as chance has them
    assert lengths.mean() == pytest.approx(0.110, abs=0.012) and lengths.min() >= 0.02
    silent = np.zeros(len(drive), bool)
    for lapse in made.lapses:
        silent[round(lapse.start_s * 1000) : round((lapse.start_s + lapse.duration_s) * 1000)] = True
    assert not drive[silent].any() and (drive[~silent] > 0.4).all()


def test_jerks_come_in_the_phase_that_has_them_with_their_published_lengths():
    made, _ = centre(200.0, {"jerk.per_min": 120.0})
    assert made.jerks_s.min() >= 100.0 and len(made.jerks_s) == pytest.approx(200, rel=0.2)
    assert 1000 * made.jerk_lengths_s.mean() == pytest.approx(31.1, abs=1.5)
    assert 1000 * made.jerk_lengths_s.std() == pytest.approx(6.7, abs=1.0)
    wide, _ = centre(200.0, {"jerk.per_min": 120.0}, jerk__burst_spread_ms=100.0)
    assert 1000 * wide.jerk_lengths_s.min() == pytest.approx(0.3 * 31.1)


def test_whoever_falls_asleep_starts_once_or_twice_with_every_seed():
    scenario = load_scenario("hypnic_jerk")
    timeline, settings = Timeline.of(scenario, 60.0), scenario.settings({})
    assert {len(make_centre(settings, timeline, seed).jerks_s) for seed in range(12)} <= {1, 2}

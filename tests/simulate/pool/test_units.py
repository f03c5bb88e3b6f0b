"""Motor units of a muscle: the published laws of recruitment, written out again by hand."""

import dataclasses
import math

import numpy as np
import pytest

from myognosis.simulate.muscle.force import tetanic_force
from myognosis.simulate.pool.units import make_pool
from myognosis.simulate.settings import Settings
from myognosis.simulate.warmth import Warmth

FOUR = Settings.of({"pool.units": 4, "pool.recruitment_range": 16, "pool.peak_rate_hz": 35, "pool.peak_rate_drop_hz": 10,
                    "pool.rate_gain": 2.0, "pool.minimum_rate_hz": 8, "force.maximal_n": 2.0, "force.twitch_range": 8,
                    "force.slowest_ms": 80, "force.fastest_ms": 40, "force.half_tetanus_hz": 12, "force.fatigue_range": 27,
                    "force.fatigue_per_s": 0.02})  # fmt: skip
POOL = make_pool(FOUR.pool, FOUR.force)


def test_thresholds_double_from_unit_to_unit_where_the_last_needs_sixteen_times_the_drive_of_none():
    assert POOL.threshold == pytest.approx([2, 4, 8, 16])


def test_the_last_unit_reaches_its_lower_peak_rate_at_the_highest_drive():
    assert POOL.peak_hz == pytest.approx([33.75, 32.5, 30, 25])
    assert POOL.excitation_max == pytest.approx(16 + (25 - 8) / 2)


def test_units_recruited_later_are_stronger_faster_and_tire_more():
    assert POOL.twitch_n / POOL.twitch_n[0] == pytest.approx([1, 2, 4, 8])
    assert POOL.contraction_s == pytest.approx(0.08 * 0.5 ** (np.arange(4) / 3))
    assert POOL.fatigue_per_s == pytest.approx(0.02 / 27 * 27 ** (np.arange(4) / 3))


def test_half_tetanus_lies_at_its_published_rate_for_every_contraction_time():
    assert POOL.half == pytest.approx(12 * POOL.contraction_s * math.e)
    quick = make_pool(FOUR.pool, dataclasses.replace(FOUR.force, half_tetanus_hz=4.0, fastest_ms=15.0))
    assert quick.half[-1] == 0.33  # a twitch is never more than a small part of a tetanus


def test_all_units_at_their_highest_rates_make_their_share_of_a_maximal_effort():
    reached = 1 / (1 + (12 / POOL.peak_hz) ** 2.5)
    assert tetanic_force(POOL, FOUR.force) @ reached == pytest.approx(2.0)
    third = make_pool(FOUR.pool, dataclasses.replace(FOUR.force, share=1 / 3))
    assert third.twitch_n == pytest.approx(POOL.twitch_n / 3)


def test_cold_makes_twitches_longer_and_leaves_recruitment_alone():
    cold = make_pool(FOUR.pool, FOUR.force, Warmth(slowing=2.0, strength=0.5, reluctance=1.0))
    assert cold.contraction_s == pytest.approx(2 * POOL.contraction_s) and cold.twitch_n == pytest.approx(POOL.twitch_n / 2)
    for name in ("threshold", "peak_hz", "half", "fatigue_per_s"):
        assert np.array_equal(getattr(cold, name), getattr(POOL, name))


def test_survivors_keep_their_place_and_twitch_as_much_more_as_they_have_grown():
    left = POOL.keep(np.array([True, False, True, False]), np.array([1.0, 9.0, 3.0, 9.0]))
    assert left.twitch_n == pytest.approx(POOL.twitch_n[[0, 2]] * [1, 3])
    assert left.threshold == pytest.approx([2, 8]) and left.peak_hz == pytest.approx([33.75, 30])
    assert len(left) == 2 and left.excitation_max == POOL.excitation_max
    for name in ("contraction_s", "half", "fatigue_per_s"):
        assert np.array_equal(getattr(left, name), getattr(POOL, name)[[0, 2]])


def test_a_muscle_of_one_unit_is_possible():
    one = make_pool(dataclasses.replace(FOUR.pool, units=1.0), FOUR.force)
    assert one.threshold == pytest.approx([16]) and 0.1 < one.twitch_n[0] < 2.0

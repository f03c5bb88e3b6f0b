"""Fibres of a muscle: whose they are, where they lie, how fast they are."""

import dataclasses

import numpy as np
import pytest

from myognosis.simulate.muscle.anatomy import Fibres, cut, make_fibres, near, reinnervated
from myognosis.simulate.settings import Settings

SETTINGS = Settings.of({"pool.units": 30, "muscle.fibres": 6000, "muscle.innervation_range": 25, "muscle.radius_mm": 10})


def fibres(warmth: float = 0.0, **changes: float) -> Fibres:
    return make_fibres(dataclasses.replace(SETTINGS.muscle, **changes), SETTINGS.pool, warmth=warmth, seed=1, name="m")


MADE = fibres()


def test_each_unit_has_so_many_times_more_fibres_than_the_last():
    counts = MADE.counts()
    wanted = np.exp(np.arange(1, 31) * np.log(25) / 30)
    assert counts - 1 == pytest.approx(wanted / wanted.sum() * 5970, abs=1)
    assert counts.sum() == 6000 and counts.min() >= 1
    few = make_fibres(dataclasses.replace(SETTINGS.muscle, fibres=30.0), SETTINGS.pool, warmth=0.0, seed=1, name="m")
    assert (few.counts() == 1).all()  # not even the smallest unit is without


def test_fibres_that_are_left_over_go_to_the_units_nearest_to_one_more():
    share = np.exp(np.arange(1, 31) * np.log(25) / 30)
    share *= 5970 / share.sum()
    more = MADE.counts() - 1 - np.floor(share).astype(int)
    assert set(more) == {0, 1} and (share - np.floor(share))[more == 1].min() > (share - np.floor(share))[more == 0].max()


def test_velocity_rises_by_eight_tenths_of_its_spread_and_scatters_by_six():
    many = make_fibres(
        dataclasses.replace(SETTINGS.muscle, fibres=800.0),
        dataclasses.replace(SETTINGS.pool, units=800.0),
        warmth=0.0,
        seed=2,
        name="m",
    )
    velocity, rank = many.velocity_m_s[np.argsort(many.unit)], np.linspace(-1, 1, 800)
    slope, middle = np.polyfit(rank, velocity, 1)
    assert (slope, middle) == pytest.approx((0.8 * 0.4, 4.0), abs=0.04)
    assert (velocity - slope * rank).std() == pytest.approx(0.6 * 0.4, rel=0.08)


def test_a_units_fibres_lie_within_its_disc_and_larger_units_reach_further():
    reach = 10 * np.clip(np.sqrt(36 * MADE.counts() / 6000), 0.1, 0.8)
    for unit in (0, 15, 29):
        own = MADE.unit == unit
        wide = np.hypot(np.ptp(MADE.across[own]), np.ptp(MADE.depth[own]))
        assert wide <= 2 * np.sqrt(2) * reach[unit]
    spread = [MADE.across[MADE.unit == unit].std() for unit in range(30)]
    assert np.mean(spread[20:]) > 1.3 * np.mean(spread[:10])


def test_fibres_fill_the_muscle_evenly():
    far = np.hypot(MADE.across, 10 - MADE.depth)
    assert far.max() <= 10 and (far < 5).mean() == pytest.approx(0.25, abs=0.1)
    assert abs(MADE.across.mean()) < 1.5 and MADE.depth.mean() == pytest.approx(10, abs=1.5)


def test_no_unit_spreads_over_the_whole_muscle():
    alone = dataclasses.replace(SETTINGS.pool, units=1.0)
    few = dataclasses.replace(SETTINGS.muscle, fibres=2000.0, innervation_range=1.0)
    wide = [np.ptp(make_fibres(few, alone, warmth=0.0, seed=seed, name="m").across) for seed in range(12)]
    assert max(wide) == pytest.approx(2 * 0.8 * 10, abs=0.3)


def test_some_of_the_fibres_keep_all_that_is_theirs():
    some = MADE.only(MADE.unit == 3)
    assert len(some) == MADE.counts()[3] and some.n_units == 30 and (some.unit == 3).all()
    assert np.array_equal(some.depth, MADE.depth[MADE.unit == 3])


def test_the_middle_of_a_unit_is_the_mean_of_its_fibres():
    for unit in (0, 29):
        own = MADE.unit == unit
        assert MADE.middles()[:, unit] == pytest.approx([MADE.across[own].mean(), MADE.depth[own].mean()])


def test_end_plates_and_tendons_spread_as_put_in_about_half_a_fibre():
    m = SETTINGS.muscle
    assert MADE.endplate.std() == pytest.approx(m.endplate_spread_mm, rel=0.05) and abs(MADE.endplate).max() == pytest.approx(
        2.5 * m.endplate_spread_mm
    )
    assert (MADE.right + MADE.endplate).mean() == pytest.approx(m.fibre_length_mm / 2, rel=0.01)
    assert (MADE.right + MADE.endplate).std() == pytest.approx(m.tendon_spread_mm, rel=0.05)
    assert (MADE.left - MADE.endplate).std() == pytest.approx(m.tendon_spread_mm, rel=0.05)
    short = fibres(fibre_length_mm=10.0, tendon_spread_mm=30.0)
    assert short.right.min() == short.left.min() == 1.0  # never shorter than a fifth of its half


def test_larger_units_have_faster_fibres_about_the_velocity_put_in_and_cold_slows_all():
    velocity = np.array([MADE.velocity_m_s[MADE.unit == unit][0] for unit in range(30)])
    assert all(np.ptp(MADE.velocity_m_s[MADE.unit == unit]) == 0 for unit in range(30))
    assert velocity.mean() == pytest.approx(4.0, abs=0.15)
    assert np.polyfit(np.linspace(-1, 1, 30), velocity, 1)[0] == pytest.approx(0.8 * 0.4, abs=0.15)
    assert fibres(warmth=-1.0).velocity_m_s == pytest.approx(MADE.velocity_m_s - 1.0)
    assert fibres(velocity_m_s=1.5, velocity_spread_m_s=1.0, warmth=-0.5).velocity_m_s.min() == 0.8


def test_adopted_fibres_come_later_by_up_to_their_delay_and_at_their_new_owners_velocity():
    alive = np.arange(30) % 3 == 0
    after = reinnervated(MADE, alive, SETTINGS.muscle, 5.0, 1, "m")
    assert (after.delay_s[~after.adopted] == 0).all()
    late = 1000 * after.delay_s[after.adopted]
    assert late.max() <= 6.0 and late.mean() == pytest.approx(6.0 / 5, abs=0.1) and np.median(late) < 0.5  # most have matured
    own = {unit: MADE.velocity_m_s[MADE.unit == unit][0] for unit in np.flatnonzero(alive)}
    assert all(after.velocity_m_s[after.unit == unit] == pytest.approx(v) for unit, v in own.items())
    kept = alive[MADE.unit]
    assert np.array_equal(after.unit[kept], MADE.unit[kept]) and not after.adopted[kept].any()


def test_an_orphan_is_adopted_by_a_unit_that_owns_one_of_its_twelve_nearest_fibres():
    alive = np.arange(30) % 2 == 0
    after = reinnervated(MADE, alive, SETTINGS.muscle, 8.0, 1, "m")
    kept = np.flatnonzero(alive[MADE.unit])
    for orphan in np.flatnonzero(after.adopted)[::300]:
        far = np.hypot(MADE.across[kept] - MADE.across[orphan], MADE.depth[kept] - MADE.depth[orphan])
        assert after.unit[orphan] in MADE.unit[kept[np.argsort(far)[:12]]]


def test_a_unit_takes_no_more_than_it_has_room_for_and_where_there_is_none_nobody_is_adopted():
    alive = np.arange(30) < 10
    after = reinnervated(MADE, alive, SETTINGS.muscle, 2.0, 1, "m")
    gained = after.counts()[alive] - MADE.counts()[alive]
    assert (gained <= MADE.counts()[alive]).all() and gained.sum() > 0.8 * MADE.counts()[alive].sum()
    none = reinnervated(MADE, alive, SETTINGS.muscle, 1.0, 1, "m")
    assert not none.adopted.any() and (none.unit[~alive[MADE.unit]] == -1).all()
    healthy = reinnervated(MADE, np.ones(30, bool), SETTINGS.muscle, 4.0, 1, "m")
    assert np.array_equal(healthy.unit, MADE.unit) and not healthy.adopted.any()


def test_adopted_fibres_lie_beside_those_of_their_new_owner():
    alive = np.arange(30) % 5 == 0
    after = reinnervated(MADE, alive, SETTINGS.muscle, 8.0, 1, "m")
    kept = np.flatnonzero(alive[MADE.unit])
    for row in np.flatnonzero(after.adopted)[::200]:
        far = np.hypot(MADE.across[kept] - MADE.across[row], MADE.depth[kept] - MADE.depth[row])
        assert after.unit[row] in after.unit[kept[np.argsort(far)[:3]]]


def test_fibres_that_fibrillate_are_those_that_a_needle_hears():
    rows, rng = np.arange(len(MADE)), np.random.default_rng(1)
    chosen = near(MADE, rows, 1.0, 6.0, 8, rng)
    assert len(set(chosen)) == 8 and np.hypot(MADE.across[chosen] - 1.0, MADE.depth[chosen] - 6.0).max() < 0.8
    few = near(MADE, chosen[:3], -9.0, 10.0, 2, rng)
    assert set(few) < set(chosen[:3]) and len(few) == 2  # none is near: the nearest
    assert len(near(MADE, rows[:0], 0.0, 1.0, 0, rng)) == 0


def test_a_fibre_that_a_needle_has_hurt_ends_there_and_the_others_stay():
    rows = np.arange(len(MADE)) % 2 == 0
    hurt = cut(MADE, rows, 10.0)
    assert hurt.endplate[rows] + hurt.right[rows] == pytest.approx(np.full(rows.sum(), 10.0))
    assert np.array_equal(hurt.right[~rows], MADE.right[~rows]) and np.array_equal(hurt.left, MADE.left)
    assert cut(MADE, rows, -10.0).endplate[rows] - cut(MADE, rows, -10.0).left[rows] == pytest.approx(np.full(rows.sum(), -10.0))

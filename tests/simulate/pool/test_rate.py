"""From drive to spikes: the laws of rate coding, written out again by hand on clocklike units."""

import dataclasses

import numpy as np
import pytest

from myognosis.simulate.pool.drive import Drive
from myognosis.simulate.pool.rate import doublet_intervals, driven_spikes, refractory
from myognosis.simulate.pool.units import make_pool
from myognosis.simulate.settings import Settings

SETTINGS = Settings.of({"pool.units": 5, "pool.recruitment_range": 32, "pool.interval_cov": 0.0, "pool.doublet_share": 0.0,
                        "pool.adaptation": 0.0, "pool.rate_gain": 1.0, "pool.minimum_rate_hz": 8})  # fmt: skip
POOL = make_pool(SETTINGS.pool, SETTINGS.force)  # thresholds 2, 4, 8, 16, 32


def spikes_at(excitation: np.ndarray, **changes: float) -> list[np.ndarray]:
    """Of a drive in the units of the thresholds, a value a millisecond."""
    settings = dataclasses.replace(SETTINGS.pool, **changes)
    return driven_spikes(POOL, Drive(excitation / POOL.excitation_max, False), settings, 1, "m")


def test_a_unit_at_its_threshold_fires_at_the_lowest_rate_and_one_above_the_drive_not_at_all():
    excitation = POOL.threshold[2] * (1 + 1e-12)
    times = spikes_at(np.full(4000, excitation))
    assert [len(t) for t in times[3:]] == [0, 0]
    for unit, rate in enumerate((8 + 6, 8 + 4, 8)):
        assert 1 / np.diff(times[unit]) == pytest.approx(rate, rel=0.02)


def test_a_drive_below_every_threshold_gives_a_silent_row_for_every_unit():
    assert [len(t) for t in spikes_at(np.full(1000, 1.99))] == [0] * 5
    assert [len(t) for t in spikes_at(np.zeros(0))] == [0] * 5


def test_units_that_have_rested_fire_within_a_fortieth_of_a_second_of_their_recruitment():
    drive = np.concatenate([np.zeros(1000), np.full(500, 40.0), np.zeros(1000), np.full(500, 40.0)])
    firsts = []
    for seed in range(40):
        for times in driven_spikes(POOL, Drive(drive / POOL.excitation_max, False), SETTINGS.pool, seed, "m"):
            assert not ((times < 1.0) | ((times > 1.525) & (times < 2.5))).any()
            firsts += [times[0] - 1.0, times[times > 2.0][0] - 2.5]
    assert min(firsts) >= 0.0 and max(firsts) <= 0.025
    assert max(firsts) > 0.024 and np.std(firsts) > 0.0055  # not all at once


def test_rates_fall_with_the_published_time_course_and_never_below_six_tenths_of_the_lowest():
    """Potvin and Fuglevand 2017: q (1 - exp(-t / 22 s)), q = .67 (rate - lowest + 2) (threshold - 1) / (highest threshold - 1)."""
    times = spikes_at(np.full(60_000, 40.0), adaptation=0.67, adaptation_s=22.0)
    for unit in (2, 4):
        threshold = POOL.threshold[unit]
        fresh = min(POOL.peak_hz[unit], 8 + 40 - threshold)
        q = 0.67 * (fresh - 8 + 2) * (threshold - 1) / 31
        for second in (0.5, 20.0, 55.0):
            near = np.searchsorted(times[unit], second)
            seen = 4 / (times[unit][near + 4] - times[unit][near])
            assert seen == pytest.approx(max(fresh - q * (1 - np.exp(-(second + 2 / fresh) / 22)), 4.8), rel=0.008)
    tired = spikes_at(np.full(60_000, 40.0), adaptation=2.0, adaptation_s=1.0)[4]
    assert 1 / np.diff(tired)[-1] == pytest.approx(4.8, rel=0.02)


def test_the_share_of_spikes_that_come_in_pairs_is_that_put_in():
    paired, single = spikes_at(np.full(60_000, 3.0), doublet_share=0.5)[0], spikes_at(np.full(60_000, 3.0))[0]
    assert (np.diff(paired) < 0.03).sum() == pytest.approx(0.5 * len(single), rel=0.1)
    assert paired.max() < 60.0


def test_each_unit_has_its_own_interval_of_doublets_and_they_are_not_all_alike():
    rng = np.random.default_rng(1)
    units = 1000 * np.array([doublet_intervals(rng, 400) for _ in range(400)])
    own = np.median(units, axis=1)
    assert own.min() == pytest.approx(4, rel=0.05) and own.max() == pytest.approx(12, rel=0.05)
    assert np.mean(units[own > 6].std(axis=1) / own[own > 6]) == pytest.approx(0.15, rel=0.05)
    assert units.min() == 3.0


def test_intervals_of_many_units_have_the_spread_put_in():
    gaps = [np.diff(t) for t in spikes_at(np.full(60_000, 40.0), interval_cov=0.2)]
    assert np.mean([gap.std() / gap.mean() for gap in gaps]) == pytest.approx(0.2, rel=0.06)
    clock = spikes_at(np.full(4_000, 40.0))[0]
    assert np.diff(clock).std() / np.diff(clock).mean() < 0.002


@pytest.mark.parametrize(
    ("times", "left"),
    [
        ([0.0, 1.0, 2.0, 3.5], [0.0, 3.5]),  # what was lost makes nothing else wait
        ([0.0, 2.0, 4.0, 6.0, 8.0], [0.0, 4.0, 8.0]),
        ([0.0, 3.0, 6.0], [0.0, 3.0, 6.0]),
        ([1.0, 1.0], [1.0]),
        ([5.0], [5.0]),
        ([], []),
    ],
)
def test_a_spike_within_three_milliseconds_of_one_that_stays_is_lost(times: list[float], left: list[float]):
    assert refractory(np.array(times) / 1024, 3.0 / 1024).tolist() == [t / 1024 for t in left]

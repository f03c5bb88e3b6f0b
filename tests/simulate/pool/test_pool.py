"""Motoneurons: recruitment by size, rate coding, renewal, what fires by itself."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from myognosis.model.truth import Spikes
from myognosis.simulate.chance import events_at, smooth_noise
from myognosis.simulate.pool.drive import Drive
from myognosis.simulate.pool.ectopic import add_cramps
from myognosis.simulate.pool.rate import REFRACTORY_S, driven_spikes, refractory
from myognosis.simulate.pool.trains import Train, Trains
from myognosis.simulate.pool.units import make_pool
from myognosis.simulate.scenarios import Timeline
from myognosis.simulate.settings import Settings

SETTINGS = Settings.of({"pool.units": 30, "pool.doublet_share": 0.0, "pool.adaptation": 0.0})
POOL = make_pool(SETTINGS.pool, SETTINGS.force)


def trains_at(effort: float, seconds: float = 20.0) -> list[np.ndarray]:
    return driven_spikes(POOL, Drive(np.full(round(seconds * 1000), effort), False), SETTINGS.pool, 3, "agonist")


def test_small_units_are_recruited_first_and_fire_fastest():
    counts = [len(times) for times in trains_at(0.3)]
    active = [n for n in counts if n]
    assert 0 < len(active) < 30 and counts[len(active) :] == [0] * (30 - len(active))
    assert active[0] > active[-1]


def test_rates_are_those_of_fuglevand():
    excitation = 0.3 * POOL.excitation_max
    for threshold, peak, times in zip(POOL.threshold, POOL.peak_hz, trains_at(0.3), strict=True):
        if excitation >= threshold:
            assert len(times) / 20.0 == pytest.approx(min(peak, 8.0 + excitation - threshold), rel=0.08)


def test_full_effort_brings_every_unit_to_its_highest_rate():
    for peak, times in zip(POOL.peak_hz, trains_at(1.0), strict=True):
        assert len(times) / 20.0 == pytest.approx(peak, rel=0.08)


def test_intervals_have_the_wanted_spread():
    intervals = np.diff(trains_at(0.5)[0])
    assert intervals.std() / intervals.mean() == pytest.approx(0.17, abs=0.03)


def test_rates_fall_in_sustained_effort_and_only_there():
    tired = Settings.of({"pool.units": 30})
    times = driven_spikes(POOL, Drive(np.full(60_000, 0.9), False), tired.pool, 3, "agonist")[25]
    assert (times > 50).sum() < 0.9 * (times < 10).sum()


def test_an_idle_drive_makes_no_spike():
    assert not any(len(times) for times in trains_at(0.0))


@given(st.lists(st.floats(0, 1), max_size=60))
def test_no_unit_fires_within_its_refractory_time(times: list[float]):
    trains = Trains()
    trains.add(Train.of(times[::2], 0, "voluntary", "regular"))
    trains.add(Train.of(times[1::2], 0, "axon", "fasciculation"))
    trains.add(Train.of(times, 1, "axon", "cramp"))
    spikes: Spikes = trains.spikes(1.0)
    assert np.all(np.diff(spikes.time_s) >= 0)
    for unit in (0, 1):
        assert np.all(np.diff(spikes.time_s[spikes.unit == unit]) >= REFRACTORY_S)
    assert np.all(np.diff(refractory(np.sort(np.array(times)))) >= REFRACTORY_S)


@pytest.mark.parametrize(("regularity", "cov"), [(0.0, 1.0), (0.5, 0.5), (0.9, 0.1)])
def test_events_have_their_rate_and_their_regularity(regularity: float, cov: float):
    times = events_at(np.random.default_rng(1), np.full(400_000, 5.0), 0.001, regularity)
    gaps = np.diff(times)
    assert len(times) == pytest.approx(2000, rel=0.08)
    assert gaps.std() / gaps.mean() == pytest.approx(cov, rel=0.08)


def test_events_follow_a_rate_that_changes():
    rate = np.concatenate([np.zeros(10_000), np.full(10_000, 50.0)])
    assert events_at(np.random.default_rng(1), rate, 0.001, 0.0).min() >= 10.0


def test_smooth_noise_has_unit_size_and_no_fast_part():
    noise = smooth_noise(np.random.default_rng(0), 200_000, 1000.0, 3.0)
    power = np.abs(np.fft.rfft(noise)) ** 2
    assert noise.std() == pytest.approx(1.0, rel=0.1)
    assert power[: 10 * 200].sum() > 0.95 * power.sum()


def test_a_cramp_begins_at_one_place_and_reaches_the_others_by_their_distance():
    line = Timeline(("all",), (0.0, 60.0), ({},))
    places = np.stack([np.linspace(-20, 20, 41), np.zeros(41)])
    trains = Trains()
    add_cramps(trains, places, Settings.of({"cramp.per_min": 1.0, "cramp.units_share": 0.5}), line, 4, "agonist")
    first = {int(row.unit[0]): row.time_s[0] for row in trains.rows if row.discharge == "cramp"}
    units = np.array(sorted(first, key=first.__getitem__))
    far = np.abs(places[0, units] - places[0, units[0]])
    assert len(units) == 20 and np.corrcoef(far, np.arange(20))[0, 1] > 0.9
    assert max(first.values()) - min(first.values()) == pytest.approx(12.0, rel=0.2)

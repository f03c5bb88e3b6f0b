"""The motor nerve: what cold, size and a block do, and when M and F waves come."""

import dataclasses

import numpy as np
import pytest

from myognosis.simulate.pool.nerve import Nerve, add_shocks, make_nerve
from myognosis.simulate.pool.trains import Trains
from myognosis.simulate.pool.units import make_pool
from myognosis.simulate.settings import Settings

SETTINGS = Settings.of({"pool.units": 200, "nerve.velocity_m_s": 50, "nerve.length_mm": 700, "nerve.terminal_ms": 2.0,
                        "nerve.f_persistence": 0.25, "stimulus.distance_mm": 100})  # fmt: skip
POOL = make_pool(SETTINGS.pool, SETTINGS.force)


def nerve_at(settings: Settings, **changes: float) -> Nerve:
    return make_nerve(POOL, dataclasses.replace(settings.nerve, **changes), settings.state, 1, "m")


def test_cold_slows_every_axon_by_the_published_slope():
    cold = dataclasses.replace(SETTINGS, state=dataclasses.replace(SETTINGS.state, temperature_c=28.0))
    assert nerve_at(SETTINGS).velocity_m_s - nerve_at(cold).velocity_m_s == pytest.approx(2.0 * 5)


def test_axons_of_larger_units_are_faster_and_the_fastest_have_the_velocity_that_was_put_in():
    velocity = nerve_at(SETTINGS).velocity_m_s
    assert np.quantile(velocity, 0.95) == pytest.approx(50, abs=1.0) and velocity.mean() == pytest.approx(50 - 1.6 * 4.0, abs=1)
    assert velocity.std() == pytest.approx(4.0, rel=0.15)
    rank = np.linspace(-1, 1, 200)
    assert np.polyfit(rank, velocity, 1)[0] == pytest.approx(1.2 * 4.0, rel=0.2)
    assert (velocity - np.polyval(np.polyfit(rank, velocity, 1), rank)).std() == pytest.approx(0.7 * 4.0, rel=0.2)


def test_no_axon_is_slower_than_a_metre_a_second_however_ill():
    assert nerve_at(SETTINGS, velocity_m_s=2.0, velocity_spread_m_s=20.0).velocity_m_s.min() == 1.0
    assert nerve_at(SETTINGS, velocity_m_s=50.0, velocity_spread_m_s=20.0).velocity_m_s.min() == 15.0


def test_distal_latency_grows_by_about_a_fifth_of_a_millisecond_a_degree_of_cold():
    cold = dataclasses.replace(SETTINGS, state=dataclasses.replace(SETTINGS.state, temperature_c=23.0))
    late = 1000 * (nerve_at(cold).latency_s(70.0).min() - nerve_at(SETTINGS).latency_s(70.0).min()) / 10
    assert 0.15 < late < 0.3


@pytest.mark.parametrize("share", [0.0, 0.6, 1.0])
def test_the_share_of_blocked_axons_is_that_put_in(share: float):
    assert nerve_at(SETTINGS, block_share=share).conducts.mean() == pytest.approx(1 - share, abs=0.1)


def shocked(distance_mm: float) -> tuple[np.ndarray, np.ndarray, dict[str, dict[int, np.ndarray]]]:
    """Of eight axons, half of them blocked, and a thousand shocks: velocities, who conducts, times by wave and unit."""
    nerve = Nerve(np.linspace(40.0, 60.0, 8), np.arange(8) % 2 == 0, 2.0)
    settings = dataclasses.replace(SETTINGS, stimulus=dataclasses.replace(SETTINGS.stimulus, distance_mm=distance_mm))
    trains, shocks = Trains(), np.arange(1000.0)
    add_shocks(trains, nerve, settings, shocks, 1, "m")
    assert [(h.kind, h.start_s) for h in trains.happenings] == [("stimulus", t) for t in shocks]
    waves: dict[str, dict[int, np.ndarray]] = {"m_wave": {}, "f_wave": {}}
    for row in trains.rows:
        waves[row.discharge][int(row.unit[0])] = row.time_s
    return nerve.velocity_m_s, nerve.conducts, waves


def test_a_shock_below_the_block_reaches_every_axon_after_the_way_to_the_muscle():
    velocity, _, waves = shocked(100.0)
    for unit in range(8):
        assert waves["m_wave"][unit] == pytest.approx(np.arange(1000.0) + (100 / velocity[unit] + 2.0) / 1000)


def test_a_shock_above_the_block_reaches_those_that_conduct():
    assert set(shocked(100.0)[2]["m_wave"]) == set(shocked(150.0)[2]["m_wave"]) == set(range(8))
    assert set(shocked(250.0)[2]["m_wave"]) == {0, 2, 4, 6}


def test_an_f_wave_comes_after_the_way_to_the_motoneuron_a_millisecond_and_the_way_back():
    velocity, _, waves = shocked(100.0)
    assert set(waves["f_wave"]) == {0, 2, 4, 6}  # what is blocked is not turned round
    for unit, times in waves["f_wave"].items():
        late_ms = 1000 * (times - np.floor(times))
        assert late_ms == pytest.approx(100 / velocity[unit] + 2.0 + 2 * 600 / velocity[unit] + 1.0)
        assert len(times) == pytest.approx(250, abs=50)

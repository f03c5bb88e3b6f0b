"""A cold muscle against the published one: first dorsal interosseous from 35 to 12 degrees (Ranatunga 1987)."""

import numpy as np
import pytest

from myognosis.model.truth import Spikes
from myognosis.simulate.muscle.force import muscle_force
from myognosis.simulate.pool.units import make_pool
from myognosis.simulate.settings import Settings
from myognosis.simulate.warmth import velocity_change_m_s, warmth_of

SETTINGS = Settings.of({"pool.units": 30, "force.fatigue_per_s": 0})


def force_at(temperature_c: float, rates_hz: np.ndarray | float) -> np.ndarray:
    """Newton in a second, every unit stimulated at its rate."""
    pool = make_pool(SETTINGS.pool, SETTINGS.force, warmth_of(temperature_c))
    trains = [np.arange(0.001 * unit, 1.0, 1 / rate) for unit, rate in enumerate(np.broadcast_to(rates_hz, len(pool)))]
    unit = np.repeat(np.arange(len(pool)), [len(train) for train in trains]).astype(np.int32)
    none = np.zeros(len(unit), np.uint8)
    return muscle_force(pool, Spikes(np.concatenate(trains), unit, none, none), SETTINGS.force, duration_s=1.0, rate_hz=1000.0)


def maximal(temperature_c: float) -> float:
    return float(force_at(temperature_c, make_pool(SETTINGS.pool, SETTINGS.force).peak_hz)[600:].mean())


def test_a_maximal_effort_makes_the_published_force_of_a_finger():
    assert 30 <= maximal(33.0) <= 40


def test_maximal_force_is_the_same_down_to_25_degrees_and_falls_by_30_percent_at_12_to_15():
    assert maximal(25.0) == pytest.approx(maximal(35.0), rel=0.03)
    assert maximal(13.5) == pytest.approx(0.7 * maximal(35.0), rel=0.03)
    assert maximal(20.0) < 0.9 * maximal(25.0)


def test_a_twitch_has_lost_half_its_force_from_35_to_12_degrees_and_lasts_longer():
    warm, cold = force_at(35.0, 0.5), force_at(12.0, 0.5)
    assert cold.max() == pytest.approx(0.5 * warm.max(), rel=0.05)
    assert 1.43**2.3 < cold.argmax() / warm.argmax() < 1.7**2.3


def test_ten_pulses_a_second_make_more_force_in_the_cold_because_twitches_fuse():
    assert force_at(17.7, 10.0)[600:].mean() > force_at(27.9, 10.0)[600:].mean()


def test_fibres_conduct_slower_in_the_cold():
    assert velocity_change_m_s(20.0) == pytest.approx(-13 * 0.12) and velocity_change_m_s(33.0) == 0.0

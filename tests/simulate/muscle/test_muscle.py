"""Force against the published twitch and fusion; sprouting; the limb against its own equation."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from myognosis.model.truth import Spikes
from myognosis.simulate.muscle.anatomy import make_fibres, reinnervated
from myognosis.simulate.muscle.force import muscle_force, tetanic_force
from myognosis.simulate.muscle.limb import move
from myognosis.simulate.pool.units import make_pool
from myognosis.simulate.settings import Settings

SETTINGS = Settings.of({"pool.units": 40, "muscle.fibres": 4000})
FRESH = dataclasses.replace(SETTINGS.force, fatigue_per_s=0.0)
POOL = make_pool(SETTINGS.pool, FRESH)


def spikes(*times_of_units: np.ndarray) -> Spikes:
    time = np.concatenate(times_of_units)
    unit = np.repeat(np.arange(len(times_of_units)), [len(times) for times in times_of_units]).astype(np.int32)
    order = np.argsort(time, kind="stable")
    none = np.zeros(len(time), np.uint8)
    return Spikes(time[order], unit[order], none, none)


def force_of(unit: int, times: np.ndarray, seconds: float, force=FRESH) -> np.ndarray:
    empty = [np.zeros(0)] * len(POOL)
    empty[unit] = times
    pool = make_pool(SETTINGS.pool, force)
    return muscle_force(pool, spikes(*empty), force, duration_s=seconds, rate_hz=1000.0)


@pytest.mark.parametrize("unit", [0, 20, 39])
def test_a_twitch_has_the_published_times(unit: int):
    twitch = force_of(unit, np.array([0.0]), 1.0)
    peak_ms = float(np.argmax(twitch)) + 1
    relaxed_ms = float(np.flatnonzero(twitch > twitch.max() / 2)[-1]) - peak_ms
    assert 34 <= peak_ms <= 81
    assert 25 <= relaxed_ms <= 108


@pytest.mark.parametrize("unit", [0, 20, 39])
def test_force_fuses_as_published(unit: int):
    tetanus = tetanic_force(POOL, FRESH)[unit]
    means, troughs = {}, {}
    for hz in (3, 8, 12, 30, 100):
        settled = force_of(unit, np.arange(0, 3, 1 / hz), 3.0)[1500:]
        means[hz], troughs[hz] = settled.mean() / tetanus, settled.min() / settled.max()
    assert means[12] == pytest.approx(0.5, abs=0.03)  # half tetanus at 12 Hz
    assert troughs[3] < 0.05 < troughs[8]  # fusion begins between
    assert means[30] > 0.8 and means[100] > 0.97
    assert sorted(means.values()) == list(means.values())


def test_force_of_units_adds_up():
    a, b = np.arange(0.05, 1, 0.08), np.arange(0.1, 1, 0.11)
    both = muscle_force(POOL, spikes(a, b), FRESH, duration_s=1.0, rate_hz=1000.0)
    assert both == pytest.approx(force_of(0, a, 1.0) + force_of(1, b, 1.0), abs=1e-12)


@given(st.lists(st.floats(0, 0.99), max_size=20))
def test_force_is_never_negative(times: list[float]):
    force = muscle_force(POOL, spikes(np.sort(np.array(times, float))), SETTINGS.force, duration_s=1.0, rate_hz=1000.0)
    assert force.min() >= 0.0 and np.isfinite(force).all()


def test_units_tire_as_published():
    """Thirteen pulses at 40 Hz every second for two minutes leave thenar units 0.85 (0.41-0.95) of their force."""
    trains = np.concatenate([second + np.arange(13) / 40 for second in range(121)])
    held = [force_of(unit, trains, 121.0, SETTINGS.force) for unit in (0, 20, 39)]
    first, middle, last = (force[-1000:].max() / force[:1000].max() for force in held)
    assert first == pytest.approx(0.95, abs=0.02)
    assert middle == pytest.approx(0.85, abs=0.03)
    assert last == pytest.approx(0.41, abs=0.03)


def test_fibres_lie_within_the_muscle_and_are_all_given_out():
    fibres = make_fibres(SETTINGS.muscle, SETTINGS.pool, warmth=0.0, seed=1, name="m")
    assert len(fibres) == fibres.counts().sum() == 4000
    assert np.hypot(fibres.across, SETTINGS.muscle.radius_mm - fibres.depth).max() <= SETTINGS.muscle.radius_mm
    counts = fibres.counts()
    assert counts[-1] > 10 * counts[0]


def test_survivors_take_over_the_fibres_of_the_dead_up_to_their_limit():
    fibres = make_fibres(SETTINGS.muscle, SETTINGS.pool, warmth=0.0, seed=1, name="m")
    alive = np.arange(40) % 2 == 0
    after = reinnervated(fibres, alive, SETTINGS.muscle, 4.0, 1, "m")
    before = fibres.counts()
    assert (after.counts()[~alive] == 0).all()
    assert (after.counts()[alive] <= 4 * before[alive]).all()
    assert after.counts().sum() > 0.9 * 4000
    mine = (fibres.unit == after.unit) | after.adopted | (after.unit == -1)
    assert mine.all() and after.delay_s[after.adopted].max() > 0


def test_where_nearly_all_have_died_fibres_stay_without_a_nerve():
    fibres = make_fibres(SETTINGS.muscle, SETTINGS.pool, warmth=0.0, seed=1, name="m")
    after = reinnervated(fibres, np.arange(40) == 20, SETTINGS.muscle, 3.0, 1, "m")
    assert (after.unit == -1).sum() >= 4000 - 3 * fibres.counts()[20]


def test_the_limb_obeys_its_equation():
    from scipy.integrate import solve_ivp

    limb, rate = SETTINGS.limb, 1000.0
    force = np.concatenate([np.zeros(10), np.full(990, 2.0)])
    motion = move(force, limb, rate)
    w = 2 * np.pi * limb.frequency_hz
    push = 2.0 / limb.mass_kg
    exact = solve_ivp(
        lambda t, y: [y[1], push - 2 * limb.damping * w * y[1] - w * w * y[0]], (0, 0.98), [0, 0], rtol=1e-10, atol=1e-12,
        t_eval=np.arange(980) / rate,
    )  # fmt: skip
    assert motion.place[10:990] == pytest.approx(exact.y[0], abs=1e-9)
    assert motion.speed[10:990] == pytest.approx(exact.y[1], abs=1e-7)


def test_a_limb_at_rest_shows_gravity_alone():
    motion = move(np.full(100, 3.0), SETTINGS.limb, 1000.0)
    assert np.linalg.norm(motion.accelerometer(SETTINGS.limb), axis=0) == pytest.approx(9.80665)
    assert np.abs(motion.gyroscope(SETTINGS.limb)).max() == 0.0


def test_a_shaken_limb_moves_as_its_acceleration_says():
    limb = dataclasses.replace(SETTINGS.limb, shaken_m_s2=2.0)
    motion = move(np.full(1000, 3.0), limb, 1000.0)
    assert np.abs(np.gradient(motion.speed, 0.001) - motion.acceleration)[1:-1].max() < 0.02
    assert np.abs(np.gradient(motion.place, 0.001) - motion.speed)[1:-1].max() < 0.001
    assert 2.0 < motion.acceleration.max() < 2.0 * 1.4

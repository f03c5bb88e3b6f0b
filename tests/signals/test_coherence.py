"""Coherence: one rhythm in two places is found with its phase; two rhythms of their own are not."""

import numpy as np
import pytest
from scipy.signal import coherence as welch_coherence
from tests.signals.movement import emg_of, noise, phase_of, sensor, turned

from myognosis.signals.coherence import measure_coherence, tremor_wave

N, RATE = 6000, 100.0


def pair(seed: int, shared: bool, lag_deg: float = 0.0, hz: float = 5.0):
    rng = np.random.default_rng(seed)
    phase = phase_of(rng, hz, N)
    other = phase - np.radians(lag_deg) if shared else phase_of(rng, hz + 0.1, N)
    return sensor(rng, np.sin(phase), 0.3), sensor(rng, np.sin(other), 0.3)


def test_one_rhythm_in_both_hands_is_coherent_and_two_are_not():
    assert measure_coherence(*pair(1, shared=True)).significant is True
    assert sum(bool(measure_coherence(*pair(seed, shared=False)).significant) for seed in range(16)) <= 1


def test_unrelated_noise_exceeds_the_limit_about_as_often_as_said():
    rng = np.random.default_rng(3)
    above = []
    for _ in range(12):
        found = measure_coherence(sensor(rng, 0 * noise(rng, N)), sensor(rng, 0 * noise(rng, N)))
        inside = (found.hz > 3) & (found.hz < 25)
        above.append((found.value > found.level)[inside].mean())
    assert np.mean(above) < 0.025


def test_the_phase_between_muscle_and_movement_is_measured_with_its_interval():
    rng = np.random.default_rng(5)
    n, rate = 60000, 1000.0
    phase = phase_of(rng, 6.0, n, rate)
    emg = emg_of(rng, np.maximum(0, np.sin(phase)) ** 2, rate)
    late = emg_of(rng, np.maximum(0, np.sin(phase - np.radians(70))) ** 2, rate, name="other")
    found = measure_coherence((emg,), (late,))
    row = {m.name: m for m in found.measurements}
    assert found.significant
    assert row["coherence_phase"].low < -70 < row["coherence_phase"].high  # type: ignore[operator]
    assert row["coherence_lag"].value == pytest.approx(-1000 * 70 / 360 / 6.0, abs=4)
    assert row["coherence_frequency"].value == pytest.approx(6.0, abs=0.3)


def test_a_muscle_and_the_limb_it_moves_are_coherent_and_another_muscle_is_not():
    rng = np.random.default_rng(8)
    phase = phase_of(rng, 5.0, 40000, 1000.0)
    limb = sensor(rng, np.sin(phase[::10] - 0.8), 0.3)
    mine = emg_of(rng, np.maximum(0, np.sin(phase)) ** 2, 1000.0)
    other = emg_of(rng, np.maximum(0, np.sin(phase_of(rng, 7.0, 40000, 1000.0))) ** 2, 1000.0)
    found = measure_coherence((mine,), limb)
    assert found.significant is True
    assert found.peak_hz == pytest.approx(5.0, abs=0.3)
    assert measure_coherence((other,), limb, near_hz=5.0).significant is False


def test_how_the_phone_lies_changes_no_coherence():
    rng = np.random.default_rng(6)
    one, other = pair(2, shared=True, lag_deg=40)
    straight, across = measure_coherence(one, other), measure_coherence(turned(one, rng), turned(other, rng))
    assert across.value == pytest.approx(straight.value, abs=1e-4)


def test_another_estimator_finds_about_the_same_coherence():
    one, other = pair(4, shared=True)
    found = measure_coherence(one, other)
    hz, theirs = welch_coherence(tremor_wave(one, RATE), tremor_wave(other, RATE), RATE, nperseg=400)
    assert theirs[np.argmin(np.abs(hz - found.peak_hz))] == pytest.approx(found.measurements[0].value, abs=0.08)


def test_too_little_is_neither_coherent_nor_not():
    one, other = pair(1, shared=True)
    short = [tuple(type(c)(c.name, c.kind, c.unit, c.rate_hz, c.samples[:1500]) for c in side) for side in (one, other)]
    assert measure_coherence(*short).significant is None

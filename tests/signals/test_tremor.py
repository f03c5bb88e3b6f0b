"""Tremor: right on made truth, silent on smooth noise, and 'cannot say' where too little was watched."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.signals.movement import noise, sensor

from myognosis.model.recording import Channel
from myognosis.signals.tremor import Tremor, measure_tremor

pytest.importorskip("scipy")
RATE, SECONDS = 100.0, 30.0


def coloured(rng: np.random.Generator, slope: float, n: int = int(RATE * SECONDS)) -> np.ndarray:
    """Noise whose power falls with frequency to the power of ``slope``; SD 1."""
    hz = np.fft.rfftfreq(n, 1 / RATE)
    shape = np.where(hz > 0.1, np.maximum(hz, 0.1) ** (-slope / 2), 0.0)
    noise = np.fft.irfft(shape * np.fft.rfft(rng.normal(size=n)), n)
    return np.asarray(noise / noise.std())


def axes(*signals: np.ndarray, unit: str = "m/s2") -> tuple[Channel, ...]:
    kind = {"m/s2": "accelerometer", "deg/s": "gyroscope", "uV": "emg"}[unit]
    return tuple(Channel(f"{i}", kind, unit, RATE, signal.astype(np.float32)) for i, signal in enumerate(signals))  # type: ignore[arg-type]


def shaking(hz: float, amplitude: float, seed: int, noise: float = 0.3, seconds: float = SECONDS) -> tuple[Channel, ...]:
    """Gravity, noise, and a sine along a random direction."""
    rng = np.random.default_rng(seed)
    n = int(RATE * seconds)
    wave = amplitude * np.sin(2 * np.pi * hz * np.arange(n) / RATE + rng.uniform(0, 6))
    direction = rng.normal(size=3)
    direction /= np.linalg.norm(direction)
    return axes(*(9.81 * (i == 2) + direction[i] * wave + noise * coloured(rng, 1.5, n) for i in range(3)))


@pytest.mark.whole
@settings(max_examples=12)
@given(hz=st.floats(3.5, 12.0), amplitude=st.floats(1.5, 5.0), seed=st.integers(0, 1000))
def test_frequency_is_within_a_tenth_of_a_hertz_and_amplitude_within_a_twentieth(hz: float, amplitude: float, seed: int):
    found = measure_tremor(shaking(hz, amplitude, seed))
    assert found.outcome == "tremor"
    assert found.value("tremor_frequency") == pytest.approx(hz, abs=0.1)
    assert found.value("tremor_amplitude") == pytest.approx(amplitude, rel=0.05)
    assert found.value("tremor_displacement") == pytest.approx(2000 * amplitude / (2 * np.pi * hz) ** 2, rel=0.08)


@pytest.mark.whole
@settings(max_examples=12)
@given(hz=st.floats(3.5, 12.0), seed=st.integers(0, 1000))
def test_a_small_tremor_keeps_its_frequency_and_an_amplitude_within_a_sixth(hz: float, seed: int):
    found = measure_tremor(shaking(hz, 0.5, seed))
    assert found.value("tremor_frequency") == pytest.approx(hz, abs=0.1)
    assert found.value("tremor_amplitude") == pytest.approx(0.5, rel=0.17)


@pytest.mark.whole
def test_the_interval_of_the_frequency_covers_the_truth():
    rng = np.random.default_rng(3)
    inside = 0
    for _ in range(24):
        hz = rng.uniform(4, 10)
        n = int(RATE * SECONDS)
        phase = 2 * np.pi * hz * np.arange(n) / RATE + np.cumsum(rng.normal(0, 0.03, n))
        true = (phase[-1] - phase[0]) / (2 * np.pi * (n - 1) / RATE)
        found = measure_tremor(axes(np.sin(phase) + 0.3 * coloured(rng, 1.5)))
        frequency = found.measurements[0]
        inside += frequency.low <= true <= frequency.high  # type: ignore[operator]
    assert inside >= 0.85 * 24


@pytest.mark.whole
@pytest.mark.parametrize("slope", [0.0, 1.0, 2.0, 3.0])
def test_smooth_noise_holds_no_tremor(slope: float):
    rng = np.random.default_rng(7)
    outcomes = [measure_tremor(axes(*(coloured(rng, slope) for _ in range(3)))).outcome for _ in range(40)]
    assert outcomes.count("tremor") == 0
    assert outcomes.count("no_tremor") >= 38


def test_too_little_is_not_assessable_rather_than_no_tremor():
    assert measure_tremor(shaking(5.0, 0.0, 1, seconds=15)).outcome == "not_assessable"


def test_a_tremor_that_changes_its_frequency_within_a_window_is_no_other_movement():
    rng = np.random.default_rng(41)
    in_turn = np.arange(3000) % 400 < 200  # 5 Hz for two seconds, then 7 Hz, a little smaller, for two
    wave = np.where(in_turn, 1.2, 1.0) * np.sin(2 * np.pi * np.cumsum(np.where(in_turn, 5.0, 7.0)) / 100)
    found = measure_tremor(sensor(rng, wave, 0.1))
    assert found.windows.holds.all()
    slower = measure_tremor(sensor(rng, np.sin(2 * np.pi * 6 * np.arange(3000) / 100) + 4 * noise(rng, 3000, slope=3), 0.1))
    assert slower.windows.unclear.sum() > slower.windows.holds.sum()  # under a larger movement that has no rhythm


def test_tremor_under_larger_movement_is_not_called_no_tremor():
    rng = np.random.default_rng(5)
    t = np.arange(int(RATE * SECONDS)) / RATE
    swing = 8 * np.sin(2 * np.pi * 1.5 * t + np.cumsum(rng.normal(0, 0.05, len(t))))
    assert measure_tremor(axes(swing + np.sin(2 * np.pi * 5 * t) + 0.1 * coloured(rng, 1))).outcome == "not_assessable"


def test_missing_samples_shorten_what_was_watched_and_change_nothing_else():
    whole = shaking(5.0, 1.0, 2)
    holed = tuple(
        Channel(c.name, c.kind, c.unit, c.rate_hz, np.where(np.arange(3000) // 50 == 10, np.nan, c.samples)) for c in whole
    )  # type: ignore[arg-type]
    a, b = measure_tremor(whole), measure_tremor(holed)
    assert b.seconds == a.seconds - 4
    assert b.value("tremor_frequency") == pytest.approx(5.0, abs=0.1)


def test_intermittent_tremor_is_found_with_its_share():
    parts = [shaking(5.0, 1.0 if i % 3 == 0 else 0.0, i, seconds=12) for i in range(6)]
    joined = axes(*(np.concatenate([part[i].samples for part in parts]) for i in range(3)))
    found = measure_tremor(joined)
    share = next(m for m in found.measurements if m.name == "tremor_share")
    assert found.outcome == "tremor"
    assert share.value == pytest.approx(1 / 3, abs=0.06)
    assert share.low < 1 / 3 < share.high  # type: ignore[operator]


def test_a_steady_tremor_is_more_stable_than_a_wandering_one():
    rng = np.random.default_rng(11)
    n = int(RATE * SECONDS)

    def index(wander: float) -> float:
        phase = 2 * np.pi * 5 * np.arange(n) / RATE + np.cumsum(rng.normal(0, wander, n))
        value = measure_tremor(axes(np.sin(phase) + 0.02 * rng.normal(size=n))).value("tremor_stability_index")
        assert value is not None
        return value

    assert index(0.005) < index(0.06)


def test_a_gyroscope_gives_an_angle():
    t = np.arange(3000) / RATE
    found: Tremor = measure_tremor(axes(20 * np.sin(2 * np.pi * 4.5 * t) + coloured(np.random.default_rng(1), 1), unit="deg/s"))
    assert found.value("tremor_rotation") == pytest.approx(2 * 20 / (2 * np.pi * 4.5), rel=0.05)


def test_a_few_jerks_at_equal_intervals_are_no_tremor():
    rng, rate = np.random.default_rng([5, 4]), 500.0
    t = np.arange(round(40 * rate)) / rate
    starts = [*rng.uniform(0, 39, 12), *(10.3 + np.arange(4) / 6.0)]
    size = np.where(np.any([(t > start) & (t < start + 0.035) for start in starts], axis=0), 80.0, 10.0)
    found = measure_tremor((Channel("EMG", "emg", "uV", rate, (rng.normal(size=len(t)) * size).astype(np.float32)),))
    assert found.outcome != "tremor"
    assert found.windows.unclear.any(), "nor is it denied for the window that holds them"


def test_bursts_of_an_emg_give_the_frequency_of_the_tremor():
    rng = np.random.default_rng(4)
    rate, t = 2000.0, np.arange(60000) / 2000.0
    emg = rng.normal(size=len(t)) * (5 + 60 * np.maximum(0, np.sin(2 * np.pi * 6.2 * t)) ** 2)
    found = measure_tremor((Channel("EMG", "emg", "uV", rate, emg.astype(np.float32)),))
    assert found.outcome == "tremor"
    assert found.value("tremor_frequency") == pytest.approx(6.2, abs=0.1)


def test_overtones_of_a_pointed_wave_are_measured():
    t = np.arange(3000) / RATE
    wave = np.sin(2 * np.pi * 5 * t) + 0.5 * np.sin(2 * np.pi * 10 * t)
    found = measure_tremor(axes(wave + 0.05 * coloured(np.random.default_rng(1), 1)))
    assert found.value("tremor_frequency") == pytest.approx(5.0, abs=0.1)
    assert found.value("tremor_second_harmonic") == pytest.approx(0.25, abs=0.03)

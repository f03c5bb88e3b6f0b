"""Nerve conduction on made truth: marks, sizes, late responses, trains; and what must never be found."""

import numpy as np
import pytest
from benchmarks.conduction_truth import BEFORE_MS, RATE, cmap, coloured, f_series, restless, snap, time_ms
from hypothesis import given
from hypothesis import strategies as st

from myognosis.model.recording import Channel
from myognosis.signals.conduction import (
    Marks,
    Sweep,
    average,
    compare_sites,
    cut_sweeps,
    find_f_waves,
    measure_h_reflex,
    measure_response,
    measure_train,
    velocity_m_s,
)
from myognosis.signals.conduction.segments import corrected_velocity_m_s, residual_latency_ms, terminal_latency_index


def scaled(sweep: Sweep, factor: float) -> Sweep:
    return Sweep(sweep.samples * factor, sweep.rate_hz, sweep.stimulus)


def silence(seed: int, noise_uv: float) -> Sweep:
    rng = np.random.default_rng(seed)
    return Sweep(coloured(rng, len(time_ms())) * noise_uv, RATE, round(BEFORE_MS * RATE / 1000))


@given(seed=st.integers(0, 10_000), latency=st.floats(2.2, 8.0), amplitude=st.floats(1000, 15000), noise=st.floats(1, 10))
def test_a_motor_response_is_timed_within_a_third_of_a_millisecond(seed: int, latency: float, amplitude: float, noise: float):
    made = cmap(np.random.default_rng(seed), latency_ms=latency, amplitude_uv=amplitude, noise_uv=noise)
    found = measure_response(made.sweep, "motor")
    assert found is not None
    assert abs(found.onset_ms - made.onset_ms) < 0.33  # 95 of 100 within 0.2; the largest of 2,500 is 0.28
    assert found.amplitude_uv == pytest.approx(made.amplitude_uv, rel=0.05)
    assert found.onset_ms < found.peak_ms < (found.marks.negative_end_ms or 0) <= (found.marks.end_ms or 0)


@pytest.mark.parametrize("orthodromic", [False, True])
def test_a_sensory_response_is_found_and_sized(orthodromic: bool):
    rng = np.random.default_rng(1)
    made = average([snap(np.random.default_rng(5), noise_uv=0.0, orthodromic=orthodromic).sweep, silence(2, 0.2)])
    truth = snap(rng, noise_uv=0.0, orthodromic=orthodromic)
    found = measure_response(scaled(made, 2), "sensory")
    assert found is not None
    assert abs(found.onset_ms - truth.onset_ms) < 0.35
    assert found.amplitude_uv == pytest.approx(25, rel=0.1)


@pytest.mark.parametrize("seed", range(8))
def test_noise_is_no_response(seed: int):
    assert measure_response(silence(seed, 0.15), "sensory") is None
    assert measure_response(silence(seed, 20.0), "motor") is None
    assert find_f_waves([silence(seed + k, 5.0) for k in range(10)], 20, 45).persistence <= 0.1


def test_twice_the_response_is_twice_the_size_and_no_earlier():
    made = cmap(np.random.default_rng(3), noise_uv=0.0, artefact_uv=0.0)
    one, two = measure_response(made.sweep, "motor"), measure_response(scaled(made.sweep, 2), "motor")
    assert one is not None
    assert two is not None
    assert two.amplitude_uv == pytest.approx(2 * one.amplitude_uv)
    assert two.area_uv_ms == pytest.approx(2 * one.area_uv_ms)
    assert two.onset_ms == pytest.approx(one.onset_ms)


def test_the_marks_of_a_person_win():
    made = cmap(np.random.default_rng(4))
    found = measure_response(made.sweep, "motor", Marks(onset_ms=3.0, negative_end_ms=9.0))
    assert found is not None
    assert (found.onset_ms, found.negative_duration_ms, found.automatic) == (3.0, 6.0, False)


def test_velocity_block_and_dispersion_between_two_sites():
    distal = measure_response(cmap(np.random.default_rng(5), latency_ms=3.4, noise_uv=1).sweep, "motor")
    blocked = measure_response(
        cmap(np.random.default_rng(5), latency_ms=7.4, amplitude_uv=3000, spread=0.055, noise_uv=1).sweep, "motor"
    )
    spread = measure_response(
        cmap(np.random.default_rng(5), latency_ms=7.4, amplitude_uv=4000, spread=0.5, noise_uv=1).sweep, "motor"
    )
    assert distal
    assert blocked
    assert spread
    both = compare_sites(distal, blocked, 220.0)
    assert both.velocity_m_s == pytest.approx(55, abs=2)
    assert (both.velocity_error_m_s or 0) > 1
    assert both.area_drop == pytest.approx(62, abs=6)
    assert abs(both.duration_rise) < 15
    assert compare_sites(distal, spread, None).duration_rise > 30
    with pytest.raises(ValueError, match="above zero"):
        velocity_m_s(100, 3.0, 3.0)


def test_f_waves_of_a_series():
    sweeps, truth = f_series(np.random.default_rng(6), n=20, persistence=0.7)
    found = find_f_waves(sweeps, 20, 45)
    seen = [late for late in truth if late is not None]
    assert abs(found.persistence - len(seen) / 20) <= 0.05
    assert found.minimum_ms == pytest.approx(min(seen), abs=0.8)
    low, high = found.persistence_interval()
    assert low < found.persistence < high
    assert find_f_waves(sweeps[:1], 20, 45).chronodispersion_ms is None
    with pytest.raises(ValueError, match="window"):
        find_f_waves(sweeps, 45, 20)


def test_faint_f_waves_are_found_under_noise_and_mains():
    sweeps, truth = f_series(np.random.default_rng(31), n=10, size_uv=(60.0, 80.0), noise_uv=15.0)
    hum = 30 * np.sin(2 * np.pi * 60 * time_ms() / 1000 + 1)
    found = find_f_waves([Sweep(s.samples + hum, s.rate_hz, s.stimulus) for s in sweeps], 20, 45)
    assert [x is None for x in found.latencies_ms] == [y is None for y in truth]
    assert all(abs(x - y) < 2 for x, y in zip(found.seen, (y for y in truth if y is not None), strict=True))


def test_traces_of_unlike_length_and_rate_make_one_series():
    sweeps, _ = f_series(np.random.default_rng(33), n=8, persistence=1.0)
    mixed = [Sweep(s.samples[:-100], s.rate_hz, s.stimulus) for s in sweeps[:4]]
    mixed += [Sweep(s.samples[::2], s.rate_hz / 2, s.stimulus // 2) for s in sweeps[4:]]
    assert find_f_waves(mixed, 20, 45).persistence == 1.0


def test_motor_units_that_fire_by_themselves_are_no_f_waves():
    sweeps, _ = f_series(np.random.default_rng(32), n=20, persistence=0.0, noise_uv=15.0, noise=restless)
    assert find_f_waves(sweeps, 20, 45).persistence <= 0.05


def test_a_wave_that_returns_is_a_repeater():
    some, _ = f_series(np.random.default_rng(7), persistence=0.9, repeaters=5)
    none, _ = f_series(np.random.default_rng(7), persistence=0.9)
    assert find_f_waves(some, 20, 45).repeaters >= 4
    assert find_f_waves(none, 20, 45).repeaters <= 2


def test_the_h_reflex_grows_and_falls_while_m_grows():
    rng = np.random.default_rng(8)
    sweeps = []
    for h, m in ((300, 0), (1500, 400), (2500, 2000), (900, 5000), (150, 7000)):
        reflex, muscle = (
            cmap(rng, latency_ms=late, amplitude_uv=size, spread=0.02, artefact_uv=0, noise_uv=5)
            for late, size in ((30, h), (4, max(m, 1)))
        )
        sweeps.append(Sweep(reflex.sweep.samples + muscle.sweep.samples, RATE, reflex.sweep.stimulus))
    found = measure_h_reflex(sweeps, 22, 24, 45)
    assert found.left < 0.5
    assert found.latency_ms == pytest.approx(30, abs=0.7)
    assert found.ratio == pytest.approx(2500 / 7000, rel=0.25)


def test_a_train_that_falls_and_one_that_jumps_about():
    sweep = cmap(np.random.default_rng(9), noise_uv=2).sweep
    falling = measure_train([scaled(sweep, x) for x in (1, 0.86, 0.8, 0.75, 0.78)])
    jumping = measure_train([scaled(sweep, x) for x in (1, 0.7, 1.1, 0.75, 1.0)])
    assert falling is not None
    assert jumping is not None
    assert falling.decrement == pytest.approx(25, abs=0.5)
    assert not falling.irregular
    assert jumping.irregular
    assert measure_train([sweep, silence(1, 5.0), sweep, sweep]) is None


def test_sweeps_are_cut_at_their_stimuli_and_faulty_ones_left_out():
    samples = np.zeros(2000, np.float32)
    samples[1000] = np.nan
    channel = Channel("APB", "emg", "uV", 1000.0, samples)
    cut = cut_sweeps(channel, [0.001, 0.5, 1.0, 1.5, 1.99], "positive", before_ms=10, after_ms=50)
    assert len(cut) == 2
    assert cut[0].stimulus == 10
    with pytest.raises(ValueError, match="microvolts"):
        cut_sweeps(Channel("x", "accelerometer", "m/s2", 100.0, samples), [0.5], "negative", before_ms=1, after_ms=2)


@given(st.floats(30, 70), st.floats(2, 6))
def test_a_nerve_that_is_evenly_fast_has_no_residual_latency(velocity: float, latency: float):
    distance = velocity * latency
    assert residual_latency_ms(distance, velocity, latency) == pytest.approx(0, abs=1e-9)
    assert terminal_latency_index(distance, velocity, latency) == pytest.approx(1)
    assert corrected_velocity_m_s(velocity, 33, 33, 1.5) == velocity

"""What the amplifier adds and takes away."""

import dataclasses

import numpy as np
import pytest

from myognosis.simulate.electrode.disturbances import amplified, amplifier_delay_s, noise_heard_uv
from myognosis.simulate.settings import Settings

QUIET = {f"device.{name}": 0.0 for name in ("noise_uv", "mains_uv", "wander_uv", "movement_uv")}


def test_an_amplifier_was_on_before_the_recording_begins():
    device = Settings.of(QUIET).device
    shown = next(amplified(np.full((400, 1), 1000.0, np.float32), device, np.zeros(10), 1, "agonist"))
    assert np.abs(shown).max() < 0.01


def test_hum_is_the_same_in_all_channels_but_for_their_gain():
    device = Settings.of(QUIET | {"device.mains_uv": 20.0}).device
    one, other = amplified(np.zeros((2048, 2), np.float32), device, np.zeros(10), 1, "agonist")
    assert one.std() > 5 and np.corrcoef(one, other)[0, 1] > 0.999


def shown(seconds: float, channels: int = 1, **device: float) -> np.ndarray:
    """What an amplifier with a wide band shows of nothing, (samples, channels)."""
    wide = {"device.rate_hz": 2000, "device.high_pass_hz": 0.1, "device.low_pass_hz": 900, "device.heart_per_min": 60}
    settings = Settings.of(QUIET | wide | {f"device.{name}": value for name, value in device.items()}).device
    none = np.zeros((round(seconds * 2000), channels), np.float32)
    return np.stack(list(amplified(none, settings, np.zeros(10), 1, "agonist")), axis=1)


def test_hum_has_its_third_and_fifth_overtone():
    hum = shown(4.0, mains_uv=20.0)[:, 0]
    size = 2 * np.abs(np.fft.rfft(hum * np.hanning(len(hum)) * 2)) / len(hum)
    line, third, fifth = (size[round(hz * 4)] for hz in (50, 150, 250))
    assert line == pytest.approx(20, rel=0.5)  # times the gain of its electrode
    assert (third / line, fifth / line) == pytest.approx((0.3, 0.15), rel=0.05)
    assert size[(100 * 4)] < 0.01 * line


def test_noise_heard_is_that_of_the_recording_with_its_swelling():
    for swell, spread in ((0.0, 0.03), (1.0, 0.25)):
        settings = {"device.rate_hz": 2048, "device.noise_uv": 5.0, "device.noise_swell": swell}
        device = Settings.of(QUIET | settings).device
        heard = np.stack(list(amplified(np.zeros((80_000, 6), np.float32), device, np.zeros(10), 3, "agonist")))
        assert heard.std() == pytest.approx(noise_heard_uv(device), rel=spread)
    assert noise_heard_uv(device) == pytest.approx(noise_heard_uv(dataclasses.replace(device, noise_swell=0.0)) * np.exp(0.25))


def test_the_amplifier_shows_a_potential_as_late_as_it_says():
    device = Settings.of(QUIET | {"device.rate_hz": 20_000, "device.low_pass_hz": 500, "device.high_pass_hz": 0.1}).device
    bump = np.exp(-0.5 * ((np.arange(8000) - 3000) / 60) ** 2).astype(np.float32)[:, None]
    [out] = amplified(1000 * bump, device, np.zeros(10), 1, "agonist")
    late = (np.arange(2600, 3600) * out[2600:3600] ** 2).sum() / (out[2600:3600] ** 2).sum() - 3000
    assert late / 20_000 == pytest.approx(amplifier_delay_s(device), rel=0.08)


def test_a_far_heart_beats_at_its_rate_with_its_height():
    beat = shown(60.0, ecg_uv=200.0)[:, 0]
    peaks = np.flatnonzero((beat[1:-1] > 90) & (beat[1:-1] >= beat[:-2]) & (beat[1:-1] > beat[2:]))
    beats = peaks[np.concatenate([[True], np.diff(peaks) > 600])]
    assert len(beats) == pytest.approx(60, abs=2)
    gap = np.diff(beats) / 2000
    assert gap.mean() == pytest.approx(1.0, abs=0.03) and 0.02 < gap.std() < 0.08  # breathing moves it
    height = np.median([np.ptp(beat[max(b - 100, 0) : b + 100]) for b in beats])
    assert height == pytest.approx(200.0, rel=0.35)


def test_a_far_heart_beat_has_its_five_waves():
    heart = shown(120.0, ecg_uv=130.0, high_pass_hz=0.1)[:, 0]
    beats = np.flatnonzero((heart[1:-1] > 60) & (heart[1:-1] >= heart[:-2]) & (heart[1:-1] > heart[2:])) + 1
    beats = beats[np.concatenate([[True], np.diff(beats) > 800]) & (beats > 800) & (beats < len(heart) - 1000)]
    mean = np.mean([heart[b - 700 : b + 900] for b in beats], axis=0)
    mean = (mean - np.median(mean)) / np.ptp(mean[600:800]) * 1.22  # the R wave and what the S wave goes below it
    waves = {ms: mean[700 + 2 * ms - 6 : 700 + 2 * ms + 7] for ms in (-170, -25, 0, 30, 270)}
    assert [waves[ms].max() for ms in (-170, 0, 270)] == pytest.approx([0.12, 1.0, 0.25], abs=0.05)
    assert [waves[ms].min() for ms in (-25, 30)] == pytest.approx([-0.1, -0.22], abs=0.06)
    rising = np.flatnonzero(mean[600:800] > 0.5)
    assert np.ptp(rising) / 2000 == pytest.approx(2.355 * 0.011, rel=0.1)


def test_a_heart_beats_faster_and_slower_with_each_breath():
    beat = shown(120.0, ecg_uv=200.0)[:, 0]
    peaks = np.flatnonzero((beat[1:-1] > 90) & (beat[1:-1] >= beat[:-2]) & (beat[1:-1] > beat[2:]))
    at = peaks[np.concatenate([[True], np.diff(peaks) > 600])] / 2000
    rate = 1 / np.diff(at)
    wave = np.abs(np.exp(-2j * np.pi * np.array([[0.15], [0.25], [0.4]]) * at[1:]) @ (rate - rate.mean())) / len(rate) * 2
    assert wave[1] == pytest.approx(0.05, abs=0.015) and wave[1] > 2 * max(wave[0], wave[2])


def test_a_loose_electrode_pops_and_comes_back():
    pops = shown(120.0, pops_per_min=10.0, pop_uv=100.0, high_pass_hz=0.1)[:, 0]
    at = np.flatnonzero(np.abs(np.diff(pops)) > 15)
    starts = at[np.concatenate([[True], np.diff(at) > 100])]
    assert len(starts) == pytest.approx(20, abs=9)
    first = starts[starts < len(pops) - 1000][0]
    jump, later = (abs(pops[first + after] - pops[first - 2]) for after in (2, 202))
    assert 0.35 < later / jump < np.exp(-0.5)  # a tenth of a second on, and the amplifier takes its part


def test_pops_go_either_way_and_are_a_third_to_nearly_twice_their_mean_size():
    pops = shown(300.0, pops_per_min=60.0, pop_uv=100.0)[:, 0]
    at = np.flatnonzero(np.abs(np.diff(pops)) > 12)
    starts = at[np.concatenate([[True], np.diff(at) > 10]) & (at > 10) & (at < len(pops) - 10)]
    jumps = pops[starts + 3] - pops[starts - 2]
    assert len(jumps) == pytest.approx(300, rel=0.15) and (jumps > 0).mean() == pytest.approx(0.5, abs=0.1)
    size = np.abs(jumps) / np.median(np.abs(jumps))
    assert (size.min(), size.max()) == pytest.approx((0.3, 1.7), rel=0.07)
    assert np.median(np.abs(jumps)) == pytest.approx(100, rel=0.15)


def test_the_baseline_wanders_below_one_hertz():
    slow = shown(60.0, wander_uv=30.0)[:, 0]
    power = np.abs(np.fft.rfft(slow)) ** 2
    assert slow.std() == pytest.approx(30, rel=0.3)
    assert power[: 5 * 60].sum() > 0.95 * power.sum()


def test_a_moved_electrode_shows_the_movement():
    device = Settings.of(QUIET | {"device.movement_uv": 10.0, "device.high_pass_hz": 0.1}).device
    swing = np.sin(np.linspace(0, 20 * np.pi, 1000))
    one, other = amplified(np.zeros((10_240, 2), np.float32), device, swing, 1, "agonist")
    wanted = np.interp(np.arange(10_240), np.linspace(0, 10_240, 1000), swing)
    for channel in (one, other):
        assert np.corrcoef(channel, wanted)[0, 1] > 0.97 and 5 < np.abs(channel).max() < 15

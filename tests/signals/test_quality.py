"""The heart and the stimulator are told from what muscles do, each on the channels and in the seconds that they reach."""

import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from tests.signals.movement import emg_of, gated, joined, phase_of

from myognosis.findings.criteria import jump_rules
from myognosis.knowledge import load_knowledge
from myognosis.model.recording import Annotation, Channel, Recording
from myognosis.readers import read_recording
from myognosis.signals.fasciculation import kernels
from myognosis.signals.heart import find_heart
from myognosis.signals.quality import Fault, QualityMeter, measure_quality, pieces_of
from myognosis.signals.stimuli import find_stimuli, stimulus_times

pytest.importorskip("scipy")
RATE, SECONDS = 1000.0, 24
NONE = np.zeros(0)
RECORDINGS = Path(__file__).parents[1] / "data" / "recordings"


def resting(rng: np.random.Generator, name: str = "EMG") -> Channel:
    return emg_of(rng, np.zeros(int(SECONDS * RATE)), RATE, rest=6.0, name=name)


def with_events(channel: Channel, times_s: np.ndarray, wave: np.ndarray) -> Channel:
    samples = channel.samples.copy()
    for time in times_s:
        at = round(time * channel.rate_hz)
        samples[at : at + len(wave)] += wave[: len(samples) - at]
    return Channel(channel.name, "emg", "uV", channel.rate_hz, samples)


def beat(size: float) -> np.ndarray:
    """A QRS complex: small down, large up, down, over a tenth of a second."""
    t = np.arange(120) / RATE - 0.06
    waves = ((1.0, 0.0, 0.012), (-0.25, -0.025, 0.01), (-0.35, 0.03, 0.012))
    return np.asarray(size * sum(height * np.exp(-(((t - at) / width) ** 2)) for height, at, width in waves))


def pulse(rng: np.random.Generator, per_min: float) -> np.ndarray:
    gaps = 60 / per_min * (1 + 0.04 * rng.normal(size=200))
    times = 0.5 + np.cumsum(gaps)
    return times[times < SECONDS - 0.5]


@pytest.mark.parametrize("per_min", [45, 72, 140])
def test_a_heart_is_found_at_its_rate_on_the_channels_that_it_reaches(per_min: float):
    rng = np.random.default_rng(int(per_min))
    times = pulse(rng, per_min)
    near, far = with_events(resting(rng, "near"), times, beat(40.0)), resting(rng, "far")
    checked = measure_quality((near, far), NONE)
    assert checked.heart is not None
    assert checked.heart.per_min == pytest.approx(per_min, rel=0.05)
    assert list(checked.heart.shows) == [True, False]
    assert checked.stimulation is None
    hearts = (checked.quality.faults & int(Fault.HEART)) != 0
    assert not hearts[1].any()
    assert all(np.abs(times - second - 0.5).min() < 0.65 for second in np.flatnonzero(hearts[0]))
    assert hearts[0].mean() > 0.7


@pytest.mark.parametrize("made", ["rest", "tremor", "contraction", "jerks at a pulse's rate", "fasciculation"])
def test_no_heart_and_no_stimulator_is_found_in_what_muscles_do(made: str):
    rng = np.random.default_rng(4)
    n = int(SECONDS * RATE)
    jerks = gated([(at, at + 0.06) for at in np.arange(0.6, SECONDS - 1, 0.8)], SECONDS, RATE, 1.0)
    drive = {
        "tremor": np.maximum(0, np.sin(phase_of(rng, 5.0, n, RATE))) ** 2,
        "contraction": np.ones(n),
        "jerks at a pulse's rate": jerks,
    }
    channel = emg_of(rng, drive.get(made, np.zeros(n)), RATE)
    if made == "fasciculation":
        channel = with_events(channel, np.sort(rng.uniform(1, SECONDS - 1, 25)), beat(60.0)[40:80])
    assert find_heart((channel,)) is None
    assert find_stimuli((channel,), NONE) is None


def spoiled(word: str, samples: np.ndarray) -> np.ndarray:
    """The fault that a word names, in the seconds 5 to 8; of contact and mains in these, of a dead electrode in all."""
    out, part, n = samples.copy(), slice(5000, 8000), 3000
    time = np.arange(n) / RATE
    out[part] = {
        "mains": out[part] + 40 * np.sin(2 * np.pi * 50 * time),
        "clipped": np.clip(20 * out[part], -60, 60),
        "flat": 0.0 * time,
        "missing": np.nan * time,
        "contact": 9 * out[part],
        "movement": out[part] + 400 * np.sin(2 * np.pi * 2.5 * time),
        "dead": out[part],
    }[word]
    return np.asarray(0.01 * out if word == "dead" else out, np.float32)


@pytest.mark.parametrize("word", ["mains", "clipped", "flat", "missing", "contact", "movement", "dead"])
def test_each_fault_is_told_of_its_channel_and_its_seconds(word: str):
    rng = np.random.default_rng(7)
    channels = [resting(rng, f"E{i}") for i in range(4)]
    bad = Channel("E1", "emg", "uV", RATE, spoiled(word, channels[1].samples))
    quality = measure_quality((channels[0], bad, *channels[2:]), NONE).quality
    told = (quality.faults & int(Fault[word.upper()])) != 0
    assert not told[[0, 2, 3]].any()
    assert set(np.flatnonzero(told[1])) == (set(range(SECONDS)) if word == "dead" else {5, 6, 7})
    unusable = word in ("clipped", "flat", "missing", "dead")
    assert quality.usable[1, 6] != unusable
    assert quality.assessable.all()


def test_a_recording_without_a_second_that_can_be_judged_is_not_assessable():
    still = Channel("E", "emg", "uV", RATE, np.zeros(int(SECONDS * RATE), np.float32))
    quality = measure_quality((still,), NONE).quality
    assert not quality.assessable.any()
    assert quality.share(Fault.FLAT) == 1.0


def artefact(size: float) -> np.ndarray:
    return size * np.array([0.2, 1.0, -0.6, -0.3, -0.1])


def test_a_stimulator_without_marks_is_known_by_its_clock_and_the_same_spikes_out_of_time_are_not():
    rng = np.random.default_rng(5)
    regular = np.arange(1.0, SECONDS - 1, 0.5)
    steady = with_events(resting(rng), regular, artefact(400.0))
    found = find_stimuli((steady, resting(rng)), NONE)
    assert found is not None
    assert list(found.shows) == [True, False]
    assert np.abs(found.times_s[:, None] - regular).min(axis=1).max() < 0.003
    loose = with_events(resting(rng), regular + rng.normal(0, 0.005, len(regular)), artefact(400.0))
    assert find_stimuli((loose,), NONE) is None


@pytest.mark.parametrize("hz", [3.0, 7.0, 30.0])
def test_a_stimulator_is_known_also_where_its_period_is_no_whole_number_of_samples(hz: float):
    times = np.arange(0.5, SECONDS * 10 - 1, 1 / hz)
    rest = np.random.default_rng(7).normal(0, 5, int(SECONDS * 10 * RATE)).astype(np.float32)
    found = find_stimuli((with_events(Channel("E", "emg", "uV", RATE, rest), times, artefact(400.0)),), NONE)
    assert found is not None
    assert len(found.times_s) > 0.95 * len(times)


def test_marked_stimuli_are_looked_for_where_the_marks_are():
    rng = np.random.default_rng(6)
    times = np.sort(rng.uniform(1, SECONDS - 1, 12))
    hit, spared = with_events(resting(rng, "hit"), times, artefact(400.0)), resting(rng, "spared")
    checked = measure_quality((hit, spared), times)
    assert checked.stimulation is not None
    marked = (checked.quality.faults & int(Fault.STIMULUS)) != 0
    assert set(np.flatnonzero(marked[0])) == set(np.floor(times).astype(int))
    assert not marked[1].any()
    assert find_stimuli((spared,), times) is None


def test_stimuli_are_read_from_their_channel_or_else_from_the_marks_that_name_them():
    high = Channel("trigger", "stimulus", "mA", 100.0, np.where(np.arange(400) % 200 >= 100, 5, 0).astype(np.float32))
    marks = (Annotation(0.5, 0.0, "Stim 1"), Annotation(0.7, 0.0, "eyes closed"))
    assert list(stimulus_times(Recording("made", (high,), None, marks))) == [1.0, 3.0]
    assert list(stimulus_times(Recording("made", (), None, marks))) == [0.5]
    assert len(stimulus_times(Recording("made", ()))) == 0


@pytest.mark.parametrize("path", sorted(RECORDINGS.glob("*.hea")), ids=lambda path: path.stem)
def test_real_recordings_of_muscles_and_of_wander_hold_neither(path: Path):
    channels = read_recording(path).channels
    emg = tuple(Channel(c.name, "emg", "uV", c.rate_hz, c.samples) for c in channels)
    assert find_heart(emg) is None
    assert find_stimuli(emg, NONE) is None


def test_channels_that_end_at_different_times_are_judged_over_what_both_have():
    rng = np.random.default_rng(3)
    long, short = resting(rng, "long"), resting(rng, "short")
    beats = pulse(rng, 70)
    pair = tuple(with_events(channel, beats, beat(60.0)) for channel in (long, short))
    cut = Channel("short", "emg", "uV", RATE, pair[1].samples[: int(19.5 * RATE)])
    checked = measure_quality((pair[0], cut), NONE)
    assert checked.quality.faults.shape == (2, 19)
    assert checked.heart is not None and checked.heart.shows.all() and checked.heart.beats_s.max() < 19.5


def test_a_flat_line_of_rounding_errors_is_no_hum():
    wave = np.float32(1e-12) * np.sin(2 * np.pi * 50 * np.arange(int(SECONDS * RATE)) / RATE)
    flat = Channel("EMG", "emg", "uV", RATE, np.round(wave).astype(np.float32) - np.float32(2.5e-11))
    quality = measure_quality((flat,), NONE).quality
    assert quality.share(Fault.FLAT) == 1
    assert not quality.share(Fault.MAINS)


@pytest.mark.parametrize(("samples", "channels"), [(2048, 64), (2000, 1), (70, 3), (2049, 5), (64, 1)])
def test_a_second_of_a_grid_is_seen_as_one_of_few_channels_is(samples: int, channels: int):
    x = np.random.default_rng(samples).normal(3, 1, (samples, channels)).astype(np.float32)
    for seen, expected in zip(kernels.pieces_of(x, samples // 64), pieces_of(x, samples // 64), strict=True):
        assert seen == pytest.approx(expected, abs=1e-3)
    x[samples // 2, -1] = np.nan
    assert np.flatnonzero(~np.isfinite(kernels.pieces_of(x, samples // 64)[0].sum(axis=0))).tolist() == [channels - 1]


def test_a_night_is_judged_without_a_copy_of_it_and_over_its_parts_as_over_the_whole():
    """Where one electrode comes loose, and where all are louder, lie across the parts in which the seconds are gone through."""
    meter = QualityMeter(tuple("abcdefghijklmnop"), 64.0, (), 20_000)
    meter.noise[:] = np.random.default_rng(2).uniform(1, 1.2, meter.noise.shape)
    meter.noise[590:610, 3] *= 10
    meter.noise[1190:1210] *= 10
    meter.noise[:, 5] *= 0.001
    tracemalloc.start()
    try:
        quality = meter.done()
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    contact = (quality.faults & int(Fault.CONTACT)) != 0
    assert np.flatnonzero(contact[3]).tolist() == list(range(590, 610)) and contact.sum() == 20
    assert ((quality.faults & int(Fault.DEAD)) != 0).all(axis=1).tolist() == [c == 5 for c in range(16)]
    assert most < 2 * meter.noise.nbytes


def jumped(channels: tuple[Channel, ...], fault: Fault = Fault.JUMP, marked_s: np.ndarray = NONE) -> np.ndarray:
    quality = measure_quality(channels, marked_s, jump_rules(load_knowledge())).quality
    return np.asarray((quality.faults & int(fault)) != 0)


@pytest.mark.parametrize(("channels", "rate"), [(3, 1000.0), (3, 4000.0), (16, 2048.0)])
def test_where_recordings_are_joined_every_electrode_jumps_in_that_second_and_in_no_other(channels: int, rate: float):
    told = jumped(joined(np.random.default_rng(31), SECONDS, channels, rate, [3.3, 7.995, 16.2], 150.0))
    assert told[:, [3, 7, 16]].all() and told.sum() == 3 * channels


def test_one_needle_that_breaks_off_is_told_as_a_pop_and_nothing_else_jumps():
    needle = joined(np.random.default_rng(32), SECONDS, 1, 10_000.0, [5.5], 400.0)
    assert np.flatnonzero(jumped(needle, Fault.POP)[0]).tolist() == [5]
    assert not jumped(needle).any()


def test_one_electrode_of_many_that_steps_is_a_pop_of_that_electrode():
    channels = list(joined(np.random.default_rng(33), SECONDS, 6, 2000.0, [], 0.0))
    channels[2].samples[round(9.4 * 2000) :] += 400.0
    assert np.argwhere(jumped(tuple(channels), Fault.POP)).tolist() == [[2, 9]]
    assert not jumped(tuple(channels)).any()


def test_neither_contraction_nor_potentials_nor_a_stimulator_make_electrodes_jump():
    rng = np.random.default_rng(34)
    times = np.arange(1.0, SECONDS - 1, 0.7)
    held = tuple(emg_of(rng, np.ones(int(SECONDS * RATE)), RATE, name=name) for name in "ab")
    fired = tuple(with_events(resting(rng, name), times, beat(600.0)[::3]) for name in "ab")
    shocked = tuple(with_events(resting(rng, name), times, np.repeat([1500.0, -300.0], 3)) for name in "ab")
    for channels, marks in ((held, NONE), (fired, NONE), (shocked, times)):
        assert not jumped(channels, Fault.JUMP, marks).any() and not jumped(channels, Fault.POP, marks).any()


@pytest.mark.parametrize("path", sorted(RECORDINGS.glob("emg_*.hea")), ids=lambda path: path.stem)
def test_in_a_real_needle_in_contraction_nothing_pops(path: Path):
    channel = read_recording(path).channels[0]
    assert not jumped((Channel("needle", "emg", "uV", channel.rate_hz, channel.samples),), Fault.POP).any()

"""Fasciculation: found where it was set, silent where nothing was, and never counted in voluntary activity."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.signals.made_needle import AT_REST

from myognosis.model.recording import Channel
from myognosis.signals.fasciculation import Fasciculations, find_fasciculations
from myognosis.signals.intervals import median_at_least, median_of, poisson_interval
from myognosis.signals.quality import Fault

pytest.importorskip("scipy")
RATE = 2048.0
SHAPE = np.diff(np.exp(-(((np.arange(32) - 16) / 4.0) ** 2)), n=2)
SHAPE = SHAPE / np.ptp(SHAPE)


def rest(seconds: float, seed: int, sd: float = 5.0) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, sd, int(seconds * RATE))


def with_potentials(noise: np.ndarray, times: np.ndarray, amplitude: float) -> np.ndarray:
    for t in times:
        at = round(t * RATE)
        noise[at : at + len(SHAPE)] += amplitude * SHAPE[: len(noise) - at]
    return noise


def channel(samples: np.ndarray, name: str = "EMG") -> Channel:
    return Channel(name, "emg", "uV", RATE, samples.astype(np.float32))


def times_of(found: Fasciculations) -> np.ndarray:
    return np.array([event.time_s for event in found.events])


def spaced(seconds: float, n: int, seed: int) -> np.ndarray:
    slots = np.random.default_rng(seed).permutation(int(seconds * 2 - 2))[:n] / 2 + 0.75
    return np.sort(slots)


@pytest.mark.whole
@settings(max_examples=12)
@given(seed=st.integers(0, 500), n=st.integers(1, 30))
def test_every_clear_potential_is_found_once_at_its_time(seed: int, n: int):
    times = spaced(60, n, seed)
    found = times_of(find_fasciculations((channel(with_potentials(rest(60, seed), times, 150.0)),), AT_REST))
    assert len(found) == n
    assert np.abs(found - times - 16 / RATE).max() < 0.010


@pytest.mark.whole
def test_noise_alone_holds_less_than_one_in_ten_minutes_and_says_the_upper_bound():
    found = find_fasciculations((channel(rest(600, 1)),), AT_REST)
    assert len(found.events) <= 1
    quiet = find_fasciculations((channel(rest(120, 3)),), AT_REST)
    rate = next(m for m in quiet.measurements if m.name == "fasciculation_rate")
    if not quiet.events:
        assert rate.high == pytest.approx(3 / 2, rel=0.01)


def test_amplitude_is_from_peak_to_peak_in_microvolts():
    found = find_fasciculations((channel(with_potentials(rest(60, 2, sd=2.0), spaced(60, 20, 2), 300.0)),), AT_REST)
    amplitude = next(m for m in found.measurements if m.name == "fasciculation_amplitude")
    assert amplitude.value == pytest.approx(300, rel=0.08)
    assert amplitude.low <= amplitude.value <= amplitude.high  # type: ignore[operator]


def test_noise_that_doubles_makes_no_potentials():
    noise = rest(120, 4)
    noise[int(60 * RATE) :] *= 2
    assert len(find_fasciculations((channel(noise),), AT_REST).events) <= 1


def test_a_contraction_is_left_out_and_shortens_what_was_watched():
    rng = np.random.default_rng(5)
    times = spaced(60, 20, 5)
    signal = with_potentials(rest(60, 5), times, 150.0)
    part = slice(int(20 * RATE), int(28 * RATE))
    signal[part] += rng.normal(0, 80, part.stop - part.start)
    found = find_fasciculations((channel(signal),), AT_REST)
    assert not ((times_of(found) > 20) & (times_of(found) < 28)).any()
    assert 46 <= found.seconds <= 52
    outside = times[(times < 18.5) | (times > 29.5)]
    assert len(found.events) >= len(outside)


def test_a_unit_firing_steadily_is_voluntary_and_not_counted():
    steady = np.arange(10, 20, 0.1)
    found = find_fasciculations((channel(with_potentials(rest(60, 6), steady, 150.0)),), AT_REST)
    assert len(found.events) == 0
    assert found.seconds < 51


def test_missing_flat_and_clipped_seconds_are_not_watched():
    signal = rest(60, 7)
    signal[int(5 * RATE) : int(5.1 * RATE)] = np.nan
    signal[int(10 * RATE) : int(12 * RATE)] = 0.0
    signal[int(30 * RATE) : int(31 * RATE)] = np.where(np.arange(int(RATE)) % 2, 60.0, -60.0)
    found = find_fasciculations((channel(signal),), AT_REST)
    assert found.seconds <= 56


def test_an_electrode_that_pops_is_no_potential():
    signal = rest(60, 9)
    for t in np.arange(5, 55, 7.0):
        first = int(t * RATE)
        signal[first:] += 150 * np.exp(-np.arange(len(signal) - first) / RATE / 0.05)
    assert len(find_fasciculations((channel(signal),), AT_REST).events) == 0


def test_slow_movement_hides_no_potential():
    times = spaced(60, 25, 10)
    signal = with_potentials(rest(60, 10), times, 150.0)
    signal += 100 * np.sin(2 * np.pi * 5.2 * np.arange(len(signal)) / RATE)
    assert len(find_fasciculations((channel(signal),), AT_REST).events) == 25


def test_a_grid_finds_what_one_channel_cannot():
    rng = np.random.default_rng(8)
    times = spaced(60, 25, 8)
    spread = np.exp(-np.arange(16) / 4.0)
    grid = np.stack([with_potentials(rng.normal(0, 5, int(60 * RATE)), times, 50.0 * weight) for weight in spread])
    found = times_of(find_fasciculations(tuple(channel(row, str(i)) for i, row in enumerate(grid)), AT_REST))
    hits = sum(bool(len(found) and np.abs(found - t - 16 / RATE).min() < 0.010) for t in times)
    assert hits >= 24
    assert len(found) <= hits + 1


@pytest.mark.whole
@given(rate=st.floats(0.5, 60.0), seed=st.integers(0, 100))
def test_the_exact_interval_covers_the_rate(rate: float, seed: int):
    rng = np.random.default_rng(seed)
    inside = 0
    for count in rng.poisson(rate * 2.0, 200):
        low, high = poisson_interval(int(count), 2.0)
        inside += low <= rate <= high
    assert inside >= 168  # where none was counted the bound is one-sided: at worst 92 in 100, less four standard errors of 200


def test_the_rule_of_three():
    assert poisson_interval(0, 1.5) == (0.0, pytest.approx(2.0, rel=0.01))


def test_what_is_not_microvolts_is_not_analysed():
    wrong = Channel("a", "accelerometer", "m/s2", 100.0, np.zeros(6000, np.float32))
    with pytest.raises(ValueError, match="microvolts"):
        find_fasciculations((wrong,), AT_REST)


def hum(kind: str, rate_hz: float) -> np.ndarray:
    """Twenty seconds of noise and 80 uV of mains: whole, with a gap, from or to the middle, or of changing size or frequency."""
    t = np.arange(round(20 * rate_hz)) / rate_hz
    turns = 50 * t + (0.1 * np.maximum(t - 10, 0) if kind == "drifts" else 0)
    sizes = {"starts": t > 10.37, "stops": t < 10.37, "grows": 1 + (t > 10.37), "comes and goes": t % 7 < 3}
    samples = np.random.default_rng(1).normal(0, 4, len(t)) + 80 * np.sin(2 * np.pi * turns) * sizes.get(kind, 1)
    samples[(t > 9.8) & (t < 11.1) & (kind == "gap")] = np.nan
    return np.clip(samples, -60, 60) if kind == "clipped" else samples


@pytest.mark.parametrize("kind", ["throughout", "gap", "clipped", "starts", "stops", "grows", "comes and goes", "drifts"])
def test_hum_alone_holds_no_potential(kind: str):
    found = find_fasciculations((Channel("EMG", "emg", "uV", 1000.0, hum(kind, 1000.0).astype(np.float32)),), AT_REST)
    assert not found.events
    assert found.quality.share(Fault.MAINS)


def test_potentials_within_hum_are_found_and_only_its_ends_are_left_out():
    times = spaced(60, 20, 8)
    t = np.arange(int(60 * RATE)) / RATE
    found = find_fasciculations((channel(with_potentials(rest(60, 8), times, 150.0) + 80 * np.sin(2 * np.pi * 50 * t)),), AT_REST)
    assert found.seconds >= 56
    inside = times[(times > 2) & (times < 58)]
    assert all(np.abs(times_of(found) - at).min() < 0.02 for at in inside)


def test_a_contraction_of_one_channel_is_told_by_the_little_rest_beside_it():
    samples = rest(30, 9)
    samples[int(3 * RATE) : int(28 * RATE)] += np.random.default_rng(9).normal(0, 30, int(28 * RATE) - int(3 * RATE))
    found = find_fasciculations((channel(samples),), AT_REST)
    assert found.voluntary[3:28].all()


def test_a_loud_hum_hides_no_potential_and_is_no_electrode_that_pops():
    times, t = spaced(24, 12, 12), np.arange(int(24 * RATE)) / RATE
    hum = 60 * np.sin(2 * np.pi * 50 * t) + 20 * np.sin(2 * np.pi * 150 * t)
    found = find_fasciculations((channel(with_potentials(rest(24, 12), times, 60.0) + hum),), AT_REST)
    watched = [t for t in times if found.analysable[int(t)]]
    assert (len(found.events), found.quality.share(Fault.POP)) == (len(watched), 0)
    assert len(watched) >= 11


@pytest.mark.parametrize("sd", [5.0, 60.0])
def test_the_smallest_potential_that_would_be_seen_follows_the_noise_and_is_seen(sd: float):
    smallest = find_fasciculations((channel(rest(20, 13, sd)),), AT_REST).value("fasciculation_smallest")
    assert smallest is not None
    assert 5 < smallest / sd < 10
    times = spaced(20, 10, 13)
    shares = (1.3, 0.5)
    seen = [
        len(find_fasciculations((channel(with_potentials(rest(20, 14, sd), times, x * smallest)),), AT_REST).events) for x in shares
    ]
    assert seen[0] >= 9
    assert seen[1] <= 2


def test_potentials_that_are_cut_off_are_all_counted_and_their_size_is_at_least_what_is_left():
    times = spaced(40, 25, 15)
    whole = with_potentials(rest(40, 15), times, 400.0)
    seen, cut = (find_fasciculations((channel(samples),), AT_REST) for samples in (whole, np.clip(whole, -60, 60)))
    assert (len(cut.events), cut.seconds) == (len(seen.events), seen.seconds) == (25, 40)
    assert all(event.cut for event in cut.events)
    assert not any(event.cut for event in seen.events)
    rows = {m.name: (m.at_least, m.high, m.doubt) for m in cut.measurements}
    assert rows["fasciculation_amplitude"] == (True, None, "clipped")
    assert rows["fasciculation_units"][0]
    assert cut.value("fasciculation_amplitude") < seen.value("fasciculation_amplitude")  # type: ignore[operator]
    assert not any(m.at_least or m.doubt for m in seen.measurements)


def test_the_size_is_known_where_only_the_larger_half_is_cut_off():
    times = spaced(40, 25, 16)
    samples = with_potentials(with_potentials(rest(40, 16), times[:18], 150.0), times[18:], 800.0)
    found = find_fasciculations((channel(np.clip(samples, -200, 200)),), AT_REST)
    amplitude = next(m for m in found.measurements if m.name == "fasciculation_amplitude")
    assert sum(event.cut for event in found.events) == 7
    assert (amplitude.value, amplitude.at_least, amplitude.doubt) == (pytest.approx(150, rel=0.1), False, "")


@given(st.lists(st.tuples(st.floats(0, 100), st.booleans()), min_size=1, max_size=30), st.randoms())
def test_a_median_of_values_that_are_cut_off_is_never_above_the_true_one(rows: list[tuple[float, bool]], random):
    values, cut = (np.array(column) for column in zip(*rows, strict=True))
    true = values + cut * np.array([random.choice([0, 1, 50]) for _ in rows])
    found, at_least = median_at_least(values, cut)
    assert found.value <= np.median(true)
    assert at_least or found.value == np.median(true)
    assert found.low <= median_of(true).low
    assert found.high >= median_of(true).high


@pytest.mark.parametrize(("size", "missed"), [(28.0, True), (150.0, False)])
def test_the_rate_is_a_lower_bound_where_the_sizes_found_end_at_the_smallest_that_is_seen(size: float, missed: bool):
    times = spaced(40, 30, 17)
    found = find_fasciculations((channel(with_potentials(rest(40, 17), times, size)),), AT_REST)
    assert len(found.events) == 30 or missed
    rows = {m.name: m for m in found.measurements}
    for name in ("fasciculation_rate", "fasciculation_rate_lenient", "fasciculation_rate_clustered", "fasciculation_units"):
        assert (rows[name].at_least, rows[name].high is None) == (missed, missed)
    assert ("likely missed" in rows["fasciculation_rate"].method) == missed


def test_each_channel_is_held_against_the_smallest_potential_that_is_seen_on_it():
    loud, quiet = rest(30, 18, 40.0), with_potentials(rest(30, 19), spaced(30, 20, 18), 90.0)
    rate = next(
        m
        for m in find_fasciculations((channel(loud, "1"), channel(quiet, "2")), AT_REST).measurements
        if m.name == "fasciculation_rate"
    )
    assert not rate.at_least


@pytest.mark.parametrize(("width", "sharp", "hum"), [(3.0, True, 0.0), (3.0, True, 60.0), (7.0, False, 0.0)])
def test_the_interval_of_the_size_holds_what_the_filter_takes_of_a_sharp_potential(width: float, sharp: bool, hum: float):
    samples = rest(30, 20, 2.0) + hum * np.sin(2 * np.pi * 50 * np.arange(int(30 * RATE)) / RATE)
    shape = np.diff(np.exp(-(((np.arange(48) - 24) / width) ** 2)), n=2)
    for t in spaced(30, 20, 20):
        at = round(t * RATE)
        samples[at : at + len(shape)] += 300 * shape / np.ptp(shape)
    size = next(m for m in find_fasciculations((channel(samples),), AT_REST).measurements if m.name == "fasciculation_amplitude")
    assert (size.value < 290, "without the upper edge" in size.method) == (sharp, sharp)  # type: ignore[operator]
    assert size.low < 300
    assert size.high == pytest.approx(300, rel=0.01)


@pytest.mark.parametrize("seed", [1, 3])
def test_a_jolt_that_drives_the_amplifier_to_its_limit_is_no_potential(seed: int):
    rng, samples = np.random.default_rng(seed), rest(60, seed)
    for t in np.arange(4, 58, 4) + rng.uniform(0, 1, 14):
        at, back = round(t * RATE), np.exp(-np.arange(1200) / 100)
        sign = rng.choice([-1, 1])
        samples[at : at + 20] += sign * 3000
        samples[at + 20 : at + 1220] += sign * 1500 * back
    assert len(find_fasciculations((channel(np.clip(samples, -800, 800)),), AT_REST).events) <= 1


def test_a_jerk_is_no_fasciculation_potential_and_potentials_beside_it_are_found():
    random, times = np.random.default_rng(21), spaced(24, 8, 21)
    jerks = [t for t in np.arange(1.0, 22.0, 2.5) if np.abs(times - t).min() > 0.1]
    samples = with_potentials(rest(24, 21), times, 150.0)
    for t in jerks:
        samples[round(t * RATE) : round((t + 0.04) * RATE)] += random.normal(0, 100, round((t + 0.04) * RATE) - round(t * RATE))
    found = find_fasciculations((channel(samples),), AT_REST)
    assert len(found.bursts_s) == len(jerks) >= 5
    assert len(found.events) == 8


def test_noise_makes_potentials_of_a_known_shape_no_larger():
    times = spaced(60, 40, 22)
    found = find_fasciculations((channel(with_potentials(rest(60, 22), times, 45.0)),), AT_REST)
    whole = find_fasciculations((channel(with_potentials(rest(60, 22, 0.2), times, 45.0)),), AT_REST)
    noisy, true = (one.value("fasciculation_amplitude") for one in (found, whole))
    assert len(found.events) >= 30
    assert noisy == pytest.approx(true, rel=0.03)

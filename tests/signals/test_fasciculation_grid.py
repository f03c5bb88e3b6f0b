"""A grid of electrodes: the same result however it is read, ordered or scaled; what is broken costs only itself."""

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.signals.made_needle import AT_REST

from myognosis.signals.fasciculation import Event, Fasciculations, SpanSource, Unit, clustered_interval, find_fasciculations_in
from myognosis.signals.fasciculation.ear import blank
from myognosis.signals.fasciculation.kernels import energy_of_most_active
from myognosis.signals.fasciculation.rates import Watched, measurements_of
from myognosis.signals.intervals import poisson_interval
from myognosis.signals.quality import Fault

pytest.importorskip("scipy")
RATE, SECONDS, CHANNELS = 1024.0, 24, 16
NAMES = tuple(f"{i}" for i in range(CHANNELS))
COURSE = np.diff(np.exp(-(((np.arange(24) - 12) / 3.0) ** 2)), n=2)


def shape(centre: float) -> np.ndarray:
    """A potential that runs along the grid (sample by channel), 1 uV from peak to peak where it is largest."""
    size = np.exp(-(((np.arange(CHANNELS) - centre) / 3.0) ** 2))
    out = np.zeros((40, CHANNELS))
    for c in range(CHANNELS):
        first = round(abs(c - centre) * 0.7)
        out[first : first + len(COURSE), c] = COURSE * size[c]
    return out / np.ptp(out, axis=0).max()


@lru_cache(maxsize=1)
def made() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A recording (sample by channel) with two units, the times of their potentials, and whose each is."""
    rng = np.random.default_rng(11)
    signal = rng.normal(0, 5, (int(SECONDS * RATE), CHANNELS))
    times = np.sort(rng.permutation(SECONDS * 2 - 4)[:20] / 2 + 1.1)
    times = np.sort(np.concatenate([times, times[:4] + 0.012]))
    units = np.arange(len(times)) % 2
    for t, unit in zip(times, units, strict=True):
        at = round(t * RATE)
        signal[at : at + 40] += 90 * shape((4.0, 11.0)[unit])
    return signal.astype(np.float32), times + 12 / RATE, units


def find(signal: np.ndarray) -> Fasciculations:
    return find_fasciculations_in(SpanSource(RATE, NAMES, len(signal), lambda first, last: signal[first:last]), AT_REST)


@lru_cache(maxsize=1)
def whole() -> Fasciculations:
    return find(made()[0])


def times_of(found: Fasciculations) -> np.ndarray:
    return np.array([event.time_s for event in found.events])


def test_each_potential_of_a_grid_is_found_once_also_the_second_of_a_doublet():
    _, times, units = made()
    found = whole()
    assert len(found.events) == len(times)
    assert np.abs(times_of(found) - times).max() < 0.010
    assert len({(unit, event.unit) for unit, event in zip(units, found.events, strict=True)}) == 2
    assert [unit.phases for unit in found.units] == [3, 3]


@pytest.mark.whole
@settings(max_examples=4, deadline=None)
@given(chunk=st.integers(7, 5000), order=st.sampled_from("CF"), writeable=st.booleans())
def test_the_result_does_not_depend_on_the_pieces_in_which_the_samples_come_to_the_bit(chunk: int, order: str, writeable: bool):
    signal = made()[0]

    def span(first: int, last: int) -> np.ndarray:
        out = np.concatenate([signal[at : min(at + chunk, last)] for at in range(first, last, chunk)]).copy(order)
        out.flags.writeable = writeable
        return out

    found = find_fasciculations_in(SpanSource(RATE, NAMES, len(signal), span), AT_REST)
    assert found.events == whole().events
    assert found.measurements == whole().measurements
    assert np.array_equal(found.quality.noise_uv, whole().quality.noise_uv)


def test_the_most_active_channels_are_those_of_a_sorted_row_also_where_some_are_alike():
    rng = np.random.default_rng(12)
    squares = np.exp(rng.normal(0, 3, (40, CHANNELS))).astype(np.float32)
    squares[10:20], squares[20:30, ::2] = 0.0, 2.5
    sums = np.lib.stride_tricks.sliding_window_view(squares.astype(float), 6, axis=0).sum(axis=-1)[::2]
    expected = np.sort(sums, axis=1)[:, -5:].mean(axis=1) / 6
    assert energy_of_most_active(np.sqrt(squares), 6, 2, 5, blank((CHANNELS,))) == pytest.approx(expected, rel=1e-5)


def test_twice_the_gain_gives_the_same_potentials_of_twice_the_size():
    found = find(2 * made()[0])
    assert np.allclose(times_of(found), times_of(whole()), atol=1e-9)
    assert [e.amplitude_uv for e in found.events] == [2 * e.amplitude_uv for e in whole().events]


def test_the_order_of_the_channels_does_not_matter():
    order = np.random.default_rng(1).permutation(CHANNELS)
    signal = made()[0]
    names = tuple(NAMES[i] for i in order)
    found = find_fasciculations_in(SpanSource(RATE, names, len(signal), lambda first, last: signal[first:last][:, order]), AT_REST)
    assert np.allclose(times_of(found), times_of(whole()), atol=1.5 / RATE)
    assert [e.channel for e in found.events] == [e.channel for e in whole().events]


def test_more_rest_adds_no_potential_and_moves_them_with_it():
    rest = np.random.default_rng(12).normal(0, 5, (int(6 * RATE), CHANNELS)).astype(np.float32)
    found = find(np.concatenate([rest, made()[0]]))
    assert np.allclose(times_of(found), times_of(whole()) + 6, atol=2 / RATE)


def test_dead_missing_and_clipped_channels_cost_no_potential_of_the_others_and_are_named():
    signal, times, _ = made()
    broken = signal.copy()
    broken[:, 0] = 0.0
    broken[int(5 * RATE) : int(6.5 * RATE), 8] = np.nan
    broken[:, 15] = np.clip(broken[:, 15], -3, 3)
    found = find(broken)
    near = np.abs(times_of(found)[:, None] - times[None]).min(axis=0)
    assert (near < 0.010).sum() >= len(times) - 1
    assert len(found.events) <= len(times)
    faults = found.quality.faults
    assert (faults[0] & int(Fault.FLAT)).all()
    assert set(np.flatnonzero(faults[8] & int(Fault.MISSING))) == {5, 6}
    assert (faults[15] & int(Fault.CLIPPED)).all()
    assert found.quality.share(Fault.MAINS) == 0.0


def test_an_electrode_that_comes_loose_again_and_again_is_named_and_makes_no_second_of_the_others_voluntary():
    signal, _, _ = made()
    loose = signal.copy()
    for second in range(4, 20, 2):
        first = round((second + 0.3) * RATE)
        loose[first : first + 700, 3] += np.random.default_rng(second).normal(0, 120, 700)
    found = find(loose)
    assert found.seconds == whole().seconds
    assert np.allclose(times_of(found), times_of(whole()), atol=0.004)
    assert sorted(unit.channel for unit in found.units) == sorted(unit.channel for unit in whole().units)
    told = (found.quality.faults & int(Fault.CONTACT)) != 0
    assert told[3, 4:20:2].all()
    assert not np.delete(told, 3, axis=0).any()


def test_a_stuck_electrode_of_a_small_grid_leaves_no_potentials_where_it_begins_and_ends():
    signal, _, _ = made()
    stuck = signal[:, :8].copy()
    stuck[7 * 1024 : 15 * 1024, 2] = 3100.0
    names = NAMES[:8]
    rest = find_fasciculations_in(SpanSource(RATE, names, len(stuck), lambda first, last: signal[first:last, :8]), AT_REST)
    found = find_fasciculations_in(SpanSource(RATE, names, len(stuck), lambda first, last: stuck[first:last]), AT_REST)
    assert (found.seconds, len(found.events)) == (rest.seconds, len(rest.events))
    assert all(event.amplitude_uv > 20 for event in found.events), "the size is taken from an electrode that hears it"


def test_mains_movement_and_poor_contact_are_told_and_hide_nothing():
    signal, times, _ = made()
    t = np.arange(len(signal)) / RATE
    harsh = signal + (40 * np.sin(2 * np.pi * 50 * t) + 150 * np.sin(2 * np.pi * 3 * t))[:, None].astype(np.float32)
    harsh[:, 14] += np.random.default_rng(2).normal(0, 60, len(signal)).astype(np.float32)
    found = find(harsh)
    assert (np.abs(times_of(found)[:, None] - times[None]).min(axis=0) < 0.010).mean() >= 0.95
    assert found.quality.share(Fault.MAINS) > 0.9
    assert found.quality.share(Fault.MOVEMENT) > 0.8
    assert (found.quality.faults[14] & int(Fault.CONTACT)).mean() > 0.9


def test_a_heart_from_afar_is_no_potential():
    signal = made()[0].copy()
    beat = 60 * np.exp(-(((np.arange(60) - 30) / 8.0) ** 2))
    for t in np.arange(0.6, SECONDS - 1, 0.83):
        signal[int(t * RATE) : int(t * RATE) + 60] += beat[:, None].astype(np.float32)
    assert abs(len(find(signal).events) - len(whole().events)) <= 1


def test_a_heart_that_reaches_electrodes_a_little_unlike_is_told_by_the_mean_of_its_beats():
    gain = np.random.default_rng(6).normal(1, 0.12, CHANNELS)
    signal = made()[0].copy()
    beat = 80 * np.exp(-(((np.arange(60) - 30) / 8.0) ** 2))[:, None] * gain
    for t in np.arange(0.6, SECONDS - 1, 0.83):
        signal[int(t * RATE) : int(t * RATE) + 60] += beat.astype(np.float32)
    assert len(find(signal).events) == len(whole().events)


def test_where_recordings_are_joined_the_jump_of_hum_and_drift_is_no_potential_and_hides_none_a_little_later():
    signal, times = made()[0][: round(16 * RATE)].copy(), made()[1][made()[1] < 15.9]
    t, joints = np.arange(len(signal)) / RATE, np.array([4.3, 9.8, 13.9])
    rng = np.random.default_rng(4)
    for first, last in zip([0.0, *joints], [*joints, SECONDS], strict=True):
        part = (t >= first) & (t < last)
        signal[part] += rng.normal(0, 60, CHANNELS)[None] + 5 * np.sin(2 * np.pi * (50 * t[part, None] + rng.uniform()))
    found = find(signal.astype(np.float32))
    for t_s in times:
        away = np.abs(joints - t_s).min()
        assert away < 0.03 or not found.analysable[int(t_s)] or np.abs(times_of(found) - t_s).min() < 0.010
    assert all(np.abs(times - t_s).min() < 0.010 for t_s in times_of(found))
    assert found.analysable.sum() >= 12
    assert {4, 9, 13} <= set(np.flatnonzero((found.quality.faults[0] & int(Fault.JUMP)) != 0))


def test_a_contraction_from_end_to_end_is_no_rest():
    rng = np.random.default_rng(5)
    signal = rng.normal(0, 5, made()[0].shape)
    for centre in (2.0, 5.0, 7.5, 10.0, 13.0):
        for t in np.arange(rng.uniform(0, 0.1), SECONDS - 0.2, 0.09) + rng.normal(0, 0.01):
            at = max(0, round(t * RATE))
            signal[at : at + 40] += 120 * shape(centre)
    found = find(signal.astype(np.float32))
    assert found.seconds == 0
    assert not found.events


def test_nothing_to_hear_is_not_assessable_and_no_fault_of_the_program():
    for signal in (np.zeros((3000, CHANNELS), np.float32), np.full((3000, CHANNELS), np.nan, np.float32), made()[0][:300]):
        found = find(signal)
        assert not found.events
        assert found.seconds == 0


def test_doublets_triplets_and_more_are_counted_apart_each_with_its_interval():
    unit = Unit(10, "1", 50.0, 8.0, 3, 2, 4, (50.0,), np.zeros(20, np.float32), RATE)
    runs = [[1.0], [3.0, 3.008], [5.0, 5.012], [7.0, 7.005, 7.015], [9.0, 9.004, 9.008, 9.012, 9.016], [11.0, 11.03]]
    events = [Event(t, 50.0, 10.0, "1", 0) for run in runs for t in run] + [Event(13.0, 50.0, 10.0, "1")]
    seen = Watched(events, (unit,), np.ones(20, np.bool_), "1")
    found = {m.name: m.value for m in measurements_of(seen, seen, "", AT_REST.rules)}
    discharges = 8  # the last pair is too far apart, the last potential is of no unit
    assert found["fasciculation_doublets"] == 2 / discharges
    assert found["fasciculation_doublet_interval"] == pytest.approx(10)
    assert found["fasciculation_triplets"] == 1 / discharges
    assert found["fasciculation_triplet_interval"] == pytest.approx(7.5)
    assert found["fasciculation_multiplets"] == 1 / discharges
    assert found["fasciculation_multiplet_interval"] == pytest.approx(4)
    assert found["fasciculation_repeats"] == 9 / len(events)
    unknown = replace(AT_REST.rules, multiplet_s=None)
    assert not any("doublet" in m.name for m in measurements_of(seen, seen, "", unknown) if "late" not in m.name)


def test_crowds_widen_the_interval_of_a_rate_and_single_potentials_do_not():
    watched = np.ones(120, np.bool_)
    crowds = np.concatenate([start + np.arange(10) / 10 for start in (5.0, 31.0, 62.0, 93.0)])
    low, high = clustered_interval(crowds, watched)
    exact = poisson_interval(40, 2.0)
    assert low < 0.8 * exact[0]
    assert high > 1.2 * exact[1]
    assert clustered_interval(np.arange(0, 120, 3.0), watched) == pytest.approx(exact)

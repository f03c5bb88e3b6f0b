"""Jerks: bursts and lapses are found where they were put, as long as they were made, in the order they were given."""

from dataclasses import replace

import numpy as np
import pytest
from tests.signals.movement import Spans, emg_of, gated, irregular, joined, phase_of, sensor, unit_bursts, unit_contraction

from myognosis.findings.criteria import jerk_criteria
from myognosis.knowledge import Knowledge
from myognosis.model.recording import Channel
from myognosis.signals.jerks import JerkCriteria, Jerks, classify_duration, find_jerks, find_lapses, judge_together, order_muscles
from myognosis.signals.jerks.lapses import LapseSettings, _regular

RATE, SECONDS = 1000.0, 30.0


@pytest.fixture(scope="module")
def criteria(knowledge: Knowledge) -> JerkCriteria:
    return jerk_criteria(knowledge)


def muscle(spans: list[tuple[float, float]], seed: int = 1, loud: float = 1.0, quiet: float = 0.0, name: str = "EMG") -> Channel:
    rng = np.random.default_rng(seed)
    return emg_of(rng, gated(spans, SECONDS, RATE, loud, quiet), RATE, name=name)


def matched(spans: list[tuple[float, float]], found: Jerks) -> int:
    true = np.array([start for start, _ in spans])
    return sum(bool((np.abs(found.onsets_s - at) < 0.01).any()) for at in true)


@pytest.mark.parametrize("length_ms", [30.0, 60.0, 150.0])
def test_bursts_are_found_where_they_were_put_and_their_length_is_right_within_three_milliseconds(
    criteria: JerkCriteria, length_ms: float
):
    spans = irregular(np.random.default_rng(7), SECONDS, 0.6, length_ms)
    found = find_jerks((muscle(spans),), criteria)
    duration = found.get("jerk_burst_duration")
    true = float(np.median([1000 * (stop - start) for start, stop in spans]))
    assert matched(spans, found) == len(spans) == len(found.bursts)
    assert duration is not None
    assert duration.value == pytest.approx(true, abs=3)
    assert duration.low <= duration.value <= duration.high  # type: ignore[operator]


def test_bursts_made_of_motor_units_last_from_the_first_unit_to_the_last(criteria: JerkCriteria):
    rng = np.random.default_rng(3)
    trace, true = unit_bursts(rng, irregular(rng, SECONDS, 0.6, 45), SECONDS, RATE)
    noisy = trace + rng.normal(0, 4, int(SECONDS * RATE))
    duration = find_jerks((Channel("EMG", "emg", "uV", RATE, noisy.astype(np.float32)),), criteria).get("jerk_burst_duration")
    assert duration is not None
    assert duration.value == pytest.approx(np.median([1000 * (b - a) for a, b in true]), abs=3)


def test_where_recordings_are_joined_nobody_jerks_and_a_jerk_right_beside_is_counted(criteria: JerkCriteria):
    joints = [2.3, 5.1, 8.8, 13.2, 16.0]
    (rest,) = joined(np.random.default_rng(703), 20.0, 1, 2000.0, joints, 400.0)
    assert not find_jerks((rest,), criteria).bursts
    jerks = gated([(at + 0.1, at + 0.16) for at in joints], 20.0, 2000.0, 60.0)
    rest.samples[:] += (jerks * np.random.default_rng(704).normal(size=len(jerks))).astype(np.float32)
    assert np.abs(find_jerks((rest,), criteria).onsets_s - np.array(joints) - 0.1).max() < 0.01


def test_a_steady_contraction_is_no_burst_and_jerks_over_it_are_found(criteria: JerkCriteria):
    spans = irregular(np.random.default_rng(9), SECONDS, 0.8, 50)
    assert find_jerks((muscle([], quiet=0.2),), criteria).bursts == ()
    found = find_jerks((muscle(spans, quiet=0.15),), criteria)
    assert matched(spans, found) >= 0.95 * len(spans)
    assert len(found.bursts) <= len(spans) + 1


def test_a_contraction_in_the_middle_is_left_out_of_the_time_watched(criteria: JerkCriteria):
    found = find_jerks((muscle([(2.0, 2.05), (10.0, 14.0)]),), criteria)
    assert len(found.bursts) == 1
    assert found.seconds == pytest.approx(SECONDS - 4, abs=2)


def test_the_units_of_a_weak_contraction_are_no_jerks(criteria: JerkCriteria):
    spans = [(i / 11, i / 11 + 0.012) for i in range(60, 160)]
    found = find_jerks((muscle([(1.0, 1.04), *spans]),), criteria)
    assert len(found.bursts) == 1
    assert found.seconds == pytest.approx(SECONDS - 11, abs=2)


def test_few_bursts_have_a_rate_but_no_length(criteria: JerkCriteria):
    found = find_jerks((muscle([(3.0, 3.04), (9.0, 9.04)]),), criteria)
    assert found.get("jerk_rate").value == pytest.approx(4.0)  # type: ignore[union-attr]
    assert found.get("jerk_burst_duration") is None
    assert classify_duration(found.get("jerk_burst_duration"), criteria) == ()


def test_no_jerk_is_said_with_the_upper_bound_of_its_rate(criteria: JerkCriteria):
    rate = find_jerks((muscle([]),), criteria).get("jerk_rate")
    assert rate is not None
    assert (rate.value, round(rate.high or 0)) == (0.0, 6)


def test_evenly_spaced_bursts_have_a_frequency_and_irregular_ones_have_none(criteria: JerkCriteria):
    even = [(0.5 + i / 3, 0.55 + i / 3) for i in range(80)]
    uneven = irregular(np.random.default_rng(2), SECONDS, 0.6, 50)
    assert find_jerks((muscle(even),), criteria).get("jerk_frequency").value == pytest.approx(3.0, abs=0.05)  # type: ignore[union-attr]
    assert find_jerks((muscle(uneven),), criteria).get("jerk_frequency") is None


def test_jerks_in_an_accelerometer_are_counted_and_their_length_is_that_of_a_movement(criteria: JerkCriteria):
    rng = np.random.default_rng(3)
    wave = np.zeros(3000)
    at = np.arange(150, 2900, 190)
    for start in at:
        wave[start : start + 12] += 6 * np.sin(np.pi * np.arange(12) / 12) * np.sin(2 * np.pi * np.arange(12) / 12)
    found = find_jerks(sensor(rng, wave, 0.02), criteria)
    assert len(found.bursts) == len(at)
    assert found.get("jerk_burst_duration") is None
    assert found.get("jerk_movement_duration") is not None


@pytest.mark.parametrize(("length_ms", "kinds"), [(30, {"cortical", "cortical_subcortical"}), (150, {"spinal", "functional"})])
def test_a_length_speaks_for_the_kinds_whose_published_range_holds_it(criteria: JerkCriteria, length_ms: float, kinds: set[str]):
    spans = irregular(np.random.default_rng(4), SECONDS, 0.5, length_ms, 0.05)
    duration = find_jerks((muscle(spans),), criteria).get("jerk_burst_duration")
    assert {kind.id for kind in classify_duration(duration, criteria)} == kinds


def test_lapses_of_a_held_muscle_are_found_with_their_length(criteria: JerkCriteria):
    spans = irregular(np.random.default_rng(5), SECONDS, 1.0, 110)
    rng = np.random.default_rng(6)
    held = emg_of(rng, 1.0 - gated(spans, SECONDS, RATE, 1.0), RATE, rest=3)
    found = find_lapses(held, criteria)
    assert found.lapses is not None
    assert len(found.lapses) == pytest.approx(len(spans), abs=1)
    assert found.get("lapse_duration").value == pytest.approx(np.median([1000 * (b - a) for a, b in spans]), abs=5)  # type: ignore[union-attr]
    assert not any(lapse.after_burst for lapse in found.lapses)


@pytest.mark.parametrize("length", [60, 100, 250])
@pytest.mark.parametrize("rest", [1.0, 20.0])
def test_the_length_of_an_abrupt_lapse_lies_in_its_interval_however_silent_it_is(criteria: JerkCriteria, length: int, rest: float):
    rng = np.random.default_rng((length, int(rest)))
    trace, lapse = rng.normal(0, 150, int(30 * RATE)), round(length / 1000 * RATE)
    for first in range(int(2 * RATE), int(28 * RATE), int(1.7 * RATE)):
        trace[first : first + lapse] = rng.normal(0, rest, lapse)
    found = find_lapses(Channel("EMG", "emg", "uV", RATE, trace.astype(np.float32)), criteria)
    duration = found.get("lapse_duration")
    assert duration is not None and len(found.lapses or ()) >= 13
    assert duration.low <= length <= duration.high and duration.value == pytest.approx(length, abs=3)  # type: ignore[operator]


def test_a_silence_that_the_recording_cuts_off_is_no_lapse(criteria: JerkCriteria):
    rng = np.random.default_rng(8)
    trace = rng.normal(0, 150, int(20 * RATE))
    for part in (slice(0, 200), slice(-200, None)):
        trace[part] = rng.normal(0, 2, 200)
    assert find_lapses(Channel("EMG", "emg", "uV", RATE, trace.astype(np.float32)), criteria).lapses == ()


def test_a_steady_contraction_has_no_lapse_and_a_muscle_of_few_units_cannot_be_judged(criteria: JerkCriteria):
    assert find_lapses(muscle([], quiet=1.0), criteria).lapses == ()
    spans = [(0.2 + i * 0.16, 0.22 + i * 0.16) for i in range(180)]
    assert find_lapses(muscle(spans), criteria).lapses is None
    few = [(0.2 + i * 0.09, 0.26 + i * 0.09) for i in range(320)]
    assert find_lapses(muscle(few), criteria).lapses is None  # short silences all along: the units of a weak contraction
    assert find_lapses(muscle([]), criteria).lapses is None  # at rest there is nothing to lapse


def units(n: int, lapses: Spans = (), jerks: Spans = (), built_s: float = 0.0) -> Channel:
    trace = unit_contraction(np.random.default_rng(n), n, SECONDS, RATE, lapses, jerks, built_s)
    return Channel("EMG", "emg", "uV", RATE, trace.astype(np.float32))


@pytest.mark.parametrize("rate_hz", [8.0, 11.0])
@pytest.mark.parametrize("n", [6, 15])
def test_silences_between_units_that_keep_a_beat_are_as_rare_as_told_or_rarer(criteria: JerkCriteria, n: int, rate_hz: float):
    """Rarer than units without a beat would make them, and no more often than is told."""
    rng = np.random.default_rng(3)
    trains = [np.cumsum(1 / rate_hz * (1 + 0.17 * rng.normal(size=8000))) + rng.uniform(0, 1) for _ in range(n)]
    spikes = np.sort(np.concatenate(trains))
    gaps = np.diff(spikes[(spikes > 1) & (spikes < min(train[-1] for train in trains))])
    usual = np.array(gaps.mean())
    for length in (0.03, 0.045, 0.06):
        told = np.exp(-length / usual * _regular(np.array(length), usual, criteria.unit_rate_hz, LapseSettings()))
        assert (gaps > length).mean() < 1.1 * told
        assert told < (1.2 if length < 0.06 else 0.7) * np.exp(-length / usual)


@pytest.mark.parametrize("n", [20, 40])
def test_the_units_of_a_held_contraction_are_no_jerks(criteria: JerkCriteria, n: int):
    found = find_jerks((units(n),), criteria)
    assert found.held_s == found.seconds > 25
    assert not found.bursts


def test_units_in_the_part_of_a_second_that_ends_a_held_contraction_are_no_jerks(criteria: JerkCriteria):
    emg = units(16)
    cut = replace(emg, samples=emg.samples[: round(16.3 * emg.rate_hz)])
    assert not find_jerks((cut,), criteria).bursts


def test_jerks_over_a_contraction_of_units_are_found(criteria: JerkCriteria):
    spans = irregular(np.random.default_rng(9), SECONDS, 0.8, 35)
    found = find_jerks((units(40, jerks=spans),), criteria)
    starts = np.array([start for start, _ in spans])
    assert len(found.bursts) == pytest.approx(len(spans), abs=2)
    assert all(np.abs(starts - burst.onset_s).min() < 0.02 for burst in found.bursts)


def test_most_lapses_as_brief_as_can_be_are_found_where_few_units_hold_and_none_is_made_up(criteria: JerkCriteria):
    spans = irregular(np.random.default_rng(7), SECONDS, 1.0, 60, 0.05)
    found = find_lapses(units(12, spans), criteria)
    near = [min(abs(start - lapse.onset_s) for start, _ in spans) < 0.04 for lapse in found.lapses or ()]
    assert all(near) and len(near) > 0.5 * len(spans)


def test_lapses_are_told_from_the_pauses_between_units_or_it_is_said_why_not(criteria: JerkCriteria):
    spans = irregular(np.random.default_rng(5), SECONDS, 1.0, 110)
    steady, lapsing, few = (find_lapses(units(n, lapses), criteria) for n, lapses in ((40, ()), (40, spans), (2, ())))
    assert steady.lapses == ()
    assert steady.chance_per_min == criteria.chance_per_min > 0
    assert len(lapsing.lapses or ()) == pytest.approx(len(spans), abs=3)
    assert (few.lapses, few.why) == (None, "sparse")
    assert find_lapses(muscle([]), criteria).why == "not_held"


@pytest.mark.parametrize("n", [20, 35])  # without the size beside each second four and one are made up
def test_silences_while_a_contraction_is_built_up_and_let_go_are_no_lapses(criteria: JerkCriteria, n: int):
    found = find_lapses(units(n, built_s=5.0), criteria)
    assert found.lapses == () and found.seconds >= 15
    lapsing = find_lapses(units(n, [(10.0, 10.15), (12.0, 12.15), (16.0, 16.15)], built_s=5.0), criteria)
    assert [round(lapse.onset_s) for lapse in lapsing.lapses or ()] == [10, 12, 16]


def test_a_silence_after_a_burst_is_marked_as_such(criteria: JerkCriteria):
    jerks = [(1.0 + i, 1.03 + i) for i in range(25)]
    quiet = [(stop, stop + 0.09) for _, stop in jerks]
    rng = np.random.default_rng(8)
    drive = np.where(gated(quiet, SECONDS, RATE, 1.0) > 0.5, 0.0, 0.3) + gated(jerks, SECONDS, RATE, 1.5)
    found = find_lapses(emg_of(rng, drive, RATE, rest=1), criteria)
    assert found.lapses is not None
    assert len(found.lapses) >= 22
    assert np.mean([lapse.after_burst for lapse in found.lapses]) > 0.9


def spread(criteria: JerkCriteria, lags_ms: dict[str, float], jitter_ms: float = 1.0) -> list[Jerks]:
    rng = np.random.default_rng(10)
    base = irregular(rng, SECONDS, 0.8, 60)
    out = []
    for i, (name, lag) in enumerate(lags_ms.items()):
        late = [(a + (lag + jitter_ms * rng.normal()) / 1000, b + lag / 1000) for a, b in base]
        out.append(find_jerks((muscle(late, seed=20 + i, name=name),), criteria))
    return out


def test_the_order_of_muscles_and_the_speed_of_spread_come_out_as_put_in(criteria: JerkCriteria):
    muscles = spread(criteria, {"thoracic": 0, "lumbar": 30, "cervical": 20})
    path = {"thoracic": 0.0, "lumbar": 180.0, "cervical": -120.0}
    order = order_muscles(muscles, criteria, path_mm={k: abs(v) for k, v in path.items()})
    speed = next(m for m in order.measurements if m.name == "jerk_spread_speed")
    assert order.latencies["lumbar"].value == pytest.approx(30, abs=2)
    assert order.latencies["cervical"].value == pytest.approx(20, abs=2)
    assert speed.value == pytest.approx(6.0, abs=0.6)
    assert criteria.spread_m_s[0] < speed.low < speed.high < criteria.spread_m_s[1]  # type: ignore[operator]


def test_muscles_that_begin_at_once_have_no_speed(criteria: JerkCriteria):
    order = order_muscles(spread(criteria, {"a": 0, "b": 0}, 4.0), criteria, path_mm={"a": 0.0, "b": 200.0})
    assert all(m.name != "jerk_spread_speed" for m in order.measurements)
    assert abs(order.latencies["b"].value) < 3


def test_muscles_go_together_in_turn_or_without_relation(criteria: JerkCriteria):
    at = 0.5 + np.cumsum(np.random.default_rng(11).normal(0.25, 0.03, 100))
    even = [(float(a), float(a) + 0.07) for a in at]
    after = [(a + 0.125, b + 0.125) for a, b in even]
    other = irregular(np.random.default_rng(12), SECONDS, 0.2, 70)
    mine, same, turn, own = (find_jerks((muscle(s, seed=i),), criteria) for i, s in enumerate((even, even, after, other)))
    assert judge_together(mine, same, criteria).verdict == "together"
    assert judge_together(mine, turn, criteria).verdict == "in_turn"
    assert judge_together(mine, own, criteria).verdict == "unrelated"


@pytest.mark.parametrize("channels", [(), "slow", "two"])
def test_what_is_no_single_muscle_at_a_fair_rate_is_refused(criteria: JerkCriteria, channels: object):
    slow = Channel("EMG", "emg", "uV", 200.0, np.zeros(2000, np.float32))
    given = {"slow": (slow,), "two": (muscle([]), muscle([]))}.get(channels, ()) if isinstance(channels, str) else ()
    with pytest.raises(ValueError, match="EMG"):
        find_jerks(given, criteria)


def test_a_tremor_of_bursts_is_even(criteria: JerkCriteria):
    rng = np.random.default_rng(1)
    drive = np.maximum(0, np.sin(phase_of(rng, 5.0, int(SECONDS * RATE), RATE))) ** 6
    assert find_jerks((emg_of(rng, drive, RATE),), criteria).get("jerk_frequency").value == pytest.approx(5.0, abs=0.2)  # type: ignore[union-attr]

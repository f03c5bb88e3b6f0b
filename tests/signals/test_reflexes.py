"""Answers to stimuli: found where they were put, absent where nothing was, unknown where too little was given."""

import numpy as np
import pytest
from tests.signals.movement import add_wave, eeg_channels, eeg_of, emg_of

from myognosis.findings.criteria import jerk_criteria
from myognosis.knowledge import Knowledge
from myognosis.model.recording import Channel
from myognosis.signals.jerks import JerkCriteria, measure_reflexes, measure_sensory

RATE = 2000.0


@pytest.fixture(scope="module")
def criteria(knowledge: Knowledge) -> JerkCriteria:
    return jerk_criteria(knowledge)


def answered(seed: int, answers: dict[float, float], n: int = 60, rest: float = 4.0) -> tuple[Channel, np.ndarray]:
    """EMG with a direct answer at 4 ms, and later ones of a size (uV) that begin at a time (ms)."""
    rng = np.random.default_rng(seed)
    at = 1.0 + np.arange(n) * 1.0 + rng.uniform(0, 0.1, n)
    trace = emg_of(rng, np.zeros(int((n + 3) * RATE)), RATE, rest=rest).samples.astype(np.float64)
    add_wave(trace, at, RATE, 6.0, 1.5, 4000.0)
    for begin, size in answers.items():
        t = np.arange(round(0.012 * RATE)) / RATE
        for stimulus in at:
            first = round((stimulus + (begin + rng.normal(0, 0.5)) / 1000) * RATE)
            trace[first : first + len(t)] += size * rng.uniform(0.6, 1.4) * np.sin(2 * np.pi * t / 0.012)
    return Channel("APB", "emg", "uV", RATE, trace.astype(np.float32)), at


def test_a_c_reflex_at_rest_is_found_with_its_latency(criteria: JerkCriteria):
    emg, at = answered(1, {41.0: 60.0})
    found = measure_reflexes(emg, at, criteria, contracted=False).get("c_reflex")
    assert found is not None
    assert found.present is True
    assert found.get("c_reflex_latency").value == pytest.approx(41, abs=2)  # type: ignore[union-attr]


@pytest.mark.parametrize("size", [6.0, 20.0, 300.0])
def test_the_interval_of_a_latency_holds_when_the_answer_begins_whatever_its_size(criteria: JerkCriteria, size: float):
    emg, at = answered(11, {41.0: size})
    found = measure_reflexes(emg, at, criteria, contracted=False).get("c_reflex")
    assert found is not None
    latency = found.get("c_reflex_latency")
    assert latency is not None
    assert latency.low is not None and latency.high is not None and latency.value is not None
    assert latency.low <= 41.0 <= latency.high < latency.low + 12
    assert abs(latency.value - 41.0) < 1.5


def test_without_an_answer_the_reflex_is_absent_and_with_few_stimuli_unknown(criteria: JerkCriteria):
    emg, at = answered(2, {})
    few, when = answered(2, {}, n=20)
    assert measure_reflexes(emg, at, criteria, contracted=False).get("c_reflex").present is False  # type: ignore[union-attr]
    assert measure_reflexes(few, when, criteria, contracted=False).get("c_reflex").present is None  # type: ignore[union-attr]
    assert measure_reflexes(few, when[:3], criteria, contracted=False).get("c_reflex").present is None  # type: ignore[union-attr]


def test_long_latency_reflexes_in_contraction_are_told_apart(criteria: JerkCriteria):
    emg, at = answered(3, {50.0: 60.0, 80.0: 60.0}, n=100, rest=25.0)
    found = measure_reflexes(emg, at, criteria, contracted=True)
    assert {r.id: r.present for r in found.reflexes} == {"llr1": False, "llr2": True, "llr3": True}
    assert found.get("llr2").get("llr2_latency").value == pytest.approx(50, abs=3)  # type: ignore[union-attr]


def test_the_size_of_a_c_reflex_is_not_that_of_the_f_wave_before_it(criteria: JerkCriteria):
    alone, at = answered(5, {42.0: 20.0})
    after, when = answered(5, {24.0: 250.0, 42.0: 20.0})
    sizes = []
    for emg, stimuli in ((alone, at), (after, when)):
        found = measure_reflexes(emg, stimuli, criteria, contracted=False).get("c_reflex")
        assert found is not None and found.present
        sizes.append(found.get("c_reflex_amplitude").value)  # type: ignore[union-attr]
        assert found.get("c_reflex_latency").value == pytest.approx(42, abs=2)  # type: ignore[union-attr]
    assert sizes[1] == pytest.approx(sizes[0], rel=0.3)


def test_what_is_left_of_one_reflex_is_not_the_next(criteria: JerkCriteria):
    emg, at = answered(6, {36.0: 30.0}, n=100, rest=25.0)  # its second phase lies in the window of the next
    found = measure_reflexes(emg, at, criteria, contracted=True)
    assert {r.id: r.present for r in found.reflexes} == {"llr1": True, "llr2": False, "llr3": False}


def test_a_window_that_an_earlier_answer_covers_cannot_be_judged(criteria: JerkCriteria):
    emg, at = answered(7, {})
    slow = np.zeros(len(emg.samples))
    for stimulus in at:
        first = round((stimulus + 0.010) * RATE)
        slow[first : first + 500] = 200 * np.exp(-np.arange(500) / (0.03 * RATE))
    artefact = Channel("APB", "emg", "uV", RATE, (emg.samples + slow).astype(np.float32))
    assert measure_reflexes(artefact, at, criteria, contracted=False).get("c_reflex").present is None  # type: ignore[union-attr]


@pytest.mark.whole
def test_muscle_noise_answers_no_more_often_than_said(criteria: JerkCriteria):
    answers = 0
    for seed in range(8):
        emg, at = answered(50 + seed, {}, n=50)
        answers += measure_reflexes(emg, at, criteria, contracted=False).get("c_reflex").present is True  # type: ignore[union-attr]
    assert answers <= 1


@pytest.mark.parametrize(("size", "giant"), [(3.0, False), (15.0, True)])
def test_a_sensory_potential_is_giant_only_beyond_the_limit(criteria: JerkCriteria, size: float, giant: bool):
    rng = np.random.default_rng(4)
    at = 1.0 + np.arange(300) * 0.7
    data = eeg_of(rng, 220.0, RATE, channels=2, size=6.0)
    for ms, sign in ((20, -0.4), (26, 0.6), (34, -0.6)):
        add_wave(data[1], at, RATE, ms, 2.0, sign * size)
    found = measure_sensory(eeg_channels(data, RATE), at, criteria)
    assert found.giant is giant
    assert found.channel == "E1"
    assert found.measurements[0].value == pytest.approx(size, rel=0.3)


def test_noise_alone_is_no_giant_potential_and_few_stimuli_say_nothing(criteria: JerkCriteria):
    rng = np.random.default_rng(4)
    data = eeg_channels(eeg_of(rng, 60.0, RATE, channels=2, size=40.0), RATE)
    assert measure_sensory(data, 1.0 + np.arange(55.0), criteria).giant is None
    assert measure_sensory(data, np.arange(1.0, 9.0), criteria).giant is None

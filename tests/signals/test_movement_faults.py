"""Faulty signals of movement: nothing is found in them, nothing is denied by them, and nothing breaks."""

from collections.abc import Callable

import numpy as np
import pytest
from tests.signals.movement import noise, sensor

from myognosis.findings.criteria import jerk_criteria, tremor_criteria
from myognosis.knowledge import Knowledge
from myognosis.model.recording import Channel, Kind
from myognosis.signals import jerks as j
from myognosis.signals import tremor as t
from myognosis.signals.coherence import measure_coherence

Array = np.ndarray
N, RATE = 20000, 1000.0
GOOD = np.random.default_rng(0).normal(size=N) * 5

FAULTS: dict[str, Callable[[], Array]] = {
    "all missing": lambda: np.full(N, np.nan),
    "flat": lambda: np.zeros(N),
    "no sample": lambda: np.zeros(0),
    "one sample": lambda: np.ones(1),
    "half a second": lambda: GOOD[:500],
    "half missing": lambda: np.where(np.arange(N) < N // 2, np.nan, GOOD),
    "not finite": lambda: np.where(np.arange(N) == 7, np.inf, GOOD),
    "far too large": lambda: GOOD * 1e9,
    "far too small": lambda: GOOD * 1e-9,
    "one spike": lambda: np.where(np.arange(N) == N // 2, 1e7, 0.0),
}


def channel(samples: Array, kind: Kind, rate: float = RATE) -> Channel:
    unit = {"emg": "uV", "eeg": "uV", "accelerometer": "m/s2"}[kind]
    return Channel(kind, kind, unit, rate, samples.astype(np.float32))  # type: ignore[arg-type]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_muscle_jerks_lapses_and_answers_nothing(knowledge: Knowledge, fault: str):
    criteria, emg = jerk_criteria(knowledge), channel(FAULTS[fault](), "emg")
    assert len(j.find_jerks((emg,), criteria).bursts) <= 1
    assert not j.find_lapses(emg, criteria).lapses
    found = j.measure_reflexes(emg, np.arange(1.0, 19.0), criteria, contracted=True)
    assert not any(reflex.present for reflex in found.reflexes)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_eeg_holds_no_potential(knowledge: Knowledge, fault: str):
    criteria, eeg = jerk_criteria(knowledge), channel(FAULTS[fault](), "eeg")
    assert not j.average_back((eeg, channel(GOOD, "eeg")), np.arange(1.0, 19.0, 0.4), criteria).present
    assert not j.measure_sensory((eeg,), np.arange(1.0, 19.0, 0.3), criteria).giant


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_sensor_shakes_with_nothing_and_is_to_be_recorded_again(knowledge: Knowledge, fault: str):
    criteria = tremor_criteria(knowledge)
    rng = np.random.default_rng(1)
    axes = tuple(channel(FAULTS[fault]()[:3000], "accelerometer", 100.0) for _ in range(3))
    whole = sensor(rng, 0 * noise(rng, 3000))
    assert measure_coherence(axes, whole).significant is not True
    task = t.judge_tapping(t.measure_tremor(whole), t.measure_tapping(axes, whole, 4.0, criteria), criteria)
    assert task.present("entrained") is not True
    if fault not in ("not finite",):  # one missing sample is no reason
        assert t.check_take(axes, "phone", criteria)

"""Where a picture looks closely."""

import numpy as np
import pytest

from myognosis.model.recording import Channel
from myognosis.model.truth import DISCHARGES, SOURCES, Happening, Spikes, Truth
from myognosis.simulate.output.places import closer


def looked(asked_s: list[float]) -> float:
    """Where a picture looks if two fasciculations stand in the EMG, the first the higher, and a person contracts at some times."""
    samples = np.zeros(4000, np.float32)
    samples[1000], samples[3000] = 9.0, 5.0
    times, code = np.array([*asked_s, 1.0, 3.0]), [SOURCES.index("voluntary")] * len(asked_s) + [SOURCES.index("axon")] * 2
    order = np.argsort(times)
    spikes = Spikes(times[order], np.zeros(len(times), np.int32), np.array(code, np.uint8)[order], np.zeros(len(times), np.uint8))
    events = tuple(Happening(at, 0.0, "fasciculation", "agonist", 0) for at in (1.0, 3.0))
    truth = Truth("mine", 1, 4.0, (), spikes, (), events, {})
    place = closer(truth, (Channel("EMG", "emg", "uV", 1000.0, samples),), (0.0, 4.0))
    return (place.start_s + place.stop_s) / 2


@pytest.mark.parametrize(("asked", "where"), [([], 1.0), ([0.99, 1.02], 3.0), ([1.0, 3.01], 1.0), ([0.5, 2.0], 1.0)])
def test_it_looks_at_the_highest_event_that_no_contraction_hides(asked: list[float], where: float):
    assert looked(asked) == pytest.approx(where)


def test_where_shocks_are_given_it_looks_at_an_answer_and_the_late_waves_after_it_whatever_else_fires():
    samples = np.zeros(4000, np.float32)
    samples[1000], samples[3000] = 9.0, 5.0
    spikes = Spikes(
        np.array([1.0, 3.0, 3.004]), np.zeros(3, np.int32), np.zeros(3, np.uint8),
        np.array([DISCHARGES.index(name) for name in ("myokymic", "m_wave", "m_wave")], np.uint8),
    )  # fmt: skip
    events = (Happening(1.0, 0.1, "myokymic", "agonist", 0),)
    truth = Truth("mine", 1, 4.0, (), spikes, (), events, {})
    place = closer(truth, (Channel("EMG", "emg", "uV", 1000.0, samples),), (0.0, 4.0))
    assert 2.95 < place.start_s < 3.0 and 3.06 < place.stop_s < 3.15

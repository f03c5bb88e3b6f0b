"""What a unit shows of a spike that comes soon after others."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from myognosis.simulate.electrode.potentials import Potentials
from myognosis.simulate.electrode.synthesis import answers, sum_potentials

ONE = np.zeros(1, np.int32)


def train(rate_hz: float, n: int) -> np.ndarray:
    return answers(np.arange(n) / rate_hz, np.repeat(ONE, n))


def test_potentials_wane_within_a_neuromyotonic_burst_and_are_back_after_some_seconds():
    burst = train(220.0, 120)
    assert np.all(np.diff(burst) <= 0) and 0.3 < burst[-1] < 0.6
    later = answers(np.concatenate([np.arange(120) / 220, [0.6 + 5.0]]), np.repeat(ONE, 121))
    assert later[-1] > 0.99


@pytest.mark.parametrize("rate_hz", [5.0, 12.0, 30.0])
def test_potentials_of_a_voluntary_contraction_stay_as_large_as_they_are(rate_hz: float):
    assert train(rate_hz, 300).min() > 0.985


@given(st.lists(st.floats(0.003, 2.0), min_size=1, max_size=30))
def test_a_unit_never_shows_less_than_nothing_nor_more_than_itself_and_others_do_not_matter(gaps: list[float]):
    times = np.cumsum(gaps)
    alone = answers(times, np.repeat(ONE, len(times)))
    assert alone.min() > 0 and alone.max() <= 1.0
    both = answers(np.repeat(times, 2), np.tile([0, 1], len(times)).astype(np.int32))
    assert np.array_equal(both[::2], alone) and np.array_equal(both[1::2], alone)


def test_what_a_spike_keeps_is_what_the_channel_shows():
    shapes = Potentials(np.ones((1, 1, 4, 1), np.float32), 1000.0, 0.0)
    shown = sum_potentials(np.array([0.01, 0.05]), np.zeros(2, np.int32), shapes, 0.1, np.array([1.0, 0.25]))[:, 0]
    assert shown[11] == 1.0 and shown[51] == 0.25 and shown.sum() == pytest.approx(5.0)

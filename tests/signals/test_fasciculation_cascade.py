from itertools import pairwise

import numpy as np
import pytest
from scipy.signal import butter, iirnotch, sosfilt

from myognosis.signals.fasciculation.cascade import filtered, normalised

RATE = 2048.0


def sections(lines: int) -> np.ndarray:
    band = [butter(2, 20.0, "highpass", fs=RATE, output="sos"), butter(2, 450.0, "lowpass", fs=RATE, output="sos")]
    return np.concatenate([*band, *(np.concatenate(iirnotch(50.0 * k, 25.0 * k, fs=RATE))[None] for k in range(1, lines + 1))])


def run(x: np.ndarray, sos: np.ndarray, step: int, parts: tuple[int, ...] = ()) -> np.ndarray:
    state, out = np.zeros((len(sos), 2, x.shape[1]), np.float32), np.empty(x.shape, np.float32)
    bounds = (0, *parts, len(x))
    pieces = list(pairwise(bounds))[::step]
    for first, last in pieces:
        filtered(x[first:last], x[0].copy(), normalised(sos[:, [0, 1, 2, 4, 5]]), state, step, out[first:last])
    return out


@pytest.mark.parametrize("lines", range(9))
def test_any_number_of_channels_is_filtered_through_any_number_of_lines_as_scipy_does_it(lines: int):
    x = np.random.default_rng(lines).normal(100, 20, (500, 23)).astype(np.float32)
    sos = sections(lines)
    for step in (1, -1):
        expected = sosfilt(sos, x.astype(float)[::step] - x[0].astype(float), axis=0)[::step]
        assert np.abs(run(x, sos, step) - expected).max() < 2e-5 * np.abs(expected).max()


@pytest.mark.parametrize("lines", [0, 2, 3, 6])
def test_a_channel_is_filtered_alike_to_the_bit_whatever_lies_beside_it_and_in_whatever_pieces(lines: int):
    x = np.random.default_rng(lines).normal(0, 20, (500, 23)).astype(np.float32)
    sos = sections(lines)
    for step in (1, -1):
        whole = run(x, sos, step)
        assert np.array_equal(run(x, sos, step, (1, 64, 301)), whole)
        for first, last in ((0, 1), (3, 7), (20, 23), (5, 21)):
            assert np.array_equal(run(x[:, first:last].copy(), sos, step), whole[:, first:last])


def test_samples_that_do_not_lie_one_after_the_other_are_refused():
    x, sos = np.zeros((50, 8), np.float32), sections(1)
    part = x[:, ::2]
    with pytest.raises(ValueError, match="one after the other"):  # not compiled for such samples too, only to refuse them
        filtered.py_func(part, part[0], normalised(sos[:, [0, 1, 2, 4, 5]]), np.zeros((3, 2, 4), np.float32), 1, part.copy())

"""Two potentials of one unit soon after one another are two, even where it never fires but in pairs; one is never made two."""

import tracemalloc

import numpy as np
import pytest
from tests.signals.made_needle import AT_REST

from myognosis.model.recording import Channel
from myognosis.signals.fasciculation import Fasciculations, find_fasciculations
from myognosis.signals.fasciculation.doublets import SIZES, first_of_pair

pytest.importorskip("scipy")
RATE = 2048.0
FRAMES, CHANNELS = 46, 8


def potential(at_ms: float, width_ms: float = 1.6) -> np.ndarray:
    """A shape of three phases that runs over the channels, a frame a millisecond."""
    t = np.arange(FRAMES)[:, None] - at_ms - 0.5 * np.arange(CHANNELS)
    return np.asarray((1 - (t / width_ms) ** 2) * np.exp(-((t / width_ms) ** 2) / 2), np.float32)


@pytest.mark.parametrize("lag_ms", [5.0, 8.4, 12.0, 19.0])
@pytest.mark.parametrize("size", [0.85, 1.0])
def test_a_pair_is_taken_apart_into_the_potential_and_its_copy(lag_ms: float, size: float):
    first = first_of_pair(potential(12) + size * potential(12 + lag_ms), 30, 1000.0)
    assert first is not None
    like = np.correlate(first[:, 0], potential(20)[:, 0], "full").max()
    assert like > 0.9 * np.linalg.norm(first[:, 0]) * np.linalg.norm(potential(20)[:, 0])


@pytest.mark.parametrize("width_ms", [1.2, 2.0, 3.0])
def test_one_potential_is_no_pair_nor_are_two_of_other_units(width_ms: float):
    assert first_of_pair(potential(20, width_ms), 30, 1000.0) is None
    other = potential(30)[:, ::-1] * np.linspace(-1, 1, CHANNELS, dtype=np.float32)
    assert first_of_pair(potential(15) + other, 30, 1000.0) is None


@pytest.mark.parametrize(("jitter_ms", "is_pair"), [(0.3, True), (0.0, False)])
def test_a_close_pair_is_told_from_a_long_potential_by_its_interval_that_varies(jitter_ms: float, is_pair: bool):
    """The halves of one potential keep their distance, however much they look alike."""
    rng = np.random.default_rng(4)
    snippets = np.array([potential(20, 1.2) + potential(24 + rng.normal(0, jitter_ms), 1.2) for _ in range(20)]) * np.float32(20)
    snippets += rng.normal(0, 1, snippets.shape).astype(np.float32)
    first = first_of_pair(snippets.mean(axis=0), 30, 1024.0, (snippets, 1.0))
    assert (first is not None) == is_pair


def pairs(lag_s: float, n: int = 20, seconds: int = 32, varies_s: float = 0.0, width_ms: float = 1.5) -> Fasciculations:
    """A unit that fires in pairs alone; once where there is no lag."""
    rng = np.random.default_rng(3)
    x = rng.normal(0, 5, round(seconds * RATE))
    t = (np.arange(24) - 12) / RATE * 1000
    shape = 130 * (1 - (t / width_ms) ** 2) * np.exp(-((t / width_ms) ** 2) / 2)
    for second in np.linspace(1, seconds - 2, n):
        for start in (second, second + lag_s + rng.normal(0, varies_s)) if lag_s else (second,):
            x[round(start * RATE) : round(start * RATE) + len(shape)] += shape
    return find_fasciculations((Channel("EMG", "emg", "uV", RATE, x.astype(np.float32)),), AT_REST)


@pytest.mark.parametrize(("lag_s", "varies_s", "width_ms"), [(0.004, 0.0003, 1.0), (0.005, 0.0, 1.5), (0.012, 0.0, 1.5)])
def test_a_unit_that_fires_in_pairs_alone_is_told_as_doublets(lag_s: float, varies_s: float, width_ms: float):
    found = pairs(lag_s, varies_s=varies_s, width_ms=width_ms)
    assert len(found.events) == 40
    assert found.value("fasciculation_doublets") == 1.0
    assert found.value("fasciculation_doublet_interval") == pytest.approx(1000 * lag_s, abs=0.6)
    assert found.value("fasciculation_units") == 1


def test_a_unit_that_fires_once_makes_no_doublets():
    found = pairs(0.0)
    assert len(found.events) == 20
    assert found.value("fasciculation_doublets") == 0.0


def test_what_is_kept_to_know_pairs_is_no_larger_than_what_tells_their_cost():
    """A form for each lag from 4 to 20 ms and each size; what gives the potential is as large again, and needed for one of them."""
    frames, lags = 37, 33  # frames of no other test: what was kept for these is not counted
    tracemalloc.start()
    try:
        first_of_pair(np.outer(np.hanning(frames), np.ones(4)).astype(np.float32), 30, 1000.0)
        kept = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert kept < 1.1 * 8 * lags * len(SIZES) * (2 * frames) ** 2

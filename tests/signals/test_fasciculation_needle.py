"""Potentials under a needle are found in a narrow band and measured in a wide one."""

from dataclasses import replace

import numpy as np
import pytest
from tests.signals.made_needle import AT_REST

from myognosis.model.recording import Channel
from myognosis.signals.fasciculation import NEEDLE_HZ, find_fasciculations
from myognosis.signals.fasciculation.events import Event
from myognosis.signals.fasciculation.towering import least_towering

pytest.importorskip("scipy")
RATE, SIZE = 10_000.0, 400.0


def needle() -> tuple[Channel, ...]:
    """Ten seconds with a sharp potential of 400 uV (its spike lasts under a millisecond), nine times."""
    samples = np.random.default_rng(1).normal(0, 4, int(10 * RATE))
    t = (np.arange(200) - 100) / RATE
    sharp = np.diff(np.exp(-((t / 0.0004) ** 2)))
    for second in range(9):
        first = int((second + 0.5 + 0.01 * second) * RATE)
        samples[first : first + len(sharp)] += SIZE * sharp / np.ptp(sharp)
    return (Channel("needle", "emg", "uV", RATE, samples.astype(np.float32)),)


def test_the_size_under_a_needle_is_that_of_the_wide_band():
    narrow = AT_REST
    found = find_fasciculations(needle(), replace(narrow, measured_hz=NEEDLE_HZ))
    assert len(found.events) == 9
    assert found.value("fasciculation_amplitude") == pytest.approx(SIZE, rel=0.08)
    assert found.units[0].amplitude_uv == pytest.approx(SIZE, rel=0.08)
    assert found.units[0].rate_hz == RATE
    assert found.value("fasciculation_duration") < 4
    before = find_fasciculations(needle(), narrow)
    assert [e.time_s for e in before.events] == [e.time_s for e in found.events]
    assert before.value("fasciculation_amplitude") < 0.7 * SIZE


def test_a_slow_file_is_measured_in_the_band_in_which_potentials_are_found():
    wide = replace(AT_REST, measured_hz=NEEDLE_HZ)
    assert wide.sizes_hz(1000.0) == wide.band_hz
    assert wide.sizes_hz(10_000.0) == (20.0, 4500.0)
    assert wide.sizes_hz(48_000.0) == NEEDLE_HZ


def sized(*sizes: float) -> list[Event]:
    return [Event(float(k), size, 10.0, "needle") for k, size in enumerate(sizes)]


def test_only_what_towers_above_the_potentials_that_fire_without_end_is_counted():
    small, large = sized(*np.linspace(30, 90, 30)), sized(900, 950)
    assert least_towering([*small, *large], [], 4.0) == 900
    assert least_towering(small, [], 4.0) is None
    assert least_towering([*sized(10, 12), *sized(*[900.0] * 8)], [], 4.0) is None
    assert least_towering(large, small, 4.0) == pytest.approx(4 * 87, rel=0.02)
    assert least_towering([*small, *large], [], None) is None
    assert least_towering([], [], 4.0) is None

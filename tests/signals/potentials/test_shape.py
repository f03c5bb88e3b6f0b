"""The shape of one potential: measured as defined, whatever the gain and the place in the window."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from myognosis.signals.potentials.shape import count_turns, measure_potential

RATE = 10_000.0
T_MS = np.arange(0, 40, 0.1)


def wave(*deflections: tuple[float, float, float]) -> np.ndarray:
    """Half sines: start, length in ms, size."""
    out = np.zeros(len(T_MS))
    for start, length, size in deflections:
        inside = (start <= T_MS) & (start + length > T_MS)
        out[inside] += size * np.sin(np.pi * (T_MS[inside] - start) / length)
    return out


TRIPHASIC = wave((15, 2, -200.0), (17, 3, 500.0), (20, 4, -150.0))


def test_a_known_shape_has_its_known_measures():
    found = measure_potential(TRIPHASIC, RATE, 0.0, 185)
    assert found.amplitude_uv == pytest.approx(700, rel=0.01)
    assert found.duration_ms == pytest.approx(9, abs=0.4)
    assert (found.phases, found.turns) == (3, 3)
    area = 2 / np.pi * (2 * 200 + 3 * 500 + 4 * 150)
    assert found.area_uv_ms == pytest.approx(area, rel=0.01)
    assert found.thickness_ms == pytest.approx(area / 700, rel=0.02)
    assert found.size_index == pytest.approx(2 * np.log10(0.7) + area / 700, abs=0.03)
    assert not found.first_negative


@settings(max_examples=20)
@given(gain=st.floats(0.5, 50.0), shift=st.integers(-60, 60))
def test_gain_scales_sizes_and_leaves_form_alone(gain: float, shift: int):
    plain = measure_potential(TRIPHASIC, RATE, 0.0, 185)
    moved = measure_potential(np.roll(TRIPHASIC, shift) * gain, RATE, 0.0, 185 + shift)
    assert moved.amplitude_uv == pytest.approx(plain.amplitude_uv * gain)
    assert (moved.duration_ms, moved.phases) == (pytest.approx(plain.duration_ms), plain.phases)
    assert moved.thickness_ms == pytest.approx(plain.thickness_ms)


def test_a_satellite_is_no_part_of_the_potential():
    apart = measure_potential(TRIPHASIC + wave((30, 2, 100.0)), RATE, 0.0, 185)
    assert apart.duration_ms == pytest.approx(9, abs=0.4)


def test_a_positive_wave_has_its_largest_deflection_first_and_a_long_tail():
    found = measure_potential(wave((15, 2, -300.0), (17, 12, 60.0)), RATE, 0.0, 158)
    assert (found.first_share, found.phases) == (1.0, 2)
    assert found.tail_ratio == pytest.approx(6, abs=0.8)


def test_turns_count_only_what_is_large_enough():
    ripple = TRIPHASIC + 4 * np.sin(T_MS * 20)
    assert count_turns(ripple, 50.0) == 3
    assert count_turns(np.zeros(50), 1.0) == 0


def test_silence_has_no_size():
    assert measure_potential(np.zeros(400), RATE, 1.0, 200).amplitude_uv == 0

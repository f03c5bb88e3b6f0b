"""The action potential of a muscle fibre as its published formula has it."""

import numpy as np
import pytest

from myognosis.simulate.electrode.fibre import FRONT_MM, slope_of_front, source_strength

X = np.linspace(0.0, 40.0, 40_001)
INSIDE = 96.0 * X**3 * np.exp(-X) - 90.0
"""Rosenfalck 1969, in mV at so many mm behind the front."""


def test_the_wave_is_the_slope_of_rosenfalcks_potential():
    assert slope_of_front(X) == pytest.approx(-np.gradient(INSIDE, X), abs=0.05)
    assert not slope_of_front(np.array([-5.0, -0.1])).any()  # nothing has come yet


def test_the_potential_goes_from_rest_over_zero_and_back():
    assert INSIDE.max() == pytest.approx(39.0, abs=0.1) and X[INSIDE.argmax()] == pytest.approx(3.0)
    assert slope_of_front(np.array([3.0])) == pytest.approx(0.0)
    assert slope_of_front(X).sum() * (X[1] - X[0]) == pytest.approx(0.0, abs=0.1)


def test_behind_the_front_it_has_returned_to_rest():
    at = np.searchsorted(X, FRONT_MM)
    assert INSIDE[at] + 90 < 0.0005 * np.ptp(INSIDE) < INSIDE[at - 1000] + 90


def test_a_thicker_fibre_is_stronger_by_its_cross_section():
    assert source_strength(55.0) == pytest.approx(1.01 * np.pi * (27.5e-6) ** 2)
    assert source_strength(110.0) == pytest.approx(4 * source_strength(55.0))

"""How fast an impulse travels along a myelinated fibre."""

import math

import numpy as np
import pytest

from myognosis.simulate.axon import AxonError
from myognosis.simulate.axon.cable import conduction_m_s, geometry
from myognosis.simulate.axon.cable.fibre import BODY


@pytest.fixture(scope="module")
def normal():
    return conduction_m_s(10.0, step_ms=0.0025)


def test_the_published_fibre_conducts_as_it_converges(normal):
    assert normal == pytest.approx(56.24, rel=0.003)


def test_without_a_step_the_velocity_is_that_of_a_general_solver():
    assert conduction_m_s(10.0) == pytest.approx(56.2298, rel=2e-5)  # LSODA at 1e-10: benchmarks/axon_referee.py


def test_the_step_is_second_order_and_backward_euler_is_not(normal):
    coarse, fine = conduction_m_s(10.0, step_ms=0.01), conduction_m_s(10.0, step_ms=0.005)
    assert 3.0 < (coarse - 56.24) / (fine - 56.24) < 5.0
    assert conduction_m_s(10.0, step_ms=0.005, backward_euler=True) < 0.93 * normal


def test_cold_and_lost_myelin_slow_and_then_block(normal):
    cold = conduction_m_s(10.0, state=BODY.changed(temperature_c=30.0), step_ms=0.005)
    thin = conduction_m_s(10.0, shape=geometry(10.0, myelin=0.3), step_ms=0.005)
    assert cold < normal
    assert thin < normal
    assert math.isnan(conduction_m_s(10.0, shape=geometry(10.0, myelin=0.02, gap_factor=20.0), step_ms=0.005))


def test_thicker_fibres_are_faster():
    found = [conduction_m_s(d, step_ms=0.005) for d in (5.7, 8.7, 14.0)]
    assert np.all(np.diff(found) > 0.0)


@pytest.mark.parametrize("wrong", [{"fibre_um": 30.0}, {"fibre_um": 10.0, "myelin": 0.0}, {"fibre_um": 3.0, "model": "gaines"}])
def test_impossible_geometry_is_refused_with_the_range(wrong):
    with pytest.raises(AxonError, match="from"):
        geometry(**wrong)


def test_a_step_beyond_what_is_exact_is_refused():
    with pytest.raises(AxonError, match="step_ms"):
        conduction_m_s(10.0, step_ms=0.1)

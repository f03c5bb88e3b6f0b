"""How fast an impulse travels along a myelinated fibre."""

import math

import numpy as np
import pytest

from myognosis.simulate.axon import AxonError
from myognosis.simulate.axon.cable import conduction_m_s, geometry
from myognosis.simulate.axon.cable import kernels as k
from myognosis.simulate.axon.cable.fibre import BODY, build, resting, travel


@pytest.fixture(scope="module")
def normal():
    return conduction_m_s(10.0, step_ms=0.0025)


@pytest.mark.whole
def test_the_published_fibre_conducts_as_it_converges(normal):
    assert normal == pytest.approx(56.24, rel=0.003)


@pytest.mark.whole
def test_without_a_step_the_velocity_is_that_of_a_general_solver():
    assert conduction_m_s(10.0) == pytest.approx(56.2298, rel=2e-5)  # LSODA at 1e-10: benchmarks/axon_referee.py


@pytest.mark.parametrize(("model", "velocity"), [("gaines", 51.818), ("gaines_sensory", 54.511)])
def test_the_motor_and_the_sensory_fibre_of_the_median_nerve_conduct_as_in_neuron(model, velocity):
    assert conduction_m_s(10.0, model, step_ms=0.0025) == pytest.approx(velocity, rel=0.004)  # the rest is the step's


@pytest.mark.parametrize("model", ["mrg", "gaines", "gaines_sensory"])
def test_a_fibre_begins_where_its_equations_rest(model):
    fibre = build(geometry(10.0, model), model, 11, BODY)
    before = resting(fibre)
    after = before.copy()
    k.run(fibre.rows, fibre.shared, fibre.is_node, fibre.is_active, after, np.zeros(16), 0.1, 0.01, 1000, False, 0.0,
          np.array([0]), np.full((1, 16), 1e9), np.full((1, 16), -1.0))  # fmt: skip
    inside = [w.reshape(-1, k.N_STATES, k.LANES)[:, k.VI] for w in (before, after)]
    assert np.abs(inside[1] - inside[0]).max() < 1.0


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


def test_a_fibre_that_leaves_what_is_possible_stops_and_says_when():
    fibre = build(geometry(10.0), "mrg", 5, BODY)
    with pytest.raises(AxonError, match=r"diverged 0\.\d+ ms after its start"):
        travel(fibre, np.full(k.LANES, 1e7), 1.0, 0.01)

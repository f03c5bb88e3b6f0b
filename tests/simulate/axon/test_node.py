"""Single membranes against an independent simulator and a general solver."""

import math

import numpy as np
import pytest

from myognosis.simulate.axon import AxonError
from myognosis.simulate.axon.node import spikes_of


def squid(_, y):
    v, m, h, n = y
    am, an = 0.1 * (v + 40) / -math.expm1(-(v + 40) / 10), 0.01 * (v + 55) / -math.expm1(-(v + 55) / 10)
    bm, bn = 4 * math.exp(-(v + 65) / 18), 0.125 * math.exp(-(v + 65) / 80)
    ah, bh = 0.07 * math.exp(-(v + 65) / 20), 1 / (1 + math.exp(-(v + 35) / 10))
    current = 120 * m**3 * h * (v - 50) + 36 * n**4 * (v + 77) + 0.3 * (v + 54.3)
    return [10.0 - current, am * (1 - m) - bm * m, ah * (1 - h) - bh * h, an * (1 - n) - bn * n]


def test_spikes_agree_with_a_general_solver_within_a_microsecond():
    from scipy.integrate import solve_ivp

    am, an, ah, bh = 0.1 * 25 / math.expm1(2.5), 0.1 / math.expm1(1), 0.07, 1 / (1 + math.exp(3))
    rest = [-65.0, am / (am + 4), ah / (ah + bh), an / (an + 0.125)]
    passing = lambda _, y: y[0]  # noqa: E731
    passing.direction = 1
    judge = solve_ivp(squid, (0, 30), rest, "LSODA", rtol=1e-10, atol=1e-10, events=passing).t_events[0]
    [ours] = spikes_of("squid", [10.0], 30.0, step_ms=0.005, temperature_c=6.3)
    assert len(ours) == len(judge) == 2
    assert np.max(np.abs(ours - judge)) < 1e-3


def test_spikes_agree_with_neuron_within_a_microsecond_over_100_ms():
    neuron = pytest.importorskip("neuron")
    h = neuron.h
    h.load_file("stdrun.hoc")
    section = h.Section(name="patch")
    section.L = section.diam = 10.0
    section.insert("hh")
    h.usetable_hh = 0
    h.celsius = 6.3
    clamp = h.IClamp(section(0.5))
    clamp.delay, clamp.dur, clamp.amp = 0.0, 1e9, 10.0 * section(0.5).area() * 1e-5
    time, potential = h.Vector().record(h._ref_t), h.Vector().record(section(0.5)._ref_v)
    h.cvode_active(1)
    h.cvode.atol(1e-9)
    h.cvode.rtol(1e-9)
    h.cvode.maxstep(0.01)
    h.finitialize(-65.0)
    h.continuerun(100.0)
    h.cvode_active(0)
    t, v = np.array(time), np.array(potential)
    up = np.flatnonzero((v[:-1] < 0.0) & (v[1:] >= 0.0))
    theirs = t[up] - v[up] * (t[up + 1] - t[up]) / (v[up + 1] - v[up])
    [ours] = spikes_of("squid", [10.0], 100.0, step_ms=0.005, temperature_c=6.3)
    assert len(ours) == len(theirs) > 5
    assert np.max(np.abs(ours - theirs)) < 1e-3


def test_the_human_node_fires_once_to_a_short_pulse():
    pulses = spikes_of("human", [50.0, 3000.0], 20.0, step_ms=0.005, temperature_c=37.0, until_ms=0.1)
    assert [len(p) for p in pulses] == [0, 1]


def test_a_step_beyond_what_is_exact_is_refused():
    with pytest.raises(AxonError, match="step_ms"):
        spikes_of("squid", [10.0], 1.0, step_ms=1.0, temperature_c=6.3)

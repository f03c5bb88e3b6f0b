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


@pytest.mark.whole
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


def ratio(x, y):
    return x / math.expm1(x / y)


def frog(_, y):
    v, m, h, n, p = y
    u, z = v + 70.0, v / (8.314462618 * 293.15 / 96.48533212)
    drive = lambda inside, outside: 96485.33212 * (inside * -z / math.expm1(-z) - outside * z / math.expm1(z))  # noqa: E731
    current = (8e-3 * m * m * h + 0.54e-3 * p * p) * drive(13.74, 114.5) + 1.2e-3 * n * n * drive(120.0, 2.5) + 30.3 * (v + 69.74)
    up = 0.36 * ratio(22 - u, 3), 0.1 * ratio(u + 10, 6), 0.02 * ratio(35 - u, 10), 0.006 * ratio(40 - u, 10)
    down = 0.4 * ratio(u - 13, 20), 4.5 / (math.exp((45 - u) / 10) + 1), 0.05 * ratio(u - 10, 10), 0.09 * ratio(u + 25, 20)
    return [(1000.0 - current) / 2.0, *(a * (1 - x) - b * x for a, b, x in zip(up, down, (m, h, n, p), strict=True))]


def hennings(_, y):
    vn, vi, m, h, n, s, p, i = y
    phi = 8.314462618 * 310.15 / 96.48533212
    e_na, e_k, q_m, q_h, q_n = phi * math.log(144.2 / 9), phi * math.log(3 / 155), 2.2**1.7, 2.9**1.7, 3.0**1.7
    slow = lambda v: (q_n * 0.00122 * ratio(-12.5 - v, 16.9), q_n * 0.000739 * ratio(v + 80.1, 12.6))  # noqa: E731
    fast = lambda v: (1.86 * ratio(-18.4 - v, 10.3), 0.086 * ratio(v + 22.7, 9.16))  # noqa: E731
    node = (275.9 * m**3 * h + 7.08 * p**3) * (vn - e_na) + (4.17 * n**4 + 17.4 * s) * (vn - e_k) - 500.0 - (vi - vn) * 1e3 / 41
    inter = 87.0 * i * (vi - e_k) + 1.708 * (vi - e_na) + (vi - vn) * 1e3 / 41
    dn, di = np.linalg.solve([[0.2178 + 0.1716, -0.1716], [-0.1716, 379.0 + 0.1716]], [-node, -inter])
    rates = [
        [q_m * r for r in fast(vn)], (q_h * 0.0336 * ratio(vn + 111, 11), q_h * 2.3 / (1 + math.exp((-28.8 - vn) / 13.4))),
        (q_n * 0.00798 * ratio(-93.2 - vn, 1.1), q_n * 0.0142 * ratio(vn + 76, 10.5)), slow(vn),
        [0.5 * q_m * r for r in fast(vn + 20)], slow(vi),
    ]  # fmt: skip
    return [dn, di, *(a * (1 - x) - b * x for (a, b), x in zip(rates, y[2:], strict=True))]


@pytest.mark.whole
@pytest.mark.parametrize(("name", "slope", "rest", "current", "temperature", "first", "shift"), [
    ("frog", frog, [-70.0], 1000.0, 20.0, 1, 1e-3),
    ("hennings", hennings, [-83.5, -82.39], 500.0, 37.0, 2, 1e-2),  # its printed rest and leak are rounded
])  # fmt: skip
def test_published_nodes_fire_as_their_equations_say(name, slope, rest, current, temperature, first, shift):
    from scipy.integrate import solve_ivp

    gates = 4 if first == 1 else 6
    still = np.array(slope(0, [*rest, *[0.0] * gates])[first:])
    leaving = np.array(slope(0, [*rest, *[1.0] * gates])[first:])
    passing = lambda _, y: y[0]  # noqa: E731
    passing.direction = 1
    judge = solve_ivp(slope, (0, 1), [*rest, *still / (still - leaving)], "LSODA", rtol=1e-9, atol=1e-9, events=passing).t_events[0]
    [ours] = spikes_of(name, [current], 1.0, step_ms=0.001, temperature_c=temperature)
    assert len(ours) == len(judge) == 1
    assert ours[0] == pytest.approx(judge[0], abs=shift)


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


def test_a_run_that_diverges_stops_and_says_when():
    with pytest.raises(AxonError, match=r"diverged 2\.\d+ ms after its start"):
        spikes_of("squid", [10.0, 1e6], 20.0, step_ms=0.01, temperature_c=6.3, start_ms=2.0)
    with pytest.raises(AxonError, match="currents"):
        spikes_of("squid", [10.0, math.nan], 20.0, step_ms=0.01, temperature_c=6.3)

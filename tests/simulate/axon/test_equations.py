"""The equations of ``docs/axon.md`` written out once more, from an axon and its surroundings alone, against what is stepped.

Nothing here uses the numbers that the simulator prepares: permeabilities are driven by Goldman's law from concentrations, leaks and
pump are found by solving the two conditions of rest as linear equations.
"""

import dataclasses
from math import exp, expm1, log

import numpy as np
import pytest

from myognosis.simulate.axon import REST, AxonState, MotorAxon, SlowBalance, healthy_axon
from myognosis.simulate.axon import kernels as k
from myognosis.simulate.axon.firing import Block
from myognosis.simulate.axon.membrane import columns, lanes
from myognosis.simulate.axon.parameters import BOUNDS

NAMES = ("vn", "vi", "m", "h", "p", "nn", "sn", "ni", "si", "q", "u", "more")
SURROUNDINGS = [
    REST,
    AxonState(sodium_mm=125.0, sodium_in_mm=14.0, potassium_in_mm=130.0),
    AxonState(temperature_c=25.0, potassium_mm=6.5, calcium_mm=0.7, magnesium_mm=0.3, ph=7.6, under_mm=5.0, pump=0.5),
    AxonState(temperature_c=37.0, potassium_mm=2.5, fast_sodium=1.8, persistent_sodium=1.3, fast_potassium=0.4, slow_potassium=0.6,
              mixed=1.5, leak=1.4, sodium_in_mm=18.0),
]  # fmt: skip


def lin(x: float, scale: float) -> float:
    return scale * (x / -expm1(-x) if abs(x) > 1e-9 else 1.0)


def nernst(outside: float, inside: float, phi: float) -> float:
    return phi * log(outside / inside)


def rates(axon: MotorAxon, state: AxonState, x: dict[str, float]) -> dict[str, tuple[float, float]]:
    """Opening and closing of every gate, 1/ms."""
    warm = {gate: q ** ((state.temperature_c - at) / 10) for gate, q, at in
            (("m", 2.2, 20), ("h", 2.9, 20), ("k", 3.0, 20), ("q", 3.0, 36))}  # fmt: skip
    shift = 10 * log((state.calcium_mm + 0.7 * state.magnesium_mm + 0.4) / (1.2 + 0.7 * 0.55 + 0.4))
    v = x["vn"] - shift
    w = v - axon.nap_shift_mv

    def m(v: float) -> tuple[float, float]:
        return warm["m"] * lin((v + 18.4) / 10.3, 1.86 * 10.3), warm["m"] * lin((-22.7 - v) / 9.16, 0.086 * 9.16)

    def n(v: float) -> tuple[float, float]:
        return warm["k"] * lin((v + 93.2) / 1.1, 0.00798 * 1.1), warm["k"] * lin((-76 - v) / 10.5, 0.0142 * 10.5)

    def s(v: float) -> tuple[float, float]:
        slope, speed = axon.ks_slope_mv, warm["k"] * axon.ks_rate
        down = lin((-80.1 - v) / 21.8, 0.000739 * 21.8) * axon.ks_down
        return speed * lin((v + 12.5 - axon.ks_half_mv) / slope, 0.00122 * slope), speed * down

    speed = warm["h"] * axon.inactivation_rate
    far = (x["vi"] - 0.62 * shift - axon.h_half_mv) / 12.2
    up, down = m(w)
    return {
        "m": m(v), "h": (speed * lin((-111 - v) / 11, 0.0336 * 11), speed * 2.3 / (1 + exp((-28.8 - v) / 13.4))),
        "p": (0.5 * up, 0.5 * down), "nn": n(x["vn"] - 0.62 * shift), "sn": s(x["vn"] - 0.62 * shift),
        "ni": n(x["vi"] - 0.62 * shift), "si": s(x["vi"] - 0.62 * shift),
        "q": (warm["q"] * 0.00522 * exp(-far), warm["q"] * 0.00522 * exp(far)), "u": (slow_end(v), 1 - slow_end(v)),
    }  # fmt: skip


def slow_end(v: float) -> float:
    return 1 / (1 + exp((v + 66) / 9))


def channels(axon: MotorAxon, state: AxonState, x: dict[str, float], potassium: tuple[float, float]) -> dict[str, float]:
    """Currents through gated channels, pA, by constant fields; ``potassium`` is that around the node and under the myelin."""
    phi = state.thermal_mv
    persistent = axon.nap_share * state.persistent_sodium * exp(0.7 * (state.ph - 7.4)) * (x["p"] ** 3 + x["more"])
    na = axon.na_ns * ((1 - axon.nap_share) * state.fast_sodium * x["m"] ** 3 * x["h"] * x["u"] + persistent)
    z = x["vn"] / phi
    # the limiting conductance is P F Nao / phi in health: P F / phi is that over 144.2
    i_na = na / 144.2 * x["vn"] * (state.sodium_in_mm * exp(z) - state.sodium_mm) / expm1(z)

    def k_current(v: float, fast: float, slow: float, n: float, s: float, outside: float) -> float:
        field = (state.potassium_in_mm - outside * exp(-v / phi)) / (155.0 - 4.2 * exp(-v / phi))
        return (fast * state.fast_potassium * n**4 + slow * state.slow_potassium * s) * (v - nernst(4.2, 155.0, phi)) * field

    h = axon.h_ns * state.mixed * x["q"]
    return {
        "na": i_na, "kn": k_current(x["vn"], axon.kf_node_ns, axon.ks_node_ns, x["nn"], x["sn"], potassium[0]),
        "ki": k_current(x["vi"], axon.kf_internode_ns, axon.ks_internode_ns, x["ni"], x["si"], potassium[1]),
        "h_na": 0.243 * h * (x["vi"] - nernst(state.sodium_mm, state.sodium_in_mm, phi)),
        "h_k": 0.757 * h * (x["vi"] - nernst(potassium[1], state.potassium_in_mm, phi)),
    }  # fmt: skip


def at_rest(axon: MotorAxon, temperature_c: float) -> dict[str, float]:
    """Sodium's share of each leak and the pump, pA: currents sum to nothing, and three sodium go out for two potassium in."""
    health, v = AxonState(temperature_c=temperature_c), axon.rest_mv
    x = {"vn": v, "vi": v, "more": 0.0} | {name: a / (a + b) for name, (a, b) in rates(axon, health, {"vn": v, "vi": v}).items()}
    i = channels(axon, health, x, (4.2, 4.2))
    na, ek = v - health.sodium_mv, 0.25 * (v - health.potassium_mv)
    found = {"na": i["na"], "k": i["kn"] + i["ki"]}
    for place, leak, sodium, potassium in (
        ("n", axon.leak_node_ns, i["na"], i["kn"]), ("i", axon.leak_internode_ns, i["h_na"], i["ki"] + i["h_k"]),
    ):  # fmt: skip
        # unknown are the share and the pump; first row: sodium alone, three of it a turn; second: all currents
        a = np.array([[leak * na, 3.0], [leak * (na - ek), 1.0]])
        found["share_" + place], found["pump_" + place] = np.linalg.solve(a, [-sodium, -(sodium + potassium + leak * ek)])
    return found


def turnover(sodium: float, potassium: float) -> float:
    return sodium**2 / (sodium**2 + 100) * potassium / (potassium + 1.5) / (81 / 181 * 4.2 / 5.7)


def slopes(axon: MotorAxon, state: AxonState, x: dict[str, float], current: float) -> dict[str, float]:
    """What the documentation says of the rate at which everything fast changes, mV/ms and 1/ms."""
    around = (state.potassium_mm, state.potassium_mm + state.under_mm)
    i, rest = channels(axon, state, x, around), at_rest(axon, state.temperature_c)
    phi = state.thermal_mv
    na = nernst(state.sodium_mm, state.sodium_in_mm, phi)

    def more(place: str, v: float, leak: float, outside: float) -> float:
        share = rest["share_" + place]
        by_potassium = 0.25 * (v - nernst(outside, state.potassium_in_mm, phi)) + 0.75 * (v - axon.rest_mv)
        out = rest["pump_" + place] * state.pump * turnover(state.sodium_in_mm, outside)
        return leak * state.leak * (share * (v - na) + (1 - share) * by_potassium) + out

    node = i["na"] + i["kn"] + more("n", x["vn"], axon.leak_node_ns, around[0])
    inter = i["ki"] + i["h_na"] + i["h_k"] + more("i", x["vi"], axon.leak_internode_ns, around[1])
    across = axon.barrett_barrett_ns * (x["vi"] - x["vn"])
    cmy = axon.myelin_pf
    c = np.array([[axon.node_pf + cmy, -cmy], [-cmy, axon.internode_pf + cmy]])
    out = dict(zip(("vn", "vi"), np.linalg.solve(c, [current - node + across, -inter - across]), strict=True))
    return out | {name: a * (1 - x[name]) - b * x[name] for name, (a, b) in rates(axon, state, x).items() if name != "u"}


def anywhere(rng: np.random.Generator) -> tuple[MotorAxon, dict[str, float]]:
    """An axon with all its constants moved, at potentials and with gates as they are during a spike."""
    moved = {name: value * (1 + rng.uniform(-0.04, 0.04)) for name, value in dataclasses.asdict(healthy_axon()).items()}
    axon = MotorAxon(**{name: float(np.clip(value, *BOUNDS[name])) for name, value in moved.items()})
    gates = {name: rng.uniform(0.02, 0.98) for name in NAMES[2:-1]}
    return axon, {"vn": rng.uniform(-110, 40), "vi": rng.uniform(-110, -50)} | gates | {"more": rng.uniform(0.0, 0.02)}


@pytest.mark.parametrize("state", SURROUNDINGS)
def test_everything_fast_changes_as_the_documentation_says(state: AxonState):
    rng, dt = np.random.default_rng(4), 1e-7
    for _ in range(5):
        axon, x = anywhere(rng)
        block = lanes(columns([axon], state))[0]
        s = lanes(np.array([[x[name]] for name in NAMES]))[0]
        before = s.copy()
        k.step(block, s, np.full(k.LANES, 25.0), dt)
        ours = dict(zip(NAMES, ((s - before) / dt).reshape(-1, k.LANES)[:, 3], strict=True))
        for name, theirs in slopes(axon, state, x, 25.0).items():
            assert ours[name] == pytest.approx(theirs, rel=2e-3, abs=2e-4), name


@pytest.mark.parametrize("state", SURROUNDINGS)
def test_ions_near_the_node_and_slow_inactivation_change_as_the_documentation_says(state: AxonState):
    axon, x = anywhere(np.random.default_rng(6))
    slow = SlowBalance()
    block = Block([state] * k.LANES, axon, slow, 1, 0, 0.01)
    p, c = block.state_at(0.0)
    s = lanes(np.array([[x[name]] for name in NAMES]))[0]
    w, time = block.w.copy(), 1e-3
    near = {k.NA_IN: state.sodium_in_mm + 2.0, k.K_OUT: state.potassium_mm + 1.5}
    for row, value in near.items():
        w.reshape(-1, k.LANES)[row] = value
    k.slow_step(p, s.copy(), w, c, 1, 0.0)  # the membrane meets what is near the node
    k.sum_currents(p, s, w)
    before = s.copy(), w.copy()
    k.slow_step(p, s, w, c, 1, time)
    here = state.changed(sodium_in_mm=near[k.NA_IN], potassium_mm=near[k.K_OUT])
    around = (here.potassium_mm, here.potassium_mm + state.under_mm)
    i, rest = channels(axon, here, x, around), at_rest(axon, state.temperature_c)
    turned = [state.pump * turnover(near[k.NA_IN], potassium) for potassium in around]  # each half by the potassium where it is
    over = rest["pump_n"] * (turned[0] - 1) + rest["pump_i"] * (turned[1] - 1)
    charge = 96.48533212  # fC a mM in a cubic micrometre
    gain = {
        k.NA_IN: -(i["na"] - rest["na"] + 3 * over) / (charge * slow.sodium_um3) - 2.0 / 2000.0,
        k.K_OUT: (i["kn"] + i["ki"] - rest["k"] - 2 * over) / (charge * slow.potassium_um3) - 1.5 / 100.0,
    }
    for row, theirs in gain.items():
        assert (w - before[1]).reshape(-1, k.LANES)[row, 5] / time == pytest.approx(theirs, rel=1e-6)
    u = (s - before[0]).reshape(-1, k.LANES)[k.U, 5] / time
    shift = state.shift_mv
    assert u == pytest.approx((slow_end(x["vn"] - shift) - x["u"]) / 1000.0, rel=1e-6)

"""From ions and temperature to the numbers that are stepped: Nernst, surface charge, rest, Q10, and what an axon rests at."""

import math
from collections.abc import Callable

import numpy as np
import pytest

from myognosis.simulate.axon import BRANCH, REST, AxonError, AxonState, fire, healthy_axon
from myognosis.simulate.axon import kernels as k
from myognosis.simulate.axon.cable import conduction_m_s
from myognosis.simulate.axon.membrane import balance, columns, columns_of, constants_of, lanes, steady_gates
from myognosis.simulate.axon.node import spikes_of
from myognosis.simulate.axon.state import LIMITS, check_state

AXON = healthy_axon()
WARM = AxonState(temperature_c=37.0)


def test_health_is_ordinary_blood_at_the_warmth_of_the_recordings_with_all_its_channels():
    ions = {"sodium_mm": 144.2, "potassium_mm": 4.2, "calcium_mm": 1.2, "magnesium_mm": 0.55, "ph": 7.4, "sodium_in_mm": 9.0,
            "potassium_in_mm": 155.0, "temperature_c": 33.0}  # fmt: skip
    channels = ("pump", "fast_sodium", "persistent_sodium", "fast_potassium", "slow_potassium", "mixed", "leak", "noise")
    assert REST == AxonState() == AxonState(**ions, **dict.fromkeys(channels, 1.0))
    assert REST.changed(fast_sodium=1.8) == BRANCH


def test_ions_stand_at_their_nernst_potentials():
    assert WARM.thermal_mv == pytest.approx(26.73, abs=0.01)  # RT/F in a warm body
    assert WARM.sodium_mv == pytest.approx(26.73 * math.log(144.2 / 9.0), abs=0.05)
    assert WARM.potassium_mv == pytest.approx(26.73 * math.log(4.2 / 155.0), abs=0.05)
    assert REST.potassium_mv < AXON.rest_mv < 0.0 < REST.sodium_mv


def test_divalent_ions_shift_gates_by_the_published_anchors():
    """Hille, Woodhull and Shapiro 1975: 20 to 25 mV for a tenfold, 18 mV for none instead of two; magnesium is weaker."""
    only = [REST.changed(calcium_mm=c, magnesium_mm=0.0).shift_mv for c in (20.0, 200.0, 2.0, 0.0)]
    assert 20.0 < only[1] - only[0] < 25.0
    assert only[3] - only[2] == pytest.approx(-18.0, abs=0.2)
    assert REST.shift_mv == pytest.approx(0.0)
    more = REST.changed(magnesium_mm=1.55).shift_mv
    assert 0.0 < more < REST.changed(calcium_mm=2.2).shift_mv
    assert more == pytest.approx(REST.changed(calcium_mm=1.9).shift_mv)


def test_acid_shuts_persistent_sodium_and_alkali_opens_it_alike():
    acid, alkali = (REST.changed(ph=ph).persistent_by_ph for ph in (7.1, 7.7))
    assert acid * alkali == pytest.approx(1.0) and REST.persistent_by_ph == 1.0
    assert alkali == pytest.approx(1.2337, abs=1e-3)


def test_a_living_axon_is_bounded_as_it_was_thought_through():
    assert {
        "temperature_c": (10.0, 43.0), "sodium_mm": (90.0, 190.0), "potassium_mm": (1.0, 20.0), "calcium_mm": (0.1, 4.0),
        "magnesium_mm": (0.0, 8.0), "ph": (6.5, 8.0), "under_mm": (0.0, 20.0), "sodium_in_mm": (2.0, 60.0),
        "potassium_in_mm": (60.0, 200.0), "pump": (0.0, 2.0), "fast_sodium": (0.05, 3.0), "persistent_sodium": (0.0, 10.0),
        "leak": (0.1, 10.0), "noise": (0.0, 20.0),
        **dict.fromkeys(("fast_potassium", "slow_potassium", "mixed"), (0.0, 5.0)),
    } == LIMITS  # fmt: skip


@pytest.mark.parametrize(
    ("work", "said"),
    [
        (lambda: REST.changed(calcum_mm=0.9), "Did you mean 'calcium_mm'"),
        (lambda: AXON.changed(ks_nod_ns=40.0), "Did you mean 'ks_node_ns'"),
        (lambda: spikes_of("squib", [1.0], 1.0, step_ms=0.01, temperature_c=6.3), "Did you mean 'squid'"),
        (lambda: conduction_m_s(10.0, "mgr", step_ms=0.005), "What there is: gaines, gaines_sensory, mrg"),
        (lambda: fire(REST, 0.1, -1), r"run\.seed"),
    ],
)
def test_a_name_that_is_not_known_is_refused_with_the_near_miss(work: Callable[[], object], said: str):
    with pytest.raises(AxonError, match=said):
        work()


def test_every_limit_of_a_state_is_said_and_its_edges_are_allowed():
    check_state(AxonState(**{name: low for name, (low, _) in LIMITS.items()}))
    check_state(AxonState(**{name: high for name, (_, high) in LIMITS.items()}))
    with pytest.raises(AxonError) as caught:
        check_state(AxonState(**{name: high + 0.01 for name, (_, high) in LIMITS.items()}))
    assert {issue.where for issue in caught.value.issues} == {f"state.{name}" for name in LIMITS}


def at_rest(state: AxonState) -> tuple[np.ndarray, np.ndarray]:
    p = columns([AXON], state)
    v = np.array([AXON.rest_mv])
    return p, steady_gates(p, v, v)


def currents(p: np.ndarray, s: np.ndarray) -> dict[str, float]:
    """Each current at the resting potential by its own law, pA."""
    v = AXON.rest_mv
    z = v / p[k.PHI]
    open_na = p[k.GNAF] * s[k.M] ** 3 * s[k.H] * s[k.U] + p[k.GNAP] * s[k.P] ** 3
    found = {
        "sodium": open_na * v * (p[k.RATIO] * np.exp(z) - 1) / (np.exp(z) - 1),
        "potassium_n": (p[k.GKFN] * s[k.N_N] ** 4 + p[k.GKSN] * s[k.S_N]) * (v - p[k.EK]),
        "potassium_i": (p[k.GKFI] * s[k.N_I] ** 4 + p[k.GKSI] * s[k.S_I]) * (v - p[k.EK]),
        "leak_n": p[k.GLN] * (v - p[k.EL_N]), "leak_i": p[k.GLI] * (v - p[k.EL_I]),
        "h": p[k.GH] * s[k.Q] * (v - p[k.EH]), "pump_n": p[k.PUMP_N], "pump_i": p[k.PUMP_I],
    }  # fmt: skip
    return {name: float(row[0]) for name, row in found.items()}


@pytest.mark.parametrize("temperature", [25.0, 33.0, 37.0])
def test_at_the_resting_potential_the_currents_of_node_and_of_internode_sum_to_nothing(temperature: float):
    i = currents(*at_rest(REST.changed(temperature_c=temperature)))
    assert i["sodium"] + i["potassium_n"] + i["leak_n"] + i["pump_n"] == pytest.approx(0.0, abs=1e-9)
    assert i["potassium_i"] + i["leak_i"] + i["h"] + i["pump_i"] == pytest.approx(0.0, abs=1e-9)
    assert i["sodium"] < 0.0 < i["potassium_n"]


def test_the_pump_is_outward_and_carries_three_sodium_for_two_potassium():
    p, s = at_rest(REST)
    i, health = currents(p, s), balance(constants_of([AXON]), REST.temperature_c)
    v, na, kp = AXON.rest_mv, REST.sodium_mv, REST.potassium_mv
    for inward, outward, leak, share, pump in (
        (i["sodium"], i["potassium_n"], p[k.GLN], health.share_node, i["pump_n"]),
        (p[k.GH] * s[k.Q] * 0.243 * (v - na), i["potassium_i"] + p[k.GH] * s[k.Q] * 0.757 * (v - kp), p[k.GLI],
         health.share_internode, i["pump_i"]),
    ):  # fmt: skip
        sodium, potassium = inward + leak * share * (v - na), outward + leak * (1 - share) * (1 - health.share_chloride) * (v - kp)
        assert pump > 0.0
        assert float(np.ravel(sodium + 3 * pump)[0]) == pytest.approx(0.0, abs=1e-9)
        assert float(np.ravel(potassium - 2 * pump)[0]) == pytest.approx(0.0, abs=1e-9)
    assert (health.sodium_pa[0], health.potassium_pa[0]) == pytest.approx((i["sodium"], i["potassium_n"] + i["potassium_i"]))


def test_potassium_is_driven_as_a_constant_field_drives_it_and_in_health_by_its_distance_from_equilibrium():
    """Goldman, Hodgkin and Katz, written out: inside less outside times e^(-v/phi), over 1 - e^(-v/phi), times v."""
    phi, ek = REST.thermal_mv, REST.potassium_mv

    def goldman(v: float, outside: float) -> float:
        return v * (155.0 - outside * math.exp(-v / phi)) / -math.expm1(-v / phi)

    for v in (-120.0, -85.0, -60.0, 20.0):
        assert k.potassium_drive(v, ek, 1.0, phi)[0] == pytest.approx(v - ek)
        for outside in (2.5, 6.0, 12.0):
            found, slope = k.potassium_drive(v, ek, outside / 4.2, phi)
            assert found / (v - ek) == pytest.approx(goldman(v, outside) / goldman(v, 4.2))
            ahead, behind = (k.potassium_drive(v + step, ek, outside / 4.2, phi)[0] for step in (1e-3, -1e-3))
            assert slope == pytest.approx((ahead - behind) / 2e-3, rel=1e-5)
    assert k.potassium_drive(ek, ek, 2.0, phi)[0] == pytest.approx(phi * (1.0 - 2.0), rel=1e-6)


def test_of_a_leak_chloride_stays_where_it_was_when_potassium_changes():
    health, ill = columns([AXON]), columns([AXON], REST.changed(potassium_mm=8.4))
    known = balance(constants_of([AXON]), REST.temperature_c)
    moved = REST.thermal_mv * math.log(2.0)
    for row, share in ((k.EL_N, known.share_node), (k.EL_I, known.share_internode)):
        assert ill[row] - health[row] == pytest.approx((1.0 - share) * (1.0 - known.share_chloride) * moved)
    assert 0.0 < known.share_node[0] < 1.0 and 0.0 < known.share_internode[0] < 1.0
    assert ill[k.K_RATIO] == pytest.approx(2.0) and ill[k.EK] == health[k.EK] == pytest.approx(REST.potassium_mv)


def test_the_reversal_of_the_mixed_current_is_the_published_one():
    """-54.9 mV (Howells 2012) where sodium stands at 74.1 and potassium at -96.4 mV."""
    p = columns([AXON], REST)
    share = (p[k.EH][0] - REST.potassium_mv) / (REST.sodium_mv - REST.potassium_mv)
    assert share * 74.1 + (1 - share) * -96.4 == pytest.approx(-54.9, abs=0.1)


def test_ten_degrees_more_make_gates_faster_by_their_published_factors():
    cold, warm = (columns([AXON], REST.changed(temperature_c=t)) for t in (27.0, 37.0))
    ratio = {row: warm[row][0] / cold[row][0] for row in (k.Q_M, k.Q_H, k.Q_N, k.Q_S, k.Q_Q)}
    assert list(ratio.values()) == pytest.approx([2.2, 2.9, 3.0, 3.0, 3.0])
    printed = columns([AXON], REST.changed(temperature_c=20.0))
    assert [printed[row][0] for row in (k.Q_M, k.Q_N, k.Q_S)] == pytest.approx([1.0, 1.0, 1.0])
    assert printed[k.Q_H][0] == pytest.approx(AXON.inactivation_rate)
    assert columns([AXON], REST.changed(temperature_c=36.0))[k.Q_Q][0] == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("field", "rows"),
    [
        ("fast_sodium", [k.GNAF]), ("persistent_sodium", [k.GNAP]), ("slow_potassium", [k.GKSN, k.GKSI]),
        ("fast_potassium", [k.GKFN, k.GKFI]), ("leak", [k.GLN, k.GLI]), ("mixed", [k.GH]), ("pump", [k.PUMP_N, k.PUMP_I]),
    ],
)  # fmt: skip
def test_a_channel_at_half_is_half_there_and_nothing_else_changes(field: str, rows: list[int]):
    whole, half = columns([AXON]), columns([AXON], REST.changed(**{field: 0.5}))
    factor = np.ones(len(whole))
    factor[rows] = 0.5
    assert half[:, 0] == pytest.approx(factor * whole[:, 0])


def test_persistent_channels_are_a_share_of_all_sodium_channels():
    p = columns([AXON])
    assert p[k.GNAF][0] + p[k.GNAP][0] == pytest.approx(AXON.na_ns)
    assert p[k.GNAP][0] == pytest.approx(AXON.nap_share * AXON.na_ns)


def test_slow_inactivation_has_half_of_the_sodium_channels_at_minus_sixty_six():
    v = np.array([-66.0, -57.0, -84.0])
    open_ = steady_gates(np.repeat(columns([AXON]), 3, axis=1), v, v)[k.U]
    assert open_ == pytest.approx([0.5, 1 / (1 + math.e), 1 / (1 + math.e**-2)])


def test_divalent_ions_move_the_gates_of_potassium_by_less_than_those_of_sodium():
    p = columns([AXON], REST.changed(calcium_mm=0.7))
    assert p[k.SHIFT_NA][0] == pytest.approx(-2.9, abs=0.05)
    assert p[k.SHIFT_K][0] / p[k.SHIFT_NA][0] == pytest.approx(10.0 / (10.0 * math.log(5.0)), abs=0.01)  # of fivefold calcium


def test_the_kernel_leaves_gates_that_are_steady_where_they_are():
    for node, under in ((-95.0, -90.0), (AXON.rest_mv, AXON.rest_mv), (-40.0, -60.0)):
        p = columns([AXON], REST.changed(calcium_mm=0.9, temperature_c=30.0))
        s = steady_gates(p, np.array([node]), np.array([under]))
        block, now = lanes(p)[0], lanes(s)[0].copy()
        k.step(block, now, np.zeros(k.LANES), 0.05)
        now = columns_of(now[None], 1)
        now[[k.VN, k.VI]] = s[[k.VN, k.VI]]  # these move: the axon is held nowhere
        assert now == pytest.approx(s, abs=1e-7)


def test_the_pump_turns_as_at_rest_at_rest_and_faster_on_sodium_inside_and_potassium_outside():
    assert k.pump_factor(9.0, 4.2) == pytest.approx(1.0)
    assert k.pump_factor(1e6, 4.2) == pytest.approx(181 / 81, rel=1e-4)
    assert k.pump_factor(10.0, 1e9) / k.pump_factor(10.0, 1.5) == pytest.approx(2.0, rel=1e-6)
    assert k.pump_factor(10.0, 4.2) / k.pump_factor(1e6, 4.2) == pytest.approx(0.5, rel=1e-4)


def test_axons_in_blocks_come_back_in_their_order():
    values = np.arange(3 * 40.0).reshape(3, 40)
    assert lanes(values).shape == (3, 3 * k.LANES)
    assert np.array_equal(columns_of(lanes(values), 40), values)

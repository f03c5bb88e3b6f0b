"""A myelinated fibre's sizes, conductances and capacities, written out again by hand from the published tables."""

import math

import numpy as np
import pytest

from myognosis.simulate.axon import AxonError
from myognosis.simulate.axon.cable import conduction_m_s, geometry
from myognosis.simulate.axon.cable import kernels as k
from myognosis.simulate.axon.cable.fibre import BODY, Fibre, Geometry, build, travel

PUBLISHED = {  # McIntyre et al. 2002, table 1: axon, node, distance of nodes, juxtaparanode, lamellae
    5.7: (3.4, 1.9, 500, 35, 80), 7.3: (4.6, 2.4, 750, 38, 100), 8.7: (5.8, 2.8, 1000, 40, 110), 10.0: (6.9, 3.3, 1150, 46, 120),
    11.5: (8.1, 3.7, 1250, 50, 130), 12.8: (9.2, 4.2, 1350, 54, 135), 14.0: (10.4, 4.7, 1400, 56, 140),
    15.0: (11.5, 5.0, 1450, 58, 145), 16.0: (12.7, 5.5, 1500, 60, 150),
}  # fmt: skip


def rows(fibre: Fibre) -> np.ndarray:
    return fibre.rows.reshape(k.N_ROWS, -1)


def sizes(g: Geometry) -> tuple[float, ...]:
    return g.axon_um, g.node_um, g.internode_um, g.juxtaparanode_um, g.lamellae


@pytest.mark.parametrize("fibre_um", PUBLISHED)
def test_a_fibre_of_a_published_diameter_has_the_published_sizes(fibre_um):
    made = geometry(fibre_um)
    assert sizes(made) == pytest.approx(PUBLISHED[fibre_um])
    assert (made.fibre_um, made.paranode_um, made.gap_factor) == (fibre_um, made.node_um, 1.0)


def test_between_published_diameters_sizes_lie_between_and_thin_fibres_follow():
    assert sizes(geometry(9.35)) == pytest.approx(np.mean([PUBLISHED[8.7], PUBLISHED[10.0]], axis=0))
    assert sizes(geometry(1.0)) == pytest.approx((0.8, 0.7, 100, 5, 15)) and sizes(geometry(2.0)) == pytest.approx(
        (1.6, 1.4, 200, 10, 20)
    )


@pytest.mark.parametrize("model", ["gaines", "gaines_sensory"])
def test_the_fibres_of_gaines_have_sizes_by_their_formulas(model):
    made = geometry(10.0, model, myelin=0.5, gap_factor=3.0)
    assert sizes(made) == pytest.approx((6.9796, 3.3006, 1087.296, 45.401, 0.5 * 119), rel=1e-5)
    assert (made.paranode_um, made.gap_factor) == pytest.approx((3.3466, 3.0))


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ({"fibre_um": 1.0}, {"fibre_um": 0.99}), ({"fibre_um": 16.0}, {"fibre_um": 16.01}),
        ({"fibre_um": 5.7, "model": "gaines"}, {"fibre_um": 5.69, "model": "gaines"}),
        ({"fibre_um": 10.0, "myelin": 0.02}, {"fibre_um": 10.0, "myelin": 0.019}),
        ({"fibre_um": 10.0, "myelin": 1.0}, {"fibre_um": 10.0, "myelin": 1.01}),
        ({"fibre_um": 10.0, "gap_factor": 20.0}, {"fibre_um": 10.0, "gap_factor": 20.1}),
        ({"fibre_um": 10.0, "gap_factor": 1.0}, {"fibre_um": 10.0, "gap_factor": 0.99}),
    ],
)  # fmt: skip
def test_sizes_are_taken_up_to_their_limits_and_no_further(good, bad):
    assert geometry(**good).fibre_um == good["fibre_um"]
    with pytest.raises(AxonError, match="from"):
        geometry(**bad)


@pytest.mark.parametrize("n_nodes", [4, 402])
def test_a_fibre_has_five_to_401_nodes(n_nodes):
    assert build(geometry(10.0), "mrg", 5, BODY).is_node.sum() == 5
    with pytest.raises(AxonError, match="n_nodes"):
        build(geometry(10.0), "mrg", n_nodes, BODY)


def test_a_fibre_in_impossible_blood_is_refused():
    with pytest.raises(AxonError, match=r"state\.potassium_mm"):
        build(geometry(10.0), "mrg", 5, BODY.changed(potassium_mm=-1.0))


@pytest.mark.parametrize("change", [{"internode_um": 99.0}, {"axon_um": 10.0}, {"node_um": 0.0}, {"lamellae": 0.0}])
def test_parts_that_do_not_fit_into_a_fibre_are_refused(change):
    parts = {"fibre_um": 10.0, "axon_um": 6.9, "node_um": 3.3, "paranode_um": 3.3, "internode_um": 1150.0,
             "juxtaparanode_um": 46.0, "lamellae": 120.0}  # fmt: skip
    build(Geometry(**parts), "mrg", 5, BODY)
    build(Geometry(**parts | {"internode_um": 99.1}), "mrg", 5, BODY)  # node 1, two paranodes of 3, two juxtaparanodes of 46
    with pytest.raises(AxonError, match="do not fit"):
        build(Geometry(**parts | change), "mrg", 5, BODY)


STIN = (1150.0 - 1.0 - 6.0 - 92.0) / 6.0
LENGTH = np.array([1.0, 3.0, 46.0, *[STIN] * 6, 46.0, 3.0, 1.0])
INNER = np.array([3.3, 3.3, 6.9, *[6.9] * 6, 6.9, 3.3, 3.3])


def test_between_two_nodes_lie_ten_compartments_joined_by_their_resistances():
    """70 ohm cm inside, and in a space of 2 nm (node, paranode) or 4 nm under the myelin, here three times as wide."""
    made = build(geometry(10.0, gap_factor=3.0), "mrg", 5, BODY)
    assert np.array_equal(np.flatnonzero(made.is_node), [0, 11, 22, 33, 44]) and made.node_spacing_um == 1150.0
    area = math.pi * INNER**2 / 4
    inside = 70e4 * LENGTH / area * 1e-6  # ohm um / um2, in Mohm
    gap = 1e-3 * np.array([2, 6, *[12] * 8, 6, 2])
    under = 70e4 * LENGTH / (math.pi * ((INNER / 2 + gap) ** 2 - (INNER / 2) ** 2)) * 1e-6
    found = rows(made)
    assert 1 / found[k.G_AX, :11] == pytest.approx((inside[1:] + inside[:-1]) / 2)
    assert 1 / found[k.G_PAX, :11] == pytest.approx((under[1:] + under[:-1]) / 2)
    assert found[k.G_AX, -1] == found[k.G_PAX, -1] == 0.0  # nothing beyond the last node


def test_membrane_and_myelin_have_their_capacities_and_myelin_its_leak():
    """2 uF/cm2 of membrane; .1 uF and 1 mS per cm2 for each of the two membranes of a lamella, here half of 120."""
    found = rows(build(geometry(10.0, myelin=0.5), "mrg", 5, BODY))[:, :12]
    assert found[k.C_M] == pytest.approx(2e3 * math.pi * INNER * LENGTH * 1e-8)
    outer = math.pi * 10.0 * LENGTH[1:-1] * 1e-8
    assert found[k.C_MY, 1:-1] == pytest.approx(0.1e3 / 120 * outer) and found[k.C_MY, 0] == 0.0
    assert found[k.G_MY, 1:-1] == pytest.approx(1e3 / 120 * outer) and found[k.G_MY, 0] == 1e6


NODE = 1e6 * math.pi * 3.3 * 1e-8  # uS of 1 S/cm2


def test_channels_stand_where_they_were_published():
    found = rows(build(geometry(10.0), "mrg", 5, BODY))
    assert found[k.G_NAF : k.G_H + 1, 0] == pytest.approx(NODE * np.array([3.0, 0.01, 0.08, 0, 0.007, 0]))
    assert not found[[k.G_NAF, k.G_NAP, k.G_KS, k.G_KF, k.G_H]][:, 1:11].any()
    covered = 1e6 * math.pi * INNER[1:11] * LENGTH[1:11] * 1e-8
    assert found[k.G_L, 1:11] == pytest.approx(covered * np.array([1e-3, *[1e-4] * 8, 1e-3]))


@pytest.mark.parametrize(
    ("model", "node", "paranode", "rest"),
    [
        ("gaines", [3.0, 0.01, 0.08, 0.02568, 0.007, 0], [0, 0, 0.002581, 0.15074, 0.002, 0.002232],
         [0, 0, 0.002581, 0.02568, 2e-4, 0.002232]),
        ("gaines_sensory", [3.0, 0.01, 0.04106, 0.02737, 0.006005, 0], [0, 0, 0.001324, 0.1642, 0.001716, 0.003102],
         [0, 0, 0.001324, 0.02737, 1.716e-4, 0.003102]),
    ],
)  # fmt: skip
def test_the_fibres_of_gaines_have_channels_under_their_myelin(model, node, paranode, rest):
    made = build(geometry(10.0, model), model, 5, BODY)
    area = rows(made)[k.C_M] / 2e3 * 1e6  # of each compartment, from its capacity
    density = rows(made)[k.G_NAF : k.G_H + 1] / area
    for at, wanted in ((0, node), (1, paranode), (2, rest), (3, rest), (9, rest), (10, paranode), (11, node)):
        assert density[:, at] == pytest.approx(np.array(wanted))
    assert made.is_active.all() and not build(geometry(10.0), "mrg", 5, BODY).is_active.any()


@pytest.mark.parametrize(
    ("field", "row"),
    [("fast_sodium", k.G_NAF), ("persistent_sodium", k.G_NAP), ("slow_potassium", k.G_KS), ("fast_potassium", k.G_KF),
     ("mixed", k.G_H), ("leak", k.G_L)],
)  # fmt: skip
def test_a_channel_of_a_fibre_at_half_is_half_there_and_nothing_else_changes(field, row):
    whole, half = (rows(build(geometry(10.0, "gaines"), "gaines", 5, state)) for state in (BODY, BODY.changed(**{field: 0.5})))
    factor = np.ones((k.N_ROWS, 1))
    factor[row] = 0.5
    assert half == pytest.approx(factor * whole)


def test_acid_takes_persistent_sodium_from_a_fibre():
    acid, health = (rows(build(geometry(10.0), "mrg", 5, state))[k.G_NAP, 0] for state in (BODY.changed(ph=6.9), BODY))
    assert acid == pytest.approx(health * BODY.changed(ph=6.9).persistent_by_ph) and acid < 0.8 * health


def test_reversal_potentials_are_the_published_ones_in_health_and_move_with_their_ions():
    ill = BODY.changed(potassium_mm=8.4, sodium_mm=72.1, calcium_mm=0.8)
    health, moved = (build(geometry(10.0), "mrg", 5, state) for state in (BODY, ill.changed(sodium_mm=100.0)))
    kt = BODY.thermal_mv
    assert health.shared[[k.E_NA, k.E_K, k.E_H, k.SHIFT]] == pytest.approx([50.0, -90.0, -54.9, 0.0])
    assert moved.shared[k.E_NA] == pytest.approx(50.0 + kt * math.log(100.0 / 144.2))
    assert moved.shared[k.E_K] == pytest.approx(-90.0 + kt * math.log(2.0))
    # Ih lets both pass: about a quarter of the way from potassium's to sodium's
    assert moved.shared[k.E_H] == pytest.approx(-54.9 + kt * (0.2507 * math.log(100.0 / 144.2) + 0.7493 * math.log(2.0)), abs=0.01)
    assert moved.shared[[k.SHIFT, k.SHIFT_K]] == pytest.approx([ill.shift_mv, 0.62 * ill.shift_mv])
    assert rows(health)[k.E_L, :12] == pytest.approx([-90.0, *[-80.0] * 10, -90.0])
    assert rows(moved)[k.E_L] - rows(health)[k.E_L] == pytest.approx(kt * math.log(2.0))
    assert rows(build(geometry(10.0, "gaines"), "gaines", 5, BODY))[k.E_L] == pytest.approx(-90.0)


def test_gates_of_a_fibre_are_faster_in_warmth_by_their_published_factors():
    cold, warm = (build(geometry(10.0), "mrg", 5, BODY.changed(temperature_c=t)).shared for t in (20.0, 30.0))
    rows_ = [k.Q_M, k.Q_H, k.Q_S]
    assert warm[rows_] / cold[rows_] == pytest.approx([2.2, 2.9, 3.0])
    assert cold[rows_[:2]] == pytest.approx(1.0)
    assert build(geometry(10.0), "mrg", 5, BODY.changed(temperature_c=36.0)).shared[k.Q_S] == pytest.approx(1.0)


@pytest.mark.whole
def test_velocity_does_not_hang_on_how_many_nodes_are_watched():
    few, many = (conduction_m_s(10.0, step_ms=0.005, n_nodes=n) for n in (13, 21))
    assert few == pytest.approx(many, rel=0.002)


def test_both_schemes_converge_to_one_velocity():
    first, second = (conduction_m_s(10.0, n_nodes=9, backward_euler=euler) for euler in (True, False))
    assert first == pytest.approx(second, rel=0.004)


def test_a_spike_passes_node_after_node_and_without_a_current_there_is_none():
    fibre = build(geometry(10.0), "mrg", 7, BODY)
    current = np.where(np.arange(k.LANES) % 2, 2.0, 0.0)
    passed = travel(fibre, current, 2.0, 0.01)
    assert passed.shape == (7, k.LANES) and (passed[:, ::2] == -1.0).all()
    assert (passed[:, 1] > 0.0).all() and (np.diff(passed[:, 1]) > 0.0).all()
    assert math.isnan(conduction_m_s(10.0, state=BODY.changed(fast_sodium=0.05), step_ms=0.01, n_nodes=9))

"""Volume conductors against the conditions at their interfaces, solved anew as linear equations for single spatial frequencies."""

import numpy as np
import pytest
from scipy.special import iv, ivp, kv, kvp

from myognosis.simulate.electrode.conductors import Layers, _covered, _ratio_i, _slope_i, planar_response, planar_table

LAYERS = Layers(10.0, 3.0, 1.3, 3.0, 30.0)


def flat(kx: float, kz: float, depth: float, b: Layers) -> float:
    """The skin's potential over a source, from potential and current at both interfaces and no current out of the skin."""
    k, own = np.hypot(kx, kz), np.sqrt(kx**2 + b.along / b.across * kz**2)
    h, top = b.fat_mm, b.fat_mm + b.skin_mm
    source = np.exp(-own * depth) / (2 * b.across * own)
    c, s = np.cosh, np.sinh
    # unknown: what the muscle sends back; cosh and sinh of fat; cosh and sinh of skin
    rows = [
        [1, -1, 0, 0, 0],
        [b.across * own, 0, -b.fat * k, 0, 0],
        [0, c(k * h), s(k * h), -c(k * h), -s(k * h)],
        [0, b.fat * s(k * h), b.fat * c(k * h), -b.skin * s(k * h), -b.skin * c(k * h)],
        [0, 0, 0, s(k * top), c(k * top)],
    ]
    _, _, _, e, f = np.linalg.solve(np.array(rows), [-source, b.across * own * source, 0, 0, 0])
    return float(e * c(k * top) + f * s(k * top))


@pytest.mark.parametrize("depth", [0.5, 6.0])
@pytest.mark.parametrize(("kx", "kz"), [(0.0, 0.3), (0.4, 0.05), (1.2, 0.9)])
def test_the_skin_over_flat_layers_has_the_potential_that_the_interfaces_demand(kx: float, kz: float, depth: float):
    got = planar_response(np.array(kx), np.array(kz), depth, LAYERS)
    assert float(got) == pytest.approx(flat(kx, kz, depth, LAYERS), rel=1e-9)


def round_(n: int, k: float, source_mm: float, b: Layers) -> float:
    """The same for a limb: each layer holds I and K of its order, the muscle with its own anisotropy."""
    a, edge, skin = b.radius_mm, b.radius_mm + b.fat_mm, b.radius_mm + b.fat_mm + b.skin_mm
    q = k * np.sqrt(b.along / b.across)
    out = iv(n, q * source_mm) / b.across  # over K_n: the field of the source beyond its radius
    rows = [
        [iv(n, q * a), -iv(n, k * a), -kv(n, k * a), 0, 0],
        [b.across * q * ivp(n, q * a), -b.fat * k * ivp(n, k * a), -b.fat * k * kvp(n, k * a), 0, 0],
        [0, iv(n, k * edge), kv(n, k * edge), -iv(n, k * edge), -kv(n, k * edge)],
        [0, b.fat * ivp(n, k * edge), b.fat * kvp(n, k * edge), -b.skin * ivp(n, k * edge), -b.skin * kvp(n, k * edge)],
        [0, 0, 0, ivp(n, k * skin), kvp(n, k * skin)],
    ]
    _, _, _, e, f = np.linalg.solve(np.array(rows), [-out * kv(n, q * a), -out * b.across * q * kvp(n, q * a), 0, 0, 0])
    return float(e * iv(n, k * skin) + f * kv(n, k * skin))


@pytest.mark.parametrize("depth", [0.5, 6.0])
@pytest.mark.parametrize(("n", "k"), [(0, 0.1), (0, 0.8), (1, 0.3), (4, 0.3), (9, 0.6)])
def test_the_skin_of_a_round_limb_has_the_potential_that_the_interfaces_demand(n: int, k: float, depth: float):
    orders, waves, a = np.array([[float(n)]]), np.array([k]), LAYERS.radius_mm
    admittance, gain = _covered(orders, waves, LAYERS)
    q = waves * np.sqrt(LAYERS.along / LAYERS.across)
    got = gain / (a * (LAYERS.across * q * _slope_i(orders, q * a) - admittance)) * _ratio_i(orders, q * (a - depth), q * a)
    assert got.item() == pytest.approx(round_(n, k, a - depth, LAYERS), rel=1e-9)


def test_a_larger_electrode_sees_less_of_what_is_near():
    small, large = (planar_table(Layers(6.0, 1.0, 1.0, size, 30.0)) for size in (0.5, 12.0))
    peaks = [[np.abs(table.slope[row, 0]).max() for row in (3, -1)] for table in (small, large)]
    assert peaks[1][0] / peaks[0][0] < 0.6 < 0.8 < peaks[1][1] / peaks[0][1] < 1.0


def test_a_table_is_odd_along_the_fibre_and_reads_depths_between_its_rows():
    table = planar_table(LAYERS)
    assert np.abs(table.slope + table.slope[:, :, ::-1]).max() < 1e-4 * np.abs(table.slope).max()
    assert table.reach_mm == 30.0
    assert table.depth_mm[0] == pytest.approx(0.3) and table.depth_mm[-1] == pytest.approx(20.0)
    assert table.depth_index(table.depth_mm[[0, 7, -1]]) == pytest.approx([0, 7, 39])

"""Potentials against the exact half space, against direct summation, and against the velocity that was put in."""

import dataclasses

import numpy as np
import pytest

from myognosis.faults import ScenarioError
from myognosis.simulate.electrode.conductors import MUSCLE_ACROSS_S_M, MUSCLE_ALONG_S_M, Layers, cylinder_table, planar_table
from myognosis.simulate.electrode.fibre import slope_of_front, source_strength
from myognosis.simulate.electrode.layout import make_layout
from myognosis.simulate.electrode.potentials import Potentials, motor_unit_potentials
from myognosis.simulate.electrode.synthesis import sum_potentials
from myognosis.simulate.muscle.anatomy import Fibres, make_fibres
from myognosis.simulate.settings import Settings

SMALL = {
    "pool.units": 1, "muscle.fibres": 20, "muscle.fibres_each": 1, "electrode.rows": 4, "electrode.columns": 1,
    "electrode.spacing_mm": 5, "electrode.along_mm": 12, "muscle.radius_mm": 6, "muscle.velocity_spread_m_s": 0,
    "muscle.endplate_spread_mm": 0, "muscle.tendon_spread_mm": 0, "muscle.fibre_length_mm": 120, "device.rate_hz": 8192,
    "device.low_pass_hz": 2000,
}  # fmt: skip


def one_fibre(depth: float, settings: Settings) -> Fibres:
    half, one = np.array([settings.muscle.fibre_length_mm / 2]), np.ones(1)
    none = np.zeros(1)
    return Fibres(np.zeros(1, np.int64), none, one * depth, none, half, half, none, one * settings.muscle.velocity_m_s, one < 0, 1)


def test_the_planar_conductor_of_one_material_is_the_half_space():
    layers = Layers(6.0, 1.0, 1.0, 0.2, 50.0, along=0.3, across=0.3, fat=0.3, skin=0.3)
    table = planar_table(layers)
    z = (np.arange(table.slope.shape[2]) - table.slope.shape[2] // 2) * table.along_step_mm
    for row in (5, 20, 30):
        for side in (0, 12):
            far = np.sqrt((table.depth_mm[row] + 2.0) ** 2 + (side * table.side_step) ** 2 + z**2) / 1000
            exact = -(z / 1000) / (2 * np.pi * 0.3 * far**3)
            assert np.abs(table.slope[row, side] - exact).max() < 0.015 * np.abs(exact).max()


@pytest.mark.whole
def test_a_wide_limb_is_flat():
    layers = Layers(40.0, 2.0, 1.3, 3.0, 30.0)
    flat, round_ = planar_table(layers), cylinder_table(layers)
    for depth, side in ((3.0, 0), (1.0, 4), (6.0, 4)):
        row = int(np.argmin(np.abs(flat.depth_mm - depth)))
        angle = side * flat.side_step / 43.3 / round_.side_step  # along the skin
        low = int(angle)
        a, b = flat.slope[row, side], (1 - angle + low) * round_.slope[row, low] + (angle - low) * round_.slope[row, low + 1]
        assert np.sqrt(((a - b) ** 2).mean() / (a**2).mean()) < 0.12


def test_the_fast_needle_equals_a_sum_of_point_sources():
    """The tripole taken apart: the current of every half millimetre of fibre, each over its distance."""
    settings = Settings.of(SMALL | {"device.rate_hz": 40_000, "electrode.depth_mm": 6.0, "electrode.along_mm": 10})
    fibre = one_fibre(5.0, settings)
    shown = motor_unit_potentials(fibre, make_layout("needle", settings, "agonist"), settings, "needle", "planar")
    turn = np.arange(8) * np.pi / 4
    core = np.stack([np.zeros(8), 6 + 0.203 * np.sin(turn), 10 + 0.0525 * np.cos(turn)])
    cannula = np.stack([np.full(8, -0.225), 6.0 - np.linspace(0.4, 10, 8), np.full(8, 10.0)])
    aside = np.hypot(0.225, 0.225) - 0.225  # the fibre over the middle of the core is pushed away by the shaft
    v, z = settings.muscle.velocity_m_s, np.arange(-60.0, 60.0, 0.04)
    got = shown.shapes[0, 0, ::9, 0]
    time = np.arange(len(got)) * 9 / 40_000 - shown.lead_s
    exact = np.zeros(len(time))
    for i, t in enumerate(time):
        psi = np.where(z > 0, slope_of_front(v * t * 1000 - z), -slope_of_front(v * t * 1000 + z)) * (t > 0)
        current = np.diff(psi, prepend=0.0, append=0.0)  # every jump of psi is a source; their sum is zero
        place = np.append(z, 60.0) - 0.02
        for points, sign in ((core, 1 / 8), (cannula, -1 / 8)):
            for x, depth, along in points.T:
                far = max(np.hypot(x - aside, depth - 5.0), settings.muscle.fibre_diameter_um / 2000)
                reach = np.sqrt(MUSCLE_ALONG_S_M / MUSCLE_ACROSS_S_M * far**2 + (along - place) ** 2) / 1000
                exact[i] += sign * (current / reach).sum() / (4 * np.pi * MUSCLE_ACROSS_S_M)
    exact *= source_strength(settings.muscle.fibre_diameter_um) * 1e6
    assert np.abs(got - exact).max() < 0.03 * np.abs(exact).max()


@pytest.mark.whole
@pytest.mark.parametrize("conductor", ["planar", "cylinder"])
def test_the_velocity_put_in_comes_out(conductor: str):
    settings = Settings.of(SMALL | {"electrode.along_mm": 27})
    layout = make_layout("grid", settings, "agonist")
    shown = motor_unit_potentials(one_fibre(2.0, settings), layout, settings, "grid", conductor)
    double = np.diff(shown.shapes[0, 0], 2, axis=1)  # what stands still, end effects, is taken away by the second difference
    spectra = np.fft.rfft(double, 4096, axis=0)
    cross = spectra[:, -1] * np.conj(spectra[:, 0])
    hz = np.fft.rfftfreq(4096, 1 / 8192)
    band = (hz > 40) & (hz < 250)
    weight = np.abs(cross[band])
    slope = np.sum(weight * hz[band] * -np.unwrap(np.angle(cross[band]))) / np.sum(weight * hz[band] ** 2)
    assert 0.005 / (slope / (2 * np.pi)) == pytest.approx(4.0, rel=0.03)


def test_potentials_of_two_halves_add_up_to_the_whole():
    settings = Settings.of(SMALL | {"electrode.rows": 2})
    layout = make_layout("grid", settings, "agonist")
    fibres = make_fibres(settings.muscle, settings.pool, warmth=0.0, seed=2, name="m")
    first = dataclasses.replace(fibres, unit=np.where(np.arange(20) < 10, 0, -1))
    second = dataclasses.replace(fibres, unit=np.where(np.arange(20) < 10, -1, 0))
    whole, a, b = (motor_unit_potentials(f, layout, settings, "grid", "planar").shapes for f in (fibres, first, second))
    n = min(whole.shape[2], a.shape[2], b.shape[2])
    assert np.abs(a[:, :, :n] + b[:, :, :n] - whole[:, :, :n]).max() < 1e-4 * np.abs(whole).max()


def test_a_slower_device_shows_the_same_potential_at_the_same_time():
    fast, slow = (Settings.of(SMALL | {"device.rate_hz": rate, "device.low_pass_hz": 900}) for rate in (8192, 2048))
    one, other = (
        motor_unit_potentials(one_fibre(2.0, s), make_layout("grid", s, "agonist"), s, "grid", "planar") for s in (fast, slow)
    )
    assert (one.phases, other.phases) == (1, 4)
    time = np.arange(other.shapes.shape[2]) / 2048 - other.lead_s
    known = np.arange(one.shapes.shape[2]) / 8192 - one.lead_s
    for channel in range(other.shapes.shape[3]):
        wanted = np.interp(time, known, one.shapes[0, 0, :, channel], left=0.0, right=0.0)
        assert np.abs(other.shapes[0, 0, :, channel] - wanted).max() < 0.04 * np.abs(wanted).max()


@pytest.mark.parametrize("conductor", ["planar", "cylinder"])
def test_each_conductor_is_asked_for_its_own_muscle(monkeypatch: pytest.MonkeyPatch, conductor: str):
    for name in ("planar", "cylinder"):

        def asked(_: Layers, name: str = name) -> None:
            raise LookupError(name)

        monkeypatch.setattr(f"myognosis.simulate.electrode.potentials.{name}_table", asked)
    settings = Settings.of(SMALL)
    with pytest.raises(LookupError, match=conductor):
        motor_unit_potentials(one_fibre(2.0, settings), make_layout("grid", settings, "agonist"), settings, "grid", conductor)


def test_no_current_is_left_over_far_away():
    """Sources of a whole fibre cancel, so that its potential falls faster than that of a point: by the cube, with the square."""
    settings = Settings.of(SMALL | {"electrode.depth_mm": 6.0, "muscle.fibre_length_mm": 20, "device.rate_hz": 40_000})
    near, far = (
        np.abs(motor_unit_potentials(dataclasses.replace(one_fibre(6.0, settings), across=np.array([x])),
               make_layout("needle", settings, "agonist"), settings, "needle", "planar").shapes).max()
        for x in (20.0, 80.0)
    )  # fmt: skip
    assert far < near / 4**2


def test_adding_at_spikes_equals_convolution():
    from scipy.signal import oaconvolve

    rng = np.random.default_rng(0)
    shapes = rng.standard_normal((1, 3, 40, 5)).astype(np.float32)
    time, unit = rng.uniform(0, 2, 60), rng.integers(0, 3, 60).astype(np.int32)
    got = sum_potentials(time, unit, Potentials(shapes, 1000.0, 0.0), 2.0)
    wanted = np.zeros((2000, 5))
    for u in range(3):
        train = np.bincount(np.round(time[unit == u] * 1000).astype(int), minlength=2000)[:2000]
        wanted += oaconvolve(train[:, None].astype(float), shapes[0, u].astype(float), axes=0)[:2000]
    assert np.abs(got - wanted).max() < 1e-5


def test_a_spike_between_samples_is_placed_between_samples():
    settings = Settings.of(SMALL | {"device.rate_hz": 2048, "device.low_pass_hz": 900})
    layout = make_layout("grid", settings, "agonist")
    fibres = make_fibres(settings.muscle, settings.pool, warmth=0.0, seed=2, name="m")
    shown = motor_unit_potentials(fibres, layout, settings, "grid", "planar")
    unit = np.zeros(1, np.int32)
    whole = sum_potentials(np.array([0.1]), unit, shown, 0.4)[:, 3]
    late = sum_potentials(np.array([0.1 + 0.5 / 2048]), unit, shown, 0.4)[:, 3]
    phase = np.exp(-2j * np.pi * np.fft.rfftfreq(len(whole)) * 0.5)
    moved = np.fft.irfft(np.fft.rfft(whole) * phase, len(whole))
    assert np.abs(late - moved).max() < 0.02 * np.abs(whole).max()


@pytest.mark.parametrize(
    ("kind", "changes"),
    [("grid", {"electrode.columns": 8}), ("needle", {"electrode.depth_mm": 20}), ("bipolar", {"electrode.along_mm": 190})],
)
def test_electrodes_outside_the_muscle_are_refused_with_the_limit(kind, changes):
    with pytest.raises(ScenarioError, match="Keep every electrode within"):
        make_layout(kind, Settings.of({"electrode.spacing_mm": 8} | changes), "agonist")


def test_a_grid_may_have_any_form():
    settings = Settings.of(SMALL)
    places = ((0.0, 0.0), (5.0, 2.0), (-3.0, 2.0))
    layout = make_layout("grid", settings, "agonist", places)
    fibres = make_fibres(settings.muscle, settings.pool, warmth=0.0, seed=2, name="m")
    shown = motor_unit_potentials(fibres, layout, settings, "grid", "planar").shapes
    alone = motor_unit_potentials(fibres, make_layout("grid", settings, "agonist", places[1:2]), settings, "grid", "planar").shapes
    assert layout.places == places and shown.shape[3] == 3
    n = min(alone.shape[2], shown.shape[2])
    assert np.abs(shown[:, :, :n, 1] - alone[:, :, :n, 0]).max() < 1e-4 * np.abs(alone).max()
    with pytest.raises(ScenarioError, match="Keep every electrode within"):
        make_layout("grid", settings, "agonist", ((0.0, 99.0),))

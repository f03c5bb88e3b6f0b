"""The limb and what its sensors show."""

import dataclasses

import numpy as np
import pytest

from myognosis.simulate.muscle.limb import GRAVITY, Motion, move
from myognosis.simulate.settings import Settings

LIMB = dataclasses.replace(Settings.of({}).limb, lever_m=0.1, tilt_deg=30.0, shaken_m_s2=0.0)


def test_an_accelerometer_shows_gravity_by_the_limbs_angle_the_movement_and_the_pull_inwards():
    motion = Motion(np.array([0.0, 0.02]), np.array([0.0, 0.5]), np.array([0.0, 3.0]))
    inward, aside, outward = motion.accelerometer(LIMB)
    angle = np.radians(30) + np.array([0.0, 0.2])
    assert inward == pytest.approx(GRAVITY * np.sin(angle) - np.array([0.0, 0.5**2 / 0.1]))
    assert outward == pytest.approx(GRAVITY * np.cos(angle) + np.array([0.0, 3.0]))
    assert not aside.any()


def test_a_gyroscope_shows_turning_about_one_axis_in_degrees_a_second():
    x, y, z = Motion(np.zeros(1), np.array([0.1]), np.zeros(1)).gyroscope(LIMB)
    assert y == pytest.approx([np.degrees(1.0)]) and not x.any() and not z.any()


def test_a_steady_force_moves_the_limb_by_force_over_stiffness():
    force = np.concatenate([np.zeros(5), np.full(9995, 2.0)])
    end = move(force, LIMB, 1000.0)
    stiffness = (2 * np.pi * LIMB.frequency_hz) ** 2
    assert end.place[-1] == pytest.approx(2.0 / LIMB.mass_kg / stiffness, rel=1e-3)
    assert end.acceleration[-1] == pytest.approx(0.0, abs=1e-3)
    heavier = move(force, dataclasses.replace(LIMB, mass_kg=2 * LIMB.mass_kg), 1000.0)
    assert heavier.place == pytest.approx(end.place / 2)


def test_a_limb_trembles_most_where_it_resonates():
    time = np.arange(20_000) / 1000
    sizes = [np.ptp(move(np.sin(2 * np.pi * hz * time), LIMB, 1000.0).place[10_000:]) for hz in (4.0, LIMB.frequency_hz, 14.0)]
    assert sizes[1] > 2 * max(sizes[0], sizes[2])
    still = 2 / LIMB.mass_kg / (2 * np.pi * LIMB.frequency_hz) ** 2
    assert sizes[1] == pytest.approx(still / (2 * LIMB.damping), rel=0.02)  # the resonance of a damped spring


def test_what_shakes_a_limb_has_its_frequency_and_two_overtones():
    shaken = dataclasses.replace(LIMB, shaken_m_s2=2.0, shaken_hz=5.0)
    moved = move(np.zeros(4000), shaken, 1000.0)
    size = 2 * np.abs(np.fft.rfft(moved.acceleration)) / 4000
    assert [size[20], size[40], size[60]] == pytest.approx([2.0, 0.6, 0.2], rel=1e-6)
    assert size[80] < 1e-9
    assert 2 * np.abs(np.fft.rfft(moved.place))[20] / 4000 == pytest.approx(2.0 / (10 * np.pi) ** 2)
    assert 2 * np.abs(np.fft.rfft(moved.speed))[20] / 4000 == pytest.approx(2.0 / (10 * np.pi))

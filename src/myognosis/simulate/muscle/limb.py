"""The limb: a mass on a spring, moved by the muscle, seen by an accelerometer and a gyroscope."""

import numpy as np

from myognosis.simulate.chance import Floats
from myognosis.simulate.settings import LimbSettings

__all__ = ["GRAVITY", "Motion", "move"]

GRAVITY = 9.80665


class Motion:
    """Displacement in m, velocity in m/s and acceleration in m/s2 of the sensor."""

    def __init__(self, place: Floats, speed: Floats, acceleration: Floats) -> None:
        self.place, self.speed, self.acceleration = place, speed, acceleration

    def accelerometer(self, limb: LimbSettings) -> Floats:
        """Three axes (3, n) in m/s2: the movement and gravity, which turns with the limb's angle."""
        angle = np.radians(limb.tilt_deg) + self.place / limb.lever_m
        inward = self.speed**2 / limb.lever_m
        return np.stack([GRAVITY * np.sin(angle) - inward, np.full(len(angle), 0.0), GRAVITY * np.cos(angle) + self.acceleration])

    def gyroscope(self, limb: LimbSettings) -> Floats:
        """Three axes (3, n) in deg/s: the limb turns about one."""
        turning = np.degrees(self.speed / limb.lever_m)
        return np.stack([np.zeros(len(turning)), turning, np.zeros(len(turning))])


def move(force_n: Floats, limb: LimbSettings, rate_hz: float) -> Motion:
    """``x'' + 2 z w x' + w^2 x = F / m`` from rest under the first force, exact for a force that is constant within a step.

    Force and mass are those where the sensor is. The limb begins in balance.
    """
    from scipy.signal import lfilter

    w, z = 2 * np.pi * limb.frequency_hz, limb.damping
    push = (force_n - force_n[0]) / limb.mass_kg
    step, root = _discrete(w, z, 1 / rate_hz)
    # x over u of x[k+1] = A x[k] + B u[k], as a second-order filter
    (a, b), (c, d) = step
    poles = [1.0, -(a + d), a * d - b * c]
    place = lfilter([0.0, root[0], b * root[1] - d * root[0]], poles, push)
    speed = lfilter([0.0, root[1], c * root[0] - a * root[1]], poles, push)
    acceleration = push - 2 * z * w * speed - w * w * place
    shaken = _shaken(limb, np.arange(len(push)) / rate_hz)
    return Motion(place + shaken[0], speed + shaken[1], acceleration + shaken[2])


def _shaken(limb: LimbSettings, time_s: Floats) -> Floats:
    """Place, speed and acceleration (3, n) of a limb that something else shakes: a tone with two overtones."""
    out = np.zeros((3, len(time_s)))
    for overtone, share in ((1, 1.0), (2, 0.3), (3, 0.1)) if limb.shaken_m_s2 else ():
        w = 2 * np.pi * limb.shaken_hz * overtone
        size, phase = share * limb.shaken_m_s2, w * time_s
        out += size * np.stack([-np.sin(phase) / w**2, -np.cos(phase) / w, np.sin(phase)])
    return out


def _discrete(w: float, z: float, dt: float) -> tuple[Floats, Floats]:
    """The exact step of the state (place, speed), and what a constant push adds in it."""
    from scipy.linalg import expm

    block = np.zeros((3, 3))
    block[0, 1], block[1] = 1.0, (-w * w, -2 * z * w, 1.0)
    whole = expm(block * dt)
    return whole[:2, :2], whole[:2, 2]

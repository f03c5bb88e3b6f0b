"""The action potential of a muscle fibre, as a source of current.

Rosenfalck 1969: ``V(x) = 96 x^3 exp(-x) - 90`` mV, x in mm behind the front. A fibre is thin, so that the current leaving it
per length is ``i = (pi d^2 s_i / 4) d2V/dz2``. Two waves start at the end plate and die at the tendons. Written as
``i = C d/dz [psi p]`` with ``psi = dV/dz`` and ``p`` the length of fibre that exists (Dimitrov and Dimitrova 1998; Farina and
Merletti 2001, IEEE Trans Biomed Eng 48:637), the whole current is zero at every moment, at birth and at the tendons too (end
effects). The potential at an electrode is then an integral of psi against ``G``, the slope along the fibre of the conductor's
response::

    phi(t) = C [ integral_0^right psi(u - v t) G(D - u) du  -  integral_0^left psi(u - v t) G(D + u) du ],   D = z_electrode -
    z_endplate
"""

import numpy as np

from myognosis.simulate.chance import Floats

__all__ = ["FRONT_MM", "INSIDE_S_M", "slope_of_front", "source_strength"]

INSIDE_S_M = 1.01
"""Conductivity inside a fibre (remembered: Andreassen and Rosenfalck 1981)."""
FRONT_MM = 16.0
"""Behind this the potential has returned to rest within 0.05 % of its height."""


def slope_of_front(behind_mm: Floats) -> Floats:
    """Psi at a distance behind the front, in V/m; zero before it."""
    x = np.maximum(behind_mm, 0.0)
    return np.asarray(-96.0 * (3 * x**2 - x**3) * np.exp(-x))  # mV/mm is V/m


def source_strength(diameter_um: float) -> float:
    """C in S m."""
    return float(np.pi * (diameter_um * 1e-6) ** 2 / 4 * INSIDE_S_M)

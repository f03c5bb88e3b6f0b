"""Volume conductors: how a point source in the muscle is seen at the skin, as a table for interpolation.

Both come as ``Table``: the slope along the fibre of the response at the skin (V a A, a metre), for a source at each depth, seen so
far to the side and so far along. The table is made in the domain of spatial frequencies, electrode size included, and transformed
back once; every fibre and electrode then reads it.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from myognosis.simulate.chance import Floats

__all__ = ["MUSCLE_ACROSS_S_M", "MUSCLE_ALONG_S_M", "Layers", "Table", "cylinder_table", "planar_response", "planar_table"]

MUSCLE_ALONG_S_M, MUSCLE_ACROSS_S_M, FAT_S_M, SKIN_S_M = 0.5, 0.1, 0.05, 1.0
"""Conductivities used by semgsim after Farina and Merletti (quoted by our reference notes); the needle's muscle is the same."""


@dataclass(frozen=True)
class Layers:
    """What a table depends on: lengths in mm, conductivities in S/m."""

    radius_mm: float
    fat_mm: float
    skin_mm: float
    electrode_mm: float
    reach_along_mm: float
    along: float = MUSCLE_ALONG_S_M
    across: float = MUSCLE_ACROSS_S_M
    fat: float = FAT_S_M
    skin: float = SKIN_S_M


@dataclass(frozen=True, eq=False)
class Table:
    """``slope[depth, side, along]`` in V/(A m); depths in mm, steps in mm (planar) or radians (cylinder) and mm.

    ``along`` begins at ``-reach``; ``side`` at 0 and is even.
    """

    depth_mm: Floats
    side_step: float
    along_step_mm: float
    slope: npt.NDArray[np.float32]

    @property
    def reach_mm(self) -> float:
        """The distance along the fibre at which the table ends."""
        return 0.5 * float(self.slope.shape[2] - 1) * self.along_step_mm

    def depth_index(self, depth_mm: Floats) -> Floats:
        """Where depths lie between the rows."""
        return np.interp(depth_mm, self.depth_mm, np.arange(len(self.depth_mm)))


_N_DEPTHS = 40
_STEP_MM = 0.5
_SHALLOWEST_MM = 0.3


def _depths(layers: Layers) -> Floats:
    """Depths under the muscle's surface, closer together near the electrode."""
    cover = layers.fat_mm + layers.skin_mm
    return np.geomspace(_SHALLOWEST_MM + cover, 2 * layers.radius_mm + cover, _N_DEPTHS) - cover


def _circular(k: Floats, diameter_mm: float) -> Floats:
    """The mean over a round electrode: ``2 J1(r k) / (r k)``."""
    from scipy.special import j1

    x = np.maximum(0.5 * diameter_mm * k, 1e-9)
    return np.asarray(2 * j1(x) / x)


def planar_response(kx: Floats, kz: Floats, depth_mm: float, layers: Layers) -> Floats:
    """The skin's potential (V m/A per mm) over a point source in the muscle, by spatial frequency in rad/mm.

    Farina and Merletti 2001, IEEE Trans Biomed Eng 48:637, muscle / fat / skin, with ``alpha(s) = kya + ky Rm tanh s``,
    derived anew here from the conditions at both interfaces and the skin: with ``b = cosh kh cosh kd + (ss/sf) sinh kh sinh
    kd`` and ``c = sinh kh cosh kd + (ss/sf) cosh kh sinh kd``, ``H = exp(-kya depth) / (s_across kya b + s_fat k c)``.
    """
    k = np.sqrt(kx**2 + kz**2)
    inside = np.sqrt(kx**2 + layers.along / layers.across * kz**2)
    h, d, ratio = layers.fat_mm, layers.skin_mm, layers.skin / layers.fat
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        b = np.cosh(k * h) * np.cosh(k * d) + ratio * np.sinh(k * h) * np.sinh(k * d)
        c = np.sinh(k * h) * np.cosh(k * d) + ratio * np.cosh(k * h) * np.sinh(k * d)
        out = np.exp(-inside * depth_mm) / (layers.across * inside * b + layers.fat * k * c)
    return np.where(np.isfinite(out), out, 0.0)


@lru_cache(maxsize=8)
def planar_table(layers: Layers) -> Table:
    """The table of the planar conductor."""
    step = _STEP_MM
    nz = _fast(int(4 * layers.reach_along_mm / step))
    nx = _fast(int(max(8 * layers.radius_mm, 120.0) / step))
    kz: Floats = np.asarray(2 * np.pi * np.fft.rfftfreq(nz, step)[None], np.float64)
    kx: Floats = np.asarray(2 * np.pi * np.fft.fftfreq(nx, step)[:, None], np.float64)
    window = 1j * kz * _circular(np.sqrt(kx**2 + kz**2), layers.electrode_mm)
    half, sides = round(layers.reach_along_mm / step), min(nx // 2, round(2.5 * layers.radius_mm / step) + 1)
    depths = _depths(layers)
    slope = np.empty((len(depths), sides, 2 * half + 1), np.float32)
    for row, depth in enumerate(depths):
        whole = np.fft.irfft(np.fft.ifft(planar_response(kx, kz, float(depth), layers) * window, axis=0)[:sides], nz, axis=1)
        # per mm3 of the grid's cell; to SI: the response is 1/mm per S/m (1e3), its slope another 1/mm (1e3)
        slope[row] = np.concatenate([whole[:, -half:], whole[:, : half + 1]], axis=1) / step**2 * 1e6
    return Table(depths, step, step, slope)


def _fast(n: int) -> int:
    from scipy.fft import next_fast_len

    return int(next_fast_len(max(n, 64), real=True))


def _harmonics(layers: Layers) -> int:
    """Enough orders around the limb for the shallowest fibre: the n-th falls as (1 - cover / outer)^n."""
    cover = layers.fat_mm + layers.skin_mm
    return int(np.clip(5 * (layers.radius_mm + cover) / cover, 48, 160))


@lru_cache(maxsize=8)
def cylinder_table(layers: Layers) -> Table:
    """The table of a round limb: muscle, fat and skin as cylinders.

    Farina, Mesin, Martina and Merletti 2004, IEEE Trans Biomed Eng 51:415 (abstract read); its equations derived anew here.

    In angular order n and frequency k along the limb each layer holds ``I_n(k r)`` and ``K_n(k r)``, the muscle with
    ``r sqrt(s_along / s_across)``. The outer layers are eliminated from the skin inwards as an admittance, and
    ``phi_a = I_n(q R) / a / (s_across q I_n'(q a) - Y I_n(q a))`` at the muscle's edge a, for a source at radius R.
    """
    step = _STEP_MM
    nz = _fast(int(4 * layers.reach_along_mm / step))
    k: Floats = np.asarray(2 * np.pi * np.fft.rfftfreq(nz, step)[1:], np.float64)
    n: Floats = np.arange(_harmonics(layers) + 1.0)[:, None]
    a, outer = layers.radius_mm, layers.radius_mm + layers.fat_mm + layers.skin_mm
    admittance, gain = _covered(n, k, layers)
    q = k * np.sqrt(layers.along / layers.across)
    denominator = layers.across * q * _slope_i(n, q * a) - admittance
    edge = gain / (a * denominator) * _circular(np.sqrt(k**2 + (n / outer) ** 2), layers.electrode_mm) * 1j * k
    depths = _depths(layers)
    angles = np.arange(_ANGLES) * np.pi / (_ANGLES - 1)
    turns = np.cos(n * angles) * np.where(n == 0, 1, 2) / (2 * np.pi)
    half = round(layers.reach_along_mm / step)
    slope = np.empty((len(depths), _ANGLES, 2 * half + 1), np.float32)
    for row, depth in enumerate(depths):
        response = edge * _ratio_i(n, q * max(a - depth, 0.0), q * a) if depth < a else np.zeros_like(edge)
        spectrum = np.concatenate([np.zeros((_ANGLES, 1)), turns.T @ response], axis=1)
        whole = np.fft.irfft(spectrum, nz, axis=1)
        slope[row] = np.concatenate([whole[:, -half:], whole[:, : half + 1]], axis=1) / step * 1e6
    return Table(depths, float(angles[1]), step, slope)


_ANGLES = 91


def _ratio_i(n: Floats, x: Floats, y: Floats) -> Floats:
    """``I_n(x) / I_n(y)`` for x <= y, where both may be tiny."""
    from scipy.special import ive

    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        ratio = ive(n, x) / ive(n, y) * np.exp(x - y)
        small = (x / y) ** n
    return np.where(np.isfinite(ratio), ratio, small)


def _slope_i(n: Floats, x: Floats) -> Floats:
    """``I_n'(x) / I_n(x)``."""
    from scipy.special import ive

    with np.errstate(invalid="ignore", divide="ignore"):
        slope = ive(n + 1, x) / ive(n, x) + n / x
    return np.where(np.isfinite(slope), slope, n / x)


def _slope_k(n: Floats, x: Floats) -> Floats:
    """``K_n'(x) / K_n(x)``."""
    from scipy.special import kve

    with np.errstate(invalid="ignore", divide="ignore"):
        slope = -kve(np.abs(n - 1), x) / kve(n, x) - n / x
    return np.where(np.isfinite(slope), slope, -n / x)


def _ratio_k(n: Floats, x: Floats, y: Floats) -> Floats:
    """``K_n(y) / K_n(x)`` for x <= y."""
    from scipy.special import kve

    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        ratio = kve(n, y) / kve(n, x) * np.exp(x - y)
        small = (x / y) ** n
    return np.where(np.isfinite(ratio), ratio, small)


def _covered(n: Floats, k: Floats, layers: Layers) -> tuple[Floats, Floats]:
    """What the muscle's edge meets outside: flux over potential there (S/m per mm), and the skin's potential over the edge's."""
    a = layers.radius_mm
    b, c = a + layers.fat_mm, a + layers.fat_mm + layers.skin_mm
    flux, gain_skin = _layer(n, k, b, c, layers.skin, np.zeros((1, 1)))
    admittance, gain_fat = _layer(n, k, a, b, layers.fat, flux)
    return admittance, gain_fat * gain_skin


def _layer(n: Floats, k: Floats, inner: float, outer: float, conductivity: float, beyond: Floats) -> tuple[Floats, Floats]:
    """Through one layer: the admittance at its inner face from that at its outer, and outer over inner potential.

    ``phi = i(r) + w k(r)`` with ``i = I_n(kr)/I_n(k outer)`` and ``k = K_n(kr)/K_n(k inner)``, both at most 1, so that nothing
    overflows.
    """
    si, so = _slope_i(n, k * inner), _slope_i(n, k * outer)
    ti, to = _slope_k(n, k * inner), _slope_k(n, k * outer)
    low, fall = _ratio_i(n, k * inner, k * outer), _ratio_k(n, k * inner, k * outer)
    own = conductivity * k
    weight = -(own * so - beyond) / ((own * to - beyond) * fall)
    # the weight of K may be huge where K is tiny: divide all by it
    potential_in, potential_out = low / weight + 1.0, 1.0 / weight + fall
    flux_in = own * (si * low / weight + ti)
    return flux_in / potential_in, potential_out / potential_in

"""The potential of every motor unit at every electrode."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from myognosis.simulate.chance import Floats
from myognosis.simulate.electrode.conductors import MUSCLE_ACROSS_S_M, MUSCLE_ALONG_S_M, Layers, Table, cylinder_table, planar_table
from myognosis.simulate.electrode.fibre import FRONT_MM, slope_of_front, source_strength
from myognosis.simulate.electrode.layout import Layout
from myognosis.simulate.muscle.anatomy import Fibres
from myognosis.simulate.settings import MuscleSettings, Settings

__all__ = ["Potentials", "motor_unit_potentials"]

_SURFACE_HZ, _NEEDLE_HZ = 8192.0, 40_000.0
"""Potentials are worked out at least at these rates: a wave of 4 m/s moves 0.5 mm, and 0.1 mm, from one sample to the next."""


@dataclass(frozen=True, eq=False)
class Potentials:
    """``shapes[phase, unit, sample, channel]`` in microvolts at ``rate_hz``.

    A spike between two samples uses the shape of the phase nearest to it, of ``phases`` equal parts of a sample. The first
    sample is ``lead_s`` before the spike.
    """

    shapes: npt.NDArray[np.float32]
    rate_hz: float
    lead_s: float

    @property
    def phases(self) -> int:
        """How many times between two samples there are shapes for."""
        return int(self.shapes.shape[0])


def motor_unit_potentials(
    fibres: Fibres, layout: Layout, settings: Settings, kind: Literal["grid", "bipolar", "needle"], conductor: str
) -> Potentials:
    """Every unit's potential, the sum of its fibres', in the channels of a layout.

    Fibres without an owner are left out. The shape of the travelling wave is put in once for a unit, at the mean velocity of its
    fibres; each fibre's own velocity moves its waves.
    """
    rate = settings.device.rate_hz
    fold = int(np.ceil((_NEEDLE_HZ if kind == "needle" else _SURFACE_HZ) / rate))
    fine = rate * fold
    owned = fibres.only(fibres.unit >= 0)
    longest = np.max(np.maximum(owned.right, owned.left) / owned.velocity_m_s) / 1000 + owned.delay_s.max()
    n = int(longest * fine) + 3
    if kind == "needle":
        windows = _through_needle(owned, settings, fine, n)
    else:
        windows = _through_skin(owned, layout, settings, conductor, fine, n) * np.float32(settings.muscle.fibres_each)
    shapes = np.einsum("ce,uet->utc", layout.weights, _with_front(windows, owned, fine, settings.muscle), optimize=True)
    return _polyphase(shapes, rate, fold)


def _through_skin(f: Fibres, layout: Layout, settings: Settings, conductor: str, fine: float, n: int) -> npt.NDArray[np.float32]:
    from myognosis.simulate.electrode.kernels import surface_windows

    m = settings.muscle
    reach = np.max(np.abs(layout.along_mm)) + m.fibre_length_mm / 2 + 3 * (m.tendon_spread_mm + m.endplate_spread_mm) + 5.0
    layers = Layers(m.radius_mm, m.fat_mm, m.skin_mm, settings.electrode.diameter_mm, 10.0 * float(np.ceil(reach / 10)))
    table = cylinder_table(layers) if conductor == "cylinder" else planar_table(layers)
    columns, column_of = np.unique(layout.across_mm, return_inverse=True)
    side, depth = _sides(f, columns, table, layers, conductor)
    members = np.full((len(columns), len(column_of)), -1, np.int64)
    for c in range(len(columns)):
        found = np.flatnonzero(column_of == c)
        members[c, : len(found)] = found
    out = np.zeros((f.n_units, len(layout.along_mm), n), np.float32)
    surface_windows(
        out, table.slope, table.along_step_mm, 1 / fine, f.unit, table.depth_index(depth), side, members,
        layout.along_mm[None] - f.endplate[:, None], f.right, f.left, np.round(f.delay_s * fine).astype(np.int64), f.velocity_m_s,
    )  # fmt: skip
    return out


def _sides(f: Fibres, columns: Floats, table: Table, layers: Layers, conductor: str) -> tuple[Floats, Floats]:
    """How far each fibre lies to the side of each column, in steps of the table, and how deep."""
    last = table.slope.shape[1] - 1.001
    if conductor == "planar":
        return np.minimum(np.abs(columns[None] - f.across[:, None]) / table.side_step, last), f.depth
    outer = layers.radius_mm + layers.fat_mm + layers.skin_mm
    up = layers.radius_mm - f.depth
    turn = np.abs(columns[None] / outer - np.arctan2(f.across, up)[:, None])
    turn = np.abs(np.mod(turn + np.pi, 2 * np.pi) - np.pi)
    return np.minimum(turn / table.side_step, last), layers.radius_mm - np.hypot(f.across, up)


_CORE_MM, _SHAFT_MM, _CANNULA_MM = (0.15, 0.58), 0.225, 10.0
"""A concentric needle: axes of its oval core (0.07 mm2), long along the shaft because the bevel is steep; radius of the shaft (a
needle of 0.45 mm); length of cannula that refers (estimated)."""


def _through_needle(f: Fibres, settings: Settings, fine: float, n: int) -> npt.NDArray[np.float32]:
    """A concentric needle from the skin, its core facing across the fibres: the mean over the core less that over the cannula.

    The shaft pushes the fibres beside it apart: one at a distance x from its axis comes to lie at ``sqrt(x^2 + radius^2)``, so that
    none runs through it (a tissue that keeps its volume around a round hole).
    """
    from myognosis.simulate.electrode.kernels import needle_windows

    e = settings.electrode
    turn = np.arange(8) * np.pi / 4
    oval = np.stack([np.zeros(8), 0.7 * _CORE_MM[1] / 2 * np.sin(turn), 0.7 * _CORE_MM[0] / 2 * np.cos(turn)], axis=1)
    behind = np.stack([np.full(8, -_SHAFT_MM), -np.linspace(0.4, _CANNULA_MM, 8), np.zeros(8)], axis=1)
    points = np.concatenate([oval, behind]) + np.array([e.across_mm, e.depth_mm, e.along_mm])
    sign = np.repeat([1 / 8, -1 / 8], 8)
    beside = f.across - (e.across_mm - _SHAFT_MM)
    pushed = np.where(f.depth < e.depth_mm + _CORE_MM[1] / 2, np.copysign(np.hypot(beside, _SHAFT_MM), beside) - beside, 0.0)
    out = np.zeros((f.n_units, 1, n), np.float32)
    needle_windows(
        out, points, sign, 1 / fine, MUSCLE_ALONG_S_M / MUSCLE_ACROSS_S_M, settings.muscle.fibre_diameter_um / 2000, f.unit,
        f.across + pushed, f.depth, f.endplate, f.right, f.left, np.round(f.delay_s * fine).astype(np.int64), f.velocity_m_s,
    )  # fmt: skip
    return np.asarray(out * (1e6 / (4 * np.pi * MUSCLE_ACROSS_S_M)), np.float32)  # 1/mm2 to 1/m2


def _with_front(windows: npt.NDArray[np.float32], f: Fibres, fine: float, muscle: MuscleSettings) -> npt.NDArray[np.float32]:
    """The shape of the wave put in, in microvolts; ``[unit, electrode, time]``."""
    counts = np.maximum(f.counts(), 1)
    velocity = np.bincount(f.unit, f.velocity_m_s, f.n_units) / counts
    length = int(np.ceil(FRONT_MM / 1000 / max(float(velocity[velocity > 0].min(initial=1e9)), 0.5) * fine)) + 1
    out = np.zeros((*windows.shape[:2], windows.shape[2] + length), np.float32)
    scale = source_strength(muscle.fibre_diameter_um) * 1e-3 * 1e6  # the window's step is in mm; volts to microvolts
    lag = np.arange(length) / fine
    for unit in np.flatnonzero(f.counts()):
        front = (scale * slope_of_front(velocity[unit] * lag * 1000)).astype(np.float32)
        n = windows.shape[2]
        toeplitz = np.zeros((n, n + length), np.float32)
        rows = np.arange(n)[:, None]
        toeplitz[rows, rows + np.arange(length)[None]] = front
        out[unit] = windows[unit] @ toeplitz
    return out


def _polyphase(shapes: npt.NDArray[np.float32], rate: float, fold: int) -> Potentials:
    """From the fine rate to the device's: low-passed at 0.45 of its rate, then one shape for every part of a sample."""
    from scipy.signal import firwin

    half = 8 * fold
    taps = firwin(2 * half + 1, 0.45 * rate, fs=rate * fold) if fold > 1 else np.eye(1, 2 * half + 1, half)[0]
    units, n, channels = shapes.shape
    size = 2 ** int(np.ceil(np.log2(n + 2 * half)))
    spectrum = np.fft.rfft(taps, size)[None, :, None]
    smooth = np.empty((units, n + 2 * half, channels), np.float32)
    for unit in range(units):
        smooth[unit] = np.fft.irfft(np.fft.rfft(shapes[unit : unit + 1], size, axis=1) * spectrum, size, axis=1)[:, : n + 2 * half]
    width = int(np.ceil((n + 2 * half) / fold)) + 1
    phases = np.zeros((fold, units, width, channels), np.float32)
    for phase in range(fold):
        # a spike `phase` fine samples after a device sample: the shape is read that much earlier
        part = smooth[:, (fold - phase) % fold :: fold]
        phases[phase, :, (phase > 0) : (phase > 0) + part.shape[1]] = part
    return Potentials(phases, rate, half / (rate * fold))

"""Shapes of motor units on a grid: computed from physiology, or cut from a real recording.

Computed: a transmembrane potential (Rosenfalck 1969, Acta Physiol Scand Suppl 321, remembered: 96 s^3 exp(-s), s in mm) runs
from the end plate to both ends of each fibre. Its current, the second derivative with nothing beyond the ends (so that it is
born and dies without net charge), is seen through an infinite conductor that conducts five times better along the fibres
(Andreassen and Rosenfalck 1981, remembered). Real: spike-triggered averages of five decomposed units.
"""

from pathlib import Path

import numpy as np

RATE = 2048.0
BEFORE_S, LENGTH_S = 0.008, 0.056
ANISOTROPY = 5.0


def grid(rows: int, columns: int, pitch_mm: float = 8.0) -> np.ndarray:
    """Places of electrodes along (first) and across the fibres, centred."""
    along, across = np.meshgrid(np.arange(rows), np.arange(columns), indexing="ij")
    places = np.stack([along.ravel(), across.ravel()], axis=1) * pitch_mm
    return np.asarray(places - places.mean(axis=0))


def fibre(places: np.ndarray, y: float, depth: float, plate: float, ends: tuple[float, float], velocity: float) -> np.ndarray:
    """The potential of one bundle of fibres at each place (place by sample)."""
    step = 0.5
    x = np.arange(ends[0], ends[1] + step, step)
    t_ms = np.arange(round((LENGTH_S - BEFORE_S) * RATE)) / RATE * 1000
    s = np.maximum(velocity * t_ms[:, None] - np.abs(x - plate)[None], 0.0)
    axial = np.diff(96 * s**3 * np.exp(-s), axis=1, prepend=0.0, append=0.0)
    axial[:, [0, -1]] = 0.0
    current = np.diff(axial, axis=1)
    away = np.sqrt((x[None] - places[:, :1]) ** 2 + ANISOTROPY * ((y - places[:, 1:]) ** 2 + depth**2))
    return np.asarray((current @ (1 / away).T).T)


def computed_unit(places: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """One unit somewhere under the grid: twelve bundles round its centre, their end plates and ends scattered."""
    reach = places.max(axis=0)
    centre, depth = rng.uniform(-reach[1], reach[1]), rng.uniform(4, 13)
    plate, velocity = rng.uniform(-0.6, 0.6) * reach[0], rng.normal(4.0, 0.35)
    halves = rng.uniform(45, 75, 2)
    shape = np.zeros((len(places), round(LENGTH_S * RATE)))
    before = shape.shape[1] - round((LENGTH_S - BEFORE_S) * RATE)
    for _ in range(12):
        at = plate + rng.normal(0, 3)
        ends = (plate - halves[0] + rng.normal(0, 3), plate + halves[1] + rng.normal(0, 3))
        y, z = centre + rng.normal(0, 2.0), max(2.0, depth + rng.normal(0, 1.5))
        shape[:, before:] += fibre(places, y, z, at, ends, velocity * rng.normal(1, 0.01))
    return shape * _fade(shape.shape[1])


def _fade(n: int) -> np.ndarray:
    window, edge = np.ones(n), round(0.004 * RATE)
    window[-edge:] = np.cos(np.linspace(0, np.pi / 2, edge)) ** 2
    return window


def load(folder: Path) -> tuple[np.ndarray, list[np.ndarray]]:
    """EMG of a real grid (channel by sample, microvolts) and the firings of its decomposed units (openhdemg, BSD-3)."""
    from scipy.io import loadmat

    data = loadmat(folder / "hd_emg" / "otb_testfile.mat", squeeze_me=True)["Data"].T.astype(float)
    return data[:64], [np.flatnonzero(row > 0.5) for row in data[64:69]]


def real_units(emg: np.ndarray, firings: list[np.ndarray]) -> list[np.ndarray]:
    """Each unit's mean around its firings, 15 ms before to 25 ms after, tapered to zero."""
    from scipy.signal import butter, sosfiltfilt

    clean = sosfiltfilt(butter(2, [20, 500], "bandpass", fs=RATE, output="sos"), emg, axis=1)
    before, after = round(0.015 * RATE), round(0.025 * RATE)
    window = np.ones(before + after)
    window[:5], window[-5:] = np.hanning(10)[:5], np.hanning(10)[-5:]
    inside = [t[(t > before) & (t < emg.shape[1] - after)] for t in firings]
    return [np.mean([clean[:, t - before : t + after] for t in times], axis=0) * window for times in inside]


def real_rest(emg: np.ndarray) -> list[np.ndarray]:
    """The rest at both ends of the ramp: 0-0.72 s and the last 0.40 s.

    From 0.74 s on, and until 0.42 s before the end, several neighbouring channels hold potentials at once: units that fire.
    """
    return [emg[:, : round(0.72 * RATE)], emg[:, -round(0.40 * RATE) :]]


def join(parts: list[np.ndarray], fade: int = 64) -> np.ndarray:
    """Pieces end to end with a fade of equal power, each without its mean."""
    out = parts[0] - parts[0].mean()
    ramp = np.sin(np.linspace(0, np.pi / 2, fade))
    for part in parts[1:]:
        level = part - part.mean()
        level[:fade] = level[:fade] * ramp + out[-fade:] * ramp[::-1]
        out = np.concatenate([out[:-fade], level])
    return out


def single_rest(emg: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """All real rest of all channels, each brought to the same size, in random order: about 70 s."""
    from scipy.signal import butter, sosfiltfilt

    clean = sosfiltfilt(butter(2, [10, 900], "bandpass", fs=RATE, output="sos"), emg, axis=1)
    heard = sosfiltfilt(butter(2, [20, 500], "bandpass", fs=RATE, output="sos"), emg, axis=1)
    sizes = [np.median(np.abs(row)) * 1.4826 for part in real_rest(heard) for row in part]
    pieces = [row / size * 10 for row, size in zip((row for part in real_rest(clean) for row in part), sizes, strict=True)]
    return join([pieces[i] for i in rng.permutation(len(pieces))])


def matched_rest(emg: np.ndarray, seconds: float, rng: np.random.Generator) -> np.ndarray:
    """Noise of any length with the spectra and cross-spectra of the real rest: random phases common to all channels."""
    piece = real_rest(emg)[0]
    piece = piece - piece.mean(axis=1, keepdims=True)
    n, m = piece.shape[1], round(seconds * RATE)
    out = np.zeros((len(piece), m + 2 * n))
    window = np.sqrt(np.hanning(n))
    for at in range(0, m + n, n // 2):
        turn = np.exp(1j * rng.uniform(0, 2 * np.pi, n // 2 + 1))
        out[:, at : at + n] += np.fft.irfft(np.fft.rfft(piece, axis=1) * turn, n, axis=1) * window
    return out[:, n : n + m]

"""Recordings of fasciculation with their truth: conditions A, B and C on a grid of 64, computed or hybrid.

A relaxed: noise alone. B disturbed: noise that swells up to 2.2 times, mains with overtones, wander of a real electrode, a
5.2 Hz movement with overtones, eight electrode pops a minute, a real electrocardiogram from afar. C: B with eight seconds of
voluntary contraction. ``snr`` is the size from peak to peak of the median unit on its best channel over the SD of the noise
(swelling included, the other disturbances not).
Units have log-normal sizes and rates; 8 % of the potentials are followed by a second one of the same unit after 8, 14 or 34 ms.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import numpy as np

from benchmarks.motor_units import RATE, computed_unit, grid, load, matched_rest, real_rest, real_units
from myognosis.model.recording import Channel
from myognosis.readers import read_recording

Kind = Literal["computed", "hybrid"]
NOISE_UV = 5.0
REPEATS_S, REPEATED_SHARE = (0.008, 0.014, 0.034), 0.08


@dataclass(frozen=True)
class Made:
    """A recording (channel by sample, microvolts), the centre of each potential, of which unit, and when the person contracted.

    ``clean`` holds the potentials alone.
    """

    signal: np.ndarray
    clean: np.ndarray
    places: np.ndarray
    times_s: np.ndarray
    unit: np.ndarray
    contraction_s: tuple[float, float] | None

    @property
    def channels(self) -> tuple[Channel, ...]:
        """As a reader gives them."""
        rows = zip(self.signal.astype(np.float32), self.places, strict=True)
        return tuple(Channel(f"{i + 1}", "emg", "uV", RATE, row, (float(p[0]), float(p[1]))) for i, (row, p) in enumerate(rows))


def make(
    kind: Kind, condition: str, snr: float, seed: int, folder: Path, *, seconds: float = 60.0, per_minute: float = 60.0
) -> Made:
    """One recording."""
    rng = np.random.default_rng([seed, "ABC".index(condition), round(snr), kind == "hybrid"])
    places = grid(13, 5)[:64] if kind == "hybrid" else grid(8, 8)
    signal, shapes = _ground(kind, seconds, places, rng, folder)
    if condition != "A":
        knots = np.arange(0, seconds + 6, 5)
        signal *= np.interp(np.arange(signal.shape[1]) / RATE, knots, rng.uniform(1, 2.2, len(knots)))
    heard = signal.std(axis=1)
    sizes = np.exp(rng.normal(0, 0.5, len(shapes)))
    sizes *= (snr or 1.0) / np.median(sizes)
    shapes = (
        [] if not snr else [shape * size / np.max(np.ptp(shape, axis=1) / heard) for shape, size in zip(shapes, sizes, strict=True)]
    )
    if condition != "A":
        signal = _disturb(signal, folder, rng)
    ground = signal.copy()
    times, unit = _set_in(signal, shapes, _firings(len(shapes), seconds, per_minute if snr else 0.0, rng), rng)
    clean = (signal - ground).astype(np.float32)
    contraction = _contract(signal, kind, places, snr, heard, rng, folder) if condition == "C" else None
    return Made(signal, clean, places, times, unit, contraction)


def _ground(
    kind: Kind, seconds: float, places: np.ndarray, rng: np.random.Generator, folder: Path
) -> tuple[np.ndarray, list[np.ndarray]]:
    """Noise of 5 uV and unscaled shapes."""
    if kind == "hybrid":
        emg, shapes = _real(folder)
        noise = matched_rest(emg, seconds, rng)
        return noise * NOISE_UV / np.median(noise.std(axis=1)), list(shapes)
    n = round(seconds * RATE)
    noise = rng.normal(0, 0.9 * NOISE_UV, (len(places), n)) + rng.normal(0, np.sqrt(0.19) * NOISE_UV, n)
    return noise, [computed_unit(places, rng) for _ in range(6)]


@lru_cache(maxsize=1)
def _real(folder: Path) -> tuple[np.ndarray, tuple[np.ndarray, ...]]:
    emg, firings = load(folder)
    return emg, tuple(real_units(emg, firings))


def _firings(n_units: int, seconds: float, per_minute: float, rng: np.random.Generator) -> list[tuple[float, int]]:
    """Poisson times of each unit, not two of one within 40 ms, and the repeats."""
    share = np.exp(rng.normal(0, 0.8, n_units))
    share *= per_minute / max(share.sum(), 1e-300) / (1 + REPEATED_SHARE)  # no unit, no firing
    rows: list[tuple[float, int]] = []
    for unit, rate in enumerate(share):
        times = np.sort(rng.uniform(0.5, seconds - 0.5, rng.poisson(rate * seconds / 60)))
        times = times[np.diff(times, prepend=-1.0) > 0.04]
        rows += [(t, unit) for t in times]
        rows += [(t + rng.choice(REPEATS_S) + rng.normal(0, 0.0005), unit) for t in times if rng.random() < REPEATED_SHARE]
    return sorted(rows)


def _set_in(
    signal: np.ndarray, shapes: list[np.ndarray], firings: list[tuple[float, int]], rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Each firing, with 5 % of spread in size; timed at the centre of energy over all channels."""
    energy = [(shape**2).sum(axis=0) for shape in shapes]
    peaks = [round(float((e * np.arange(len(e))).sum() / e.sum())) for e in energy]
    times = []
    for t, unit in firings:
        at = round(t * RATE) - peaks[unit]
        signal[:, at : at + shapes[unit].shape[1]] += shapes[unit] * rng.normal(1, 0.05)
        times.append((at + peaks[unit]) / RATE)
    return np.array(times), np.array([unit for _, unit in firings], int)


def _disturb(noise: np.ndarray, folder: Path, rng: np.random.Generator) -> np.ndarray:
    t = np.arange(noise.shape[1]) / RATE
    out = noise.copy()
    gain = rng.uniform(0.5, 1.5, (len(noise), 1))
    for hz, size in ((50, 10), (150, 4), (250, 2)):
        out += gain * size * np.sin(2 * np.pi * hz * t + rng.uniform(0, 6))
    for overtone, size in ((1, 200), (2, 60), (3, 20)):
        out += rng.normal(1, 0.3, gain.shape) * size * np.sin(2 * np.pi * 5.2 * overtone * t + rng.uniform(0, 6))
    out += _real_noise(folder, "bw_3min", 0.2, len(noise), t, rng)
    out += rng.normal(1, 0.1, gain.shape) * _real_noise(folder, "100_3min", 0.025, 1, t, rng)
    for when in rng.uniform(1, t[-1] - 1, round(8 * t[-1] / 60)):
        row, first = rng.integers(len(out)), round(when * RATE)
        jump = rng.choice([-1, 1]) * rng.uniform(50, 300) * np.exp(-(t[: len(t) - first]) / rng.uniform(0.01, 0.1))
        out[row, first:] += jump
    return np.asarray(out)


def _real_noise(folder: Path, name: str, gain: float, n: int, t: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A real trace of three minutes, resampled, another part of it for each channel."""
    whole = read_recording(folder / "noise" / f"{name}.hea", units={"*": "mV"}).channels[0]
    length = len(whole.samples) / whole.rate_hz
    at = np.arange(len(whole.samples)) / whole.rate_hz
    starts = rng.uniform(0, length, n)
    return np.stack([np.interp((t + start) % length, at, whole.samples * gain) for start in starts])


def _contract(
    signal: np.ndarray, kind: Kind, places: np.ndarray, snr: float, heard: np.ndarray, rng: np.random.Generator, folder: Path
) -> tuple[float, float]:
    """Eight seconds of contraction: eight units at 10 Hz, or the beginning of the real ramp."""
    start = rng.uniform(8, signal.shape[1] / RATE - 20)
    if kind == "hybrid":
        emg, _ = _real(folder)
        skip, quiet = round(0.74 * RATE), np.median(real_rest(emg)[0].std(axis=1))
        part = emg[:, skip : skip + round(8 * RATE)] * NOISE_UV / quiet
        first = round(start * RATE)
        signal[:, first : first + part.shape[1]] += part * np.minimum(1, np.arange(part.shape[1])[::-1] / (0.02 * RATE))
        return start, start + 8
    for _ in range(8):
        shape = computed_unit(places, rng)
        shape *= snr * np.exp(rng.normal(0, 0.5)) / np.max(np.ptp(shape, axis=1) / heard)
        t = start + rng.uniform(0, 0.5)
        while t < start + 8 - LAST_S:
            at = round(t * RATE)
            signal[:, at : at + shape.shape[1]] += shape
            t += rng.normal(0.1, 0.015)
    return start, start + 8


LAST_S = 0.06
"""The last voluntary potential begins this long before the end."""

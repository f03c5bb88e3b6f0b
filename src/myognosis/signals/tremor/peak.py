"""The peak of tremor in the spectra of many draws of windows at once: how fast, how wide, how large, and its overtone."""

import numpy as np
import numpy.typing as npt

from myognosis.signals.spectrum import Floats

__all__ = ["numbers_of"]

Index = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


def numbers_of(hz: Floats, spectra: Floats, peaks: Floats, draws: Index, unit: str) -> dict[str, tuple[Floats, str]]:
    """The numbers of each draw, (D,), and their units: of the crest of its mean shape nearest to the median of its own peaks.

    ``spectra`` is (window, line) in ``unit`` squared per Hz, ``peaks`` (window,) in Hz, ``draws`` (D, windows drawn).
    Displacement is acceleration over (2 pi f) squared, angle is turning over 2 pi f.
    """
    wide = (hz >= 1) & (hz <= 20)
    shapes = spectra / np.asarray(np.trapezoid(spectra[:, wide], hz[wide], axis=1))[:, None]
    mean = _how_often(draws, len(spectra)) @ shapes / draws.shape[1]
    near = np.abs(hz - np.median(peaks[draws], axis=1)[:, None])
    top = _climb(mean, near.argmin(axis=1))
    peak = _vertex(hz, mean, top)
    around, overtone = (_area(hz, mean, _within(hz, centre)) for centre in (peak, 2 * peak))
    amplitude = _amplitude(hz, spectra, peak, draws)
    numbers = {
        "tremor_frequency": (peak, "Hz"),
        "tremor_half_width": (_width(hz, mean, top), "Hz"),
        "tremor_relative_power": (around, "1"),
        "tremor_second_harmonic": (overtone / around, "1"),
        "tremor_amplitude": (amplitude, unit),
    }
    if unit == "m/s2":
        numbers["tremor_displacement"] = (2000 * amplitude / (2 * np.pi * peak) ** 2, "mm")
    if unit == "deg/s":
        numbers["tremor_rotation"] = (2 * amplitude / (2 * np.pi * peak), "deg")
    return numbers


def _how_often(draws: Index, windows: int) -> Floats:
    """How often each draw holds each window, (D, windows)."""
    many = len(draws)
    places = draws + windows * np.arange(many)[:, None]
    return np.bincount(places.ravel(), minlength=many * windows).reshape(many, windows).astype(float)


def _climb(power: Floats, at: Index) -> Index:
    """The crest nearest to a place on its slope, in each row."""
    rows, last = np.arange(len(power)), power.shape[1] - 1
    while True:
        here, below, above = (power[rows, np.clip(at + step, 0, last)] for step in (0, -1, 1))
        climbs = (at > 0) & (at < last) & (np.maximum(below, above) > here)
        if not climbs.any():
            return at
        at = at + np.where(climbs, np.where(above > below, 1, -1), 0)


def _vertex(hz: Floats, power: Floats, top: Index) -> Floats:
    """The crest of the parabola through three points of log power, in each row."""
    last = power.shape[1] - 1
    three = np.clip(top[:, None] + np.array([-1, 0, 1]), 0, last)
    a, b, c = np.log(np.maximum(np.take_along_axis(power, three, axis=1), np.finfo(float).tiny)).T
    bend = a - 2 * b + c
    inside = (top > 0) & (top < last) & (bend != 0)
    off = np.divide(0.5 * (a - c), bend, out=np.zeros(len(top)), where=inside)
    vertex: Floats = hz[top] + off * (hz[1] - hz[0])
    return vertex


def _width(hz: Floats, power: Floats, top: Index) -> Floats:
    """Full width at half of the peak's power; that of a pure tone is 0.36 Hz with 4 s Hann windows."""
    lines, last = np.arange(power.shape[1]), power.shape[1] - 1
    low = power <= power[np.arange(len(power)), top][:, None] / 2
    left = np.where(low & (lines <= top[:, None]), lines, 0).max(axis=1)
    right = np.where(low & (lines >= top[:, None]), lines, last).min(axis=1)
    width: Floats = hz[right] - hz[left]
    return width


def _within(hz: Floats, centre: Floats) -> Mask:
    """The lines within 1 Hz of a frequency, row by row."""
    near: Mask = np.abs(hz - centre[:, None]) <= 1.0
    return near


def _area(hz: Floats, spectra: Floats, part: Mask) -> Floats:
    """The area under a part of each spectrum, by trapezia; none under a single line."""
    area: Floats = (np.diff(hz) * (spectra[:, 1:] + spectra[:, :-1]) / 2.0 * (part[:, 1:] & part[:, :-1])).sum(axis=1)
    return area


def _amplitude(hz: Floats, spectra: Floats, peak: Floats, draws: Index) -> Floats:
    """The median amplitude of the windows of each draw: of the power under its peak over that of the ring 1.25 to 2 Hz off.

    Peaks between the same lines share what they see of every window, so that it is reckoned once.
    """
    away = np.abs(hz - peak[:, None])
    ring = (away >= 1.25) & (away <= 2.0) & (hz > 0.5)
    part = _within(hz, peak)
    alike: dict[bytes, list[int]] = {}
    for k, lines in enumerate(np.packbits(np.concatenate([part, ring], axis=1), axis=1)):
        alike.setdefault(lines.tobytes(), []).append(k)
    amplitude = np.empty(len(peak))
    for mine in alike.values():
        power = _area(hz, spectra, part[mine[:1]]) - 2.0 * np.median(spectra[:, ring[mine[0]]], axis=1)
        amplitude[mine] = np.median(np.sqrt(2 * np.maximum(power, 0.0))[draws[mine]], axis=1)
    return amplitude

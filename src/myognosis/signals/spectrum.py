"""Spectra of windows, and what they can bear: multitaper for deciding, Welch for measuring."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = [
    "Background", "Floats", "Windows", "cut_windows", "fit_background", "frequencies", "hann_spectra", "main_axis",
    "multitaper_spectra", "taper_transforms",
]  # fmt: skip

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Windows:
    """Windows of several axes: window by axis by sample, each with its start."""

    data: Floats
    start_s: Floats
    rate_hz: float

    @property
    def seconds(self) -> float:
        """The length of one window."""
        return float(self.data.shape[2] / self.rate_hz)


def cut_windows(axes: list[Floats], rate_hz: float, seconds: float) -> Windows:
    """Whole windows, side by side, without those that miss a sample; offset and slope (gravity, drift) are taken off each."""
    n = round(seconds * rate_hz)
    count = min(len(axis) for axis in axes) // n
    data = np.stack([axis[: count * n].reshape(count, n) for axis in axes], axis=1)
    whole = np.isfinite(data).all(axis=(1, 2))
    return Windows(_level(data[whole]), np.flatnonzero(whole) * n / rate_hz, rate_hz)


def _level(data: Floats) -> Floats:
    """Without the straight line of each window."""
    n = data.shape[2]
    t = np.arange(n) - (n - 1) / 2
    slope = (data * t).sum(axis=2, keepdims=True) / (t**2).sum()
    level: Floats = data - data.mean(axis=2, keepdims=True) - slope * t
    return level


def main_axis(axes: Floats) -> Floats:
    """The signal along the direction of greatest movement: axis by sample in, one signal out.

    However the sensor lies, the signal is the same; its sign is the one that makes its cubes sum to more than nothing.
    """
    main = np.linalg.svd(axes - axes.mean(axis=1, keepdims=True), full_matrices=False)
    wave: Floats = main[1][0] * main[2][0]
    return wave if (wave**3).sum() >= 0 else -wave


def taper_transforms(windows: Windows, tapers: int) -> Iterator[npt.NDArray[np.complex128]]:
    """The Fourier transform of every window under one taper after the other: window by axis by frequency.

    Thomson 1982, Proc IEEE 70:1055, doi 10.1109/PROC.1982.12433; discrete prolate spheroidal tapers of time-bandwidth 2,
    so that estimates a bandwidth of 4 / window apart are independent.
    """
    from scipy.signal.windows import dpss

    for shape in dpss(windows.data.shape[2], 2.0, tapers):
        yield np.fft.rfft(windows.data * shape, axis=2)


def multitaper_spectra(windows: Windows, tapers: int = 3) -> tuple[Floats, Floats]:
    """Frequencies, and one power spectrum a window, summed over the axes, by orthogonal tapers."""
    spectra = sum((np.abs(one) ** 2).sum(axis=1) for one in taper_transforms(windows, tapers))
    return frequencies(windows), np.asarray(spectra, np.float64) * 2 / (tapers * windows.rate_hz)


def frequencies(windows: Windows) -> Floats:
    """The frequencies of the transform of a window."""
    return np.asarray(np.fft.rfftfreq(windows.data.shape[2], 1 / windows.rate_hz), np.float64)


def hann_spectra(windows: Windows, padding: int = 8) -> tuple[Floats, Floats]:
    """Frequencies, and one Hann-tapered power density a window, summed over the axes, zero-padded for a smooth peak.

    Averaged over windows it is the estimate of Welch 1967, IEEE Trans Audio Electroacoust 15:70, doi 10.1109/TAU.1967.1161901.
    """
    n = windows.data.shape[2]
    taper = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n) / n)
    power = np.abs(np.fft.rfft(windows.data * taper, padding * n, axis=2)) ** 2
    hz: Floats = np.fft.rfftfreq(padding * n, 1 / windows.rate_hz).astype(np.float64)
    return hz, np.asarray(power.sum(axis=1), np.float64) * 2 / (windows.rate_hz * float((taper**2).sum()))


@dataclass(frozen=True, eq=False)
class Background:
    """A smooth spectrum without peaks: a parabola of log power over log frequency."""

    terms: Floats

    def at(self, hz: Floats | float) -> Floats:
        """The power expected there without a peak."""
        x = np.log(np.asarray(hz, np.float64))
        power: Floats = np.exp(self.terms[0] + self.terms[1] * x + self.terms[2] * x**2)
        return power


def fit_background(hz: Floats, power: Floats, peak_hz: float, *, spare_hz: float, dof: float) -> Background:
    """The smooth background, fitted beside the peak and its first overtone.

    The mean of the logarithm of a chi-square estimate lies below the logarithm of its mean by digamma(dof/2) - log(dof/2);
    that is put back.
    """
    from scipy.special import digamma

    beside = (np.abs(hz - peak_hz) > spare_hz) & (np.abs(hz - 2 * peak_hz) > spare_hz)
    x, y = np.log(hz[beside]), np.log(np.maximum(power[beside], np.finfo(float).tiny))
    terms = np.linalg.lstsq(np.stack([np.ones_like(x), x, x**2], 1), y, rcond=None)[0]
    terms[0] -= digamma(dof / 2) - np.log(dof / 2)
    return Background(terms)

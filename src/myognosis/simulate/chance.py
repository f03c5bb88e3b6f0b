"""Chance, so that the same seed always gives the same recording.

Each part of a simulation draws from a stream of its own, named after it: a part that is added or changed leaves the others'
draws alone.
"""

from zlib import crc32

import numpy as np
import numpy.typing as npt

__all__ = ["Bools", "Floats", "Ints", "events_at", "smooth_noise", "stream"]

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


def stream(seed: int, *names: object) -> np.random.Generator:
    """The stream of one part."""
    return np.random.default_rng([seed, *(crc32(str(name).encode()) for name in names)])


def smooth_noise(rng: np.random.Generator, n: int, rate_hz: float, band_hz: float) -> Floats:
    """Gaussian noise of mean 0 and SD 1 below a frequency, with a soft edge: white noise behind two poles."""
    from scipy.signal import lfilter

    pole = np.exp(-2 * np.pi * band_hz / rate_hz)
    lead = min(n, int(3 * rate_hz / band_hz)) + 1
    out = lfilter([1.0], [1.0, -2 * pole, pole * pole], rng.standard_normal(n + lead))[lead:]
    gain = np.sqrt((1 + pole**2) / (1 - pole**2) ** 3)  # SD of two equal poles driven by white noise
    return np.asarray(out / gain)


def events_at(rng: np.random.Generator, rate_hz: Floats, step_s: float, regularity: float) -> Floats:
    """Times of a renewal process with a rate that changes: as chance has it at regularity 0, as a clock at 1.

    Intervals in operational time are gamma with mean 1 and coefficient of variation ``1 - regularity`` (time rescaling: Brown et
    al. 2002, Neural Comput 14:325, doi 10.1162/08997660252741149).
    """
    passed = np.concatenate([[0.0], np.cumsum(rate_hz) * step_s])
    expected = passed[-1]
    if expected <= 0:
        return np.zeros(0)
    cov = max(1.0 - regularity, 0.02)
    n = int(expected + 8 * np.sqrt(expected) + 16)
    marks = np.cumsum(rng.gamma(1 / cov**2, cov**2, n)) - rng.uniform(0, 1) * (cov < 0.999)
    marks = marks[(marks > 0) & (marks < expected)]
    grows = np.concatenate([[True], np.diff(passed) > 0])
    return np.asarray(np.interp(marks, passed[grows], (np.arange(len(passed)) * step_s)[grows]))

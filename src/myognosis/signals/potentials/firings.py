"""From a trace to firings, and from firings to sources: potentials of one shape.

A firing is a steep slope, as the trigger of an electromyograph looks for it: the derivative of the smoothed trace has one
narrow extreme where a potential has its spike, so that potentials 3 ms apart still are two (the idea of the low-pass
differentiator, McGill 1985, IEEE Trans Biomed Eng 32:470, remembered). Firings of one shape are one source; slopes that
follow each other at a constant lag are parts of one potential.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
import numpy.typing as npt

from myognosis.signals.quality import MAD_TO_SD, band_pass

__all__ = ["Electrode", "Indices", "Trace", "band_of", "find_sources", "hush", "prepare"]

Electrode = Literal["needle", "surface"]
Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Scale:
    """What differs between a needle and an electrode on the skin: how sharp potentials are."""

    band_hz: tuple[float, float]
    smooth_s: float
    apart_s: float
    shape_s: float


_SCALES: dict[Electrode, Scale] = {
    "needle": Scale((10.0, 5000.0), 0.0002, 0.0014, 0.0025),
    "surface": Scale((20.0, 500.0), 0.0008, 0.0030, 0.0060),
}
THRESHOLD_SD = 5.5
"""A slope this many SD of its noise is a firing; white noise passes it less than once in an hour."""
ALIKE = 0.86
"""Correlation from which two slopes are of one shape."""
ALIGNED = 0.93
"""The same for mean shapes, which hold little noise, at any lag."""
SAME_SIZE = 0.5
"""A firing smaller than this share of the last of its shape, or larger than its inverse, is of another source."""
LOCKED_S = 0.0007
LOCK_REACH_S = 0.016
LOCKED_SHARE = 0.8


@dataclass(frozen=True, eq=False)
class Trace:
    """A trace made ready: in its band (microvolts), its slope in SD of the noise of the slope, and the noise of the trace."""

    name: str
    rate_hz: float
    wide: Floats
    slope: Floats
    noise_uv: float
    scale: Scale


def band_of(electrode: Electrode, rate_hz: float) -> tuple[float, float]:
    """The band in which potentials are read, Hz."""
    low, high = _SCALES[electrode].band_hz
    return low, min(high, 0.45 * rate_hz)


def prepare(name: str, samples: Floats, rate_hz: float, electrode: Electrode) -> Trace:
    """Band, slope and noise of a trace."""
    scale = _SCALES[electrode]
    wide, slope = _filtered(samples, rate_hz, scale)
    bias = _bias(rate_hz, scale)
    noise, steep = (_quiet_sd(row, rate_hz) / part for row, part in zip((wide, slope), bias, strict=True))
    return Trace(name, rate_hz, wide, slope / steep, noise, scale)


def hush(trace: Trace, at: Indices, reach_s: float) -> None:
    """Takes out the slope around samples at which the trace jumps, so that nothing fires there."""
    for sample in at:
        trace.slope[max(0, sample - round(reach_s * trace.rate_hz)) : sample + round(reach_s * trace.rate_hz)] = 0.0


def _filtered(samples: Floats, rate_hz: float, scale: Scale) -> tuple[Floats, Floats]:
    """The trace in its band, and the derivative of it smoothed."""
    wide = band_pass(samples, rate_hz, *scale.band_hz)
    reach = max(1, round(3 * scale.smooth_s * rate_hz))
    t = np.arange(-reach, reach + 1) / (scale.smooth_s * rate_hz)
    return wide, np.convolve(wide, -t * np.exp(-(t**2) / 2), "same")


@lru_cache(maxsize=32)
def _bias(rate_hz: float, scale: Scale) -> tuple[float, float]:
    """How far the quietest windows of white noise in this band lie below its SD, for the trace and for its slope."""
    noise = np.random.default_rng(1).normal(size=round(4 * rate_hz))
    wide, slope = _filtered(noise, rate_hz, scale)
    return _quiet_sd(wide, rate_hz) / float(wide.std()), _quiet_sd(slope, rate_hz) / float(slope.std())


def _quiet_sd(samples: Floats, rate_hz: float) -> float:
    """The noise of the quietest quarter of windows of 10 ms, so that a discharge does not raise it."""
    n = max(4, round(0.010 * rate_hz))
    windows = samples[: len(samples) // n * n].reshape(-1, n)
    spread = np.sqrt((windows**2).mean(axis=1))
    quiet = windows[spread <= np.quantile(spread, 0.25)] if len(windows) else windows
    return float(max(MAD_TO_SD * np.median(np.abs(quiet)), 1e-9)) if quiet.size else 1e-9


def find_sources(trace: Trace) -> list[Indices]:
    """The sources of a trace, the busiest first: the firings of one shape, as samples."""
    from scipy.signal import find_peaks

    apart, reach = max(1, round(trace.scale.apart_s * trace.rate_hz)), round(trace.scale.shape_s * trace.rate_hz)
    at = find_peaks(np.abs(trace.slope), height=THRESHOLD_SD, distance=apart)[0]
    at = at[(at > 2 * reach) & (at < len(trace.slope) - 2 * reach)]
    if not len(at):
        return []
    shapes = trace.slope[at[:, None] + np.arange(-reach, reach + 1)]
    labels = _merge(shapes, _leaders(shapes))
    clusters = [at[labels == label] for label in np.unique(labels)]
    lock, lag = LOCK_REACH_S * trace.rate_hz, LOCKED_S * trace.rate_hz
    whole = _join(sorted(clusters, key=lambda s: -len(s)), trace, lock, max(lag, 1.0))
    return _without_overlaps(_align(whole, trace, 3 * reach, 2 * reach), lock)


def _leaders(shapes: Floats) -> Indices:
    """Each firing joins the source whose running mean shape it is most like, or leads a new one."""
    norms = np.linalg.norm(shapes, axis=1)
    leaders, sizes = np.zeros_like(shapes), np.zeros(len(shapes))
    labels = np.zeros(len(shapes), np.intp)
    count = 0
    for i, unit in enumerate(shapes / norms[:, None]):
        best = _most_like(unit, float(norms[i]), leaders[:count], sizes[:count])
        if best is None:
            best, leaders[count], sizes[count] = count, unit, norms[i]
            count += 1
        else:
            mean = 0.8 * leaders[best] + 0.2 * unit
            leaders[best] = mean / np.linalg.norm(mean)
            sizes[best] = 0.7 * sizes[best] + 0.3 * norms[i]
        labels[i] = best
    return labels


def _most_like(unit: Floats, size: float, leaders: Floats, sizes: Floats) -> int | None:
    """Which of the leaders, of about the same size, a shape is most like, if it is alike at all."""
    if not len(leaders):
        return None
    ratio = size / sizes
    alike = np.where((ratio > SAME_SIZE) & (ratio < 1 / SAME_SIZE), leaders @ unit, -1.0)
    best = int(np.argmax(alike))
    return best if alike[best] >= ALIKE else None


def _merge(shapes: Floats, labels: Indices) -> Indices:
    """Sources whose mean shapes and sizes agree are one; the noise of few firings parts what belongs together."""
    names, counts = np.unique(labels, return_counts=True)
    hosts, sizes = np.zeros((len(names), shapes.shape[1])), np.zeros(len(names))
    into = np.zeros(int(names.max()) + 1, np.intp)
    count = 0
    for k in names[np.argsort(-counts)]:
        mean = shapes[labels == k].mean(axis=0)
        size = float(np.linalg.norm(mean))
        best = _most_like(mean / size, size, hosts[:count], sizes[:count])
        if best is None:
            best, hosts[count], sizes[count] = count, mean / size, size
            count += 1
        into[k] = best
    return into[labels]


def _join(sources: list[Indices], trace: Trace, reach: float, lag: float) -> list[Indices]:
    """Sources locked to another at a constant lag are parts of its potential; the steepest part gives the time."""
    whole: list[Indices] = []
    for source in sources:
        for i, host in enumerate(whole):
            if _locked(source, host, reach, lag):
                steep = [float(np.median(np.abs(trace.slope[s]))) for s in (host, source)]
                longer = len(source) >= 0.9 * len(host) and steep[1] > steep[0]
                whole[i] = source if longer else host
                break
        else:
            whole.append(source)
    return whole


def _align(sources: list[Indices], trace: Trace, reach: int, shift: int) -> list[Indices]:
    """Sources of one shape that are only timed at different slopes of it are one."""
    kept: list[Indices] = []
    means: list[Floats] = []
    for source in sorted(sources, key=lambda s: -len(s)):
        inner = source[(source >= reach) & (source < len(trace.slope) - reach)]
        mean = trace.slope[inner[:, None] + np.arange(-reach, reach + 1)].mean(axis=0) if len(inner) else np.zeros(2 * reach + 1)
        for i, host in enumerate(means):
            size = np.linalg.norm(mean) / (np.linalg.norm(host) or 1.0)
            likes = np.correlate(np.pad(host, shift), mean, "valid") / (np.linalg.norm(host) * np.linalg.norm(mean) or 1.0)
            if SAME_SIZE < size < 1 / SAME_SIZE and likes.max() > ALIGNED:
                moved = source - (int(np.argmax(likes)) - shift)
                both = np.sort(np.concatenate([kept[i], moved]))
                alone = np.append(True, np.diff(both) > trace.scale.apart_s * trace.rate_hz)
                kept[i] = both[alone]
                break
        else:
            kept.append(source)
            means.append(mean)
    return kept


def _locked(part: Indices, host: Indices, reach: float, lag: float) -> bool:
    """Whether nearly each firing of a part lies at one lag from a firing of the host, and nearly as many there are.

    A slope so shallow that it is seen in fewer than half of the potentials is timed less exactly.
    """
    nearest = host[np.clip(np.searchsorted(host, part), 0, len(host) - 1)]
    before = host[np.clip(np.searchsorted(host, part) - 1, 0, len(host) - 1)]
    lags = np.where(np.abs(nearest - part) < np.abs(before - part), nearest - part, before - part)
    near = np.abs(lags) <= reach
    if near.mean() < LOCKED_SHARE:
        return False
    off = np.abs(lags - np.median(lags[near]))
    seldom = 2 * len(part) < len(host)
    return bool((off <= (4 * lag if seldom else lag)).mean() >= LOCKED_SHARE)


def _without_overlaps(sources: list[Indices], reach: float) -> list[Indices]:
    """Without rare shapes that are only seen on top of a busier source: two potentials at once."""
    busy = [source for source in sources if len(source) >= 5]
    kept = []
    for source in sources:
        others = [other for other in busy if other is not source and len(other) > 2 * len(source)]
        if len(source) < 5 and others:
            all_others = np.sort(np.concatenate(others))
            place = np.clip(np.searchsorted(all_others, source), 1, len(all_others) - 1)
            gap = np.minimum(np.abs(all_others[place] - source), np.abs(all_others[place - 1] - source))
            if (gap < reach).all():
                continue
        kept.append(source)
    return sorted(kept, key=lambda s: -len(s))

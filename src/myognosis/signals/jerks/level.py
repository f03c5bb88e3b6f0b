"""How loud a muscle or a sensor is over its usual level, and where exactly it changes."""

import numpy as np
import numpy.typing as npt

from myognosis.model.recording import Channel
from myognosis.signals.quality import MAD_TO_SD, adaptive_floor, band_pass, usable_seconds

__all__ = ["EDGES_MS", "Floats", "Mask", "Span", "best_span", "levelled", "runs", "smooth"]

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Span = tuple[int, int]
EDGES_MS = 2.0
"""So far both edges together err on made truth, whatever the number of bursts or lapses (``benchmarks/jerks.py``)."""


def levelled(
    channels: tuple[Channel, ...], band_hz: tuple[float, float], *, quantile: float, reach_s: int, excluded: Mask | None = None
) -> tuple[Floats, Mask, Floats]:
    """Power over the usual power, sample by sample (1 is usual), the usable seconds, and the usual size in the channel's unit.

    Channels are the axes of one sensor, or one EMG; their powers are averaged. The usual size of a second is a low quantile of
    the robust SD of the seconds around it, of the samples that are not excluded.
    """
    rate, samples = channels[0].rate_hz, len(channels[0].samples)
    if samples < 2 * rate:
        return np.zeros(samples), np.zeros(int(samples / rate), np.bool_), np.zeros(int(samples / rate))
    usable = np.all([_usable(channel) for channel in channels], axis=0)
    total, sizes = np.zeros(len(channels[0].samples)), np.zeros(len(usable))
    for channel in channels:
        raw = channel.samples.astype(np.float64)
        wave = band_pass(np.where(np.isfinite(raw), raw, 0.0), rate, *band_hz)
        floor = adaptive_floor(_loudness(wave, rate, excluded), usable, reach_s=reach_s, quantile=quantile)
        known = np.isfinite(floor) & (floor > 0)
        if not known.any():
            return np.zeros(len(wave)), np.zeros(len(usable), np.bool_), sizes
        middle = (np.flatnonzero(known) + 0.5) * round(rate)
        spread = np.interp(np.arange(len(wave)), middle, floor[known])
        total += (wave / spread) ** 2 / len(channels)
        sizes += np.interp(np.arange(len(usable)), np.flatnonzero(known), floor[known] ** 2)
    return total, usable, np.sqrt(sizes)


def _usable(channel: Channel) -> Mask:
    """Whole seconds that can be judged; a slow sensor has too few samples a second to tell its limit from a peak."""
    if channel.kind == "emg":
        return usable_seconds(channel.samples.astype(np.float64), channel.rate_hz)
    n = round(channel.rate_hz)
    seconds = channel.samples[: len(channel.samples) // n * n].reshape(-1, n)
    usable: Mask = np.asarray(np.isfinite(seconds).all(axis=1))
    return usable


def _loudness(wave: Floats, rate: float, excluded: Mask | None) -> Floats:
    """The robust SD of each whole second, of what is not excluded."""
    n = round(rate)
    seconds = np.abs(wave[: len(wave) // n * n].reshape(-1, n))
    if excluded is not None:
        out = excluded[: seconds.size].reshape(-1, n)
        seconds = np.where(out & ~(out.mean(axis=1, keepdims=True) > 0.8), np.nan, seconds)
    return np.asarray(MAD_TO_SD * np.nanmedian(seconds, axis=1), np.float64)


def smooth(power: Floats, width: int) -> Floats:
    """The running mean over an odd number of samples, as long as what goes in."""
    if not len(power):
        return power
    width = max(1, width | 1)
    summed = np.cumsum(np.pad(power, (width // 2 + 1, width // 2), mode="reflect" if len(power) > width else "edge"))
    mean: Floats = (summed[width:] - summed[:-width]) / width
    return mean


def runs(mask: Mask, merge: float = 1.0) -> list[Span]:
    """First and one past the last sample of each run; runs no further apart than the merging distance are one."""
    at = np.flatnonzero(mask)
    if not len(at):
        return []
    parts = np.split(at, np.flatnonzero(np.diff(at) > merge) + 1)
    return [(int(part[0]), int(part[-1]) + 1) for part in parts]


def best_span(
    power: Floats, rough: Span, reach: int, limits: Span, *, louder: bool, level: float = 1.0, least: float = 1e-6
) -> Span:
    """The span, near a rough one, whose power differs most surely from the level around it.

    Both edges together by maximum likelihood of one change of variance and back: n/2 (m - 1 - log m) for n samples of mean power
    m. One edge at a time this is the approximated generalised likelihood ratio of Staude and Wolf 1999 (Med Eng Phys 21:449,
    doi 10.1016/S1350-4533(99)00074-0). No variance is taken to be smaller than ``least`` (then m/v - m + log v stands for
    1 - m + log m, with v = ``least``): else the samples at the edge of a deep silence that a filter smears into it would not be it.
    """
    first, last = rough
    middle = (first + last) // 2
    starts = np.arange(max(limits[0], first - reach), max(middle, limits[0] + 1))
    stops = np.arange(middle + 1, min(limits[1], last + reach) + 1)
    if not len(starts) or not len(stops):
        return rough
    summed = np.concatenate([[0.0], np.cumsum(power[starts[0] : stops[-1]] / level)])
    n = (stops[None, :] - starts[:, None]).astype(np.float64)
    mean = (summed[stops - starts[0]][None, :] - summed[starts - starts[0]][:, None]) / n
    variance = np.maximum(mean, least)
    gain = np.where((mean > 1) == louder, n * (mean - mean / variance - np.log(variance)), -np.inf)
    best = np.unravel_index(int(np.argmax(gain)), gain.shape)
    return int(starts[best[0]]), int(stops[best[1]])

"""Where a picture looks closely: of the longest events of a simulation the one that stands highest in its channel."""

from dataclasses import dataclass

import numpy as np

from myognosis.model.recording import Channel
from myognosis.model.truth import SOURCES, Truth

__all__ = ["Close", "closer"]

_SHORT_S, _LONG_S, _EVENTS = 0.15, 2.0, 60
"""A window shows a single potential, and no more than two seconds of what goes on; so many events are looked through."""
_ASKED = [SOURCES.index("voluntary"), SOURCES.index("tremor")]
"""What hides an event that nobody asked for."""


@dataclass(frozen=True)
class Close:
    """A part of a channel."""

    channel: Channel
    start_s: float
    stop_s: float


def closer(truth: Truth, channels: tuple[Channel, ...], span: tuple[float, float]) -> Close:
    """The window around an event, best where nothing hides it, or around the densest firing, and the channel that shows it best."""
    windows = [window for event in _answers(truth) or _marked(truth) if (window := _inside(*event, span))]
    if not windows:
        windows = [_densest(truth, span)]
    busy = truth.spikes.time_s[np.isin(truth.spikes.source, _ASKED)]
    windows = [window for window in windows if np.diff(np.searchsorted(busy, window)) == 0] or windows
    longest = max(stop - start for start, stop in windows)
    windows = [(start, stop) for start, stop in windows if stop - start > 0.8 * longest]
    some = [windows[i] for i in np.unique(np.linspace(0, len(windows) - 1, min(_EVENTS, len(windows))).round().astype(int))]
    best = max(((_height(channel, *window), i, window) for window in some for i, channel in enumerate(channels)))
    return Close(channels[best[1]], *best[2])


def _answers(truth: Truth) -> list[tuple[float, float]]:
    """Middle and length of what follows each shock to the nerve, late waves too: where shocks are given they are what is shown."""
    times = np.sort(truth.spikes.of("m_wave"))
    return [(float(first) + 0.3 * _SHORT_S, _SHORT_S) for first in times[np.diff(times, prepend=-np.inf) > _SHORT_S]]


def _marked(truth: Truth) -> list[tuple[float, float]]:
    """Middle and length of what happened in a muscle."""
    return [(e.start_s + e.duration_s / 2, float(np.clip(1.6 * e.duration_s, _SHORT_S, _LONG_S))) for e in truth.events]


def _inside(middle: float, length: float, span: tuple[float, float]) -> tuple[float, float] | None:
    start = middle - length / 2
    return (start, start + length) if span[0] <= start and start + length <= span[1] else None


def _densest(truth: Truth, span: tuple[float, float]) -> tuple[float, float]:
    """A second (all of it where there is less) in which most spikes are."""
    length = min(1.0, span[1] - span[0])
    times = truth.spikes.time_s[(truth.spikes.time_s >= span[0]) & (truth.spikes.time_s <= span[1] - length)]
    if not len(times):
        return span[0], span[0] + length
    start = float(
        times[np.argmax(np.searchsorted(truth.spikes.time_s, times + length) - np.searchsorted(truth.spikes.time_s, times))]
    )
    return start, start + length


def _height(channel: Channel, start_s: float, stop_s: float) -> float:
    return float(np.ptp(channel.samples[round(start_s * channel.rate_hz) : round(stop_s * channel.rate_hz)]))

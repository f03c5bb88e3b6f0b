"""Stimuli in a recording: those that are marked, and the artefacts of those that are not."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from myognosis.model.recording import Annotation, Channel, Recording
from myognosis.signals.intervals import MAD_TO_SD
from myognosis.signals.source import Source, SpanSource

__all__ = ["Stimulation", "StimulusSettings", "find_stimuli", "stimulus_times", "stimulus_times_in"]

Floats = npt.NDArray[np.float64]


def stimulus_times(recording: Recording) -> Floats:
    """When stimuli were given: the rising edges of a stimulus channel, or else annotations whose words begin with "stim"."""
    return stimulus_times_in(map(_alone, recording.of_kind("stimulus")), recording.annotations)


def _alone(channel: Channel) -> Source:
    """A channel of any unit as a source."""
    return SpanSource(channel.rate_hz, (channel.name,), len(channel.samples), lambda a, b: channel.samples[a:b, None])


def stimulus_times_in(sources: Iterable[Source], annotations: Iterable[Annotation]) -> Floats:
    """The same of sources of one stimulus channel each, some of the samples in memory at a time."""
    for source in sources:
        edges = _rising(source)
        if edges is not None:
            return edges / source.rate_hz
    marks = sorted(a.start_s for a in annotations if a.text.strip().casefold().startswith("stim"))
    return np.array(marks, np.float64)


_BLOCK = 1_000_000


def _rising(source: Source) -> Floats | None:
    """The samples at which a channel rises over the middle between its ends; None where it never does, or always stands there."""

    def blocks() -> Iterator[tuple[int, Floats]]:
        """The samples of a block and the one before it; what is missing is low."""
        for first in range(0, source.n_samples, _BLOCK):
            begin = max(0, first - 1)
            yield begin, np.nan_to_num(source.read(begin, min(first + _BLOCK, source.n_samples))[:, 0].astype(np.float64))

    ends = [(block.min(), block.max()) for _, block in blocks() if len(block)]
    low, high = (min(low for low, _ in ends), max(high for _, high in ends)) if ends else (0.0, 0.0)
    if not low < high:
        return None
    found = [begin + 1 + np.flatnonzero(np.diff((block > (low + high) / 2).astype(np.int8)) > 0) for begin, block in blocks()]
    return np.concatenate(found).astype(np.float64)


@dataclass(frozen=True)
class StimulusSettings:
    """How the artefacts of a stimulator are told from potentials. The numbers are those of the method (estimated).

    A ``steep`` step from one sample to the next is so many times the usual one. The artefacts are ``alike`` (least correlation,
    largest spread of their sizes) and keep a clock: off its beat by no more than one sample or ``clock_s``, which no nerve or
    muscle does, not even a complex repetitive discharge.
    """

    steep: float = 15.0
    apart_s: float = 0.008
    reach_s: float = 0.002
    alike: tuple[float, float] = (0.95, 0.1)
    clock_s: float = 0.0001
    fewest: int = 6
    found: float = 0.8


@dataclass(frozen=True, eq=False)
class Stimulation:
    """When a stimulator reached the electrodes, and on which channels it shows."""

    times_s: Floats
    shows: npt.NDArray[np.bool_]


def find_stimuli(channels: tuple[Channel, ...], marked_s: Floats, settings: StimulusSettings | None = None) -> Stimulation | None:
    """The artefacts of a stimulator in channels of one rate: at the marks, or without marks where a clock is kept.

    Stimuli without marks and at irregular times are not told from other steep events.
    """
    settings = settings or StimulusSettings()
    steep = [_steep(channel, settings) for channel in channels]
    trains = [_train(channel, at, settings) for channel, at in zip(channels, steep, strict=True)] if not len(marked_s) else []
    longest = max(trains, key=len, default=np.zeros(0, np.int64))
    times = marked_s if len(marked_s) else longest / channels[0].rate_hz if len(longest) else np.zeros(0)
    shows = np.array([_shows_at(at, times * channel.rate_hz, channel.rate_hz * settings.reach_s)
                      for channel, at in zip(channels, steep, strict=True)], np.bool_)  # fmt: skip
    return Stimulation(times, shows) if shows.any() else None


def _steep(channel: Channel, settings: StimulusSettings) -> npt.NDArray[np.int64]:
    """The steepest sample of each event that is much steeper than usual."""
    steps = np.abs(np.diff(np.nan_to_num(channel.samples)))
    usual = MAD_TO_SD * float(np.median(steps[:: 1 + len(steps) // 200_000])) if len(steps) else 0.0
    over = np.flatnonzero(steps > settings.steep * usual) + 1 if usual > 0 else np.zeros(0, np.int64)
    if not len(over):
        return over
    groups = np.split(over, np.flatnonzero(np.diff(over) > settings.apart_s * channel.rate_hz) + 1)
    return np.array([group[np.argmax(steps[group - 1])] for group in groups])


def _shows_at(steep: npt.NDArray[np.int64], times: Floats, reach: float) -> bool:
    """Whether a channel is steep at most of the times (both in samples)."""
    if not len(steep) or not len(times):
        return False
    right = np.minimum(np.searchsorted(steep, times), len(steep) - 1)
    off = np.minimum(np.abs(steep[right] - times), np.abs(steep[np.maximum(right - 1, 0)] - times))
    return bool((off <= max(reach, 1.0)).mean() > 0.5)


def _train(channel: Channel, at: npt.NDArray[np.int64], settings: StimulusSettings) -> npt.NDArray[np.int64]:
    """Of the steep events those of a stimulator: alike and on a clock; none where there is no such row."""
    reach = max(2, round(settings.reach_s * channel.rate_hz))
    at = at[(at >= reach) & (at + reach < len(channel.samples))]
    if len(at) < settings.fewest:
        return at[:0]
    alike = at[_alike(np.nan_to_num(channel.samples.astype(np.float64)), at, reach, settings)]
    return alike if len(alike) >= settings.found * len(at) and _keeps_clock(alike, channel.rate_hz, settings) else at[:0]


def _alike(samples: Floats, at: npt.NDArray[np.int64], reach: int, settings: StimulusSettings) -> npt.NDArray[np.bool_]:
    """Which of the events have the shape and size of the median one."""
    parts = samples[at[:, None] + np.arange(-reach, reach + 1)]
    parts = parts - parts.mean(axis=1, keepdims=True)
    shape = np.median(parts, axis=0)
    fit = parts @ shape / np.sqrt((parts**2).sum(axis=1) * (shape**2).sum() + 1e-12)
    size = parts @ shape / max(float(shape @ shape), 1e-12)
    least, spread = settings.alike
    return np.asarray((fit > least) & (np.abs(size - np.median(size)) < spread * np.median(size)))


def _keeps_clock(at: npt.NDArray[np.int64], rate: float, settings: StimulusSettings) -> bool:
    """Whether all lie on the beats of one clock, none of many beats left out."""
    if len(at) < settings.fewest:
        return False
    gaps = np.diff(at)
    # counted from one to the next: a period in whole samples would be beats off after some hundreds
    beats = np.concatenate([[0.0], np.cumsum(np.round(gaps / float(np.median(gaps))))])
    if len(np.unique(beats)) < len(at) or len(at) < settings.found * (beats[-1] + 1):
        return False
    slope, start = np.polyfit(beats, at.astype(np.float64), 1)
    off = np.abs(at - start - slope * beats)
    return bool(np.quantile(off, 0.9) <= max(1.0, settings.clock_s * rate))

"""What an analysis of a recording gives: numbers, findings, pictures."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import numpy.typing as npt

from myognosis.faults import Issue
from myognosis.model.finding import Beside, Held, State
from myognosis.model.picture import Mark, Picture, TracePicture
from myognosis.model.recording import Channel, Measurement, Samples

if TYPE_CHECKING:
    from myognosis.signals.coherence import Coherence
    from myognosis.signals.discharges import Discharges
    from myognosis.signals.motor_units import MotorUnits
    from myognosis.signals.quality import Quality
    from myognosis.signals.source import Source
    from myognosis.signals.tremor import Distraction, Tapping, Tremor

__all__ = ["COLUMNS", "Analysed", "Draw", "Entry", "SourceOf", "drawn_trace", "in_each", "shown_samples", "trace_picture"]

COLUMNS = 900
"""Columns of a drawn trace: about two for each point of a page's width."""


Read = Callable[[int, int], Samples]
"""Gives the samples of a trace from one on up to another."""
Draw = Callable[..., TracePicture]
"""Draws a stretch of a channel, as ``trace_picture`` does of one that lies in memory."""

SourceOf = Callable[[tuple[Channel, ...]], "Source"]
"""The samples of channels of one rate, in memory or on the disk."""

T = TypeVar("T")


def in_each(channels: tuple[Channel, ...], source: SourceOf, find: "Callable[[Source], tuple[T, ...]]") -> list[tuple[Channel, T]]:
    """Each channel with what is found in it; those of one rate are read together."""
    found = dict[int, T]()
    for rate in dict.fromkeys(channel.rate_hz for channel in channels):
        alike = [number for number, channel in enumerate(channels) if channel.rate_hz == rate]
        found.update(zip(alike, find(source(tuple(channels[number] for number in alike))), strict=True))
    return [(channel, found[number]) for number, channel in enumerate(channels)]


@dataclass(frozen=True)
class Entry:
    """A finding that follows from a measurement, and the numbers behind it in words."""

    finding: str
    state: State
    raw: str


@dataclass(frozen=True)
class Analysed:
    """What one analysis found in one recording, what is doubtful about it, and what its numbers are held against.

    Its tremors are compared with those of other recordings, its motor units counted together with those of other positions in the
    muscle, and what the tasks in it showed is put together. ``cramps`` are when what looks like a cramp begins, and how
    far it moves over a grid (None: no grid).
    """

    measurements: tuple[Measurement, ...] = ()
    entries: tuple[Entry, ...] = ()
    pictures: tuple[Picture, ...] = ()
    issues: tuple[Issue, ...] = ()
    tremors: "tuple[tuple[str, Tremor], ...]" = ()
    tasks: "tuple[Tapping | Distraction | Coherence, ...]" = ()
    beside: tuple[Beside, ...] = ()
    limits: tuple[Held, ...] = ()
    motor_units: "MotorUnits | None" = None
    quality: "Quality | None" = None
    discharges: "Discharges | None" = None
    cramps: tuple[tuple[float, float | None], ...] = ()


def trace_picture(
    channel: Channel,
    *,
    band_hz: tuple[float, float] | None = None,
    start_s: float = 0.0,
    seconds: float | None = None,
    marks: Iterable[Mark] = (),
    left_out: tuple[tuple[float, float], ...] = (),
) -> TracePicture:
    """A stretch of a channel, filtered where a band is given, with the marks and the stretches left out that lie in it."""
    from myognosis.signals.envelope import envelope

    n = len(channel.samples)
    first, last = shown_samples(channel, n, start_s, seconds)
    read = in_band(lambda low, high: channel.samples[low:high], n, channel.rate_hz, band_hz)
    ends = envelope(read(first, last), COLUMNS)
    return drawn_trace(channel, ends, start_s, last, marks, left_out, band_hz)


def in_band(read: Read, n_samples: int, rate_hz: float, band_hz: tuple[float, float] | None) -> Read:
    """The same of a trace in a band (without shift of phase), where one is given; what is missing stays missing.

    The filter has settled half a second from the ends of what it is given.
    """
    if band_hz is None:
        return read
    low_hz, high_hz = band_hz

    def filtered(first: int, last: int) -> Samples:
        """Samples of the band from ``first`` to before ``last``; missing where there are too few for it."""
        from myognosis.signals.quality import band_pass

        begin = max(0, first - round(rate_hz / 2))
        raw = read(begin, min(n_samples, last + round(rate_hz / 2)))
        if len(raw) < max(16, rate_hz / (2 * low_hz)):  # not half a wave of the band, or less than the filter needs
            return np.full(last - first, np.nan, np.float32)
        wave = np.where(np.isfinite(raw), band_pass(raw.astype(np.float64), rate_hz, low_hz, high_hz), np.nan)
        return wave[first - begin : last - begin].astype(np.float32)

    return filtered


def of_one_gain(shapes: "Iterable[TracePicture]") -> list[TracePicture]:
    """Shapes that are compared by their size, drawn alike large."""
    shapes = list(shapes)
    known = [v for shape in shapes for v in (*shape.low, *shape.high) if v is not None]
    return [shape.model_copy(update={"span": (min(known), max(known))}) for shape in shapes] if known else shapes


def of_what_was_judged(picture: TracePicture) -> TracePicture:
    """A trace drawn as large as what was judged of it needs, where that is a part: a contraction would hide what lies beside it."""
    step = picture.seconds / max(len(picture.low), 1)
    middles = [picture.start_s + (i + 0.5) * step for i in range(len(picture.low))]
    kept = [i for i, at in enumerate(middles) if not any(a <= at <= b for a, b in picture.left_out)]
    known = [v for i in kept for v in (picture.low[i], picture.high[i]) if v is not None]
    if not picture.left_out or not known or not min(known) < max(known):
        return picture
    return picture.model_copy(update={"span": (min(known), max(known))})


def shown_samples(channel: Channel, n_samples: int, start_s: float, seconds: float | None) -> tuple[int, int]:
    """The first sample of a stretch, and one past its last."""
    first = round(start_s * channel.rate_hz)
    return first, n_samples if seconds is None else min(n_samples, first + round(seconds * channel.rate_hz))


def drawn_trace(
    channel: Channel, ends: tuple[Samples, Samples], start_s: float, last: int, marks: Iterable[Mark],
    left_out: tuple[tuple[float, float], ...], band_hz: tuple[float, float] | None = None,
) -> TracePicture:  # fmt: skip
    """The picture of a stretch whose columns are known; ``last`` is one past its last sample."""
    low, high = ends
    stop_s = last / channel.rate_hz
    return TracePicture(
        channel=channel.name,
        unit=channel.unit,
        rate_hz=channel.rate_hz,
        band_hz=band_hz,
        start_s=start_s,
        seconds=stop_s - start_s,
        low=_numbers(low),
        high=_numbers(high),
        marks=tuple(m for m in marks if start_s <= m.start_s < stop_s),
        left_out=tuple((max(a, start_s), min(b, stop_s)) for a, b in left_out if b > start_s and a < stop_s),
    )


def _numbers(values: npt.NDArray[np.float32]) -> tuple[float | None, ...]:
    """Four digits are more than a picture shows."""
    return tuple(float(f"{v:.4g}") if np.isfinite(v) else None for v in values)

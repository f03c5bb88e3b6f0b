"""What a report draws of a recording: traces, spectra, rates and maps, as plain numbers in the units of the recording."""

from typing import Annotated, Literal

from pydantic import Field

from myognosis.model.base import Model

__all__ = [
    "HistogramPicture",
    "MapPicture",
    "Mark",
    "Picture",
    "QualityPicture",
    "RatePicture",
    "ScatterPicture",
    "SpectrumPicture",
    "SpikesPicture",
    "TracePicture",
]


class Mark(Model):
    """Something seen in a trace: when, how long, and what it was called."""

    label: str
    start_s: float
    duration_s: float = 0.0


class TracePicture(Model):
    """A stretch of one trace as the lowest and highest sample of each column; a column without samples is none.

    ``left_out`` are stretches that were not judged; ``band_hz`` is the filter the trace went through, if any; ``averaged`` says
    that it is no stretch of the recording, but the mean or median of many; ``up`` what points up, where that is worth saying:
    the negative, as is usual, or what the file has there, where nobody said what that is. ``span`` is the lowest and the highest
    value that the paper holds, where several traces are to be compared by their size, or what was left out is far larger; the rest
    is cut off.
    """

    kind: Literal["trace"] = "trace"
    channel: str
    unit: str
    rate_hz: float
    band_hz: tuple[float, float] | None = None
    averaged: bool = False
    up: Literal["negative", "unsaid"] | None = None
    span: tuple[float, float] | None = None
    start_s: float
    seconds: float
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]
    marks: tuple[Mark, ...] = ()
    left_out: tuple[tuple[float, float], ...] = ()


class SpectrumPicture(Model):
    """Power over frequency, with the peak that was measured: its lower bound, value and upper bound.

    With a ``level`` it is the coherence of two signals, and the level is what chance alone stays under.
    """

    kind: Literal["spectrum"] = "spectrum"
    channel: str
    unit: str
    hz: tuple[float, ...]
    power: tuple[float, ...]
    peak_hz: tuple[float, float, float] | None = None
    level: float | None = None


class RatePicture(Model):
    """How many events fell into each stretch of time, and how many of its seconds were watched."""

    kind: Literal["rate"] = "rate"
    label: str
    step_s: float
    counts: tuple[int, ...]
    watched_s: tuple[float, ...]


class MapPicture(Model):
    """One value for each electrode of a grid, at its place along and across the fibres."""

    kind: Literal["map"] = "map"
    label: str
    unit: str
    places_mm: tuple[tuple[float, float], ...]
    values: tuple[float, ...]


class QualityPicture(Model):
    """Which faults a recording has and when: one row a fault, the share of the channels that have it in each step of time."""

    kind: Literal["quality"] = "quality"
    faults: tuple[str, ...]
    step_s: float
    shares: tuple[tuple[float, ...], ...]


class ScatterPicture(Model):
    """Points of two quantities, as the response of a muscle to each stimulus."""

    kind: Literal["scatter"] = "scatter"
    label: str
    x_unit: str
    y_unit: str
    x: tuple[float, ...] = Field(min_length=2)
    y: tuple[float, ...] = Field(min_length=2)


Picture = Annotated[
    TracePicture | SpectrumPicture | RatePicture | MapPicture | QualityPicture | ScatterPicture, Field(discriminator="kind")
]


class HistogramPicture(Model):
    """How many recordings have a value in each step from a first value on; no part of a recording."""

    kind: Literal["histogram"] = "histogram"
    label: str
    unit: str
    start: float
    step: float
    counts: tuple[int, ...]


class SpikesPicture(Model):
    """Impulses of some computed axons over time, one row each; no part of a recording."""

    kind: Literal["spikes"] = "spikes"
    labels: tuple[str, ...]
    spikes_s: tuple[tuple[float, ...], ...]
    seconds: float

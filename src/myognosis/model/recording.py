"""A recording as a device made it, and a measurement taken from it."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

from myognosis.faults import Issue
from myognosis.model.base import Model

__all__ = ["Annotation", "Channel", "Kind", "Measurement", "Recording", "Samples", "Unit"]

Kind = Literal["emg", "eeg", "ecg", "accelerometer", "gyroscope", "force", "stimulus", "other"]
Unit = Literal["uV", "m/s2", "deg/s", "N", "mA"]
"""What samples are kept in: each kind of quantity has one unit, so that no code after the reader ever converts."""

Samples = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Annotation:
    """A mark that the recording carries: when, how long, and its words."""

    start_s: float
    duration_s: float
    text: str


@dataclass(frozen=True, eq=False)
class Channel:
    """One trace. A sample that the device did not deliver is not a number; nothing is filled in unsaid.

    ``place_mm`` is where the electrode lies on its grid, along and across the fibres, where that is known.
    """

    name: str
    kind: Kind
    unit: Unit
    rate_hz: float
    samples: Samples
    place_mm: tuple[float, float] | None = None

    @property
    def duration_s(self) -> float:
        """How long the trace is."""
        return len(self.samples) / self.rate_hz


@dataclass(frozen=True, eq=False)
class Recording:
    """Channels with what is known of them: when they began, what was marked, what is doubtful."""

    format: str
    channels: tuple[Channel, ...]
    start: dt.datetime | None = None
    annotations: tuple[Annotation, ...] = ()
    issues: tuple[Issue, ...] = field(default=())

    def of_kind(self, *kinds: Kind) -> tuple[Channel, ...]:
        """The channels of these kinds."""
        return tuple(channel for channel in self.channels if channel.kind in kinds)

    @property
    def duration_s(self) -> float:
        """The length of the longest channel."""
        return max((channel.duration_s for channel in self.channels), default=0.0)

    def _repr_html_(self) -> str:
        """What it is, as a notebook shows it."""
        from myognosis.model.notebook import as_html

        return as_html(self)


class Measurement(Model):
    """One number taken from a recording, with its 95 % interval, how it was made and how much was watched.

    From few values no interval can be had: then ``low`` and ``high`` are their whole ``range``; where the value is the middle of
    many that differ by nature, they are between which most of them lie (``scatter``). What is missing or cut off makes it
    ``at_least`` the value; ``doubt`` says what its size rests on that may be wrong.
    """

    name: str
    value: float | None
    low: float | None
    high: float | None
    unit: str
    method: str
    source: str
    seconds: float
    channel: str = ""
    spread: Literal["interval", "range", "scatter"] = "interval"
    at_least: bool = False
    doubt: Literal["", "unit", "clipped"] = ""

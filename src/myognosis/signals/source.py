"""Where samples come from: channels in memory, or a reader that is asked for spans, so that a night never lies in memory."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from myognosis.model.recording import Channel, Samples

__all__ = ["ChannelSource", "Source", "SpanSource", "channels_of"]


class Source(Protocol):
    """EMG of one rate in microvolts; ``read`` gives (sample, channel), and may be asked for the same span again."""

    @property
    def rate_hz(self) -> float:
        """Samples a second."""

    @property
    def names(self) -> tuple[str, ...]:
        """Of the channels, in the order of the columns."""

    @property
    def n_samples(self) -> int:
        """Of each channel."""

    def read(self, first: int, last: int) -> Samples:
        """Samples ``first`` to ``last`` (not included), float32; missing ones are not a number."""


class ChannelSource:
    """Channels in memory."""

    def __init__(self, channels: tuple[Channel, ...]) -> None:
        units, rates = {channel.unit for channel in channels}, {channel.rate_hz for channel in channels}
        if units != {"uV"} or len(rates) != 1:
            raise ValueError("the channels are not EMG of one rate in microvolts")
        self.channels = channels
        self.rate_hz = channels[0].rate_hz
        self.names = tuple(channel.name for channel in channels)
        self.n_samples = min(len(channel.samples) for channel in channels)

    def read(self, first: int, last: int) -> Samples:
        """A span of all channels."""
        return np.stack([channel.samples[first:last] for channel in self.channels]).T


@dataclass(frozen=True)
class SpanSource:
    """A function that reads spans, such as one around a file reader."""

    rate_hz: float
    names: tuple[str, ...]
    n_samples: int
    span: Callable[[int, int], npt.NDArray[np.float32]]

    def read(self, first: int, last: int) -> Samples:
        """What the function gives."""
        return self.span(first, last)


def channels_of(source: Source, first: int, last: int) -> tuple[Channel, ...]:
    """A span of a source as channels of their own."""
    columns = np.ascontiguousarray(source.read(first, last).T)
    return tuple(Channel(name, "emg", "uV", source.rate_hz, row) for name, row in zip(source.names, columns, strict=True))

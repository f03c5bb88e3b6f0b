"""Channels that pass by: a source that reads its file piece by piece, and counts what is doubtful about the samples on the way."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from myognosis.faults import Issue, Message
from myognosis.model.recording import Channel, Samples
from myognosis.readers.base import doubt_missing, n_missing
from myognosis.readers.tape import Tape

__all__ = ["PIECE_SAMPLES", "PassingEmg"]

PIECE_SAMPLES = 1_000_000
"""Samples of all channels that are read at once."""
_KEPT = 2


class PassingEmg:
    """Channels of one rate of a tape, as a source of ``myognosis.signals``."""

    def __init__(self, tape: Tape, channels: tuple[Channel, ...], piece_samples: int = PIECE_SAMPLES) -> None:
        self.rate_hz, self.names = channels[0].rate_hz, tuple(channel.name for channel in channels)
        self.n_samples = min(head.n_samples for head in tape.header.channels if head.name in self.names)
        self._tape, self._length = tape, _length(round(self.rate_hz), piece_samples // len(channels))
        self._pieces, self._latest = dict[int, Samples](), -1
        self._seen, self._lost, self._odd = set[int](), np.zeros(len(channels), np.int64), list[Issue]()

    def read(self, first: int, last: int) -> Samples:
        """Samples of all channels, (sample, channel)."""
        numbers = range(first // self._length, -(-last // self._length))
        if not self._passes(numbers):
            return self._span(first, last)[0].T
        parts = [self._piece(k)[:, max(0, first - k * self._length) : last - k * self._length] for k in numbers]
        return parts[0].T if len(parts) == 1 else np.concatenate(parts, axis=1).T

    def _passes(self, numbers: range) -> bool:
        """Whether who reads goes on from where the last reading was; who jumps about needs no whole pieces."""
        before, self._latest = self._latest, numbers[-1] if numbers else self._latest
        return bool(numbers) and (numbers[0] in (before, before + 1) or all(k in self._pieces for k in numbers))

    def doubts(self) -> tuple[Issue, ...]:
        """What was odd about the samples that have passed."""
        odd = tuple(_summed(self._odd))
        return (*odd, *doubt_missing(dict(zip(self.names, map(int, self._lost), strict=True)), (*self._tape.header.issues, *odd)))

    def _piece(self, k: int) -> Samples:
        if k not in self._pieces:
            if len(self._pieces) >= _KEPT:
                del self._pieces[next(iter(self._pieces))]
            self._pieces[k] = self._read(k)
        return self._pieces[k]

    def _read(self, k: int) -> Samples:
        piece, issues = self._span(k * self._length, min((k + 1) * self._length, self.n_samples))
        if k not in self._seen:
            self._seen.add(k)
            self._lost += [n_missing(row) for row in piece]
            self._odd += [issue for issue in issues if issue not in self._tape.header.issues]
        return piece

    def _span(self, first: int, last: int) -> tuple[Samples, tuple[Issue, ...]]:
        """Samples of all channels, (channel, sample), and what is said of them."""
        part = self._tape.part(first / self.rate_hz, last / self.rate_hz, self.names)
        by_name = {channel.name: channel.samples for channel in part.channels}
        return np.stack([by_name[name] for name in self.names]), part.issues


def _length(second: int, most: int) -> int:
    """Whole seconds, as many recorders write them, where these are not too long."""
    return most // second * second if most >= second else max(1, most)


def _summed(issues: Iterable[Issue]) -> Iterable[Issue]:
    """What is said of many pieces in the same words is said once, with the sum of its numbers."""
    groups: dict[tuple[str, str, str], list[Issue]] = {}
    for issue in issues:
        groups.setdefault((issue.code, issue.where, issue.what.template), []).append(issue)
    for group in groups.values():
        counts = [n for one in group if isinstance(n := one.what.params.get("n"), int)]
        params = dict(group[0].what.params) | ({"n": sum(counts)} if counts else {})
        yield replace(group[0], what=Message(group[0].what.template, params))

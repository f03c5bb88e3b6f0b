"""A recording that stays in its file: what it is, and the spans of it that are asked for."""

from collections.abc import Collection
from dataclasses import replace
from functools import cached_property

from myognosis.model.recording import Recording
from myognosis.readers.base import Header, Play, Reader, Source, Span, gathered, nameless
from myognosis.readers.damage import doubt_damage
from myognosis.readers.sizes import doubt_sizes

__all__ = ["Tape"]

_ALL = Span()


class Tape:
    """A file with the reader that knows it."""

    def __init__(self, reader: Reader, source: Source) -> None:
        self._reader, self._source = reader, source

    @cached_property
    def header(self) -> Header:
        """What the file says of itself."""
        return nameless(self._reader.audit(self._source), self._source.path.name)

    @cached_property
    def _play(self) -> Play:
        return self._reader.play(self._source)

    @property
    def reads_parts(self) -> bool:
        """Whether a span costs no more than its own samples."""
        return self._reader.reads_parts

    @property
    def n_samples(self) -> int:
        """Of all channels together."""
        return self.header.n_samples

    @property
    def duration_s(self) -> float:
        """The length of the longest channel."""
        return self.header.duration_s

    def whole(self, span: Span = _ALL) -> Recording:
        """All of it, or a span as a recording of its own, with everything that is doubtful."""
        recording = self._reader.read(self._source, span)
        doubts = (*doubt_damage(recording.channels), *doubt_sizes(recording.channels))
        return replace(recording, issues=gathered((*recording.issues, *doubts)))

    def part(self, start_s: float, stop_s: float, names: Collection[str] = ()) -> Recording:
        """A span of the channels of these names, or of all; its marks keep their place in the whole."""
        return nameless(self._play(Span(start_s, stop_s), names), self._source.path.name)

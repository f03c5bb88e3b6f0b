"""Large tables at a glance: evenly spaced places are read as if each were a table of its own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from myognosis.faults import Issue, Level, RecordingError
from myognosis.language import mark
from myognosis.model.recording import Channel, Recording
from myognosis.readers.base import ChannelHead, Glance, Header, Source, issue
from myognosis.readers.sizes import doubt_sizes
from myognosis.readers.table import excerpts

__all__ = ["Part", "glance_over"]

LARGE_BYTES = 50_000_000
"""A table of more bytes takes longer than a second to be read whole."""
_PLACES, _PLACE_BYTES = 109, 60_000


@dataclass(frozen=True, eq=False)
class Part:
    """The recording in one place, its rows, and the times of the first and the last where there is a clock."""

    recording: Recording
    n_rows: int
    clock_s: tuple[float, float] | None


def glance_over(source: Source, read_part: Callable[[list[str], str, bool], Part]) -> Glance | None:
    """What places all over a table say; None where it is small, or where a place is so odd that the whole has to be read.

    Parameters
    ----------
    source
        The file.
    read_part
        Reads whole lines, given where they stand and whether they are the first of the file.

    Raises
    ------
    RecordingError
        No channel can be read soundly.
    """
    size = source.path.stat().st_size
    if size <= LARGE_BYTES:
        return None
    parts, n_rows, n_bytes = list[Part](), 0, 0
    try:
        for one in excerpts(source.path, _PLACES, _PLACE_BYTES):
            where = source.path.name if not parts else f"{source.path.name}, {100 * one.before:.0f} %"
            part = read_part(list(one.lines), where, not parts)
            parts.append(part)
            n_rows, n_bytes = n_rows + part.n_rows, n_bytes + one.n_bytes
    except RecordingError:
        return None
    first = parts[0].recording
    if not first.channels:  # the whole would not know their units either
        raise RecordingError(first.issues)
    clocks = [part.clock_s for part in parts if part.clock_s]
    if any(later[0] <= before[1] for before, later in pairwise(clocks)):
        return None  # the clock runs backwards between two places
    rates = [part.recording.channels[0].rate_hz for part in parts if part.recording.channels]
    if len(rates) < len(parts):
        return None
    rate = float(np.median(rates))
    rows = round((clocks[-1][1] - clocks[0][0]) * rate) + 1 if clocks else round(size / n_bytes * n_rows)
    heads = tuple(ChannelHead(c.name, c.kind, c.unit, rate, rows) for c in first.channels)
    issues = {found.code: found for part in reversed(parts) for found in part.recording.issues}  # each once, where it is first
    header = Header(first.format, heads, None, (), (_told(source, size), *issues.values(), *doubt_sizes(_together(parts))))
    return Glance(header, tuple(replace(part.recording, issues=()) for part in parts))


def _together(parts: Sequence[Part]) -> tuple[Channel, ...]:
    """The samples of all places one after the other."""
    each = zip(*(part.recording.channels for part in parts), strict=True)
    return tuple(replace(same[0], samples=np.concatenate([channel.samples for channel in same])) for same in each)


def _told(source: Source, size: int) -> Issue:
    what = mark(
        "The file holds {size} MB, of which {seen} MB in {n} places were looked at; the length is estimated, "
        "and what lies between them is not known."
    )
    fix = mark("With --all every row is looked at.")
    seen, whole = f"{_PLACES * _PLACE_BYTES / 1e6:.1f}", f"{size / 1e6:.0f}"
    return issue("glance", Level.NOTE, source.path.name, what, fix, size=whole, seen=seen, n=_PLACES)

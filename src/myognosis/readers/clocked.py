"""Tables that have a clock each, as a recording: all on one beginning, each on its own even clock."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from myognosis.faults import Issue, Level
from myognosis.language import mark
from myognosis.model.recording import Channel, Kind
from myognosis.readers.base import ChannelHead, Source, Span, issue, kind_of, known_unit, refuse, sample_span
from myognosis.readers.clock import Clock, resample

__all__ = ["ClockedTable", "Column", "clocked_channels", "clocked_heads", "on_one_beginning"]

_MAX_LATE_S = 3600.0
_WORN, _WORN_HZ = ("accelerometer", "gyroscope"), 20_000.0
"""No phone, watch or strap gives more; those of phones give 50 to 500 a second, and seconds taken for milliseconds thousands."""


@dataclass(frozen=True)
class Column:
    """One quantity: its column, its name, its unit as spelled, and its kind where it is a voltage and the file says it."""

    index: int
    name: str
    unit: str
    kind: Kind | None = None


@dataclass(frozen=True, eq=False)
class ClockedTable:
    """One table: its clock, its columns, and how long after the first table of the file it begins."""

    prefix: str
    clock: Clock
    columns: tuple[Column, ...]
    values: npt.NDArray[np.float64]
    issues: tuple[Issue, ...]
    late_s: float = 0.0

    @property
    def n_lead(self) -> int:
        """The samples that are missing in front, so that all tables of a file have one beginning."""
        return round(self.late_s * self.clock.rate_hz)


Heads = list[tuple[ChannelHead, ClockedTable, Column]]


def on_one_beginning(tables: Sequence[ClockedTable], where: str) -> list[ClockedTable]:
    """The tables with their lateness; alone, a table needs no prefix."""
    first = min(float(table.clock.times[0]) for table in tables)
    late = [float(table.clock.times[0]) - first for table in tables]
    if max(late) > _MAX_LATE_S:
        what = mark("The logs in the archive begin more than an hour apart, so they are not of one recording.")
        raise refuse("zip.apart", where, what, mark("Take them out and give them one by one."))
    return [replace(t, prefix=t.prefix if len(tables) > 1 else "", late_s=s) for t, s in zip(tables, late, strict=True)]


def clocked_heads(tables: Sequence[ClockedTable], source: Source) -> tuple[Heads, tuple[Issue, ...]]:
    """The channels whose unit is known, and everything that is to be said."""
    heads, issues = Heads(), list[Issue]()
    for table in tables:
        issues += table.issues
        if table.n_lead:
            what = mark("It begins {seconds} s after the first of the file; before that nothing is filled in.")
            where = f"{source.path.name}, {table.prefix.strip()}"
            issues.append(
                issue("clock.late", Level.NOTE, where, what, mark("Nothing needs to be done."), seconds=f"{table.late_s:.3f}")
            )
        for column in table.columns:
            name = table.prefix + column.name
            measured = source.measured_in(name, column.unit, table.clock.rate_hz, issues)
            if not measured:
                continue
            unit, n = measured[0], table.n_lead + table.clock.n_even
            kind = column.kind if column.kind and unit == "uV" else kind_of(name, unit)
            heads.append((ChannelHead(name, kind, unit, table.clock.rate_hz, n), table, column))
    fast = next((head for head, _, _ in heads if head.kind in _WORN and head.rate_hz > _WORN_HZ), None)
    if fast:
        what = mark("A sensor that is worn does not give {rate} samples a second: the unit of its clock may be wrong.")
        fix = mark("Correct the unit of the clock in the heading of its column.")
        where = f"{source.path.name}, {fast.name}"
        issues.append(issue("rate.odd", Level.DOUBT, where, what, fix, rate=f"{fast.rate_hz:.0f}"))
    return heads, tuple(issues)


def clocked_channels(heads: Heads, source: Source, span: Span) -> tuple[Channel, ...]:
    """The samples of a span, not a number before a table begins."""
    channels = []
    for head, table, column in heads:
        _, factor = known_unit(source.unit_of(head.name, column.unit))
        even = resample(table.clock, table.values[:, column.index] * factor)
        if table.n_lead:
            even = np.concatenate([np.full(table.n_lead, np.nan, np.float32), even])
        part = even[sample_span(span, head.rate_hz, len(even))]
        channels.append(Channel(head.name, head.kind, head.unit, head.rate_hz, part))
    return tuple(channels)

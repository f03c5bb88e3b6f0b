"""EDF, EDF+ and BDF: our own audit of the header, our own decoding of the samples; edfio is the judge in the tests.

No reader is safe alone on damaged files: several return impossible rates or wrong amplitudes in silence. So the header is
checked field by field before any sample is read.
"""

import math
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from myognosis.faults import Issue, Level
from myognosis.language import mark
from myognosis.model.recording import Channel, Recording
from myognosis.readers.base import (
    ChannelHead,
    Header,
    Play,
    Reader,
    Source,
    Span,
    UnknownUnit,
    ask_unit,
    bad_rate,
    issue,
    known_unit,
    rate_is_possible,
    sample_span,
)
from myognosis.readers.bids import completed_unit, contradictions, doubt_rate, find_side, fitting_kind, matched, side_files
from myognosis.readers.formats.edf_header import Layout, Trace, bad_field, read_layout
from myognosis.readers.formats.edf_records import Scale, read_samples, study_records

__all__ = ["EdfReader"]


class EdfReader(Reader):
    """EDF, EDF+C, BDF, BDF+C."""

    name = "edf"
    suffixes = (".edf", ".bdf", ".rec")

    def recognises(self, path: Path, head: bytes) -> bool:
        """By the first eight bytes."""
        return head[:8] in (b"0       ", b"\xffBIOSEMI") or path.suffix.lower() in (".edf", ".bdf")

    def companions(self, path: Path) -> tuple[Path, ...]:
        """The side files of BIDS that apply to it."""
        return side_files(path)

    def audit(self, source: Source) -> Header:
        """The header, each field checked, completed by the side files of BIDS where there are any."""
        layout = read_layout(source.path)
        records = study_records(layout)
        rows, issues = _rows(layout, records.seconds, source)
        name = ("bdf" if layout.bdf else "edf") + ("+" if layout.plus else "")
        heads = tuple(row.head for row in rows)
        return Header(name, heads, layout.start, records.annotations, (*layout.issues, *records.issues, *issues))

    def load(self, source: Source, span: Span) -> Recording:
        """The samples of a span."""
        return self.play(source)(span, ())

    def play(self, source: Source) -> Play:
        """One span after another; the header and the marks are studied once."""
        header, layout = self.audit(source), read_layout(source.path)
        records = study_records(layout)
        rows, _ = _rows(layout, records.seconds, source)

        def some(span: Span, names: Collection[str]) -> Recording:
            """The channels of these names, or all, over one span."""
            taken = [row for row in rows if not names or row.head.name in names]
            wanted = [(row.trace, row.scale, sample_span(span, row.head.rate_hz, row.head.n_samples)) for row in taken]
            samples, odd = read_samples(layout, records, wanted)
            channels = tuple(
                Channel(row.head.name, row.head.kind, row.head.unit, row.head.rate_hz, values, row.place_mm)
                for row, values in zip(taken, samples, strict=True)
            )
            return Recording(header.format, channels, header.start, header.annotations, (*header.issues, *odd))

        return some


@dataclass(frozen=True)
class _Row:
    """A channel that can be read: what it is, where its samples lie, and how they become its quantity."""

    head: ChannelHead
    trace: Trace
    scale: Scale
    place_mm: tuple[float, float] | None


def _rows(layout: Layout, seconds: float, source: Source) -> tuple[list[_Row], tuple[Issue, ...]]:
    rows, issues = list[_Row](), list[Issue]()
    traces = [trace for trace in layout.traces if not trace.is_annotation]
    side = find_side(source.path)
    beside, odd = matched(side, [layout.name(trace) for trace in traces], source.path.name) if side else ({}, ())
    for trace in traces:
        row = beside.get(layout.name(trace))
        name = row.name if row else layout.name(trace)
        where = f"signal {trace.index + 1} '{name}'"
        fault = _limits_fault(trace, where)
        rate = trace.per_record / layout.record_s
        if fault or not rate_is_possible(rate):
            issues.append(fault or bad_rate(where, rate))
            continue
        completed, doubts = completed_unit(row, trace.unit, where)
        issues += doubts
        spelled = source.unit_of(name, completed)
        try:
            unit, factor = known_unit(spelled)
        except UnknownUnit:
            issues.append(ask_unit(name, where, spelled))
            continue
        kind, doubts = fitting_kind(row, name, unit, where)
        issues += (*doubts, *doubt_rate(row.rate_hz if row else None, rate, where))
        head = ChannelHead(name, kind, unit, rate, round(seconds * rate))
        if trace.physical[0] > trace.physical[1]:
            what = mark("The physical limits are the other way round, so up is negative, as the format allows.")
            issues.append(issue("edf.inverted", Level.NOTE, where, what, mark("Nothing needs to be done.")))
        rows.append(_Row(head, trace, _scale(trace, factor), row.place_mm if row else None))
    if side:
        issues += [*side.issues, *odd, *contradictions(side, [row.head.rate_hz for row in rows], seconds, source.path.name)]
    return rows, tuple(issues)


def _limits_fault(trace: Trace, where: str) -> Issue | None:
    """Why a channel's limits cannot turn its integers into a quantity."""
    if not all(map(math.isfinite, (*trace.physical, *trace.digital))):
        return bad_field("limits", where, mark("A physical or digital limit is no number; the channel is left out."))
    if trace.physical[0] == trace.physical[1] or trace.digital[0] >= trace.digital[1]:
        return bad_field("limits", where, mark("The physical or digital limits are equal or swapped; the channel is left out."))
    return None


def _scale(trace: Trace, factor: float) -> Scale:
    """Integers to the quantity, by our own reading of the limits."""
    (p0, p1), (d0, d1) = trace.physical, trace.digital
    gain = (p1 - p0) / (d1 - d0)
    return Scale(gain * factor, (p0 - d0 * gain) * factor)

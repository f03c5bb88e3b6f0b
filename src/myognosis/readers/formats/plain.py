"""Numbers as text whose layout somebody described: in a description beside the file, or in the head lines of BioSPPy's format."""

import re
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
import numpy.typing as npt

from myognosis.faults import Issue, Level
from myognosis.language import mark
from myognosis.model.recording import Channel, Recording
from myognosis.readers.base import (
    ChannelHead,
    Glance,
    Header,
    Reader,
    Source,
    Span,
    as_samples,
    ask_rate,
    issue,
    kind_of,
    known_unit,
    refuse,
    sample_blocks,
    sample_span,
)
from myognosis.readers.clock import Clock, resample, study_clock
from myognosis.readers.description import WHICH_RATE, DescribedChannel, Description, find_description
from myognosis.readers.formats.opensignals import OPENSIGNALS, opensignals_description
from myognosis.readers.glance import Part, glance_over
from myognosis.readers.table import Dialect, read_numbers, read_plain, text_blocks
from myognosis.readers.text import decode_text

__all__ = ["DescribedTextReader", "is_described_text"]

_SUFFIXES = (".csv", ".txt", ".tsv", ".dat", ".asc")
_BIOSPPY = b"# Simple Text Format"
_RATE = re.compile(r"^# Sampling Rate \(Hz\):= *([0-9.]+)")
_LABELS = re.compile(r"^# Labels:= *(.+)$")
_RATES_AGREE = 0.01
_TIME_UNITS = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}
_FIX = mark("Mend the description beside the file; docs/recordings.md has its fields.")


@dataclass(frozen=True, eq=False)
class _Numbers:
    """The table with its channels, and its rate or its clock."""

    channels: tuple[DescribedChannel, ...]
    values: npt.NDArray[np.float64]
    rate_hz: float
    clock: Clock | None
    issues: tuple[Issue, ...]

    @property
    def n_samples(self) -> int:
        return self.clock.n_even if self.clock else len(self.values)


def is_described_text(path: Path, head: bytes) -> bool:
    """Whether a text has a description beside it or in its first line."""
    if path.suffix.lower() not in _SUFFIXES or b"\0" in head.removeprefix(b"\xff\xfe")[:1]:
        return False
    return head.startswith((_BIOSPPY, OPENSIGNALS)) or path.with_name(f"{path.stem}.layout.json").is_file()


class DescribedTextReader(Reader):
    """Text with a described layout."""

    name = "text"
    suffixes = _SUFFIXES
    reads_parts = False

    def recognises(self, path: Path, head: bytes) -> bool:
        """By the description beside it, or by the first line."""
        return is_described_text(path, head)

    def audit(self, source: Source) -> Header:
        """Channels and rate. The length is that of the table, so the table is read."""
        numbers = _read(source)
        heads, issues = _heads(numbers, source)
        return Header(self.name, heads, None, (), (*numbers.issues, *issues))

    def load(self, source: Source, span: Span) -> Recording:
        """The samples of a span."""
        return self._recording(_read(source), source, span)

    def glance(self, source: Source) -> Glance | None:
        """Places all over a large table."""
        described = _described(source)

        def read_part(lines: list[str], where: str, is_first: bool) -> Part:
            """The numbers of some lines; the first lines of the file may be heads."""
            rows = lines[described.header_rows if is_first else 0 :]
            numbers = _numbers(described, read_numbers([rows], _dialect(rows, described, where), where), source, where)
            clock = (float(numbers.clock.times[0]), float(numbers.clock.times[-1])) if numbers.clock else None
            return Part(self._recording(numbers, source, Span()), len(rows), clock)

        return glance_over(source, read_part)

    def _recording(self, numbers: _Numbers, source: Source, span: Span) -> Recording:
        heads, issues = _heads(numbers, source)
        named = {channel.name: channel for channel in numbers.channels}
        factors = {head.name: known_unit(source.unit_of(head.name, named[head.name].unit))[1] for head in heads}
        if numbers.clock:
            samples = [resample(numbers.clock, _scaled(numbers.values, named[name], factor)) for name, factor in factors.items()]
            samples = [even[sample_span(span, numbers.rate_hz, len(even))] for even in samples]
        else:
            taken = sample_span(span, numbers.rate_hz, len(numbers.values))
            samples = [np.empty(taken.stop - taken.start, np.float32) for _ in heads]
            for rows in sample_blocks(taken, numbers.values.shape[1]):  # a few rows at a time, of which all columns are near
                part = slice(rows.start - taken.start, rows.stop - taken.start)
                for even, (name, factor) in zip(samples, factors.items(), strict=True):
                    even[part] = as_samples(_scaled(numbers.values[rows], named[name], factor))
        channels = (
            Channel(head.name, head.kind, head.unit, head.rate_hz, even, named[head.name].place_mm)
            for head, even in zip(heads, samples, strict=True)
        )
        return Recording(self.name, tuple(channels), None, (), (*numbers.issues, *issues))


def _scaled(values: npt.NDArray[np.float64], channel: DescribedChannel, factor: float) -> npt.NDArray[np.float64]:
    return (values[:, channel.column - 1] - channel.zero) * (channel.scale * factor)


def _heads(numbers: _Numbers, source: Source) -> tuple[tuple[ChannelHead, ...], tuple[Issue, ...]]:
    heads, issues = list[ChannelHead](), list[Issue]()
    for channel in numbers.channels:
        if measured := source.measured_in(channel.name, channel.unit, numbers.rate_hz, issues):
            kind = channel.kind or kind_of(channel.name, measured[0])
            heads.append(ChannelHead(channel.name, kind, measured[0], numbers.rate_hz, numbers.n_samples))
    return tuple(heads), tuple(issues)


def _described(source: Source) -> Description:
    described = find_description(source.path) or _described_within(source.path)
    if len({channel.name for channel in described.channels}) != len(described.channels):
        what = mark("Two channels of the description have the same name.")
        raise refuse("description", source.path.name, what, _FIX)
    return described


def _described_within(path: Path) -> Description:
    """What the first lines of a file say of it."""
    with path.open("rb") as stream:
        head = stream.read(len(OPENSIGNALS))
    return opensignals_description(path) if head == OPENSIGNALS else _biosppy(path)


def _read(source: Source) -> _Numbers:
    described, where = _described(source), source.path.name
    with source.path.open("rb") as stream:
        blocks = text_blocks(stream, where)
        rows = next(blocks, [])[described.header_rows :]
        dialect = _dialect(rows, described, where)
        plain = read_plain(source.path, described.header_rows, dialect)
        return _numbers(described, read_numbers(chain([rows], blocks), dialect, where, plain), source, where)


def _numbers(
    described: Description, read: tuple[npt.NDArray[np.float64], tuple[Issue, ...]], source: Source, where: str
) -> _Numbers:
    values, issues = read
    if len(values) < 1:
        raise refuse("empty", where, mark("The table holds fewer than two rows of numbers."), _FIX)
    if described.sequence:
        issues += _lost_on_the_way(values[:, described.sequence - 1], where)
    if described.time:
        ticks = values[:, described.time.column - 1] * _TIME_UNITS[described.time.unit]
        clock = study_clock(ticks, f"{where}, column {described.time.column}")
        two = _two_rates(source.rate_hz or described.rate_hz, clock.rate_hz, where)
        return _Numbers(described.channels, values, clock.rate_hz, clock, (*issues, *clock.issues, *two))
    rate = source.rate_hz or described.rate_hz
    if rate is None:
        raise ask_rate(where)
    return _Numbers(described.channels, values, rate, None, issues)


def _lost_on_the_way(counted: npt.NDArray[np.float64], where: str) -> tuple[Issue, ...]:
    """A doubt where a count of samples leaves some out; one of few bits begins anew when it is full."""
    top = float(np.nanmax(counted, initial=0.0))
    steps = np.diff(counted)
    steps = np.mod(steps, top + 1) if top in _FULL else steps
    lost = float(np.sum(steps[steps > 1] - 1))
    if not lost:
        return ()
    what = mark(
        "By its own count at least {n} {n:sample was|samples were} lost on the way, so that what comes after stands too early."
    )
    fix = mark("Record again with the device nearer to the receiver, and at a lower rate.")
    return (issue("sequence", Level.DOUBT, where, what, fix, n=f"{lost:.0f}"),)


_FULL = (15.0, 127.0, 255.0, 65535.0)
"""What counts of 4, 7, 8 and 16 bits reach."""


def _two_rates(told: float | None, rate: float, where: str) -> tuple[Issue, ...]:
    """A doubt where the rate that was told is not the one of the clock."""
    if not told or abs(told - rate) <= _RATES_AGREE * rate:
        return ()
    what = mark("{a} Hz were told, and its clock says {b} Hz, which is used.")
    return (issue("rate.two", Level.DOUBT, where, what, WHICH_RATE, a=f"{told:g}", b=f"{rate:g}"),)


def _dialect(rows: list[str], described: Description, where: str) -> Dialect:
    """What divides the columns: as described, or what stands in the first row."""
    first = rows[0] if rows else ""
    marks = (one for one in ("\t", ";", ",", " ") if one in first.strip() and not (one == "," and described.decimal == ","))
    delimiter = described.delimiter or next(marks, ";")
    width = len(first.split(None if delimiter == " " else delimiter))
    width -= delimiter != " " and first.endswith(delimiter)
    needed = max([c.column for c in described.channels] + ([described.time.column] if described.time else []))
    if delimiter == "," and not described.delimiter and width == 2 * needed and all(map(_may_be_decimals, rows[:20])):
        what = mark("The commas of a row divide its columns, or are decimal commas: the description does not say which.")
        raise refuse("description.decimal", where, what, mark('Write "decimal": "," or "delimiter": "," into the description.'))
    if width < needed:
        what = mark("The description names column {needed}, and the first row has {width}.")
        raise refuse("description", where, what, _FIX, needed=needed, width=width)
    clock = described.time.column - 1 if described.time else None
    return Dialect(delimiter, width, described.decimal == ",", clock)


def _may_be_decimals(row: str) -> bool:
    """Whether every second cell of a row is such that it may be the decimals of the one before."""
    return all(cell.isdigit() for cell in row.strip().split(",")[1::2])


def _biosppy(path: Path) -> Description:
    """BioSPPy's head lines: a rate and labels, and no unit."""
    with path.open("rb") as stream:
        lines = decode_text(stream.read(4096)).splitlines()
    heads = [line for line in lines if line.startswith("#")]
    rate = next((float(found[1]) for line in heads if (found := _RATE.match(line)) and found[1].count(".") < 2), None)
    labels = next((found[1].strip() for line in heads if (found := _LABELS.match(line))), "")
    names = [name.strip() for name in re.split(r"[,\t]", labels) if name.strip()] or ["signal"]
    channels = tuple(DescribedChannel(column=number, name=name[:80], unit="?") for number, name in enumerate(names, 1))
    return Description(channels=channels, rate_hz=rate or None, header_rows=len(heads))

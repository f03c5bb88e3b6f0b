"""The data records of EDF and BDF: samples in blocks, and what the marks say of when each record began.

A recording with pauses (EDF+D, or one whose marks show it) lies on one even clock; where no record was made it is not a number.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from myognosis.faults import Issue, Level
from myognosis.language import mark
from myognosis.model.recording import Annotation, Samples
from myognosis.readers.base import as_samples, issue, refuse
from myognosis.readers.formats.edf_header import FIX, Layout, Trace

__all__ = ["Records", "Scale", "Stretch", "read_samples", "study_records"]

_BLOCK_BYTES = 1_000_000
"""Bytes that are read at once; more of a file of many channels, so that each has some thousand samples in a block."""
_LEAST_REPEATED = 32
"""A record of so many samples that are not all alike is not written twice by chance."""
_MAX_PAUSE_S = 7 * 86_400.0
_NOTHING = mark("Nothing needs to be done.")


@dataclass(frozen=True)
class Scale:
    """From the stored integer to the quantity: ``stored * gain + base``."""

    gain: float
    base: float

    def fits(self, least: int, most: int) -> bool:
        """Whether everything from the least to the most stored integer becomes a finite sample."""
        return max(abs(stored * self.gain + self.base) for stored in (least, most)) < 3e38


@dataclass(frozen=True)
class Stretch:
    """Records that follow each other without a pause, and when the first of them began."""

    first: int
    n: int
    start_s: float


@dataclass(frozen=True)
class Records:
    """What the marks say: the stretches, how long all lasts, and the marks themselves."""

    stretches: tuple[Stretch, ...]
    seconds: float
    annotations: tuple[Annotation, ...]
    issues: tuple[Issue, ...]


@lru_cache(maxsize=16)
def study_records(layout: Layout) -> Records:
    """The clock and the marks of a file; without marks one stretch from zero on."""
    whole = Records((Stretch(0, layout.n_records, 0.0),), layout.n_records * layout.record_s, (), ())
    traces = [trace for trace in layout.traces if trace.is_annotation and trace.per_record]
    if not layout.plus or not traces:
        if layout.plus.endswith("D"):
            what = mark("The recording is one with pauses (EDF+D), and no mark says when its parts began.")
            raise refuse("edf.gaps", f"{layout.path.name}, byte 192", what, mark("Export it as continuous (EDF+C)."))
        return whole
    onsets, marks, n_bad = _read_marks(layout, traces)
    issues = list[Issue]()
    if n_bad:
        what = mark("{n} {n:mark is|marks are} not written as the format demands; {n:it is|they are} left out.")
        issues.append(issue("edf.marks", Level.DOUBT, layout.path.name, what, FIX, n=n_bad))
    stretches = _stretches(onsets, layout) if onsets is not None else whole.stretches
    if len(stretches) > 1:
        what = mark("The recording pauses (pauses: {n}, {seconds} s in all); there nothing is filled in.")
        seconds = stretches[-1].start_s + stretches[-1].n * layout.record_s
        paused = f"{seconds - whole.seconds:.2f}"
        issues.append(issue("edf.pauses", Level.NOTE, layout.path.name, what, _NOTHING, n=len(stretches) - 1, seconds=paused))
    last = stretches[-1]
    zero = float(onsets[0]) if onsets is not None else 0.0
    shifted = tuple(Annotation(one.start_s - zero, one.duration_s, one.text) for one in marks)
    return Records(stretches, last.start_s + last.n * layout.record_s, shifted, tuple(issues))


def _read_marks(layout: Layout, traces: Sequence[Trace]) -> tuple[npt.NDArray[np.float64] | None, list[Annotation], int]:
    """When each record began (None where not every record says it), every mark, and how many are badly written."""
    onsets = np.full(layout.n_records, np.nan)
    marks, n_bad = list[Annotation](), 0
    records = np.memmap(layout.path, np.uint8, "r", layout.header_bytes, (layout.n_records, layout.record_bytes))
    for number, trace in enumerate(traces):
        part = slice(trace.first_byte, trace.first_byte + trace.per_record * layout.sample_bytes)
        for index, raw in enumerate(_rows_of(records, part)):
            listed, bad = _parse_marks(raw)
            n_bad += bad
            if number == 0 and listed and listed[0].text == "":
                onsets[index] = listed[0].start_s
            marks.extend(one for one in listed if one.text)
    return (onsets if np.isfinite(onsets).all() else None), sorted(marks, key=lambda one: one.start_s), n_bad


def _rows_of(records: npt.NDArray[np.uint8], part: slice) -> Iterator[bytes]:
    """The bytes of a part of each record; some records at once, for each look costs as much."""
    width = part.stop - part.start
    at_once = max(1, _BLOCK_BYTES // max(1, width))
    for first in range(0, len(records), at_once):
        block = records[first : first + at_once, part].tobytes()
        yield from (block[at : at + width] for at in range(0, len(block), width))


def _parse_marks(raw: bytes) -> tuple[list[Annotation], int]:
    r"""Time-stamped lists (EDF+ 2.2.2): ``+onset[\x15duration]\x14text\x14...\x14\0``."""
    found, bad = list[Annotation](), 0
    for one in raw.split(b"\0"):
        if not one:
            continue
        when, *texts = one.split(b"\x14")
        onset, _, duration = when.partition(b"\x15")
        try:
            start_s, duration_s = _seconds(onset), _seconds(duration) if duration else 0.0
        except ValueError:
            bad += 1
            continue
        if not texts or duration_s < 0:
            bad += 1
            continue
        words = [text.decode("utf-8", "replace") for text in texts[:-1]]
        found += [Annotation(start_s, duration_s, text) for text in words or [""]]
    return found, bad


def _seconds(digits: bytes) -> float:
    value = float(digits.decode("ascii"))
    if not abs(value) < 1e9:
        raise ValueError(digits)
    return value


def _stretches(onsets: npt.NDArray[np.float64], layout: Layout) -> tuple[Stretch, ...]:
    """Records that follow each other; one that begins before the last has ended is refused."""
    late = np.diff(onsets) - layout.record_s
    if (late < -0.5 * layout.record_s).any():
        what = mark("Record {n} begins before the one in front of it has ended.")
        raise refuse("edf.backwards", layout.path.name, what, FIX, n=int(np.argmax(late < -0.5 * layout.record_s)) + 2)
    breaks = np.flatnonzero(late > 1e-3 + 1e-6 * layout.record_s) + 1
    if late[late > 0].sum() > _MAX_PAUSE_S:
        what = mark("The pauses of the recording last {days} days, which cannot be.")
        raise refuse("edf.backwards", layout.path.name, what, FIX, days=f"{late.sum() / 86_400:.0f}")
    edges = [0, *breaks.tolist(), len(onsets)]
    return tuple(Stretch(a, b - a, float(onsets[a] - onsets[0])) for a, b in pairwise(edges))


def read_samples(
    layout: Layout, records: Records, wanted: Sequence[tuple[Trace, Scale, slice]]
) -> tuple[list[Samples], list[Issue]]:
    """The samples of several traces, each over its own slice, in blocks of a few megabytes; and what is odd about them."""
    out = [np.empty(part.stop - part.start, np.float32) for _, _, part in wanted]
    if len(records.stretches) > 1:
        for samples in out:
            samples.fill(np.nan)
    beyond, repeated = [0] * len(wanted), [0] * len(wanted)
    least, most = (-0x80_0000, 0x7F_FFFF) if layout.bdf else (-0x8000, 0x7FFF)
    for first, start_s, block in _blocks(layout, records, wanted):
        for number, (trace, scale, part) in enumerate(wanted):
            at = round((start_s + first * layout.record_s) * trace.per_record / layout.record_s) - part.start
            low, high = max(at, 0), min(at + len(block) * trace.per_record, len(out[number]))
            if low >= high:
                continue
            stored = _stored(block, trace, layout)
            repeated[number] += _repeats(stored.reshape(len(block), -1))
            stored = stored[low - at : high - at]
            if (most > trace.digital[1] or least < trace.digital[0]) and (
                trace.digital[0] > stored.min() or trace.digital[1] < stored.max()
            ):
                beyond[number] += int(((stored < trace.digital[0]) | (stored > trace.digital[1])).sum())
            values = stored * scale.gain
            values += scale.base
            out[number][low:high] = values if scale.fits(least, most) else as_samples(values)
    odd = [_beyond(layout, trace, n) for (trace, _, _), n in zip(wanted, beyond, strict=True) if n]
    return out, odd + [_repeating(layout, trace, n) for (trace, _, _), n in zip(wanted, repeated, strict=True) if n]


def _blocks(
    layout: Layout, records: Records, wanted: Sequence[tuple[Trace, Scale, slice]]
) -> Iterator[tuple[int, float, npt.NDArray[np.uint8]]]:
    """Blocks of whole records that the slices touch: number within the stretch, start of the stretch, bytes."""
    spans = [(part.start / trace.per_record, part.stop / trace.per_record) for trace, _, part in wanted if part.stop > part.start]
    if not spans:
        return
    start_s, stop_s = (min(a for a, _ in spans) * layout.record_s, max(b for _, b in spans) * layout.record_s)
    at_once = max(1, _BLOCK_BYTES * min(4, max(1, len(layout.traces) // 8)) // layout.record_bytes)
    for stretch in records.stretches:
        first = max(0, int((start_s - stretch.start_s) / layout.record_s) - 1)
        last = min(stretch.n, int((stop_s - stretch.start_s) / layout.record_s) + 2)
        for index in range(first, last, at_once):
            n = min(at_once, last - index)
            offset = layout.header_bytes + (stretch.first + index) * layout.record_bytes
            raw = np.fromfile(layout.path, np.uint8, n * layout.record_bytes, offset=offset)
            yield index, stretch.start_s, raw.reshape(-1, layout.record_bytes)


def _stored(block: npt.NDArray[np.uint8], trace: Trace, layout: Layout) -> npt.NDArray[np.signedinteger]:
    """The integers of a trace in a block of records."""
    raw = block[:, trace.first_byte : trace.first_byte + trace.per_record * layout.sample_bytes]
    if not layout.bdf:
        return np.ascontiguousarray(raw).view("<i2").ravel()
    low = raw.reshape(-1, 3).astype(np.int32)
    return (low[:, 0] | low[:, 1] << 8 | low[:, 2] << 16) - ((low[:, 2] & 0x80) << 17)


def _repeats(rows: npt.NDArray[np.signedinteger]) -> int:
    """How many records of a block hold what an earlier one of it holds, sample by sample; a flat line is alike by itself."""
    if rows.shape[1] < _LEAST_REPEATED or len(rows) < 2:
        return 0
    some = rows[:, :: rows.shape[1] // 16].astype(np.int64)  # a few samples tell which records may be alike
    keys = some @ np.arange(1, some.shape[1] + 1)
    _, first, alike = np.unique(keys, return_index=True, return_inverse=True)
    later = np.flatnonzero(first[alike] != np.arange(len(rows)))
    return sum(bool(np.array_equal(rows[at], rows[first[alike[at]]]) and (rows[at] != rows[at][0]).any()) for at in later)


def _repeating(layout: Layout, trace: Trace, n: int) -> Issue:
    what = mark(
        "{n} {n:record holds the same samples as one before it|records hold the same samples as one before them}: a "
        "part of the recording was written again instead of what followed."
    )
    fix = mark("Export the recording again; compare it with what the device shows at this place.")
    return issue("edf.repeated", Level.DOUBT, f"signal {trace.index + 1} '{layout.name(trace)}'", what, fix, n=n)


def _beyond(layout: Layout, trace: Trace, n: int) -> Issue:
    what = mark("{n} {n:sample lies|samples lie} beyond the digital limits of the header, so the header or the scale may be wrong.")
    return issue("edf.beyond", Level.DOUBT, f"signal {trace.index + 1} '{layout.name(trace)}'", what, FIX, n=n)

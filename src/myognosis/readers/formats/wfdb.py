"""WFDB records: a ``.hea`` header, its samples and its marks (PhysioNet, header(5), signal(5) and annot(5) of WFDB).

Formats 16, 24, 32, 61, 80, 160 and 212. Every sum of samples that the header states is checked, so that a damaged file is never
read in silence.
"""

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from myognosis.faults import Issue, Level, RecordingError
from myognosis.language import mark
from myognosis.model.recording import Channel, Recording, Samples
from myognosis.readers.base import (
    ChannelHead,
    Header,
    Reader,
    Source,
    Span,
    as_samples,
    bad_rate,
    issue,
    kind_of,
    known_unit,
    rate_is_possible,
    refuse,
    sample_blocks,
    sample_span,
)  # fmt: skip
from myognosis.readers.formats.wfdb_data import FORMATS, Integers, mark_files, read_marks, read_stored

__all__ = ["WfdbReader"]

_GAIN = re.compile(r"^(?P<gain>[-+0-9.eE]+)?(?:\((?P<base>-?\d+)\))?(?:/(?P<unit>\S+))?$")
_STORED = re.compile(r"^(?P<format>\d+)(?:x1)?(?::0)?(?:\+(?P<offset>\d{1,15}))?$")
_FIX_HEADER = mark("Compare the header with the one of the source, or fetch the record again.")


@dataclass(frozen=True)
class _Signal:
    """One signal line of a header."""

    name: str
    file: str
    format: str
    offset: int
    gain: float
    baseline: int
    unit: str
    checksum: int | None


@dataclass(frozen=True)
class _Record:
    """A header, parsed."""

    rate_hz: float
    n_samples: int
    start: dt.datetime | None
    signals: tuple[_Signal, ...]
    issues: tuple[Issue, ...]


class WfdbReader(Reader):
    """WFDB, one file of samples and its marks."""

    name = "wfdb"
    suffixes = (".hea",)

    def recognises(self, path: Path, head: bytes) -> bool:
        """By the suffix of the header."""
        return path.suffix.lower() == ".hea"

    def companions(self, path: Path) -> tuple[Path, ...]:
        """The samples and the marks that lie beside the header."""
        lines = path.read_bytes()[:1_000_000].decode("utf-8", "replace").splitlines()[1:]
        named = dict.fromkeys(line.split()[0] for line in lines if line.strip() and not line.startswith("#"))
        samples = (path.with_name(name) for name in named if Path(name).name == name and "\0" not in name)
        return tuple(file for file in (*samples, *mark_files(path)) if file.is_file())

    def audit(self, source: Source) -> Header:
        """The header, each line checked, and the size of the data."""
        record = _parse(source.path)
        heads, issues = [], list(record.issues)
        if not rate_is_possible(record.rate_hz):
            issues.append(bad_rate(str(source.path), record.rate_hz))
            return Header(self.name, (), record.start, (), tuple(issues))
        for signal in record.signals:
            if measured := source.measured_in(signal.name, signal.unit, record.rate_hz, issues):
                kind = kind_of(signal.name, measured[0])
                heads.append(ChannelHead(signal.name, kind, measured[0], record.rate_hz, record.n_samples))
        marks, odd = read_marks(source.path, record.rate_hz)
        return Header(self.name, tuple(heads), record.start, marks, (*issues, *odd))

    def load(self, source: Source, span: Span) -> Recording:
        """The samples of a span; read whole, each channel is held against the header's checksum."""
        header, record = self.audit(source), _parse(source.path)
        if not header.channels:
            raise RecordingError(header.issues)
        taken, signals = sample_span(span, record.rate_hz, record.n_samples), record.signals
        columns = {signal.name: number for number, signal in enumerate(signals)}
        samples = np.empty((len(header.channels), taken.stop - taken.start), np.float32)
        sums = np.zeros(len(signals), np.int64)
        for part in sample_blocks(taken, len(signals)):
            raw = _raw_frames(source.path, record, part)
            sums += raw.sum(axis=0, dtype=np.int64)
            for row, head in enumerate(header.channels):
                column = columns[head.name]
                made = _quantity(signals[column], raw[:, column], source)
                samples[row, part.start - taken.start : part.stop - taken.start] = made
        whole = taken == slice(0, record.n_samples)
        bad = [_bad_sum(s.name) for s, total in zip(signals, sums, strict=True) if whole and not _sum_fits(int(total), s.checksum)]
        channels = tuple(
            Channel(head.name, head.kind, head.unit, head.rate_hz, row) for head, row in zip(header.channels, samples, strict=True)
        )
        return Recording(self.name, channels, header.start, header.annotations, (*header.issues, *bad))


def _quantity(signal: _Signal, raw: Integers, source: Source) -> Samples:
    _, factor = known_unit(source.unit_of(signal.name, signal.unit))
    samples = as_samples((raw.astype(np.float64) - signal.baseline) * (factor / signal.gain))
    samples[raw == FORMATS[signal.format].missing] = np.nan
    return samples


def _sum_fits(total: int, stated: int | None) -> bool:
    """Whether the 16-bit sum of the samples is what the header says (header(5): checksum)."""
    return stated is None or (total - stated) % 65536 == 0


def _bad_sum(name: str) -> Issue:
    what = mark("The samples do not add up to the checksum in the header: the data were changed or damaged.")
    return issue("checksum", Level.DOUBT, name, what, _FIX_HEADER)


def _parse(path: Path) -> _Record:
    """A header file as values, or every reason why not."""
    text = path.read_bytes()[:1_000_000].decode("utf-8", "replace")
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    first = lines[0].split() if lines else []
    try:
        n_signals = int(first[1])
        rate = float(re.split(r"[/(]", first[2])[0]) if len(first) > 2 else 250.0
        stated = int(first[3]) if len(first) > 3 else 0
    except (IndexError, ValueError):
        raise refuse("header", f"{path.name}, line 1", mark("The first line of the header cannot be read."), _FIX_HEADER) from None
    if "/" in first[0]:
        what = mark("The record is put together from several; we read single records.")
        raise refuse("segments", f"{path.name}, line 1", what, mark("Give the header of one of its parts."))
    if not 1 <= n_signals <= 4096 or len(lines) < 1 + n_signals:
        what = mark("The header announces {n} {n:signal|signals} and describes {m}.")
        raise refuse("header", path.name, what, _FIX_HEADER, n=n_signals, m=len(lines) - 1)
    signals = _unlike(tuple(_signal(line, f"{path.name}, line {at}") for at, line in enumerate(lines[1 : n_signals + 1], 2)))
    n_samples, issues = _length(path, signals, stated)
    if len(first) < 3:
        what = mark("The header states no rate; the format's own rule makes it 250 Hz.")
        issues += (issue("rate.default", Level.DOUBT, path.name, what, _FIX_HEADER),)
    return _Record(rate, n_samples, _start(first), signals, issues)


def _unlike(signals: tuple[_Signal, ...]) -> tuple[_Signal, ...]:
    """Signals that share a name bear the number of their line too."""
    often = Counter(signal.name for signal in signals)
    return tuple(replace(s, name=f"{s.name} #{i}") if often[s.name] > 1 else s for i, s in enumerate(signals, 1))


def _start(first: list[str]) -> dt.datetime | None:
    """Date and time of the first line, where both stand there."""
    try:
        clock = dt.datetime.strptime(first[4].split(".")[0], "%H:%M:%S").time()
        return dt.datetime.combine(dt.datetime.strptime(first[5], "%d/%m/%Y").date(), clock)
    except (IndexError, ValueError):
        return None


def _signal(line: str, where: str) -> _Signal:
    parts = line.split(maxsplit=8)
    stored = _STORED.match(parts[1]) if len(parts) > 1 else None
    if stored is None or stored["format"] not in FORMATS:
        what = mark("The samples are stored in format '{format}'; we read 16, 24, 32, 61, 80, 160 and 212.")
        fix = mark("Convert the record with xform or wrsamp to format 16.")
        raise refuse("wfdb.format", where, what, fix, format=parts[1][:20] if len(parts) > 1 else "")
    if Path(parts[0]).name != parts[0]:
        raise refuse("wfdb.path", where, mark("The header points to a file in another folder."), _FIX_HEADER)
    found = _GAIN.match(parts[2]) if len(parts) > 2 else None
    gain = _number(found.group("gain")) if found else 0.0
    zero = int(parts[4]) if len(parts) > 4 and re.fullmatch(r"-?\d+", parts[4]) else 0
    baseline = int(found.group("base")) if found and found.group("base") else zero
    unit = (
        (found.group("unit") or "mV") if found and gain else ""
    )  # header(5): without a unit millivolts, without a gain uncalibrated
    checksum = int(parts[6]) if len(parts) > 6 and re.fullmatch(r"-?\d+", parts[6]) else None
    name = parts[8] if len(parts) > 8 else f"{parts[0]} {where.rpartition(' ')[2]}"
    return _Signal(name, parts[0], stored["format"], int(stored["offset"] or 0), gain or 1.0, baseline, unit, checksum)


def _number(text: str | None) -> float:
    """A finite number other than zero, or zero where it is none."""
    try:
        value = float(text or 0)
    except ValueError:
        return 0.0
    return value if np.isfinite(value) else 0.0


def _length(path: Path, signals: tuple[_Signal, ...], stated: int) -> tuple[int, tuple[Issue, ...]]:
    """How many samples a channel there are, by header and by file, and what does not fit."""
    if len({(signal.file, signal.format, signal.offset) for signal in signals}) != 1:
        what = mark("The signals lie in several files or formats; we read records of one.")
        raise refuse("wfdb.files", path.name, what, mark("Convert the record with xform or wrsamp to format 16."))
    data = path.with_name(signals[0].file)
    if not data.is_file():
        raise refuse("wfdb.data", str(data), mark("The file of the samples is missing."), mark("Put it beside the header."))
    frame_bytes = FORMATS[signals[0].format].n_bytes * len(signals)
    present = max(0, int((data.stat().st_size - signals[0].offset) / frame_bytes))
    if not present:
        raise refuse("empty", data.name, mark("The file holds no samples."), mark("Fetch the record again."))
    if not stated or present == stated:
        return present, ()
    if present > stated:
        what = mark("The file holds {n} {n:sample|samples} a channel and the header {m}; those of the header are read.")
        return stated, (issue("length", Level.NOTE, data.name, what, _FIX_HEADER, n=present, m=stated),)
    what = mark("The file ends early: {n} of {m} {m:sample|samples} a channel {n:is|are} there.")
    return present, (issue("truncated", Level.DOUBT, data.name, what, mark("Fetch the record again."), n=present, m=stated),)


def _raw_frames(path: Path, record: _Record, part: slice) -> Integers:
    """The stored integers of a span, one column a signal."""
    n, one = len(record.signals), record.signals[0]
    flat = read_stored(path.with_name(one.file), one.format, one.offset, part.start * n, (part.stop - part.start) * n)
    return flat.reshape(-1, n)

"""EDF, EDF+ and BDF: our own audit of the header, then edfio decodes the samples.

No reader is safe alone on damaged files: several return impossible rates or wrong amplitudes in silence. So the header is
checked here field by field (Kemp et al., Electroencephalogr Clin Neurophysiol 82:391, 1992, doi 10.1016/0013-4694(92)90009-7;
Kemp and Olivan, Clin Neurophysiol 114:1755, 2003, doi 10.1016/S1388-2457(03)00123-8), what is safe is mended and named, and the
rest is refused with the byte where it stands.
"""

import datetime as dt
import math
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from myognosis.faults import Issue, Level, MissingExtra, RecordingError
from myognosis.language import mark
from myognosis.model.recording import Annotation, Channel, Kind, Recording, Samples
from myognosis.readers.base import (
    ChannelHead,
    Header,
    Reader,
    Source,
    Span,
    UnknownUnit,
    ask_unit,
    bad_rate,
    issue,
    kind_of,
    known_unit,
    rate_is_possible,
    refuse,
    sample_span,
)  # fmt: skip

__all__ = ["EdfReader"]

_WIDTHS = (("label", 16), ("transducer", 80), ("unit", 8), ("physical minimum", 8), ("physical maximum", 8),
           ("digital minimum", 8), ("digital maximum", 8), ("filter", 80), ("samples", 8), ("reserved", 32))  # fmt: skip
_FIX = mark("Export the recording again, or mend the field with an EDF editor.")
_NOTHING = mark("Nothing needs to be done.")
_PLAUSIBLE_SD_UV: dict[Kind, tuple[float, float]] = {"emg": (0.3, 20_000.0), "eeg": (0.3, 2_000.0), "ecg": (2.0, 20_000.0)}
"""Outside of these a trace in microvolts is likely in another unit: EMG amplifiers resolve about 0.3 uV and saturate below
20 mV; scalp EEG does not reach 2 mV."""


@dataclass(frozen=True)
class _Trace:
    """One signal of the header."""

    index: int
    label: str
    unit: str
    physical: tuple[float, float]
    digital: tuple[float, float]
    per_record: int


@dataclass(frozen=True)
class _Layout:
    """A header that was found sound, or mended."""

    bdf: bool
    plus: str
    start: dt.datetime | None
    header_bytes: int
    n_records: int
    record_s: float
    record_bytes: int
    traces: tuple[_Trace, ...]
    mended: bool
    issues: tuple[Issue, ...]


class EdfReader(Reader):
    """EDF, EDF+C, BDF, BDF+C."""

    name = "edf"
    suffixes = (".edf", ".bdf", ".rec")

    def recognises(self, path: Path, head: bytes) -> bool:
        """By the first eight bytes."""
        return head[:8] in (b"0       ", b"\xffBIOSEMI") or path.suffix.lower() in (".edf", ".bdf")

    def audit(self, source: Source) -> Header:
        """The header, each field checked."""
        layout = _layout(source.path)
        heads, issues = _heads(layout, source)
        name = ("bdf" if layout.bdf else "edf") + ("+" if layout.plus else "")
        return Header(name, heads, layout.start, (), (*layout.issues, *issues))

    def load(self, source: Source, span: Span) -> Recording:
        """The samples of a span."""
        header, layout = self.audit(source), _layout(source.path)
        decoded = _decode(source.path, layout)
        by_label = {_name(trace, layout): trace for trace in layout.traces}
        channels, issues = [], list(header.issues)
        data = [trace for trace in layout.traces if not _is_annotation(trace)]
        for head in header.channels:
            trace = by_label[head.name]
            channel = _channel(head, trace, decoded.signals[data.index(trace)], source, span)
            channels.append(channel)
        issues.extend(_implausible(channels))
        return Recording(header.format, tuple(channels), header.start, _annotations(decoded, layout), tuple(issues))


def _layout(path: Path) -> _Layout:
    """The header as values; RecordingError with every fault of the file where it cannot be mended."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        fixed = stream.read(256)
        faults: list[Issue] = []
        _check_shift(fixed, path)
        n_signals = _whole(fixed[252:256], "number of signals, byte 252", faults)
        if len(fixed) < 256 or n_signals is None or not 1 <= n_signals <= 4096:
            faults.append(_bad("header", path.name, mark("The header is cut off or names no number of signals.")))
            raise RecordingError(faults)
        signals = stream.read(256 * n_signals)
    if len(signals) < 256 * n_signals:
        raise refuse("edf.header", path.name, mark("The header is cut off or names no number of signals."), _FIX)
    traces = _traces(signals, n_signals, faults)
    record_s = _real(fixed[244:252])
    if not (math.isfinite(record_s) and record_s > 0):
        what = mark("A data record would last {value} s, so the rate is unknown.")
        faults.append(_bad("duration", "record duration, byte 244", what, value=_text(fixed[244:252])))
    plus = _text(fixed[192:236])[:5]
    if plus in ("EDF+D", "BDF+D"):
        fix = mark("Export it as continuous (EDF+C).")
        faults.append(
            issue(
                "edf.gaps",
                Level.REFUSE,
                "reserved, byte 192",
                mark("The recording is one with gaps (EDF+D), which we do not read."),
                fix,
            )
        )
    if faults:
        raise RecordingError(faults)
    bdf = fixed[:1] == b"\xff"
    record_bytes = sum(trace.per_record for trace in traces) * (3 if bdf else 2)
    header_bytes = 256 * (n_signals + 1)
    n_records, mended, notes = _records(fixed, size, header_bytes, record_bytes, path.name)
    start, odd = _start(fixed)
    return _Layout(
        bdf, plus if plus[:4] in ("EDF+", "BDF+") else "", start, header_bytes, n_records, record_s, record_bytes, traces, mended,
        (*notes, *odd),
    )  # fmt: skip


def _check_shift(fixed: bytes, path: Path) -> None:
    """The patient field is sometimes written one byte short, and all behind it is shifted."""
    place = fixed.find(b"Startdate")
    if 80 < place < 88:
        what = mark("The field 'patient identification' is {n} characters long instead of 80, so all fields behind it are shifted.")
        raise refuse("edf.shift", f"{path.name}, byte 8", what, _FIX, n=place - 8)


def _traces(signals: bytes, n: int, faults: list[Issue]) -> tuple[_Trace, ...]:
    columns: dict[str, list[bytes]] = {}
    at = 0
    for name, width in _WIDTHS:
        columns[name] = [signals[at + width * i : at + width * (i + 1)] for i in range(n)]
        at += width * n
    found = []
    for i in range(n):
        where = f"signal {i + 1} '{_text(columns['label'][i])}'"
        samples = _whole(columns["samples"][i], f"{where}, samples in a record", faults)
        if samples is not None and not 0 <= samples <= 10_000_000:
            faults.append(_bad("samples", where, mark("A record would hold {n} samples of it."), n=samples))
        physical = (_real(columns["physical minimum"][i]), _real(columns["physical maximum"][i]))
        digital = (_real(columns["digital minimum"][i]), _real(columns["digital maximum"][i]))
        found.append(_Trace(i, _text(columns["label"][i]), _text(columns["unit"][i]), physical, digital, samples or 0))
    return tuple(found)


def _records(fixed: bytes, size: int, header_bytes: int, record_bytes: int, where: str) -> tuple[int, bool, tuple[Issue, ...]]:
    """How many records there are by header and by size; a file cut short keeps its whole records."""
    faults: list[Issue] = []
    stated = _whole(fixed[236:244], "number of records, byte 236", faults)
    written = _whole(fixed[184:192], "bytes of the header, byte 184", faults)
    notes: list[Issue] = []
    present = (size - header_bytes) // record_bytes if record_bytes else 0
    if present < 1:
        raise refuse("edf.empty", where, mark("The file holds no whole data record."), _FIX)
    if written != header_bytes:
        what = mark("The header states its own length wrongly; it was worked out from the number of signals.")
        notes.append(issue("edf.header_bytes", Level.DOUBT, f"{where}, byte 184", what, _FIX))
    if stated is None or stated < 0:
        what = mark("The header does not say how many records there are; {n} were found.")
        notes.append(issue("edf.count", Level.NOTE, f"{where}, byte 236", what, _NOTHING, n=present))
        return present, True, tuple(notes)
    if stated > present:
        what = mark("The file ends early: {n} of {m} records are whole and were read.")
        notes.append(issue("truncated", Level.DOUBT, where, what, mark("Fetch the file again."), n=present, m=stated))
    elif size - header_bytes != stated * record_bytes:
        what = mark("The file is longer than its header says: {n} records instead of {m}; those of the header are read.")
        notes.append(issue("length", Level.DOUBT, where, what, _FIX, n=present, m=stated))
    if stated == 0:
        raise refuse("edf.empty", where, mark("The file holds no whole data record."), _FIX)
    n = min(stated, present)
    return n, bool(notes), tuple(notes)


def _heads(layout: _Layout, source: Source) -> tuple[tuple[ChannelHead, ...], tuple[Issue, ...]]:
    heads, issues = [], []
    for trace in layout.traces:
        if _is_annotation(trace):
            continue
        name = _name(trace, layout)
        where = f"signal {trace.index + 1} '{name}'"
        fault = _limits_fault(trace, where)
        rate = trace.per_record / layout.record_s
        if fault or not rate_is_possible(rate):
            issues.append(fault or bad_rate(where, rate))
            continue
        spelled = source.told_unit(name) or trace.unit
        try:
            unit, _ = known_unit(spelled)
        except UnknownUnit:
            issues.append(ask_unit(name, where, spelled))
            continue
        heads.append(ChannelHead(name, kind_of(name, unit), unit, rate, trace.per_record * layout.n_records))
    return tuple(heads), tuple(issues)


def _limits_fault(trace: _Trace, where: str) -> Issue | None:
    """Why a channel's limits cannot turn its integers into a quantity."""
    if not all(map(math.isfinite, (*trace.physical, *trace.digital))):
        return _bad("limits", where, mark("A physical or digital limit is no number; the channel is left out."))
    if trace.physical[0] == trace.physical[1] or trace.digital[0] >= trace.digital[1]:
        return _bad("limits", where, mark("The physical or digital limits are equal or swapped; the channel is left out."))
    return None


def _decode(path: Path, layout: _Layout) -> Any:
    """The file through edfio; a mended one from memory with its header set right."""
    try:
        import edfio
    except ImportError:
        raise MissingExtra("Reading EDF", "signals") from None
    source: Path | bytes = path
    if layout.mended:
        raw = path.read_bytes()[: layout.header_bytes + layout.n_records * layout.record_bytes]
        source = raw[:184] + f"{layout.header_bytes:<8}".encode() + raw[192:236] + f"{layout.n_records:<8}".encode() + raw[244:]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return edfio.read_bdf(source) if layout.bdf else edfio.read_edf(source)
    except (ValueError, ArithmeticError, LookupError, NameError, TypeError) as error:
        what = mark("The samples cannot be decoded: {why}.")
        raise refuse("edf.decode", path.name, what, _FIX, why=f"{type(error).__name__}: {error}"[:120]) from None


def _channel(head: ChannelHead, trace: _Trace, signal: Any, source: Source, span: Span) -> Channel:
    """Integers to the quantity, by our own reading of the limits."""
    taken = sample_span(span, head.rate_hz, head.n_samples)
    _, factor = known_unit(source.told_unit(head.name) or trace.unit)
    rate = signal.sampling_frequency
    if taken.stop == taken.start:
        digital = np.empty(0)
    else:
        digital = np.asarray(signal.get_digital_slice(taken.start / rate, taken.stop / rate), np.float64)
    (p0, p1), (d0, d1) = trace.physical, trace.digital
    samples: Samples = (((digital - d0) * ((p1 - p0) / (d1 - d0)) + p0) * factor).astype(np.float32)
    return Channel(head.name, head.kind, head.unit, head.rate_hz, samples)


def _implausible(channels: list[Channel]) -> tuple[Issue, ...]:
    """A doubt where the size of traces does not fit what they are said to record."""
    odd = []
    for channel in channels:
        low, high = _PLAUSIBLE_SD_UV.get(channel.kind, (0.0, math.inf))
        spread = float(channel.samples.std()) if len(channel.samples) else low
        if channel.unit == "uV" and not low <= spread <= high:
            odd.append((channel.name, spread))
    if not odd:
        return ()
    what = mark("The trace has a spread of {sd} uV, which does not fit its kind: the unit in the header may be wrong.")
    fix = mark("If you know the unit, name it: --unit '{channel}=uV' (or mV, g, m/s2, deg/s, rad/s).")
    where = odd[0][0] if len(odd) == 1 else f"{odd[0][0]} (+{len(odd) - 1})"
    return (issue("implausible", Level.DOUBT, where, what, fix, sd=f"{odd[0][1]:.3g}", channel=odd[0][0]),)


def _annotations(decoded: Any, layout: _Layout) -> tuple[Annotation, ...]:
    if not layout.plus:
        return ()
    try:
        return tuple(Annotation(float(a.onset), float(a.duration or 0.0), str(a.text)) for a in decoded.annotations)
    except (ValueError, LookupError, ArithmeticError):
        return ()


def _start(fixed: bytes) -> tuple[dt.datetime | None, tuple[Issue, ...]]:
    """Date and time; two-digit years turn at 1985 (EDF specification)."""
    try:
        day, month, year = (int(part) for part in _text(fixed[168:176]).split("."))
        hour, minute, second = (int(part) for part in _text(fixed[176:184]).split("."))
        return dt.datetime(year + (1900 if year >= 85 else 2000), month, day, hour, minute, second), ()
    except ValueError:
        what = mark("The date or time of the start is written as '{value}', which is none.")
        return None, (issue("edf.start", Level.NOTE, "byte 168", what, _NOTHING, value=_text(fixed[168:184])),)


def _is_annotation(trace: _Trace) -> bool:
    return trace.label in ("EDF Annotations", "BDF Annotations")


def _name(trace: _Trace, layout: _Layout) -> str:
    """The label, or the label with its number where several signals share it or it is blank."""
    twins = sum(other.label == trace.label for other in layout.traces)
    return trace.label if twins == 1 and trace.label else f"{trace.label} #{trace.index + 1}".strip()


def _text(field: bytes) -> str:
    """A field of the header: the standard says ASCII, and devices write UTF-8 or Windows-1251."""
    try:
        text = field.decode("utf-8")
    except UnicodeDecodeError:
        text = field.decode("cp1251", "replace")
    return text.strip(" \0")


def _real(field: bytes) -> float:
    try:
        return float(_text(field).replace(",", "."))
    except ValueError:
        return math.nan


def _whole(field: bytes, where: str, faults: list[Issue]) -> int | None:
    try:
        return int(_text(field))
    except ValueError:
        faults.append(_bad("number", where, mark("'{value}' is no whole number."), value=_text(field)[:20]))
        return None


def _bad(code: str, where: str, what: str, **params: object) -> Issue:
    return issue(f"edf.{code}", Level.REFUSE, where, what, _FIX, **params)

"""The header of EDF and BDF, each field checked: what is safe is mended and named, the rest refused with its byte.

Kemp et al., Electroencephalogr Clin Neurophysiol 82:391, 1992, doi 10.1016/0013-4694(92)90009-7; Kemp and Olivan, Clin
Neurophysiol 114:1755, 2003, doi 10.1016/S1388-2457(03)00123-8.
"""

import datetime as dt
import math
import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path

from myognosis.faults import Issue, Level, RecordingError
from myognosis.language import mark
from myognosis.readers.base import issue, refuse
from myognosis.readers.text import decode_text

__all__ = ["FIX", "Layout", "Trace", "bad_field", "read_layout"]

_WIDTHS = (("label", 16), ("transducer", 80), ("unit", 8), ("physical minimum", 8), ("physical maximum", 8),
           ("digital minimum", 8), ("digital maximum", 8), ("filter", 80), ("samples", 8), ("reserved", 32))  # fmt: skip
FIX = mark("Export the recording again, or mend the field with an EDF editor.")
_NOTHING = mark("Nothing needs to be done.")


@dataclass(frozen=True)
class Trace:
    """One signal of the header; ``first_byte`` is where its samples begin in each data record."""

    index: int
    label: str
    unit: str
    physical: tuple[float, float]
    digital: tuple[float, float]
    per_record: int
    first_byte: int

    @property
    def is_annotation(self) -> bool:
        """Whether it holds marks and no samples."""
        return self.label in ("EDF Annotations", "BDF Annotations")


@dataclass(frozen=True, eq=False)
class Layout:
    """A header that was found sound, or mended."""

    path: Path
    bdf: bool
    plus: str
    start: dt.datetime | None
    header_bytes: int
    n_records: int
    record_s: float
    record_bytes: int
    traces: tuple[Trace, ...]
    issues: tuple[Issue, ...]

    @property
    def sample_bytes(self) -> int:
        """Bytes of one sample."""
        return 3 if self.bdf else 2

    def name(self, trace: Trace) -> str:
        """The label, or the label with its number where several signals share it or it is blank."""
        unique = self._how_often[trace.label] == 1 and trace.label
        return trace.label if unique else f"{trace.label} #{trace.index + 1}".strip()

    @cached_property
    def _how_often(self) -> Counter[str]:
        return Counter(trace.label for trace in self.traces)


def read_layout(path: Path) -> Layout:
    """The header as values; RecordingError with every fault of the file where it cannot be mended."""
    seen = path.stat()
    with path.open("rb") as stream:
        raw = stream.read(256)
        n_signals = _text(raw[252:256])
        raw += stream.read(256 * int(n_signals)) if re.fullmatch("[0-9]{1,4}", n_signals) else b""
    return _read_layout(path, raw, seen.st_size, (seen.st_ino, seen.st_mtime_ns))


@lru_cache(maxsize=16)
def _read_layout(path: Path, raw: bytes, size: int, _which: tuple[int, int]) -> Layout:
    """One value for one state of a file, so that what is learnt of it later can be remembered with it."""
    lost = _lost_bytes(raw)
    if not lost:
        return _parse(path, raw, size, 0)
    what = mark(
        "The field 'patient identification' is {n} {n:character|characters} long instead of 80, so all fields behind "
        "it are shifted."
    )
    where = f"{path.name}, byte 8"
    try:
        with path.open("rb") as stream:
            raw = stream.read(256 * 4097)
        layout = _parse(path, raw[: 88 - lost] + b" " * lost + raw[88 - lost :], size, lost)
    except RecordingError as error:
        raise RecordingError([*refuse("edf.shift", where, what, FIX, n=80 - lost).issues, *error.issues]) from None
    if any(note.code != "recording.edf.start" for note in layout.issues):  # nothing else bears witness that the mend is right
        raise refuse("edf.shift", where, what, FIX, n=80 - lost)
    return replace(layout, issues=(*layout.issues, issue("edf.shift", Level.DOUBT, where, what, FIX, n=80 - lost)))


def _lost_bytes(raw: bytes) -> int:
    """The patient field is sometimes written a few bytes short, and all behind it is shifted."""
    place = raw[:256].find(b"Startdate")
    return 88 - place if 80 < place < 88 else 0


def _parse(path: Path, raw: bytes, size: int, lost: int) -> Layout:
    """The header in ``raw``, to which ``lost`` bytes were added that the file lacks."""
    fixed, faults = raw[:256], list[Issue]()
    n_signals = _whole(fixed[252:256], "number of signals, byte 252", faults)
    header_bytes = 256 * ((n_signals or 0) + 1)
    if len(fixed) < 256 or n_signals is None or not 1 <= n_signals <= 4096 or len(raw) < header_bytes:
        faults.append(bad_field("header", path.name, mark("The header is cut off or names no number of signals.")))
        raise RecordingError(faults)
    bdf = fixed[:1] == b"\xff"
    traces = _traces(raw[256:header_bytes], n_signals, 3 if bdf else 2, faults)
    record_s = _real(fixed[244:252])
    if not (math.isfinite(record_s) and record_s > 0):
        if record_s == 0 and all(trace.is_annotation for trace in traces):
            faults.append(bad_field("marks", path.name, mark("The file holds marks and no signal.")))
        what = mark("A data record would last {value} s, so the rate is unknown.")
        faults.append(bad_field("duration", "record duration, byte 244", what, value=_text(fixed[244:252])))
    if faults:
        raise RecordingError(faults)
    record_bytes = sum(trace.per_record for trace in traces) * (3 if bdf else 2)
    n_records, notes = _records(fixed, size + lost, header_bytes, record_bytes, path.name)
    empty = next((trace for trace in traces if not trace.per_record and not trace.is_annotation), None)
    if empty and any(note.code in ("recording.length", "recording.truncated") for note in notes):
        what = mark("A data record would hold no sample of it, and the size of the file contradicts that.")
        raise RecordingError([bad_field("samples", f"signal {empty.index + 1} '{empty.label}'", what)])
    start, odd = _start(fixed)
    if b"," in fixed[244:252] or b"," in raw[256 + 104 * n_signals : 256 + 136 * n_signals]:  # the limits of all signals
        what = mark("Numbers of the header have a decimal comma, where EDF wants a point; they were read as they are meant.")
        odd = (*odd, issue("edf.comma", Level.NOTE, path.name, what, _NOTHING))
    plus = _text(fixed[192:236])[:5]
    return Layout(
        path, bdf, plus if plus[:4] in ("EDF+", "BDF+") else "", start, header_bytes - lost, n_records, record_s, record_bytes,
        traces, (*notes, *odd),
    )  # fmt: skip


def _traces(signals: bytes, n: int, sample_bytes: int, faults: list[Issue]) -> tuple[Trace, ...]:
    columns: dict[str, list[bytes]] = {}
    at = 0
    for name, width in _WIDTHS:
        columns[name] = [signals[at + width * i : at + width * (i + 1)] for i in range(n)]
        at += width * n
    found, first_byte = [], 0
    for i in range(n):
        where = f"signal {i + 1} '{_text(columns['label'][i])}'"
        samples = _whole(columns["samples"][i], f"{where}, samples in a record", faults)
        if samples is not None and not 0 <= samples <= 10_000_000:
            faults.append(bad_field("samples", where, mark("A record would hold {n} {n:sample|samples} of it."), n=samples))
        physical = (_real(columns["physical minimum"][i]), _real(columns["physical maximum"][i]))
        digital = (_real(columns["digital minimum"][i]), _real(columns["digital maximum"][i]))
        found.append(Trace(i, _text(columns["label"][i]), _text(columns["unit"][i]), physical, digital, samples or 0, first_byte))
        first_byte += (samples or 0) * sample_bytes
    return tuple(found)


def _records(fixed: bytes, size: int, header_bytes: int, record_bytes: int, where: str) -> tuple[int, tuple[Issue, ...]]:
    """How many records there are by header and by size; a file cut short keeps its whole records."""
    faults: list[Issue] = []
    stated = _whole(fixed[236:244], "number of records, byte 236", faults)
    written = _whole(fixed[184:192], "bytes of the header, byte 184", faults)
    notes: list[Issue] = []
    present = (size - header_bytes) // record_bytes if record_bytes else 0
    if present < 1:
        raise refuse("edf.empty", where, mark("The file holds no whole data record."), FIX)
    if written != header_bytes:
        what = mark("The header states its own length wrongly; it was worked out from the number of signals.")
        notes.append(issue("edf.header_bytes", Level.DOUBT, f"{where}, byte 184", what, FIX))
    if stated is None or stated < 0:
        what = mark("The header does not say how many records there are; {n} were found.")
        notes.append(issue("edf.count", Level.NOTE, f"{where}, byte 236", what, _NOTHING, n=present))
        return present, tuple(notes)
    if stated > present:
        what = mark("The file ends early: of {m} {m:record|records} {n} {n:is whole and was|are whole and were} read.")
        notes.append(issue("truncated", Level.DOUBT, where, what, mark("Fetch the file again."), n=present, m=stated))
    elif size - header_bytes != stated * record_bytes:
        what = mark("The file is longer than its header says: {n} {n:record|records} instead of {m}; those of the header are read.")
        notes.append(issue("length", Level.DOUBT, where, what, FIX, n=present, m=stated))
    if stated == 0:
        raise refuse("edf.empty", where, mark("The file holds no whole data record."), FIX)
    return min(stated, present), tuple(notes)


def _start(fixed: bytes) -> tuple[dt.datetime | None, tuple[Issue, ...]]:
    """Date and time; two-digit years turn at 1985 (EDF specification)."""
    try:
        day, month, year = (int(part) for part in _text(fixed[168:176]).split("."))
        hour, minute, second = (int(part) for part in _text(fixed[176:184]).split("."))
        return dt.datetime(year + (1900 if year >= 85 else 2000), month, day, hour, minute, second), ()
    except ValueError:
        what = mark("The date or time of the start is written as '{value}', which is none.")
        return None, (issue("edf.start", Level.NOTE, "byte 168", what, _NOTHING, value=_text(fixed[168:184])),)


def _text(field: bytes) -> str:
    """A field of the header: the standard says ASCII, and devices write UTF-8 or Windows-1251."""
    return decode_text(field).strip(" \0")


def _real(field: bytes) -> float:
    try:
        return float(_text(field).replace(",", "."))
    except ValueError:
        return math.nan


def _whole(field: bytes, where: str, faults: list[Issue]) -> int | None:
    try:
        return int(_text(field))
    except ValueError:
        what = mark("'{value}' is no whole number.") if _text(field) else mark("This field is empty; a whole number belongs here.")
        faults.append(bad_field("number", where, what, value=_text(field)[:20]))
        return None


def bad_field(code: str, where: str, what: str, **params: object) -> Issue:
    """A fault of a field of the header."""
    return issue(f"edf.{code}", Level.REFUSE, where, what, FIX, **params)

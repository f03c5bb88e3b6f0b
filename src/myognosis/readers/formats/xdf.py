"""XDF, the files of Lab Streaming Layer, through pyxdf: every stream with a rate is a table with a clock, markers are marks."""

import io
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from myognosis.faults import Issue, Level, MissingExtra
from myognosis.language import mark
from myognosis.model.recording import Annotation, Kind, Recording
from myognosis.readers.base import Header, Reader, Source, Span, issue, kind_of, refuse
from myognosis.readers.clock import study_clock
from myognosis.readers.clocked import ClockedTable, Column, clocked_channels, clocked_heads, on_one_beginning
from myognosis.readers.formats.xdf_chunks import whole_chunks
from myognosis.readers.quiet import quiet

__all__ = ["XdfReader"]

_FIX = mark("Record or export the file again.")
_RATES_AGREE = 0.05
"""Clocks of amplifiers are off by less; what differs by more has lost samples."""


class XdfReader(Reader):
    """XDF."""

    name = "xdf"
    suffixes = (".xdf",)
    reads_parts = False

    def recognises(self, path: Path, head: bytes) -> bool:
        """By the first letters."""
        return head.startswith(b"XDF:")

    def audit(self, source: Source) -> Header:
        """Streams with their channels; the samples stand between the marks, so all is read."""
        tables, marks, early = _streams(source.path)
        heads, issues = clocked_heads(tables, source)
        return Header(self.name, tuple(head for head, _, _ in heads), None, marks, (*early, *issues))

    def load(self, source: Source, span: Span) -> Recording:
        """The samples of a span, each stream on an even clock of its own."""
        tables, marks, early = _streams(source.path)
        heads, issues = clocked_heads(tables, source)
        return Recording(self.name, clocked_channels(heads, source, span), None, marks, (*early, *issues))


Streams = tuple[list[ClockedTable], tuple[Annotation, ...], tuple[Issue, ...]]


def _streams(path: Path) -> Streams:
    seen = path.stat()
    return _load(path, seen.st_size, (seen.st_ino, seen.st_mtime_ns))


@lru_cache(maxsize=2)
def _load(path: Path, size: int, _which: tuple[int, int]) -> Streams:
    try:
        from pyxdf import load_xdf
    except ImportError:
        raise MissingExtra(mark("Reading XDF"), "formats") from None
    end = whole_chunks(path)
    try:
        with quiet("pyxdf"):
            streams, _ = load_xdf(path if end == size else io.BytesIO(path.read_bytes()[:end]))
    except Exception as error:  # pyxdf fails on damaged files with errors of every kind
        what = mark("The file is damaged: {why}.")
        raise refuse("xdf.damaged", path.name, what, _FIX, why=f"{type(error).__name__}: {error}"[:120]) from None
    sampled = [one for one in streams if isinstance(one["time_series"], np.ndarray) and len(one["time_stamps"]) > 1]
    tables = [_table(one, path.name) for one in sampled if _rate(one) > 0]
    if not tables:
        raise refuse("xdf.none", path.name, mark("The file holds no stream of samples with a rate."), _FIX)
    begin = min(float(table.clock.times[0]) for table in tables)
    marks = [
        Annotation(float(time) - begin, 0.0, " ".join(map(str, words)))
        for one in streams
        if isinstance(one["time_series"], list)
        for time, words in zip(one["time_stamps"], one["time_series"], strict=False)
    ]
    what = mark("The file ends early, inside a chunk; what is whole was read.")
    early = (issue("truncated", Level.DOUBT, path.name, what, _FIX),) if end < size else ()
    return on_one_beginning(tables, path.name), tuple(sorted(marks, key=lambda one: one.start_s)), early


def _rate(stream: dict[str, Any]) -> float:
    try:
        return float(stream["info"]["nominal_srate"][0])
    except (KeyError, IndexError, TypeError, ValueError):
        return 0.0


def _table(stream: dict[str, Any], where: str) -> ClockedTable:
    info = stream["info"]
    name, sort = str((info.get("name") or ["stream"])[0]), str((info.get("type") or [""])[0])
    with np.errstate(all="ignore"):  # damaged samples may be numbers of no kind
        values = np.asarray(stream["time_series"], np.float64)
    clock = study_clock(np.asarray(stream["time_stamps"], np.float64), f"{where}, {name}")
    columns = tuple(_column(info, index, sort) for index in range(values.shape[1]))
    two = _other_rate(_rate(stream), clock.rate_hz, f"{where}, {name}")
    return ClockedTable(f"{name} ", clock, columns, values, (*clock.issues, *two))


def _other_rate(announced: float, rate: float, where: str) -> tuple[Issue, ...]:
    """A doubt where the stamps come at another rate than the stream was announced with: samples were lost, or stamps are wrong."""
    if abs(rate - announced) <= _RATES_AGREE * announced:
        return ()
    what = mark("The stream was announced with {a} Hz, and its samples are stamped {b} times a second, which is used.")
    return (issue("rate.two", Level.DOUBT, where, what, _FIX, a=f"{announced:g}", b=f"{rate:.4g}"),)


def _column(info: dict[str, Any], index: int, sort: str) -> Column:
    """Label, unit and type of a channel, where the stream describes it."""
    try:
        said = info["desc"][0]["channels"][0]["channel"][index]
    except (KeyError, IndexError, TypeError):
        said = {}
    label, unit, kind = (str((said.get(key) or [""])[0] or "") for key in ("label", "unit", "type"))
    known: Kind = kind_of(f"{kind or sort} {label}", "uV")
    return Column(index, label or f"channel {index + 1}", unit, known if known != "other" else None)

"""XDF, the files of Lab Streaming Layer, through pyxdf: every stream with a rate is a table with a clock, markers are marks."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from myognosis.faults import MissingExtra
from myognosis.language import mark
from myognosis.model.recording import Annotation, Kind, Recording
from myognosis.readers.base import Header, Reader, Source, Span, kind_of, refuse
from myognosis.readers.clock import study_clock
from myognosis.readers.clocked import ClockedTable, Column, clocked_channels, clocked_heads, on_one_beginning

__all__ = ["XdfReader"]

_FIX = mark("Record or export the file again.")


class XdfReader(Reader):
    """XDF."""

    name = "xdf"
    suffixes = (".xdf", ".xdfz")
    reads_parts = False

    def recognises(self, path: Path, head: bytes) -> bool:
        """By the first letters."""
        return head.startswith(b"XDF:")

    def audit(self, source: Source) -> Header:
        """Streams with their channels; the samples stand between the marks, so all is read."""
        tables, marks = _streams(source.path)
        heads, issues = clocked_heads(tables, source)
        return Header(self.name, tuple(head for head, _, _ in heads), None, marks, issues)

    def load(self, source: Source, span: Span) -> Recording:
        """The samples of a span, each stream on an even clock of its own."""
        tables, marks = _streams(source.path)
        heads, issues = clocked_heads(tables, source)
        return Recording(self.name, clocked_channels(heads, source, span), None, marks, issues)


def _streams(path: Path) -> tuple[list[ClockedTable], tuple[Annotation, ...]]:
    seen = path.stat()
    return _load(path, seen.st_size, (seen.st_ino, seen.st_mtime_ns))


@lru_cache(maxsize=2)
def _load(path: Path, _size: int, _which: tuple[int, int]) -> tuple[list[ClockedTable], tuple[Annotation, ...]]:
    try:
        from pyxdf import load_xdf
    except ImportError:
        raise MissingExtra("Reading XDF", "formats") from None
    try:
        with _in_silence():
            streams, _ = load_xdf(path)
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
    return on_one_beginning(tables, path.name), tuple(sorted(marks, key=lambda one: one.start_s))


@contextmanager
def _in_silence() -> Iterator[None]:
    """The library warns in its log of what we say as issues or refuse."""
    logger = logging.getLogger("pyxdf")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)


def _rate(stream: dict[str, Any]) -> float:
    try:
        return float(stream["info"]["nominal_srate"][0])
    except (KeyError, IndexError, TypeError, ValueError):
        return 0.0


def _table(stream: dict[str, Any], where: str) -> ClockedTable:
    info = stream["info"]
    name, sort = str((info.get("name") or ["stream"])[0]), str((info.get("type") or [""])[0])
    values = np.asarray(stream["time_series"], np.float64)
    clock = study_clock(np.asarray(stream["time_stamps"], np.float64), f"{where}, {name}")
    columns = tuple(_column(info, index, sort) for index in range(values.shape[1]))
    return ClockedTable(f"{name} ", clock, columns, values, clock.issues)


def _column(info: dict[str, Any], index: int, sort: str) -> Column:
    """Label, unit and type of a channel, where the stream describes it."""
    try:
        said = info["desc"][0]["channels"][0]["channel"][index]
    except (KeyError, IndexError, TypeError):
        said = {}
    label, unit, kind = (str((said.get(key) or [""])[0] or "") for key in ("label", "unit", "type"))
    known: Kind = kind_of(f"{kind or sort} {label}", "uV")
    return Column(index, label or f"channel {index + 1}", unit, known if known != "other" else None)

"""Whoever is named in the marks of a recording, blanked in place: EDF+ and BDF+, WFDB, XDF. A damaged file is left as it is."""

from collections.abc import Iterator
from pathlib import Path
from typing import IO

from myognosis.faults import RecordingError
from myognosis.readers.event_words import blanked
from myognosis.readers.formats.edf_header import read_layout
from myognosis.readers.formats.wfdb_data import MARK_SUFFIXES, mark_words
from myognosis.readers.formats.xdf_chunks import marker_words, whole_chunks
from myognosis.readers.persons import nameless_marks

__all__ = ["scrub_marks", "written"]

_EDF_PLUS = slice(192, 196)


def scrub_marks(path: Path, name: str) -> bool:
    """Blank who is named in the marks of a file of this name; whether anything stood there."""
    with path.open("rb") as stream:
        head = stream.read(_EDF_PLUS.stop)
    if head[_EDF_PLUS] in (b"EDF+", b"BDF+"):
        return _scrub_edf(path)
    if name.lower().endswith(MARK_SUFFIXES):
        return _blank(path, mark_words(path.read_bytes()))
    if head.startswith(b"XDF:"):
        try:
            return _blank(path, marker_words(path, whole_chunks(path)))
        except RecordingError:
            return False
    return False


def _blank(path: Path, places: Iterator[tuple[int, int]] | list[tuple[int, int]]) -> bool:
    """Blank who is named in the words at some places; how many bytes they are stays."""
    changed = False
    with path.open("r+b") as stream:
        for first, last in places:
            stream.seek(first)
            told = stream.read(last - first)
            changed |= written(stream, first, told, blanked(told))
    return changed


def _scrub_edf(path: Path) -> bool:
    try:
        layout = read_layout(path)
    except RecordingError:
        return False
    changed = False
    with path.open("r+b") as stream:
        for trace in (trace for trace in layout.traces if trace.is_annotation):
            for record in range(layout.n_records):
                at = layout.header_bytes + record * layout.record_bytes + trace.first_byte
                stream.seek(at)
                told = stream.read(trace.per_record * layout.sample_bytes)
                changed |= written(stream, at, told, nameless_marks(told))
    return changed


def written(stream: IO[bytes], at: int, before: bytes, after: bytes) -> bool:
    """Write what differs; whether it does."""
    if after == before:
        return False
    stream.seek(at)
    stream.write(after)
    return True

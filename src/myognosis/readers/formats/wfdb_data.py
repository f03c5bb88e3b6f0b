"""The stored bytes of WFDB: samples in the formats of signal(5), and marks in the format of annot(5)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from myognosis.faults import Issue, Level
from myognosis.language import mark
from myognosis.model.recording import Annotation
from myognosis.readers.base import issue

__all__ = ["FORMATS", "MARK_SUFFIXES", "Stored", "mark_files", "mark_words", "read_marks", "read_stored"]

Integers = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Stored:
    """How one sample is stored: its bytes, and the value that stands for 'no sample'."""

    n_bytes: float
    missing: int


FORMATS = {
    "16": Stored(2, -32768), "61": Stored(2, -32768), "160": Stored(2, -32768), "80": Stored(1, -128), "212": Stored(1.5, -2048),
    "24": Stored(3, -(2**23)), "32": Stored(4, -(2**31)),
}  # fmt: skip

MARK_SUFFIXES = (".atr", ".ann", ".qrs", ".ecg", ".mrk")
_MAX_MARKS = 20_000_000
_SYMBOLS = dict(
    zip(
        (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35,
         36, 37, 38, 39, 40, 41),
        'NLRaVFJASEj/Q~|sT*D"=pB^t+u?![]en@xf()r',
        strict=True,
    )
)  # fmt: skip
"""The signs of the codes of marks (WFDB, ecgcodes.h)."""
_SKIP, _NUMBER, _SUBTYPE, _CHANNEL, _WORDS = 59, 60, 61, 62, 63
_RESOLUTION = re.compile(r"^## time resolution: ([0-9.]+)")


def read_stored(data: Path, kind: str, offset: int, first: int, count: int) -> Integers:
    """``count`` samples from sample ``first`` on, as they are stored, the signals one after the other in each frame."""
    if kind == "212":
        return _unpack_212(data, offset, first, count)
    if kind == "24":
        low = np.fromfile(data, np.uint8, count=3 * count, offset=offset + 3 * first).reshape(-1, 3).astype(np.int32)
        return (low[:, 0] | low[:, 1] << 8 | low[:, 2] << 16) - ((low[:, 2] & 0x80) << 17)
    dtype = {"16": "<i2", "61": ">i2", "160": "<u2", "80": "u1", "32": "<i4"}[kind]
    zero = {"160": 32768, "80": 128}.get(kind, 0)
    flat = np.fromfile(data, dtype, count=count, offset=offset + first * np.dtype(dtype).itemsize)
    return np.asarray(flat, np.int32) - zero


def _unpack_212(data: Path, offset: int, first: int, count: int) -> Integers:
    """Two 12-bit samples in three bytes, from any sample on."""
    skip = first % 2
    pairs = (count + skip + 1) // 2
    packed = np.fromfile(data, np.uint8, count=3 * pairs, offset=offset + first // 2 * 3).astype(np.int32)
    packed = np.pad(packed, (0, -len(packed) % 3)).reshape(-1, 3)
    flat = np.empty((len(packed), 2), np.int32)
    flat[:, 0] = packed[:, 0] | (packed[:, 1] & 0x0F) << 8
    flat[:, 1] = packed[:, 2] | (packed[:, 1] & 0xF0) << 4
    flat[flat > 2047] -= 4096
    return flat.reshape(-1)[skip : skip + count]


def mark_files(header: Path) -> tuple[Path, ...]:
    """The annotation files that lie beside a header."""
    return tuple(path for suffix in MARK_SUFFIXES if (path := header.with_suffix(suffix)).is_file())


def read_marks(header: Path, rate_hz: float) -> tuple[tuple[Annotation, ...], tuple[Issue, ...]]:
    """The marks of every annotation file beside a header, by time; a file that cannot be read is doubted."""
    marks: list[Annotation] = []
    issues = []
    for path in mark_files(header):
        found, whole = _decode_marks(path.read_bytes()[: 2 * _MAX_MARKS], rate_hz)
        marks += found
        if not whole:
            what = mark("The file of marks ends early; {n} {n:mark was|marks were} read.")
            issues.append(issue("marks", Level.DOUBT, path.name, what, mark("Fetch the record again."), n=len(found)))
    return tuple(sorted(marks, key=lambda one: one.start_s)), tuple(issues)


def _decode_marks(raw: bytes, rate_hz: float) -> tuple[list[Annotation], bool]:
    """Marks of annot(5): words of 16 bits, of which 6 are a code and 10 a time since the mark before."""
    at, time, found, whole = 0, 0, list[tuple[int, str]](), False
    while at + 2 <= len(raw):
        word = int.from_bytes(raw[at : at + 2], "little")
        code, value = word >> 10, word & 0x3FF
        at += 2
        if code == 0 and value == 0:
            whole = True
            break
        if code == _SKIP and at + 4 <= len(raw):
            high, low = int.from_bytes(raw[at : at + 2], "little", signed=True), int.from_bytes(raw[at + 2 : at + 4], "little")
            time, at = time + high * 65536 + low, at + 4
        elif code == _WORDS:
            words = raw[at : at + value].rstrip(b"\0").decode("utf-8", "replace")
            at += value + value % 2
            if found:
                found[-1] = (found[-1][0], f"{found[-1][1]} {words}".strip())
        elif code not in (_SKIP, _NUMBER, _SUBTYPE, _CHANNEL):
            time += value
            found.append((time, _SYMBOLS.get(code, f"[{code}]")))
    return _in_seconds(found, rate_hz), whole and at <= len(raw)


def mark_words(raw: bytes) -> Iterator[tuple[int, int]]:
    """Where in a file of marks their words stand."""
    at = 0
    while at + 2 <= len(raw):
        word = int.from_bytes(raw[at : at + 2], "little")
        code, value = word >> 10, word & 0x3FF
        at += 2
        if word == 0:
            return
        if code == _SKIP:
            at += 4
        elif code == _WORDS:
            yield at, min(at + value, len(raw))
            at += value + value % 2


def _in_seconds(found: list[tuple[int, str]], rate_hz: float) -> list[Annotation]:
    """Marks on the clock of the record, or on one of their own that the first mark states."""
    if found:
        stated = _RESOLUTION.match(found[0][1].partition(" ")[2])
        if stated and float(stated[1].rstrip(".") or 0) > 0:
            rate_hz, found = float(stated[1].rstrip(".")), found[1:]
    return [Annotation(time / rate_hz, 0.0, text) for time, text in found if time >= 0]

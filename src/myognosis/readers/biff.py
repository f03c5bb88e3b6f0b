"""Workbooks of Excel 97 to 2003 (.xls): the compound file that holds them, and the cells of their sheets (MS-CFB, MS-XLS).

Only what a cell shows is read: numbers, words, and what a formula last gave.
"""

import struct
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from myognosis.language import mark
from myognosis.readers.base import refuse

__all__ = ["OLE", "sheets_of_xls"]

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENTRY, _SMALL, _NO_SECTOR = 128, 4096, 0xFFFFFFF0
_BOF, _EOF, _CONTINUE, _LOCK, _SHEET, _WORDS = 0x0809, 0x0A, 0x3C, 0x2F, 0x85, 0xFC
_NUMBER, _RK, _MANY_RK, _WORD, _LABEL, _FORMULA = 0x0203, 0x027E, 0xBD, 0xFD, 0x0204, 0x06
_EXCEL_97 = 0x0600
_MOST_BYTES = 400_000_000
"""No sheet of 65,536 rows of numbers in 256 columns needs more."""


def sheets_of_xls(path: Path, fix: str) -> Iterator[tuple[str, Iterator[list[str]]]]:
    """Name and rows of every sheet, with what is to be done where it cannot be read.

    Raises
    ------
    RecordingError
        The workbook is damaged, locked with a password, or older than Excel 97.
    """
    if path.stat().st_size > _MOST_BYTES:
        raise refuse("workbook", path.name, mark("The file breaks off or is damaged."), fix)
    try:
        streams = _streams(path.read_bytes())
        if "EncryptedPackage" in streams:
            raise _locked(path)
        if "Workbook" not in streams:
            what = mark("This is a document, or a workbook that is older than Excel 97.")
            raise refuse("workbook.old", path.name, what, fix)
        yield from _sheets(streams["Workbook"], path)
    except (struct.error, IndexError, ValueError, OverflowError):
        raise refuse("workbook", path.name, mark("The file breaks off or is damaged."), fix) from None


def _locked(path: Path) -> Exception:
    what = mark("The workbook is locked with a password.")
    return refuse("workbook.locked", path.name, what, mark("Open it with its password, and save it without one."))


def _streams(raw: bytes) -> dict[str, bytes]:
    """The streams of a compound file by their names."""
    size = 1 << min(struct.unpack_from("<H", raw, 30)[0], 16)
    first_entry, small_until, first_small = (struct.unpack_from("<I", raw, at)[0] for at in (48, 56, 60))
    places, more, n_more = list(struct.unpack_from("<109I", raw, 76)), *struct.unpack_from("<2I", raw, 68)
    for _ in range(min(n_more, len(raw) // size)):
        words = struct.unpack_from(f"<{size // 4}I", raw, (more + 1) * size)
        places, more = [*places, *words[:-1]], words[-1]
    table = np.frombuffer(b"".join(raw[(p + 1) * size : (p + 2) * size] for p in places if p < _NO_SECTOR), "<u4")
    whole = _Chains(raw[size:], table, size)
    entries = whole.of(first_entry)
    small: _Chains | None = None
    found = dict[str, bytes]()
    for at in range(0, len(entries) - _ENTRY + 1, _ENTRY):
        letters, kind = struct.unpack_from("<HB", entries, at + 64)
        first, length = struct.unpack_from("<2I", entries, at + 116)
        if kind == 5:
            small = _Chains(whole.of(first), np.frombuffer(whole.of(first_small), "<u4"), 64)
        elif kind == 2:
            name = entries[at : at + max(0, min(letters, 64) - 2)].decode("utf-16-le", "replace")
            held = small if length < min(small_until, _SMALL) and small is not None else whole
            found[name] = held.of(first)[:length]
    return found


@dataclass(frozen=True, eq=False)
class _Chains:
    """Sectors of one size, and which of them follows which."""

    raw: bytes
    following: npt.NDArray[np.uint32]
    size: int

    def of(self, sector: int) -> bytes:
        """The bytes of a chain; ValueError where it goes round or leads nowhere."""
        parts = list[bytes]()
        while sector < _NO_SECTOR:
            if sector >= len(self.following) or len(parts) > len(self.following):
                raise ValueError(sector)
            parts.append(self.raw[sector * self.size : (sector + 1) * self.size])
            sector = int(self.following[sector])
        return b"".join(parts)


def _sheets(book: bytes, path: Path) -> Iterator[tuple[str, Iterator[list[str]]]]:
    """The sheets that the records at the beginning name."""
    named, words, parts = list[tuple[int, str]](), list[str](), list[bytes]()
    for kind, first, last in _records(book, 0):
        if kind == _LOCK:
            raise _locked(path)
        if kind == _BOF and struct.unpack_from("<H", book, first)[0] != _EXCEL_97:
            raise ValueError(kind)
        if kind == _SHEET and book[first + 5] == 0:
            named.append((struct.unpack_from("<I", book, first)[0], _short(book, first + 6)))
        if kind == _WORDS or (kind == _CONTINUE and parts):
            parts.append(book[first:last])
        elif parts and not words:
            words = _Words(parts).all()
    if not named:
        raise ValueError(named)
    for at, name in named:
        yield name, _rows(book, at, words)


def _records(book: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """Kind, first byte and end of the records from a place to the end of its part; struct.error where it breaks off."""
    while True:
        kind, length = struct.unpack_from("<HH", book, at)
        if at + 4 + length > len(book):
            raise ValueError(at)
        yield kind, at + 4, at + 4 + length
        if kind == _EOF:
            return
        at += 4 + length


def _short(book: bytes, at: int) -> str:
    """A word whose length is one byte."""
    return _letters(book, at + 2, book[at], bool(book[at + 1] & 1))


def _letters(raw: bytes, at: int, n: int, wide: bool) -> str:
    told = raw[at : at + n * (1 + wide)]
    return told.decode("utf-16-le" if wide else "latin-1", "replace")


@dataclass(eq=False)
class _Words:
    """The words that cells point to; they go on in the next record, whose first byte says anew how wide letters are."""

    parts: list[bytes]
    part: int = 0
    at: int = 8
    found: list[str] = field(default_factory=list)

    def all(self) -> list[str]:
        """Every word."""
        for _ in range(struct.unpack_from("<I", self.parts[0], 4)[0]):
            if self.part >= len(self.parts) - 1 and self.at >= len(self.parts[-1]):
                break
            self.found.append(self._word())
        return self.found

    def _word(self) -> str:
        (n,), flags = struct.unpack("<H", self._take(2)), self._take(1)[0]
        runs = struct.unpack("<H", self._take(2))[0] if flags & 8 else 0
        other = struct.unpack("<I", self._take(4))[0] if flags & 4 else 0
        told, wide = "", bool(flags & 1)
        while n > 0:
            if self.at >= len(self.parts[self.part]):
                self.part, self.at = self.part + 1, 1
                wide = bool(self.parts[self.part][0] & 1)
            some = min(n, (len(self.parts[self.part]) - self.at) // (1 + wide))
            if some <= 0:
                raise ValueError(n)
            told += _letters(self.parts[self.part], self.at, some, wide)
            self.at, n = self.at + some * (1 + wide), n - some
        self._take(4 * runs + other)
        return told

    def _take(self, n: int) -> bytes:
        """So many bytes, from as many records as they lie in."""
        out = b""
        while len(out) < n:
            if self.at >= len(self.parts[self.part]):
                self.part, self.at = self.part + 1, 0
            some = self.parts[self.part][self.at : self.at + n - len(out)]
            out, self.at = out + some, self.at + len(some)
        return out


def _rows(book: bytes, at: int, words: list[str]) -> Iterator[list[str]]:
    """The rows of a sheet that hold anything, its cells in their columns."""
    places, values, told = array("Q"), array("d"), dict[int, str]()
    for kind, first, last in _records(book, at):
        for place, cell in _cells(book, kind, first, last, words):
            if isinstance(cell, str):
                told[len(places)] = cell
            places.append(place)
            values.append(0.0 if isinstance(cell, str) else cell)
    order = np.argsort(np.frombuffer(places, np.uint64), kind="stable") if places else np.zeros(0, int)
    row, cells = -1, list[str]()
    for n in order.tolist():
        its, column = divmod(places[n], 256)
        if its != row and cells:
            yield cells
            cells = []
        row = its
        cells += [""] * (column + 1 - len(cells))
        cells[column] = told[n] if n in told else repr(values[n])
    if cells:
        yield cells


def _cells(book: bytes, kind: int, first: int, last: int, words: list[str]) -> Iterator[tuple[int, float | str]]:
    """Place (row by 256 and column) and content of the cells in a record."""
    if kind not in (_NUMBER, _RK, _MANY_RK, _WORD, _LABEL, _FORMULA):
        return
    row, column = struct.unpack_from("<HH", book, first)
    place = 256 * row + min(column, 255)
    if kind == _NUMBER:
        yield place, struct.unpack_from("<d", book, first + 6)[0]
    elif kind == _RK:
        yield place, _small(struct.unpack_from("<I", book, first + 6)[0])
    elif kind == _MANY_RK:
        for n in range((last - first - 6) // 6):
            yield min(place + n, 256 * row + 255), _small(struct.unpack_from("<I", book, first + 6 + 6 * n)[0])
    elif kind == _WORD:
        n = struct.unpack_from("<I", book, first + 6)[0]
        yield place, words[n] if n < len(words) else ""
    elif kind == _LABEL:
        n, flags = struct.unpack_from("<HB", book, first + 6)
        yield place, _letters(book, first + 9, min(n, last - first - 9), bool(flags & 1))
    elif book[first + 12 : first + 14] != b"\xff\xff":
        yield place, struct.unpack_from("<d", book, first + 6)[0]


def _small(told: int) -> float:
    """A number in 30 bits: whole, or the upper half of one with a point; some are hundredths."""
    if told & 2:
        value = float((told >> 2) - (1 << 30 if told >> 31 else 0))
    else:
        value = float(struct.unpack("<d", struct.pack("<Q", (told & 0xFFFFFFFC) << 32))[0])
    return value / 100 if told & 1 else value

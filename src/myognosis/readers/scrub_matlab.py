"""Whoever is named in a MATLAB file, blanked: in the free text of its head, and in arrays of words under names like "subject".

Versions 5 to 7 are walked element by element, as ``formats.matlab_arrays`` reads them; what is folded is folded anew, so that such
a file may change its length. In version 7.3 h5py writes blanks over the words. Numbers are never touched.
"""

import mmap
import os
import re
import struct
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import numpy as np

from myognosis.readers.archive import is_bomb
from myognosis.readers.event_words import IS_WHO, blanked, spans_of_names

__all__ = ["scrub_matlab"]

_HEAD, _FREE_TEXT = 128, 116
_MATRIX, _FOLDED = 14, 15
_CELL, _STRUCT, _OBJECT, _CHAR = 1, 2, 3, 4
_HOLD_WORDS = (_CELL, _STRUCT, _OBJECT, _CHAR)
_DEEPEST, _PEEK = 12, 4096
_ABOUT = re.compile(r"comment|notes?\b|remark|history|filepath|filename|owner|author|setname", re.IGNORECASE)
_MARKS = re.compile(r"event|marker|annotation", re.IGNORECASE)

Place = tuple[int, int, int, bool]
"""First byte, end, width of a letter, and whether all of it goes or only the words that may be a name."""


def scrub_matlab(path: Path) -> bool:
    """Blank who is named in a MATLAB file; whether anything stood there. A damaged one keeps what cannot be walked through.

    Raises
    ------
    OSError
        The file cannot be written.
    """
    with path.open("r+b") as stream:
        head = stream.read(_HEAD)
        if not head.startswith(b"MATLAB") or len(head) < _HEAD:
            return False
        free = blanked(head[:_FREE_TEXT])
        changed = free != head[:_FREE_TEXT]
        stream.seek(0)
        stream.write(free)
    if head.startswith(b"MATLAB 7.3"):
        return _scrub_hdf(path) or changed
    order = "<" if head[126:] == b"IM" else ">"
    return _scrub_elements(path, order) or changed


def _scrub_elements(path: Path, order: str) -> bool:
    """Blank what lies open in place, and write the file anew where something is folded that names somebody."""
    folded, changed, size = dict[int, tuple[int, bytes]](), False, path.stat().st_size
    with path.open("r+b") as stream, mmap.mmap(stream.fileno(), 0) as whole:
        at = _HEAD
        while at + 8 <= size:
            kind, length = struct.unpack(order + "II", whole[at : at + 8])
            end = at + 8 + length
            if end > size:
                break
            if kind == _FOLDED and (new := _unnamed(whole[at + 8 : end], order, size)):
                folded[at] = (end, new)
            elif kind == _MATRIX:
                changed |= _blank(whole, _walk(whole, at, order), order)
            at = end
        if not folded:
            return changed
    _write_anew(path, folded, order)
    return True


def _write_anew(path: Path, folded: dict[int, tuple[int, bytes]], order: str) -> None:
    """The file with other elements at some places; the old one stays until the new one is whole."""
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=path.suffix)
    try:
        with os.fdopen(handle, "wb") as out, path.open("rb") as given:
            at = 0
            for begin, (end, new) in sorted(folded.items()):
                _copy(given, out, at, begin)
                out.write(struct.pack(order + "II", _FOLDED, len(new)) + new)
                at = end
            _copy(given, out, at, path.stat().st_size)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


def _copy(given: IO[bytes], out: IO[bytes], first: int, last: int) -> None:
    given.seek(first)
    while first < last and (piece := given.read(min(1 << 20, last - first))):
        out.write(piece)
        first += len(piece)


def _unnamed(element: bytes, order: str, size: int) -> bytes | None:
    """A folded element without names, folded again; None where it names nobody, or is damaged."""
    machine = zlib.decompressobj()
    try:
        open_ = bytearray(machine.decompress(element, _PEEK))
        if _class_of(open_, 0, order) not in _HOLD_WORDS or is_bomb(8 + struct.unpack(order + "I", open_[4:8])[0], size):
            return None
        while machine.unconsumed_tail and not is_bomb(len(open_), size):
            open_ += machine.decompress(machine.unconsumed_tail, 1 << 20)
    except (zlib.error, struct.error):
        return None
    return zlib.compress(bytes(open_), 6) if _blank(open_, _walk(open_, 0, order), order) else None


def _blank(whole: Any, places: Iterator[Place], order: str) -> bool:
    """Write blanks to some places; whether anything else stood there."""
    changed = False
    try:
        for first, last, width, all_of_it in places:
            told = bytes(whole[first:last])
            new = _without_names(told, width, order, all_of_it)
            if new != told and len(new) == len(told):
                whole[first:last] = new
                changed = True
    except (struct.error, IndexError, ValueError):  # damaged: what came before is blank
        pass
    return changed


def _without_names(told: bytes, width: int, order: str, all_of_it: bool) -> bytes:
    """Some letters with blanks instead, or only instead of the words that may be a name."""
    if width == 1 and not all_of_it:
        return blanked(told)
    coding = ("latin-1" if width == 1 else f"utf-{8 * width}") + ("" if width == 1 else "-le" if order == "<" else "-be")
    text = told.decode(coding, "replace")
    if all_of_it or len(text) * width != len(told):
        return " ".encode(coding) * (len(told) // width)
    letters = list(text)
    for first, last in spans_of_names(text):
        letters[first:last] = " " * (last - first)
    return "".join(letters).encode(coding, "replace")


def _part(whole: Any, at: int, order: str) -> tuple[int, int, int, int]:
    """Kind, first byte and end of what stands here, and where the next part begins; ValueError beyond the end."""
    kind, n = struct.unpack(order + "II", whole[at : at + 8])
    first, after = at + 8, at + 8 + (n if kind == _MATRIX else -(-n // 8) * 8)
    if kind >> 16:
        kind, n, first, after = kind & 0xFFFF, kind >> 16, at + 4, at + 8
    if first + n > len(whole):
        raise ValueError("an array ends early")
    return kind, first, first + n, after


def _class_of(whole: Any, at: int, order: str) -> int:
    """The class of an array, 0 where none stands here."""
    if len(whole) < at + 24 or struct.unpack(order + "I", whole[at : at + 4])[0] != _MATRIX:
        return 0
    return int(struct.unpack(order + "I", whole[at + 16 : at + 20])[0] & 0xFF)


def _walk(whole: Any, at: int, order: str, under: str = "", depth: int = 0) -> Iterator[Place]:
    """Where in an array, and in what lies in it, words stand that name somebody."""
    sort = _class_of(whole, at, order)
    if sort not in _HOLD_WORDS or depth > _DEEPEST:
        return
    _, first, end, _ = _part(whole, at, order)
    at = _part(whole, first, order)[3]
    at = _part(whole, at, order)[3]
    _, name, name_end, at = _part(whole, at, order)
    under = f"{under}/{bytes(whole[name:name_end]).decode('latin-1')}"
    if sort == _CHAR:
        kind, begin, stop, _ = _part(whole, at, order)
        width = {4: 2, 17: 2, 18: 4}.get(kind, 1)
        if IS_WHO.search(under) or _ABOUT.search(under) or _MARKS.search(under):
            yield begin, stop, width, not _MARKS.search(under)
        return
    fields = [""]
    if sort in (_STRUCT, _OBJECT):
        if sort == _OBJECT:
            at = _part(whole, at, order)[3]
        _, width_at, width_end, at = _part(whole, at, order)
        width = struct.unpack(order + "I", whole[width_at:width_end])[0]
        _, names, names_end, at = _part(whole, at, order)
        raw = bytes(whole[names:names_end])
        fields = [raw[i : i + width].split(b"\0")[0].decode("latin-1") for i in range(0, len(raw), max(1, width))] or [""]
    n = 0
    while at + 8 <= end:
        after = _part(whole, at, order)[3]
        yield from _walk(whole, at, order, f"{under}/{fields[n % len(fields)]}", depth + 1)
        at, n = after, n + 1


def _scrub_hdf(path: Path) -> bool:
    """Blank the words of version 7.3 under names of persons; of a damaged file, or without h5py, nothing."""
    try:
        import h5py
    except ImportError:
        return False
    changed = False
    try:
        with h5py.File(path, "r+") as file:
            found = list[Any]()
            file.visititems(lambda name, node: found.append((name, node)))
            for name, node in found:
                if isinstance(node, h5py.Dataset) and (IS_WHO.search(name) or _ABOUT.search(name) or _MARKS.search(name)):
                    changed |= _blank_hdf(file, node, whole=not _MARKS.search(name))
    except Exception:  # h5py fails on damaged files with errors of every kind
        return changed
    return changed


def _blank_hdf(file: Any, node: Any, depth: int = 0, *, whole: bool = True) -> bool:
    """Blank the letters of a set, or of those that it points to; where not the whole, the words that may be a name."""
    import h5py

    if h5py.check_ref_dtype(node.dtype) and depth < _DEEPEST:
        return any([_blank_hdf(file, file[ref], depth + 1, whole=whole) for ref in node[()].ravel()[:_MOST_WORDS] if ref])
    if node.dtype.kind != "u" or node.dtype.itemsize > 2 or not (node[()] > ord(" ")).any():
        return False
    letters = node[()].ravel()
    gone = np.ones(len(letters), bool) if whole else np.zeros(len(letters), bool)
    for first, last in () if whole else spans_of_names("".join(map(chr, letters.tolist()))):
        gone[first:last] = True
    letters[gone] = ord(" ")
    node[...] = letters.reshape(node.shape)
    return bool(gone.any())


_MOST_WORDS = 1_000_000

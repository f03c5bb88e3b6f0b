"""The arrays of a MATLAB file, each taken from the disk only where it is looked at, as far as the file allows it.

Versions 5 to 7 are parsed here as the format's description tells (MathWorks, MAT-File Format, version 5): numbers, words, and
cells of them. An array that is not compressed is mapped into memory, a compressed one is unfolded once. SciPy's parser is not used:
a damaged file ends the whole program there. Version 7.3 stays in the file and is read by h5py in spans.
"""

import struct
import zlib
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from myognosis.language import mark
from myognosis.readers.archive import is_bomb
from myognosis.readers.base import refuse

__all__ = ["HdfArray", "numbers_of_hdf", "open_hdf", "read_arrays", "read_hdf"]

Bytes = npt.NDArray[np.uint8]
Fields = frozenset[str]

_FIX = mark("Save the file again, as version 7 or as EDF.")
_MAX_BYTES, _LARGE_BYTES = 4_000_000_000, 1_000_000
_NUMBERS = {1: "i1", 2: "u1", 3: "i2", 4: "u2", 5: "i4", 6: "u4", 7: "f4", 9: "f8", 12: "i8", 13: "u8"}
_WORDS = {1: "latin-1", 2: "latin-1", 16: "utf-8", 3: "utf-16", 4: "utf-16", 17: "utf-16", 18: "utf-32"}
_MATRIX, _FOLDED, _COMPLEX = 14, 15, 0x0800
_CELL, _STRUCT, _CHAR, _CLASSES = 1, 2, 4, range(6, 16)
_DEEPEST = 5


def read_arrays(path: Path, size: int, fields: Fields = frozenset()) -> dict[str, Any]:
    """The arrays of versions 5 to 7 by name; where fields are named, structures too, as lists of elements with these fields.

    Raises
    ------
    RecordingError
        The file ends early, or is made to fill a computer.
    ValueError
        An array contradicts itself.
    """
    with path.open("rb") as stream:
        order = "<" if stream.read(128)[126:] == b"IM" else ">"
        whole: Bytes = np.memmap(path, np.uint8, "r") if size > _LARGE_BYTES else np.frombuffer(path.read_bytes(), np.uint8)
        arrays, unfolded, at = dict[str, Any](), 0, 128
        while at + 8 <= size:
            stream.seek(at)
            kind, length = struct.unpack(order + "II", stream.read(8))
            if at + 8 + length > size:
                what = mark("The file ends early, inside an array.")
                raise refuse("truncated", path.name, what, mark("Fetch the file again."))
            element = _unfold(stream, length, order, unfolded, size, path) if kind == _FOLDED else whole[at : at + 8 + length]
            unfolded, at = unfolded + len(element), at + 8 + length
            if is_bomb(unfolded, size):
                raise _bomb(path, unfolded // size)
            name, array = _matrix(element, order, fields)
            if name and array is not None:
                arrays[name] = array
    return arrays


def _bomb(path: Path, n: int) -> Exception:
    what = mark("The archive would unfold to {n} times its size, as one does that is made to fill a computer.")
    return refuse("bomb", path.name, what, _FIX, n=n)


def _unfold(stream: IO[bytes], length: int, order: str, before: int, size: int, path: Path) -> Bytes:
    """A compressed element, unfolded a piece at a time into the room that it asks for, where it may have so much."""
    machine, out, at = zlib.decompressobj(), np.zeros(0, np.uint8), 0
    while length and not machine.eof:
        piece = stream.read(min(length, 262_144))
        length -= len(piece)
        while piece and not machine.eof:
            some = np.frombuffer(machine.decompress(piece, 1_000_000), np.uint8)
            piece = machine.unconsumed_tail
            if not at and len(some) >= 8:
                asked = 8 + int(some[4:8].view(order + "u4")[0])
                if is_bomb(before + asked, size):
                    raise _bomb(path, (before + asked) // size)
                out = np.empty(asked, np.uint8)
            taken = some[: len(out) - at]
            out[at : at + len(taken)] = taken
            at += len(taken)
    return out[:at]


def _part(whole: Bytes, at: int, order: str) -> tuple[int, Bytes, int]:
    """What kind of numbers stands here, their bytes, and where the next part begins; ValueError beyond the end."""
    if at + 8 > len(whole):
        raise ValueError("an array ends early")
    kind, n = struct.unpack(order + "II", whole[at : at + 8].tobytes())
    begin, after = at + 8, at + 8 + (n if kind == _MATRIX else -(-n // 8) * 8)
    if kind >> 16:  # at most four bytes stand beside their kind
        kind, n, begin, after = kind & 0xFFFF, kind >> 16, at + 4, at + 8
    if begin + n > len(whole):
        raise ValueError("an array ends early")
    return kind, whole[begin : begin + n], after


def _matrix(element: Bytes, order: str, fields: Fields, depth: int = 0) -> tuple[str, Any]:
    """An array by its name, a structure as a list of its elements; None for what is no real numbers, words, or holds none."""
    kind, body, _ = _part(element, 0, order)
    if kind == _MATRIX and not len(body):
        return "", np.zeros((0, 0))
    if kind != _MATRIX or depth > _DEEPEST:
        return "", None
    stands, flags, at = _part(body, 0, order)
    stated = struct.unpack(order + "I", flags[:4].tobytes())[0] if len(flags) >= 4 else 0
    if stated & _COMPLEX or stated & 0xFF not in (_CELL, _CHAR, *_CLASSES, *([_STRUCT] if fields else [])):
        return "", None
    axes, sizes, at = _part(body, at, order)
    letters, name, at = _part(body, at, order)
    if (stands, axes) != (6, 5) or letters not in _WORDS:
        raise ValueError("the description of an array is damaged")
    shape = tuple(sizes.view(order + "i4").tolist())
    if len(shape) < 2 or min(shape) < 0:
        raise ValueError("an array has no shape")
    if stated & 0xFF == _CELL:
        return name.tobytes().decode("latin-1"), _cell(body, at, shape, order, fields, depth)
    if stated & 0xFF == _STRUCT:
        return name.tobytes().decode("latin-1"), _struct(body, at, shape, order, fields, depth)
    kind, numbers, _ = _part(body, at, order)
    array = _text(kind, numbers, shape, order) if stated & 0xFF == _CHAR else _real(kind, numbers, shape, order)
    return name.tobytes().decode("latin-1"), array


def _real(kind: int, numbers: Bytes, shape: tuple[int, ...], order: str) -> npt.NDArray[Any]:
    """Numbers, column after column."""
    if kind not in _NUMBERS:
        raise ValueError("an array has numbers of no kind that we know")
    found: npt.NDArray[Any] = numbers.view(np.dtype(order + _NUMBERS[kind])).reshape(shape[::-1]).T
    return found


def _text(kind: int, letters: Bytes, shape: tuple[int, ...], order: str) -> npt.NDArray[Any]:
    """Words, one a row."""
    coding = _WORDS.get(kind, "latin-1")
    text = letters.tobytes().decode(f"{coding}{'-le' if order == '<' else '-be'}" if coding in ("utf-16", "utf-32") else coding)
    n_rows = shape[0] if shape[0] * shape[1] == len(text) else 1
    return np.array([text[row::n_rows] for row in range(n_rows)])


def _cell(body: Bytes, at: int, shape: tuple[int, ...], order: str, fields: Fields, depth: int) -> npt.NDArray[Any]:
    """Arrays in an array."""
    n = int(np.prod(shape, dtype=object))
    if n > len(body) // 8:
        raise ValueError("a cell ends early")
    found = np.empty(n, object)
    for index in range(n):
        after = _part(body, at, order)[2]
        found[index], at = _matrix(body[at:after], order, fields, depth + 1)[1], after
    return found.reshape(shape[::-1]).T


def _struct(body: Bytes, at: int, shape: tuple[int, ...], order: str, fields: Fields, depth: int) -> list[dict[str, Any]]:
    """The elements of a structure: what each holds for the fields that are wanted."""
    _, width, at = _part(body, at, order)
    _, names, at = _part(body, at, order)
    wide = struct.unpack(order + "I", width[:4].tobytes())[0] if len(width) >= 4 else 0
    n = int(np.prod(shape, dtype=object))
    if not 0 < wide <= _LONGEST_NAME or n * max(1, len(names) // wide) > len(body) // 8:
        raise ValueError("a structure has no fields")
    raw = names.tobytes()
    told = [raw[first : first + wide].split(b"\0")[0].decode("latin-1") for first in range(0, len(raw) - wide + 1, wide)]
    found = list[dict[str, Any]]()
    for _ in range(n):
        row = dict[str, Any]()
        for field in told:
            after = _part(body, at, order)[2]
            if field in fields:
                row[field] = _matrix(body[at:after], order, fields, depth + 1)[1]
            at = after
        found.append(row)
    return found


_LONGEST_NAME = 1024


class HdfArray:
    """A set of numbers of an HDF5 file, whose axes lie the other way round; the file is open as long as this lives.

    All columns of the rows that were asked for last are remembered, since a chunk may hold many columns and be compressed.
    """

    def __init__(self, node: Any, *, is_turned: bool = True) -> None:
        self._node, self._is_turned = node, is_turned
        self.shape: tuple[int, ...] = tuple(reversed(node.shape)) if is_turned else node.shape
        self.dtype: np.dtype[Any] = node.dtype
        self.ndim = len(self.shape)
        self._seen: tuple[slice, npt.NDArray[Any]] | None = None

    @property
    def T(self) -> "HdfArray":  # noqa: N802  # as NumPy calls it
        """The same with its axes exchanged."""
        return HdfArray(self._node, is_turned=not self._is_turned)

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, place: tuple[slice, int]) -> npt.NDArray[Any]:
        """Some rows of a column."""
        rows, column = place
        if self._seen is None or self._seen[0] != rows:
            self._seen = rows, (np.asarray(self._node[:, rows]).T if self._is_turned else np.asarray(self._node[rows]))
        return self._seen[1][:, column]


def open_hdf(path: Path) -> Any:
    """A file of version 7.3.

    Raises
    ------
    RecordingError
        h5py is not installed.
    """
    try:
        import h5py
    except ImportError:
        what = mark("The file is MATLAB version 7.3, for which the package h5py is needed.")
        raise refuse("matlab.hdf", path.name, what, mark("pip install h5py, or save the file with -v7.")) from None
    return h5py.File(path, "r")


def numbers_of_hdf(node: Any, path: Path) -> Any:
    """The numbers of a set of version 7.3; many of them stay in the file.

    Raises
    ------
    RecordingError
        They are made to fill a computer.
    """
    n_bytes = node.size * node.dtype.itemsize
    if n_bytes > _MAX_BYTES or is_bomb(n_bytes, path.stat().st_size):
        raise _bomb(path, node.size // max(1, path.stat().st_size))
    return HdfArray(node) if node.ndim == 2 and n_bytes > _LARGE_BYTES else np.asarray(node).T


def read_hdf(path: Path) -> dict[str, Any]:
    """Arrays of version 7.3 by name.

    Raises
    ------
    RecordingError
        h5py is not installed, or an array is made to fill a computer.
    """
    found = open_hdf(path).items()
    plain = {name: node for name, node in found if hasattr(node, "dtype") and node.dtype.kind in "fiu" and node.ndim <= 2}
    return {
        name if isinstance(name, str) else name.decode("latin-1"): numbers_of_hdf(node, path)  # bytes where it is no UTF-8
        for name, node in plain.items()
    }

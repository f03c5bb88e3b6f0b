"""The chunks of an XDF file, held against their lengths before anything is taken for an array.

The library that decodes them believes every number of samples that a chunk states, however many there could be.
"""

import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from myognosis.language import mark
from myognosis.readers.base import refuse

__all__ = ["marker_words", "whole_chunks"]

_HEADER, _SAMPLES = 2, 3
_BYTES = {b"float32": 4, b"double64": 8, b"int8": 1, b"int16": 2, b"int32": 4, b"int64": 8, b"string": 1}
_MAX_CHANNELS, _MAX_XML = 4096, 4_000_000
_FIX = mark("Record or export the file again.")


def whole_chunks(path: Path) -> int:
    """Where the last whole chunk ends; RecordingError where one cannot hold what it says it holds."""
    size, at, sample_bytes = path.stat().st_size, 4, dict[int, int]()
    with path.open("rb") as stream:
        while at < size:
            stream.seek(at)
            length = _varied(stream)
            start = stream.tell()
            if length is None or length < 2 or start + length > size:
                break
            tag = int.from_bytes(stream.read(2), "little")
            if tag == _HEADER:
                number, least = _described(stream, length - 2, path.name)
                sample_bytes[number] = least
            elif tag == _SAMPLES:
                _check_samples(stream, length - 2, sample_bytes, path.name)
            at = start + length
    return at


def _varied(stream: IO[bytes]) -> int | None:
    """A number of 1, 4 or 8 bytes, by the byte in front of it."""
    width = stream.read(1)
    raw = stream.read(width[0]) if width in (b"\1", b"\4", b"\x08") else b""
    return int.from_bytes(raw, "little") if raw and len(raw) == width[0] else None


def _described(stream: IO[bytes], length: int, where: str) -> tuple[int, int]:
    """The number of a stream, and the fewest bytes that a sample of it takes."""
    number, xml = int.from_bytes(stream.read(4), "little"), stream.read(min(length - 4, _MAX_XML) if length > 4 else 0)
    count = re.search(rb"<channel_count>\s*(\d{1,9})\s*</channel_count>", xml)
    kind = re.search(rb"<channel_format>\s*(\w+)\s*</channel_format>", xml)
    n = int(count[1]) if count else 0
    if b"<!" in xml or not 1 <= n <= _MAX_CHANNELS or not kind or kind[1] not in _BYTES:
        raise refuse("xdf.stream", where, mark("A stream does not say what its samples are."), _FIX)
    return number, 1 + n * _BYTES[kind[1]]


def _check_samples(stream: IO[bytes], length: int, sample_bytes: dict[int, int], where: str) -> None:
    raw = stream.read(4)
    number = struct.unpack("<I", raw)[0] if len(raw) == 4 else -1
    before = stream.tell()
    n = _varied(stream)
    room = length - 4 - (stream.tell() - before)
    if n is None or number not in sample_bytes or n * sample_bytes[number] > room:
        raise refuse("xdf.samples", where, mark("A chunk cannot hold as many samples as it says."), _FIX)


def marker_words(path: Path, end: int) -> Iterator[tuple[int, int]]:
    """Where the words of markers stand, in the chunks before ``end``, which are whole."""
    at, channels = 4, dict[int, int]()
    with path.open("rb") as stream:
        while at < end:
            stream.seek(at)
            length, start = _varied(stream) or 0, stream.tell()
            tag, number = struct.unpack("<HI", stream.read(6).ljust(6, b"\0"))
            if tag == _HEADER:
                xml = stream.read(min(length, _MAX_XML))
                count = re.search(rb"<channel_count>\s*(\d{1,9})\s*</channel_count>", xml)
                if count and re.search(rb"<channel_format>\s*string\s*</channel_format>", xml):
                    channels[number] = int(count[1])
            elif tag == _SAMPLES and number in channels:
                yield from _words_in(stream, channels[number], start + length)
            at = start + length


def _words_in(stream: IO[bytes], n_channels: int, end: int) -> Iterator[tuple[int, int]]:
    """The words of the samples of one chunk; nothing more from where it contradicts itself."""
    for _ in range(_varied(stream) or 0):
        stamp = stream.read(1)
        stream.seek(stamp[0] if stamp else 0, 1)
        for _ in range(n_channels):
            length, at = _varied(stream), stream.tell()
            if length is None or at + length > end:
                return
            yield at, at + length
            stream.seek(at + length)

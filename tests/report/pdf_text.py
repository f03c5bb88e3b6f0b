"""The text of a PDF of ours as any reader gets it: by the fonts' own tables of characters, without a program beside."""

import re
import zlib

__all__ = ["text_of"]

_OBJECT = re.compile(rb"(?:^|\n)(\d+) 0 obj\n(.*?)\nendobj", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n(.*)", re.DOTALL)
_TOKEN = re.compile(rb"/(f\d+) [\d.]+ Tf|<([0-9A-F]{4,})>|T[Jj]|BDC|\bET\b|\(", re.DOTALL)
_ESCAPED = re.compile(rb"\\(?:([0-7]{1,3})|(.))", re.DOTALL)
_LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def text_of(pdf: bytes) -> str:
    """What is shown on every page, in the order of its content; a block of text ends with a space."""
    objects = {int(number): body for number, body in _OBJECT.findall(pdf)}
    pages = [body for body in objects.values() if re.search(rb"/Type/Page\b", body)]
    return "".join(_page(body, objects) for body in pages)


def _page(page: bytes, objects: dict[int, bytes]) -> str:
    resources = _followed(page, b"Resources", objects)
    tables = {name: _table(objects[int(at)], objects) for name, at in re.findall(rb"/(f\d+) (\d+) 0 R", resources)}
    table, told, said = dict[int, str](), b"", list[str]()
    content, at = _stream(_followed(page, b"Contents", objects)), 0
    while found := _TOKEN.search(content, at):
        at = found.end()
        if found[1]:
            table = tables[found[1]]
        elif found[2]:
            told += bytes.fromhex(found[2].decode())
        elif found[0] == b"(":
            end = _end(content, at)
            told, at = told + _ESCAPED.sub(_plain, content[at:end]), end + 1
        else:
            shown = told if found[0] in (b"TJ", b"Tj") else b""  # what stands before BDC names a language
            said += [table[int.from_bytes(shown[i : i + 2], "big")] for i in range(0, len(shown), 2)]
            told = b""
            said += [" "] if found[0] == b"ET" else []
    return "".join(said)


def _end(content: bytes, at: int) -> int:
    """Where the letters end that begin there: brackets within them stand in pairs or after a stroke."""
    depth = 1
    while True:
        letter = content[at : at + 1]
        depth += {b"(": 1, b")": -1}.get(letter, 0)
        if not depth:
            return at
        at += 2 if letter == b"\\" else 1


def _followed(body: bytes, key: bytes, objects: dict[int, bytes]) -> bytes:
    found = re.search(rb"/" + key + rb"\s*\[?(\d+) 0 R", body)
    return objects[int(found[1])] if found else body


def _stream(body: bytes) -> bytes:
    found = _STREAM.search(body)
    assert found
    return zlib.decompressobj().decompress(found[1]) if b"FlateDecode" in body else found[1]  # it knows where it ends


def _plain(found: "re.Match[bytes]") -> bytes:
    return bytes([int(found[1], 8)]) if found[1] else _LETTERS.get(found[2], found[2])


def _table(font: bytes, objects: dict[int, bytes]) -> dict[int, str]:
    """Number of a glyph -> what it says."""
    pairs = re.findall(rb"<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]+)>", _stream(_followed(font, b"ToUnicode", objects)))
    return {int(code, 16): bytes.fromhex(told.decode()).decode("utf-16-be") for code, told in pairs}

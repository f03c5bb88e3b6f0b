"""Bytes of a text file to lines, whatever the system that wrote them."""

import codecs

__all__ = ["decode_text", "text_lines"]

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def decode_text(raw: bytes) -> str:
    """UTF-8 or UTF-16 by its mark, else UTF-8, else Windows-1251, in which every byte but one is a letter.

    >>> decode_text("мкВ".encode("cp1251")), decode_text("µV".encode())
    ('мкВ', 'µV')
    """
    for mark, name in _MARKS:
        if raw.startswith(mark):
            return raw.decode(name, "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1251", "replace")


def text_lines(raw: bytes) -> list[str]:
    """The lines, ended in the manner of any system; the last is empty where the file ends with a whole line."""
    return decode_text(raw).replace("\r\n", "\n").replace("\r", "\n").split("\n")

"""Where the beginning of a file names a person, and the same bytes with blanks there.

What holds samples, places, units or times is never touched, and nothing becomes longer or shorter.
"""

import re
from collections.abc import Callable

from myognosis.readers.event_words import IS_WHO, LINE_WHO, blanked, spans_of_names
from myognosis.readers.text import decode_text

__all__ = ["HEAD_BYTES", "nameless", "nameless_marks", "nameless_xml", "whole_xml"]

HEAD_BYTES = 4_000_000
"""How much of a file may hold names."""

_CLOCK_HEADING = re.compile(r"(?:^|[;,\t])\W*(?:time|seconds_elapsed|timestamp|zeit|час|время)\b", re.IGNORECASE)
"""A line of headings, which is no line about a person even where a column is called after one."""
_LINES = 60

_EDF_MAGIC, _EDF_BYTES = (b"0       ", b"\xffBIOSEMI"), 256
_STARTED = re.compile(rb"Startdate \S{1,20}")
_CWA_TOLD, _CWA_BYTES = (64, 512), 1024
"""Where the header of an Axivity file holds what somebody typed of study and person (Open Movement, url-encoded; remembered)."""
_MICROMED = (64, 109)
"""Surname, first name and birth in a file of Micromed (Neo's reader has the two fields from byte 64; the birth is remembered)."""
_SPIKE2 = (112, 80, 5)
"""Where the five comments of a Spike2 file (.smr) lie, each behind a byte of its length (Neo's reader; the header has 512)."""
_INTAN, _INTAN_NOTES, _INTAN_LONGEST = {b"\x02\x27\x91\xc6": 48, b"\xac\x27\x91\xd6": 72}, 3, 10_000
"""Where the three notes of a file of Intan begin, by its first bytes (Neo's reader), and how long a note is at most."""
_MARK = re.compile(rb"(?<=\x14)[^\x14\0]+")
_COMMENT = re.compile(rb"(?m)^(\s*#)([^\r\n]*)")
"""A line of a WFDB header that is free text."""
_QTRAC = re.compile(rb"(?m)^(\s*(?:File|Name|Operator|Comments?):)([^\r\n]*)")
"""The lines of a Qtrac file that say who was measured, by whom, and where the file lay."""
_JSON = re.compile(rb'("[^"\\]{1,60}"\s*:\s*")((?:[^"\\]|\\.){1,2000})(?=")')
_VISION_MARK = re.compile(rb"(?m)^(Mk\d{1,9}=[^,\r\n]*,)([^,\r\n]+)")
_TOLD = re.compile(rb"(>)([^<]+)|(=\s*\")([^\"]+)(?=\")|(=\s*')([^']+)(?=')")
"""What tags hold, and their attributes."""
_FREE = re.compile(r"comment|notes?\b|remark|keywords|device ?name|devicename", re.IGNORECASE)
"""Keys and tags under which somebody writes freely, or calls a phone by its owner."""
_COMMENTED = re.compile(r"^\s*(?:#|%|//)")
_TAG = re.compile(rb"<([A-Za-z][\w.:-]{0,60})")
_MOST_TAGS = 200


def nameless(head: bytes, name: str) -> bytes:
    """The beginning of a file without names, where it is of a format that we know; as long as before."""
    if head[:8] in _EDF_MAGIC:
        return _edf(head)
    if head[:4] == b"MD\xfc\x03" and len(head) >= _CWA_BYTES:
        return _blanked(head, *_CWA_TOLD)
    return next((blank(head) for endings, blank in _BY_ENDING if name.lower().endswith(endings)), head)


def nameless_xml(told: bytes) -> bytes:
    """An XML without what the elements hold that are called after a person, or in which somebody writes freely."""
    out = bytearray(told)
    for n, found in enumerate(one for one in _TAG.finditer(told) if _is_told(one[1].decode("latin-1"))):
        if n >= _MOST_TAGS:
            break
        close, shut = told.find(b">", found.end()), told.find(b"</" + found[1], found.end())
        end = close + 1 if close > 0 and told[close - 1 : close] == b"/" else max(shut, close + 1)
        out[found.start() : end] = _without_told(bytes(out[found.start() : end]))
    return bytes(out)


def _is_told(name: str) -> bool:
    return IS_WHO.search(name) is not None or _FREE.search(name) is not None


def whole_xml(told: bytes) -> bytes:
    """An XML that is about a person from end to end, with nothing in its tags; what it is written in stays."""
    first, end, rest = told.rpartition(b"?>")
    return first + end + _without_told(rest)


def _without_told(element: bytes) -> bytes:
    def blank(found: re.Match[bytes]) -> bytes:
        return (found[1] or found[3] or found[5] or b"") + b" " * len(found[2] or found[4] or found[6])

    return _TOLD.sub(blank, element)


def _blanked(head: bytes, first: int, last: int) -> bytes:
    return head[:first] + b" " * (last - first) + head[last:]


def _lines_of(pattern: re.Pattern[bytes]) -> Callable[[bytes], bytes]:
    """What stands behind the first group of each match becomes blanks; tabs stay."""

    def blank(found: re.Match[bytes]) -> bytes:
        return bytes(found[1] + re.sub(rb"[^\t]", b" ", found[2]))

    return lambda head: pattern.sub(blank, head)


def _micromed(head: bytes) -> bytes:
    return _blanked(head, *_MICROMED) if head.startswith(b"* MICROMED") and len(head) > _MICROMED[1] else head


def nameless_marks(raw: bytes) -> bytes:
    """Time-stamped marks of EDF+ without the words in them that may be a name; as long as before."""
    return _MARK.sub(lambda found: blanked(found[0]), raw)


def _spike2(head: bytes) -> bytes:
    """The comments of a file of Spike2."""
    first, width, n = _SPIKE2
    if head[2:9] != b"(C) CED" or len(head) < first + width * n:
        return head
    for at in range(first, first + width * n, width):
        head = _blanked(head, at + 1, at + width) if head[at] else head
    return head


def _intan(head: bytes) -> bytes:
    """The three notes of a file of Intan, each of UTF-16 behind its length in bytes."""
    at = _INTAN.get(head[:4])
    for _ in range(_INTAN_NOTES if at else 0):
        if at is None or at + 4 > len(head):
            break
        length = int.from_bytes(head[at : at + 4], "little")
        length = 0 if length == _NO_NOTE else length
        if length > _INTAN_LONGEST or length % 2 or at + 4 + length > len(head):
            break
        head, at = head[: at + 4] + b" \0" * (length // 2) + head[at + 4 + length :], at + 4 + length
    return head


_NO_NOTE = 0xFFFFFFFF


def _brainvision(head: bytes) -> bytes:
    """A header or marks without lines of comment, all that stands behind the mark of comments, and names in the words of marks."""
    head = _VISION_MARK.sub(lambda found: found[1] + blanked(found[2]), head)
    before, mark, after = head.partition(b"[Comment]")
    plain = re.sub(rb"(?m)^(;)([^\r\n]*)", lambda found: found[1] + b" " * len(found[2]), before)
    return plain + mark + re.sub(rb"[^\r\n]", b" ", after)


def _json(head: bytes) -> bytes:
    """The values of keys that say of whom or by whom."""

    def blank(found: re.Match[bytes]) -> bytes:
        key = found[1].split(b'"')[1].decode("utf-8", "replace")
        return bytes(found[1] + b" " * len(found[2]) if _is_told(key) else found[0])

    return _JSON.sub(blank, head)


def _text(head: bytes) -> bytes:
    """The first lines of a text without what stands behind words as "Patient:", and comments without what may be a name.

    Headings of columns stay as they are, and so do lines of comment that say what the columns are.
    """
    if head[:2] in _WIDE:
        return _wide_text(head)
    lines = head.split(b"\n", _LINES)
    for number, line in enumerate(lines[:_LINES]):
        is_json = b"{" in line and _COMMENTED.match(decode_text(line))
        lines[number] = _json(line) if is_json else blanked(line, _spans_in_line)
    return b"\n".join(lines)


def _wide_text(head: bytes) -> bytes:
    """The same of a text with two bytes a letter; one that is cut within a letter is left as it is."""
    coding = _WIDE[head[:2]]
    text = head[2:].decode(coding, "replace")
    if 2 * len(text) != len(head) - 2:
        return head
    lines = text.split("\n", _LINES)
    for number, line in enumerate(lines[:_LINES]):
        for first, last in _spans_in_line(line):
            lines[number] = lines[number][:first] + " " * (last - first) + lines[number][last:]
    return head[:2] + "\n".join(lines).encode(coding, "replace")


_WIDE = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}


def _spans_in_line(words: str) -> list[tuple[int, int]]:
    """Where a line above a table names somebody."""
    if _CLOCK_HEADING.search(words):
        return []
    if _COMMENTED.match(words):
        return [] if ":=" in words else spans_of_names(words)
    if not LINE_WHO.match(words):
        return []
    at = next(number for number, letter in enumerate(words) if letter in ":=;,\t") + 1
    return [found.span() for found in _CELL.finditer(words, at)]


_CELL = re.compile(r"[^\s;,]+")


def _edf(head: bytes) -> bytes:
    """The two fields of EDF and BDF (Kemp and Olivan, 2003, doi 10.1016/S1388-2457(03)00123-8), where the day is in its place."""
    if len(head) < _EDF_BYTES or not re.fullmatch(rb"\d\d\.\d\d\.\d\d", head[168:176]):
        return head
    started = _STARTED.match(head[88:168])
    return head[:8] + b"X X X X".ljust(80) + ((started[0] if started else b"Startdate X") + b" X X X").ljust(80) + head[168:]


def _participants(head: bytes) -> bytes:
    """A table of BIDS of who took part, without all but their codes."""
    return _columns(head, b"\t", lambda number, _: number > 0)


def _metadata(head: bytes) -> bytes:
    """What Sensor Logger says of a phone, without what its owner called it."""
    return _columns(head, b",", lambda _, heading: "device name" in heading.lower() or IS_WHO.search(heading) is not None)


def _events(head: bytes) -> bytes:
    """A table of BIDS of what happened when, without names in its words."""
    first, end, rows = head.partition(b"\n")
    return first + end + b"\n".join(b"\t".join(map(blanked, row.split(b"\t"))) for row in rows.split(b"\n"))


def _columns(head: bytes, between: bytes, is_told: Callable[[int, str], bool]) -> bytes:
    """A table with blanks in some of its columns below their headings."""
    first, *rows = head.split(b"\n")
    told = {number for number, heading in enumerate(first.split(between)) if is_told(number, decode_text(heading))}
    blank = (
        between.join(re.sub(rb"[^\r]", b" ", cell) if number in told else cell for number, cell in enumerate(row.split(between)))
        for row in rows
    )
    return b"\n".join([first, *blank])


_BY_ENDING: tuple[tuple[tuple[str, ...], Callable[[bytes], bytes]], ...] = (
    ((".hea",), _lines_of(_COMMENT)),
    ((".mem",), _lines_of(_QTRAC)),
    ((".vhdr", ".vmrk"), _brainvision),
    ((".xdf", ".xml"), nameless_xml),
    ((".json",), _json),
    (("participants.tsv",), _participants),
    (("_events.tsv",), _events),
    (("metadata.csv",), _metadata),
    ((".csv", ".txt", ".tsv", ".asc"), _text),
    ((".trc",), _micromed),
    ((".smr",), _spike2),
    ((".rhd", ".rhs"), _intan),
)

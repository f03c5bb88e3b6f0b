"""Workbooks of phones, made byte by byte: .xlsx as the app writes it on Android and on an iPhone, .xls with every kind of cell."""

import struct
from collections.abc import Sequence

import numpy as np
from tests.readers.made import shake, times, zip_bytes

Cell = str | float
Sheets = dict[str, list[list[Cell]]]
_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_END = 0xFFFFFFFE


def phyphox(headings: Sequence[str] = ("Time (s)", "Acceleration x (m/s^2)"), n: int = 400, jitter: float = 0.0) -> Sheets:
    """Sheets of a log and of the phone."""
    t = times(jitter)[:n]
    log: list[list[Cell]] = [list(headings), *([float(a), float(b)] for a, b in zip(t, shake(t), strict=True))]
    device: list[list[Cell]] = [["property", "value"], ["deviceModel", "Phone of Kovalenko"], ["network", "T-1"]]
    when: list[list[Cell]] = [["event", "experiment time", "system time"], ["START", 0.0, 1.7e9], ["PAUSE", 4.0, 1.7e9 + 4]]
    return {"Raw Data": log, "Metadata Device": device, "Metadata Time": when}


def escaped(told: str) -> str:
    return told.replace("&", "&amp;").replace("<", "&lt;")


def xlsx(sheets: Sheets, *, shared: bool = False, **parts: bytes) -> bytes:
    """Words in their cells without places, as on Android; or shared, with places and an empty first sheet, as on an iPhone."""
    if shared:
        sheets = {"Metadata Device ": [], **sheets}
    words: list[str] = []

    def cell(value: Cell, row: int, column: int) -> str:
        place = f' r="{chr(65 + column)}{row + 1}"' if shared else ""
        if isinstance(value, float):
            return f"<c{place}><v>{value!r}</v></c>"
        if not shared:
            return f'<c t="inlineStr" s="1"><is><t xml:space="preserve">{escaped(value)}</t></is></c>'
        words.append(value)
        return f'<c{place} t="s"><v>{len(words) - 1}</v></c>' if value else ""

    files = {"_rels/.rels": b"<Relationships/>"}
    for n, table in enumerate(sheets.values(), 1):
        rows = ("".join(cell(v, r, c) for c, v in enumerate(row)) for r, row in enumerate(table))
        body = "".join(f"<row>{one}</row>" for one in rows)
        files[f"xl/worksheets/sheet{n}.xml"] = f"<worksheet {_MAIN}><sheetData>{body}</sheetData></worksheet>".encode()
    listed = "".join(f'<sheet name="{escaped(name)}" sheetId="{n}" r:id="r{n}"/>' for n, name in enumerate(sheets, 1))
    files["xl/workbook.xml"] = f'<workbook {_MAIN} xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>'.encode()
    links = "".join(f'<Relationship Id="r{n}" Target="worksheets/sheet{n}.xml"/>' for n in range(1, len(sheets) + 1))
    files["xl/_rels/workbook.xml.rels"] = f"<Relationships>{links}</Relationships>".encode()
    told = "".join(f"<si><t>{escaped(word)}</t></si>" for word in words)
    files["xl/sharedStrings.xml"] = f"<sst {_MAIN}>{told}</sst>".encode()
    files["docProps/core.xml"] = b"<coreProperties><creator>Olena Kovalenko</creator></coreProperties>"
    return zip_bytes(files | {name.replace("__", "/") + ".xml": told for name, told in parts.items()})


def record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def words_of(words: list[str], split: int) -> bytes:
    """The words that cells point to, in two records: the first ends so many letters into the last word."""
    told = [struct.pack("<HB", len(word), 1) + word.encode("utf-16-le") for word in words]
    whole = struct.pack("<II", len(words), len(words)) + b"".join(told)
    cut = len(whole) - 2 * (len(words[-1]) - split)
    return record(0xFC, whole[:cut]) + record(0x3C, b"\1" + whole[cut:])


def xls(sheets: Sheets, *, old: bool = False, locked: bool = False, cell: str = "number", small: bool = False) -> bytes:
    """BIFF8 in a compound file; numbers as numbers, as results of formulas, or rounded to hundredths in short."""
    words = [value for table in sheets.values() for row in table for value in row if isinstance(value, str)]
    bodies = []
    for table in sheets.values():
        out = record(0x0809, struct.pack("<HHIII", 0x0600, 0x10, 0, 0, 0))
        for r, row in enumerate(table):
            for c, value in enumerate(row):
                out += _cell(r, c, value, words, cell)
        bodies.append(out + record(0x0A, b""))
    head = record(0x0809, struct.pack("<HHIII", 0x0500 if old else 0x0600, 5, 0, 0, 0))
    head += record(0x2F, bytes(6)) if locked else b""
    after = words_of(words, 2) + record(0x0A, b"")
    named = [(name, name.encode("utf-16-le")) for name in sheets]
    at = len(head) + sum(12 + len(told) for _, told in named) + len(after)
    for (name, told), body in zip(named, bodies, strict=True):
        head += record(0x85, struct.pack("<IHBB", at, 0, len(name), 1) + told)
        at += len(body)
    return compound({"Book" if old else "Workbook": head + after + b"".join(bodies)}, small=small)


def _cell(row: int, column: int, value: Cell, words: list[str], kind: str) -> bytes:
    place = struct.pack("<HHH", row, column, 15)
    if isinstance(value, str):
        if kind == "formula":  # and words in the cell itself
            return record(0x0204, place + struct.pack("<HB", len(value), 1) + value.encode("utf-16-le"))
        return record(0xFD, place + struct.pack("<I", words.index(value)))
    short = ((round(100 * value) << 2) & 0xFFFFFFFF) | 3
    if kind == "short":
        return record(0x027E, place + struct.pack("<I", short))
    if kind == "many":
        return record(0xBD, place[:4] + struct.pack("<HI", 15, short) + struct.pack("<H", column))
    if kind == "formula":
        return record(0x06, place + struct.pack("<d", value) + bytes(8))
    return record(0x0203, place + struct.pack("<d", value))


def compound(streams: dict[str, bytes], *, small: bool = False) -> bytes:
    """A compound file; its streams in sectors of 512 bytes, or of 64 where they are small."""
    entries, sectors, table = [("Root Entry", 5, _END, 0)], list[bytes](), list[int]()

    def put(told: bytes) -> int:
        n = max(1, -(-len(told) // 512))
        first = len(sectors)
        sectors.extend(told[512 * k : 512 * k + 512].ljust(512, b"\0") for k in range(n))
        table.extend([*range(first + 1, first + n), _END])
        return first

    first_small = _END
    for name, told in streams.items():
        if small:
            n = -(-len(told) // 64)
            first_small = put(np.array([*range(1, n), _END], "<u4").tobytes().ljust(512, b"\xff"))
            entries[0] = ("Root Entry", 5, put(told.ljust(64 * n, b"\0")), 64 * n)
            entries.append((name, 2, 0, len(told)))
        else:
            entries.append((name, 2, put(told.ljust(4096, b"\0")), max(4096, len(told))))
    listed = b"".join(
        name.encode("utf-16-le").ljust(64, b"\0")
        + struct.pack("<HB", 2 * len(name) + 2, kind)
        + bytes(49)
        + struct.pack("<IIxxxx", at, n)
        for name, kind, at, n in entries
    )
    directory = put(listed)
    n_tables = -(-(len(table) + 1) // 127)
    places = [len(sectors) + k for k in range(n_tables)]
    whole = np.array([*table, *[0xFFFFFFFD] * n_tables], "<u4").tobytes().ljust(512 * n_tables, b"\xff")
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(10)
    head += struct.pack("<IIIIIIII", n_tables, directory, 0, 4096, first_small, int(small), _END, 0)
    head += struct.pack("<109I", *places, *[0xFFFFFFFF] * (109 - n_tables))
    return head + b"".join(sectors) + whole

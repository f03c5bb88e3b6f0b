"""Workbooks of spreadsheets, .xlsx and .xls told apart by their bytes: the rows of each sheet as words, one after the other.

.xlsx is a zip of XML (ECMA-376); .xls is read in ``biff``. Nothing is calculated: a cell holds what was last shown.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import IO
from xml.etree.ElementTree import Element, ParseError, fromstring, iterparse

from myognosis.language import mark
from myognosis.readers.archive import archive_faults, check_unfolded
from myognosis.readers.base import refuse
from myognosis.readers.biff import OLE, sheets_of_xls

__all__ = ["AS_CSV", "Rows", "is_workbook", "sheets_of", "workbook_of"]

Rows = Iterator[list[str]]
AS_CSV = mark(
    "Save the sheet as CSV and give that; in phyphox choose CSV under Export Data. "
    "Numbers of a nerve study are entered in the case, under conduction (docs/conduction.md)."
)
_SUFFIXES = (".xls", ".xlsx", ".xlsm")
_WORKBOOK, _RELATIONS, _STRINGS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml"
_MOST_XML, _MOST_COLUMNS = 50_000_000, 16_384
_ADDRESS = re.compile(r"[A-Z]{1,3}")
_PLAIN = re.compile(r"-?[0-9]{1,20}(?:\.[0-9]{1,20})?(?:[eE][-+]?[0-9]{1,3})?")
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def is_workbook(path: Path, head: bytes) -> bool:
    """Whether the first bytes and the name are those of a workbook; one of the two that are called so may be the other."""
    if head.startswith(OLE):
        return path.suffix.lower() in _SUFFIXES
    called = path.suffix.lower() in _SUFFIXES or head[30:].startswith(b"xl/") or _WORKBOOK.encode() in head
    return called and head.startswith(b"PK")


def sheets_of(path: Path) -> Iterator[tuple[str, Rows]]:
    """Name and rows of every sheet, in their order; the rows of one have to be taken before the next.

    Raises
    ------
    RecordingError
        The workbook is damaged, locked with a password, older than Excel 97, or made to fill a computer.
    """
    with path.open("rb") as stream:
        old = stream.read(len(OLE)) == OLE
    yield from sheets_of_xls(path, AS_CSV) if old else _sheets_of_xlsx(path)


def _sheets_of_xlsx(path: Path) -> Iterator[tuple[str, Rows]]:
    with archive_faults(path), zipfile.ZipFile(path) as box:
        check_unfolded(box.infolist(), path)
        members = {info.filename for info in box.infolist()}
        if _WORKBOOK not in members:
            raise _damaged(path)
        targets = {one.get("Id"): one.get("Target", "") for one in _xml(box, _RELATIONS, members, path)}
        shared = [_text(one) for one in _xml(box, _STRINGS, members, path) if _tag(one) == "si"]
        for sheet in _xml(box, _WORKBOOK, members, path).iter():
            target = targets.get(sheet.get(_ID), "") if _tag(sheet) == "sheet" else ""
            place = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            if target and place in members:
                with box.open(place) as stream:
                    yield sheet.get("name") or PurePosixPath(place).stem, _rows(stream, shared, path)


def _xml(box: zipfile.ZipFile, name: str, members: set[str], path: Path) -> Element:
    """A small part of the workbook; an empty element where it has none."""
    if name not in members:
        return Element("none")
    if box.getinfo(name).file_size > _MOST_XML:
        raise _damaged(path)
    told = box.read(name)
    try:
        return fromstring(_without_types(told, path))  # noqa: S314  # what makes it vulnerable is refused
    except ParseError:
        raise _damaged(path) from None


def _without_types(told: bytes, path: Path) -> bytes:
    """XML that defines nothing of its own: no part of a workbook does, and a definition may unfold without end."""
    if b"<!DOCTYPE" in told.replace(b"\0", b"")[:_HEAD]:
        raise _damaged(path)
    return told


_HEAD = 4096


def _rows(stream: IO[bytes], shared: list[str], path: Path) -> Rows:
    """The rows of a sheet; no row is kept once it was taken."""
    first = _without_types(stream.read(_HEAD), path)
    table: Element | None = None
    try:
        for event, one in iterparse(_Joined(first, stream), ("start", "end")):  # noqa: S314  # likewise
            if event == "start":
                table = one if _tag(one) == "sheetData" else table
            elif _tag(one) == "row":
                yield _cells(one, shared)
                if table is not None:
                    table.clear()
    except ParseError:
        raise _damaged(path) from None


class _Joined(io.RawIOBase):
    """Bytes that were read already, and the rest of their stream."""

    def __init__(self, first: bytes, rest: IO[bytes]) -> None:
        self._first, self._rest = first, rest

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        first, self._first = self._first, b""
        return first or self._rest.read(size)


def _cells(row: Element, shared: list[str]) -> list[str]:
    """What stands in the cells of a row; one that is not there is empty."""
    cells = list[str]()
    for cell in row:
        found = _ADDRESS.match(cell.get("r", ""))
        column = min(_column(found[0]) if found else len(cells), _MOST_COLUMNS)
        if column >= len(cells):
            cells += [""] * (column + 1 - len(cells))
        cells[column] = _value(cell, shared)
    return cells


def _column(letters: str) -> int:
    """The number of a column from zero on.

    >>> _column("A"), _column("Z"), _column("AA")
    (0, 25, 26)
    """
    n = 0
    for letter in letters:
        n = 26 * n + ord(letter) - 64
    return n - 1


def _value(cell: Element, shared: list[str]) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return _text(cell)
    told = next((one.text or "" for one in cell if _tag(one) == "v"), "")
    if kind == "s":
        return shared[int(told)] if told.isdecimal() and int(told) < len(shared) else ""
    return told if kind in ("n", "str") else ""


def _text(element: Element) -> str:
    """The words inside, whatever they look like."""
    return "".join(one.text or "" for one in element.iter() if _tag(one) == "t")


def _tag(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _damaged(path: Path) -> Exception:
    return refuse("workbook", path.name, mark("The file breaks off or is damaged."), AS_CSV)


def workbook_of(sheets: Iterable[tuple[str, Iterable[list[str]]]], stream: IO[bytes]) -> None:
    """Write sheets as .xlsx with nothing beside their cells: nobody's name, no day on which it was made."""
    names = list[str]()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as box:
        for n, (name, rows) in enumerate(sheets, 1):
            names.append(name)
            with box.open(zipfile.ZipInfo(f"xl/worksheets/sheet{n}.xml"), "w") as sheet:
                sheet.write(f"<worksheet {_MAIN}><sheetData>".encode())
                for row in rows:
                    sheet.write(f"<row>{''.join(map(_cell, row))}</row>".encode())
                sheet.write(b"</sheetData></worksheet>")
        for place, told in _around(names).items():
            box.writestr(zipfile.ZipInfo(place), told)


_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_PACKAGE = 'xmlns="http://schemas.openxmlformats.org/package/2006/'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def _around(names: list[str]) -> dict[str, str]:
    """What a workbook must hold beside its sheets, so that others open it too."""
    numbered = list(enumerate(map(_escaped, names), 1))
    kinds = "".join(f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_KIND}.worksheet+xml"/>' for n, _ in numbered)
    listed = "".join(f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>' for n, name in numbered)
    targets = [f'<Relationship Id="rId{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n, _ in numbered]
    return {
        "[Content_Types].xml": f'<Types {_PACKAGE}content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/{_WORKBOOK}" ContentType="{_KIND}.sheet.main+xml"/>{kinds}</Types>',
        "_rels/.rels": f'<Relationships {_PACKAGE}relationships"><Relationship Id="rId1" Type="{_OFFICE}/officeDocument" '
        f'Target="{_WORKBOOK}"/></Relationships>',
        _WORKBOOK: f'<workbook {_MAIN} xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>',
        _RELATIONS: f'<Relationships {_PACKAGE}relationships">{"".join(targets)}</Relationships>',
    }


def _cell(told: str) -> str:
    return f"<c><v>{told}</v></c>" if _PLAIN.fullmatch(told) else f'<c t="str"><v>{_escaped(told)}</v></c>'


def _escaped(told: str) -> str:
    plain = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", told)
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")

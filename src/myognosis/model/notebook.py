"""How a value looks in a notebook: a small table, in which whatever somebody wrote is text and never markup."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any
from xml.etree import ElementTree

from pydantic import BaseModel

__all__ = ["as_html"]

_MOST = 12
"""Of a long list so many rows are shown, and how many more there are."""


def as_html(value: object) -> str:
    """A model or a data class as an HTML table; fields that hold nothing are left out.

    The elements are built as a tree, so that every text is escaped where it is written.
    """
    return ElementTree.tostring(_table(value), encoding="unicode", method="html")


def _parts(value: object) -> dict[str, Any] | None:
    """The fields of a model or a data class; None for a plain value."""
    if isinstance(value, BaseModel):
        return {name: getattr(value, name) for name in type(value).model_fields}
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    return dict(value) if isinstance(value, Mapping) else None


def _table(value: object) -> ElementTree.Element:
    table = ElementTree.Element("table")
    if not isinstance(value, Mapping):
        ElementTree.SubElement(table, "caption").text = type(value).__name__
    for name, part in (_parts(value) or {}).items():
        if not _is_empty(part):
            row = ElementTree.SubElement(table, "tr")
            ElementTree.SubElement(row, "th", scope="row").text = _text(name)
            _fill(ElementTree.SubElement(row, "td"), part)
    return table


def _fill(cell: ElementTree.Element, value: Any) -> None:
    if _parts(value) is not None:
        cell.append(_table(value))
    elif isinstance(value, Sequence) and not isinstance(value, str):
        if any(_parts(one) is not None for one in value):
            cell.append(_rows(value))
        else:
            cell.text = ", ".join(_text(one) for one in value[:_MOST]) + _more(value)
    else:
        cell.text = _text(value)


def _rows(values: Sequence[Any]) -> ElementTree.Element:
    """Values of one kind, a row each; of each only the fields that are plain."""
    shown = [_parts(one) or {"": one} for one in values[:_MOST]]
    plain = [
        name for name in dict.fromkeys(name for row in shown for name in row) if any(_is_plain(row.get(name)) for row in shown)
    ]
    table = ElementTree.Element("table")
    head = ElementTree.SubElement(table, "tr")
    for name in plain:
        ElementTree.SubElement(head, "th", scope="col").text = _text(name)
    for row in shown:
        line = ElementTree.SubElement(table, "tr")
        for name in plain:
            ElementTree.SubElement(line, "td").text = _text(row[name]) if _is_plain(row.get(name)) else ""
    if more := _more(values):
        last = ElementTree.SubElement(ElementTree.SubElement(table, "tr"), "td", colspan=str(max(1, len(plain))))
        last.text = more.strip(" ,")
    return table


def _more(values: Sequence[Any]) -> str:
    return f", … +{len(values) - _MOST}" if len(values) > _MOST else ""


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, str | Sequence | Mapping) and not value)


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int | float | bool) and value != ""


def _text(value: Any) -> str:
    """A plain value in a line; an array by its shape, a number to five digits; no letter that turns or hides others."""
    shape = getattr(value, "shape", None)
    if shape is not None:
        return f"{type(value).__name__} {tuple(shape)}"
    text = f"{value:.5g}" if isinstance(value, float) else str(value)
    return "".join(ch for ch in text if ch.isprintable() or ch in "\n\t")

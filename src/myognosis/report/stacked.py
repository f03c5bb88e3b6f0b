"""Tables that a phone can show: each cell names the heading of its column, so that a style can lay them below each other."""

import re

from markupsafe import Markup

__all__ = ["stacked"]

_TABLE = re.compile(r"<table\b.*?</table>", re.DOTALL)
_ROW = re.compile(r"<tr\b.*?</tr>", re.DOTALL)
_CELL = re.compile(r"<(?:td|th)\b[^>]*>(.*?)</(?:td|th)>", re.DOTALL)
_OPENING = re.compile(r"<td\b([^>]*)>")
_WIDE = re.compile(r'colspan="(\d+)"')
_TAG = re.compile(r"<[^>]*>")


def stacked(html: str) -> Markup:
    """The same page part, in which each cell of a table names the heading above it (``data-head``); nothing else of it changes.

    The part was escaped when it was made, and a heading goes from text to an attribute as it stands, quotes escaped.

    >>> stacked("<table><thead><tr><th>A</th></tr></thead><tr><td>1</td></tr></table>")
    Markup('<table><thead><tr><th>A</th></tr></thead><tr><td data-head="A">1</td></tr></table>')
    """
    return Markup(_TABLE.sub(lambda table: _headed(table[0]), html))  # noqa: S704  # escaped before, see above


def _headed(table: str) -> str:
    head = _ROW.search(table)
    if head is None or "<thead" not in table:
        return table
    names = [_TAG.sub("", name).strip().replace('"', "&#34;") for name in _CELL.findall(head[0])]
    return table[: head.end()] + _ROW.sub(lambda row: _row(row[0], names), table[head.end() :])


def _row(row: str, names: list[str]) -> str:
    """A row whose cells are named; a cell of two columns is named by the first of them."""
    opened = list(re.finditer(r"<(?:td|th)\b[^>]*>", row))
    wide = [int(found[1]) if (found := _WIDE.search(cell[0])) else 1 for cell in opened]
    at = {cell.start(): sum(wide[:k]) for k, cell in enumerate(opened)}
    return _OPENING.sub(lambda cell: f'<td{cell[1]} data-head="{(names[at[cell.start()] :] or [""])[0]}">', row)

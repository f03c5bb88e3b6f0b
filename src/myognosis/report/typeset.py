"""The page set by Typst as PDF/UA-1. ``python -m myognosis.report.typeset`` turns it from JSON into the PDF, and imports little.

Typst keeps some 40 MB once it has set a page; who serves pages for days has that done by a process that ends.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unicodedata import category

__all__ = ["typeset"]

_TEMPLATE = Path(__file__).parent / "templates" / "report.typ"


def typeset(data: dict[str, Any]) -> bytes:
    """The PDF of what the template asks for, which is no more than JSON can hold."""
    import typst

    def compiled(keep: Callable[[str], bool]) -> bytes:
        inputs = {"page": json.dumps(_drawable(data, keep), ensure_ascii=False)}
        result: bytes = typst.compile(_TEMPLATE, sys_inputs=inputs, pdf_standards=["ua-1"])
        return result

    try:
        return compiled(_is_letter)
    except typst.TypstError as error:
        if "could not be displayed" not in error.message:
            raise
        return compiled(_is_common)  # no font of this computer has some letter that a person wrote


def _drawable(value: Any, keep: Callable[[str], bool]) -> Any:
    """The same, with a replacement character for each letter that is not to be kept: PDF/UA has none without a glyph."""
    if isinstance(value, str):
        return value if all(map(keep, value)) else "".join(ch if keep(ch) else "\ufffd" for ch in value)
    if isinstance(value, dict):
        return {name: _drawable(part, keep) for name, part in value.items()}
    return [_drawable(part, keep) for part in value] if isinstance(value, list | tuple) else value


def _is_letter(ch: str) -> bool:
    return ch in "\n\t" or category(ch) not in ("Cc", "Cn", "Co", "Cs")


def _is_common(ch: str) -> bool:
    """Whether every font holds it: Latin, Greek, Cyrillic, punctuation, arrows and signs; of marks put on a letter, accents."""
    known = ord(ch) < 0x530 or 0x2000 <= ord(ch) < 0x2600
    return _is_letter(ch) and known and (ord(ch) < 0x370 or not category(ch).startswith("M"))


if __name__ == "__main__":
    sys.stdout.buffer.write(typeset(json.loads(sys.stdin.buffer.read())))

"""The report as a tagged PDF/UA-1, set by Typst. What people wrote enters as data, never as markup."""

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any
from unicodedata import category

from myognosis.faults import MissingExtra
from myognosis.language import catalogue
from myognosis.report.bodymap import HEIGHT
from myognosis.report.page import Page

__all__ = ["LABELS", "render_pdf"]

LABELS = (
    "Because of", "Who to see", "Bring", "What kind of movement", "What may explain it", "Speaks for it", "Speaks against it",
    "Not known yet", "Harmless or not?", "What people fear, answered", "Against it", "What would change our mind",
    "What would help most to know", "Tests a clinician may consider", "What can be done, to talk over with a clinician",
    "What you can do yourself", "What you may have read", "You may have read that", "When to come back, and how fast",
    "If nothing changes, look again on", "One page for the doctor", "Present", "Absent", "Asked, not known", "First causes",
    "Limits", "Sources", "For the clinician", "Finding", "Decibans", "Source", "Trust", "Probability", "Cause",
    "Range by doubtful numbers", "Where it was reported", "Doubts about the entries",
    "None of the causes we know", "Body map, front and back",
    "Recordings", "Measure", "Channel", "Value", "interval", "Watched", "Taken as",
    "Not concluded", "Methods", "Nothing was concluded from it.",
    "Beside what was published", "For the doctor: what may explain it",
    "In the person's words", "Most telling next", "Measured in the recordings", "Case",
    "These were not asked or not known. If one of them is true, call a doctor today",
    "What happens in the nerve", "What this picture cannot show", "Computed for", "The words rest on",
    "One computed nerve fibre. Each stroke is an impulse, and each impulse is a twitch of its muscle fibres.",
)  # fmt: skip
"""The labels that the template asks for; each is a message of the catalogues."""


def render_pdf(page: Page) -> bytes:
    """The page as PDF/UA-1.

    Raises
    ------
    MissingExtra
        Typst is not installed.
    """
    try:
        import typst
    except ImportError:
        raise MissingExtra("PDF", "pdf") from None
    gettext = catalogue(page.language).gettext
    data = asdict(page) | {"labels": {label: gettext(label) for label in LABELS}}
    data["body"] = _standalone(page.body)
    for measured in data["measured"]:
        for drawn in measured["pictures"]:
            drawn["svg"] = drawn["svg"].replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    for mechanism in data["mechanisms"]:
        mechanism["svg"] = mechanism["svg"].replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    template = Path(__file__).parent / "templates" / "report.typ"

    def compiled(keep: Callable[[str], bool]) -> bytes:
        inputs = {"page": json.dumps(_drawable(data, keep), ensure_ascii=False)}
        result: bytes = typst.compile(template, sys_inputs=inputs, pdf_standards=["ua-1"])
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


_STYLE = (
    "<style>.bm{fill:#f4f7fa;stroke:#51606f;stroke-width:.8}.bm.moves{fill:#5aa9e6}.bm.weak{fill:#f2c8a0}"
    ".bm.numb{fill:#b7a3d8}text{font-size:12px}</style>"
)


def _standalone(svg: str) -> str:
    """The body map as a document of its own."""
    size = f'<svg xmlns="http://www.w3.org/2000/svg" width="260" height="{HEIGHT}" '
    return svg.replace("<svg ", size, 1).replace("<title", _STYLE + "<title", 1)

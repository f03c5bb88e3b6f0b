"""The report as a tagged PDF/UA-1, set by Typst. What people wrote enters as data, never as markup."""

from collections.abc import Callable
from dataclasses import asdict
from importlib.util import find_spec
from typing import Any

from myognosis.faults import MissingExtra
from myognosis.language import catalogue
from myognosis.report.bodymap import HEIGHT
from myognosis.report.page import Page
from myognosis.report.typeset import typeset

__all__ = ["LABELS", "render_pdf"]

LABELS = (
    "Because of", "Who to see", "Bring", "What kind of movement", "What may explain it", "Speaks for it", "Speaks against it",
    "Perhaps both at once, together with", "Not known yet", "Harmless or not?", "What people fear, answered", "Against it",
    "What would change our mind",
    "What would help most to know", "Tests a clinician may consider", "What can be done, to talk over with a clinician",
    "What you can do yourself", "What your medicines can do to movement",
    "Some people get this while they take them, or after stopping suddenly. Change nothing by yourself: ask whoever "
    "prescribed them, above all if the movement began after them.",
    "Never stop these suddenly; talk first to whoever prescribed them", "What you may have read", "You may have read that",
    "When to come back, and how fast",
    "If nothing changes, look again on", "One page for the doctor", "Present", "Absent", "Asked, not known", "First causes",
    "Limits", "Sources", "For the clinician", "Finding", "Decibans", "Source", "Trust", "Probability", "Cause",
    "Range by doubtful numbers", "Where it was reported", "Doubts about the entries",
    "None of the causes we know", "Body map, front and back",
    "Recordings", "Measure", "Channel", "Value", "interval", "Watched", "Method and trust", "Taken as",
    "Not concluded", "Methods", "Nothing was concluded from it.",
    "Beside what was published", "For the doctor: what may explain it",
    "In the person's words", "Most telling next", "Nerve conduction",
    "Needle EMG, as reported", "Measured in the recordings", "Case",
    "These were not asked or not known. If one of them is true, call a doctor today",
    "What happens in the nerve", "What this picture cannot show", "Computed for", "The words rest on",
    "One computed nerve fibre. Each stroke is an impulse, and each impulse is a twitch of its muscle fibres.",
)  # fmt: skip
"""The labels that the template asks for; each is a message of the catalogues."""


def render_pdf(page: Page, typeset: Callable[[dict[str, Any]], bytes] = typeset) -> bytes:
    """The page as PDF/UA-1, set in this process or by whoever is given for it.

    Raises
    ------
    MissingExtra
        Typst is not installed.
    """
    if find_spec("typst") is None:
        raise MissingExtra("PDF", "pdf")
    gettext = catalogue(page.language).gettext
    data = asdict(page) | {"labels": {label: gettext(label) for label in LABELS}}
    data["body"] = _standalone(page.body)
    for measured in data["measured"]:
        for drawn in measured["pictures"]:
            drawn["svg"] = drawn["svg"].replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    for mechanism in data["mechanisms"]:
        mechanism["svg"] = mechanism["svg"].replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return typeset(data)


_STYLE = (
    "<style>.bm{fill:#f4f7fa;stroke:#51606f;stroke-width:.8}.bm.moves{fill:#5aa9e6}.bm.weak{fill:#f2c8a0}"
    ".bm.numb{fill:#b7a3d8}text{font-size:12px}</style>"
)


def _standalone(svg: str) -> str:
    """The body map as a document of its own."""
    size = f'<svg xmlns="http://www.w3.org/2000/svg" width="260" height="{HEIGHT}" '
    return svg.replace("<svg ", size, 1).replace("<title", _STYLE + "<title", 1)

"""A kept case in a line of a list."""

from dataclasses import dataclass

from babel.dates import format_datetime

from myognosis.language import Language, mark
from myognosis.report.words import Words
from myognosis.store import Kept

__all__ = ["CaseLine", "case_line"]

_NAMELESS = mark("Answers without words of one's own")


@dataclass(frozen=True)
class CaseLine:
    """How a case is named in a list, and when it was changed last."""

    id: str
    name: str
    changed: str


def case_line(kept: Kept, language: Language) -> CaseLine:
    """The line of a case: its title or the person's own words, and the time of the last change."""
    words, about = Words(language), kept.case.about.title or kept.case.complaint.words or ""
    name = " ".join(about.split())
    name = f"{name[:60]}…" if len(name) > 60 else name
    locale = "en_GB" if language == "en" else language
    changed = format_datetime(kept.changed.astimezone(), "d MMMM y, HH:mm", locale=locale)
    return CaseLine(kept.id, name or words._(_NAMELESS), str(changed))

"""Two versions of one case side by side: each thing that differs, in words."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from babel.dates import format_datetime

from myognosis.exchange.casefile import dump_json
from myognosis.exchange.left import SECTIONS, STATES
from myognosis.knowledge import Knowledge
from myognosis.language import Language, catalogue, mark
from myognosis.model.case import Answer, Case
from myognosis.store import Late

__all__ = ["Difference", "VersionView", "moment", "version_view"]

_PERSON, _OTHER = mark("Person"), mark("Terms that we do not know")
_SHOWN = 200
"""So many differences are shown of one version."""


@dataclass(frozen=True)
class Difference:
    """One thing that two versions tell differently; a version that does not tell it has nothing."""

    what: str
    now: str
    other: str


@dataclass(frozen=True)
class VersionView:
    """A version kept beside the case, since when, and what differs."""

    id: str
    at: str
    differences: tuple[Difference, ...]


def version_view(now: Case, late: Late, knowledge: Knowledge, language: Language) -> VersionView:
    """How a version differs from the case as it stands."""
    ours, theirs = _leaves(now), _leaves(late.case)
    differ = [path for path in dict.fromkeys((*ours, *theirs)) if ours.get(path) != theirs.get(path)]

    def said(path: tuple[str, ...], value: Any) -> str:
        """A value in words; answers as they are told."""
        if value is None:
            return ""
        state = path[0] == "answers" and value in set(Answer)
        return catalogue(language).gettext(STATES[Answer(value)]) if state else str(value)

    rows = (
        Difference(_what(path, knowledge, language), said(path, ours.get(path)), said(path, theirs.get(path)))
        for path in differ[:_SHOWN]
    )
    return VersionView(late.id, moment(late, language), tuple(rows))


def moment(told: Any, language: Language) -> str:
    """When something was done, on this clock."""
    return str(format_datetime(told.at.astimezone(), "d MMM y, HH:mm:ss", locale="en_GB" if language == "en" else language))


def _leaves(case: Case) -> dict[tuple[str, ...], Any]:
    """Every single value of a case under its path."""

    def walk(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
        """The values below a place."""
        pairs = value.items() if isinstance(value, dict) else enumerate(value, 1) if isinstance(value, list) else ()
        for key, inner in pairs:
            yield from walk(inner, (*path, str(key)))
        if not isinstance(value, dict | list):
            yield path, value

    return dict(walk(json.loads(dump_json(case)), ()))


def _what(path: tuple[str, ...], knowledge: Knowledge, language: Language) -> str:
    """The name of a thing that is told: a finding by its name, any other by its part of the case and its place there."""
    _ = catalogue(language).gettext
    if path[0] == "answers" and path[1] in knowledge.findings:
        return knowledge.findings[path[1]].names.in_language(language)
    part = next((name for name in (".".join(path[:2]), path[0]) if name in SECTIONS), "")
    title = SECTIONS.get(part) or {"person": _PERSON, "unmapped": _OTHER}.get(path[0])
    rest = path[len(part.split(".")) if part else 1 :]
    return ", ".join([_(title) if title else path[0], *(" ".join(word.split("_")) for word in rest)])

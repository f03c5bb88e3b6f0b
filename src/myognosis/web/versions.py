"""Two versions of one case side by side: each thing that differs, in the words of the pages."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from babel.dates import format_datetime

from myognosis.knowledge import Knowledge
from myognosis.language import Language, catalogue, mark
from myognosis.model.case import Case
from myognosis.store import Late
from myognosis.web.steps import STEPS
from myognosis.web.told import Part, asked_parts, other_parts, state_told

__all__ = ["Difference", "VersionView", "moment", "version_view"]

_SHOWN = 200
"""So many differences are shown of one version."""
_DETAIL, _DETAILS = mark("A detail that is not shown here"), mark("told otherwise")


@dataclass(frozen=True)
class Difference:
    """One thing that two versions tell differently; a version that does not tell it has no line."""

    what: str
    now: tuple[str, ...]
    other: tuple[str, ...]


@dataclass(frozen=True)
class VersionView:
    """A version kept beside the case, since when and by whom, and what differs."""

    id: str
    at: str
    actor: str
    differences: tuple[Difference, ...]


def version_view(now: Case, late: Late, knowledge: Knowledge, language: Language) -> VersionView:
    """How a version differs from the case as it stands."""
    rows = tuple(_differences(now, late.case, knowledge, language))
    return VersionView(late.id, moment(late, language), late.actor or "", rows[:_SHOWN])


def moment(told: Any, language: Language) -> str:
    """When something was done, on this clock."""
    return str(format_datetime(told.at.astimezone(), "d MMM y, HH:mm:ss", locale="en_GB" if language == "en" else language))


def _differences(now: Case, other: Case, knowledge: Knowledge, language: Language) -> Iterator[Difference]:
    """Part by part, then answer by answer; what the words of a part do not show is at least not passed over."""
    ours, theirs = (_parts(case, knowledge, language) for case in (now, other))
    told = set[str]()
    for key in dict.fromkeys((*ours, *theirs)):
        mine, others = ours.get(key, ()), theirs.get(key, ())
        if mine != others:
            told.add(key[0])
            yield Difference(key[1], _only(mine, others), _only(others, mine))
    shown = {name for step in STEPS.values() for name in step.findings(knowledge)} if "answers" in told else set()
    for finding in dict.fromkeys((*now.answers, *other.answers)):
        if now.answers.get(finding) != other.answers.get(finding) and finding not in shown:
            told.add("answers")
            (name, mine), (_, others) = (state_told(finding, case, knowledge, language) for case in (now, other))
            yield Difference(name, mine, others)
    if any(getattr(now, field) != getattr(other, field) for field in set(Case.model_fields) - told):
        _ = catalogue(language).gettext
        yield Difference(_(_DETAIL), (_(_DETAILS),), (_(_DETAILS),))


def _parts(case: Case, knowledge: Knowledge, language: Language) -> dict[tuple[str, str], tuple[str, ...]]:
    parts: tuple[Part, ...] = (*asked_parts(case, knowledge, language), *other_parts(case, knowledge, language))
    return {(part.field, part.title): part.lines for part in parts}


def _only(lines: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    """The lines that the other has not; all of them where it has them in another order."""
    return tuple(line for line in lines if line not in others) or (lines if set(lines) == set(others) else ())

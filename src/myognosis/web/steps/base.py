"""A step of the interview: one page with one form, from a case to its fields and back."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from myognosis.findings import check_case
from myognosis.knowledge import Knowledge
from myognosis.language import Language, catalogue, mark, say
from myognosis.model.case import Answer, Case
from myognosis.web.forms import Choice, Fault, Given, choices

__all__ = ["ANSWERS", "Step", "answer_choices", "faults_at"]

ANSWERS = {
    Answer.PRESENT.value: mark("Yes"),
    Answer.ABSENT.value: mark("No"),
    Answer.UNKNOWN.value: mark("I don't know"),
    Answer.DECLINED.value: mark("Rather not say"),
}
"""The four answers, never coloured good or bad."""


class Step(ABC):
    """What every step says of itself. A step keeps nothing: the case holds all that was told."""

    name: ClassVar[str]
    """The last part of its address."""
    title: ClassVar[str]
    template: ClassVar[str]

    def findings(self, knowledge: Knowledge) -> Sequence[str]:
        """The findings that are asked here and nowhere else."""
        return ()

    def needed(self, case: Case, knowledge: Knowledge) -> bool:
        """Whether there is anything to show here."""
        return True

    def stays(self, given: Given) -> bool:
        """Whether the form asked for a change of the page itself, such as one row more."""
        return bool(given.one("add") or given.one("remove") or given.one("do"))

    @abstractmethod
    def given(self, case: Case, knowledge: Knowledge) -> Given:
        """The fields as the case has them."""

    def faults(self, case: Case, given: Given, knowledge: Knowledge, language: Language) -> tuple[Fault, ...]:
        """What stands in the way of taking these fields."""
        return ()

    @abstractmethod
    def take(self, case: Case, given: Given, knowledge: Knowledge) -> Case:
        """The case with these fields."""

    @abstractmethod
    def view(self, case: Case, given: Given, knowledge: Knowledge, language: Language) -> object:
        """What the template shows beside the frame."""

    @abstractmethod
    def said(self, case: Case, knowledge: Knowledge, language: Language) -> tuple[str, ...]:
        """What was told here, in words, for the page that reviews all of it."""


def answer_choices(given: Given, field: str, language: Language) -> tuple[Choice, ...]:
    """The four answers in a language."""
    _ = catalogue(language).gettext
    return choices(given, field, {value: _(label) for value, label in ANSWERS.items()})


def faults_at(case: Case, knowledge: Knowledge, language: Language, fields: dict[str, str]) -> tuple[Fault, ...]:
    """The faults that the case itself shows at some places: path to field."""
    _, issues = check_case(case, knowledge)
    return tuple(
        Fault(field, f"{say(issue.what, language)} {say(issue.fix, language)}")
        for issue in issues
        if issue.level == "refuse"
        for path, field in fields.items()
        if issue.where.startswith(path)
    )

"""Self tests: what a person can safely try alone, each with its outcomes. None has to be done."""

from dataclasses import dataclass

from myognosis.knowledge import Knowledge
from myognosis.knowledge.schema import Outcome
from myognosis.language import Language, catalogue, mark
from myognosis.model.case import Answer, Case
from myognosis.web.forms import Choice, Given, choices
from myognosis.web.steps.asked import with_answers
from myognosis.web.steps.base import Step

__all__ = ["SelfTests"]


@dataclass(frozen=True)
class _Test:
    field: str
    name: str
    how: str
    outcomes: tuple[Choice, ...]


@dataclass(frozen=True)
class _View:
    tests: tuple[_Test, ...]


class SelfTests(Step):
    """An outcome gives the findings that it speaks for and against; a test that was not done gives none."""

    name = "tests"
    title = mark("Try it yourself")
    template = "selftests"

    def given(self, case: Case, knowledge: Knowledge) -> Given:
        """Nothing: an answer does not tell that a test was done, so no outcome is chosen before the person chooses it."""
        return Given()

    def take(self, case: Case, given: Given, knowledge: Knowledge) -> Case:
        """The findings of every outcome; a sign that one test shows is not denied by another."""
        found: dict[str, Answer] = {}
        for test in knowledge.content.self_tests.values():
            for outcome in test.outcomes:
                if outcome.id == given.one(test.id):
                    new = _answers(outcome)
                    found |= {name: answer for name, answer in new.items() if found.get(name) is not Answer.PRESENT}
        return with_answers(case, found)

    def view(self, case: Case, given: Given, knowledge: Knowledge, language: Language) -> _View:
        """The tests."""
        not_done = catalogue(language).gettext(mark("Not done"))
        return _View(
            tuple(
                _Test(t.id, t.names.in_language(language), t.how.in_language(language),
                      choices(given, t.id, {o.id: o.names.in_language(language) for o in t.outcomes} | {"": not_done}))
                for t in knowledge.content.self_tests.values()
            )
        )  # fmt: skip

    def said(self, case: Case, knowledge: Knowledge, language: Language) -> tuple[str, ...]:
        """Nothing: what a test showed stands among the answers, and an answer does not tell that a test was done."""
        return ()


def _answers(outcome: Outcome) -> dict[str, Answer]:
    return dict.fromkeys(outcome.absent, Answer.ABSENT) | dict.fromkeys(outcome.present, Answer.PRESENT)

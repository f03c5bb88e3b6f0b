"""Self tests: what a person can safely try alone, each with its outcomes. None has to be done."""

from dataclasses import dataclass

from myognosis.interview.session import self_tests
from myognosis.knowledge import Knowledge
from myognosis.knowledge.schema import SelfTest
from myognosis.language import Language, catalogue, mark
from myognosis.model.case import Case
from myognosis.web.forms import Choice, Given, choices
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
    first: tuple[_Test, ...]
    others: tuple[_Test, ...]


class SelfTests(Step):
    """An outcome gives the findings that it speaks for and against; a test that was not done gives none."""

    name = "tests"
    title = mark("Try it yourself")
    template = "selftests"

    def given(self, case: Case, knowledge: Knowledge) -> Given:
        """The outcomes that were entered, and no other: an answer does not tell that a test was done."""
        return Given({name: [ended] for name, ended in case.self_tests.items()})

    def take(self, case: Case, given: Given, knowledge: Knowledge) -> Case:
        """The outcome of every test; one that is called not done is taken back."""
        tests = knowledge.content.self_tests.values()
        ended = {test.id: outcome.id for test in tests for outcome in test.outcomes if outcome.id == given.one(test.id)}
        return case.model_copy(update={"self_tests": ended})

    def view(self, case: Case, given: Given, knowledge: Knowledge, language: Language) -> _View:
        """The tests that would tell most, then the others."""
        not_done = catalogue(language).gettext(mark("Not done"))

        def shown(test: SelfTest) -> _Test:
            """A test with its outcomes."""
            outcomes = {outcome.id: outcome.names.in_language(language) for outcome in test.outcomes} | {"": not_done}
            names, how = test.names.in_language(language), test.how.in_language(language)
            return _Test(test.id, names, how, choices(given, test.id, outcomes))

        first, others = self_tests(case, knowledge)
        return _View(tuple(map(shown, first)), tuple(map(shown, others)))

    def said(self, case: Case, knowledge: Knowledge, language: Language) -> tuple[str, ...]:
        """The tests that were done, and how they ended."""
        return tuple(
            f"{test.names.in_language(language)}: {outcome.names.in_language(language)}"
            for test in knowledge.content.self_tests.values() for outcome in test.outcomes
            if case.self_tests.get(test.id) == outcome.id
        )  # fmt: skip

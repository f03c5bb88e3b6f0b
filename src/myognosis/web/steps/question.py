"""One question: why it is asked, and the four answers."""

from dataclasses import dataclass

from myognosis.knowledge import Knowledge
from myognosis.language import Language, catalogue, mark
from myognosis.model.case import Answer, Case
from myognosis.web.forms import Choice, Fault, Given
from myognosis.web.steps.asked import ask_text, with_answers
from myognosis.web.steps.base import ANSWERS, Step, answer_choices

__all__ = ["Answered", "Question", "question_of"]


@dataclass(frozen=True)
class Answered:
    """A question with its answer, for the review."""

    finding: str
    text: str
    answer: str


@dataclass(frozen=True)
class _View:
    text: str
    why: str
    choices: tuple[Choice, ...]


class Question(Step):
    """One finding, asked of the person."""

    name = "question"
    title = mark("Question")
    template = "question"

    def __init__(self, finding: str) -> None:
        self.finding = finding

    def given(self, case: Case, knowledge: Knowledge) -> Given:
        """The answer so far."""
        answer = case.answers.get(self.finding)
        return Given({"answer": [answer.value] if answer else []})

    def faults(self, case: Case, given: Given, knowledge: Knowledge, language: Language) -> tuple[Fault, ...]:
        """One of the four must be chosen, except by who goes elsewhere."""
        if given.one("answer") in ANSWERS or given.one("to"):
            return ()
        return (Fault("answer", catalogue(language).gettext(mark("Please choose one of the answers."))),)

    def take(self, case: Case, given: Given, knowledge: Knowledge) -> Case:
        """The case with the answer; an answer that is changed keeps its place in the order."""
        answer = given.one("answer")
        return with_answers(case, {self.finding: Answer(answer)}) if answer in ANSWERS else case

    def view(self, case: Case, given: Given, knowledge: Knowledge, language: Language) -> _View:
        """The question in the person's language."""
        finding = knowledge.findings[self.finding]
        why = (finding.why or knowledge.content.groups[finding.group].why).in_language(language)
        return _View(ask_text(self.finding, knowledge, language), why, answer_choices(given, "answer", language))

    def said(self, case: Case, knowledge: Knowledge, language: Language) -> tuple[str, ...]:
        """The answer."""
        return (question_of(self.finding, case, knowledge, language).answer,) if self.finding in case.answers else ()


def question_of(finding: str, case: Case, knowledge: Knowledge, language: Language) -> Answered:
    """A question with its answer in words."""
    answer = catalogue(language).gettext(ANSWERS[case.answers[finding]])
    return Answered(finding, ask_text(finding, knowledge, language), answer)

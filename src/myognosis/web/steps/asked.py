"""Steps whose fields are findings: lists to tick."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

from myognosis.interview.session import DESCRIPTION, checklist, emergencies
from myognosis.knowledge import Knowledge
from myognosis.language import Language, catalogue, mark
from myognosis.model.case import Answer, Case
from myognosis.web.forms import Choice, Fault, Given, choices
from myognosis.web.steps.base import ANSWERS, Step

__all__ = ["Also", "Body", "Function", "History", "Movement", "Warnings", "ask_text", "with_answers"]


def ask_text(name: str, knowledge: Knowledge, language: Language) -> str:
    """How a finding is asked of a person."""
    finding = knowledge.findings[name]
    return (finding.ask or finding.names).in_language(language)


def with_answers(case: Case, answers: dict[str, Answer]) -> Case:
    """The case with some answers more, or changed."""
    return case.model_copy(update={"answers": case.answers | answers})


@dataclass(frozen=True)
class _List:
    items: tuple[Choice, ...]
    none: bool
    unsure: bool
    before: tuple[str, ...] = ()


class _Ticked(Step):
    """A list to tick. ``none`` says that none holds, ``unsure`` that what is not ticked is not known."""

    template = "ticked"

    @abstractmethod
    def names(self, knowledge: Knowledge) -> Sequence[str]:
        """The findings of the list."""

    def findings(self, knowledge: Knowledge) -> Sequence[str]:
        """What is asked here."""
        return self.names(knowledge)

    def given(self, case: Case, knowledge: Knowledge) -> Given:
        """What is ticked."""
        told = {name: case.answers[name] for name in self.names(knowledge) if name in case.answers}
        ticked = [name for name, answer in told.items() if answer is Answer.PRESENT]
        rest = {answer for answer in told.values() if answer is not Answer.PRESENT}
        return Given({"sign": ticked, "none": ["1"] if told and rest == {Answer.ABSENT} and not ticked else [],
                      "unsure": ["1"] if Answer.UNKNOWN in rest else []})  # fmt: skip

    def faults(self, case: Case, given: Given, knowledge: Knowledge, language: Language) -> tuple[Fault, ...]:
        """Something must be said: leaving all empty is no answer."""
        _ = catalogue(language).gettext
        ticked = bool(set(given.many("sign")) & set(self.names(knowledge)))
        if ticked and given.one("none"):
            return (Fault("sign", _("You ticked something and 'None of these'. Please leave one of the two.")),)
        if ticked or given.one("none") or given.one("unsure"):
            return ()
        return (Fault("sign", _("Please tick what is true, or 'None of these'.")),)

    def take(self, case: Case, given: Given, knowledge: Knowledge) -> Case:
        """The answers from the ticks."""
        rest = Answer.UNKNOWN if given.one("unsure") else Answer.ABSENT
        ticked = given.many("sign")
        return with_answers(case, {n: Answer.PRESENT if n in ticked else rest for n in self.names(knowledge)})

    def view(self, case: Case, given: Given, knowledge: Knowledge, language: Language) -> _List:
        """The list."""
        options = {name: ask_text(name, knowledge, language) for name in self.names(knowledge)}
        return _List(choices(given, "sign", options), bool(given.one("none")), bool(given.one("unsure")))

    def said(self, case: Case, knowledge: Knowledge, language: Language) -> tuple[str, ...]:
        """What is ticked; else that nothing is."""
        _ = catalogue(language).gettext
        told = [name for name in self.names(knowledge) if name in case.answers]
        yes = tuple(ask_text(n, knowledge, language) + " " + _(ANSWERS["present"]) for n in told if case.answers[n] == "present")
        unsure = (_("Not sure about the others"),) if any(case.answers[n] == "unknown" for n in told) else ()
        return yes + unsure or ((_("None of these"),) if told else ())


class Warnings(_Ticked):
    """What is an emergency by itself: any tick ends the asking."""

    name = "warnings"
    title = mark("Warning signs")

    def names(self, knowledge: Knowledge) -> Sequence[str]:
        """The signs of the first checklist that are an emergency alone."""
        return emergencies(knowledge)


class Also(_Ticked):
    """What must be known before urgency can be called low."""

    name = "also"
    title = mark("Other signs")

    def names(self, knowledge: Knowledge) -> Sequence[str]:
        """The rest of the checklist; what was lost is asked as what one can still do."""
        first = emergencies(knowledge)
        return [name for name in checklist(knowledge) if name not in first and name != "functional_loss"]


class History(_Ticked):
    """What came before, the operation that can lower calcium for life first."""

    name = "history"
    title = mark("What came before")

    def names(self, knowledge: Knowledge) -> Sequence[str]:
        """Illnesses, operations and what the body met."""
        return knowledge.content.review["before"]


class Body(_Ticked):
    """The rest of the body: what people seldom tell unasked, because they do not connect it with the movement."""

    name = "body"
    title = mark("The rest of the body")

    def names(self, knowledge: Knowledge) -> Sequence[str]:
        """The signs that tell most causes apart."""
        return knowledge.content.review["body"]


class Movement(_Ticked):
    """What the movement is like: it decides which questions make sense at all."""

    name = "movement"
    title = mark("What the movement is like")

    def names(self, knowledge: Knowledge) -> Sequence[str]:
        """The features that tell most."""
        return DESCRIPTION


class Function(_Ticked):
    """Severity by what one can no longer do."""

    name = "function"
    title = mark("What has become impossible")

    def names(self, knowledge: Knowledge) -> Sequence[str]:
        """The activities."""
        return tuple(knowledge.content.activities)

    def findings(self, knowledge: Knowledge) -> Sequence[str]:
        """What is asked here alone; the rest may be asked again as a question of its own."""
        return ("functional_loss",)

    def given(self, case: Case, knowledge: Knowledge) -> Given:
        """What is ticked: the activities that the findings speak for."""
        told, pool = case.answers.get("functional_loss"), knowledge.content.activities.values()
        lost = [a for a in pool if told == "present" and all(case.answers.get(n) == "present" for n in a.means)]
        telling = [a.id for a in lost if len(a.means) > 1] or [a.id for a in lost]
        none, unsure = ["1"] if told == "absent" else [], ["1"] if told == "unknown" else []
        return Given({"sign": telling, "before": telling, "none": none, "unsure": unsure})

    def take(self, case: Case, given: Given, knowledge: Knowledge) -> Case:
        """The findings from the activities. A thing that one can still do is no proof of full strength: it stays unasked."""
        now, before = (self._means(given.many(field), knowledge) for field in ("sign", "before"))
        rest = Answer.UNKNOWN if given.one("unsure") else Answer.ABSENT
        kept = {name: answer for name, answer in case.answers.items() if name not in before - now}
        return case.model_copy(update={"answers": kept | {"functional_loss": rest} | dict.fromkeys(sorted(now), Answer.PRESENT)})

    def _means(self, activities: Sequence[str], knowledge: Knowledge) -> set[str]:
        pool = knowledge.content.activities
        return {finding for name in activities if name in pool for finding in pool[name].means}

    def view(self, case: Case, given: Given, knowledge: Knowledge, language: Language) -> _List:
        """The activities."""
        options = {a.id: a.names.in_language(language) for a in knowledge.content.activities.values()}
        return _List(choices(given, "sign", options), bool(given.one("none")), bool(given.one("unsure")), given.many("before"))

    def said(self, case: Case, knowledge: Knowledge, language: Language) -> tuple[str, ...]:
        """The activities that are lost."""
        _, told = catalogue(language).gettext, self.given(case, knowledge)
        lost = tuple(knowledge.content.activities[name].names.in_language(language) for name in told.many("sign"))
        return lost or ((_("None of these"),) if told.one("none") else (_("Not sure"),) if told.one("unsure") else ())

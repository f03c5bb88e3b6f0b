"""Steps whose fields are findings: lists to tick."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

from myognosis.interview.session import DESCRIPTION, checklist, emergencies
from myognosis.knowledge import Knowledge
from myognosis.language import Language, catalogue, mark
from myognosis.model.case import Answer, Case
from myognosis.reason.asking import fits_age
from myognosis.reason.words import is_told, read_words
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
class _Group:
    title: str
    items: tuple[Choice, ...]


@dataclass(frozen=True)
class _List:
    groups: tuple[_Group, ...]
    none: bool
    unsure: bool
    before: tuple[str, ...] = ()
    denied: bool = False


_DENIED = mark(
    "You confirmed in your own words: {names}. If that is right, tick it here. If not, leave 'None of these' and continue once "
    "more."
)


class _Ticked(Step):
    """A list to tick. ``none`` says that none holds, ``unsure`` that what is not ticked is not known."""

    template = "ticked"

    @abstractmethod
    def names(self, case: Case, knowledge: Knowledge) -> Sequence[str]:
        """The findings of the list."""

    def findings(self, knowledge: Knowledge) -> Sequence[str]:
        """What is asked here, of anybody."""
        return self.names(Case(), knowledge)

    def given(self, case: Case, knowledge: Knowledge) -> Given:
        """What is ticked."""
        told = {name: case.answers[name] for name in self.names(case, knowledge) if name in case.answers}
        ticked = [name for name, answer in told.items() if answer is Answer.PRESENT]
        rest = {answer for answer in told.values() if answer is not Answer.PRESENT}
        return Given({"sign": ticked, "none": ["1"] if told and rest == {Answer.ABSENT} and not ticked else [],
                      "unsure": ["1"] if Answer.UNKNOWN in rest else []})  # fmt: skip

    def faults(self, case: Case, given: Given, knowledge: Knowledge, language: Language) -> tuple[Fault, ...]:
        """Something must be said: leaving all empty is no answer. Who goes elsewhere need not finish the list."""
        if given.one("to"):
            return ()
        _ = catalogue(language).gettext
        if (denied := self.denied(case, given, knowledge)) and not given.one("despite"):
            names = "; ".join(knowledge.findings[name].names.in_language(language) for name in denied)
            return (Fault("sign", _(_DENIED).format(names=names)),)
        ticked = bool(set(given.many("sign")) & set(self.names(case, knowledge)))
        if ticked and given.one("none"):
            return (Fault("sign", _("You ticked something and 'None of these'. Please leave one of the two.")),)
        if ticked or given.one("none") or given.one("unsure"):
            return ()
        return (Fault("sign", _("Please tick what is true, or 'None of these'.")),)

    def denied(self, case: Case, given: Given, knowledge: Knowledge) -> tuple[str, ...]:
        """What 'None of these' would take back of what was confirmed in the person's own words; that is asked about first."""
        if not given.one("none"):
            return ()
        found = read_words(case.complaint.words or "", knowledge).terms
        said = {term.name for term in found if term.kind == "finding" and not term.denied and is_told(case, term, knowledge)}
        return tuple(name for name in self.names(case, knowledge) if name in said and name not in given.many("sign"))

    def take(self, case: Case, given: Given, knowledge: Knowledge) -> Case:
        """The answers from the ticks; of a list that was left before its end only the ticks."""
        new = self.ticked(case, given, knowledge)
        if not given.one("to") or self.is_whole(case, given, knowledge):
            return new
        present = {name: answer for name, answer in new.answers.items() if answer is Answer.PRESENT}
        stays = {*present, *self.denied(case, given, knowledge)}
        kept = {name: answer for name, answer in case.answers.items() if answer is not Answer.PRESENT or name in stays}
        return case.model_copy(update={"answers": kept | present})

    def is_whole(self, case: Case, given: Given, knowledge: Knowledge) -> bool:
        """Whether a list says something of what is not ticked, without contradicting itself or the person's own words."""
        if given.many("sign") and given.one("none"):
            return False
        return bool(given.one("unsure") or given.one("none")) and not self.denied(case, given, knowledge)

    def ticked(self, case: Case, given: Given, knowledge: Knowledge) -> Case:
        """The answers from the ticks of a whole list."""
        rest = Answer.UNKNOWN if given.one("unsure") else Answer.ABSENT
        ticked = given.many("sign")
        return with_answers(case, {n: Answer.PRESENT if n in ticked else rest for n in self.names(case, knowledge)})

    def view(self, case: Case, given: Given, knowledge: Knowledge, language: Language) -> _List:
        """The list."""
        denied = bool(self.denied(case, given, knowledge))
        return _List(
            self.groups(case, given, knowledge, language), bool(given.one("none")), bool(given.one("unsure")), denied=denied
        )

    def groups(self, case: Case, given: Given, knowledge: Knowledge, language: Language) -> tuple[_Group, ...]:
        """The boxes under their headings."""
        options = {name: ask_text(name, knowledge, language) for name in self.names(case, knowledge)}
        return (_Group("", choices(given, "sign", options)),)

    def said(self, case: Case, knowledge: Knowledge, language: Language) -> tuple[str, ...]:
        """What is ticked; else that nothing is."""
        _ = catalogue(language).gettext
        told = [name for name in self.names(case, knowledge) if name in case.answers]
        present = [name for name in told if case.answers[name] == "present"]
        yes = tuple(self.told(name, knowledge, language) for name in present)
        unsure = (_("Not sure about the others"),) if any(case.answers[n] == "unknown" for n in told) else ()
        return yes + unsure or ((_("None of these"),) if told else ())

    def told(self, name: str, knowledge: Knowledge, language: Language) -> str:
        """A box that is ticked, in words."""
        return f"{ask_text(name, knowledge, language)} {catalogue(language).gettext(ANSWERS['present'])}"


class Warnings(_Ticked):
    """What is an emergency by itself: any tick ends the asking."""

    name = "warnings"
    title = mark("Warning signs")

    def names(self, case: Case, knowledge: Knowledge) -> Sequence[str]:
        """The signs of the first checklist that are an emergency alone."""
        return _of_age(emergencies(knowledge), case, knowledge)


class Also(_Ticked):
    """What must be known before urgency can be called low."""

    name = "also"
    title = mark("Other signs")

    def names(self, case: Case, knowledge: Knowledge) -> Sequence[str]:
        """The rest of the checklist; what was lost is asked as what one can still do."""
        first = emergencies(knowledge)
        return _of_age([n for n in checklist(knowledge) if n not in first and n != "functional_loss"], case, knowledge)


def _of_age(names: Sequence[str], case: Case, knowledge: Knowledge) -> tuple[str, ...]:
    """The signs that a person of this age can have; what was told already stays, so that it can be taken back."""
    fitting = fits_age(names, case.person.age_years, knowledge)
    return tuple(name for name in names if name in fitting or name in case.answers)


class _Boxed(_Ticked):
    """A long list, of short names under headings; how each finding is asked is its help."""

    def names(self, case: Case, knowledge: Knowledge) -> Sequence[str]:
        """The findings of its boxes."""
        return _of_age(tuple(knowledge.boxes[self.name]), case, knowledge)

    def groups(self, case: Case, given: Given, knowledge: Knowledge, language: Language) -> tuple[_Group, ...]:
        """The boxes under their headings."""
        ticked, parts, names = given.many("sign"), knowledge.content.review.values(), {*self.names(case, knowledge)}
        return tuple(
            _Group(
                part.names.in_language(language),
                tuple(
                    Choice(box.id, box.names.in_language(language), box.id in ticked, ask_text(box.id, knowledge, language))
                    for box in part.boxes
                    if box.id in names
                ),
            )
            for part in parts
            if part.list == self.name and any(box.id in names for box in part.boxes)
        )

    def told(self, name: str, knowledge: Knowledge, language: Language) -> str:
        """The short name."""
        return knowledge.boxes[self.name][name].names.in_language(language)


class History(_Boxed):
    """What came before, the operation that can lower calcium for life first."""

    name = "history"
    title = mark("What came before")


class Body(_Boxed):
    """The rest of the body: what people seldom tell unasked, because they do not connect it with the movement."""

    name = "body"
    title = mark("The rest of the body")


class Movement(_Ticked):
    """What the movement is like: it decides which questions make sense at all."""

    name = "movement"
    title = mark("What the movement is like")

    def names(self, case: Case, knowledge: Knowledge) -> Sequence[str]:
        """The features that tell most."""
        return DESCRIPTION


class Function(_Ticked):
    """Severity by what one can no longer do."""

    name = "function"
    title = mark("What has become impossible")

    def needed(self, case: Case, knowledge: Knowledge) -> bool:
        """Not of a child too small to have learned any of it."""
        return bool(_of_age(self.findings(knowledge), case, knowledge))

    def names(self, case: Case, knowledge: Knowledge) -> Sequence[str]:
        """The activities that a person of this age has learned."""
        age = case.person.age_years
        return tuple(a.id for a in knowledge.content.activities.values() if age is None or age >= a.age_from)

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

    def ticked(self, case: Case, given: Given, knowledge: Knowledge) -> Case:
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
        pool, shown = knowledge.content.activities, {*self.names(case, knowledge), *given.many("sign")}
        options = {a.id: a.names.in_language(language) for a in pool.values() if a.id in shown}
        boxes = (_Group("", choices(given, "sign", options)),)
        return _List(boxes, bool(given.one("none")), bool(given.one("unsure")), given.many("before"))

    def said(self, case: Case, knowledge: Knowledge, language: Language) -> tuple[str, ...]:
        """The activities that are lost."""
        _, told = catalogue(language).gettext, self.given(case, knowledge)
        lost = tuple(knowledge.content.activities[name].names.in_language(language) for name in told.many("sign"))
        return lost or ((_("None of these"),) if told.one("none") else (_("Not sure"),) if told.one("unsure") else ())

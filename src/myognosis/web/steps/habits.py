"""Caffeine, nicotine, alcohol, sleep: what people count, turned into what the knowledge counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from myognosis.knowledge import Knowledge
from myognosis.language import Language, catalogue, mark
from myognosis.model.case import Answer, Case, Exposure
from myognosis.reason.asking import fits_age
from myognosis.web.forms import Fault, Given, reads
from myognosis.web.steps.base import Step

__all__ = ["ASKED", "Habits"]

ASKED = ("caffeine", "energy_drink", "nicotine", "alcohol", "sleep")
"""What this step asks; other exposures are kept as they are."""
_PER = {
    "mg/d": mark("a day"), "{can}/d": mark("cans a day"), "{cigarettes}/d": mark("a day"), "{drink}/wk": mark("a week"),
    "h/d": mark("hours a night"),
}  # fmt: skip
_MOST, _CUPS = {"energy_drink": 50, "nicotine": 200, "alcohol": 300, "sleep": 24}, 100
"""More of them than anybody can have: a slip of the finger."""


@dataclass(frozen=True)
class _Row:
    field: str
    label: str
    per: str
    value: str


@dataclass(frozen=True)
class _View:
    caffeine: tuple[_Row, ...]
    others: tuple[_Row, ...]


class Habits(Step):
    """What is left empty is not asked; 0 is none."""

    name = "habits"
    title = mark("Everyday substances and sleep")
    template = "habits"

    def needed(self, case: Case, knowledge: Knowledge) -> bool:
        """Not of a small child: how it sleeps is asked among the signs of the rest of the body."""
        return any(name != "sleep" for name in _asked(case, knowledge))

    def findings(self, knowledge: Knowledge) -> Sequence[str]:
        """What the amounts speak for; who leaves one empty is not asked after it in words either."""
        return tuple(knowledge.content.doses[name].finding for name in ASKED)

    def given(self, case: Case, knowledge: Knowledge) -> Given:
        """The exposures as fields; caffeine in cups of coffee."""
        values: dict[str, list[str]] = {}
        for row in case.exposures:
            dose = knowledge.content.doses.get(row.what)
            if dose is None or row.what not in ASKED:
                continue
            field = f"{row.what}_{dose.servings[0].id}" if dose.servings else row.what
            values[field] = [f"{round(row.value / (dose.servings[0].amount if dose.servings else 1), 2):g}"]
        return Given(values)

    def faults(self, case: Case, given: Given, knowledge: Knowledge, language: Language) -> tuple[Fault, ...]:
        """Every number must be one that can be."""
        text = catalogue(language).gettext(mark("Please give a number from 0 to {most}, or leave it empty."))
        found = []
        for row in _rows(case, given, knowledge, language):
            most = _MOST.get(row.field, _CUPS)
            if not reads(partial(given.number, row.field, 0, most)):
                found.append(Fault(row.field, text.format(most=most)))
        return tuple(found)

    def take(self, case: Case, given: Given, knowledge: Knowledge) -> Case:
        """The exposures from the fields; those that are not asked here stay. What is left empty on purpose is not asked again."""
        answers, rows = dict(case.answers), [row for row in case.exposures if row.what not in ASKED]
        for name in _asked(case, knowledge):
            dose = knowledge.content.doses[name]
            parts = [(f"{name}_{s.id}", s.amount) for s in dose.servings] or [(name, 1.0)]
            counts = [(given.number(field), amount) for field, amount in parts]
            told = [(count, amount) for count, amount in counts if count is not None]
            if not told and not given.one("to"):
                answers.setdefault(dose.finding, Answer.DECLINED)
            if told:
                if answers.get(dose.finding) is Answer.DECLINED:
                    del answers[dose.finding]
                rows.append(Exposure(what=name, value=sum(count * amount for count, amount in told), unit=dose.unit))
        return case.model_copy(update={"exposures": tuple(rows), "answers": answers})

    def view(self, case: Case, given: Given, knowledge: Knowledge, language: Language) -> _View:
        """The rows."""
        caffeine, asked = _caffeine(knowledge, given, language), _asked(case, knowledge)
        return _View(caffeine if "caffeine" in asked else (), _others(asked, knowledge, given, language))

    def said(self, case: Case, knowledge: Knowledge, language: Language) -> tuple[str, ...]:
        """Each exposure with its amount, caffeine as cups of coffee."""
        rows = _rows(case, self.given(case, knowledge), knowledge, language)
        return tuple(f"{row.label}: {row.value} {row.per}" for row in rows if row.value)


def _asked(case: Case, knowledge: Knowledge) -> tuple[str, ...]:
    """What a person of this age is asked; what was told already stays, so that it can be taken back."""
    told, doses = {row.what for row in case.exposures}, knowledge.content.doses
    return tuple(name for name in ASKED if name in told or fits_age((doses[name].finding,), case.person.age_years, knowledge))


def _rows(case: Case, given: Given, knowledge: Knowledge, language: Language) -> tuple[_Row, ...]:
    view = Habits().view(case, given, knowledge, language)
    return (*view.caffeine, *view.others)


def _caffeine(knowledge: Knowledge, given: Given, language: Language) -> tuple[_Row, ...]:
    dose, per = knowledge.content.doses["caffeine"], catalogue(language).gettext(_PER["mg/d"])
    return tuple(_Row(f"caffeine_{s.id}", s.names.in_language(language), per, given.one(f"caffeine_{s.id}")) for s in dose.servings)


def _others(asked: Sequence[str], knowledge: Knowledge, given: Given, language: Language) -> tuple[_Row, ...]:
    _, doses = catalogue(language).gettext, knowledge.content.doses
    return tuple(
        _Row(name, doses[name].names.in_language(language), _(_PER[doses[name].unit]), given.one(name))
        for name in asked
        if name != "caffeine"
    )

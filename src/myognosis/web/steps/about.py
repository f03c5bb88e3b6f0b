"""Who it is about: age, sex, pregnancy. No name."""

from dataclasses import dataclass

from myognosis.knowledge import Knowledge
from myognosis.language import Language, catalogue, mark
from myognosis.model.case import Answer, Case
from myognosis.report.words import small
from myognosis.web.forms import Choice, Fault, Given, choices, reads
from myognosis.web.steps.base import ANSWERS, Step, answer_choices

__all__ = ["About"]

_SEXES = {"female": mark("Female"), "male": mark("Male"), "other": mark("Other")}
_OLDEST = 120


@dataclass(frozen=True)
class _View:
    sexes: tuple[Choice, ...]
    pregnant: tuple[Choice, ...]


class About(Step):
    """Age, sex and pregnancy move what is likely."""

    name = "about"
    title = mark("About you")
    template = "about"

    def given(self, case: Case, knowledge: Knowledge) -> Given:
        """The person as fields."""
        person = case.person
        age = [] if person.age_years is None else [f"{person.age_years:g}"]
        return Given(
            {"age": age, "sex": [person.sex] if person.sex else [], "pregnant": [person.pregnant] if person.pregnant else []}
        )

    def faults(self, case: Case, given: Given, knowledge: Knowledge, language: Language) -> tuple[Fault, ...]:
        """An age is a number of years that a person can have."""
        return () if reads(lambda: given.number("age", 0, _OLDEST)) else (Fault("age", catalogue(language).gettext(_AGE)),)

    def take(self, case: Case, given: Given, knowledge: Knowledge) -> Case:
        """The person from the fields; who is male is not asked about pregnancy."""
        sex = given.one("sex") if given.one("sex") in _SEXES else None
        pregnant = given.one("pregnant") if given.one("pregnant") in ANSWERS and sex != "male" else None
        fields = {"age_years": given.number("age", 0, _OLDEST), "sex": sex, "pregnant": Answer(pregnant) if pregnant else None}
        return case.model_copy(update={"person": case.person.model_copy(update=fields)})

    def view(self, case: Case, given: Given, knowledge: Knowledge, language: Language) -> _View:
        """The choices."""
        _ = catalogue(language).gettext
        return _View(
            choices(given, "sex", {k: _(v) for k, v in _SEXES.items()} | {"": _(ANSWERS[Answer.DECLINED.value])}),
            answer_choices(given, "pregnant", language),
        )

    def said(self, case: Case, knowledge: Knowledge, language: Language) -> tuple[str, ...]:
        """Age, sex and pregnancy in a line each."""
        _, person, lines = catalogue(language).gettext, case.person, []
        if person.age_years is not None:
            lines.append(_("Age: {n}").format(n=f"{person.age_years:g}"))
        if person.sex:
            lines.append(_("Sex: {sex}").format(sex=small(_(_SEXES[person.sex]))))
        if person.pregnant:
            lines.append(_("Pregnant: {answer}").format(answer=_(ANSWERS[person.pregnant])))
        return tuple(lines)


_AGE = mark("Please give the age as a number of years from 0 to 120, or leave it empty.")

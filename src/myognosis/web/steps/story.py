"""The complaint in the person's own words, since when, and how it changes."""

from dataclasses import dataclass

from myognosis.knowledge import Knowledge
from myognosis.language import Language, catalogue, mark
from myognosis.model.case import Answer, Case, Duration
from myognosis.report.written import how_long
from myognosis.web.forms import Choice, Fault, Given, choices, reads
from myognosis.web.steps.base import ANSWERS, Step, faults_at

__all__ = ["Story"]

_UNITS = {"d": mark("days"), "wk": mark("weeks"), "mo": mark("months"), "a": mark("years")}
_COURSES = {
    "progressive": mark("It is growing or spreading"),
    "stable": mark("It stays about the same"),
    "fluctuating": mark("It comes and goes"),
    "attacks": mark("It comes in separate attacks, with nothing between them"),
    "improving": mark("It is getting less"),
    "single": mark("It happened once"),
    "unknown": ANSWERS[Answer.UNKNOWN.value],
}
_SHORTEST, _LONGEST = 1e-3, 1e6


@dataclass(frozen=True)
class _View:
    units: tuple[Choice, ...]
    courses: tuple[Choice, ...]


class Story(Step):
    """Words are kept and shown to the doctor; they never decide by themselves."""

    name = "story"
    title = mark("What happens")
    template = "story"

    def given(self, case: Case, knowledge: Knowledge) -> Given:
        """The complaint as fields."""
        c = case.complaint
        since = ([f"{c.since.value:g}"], [c.since.unit]) if c.since else ([], [])
        words, course = [c.words] if c.words else [], [c.course] if c.course else []
        return Given({"words": words, "since": since[0], "unit": since[1], "course": course})

    def faults(self, case: Case, given: Given, knowledge: Knowledge, language: Language) -> tuple[Fault, ...]:
        """The time must be a number above nothing, and not from before birth."""
        if not reads(lambda: given.number("since", _SHORTEST, _LONGEST)):
            return (
                Fault("since", catalogue(language).gettext(mark("Please give the time as a number above 0, or leave it empty."))),
            )
        return faults_at(self.take(case, given, knowledge), knowledge, language, {"$.complaint.since": "since"})

    def take(self, case: Case, given: Given, knowledge: Knowledge) -> Case:
        """The complaint from the fields; what other steps told of it stays."""
        since, unit = given.number("since", _SHORTEST, _LONGEST), given.one("unit")
        length = Duration(value=since, unit=unit if unit in _UNITS else "mo") if since else None  # type: ignore[arg-type]
        course = given.one("course") if given.one("course") in _COURSES else None
        fields = {"words": given.one("words") or None, "since": length, "course": course}
        return case.model_copy(update={"complaint": case.complaint.model_copy(update=fields)})

    def view(self, case: Case, given: Given, knowledge: Knowledge, language: Language) -> _View:
        """The choices."""
        _ = catalogue(language).gettext
        units = choices(given, "unit", {k: _(v) for k, v in _UNITS.items()})
        return _View(units, choices(given, "course", {k: _(v) for k, v in _COURSES.items()}))

    def said(self, case: Case, knowledge: Knowledge, language: Language) -> tuple[str, ...]:
        """The words, the time, the course."""
        _, c, lines = catalogue(language).gettext, case.complaint, []
        if c.words:
            lines.append(_("“{words}”").format(words=c.words))
        if c.since and c.since.unit in _UNITS:
            lines.append(how_long(c.since.value, c.since.unit, language))
        if c.course:
            lines.append(_(_COURSES[c.course]))
        return tuple(lines)

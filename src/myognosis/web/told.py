"""All that a case tells, part by part, in the words of the pages: what the steps of the interview ask, and what they do not."""

from collections.abc import Iterator
from dataclasses import dataclass

from myognosis.exchange.left import SECTIONS, STATES
from myognosis.faults import fill
from myognosis.findings import check_case
from myognosis.knowledge import Knowledge
from myognosis.language import Language, decimal, mark
from myognosis.model.case import Case, Event, TestDone
from myognosis.model.finding import Findings
from myognosis.report.conduction import conduction_rows
from myognosis.report.needle import needle_rows
from myognosis.report.words import Words, small
from myognosis.report.written import how_long
from myognosis.web.described import what_recorded
from myognosis.web.places import place_name
from myognosis.web.steps import STEPS
from myognosis.web.steps.habits import ASKED

__all__ = ["Part", "asked_parts", "examined", "other_parts", "state_told"]

_RESULTS = {
    "normal": mark("normal"), "abnormal": mark("not normal"), "pending": mark("no result yet"), "unknown": mark("result not known"),
}  # fmt: skip
_UNMAPPED = mark("Terms that we do not know")
_HOURS = {"h/d": mark("{n} {n:hour|hours} a day"), "h/wk": mark("{n} {n:hour|hours} a week")}
_STORY = ("began", "onset", "rhythm", "episode", "per_day", "triggers", "relievers")
"""What no step asks of the complaint."""


@dataclass(frozen=True)
class Part:
    """One part of what was told: the field of a case that it lies in, its title, and a line for each thing."""

    field: str
    title: str
    lines: tuple[str, ...]


_FIELDS = {"about": "person", "story": "complaint", "where": "complaint", "medicines": "medicines", "habits": "exposures",
           "tests": "self_tests", "labs": "labs"}  # fmt: skip


def asked_parts(case: Case, knowledge: Knowledge, language: Language) -> tuple[Part, ...]:
    """What the steps of the interview say; what was read in the person's own words stands where it was taken to."""
    _ = Words(language)._
    steps = [step for step in STEPS.values() if step.name != "words"]
    return tuple(Part(_FIELDS.get(s.name, "answers"), _(s.title), s.said(case, knowledge, language)) for s in steps)


def other_parts(case: Case, knowledge: Knowledge, language: Language) -> tuple[Part, ...]:
    """What a file, the bench or another program told, and no step asks: only the parts that there are."""
    teller = _Others(case, check_case(case, knowledge)[0], knowledge, language)
    _, made = teller.words._, (
        ("about", SECTIONS["about"], teller.about()), ("person", SECTIONS["person.height_cm"], teller.height()),
        ("person", SECTIONS["person.setting"], teller.setting()), ("complaint", SECTIONS["complaint"], teller.story()),
        ("exposures", SECTIONS["exposures"], teller.exposures()), ("conditions", SECTIONS["conditions"], teller.read("conditions")),
        ("events", SECTIONS["events"], teller.events()), ("examination", SECTIONS["examination"], teller.examination()),
        ("labs", SECTIONS["labs"], teller.labs()), ("conduction", SECTIONS["conduction"], teller.conduction()),
        ("needle", SECTIONS["needle"], teller.needle()), ("tests", SECTIONS["tests"], teller.tests()),
        ("recordings", SECTIONS["recordings"], teller.recordings()), ("unmapped", _UNMAPPED, teller.unmapped()),
        ("assessed_on", SECTIONS["assessed_on"], teller.day()),
    )  # fmt: skip
    parts = (Part(field, _(title), tuple(dict.fromkeys(lines))) for field, title, lines in made)
    return tuple(part for part in parts if part.lines)


def state_told(finding: str, case: Case, knowledge: Knowledge, language: Language) -> tuple[str, tuple[str, ...]]:
    """A finding by its name, and what was answered, if it was."""
    answer, known = case.answers.get(finding), knowledge.findings.get(finding)
    return known.names.in_language(language) if known else finding, (Words(language)._(STATES[answer]),) if answer else ()


def examined(case: Case, knowledge: Knowledge, language: Language) -> tuple[str, ...]:
    """Strengths, then reflexes, each in a line."""
    content, words, exam = knowledge.content, Words(language), case.examination

    def named(key: str) -> str:
        """A muscle or a reflex; one that we do not know as it was written."""
        found = content.muscles.get(key) or content.reflexes.get(key)
        return found.names.in_language(language) if found else key

    power = tuple(f"{named(p.muscle)}, {words.side(p.side)}: MRC {p.mrc:g}" for p in exam.power)
    return power + tuple(f"{named(r.reflex)}, {words.side(r.side)}: {r.grade}" for r in exam.reflexes)


class _Others:
    """Each part that no step asks, a line for each thing."""

    def __init__(self, case: Case, findings: Findings, knowledge: Knowledge, language: Language) -> None:
        self.case, self.findings, self.knowledge, self.language = case, findings, knowledge, language
        self.words = Words(language)

    def name(self, finding: str) -> str:
        """A finding by its name; one that we do not know as it was written."""
        known = self.knowledge.findings.get(finding)
        return known.names.in_language(self.language) if known else finding

    def place(self, where: str) -> str:
        """A muscle or a nerve."""
        content = self.knowledge.content
        known = content.muscles.get(where) or content.nerves.get(where)
        return known.names.in_language(self.language) if known else where

    def read(self, *places: str) -> Iterator[str]:
        """The findings that were read at these places of the case, with their states."""
        begins = tuple(f"$.{place}" for place in places)
        for finding, rows in self.findings.provenance.items():
            state = self.findings.states.get(finding)
            if state and any(row.path.startswith(begins) for row in rows):
                yield f"{self.name(finding)}: {self.words._(STATES[state])}"  # type: ignore[index]  # an answer is its own text

    def about(self) -> Iterator[str]:
        """What the case says of itself."""
        about = self.case.about
        yield from filter(None, (about.title, about.source, about.note))

    def height(self) -> Iterator[str]:
        """The height, which no step asks."""
        if self.case.person.height_cm:
            yield self.words._(mark("{n} cm")).format(n=decimal(f"{self.case.person.height_cm:g}", self.language))

    def setting(self) -> Iterator[str]:
        """Where the person was seen, if not at home."""
        if self.case.person.setting != "self_check":
            yield self.words.setting(self.case.person.setting)

    def story(self) -> Iterator[str]:
        """How it began and what it is like, as a file tells it."""
        if self.case.complaint.began:
            yield self.words.date(self.case.complaint.began)
        yield from self.read(*(f"complaint.{name}" for name in _STORY))

    def exposures(self) -> Iterator[str]:
        """Habits that no step asks, with their amounts."""
        doses = self.knowledge.content.doses
        for row in self.case.exposures:
            if row.what not in ASKED:
                name = doses[row.what].names.in_language(self.language) if row.what in doses else row.what
                n = decimal(f"{row.value:g}", self.language)
                yield f"{name}: {fill(self.words._(_HOURS[row.unit]), {'n': n}) if row.unit in _HOURS else f'{n} {row.unit}'}"

    def events(self) -> Iterator[str]:
        """What happened, and when."""
        for event in self.case.events:
            yield ", ".join(filter(None, (self.name(event.what), self._when(event))))

    def _when(self, event: Event | TestDone) -> str:
        if event.on:
            return self.words.date(event.on)
        ago = event.ago if isinstance(event, Event) else None
        return how_long(ago.value, ago.unit, self.language) if ago and ago.unit in ("d", "wk", "mo", "a") else ""

    def examination(self) -> Iterator[str]:
        """What was found on examination."""
        exam = self.case.examination
        yield from examined(self.case, self.knowledge, self.language)
        for finding, places in (("atrophy", exam.wasting), ("fasciculation", exam.twitching)):
            for place in places:
                yield f"{self.name(finding)}: {small(place_name(place.where, place.side, self.knowledge, self.language))}"
        for row in exam.sensation:
            if row.state == "reduced":
                yield self.words.sign("numb", self.place(row.area), row.side)
        yield from self.read("examination.tone", "examination.signs", "examination.sensation")

    def labs(self) -> Iterator[str]:
        """Results of analytes that we do not know."""
        for row in self.case.labs:
            if row.analyte.strip().casefold() not in self.knowledge.lab_names:
                yield f"{row.analyte}: {decimal(f'{row.value:g}', self.language)} {row.unit}"

    def conduction(self) -> Iterator[str]:
        """A line for each nerve."""
        rows = conduction_rows(self.findings.conduction, self.words, place=self.place, name=self.name, cite=lambda key: "")
        study: list[str] = []
        for row in rows:
            if row.nerve and study:
                yield ", ".join(study)
                study = []
            study += filter(None, (row.nerve, row.side, row.technique, row.temperature, row.filters, row.values))
        if study:
            yield ", ".join(study)

    def needle(self) -> Iterator[str]:
        """A line for each muscle."""
        titles = self.words._("Fibrillations, positive waves"), self.words._("Fasciculations")
        for row in needle_rows(self.case.needle, self.words, place=self.place, name=self.name):
            told = zip(titles, (row.fibrillation, row.fasciculation), strict=True)
            rest = (f"{title}: {text}" for title, text in told if text)
            yield ", ".join(filter(None, (row.muscle, row.side, *rest, row.discharges, row.units)))

    def tests(self) -> Iterator[str]:
        """Each test with its result, then what it found."""
        pool = self.knowledge.content.tests
        for row in self.case.tests:
            name = pool[row.test].names.in_language(self.language) if row.test in pool else row.test
            yield ", ".join(filter(None, (f"{name}: {self.words._(_RESULTS[row.result])}", self._when(row), row.note)))
            yield from (f"{self.name(finding)}: {self.words._(STATES[answer])}" for finding, answer in row.findings.items())

    def recordings(self) -> Iterator[str]:
        """A line for each recording."""
        for number, row in enumerate(self.case.recordings, 1):
            name = self.words._("Recording {n}").format(n=number)
            yield f"{name}: {what_recorded(row, self.knowledge, self.language)}"

    def unmapped(self) -> Iterator[str]:
        """Terms that no finding of ours stands for."""
        for row in self.case.unmapped:
            yield f"{row.label or row.code}: {self.words._(STATES[row.state])}"

    def day(self) -> Iterator[str]:
        """The day of the assessment."""
        if self.case.assessed_on:
            yield self.words.date(self.case.assessed_on)

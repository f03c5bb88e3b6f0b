"""What every part of the page tells with: the result, its words in one language, and the sources that were cited."""

import datetime as dt

from myognosis.knowledge import Knowledge
from myognosis.language import Language
from myognosis.model import assessment as a
from myognosis.model.case import Case
from myognosis.model.finding import Findings
from myognosis.report.cited import short_source
from myognosis.report.words import Words, spoken

__all__ = ["Teller"]


class Teller:
    """Holds what every part of the page needs."""

    def __init__(
        self,
        result: a.Assessment,
        case: Case,
        findings: Findings,
        knowledge: Knowledge,
        language: Language,
        today: dt.date,
        number: str,
    ) -> None:
        self.result, self.case, self.findings, self.knowledge = result, case, findings, knowledge
        self.language, self.today, self.number = language, today, number
        self.words = Words(language)
        self._ = self.words._
        self.cited: dict[str, None] = {}

    def name(self, finding: str) -> str:
        """The name of a finding."""
        return self.knowledge.findings[finding].names.in_language(self.language)

    def spoken(self, finding: str) -> str:
        """A finding as one says it on the telephone."""
        return spoken(self.knowledge.findings[finding], self.language)

    def names(self, findings: tuple[str, ...]) -> tuple[str, ...]:
        """The names of findings."""
        return tuple(self.name(f) for f in findings)

    def telling(self, findings: tuple[str, ...]) -> tuple[str, ...]:
        """Findings without those that another of them says more exactly."""
        implied = {parent for name in findings for parent in self.knowledge.ancestors[name]}
        return tuple(name for name in findings if name not in implied)

    def cause_name(self, cause: str) -> str:
        """The name of a cause."""
        return self.knowledge.causes[cause].names.in_language(self.language)

    def cite(self, key: str) -> str:
        """A source as it is named in the text; it enters the list of sources."""
        self.cited[key] = None
        return short_source(self.knowledge.content.sources[key], self._)

    def place(self, where: str) -> str:
        """The name of a muscle, reflex, nerve or area."""
        content = self.knowledge.content
        for pool in (content.muscles, content.reflexes, content.nerves):
            if where in pool:
                return pool[where].names.in_language(self.language)
        return where

    def asked(self, name: str) -> str:
        """How a finding is asked of a person."""
        finding = self.knowledge.findings[name]
        return (finding.ask or finding.names).in_language(self.language)

    def speaks(self, finding: str) -> str:
        """A finding with its state, as in 'weakness: absent'."""
        state = self.findings.states.get(finding, "unknown")
        return self.words.stated(self.name(finding), state) if state != "unknown" else self.name(finding)

    def named_evidence(self, name: str) -> str:
        """A finding or a circumstance by name and state."""
        return self.speaks(name) if name in self.knowledge.findings else self.words.state(name)

    def person(self, *, setting: bool = True) -> str:
        """Who it is about, in a line; with the setting or without."""
        person, _ = self.case.person, self._
        years = 18 if person.age_years is None else person.age_years
        female = _("girl") if years < 13 else _("teenage girl") if years < 18 else _("woman")
        male = _("boy") if years < 13 else _("teenage boy") if years < 18 else _("man")
        sexes = {"female": female, "male": male, "other": _("person")}
        parts = [sexes[person.sex]] if person.sex else []
        if person.age_years is not None:
            parts.append(self._age(person.age_years))
        return ", ".join([*parts, self.words.setting(person.setting)] if setting else parts)

    def _age(self, age: float) -> str:
        if age < 2:
            months = int(age * 12)
            if not months:
                return self._("less than a month old")
            return self.words.count("{n} month old", "{n} months old", months).format(n=months)
        years = int(age)
        return self.words.count("{n} year old", "{n} years old", years).format(n=years)

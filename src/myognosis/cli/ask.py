"""``myognosis ask``: the interview in the terminal."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from myognosis.cli import common as c
from myognosis.cli import language_option
from myognosis.cli.spoken import SpokenCommand
from myognosis.faults import Level
from myognosis.findings import check_case
from myognosis.interview.session import DESCRIPTION, Session, checklist, next_step, said_alike, self_tests
from myognosis.knowledge import Knowledge
from myognosis.language import Language, catalogue, mark, say
from myognosis.model.assessment import Assessment
from myognosis.model.case import Answer, Case, Complaint, Lab, Medicine, Person
from myognosis.reason.words import read_words, with_term
from myognosis.report.page import Page
from myognosis.report.terminal import render_emergency, render_terminal
from myognosis.report.written import term_label
from myognosis.store import save_case

__all__ = ["ask_command"]

_KEYS = {
    "y": Answer.PRESENT, "n": Answer.ABSENT, "?": Answer.UNKNOWN, "-": Answer.DECLINED,
    "т": Answer.PRESENT, "так": Answer.PRESENT, "ні": Answer.ABSENT, "д": Answer.PRESENT, "да": Answer.PRESENT,
    "н": Answer.ABSENT, "нет": Answer.ABSENT, "yes": Answer.PRESENT, "no": Answer.ABSENT,
}  # fmt: skip

_RESULT = re.compile(r"(\S.{0,100}?)\s*[:=]?\s+(\d{1,9}(?:[.,]\d{1,9})?)\s*(\S.{0,60})")
"""A result of a blood test, as people write it: calcium 2,1 mmol/L."""

_CAUTION = mark(
    "None has to be done. Have somebody beside you if you are unsteady. Wear no socks on a smooth floor. "
    "Do each once: doing it again and again tells nothing more."
)


@click.command("ask", cls=SpokenCommand)
@language_option
@click.option("--save", type=click.Path(path_type=Path, dir_okay=False), help="Keep the case in this file, after every answer.")
@click.option("--resume", type=click.Path(exists=True, path_type=Path, dir_okay=False), help="Go on with a saved case.")
@click.option("--html", type=click.Path(path_type=Path, dir_okay=False), help="Write the report as one HTML file at the end.")
@click.option(
    "--emergency-number",
    callback=c.a_number,
    help="The number that the report tells to call (default: those of the countries of the language).",
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON; the talk goes to standard error.")
def ask_command(
    language: str | None, save: Path | None, resume: Path | None, html: Path | None, emergency_number: str | None, as_json: bool
) -> None:
    """Ask one question after the other, warning signs first, and show the result."""
    tongue = c.language_of(language)
    knowledge = c.knowledge_or_exit(tongue, as_json)
    case = c.read_or_exit(str(resume), tongue, as_json) if resume else None
    _Interview(knowledge, tongue, save or resume, html, emergency_number, as_json).run(case)


class _Interview:
    """The talk itself: prints, reads, keeps."""

    def __init__(
        self, knowledge: Knowledge, language: Language, save: Path | None, html: Path | None, number: str | None, as_json: bool
    ) -> None:
        self.knowledge, self.language, self.save, self.html, self.number = knowledge, language, save, html, number
        self.as_json = as_json
        self._ = catalogue(language).gettext

    def run(self, case: Case | None) -> None:
        """From the opening to the result."""
        _ = self._
        self.say(_("This is for research and education. It does not diagnose. Nothing leaves this computer."))
        self.say(_("Answer y (yes), n (no), ? (don't know), - (rather not say), b (back), why, s (stop and show the result)."))
        session = Session(case or self.opening())
        self.keep(session)
        if case is None:
            first = _("First, warning signs. Which of these are true now or in the last days?")
            session = self.ticked(session, first, checklist(self.knowledge, session.case.person.age_years))
            session = self.ticked(session, _("Which of these fit your movements?"), DESCRIPTION)
            boxes = self.knowledge.boxes
            session = self.ticked(session, _("What else has changed in the last weeks or months?"), tuple(boxes["body"]))
            session = self.ticked(session, _("Which of these were there, now or before?"), tuple(boxes["history"]))
        session = self.cleared(session)
        while (step := next_step(session, self.knowledge)).kind == "question" and step.question:
            answered = self.ask(session, step.question.id, step.about_left)
            if answered is None:
                break
            alike = said_alike(answered.case, session.case, self.knowledge)
            session = self.cleared(Session(alike, answered.asked))
            self.keep(session)
            if next_step(session, self.knowledge).kind == "done":
                session = self.offered(session)
        self.show(session.case)

    def offered(self, session: Session) -> Session:
        """What is offered where no question is left: self tests where one would tell much, then results of blood tests."""
        session = self.cleared(self.tried(session))
        if next_step(session, self.knowledge).kind == "done":
            session = self.cleared(self.laboratory(session))
        self.keep(session)
        return session

    def tried(self, session: Session) -> Session:
        """The self tests that would tell most, with how each ended; none has to be done, and once one was, none is offered."""
        _, case = self._, session.case
        tests = () if case.self_tests else self_tests(case, self.knowledge)[0]
        if not tests:
            return session
        lead = _("These short tests can tell most now.") if len(tests) > 1 else _("This short test can tell most now.")
        self.say(f"\n{lead} {_(_CAUTION)}")
        ended = dict[str, str]()
        for test in tests:
            self.say(f"\n{test.names.in_language(self.language)}. {test.how.in_language(self.language)}")
            for index, outcome in enumerate(test.outcomes, 1):
                self.say(f"{index:3}. {outcome.names.in_language(self.language)}")
            for index in self.chosen(_("The number of how it went, or 0 for not done"), len(test.outcomes), many=False):
                ended[test.id] = test.outcomes[index - 1].id
        return Session(case.model_copy(update={"self_tests": ended}), session.asked)

    def laboratory(self, session: Session) -> Session:
        """Results of blood tests, asked for once, where no question is left; asked again while one cannot be read."""
        _ = self._
        while not session.case.labs:
            given = self.prompt(
                _("Results of blood tests, such as: calcium 2.1 mmol/L; magnesium 0.8 mmol/L (Enter for none)"),
                default="", show_default=False,
            )  # fmt: skip
            rows, faults = self.results(given)
            if not faults:
                return Session(session.case.model_copy(update={"labs": rows}), session.asked)
            for fault in faults:
                self.say(c.printable(fault))
        return session

    def results(self, given: str) -> tuple[tuple[Lab, ...], list[str]]:
        """Rows of 'name value unit' with a semicolon between, and what is wrong with them."""
        rows, faults = list[Lab](), list[str]()
        for part in filter(None, map(str.strip, given.split(";"))):
            if found := _RESULT.fullmatch(part):
                name, value, unit = found.groups()
                rows.append(Lab(analyte=name, value=float(value.replace(",", ".")), unit=unit))
            else:
                faults.append(self._("'{text}' is not a name, a number and a unit.").format(text=part))
        _, issues = check_case(Case(labs=tuple(rows)), self.knowledge)
        said = (f"{say(i.what, self.language)} {say(i.fix, self.language)}" for i in issues if i.level is Level.REFUSE)
        return tuple(rows), [*faults, *said]

    def cleared(self, session: Session) -> Session:
        """An emergency is shown at once and in full; below it stands the one question that a clear no takes it back with."""
        _ = self._
        while (step := next_step(session, self.knowledge)).kind == "emergency" and step.question:
            self.say("\n" + render_emergency(self.page(session.case)[0], c.terminal_width()))
            self.say(_("One answer can change this") + ":")
            answered = self.ask(session, step.question.id, 0)
            if answered is None:
                break
            session = answered
            if next_step(session, self.knowledge).kind != "emergency":
                self.say(_("Then this is not an emergency by that sign. We go on."))
        return session

    def say(self, text: str) -> None:
        """Say something in the talk."""
        click.echo(text, err=self.as_json)

    def prompt(self, text: str, **more: Any) -> str:
        """Ask for a line."""
        return str(click.prompt(text, err=self.as_json, **more))

    def keep(self, session: Session) -> None:
        """Save after every answer, where a file was named."""
        if self.save:
            save_case(session.case, self.save)

    def opening(self) -> Case:
        """The short fixed block: age, sex, medicines, the complaint in the person's own words."""
        _ = self._
        years = self.age()
        sex = self.prompt(_("Sex: f, m, or Enter to skip"), default="", show_default=False).strip().lower()
        words = self.prompt(_("In your own words, what happens? (Enter to skip)"), default="", show_default=False)
        drugs = self.prompt(_("Medicines, separated by commas (Enter for none)"), default="", show_default=False)
        person = Person(
            age_years=years,
            sex={"f": "female", "ж": "female", "m": "male", "м": "male", "ч": "male"}.get(sex[:1]),  # type: ignore[arg-type]
        )
        medicines = tuple(Medicine(name=name.strip()[:120]) for name in drugs.split(",") if name.strip())
        return self.confirmed(Case(person=person, complaint=Complaint(words=words[:4000] or None), medicines=medicines))

    def confirmed(self, case: Case) -> Case:
        """The case with the terms of its words that are confirmed: free text never decides by itself."""
        _ = self._
        reading = read_words(case.complaint.words or "", self.knowledge)
        terms = [term for term in reading.terms if term.kind != "later"]
        if not terms:
            return case
        self.say("\n" + _("We read it as:"))
        for index, term in enumerate(terms, 1):
            self.say(c.printable(f"{index:3}. {term_label(term, self.knowledge, self.language)}"))
        if reading.left:
            self.say(c.printable(f"{_('Not understood')}: {'; '.join(reading.left)}"))
        for index in self.chosen(_("Which of these are right? Numbers separated by spaces, or 0 for none of these"), len(terms)):
            case = with_term(case, terms[index - 1], self.knowledge)
        return case

    def chosen(self, text: str, most: int, *, many: bool = True) -> list[int]:
        """Numbers of a list, asked again while one is none of them; 0 or a "no" stands for none."""
        while True:
            given = self.prompt(text, default="0").lower().replace(",", " ").split()
            if len(given) == 1 and _KEYS.get(given[0]) is Answer.ABSENT:
                return []
            if all(part.isdecimal() and int(part) <= most for part in given) and (many or len(given) < 2):
                return [int(part) for part in given if int(part)]
            self.say(self._("Please give numbers from the list."))

    def age(self) -> float | None:
        """The age, asked again while what was given is none."""
        while True:
            given = self.prompt(self._("Age in years (Enter to skip)"), default="", show_default=False).strip()
            if not given:
                return None
            try:
                years = float(given.replace(",", "."))
            except ValueError:
                years = -1.0
            if 0 <= years <= 120:
                return years
            self.say(self._("Please give a number of years from 0 to 120, or press Enter."))

    def ticked(self, session: Session, title: str, asked: Sequence[str]) -> Session:
        """A list of concrete things, with 'none of these'; once there is an emergency, nothing more is asked."""
        _ = self._
        names = [name for name in asked if name not in session.case.answers]
        if not names or next_step(session, self.knowledge).kind == "emergency":
            return session
        self.say("\n" + title)
        for index, name in enumerate(names, 1):
            self.say(f"{index:3}. {self.question(name)}")
        chosen = self.chosen(_("Numbers separated by spaces, or 0 for none of these"), len(names))
        answers = dict(session.case.answers)
        for index, name in enumerate(names, 1):
            answers[name] = Answer.PRESENT if index in chosen else Answer.ABSENT
        case = said_alike(session.case.model_copy(update={"answers": answers}), session.case, self.knowledge)
        return self.cleared(Session(case, session.asked))

    def question(self, name: str) -> str:
        """How a finding is asked."""
        finding = self.knowledge.findings[name]
        return (finding.ask or finding.names).in_language(self.language)

    def ask(self, session: Session, name: str, left: int) -> Session | None:
        """Ask one question until it is answered; None to stop."""
        _, finding = self._, self.knowledge.findings[name]
        counted = catalogue(self.language).ngettext("about {n} question left", "about {n} questions left", left).format(n=left)
        self.say(f"\n{self.question(name)}" + (f"  ({counted})" if left else ""))
        while True:
            given = self.prompt("", prompt_suffix="> ", default="?", show_default=False).strip().lower()
            if given in _KEYS:
                return session.answer(name, _KEYS[given])
            if given in ("s", "stop", "стоп"):
                return None
            if given in ("b", "back", "назад"):
                return session.back()[0]
            if given in ("why", "чому", "почему"):
                why = finding.why or self.knowledge.content.groups[finding.group].why
                self.say(why.in_language(self.language))
                continue
            self.say(_("Please answer y, n, ?, -, b, why or s."))

    def page(self, case: Case) -> tuple[Page, Assessment]:
        """The page of a case, and the assessment it shows."""
        from myognosis.assessing import assess_findings

        findings, _ = check_case(case, self.knowledge)
        result = assess_findings(findings, self.knowledge, case)
        return c.make_page(result, case, self.knowledge, self.language, self.number), result

    def show(self, case: Case) -> None:
        """The result."""
        page, result = self.page(case)
        if self.as_json:
            click.echo(result.model_dump_json(indent=2))
            c.write_reports(page, self.html, None)
            return
        click.echo("\n" + render_terminal(page, c.terminal_width()), nl=False)
        for path in c.write_reports(page, self.html, None):
            click.echo(str(path))

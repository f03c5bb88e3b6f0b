"""What was read in the person's own words, shown back: each term counts only where it is ticked."""

from dataclasses import dataclass

from myognosis.findings import check_case
from myognosis.knowledge import Knowledge
from myognosis.language import Language, mark
from myognosis.model.case import Case
from myognosis.reason.triage import triage
from myognosis.reason.words import Reading, Term, is_told, read_words, with_term, without_term
from myognosis.reason.written import urgency_if_so, written
from myognosis.report.urgent import if_so_told
from myognosis.report.written import term_label
from myognosis.web.forms import Choice, Given, choices
from myognosis.web.steps.base import Step

__all__ = ["Words"]


@dataclass(frozen=True)
class _View:
    words: str
    terms: tuple[Choice, ...]
    before: tuple[str, ...]
    later: tuple[str, ...]
    left: tuple[str, ...]
    alarms: tuple[str, ...]
    """Each with the place where the emergency number goes."""


class Words(Step):
    """The terms found in what was written. Nothing is taken over before it is ticked, and what is unticked goes again."""

    name = "words"
    title = mark("What we read in your words")
    template = "words"

    def needed(self, case: Case, knowledge: Knowledge) -> bool:
        """Only where something was written."""
        return bool(case.complaint.words)

    def given(self, case: Case, knowledge: Knowledge) -> Given:
        """The terms that the case holds already."""
        told = [_key(term) for term in _named(_read(case, knowledge)) if is_told(case, term, knowledge)]
        return Given({"term": told, "before": told})

    def take(self, case: Case, given: Given, knowledge: Knowledge) -> Case:
        """The case with what is ticked, and without what was unticked."""
        ticked, before = given.many("term"), given.many("before")
        for term in _named(_read(case, knowledge)):
            if _key(term) in ticked:
                case = with_term(case, term, knowledge)
            elif _key(term) in before:
                case = without_term(case, term, knowledge)
        return case

    def view(self, case: Case, given: Given, knowledge: Knowledge, language: Language) -> _View:
        """The words, what was read in them, and what was not."""
        reading = _read(case, knowledge)
        traps = knowledge.content.traps
        labels = {_key(term): term_label(term, knowledge, language) for term in _named(reading)}
        later = [term for term in reading.terms if term.kind == "later" and not term.denied]
        return _View(
            words=case.complaint.words or "",
            terms=choices(given, "term", labels),
            before=given.many("before"),
            later=tuple(term.wrote for term in later if term.name not in traps or not traps[term.name].alarm),
            left=reading.left,
            alarms=(
                *_emergency_if_so(case, knowledge, language),
                *(traps[term.name].ask.in_language(language) for term in later if term.name in traps and traps[term.name].alarm),
            ),
        )

    def said(self, case: Case, knowledge: Knowledge, language: Language) -> tuple[str, ...]:
        """What is ticked."""
        told = [term for term in _named(_read(case, knowledge)) if is_told(case, term, knowledge)]
        return tuple(term_label(term, knowledge, language) for term in told)


def _emergency_if_so(case: Case, knowledge: Knowledge, language: Language) -> tuple[str, ...]:
    """What to do at once if what was read and not ticked yet is so; nothing where that would be no emergency."""
    findings, _ = check_case(case, knowledge)
    so = urgency_if_so(case, findings, written(case, findings, knowledge), triage(findings, knowledge), knowledge)
    return (if_so_told(so, "{number}", knowledge, language),) if so is not None and so.level == "emergency" else ()


def _read(case: Case, knowledge: Knowledge) -> Reading:
    return read_words(case.complaint.words or "", knowledge)


def _named(reading: Reading) -> tuple[Term, ...]:
    return tuple(term for term in reading.terms if term.kind != "later")


def _key(term: Term) -> str:
    return f"{term.kind}/{term.name}/{term.side or ('no' if term.denied else '')}"

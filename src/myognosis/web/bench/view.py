"""What the bench shows: the ranking as it stands and as it would, what moves it, and every table of entries."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from myognosis.assessing import assess_findings
from myognosis.findings import check_case
from myognosis.findings.conduction import compare_row, with_velocity
from myognosis.knowledge import Knowledge
from myognosis.knowledge.schema import Muscle
from myognosis.knowledge.schema import Reflex as Reflexes
from myognosis.language import Language, catalogue
from myognosis.model.assessment import Assessment
from myognosis.model.case import Answer, Case, Conduction, Person
from myognosis.model.finding import Measured
from myognosis.report.conduction import comparison_line
from myognosis.report.page import EvidenceView, Page
from myognosis.report.reasons import evidence_view
from myognosis.report.words import Words
from myognosis.web.bench.entering import STATES, changed
from myognosis.web.bench.studies import FormView
from myognosis.web.told import examined

__all__ = ["BenchView", "bench_view", "limit_lines"]

_SHOWN, _MOVERS = 8, 12


@dataclass(frozen=True)
class _Ranked:
    name: str
    before: str
    after: str
    change: str


@dataclass(frozen=True)
class _Told:
    id: str
    name: str
    state: str
    answer: str
    flips: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class _Mover:
    name: str
    evidence: tuple[EvidenceView | None, ...]


@dataclass(frozen=True)
class BenchView:
    """All that the bench shows beside the page of the result."""

    ranking: tuple[_Ranked, ...]
    tried: tuple[tuple[str, str, str], ...]
    told: tuple[_Told, ...]
    causes: tuple[str, ...]
    movers: tuple[_Mover, ...]
    steps: tuple[tuple[str, str, str], ...]
    findings: tuple[str, ...]
    muscles: tuple[tuple[str, str], ...]
    reflexes: tuple[tuple[str, str], ...]
    states: tuple[tuple[str, str], ...]
    forms: tuple[FormView, ...]
    signs: tuple[str, ...]


def bench_view(
    case: Case, result: Assessment, page: Page, states: dict[str, str], recorded: dict[str, Measured], forms: tuple[FormView, ...],
    knowledge: Knowledge, language: Language,
) -> BenchView:  # fmt: skip
    """What the bench shows: the ranking as it stands, and as it would stand with what is tried."""
    _ = catalogue(language).gettext
    after = result
    if states:
        new = changed(case, states)
        after = assess_findings(check_case(new, knowledge, recorded=recorded)[0], knowledge, new)
    content = knowledge.content

    def name(finding: str) -> str:
        return knowledge.findings[finding].names.in_language(language)

    def named(pool: Mapping[str, Muscle] | Mapping[str, Reflexes]) -> tuple[tuple[str, str], ...]:
        rows = ((key, one.names.in_language(language)) for key, one in pool.items())
        return (("", "–"), *sorted(rows, key=lambda row: row[1]))

    return BenchView(
        ranking=_ranking(result, after, knowledge, language, compare=bool(states)),
        tried=tuple((f"{finding}:{state}", name(finding), _(STATES[state])) for finding, state in states.items()),
        told=tuple(_told(f, answer, states, name(f), _) for f, answer in case.answers.items() if f in knowledge.findings),
        causes=tuple(knowledge.causes[c.cause].names.in_language(language) for c in after.causes[:5]),
        movers=_movers(after, knowledge, language),
        steps=tuple(
            (shown.name, " / ".join(knowledge.causes[cause].names.in_language(language) for cause in step.separates), shown.gain)
            for shown, step in zip((*page.tests, *page.questions), (*result.tests, *result.questions), strict=True)
        ),
        findings=tuple(sorted(finding.names.in_language(language) for finding in knowledge.findings.values())),
        muscles=named({key: one for key, one in content.muscles.items() if not one.is_part}),
        reflexes=named(content.reflexes),
        states=tuple((key, _(label)) for key, label in STATES.items()),
        forms=forms,
        signs=examined(case, knowledge, language),
    )  # fmt: skip


def _told(finding: str, answer: Answer, states: dict[str, str], name: str, gettext: Callable[[str], str]) -> _Told:
    now = "unknown" if answer is Answer.DECLINED else answer.value
    others = {key: label for key, label in STATES.items() if key != now}
    flips = tuple((f"{finding}:{key}", gettext(label)) for key, label in others.items() if states.get(finding) != key)
    return _Told(finding, name, gettext(STATES[now]), now, flips)


def _ranking(
    before: Assessment, after: Assessment, knowledge: Knowledge, language: Language, *, compare: bool
) -> tuple[_Ranked, ...]:
    words = Words(language)
    old = {c.cause: c.probability for c in before.causes}
    new = {c.cause: c.probability for c in after.causes}
    order = sorted(
        {*list(old)[:_SHOWN], *list(new)[:_SHOWN]}, key=lambda cause: (-new.get(cause, 0.0), -old.get(cause, 0.0), cause)
    )

    def number(pool: dict[str, float], cause: str) -> str:
        return words.chance(pool[cause]) if cause in pool else "–"

    def change(cause: str) -> str:
        step = new.get(cause, 0.0) - old.get(cause, 0.0)
        return "" if not compare or abs(step) < 5e-4 else f"{'▲' if step > 0 else '▼'} {words.number(abs(step), 2)}"

    return tuple(
        _Ranked(knowledge.causes[c].names.in_language(language), number(old, c), number(new, c) if compare else "", change(c))
        for c in order
    )


def _movers(result: Assessment, knowledge: Knowledge, language: Language) -> tuple[_Mover, ...]:
    """The findings that move the first causes most, with their decibans for each."""
    first = result.causes[:5]
    pieces = [{item.finding: item for item in cause.evidence} for cause in first]
    most = {finding: max(abs(p[finding].decibans) for p in pieces if finding in p) for p in pieces for finding in p}
    shown = sorted((f for f in most if f in knowledge.findings), key=lambda f: (-most[f], f))[:_MOVERS]

    def of(finding: str) -> tuple[EvidenceView | None, ...]:
        """What it says of each cause; nothing where it moves it not at all."""
        pairs = zip(first, pieces, strict=True)
        return tuple(evidence_view(p[finding], c.cause, knowledge, language) if finding in p else None for c, p in pairs)

    return tuple(_Mover(knowledge.findings[f].names.in_language(language), of(f)) for f in shown)


def limit_lines(row: Conduction, person: Person, knowledge: Knowledge, language: Language) -> tuple[tuple[str, str, str, str], ...]:
    """Each number of a row that is just typed: with its name, its limit, z and centile, and the finding that it would make."""
    words = Words(language)
    judged = compare_row(with_velocity(row), person, knowledge)
    return tuple(
        comparison_line(c, words, lambda name: knowledge.findings[name].names.in_language(language)) for c in judged.compared
    )

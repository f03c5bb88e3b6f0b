"""The clinician's bench: findings entered by name, and what each of them does to the ranking before it is kept."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from pydantic import ValidationError

from myognosis.assessing import assess_findings
from myognosis.faults import near_miss
from myognosis.findings import check_case
from myognosis.knowledge import Knowledge
from myognosis.knowledge.schema import Muscle, Nerve
from myognosis.knowledge.schema import Reflex as Reflexes
from myognosis.language import LANGUAGES, Language, catalogue, mark
from myognosis.model.assessment import Assessment
from myognosis.model.case import Answer, Case, Conduction, Power, Reflex
from myognosis.model.finding import Measured
from myognosis.report.conduction import KINDS
from myognosis.report.page import EvidenceView, Page
from myognosis.report.reasons import evidence_view
from myognosis.report.words import Words
from myognosis.web.forms import Given

__all__ = ["BenchFault", "BenchView", "bench_view", "enter", "tried"]

STATES = {"present": mark("present"), "absent": mark("absent"), "unknown": mark("not known"), "remove": mark("not asked")}
_OFFERED = ("motor", "sensory", "f_wave", "h_reflex")
_NUMBERS = {
    "latency_ms": mark("Latency, ms"),
    "amplitude_mv": mark("Amplitude, mV"),
    "amplitude_uv": mark("Amplitude, µV"),
    "velocity_m_s": mark("Velocity, m/s"),
    "distance_mm": mark("Distance, mm"),
}
_CONDITIONS = {
    "temperature_c": mark("Skin, °C"),
    "filter_low_hz": mark("Filter from, Hz"),
    "filter_high_hz": mark("Filter to, Hz"),
}
"""Under what it was measured: no row by itself."""
_SHOWN, _MOVERS = 8, 12


class BenchFault(Exception):  # noqa: N818  # an answer to the clinician
    """What cannot be taken, in words, and the field that it is about."""

    def __init__(self, text: str, field: str) -> None:
        super().__init__(text)
        self.field = field


class _Wrong(ValueError):  # noqa: N818  # as above
    """A field that does not hold what it should."""

    def __init__(self, field: str, what: str) -> None:
        super().__init__(what)
        self.field, self.what = field, what


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
    nerves: tuple[tuple[str, str], ...]
    kinds: tuple[tuple[str, str], ...]
    fields: tuple[tuple[str, str], ...]
    """The numbers of a row of nerve conduction, and under what they were measured."""
    states: tuple[tuple[str, str], ...]
    rows: tuple[str, ...]
    signs: tuple[str, ...]


@cache
def _names(knowledge: Knowledge) -> dict[str, str]:
    """Every name of a finding in any language, and its id, lower case -> its id."""
    names = {name: name for name in knowledge.findings}
    for finding in knowledge.findings.values():
        for language in LANGUAGES:
            names.setdefault(finding.names.in_language(language).casefold(), finding.id)
    return names


def finding_named(text: str, knowledge: Knowledge, language: Language) -> str:
    """The finding of a name as it was typed.

    Raises
    ------
    BenchFault
        There is none, with the nearest that there is.
    """
    names = _names(knowledge)
    found = names.get(text.strip().casefold())
    if found:
        return found
    _ = catalogue(language).gettext
    hint = near_miss(text.strip().casefold(), names)
    near = _("Did you mean '{hint}'?").format(hint=hint) if hint else _("Choose one from the list.")
    raise BenchFault(f"{_('There is no finding of this name.')} {near}", "finding")


def tried(texts: tuple[str, ...], knowledge: Knowledge) -> dict[str, str]:
    """What is tried: finding -> state, from ``finding:state``; anything else is passed over."""
    pairs = (text.partition(":")[::2] for text in texts[:40])
    return {name: state for name, state in pairs if name in knowledge.findings and state in STATES}


def changed(case: Case, states: Mapping[str, str]) -> Case:
    """The case with findings set, or taken out."""
    answers = {name: answer for name, answer in case.answers.items() if states.get(name) != "remove"}
    answers |= {name: Answer(state) for name, state in states.items() if state != "remove"}
    return case.model_copy(update={"answers": answers})


def enter(case: Case, given: Given, knowledge: Knowledge, language: Language) -> Case:
    """The case with what was entered at the bench.

    Raises
    ------
    BenchFault
        It cannot be taken as it stands.
    """
    part = given.one("part")
    try:
        if part == "finding":
            return changed(case, {finding_named(given.one("finding"), knowledge, language): _state(given)})
        if part == "keep":
            return changed(case, tried(given.many("try"), knowledge))
        if part == "power":
            power = Power(muscle=given.one("muscle"), side=given.one("side"), mrc=_number(given, "mrc"))  # type: ignore[arg-type]
            return _examined(case, "power", (*case.examination.power, power))
        if part == "reflex":
            reflex = Reflex(reflex=given.one("reflex"), side=given.one("side"), grade=_whole(given, "grade"))  # type: ignore[arg-type]
            return _examined(case, "reflexes", (*case.examination.reflexes, reflex))
        if part == "conduction":
            return case.model_copy(update={"conduction": (*case.conduction, _row(given))})
        return _without(case, part, int(given.one("row") or "-1"))
    except ValidationError as error:
        raise _fault(str(error.errors()[0]["loc"][0]), _UNFIT, language) from None
    except _Wrong as wrong:
        raise _fault(wrong.field, wrong.what, language) from None
    except ValueError:
        raise _fault("finding", _UNFIT, language) from None


_EMPTY, _UNFIT = mark("This field is empty; give a number."), mark("This is not a value that can be.")
_NO_NUMBER = mark("Give at least one number of the row, or tick 'no response'.")
_BAND = mark("Give both ends of the filter, the lower one first.")
_FIELDS = {"mrc": "MRC", "grade": mark("Reflex, 0–4"), "muscle": mark("Muscle"), "reflex": mark("Reflex"), "nerve": mark("Nerve"),
           "side": mark("Side"), "kind": mark("Technique"), "finding": mark("Name of a finding")}  # fmt: skip


def _fault(field: str, what: str, language: Language) -> BenchFault:
    """A fault that names its field as the page does."""
    _ = catalogue(language).gettext
    field = "filter_low_hz" if field == "filter_hz" else field
    label = (_FIELDS | _NUMBERS | _CONDITIONS).get(field)
    return BenchFault(f"{_(label)}: {_(what)}" if label else _(what), field if label else "finding")


def _state(given: Given) -> str:
    return given.one("state") if given.one("state") in STATES else "present"


def _number(given: Given, field: str) -> float:
    number = _read(given, field)
    if number is None:
        raise _Wrong(field, _EMPTY)
    return number


def _whole(given: Given, field: str) -> int:
    number = _number(given, field)
    if not number.is_integer():
        raise _Wrong(field, _UNFIT)
    return int(number)


def _read(given: Given, field: str) -> float | None:
    try:
        return given.number(field)
    except ValueError:
        raise _Wrong(field, _UNFIT) from None


def _row(given: Given) -> Conduction:
    numbers = {name: value for name in (*_NUMBERS, "temperature_c") if (value := _read(given, name)) is not None}
    if not given.one("absent") and not set(numbers) & set(_NUMBERS) - {"distance_mm"}:
        raise _Wrong("latency_ms", _NO_NUMBER)
    head = {"nerve": given.one("nerve"), "side": given.one("side"), "kind": given.one("kind"), "absent": bool(given.one("absent"))}
    low, high = (_read(given, f"filter_{end}_hz") for end in ("low", "high"))
    if (low is None) != (high is None) or (low is not None and high is not None and low >= high):
        raise _Wrong("filter_hz", _BAND)
    band = {} if low is None else {"filter_hz": (low, high)}
    return Conduction.model_validate(head | numbers | band)


def _examined(case: Case, field: str, rows: tuple[object, ...]) -> Case:
    return case.model_copy(update={"examination": case.examination.model_copy(update={field: rows})})


def _without(case: Case, part: str, row: int) -> Case:
    """One row of a table taken out."""
    if part == "no_conduction":
        return case.model_copy(update={"conduction": tuple(r for i, r in enumerate(case.conduction) if i != row)})
    fields = {"no_power": "power", "no_reflex": "reflexes"}
    if part not in fields:
        raise ValueError(part)
    rows = getattr(case.examination, fields[part])
    return _examined(case, fields[part], tuple(r for i, r in enumerate(rows) if i != row))


def bench_view(
    case: Case, result: Assessment, page: Page, states: dict[str, str], recorded: dict[str, Measured], knowledge: Knowledge,
    language: Language,
) -> BenchView:  # fmt: skip
    """What the bench shows: the ranking as it stands, and as it would stand with what is tried."""
    _, words = catalogue(language).gettext, Words(language)
    after = result
    if states:
        new = changed(case, states)
        after = assess_findings(check_case(new, knowledge, recorded=recorded)[0], knowledge, new)
    content = knowledge.content

    def name(finding: str) -> str:
        return knowledge.findings[finding].names.in_language(language)

    def named(pool: Mapping[str, Muscle] | Mapping[str, Reflexes] | Mapping[str, Nerve]) -> tuple[tuple[str, str], ...]:
        return tuple(sorted(((key, one.names.in_language(language)) for key, one in pool.items()), key=lambda row: row[1]))

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
        muscles=named(content.muscles),
        reflexes=named(content.reflexes),
        nerves=tuple(row for row in named(content.nerves) if row[0] in {limit.nerve for limit in content.conduction}),
        kinds=tuple((key, _(KINDS[key])) for key in _OFFERED),
        fields=tuple((key, _(label)) for key, label in (_NUMBERS | _CONDITIONS).items()),
        states=tuple((key, _(label)) for key, label in STATES.items()),
        rows=tuple(
            f"{_place(content.nerves, r.nerve, language)}, {words.side(r.side)}, {_(KINDS[r.kind])}"
            for r in case.conduction
        ),
        signs=_signs(case, knowledge, language),
    )  # fmt: skip


def _signs(case: Case, knowledge: Knowledge, language: Language) -> tuple[str, ...]:
    """Strengths, then reflexes, each in a line."""
    content, words = knowledge.content, Words(language)

    power = tuple(
        f"{_place(content.muscles, p.muscle, language)}, {words.side(p.side)}: MRC {p.mrc:g}" for p in case.examination.power
    )
    return power + tuple(
        f"{_place(content.reflexes, r.reflex, language)}, {words.side(r.side)}: {r.grade}" for r in case.examination.reflexes
    )


def _place(pool: Mapping[str, Muscle] | Mapping[str, Reflexes] | Mapping[str, Nerve], key: str, language: Language) -> str:
    return pool[key].names.in_language(language) if key in pool else key


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

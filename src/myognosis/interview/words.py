"""What somebody wrote freely, as the terms found in it, to be shown back and confirmed: free text never decides by itself."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from myognosis.interview.since import read_span
from myognosis.knowledge import Knowledge
from myognosis.language import Language, catalogue, mark
from myognosis.model.case import Answer, Case, Duration, Medicine, Place

__all__ = ["Reading", "Term", "is_told", "read_words", "term_label", "with_term", "without_term"]

Kind = Literal["finding", "place", "medicine", "since", "later"]
_TOKEN = re.compile(r"[\w'’ʼ-]+")
_CLAUSE = re.compile(r"[.,;:!?\n()<>]")
_NO = """no not without never none don't doesn't didn't isn't haven't hasn't
    не ні без немає нема ніколи нет ни никогда"""
_NOT = frozenset(_NO.split())
_NOT_AFTER = frozenset(("нет", "немає", "нема"))
_BEFORE, _AFTER = 3, 2
_TURN = frozenset(("but", "only", "але", "лише", "тільки", "проте", "зате", "но", "только", "лишь", "зато"))
"""After these words nothing is denied any more: "no weakness but cramps", "не только дрожь"."""
_ENDS = re.compile("stop|проход|прекра|перест|мина|припиня|зника|сил[иы]?$")
"""What does not end is there: "не проходит дрожь", "нет сил глотать"."""
_SIDES = (
    ("left", ("left", "лів", "левой", "левая", "левый", "левое", "левого", "левую", "левом", "левые", "левых", "слева")),
    ("right", ("right", "права", "праве", "правий", "правих", "правим", "правого", "праворуч", "правою", "правої", "правій",
               "правому", "праву", "правый", "правой", "правое", "правом", "правые", "правых", "справа")),
    ("both", ("both", "обидв", "обоих", "обе", "оба")),
)  # fmt: skip
_NO_SIDE = frozenset(("now", "away", "after", "before"))
"""Behind "right" these make it no side."""
_FILLING = """
    a an and or but the my me i i'm i've it it's its is are was were be been am in on at of for to from with when then that this
    these there so very also since now have has had do does did get got like just some any by as if after before about keeps keep
    days weeks months years day week month year ago time times sometimes often always every fear afraid started start take
    taking morning evening night much many lot lots first second third then later whole wake
    when while feel feeling really he she his her him mother father mum dad husband wife son daughter child baby too up cup hold

    і й та або але що як це цей ця ці в у на з із зі до від для про при коли то так дуже теж вже уже мене мені мій моя моє мої я ми
    є був була було були буде за по під над через після перед який яка яке які іноді інколи часто завжди кожен кожного боюся боюсь
    п'ю приймаю вночі вранці ввечері днів тижнів місяців років день тиждень місяць рік тому
    багато мало перший перша другий друга другу третій третя третю
    потім спочатку цілий весь увесь зараз дуже трохи так він вона його її мама мами мамі тато тата татові батько батька чоловік
    чоловіка дружина дружини син сина дочка дочки донька доньки дитина дитини

    и или но что как это этот эта эти в во на с со из до от для о об при когда то так очень тоже уже меня мне мой моя мое мои я мы
    есть был была было были будет за по под над через после перед который которая иногда часто всегда каждый каждого боюсь пью
    принимаю ночам ночью утром вечером дней недель месяцев лет день неделя неделю месяц год назад
    много мало первый первая второй вторая вторую третий третья третью
    потом сначала целый весь сейчас очень немного он она его ее мама мамы маме папа папы папе отец отца отцу муж мужа жена жены сын
    сына дочь дочери дочка дочки ребенок ребенка
"""
_SMALL = frozenset(_FILLING.split())
"""Small words, which mean nothing by themselves: they are not called 'not understood'."""
_LONG_NAME = 6
"""A medicine's name of so many letters is known in its other cases as well."""


@dataclass(frozen=True)
class Term:
    """A term found: what it names, as it was written, and whether the words deny it. ``later`` names nothing yet.

    The name of a ``since`` is a length of time, "5 mo".
    """

    kind: Kind
    name: str
    wrote: str
    denied: bool = False
    side: str = ""


@dataclass(frozen=True)
class Reading:
    """The terms found, each once, and the passages in which none was."""

    terms: tuple[Term, ...]
    left: tuple[str, ...]


@dataclass(frozen=True)
class _Pattern:
    words: tuple[str, ...]
    open_end: bool
    kind: Kind
    name: str
    source: str = ""
    """The id of the term or trap that it belongs to."""


@dataclass(frozen=True)
class _Match:
    term: Term
    source: str
    start: int
    end: int
    clause: int


@dataclass(frozen=True)
class _Word:
    text: str
    start: int
    end: int
    clause: int


def read_words(text: str, knowledge: Knowledge) -> Reading:
    """The terms in a text, the longest first where two overlap.

    >>> from myognosis.knowledge import load_knowledge
    >>> found = read_words("My left calf twitches, no numbness. Purple elephants.", load_knowledge())
    >>> [(t.name, t.side or t.denied) for t in found.terms], found.left
    ([('calf', 'left'), ('fasciculation', False), ('numbness', True)], ('Purple elephants',))
    """
    words = _words(text)
    matches, known = _matches(text, words, knowledge)
    span = read_span([word.text for word in words])
    terms = dict[tuple[str, str, str], Term]()
    for match in _joined(text, words, matches, knowledge):
        term = match.term
        if match.source in knowledge.content.terms and not knowledge.content.terms[match.source].alone:
            continue
        before = terms.get((term.kind, term.name, term.side))
        if before is None or (before.denied and not term.denied):  # "no numbness at first, now numbness": what is there now counts
            terms[term.kind, term.name, term.side] = term
    if span is not None:
        known |= set(range(span.start, span.end))
        wrote = text[words[span.start].start : words[span.end - 1].end]
        terms["since", "", ""] = Term("since", f"{span.value:g} {span.unit}", wrote)
    return Reading(tuple(terms.values()), tuple(_left(text, words, known)))


def _matches(text: str, words: list[_Word], knowledge: Knowledge) -> tuple[list[_Match], set[int]]:
    """The longest patterns from left to right, and the words that they cover."""
    matches, known, at = list[_Match](), set[int](), 0
    while at < len(words):
        fit = _longest(words, at, knowledge)
        if fit is None:
            at += 1
            continue
        end = at + len(fit.words)
        known |= set(range(at, end))
        side, near = _side(words, at, end) if fit.kind == "place" else ("", set())
        known |= near
        denied = fit.kind == "finding" and _denied(words, at, end)
        term = Term(fit.kind, fit.name, text[words[at].start : words[end - 1].end], denied, side)
        matches.append(_Match(term, fit.source, at, end, words[at].clause))
        at = end
    return matches, known


def _joined(text: str, words: list[_Word], matches: list[_Match], knowledge: Knowledge) -> list[_Match]:
    """Terms of one clause that together mean a finding ("twitches", "eyelid"): it takes the place of the first of them."""
    for term in knowledge.content.terms.values():
        if term.finding is None or not term.together:
            continue
        for clause in sorted({m.clause for m in matches}):
            here = [m for m in matches if m.clause == clause and not m.term.denied]
            parts = [next((m for m in here if _is_one_of(m, group, knowledge)), None) for group in term.together]
            found = [m for m in parts if m is not None]
            if len(found) < len(parts):
                continue
            start, end = min(m.start for m in found), max(m.end for m in found)
            wrote = text[words[start].start : words[end - 1].end]
            joined = _Match(Term("finding", term.finding, wrote), term.id, start, end, clause)
            matches = [joined if m is found[0] else m for m in matches]
    return matches


_UNIT_NAMES = {"d": mark("days"), "wk": mark("weeks"), "mo": mark("months"), "a": mark("years")}
_SIDE_NAMES = {"left": mark("left"), "right": mark("right"), "both": mark("both sides")}


def term_label(term: Term, knowledge: Knowledge, language: Language) -> str:
    """A term as it was written, and what it is read as."""
    _, content = catalogue(language).gettext, knowledge.content
    form = _("“{wrote}”: no, not this: {meant}") if term.denied else _("“{wrote}”: {meant}")
    if term.kind == "since":
        value, _space, unit = term.name.partition(" ")
        return form.format(wrote=term.wrote, meant=_("How long ({unit}): {n}").format(unit=_(_UNIT_NAMES[unit]), n=value))
    if term.kind == "finding":
        names = content.findings[term.name].names
    elif term.kind == "place":
        names = content.muscles[term.name].names
    else:
        names = content.medicines[term.name].names
    meant = names.in_language(language)
    side = f", {_(_SIDE_NAMES[term.side])}" if term.side else ""
    return form.format(wrote=term.wrote, meant=meant + side)


def is_told(case: Case, term: Term, knowledge: Knowledge) -> bool:
    """Whether the case already says what a term says."""
    if term.kind == "finding":
        return case.answers.get(term.name) is _answer(term)
    if term.kind == "place":
        return _place(term) in case.complaint.places
    if term.kind == "since":
        return case.complaint.since == _duration(term)
    return any(knowledge.medicine_names.get(m.name.strip().casefold()) == term.name for m in case.medicines)


def with_term(case: Case, term: Term, knowledge: Knowledge) -> Case:
    """The case with what a confirmed term says."""
    if is_told(case, term, knowledge):
        return case
    if term.kind == "finding":
        return case.model_copy(update={"answers": case.answers | {term.name: _answer(term)}})
    if term.kind == "place":
        return _with_places(case, (*case.complaint.places, _place(term)))
    if term.kind == "since":
        return _with_complaint(case, since=_duration(term))
    return case.model_copy(update={"medicines": (*case.medicines, Medicine(name=term.name))})


def without_term(case: Case, term: Term, knowledge: Knowledge) -> Case:
    """The case without what a term says, where it said so."""
    if not is_told(case, term, knowledge):
        return case
    if term.kind == "finding":
        return case.model_copy(update={"answers": {name: told for name, told in case.answers.items() if name != term.name}})
    if term.kind == "place":
        return _with_places(case, tuple(place for place in case.complaint.places if place != _place(term)))
    if term.kind == "since":
        return _with_complaint(case, since=None)
    kept = tuple(m for m in case.medicines if knowledge.medicine_names.get(m.name.strip().casefold()) != term.name)
    return case.model_copy(update={"medicines": kept})


def _answer(term: Term) -> Answer:
    return Answer.ABSENT if term.denied else Answer.PRESENT


def _place(term: Term) -> Place:
    return Place(where=term.name, side=term.side or None)  # type: ignore[arg-type]


def _duration(term: Term) -> Duration:
    value, _, unit = term.name.partition(" ")
    return Duration(value=float(value), unit=unit)  # type: ignore[arg-type]


def _with_places(case: Case, places: tuple[Place, ...]) -> Case:
    return _with_complaint(case, places=places)


def _with_complaint(case: Case, **fields: object) -> Case:
    return case.model_copy(update={"complaint": case.complaint.model_copy(update=fields)})


def _words(text: str) -> list[_Word]:
    ends = [mark.start() for mark in _CLAUSE.finditer(text)]
    found, clause = [], 0
    for match in _TOKEN.finditer(text):
        while clause < len(ends) and ends[clause] < match.start():
            clause += 1
        found.append(_Word(_plain(match[0]), match.start(), match.end(), clause))
    return found


def _plain(text: str) -> str:
    return text.casefold().replace("’", "'").replace("ʼ", "'").replace("ё", "е").strip("'-")


@cache
def _patterns(knowledge: Knowledge) -> dict[str, tuple[_Pattern, ...]]:
    """Every pattern under the first two letters of its first word."""
    found: dict[str, list[_Pattern]] = {}
    for one in _all_patterns(knowledge):
        found.setdefault(one.words[0][:2], []).append(one)
    return {head: tuple(sorted(many, key=_weight, reverse=True)) for head, many in found.items()}


def _weight(one: _Pattern) -> tuple[int, int, bool]:
    return len(one.words), sum(map(len, one.words)), not one.open_end


def _all_patterns(knowledge: Knowledge) -> Iterator[_Pattern]:
    content = knowledge.content

    def pattern(text: str, open_end: bool, kind: Kind, name: str, source: str = "") -> Iterator[_Pattern]:
        words = tuple(word.text for word in _words(text))
        if words and all(words):
            yield _Pattern(words, open_end, kind, name, source)

    for term in content.terms.values():
        kind: Kind = "finding" if term.finding else "place" if term.place else "later"
        for text, open_end in (*((w, False) for w in term.words), *((s, True) for s in term.stems)):
            yield from pattern(text, open_end, kind, term.finding or term.place or term.id, term.id)
    for trap in content.traps.values():
        for text, open_end in (*((w, False) for w in trap.words), *((s, True) for s in trap.stems)):
            yield from pattern(text, open_end, "later", trap.id, trap.id)
    for finding in content.findings.values():
        if finding.ask and finding.group != "place":
            for text in finding.names.model_dump().values():
                yield from pattern(text.partition("(")[0], False, "finding", finding.id)
    for muscle in content.muscles.values():
        for text in muscle.names.model_dump().values():
            yield from pattern(text.partition("(")[0], False, "place", muscle.id)
    for spelling, medicine in knowledge.medicine_names.items():
        yield from pattern(spelling.rstrip("аоияй") if len(spelling) >= _LONG_NAME else spelling, len(spelling) >= _LONG_NAME,
                           "medicine", medicine)  # fmt: skip


def _longest(words: list[_Word], at: int, knowledge: Knowledge) -> _Pattern | None:
    return next((one for one in _patterns(knowledge).get(words[at].text[:2], ()) if _fits(one, words, at)), None)


def _fits(one: _Pattern, words: list[_Word], at: int) -> bool:
    *first, last = one.words
    here = [word.text for word in words[at : at + len(one.words)]]
    if len(here) < len(one.words) or words[at].clause != words[at + len(here) - 1].clause or here[:-1] != first:
        return False
    return here[-1].startswith(last) if one.open_end else here[-1] == last


def _denied(words: list[_Word], start: int, end: int) -> bool:
    clause = words[start].clause
    before, after = (
        [w.text for w in part if w.clause == clause] for part in (words[max(0, start - _BEFORE) : start], words[end : end + _AFTER])
    )
    turn = max((i + 1 for i, text in enumerate(before) if text in _TURN), default=0)
    nots = [i for i in range(turn, len(before)) if before[i] in _NOT and not _ENDS.match("".join(before[i + 1 : i + 2]))]
    return bool(nots) or any(text in _NOT_AFTER for text in after)


def _is_one_of(match: _Match, group: tuple[str, ...], knowledge: Knowledge) -> bool:
    """Whether it is one of these terms or traps, or names the same finding or place as one ("повіка" is a muscle's name too)."""
    terms = knowledge.content.terms
    return match.source in group or any(match.term.name in (terms[n].finding, terms[n].place) for n in group if n in terms)


def _side(words: list[_Word], start: int, end: int) -> tuple[str, set[int]]:
    """The side named nearest to a place in its clause, and where that word stands."""
    near = sorted(range(len(words)), key=lambda i: min(abs(i - start), abs(i - end + 1)))
    for i in near:
        if (
            words[i].clause == words[start].clause
            and not start <= i < end
            and not {w.text for w in words[i + 1 : i + 2]} & _NO_SIDE
        ):
            for side, stems in _SIDES:
                if words[i].text.startswith(stems):
                    return side, {i}
    return "", set()


def _left(text: str, words: list[_Word], known: set[int]) -> Iterator[str]:
    """Runs of words that no term covers, without the small ones at their ends."""
    run: list[int] = []
    for i in range(len(words) + 1):
        ends = i == len(words) or i in known or (bool(run) and words[i].clause != words[run[0]].clause)
        if ends and run:
            told = [j for j in run if not _small(words[j])]
            if told:
                yield text[words[told[0]].start : words[told[-1]].end]
            run = []
        if i < len(words) and i not in known:
            run.append(i)


def _small(word: _Word) -> bool:
    text = word.text
    return text in _SMALL or text in _NOT or text.isdigit() or len(text) < 2 or any(text.startswith(stems) for _, stems in _SIDES)

"""The terms that stand in a text that somebody wrote freely: what each names, where it stands, and whether the words deny it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from myognosis.knowledge import Knowledge
from myognosis.reason.denial import Word, is_clearly_denied, is_denied
from myognosis.reason.sayings import Said, find_sayings
from myognosis.reason.triage import grave_signs

__all__ = ["SIDES", "Heard", "Kind", "Match", "Term", "clearly_denied", "find_terms", "hear", "traps_in", "words_of"]

Kind = Literal["finding", "place", "medicine", "since", "later"]
_Alarm = Literal["", "always", "unless denied"]
_TOKEN = re.compile(r"\d+[.,]\d+|[\w'’ʼ-]+")
_CLAUSE = re.compile(r"[;:!?\n()<>—–…]|[.,](?!\d)|(?<!\d)[.,]|(?<=\s)-(?=\s)")
_SENTENCE = frozenset(".;:!?\n()<>—–…")
"""The marks that end more than a part of a sentence."""
SIDES = (
    ("left", ("left", "лів", "левой", "левая", "левый", "левое", "левого", "левую", "левом", "левые", "левых", "слева")),
    ("right", ("right", "права", "праве", "правий", "правих", "правим", "правого", "праворуч", "правою", "правої", "правій",
               "правому", "праву", "правый", "правой", "правое", "правом", "правые", "правых", "справа")),
    ("both", ("both", "обидв", "обоих", "обе", "оба")),
)  # fmt: skip
_NO_SIDE = frozenset(("now", "away", "after", "before"))
"""Behind "right" these make it no side."""
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


@dataclass(frozen=True, slots=True)
class _Pattern:
    words: tuple[str, ...]
    open_end: bool
    kind: Kind
    name: str
    source: str = ""
    """The id of the term or trap that it belongs to."""
    alarm: _Alarm = ""


@dataclass(frozen=True)
class Match:
    """A term, and the words that it stands in."""

    term: Term
    source: str
    start: int
    end: int
    clause: int


@dataclass(frozen=True, eq=False)
class Heard:
    """A text, its words, the terms that stand in it, the places of the words that these cover, and what is denied and said."""

    text: str
    words: list[Word]
    matches: list[Match]
    known: frozenset[int]
    denied: frozenset[int]
    said: tuple[Said, ...]


def hear(text: str, knowledge: Knowledge) -> Heard:
    """A text read once, for all that is asked of it."""
    words = words_of(text)
    matches, known = find_terms(text, words, knowledge)
    denied = frozenset(clearly_denied(matches, words))
    return Heard(text, words, matches, frozenset(known), denied, tuple(find_sayings(words, knowledge, denied)) if words else ())


def words_of(text: str) -> list[Word]:
    """The words of a text."""
    ends = [(mark.start(), mark[0] in _SENTENCE) for mark in _CLAUSE.finditer(text)]
    found, clause, sentence, before = list[Word](), 0, 0, 0
    for match in _TOKEN.finditer(text):
        if not (plain := _plain(match[0])):
            continue
        while clause < len(ends) and ends[clause][0] < match.start():
            sentence += ends[clause][1]
            clause += 1
        found.append(Word(plain, match.start(), match.end(), clause, sentence, text[before : match.start()]))
        before = match.end()
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

    def pattern(text: str, open_end: bool, kind: Kind, name: str, source: str = "", alarm: _Alarm = "") -> Iterator[_Pattern]:
        words = tuple(filter(None, map(_plain, _TOKEN.findall(text))))
        if words and all(words):
            yield _Pattern(words, open_end, kind, name, source, alarm)

    for term in content.terms.values():
        kind: Kind = "finding" if term.finding else "place" if term.place else "later"
        for text, open_end in (*((w, False) for w in term.words), *((s, True) for s in term.stems)):
            yield from pattern(text, open_end, kind, term.finding or term.place or term.id, term.id)
    for trap in content.traps.values():
        for text, open_end in (*((w, False) for w in trap.words), *((s, True) for s in trap.stems)):
            yield from pattern(text, open_end, "later", trap.id, trap.id, "always" if trap.alarm else "")
        for text, open_end in (*((w, False) for w in trap.sign_words), *((s, True) for s in trap.signs)):
            yield from pattern(text, open_end, "later", trap.id, trap.id, "unless denied")
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


def _longest(words: list[Word], at: int, knowledge: Knowledge) -> _Pattern | None:
    return next((one for one in _patterns(knowledge).get(words[at].text[:2], ()) if _fits(one, words, at, in_one=True)), None)


def _fits(one: _Pattern, words: list[Word], at: int, *, in_one: bool = False) -> bool:
    """Whether a pattern stands at a place; ``in_one``: and no mark parts its words."""
    *first, last = one.words
    if first and words[at].text != first[0]:
        return False  # most of what begins with the same letters
    end = at + len(first)
    if end >= len(words) or any(word.text != text for word, text in zip(words[at:end], first, strict=True)):
        return False
    if in_one and words[at].clause != words[end].clause:
        return False
    return words[end].text.startswith(last) if one.open_end else words[end].text == last


def _side(words: list[Word], start: int, end: int) -> tuple[str, set[int]]:
    """The side named in a place ("the thumb of the right hand") or nearest to it in its clause, and where that word stands."""
    near = sorted(range(len(words)), key=lambda i: min(abs(i - start), abs(i - end + 1)))
    for i in near:
        if words[i].clause == words[start].clause and i != start and not {w.text for w in words[i + 1 : i + 2]} & _NO_SIDE:
            for side, stems in SIDES:
                if words[i].text.startswith(stems):
                    return side, {i}
    return "", set()


def find_terms(text: str, words: list[Word], knowledge: Knowledge) -> tuple[list[Match], set[int]]:
    """The longest patterns from left to right, and the places of the words that they cover."""
    fits, known, at = list[tuple[_Pattern, int, int]](), set[int](), 0
    while at < len(words):
        fit = _longest(words, at, knowledge)
        if fit is None:
            at += 1
            continue
        fits.append((fit, at, at + len(fit.words)))
        at += len(fit.words)
    named = {n for fit, start, end in fits if fit.kind in ("finding", "later") for n in range(start, end)}
    matches = []
    for fit, start, end in fits:
        side, near = _side(words, start, end) if fit.kind == "place" else ("", set())
        known |= {*range(start, end), *near}
        wrote = text[words[start].start : words[end - 1].end]
        term = Term(fit.kind, fit.name, wrote, _is_denied(fit, words, start, named, knowledge), side)
        matches.append(Match(term, fit.source, start, end, words[start].clause))
    return [match for match in matches if not _is_elsewhere(match, matches, words, knowledge)], known


def _is_elsewhere(match: Match, matches: list[Match], words: list[Word], knowledge: Knowledge) -> bool:
    """Whether a place is one where nothing moves: all that its clause tells of is denied, or the place itself is."""
    if match.term.kind != "place":
        return False
    traps = knowledge.content.traps
    told = [m.term.denied for m in matches if m.clause == match.clause and (m.term.kind == "finding" or m.source in traps)]
    return all(told) if told else is_denied(words, match.start, match.end)


def clearly_denied(matches: Sequence[Match], words: list[Word]) -> set[int]:
    """The places of the words of terms that are denied and leave nothing open."""
    named = {n for match in matches for n in range(match.start, match.end)}
    denied = [m for m in matches if m.term.denied and is_clearly_denied(words, m.start, m.end, named)]
    return {n for match in denied for n in range(match.start, match.end)}


def traps_in(text: str, knowledge: Knowledge, heard: Heard | None = None) -> set[str]:
    """The traps of which a word stands in a text and is not denied, whatever else that word may name; and what sayings mean."""
    heard = heard or hear(text, knowledge)
    words, matches = heard.words, [match for match in heard.matches if match.term.kind in ("finding", "later")]
    named = {n for match in matches for n in range(match.start, match.end)}
    traps, denied, found = knowledge.content.traps, set[int](), set[str]()
    fits = [
        (at, one) for at, word in enumerate(words) for one in _patterns(knowledge).get(word.text[:2], ())
        if one.source in traps and _fits(one, words, at)
    ]  # fmt: skip
    for at, one in sorted(fits, key=lambda fit: -len(fit[1].words)):  # what is said in many words is no sign of its parts
        here = set(range(at, at + len(one.words)))
        if here <= denied and one.alarm != "always":
            continue
        if _is_denied(one, words, at, named, knowledge):
            denied |= here
        else:
            found.add(one.name)
    clearly = clearly_denied(matches, words)
    said = heard.said if clearly == heard.denied else find_sayings(words, knowledge, clearly)
    return found | {one.saying.trap for one in said if one.saying.trap}


def _is_denied(fit: _Pattern, words: list[Word], start: int, named: set[int], knowledge: Knowledge) -> bool:
    """Whether the words deny it; what can mean an emergency must be denied clearly, and some of it never is."""
    end = start + len(fit.words)
    if fit.alarm or (fit.kind == "finding" and fit.name in _warnings(knowledge)):
        return fit.alarm != "always" and is_clearly_denied(words, start, end, named)
    return fit.kind in ("finding", "later") and is_denied(words, start, end)


@cache
def _warnings(knowledge: Knowledge) -> frozenset[str]:
    return frozenset((*knowledge.content.must_ask, *grave_signs(knowledge)))

"""Warning signs that no fixed phrase names: ideas (a part of the body, what it does, when) that stand near one another in a text.

A concept is told by whole words or by a stem before any ending; spellings are folded, so that slips and the mixture of Ukrainian
and Russian do not matter. A saying is one concept of each of its groups, each told by words of its own, in a few words. What a
clear "no" takes back tells nothing.
"""

import itertools
import re
from collections.abc import Container, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from functools import cache

from myognosis.knowledge import Knowledge
from myognosis.knowledge.schema import Concept, Saying
from myognosis.reason.denial import DENIES, Word, is_clearly_denied

__all__ = ["Said", "find_sayings", "fold", "number_of"]

_LETTERS = str.maketrans(
    {"і": "и", "ї": "и", "й": "и", "ы": "и", "є": "е", "э": "е", "ё": "е", "ґ": "г", "ь": "", "ъ": "", "'": ""}
)
_TWICE = re.compile(r"(.)\1+")
_SHORT = 4
"""In words of so few letters a double letter makes another word: feel, fell."""
_SENTENCE_END = 4
"""For how many words the end of a sentence counts between two parts of a saying."""
_MOST = 60
"""So many places of one saying are looked at."""
_BEHIND = 2
"""A number so few words behind a concept belongs to it."""
_NEAR = 3
"""So many words beside a saying count to it."""
_LONG, _LONGER = 6, 7
"""A word of so many letters is known with two letters that changed places; a longer one with any one slip of spelling."""
_HEAD = 2
"""So many first letters of a word are right in a slip."""
_LAST = 2
"""Behind a slip stand more letters than so many."""
_NOT = "dont doesnt didnt isnt arent wasnt werent havent hasnt hadnt wont wouldnt cant couldnt cannot"
_ALSO = {word: ("not",) for word in _NOT.split()} | {word: ("cant", "not") for word in ("cannot", "couldnt")}
"""What a folded word also is."""


@dataclass(frozen=True)
class Said:
    """A saying found, the words that it spans, and those that tell it."""

    saying: Saying
    start: int
    end: int
    told: frozenset[int]


@dataclass(frozen=True)
class _Hit:
    """Where a concept is told, the words from ``start`` to before ``end``."""

    start: int
    end: int


def fold(word: str) -> str:
    """A word in the spelling in which forms are compared.

    >>> fold("дихає"), fold("дыхае"), fold("swalow") == fold("swallow")
    ('дихае', 'дихае', True)
    """
    plain = word.casefold().translate(_LETTERS)
    return _TWICE.sub(r"\1", plain) if len(plain) > _SHORT or plain.endswith("*") else plain


def number_of(word: Word) -> float | None:
    """A word that is a number."""
    text = word.text.replace(",", ".")
    return float(text) if text.replace(".", "", 1).isdecimal() else None


def find_sayings(words: Sequence[Word], knowledge: Knowledge, denied: Set[int] = frozenset()) -> list[Said]:
    """Every saying in a text, at one place each, in the order of the knowledge; ``denied`` are words that are clearly denied."""
    folded = [fold(word.text) for word in words]
    hits = _hits(words, folded, denied, knowledge)
    how = {n for c in knowledge.content.concepts.values() if c.how for h in hits.get(c.id, ()) for n in range(h.start, h.end)}
    named = {n for many in hits.values() for hit in many for n in range(hit.start, hit.end)}
    numbers = {i: n for i, word in enumerate(words) if (n := number_of(word)) is not None}
    places = _places(words, folded, _lexicon(knowledge).small)
    found = []
    for saying in knowledge.content.sayings.values():
        if not all(any(name in hits for name in group) for group in saying.of):
            continue
        groups = [[hit for name in group for hit in hits.get(name, ())] for group in saying.of]
        if saying.number is not None:
            groups.append([_Hit(i, i + 1) for i, n in numbers.items() if saying.number.low <= n <= saying.number.high])
        if not all(groups):
            continue
        others = {hit.start for name in saying.unless for hit in hits.get(name, ())}
        for told in itertools.islice(_together(groups, places, saying.within), _MOST):
            start, end = min(told), max(told) + 1
            near = {i for i, at in enumerate(places) if places[start] - _NEAR <= at <= places[end - 1] + _NEAR}
            spans = (_Hit(start, end), *_runs(told))
            if others.isdisjoint(near) and not any(_is_denied(words, span, named, how) for span in spans):
                found.append(Said(saying, start, end, told))
                break
    return found


def _places(words: Sequence[Word], folded: Sequence[str], small: Set[str]) -> list[int]:
    """How far each word stands from the first, in words that are not small."""
    big = itertools.accumulate((text not in small for text in folded), initial=0)
    return [at + _SENTENCE_END * word.sentence for at, word in zip(big, words, strict=False)]


def _together(groups: Sequence[Sequence[_Hit]], places: Sequence[int], within: int) -> Iterator[frozenset[int]]:
    """The words of one hit of each group, none used twice, that stand near enough, those near the first before others."""
    if not groups:
        yield frozenset()
        return
    *before, last = groups
    for rest in _together(before, places, within):
        for hit in sorted(last, key=lambda hit: abs(hit.start - min(rest, default=0))):
            told = rest | frozenset(range(hit.start, hit.end))
            if len(told) == len(rest) + hit.end - hit.start and places[max(told)] - places[min(told)] < within:
                yield told


def _runs(told: Set[int]) -> Iterator[_Hit]:
    """Words that stand one behind another."""
    start = min(told)
    for at in sorted(told):
        if at + 1 not in told:
            yield _Hit(start, at + 1)
            start = min((n for n in told if n > at), default=at)


def _hits(words: Sequence[Word], folded: Sequence[str], denied: Set[int], knowledge: Knowledge) -> dict[str, list[_Hit]]:
    """Where each concept is told and not denied."""
    told = [(name, hit) for hit, names in _lexicon(knowledge).told(folded) for name in names]
    named = {n for _, hit in told for n in range(hit.start, hit.end)}
    how = {n for name, hit in told if knowledge.content.concepts[name].how for n in range(hit.start, hit.end)}
    words = _without_failing(words, [hit for name, hit in told if knowledge.content.concepts[name].fails])
    told = [(name, hit) for name, hit in told if _is_so_much(words[hit.end : hit.end + _BEHIND], knowledge.content.concepts[name])]
    kept = {
        hit for hit in {hit for _, hit in told}
        if not set(range(hit.start, hit.end)) <= denied and not _is_denied(words, hit, named, how)
    }  # fmt: skip
    found: dict[str, dict[_Hit, None]] = {}
    for name, hit in told:
        if hit in kept:
            for one in _meant(knowledge)[name]:
                found.setdefault(one, {})[hit] = None
    return {name: list(many) for name, many in found.items()}


def _without_failing(words: Sequence[Word], hits: Sequence[_Hit]) -> Sequence[Word]:
    """The words without the "no" of what cannot be done: "can't breathe" does not deny breath."""
    failing = {n for hit in hits for n in range(hit.start, hit.end) if words[n].text in DENIES}
    return [replace(word, text="") if at in failing else word for at, word in enumerate(words)] if failing else words


def _is_so_much(behind: Sequence[Word], concept: Concept) -> bool:
    """Whether no number stands behind a concept that needs one, or one that is enough."""
    told = next((n for word in behind if (n := number_of(word)) is not None), None)
    return concept.number is None or told is None or concept.number.low <= told <= concept.number.high


def _is_denied(words: Sequence[Word], hit: _Hit, named: Set[int], how: Set[int]) -> bool:
    """Whether a "no" takes it back, which may stand before words that only say how ("no suddenly weak arm")."""
    if any(words[i].text in DENIES for i in range(hit.start, hit.end)):
        return False  # it holds a "no" of its own
    start = hit.start
    if not any(word.text in DENIES for word in words):
        return False
    while start - 1 in how:
        start -= 1
    return is_clearly_denied(words, start, hit.end, named)


_Part = str
"""A folded word of a form, with a star behind it where any ending may follow."""


@dataclass(frozen=True)
class _Lexicon:
    """Every form under its first word, and the ways from a word of a text to the words of forms that it may be."""

    parts: frozenset[_Part]
    long: dict[str, tuple[_Part, ...]]
    """The long words of forms under their first two letters, in which no slip is forgiven."""
    forms: dict[_Part, tuple[tuple[tuple[_Part, ...], tuple[str, ...]], ...]]
    """The rest of each form, and the concepts that it tells."""
    small: frozenset[str]

    def told(self, folded: Sequence[str]) -> Iterator[tuple[_Hit, tuple[str, ...]]]:
        """The places of forms in folded words, each with the concepts that it tells."""
        parts = [self._parts(text) for text in folded]
        for at, here in enumerate(parts):
            for first in here:
                for rest, names in self.forms.get(first, ()):
                    end = self._end(rest, folded, parts, at + 1) if rest else at + 1
                    if end:
                        yield _Hit(at, end), names

    def _end(self, rest: tuple[_Part, ...], folded: Sequence[str], parts: Sequence[Container[_Part]], at: int) -> int:
        """Behind which word the rest of a form ends; 0 where it does not stand there, small words passed over."""
        for part in rest:
            while at < len(parts) and part not in parts[at] and folded[at] in self.small:
                at += 1
            if at >= len(parts) or part not in parts[at]:
                return 0
            at += 1
        return at

    def _parts(self, text: str) -> dict[_Part, None]:
        """The words of forms that a folded word is, or is with a slip of spelling."""
        start = _TWICE.sub(r"\1", text)
        may = (text, *_ALSO.get(text, ()), *(f"{start[:n]}*" for n in range(1, len(start) + 1)))
        found = {part: None for part in may if part in self.parts}
        if len(text) >= _LONG and max(map(len, found), default=0) <= _LONG:
            found |= {part: None for part in self.long.get(text[:_HEAD], ()) if _is_slip(text, part)}
        return found


@cache
def _lexicon(knowledge: Knowledge) -> _Lexicon:
    concepts, folded = knowledge.content.concepts.values(), cache(fold)
    small = frozenset(fold(form) for concept in concepts if concept.small for form in concept.forms)
    forms: dict[tuple[_Part, ...], dict[str, None]] = {}
    for concept in (one for one in concepts if not one.small):
        for text in concept.forms:
            form = tuple(map(folded, text.split()))
            forms.setdefault(_without_small(form, small), {})[concept.id] = None
    starts: dict[_Part, list[tuple[tuple[_Part, ...], tuple[str, ...]]]] = {}
    alike = dict[tuple[str, ...], tuple[str, ...]]()  # thousands of forms end alike, or tell the same
    for (first, *others), told in forms.items():
        rest, names = tuple(others), tuple(told)
        starts.setdefault(first, []).append((alike.setdefault(rest, rest), alike.setdefault(names, names)))
    parts = {part for form in forms for part in form}
    long: dict[str, list[_Part]] = {}
    for part in parts:
        if len(part.rstrip("*")) >= _LONG:
            long.setdefault(part[:_HEAD], []).append(part)
    return _Lexicon(
        parts=frozenset(parts),
        long={head: tuple(many) for head, many in long.items()},
        forms={part: tuple(many) for part, many in starts.items()},
        small=small,
    )


def _without_small(form: tuple[_Part, ...], small: Set[str]) -> tuple[_Part, ...]:
    """A form without the small words inside it, which a text may hold or not."""
    return (*form[:1], *(part for part in form[1:-1] if part not in small), *form[1:][-1:])


@cache
def _meant(knowledge: Knowledge) -> dict[str, tuple[str, ...]]:
    """For each concept itself and those that include it."""
    concepts = knowledge.content.concepts.values()
    return {one.id: (one.id, *(wide.id for wide in concepts if one.id in wide.includes)) for one in concepts}


def _is_slip(text: str, part: _Part) -> bool:
    """Whether a word begins with a long one in which a letter is wrong, missing, too much, or changed places with the next.

    Not among its last letters: they tell apart more words than are written wrongly.
    """
    stem = part.rstrip("*")
    if len(stem) < _LONG or (part == stem and len(text) > len(stem) + 1):
        return False
    at = next((i for i, (a, b) in enumerate(zip(text, stem, strict=False)) if a != b), len(stem))
    rest, left = text[at:], stem[at:]
    if at < _HEAD or len(left) <= _LAST:
        return False
    if rest[:2] == left[1::-1] and rest[2:].startswith(left[2:]):
        return True
    wrong, missing, too_much = rest[1:].startswith(left[1:]), rest.startswith(left[1:]), rest[1:].startswith(left)
    return len(stem) >= _LONGER and (wrong or missing or too_much)

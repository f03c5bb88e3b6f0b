"""Warning signs that no fixed phrase names: ideas (a part of the body, what it does, when) that stand near one another in a text.

A concept is told by whole words or by a stem before any ending; spellings are folded, so that slips and the mixture of Ukrainian
and Russian do not matter. A saying is one concept of each of its groups, each told by words of its own, in a few words. What a
clear "no" takes back tells nothing.
"""

import itertools
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from functools import cache

from myognosis.knowledge import Knowledge
from myognosis.knowledge.schema import Concept, Saying
from myognosis.reason.denial import DENIES, Word, is_clearly_denied

__all__ = ["Said", "find_sayings", "fold", "number_of"]

_LETTERS = str.maketrans(
    {"і": "и", "ї": "и", "й": "и", "ы": "и", "є": "е", "э": "е", "ё": "е", "ґ": "г", "ь": "", "ъ": "", "'": ""}
)
_SENTENCE_END = 4
"""For how many words the end of a sentence counts between two parts of a saying."""
_MOST = 60
"""So many places of one saying are looked at."""
_BEHIND = 2
"""A number so few words behind a concept belongs to it."""
_NEAR = 2
"""So many words beside a saying count to it."""
_LONG = 7
"""A stem of so many letters is known with one slip of spelling in it."""


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
    return "".join(letter for letter, _ in itertools.groupby(plain))


def number_of(word: Word) -> float | None:
    """A word that is a number."""
    text = word.text.replace(",", ".")
    return float(text) if text.replace(".", "", 1).isdecimal() else None


def find_sayings(words: Sequence[Word], knowledge: Knowledge, denied: Set[int] = frozenset()) -> list[Said]:
    """Every saying in a text, at one place each, in the order of the knowledge; ``denied`` are words that are clearly denied."""
    hits = _hits(words, denied, knowledge)
    how = {n for c in knowledge.content.concepts.values() if c.how for h in hits.get(c.id, ()) for n in range(h.start, h.end)}
    numbers = {i: n for i, word in enumerate(words) if (n := number_of(word)) is not None}
    places = [i + _SENTENCE_END * word.sentence for i, word in enumerate(words)]
    found = []
    for saying in knowledge.content.sayings.values():
        groups = [[hit for name in group for hit in hits.get(name, ())] for group in saying.of]
        if saying.number is not None:
            groups.append([_Hit(i, i + 1) for i, n in numbers.items() if saying.number.low <= n <= saying.number.high])
        if not all(groups):
            continue
        others = {hit.start for name in saying.unless for hit in hits.get(name, ())}
        for told in itertools.islice(_together(groups, places, saying.within), _MOST):
            start, end = min(told), max(told) + 1
            near = range(start - _NEAR, end + _NEAR)
            spans = (_Hit(start, end), *_runs(told))
            if others.isdisjoint(near) and not any(_is_denied(words, span, told, how) for span in spans):
                found.append(Said(saying, start, end, told))
                break
    return found


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


def _hits(words: Sequence[Word], denied: Set[int], knowledge: Knowledge) -> dict[str, list[_Hit]]:
    """Where each concept is told and not denied."""
    index, folded = _index(knowledge), [fold(word.text) for word in words]
    told = [
        (name, _Hit(at, at + len(form)))
        for at in range(len(words)) for form, names in _fitting(index, folded, at) for name in names
    ]  # fmt: skip
    named = {n for _, hit in told for n in range(hit.start, hit.end)}
    how = {n for name, hit in told if knowledge.content.concepts[name].how for n in range(hit.start, hit.end)}
    told = [(name, hit) for name, hit in told if _is_so_much(words[hit.end : hit.end + _BEHIND], knowledge.content.concepts[name])]
    kept = {hit for _, hit in told if not set(range(hit.start, hit.end)) <= denied and not _is_denied(words, hit, named, how)}
    found: dict[str, dict[_Hit, None]] = {}
    for name, hit in told:
        if hit in kept:
            for one in _meant(knowledge)[name]:
                found.setdefault(one, {})[hit] = None
    return {name: list(many) for name, many in found.items()}


def _is_so_much(behind: Sequence[Word], concept: Concept) -> bool:
    """Whether no number stands behind a concept that needs one, or one that is enough."""
    told = next((n for word in behind if (n := number_of(word)) is not None), None)
    return concept.number is None or told is None or concept.number.low <= told <= concept.number.high


def _is_denied(words: Sequence[Word], hit: _Hit, named: Set[int], how: Set[int]) -> bool:
    """Whether a "no" takes it back, which may stand before words that only say how ("no suddenly weak arm")."""
    if any(words[i].text in DENIES for i in range(hit.start, hit.end)):
        return False  # it holds a "no" of its own
    start = hit.start
    while start - 1 in how:
        start -= 1
    return is_clearly_denied(words, start, hit.end, named)


@dataclass(frozen=True)
class _Form:
    """The folded words of a form, each with whether any ending may follow."""

    words: tuple[tuple[str, bool], ...]

    def __len__(self) -> int:
        return len(self.words)

    def fits(self, folded: Sequence[str], at: int) -> bool:
        """Whether the folded words tell it from this place on."""
        here = folded[at : at + len(self.words)]
        return len(here) == len(self.words) and all(
            text == word
            or (open_end and text.startswith(word))
            or (_is_slip(text, word) and (open_end or len(text) < len(word) + 2))
            for text, (word, open_end) in zip(here, self.words, strict=True)
        )


_Index = dict[str, tuple[tuple[_Form, tuple[str, ...]], ...]]


@cache
def _index(knowledge: Knowledge) -> _Index:
    """Every form under the first two letters of its first word, which no slip changes; under one where it has no more."""
    named: dict[_Form, dict[str, None]] = {}
    for concept in knowledge.content.concepts.values():
        for text in concept.forms:
            words = tuple((fold(word.rstrip("*")), word.endswith("*")) for word in text.split())
            named.setdefault(_Form(words), {})[concept.id] = None
    index: dict[str, list[tuple[_Form, tuple[str, ...]]]] = {}
    for form, names in named.items():
        index.setdefault(form.words[0][0][:2], []).append((form, tuple(names)))
    return {letters: tuple(forms) for letters, forms in index.items()}


def _fitting(index: _Index, folded: Sequence[str], at: int) -> Iterator[tuple[_Form, tuple[str, ...]]]:
    forms = (one for letters in dict.fromkeys((folded[at][:1], folded[at][:2])) for one in index.get(letters, ()))
    return ((form, names) for form, names in forms if form.fits(folded, at))


@cache
def _meant(knowledge: Knowledge) -> dict[str, tuple[str, ...]]:
    """For each concept itself and those that include it."""
    concepts = knowledge.content.concepts.values()
    return {one.id: (one.id, *(wide.id for wide in concepts if one.id in wide.includes)) for one in concepts}


def _is_slip(text: str, stem: str) -> bool:
    """Whether a word begins with a long stem in which one letter is wrong, missing, too much, or changed places with the next."""
    if len(stem) < _LONG or len(text) < _LONG:
        return False
    at = next((i for i, (a, b) in enumerate(zip(text, stem, strict=False)) if a != b), len(stem))
    rest, left = text[at:], stem[at:]
    return bool(left) and at > 1 and (
        rest[1:].startswith(left[1:]) or rest.startswith(left[1:]) or rest[1:].startswith(left)
        or (rest[:2] == left[1::-1] and rest[2:].startswith(left[2:]))
    )  # fmt: skip

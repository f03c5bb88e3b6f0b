"""How long something has been there, as people write it: "for 5 months", "третій тиждень", "уже год"."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

__all__ = ["Span", "read_span"]

Unit = Literal["d", "wk", "mo", "a"]

_UNITS: tuple[tuple[Unit, tuple[str, ...]], ...] = (
    ("d", ("day", "дні", "дня", "днів", "дней", "день")),
    ("wk", ("week", "тижн", "тиждень", "недел")),
    ("mo", ("month", "місяц", "месяц")),
    ("a", ("year", "рік", "роки", "років", "року", "год", "года", "лет")),
)
_HOURS = "годин"
_CARDINALS = {
    1: "a one один одну одна", 2: "two два дві две", 3: "three три", 4: "four чотири четыре", 5: "five п'ять пять",
    6: "six шість шесть", 7: "seven сім семь", 8: "eight вісім восемь", 9: "nine дев'ять девять", 10: "ten десять",
    1.5: "півтора полтора", 0.5: "пів half",
}  # fmt: skip
_ORDINALS = {
    2: "другий другу другої второй вторую второго", 3: "третій третю третього третий третью третьего",
    4: "четвертий четверту четвертый четвертую", 5: "п'ятий п'яту пятый пятую", 6: "шостий шосту шестой шестую",
}  # fmt: skip
_COUNTED = {word: float(n) for n, words in _CARDINALS.items() for word in words.split()}
_ORDERED = {word: float(n) for n, words in _ORDINALS.items() for word in words.split()}
_WHOLE: dict[str, tuple[float, Unit]] = {"півроку": (6, "mo"), "полгода": (6, "mo")}
_MARKS = """for last past already about almost nearly over
    вже уже майже протягом впродовж останні останній близько приблизно понад
    почти течение последние последний последнюю около примерно больше"""
_BEFORE = frozenset(_MARKS.split())
_AFTER = frozenset(("ago", "now", "тому", "назад", "поспіль", "подряд"))
_NOMINATIVE = frozenset(("місяць", "месяц", "тиждень", "неделя", "рік", "год", "день"))
"""Behind a figure other than one these are no length: "7 місяць" is the seventh month."""
_CHILD = (
    "baby", "infant", "child", "boy", "girl", "son", "daughter", "newborn", "toddler", "ребен", "малыш", "мальчик", "девоч", "сын",
    "доч", "младен", "внук", "внуч", "грудничк", "дитин", "малюк", "хлопчик", "дівчин", "сина", "сину", "синов", "донь", "немовл",
    "онук",
)  # fmt: skip
"""Behind one of these, or "of" and one of these, so many months are how old it is."""


@dataclass(frozen=True)
class Span:
    """A length of time in the words from ``start`` to before ``end``."""

    value: float
    unit: Unit
    start: int
    end: int


def read_span(words: Sequence[str]) -> Span | None:
    """The first length of time in words without capitals and ё; none where it could be an age.

    >>> read_span("my calves twitch for 5 months".split())
    Span(value=5.0, unit='mo', start=3, end=6)
    >>> read_span("мне 29 лет".split()) is None and read_span("ten times a day".split()) is None
    True
    """
    spans = (_span_at(words, i) for i in range(len(words)))
    return next((span for span in spans if span is not None), None)


def _span_at(words: Sequence[str], i: int) -> Span | None:
    """A length whose unit stands there."""
    before = [i - 1] if i and words[i - 1] in _BEFORE else []
    if words[i] in _WHOLE:
        value, unit = _WHOLE[words[i]]
        return Span(value, unit, min([*before, i]), i + 1)
    kind = _unit(words[i])
    if kind is None:
        return None
    after = i + 1 < len(words) and words[i + 1] in _AFTER
    end = i + 2 if after else i + 1
    if before:
        return Span(1.0, kind, i - 1, end)
    number = words[i - 1] if i else ""
    if number in _ORDERED:
        return Span(_ORDERED[number], kind, i - 1, end)
    value = _COUNTED.get(number, float(number) if number.isdecimal() and len(number) <= 3 else 0.0)
    if not value or (number.isdecimal() and value != 1 and words[i] in _NOMINATIVE):
        return Span(1.0, kind, i, end) if after and not number.isdecimal() else None
    start = i - 2 if i > 1 and words[i - 2] in _BEFORE else i - 1
    told = after or start == i - 2
    untold = kind != "a" and number != "a" and not _is_age(words, start, end)
    return Span(value, kind, start, end) if told or untold else None


def _is_age(words: Sequence[str], start: int, end: int) -> bool:
    """Whether so many weeks or months are how old a child is: "she is five months old", "малюк 6 місяців"."""
    whom = words[start - 2] if start > 1 and words[start - 1] == "of" else words[start - 1] if start else ""
    return whom.startswith(_CHILD) or list(words[end : end + 1]) == ["old"]


def _unit(word: str) -> Unit | None:
    if word.startswith(_HOURS):
        return None
    return next((unit for unit, stems in _UNITS if word.startswith(stems) and len(word) <= len(max(stems, key=len)) + 2), None)

"""The numbers to call in a country, and what the rules of urgency tell to do, with these numbers in it."""

import re
from collections.abc import Iterable, Sequence

from myognosis.knowledge.schema import RedFlag
from myognosis.language import Language, catalogue, mark

__all__ = ["GOING", "TIMES", "advised", "emergency_numbers", "is_number", "labelled", "one_of", "somebody_comes", "soonest"]

GOING = ("emergency_department", "paediatric_emergency")
"""Where one goes by oneself; to everybody else one calls."""
_COME = ("ambulance", "obstetric_emergency")
"""Who comes when called: then nobody is told to drive somewhere."""
_HOW_TO_GO = 2
"""So many sentences of a rule by which one goes tell how, and when to call after all; what follows holds for whoever treats."""

_NUMBERS: dict[Language, tuple[str, ...]] = {"en": ("112", "999", "911", "000"), "uk": ("112", "103"), "ru": ("112", "103")}
"""112 is answered in the European Union, in Ukraine and in Russia; 103 is the ambulance in Ukraine and in Russia.

English is read in many countries, and no one number is answered in all of them.
"""
_WHERE = {"112": mark("Europe"), "999": mark("UK"), "911": mark("US, Canada"), "000": mark("Australia")}
"""Where each is answered, said where there are more than two."""
_NUMBER = re.compile(r"\+?\d[\d -]{1,18}", re.ASCII)
_OR, _IN = mark("{first} or {second}"), mark("{number} ({country})")
_BETWEEN_SENTENCES = re.compile(r"(?<=[.!?])\s+")


TIMES = {
    "urgent": mark("Call your doctor today and say that you need to be seen within one to three days."),
    "soon": mark("Arrange to be seen within one to two weeks."),
    "routine": mark("Arrange an ordinary appointment in the coming weeks."),
}
"""With what the rules of a level begin, where they name no other time."""


def is_number(text: str) -> bool:
    """Whether a text can be a telephone number."""
    return _NUMBER.fullmatch(text) is not None


def emergency_numbers(language: Language, given: str | None = None) -> tuple[str, ...]:
    """The numbers to call: the one that was given, else those of the countries where the language is spoken.

    >>> emergency_numbers("uk"), emergency_numbers("uk", "911")
    (('112', '103'), ('911',))
    """
    return (given,) if given else _NUMBERS[language]


def one_of(numbers: tuple[str, ...], language: Language) -> str:
    """The numbers as they stand in a sentence: '112 or 103'."""
    *rest, last = labelled(numbers, language)
    return catalogue(language).gettext(_OR).format(first=", ".join(rest), second=last) if rest else last


def labelled(numbers: tuple[str, ...], language: Language) -> tuple[str, ...]:
    """The numbers, each with its country where there are many.

    >>> labelled(("112", "999", "911"), "en")
    ('112 (Europe)', '999 (UK)', '911 (US, Canada)')
    """
    _ = catalogue(language).gettext
    return tuple(_(_IN).format(number=n, country=_(_WHERE[n])) for n in numbers) if len(numbers) > 2 else numbers


def soonest(rules: Iterable[RedFlag]) -> str | None:
    """How soon by the rules of one level together, where one of them says that it is sooner than the level does."""
    given = {rule.within for rule in rules}
    return next((within for within in ("today", "week") if within in given), None)


def somebody_comes(rules: Iterable[RedFlag]) -> bool:
    """Whether an emergency is among them for which an ambulance is called."""
    return any(rule.level == "emergency" and rule.who in _COME for rule in rules)


def advised(rules: Sequence[RedFlag], number: str, language: Language) -> tuple[str, ...]:
    """What each rule tells to do, with the number to call.

    A sentence that a rule before it has said is left out, and so is the time of every level but the most urgent one. Where an
    ambulance is called, nobody is told to go.
    """
    come = somebody_comes(rules)
    first = rules[0].level if rules else ""
    sooner = first == "emergency" or soonest(rule for rule in rules if rule.level == first) is not None
    said = {catalogue(language).gettext(text) for level, text in TIMES.items() if sooner or level != first}
    told = list[str]()
    for rule in rules:
        sentences = _BETWEEN_SENTENCES.split(rule.do.in_language(language).replace("{number}", number))
        if come and rule.level == "emergency" and rule.who in GOING:
            sentences = sentences[_HOW_TO_GO:]
        told.append(" ".join(sentence for sentence in sentences if sentence not in said))
        said.update(sentences)
    return tuple(told)

"""The numbers to call in a country, and what the rules of urgency tell to do, with these numbers in it."""

import re
from collections.abc import Iterable

from myognosis.knowledge.schema import RedFlag
from myognosis.language import Language, catalogue, mark

__all__ = ["GOING", "advised", "emergency_numbers", "is_number", "labelled", "one_of"]

GOING = ("emergency_department", "paediatric_emergency")
"""Where one goes by oneself; to everybody else one calls."""

_NUMBERS: dict[Language, tuple[str, ...]] = {"en": ("112", "999", "911", "000"), "uk": ("112", "103"), "ru": ("112", "103")}
"""112 is answered in the European Union, in Ukraine and in Russia; 103 is the ambulance in Ukraine and in Russia.

English is read in many countries, and no one number is answered in all of them.
"""
_WHERE = {"112": mark("Europe"), "999": mark("UK"), "911": mark("US, Canada"), "000": mark("Australia")}
"""Where each is answered, said where there are more than two."""
_NUMBER = re.compile(r"\+?\d[\d -]{1,18}", re.ASCII)
_OR, _IN = mark("{first} or {second}"), mark("{number} ({country})")
_BETWEEN_SENTENCES = re.compile(r"(?<=[.!?])\s+")


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


def advised(rules: Iterable[RedFlag], number: str, language: Language) -> tuple[str, ...]:
    """What each rule tells to do, with the number to call; a sentence that a rule before it has said is left out."""
    said, told = set[str](), list[str]()
    for rule in rules:
        sentences = _BETWEEN_SENTENCES.split(rule.do.in_language(language).replace("{number}", number))
        told.append(" ".join(sentence for sentence in sentences if sentence not in said))
        said.update(sentences)
    return tuple(told)

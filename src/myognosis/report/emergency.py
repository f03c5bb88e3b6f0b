"""Help now: the numbers to call in a country, and what to say and do until somebody comes."""

import re

from myognosis.knowledge import Knowledge
from myognosis.language import Language, catalogue, mark
from myognosis.model.case import Case
from myognosis.report.page import EmergencyView
from myognosis.report.words import plain

__all__ = ["emergency_numbers", "emergency_view", "is_number", "labelled", "one_of"]

_NUMBERS: dict[Language, tuple[str, ...]] = {"en": ("112", "999", "911", "000"), "uk": ("112", "103"), "ru": ("112", "103")}
"""112 is answered in the European Union, in Ukraine and in Russia; 103 is the ambulance in Ukraine and in Russia.

English is read in many countries, and no one number is answered in all of them.
"""
_WHERE = {"112": mark("Europe"), "999": mark("UK"), "911": mark("US, Canada"), "000": mark("Australia")}
"""Where each is answered, said where there are more than two."""
_NUMBER = re.compile(r"\+?\d[\d -]{1,18}", re.ASCII)
_OR, _IN = mark("{first} or {second}"), mark("{number} ({country})")


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


def emergency_view(
    case: Case, who: str, signs: tuple[str, ...], number: str, knowledge: Knowledge, language: Language
) -> EmergencyView:
    """What to say on the telephone, from what was told, and what to do until help is there."""
    _ = catalogue(language).gettext
    taken = "; ".join(medicine_name(m.name, knowledge, language) for m in case.medicines if m.stopped is None)
    say = (
        _("Who: {who}.").format(who=who) if who else "",
        _("What is wrong: {signs}.").format(signs="; ".join(signs)) if signs else "",
        _("Medicines taken: {medicines}.").format(medicines=taken) if taken else "",
        _("When it began, and whether it is getting worse."),
        _("Where you are: street, house, floor, and how to get in."),
    )
    until = (
        _("Do not stay alone: ask somebody to come. Leave the door unlocked."),
        _("Do not drive yourself."),
        _("Lay ready the packages of all medicines that you take."),
        _("If it gets worse before help is there, call {number} again.").format(number=number),
    )
    return EmergencyView(tuple(line for line in say if line), until)


def medicine_name(written: str, knowledge: Knowledge, language: Language) -> str:
    """The name in the language where we know it, else as it was written."""
    found = knowledge.medicine_names.get(written.strip().casefold())
    return knowledge.content.medicines[found].names.in_language(language) if found else plain(written)

"""The languages of the product: message catalogues and how a text is chosen.

Sentences of the program stand in gettext catalogues under ``locale/``; texts of the knowledge stand beside what they
describe, in all languages at once (see ``myognosis.model.text``).
"""

import gettext
import os
import re
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from myognosis.faults import GROUPED, Message, Name, fill

__all__ = [
    "DOMAIN", "LANGUAGES", "LOCALE", "LONG", "Language", "catalogue", "compile_catalogues", "decimal", "mark", "place_in",
    "preferred_language", "say",
]  # fmt: skip

Language = Literal["en", "uk", "ru"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

LOCALE = Path(__file__).parent / "locale"
DOMAIN = "myognosis"
_DECIMAL = re.compile(r"[+−-]?\d+\.\d+")
_POINT = re.compile(r"(?<=\d)\.(?=\d)")
LONG = 10_000
"""From here on the thousands of a count are set apart: nobody reads 1304871 at a glance."""


def mark(template: str) -> str:
    """Mark a sentence for translation where it is declared; it is translated where it is shown."""
    return template


@cache
def catalogue(language: Language) -> gettext.NullTranslations:
    """The catalogue of a language; English is the source and needs none."""
    if language == "en":
        return gettext.NullTranslations()
    binary = LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.mo"
    source = binary.with_suffix(".po")
    if source.exists() and (not binary.exists() or binary.stat().st_mtime < source.stat().st_mtime):
        compile_catalogues()
    return gettext.translation(DOMAIN, LOCALE, [language])


def decimal(text: str, language: Language) -> str:
    """Numbers in a text with the decimal sign that people of the language read; for people, never for programs.

    >>> decimal("0.912 (0.850 - 0.950)", "uk")
    '0,912 (0,850 - 0,950)'
    """
    return text if language == "en" else _POINT.sub(",", text)


def say(message: Message, language: Language) -> str:
    """A message in a language, its parameters in place; a parameter may be a message or a name, a number takes the decimal sign."""
    params = {key: _said(value, language) for key, value in message.params.items()}
    return fill(_text(message.template, language), params)


_SPOTS = {
    "line": mark("line {n}"), "row": mark("row {n}"), "byte": mark("byte {n}"), "signal": mark("signal {n}"),
    "column": mark("column {n}"), "track": mark("track {n}"),
}  # fmt: skip
_SPOT = re.compile(rf"(?:^|(?<=, ))({'|'.join(_SPOTS)}) (\d+)\b")
_HEADER = {
    "number of signals": mark("number of signals"), "number of records": mark("number of records"),
    "record duration": mark("duration of a record"), "bytes of the header": mark("bytes of the header"),
    "samples in a record": mark("samples in a record"),
}  # fmt: skip
_FIELD = re.compile(rf"(?:^|(?<=, ))({'|'.join(_HEADER)})\b")


def place_in(where: str, language: Language) -> str:
    """Where a fault lies, for a person: our words for a place are in the language, names of files, fields and channels as they are.

    >>> place_in("a.csv, line 3", "uk"), place_in("$.labs[0].unit", "uk")
    ('a.csv, рядок 3', '$.labs[0].unit')
    """
    if language == "en":
        return where
    told = _SPOT.sub(lambda found: say(Message(_SPOTS[found[1]], {"n": found[2]}), language), where)
    return _FIELD.sub(lambda found: _text(_HEADER[found[1]], language), told)


def _text(template: str, language: Language) -> str:
    """A sentence in a language; nothing stays nothing, for which a catalogue would give its own head."""
    return catalogue(language).gettext(template) if template else ""


def _said(value: object, language: Language) -> object:
    if isinstance(value, Message):
        return say(value, language)
    if isinstance(value, Name):
        return getattr(value, language)
    if type(value) is int and abs(value) >= LONG:
        return f"{value:,}".replace(",", "," if language == "en" else GROUPED)
    return decimal(str(value), language) if _DECIMAL.fullmatch(str(value)) else value


def preferred_language(environ: dict[str, str] | None = None) -> Language:
    """The language of the person's system where we speak it, else English."""
    values = os.environ if environ is None else environ
    for name in ("MYOGNOSIS_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        code = values.get(name, "")[:2].lower()
        for language in LANGUAGES:
            if code == language:
                return language
    return "en"


def compile_catalogues() -> None:
    """Write the .mo file of every catalogue; run at build time and whenever a .po file is newer."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for source in LOCALE.glob("*/LC_MESSAGES/*.po"):
        with source.open("rb") as stream:
            messages = read_po(stream)
        target = source.with_suffix(".mo")
        temporary = target.with_suffix(f".{os.getpid()}.tmp")
        with temporary.open("wb") as stream:
            write_mo(stream, messages)
        temporary.replace(target)

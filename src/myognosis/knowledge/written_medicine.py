"""A medicine as a person wrote it: with its dose, its form or its salt, two in one tablet, or with a slip of spelling."""

import re
from collections.abc import Mapping

from myognosis.faults import near_miss

__all__ = ["medicine_like", "medicines_in"]

_BESIDE = """
mg mcg µg ug g ml iu ie units unit mmol % tab tabs tablet tablets cap caps capsule capsules drops syrup spray patch patches
inhaler puff puffs injection injections solution cream gel retard sr xr er cr xl mr forte daily day night morning evening once
twice times a per every at in x od bd bid tds tid qd prn as needed hydrochloride hcl sodium potassium calcium sulfate sulphate
citrate maleate fumarate tartrate succinate mesylate phosphate acetate besylate oral carbidopa benserazide мг мкг г мл од ме таб
табл таблетка таблетки таблетку таблеток капсула капсулы капсули капсул капли краплі сироп спрей пластырь пластир ингалятор
інгалятор укол уколы уколи раствор розчин ретард форте в на день ночь ніч утром утрам вранці ввечері вечером вечерам ночам раз
раза рази разів по два три один через р д н сукцинат тартрат фумарат цитрат сульфат ацетат гидрохлорид гідрохлорид натрия натрію
калия калію кальция кальцію карбидопа карбідопа бенсеразид
"""
_ADDED = frozenset(_BESIDE.split())
"""What may stand beside the name and changes nothing of what it is: units, forms, how often, salts, what only helps another."""
_NUMBER = re.compile(r"\b\d+(?:[.,]\d+)?")
_WORDS = re.compile(r"[^\W_][\w'’-]*|%")
_BETWEEN = re.compile(r"\s*[/+&,;]\s*")
_ALIKE = 0.85
"""A letter or two of ten; from .75 on Concor (bisoprolol) would be taken for Zocor (simvastatin)."""
_SLIP_FROM = 5
"""Names shorter than this have too many neighbours for a slip of spelling to be told."""


def medicines_in(written: str, names: Mapping[str, str]) -> tuple[str, ...]:
    """The ids of the medicines that a written text names and nothing else; none where anything in it is not understood.

    >>> medicines_in("Lithium 300 mg twice daily", {"lithium": "lithium"})
    ('lithium',)
    >>> medicines_in("calcium channel blocker", {"calcium": "calcium"})
    ()
    """
    whole = written.strip().casefold()
    if whole in names:
        return (names[whole],)
    found = [_one(_words(part), names) for part in _BETWEEN.split(_NUMBER.sub(" ", whole)) if part.strip()]
    return tuple(dict.fromkeys(one for one in found if one)) if all(one is not None for one in found) else ()


def _words(text: str) -> list[str]:
    """Its words without numbers: a comma within a number parts nothing."""
    return _WORDS.findall(_NUMBER.sub(" ", text.casefold()))


def _one(words: list[str], names: Mapping[str, str]) -> str | None:
    """The medicine of a part of the text; an empty text where it holds only what is beside a name."""
    for length in range(len(words), 0, -1):
        name = " ".join(words[:length])
        if name in names and _ADDED.issuperset(words[length:]):
            return names[name]
    return "" if _ADDED.issuperset(words) else None


def medicine_like(written: str, names: Mapping[str, str]) -> str:
    """The id of the medicine whose name this is but for a slip of spelling; an empty text where there is none."""
    name = " ".join(word for word in _words(written) if word not in _ADDED)
    return names.get(near_miss(name, names, _ALIKE), "") if len(name) >= _SLIP_FROM else ""

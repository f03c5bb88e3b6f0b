"""Results that stand in somebody's words ("potassium 2.3"): read as a laboratory prints them, and shown back to be confirmed.

A number without a unit is ambiguous. It is read in the usual unit of its analyte where it is plausible in that, else in mg/dL, the
other one that laboratories print; and not at all where it would be a normal result in mg/dL.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from myognosis.findings import check_case
from myognosis.knowledge import Knowledge
from myognosis.model.case import Case, Lab
from myognosis.reason.denial import Word
from myognosis.reason.sayings import fold, number_of

__all__ = ["Result", "read_figures"]

_NEAR, _SHORT = 3, 4
"""A result stands so few words behind its analyte; a name of fewer letters is known whole only."""
_OTHER_UNIT = "mg/dL"
_DOSES = (["mg"], ["мг"], ["mcg"], ["мкг"], ["tablets"], ["таблеток"])
"""What follows a dose, and no result."""


@dataclass(frozen=True)
class Result:
    """An abnormal result as it was told: the findings that it means, and the words from ``start`` to before ``end``."""

    findings: tuple[str, ...]
    start: int
    end: int


def read_figures(words: Sequence[Word], knowledge: Knowledge) -> Iterator[Result]:
    """The abnormal results in a text, each with every finding that it means."""
    names, folded, numbers = _names(knowledge), [fold(word.text) for word in words], [number_of(word) for word in words]
    for at, text in enumerate(folded):
        told = next(((i, n) for i, n in enumerate(numbers[at + 1 : at + 1 + _NEAR], at + 1) if n is not None), None)
        lab = told and next((lab for name, lab in names if (text.startswith(name) if len(name) >= _SHORT else text == name)), None)
        if lab is None or told is None or folded[told[0] + 1 : told[0] + 2] in _DOSES:
            continue
        if means := _meaning(lab, told[1], knowledge):
            yield Result(means, at, told[0] + 1)


@cache
def _names(knowledge: Knowledge) -> tuple[tuple[str, str], ...]:
    """The one-word names of every analyte, without the ending that their cases change, the longest first; of medicines none."""
    names = {name: lab for name, lab in knowledge.lab_names.items() if name.isalpha() and not lab.endswith("_level")}
    stems = {(fold(name)[:-1] if len(fold(name)) > _SHORT else fold(name)): lab for name, lab in names.items()}
    return tuple(sorted(stems.items(), key=lambda row: -len(row[0])))


@cache
def _meaning(lab: str, value: float, knowledge: Knowledge) -> tuple[str, ...]:
    """What a value means, by the limits of the laboratory; nothing where it may be a normal one in another unit."""
    usual, other = (_found(lab, value, unit, knowledge) for unit in (knowledge.content.labs[lab].unit, _OTHER_UNIT))
    return () if other == () else usual if usual is not None else other or ()


@cache
def _found(lab: str, value: float, unit: str, knowledge: Knowledge) -> tuple[str, ...] | None:
    """The findings of a value in a unit; None where it cannot be one in it."""
    findings, issues = check_case(Case(labs=(Lab(analyte=lab, value=value, unit=unit),)), knowledge)
    return None if issues else tuple(n for n in findings.all_present() if knowledge.group_of(n) == "lab")

"""Which questions are pointless after what was answered, and which must not be left out for a kind of movement."""

from collections.abc import Iterable

from myognosis.knowledge import Knowledge
from myognosis.knowledge.schema import Asking
from myognosis.model.case import Person
from myognosis.model.finding import Findings
from myognosis.reason.movement import recognise

__all__ = ["due", "fits_age", "groundless", "needless"]


def needless(findings: Findings, knowledge: Knowledge) -> frozenset[str]:
    """Questions whose answer follows from one already given, or that make no sense for this person."""
    present = {name for name, state in findings.states.items() if state == "present"}
    absent = {name for name, state in findings.states.items() if state == "absent"}
    rules = knowledge.content.asking.items()
    return frozenset(name for name, rule in rules if _pointless(rule, findings.person, present, absent))


def groundless(findings: Findings, knowledge: Knowledge) -> frozenset[str]:
    """Questions that ask more about what nobody told of and of which something was denied."""
    rules = knowledge.content.asking.items()
    return frozenset(n for n, rule in rules if any(map(findings.absent, rule.needs)) and not any(map(findings.present, rule.needs)))


def fits_age(names: Iterable[str], age: float | None, knowledge: Knowledge) -> tuple[str, ...]:
    """The questions that make sense at an age; all of them where it is not known."""
    rules = knowledge.content.asking
    return tuple(name for name in names if name not in rules or _in_age(rules[name], age))


def _in_age(rule: Asking, age: float | None) -> bool:
    return age is None or rule.age_from <= age <= rule.age_to


def _pointless(rule: Asking, person: Person, present: set[str], absent: set[str]) -> bool:
    return (
        (bool(rule.needs) and present.isdisjoint(rule.needs))
        or not absent.isdisjoint(rule.after_no)
        or not present.isdisjoint(rule.after_yes)
        or not (present.isdisjoint(rule.same) and absent.isdisjoint(rule.same))
        or (rule.only is not None and person.sex is not None and person.sex != rule.only)
        or not _in_age(rule, person.age_years)
    )


def due(findings: Findings, knowledge: Knowledge) -> tuple[str, ...]:
    """What tells the causes of the movement that was recognised apart and was not asked yet, in the order of asking."""
    likely, pointless = _families(findings, knowledge), needless(findings, knowledge)
    names = [name for family in likely for name in knowledge.content.discriminating[family]]
    return tuple(dict.fromkeys(n for n in names if not findings.asked(n) and n not in pointless))


def _families(findings: Findings, knowledge: Knowledge) -> list[str]:
    """The families of movement that the description has settled, the likeliest first; else the likeliest if it is likely."""
    share = dict.fromkeys(knowledge.content.discriminating, 0.0)
    for result in recognise(findings, knowledge):
        for family in {result.movement, *knowledge.ancestors[result.movement]} & set(share):
            share[family] += result.probability
    order = sorted(share, key=lambda family: -share[family])
    settled = [family for family in order if share[family] >= knowledge.number("movement_settled")]
    return settled or [family for family in order[:1] if share[family] >= knowledge.number("movement_likely")]

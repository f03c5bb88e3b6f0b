"""Which questions are pointless after what was answered, and which must not be left out for a kind of movement."""

from collections.abc import Iterable

from myognosis.knowledge import Knowledge
from myognosis.knowledge.schema import Asking
from myognosis.model.finding import Findings
from myognosis.reason.movement import recognise

__all__ = ["due", "fits_age", "needless"]


def needless(findings: Findings, knowledge: Knowledge) -> frozenset[str]:
    """Questions whose answer follows from one already given, or that make no sense for this person."""
    return frozenset(name for name, rule in knowledge.content.asking.items() if _pointless(rule, findings))


def fits_age(names: Iterable[str], age: float | None, knowledge: Knowledge) -> tuple[str, ...]:
    """The questions that make sense at an age; all of them where it is not known."""
    rules = knowledge.content.asking
    return tuple(name for name in names if name not in rules or _in_age(rules[name], age))


def _in_age(rule: Asking, age: float | None) -> bool:
    return age is None or rule.age_from <= age <= rule.age_to


def _pointless(rule: Asking, findings: Findings) -> bool:
    age, sex, present, absent = findings.person.age_years, findings.person.sex, findings.present, findings.absent
    return (
        (bool(rule.needs) and not any(present(name) for name in rule.needs))
        or any(absent(name) for name in (*rule.after_no, *rule.same))
        or any(present(name) for name in (*rule.after_yes, *rule.same))
        or (rule.only is not None and sex is not None and sex != rule.only)
        or not _in_age(rule, age)
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

"""The little language in which rules of urgency are written, as data.

A rule is a finding id (it is present), or one of::

    {all: [rule, ...]}   {any: [rule, ...]}   {at_least: 2, of: [rule, ...]}
    {age_under: 5}       {age_over: 50}       {sex: female}
    {sign: weak, at_least: 3}                 so many muscles with the sign
    {unless_no: finding}                      holds until this very question is answered with a clear no

There is no "not": one more sign can only make a rule hold, and what is unknown counts as the worse. A clear no to what a rule
asks by name ("was the operation in the last six months?") is the only answer that can take it back.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from myognosis.model.case import Person
from myognosis.model.finding import Findings

__all__ = ["RuleFault", "findings_of", "holds", "needs_a_finding", "one_of_each", "taken_back_by", "weights_of"]

_SHAPES = ({"all"}, {"any"}, {"at_least", "of"}, {"age_under"}, {"age_over"}, {"sex"}, {"sign", "at_least"}, {"unless_no"})


class RuleFault(ValueError):  # noqa: N818  # a fault, as everywhere here
    """A rule that is not written in the language."""


def _shape(rule: Any) -> set[str]:
    if not isinstance(rule, dict) or set(rule) not in _SHAPES:
        raise RuleFault(f"not a rule: {rule!r}")
    return set(rule)


def findings_of(rule: Any) -> Iterator[str]:
    """Every finding that a rule looks at.

    >>> list(findings_of({"all": ["fever", {"any": ["confusion", "seizure"]}]}))
    ['fever', 'confusion', 'seizure']
    """
    if isinstance(rule, str):
        yield rule
        return
    _shape(rule)
    yield from [rule["unless_no"]] if "unless_no" in rule else []
    for inner in rule.get("all") or rule.get("any") or rule.get("of") or ():
        yield from findings_of(inner)


def taken_back_by(rule: Any) -> Iterator[str]:
    """Every finding of which a clear no may take the rule back.

    >>> list(taken_back_by({"all": ["tingling", {"unless_no": "recent_surgery"}]}))
    ['recent_surgery']
    """
    if isinstance(rule, str):
        return
    yield from [rule["unless_no"]] if "unless_no" in rule else []
    for inner in rule.get("all") or rule.get("any") or rule.get("of") or ():
        yield from taken_back_by(inner)


def needs_a_finding(rule: Any) -> bool:
    """Whether a rule cannot hold unless one of its findings is present.

    >>> needs_a_finding({"all": [{"age_under": 5}, "fever"]}), needs_a_finding({"any": [{"sign": "weak", "at_least": 3}, "fever"]})
    (True, False)
    """
    if isinstance(rule, str):
        return True
    parts = [needs_a_finding(part) for part in rule.get("all") or rule.get("any") or rule.get("of") or ()]
    free = len(parts) - sum(parts)
    return free < (len(parts) if "all" in rule else rule.get("at_least", 1)) if parts else False


def one_of_each(rule: Any) -> tuple[frozenset[str], ...]:
    """Sets of findings of each of which one must be present for a rule to hold: most rules are told apart by them at a glance.

    >>> [sorted(names) for names in one_of_each({"all": ["fever", {"any": ["seizure", "confusion"]}, {"age_under": 6}]})]
    [['fever'], ['confusion', 'seizure']]
    """
    if isinstance(rule, dict) and "all" in rule:
        return tuple(names for inner in rule["all"] for names in one_of_each(inner))
    return (frozenset(findings_of(rule)),) if needs_a_finding(rule) else ()


def weights_of(rule: Any) -> dict[str, float]:
    """How much of a rule each finding alone makes up: 1 where it fires the rule by itself, less where others must join.

    >>> weights_of({"any": ["thunderclap_headache", {"all": ["fever", "confusion"]}]})
    {'thunderclap_headache': 1.0, 'fever': 0.5, 'confusion': 0.5}
    """
    if isinstance(rule, str):
        return {rule: 1.0}
    _shape(rule)
    parts = [part for part in rule.get("all") or rule.get("any") or rule.get("of") or () if "unless_no" not in part]
    inner = [weights_of(part) for part in parts]
    needed = len(inner) if "all" in rule else rule.get("at_least", 1)
    found: dict[str, float] = {}
    for part in inner:
        for name, weight in part.items():
            found[name] = max(found.get(name, 0.0), weight / needed)
    return found


def holds(rule: Any, findings: Findings) -> bool:
    """Whether a rule holds: only what is known to be present counts."""
    if isinstance(rule, str):
        return findings.present(rule)
    if not isinstance(rule, dict) or len(rule) > 1:
        _shape(rule)
    if "all" in rule:
        return all(_each(rule["all"], findings))
    if "any" in rule:
        return any(_each(rule["any"], findings))
    if "of" in rule:
        return sum(_each(rule["of"], findings)) >= int(rule["at_least"])
    if "unless_no" in rule:
        return not findings.absent(rule["unless_no"])
    if "sign" in rule:
        places = {sign.where for sign in findings.signs if sign.kind == rule["sign"]}
        return len(places) >= int(rule["at_least"])
    return _is_so(rule, findings.person)


def _each(parts: Iterable[Any], findings: Findings) -> Iterator[bool]:
    """Whether each part of a rule holds; most are findings."""
    states = findings.states
    return (states.get(part) == "present" if isinstance(part, str) else holds(part, findings) for part in parts)


def _is_so(rule: dict[str, Any], person: Person) -> bool:
    """Whether a rule of age or sex holds; an age that is not known is neither under nor over."""
    _shape(rule)
    if "sex" in rule:
        return bool(person.sex == rule["sex"])
    if person.age_years is None:
        return False
    return bool(person.age_years < float(rule["age_under"]) if "age_under" in rule else person.age_years >= float(rule["age_over"]))

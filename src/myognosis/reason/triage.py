"""Urgency: rules alone. No probability reaches this module, and none can overrule it."""

import itertools
from collections.abc import Collection, Iterable, Iterator
from functools import cache

from myognosis.knowledge import CONTEXT_GROUPS, Knowledge
from myognosis.knowledge.calling import GOING
from myognosis.knowledge.rules import findings_of, holds, one_of_each, taken_back_by, weights_of
from myognosis.knowledge.schema import RedFlag
from myognosis.model.assessment import RuleFired, Urgency
from myognosis.model.case import Person
from myognosis.model.finding import Findings, State
from myognosis.reason.asking import fits_age, groundless, needless

__all__ = [
    "LEVELS", "completions", "grave_signs", "graver_forms", "one_answer_away", "red_flag_checklist", "still_doubtful",
    "taking_back", "triage",
]  # fmt: skip

LEVELS = ("self_care", "routine", "soon", "urgent", "emergency")
"""From the least to the most urgent."""


def triage(findings: Findings, knowledge: Knowledge) -> Urgency:
    """How soon this person should be seen, by whom, and by which rules.

    The level is the highest of all rules that hold; rules look at present findings only, so that one more fact can
    raise it and never lower it. The one exception is a clear no to what a rule asks by name (``unless_no``). In an emergency the
    rules by which one calls come before those by which one goes, and the most specific first.
    """
    present = set(findings.all_present())
    fired = [
        RuleFired(rule=flag.id, level=flag.level, because=tuple(name for name in looked_at if name in present))
        for flag, needs, looked_at in _within_reach(present, knowledge)
        if not any(present.isdisjoint(names) for names in needs) and holds(flag.when, findings)
    ]
    fired.sort(key=lambda rule: (-LEVELS.index(rule.level), _goes(rule, knowledge), -len(rule.because), rule.rule))
    must = fits_age(knowledge.content.must_ask, findings.person.age_years, knowledge)
    danger = (*must, *fits_age(grave_signs(knowledge), findings.person.age_years, knowledge))
    return Urgency(
        level=fired[0].level if fired else "self_care",
        rules=tuple(fired),
        not_asked=tuple(name for name in danger if not findings.asked(name)),
        unknown=tuple(name for name in danger if findings.states.get(name) == "unknown"),
        open=tuple(n for n in must if findings.states.get(n, "unknown") == "unknown"),
    )


def _goes(rule: RuleFired, knowledge: Knowledge) -> bool:
    """Whether an emergency is one to which one goes by oneself: read after one for which one calls."""
    return rule.level == "emergency" and knowledge.content.red_flags[rule.rule].who in GOING


_Rule = tuple[RedFlag, tuple[frozenset[str], ...], tuple[str, ...]]
"""A rule, sets of findings of each of which one must be present for it to hold, and every finding that it looks at."""


def _within_reach(present: Iterable[str], knowledge: Knowledge) -> Iterator[_Rule]:
    """Every rule that can hold by what is present; most look at nothing that is."""
    always, by_finding = _rules(knowledge)
    yield from always
    yield from {flag.id: rule for name in present for rule in by_finding.get(name, ()) for flag in rule[:1]}.values()


@cache
def _rules(knowledge: Knowledge) -> tuple[list[_Rule], dict[str, list[_Rule]]]:
    """The rules that need no finding, and the others under each finding of the smallest set of which they need one."""
    always, by_finding = list[_Rule](), dict[str, list[_Rule]]()
    for flag in knowledge.content.red_flags.values():
        needs = one_of_each(flag.when)
        rule = flag, needs, tuple(dict.fromkeys(findings_of(flag.when)))
        if not needs:
            always.append(rule)
        for name in min(needs, key=len, default=()):
            by_finding.setdefault(name, []).append(rule)
    return always, by_finding


@cache
def red_flag_checklist(knowledge: Knowledge) -> tuple[str, ...]:
    """The findings of the emergency rules that a person can answer: first those that are an emergency by themselves."""
    shares: dict[str, list[float]] = {}
    for flag in knowledge.content.red_flags.values():
        if flag.level == "emergency":
            for name, share in weights_of(flag.when).items():
                shares.setdefault(name, []).append(share)
    asked = [name for name in shares if knowledge.findings[name].ask and knowledge.group_of(name) not in _NOT_A_WARNING]
    return tuple(sorted(asked, key=lambda name: (-max(shares[name]), -len(shares[name]), name)))


def grave_signs(knowledge: Knowledge, most: int = 30) -> tuple[str, ...]:
    """The warning signs that are asked of everybody beside ``must_ask``, at most so many with these: just they can be left open."""
    must = knowledge.content.must_ask
    return tuple(name for name in red_flag_checklist(knowledge) if name not in must)[: most - len(must)]


def one_answer_away(findings: Findings, knowledge: Knowledge) -> tuple[str, ...]:
    """Signs not asked yet of which a single yes would complete an emergency with what is known, in the order of the rules.

    What came before (a bite, a poison) is no sign and is not asked of everybody; but that of whom it can be true (``needs``) is.
    """
    known, away, pointless = set(findings.all_present()), dict[str, None](), needless(findings, knowledge)
    for when, looks_at, signs in _emergency_rules(knowledge):
        if known.isdisjoint(looks_at):
            continue  # nothing that is known takes part: a yes would complete it alone or not at all
        for name in fits_age(signs, findings.person.age_years, knowledge):
            alone: dict[str, State] = {name: "present"}
            if name in pointless and knowledge.group_of(name) in CONTEXT_GROUPS:
                continue
            if not findings.asked(name) and holds(when, _of(findings, findings.states | alone)):
                away |= {} if holds(when, _of(findings, alone)) else {name: None}
    return tuple(away)


def graver_forms(findings: Findings, knowledge: Knowledge) -> tuple[str, ...]:
    """Forms of what was told, not asked yet, of which a yes alone would be urgent: of a numb part, whether it ends at a line."""
    pointless = needless(findings, knowledge)
    return tuple(
        name
        for name in _urgent_alone(knowledge)
        if name not in pointless and not findings.asked(name) and any(map(findings.present, knowledge.ancestors[name]))
    )


@cache
def _urgent_alone(knowledge: Knowledge) -> tuple[str, ...]:
    """Signs that a person can be asked about, are a form of another, and are urgent or more whatever else holds."""
    found = []
    for name, finding in knowledge.findings.items():
        if finding.ask and knowledge.ancestors[name] and knowledge.group_of(name) not in _NOT_A_WARNING:
            states: dict[str, State] = dict.fromkeys((name, *knowledge.ancestors[name]), "present")
            level = triage(Findings(Person(), states), knowledge).level
            found += [name] if LEVELS.index(level) >= LEVELS.index("urgent") else []
    return tuple(found)


def completions(findings: Findings, names: Collection[str], knowledge: Knowledge) -> Iterator[tuple[str, ...]]:
    """Of some open questions every one, and every two of the others, of which a yes would complete an emergency.

    What the movement is like and where it is completes none: an attack "of hours" is told of the movement, not of the seizure.
    """

    def complete(when: object, asked: tuple[str, ...]) -> bool:
        brought: dict[str, State] = {name: "present" for one in asked for name in (one, *knowledge.ancestors[one])}
        return holds(when, _of(findings, findings.states | brought))

    for when, looks_at, _ in _emergency_rules(knowledge):
        open_ones = [name for name in names if name in looks_at and knowledge.group_of(name) not in ("feature", "place")]
        alone = [name for name in open_ones if complete(when, (name,))]
        yield from ((name,) for name in alone)
        pairs = itertools.combinations((name for name in open_ones if name not in alone), 2)
        yield from (pair for pair in pairs if complete(when, pair))


def taking_back(findings: Findings, signs: Iterable[str], knowledge: Knowledge) -> tuple[str, ...]:
    """Questions not asked yet of which a clear no takes back an emergency that one of the signs would complete.

    They are asked before the signs, so that an emergency, once complete, waits for nothing; but not what only makes sense after
    a sign of which one form was denied: nobody whose bladder holds is asked whether its trouble is new.
    """
    found, odd = dict[str, None](), groundless(findings, knowledge)
    for sign, (when, looks_at, _) in itertools.product(signs, _emergency_rules(knowledge)):
        here: dict[str, State] = findings.states | {sign: "present"}
        if sign in looks_at and holds(when, _of(findings, here)):
            denied: dict[str, State] = dict.fromkeys(_to_take_back(when, findings, knowledge), "absent")
            found |= {} if holds(when, _of(findings, here | denied)) else dict.fromkeys(denied)
    return tuple(name for name in found if name not in odd)


def still_doubtful(findings: Findings, knowledge: Knowledge, level: str = "emergency") -> tuple[str, ...]:
    """Questions not asked yet of which clear noes take back every rule of this level that holds; none where one stands anyway.

    Two ticks in lists can complete an emergency (an operation on the neck, palpitations) that one question settles, and one tick
    what is urgent (a weak side of the body) unless it has been so for years.
    """
    flags = knowledge.content.red_flags.values()
    rules = [flag.when for flag in flags if flag.level == level and holds(flag.when, findings)]
    names = tuple(dict.fromkeys(name for when in rules for name in _to_take_back(when, findings, knowledge)))
    denied = _of(findings, findings.states | dict.fromkeys(names, "absent"))
    return () if any(holds(when, denied) for when in rules) else names


def _to_take_back(when: object, findings: Findings, knowledge: Knowledge) -> Iterator[str]:
    """What may take a rule back and can still be asked of a person; the degree of a laboratory value is not asked."""
    return (name for name in taken_back_by(when) if knowledge.findings[name].ask and not findings.asked(name))


@cache
def _emergency_rules(knowledge: Knowledge) -> tuple[tuple[object, frozenset[str], tuple[str, ...]], ...]:
    """Each rule of the highest level, what it looks at, and the signs of it that a person can be asked about."""
    found = []
    for flag in knowledge.content.red_flags.values():
        if flag.level == "emergency":
            names = weights_of(flag.when)
            asked = tuple(n for n in names if knowledge.findings[n].ask and _is_asked_alone(n, knowledge))
            found.append((flag.when, frozenset(names), asked))
    return tuple(found)


def _is_asked_alone(name: str, knowledge: Knowledge) -> bool:
    """Whether a yes to it may be looked for: a sign, or what came before in those of whom alone it can be true."""
    rule, group = knowledge.content.asking.get(name), knowledge.group_of(name)
    return group not in _NOT_A_WARNING or (group in CONTEXT_GROUPS and rule is not None and bool(rule.needs))


def _of(findings: Findings, states: dict[str, State]) -> Findings:
    return Findings(findings.person, states, signs=findings.signs)


_NOT_A_WARNING = CONTEXT_GROUPS | {"tempo", "feature", "place"}
"""Groups whose findings are no warning by themselves: when, how and where, and what came before."""

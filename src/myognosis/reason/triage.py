"""Urgency: rules alone. No probability reaches this module, and none can overrule it."""

from collections import Counter
from functools import cache

from myognosis.knowledge import Knowledge
from myognosis.knowledge.rules import because, findings_of, holds
from myognosis.model.assessment import RuleFired, Urgency
from myognosis.model.finding import Findings

__all__ = ["LEVELS", "red_flag_checklist", "triage"]

LEVELS = ("self_care", "routine", "soon", "urgent", "emergency")
"""From the least to the most urgent."""


def triage(findings: Findings, knowledge: Knowledge) -> Urgency:
    """How soon this person should be seen, by whom, and by which rules.

    The level is the highest of all rules that hold; rules look at present findings only, so that one more fact can
    raise it and never lower it.
    """
    fired = [
        RuleFired(rule=flag.id, level=flag.level, because=because(flag.when, findings))
        for flag in knowledge.content.red_flags.values()
        if holds(flag.when, findings)
    ]
    fired.sort(key=lambda rule: (-LEVELS.index(rule.level), rule.rule))
    danger = red_flag_checklist(knowledge)
    return Urgency(
        level=fired[0].level if fired else "self_care",
        rules=tuple(fired),
        not_asked=tuple(name for name in danger if not findings.asked(name)),
        unknown=tuple(name for name in danger if findings.states.get(name) == "unknown"),
    )


@cache
def red_flag_checklist(knowledge: Knowledge) -> tuple[str, ...]:
    """The findings of the emergency rules that a person can answer, those of most rules first."""
    emergencies = [flag for flag in knowledge.content.red_flags.values() if flag.level == "emergency"]
    counts = Counter(name for flag in emergencies for name in set(findings_of(flag.when)))
    askable = [name for name in counts if knowledge.findings[name].ask and not knowledge.is_context(name)]
    return tuple(sorted(askable, key=lambda name: (-counts[name], name)))

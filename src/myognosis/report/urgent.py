"""The part of the page that comes first: how soon, whom to see, and what should bring one back sooner."""

from myognosis.knowledge import Knowledge
from myognosis.knowledge.calling import advised, soonest
from myognosis.language import Language
from myognosis.model import assessment as a
from myognosis.reason.triage import grave_signs
from myognosis.report import page as p
from myognosis.report.emergency import emergency_view
from myognosis.report.safety import safety_net
from myognosis.report.teller import Teller
from myognosis.report.words import Words, small

__all__ = ["emergency_told", "if_so_told", "safety_told", "urgency_view"]

_HOW = ("tempo", "feature", "trigger")
"""Groups that say only how it came and what it is like: on the telephone they are told after what is wrong."""


def urgency_view(t: Teller) -> p.UrgencyView:
    """The rules that hold: those of the highest level in full, the others by name."""
    u, flags = t.result.urgency, t.knowledge.content.red_flags
    title, when = t.words.level(u.level, soonest(flags[rule.rule] for rule in u.rules if rule.level == u.level))
    low = u.level in ("self_care", "routine")
    alarms = _alarms(t) if u.level != "emergency" else ()
    too_early = u.level == "self_care" and bool(u.open or alarms)
    if too_early:
        title = t._("How soon is not clear yet: warning signs are open")
        open_first = t._("answer the open warning signs first; if one of them is true, call a doctor today")
        words_first = t._("what you wrote may mean a warning sign; if it does, do at once what is said here")
        when = open_first if u.open else words_first
    shown = [rule for rule in u.rules if rule.level == u.level and not too_early]
    shown.sort(key=lambda rule: flags[rule.rule].within is None)  # what says how soon is read first
    others = [rule for rule in u.rules if rule not in shown]
    return p.UrgencyView(
        level="routine" if too_early else u.level,
        title=title,
        when=when,
        too_early=too_early,
        waits=u.level == "self_care" and not too_early,
        rules=_rules(t, shown),
        other_rules=_rules(t, others),
        not_asked=t.names(u.not_asked),
        unknown=t.names(u.unknown),
        not_asked_told=tuple(map(t.spoken, u.not_asked)),
        unknown_told=tuple(map(t.spoken, u.unknown)),
        open=tuple(t.asked(name) for name in u.open) if low else (),
        alarms=alarms,
        signs="" if shown else _signs_told(t, bool(alarms)),
    )


def _alarms(t: Teller) -> tuple[str, ...]:
    """What the person's own words may mean, where that would be an emergency or more urgent than what was confirmed."""
    traps, so = t.knowledge.content.traps, t.result.urgency_if_so
    asked = tuple(traps[trap].ask.in_language(t.language).replace("{number}", t.number) for trap in t.result.alarms)
    if so is None or so.level in ("self_care", "routine"):
        return asked
    return (if_so_told(so, t.number, t.knowledge, t.language), *asked)


def if_so_told(so: a.Urgency, number: str, knowledge: Knowledge, language: Language) -> str:
    """What to do if somebody's own words mean what they seem to say."""
    words, flags = Words(language), [knowledge.content.red_flags[rule.rule] for rule in so.rules if rule.level == so.level]
    because = dict.fromkeys(sign for rule in so.rules if rule.level == so.level for sign in rule.because)
    implied = {parent for name in because for parent in knowledge.ancestors[name]}
    signs = (knowledge.findings[name].names.in_language(language) for name in because if name not in implied)
    title, _ = words.level(so.level, soonest(flags))
    told = words._("The words you wrote seem to say: {signs}. If that is right: {title}. {do}")
    return told.format(signs="; ".join(signs), title=title, do=" ".join(filter(None, advised(flags, number, language))))


def _signs_told(t: Teller, alarms: bool) -> str:
    """Which warning signs were reported; that none was is said only where none is present and none may stand in their words."""
    asked = dict.fromkeys((*t.knowledge.content.must_ask, *grave_signs(t.knowledge)))
    present = [name for name in asked if t.findings.states.get(name) == "present"]
    if present:
        return t._("Warning signs that were reported: {signs}.").format(signs="; ".join(map(t.spoken, present)))
    if t.case.complaint.words and t.result.urgency.open and not alarms:
        return t._("Your own words are understood only in part. Not every warning sign in them is noticed, so please answer these.")
    alarms = alarms or any(term.name in asked for term in t.result.written)
    return "" if alarms else t._("None of the warning signs was reported.")


def _rules(t: Teller, fired: list[a.RuleFired]) -> tuple[p.RuleView, ...]:
    """Rules one after another; what they tell alike is said once."""
    flags = t.knowledge.content.red_flags
    told = advised([flags[rule.rule] for rule in fired], t.number, t.language)
    return tuple(_rule(t, *each) for each in zip(fired, told, strict=True))


def _rule(t: Teller, fired: a.RuleFired, do: str) -> p.RuleView:
    """One rule, with what to do by it."""
    flag, content = t.knowledge.content.red_flags[fired.rule], t.knowledge.content
    signs = t.telling(fired.because)
    return p.RuleView(
        title=flag.names.in_language(t.language),
        why=flag.why.in_language(t.language),
        do=do,
        who=content.contacts[flag.who].names.in_language(t.language),
        bring=tuple(
            small(item.names.in_language(t.language))
            for item in map(content.items.__getitem__, flag.bring)
            if item.fits(t.case.person.age_years)
        ),
        because=t.names(signs),
        told=tuple(map(t.spoken, signs)),
        source=t.cite(flag.source),
    )


def emergency_told(t: Teller, urgency: p.UrgencyView) -> p.EmergencyView | None:
    """What to say and do now, where a rule of the highest level holds."""
    if urgency.level != "emergency":
        return None
    fired = [rule for rule in t.result.urgency.rules if rule.level == "emergency"]
    telling = t.telling(tuple(dict.fromkeys(sign for rule in fired for sign in rule.because)))
    signs = tuple(map(t.spoken, sorted(telling, key=lambda name: t.knowledge.findings[name].group in _HOW)))
    rules = dict(zip((rule.rule for rule in fired), urgency.rules, strict=True))
    return emergency_view(t.case, t.person(setting=False), rules, signs, t.number, t.knowledge, t.language)


def safety_told(t: Teller) -> tuple[str, ...]:
    """What should bring the person back sooner, and how fast."""
    if t.result.urgency.level == "emergency":
        return ()
    return safety_net(t.case.person.age_years, t.number, t.knowledge, t.language)

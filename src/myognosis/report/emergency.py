"""Help now: what to do, whom to see and why, each said once; what to say on the telephone or there, and what to do meanwhile."""

from myognosis.knowledge import Knowledge
from myognosis.knowledge.calling import GOING, somebody_comes
from myognosis.language import Language, catalogue
from myognosis.model.case import Case
from myognosis.report.page import EmergencyView, NamedText, RuleView
from myognosis.report.safety import is_small_child
from myognosis.report.words import plain

__all__ = ["crisis_lines", "emergency_view", "kept_safe"]

_CRISIS = "mental_health_crisis"
"""The contact of somebody who thinks of ending life."""


def emergency_view(
    case: Case, who: str, fired: dict[str, RuleView], signs: tuple[str, ...], number: str, knowledge: Knowledge, language: Language
) -> EmergencyView:
    """What the rules tell together; what to say on the telephone or there, from what was told; what to do until help is near.

    ``fired`` is each rule by its id. An open door and a second call are told only where an ambulance comes.
    """
    _ = catalogue(language).gettext
    flags, rules = knowledge.content.red_flags, tuple(fired.values())
    going = all(flags[rule].who in GOING for rule in fired)
    taken = "; ".join(medicine_name(m.name, knowledge, language) for m in case.medicines if m.stopped is None)
    come = somebody_comes(flags[rule] for rule in fired)
    crisis = all(flags[rule].who == _CRISIS for rule in fired)
    say = (
        _("You can just say: “I think of ending my life, and I need help now.”") if crisis else "",
        _("Who: {who}.").format(who=who) if who else "",
        _("What is wrong: {signs}.").format(signs="; ".join(signs)) if signs and not crisis else "",
        _("Medicines taken: {medicines}.").format(medicines=taken) if taken else "",
        "" if crisis else _("When it began, and whether it is getting worse."),
        "" if going else _("Where you are: street, house, floor, and how to get in."),
    )
    return EmergencyView(
        do=" ".join(rule.do for rule in rules if rule.do),
        who="; ".join(dict.fromkeys(rule.who for name, rule in fired.items() if not (come and flags[name].who in GOING))),
        bring=tuple(dict.fromkeys(item for rule in rules for item in rule.bring)),
        reasons=_reasons(rules),
        say_title=_("What to say there") if going else _("What to say on the telephone"),
        say=tuple(line for line in say if line),
        until_title=_("On the way") if going else _("Until help is there"),
        until=_until(tuple(flags[rule].who for rule in fired), number, case.person.age_years, knowledge, language),
    )


def _until(who: tuple[str, ...], number: str, age: float | None, knowledge: Knowledge, language: Language) -> tuple[str, ...]:
    """What to do until help is there or on the way. Nobody who thinks of ending life is told to lay medicines ready.

    Of a small child it is told to the one who is with it.
    """
    _, crisis = catalogue(language).gettext, _CRISIS in who
    safe = (
        *kept_safe(language),
        _("You can also talk to somebody at any hour: {lines}.").format(lines=_lines(knowledge, language)),
        _("In another country, or if you are in danger right now, call {number}.").format(number=number),
    )
    if all(one == _CRISIS for one in who):
        return safe
    again = _("If it gets worse before help is there, call {number} again.").format(number=number)
    if is_small_child(age, knowledge):
        if all(one in GOING for one in who):
            return (_("Do not go alone: let somebody take you and the child."),)
        stay, ready = (
            _("Stay with the child. Leave the door unlocked."),
            _("Lay ready the packages of all medicines that the child takes."),
        )
        return (stay, ready, again)
    if all(one in GOING for one in who):
        return (_("Do not go alone: let somebody take you."),)
    return (
        *(safe[:3] if crisis else ()),
        _("Do not stay alone: ask somebody to come. Leave the door unlocked."),
        _("Do not drive yourself."),
        *(() if crisis else (_("Lay ready the packages of all medicines that you take."),)),
        again,
    )


def kept_safe(language: Language) -> tuple[str, ...]:
    """What somebody who thinks of ending life can do at once."""
    _ = catalogue(language).gettext
    return (
        _("Stay with somebody you trust, or ask somebody to come and stay with you. You do not have to explain anything."),
        _("Ask them to take medicines, sharp things and whatever could harm you out of your reach."),
    )


def crisis_lines(knowledge: Knowledge, language: Language) -> tuple[tuple[str, str], ...]:
    """The lines that listen at any hour: the number, and where it is answered; those of the language first."""
    lines = sorted(knowledge.content.contacts[_CRISIS].lines, key=lambda line: language not in line.first_for)
    return tuple((line.number, line.names.in_language(language)) for line in lines)


def _lines(knowledge: Knowledge, language: Language) -> str:
    return "; ".join(f"{number} ({name})" for number, name in crisis_lines(knowledge, language))


def _reasons(rules: tuple[RuleView, ...]) -> tuple[NamedText, ...]:
    """Each rule with why it matters and what it rests on; a sign that a rule before it has named is not named again."""
    said, reasons = set[str](), list[NamedText]()
    for rule in rules:
        reasons.append(NamedText(rule.title, rule.why, "; ".join(sign for sign in rule.told if sign not in said)))
        said.update(rule.told)
    return tuple(reasons)


def medicine_name(written: str, knowledge: Knowledge, language: Language) -> str:
    """The name in the language where we know it, else as it was written."""
    found = knowledge.medicine_names.get(written.strip().casefold())
    return knowledge.content.medicines[found].names.in_language(language) if found else plain(written)

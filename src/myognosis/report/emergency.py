"""Help now: what to say on the telephone, and what to do until somebody comes."""

from myognosis.knowledge import Knowledge
from myognosis.language import Language, catalogue
from myognosis.model.case import Case
from myognosis.report.page import EmergencyView
from myognosis.report.words import plain

__all__ = ["emergency_view"]


def emergency_view(
    case: Case, who: str, signs: tuple[str, ...], number: str, knowledge: Knowledge, language: Language
) -> EmergencyView:
    """What to say on the telephone, from what was told, and what to do until help is there."""
    _ = catalogue(language).gettext
    taken = "; ".join(medicine_name(m.name, knowledge, language) for m in case.medicines if m.stopped is None)
    say = (
        _("Who: {who}.").format(who=who) if who else "",
        _("What is wrong: {signs}.").format(signs="; ".join(signs)) if signs else "",
        _("Medicines taken: {medicines}.").format(medicines=taken) if taken else "",
        _("When it began, and whether it is getting worse."),
        _("Where you are: street, house, floor, and how to get in."),
    )
    until = (
        _("Do not stay alone: ask somebody to come. Leave the door unlocked."),
        _("Do not drive yourself."),
        _("Lay ready the packages of all medicines that you take."),
        _("If it gets worse before help is there, call {number} again.").format(number=number),
    )
    return EmergencyView(tuple(line for line in say if line), until)


def medicine_name(written: str, knowledge: Knowledge, language: Language) -> str:
    """The name in the language where we know it, else as it was written."""
    found = knowledge.medicine_names.get(written.strip().casefold())
    return knowledge.content.medicines[found].names.in_language(language) if found else plain(written)

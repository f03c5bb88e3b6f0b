"""How a term that stands in somebody's own words is shown back: as it was written, and what it is read as."""

from myognosis.knowledge import Knowledge
from myognosis.language import Language, catalogue, mark
from myognosis.reason.terms import Term

__all__ = ["term_label"]

_UNIT_NAMES = {"d": mark("days"), "wk": mark("weeks"), "mo": mark("months"), "a": mark("years")}
_SIDE_NAMES = {"left": mark("left"), "right": mark("right"), "both": mark("both sides")}


def term_label(term: Term, knowledge: Knowledge, language: Language) -> str:
    """A term as it was written, and what it is read as."""
    _, content = catalogue(language).gettext, knowledge.content
    form = _("“{wrote}”: no, not this: {meant}") if term.denied else _("“{wrote}”: {meant}")
    if term.kind == "since":
        value, _space, unit = term.name.partition(" ")
        return form.format(wrote=term.wrote, meant=_("How long ({unit}): {n}").format(unit=_(_UNIT_NAMES[unit]), n=value))
    if term.kind == "finding":
        names = content.findings[term.name].names
    elif term.kind == "place":
        names = content.muscles[term.name].names
    else:
        names = content.medicines[term.name].names
    meant = names.in_language(language)
    side = f", {_(_SIDE_NAMES[term.side])}" if term.side else ""
    return form.format(wrote=term.wrote, meant=meant + side)

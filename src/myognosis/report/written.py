"""How a term that stands in somebody's own words is shown back: as it was written, and what it is read as."""

from myognosis.knowledge import Knowledge
from myognosis.language import Language, catalogue, decimal, mark
from myognosis.reason.terms import Term
from myognosis.report.words import Words, spoken

__all__ = ["how_long", "term_label"]

_UNIT_NAMES = {"d": mark("days"), "wk": mark("weeks"), "mo": mark("months"), "a": mark("years")}
_SIDE_NAMES = {"left": mark("left"), "right": mark("right"), "both": mark("both sides")}


def how_long(value: float, unit: str, language: Language) -> str:
    """A length of time as people say it."""
    said, n = catalogue(language), round(value)
    if n != value:
        return said.gettext("How long ({unit}): {n}").format(
            unit=said.gettext(_UNIT_NAMES[unit]), n=decimal(f"{value:g}", language)
        )
    lasting = {
        "d": said.ngettext("for {n} day", "for {n} days", n), "wk": said.ngettext("for {n} week", "for {n} weeks", n),
        "mo": said.ngettext("for {n} month", "for {n} months", n), "a": said.ngettext("for {n} year", "for {n} years", n),
    }  # fmt: skip
    return lasting[unit].format(n=n)


def term_label(term: Term, knowledge: Knowledge, language: Language) -> str:
    """A term as it was written, and what it is read as."""
    _, content = catalogue(language).gettext, knowledge.content
    form = _("“{wrote}”: no, not this: {meant}") if term.denied else _("“{wrote}”: {meant}")
    if term.kind == "since":
        value, _space, unit = term.name.partition(" ")
        return form.format(wrote=term.wrote, meant=how_long(float(value), unit, language))
    if term.kind == "finding":
        return form.format(wrote=term.wrote, meant=spoken(content.findings[term.name], language))
    meant = Words(language).inside(
        (content.muscles if term.kind == "place" else content.medicines)[term.name].names.in_language(language)
    )
    side = f", {_(_SIDE_NAMES[term.side])}" if term.side else ""
    return form.format(wrote=term.wrote, meant=meant + side)

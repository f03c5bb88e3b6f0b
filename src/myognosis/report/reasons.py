"""What speaks for and against a cause: each piece of evidence in words, and what its number rests on, to be read with one click.

The knowledge keeps of a source its title, the number and a note of what it counts; the sentences of the source are not kept, and
none is made up. A number that no source gives says so.
"""

import datetime as dt
from collections.abc import Callable

from myognosis import __version__
from myognosis.knowledge import Knowledge
from myognosis.knowledge.schema import Context, Link, Source
from myognosis.language import Language, mark
from myognosis.model.assessment import Evidence
from myognosis.report.cited import long_source, short_source, source_link
from myognosis.report.page import BasisView, EvidenceView
from myognosis.report.words import Words, thousand

__all__ = ["evidence_view"]

_WHOLE = {
    "age": mark("How much commoner or rarer this cause is at this age than on average."),
    "sex": mark("How much commoner or rarer this cause is in this sex than on average."),
    "setting": mark("How much commoner or rarer this cause is where you ask than in general practice."),
    "context_present": mark("How much commoner or rarer this circumstance makes the cause."),
    "context_absent": mark("How much commoner or rarer the cause is without this circumstance."),
    "context_untold": mark("The cause hardly exists without it, and those who have it mostly tell of it."),
    "description": mark(
        "Computed from how often each kind of movement looks as it was described, and how often this cause makes it."
    ),
    "named": mark("Computed from how often this cause makes the kind of movement that was named."),
    "pattern": mark("Computed from where this cause arises and which muscles, reflexes and areas are affected."),
}
_TRUSTED = {
    ("read", True): mark("The number was read in this source."),
    ("quoted", True): mark("The number was read in another text, which quotes this source."),
    ("remembered", True): mark("From memory: not checked in this source."),
    ("remembered", False): mark("From memory: not checked in any source."),
    ("estimated", True): mark("Our estimate: this source shows the link, but not this number."),
    ("estimated", False): mark("Our own estimate: no source gives this number."),
}
"""By the mark of trust, and whether there is a source to be named."""

_LITTLE = 0.4
"""Decibans below which a piece of evidence says next to nothing: odds times 0.91 to 1.1."""
_AT = {
    "abstract": mark("abstract"), "text": mark("text"), "table": mark("table {n}"), "figure": mark("figure {n}"),
    "page": mark("page {n}"), "section": mark("section {n}"), "supplement": mark("supplement {n}"),
}  # fmt: skip
"""Where in a source a number stands."""


def evidence_view(
    e: Evidence, cause: str, knowledge: Knowledge, language: Language, cite: Callable[[str], str] | None = None
) -> EvidenceView:
    """One piece of evidence on a cause; ``cite`` is told which source is named."""
    words, finding = Words(language), knowledge.findings.get(e.finding)
    plain = e.kind in ("age", "sex", "setting", "description", "named", "pattern") or finding is None
    source = knowledge.content.sources[e.source]
    name = words.state(e.kind) if plain or finding is None else finding.names.in_language(language)
    return EvidenceView(
        finding=name,
        kind=e.kind,
        state="" if plain else words.state(e.kind),
        stated=name if plain else words.stated(name, e.kind),
        decibans=round(e.decibans, 1),
        points=words.signed(e.decibans),
        ratio=words.number(10 ** (e.decibans / 10), 2),
        strength=words.strength(e.decibans),
        source=cite(e.source) if cite else short_source(source, words._),
        source_key=e.source,
        trust=words.trust(e.trust),
        tells=abs(e.decibans) >= _LITTLE,
        basis=_basis(e, cause, knowledge, words),
    )


def _basis(e: Evidence, cause: str, knowledge: Knowledge, words: Words) -> BasisView:
    """What the number rests on: what was counted, the source with its year, and how far it may be trusted."""
    source, _ = knowledge.content.sources[e.source], words._
    named = source.kind not in ("estimate", "memory")
    link, context = _link(e, cause, knowledge), _context(e, cause, knowledge)
    row = context or link
    note = link.note if link is not None and e.trust != "estimated" else context.note if context else None
    told = [_(_TRUSTED[e.trust, named or e.trust in ("read", "quoted")])]
    if link is not None and link.id != e.finding:
        relative = knowledge.findings[link.id].names.in_language(words.language)
        told.append(_("Carried over from: {finding}.").format(finding=relative))
    if e.trust in ("read", "quoted") and not note:
        told.append(_("Only the number was noted; the sentence itself is not kept."))
    if not named:
        told.append(_("As it stands in Myognosis {version}.").format(version=__version__))
    return BasisView(
        numbers=_numbers(e, link, words),
        noted=_noted(note, knowledge, words.language) if note and named else "",  # of what was not read nothing was noted
        where=long_source(source) if named else "",
        link=source_link(source) if named else "",
        trust=" ".join(told),
        at=_where(source, row.at if row else None, words, read=e.trust == "read") if named else "",
    )


def _noted(note: str, knowledge: Knowledge, language: Language) -> str:
    """A note in the reader's language; one that nobody translated yet stands as it is."""
    known = knowledge.content.notes.get(note)
    return known.in_language(language) if known else note


def _where(source: Source, at: str | None, words: Words, *, read: bool) -> str:
    """Where in the source the number stands, as far as it was noted, and when it was read there."""
    _ = words._
    places = [part.partition(" ")[::2] for part in (at or "").split("; ") if part]
    told = "; ".join(_(_AT[kind]).format(n=number) for kind, number in places)
    unsaid = _("Where in it: not noted; as a rule the abstract.") if read and source.kind == "paper_or_guideline" else ""
    said = [_("Where in it: {places}.").format(places=told) if told else unsaid]
    if source.read_on:
        said.append(_("Read on {day}.").format(day=words.date(dt.date.fromisoformat(source.read_on))))
    return " ".join(filter(None, said))


def _numbers(e: Evidence, link: Link | None, words: Words) -> str:
    """What was counted."""
    _ = words._
    if e.kind in _WHOLE:
        return _(_WHOLE[e.kind])
    here, others = (_of_thousand(p, words) for p in (e.p, e.background))
    text = _("Found in {here} with this cause, and in {others} without any of the causes we know.").format(here=here, others=others)
    if link is not None and link.n and link.id == e.finding:
        text += " " + words.count("{n} person was studied.", "{n} people were studied.", link.n).format(n=link.n)
    return text


def _of_thousand(p: float | None, words: Words) -> str:
    n = thousand(p or 0.0)
    if n == 0:
        return words._("fewer than 1 of 1,000 people")
    return words.count("{n} of 1,000 people", "{n} of 1,000 people", n).format(n=n)


def _link(e: Evidence, cause: str, knowledge: Knowledge) -> Link | None:
    """The number of the knowledge behind a finding: the cause's own, or that of the relative it was carried from."""
    if e.kind not in ("present", "absent"):
        return None
    return knowledge.link_behind(e.finding, {link.id: link for link in knowledge.causes[cause].findings})


def _context(e: Evidence, cause: str, knowledge: Knowledge) -> Context | None:
    """The circumstance that moves the odds beforehand."""
    rows = {row.id: row for row in knowledge.causes[cause].context}
    return rows.get(e.finding) if e.kind.startswith("context") else None

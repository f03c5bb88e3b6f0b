"""What speaks for and against a cause: each piece of evidence in words, and what its number rests on, to be read with one click.

The knowledge keeps of a source its title, the number and a note of what it counts; the sentences of the source are not kept, and
none is made up. A number that no source gives says so.
"""

from collections.abc import Callable

from myognosis import __version__
from myognosis.knowledge import Knowledge
from myognosis.knowledge.schema import Link
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


def evidence_view(
    e: Evidence, cause: str, knowledge: Knowledge, language: Language, cite: Callable[[str], str] | None = None
) -> EvidenceView:
    """One piece of evidence on a cause; ``cite`` is told which source is named."""
    words, finding = Words(language), knowledge.findings.get(e.finding)
    plain = e.kind in ("age", "sex", "setting", "description", "named", "pattern") or finding is None
    source = knowledge.content.sources[e.source]
    return EvidenceView(
        finding=words.state(e.kind) if plain or finding is None else finding.names.in_language(language),
        kind=e.kind,
        state="" if plain else words.state(e.kind),
        decibans=round(e.decibans, 1),
        points=words.signed(e.decibans),
        ratio=words.number(10 ** (e.decibans / 10), 2),
        strength=words.strength(e.decibans),
        source=cite(e.source) if cite else short_source(source, words._),
        source_key=e.source,
        trust=words.trust(e.trust),
        basis=_basis(e, cause, knowledge, words),
    )


def _basis(e: Evidence, cause: str, knowledge: Knowledge, words: Words) -> BasisView:
    """What the number rests on: what was counted, the source with its year, and how far it may be trusted."""
    source, _ = knowledge.content.sources[e.source], words._
    named = source.kind not in ("estimate", "memory")
    link = _link(e, cause, knowledge)
    note = link.note if link is not None and e.trust != "estimated" else _note_of_context(e, cause, knowledge)
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
        noted=note or "",
        where=long_source(source) if named else "",
        link=source_link(source) if named else "",
        trust=" ".join(told),
    )


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


def _note_of_context(e: Evidence, cause: str, knowledge: Knowledge) -> str | None:
    """What was noted of a circumstance that moves the odds beforehand."""
    rows = {row.id: row for row in knowledge.causes[cause].context}
    return rows[e.finding].note if e.kind.startswith("context") and e.finding in rows else None

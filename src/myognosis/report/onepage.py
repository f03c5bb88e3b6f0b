"""What the one page for the doctor lists of what is absent or not known: what tells most; the rest is counted."""

from myognosis.knowledge import Knowledge
from myognosis.model.assessment import Assessment
from myognosis.model.finding import Findings
from myognosis.reason.triage import grave_signs
from myognosis.report.words import Words

__all__ = ["in_short"]

_NOT_ASKED = ("$.complaint.places", "$.conduction", "$.needle")
_MOST = 14
"""So many are listed by name."""


def in_short(names: tuple[str, ...], result: Assessment, findings: Findings, knowledge: Knowledge, words: Words) -> tuple[str, ...]:
    """Findings of one state by name, the most telling first; the warning signs together where all have it; how many more."""
    public = tuple(name for name in names if not knowledge.findings[name].private and not _only_inferred(name, findings))
    if len(public) <= _MOST:
        return _named(public, knowledge, words)
    signs = tuple(name for name in grave_signs(knowledge) if not knowledge.findings[name].private)
    whole = {findings.states.get(name) for name in signs} == {findings.states.get(public[0])}
    rest = [name for name in public if not (whole and name in signs)]
    told = {e.finding: abs(e.decibans) for c in reversed(result.causes[:3]) for e in c.evidence}
    told |= {name: 99.0 for name in (*knowledge.content.must_ask, *(n for fear in result.feared for n in fear.against))}
    rest.sort(key=lambda name: -told.get(name, 0.0))
    more = len(rest) - _MOST
    all_signs = words.count("{n} warning sign asked of everybody", "{n} warning signs asked of everybody", len(signs))
    first = (all_signs.format(n=len(signs)),) if whole else ()
    last = (words.count("and {n} more", "and {n} more", more).format(n=more),) if more > 0 else ()
    return (*first, *_named(tuple(rest[:_MOST]), knowledge, words), *last)


def _only_inferred(name: str, findings: Findings) -> bool:
    """Whether nobody asked: a place is not among those told, or a study, which has lines of its own, does not show it."""
    rows = findings.provenance.get(name, ())
    return bool(rows) and findings.states.get(name) == "absent" and all(row.path.startswith(_NOT_ASKED) for row in rows)


def _named(names: tuple[str, ...], knowledge: Knowledge, words: Words) -> tuple[str, ...]:
    return tuple(knowledge.findings[name].names.in_language(words.language) for name in names)

"""What stands in somebody's own words and was neither confirmed nor denied: it never decides, and it is never passed over."""

from myognosis.findings import check_case
from myognosis.knowledge import Knowledge
from myognosis.model.assessment import Urgency, Written
from myognosis.model.case import Case
from myognosis.model.finding import Findings
from myognosis.reason.terms import Heard, Term
from myognosis.reason.triage import LEVELS, triage
from myognosis.reason.words import is_told, read_words, with_term

__all__ = ["urgency_if_so", "written"]


def written(case: Case, findings: Findings, knowledge: Knowledge, heard: Heard | None = None) -> tuple[Written, ...]:
    """The terms in the words of a case that nobody confirmed yet, without those that the words themselves deny."""
    terms = read_words(case.complaint.words, knowledge, heard).terms if case.complaint.words else ()
    told = {*findings.states, *findings.medicines}
    return tuple(
        Written(kind=term.kind, name=term.name, wrote=term.wrote, side=term.side)
        for term in terms
        if term.kind != "later" and not term.denied and term.name not in told and not is_told(case, term, knowledge)
    )


def urgency_if_so(
    case: Case, findings: Findings, terms: tuple[Written, ...], urgency: Urgency, knowledge: Knowledge
) -> Urgency | None:
    """How soon somebody should be seen if the words mean what they seem to; None where that is no sooner than without them."""
    if not terms or urgency.level == LEVELS[-1]:
        return None
    so = case.model_copy(update={"recordings": ()})  # what was measured is known already
    for term in terms:
        so = with_term(so, Term(term.kind, term.name, term.wrote, side=term.side), knowledge)
    read, _ = check_case(so, knowledge)
    both = Findings(
        read.person, read.states | findings.states, implied=read.implied, signs=findings.signs, medicines=read.medicines
    )
    sooner = triage(both, knowledge)
    return sooner if LEVELS.index(sooner.level) > LEVELS.index(urgency.level) else None

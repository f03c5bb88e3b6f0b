"""The one path that a case takes. Read this function and you know where everything is."""

from pathlib import Path

from myognosis.findings import find
from myognosis.knowledge import Knowledge
from myognosis.model.assessment import Assessment
from myognosis.model.case import Case
from myognosis.model.finding import Findings
from myognosis.reason import advice
from myognosis.reason.causes import answer_fears, judge_fasciculation, rank, unexplained
from myognosis.reason.movement import recognise
from myognosis.reason.site import localise
from myognosis.reason.steps import next_questions, next_tests
from myognosis.reason.terms import hear, traps_in
from myognosis.reason.triage import triage
from myognosis.reason.written import urgency_if_so, written

__all__ = ["assess", "assess_findings"]


def assess(case: Case, knowledge: Knowledge, folder: Path | None = None) -> Assessment:
    """From a case to an assessment: urgency, movement, site, causes, next step; recordings are looked for in the folder.

    Raises
    ------
    CaseError
        The case holds something that cannot be understood; every fault is listed.
    """
    return assess_findings(find(case, knowledge, folder), knowledge, case)


def assess_findings(findings: Findings, knowledge: Knowledge, case: Case) -> Assessment:
    """The same from findings already read."""
    urgency = triage(findings, knowledge)  # rules alone
    movements = recognise(findings, knowledge)
    text = case.complaint.words or ""
    heard = hear(text, knowledge)
    unconfirmed = written(case, findings, knowledge, heard)  # what their own words seem to say
    ranking = rank(findings, knowledge)  # noisy-OR network over findings, movement and site
    sites = localise(findings, ranking.arises, knowledge)
    wrote = traps_in(text, knowledge, heard)
    doubted, alarms = advice.ask_back(findings, wrote, knowledge)
    likely = {result.movement: result.probability for result in movements}
    return Assessment(
        knowledge=knowledge.version,
        urgency=urgency,
        movements=movements,
        sites=sites,
        site_signs=len(findings.signs),
        causes=ranking.causes,
        unclassified=ranking.unclassified,
        ranking_open=ranking.open,
        cannot_tell=ranking.cannot_tell,
        dropped_bound=ranking.posterior.dropped,
        unexplained=unexplained(findings, ranking, knowledge),
        fasciculation=judge_fasciculation(findings, ranking, likely, knowledge),
        feared=answer_fears(findings, ranking, advice.fears(findings, case, likely, knowledge), knowledge),
        questions=next_questions(findings, ranking, knowledge),
        tests=next_tests(findings, ranking.advised, knowledge, calm=urgency.level == "self_care"),
        options=advice.options(findings, ranking.advised, knowledge),
        self_care=advice.self_care(findings, ranking.advised, urgency, knowledge),
        claims=advice.claims(findings, wrote, ranking.advised, likely, knowledge),
        ask_back=doubted,
        alarms=alarms,
        written=unconfirmed,
        urgency_if_so=urgency_if_so(case, findings, unconfirmed, urgency, knowledge),
        keep_medicines=advice.keep_medicines(findings, urgency, knowledge),
        present=tuple(n for n, s in findings.states.items() if s == "present" and n not in findings.implied),
        absent=tuple(n for n, s in findings.states.items() if s == "absent" and n not in findings.implied),
        unknown=tuple(n for n, s in findings.states.items() if s == "unknown" and n not in findings.implied),
        recordings=tuple(r.file for r in case.recordings if r.file not in {row.file for row in findings.measured}),
        measured=findings.measured,
        unmapped=tuple(row.label or row.code for row in case.unmapped if row.state == "present"),
        genetic_clues=advice.genetic_clues(findings, case, knowledge),
        recheck_days=advice.recheck_days(urgency, knowledge),
    )

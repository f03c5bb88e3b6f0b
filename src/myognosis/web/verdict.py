"""From a case on the shelf to its urgency, its result and the page that shows it."""

import datetime as dt
from copy import copy

from myognosis.assessing import assess_findings
from myognosis.findings import check_case
from myognosis.knowledge import Knowledge
from myognosis.language import Language, catalogue, mark
from myognosis.model.assessment import Assessment
from myognosis.model.case import About, Case
from myognosis.model.finding import Findings, Measured
from myognosis.reason.triage import triage
from myognosis.report.build import build_page
from myognosis.report.page import Page
from myognosis.store import Kept
from myognosis.web.desk import Desk
from myognosis.web.recorded import measured_in

__all__ = ["is_emergency", "judge", "result_page", "same_told", "told"]


def is_emergency(case: Case, desk: Desk) -> bool:
    """Whether a rule of the highest level holds. What cannot be read is kept aside: a form never hides an emergency."""
    findings, _ = check_case(case, desk.knowledge)
    return triage(findings, desk.knowledge).level == "emergency"


def judge(kept: Kept, desk: Desk) -> tuple[Assessment, Findings]:
    """The assessment of a case with its recordings, and the findings it rests on.

    It is reckoned once: the person's page, the clinician's and the files of one result are asked for one after another.
    """
    recorded = measured_in(desk.recordings, kept.id, kept.case)
    return desk.verdicts.once(kept, lambda: _with(kept.case, recorded, desk.knowledge), beside=recorded)


def _with(case: Case, recorded: dict[str, Measured], knowledge: Knowledge) -> tuple[Assessment, Findings]:
    findings, _ = check_case(case, knowledge, recorded=recorded)
    return assess_findings(findings, knowledge, case), findings


def result_page(kept: Kept, desk: Desk, language: Language) -> Page:
    """The page of a case in a language."""
    result, findings = _called(*judge(kept, desk), kept.case, language)
    today = kept.case.assessed_on or dt.date.today()
    number = desk.given_number
    return build_page(result, kept.case, findings, desk.knowledge, language, today=today, emergency_number=number)


def _called(result: Assessment, findings: Findings, case: Case, language: Language) -> tuple[Assessment, Findings]:
    """The same with recordings called by their numbers, as the pages do: their files have names of our own."""
    number = catalogue(language).gettext(mark("Recording {n}"))
    names = {row.file: number.format(n=n) for n, row in enumerate(case.recordings, 1)}
    shown = copy(findings)
    shown.measured = tuple(row.model_copy(update={"file": names[row.file]}) for row in findings.measured)
    return result.model_copy(update={"recordings": tuple(names[file] for file in result.recordings)}), shown


def told(new: Case, old: Case) -> Case:
    """The case with something told anew: the former result no longer stands for it."""
    return new if new == old else new.model_copy(update={"assessed_on": None})


def same_told(case: Case) -> Case:
    """What a result rests on: the case without its title, its own words and its day."""
    words = case.complaint.model_copy(update={"words": None})
    return case.model_copy(update={"about": About(), "complaint": words, "assessed_on": None})

"""What the first answer and the first result would wait for, done while somebody reads the first page."""

import datetime as dt
from functools import cache

from myognosis.assessing import assess_findings
from myognosis.findings import check_case
from myognosis.interview.session import DESCRIPTION, Session, next_step
from myognosis.knowledge import Knowledge
from myognosis.language import Language
from myognosis.model.case import Answer, Case
from myognosis.report.build import build_page
from myognosis.web.desk import pages
from myognosis.web.steps import STEPS

__all__ = ["get_ready"]

_NEXT = ("base.html", "step.html", "fields.html", "review.html", "emergency.html", "result.html")


@cache
def get_ready(knowledge: Knowledge, language: Language) -> None:
    """Once for each language: the tables that questions are weighed with, a result of nobody, and the pages to come."""
    case = Case(answers={DESCRIPTION[0]: Answer.PRESENT})
    for step in STEPS.values():
        step.findings(knowledge)
    next_step(Session(case), knowledge)
    findings, _ = check_case(case, knowledge)
    build_page(assess_findings(findings, knowledge, case), case, findings, knowledge, language, today=dt.date.today())
    templates = pages(language)
    for name in templates.list_templates(filter_func=lambda name: name in _NEXT or name.startswith(("steps/", "parts/"))):
        templates.get_template(name)

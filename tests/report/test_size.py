"""A report with real traces is a file that any browser opens, and its limits are the first and the last that is read."""

import datetime as dt
import re
from pathlib import Path

import pytest

from myognosis.assessing import assess_findings
from myognosis.exchange.casefile import read_case
from myognosis.findings import check_case
from myognosis.knowledge import Knowledge
from myognosis.language import Language
from myognosis.model.case import Case
from myognosis.report.build import build_page
from myognosis.report.html import render_html

ROOT = Path(__file__).parents[2]
HARD, TYPICAL = 5_000_000, 2_000_000
"""Bytes: UX-19 of the requirements."""


def report(case: Case, folder: Path, knowledge: Knowledge, language: Language = "en", times: int = 1) -> str:
    """The one file, with what was measured in it so many times over."""
    findings, _ = check_case(case, knowledge, folder)
    result = assess_findings(findings, knowledge, case)
    many = [row.model_copy(update={"file": f"{n} {row.file}"}) for n in range(times) for row in findings.measured]
    findings.measured = tuple(many) if times > 1 else findings.measured
    return render_html(build_page(result, case, findings, knowledge, language, today=dt.date(2026, 1, 2)))


def test_the_report_of_the_demonstration_is_small(knowledge: Knowledge):
    assert len(report(read_case(ROOT / "examples/demo.yaml"), ROOT / "examples", knowledge, "uk").encode()) < TYPICAL


@pytest.mark.whole
def test_forty_recordings_with_real_traces_stay_below_the_limit(knowledge: Knowledge):
    html = report(read_case(ROOT / "examples/wrist_tremor.yaml"), ROOT / "examples", knowledge, times=40)
    assert html.count("<figure") >= 160
    assert len(html.encode()) < HARD


@pytest.mark.parametrize(("language", "emergency"), [("en", False), ("uk", True), ("ru", False)])
def test_limits_are_the_first_and_the_last_of_the_file(knowledge: Knowledge, language: Language, emergency: bool):
    case = read_case(ROOT / f"examples/{'tetanus_lethal' if emergency else 'demo'}.yaml")
    html = report(case, ROOT / "examples", knowledge, language)
    limits = re.findall(r"<li>(.*?)</li>", html.split('id="h-limits"')[1])
    first = re.search(r'<h1>.*?</h1>\s*<p class="meta">.*?</p>\s*<p class="limits-top">(.*?)</p>', html, re.DOTALL)
    assert first and first[1] in limits
    assert re.search(r'aria-labelledby="h-limits">(?:(?!<section).)*</section>\s*</main>', html, re.DOTALL)

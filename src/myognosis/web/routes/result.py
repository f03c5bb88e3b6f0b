"""The result: one assessment, seen by the person, by the clinician, on one page for the doctor, and as files."""

import datetime as dt

from babel.dates import format_date
from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from myognosis.faults import MissingExtra
from myognosis.language import Language, mark
from myognosis.model.case import Case
from myognosis.report.html import render_html
from myognosis.report.page import Page
from myognosis.report.pdf import render_pdf
from myognosis.store import Kept, Stale
from myognosis.web.desk import AtDesk, Desk
from myognosis.web.drafts import Said
from myognosis.web.faults import said_page
from myognosis.web.steps import STEPS
from myognosis.web.typesetter import typeset_apart
from myognosis.web.verdict import judge, result_page, same_told

router = APIRouter(prefix="/case/{name}")

_NO_PDF = Said(mark("The PDF needs an optional part"), mark("Print the page instead, or install it: pip install 'myognosis[pdf]'"))


@router.post("/result")
def conclude(name: str, desk: AtDesk) -> Response:
    """The end of the interview: from today on there is a result."""
    kept = desk.shelf.load(name)
    while kept.case.assessed_on is None:
        try:
            new = kept.case.model_copy(update={"assessed_on": dt.date.today()})
            kept = desk.shelf.save(name, new, kept.revision, keep_late=False)
        except Stale as stale:  # another window was faster by a moment
            kept = stale.kept
    return RedirectResponse(f"/case/{kept.id}/result", 303)


@router.get("/result")
def for_the_person(request: Request, name: str, desk: AtDesk) -> Response:
    """Urgency first, then what may explain it, what was feared, what to do."""
    return _view(request, desk, name, "result.html")


@router.get("/clinician")
def for_the_clinician(request: Request, name: str, desk: AtDesk) -> Response:
    """The same ranking with its numbers and sources."""
    return _view(request, desk, name, "clinician.html")


@router.get("/summary")
def for_the_doctor(request: Request, name: str, desk: AtDesk) -> Response:
    """One page to bring along."""
    return _view(request, desk, name, "summary.html")


@router.get("/report.html")
def as_html(request: Request, name: str, desk: AtDesk) -> Response:
    """The whole report as one file that needs nothing else."""
    page = result_page(desk.shelf.load(name), desk, desk.language(request))
    headers = {"Content-Disposition": 'attachment; filename="myognosis-report.html"'}
    return Response(render_html(page), media_type="text/html; charset=utf-8", headers=headers)


@router.get("/report.pdf")
def as_pdf(request: Request, name: str, desk: AtDesk) -> Response:
    """The whole report as a tagged PDF."""
    page = result_page(desk.shelf.load(name), desk, desk.language(request))
    try:
        pdf = render_pdf(page, typeset_apart)
    except MissingExtra:
        return said_page(request, desk, 501, _NO_PDF)
    headers = {"Content-Disposition": 'inline; filename="myognosis-report.pdf"'}
    return Response(pdf, media_type="application/pdf", headers=headers)


@router.get("/result.json")
def for_programs(name: str, desk: AtDesk) -> Response:
    """The assessment for other programs."""
    result, _ = judge(desk.shelf.load(name), desk)
    headers = {"Content-Disposition": 'attachment; filename="myognosis-result.json"'}
    return Response(result.model_dump_json(indent=1), media_type="application/json", headers=headers)


def _view(request: Request, desk: Desk, name: str, template: str) -> Response:
    kept, language = desk.shelf.load(name), desk.language(request)
    measured = desk.is_measured(kept)  # before the result, so that none is shown as whole that is not
    page = result_page(kept, desk, language)
    before = None if page.urgency.level == "emergency" else _asked_before(kept, desk)
    since = _date(before[1], language) if before else ""
    return desk.show(
        request, template, page=page, id=kept.id, before=before[0] if before else "", since=since, measured=measured,
        open_at=_open_at(kept, page, desk),
    )  # fmt: skip


def _open_at(kept: Kept, page: Page, desk: Desk) -> str:
    """The page on which the first warning sign that was left open is answered, or the person's own words are confirmed."""
    if not page.urgency.open:
        return "step/words" if page.urgency.alarms else ""
    first = judge(kept, desk)[0].urgency.open[0]
    step = next((step.name for step in STEPS.values() if first in step.findings(desk.knowledge)), "")
    return f"step/{step}" if step else f"question/{first}"


def _asked_before(kept: Kept, desk: Desk) -> tuple[str, dt.date] | None:
    """The case and the day where the same was told before, while its answer still holds."""
    if kept.case.assessed_on is None:
        return None
    holds = dt.timedelta(days=judge(kept, desk)[0].recheck_days)
    told = same_told(kept.case)
    twins = [one for one in desk.shelf.all() if one.case.assessed_on and same_told(one.case) == told]
    if not twins:
        return None
    earliest = min(twins, key=lambda one: (_day(one.case), one.changed, one.id))
    day, first = _day(earliest.case), earliest.id
    again = first != kept.id or day < dt.date.today()
    return (first, day) if again and dt.timedelta(0) <= dt.date.today() - day <= holds else None


def _day(case: Case) -> dt.date:
    return case.assessed_on or dt.date.max


def _date(day: dt.date, language: Language) -> str:
    return str(format_date(day, "full", locale="en_GB" if language == "en" else language))

"""The first page, the language, and what this is."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.background import BackgroundTask
from starlette.responses import FileResponse, RedirectResponse, Response

from myognosis.knowledge.calling import is_number
from myognosis.language import Language, mark
from myognosis.model.case import Case
from myognosis.report.emergency import crisis_lines, kept_safe
from myognosis.report.html import STYLE as REPORT_STYLE
from myognosis.web.bodymap import style_sheet
from myognosis.web.desk import NUMBER_COOKIE, AtDesk, Desk
from myognosis.web.drafts import Draft
from myognosis.web.faults import FAULT, refused_draft, said_page, show_with_refusal
from myognosis.web.forms import Given
from myognosis.web.lines import case_line
from myognosis.web.ready import get_ready
from myognosis.web.steps.medicines import Medicines

router = APIRouter()

_NUMBER = "number"


@router.get("/")
def first_page(request: Request, desk: AtDesk) -> Response:
    """What this is and what it cannot do, and the cases kept."""
    language = desk.language(request)
    lines = tuple(case_line(kept, language) for kept in desk.shelf.all()[:50])
    page = show_with_refusal(request, desk, "home.html", cases=lines)
    page.background = BackgroundTask(get_ready, desk.knowledge, language)
    return page


@router.get(FAULT)
def fault(request: Request, desk: AtDesk) -> Response:
    """Why a form was refused that no page of its own can say it of."""
    draft = refused_draft(request, desk)
    return said_page(request, desk, draft.status, draft.refused) if draft and draft.refused else RedirectResponse("/", 303)


@router.get("/report.css")
def report_style() -> Response:
    """The style that the pages share with the report."""
    return FileResponse(REPORT_STYLE, headers={"Cache-Control": "no-cache"})


@router.get("/help")
def help_now(request: Request, desk: AtDesk) -> Response:
    """Help in an emergency, one click from every page."""
    draft = desk.drafts.find("", _NUMBER, request.query_params.get("draft", ""))
    if draft is None:
        return _help(request, desk, desk.number or "")
    fault = desk.gettext(request, mark("Please give a number to call, such as 911, or leave it empty."))
    return _help(request, desk, draft.given.one("number"), fault)


def _help(request: Request, desk: Desk, own: str, fault: str = "") -> Response:
    language = desk.language(request)
    lines, safe = crisis_lines(desk.knowledge, language), kept_safe(language)
    return desk.show(request, "help.html", status=422 if fault else 200, own=own, fault=fault, lines=lines, safe=safe)


@router.post("/number")
def choose_number(desk: AtDesk, number: Annotated[str, Form()] = "") -> Response:
    """Another emergency number, shown from now on; an empty one brings back the usual."""
    wish = " ".join(number.split())
    if wish and not is_number(wish):
        draft = desk.drafts.keep("", _NUMBER, Draft(Given({"number": [wish[:20]]}), 422))
        return RedirectResponse(f"/help?draft={draft}", 303)
    answer = RedirectResponse("/help", 303)
    answer.set_cookie(NUMBER_COOKIE, wish, max_age=365 * 86400, httponly=True, samesite="strict", path="/")
    return answer


@router.get("/bodymap.css")
def bodymap_style() -> Response:
    """Where the spots of the body map lie."""
    return Response(style_sheet(), media_type="text/css", headers={"Cache-Control": "no-cache"})


@router.get("/medicines")
def find_medicines(request: Request, desk: AtDesk, query: str = "") -> Response:
    """What a search for a medicine finds, to be put into the page."""
    view = Medicines().view(Case(), Given({"query": [query]}), desk.knowledge, desk.language(request))
    return desk.show(request, "found.html", view=view)


@router.post("/language")
def choose_language(desk: AtDesk, to_language: Annotated[Language, Form()], back: Annotated[str, Form()] = "/") -> Response:
    """Another language, and back to where one was."""
    local = back.startswith("/") and not back.startswith(("//", "/\\"))
    return desk.speaks(RedirectResponse(back if local else "/", 303), to_language)

"""What happens in the nerve: an axon to play with, and the mechanism behind a cause."""

from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, RedirectResponse, Response

from myognosis.language import LANGUAGES
from myognosis.web.desk import COOKIE, AtDesk, Desk
from myognosis.web.forms import Given
from myognosis.web.why import grid_data, why_view

router = APIRouter(prefix="/why")


@router.get("")
def play(request: Request, desk: AtDesk) -> Response:
    """The axon and four sliders."""
    return _show(request, desk, "")


@router.get("/grid.json")
def grid(request: Request, desk: AtDesk) -> Response:
    """Every step of the sliders, for the script of the page."""
    return JSONResponse(grid_data(desk.language(request)))


@router.get("/{cause}")
def explain(request: Request, cause: str, desk: AtDesk) -> Response:
    """The mechanism behind one cause, and the axon set to it."""
    if cause not in desk.knowledge.mechanism_of:
        raise HTTPException(404)
    return _show(request, desk, cause)


def _show(request: Request, desk: Desk, cause: str) -> Response:
    query = request.query_params
    wish = next((language for language in LANGUAGES if language == query.get("to_language")), None)
    if wish is not None:
        rest = urlencode([(key, value) for key, value in query.multi_items() if key != "to_language"])
        answer = RedirectResponse(f"{request.url.path}?{rest}", 303)
        answer.set_cookie(COOKIE, wish, max_age=365 * 86400, httponly=True, samesite="strict", path="/")
        return answer
    given = Given({key: query.getlist(key) for key in query})
    mechanism = desk.knowledge.mechanism_of.get(cause)
    view = why_view(given, mechanism, cause, desk.knowledge, desk.language(request))
    return desk.show(request, "why.html", view=view, form=True)

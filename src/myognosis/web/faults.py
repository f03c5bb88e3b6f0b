"""What cannot be done, said on a page: what, and what to do now.

A form that is refused as a whole is answered like every other: the page that has the form says what is wrong, at an address of
its own. So the browser's Back button never meets a page that was an answer to a form.
"""

from dataclasses import dataclass, replace
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from myognosis.faults import CaseError
from myognosis.language import mark, place_in, say
from myognosis.store import NoSuchCase, NotAllowed
from myognosis.web.desk import Desk, own_number
from myognosis.web.drafts import Draft, Said
from myognosis.web.forms import Given

__all__ = ["FAULT", "install", "refused_draft", "said_page", "show_with_refusal"]

FAULT = "/fault"
"""The page of a fault that belongs to no other."""

_NOT_FOUND = Said(mark("This page does not exist"), mark("Go back, or begin on the first page. Your answers are kept."))
_NO_CASE = Said(mark("There are no such answers here"), mark("They may have been erased. The first page lists what is kept."))
_NOT_YOURS = Said(
    mark("These answers are shared with you, and this is not for you to do"),
    mark("Nothing was changed. Ask whoever shared them with you."),
)
_DAMAGED = Said(mark("The file of these answers cannot be read"), mark("Nothing was changed. What is wrong with it stands below."))
_LARGE = Said(mark("That is too large"), mark("Nothing was changed. Give a smaller file or a shorter text."))
_SLOW = Said(mark("It took too long to arrive"), mark("Nothing was changed. Go back and try again."))
_FULL = Said(mark("There is no room left on the disk"), mark("The file was not kept. Make room on the disk, then bring it again."))
_PLACE = Said(
    mark("A side alone says too little"),
    mark("Choose the place on the body as well, or no side, and bring the file again. Nothing was kept."),
)
_OTHER = Said(mark("That could not be done"), mark("Go back and try again. Your answers are kept."))
_NO_NETWORK = Said(
    mark("No home network was found"), mark("Join this computer to the network of the phone, or bring a file instead.")
)
_BY_STATUS = {404: _NOT_FOUND, 408: _SLOW, 413: _LARGE, 507: _FULL}
_BY_DETAIL = {"place": _PLACE, "network": _NO_NETWORK}


@dataclass(frozen=True)
class _View:
    """The same in the reader's language."""

    title: str
    what: str
    details: tuple[str, ...]


def _view(told: Said, request: Request, desk: Desk) -> _View:
    """What is told, in the reader's language; of many issues the first."""
    language = desk.language(request)
    details = tuple(f"{place_in(i.where, language)}: {say(i.what, language)} {say(i.fix, language)}" for i in told.issues[:20])
    lines = tuple(say(line, language) for line in told.lines)
    return _View(desk.gettext(request, told.title), desk.gettext(request, told.what), details + lines)


def said_page(request: Request, desk: Desk, status: int, told: Said) -> Response:
    """It as a page of its own."""
    return desk.show(request, "said.html", status=status, said=_view(told, request, desk))


def refused_draft(request: Request, desk: Desk) -> Draft | None:
    """What was sent by the form of this page and refused, where its address names one that is still kept."""
    return desk.drafts.find(request.path_params.get("name", ""), request.url.path, request.query_params.get("draft", ""))


def show_with_refusal(request: Request, desk: Desk, template: str, **context: Any) -> Response:
    """The page of a form: with what was sent and why it was refused, where its address says so."""
    draft = refused_draft(request, desk) or Draft(Given())
    refused = _view(draft.refused, request, desk) if draft.refused else None
    return desk.show(request, template, status=draft.status, given=draft.given, refused=refused, **context)


def _answer(request: Request, status: int, refused: Said, place: str = "") -> Response:
    """A page, or the way to the page of the form that was sent."""
    desk: Desk = replace(request.app.state.desk, number=own_number(request))
    if request.method in ("GET", "HEAD"):
        return said_page(request, desk, status, refused)
    place = place or _place(request)
    case = place.split("/")[2] if place.startswith("/case/") else ""
    number = desk.drafts.keep(case, place, Draft(getattr(request.state, "given", Given()), status, refused))
    return RedirectResponse(f"{place}?draft={number}", 303)


def _place(request: Request) -> str:
    """The page that has the form."""
    path, case = request.url.path, request.path_params.get("name", "")
    if case and path.endswith(("/upload", "/phone/open")):
        return f"/case/{case}/recordings"
    return "/" if path == "/open" else FAULT


def install(app: FastAPI) -> None:
    """Answer every fault with a page."""

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> Response:
        return _answer(request, error.status_code, _BY_DETAIL.get(error.detail) or _BY_STATUS.get(error.status_code, _OTHER))

    @app.exception_handler(RequestValidationError)
    async def _wrong(request: Request, error: RequestValidationError) -> Response:
        return _answer(request, 422, _OTHER)

    @app.exception_handler(NoSuchCase)
    async def _none(request: Request, error: NoSuchCase) -> Response:
        return _answer(request, 404, _NO_CASE, FAULT)

    @app.exception_handler(NotAllowed)
    async def _not_theirs(request: Request, error: NotAllowed) -> Response:
        return _answer(request, 403, _NOT_YOURS, FAULT)

    @app.exception_handler(CaseError)
    async def _damaged(request: Request, error: CaseError) -> Response:
        return _answer(request, 422, replace(_DAMAGED, issues=error.issues))

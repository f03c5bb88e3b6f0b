"""What cannot be done, said on a page: what, and what to do now."""

from dataclasses import replace

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from myognosis.faults import CaseError
from myognosis.language import mark, say
from myognosis.store import NoSuchCase
from myognosis.web.desk import Desk, own_number

__all__ = ["install"]

_NOT_FOUND = (mark("This page does not exist"), mark("Go back, or begin on the first page. Your answers are kept."))
_NO_CASE = (mark("There is no such case here"), mark("It may have been erased. The first page lists the cases that are kept."))
_DAMAGED = (mark("The file of this case cannot be read"), mark("Nothing was changed. What is wrong with it stands below."))
_LARGE = (mark("That is too large"), mark("Nothing was changed. Give a smaller file or a shorter text."))
_SLOW = (mark("It took too long to arrive"), mark("Nothing was changed. Go back and try again."))
_FULL = (mark("There is no room left on the disk"), mark("The file was not kept. Make room on the disk, then bring it again."))
_PLACE = (
    mark("A side alone says too little"),
    mark("Choose the place on the body as well, or no side, and bring the file again. Nothing was kept."),
)
_OTHER = (mark("That could not be done"), mark("Go back and try again. Your answers are kept."))

_BY_STATUS = {404: _NOT_FOUND, 408: _SLOW, 413: _LARGE, 507: _FULL}


def _page(request: Request, status: int, text: tuple[str, str], details: tuple[str, ...] = ()) -> Response:
    desk: Desk = replace(request.app.state.desk, number=own_number(request))
    title, what = (desk.gettext(request, part) for part in text)
    return desk.show(request, "fault.html", status=status, title=title, what=what, details=details)


def install(app: FastAPI) -> None:
    """Answer every fault with a page."""

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> Response:
        text = _PLACE if error.detail == "place" else _BY_STATUS.get(error.status_code, _OTHER)
        return _page(request, error.status_code, text)

    @app.exception_handler(RequestValidationError)
    async def _wrong(request: Request, error: RequestValidationError) -> Response:
        return _page(request, 422, _OTHER)

    @app.exception_handler(NoSuchCase)
    async def _none(request: Request, error: NoSuchCase) -> Response:
        return _page(request, 404, _NO_CASE)

    @app.exception_handler(CaseError)
    async def _damaged(request: Request, error: CaseError) -> Response:
        language = request.app.state.desk.language(request)
        return _page(
            request, 422, _DAMAGED, tuple(f"{i.where}: {say(i.what, language)} {say(i.fix, language)}" for i in error.issues[:20])
        )

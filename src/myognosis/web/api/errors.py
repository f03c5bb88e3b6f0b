"""One shape for every fault, the same as on the command line."""

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from myognosis.faults import CaseError, Issue, Level, Message, MissingExtra
from myognosis.language import LANGUAGES, Language, mark, say

__all__ = ["FAULTS", "ErrorShape", "install", "issue_rows", "refusal", "tongue"]

from pydantic import BaseModel


class IssueShape(BaseModel):
    """One fault: a stable code, where it is, what is wrong and how to mend it."""

    code: str
    level: Level
    where: str
    what: str
    fix: str


class Faults(BaseModel):
    """All faults at once."""

    code: int
    issues: list[IssueShape]


class ErrorShape(BaseModel):
    """What every refused call answers."""

    error: Faults


FAULTS: dict[int | str, dict[str, Any]] = {
    422: {"model": ErrorShape, "description": "The case, or what came with it, has faults; all are listed."},
    413: {"model": ErrorShape, "description": "The body is too large."},
    429: {"model": ErrorShape, "description": "On a server for many people: asked too often; Retry-After says when to ask again."},
    501: {"model": ErrorShape, "description": "An optional part is not installed."},
}
"""What a call may refuse with, for its description."""


def tongue(request: Request) -> Language:
    """The language wished for in ``Accept-Language``; English where none of ours is wished for."""
    wishes = [part.split(";")[0].strip()[:2].lower() for part in request.headers.get("accept-language", "").split(",")]
    return next((language for wish in wishes for language in LANGUAGES if wish == language), "en")


def issue_rows(issues: tuple[Issue, ...], language: Language) -> list[dict[str, str]]:
    """Issues as plain rows in a language; of an endless list the first, and how many more there are."""
    if len(issues) > _MOST:
        what, fix = (
            Message(mark("{n} more {n:fault is|faults are} not listed."), {"n": len(issues) - _MOST}),
            Message(mark("Mend these first.")),
        )
        issues = (*issues[:_MOST], Issue("api.more", Level.NOTE, "$", what, fix))
    return [
        {"code": i.code, "level": i.level.value, "where": i.where, "what": say(i.what, language), "fix": say(i.fix, language)}
        for i in issues
    ]


_MOST = 1000
_BY_STATUS = {
    403: (
        mark("You are not let in."),
        mark("Show the key of --api-key as 'Authorization: Bearer', or ask from a page of this server."),
    ),
    404: (mark("There is no such call."), mark("See /api/openapi.json.")),
    405: (mark("This call does not take that method."), mark("See /api/openapi.json.")),
    408: (mark("It took too long to arrive."), mark("Send it again.")),
    413: (mark("That is too large."), mark("A case is a page or two of text; leave recordings out.")),
    421: (mark("This address is not served here."), mark("Ask at the address that myognosis serve has printed.")),
    422: (mark("This is not what the call takes."), mark("See /api/openapi.json.")),
    429: (mark("This was asked for too often."), mark("Send it again in {seconds} s.")),
    500: (
        mark("Something went wrong here ({number})."),
        mark("Report this number; beside it the log names the place of the fault."),
    ),
}


def _answer(request: Request, status: int, issues: tuple[Issue, ...]) -> JSONResponse:
    return JSONResponse({"error": {"code": status, "issues": issue_rows(issues, tongue(request))}}, status)


def _plain(status: int, where: str, **params: object) -> tuple[Issue, ...]:
    what, fix = _BY_STATUS.get(status, _BY_STATUS[422])
    return (Issue(f"api.{status}", Level.REFUSE, where, Message(what, params), Message(fix, params)),)


def refusal(request: Request, status: int, **params: object) -> JSONResponse:
    """What the guard at the door answers to a call; of a fault inside the number alone, which stands in the log as well."""
    return _answer(request, status, _plain(status, "$", **params))


def install(api: FastAPI) -> None:
    """Answer every fault in the one shape."""

    @api.exception_handler(CaseError)
    async def _case(request: Request, error: CaseError) -> JSONResponse:
        return _answer(request, 422, error.issues)

    @api.exception_handler(Exception)
    async def _inside(request: Request, error: Exception) -> JSONResponse:
        raise error  # to the guard: it writes the log and answers, here as everywhere

    @api.exception_handler(RecursionError)
    async def _deep(request: Request, error: RecursionError) -> JSONResponse:
        what, fix = mark("It is nested too deeply."), mark("See /api/openapi.json.")
        return _answer(request, 422, (Issue("api.deep", Level.REFUSE, "$", Message(what), Message(fix)),))

    @api.exception_handler(MissingExtra)
    async def _extra(request: Request, error: MissingExtra) -> JSONResponse:
        return _answer(request, 501, (Issue("api.501", Level.REFUSE, "$", error.message, Message(mark("Install that part."))),))

    @api.exception_handler(RequestValidationError)
    async def _wrong(request: Request, error: RequestValidationError) -> JSONResponse:
        where = "$" + "".join(f".{part}" for part in error.errors()[0]["loc"][1:])
        return _answer(request, 422, _plain(422, where))

    @api.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> JSONResponse:
        return _answer(request, error.status_code, _plain(error.status_code, "$"))

"""FHIR R4B: a Bundle in, the same with its assessment out; the interview as an adaptive form."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse

from myognosis.assessing import assess
from myognosis.exchange.fhir import answered, bundle_of_result, form_of, heard
from myognosis.interview.session import Session, Step, next_step, said_alike
from myognosis.knowledge.calling import advised, emergency_numbers, one_of
from myognosis.language import Language, mark
from myognosis.model.case import Case
from myognosis.report.words import Words
from myognosis.web.api.body import describe, json_body
from myognosis.web.api.errors import FAULTS, tongue
from myognosis.web.desk import AtDesk, Desk

router = APIRouter(prefix="/fhir", tags=["FHIR R4B"])
_TYPE = "application/fhir+json"


def _resource(kind: str) -> dict[str, Any]:
    return {"type": "object", "properties": {"resourceType": {"const": kind}}, "required": ["resourceType"]}


@router.post("/$assess", responses=FAULTS, openapi_extra=describe(_resource("Bundle")))
async def assess_bundle(request: Request, desk: AtDesk) -> JSONResponse:
    """A Bundle of a person's findings, results and medicines, and out of it the same with Observations and a RiskAssessment."""
    body = await json_body(request)
    return JSONResponse(await run_in_threadpool(_assessed, body, desk, tongue(request)), media_type=_TYPE)


def _assessed(body: dict[str, Any], desk: Desk, language: Language) -> dict[str, Any]:
    case, left = heard(body)
    return bundle_of_result(assess(case, desk.knowledge), case, desk.knowledge, language, left)


@router.post("/Questionnaire/$next-question", responses=FAULTS, openapi_extra=describe(_resource("QuestionnaireResponse")))
async def next_question(request: Request, desk: AtDesk) -> JSONResponse:
    """The response so far in, the same with one more question out (SDC ``$next-question``); completed at the end."""
    body = _inside(await json_body(request))
    return JSONResponse(await run_in_threadpool(_grown, body, desk, tongue(request)), media_type=_TYPE)


def _inside(body: dict[str, Any]) -> dict[str, Any]:
    """The response itself, also where it comes as the one parameter of the operation."""
    rows = body.get("parameter") if body.get("resourceType") == "Parameters" else None
    inside = [row.get("resource") for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    return next((resource for resource in inside if isinstance(resource, dict)), body)


def _grown(body: dict[str, Any], desk: Desk, language: Language) -> dict[str, Any]:
    given = answered(body, desk.knowledge)
    case = Case(answers=given)
    step = next_step(Session(said_alike(case, case, desk.knowledge), tuple(given)), desk.knowledge)
    asked = step.question.id if step.question else None
    return form_of(given, asked, desk.knowledge, language, _said(step, desk, language) if step.kind == "emergency" else "")


def _said(step: Step, desk: Desk, language: Language) -> str:
    """What an emergency says, and that one answer can change it where one can."""
    words = Words(language)
    first = desk.knowledge.content.red_flags[step.urgency.rules[0].rule]
    lines = [*words.level("emergency"), *advised([first], one_of(emergency_numbers(language), language), language)]
    return "\n".join([*lines, words._(mark("One answer can change this")) + ":"] if step.question else lines)

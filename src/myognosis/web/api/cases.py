"""Our own calls: assess, check, the next question, the vocabulary, the way to and from a Phenopacket."""

import datetime as dt
import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from myognosis.assessing import assess
from myognosis.exchange.casefile import case_schema, parse_case
from myognosis.exchange.phenopacket import phenopacket_from_case
from myognosis.faults import CaseError, Issue, Level, Message
from myognosis.findings import check_case
from myognosis.interview.session import HARD_CAP, Session, next_step, said_alike
from myognosis.language import mark
from myognosis.model.assessment import Assessment, Urgency
from myognosis.model.case import Case
from myognosis.web.api.body import case_body, describe, inlined_case_schema, json_body
from myognosis.web.api.errors import FAULTS, IssueShape, issue_rows, tongue
from myognosis.web.desk import AtDesk

router = APIRouter(prefix="/v1", tags=["cases"])
CaseBody = Annotated[Case, Depends(case_body)]
_CASE = inlined_case_schema()
_WITH_ASKED = {
    "type": "object",
    "properties": {"case": _CASE, "asked": {"type": "array", "items": {"type": "string"}, "maxItems": HARD_CAP}},
    "required": ["case"],
    "additionalProperties": False,
}


class Issues(BaseModel):
    """What is doubtful in a case that can be assessed."""

    issues: list[IssueShape]


class Question(BaseModel):
    """A question in the language wished for: how to ask it, and why."""

    id: str
    ask: str
    why: str


class Next(BaseModel):
    """What comes next in the interview."""

    kind: str
    urgency: Urgency
    question: Question | None
    about_left: int


@router.post("/assess", responses=FAULTS, openapi_extra=describe(_CASE))
def assess_case(case: CaseBody, desk: AtDesk) -> Assessment:
    """From a case to its assessment, in ids and numbers. Recordings named in the case are kept by name only."""
    return assess(case, desk.knowledge)


@router.post("/check", responses=FAULTS, openapi_extra=describe(_CASE))
def check(case: CaseBody, request: Request, desk: AtDesk) -> Issues:
    """Every doubt about a case; a case that cannot be assessed is refused with all its faults."""
    _, issues = check_case(case, desk.knowledge)
    if any(issue.level is Level.REFUSE for issue in issues):
        raise CaseError(issues)
    return Issues.model_validate({"issues": issue_rows(issues, tongue(request))})


@router.post("/next-question", responses=FAULTS, openapi_extra=describe(_WITH_ASKED))
async def next_question(request: Request, desk: AtDesk) -> Next:
    """The question that settles most next; ``asked`` are the ids asked so far, so that the interview knows when to stop.

    A question beside an emergency is an offer, to be shown below it: only a clear no takes the emergency back.
    """
    body = await json_body(request)
    faults = [_unknown(name) for name in body if name not in _WITH_ASKED["properties"]]  # type: ignore[operator]
    asked = body.get("asked", [])
    if not isinstance(asked, list) or len(asked) > HARD_CAP or not all(isinstance(name, str) for name in asked):
        what = Message(mark("It must be a list of at most {n} ids."), {"n": HARD_CAP})
        faults.append(Issue("api.asked", Level.REFUSE, "$.asked", what, Message(mark("See /api/openapi.json."))))
    if faults:
        raise CaseError(faults)
    case = await run_in_threadpool(parse_case, json.dumps(body.get("case", {})))
    session = Session(said_alike(case, case, desk.knowledge), tuple(asked))
    step = await run_in_threadpool(next_step, session, desk.knowledge)
    language = tongue(request)
    question = None
    if step.question:
        finding = desk.knowledge.findings[step.question.id]
        why = finding.why.in_language(language) if finding.why else ""
        question = Question(id=step.question.id, ask=(finding.ask or finding.names).in_language(language), why=why)
    return Next(kind=step.kind, urgency=step.urgency, question=question, about_left=step.about_left)


def _unknown(name: str) -> Issue:
    what = Message(mark("There is no field '{name}'."), {"name": name[:80]})
    return Issue("api.field", Level.REFUSE, "$", what, Message(mark("See /api/openapi.json.")))


@router.post("/phenopacket", responses=FAULTS, openapi_extra=describe(_CASE))
def phenopacket(case: CaseBody, desk: AtDesk) -> dict[str, Any]:
    """The part of a case that a GA4GH Phenopacket v2 holds, and the places of what it does not."""
    packet, left = phenopacket_from_case(case, desk.knowledge, dt.datetime.now(dt.UTC))
    return {"phenopacket": packet, "not_held": list(left)}


@router.get("/schema")
def schema() -> dict[str, Any]:
    """The format of a case, as JSON Schema."""
    return case_schema()


@router.get("/vocabulary")
def vocabulary(request: Request, desk: AtDesk) -> list[dict[str, str]]:
    """The findings that a case may answer, with their names in the language wished for."""
    language, findings = tongue(request), desk.knowledge.content.findings.items()
    return [{"id": name, "group": f.group, "name": f.names.in_language(language), "hpo": f.hpo or ""} for name, f in findings]

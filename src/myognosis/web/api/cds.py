"""CDS Hooks 2.0: a card for a clinician's record system, urgency first, never a diagnosis."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool

from myognosis.assessing import assess
from myognosis.exchange.fhir import heard
from myognosis.faults import CaseError, Issue, Level, Message
from myognosis.knowledge.calling import advised, emergency_numbers, one_of, soonest
from myognosis.language import Language, mark, say
from myognosis.report.words import Words
from myognosis.web.api.body import describe, json_body
from myognosis.web.api.errors import FAULTS, tongue
from myognosis.web.desk import AtDesk, Desk

router = APIRouter(prefix="/cds-services", tags=["CDS Hooks"])
_ID = "myognosis-twitching"
_PREFETCH = {
    "patient": "Patient/{{context.patientId}}",
    "observations": "Observation?patient={{context.patientId}}",
    "conditions": "Condition?patient={{context.patientId}}",
    "medications": "MedicationStatement?patient={{context.patientId}}",
}
_LIMITS = mark("For research and education. It measures, explains and advises whom to see. It does not diagnose.")
_AGAIN = mark("If nothing changes, look again on")
_UNASKED = mark("Warning signs that were not asked about:")
_INDICATORS = {"emergency": "critical", "urgent": "warning", "soon": "warning"}
_BODY = {"type": "object", "properties": {"prefetch": {"type": "object"}}, "required": ["prefetch"]}


@router.get("")
def services() -> dict[str, Any]:
    """What is offered: one service, asked when a patient's record is opened."""
    service = {
        "hook": "patient-view",
        "title": "Why does a muscle twitch?",
        "description": "Urgency by rules, movement, site and causes of involuntary movement, with sources.",
        "id": _ID,
        "prefetch": _PREFETCH,
    }
    return {"services": [service]}


@router.post(f"/{_ID}", responses=FAULTS, openapi_extra=describe(_BODY))
async def card(request: Request, desk: AtDesk) -> dict[str, Any]:
    """One card from the prefetched resources; none where nothing told is about involuntary movement."""
    body = await json_body(request)
    prefetch = body.get("prefetch")
    if not isinstance(prefetch, dict):
        what, fix = mark("The call carries no prefetched resources."), mark("Send them under 'prefetch', as the service asks for.")
        raise CaseError([Issue("cds.prefetch", Level.REFUSE, "$.prefetch", Message(what), Message(fix))])
    return await run_in_threadpool(_card, prefetch, desk, tongue(request))


def _card(prefetch: dict[str, Any], desk: Desk, language: Language) -> dict[str, Any]:
    case, left = heard({"resourceType": "Bundle", "type": "collection", "entry": list(_entries(prefetch))})
    result, words = assess(case, desk.knowledge), Words(language)
    if not (case.answers or result.movements or result.urgency.rules):
        return {"cards": []}
    fired = [desk.knowledge.content.red_flags[rule.rule] for rule in result.urgency.rules]
    title, when = words.level(result.urgency.level, soonest(rule for rule in fired if rule.level == result.urgency.level))
    if result.urgency.level == "self_care":
        when = f"{words._(_AGAIN)} {words.date(dt.date.today() + dt.timedelta(days=result.recheck_days))}"
    causes = desk.knowledge.causes
    told = advised(fired[:3], one_of(emergency_numbers(language), language), language)
    lines = [f"- {text}" for text in told if text]
    lines += [
        f"{rank}. {causes[c.cause].names.in_language(language)}: {words.frequency(c.probability)}"
        for rank, c in enumerate(result.causes[:3], 1)
    ]
    if unasked := [desk.knowledge.findings[name].names.in_language(language) for name in result.urgency.not_asked]:
        lines += ["", f"{words._(_UNASKED)} {'; '.join(unasked)}."]
    lines += [say(message, language) for message in left]
    shown = {
        "summary": title[:140],
        "indicator": _INDICATORS.get(result.urgency.level, "info"),
        "detail": "\n".join([when, "", *lines, "", words._(_LIMITS)]),
        "source": {"label": "Myognosis"},
    }
    return {"cards": [shown]}


def _entries(prefetch: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every resource that came, by itself or found in a search."""
    for value in prefetch.values():
        found = value.get("entry") if isinstance(value, dict) and value.get("resourceType") == "Bundle" else [{"resource": value}]
        for row in found if isinstance(found, list) else []:
            if isinstance(row, dict) and isinstance(row.get("resource"), dict):
                yield {"resource": row["resource"]}

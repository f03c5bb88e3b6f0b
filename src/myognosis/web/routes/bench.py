"""The clinician's bench: enter findings, strengths, reflexes and nerve conduction; try a finding before it is kept."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from myognosis.language import LANGUAGES, Language
from myognosis.model.case import Case
from myognosis.store import Kept, Stale
from myognosis.web import bench
from myognosis.web.desk import AtDesk, Desk
from myognosis.web.drafts import Draft
from myognosis.web.forms import Given, Posted
from myognosis.web.recorded import measured_in
from myognosis.web.verdict import judge, result_page, told

router = APIRouter(prefix="/case/{name}/bench")

_FORM = "bench"


@router.get("")
def show(request: Request, name: str, desk: AtDesk, tries: Annotated[list[str], Query(alias="try")] = []) -> Response:  # noqa: B006
    """The bench, with what is tried named in the address, so that nothing of it is kept."""
    kept, states = desk.shelf.load(name), bench.tried(tuple(tries), desk.knowledge)
    draft = desk.drafts.find(kept.id, _FORM, request.query_params.get("draft", ""))
    if draft is None:
        return _show(request, desk, kept, states)
    fault = _fault(kept.case, draft.given, desk, desk.language(request)) if draft.status == 422 else None
    return _show(request, desk, kept, states, draft.given, fault)


@router.post("")
def take(request: Request, name: str, desk: AtDesk, given: Posted) -> Response:
    """Something entered, tried, or taken out."""
    kept, language = desk.shelf.load(name), desk.language(request)
    states = bench.tried(given.many("try"), desk.knowledge)
    wish = next((one for one in LANGUAGES if one == given.one("to_language")), None)
    if wish is not None:
        return desk.speaks(_again(kept, desk, states, Draft(given)), wish)
    try:
        if given.one("do") == "try":
            finding = bench.finding_named(given.one("finding"), desk.knowledge, language)
            more = {"try": [f"{f}:{s}" for f, s in (states | {finding: given.one("state")}).items()]}
            return RedirectResponse(f"/case/{kept.id}/bench?{urlencode(more, doseq=True)}#ranking", 303)
        while True:
            try:
                desk.shelf.save(kept.id, told(bench.enter(kept.case, given, desk.knowledge, language), kept.case), kept.revision)
                break
            except Stale as stale:
                kept = stale.kept
    except bench.BenchFault:
        return _again(kept, desk, states, Draft(given, 422))
    desk.drafts.drop(kept.id, form=_FORM)
    return RedirectResponse(f"/case/{kept.id}/bench#{given.one('part').removeprefix('no_')}", 303)


def _again(kept: Kept, desk: Desk, states: dict[str, str], draft: Draft) -> Response:
    """The way to the bench once more, with what was just sent."""
    query = {"draft": [desk.drafts.keep(kept.id, _FORM, draft)], "try": [f"{f}:{s}" for f, s in states.items()]}
    return RedirectResponse(f"/case/{kept.id}/bench?{urlencode(query, doseq=True)}", 303)


def _fault(case: Case, given: Given, desk: Desk, language: Language) -> bench.BenchFault | None:
    """What is wrong with what was sent, in the language of who reads it now."""
    try:
        if given.one("do") == "try":
            bench.finding_named(given.one("finding"), desk.knowledge, language)
        else:
            bench.enter(case, given, desk.knowledge, language)
    except bench.BenchFault as fault:
        return fault
    return None


def _show(
    request: Request, desk: Desk, kept: Kept, states: dict[str, str], given: Given | None = None,
    fault: bench.BenchFault | None = None,
) -> Response:  # fmt: skip
    language = desk.language(request)
    result, _ = judge(kept, desk)
    page = result_page(kept, desk, language)
    recorded = measured_in(desk.recordings, kept.id, kept.case)
    view = bench.bench_view(kept.case, result, page, states, recorded, desk.knowledge, language)
    n_power = len(kept.case.examination.power)
    return desk.show(
        request, "bench.html", status=422 if fault else 200, id=kept.id, page=page, view=view, fault=fault, given=given or Given(),
        n_power=n_power, measured=desk.is_measured(kept), form=True,
    )  # fmt: skip

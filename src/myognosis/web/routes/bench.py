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


@router.post("/limits")
def limits(request: Request, name: str, desk: AtDesk, given: Posted) -> Response:
    """The limits of what is just being typed, for a script; without one the button of the form shows them."""
    kept, language = desk.shelf.load(name), desk.language(request)
    return desk.show(request, "limits.html", lines=_limits(kept.case, given, desk, language))


@router.post("")
def take(request: Request, name: str, desk: AtDesk, given: Posted) -> Response:
    """Something entered, tried, or taken out."""
    kept, language = desk.shelf.load(name), desk.language(request)
    states = bench.tried(given.many("try"), desk.knowledge)
    wish = next((one for one in LANGUAGES if one == given.one("to_language")), None)
    if wish is not None:
        return desk.speaks(_again(kept, desk, states, Draft(given)), wish)
    if given.one("do") == "look":
        return _again(kept, desk, states, Draft(given))
    try:
        if given.one("do") == "try":
            finding = bench.finding_named(given.one("finding"), desk.knowledge, language)
            more = {"try": [f"{f}:{s}" for f, s in (states | {finding: given.one("state")}).items()]}
            return RedirectResponse(f"/case/{kept.id}/bench?{urlencode(more, doseq=True)}#ranking", 303)
        while True:
            try:
                new = told(bench.enter(kept.case, given, desk.knowledge, language), kept.case)
                desk.shelf.save(kept.id, new, kept.revision, keep_late=False)
                break
            except Stale as stale:
                kept = stale.kept
    except bench.BenchFault:
        return _again(kept, desk, states, Draft(given, 422))
    desk.drafts.drop(kept.id, form=_FORM)
    form = bench.form_of(given)
    if form is not None:  # no fragment: with one no browser puts the keyboard where the next row begins
        return RedirectResponse(f"/case/{kept.id}/bench?next={form.name}", 303)
    return RedirectResponse(f"/case/{kept.id}/bench#{given.one('part').removeprefix('no_')}", 303)


def _limits(case: Case, given: Given, desk: Desk, language: Language) -> tuple[tuple[str, str, str, str], ...]:
    """What the numbers typed so far are against their limits; nothing while a row is not whole."""
    form = bench.form_of(given)
    if form is None or not form.kinds:
        return ()
    try:
        row = bench.read_study(given, desk.knowledge)
    except ValueError:
        return ()
    return bench.limit_lines(row, case.person, desk.knowledge, language)


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
    language, given = desk.language(request), given or Given()
    result, _ = judge(kept, desk)
    page = result_page(kept, desk, language)
    recorded = measured_in(desk.recordings, kept.id, kept.case)
    wrong, begins = fault.field if fault else "", request.query_params.get("next", "")
    forms = bench.form_views(kept.case, given, wrong, begins, desk.knowledge, language)
    view = bench.bench_view(kept.case, result, page, states, recorded, forms, desk.knowledge, language)
    looked, lines = bench.form_of(given), _limits(kept.case, given, desk, language)
    return desk.show(
        request, "bench.html", status=422 if fault else 200, id=kept.id, page=page, view=view, fault=fault, given=given,
        n_power=len(kept.case.examination.power), measured=desk.is_measured(kept), form=True, lines=lines,
        looked=looked.name if looked else "", quiet=any(form.is_next for form in forms),
    )  # fmt: skip

"""The clinician's bench: enter findings, strengths, reflexes and nerve conduction; try a finding before it is kept."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from myognosis.language import LANGUAGES, Language
from myognosis.store import Kept, Stale
from myognosis.web import bench
from myognosis.web.desk import AtDesk, Desk
from myognosis.web.forms import Given, Posted
from myognosis.web.recorded import measured_in
from myognosis.web.verdict import judge, result_page, told

router = APIRouter(prefix="/case/{name}/bench")


@router.get("")
def show(request: Request, name: str, desk: AtDesk, tries: Annotated[list[str], Query(alias="try")] = []) -> Response:  # noqa: B006
    """The bench, with what is tried named in the address, so that nothing of it is kept."""
    return _show(request, desk, desk.shelf.load(name), bench.tried(tuple(tries), desk.knowledge))


@router.post("")
def take(request: Request, name: str, desk: AtDesk, given: Posted) -> Response:
    """Something entered, tried, or taken out."""
    kept, language = desk.shelf.load(name), desk.language(request)
    states = bench.tried(given.many("try"), desk.knowledge)
    wish = next((one for one in LANGUAGES if one == given.one("to_language")), None)
    if wish is not None:
        return _show(request, desk, kept, states, given, wish=wish)
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
    except bench.BenchFault as fault:
        return _show(request, desk, kept, states, given, str(fault))
    return RedirectResponse(f"/case/{kept.id}/bench#{given.one('part').removeprefix('no_')}", 303)


def _show(
    request: Request, desk: Desk, kept: Kept, states: dict[str, str], given: Given | None = None, fault: str = "",
    *, wish: Language | None = None,
) -> Response:  # fmt: skip
    language = wish or desk.language(request)
    result, _ = judge(kept, desk)
    page = result_page(kept, desk, language)
    recorded = measured_in(desk.recordings, kept.id, kept.case)
    view = bench.bench_view(kept.case, result, page, states, recorded, desk.knowledge, language)
    n_power = len(kept.case.examination.power)
    return desk.show(
        request, "bench.html", status=422 if fault else 200, id=kept.id, page=page, view=view, fault=fault, given=given or Given(),
        n_power=n_power, measured=desk.is_measured(kept), form=True, language=wish,
    )  # fmt: skip

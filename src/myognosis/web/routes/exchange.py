"""The case and its result in the words of other programs: a GA4GH Phenopacket, a FHIR Bundle; and a case out of their files."""

import datetime as dt
import json
from typing import Annotated, Any

from fastapi import APIRouter, File, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from myognosis.exchange.fhir import bundle_of_result
from myognosis.exchange.left import SECTIONS, left_told
from myognosis.exchange.opened import open_case
from myognosis.exchange.phenopacket import phenopacket_from_case
from myognosis.faults import MissingExtra
from myognosis.language import mark
from myognosis.web.desk import AtDesk
from myognosis.web.drafts import Draft, Said
from myognosis.web.faults import refused_draft, said_page, show_with_refusal
from myognosis.web.forms import Given
from myognosis.web.verdict import judge

router = APIRouter()

_NO_FHIR = Said(
    mark("FHIR needs an optional part"), mark("Take the Phenopacket instead, or install it: pip install 'myognosis[interop]'")
)
_NOT_ALL = Said(
    mark("The file is opened, but not all of it"),
    mark("What stands below was in the file and is not among the answers. Nothing follows from it, and it is not kept."),
)
_OWN = ("complaint", "exposures", "events", "self_tests", "examination", "conduction", "needle", "tests", "recordings")
"""Parts of a case for which FHIR has no place of their own: they go as rows that only this program reads."""


@router.post("/open")
def open_file(desk: AtDesk, file: Annotated[bytes, File()]) -> Response:
    """A case from a file that the person has; its name is not looked at. What of it was not taken is said."""
    text = file.decode("utf-8", "replace")
    if len(file) > desk.settings.body_limit and not text.lstrip().startswith("{"):
        raise HTTPException(413)  # YAML is slow to read: only a file of JSON may be as large as a hospital writes it
    try:
        case, left = open_case(text)
    except MissingExtra:
        return RedirectResponse(f"/?draft={desk.drafts.keep('', '/', Draft(Given(), 501, _NO_FHIR))}", 303)
    kept = desk.shelf.new(case)
    if not left:
        return RedirectResponse(f"/case/{kept.id}", 303)
    place = f"/case/{kept.id}/opened"
    told = Said(_NOT_ALL.title, _NOT_ALL.what, lines=left)
    return RedirectResponse(f"{place}?draft={desk.drafts.keep(kept.id, place, Draft(Given(), refused=told))}", 303)


@router.get("/case/{name}/opened")
def opened(request: Request, name: str, desk: AtDesk) -> Response:
    """What was in the file and is not in the case."""
    kept = desk.shelf.load(name)
    if refused_draft(request, desk) is None:
        return RedirectResponse(f"/case/{kept.id}", 303)
    return show_with_refusal(request, desk, "opened.html", id=kept.id)


@router.get("/case/{name}/exchange")
def for_others(request: Request, name: str, desk: AtDesk) -> Response:
    """Which files there are for other programs, and what each cannot hold of this case."""
    kept, language = desk.shelf.load(name), desk.language(request)
    _, left = phenopacket_from_case(kept.case, desk.knowledge, dt.datetime.now(dt.UTC))
    told = kept.case.model_dump(exclude_defaults=True)
    own = [part for part in _OWN if part in told]
    return desk.show(
        request, "exchange.html", id=kept.id, left=left_told(left, kept.case, desk.knowledge, language),
        own=tuple(desk.gettext(request, SECTIONS[part]) for part in own), recordings=len(kept.case.recordings),
    )  # fmt: skip


@router.get("/case/{name}/phenopacket.json")
def as_phenopacket(name: str, desk: AtDesk) -> Response:
    """What a Phenopacket holds of the case."""
    packet, _ = phenopacket_from_case(desk.shelf.load(name).case, desk.knowledge, dt.datetime.now(dt.UTC))
    return _file(packet, "application/json", "myognosis-phenopacket.json")


@router.get("/case/{name}/fhir.json")
def as_fhir(request: Request, name: str, desk: AtDesk) -> Response:
    """The case and its result as a Bundle of FHIR R4B."""
    kept, language = desk.shelf.load(name), desk.language(request)
    result, _ = judge(kept, desk)
    try:
        bundle = bundle_of_result(result, kept.case, desk.knowledge, language)
    except MissingExtra:
        return said_page(request, desk, 501, _NO_FHIR)
    return _file(bundle, "application/fhir+json", "myognosis-fhir.json")


def _file(data: dict[str, Any], kind: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(json.dumps(data, ensure_ascii=False, indent=1), media_type=kind, headers=headers)

"""Cases as files: begin one, take it away, erase it."""

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from myognosis.exchange.casefile import dump_json
from myognosis.language import mark
from myognosis.model.case import Case
from myognosis.web.desk import AtDesk
from myognosis.web.drafts import Said
from myognosis.web.faults import said_page
from myognosis.web.recorded import erase_recordings

router = APIRouter()

_ERASED = Said(mark("The answers are erased"), mark("Nothing of them is left in this folder."))
_ERASED_THERE = Said(
    mark("The answers are erased"),
    mark("They are no longer on the server. Copies that those who run it have made for safety are theirs to erase."),
)
_SAVED = {"Content-Disposition": 'attachment; filename="myognosis-case.json"'}


@router.post("/case")
def begin(desk: AtDesk) -> Response:
    """A new, empty case."""
    return RedirectResponse(f"/case/{desk.shelf.new(Case()).id}", 303)


@router.get("/case/{name}/case.json")
def take_away(name: str, desk: AtDesk) -> Response:
    """The case as one file, for the person to keep."""
    return Response(dump_json(desk.shelf.load(name).case), media_type="application/json", headers=_SAVED)


@router.get("/case/{name}/erase")
def ask_erase(request: Request, name: str, desk: AtDesk) -> Response:
    """Whether it is really meant, and the file to take away first."""
    return desk.show(request, "erase.html", id=desk.shelf.load(name).id)


@router.post("/case/{name}/erase")
def erase(name: str, desk: AtDesk) -> Response:
    """Remove the case from this computer."""
    kept = desk.shelf.load(name)
    desk.shelf.erase(kept.id)  # first: from now on nobody finds the case, and who still holds it can add nothing to it
    desk.forget(kept.id)
    desk.doorway.close(kept.id)
    desk.children.drop(desk.recordings, kept.id)
    erase_recordings(desk.recordings, kept.id)
    return RedirectResponse("/erased", 303)


@router.get("/erased")
def erased(request: Request, desk: AtDesk) -> Response:
    """That a case is gone."""
    return said_page(request, desk, 200, _ERASED_THERE if desk.settings.user_header else _ERASED)

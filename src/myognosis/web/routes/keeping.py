"""How a case is kept: its versions side by side, with whom it is shared, and who did what with it."""

from dataclasses import dataclass
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from myognosis.language import Language, catalogue, mark
from myognosis.store import Shelf
from myognosis.web.desk import AtDesk
from myognosis.web.forms import Posted
from myognosis.web.versions import moment, version_view

router = APIRouter(prefix="/case/{name}")

_ROLES = {"read": mark("may read it"), "write": mark("may read and change it"), "own": mark("owns it")}
_DEEDS = {
    "create": mark("made it"),
    "read": mark("read it"),
    "save": mark("saved it"),
    "set_aside": mark("set a version aside"),
    "take": mark("took another version"),
    "drop": mark("dropped a version"),
    "share": mark("shared it"),
    "unshare": mark("took it back"),
    "erase": mark("erased it"),
    "trail": mark("looked at this list"),
}
_LONGEST_NAME, _TRAIL = 200, 500


@dataclass(frozen=True)
class _SharedView:
    """With whom a case is shared, and the last that was done with it."""

    people: tuple[tuple[str, str], ...]
    roles: tuple[tuple[str, str], ...]
    trail: tuple[tuple[str, str, str, str], ...]
    earlier: int


@router.get("/keeping")
def show(request: Request, name: str, desk: AtDesk) -> Response:
    """Versions for everybody who may see the case; sharing and the trail for its owner."""
    kept, language = desk.shelf.load(name), desk.language(request)
    versions = tuple(version_view(kept.case, late, desk.knowledge, language) for late in desk.shelf.late(name))
    shared = _shared(desk.shelf, name, language)
    wrong = request.query_params.get("wrong") == "who"
    return desk.show(
        request, "keeping.html", status=422 if wrong else 200, id=kept.id, versions=versions, shared=shared, wrong=wrong,
        lost=desk.shelf.notes_beside(name),
    )  # fmt: skip


def _shared(shelf: Shelf, name: str, language: Language) -> _SharedView | None:
    """Nothing where cases are files, or where they are somebody else's."""
    from myognosis.store.database import DatabaseShelf

    if not isinstance(shelf, DatabaseShelf) or shelf.role(name) != "own":
        return None
    _ = catalogue(language).gettext
    deeds = shelf.trail(name)
    return _SharedView(
        people=tuple((actor, _(_ROLES[role])) for actor, role in shelf.shared_with(name)),
        roles=tuple((role, _(_ROLES[role])) for role in ("read", "write")),
        trail=tuple((moment(d, language), d.actor, _(_DEEDS.get(d.action, d.action)), d.whom) for d in deeds[: -_TRAIL - 1 : -1]),
        earlier=max(0, len(deeds) - _TRAIL),
    )


@router.post("/keeping")
def settle(name: str, desk: AtDesk, given: Posted) -> Response:
    """A version takes the place of the case, or is dropped."""
    desk.shelf.settle(name, given.one("late"), take=given.one("do") == "take")
    return RedirectResponse(f"/case/{quote(name)}/keeping", 303)


@router.post("/sharing")
def share(name: str, desk: AtDesk, given: Posted) -> Response:
    """Share a case with a colleague, or take it back."""
    from myognosis.store.database import DatabaseShelf

    kept, who = desk.shelf.load(name), given.one("who")
    place = f"/case/{kept.id}/keeping"
    if not who or len(who) > _LONGEST_NAME or not isinstance(desk.shelf, DatabaseShelf):
        return RedirectResponse(f"{place}?wrong=who", 303)
    if given.one("do") == "back":
        desk.shelf.unshare(name, who)
    else:
        desk.shelf.share(name, who, "write" if given.one("role") == "write" else "read")
    return RedirectResponse(f"{place}#sharing", 303)

"""The phone's own sensor: the door is opened on an explicit wish only, and closed by a button."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from myognosis.web.desk import AtDesk
from myognosis.web.doorway import NoHomeNetwork
from myognosis.web.phone.app import create_phone_app

router = APIRouter(prefix="/case/{name}/phone")


@router.post("/open")
def open_door(request: Request, name: str, desk: AtDesk, consent: Annotated[str, Form()] = "") -> Response:
    """Open the door for this case."""
    kept = desk.shelf.load(name)
    if consent != "yes" or desk.settings.user_header:
        raise HTTPException(422)
    try:
        desk.doorway.open(kept.id, lambda invitation: create_phone_app(desk, invitation, desk.language(request)))
    except NoHomeNetwork:
        raise HTTPException(409, "network") from None
    return RedirectResponse(f"/case/{kept.id}/recordings#phone", 303)


@router.post("/close")
def close_door(name: str, desk: AtDesk) -> Response:
    """Close it."""
    kept = desk.shelf.load(name)
    desk.doorway.close(kept.id)
    return RedirectResponse(f"/case/{kept.id}/recordings#phone", 303)

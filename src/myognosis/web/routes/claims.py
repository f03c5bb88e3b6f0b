"""What people read of twitching that is false or unsafe, each statement with what holds instead."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from myognosis.report.corrected import corrected
from myognosis.web.desk import AtDesk

router = APIRouter()

_LONGEST = 80


@router.get("/claims")
def claims(request: Request, desk: AtDesk, words: str = "") -> Response:
    """Every correction, or those in which the words stand."""
    wanted = " ".join(words.split())[:_LONGEST]
    found = corrected(desk.knowledge, desk.language(request), tuple(wanted.split()))
    return desk.show(request, "claims.html", found=found, wanted=wanted)

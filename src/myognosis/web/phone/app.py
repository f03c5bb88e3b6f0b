"""What the phone sees through the door: one page, its script and its style, and one place to send a take to."""

import secrets
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Scope

from myognosis.faults import Issue, RecordingError
from myognosis.language import LANGUAGES, Language, catalogue, mark, say
from myognosis.report.html import STYLE
from myognosis.signals.tremor.protocol import PROTOCOL
from myognosis.store import NoSuchCase
from myognosis.web.desk import LANGUAGE_NAMES, Desk, pages
from myognosis.web.doorway import Invitation
from myognosis.web.guard import SAFE, Guard
from myognosis.web.phone.samples import read_samples
from myognosis.web.phone.takes import keep_take, still_missing
from myognosis.web.settings import Settings

__all__ = ["create_phone_app"]

_STATIC = Path(__file__).parent.parent / "static"
_BODY_BYTES = 3_000_000
_MOST_TAKES = 40
"""So many takes may come through one opening of the door."""

_STATES = {
    "rest": mark("Rest, a minute: sit, the hand with the phone loose in the lap"),
    "posture": mark("Held out, a minute: lay the forearm on a table, and hold the hand with the phone free beyond its edge"),
    "movement": mark("Moving, half a minute: from the nose to a point at arm's length and back, slowly, again and again"),
}
_SIDES = {"left": mark("Left hand"), "right": mark("Right hand")}
_CLOSED = mark("This door is closed. Open it again on the computer.")


def create_phone_app(desk: Desk, invitation: Invitation, language: Language) -> ASGIApp:
    """The application behind the door, for one case."""
    takes = _Takes(desk, invitation, language)
    root = f"/{invitation.token}/"
    style = STYLE.read_text("utf-8") + (_STATIC / "site.css").read_text("utf-8")
    routes = [
        Route(root, takes.page),
        Route(f"{root}samples", takes.bring, methods=["POST"]),
        Route(f"{root}phone.js", _answer(lambda: FileResponse(_STATIC / "phone.js", media_type="text/javascript"))),
        Route(f"{root}phone.css", _answer(lambda: PlainTextResponse(style, media_type="text/css"))),
    ]
    settings = Settings(desk.settings.folder, (invitation.host,), invitation.token, body_limit=_BODY_BYTES,
                        patience_s=desk.settings.patience_s)  # fmt: skip
    app = Starlette(routes=routes)
    app.router.redirect_slashes = False
    return _DoorGuard(app, settings)


def _answer(make: Callable[[], Response]) -> Callable[[Request], Awaitable[Response]]:
    async def answering(_: Request) -> Response:
        return make()

    return answering


class _DoorGuard(Guard):
    """As at the main door, but a token in the address stands for the cookie: the camera of a phone brings nothing else."""

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        if headers.get("host", "") not in self.settings.hosts:
            return self._say(scope, 421, mark("This address is not served here."))
        given = scope["path"].removeprefix("/").partition("/")[0]
        if not secrets.compare_digest(given.encode(), self.settings.key.encode()):
            return self._say(scope, 404, _CLOSED)
        if scope["method"] not in SAFE and not self._same_site(headers):
            return self._say(scope, 403, mark("Another site asked for this change; nothing was changed."))
        return None


class _Takes:
    """The takes of one opening of the door."""

    def __init__(self, desk: Desk, invitation: Invitation, language: Language) -> None:
        self.desk, self.invitation, self.language = desk, invitation, language
        self._left, self._busy = _MOST_TAKES, threading.Lock()

    async def page(self, request: Request) -> Response:
        """The page of the phone."""
        language = self._language(request)
        _ = catalogue(language).gettext
        try:
            missing = await run_in_threadpool(lambda: still_missing(self.desk, self.desk.shelf.load(self.invitation.case)))
        except NoSuchCase:
            return HTMLResponse(
                pages(language).get_template("guard.html").render(language=language, what=_(_CLOSED), inside=False), 404
            )
        page = (
            pages(language)
            .get_template("phone.html")
            .render(
                language=language,
                languages=tuple((code, LANGUAGE_NAMES[code]) for code in LANGUAGES),
                seconds={take.state: take.seconds for take in PROTOCOL},
                fingerprint=self.invitation.fingerprint,
                done=len(PROTOCOL) - len(missing),
                first=missing[0] if missing else PROTOCOL[0],
                states={key: _(text) for key, text in _STATES.items()},
                sides={key: _(text) for key, text in _SIDES.items()},
            )
        )
        return HTMLResponse(page)

    async def bring(self, request: Request) -> Response:
        """One take; whether it serves, and which comes next."""
        body, language = await request.body(), self._language(request)
        if self._left <= 0 or not self._busy.acquire(blocking=False):
            return JSONResponse({"lines": [catalogue(language).gettext(_WAIT)]}, 429)
        try:
            self._left -= 1
            return await run_in_threadpool(self._judge, body, language)
        except RecordingError as error:
            return JSONResponse({"lines": _lines(error.issues, language)}, 422)
        except NoSuchCase:
            return JSONResponse({"lines": [catalogue(language).gettext(_CLOSED)]}, 404)
        finally:
            self._busy.release()

    def _judge(self, body: bytes, language: Language) -> Response:
        verdict = keep_take(self.desk, self.invitation.case, read_samples(body))
        following = verdict.missing[0] if verdict.missing else None
        return JSONResponse(
            {
                "good": not verdict.again,
                "lines": _lines(verdict.again, language) + _way_out(verdict.again, language),
                "next": {"state": following.state, "side": following.side} if following else None,
                "done": verdict.done,
            }
        )

    def _language(self, request: Request) -> Language:
        wished = request.query_params.get("language")
        return next((language for language in LANGUAGES if language == wished), self.language)


_WAIT = mark(
    "Another recording is being looked at, or too many have come. Wait a moment; else open the door again on the computer."
)


_STILL = mark(
    "Was the phone in your hand, and the hand simply very still? Then go on with the next one. "
    "Some browsers round the sensor so much that a still hand looks like a table."
)


def _way_out(issues: tuple[Issue, ...], language: Language) -> list[str]:
    """Nobody should be sent back again and again by what Chromium rounds: to 0.1 m/s2 and 0.1 deg/s."""
    return [catalogue(language).gettext(_STILL)] if any(issue.code == "recording.again.still" for issue in issues) else []


def _lines(issues: tuple[Issue, ...], language: Language) -> list[str]:
    return list(dict.fromkeys(f"{say(issue.what, language)} {say(issue.fix, language)}" for issue in issues))

"""The guard at the door: who may ask, what may be sent, and what every answer says about itself.

It refuses a foreign ``Host`` (DNS rebinding), a browser without the cookie of this run (behind a proxy: a request that the
proxy does not vouch for), a change asked for by another site (``Sec-Fetch-Site`` and ``Origin``, the method of datasette), a
body that is too large or too slow, and, where many people share a server, too much of what is dear (``rations``). What goes wrong
inside is answered with a number that stands in the log beside the kind and the place of the fault, never a value.
"""

import asyncio
import hashlib
import logging
import secrets
import time
from contextlib import AbstractContextManager, nullcontext
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from myognosis.faults import Message as Sentence
from myognosis.language import mark, say
from myognosis.store import id_of
from myognosis.web.api.errors import refusal
from myognosis.web.desk import pages, spoken
from myognosis.web.rations import Rations
from myognosis.web.settings import Settings

__all__ = ["POLICY", "SAFE", "Guard"]

log = logging.getLogger("myognosis.web")

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
}
SAFE = {"GET", "HEAD", "OPTIONS"}
_TWELVE_HOURS = 12 * 3600
_LONGEST_NAME = 200
_PART_BYTES = 1_000_000


class Guard:
    """Wraps the application."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app, self.settings = app, settings
        self.cookie = "myognosis_" + hashlib.sha256("".join(settings.hosts).encode()).hexdigest()[:8]
        self._key: str | None = settings.key
        self._pass = secrets.token_urlsafe(32)
        self._first = f"/case/{id_of(settings.own, settings.folder)}" if settings.own else "/"
        self._rations = Rations()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        answer = self._refusal(scope)
        if answer is not None:
            await answer(scope, receive, self._dressed(send))
            return
        with self._ration(scope) as wait_s:
            if wait_s:
                await self._too_often(scope, wait_s)(scope, receive, self._dressed(send))
            else:
                await self._pass_on(scope, receive, send)

    def _ration(self, scope: Scope) -> AbstractContextManager[int]:
        """What is dear, where many people share it and a person asks; zero, or the seconds after which to ask again."""
        headers, name = Headers(scope=scope), self.settings.user_header
        if name is None or self._is_program(headers):
            return nullcontext(0)
        return self._rations.taken(headers.get(name, "").strip(), scope["method"], scope["path"])

    def _too_often(self, scope: Scope, wait_s: int) -> Response:
        what = mark("You have asked for this too often. Ask again in {seconds} s. Your answers are kept.")
        answer = self._say(scope, 429, what, seconds=str(wait_s))
        answer.headers["Retry-After"] = str(wait_s)
        return answer

    def _refusal(self, scope: Scope) -> Response | None:
        """Why a request goes no further, as the answer to give."""
        headers = Headers(scope=scope)
        if headers.get("host", "") not in self.settings.hosts:
            return self._say(scope, 421, mark("This address is not served here."))
        if scope["path"] == "/enter" and not self.settings.user_header:
            return self._enter(scope, headers)
        if scope["path"].startswith("/api/") and self._is_program(headers):
            return None  # no browser shows this key by itself, so no other site can ask in its name
        if not self._known(headers):
            return self._say(scope, 403, mark("Please open the address that myognosis serve has printed in its window."))
        if scope["method"] not in SAFE and not self._same_site(headers):
            return self._say(scope, 403, mark("Another site asked for this change; nothing was changed."))
        return None

    def _say(self, scope: Scope, status: int, text: str, **params: str) -> Response:
        """An answer of the guard's own: to a program in the shape of all faults, to a person as a page without a style.

        A page that is refused at the door may ask for nothing more here.
        """
        request = Request(scope)
        if scope["path"].startswith("/api/"):
            return refusal(request, status, **params)
        language = spoken(request, self.settings.language)
        what = say(Sentence(text, dict(params)), language)
        page = pages(language).get_template("guard.html").render(language=language, what=what, inside=status in (429, 500))
        return HTMLResponse(page, status)

    def _enter(self, scope: Scope, headers: Headers) -> Response:
        """The first address: its key is good for one browser."""
        if self._known(headers):
            return RedirectResponse(self._first, 303)
        given = parse_qs(scope["query_string"].decode("latin-1")).get("key", [""])[0]
        if self._key is None or not secrets.compare_digest(given.encode(), self._key.encode()):
            return self._say(scope, 403, mark("This address has been used or is not complete. Start myognosis serve again."))
        self._key = None
        answer = RedirectResponse(self._first, 303)
        answer.set_cookie(self.cookie, self._pass, max_age=_TWELVE_HOURS, httponly=True, samesite="strict", path="/")
        return answer

    def _is_program(self, headers: Headers) -> bool:
        key, given = self.settings.api_key, headers.get("authorization", "").removeprefix("Bearer ")
        return key is not None and secrets.compare_digest(given.encode(), key.encode())

    def _known(self, headers: Headers) -> bool:
        if self.settings.user_header:
            shown = secrets.compare_digest(headers.get("x-myognosis-proxy", "").encode(), self.settings.key.encode())
            return shown and 0 < len(headers.get(self.settings.user_header, "").strip()) <= _LONGEST_NAME
        try:
            found = SimpleCookie(headers.get("cookie", "")).get(self.cookie)
        except CookieError:
            return False
        return found is not None and secrets.compare_digest(found.value.encode(), self._pass.encode())

    def _same_site(self, headers: Headers) -> bool:
        """A browser says where a request comes from. Under ``no-referrer`` the origin of our own forms is ``null``."""
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        if site is not None and site not in ("same-origin", "none"):
            return False
        if origin is None or (origin == "null" and site is not None):
            return True
        return origin.split("://", 1)[-1] == headers.get("host")

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def sending(message: Message) -> None:
            """The message, with our headers where it begins an answer."""
            nonlocal begun
            begun = True
            await dressed(message)

        dressed = self._dressed(send)
        try:
            await self.app(scope, self._limited(scope, receive), sending)
        except Exception as error:  # the last line of defence: the log gets kind and place, the reader a number
            number = secrets.token_hex(4)
            log.error("%s %s at %s", number, type(error).__name__, _place(error))
            if not begun:
                what = mark("Something went wrong ({number}). Your answers are kept.")
                await self._say(scope, 500, what, number=number)(scope, receive, dressed)

    def _limit(self, path: str) -> int:
        """The most bytes that may be sent to an address."""
        if path.startswith("/api/") or path == "/open":
            return self.settings.api_limit
        return self.settings.upload_limit if path.endswith("/upload") else self.settings.body_limit

    def _limited(self, scope: Scope, receive: Receive) -> Receive:
        """Counts what arrives and how long it takes."""
        limit, until = self._limit(scope["path"]), time.monotonic() + self.settings.longest_s
        declared, seen, done = _declared(Headers(scope=scope)), 0, False

        async def piece() -> Message:
            """What arrives next of the body, where it is neither too late nor too much."""
            nonlocal seen, done
            left_s = until - time.monotonic()
            try:
                async with asyncio.timeout(min(self.settings.patience_s, left_s)):
                    message = await receive()
            except TimeoutError:
                raise HTTPException(408) from None
            seen += len(message.get("body", b""))
            done = not message.get("more_body", False)
            if seen > limit:
                raise HTTPException(413)
            if left_s <= 0:  # what never lets one wait is not stopped by a clock
                raise HTTPException(408)
            return message

        async def receiving() -> Message:
            """The next part of the body: as many pieces as make it worth the way to the disk."""
            if done:  # the whole body is here: what is waited for now is only whether the reader leaves
                return await receive()
            if declared > limit:
                raise HTTPException(413)
            message, parts, before = await piece(), list[bytes](), seen
            while message["type"] == "http.request" and not done and seen - before < _PART_BYTES:
                parts.append(message.get("body", b""))
                message = await piece()
            return message if not parts or message["type"] != "http.request" else _joined(message, parts)

        return receiving

    def _dressed(self, send: Send) -> Send:
        """Adds the headers that every answer carries."""

        async def sending(message: Message) -> None:
            """The message, with our headers where it begins an answer."""
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        return sending


def _joined(message: Message, before: list[bytes]) -> Message:
    """A message with the bytes of those before it."""
    return {**message, "body": b"".join((*before, message.get("body", b"")))}


def _declared(headers: Headers) -> int:
    """How many bytes a request says that it will send; what comes without saying is counted as it comes."""
    said = headers.get("content-length", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 20 else 0


def _place(error: BaseException) -> str:
    """Module and line where an error arose, without any value."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}" if trace else "?"

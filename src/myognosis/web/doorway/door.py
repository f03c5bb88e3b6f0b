"""A second server on the home network, encrypted, for one case and a quarter of an hour; one at most stands open.

Nothing here listens before :meth:`Doorway.open` is called, which only happens on a person's explicit wish.
"""

import secrets
import socket
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.types import ASGIApp

from myognosis.web.doorway import network
from myognosis.web.doorway.certificate import make_certificate

if TYPE_CHECKING:
    import uvicorn

__all__ = ["OPEN_S", "Door", "Doorway", "Invitation", "NoHomeNetwork"]

OPEN_S = 15 * 60.0
"""The door closes by itself after so many seconds."""
_AT_ONCE, _CLOSING_S = 20, 5


class NoHomeNetwork(Exception):  # noqa: N818  # the sentence it makes reads better so
    """There is no address on a private network, so no door can be opened."""


@dataclass(frozen=True)
class Invitation:
    """Where the phone may come in: for which case, at which host, with which token, and how it knows this computer."""

    case: str
    host: str
    token: str
    fingerprint: str

    @property
    def address(self) -> str:
        """What the phone opens."""
        return f"https://{self.host}/{self.token}/"


@dataclass(frozen=True)
class Door:
    """One open door."""

    invitation: Invitation
    closes_at: float
    close: Callable[[], None]

    @property
    def left_s(self) -> float:
        """How long it still stands open."""
        return max(0.0, self.closes_at - time.monotonic())


class Doorway:
    """Where a door may stand."""

    def __init__(self) -> None:
        self._door: Door | None = None
        self._lock = threading.Lock()

    def now(self, case: str) -> Door | None:
        """The door that is open for a case."""
        door = self._door
        return door if door is not None and door.invitation.case == case and door.left_s > 0 else None

    def open(self, case: str, make_app: Callable[[Invitation], ASGIApp], seconds: float = OPEN_S) -> Door:
        """Open the door for a case; one that stood open before is closed.

        Raises
        ------
        NoHomeNetwork
            There is no private network to open it on.
        """
        address = network.home_address()
        if address is None:
            raise NoHomeNetwork
        with self._lock:
            self._shut()
            self._door = _open(case, address, make_app, seconds)
            return self._door

    def close(self, case: str) -> None:
        """Close the door if it is open for this case."""
        with self._lock:
            if self._door is not None and self._door.invitation.case == case:
                self._shut()

    def _shut(self) -> None:
        if self._door is not None:
            self._door.close()
        self._door = None


def _open(case: str, address: str, make_app: Callable[[Invitation], ASGIApp], seconds: float) -> Door:
    import uvicorn

    from myognosis.web.protocol import PatientProtocol

    bound = socket.socket(proto=socket.IPPROTO_TCP)  # else every page waits 40 ms for an acknowledgement
    bound.bind((address, 0))
    host, token = f"{address}:{bound.getsockname()[1]}", secrets.token_urlsafe(16)
    with tempfile.TemporaryDirectory() as folder:  # only its owner may look into it, and it is gone in a moment
        certificate, key, password, fingerprint = make_certificate(address, Path(folder))
        invitation = Invitation(case, host, token, fingerprint)
        config = uvicorn.Config(
            make_app(invitation), http=PatientProtocol, log_config=None, access_log=False, server_header=False, proxy_headers=False,
            lifespan="off", ws="none", limit_concurrency=_AT_ONCE, timeout_keep_alive=10, timeout_graceful_shutdown=_CLOSING_S,
            ssl_certfile=certificate, ssl_keyfile=key, ssl_keyfile_password=password,
        )  # fmt: skip
        config.load()
    server = uvicorn.Server(config)

    def serve() -> None:
        """Until the door is to close; then nobody knocks at it, even if that was before the server was ready."""
        with bound:
            server.run(sockets=[bound])

    thread = threading.Thread(target=serve, name="door", daemon=True)
    timer = threading.Timer(seconds, lambda: _stop(server))
    timer.daemon = True

    def close() -> None:
        """End the server and its thread, and give the port back."""
        timer.cancel()
        _stop(server)
        thread.join(_CLOSING_S + 2)
        bound.close()

    bound.listen(_AT_ONCE)
    thread.start()
    timer.start()
    return Door(invitation, time.monotonic() + seconds, close)


def _stop(server: "uvicorn.Server") -> None:
    server.should_exit = True

"""HTTP as the server speaks it, with an end to patience: who begins a request, or ought to, finishes its head in time.

Uvicorn lets a connection go that is silent between two requests; one that drips a head byte by byte, never sends one, or goes on
with the body of a request that is answered already, it would hold for ever (Slowloris). The body of a request has its own limits
(see ``guard``).
"""

import asyncio
from typing import ClassVar

from uvicorn.protocols.http.h11_impl import H11Protocol

__all__ = ["PatientProtocol"]


class PatientProtocol(H11Protocol):
    """One connection; the clock runs whenever no request is being answered."""

    head_s: ClassVar[float] = 15.0
    """So long a request may take from the moment when it could begin until its head is there."""
    _waits: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """The first request may begin."""
        super().connection_made(transport)
        self._wait()

    def handle_events(self) -> None:
        """Bytes: only a whole head stops the clock."""
        before = self.cycle
        super().handle_events()
        if self.cycle is not before and not self.cycle.response_complete:
            self._stop()

    def on_response_complete(self) -> None:
        """The next request may begin; one that stands in line already does."""
        self._wait()
        super().on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody is waited for."""
        self._stop()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._stop()
        self._waits = self.loop.call_later(self.head_s, self._give_up)

    def _stop(self) -> None:
        if self._waits is not None:
            self._waits.cancel()
            self._waits = None

    def _give_up(self) -> None:
        self.transport.close()

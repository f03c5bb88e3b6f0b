"""On a server for many people: how much of what is dear one person may have, so that nobody takes it from the others.

A person has some of each kind at hand, and one more comes back every so many seconds (a token bucket). A file that is brought also
keeps a place as long as it is being sent and looked at, and a person has few places. Who asks alone on the own computer has no
limit.
"""

import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic

__all__ = ["Ration", "Rations", "ration_of"]

_SOON_S = 5
"""Who has every place taken asks again after so many seconds."""
_MOST_KEPT = 10_000
"""So many people and kinds are remembered at most; who has everything at hand need not be."""


@dataclass(frozen=True)
class Ration:
    """What is dear: the method and path of it, how much is at hand, the seconds until one more is, and how many at a time."""

    asked: re.Pattern[str]
    at_hand: int
    each_s: float
    places: int = 1_000


_CASE = "/case/[^/]+"
_RATIONS = (
    Ration(re.compile(rf"POST ({_CASE}/upload|/open)"), at_hand=20, each_s=10.0, places=2),
    Ration(re.compile(rf"(GET|HEAD) {_CASE}/report\.pdf"), at_hand=6, each_s=10.0, places=1),
    Ration(
        re.compile(rf"(GET|HEAD) {_CASE}/(result|clinician|summary|report\.html|result\.json|fhir\.json)"), at_hand=60, each_s=1.0
    ),
    Ration(re.compile(rf"(GET|HEAD|POST) {_CASE}/bench"), at_hand=120, each_s=0.5),
    Ration(re.compile("POST /case"), at_hand=30, each_s=10.0),
    Ration(re.compile("POST /api/.*"), at_hand=120, each_s=0.5),
)
"""Wide for a hand, narrow for a script. The emergency page, and the questions that lead to it, are not among them."""


def ration_of(method: str, path: str) -> Ration | None:
    """The ration that a request falls under.

    >>> ration_of("GET", "/case/0123456789abcdef/report.pdf").at_hand, ration_of("GET", "/help")
    (6, None)
    """
    return next((one for one in _RATIONS if one.asked.fullmatch(f"{method} {path}")), None)


@dataclass
class _Stock:
    """What one person has of one kind."""

    left: float
    at: float
    held: int = 0

    def refill(self, ration: Ration, now: float) -> None:
        """What has come back since it was last looked at."""
        self.left, self.at = min(ration.at_hand, self.left + (now - self.at) / ration.each_s), now


@dataclass
class Rations:
    """What everybody has; for one thread, that of the event loop."""

    _stocks: dict[tuple[str, Ration], _Stock] = field(default_factory=dict)

    @contextmanager
    def taken(self, who: str, method: str, path: str) -> Iterator[int]:
        """Zero, and what is asked for is this person's as long as it takes; else the seconds after which to ask again."""
        ration = ration_of(method, path)
        if ration is None:
            yield 0
            return
        stock = self._stock(who, ration)
        if stock.left < 1 or stock.held >= ration.places:
            yield max(_SOON_S if stock.held >= ration.places else 1, math.ceil((1 - stock.left) * ration.each_s))
            return
        stock.left, stock.held = stock.left - 1, stock.held + 1
        try:
            yield 0
        finally:
            stock.held -= 1

    def _stock(self, who: str, ration: Ration) -> _Stock:
        """What somebody has now; once too many are remembered, those are forgotten who have everything at hand."""
        now = monotonic()
        if len(self._stocks) >= _MOST_KEPT and (who, ration) not in self._stocks:
            for (_, kind), stock in self._stocks.items():
                stock.refill(kind, now)
            self._stocks = {key: stock for key, stock in self._stocks.items() if stock.held or stock.left < key[1].at_hand}
        stock = self._stocks.setdefault((who, ration), _Stock(ration.at_hand, now))
        stock.refill(ration, now)
        return stock

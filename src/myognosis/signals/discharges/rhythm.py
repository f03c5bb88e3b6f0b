"""Fibres that fire like clocks, told apart by their rhythm where a needle hears several of them as one shape.

Fibrillating fibres far from the needle look alike and hardly stand out of the noise, so that their shapes part them no longer; but
each keeps its own time. From two firings on a clock is followed forwards and backwards, its period drifting along; what each
firing that comes when it should speaks for a clock, and each that does not against it, is counted against what chance does
among so many firings a second. The bounds are ours: chance made no more than 13, three units at will together no more than 21.
"""

from dataclasses import dataclass, field

import numpy as np

from myognosis.signals.discharges.model import Floats

__all__ = ["clocks"]

NEAR = 0.08
"""A firing comes in time within this share of the period."""
MISSED, MOST_MISSED = 0.15, 2
"""How often a firing of a clock is not found (another lies on it, or noise), and how many in a row."""
SURE = 25.0
"""Natural logarithm of how much likelier a clock is than chance."""
LEAST, FEWEST = 20, 15
"""Firings of a source that is looked through, and of a clock."""
PERIODS_S = (1 / 30, 1.0)
STARTS, PARTNERS = 24, 40
FOLLOWS, GIVEN_UP = 0.3, 8.0
"""How far the period follows each interval; a clock that has lost so much of its likelihood has ended."""


@dataclass
class _Hand:
    """A clock followed from one firing on in one direction: which firings are its own, and how much likelier it is than chance."""

    times: Floats
    at: float
    period: float
    way: int
    often_hz: float
    rows: list[int] = field(default_factory=list)
    missed: int = 0
    sure: float = 0.0
    best: float = 0.0
    kept: int = 0

    def run(self) -> "_Hand":
        """To its end; what follows its likeliest length is not its own."""
        while self.missed <= MOST_MISSED and self.sure >= self.best - GIVEN_UP:
            want, near = self.at + self.way * self.period, NEAR * self.period
            if not self.times[0] - near <= want <= self.times[-1] + near:
                break
            self._tick(want, near, 1 - np.exp(-2 * near * self.often_hz))
        del self.rows[self.kept :]
        return self

    def _tick(self, want: float, near: float, chance: float) -> None:
        after = int(np.searchsorted(self.times, want))
        row = min((k for k in (after - 1, after) if 0 <= k < len(self.times)), key=lambda k: abs(self.times[k] - want))
        if abs(self.times[row] - want) > near or (self.rows and row == self.rows[-1]):
            self.missed, self.at = self.missed + 1, want
            self.sure += float(np.log(MISSED / (1 - chance)))
            return
        if not self.missed:
            self.period += FOLLOWS * (abs(float(self.times[row]) - self.at) - self.period)
        self.missed, self.at = 0, float(self.times[row])
        self.sure += float(np.log((1 - MISSED) / chance))
        self.rows.append(row)
        if self.sure > self.best:
            self.best, self.kept = self.sure, len(self.rows)


def clocks(times: Floats) -> list[Floats]:
    """The clocks among the firings of one source (sorted, seconds), the likeliest first."""
    found: list[Floats] = []
    while len(times) >= LEAST:
        sure, rows = _likeliest(times)
        if sure < SURE or len(rows) < FEWEST:
            break
        found.append(times[rows])
        times = np.delete(times, rows)
    return found


def _likeliest(times: Floats) -> tuple[float, list[int]]:
    """The likeliest clock, tried from pairs of firings spread over all."""
    often_hz = len(times) / float(times[-1] - times[0])
    best: tuple[float, list[int]] = (0.0, [])
    for start in np.unique(np.linspace(0, len(times) - 2, min(len(times) - 1, STARTS)).astype(int)):
        gaps = times[start + 1 : start + 1 + PARTNERS] - times[start]
        for period in gaps[(gaps >= PERIODS_S[0]) & (gaps <= PERIODS_S[1])]:
            hands = [_Hand(times, float(times[start]), float(period), way, often_hz).run() for way in (1, -1)]
            sure = sum(hand.best for hand in hands)
            if sure > best[0]:
                best = sure, sorted({int(start), *hands[0].rows, *hands[1].rows})
    return best

"""Fibres that fire like clocks, told apart by their rhythm where a needle hears several of them as one shape.

Fibrillating fibres far from the needle look alike and hardly stand out of the noise, so that their shapes part them no longer; but
each keeps its own time. From two firings on a clock is followed forwards and backwards, its period drifting along; what each
firing that comes when it should speaks for a clock, and each that does not against it, is counted against what chance does
among so many firings a second.
"""

from dataclasses import dataclass, field

import numpy as np

from myognosis.signals.discharges.model import DischargeRules, Floats

__all__ = ["clocks"]

MOST_MISSED = 2
"""Firings of a clock that are not found in a row: it has ended."""
STARTS, PARTNERS = 24, 40
"""From how many firings on a clock is sought, with how many of those after each."""
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
    rules: DischargeRules
    rows: list[int] = field(default_factory=list)
    missed: int = 0
    sure: float = 0.0
    best: float = 0.0
    kept: int = 0

    def run(self) -> "_Hand":
        """To its end; what follows its likeliest length is not its own."""
        while self.missed <= MOST_MISSED and self.sure >= self.best - GIVEN_UP:
            want, near = self.at + self.way * self.period, self.rules.clock_near * self.period
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
            self.sure += float(np.log(self.rules.clock_missed / (1 - chance)))
            return
        if not self.missed:
            self.period += FOLLOWS * (abs(float(self.times[row]) - self.at) - self.period)
        self.missed, self.at = 0, float(self.times[row])
        self.sure += float(np.log((1 - self.rules.clock_missed) / chance))
        self.rows.append(row)
        if self.sure > self.best:
            self.best, self.kept = self.sure, len(self.rows)


def clocks(times: Floats, rules: DischargeRules) -> list[Floats]:
    """The clocks among the firings of one source (sorted, seconds), the likeliest first."""
    found: list[Floats] = []
    while len(times) >= rules.clock_source:
        sure, rows = _likeliest(times, rules)
        if sure < rules.clock_sure or len(rows) < rules.clock_least:
            break
        found.append(times[rows])
        times = np.delete(times, rows)
    return found


def _likeliest(times: Floats, rules: DischargeRules) -> tuple[float, list[int]]:
    """The likeliest clock, tried from pairs of firings spread over all."""
    often_hz = len(times) / float(times[-1] - times[0])
    best: tuple[float, list[int]] = (0.0, [])
    for start in np.unique(np.linspace(0, len(times) - 2, min(len(times) - 1, STARTS)).astype(int)):
        gaps = times[start + 1 : start + 1 + PARTNERS] - times[start]
        for period in gaps[(gaps * rules.clock_fastest_hz >= 1) & (gaps * rules.clock_slowest_hz <= 1)]:
            hands = [_Hand(times, float(times[start]), float(period), way, often_hz, rules).run() for way in (1, -1)]
            sure = sum(hand.best for hand in hands)
            if sure > best[0]:
                best = sure, sorted({int(start), *hands[0].rows, *hands[1].rows})
    return best

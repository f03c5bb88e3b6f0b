"""Where a trace jumps from one sample to the next: recordings joined end to end, an amplifier begun anew, a loose earth, a pop.

A trace of a muscle goes on from sample to sample, however steep it is: polynomials of third order that fit a few milliseconds
before and after meet. Where they do not, by many times what the noise makes them err, and the step from one sample to the next is
the gap between them, the trace was broken. Hum and drift follow such curves and are no jump.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from myognosis.signals.source import Source

__all__ = ["JumpRules", "Jumps", "jumps_in"]

Floats = npt.NDArray[np.float64]
Samples = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]
_BLOCK_S, _THINNED, _AT_ONCE, _ORDER = 8, 16, 64, 3


@dataclass(frozen=True)
class JumpRules:
    """When a trace jumps, handed in from the knowledge.

    A ``steep`` step from one sample to the next is so many times the usual one. At a jump, ``at_once`` of the square of the step is
    the gap between the curves over ``reach_s`` before and after it, and the steps right before and after are no larger than what is
    left. All electrodes jump where the gap is ``apart`` standard errors (root mean square over two and more), and a fourth of it on
    more than the share ``electrodes`` of them. An electrode ``alone`` has to be apart by so many: the sharpest potentials under a
    needle are nearly as steep. A filter answers a jump for ``rings_s`` to each side.
    """

    steep: float
    reach_s: float
    apart: float
    alone: float
    at_once: float
    rings_s: float
    electrodes: float

    def on_skin(self) -> "JumpRules":
        """On the skin no potential is as sharp as under a needle: an electrode alone has to be apart no further than many."""
        return replace(self, alone=self.apart)


@dataclass(frozen=True, eq=False)
class Jumps:
    """The first samples after each jump, which electrodes jump there (jump by channel), and whether all of them do."""

    at: npt.NDArray[np.int64]
    which: Mask
    together: Mask

    def of(self, channel: int) -> npt.NDArray[np.int64]:
        """The first samples after the jumps of a channel."""
        return self.at[self.which[:, channel]]

    def apart_from(self, times_s: Floats, rate_hz: float, reach_s: float) -> "Jumps":
        """Without those that lie so near to other events, as the artefacts of a stimulator do."""
        others = np.concatenate([[-np.inf], np.sort(times_s), [np.inf]])
        after = np.searchsorted(others, self.at / rate_hz)
        kept = np.minimum(self.at / rate_hz - others[after - 1], others[after] - self.at / rate_hz) > reach_s
        return Jumps(self.at[kept], self.which[kept], self.together[kept])

    def seconds(self, rate_hz: float, seconds: int) -> tuple[Mask, Mask]:
        """In which whole seconds all electrodes jump, and in which each one pops (channel by second)."""
        together, pops = np.zeros(seconds, np.bool_), np.zeros((self.which.shape[1], seconds), np.bool_)
        known = self.at < seconds * round(rate_hz)
        second = self.at[known] // round(rate_hz)
        together[second[self.together[known]]] = True
        jump, channel = np.nonzero(self.which[known] & ~self.together[known, None])
        pops[channel, second[jump]] = True
        return together, pops


def jumps_in(source: Source, rules: JumpRules) -> Jumps:
    """The jumps of the channels of a source, a few seconds of it in memory at a time."""
    reach, block = max(_ORDER + 3, round(rules.reach_s * source.rate_hz)), round(_BLOCK_S * source.rate_hz)
    found = [Jumps(np.zeros(0, np.int64), np.zeros((0, len(source.names)), np.bool_), np.zeros(0, np.bool_))]
    for first in range(0, source.n_samples, block):
        low, last = max(0, first - reach), min(source.n_samples, first + block)
        x = np.asarray(source.read(low, min(source.n_samples, last + reach)), np.float32)
        steep = _steep(x, rules)
        steep = steep[(steep >= reach) & (steep + reach <= len(x)) & (steep + low >= first) & (steep + low < last)]
        for part in np.split(steep, range(_AT_ONCE, len(steep), _AT_ONCE)):
            found.append(_broken(x[part[:, None] + np.arange(-reach, reach)], part + low, rules))
    return Jumps(*(np.concatenate([getattr(one, name) for one in found]) for name in ("at", "which", "together")))


def _steep(x: Samples, rules: JumpRules) -> npt.NDArray[np.int64]:
    """The samples of a block (sample by channel) to which a channel comes by a step much larger than usual."""
    if len(x) < 2:
        return np.zeros(0, np.int64)
    sizes = np.abs(np.diff(x, axis=0))
    some = np.where(sizes[::_THINNED] > 0, sizes[::_THINNED], np.nan)
    known = np.isfinite(some).any(axis=0)
    usual = np.where(known, np.nanmedian(np.where(known, some, 0.0), axis=0), np.inf)
    return np.flatnonzero((sizes > np.float32(rules.steep) * usual).any(axis=1)) + 1


def _broken(around: Samples, at: npt.NDArray[np.int64], rules: JumpRules) -> Jumps:
    """Which channels are broken in the middle of stretches (stretch, sample, channel)."""
    reach = around.shape[1] // 2
    edge, fitted, error = _curves(reach)
    before, after = around[:, :reach][:, ::-1], around[:, reach:]
    gap = np.einsum("t,ntc->nc", edge, after) - np.einsum("t,ntc->nc", edge, before)
    left = sum(np.square(half - np.einsum("st,ntc->nsc", fitted, half)).sum(axis=1) for half in (before, after))
    noise = np.maximum(np.sqrt(left / (2 * (reach - _ORDER - 1))), np.finfo(np.float32).tiny)
    beside, step, beyond = (np.square((around[:, k + 1] - around[:, k]) / noise) for k in (reach - 2, reach - 1, reach))
    missed, errors = np.square((around[:, reach] - around[:, reach - 1] - gap) / noise), np.abs(gap / noise) / error

    def at_once(of: Callable[[Floats], Floats]) -> Mask:
        """Whether the step is the gap, and none is like it beside it; of each channel, or of all together."""
        return np.asarray(np.maximum(np.maximum(of(beside), of(beyond)), of(missed)) <= (1 - rules.at_once) * of(step))

    alike = (errors > rules.apart / 4).mean(axis=1) > rules.electrodes
    together = alike & at_once(lambda x: x.mean(axis=1)) & (np.sqrt(np.square(errors).mean(axis=1)) > rules.apart)
    together &= around.shape[2] > 1
    which = together[:, None] | (at_once(lambda x: x) & (errors > rules.alone))
    kept = which.any(axis=1)
    return Jumps(at[kept], which[kept], together[kept])


@lru_cache(maxsize=8)
def _curves(reach: int) -> tuple[Samples, Samples, float]:
    """Of a curve through so many samples: what gives it half a sample before the first, what gives all of it, and the error there.

    Both halves are drawn on to the middle between the sample before the jump and the one after; the error is that of the gap.
    """
    powers = np.vander((np.arange(reach) + 0.5) / reach, _ORDER + 1)
    solved = np.linalg.pinv(powers)
    return solved[-1].astype(np.float32), (powers @ solved).astype(np.float32), float(np.sqrt(2 * (solved[-1] ** 2).sum()))

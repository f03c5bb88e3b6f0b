"""An axon fitted to a nerve-excitability test: which constants, how surely, and what the test cannot tell.

Bounded least squares (trust-region reflective; Branch, Coleman and Li 1999) from several starts. A residual is a point's distance
in population SDs; further residuals hold what every axon must have whatever the test shows: a spike of +20 to +40 mV that lasts
.3 to .5 ms at -40 mV, and leaks whose share of sodium is possible. A weak pull towards the healthy axon decides where the test
does not, and what it decided is said. All columns of a Jacobian are one run of the vectorised test.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from myognosis.language import mark
from myognosis.model.stimulation import ExcitabilityTest
from myognosis.simulate.axon.faults import AxonError, outside, refusal, refuse_all
from myognosis.simulate.axon.membrane import balance, columns, constants_of, steady_gates
from myognosis.simulate.axon.parameters import BOUNDS, MotorAxon, healthy_axon
from myognosis.simulate.axon.state import AxonState
from myognosis.simulate.excitability.people import Norms, norms, tables
from myognosis.simulate.excitability.protocol import CURRENTS, INTERVALS, ONSET_MS, OTHER, STRONG, WIDTHS, Answers, answer

__all__ = ["AxonFit", "Explanation", "FittedConstant", "explain", "fit_axon"]

Floats = npt.NDArray[np.float64]

NAMES = tuple(BOUNDS)
_LOG = np.array([low > 0.0 for low, _ in BOUNDS.values()])
_LOWER, _UPPER = np.array(list(BOUNDS.values())).T
_PULL, _PULL_MV = 0.5, 5.0
"""One SD of the pull towards the healthy axon: a factor of e to the half, or 5 mV."""
_TELLS = 0.6
"""A constant is told by the test if its SD fell below this share of the pull's."""
_CURVES = ("electrotonus +40", "electrotonus -40", "electrotonus +20", "electrotonus -20", "current-threshold", "recovery")
_GRIDS = (STRONG + ONSET_MS, OTHER + ONSET_MS, OTHER + ONSET_MS, OTHER + ONSET_MS, CURRENTS, INTERVALS)
_RECOVERY_WEIGHT, _LEAST_SCATTER = 2.0, 0.1
"""A recovery cycle has few points, but they alone tell of refractoriness; no recording is exacter than a third of an SD."""
_FAR = 30.0
"""No point counts as further away than so many SDs, and one that an axon does not answer counts as that far."""
_SPREAD_DURATION = 0.02
"""SD of log threshold at each pulse width that a strength-duration curve is held to (estimated)."""


@dataclass(frozen=True)
class FittedConstant:
    """One constant of a fitted axon with its 95 % interval, the healthy value, and whether the test itself tells it."""

    name: str
    value: float
    low: float
    high: float
    healthy: float
    told: bool


@dataclass(frozen=True, eq=False)
class AxonFit:
    """A fitted axon. ``untold`` are directions in which constants can be traded with little change of the test, worst first."""

    axon: MotorAxon
    constants: tuple[FittedConstant, ...]
    rms: float
    within: float
    untold: tuple[tuple[tuple[str, float], ...], ...]
    starts: int


@dataclass(frozen=True)
class Explanation:
    """One constant changed alone: its factor (or change in mV), and what share of the test's distance from health that explains."""

    name: str
    change: float
    share: float

    @property
    def unit(self) -> str:
        """Of the change: ``mV`` where it is added, ``times`` where it is a factor."""
        return "times" if _LOG[NAMES.index(self.name)] else "mV"


@dataclass(frozen=True, eq=False)
class _Target:
    """The points of a test as the vectorised test gives them, spread and weight; ``kept`` where the test has a point."""

    value: Floats
    spread: Floats
    weight: Floats
    kept: npt.NDArray[np.bool_]
    state: AxonState


def _scaled(values: Floats) -> Floats:
    return np.where(_LOG, np.log(np.where(_LOG, values, 1.0)), values)


def _natural(scaled: Floats) -> Floats:
    return np.where(_LOG, np.exp(np.where(_LOG, scaled, 0.0)), scaled)


def _axon(scaled: Floats) -> MotorAxon:
    return MotorAxon(**dict(zip(NAMES, _natural(scaled).tolist(), strict=True)))


def _vector(axon: MotorAxon) -> Floats:
    return np.clip(_scaled(np.array([getattr(axon, name) for name in NAMES])), _scaled(_LOWER), _scaled(_UPPER))


def _target(test: ExcitabilityTest, state: AxonState, known: Norms) -> _Target:
    found, values, spreads = tables(test), [], []
    for name, grid in zip(_CURVES, _GRIDS, strict=True):
        x, _, sd = known.curves[name]
        at = [int(np.argmin(np.abs(x - g))) for g in grid]
        spreads.append(np.maximum(sd[at], 1.0))
        y = np.full(len(grid), np.nan)
        for i, g in enumerate(grid):
            hit = np.flatnonzero(np.abs(found[name][0] - g) < 1e-6) if name in found else np.empty(0, np.int64)
            y[i] = found[name][1][hit[0]] if hit.size else np.nan
        values.append(y)
    duration = np.full(len(WIDTHS) - 1, np.nan)
    if test.charge_duration is not None and np.array_equal(np.round(test.charge_duration.x, 3), WIDTHS):
        threshold = test.charge_duration.y / WIDTHS
        duration = np.log(threshold[:-1] / threshold[-1])
    value = np.concatenate([*values, duration])
    spread = np.concatenate([*spreads, np.full(len(duration), _SPREAD_DURATION)])
    weight = np.ones(len(value))
    weight[-len(duration) - len(INTERVALS) : -len(duration)] = _RECOVERY_WEIGHT
    return _Target(value, spread, weight, np.isfinite(value), state)


def _points(found: Answers) -> Floats:
    duration = np.log(found.thresholds[:, :-1] / found.thresholds[:, -1:])
    return np.concatenate([*found.electrotonus, found.current_threshold, found.recovery, duration], axis=1)


def _distances(scaled: Sequence[Floats], target: _Target) -> tuple[Floats, Floats]:
    """Distances of many axons from a test's points (axons, points), and of what every axon must have (axons, 4), in SDs.

    A point at which an axon has no threshold, because it fires by itself or does not fire, is not a number.
    """
    axons = [_axon(vector) for vector in scaled]
    p = columns(axons, target.state)
    rest = np.array([axon.rest_mv for axon in axons])
    found = answer(p, steady_gates(p, rest, rest))
    apart = ((_points(found) - target.value) / target.spread)[:, target.kept]
    peak, width = found.peak_mv, found.width_ms
    health = balance(constants_of(axons), target.state.temperature_c)
    must = [_beyond(peak, 20.0, 38.0) / 2.0, _beyond(width, 0.32, 0.48) / 0.02]
    must += [_beyond(share, 0.0, 1.0) / 0.05 for share in (health.share_node, health.share_internode)]
    return np.clip(apart, -_FAR, _FAR), np.clip(np.stack(must, axis=1), -_FAR, _FAR)


def _beyond(values: Floats, low: float, high: float) -> Floats:
    return np.minimum(values - low, 0.0) + np.maximum(values - high, 0.0)


def fit_axon(
    test: ExcitabilityTest, *, temperature_c: float, starts: int, seed: int, start: MotorAxon | None = None, pull: float = 1.0,
    against: Norms | None = None, rounds: int = 25,
) -> AxonFit:  # fmt: skip
    """The axon that answers as this test does.

    ``temperature_c`` is the nerve's; ``starts`` the number of starting points (the first is the healthy axon, the others are
    scattered about it); ``pull`` scales the pull towards the healthy axon, 0 for none.

    Raises
    ------
    AxonError
        The test has fewer than 40 points that the protocol knows, or an argument is impossible.
    """
    from scipy.optimize import least_squares

    refuse_all(outside("fit", "temperature_c", temperature_c, 20.0, 40.0) + outside("fit", "starts", starts, 1, 200))
    target = _target(test, AxonState(temperature_c=temperature_c), against or norms())
    if target.kept.sum() < 40:
        what = mark("The test has {n} points that can be fitted; at least 40 are needed.")
        raise AxonError([refusal("points", "test", what, mark("Use a whole test (TRONDNF)."), n=int(target.kept.sum()))])
    middle, sd = _vector(start or healthy_axon()), np.where(_LOG, _PULL, _PULL_MV)
    lower, upper = _scaled(_LOWER), _scaled(_UPPER)

    def rows(vectors: list[Floats]) -> Floats:
        """All residuals of many axons, a row each: points, what every axon must have, the pull."""
        apart, must = _distances(vectors, target)
        return np.concatenate([apart * target.weight[target.kept], must, pull * (np.array(vectors) - middle) / sd], axis=1)

    def residuals(vector: Floats) -> Floats:
        """Those of one axon; what it does not answer is far away."""
        return np.asarray(np.nan_to_num(rows([vector])[0], nan=_FAR))

    def jacobian(vector: Floats) -> Floats:
        """One-sided differences, every column in one run of the vectorised test.

        Where a point is lost by the small step nothing is known of its slope: the leap to it would hide all others.
        """
        h = np.where(_LOG, 0.01, 0.2)
        h = np.where(vector + h > upper, -h, h)
        found = rows([vector, *(vector + h * unit for unit in np.eye(len(h)))])
        return np.asarray(np.nan_to_num(((found[1:] - found[0]) / h[:, None]).T))

    chance = np.random.default_rng(seed)
    firsts = [middle, *(middle + chance.normal(size=len(middle)) * sd * 0.6 for _ in range(starts - 1))]
    found = [
        least_squares(
            residuals,
            np.clip(first, lower + 1e-3, upper - 1e-3),
            jacobian,
            bounds=(lower, upper),
            x_scale=sd,
            max_nfev=rounds,
        )
        for first in firsts
    ]
    best = min(found, key=lambda result: float(result.cost))
    return _report(best.x, target, middle, pull / sd, starts)


_REACH = 0.05
"""How far each constant is moved for the slopes that intervals rest on, as a share of itself (mV: twenty times that)."""


def _slopes(vector: Floats, target: _Target) -> tuple[Floats, Floats]:
    """A test's distances, and how they change with each constant (points, constants).

    A threshold found by halving is rough, and an axon near to firing by itself answers a small change with a leap: a small
    difference, which serves the search, would promise intervals that are too narrow.
    """
    reach = np.where(_LOG, _REACH, 20.0 * _REACH)
    apart = _distances([vector, *(vector + reach * np.eye(len(reach)))], target)[0]
    return np.nan_to_num(apart[0], nan=_FAR), np.nan_to_num(((apart[1:] - apart[0]) / reach[:, None]).T)


def _report(vector: Floats, target: _Target, middle: Floats, pull: Floats, starts: int) -> AxonFit:
    """Intervals from the slopes, widened where the points scatter more than one SD; directions that the test leaves open.

    What every axon must have is no measurement and narrows nothing.
    """
    apart, slopes = _slopes(vector, target)
    n = int(target.kept.sum())
    weighted = apart * target.weight[target.kept]
    scatter = max(float(np.sum(weighted**2)) / max(n - len(vector), 1), _LEAST_SCATTER)
    data = slopes * target.weight[target.kept][:, None]
    own = 1.0 / np.maximum(pull, 1e-9)
    told_by = data.T @ data / scatter
    sd = np.sqrt(np.diag(np.linalg.pinv(told_by + np.diag(np.maximum(pull, 1e-3) ** 2))))
    ends = (np.clip(vector + side * 1.96 * sd, _scaled(_LOWER), _scaled(_UPPER)) for side in (-1.0, 1.0))
    low, high = (_natural(end) for end in ends)
    value, healthy = _natural(vector), _natural(middle)
    constants = tuple(
        FittedConstant(
            name, float(value[i]), float(low[i]), float(high[i]), float(healthy[i]), bool(sd[i] < _TELLS * min(own[i], 1e3))
        )
        for i, name in enumerate(NAMES)
    )
    unit = np.where(_LOG, _PULL, _PULL_MV)
    strength, ways = np.linalg.eigh(told_by * unit[:, None] * unit)
    untold = tuple(_direction(ways[:, i]) for i in range(len(strength)) if strength[i] < 1.0 / _TELLS**2)
    return AxonFit(
        _axon(vector), constants, float(np.sqrt(np.mean(apart**2))), float(np.mean(np.abs(apart) <= 1.0)), untold, starts
    )


def _direction(way: Floats) -> tuple[tuple[str, float], ...]:
    """The constants that make up most of a direction, largest first."""
    order = np.argsort(-np.abs(way))
    return tuple((NAMES[i], float(way[i])) for i in order[:4] if abs(way[i]) > 0.2)


def explain(
    test: ExcitabilityTest, *, temperature_c: float, names: Sequence[str] = NAMES, start: MotorAxon | None = None
) -> tuple[Explanation, ...]:
    """Which single change of the healthy axon brings its test nearest to this one, best first.

    As the fit of Bostock's programs is used: the discrepancy is the sum of squared distances in SDs; each constant alone is moved
    over its plausible range (a factor of 4 or 6 mV either way) and refined once.
    """
    target = _target(test, AxonState(temperature_c=temperature_c), norms())
    middle = _vector(start or healthy_axon())
    lower, upper = _scaled(_LOWER), _scaled(_UPPER)

    def discrepancy(vectors: list[Floats]) -> Floats:
        """Sum of squared distances of each axon."""
        apart, must = _distances(vectors, target)
        return np.asarray(np.sum(np.nan_to_num(apart, nan=_FAR) ** 2, axis=1) + np.sum(must**2, axis=1))

    before = float(discrepancy([middle])[0])
    found = []
    for name in names:
        i = NAMES.index(name)
        reach, best, least = np.log(4.0) if _LOG[i] else 6.0, 0.0, before
        for width in (reach, reach / 4.0):
            tries = best + width * np.linspace(-1.0, 1.0, 8)
            moved = [np.clip(middle + t * np.eye(len(middle))[i], lower, upper) for t in tries]
            costs = discrepancy(moved)
            if costs.min() < least:
                best, least = float(tries[int(np.argmin(costs))]), float(costs.min())
        change = float(np.exp(best)) if _LOG[i] else best
        found.append(Explanation(name, change, 1.0 - least / before))
    return tuple(sorted(found, key=lambda e: -e.share))

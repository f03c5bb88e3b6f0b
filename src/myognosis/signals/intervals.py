"""Intervals of 95 %: of a median, a share, a rate, a difference and a ratio."""

from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from myognosis.model.recording import Measurement

__all__ = [
    "MAD_TO_SD", "Estimate", "Span", "difference", "estimate_of", "median_at_least", "median_of", "middle_of", "poisson_interval",
    "ratio", "share_of", "spread_of", "widened",
]  # fmt: skip

Floats = npt.NDArray[np.float64]

MAD_TO_SD = 1.4826
"""The median absolute deviation of a normal variable times this is its SD."""


class Estimate(NamedTuple):
    """A number with its 95 % interval."""

    value: float
    low: float
    high: float


class Span(Estimate):
    """A number with the whole range of the few values that it comes from."""

    __slots__ = ()


def spread_of(estimate: Estimate) -> Literal["interval", "range"]:
    """What the bounds of an estimate are."""
    return "range" if isinstance(estimate, Span) else "interval"


def estimate_of(measurement: Measurement | None) -> Estimate | None:
    """The number of a measurement, if it has one."""
    if measurement is None or measurement.value is None or measurement.low is None or measurement.high is None:
        return None
    return Estimate(measurement.value, measurement.low, measurement.high)


def median_of(values: Floats) -> Estimate:
    """The median with its distribution-free interval (David and Nagaraja, Order Statistics, 2003).

    From five values and fewer no interval of 95 % exists; then it is a ``Span``, their whole range.

    >>> spread_of(median_of(np.array([8.7, 8.9]))), spread_of(median_of(np.arange(6.0)))
    ('range', 'interval')
    """
    from scipy.stats import binom

    ordered = np.sort(np.asarray(values, np.float64))
    rank = int(binom.ppf(0.025, len(ordered), 0.5))
    low, high = ordered[max(0, rank - 1)], ordered[min(len(ordered) - 1, len(ordered) - rank)]
    kind = Span if len(ordered) <= FEW else Estimate
    return kind(float(np.median(ordered)), float(low), float(high))


def median_at_least(values: Floats, cut: npt.NDArray[np.bool_]) -> tuple[Estimate, bool]:
    """The median where some values are cut off and at least so large, and whether it too is at least so large.

    It is the median itself where whatever the cut values really are leaves it where it is. An upper bound that rests on a cut value
    is infinite.

    >>> median_at_least(np.array([1.0, 2.0, 3.0]), np.array([False, False, True]))[1]
    False
    >>> median_at_least(np.array([1.0, 2.0, 3.0]), np.array([True, False, True]))[1]
    True
    """
    least, most = median_of(values), median_of(np.where(cut, np.inf, values))
    return least._replace(high=most.high), most.value > least.value


def middle_of(values: Floats) -> Estimate:
    """The median of all means of two values, with its distribution-free interval.

    Hodges and Lehmann 1963, Ann Math Stat 34:598, doi 10.1214/aoms/1177704172; the interval is that of the signed-rank test
    (normal approximation). As robust as it needs to be, and hardly more spread than the mean. From five values and fewer the
    interval is their whole range (a ``Span``). Of more than a thousand every so manieth is taken.

    >>> middle_of(np.array([1.0, 2.0, 3.0, 4.0, 50.0])).value
    3.0
    """
    x = np.sort(np.asarray(values, np.float64))[:: -(-len(values) // 1000)]
    n = len(x)
    first, second = np.triu_indices(n)
    means = np.sort((x[first] + x[second]) / 2)
    rank = int(np.floor(n * (n + 1) / 4 - 1.96 * np.sqrt(n * (n + 1) * (2 * n + 1) / 24)))
    low, high = (means[rank - 1], means[-rank]) if n > FEW and rank >= 1 else (x[0], x[-1])
    return (Span if n <= FEW else Estimate)(float(np.median(means)), float(low), float(high))


FEW = 5
"""From so few values no interval of 95 % can be had from ranks."""


def widened(estimate: Estimate, error: float) -> Estimate:
    """An estimate of sizes whose bounds hold an error of the measure itself as well; what the bounds are stays the same."""
    return type(estimate)(estimate.value, max(0.0, estimate.low - error), estimate.high + error)


def share_of(count: int, total: int) -> Estimate:
    """A share with its exact binomial interval (Clopper and Pearson 1934, Biometrika 26:404, doi 10.1093/biomet/26.4.404).

    >>> [round(x, 3) for x in share_of(0, 10)]
    [0.0, 0.0, 0.308]
    """
    from scipy.stats import beta

    low = float(beta.ppf(0.025, count, total - count + 1)) if count else 0.0
    high = float(beta.ppf(0.975, count + 1, total - count)) if count < total else 1.0
    return Estimate(count / total, low, high)


def poisson_interval(count: float, exposure: float, level: float = 0.95) -> tuple[float, float]:
    """The exact interval of a Poisson rate (Garwood 1936, Biometrika 28:437, doi 10.1093/biomet/28.3-4.437).

    With no event the upper bound is one-sided: 3 / exposure, the rule of three (Hanley and Lippman-Hand 1983, JAMA 249:1743,
    doi 10.1001/jama.1983.03330370053031).

    >>> [round(x, 2) for x in poisson_interval(0, 1.0)]
    [0.0, 3.0]
    """
    from scipy.stats import chi2

    if count == 0:
        return 0.0, float(-np.log(1 - level)) / exposure
    tail = (1 - level) / 2
    return float(chi2.ppf(tail, 2 * count)) / 2 / exposure, float(chi2.ppf(1 - tail, 2 * count + 2)) / 2 / exposure


def difference(one: Estimate, other: Estimate) -> Estimate:
    """The first less the second, of two independent estimates, from the intervals of both.

    Zou and Donner 2008, Stat Med 27:1693, doi 10.1002/sim.3095: each limit takes the distance of the two limits that make it.

    >>> [round(x, 3) for x in difference(Estimate(8.0, 7.7, 8.3), Estimate(6.0, 5.6, 6.4))]
    [2.0, 1.5, 2.5]
    """
    down = float(np.hypot(one.value - one.low, other.high - other.value))
    up = float(np.hypot(one.high - one.value, other.value - other.low))
    value = one.value - other.value
    return Estimate(value, value - down, value + up)


def ratio(one: Estimate, other: Estimate) -> Estimate:
    """The first over the second, both above zero: the difference of their logarithms, taken back."""
    logs = [Estimate(*(float(np.log(max(x, 1e-12))) for x in e)) for e in (one, other)]
    return Estimate(*(float(np.exp(min(x, 700.0))) for x in difference(*logs)))

"""Which features a recording has: larger or smaller potentials, more ragged ones, few units that fire fast, many small ones.

Features are compared with limits that come in as data. They point to a side (neurogenic, myopathic) in the words of the trade and
are no disease; where they point to both sides or too little was seen, that is said.
"""

import math
from dataclasses import dataclass, replace
from typing import Literal

from myognosis.model.base import Trust
from myognosis.model.recording import Measurement

__all__ = ["Feature", "Limit", "Side", "features_of", "side_of"]

Side = Literal["within", "neurogenic", "myopathic", "both", "open"]


@dataclass(frozen=True)
class Limit:
    """The limits of one measure, where they come from, and for which muscle they were made (None: limb muscles).

    Limits of a mean are 2 SD from ``mean``, the mean of ``of_units`` potentials of a healthy muscle; ``single_sd`` is the SD of
    single potentials within one such muscle.
    """

    measure: str
    low: float | None
    high: float | None
    source: str
    trust: Trust
    muscle: str | None
    mean: float | None = None
    single_sd: float | None = None
    of_units: int = 20

    def of_mean(self, units: int) -> "Limit":
        """The limits for the mean of so many units: the fewer, the wider, because chance moves a mean of few further.

        The variance between means of n potentials is that between people plus ``single_sd``^2 / n; the limits of the mean of
        ``of_units`` hold both, so that (2 SD)^2 grows by (2 ``single_sd``)^2 (1 / n - 1 / ``of_units``).
        """
        if self.single_sd is None or self.mean is None or not 0 < units < self.of_units:
            return self
        more = 4 * self.single_sd**2 * (1 / units - 1 / self.of_units)
        low = None if self.low is None else max(0.0, self.mean - math.sqrt((self.mean - self.low) ** 2 + more))
        high = None if self.high is None else self.mean + math.sqrt((self.high - self.mean) ** 2 + more)
        return replace(self, low=low, high=high)


@dataclass(frozen=True)
class Feature:
    """One comparison: ``found`` is None where it cannot be judged."""

    id: str
    found: bool | None
    measurement: Measurement | None
    limit: Limit | None


_HIGH = {
    "large_potentials": ("motor_unit_amplitude", "motor_unit_area"),
    "long_potentials": ("motor_unit_duration",),
    "ragged_potentials": ("motor_unit_polyphasic_share", "motor_unit_turns", "motor_unit_phases"),
    "fast_units": ("motor_unit_fastest_rate",),
    "few_units": ("recruitment_ratio",),
    "large_outliers": ("motor_unit_large_share",),
    "long_outliers": ("motor_unit_long_share",),
    "short_outliers": ("motor_unit_short_share",),
}
_LOW = {"small_potentials": ("motor_unit_amplitude", "motor_unit_area"), "short_potentials": ("motor_unit_duration",)}


def features_of(measurements: tuple[Measurement, ...], limits: tuple[Limit, ...]) -> tuple[Feature, ...]:
    """Each feature beside the measure and the limit that decide it.

    Potentials are small only where amplitude and area both are, because the distance of the needle alone makes an amplitude
    small (Sonoo and Stalberg 1993); they are large where either is. They are ragged where the share of polyphasic ones is
    above its limit and so is the mean number of turns or phases.
    """
    values = {m.name: m for m in measurements}
    bounds = {limit.measure: limit for limit in limits}
    rows = [_feature(name, parts, values, bounds, high=True) for name, parts in _HIGH.items()]
    return (*rows, *(_feature(name, parts, values, bounds, high=False) for name, parts in _LOW.items()))


def _feature(
    name: str, measures: tuple[str, ...], values: dict[str, Measurement], bounds: dict[str, Limit], *, high: bool
) -> Feature:
    judged: list[tuple[bool, Measurement, Limit]] = []
    for measure in measures:
        found, limit = values.get(measure), bounds.get(measure)
        edge = (limit.high if high else limit.low) if limit else None
        if found is not None and found.value is not None and limit is not None and edge is not None:
            judged.append((found.value > edge if high else found.value < edge, found, limit))
    if not judged:
        return Feature(name, None, values.get(measures[0]), bounds.get(measures[0]))
    outside = [row for row in judged if row[0]]
    every = name == "small_potentials"
    met = len(outside) == len(judged) if every else bool(outside)
    if name == "ragged_potentials":
        met = judged[0][0] and (len(outside) > 1 or len(judged) == 1)
    chosen = (outside or judged)[0]
    return Feature(name, met, chosen[1], chosen[2])


def side_of(features: tuple[Feature, ...], units: int, least_units: float) -> Side:
    """To which side the features point.

    Neurogenic: large potentials, or few units that fire fast. Myopathic: potentials that are small or short or ragged, none of
    it large, and no loss of units. Outliers move no side, because the limits of single potentials are estimated. Open where fewer
    units than ``least_units`` were seen and nothing stands out.
    """
    has = {feature.id for feature in features if feature.found}
    lost = {"fast_units", "few_units"} <= has
    neurogenic = "large_potentials" in has or lost
    myopathic = "large_potentials" not in has and not lost and bool(has & {"small_potentials", "ragged_potentials"})
    if neurogenic and "small_potentials" in has:
        return "both"
    if neurogenic:
        return "neurogenic"
    if myopathic:
        return "myopathic"
    return "within" if units >= least_units else "open"

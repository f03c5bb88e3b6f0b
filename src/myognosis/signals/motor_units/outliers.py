"""Single potentials beyond what is usual: the rule of outliers (Stålberg, Bischoff, Falck 1994, doi 10.1002/mus.880170406).

Of that paper only the abstract was read: outliers were as telling as means in neuropathy and more so in myopathy, and often fewer
than 20 potentials were enough. The rule itself, three of twenty, is remembered, and its tables of limits could not be read.
So the limits of single potentials are derived here from the mean and the scatter of a muscle.
"""

import math
from dataclasses import dataclass
from statistics import NormalDist

from myognosis.model.base import Trust
from myognosis.model.recording import Measurement
from myognosis.signals.motor_units.features import Limit
from myognosis.signals.motor_units.shapes import share_row
from myognosis.signals.motor_units.units import MotorUnit

__all__ = ["OutlierRule", "outlier_rows", "single_limits"]

_WHICH = {
    "motor_unit_large_share": ("motor_unit_amplitude", True),
    "motor_unit_long_share": ("motor_unit_duration", True),
    "motor_unit_short_share": ("motor_unit_duration", False),
}
_METHOD = "share of units near the electrode whose potential lies beyond what is usual for a single one"


@dataclass(frozen=True)
class OutlierRule:
    """``least`` of ``of`` single potentials beyond their limit on one side are more than chance leaves in health."""

    least: int
    of: int
    chance: float
    source: str
    trust: Trust

    def beyond(self) -> float:
        """The share of healthy potentials that may lie beyond a limit, so that the rule errs as often as ``chance`` says."""
        from scipy.stats import beta

        return float(beta.ppf(self.chance, self.least, self.of - self.least + 1))

    def allowed(self, units: int) -> int:
        """How many of so many units may lie beyond by that same chance."""
        from scipy.stats import binom

        return int(binom.ppf(1 - self.chance, units, self.beyond()))


def single_limits(limit: Limit, share: float) -> tuple[float, float] | None:
    """Between which values all but ``share`` of single healthy potentials lie, on either side.

    Their variance is that within a muscle and that between people, which the limits of the mean hold; sizes are log-normal.
    None where the mean or the scatter is not known.
    """
    edge = limit.high if limit.high is not None else limit.low
    if limit.mean is None or limit.single_sd is None or edge is None:
        return None
    between = max(0.0, ((edge - limit.mean) / 2) ** 2 - limit.single_sd**2 / limit.of_units)
    spread = math.sqrt(math.log1p((limit.single_sd**2 + between) / limit.mean**2))
    middle, reach = math.log(limit.mean) - spread**2 / 2, NormalDist().inv_cdf(1 - share) * spread
    return math.exp(middle - reach), math.exp(middle + reach)


def outlier_rows(
    units: tuple[MotorUnit, ...], limits: tuple[Limit, ...], rule: OutlierRule, seconds: float, channel: str
) -> tuple[tuple[Measurement, ...], tuple[Limit, ...]]:
    """The share of large, long and short single potentials, and the share that may be so by chance.

    Small ones are not counted: the distance of the needle alone makes a potential small.
    """
    edges = {x.measure: e for x in limits if (e := single_limits(x, rule.beyond())) is not None}
    muscle = next((x.muscle for x in limits if x.measure in edges), None)
    rows, held = [], []
    for name, (measure, high) in _WHICH.items():
        if measure not in edges or not units:
            continue
        k = sum(_beyond(unit, measure, edges[measure], high=high) for unit in units)
        rows.append(share_row(name, k, len(units), _METHOD, rule.source, seconds, channel))
        most = rule.allowed(len(units)) / len(units)
        held.append(Limit(name, None, most, rule.source, "estimated", muscle, of_units=rule.of))
    return tuple(rows), tuple(held)


def _beyond(unit: MotorUnit, measure: str, edges: tuple[float, float], *, high: bool) -> bool:
    value = unit.potential.amplitude_uv if measure == "motor_unit_amplitude" else unit.potential.duration_ms
    return value > edges[1] if high else value < edges[0]

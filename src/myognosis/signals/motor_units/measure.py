"""The door: one voluntary needle recording in; its units, its pattern, and what it is like beside the limits out."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from myognosis.faults import Issue, Level, Message
from myognosis.language import mark
from myognosis.model.recording import Channel, Measurement
from myognosis.signals.motor_units.features import Feature, Limit, Side, features_of, side_of
from myognosis.signals.motor_units.interference import measure_interference
from myognosis.signals.motor_units.outliers import OutlierRule, outlier_rows
from myognosis.signals.motor_units.shapes import shape_rows
from myognosis.signals.motor_units.units import MotorUnit, MotorUnitRules, find_units
from myognosis.signals.potentials.firings import Electrode, Trace, prepare
from myognosis.signals.quality import usable_seconds

__all__ = ["MotorUnits", "measure_motor_units", "pool_motor_units"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class MotorUnits:
    """What one voluntary recording holds.

    Attributes
    ----------
    units
        The motor units with their median potentials, the largest first.
    features, side
        What stands out against the limits, and to which side it points; never a disease.
    doubts
        What cannot be told from this recording.
    limits
        What the measurements were held against, as wide as the number of units makes them.
    """

    units: tuple[MotorUnit, ...]
    measurements: tuple[Measurement, ...]
    features: tuple[Feature, ...]
    side: Side
    doubts: tuple[Issue, ...]
    limits: tuple[Limit, ...]

    def value(self, name: str) -> float | None:
        """One of the numbers, if it was measured."""
        return next((m.value for m in self.measurements if m.name == name), None)


def measure_motor_units(
    channel: Channel,
    *,
    electrode: Electrode,
    rules: MotorUnitRules,
    limits: tuple[Limit, ...] = (),
    outliers: OutlierRule | None = None,
) -> MotorUnits:
    """Motor units and interference pattern of a recording under voluntary control.

    Parameters
    ----------
    channel
        EMG in microvolts.
    electrode
        ``needle`` or ``surface``. Limits are of needles; on the skin nothing is compared.
    rules
        What counts as a unit; see ``myognosis.findings.needle.motor_unit_rules``.
    limits
        What is usual in this muscle; see ``myognosis.findings.needle.motor_unit_limits``.
    outliers
        How many single potentials may lie beyond their limits; None: they are not counted.

    Raises
    ------
    ValueError
        The channel is not in microvolts.
    """
    if channel.unit != "uV":
        raise ValueError("the channel is not in microvolts")
    raw = channel.samples.astype(np.float64)
    usable = usable_seconds(raw, channel.rate_hz, rules.cut_share)
    if not usable.any():
        return MotorUnits(
            (), (), (), "open", (_doubt("emg.unusable", channel.name, mark("No second of the trace can be judged.")),), ()
        )
    trace = prepare(channel.name, raw, channel.rate_hz, electrode)
    n = round(channel.rate_hz)
    heard = trace.wide[: len(usable) * n].reshape(len(usable), n)[usable].ravel()
    seconds = float(usable.sum())
    units = find_units(trace, usable, rules)
    near = tuple(unit for unit in units if unit.is_near)
    rows, held = _beside(near, rules, limits if electrode == "needle" else (), outliers, seconds, channel.name)
    rows += (*_recruitment(units, rules, seconds, channel.name), *measure_interference(heard, channel.rate_hz, channel.name))
    features = features_of(rows, held)
    side = side_of(features, len(near), rules.least_units)
    return MotorUnits(units, rows, features, side, tuple(_doubts(trace, raw, units, rules, limits)), held)


def pool_motor_units(
    parts: Sequence[MotorUnits], *, rules: MotorUnitRules, limits: tuple[Limit, ...], outliers: OutlierRule | None, name: str
) -> MotorUnits:
    """The potentials of several positions of the needle in one muscle, counted together.

    Limits are of some 20 units, more than one position shows. Recruitment and interference stay with each position. Positions
    must lie so far apart that no unit is met twice; this cannot be told from the traces.

    Parameters
    ----------
    parts
        What ``measure_motor_units`` found at each position.
    rules, limits, outliers
        As there.
    name
        What the positions are called together.
    """
    units = tuple(sorted((u for part in parts for u in part.units if u.is_near), key=lambda u: -u.potential.amplitude_uv))
    seconds = sum(part.measurements[0].seconds for part in parts if part.measurements)
    rows, held = _beside(units, rules, limits, outliers, seconds, name)
    features = features_of(rows, held)
    doubts = (_few(len(units), name),) if len(units) < rules.enough_units else ()
    return MotorUnits(units, rows, features, side_of(features, len(units), rules.least_units), doubts, held)


def _beside(
    near: tuple[MotorUnit, ...],
    rules: MotorUnitRules,
    limits: tuple[Limit, ...],
    outliers: OutlierRule | None,
    seconds: float,
    name: str,
) -> tuple[tuple[Measurement, ...], tuple[Limit, ...]]:
    """The shapes of the units, and the limits that their number leaves."""
    rows, held = shape_rows(near, rules.polyphasic_phases, seconds, name), tuple(limit.of_mean(len(near)) for limit in limits)
    if outliers is None:
        return rows, held
    beyond, allowed = outlier_rows(near, limits, outliers, seconds, name)
    return (*rows, *beyond), (*held, *allowed)


def _recruitment(units: tuple[MotorUnit, ...], rules: MotorUnitRules, seconds: float, channel: str) -> tuple[Measurement, ...]:
    """How many units fire in a second, how fast the fastest of those that fire regularly, and the ratio of the two."""
    active = _active(units, rules.regular_cov)
    if not active:
        return ()
    counts = np.array([count for count, _ in active], np.float64)
    fastest = np.array([rate for _, rate in active])
    known = np.isfinite(fastest)
    table = {
        "motor_unit_count": (counts, "1", "units that fire at least four times in a second; median over seconds"),
        "motor_unit_fastest_rate": (fastest[known], "Hz", "rate of the fastest regular unit of each second; median over seconds"),
        "recruitment_ratio": ((fastest / counts)[known], "Hz", "that rate over the number of units; median over seconds"),
        "recruitment_frequency": (fastest[known & (counts == 2)], "Hz", "that rate while exactly two fire; median over seconds"),
    }
    rows = []
    for name, (values, unit, method) in table.items():
        if len(values):
            whole = name == "motor_unit_count"  # of counts the middle one, none between
            low, middle, high = np.quantile(values, [0.025, 0.5, 0.975], method="inverted_cdf" if whole else "linear").tolist()
            rows.append(
                Measurement(
                    name=name, value=middle, low=low, high=high, unit=unit, method=f"{method}; with 95 % of seconds",
                    source="recruitment2024", seconds=seconds, channel=channel, spread="scatter",
                )
            )  # fmt: skip
    return tuple(rows)


def _active(units: tuple[MotorUnit, ...], regular_cov: float) -> list[tuple[int, float]]:
    """For each second in which a unit fires at least four times: how many do, and the rate of the fastest regular one."""
    found: dict[int, list[float]] = {}
    for unit in units:
        for second in np.unique(unit.times_s.astype(int)):
            times = unit.times_s[unit.times_s.astype(int) == second]
            if len(times) >= 4:
                rate = float(1 / np.median(np.diff(times))) if unit.interval_cov <= regular_cov else 0.0
                found.setdefault(int(second), []).append(rate)
    return [(len(found[second]), max(found[second]) or float("nan")) for second in sorted(found)]


def _doubts(
    trace: Trace, raw: Floats, units: tuple[MotorUnit, ...], rules: MotorUnitRules, limits: tuple[Limit, ...]
) -> list[Issue]:
    """What cannot be told: sizes beyond the limits of the amplifier, a mean of few units, effort, gaps."""
    found = []
    place = trace.name
    top = np.nanmax(np.abs(raw)) if np.isfinite(raw).any() else 0.0
    rail = rules.rail * top
    at_rail = (np.abs(raw) >= rail).sum()
    if top and at_rail >= 4 and min(np.nanmax(raw), -np.nanmin(raw)) >= rail:
        what = mark("The trace reaches its limits of {limit} uV: sizes are at least what was measured.")
        found.append(_doubt("emg.saturated", place, what, limit=round(float(top))))
    silent = _dropout(trace, rules)
    if silent is not None:
        what = mark("The trace falls silent at {second} s: the contact of the electrode was lost or the muscle paused.")
        found.append(_doubt("emg.dropout", place, what, second=round(silent, 1)))
    near = sum(unit.is_near for unit in units)
    if near < rules.enough_units:
        found.append(_few(near, place))
    if units:
        what = mark("How strongly the muscle was tensed is not known: recruitment is judged without it.")
        found.append(_doubt("emg.effort", place, what))
    if units and not limits:
        found.append(_doubt("emg.no_limits", place, mark("No limits are known for this muscle: nothing is compared.")))
    return found


def _few(units: int, place: str) -> Issue:
    what = mark(
        "{n} {n:motor unit|motor units} near the electrode could be told apart; the limits are widened from those of a "
        "mean of about 20."
    )
    return _doubt("emg.few_units", place, what, n=units)


def _dropout(trace: Trace, rules: MotorUnitRules) -> float | None:
    """When the trace first lies far below its own noise for long enough."""
    n = round(rules.dropout_s * trace.rate_hz)
    spread = trace.wide[: len(trace.wide) // n * n].reshape(-1, n).std(axis=1)
    silent = np.flatnonzero(spread < rules.dropout_share * trace.noise_uv)
    return float(silent[0] * rules.dropout_s) if len(silent) else None


def _doubt(code: str, place: str, what: str, **params: object) -> Issue:
    return Issue(code, Level.DOUBT, place, Message(what, params), Message(""))

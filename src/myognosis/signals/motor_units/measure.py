"""The door: one voluntary needle recording in; its units, its pattern, and what it is like beside the limits out."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from myognosis.faults import Issue, Level, Message
from myognosis.language import mark
from myognosis.model.recording import Channel, Measurement
from myognosis.signals.motor_units.features import Feature, Limit, Side, features_of, side_of
from myognosis.signals.motor_units.interference import measure_interference
from myognosis.signals.motor_units.units import MotorUnit, find_units
from myognosis.signals.potentials.firings import Electrode, Trace, prepare
from myognosis.signals.quality import usable_seconds

__all__ = ["MotorUnits", "measure_motor_units"]

Floats = npt.NDArray[np.float64]
LEAST_UNITS, ENOUGH_UNITS = 3, 20
POLYPHASIC = 4
DROPOUT_S, DROPOUT_SHARE = 0.1, 0.35
RAIL = 0.995
REGULAR_COV = 0.45
"""Intervals that scatter more than this come from several units taken for one, so their rate is none."""
_UNITS = {
    "motor_unit_amplitude": "uV", "motor_unit_duration": "ms", "motor_unit_area": "uV ms", "motor_unit_phases": "1",
    "motor_unit_turns": "1", "motor_unit_thickness": "ms", "motor_unit_size_index": "1",
}  # fmt: skip


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


def measure_motor_units(channel: Channel, *, electrode: Electrode, limits: tuple[Limit, ...] = ()) -> MotorUnits:
    """Motor units and interference pattern of a recording under voluntary control.

    Parameters
    ----------
    channel
        EMG in microvolts.
    electrode
        ``needle`` or ``surface``. Limits are of needles; on the skin nothing is compared.
    limits
        What is usual in this muscle; see ``myognosis.findings.needle.motor_unit_limits``.

    Raises
    ------
    ValueError
        The channel is not in microvolts.
    """
    if channel.unit != "uV":
        raise ValueError("the channel is not in microvolts")
    raw = channel.samples.astype(np.float64)
    usable = usable_seconds(raw, channel.rate_hz)
    if not usable.any():
        return MotorUnits(
            (), (), (), "open", (_doubt("emg.unusable", channel.name, mark("No second of the trace can be judged.")),), ()
        )
    trace = prepare(channel.name, raw, channel.rate_hz, electrode)
    n = round(channel.rate_hz)
    heard = trace.wide[: len(usable) * n].reshape(len(usable), n)[usable].ravel()
    seconds = float(usable.sum())
    units = find_units(trace, usable)
    near = tuple(unit for unit in units if unit.is_near)
    rows = (*_shapes(near, seconds, channel.name), *_recruitment(units, seconds, channel.name))
    rows += measure_interference(heard, channel.rate_hz, channel.name)
    held = tuple(limit.of_mean(len(near)) for limit in limits) if electrode == "needle" else ()
    features = features_of(rows, held)
    side = side_of(features, len(near), LEAST_UNITS)
    return MotorUnits(units, rows, features, side, tuple(_doubts(trace, raw, units, limits)), held)


def _shapes(units: tuple[MotorUnit, ...], seconds: float, channel: str) -> tuple[Measurement, ...]:
    """The mean over units of each measure of shape, with its bootstrap interval over units; the share of polyphasic ones."""
    if not units:
        return ()
    p = [unit.potential for unit in units]
    table = np.array(
        [[x.amplitude_uv, x.duration_ms, x.area_uv_ms, x.phases, x.turns, x.thickness_ms, x.size_index] for x in p], np.float64
    )
    draws = np.random.default_rng(20240504).integers(0, len(p), (400, len(p)))
    lows, highs = np.percentile(table[draws].mean(axis=1), [2.5, 97.5], axis=0)
    method = f"mean of the median potentials of {len(p)} units near the electrode; interval by bootstrap over units"
    rows = [
        Measurement(
            name=name, value=float(table[:, i].mean()), low=float(min(lows[i], table[:, i].mean())),
            high=float(max(highs[i], table[:, i].mean())), unit=unit, method=method,
            source="sonoo1993" if name.endswith(("thickness", "size_index")) else "stalberg1986", seconds=seconds, channel=channel,
        )
        for i, (name, unit) in enumerate(_UNITS.items())
    ]  # fmt: skip
    return (*rows, _polyphasic(sum(x.phases > POLYPHASIC for x in p), len(p), seconds, channel))


def _polyphasic(k: int, n: int, seconds: float, channel: str) -> Measurement:
    """The share of units of more than four phases, with the exact binomial interval."""
    from scipy.stats import beta

    low = float(beta.ppf(0.025, k, n - k + 1)) if k else 0.0
    high = float(beta.ppf(0.975, k + 1, n - k)) if k < n else 1.0
    return Measurement(
        name="motor_unit_polyphasic_share", value=k / n, low=low, high=high, unit="1", source="clopper1934",
        method="share of units near the electrode whose median potential has more than four phases", seconds=seconds,
        channel=channel,
    )  # fmt: skip


def _recruitment(units: tuple[MotorUnit, ...], seconds: float, channel: str) -> tuple[Measurement, ...]:
    """How many units fire in a second, how fast the fastest of those that fire regularly, and the ratio of the two."""
    active = _active(units)
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
            low, middle, high = (float(x) for x in np.quantile(values, [0.025, 0.5, 0.975]))
            rows.append(
                Measurement(
                    name=name, value=middle, low=low, high=high, unit=unit, method=f"{method}, with 95 % of seconds",
                    source="recruitment2024", seconds=seconds, channel=channel,
                )
            )  # fmt: skip
    return tuple(rows)


def _active(units: tuple[MotorUnit, ...]) -> list[tuple[int, float]]:
    """For each second in which a unit fires at least four times: how many do, and the rate of the fastest regular one."""
    found: dict[int, list[float]] = {}
    for unit in units:
        for second in np.unique(unit.times_s.astype(int)):
            times = unit.times_s[unit.times_s.astype(int) == second]
            if len(times) >= 4:
                rate = float(1 / np.median(np.diff(times))) if unit.interval_cov <= REGULAR_COV else 0.0
                found.setdefault(int(second), []).append(rate)
    return [(len(found[second]), max(found[second]) or float("nan")) for second in sorted(found)]


def _doubts(trace: Trace, raw: Floats, units: tuple[MotorUnit, ...], limits: tuple[Limit, ...]) -> list[Issue]:
    """What cannot be told: sizes beyond the limits of the amplifier, a mean of few units, effort, gaps."""
    found = []
    place = trace.name
    top = np.nanmax(np.abs(raw)) if np.isfinite(raw).any() else 0.0
    at_rail = (np.abs(raw) >= RAIL * top).sum()
    if top and at_rail >= 4 and min(np.nanmax(raw), -np.nanmin(raw)) >= RAIL * top:
        what = mark("The trace reaches its limits of {limit} uV: sizes are at least what was measured.")
        found.append(_doubt("emg.saturated", place, what, limit=round(float(top))))
    silent = _dropout(trace)
    if silent is not None:
        what = mark("The trace falls silent at {second} s: the contact of the electrode was lost or the muscle paused.")
        found.append(_doubt("emg.dropout", place, what, second=round(silent, 1)))
    near = sum(unit.is_near for unit in units)
    if near < ENOUGH_UNITS:
        what = mark(
            "{n} motor units near the electrode could be told apart; the limits are widened from those of a mean of about 20."
        )
        found.append(_doubt("emg.few_units", place, what, n=near))
    if units:
        what = mark("How strongly the muscle was tensed is not known: recruitment is judged without it.")
        found.append(_doubt("emg.effort", place, what))
    if units and not limits:
        found.append(_doubt("emg.no_limits", place, mark("No limits are known for this muscle: nothing is compared.")))
    return found


def _dropout(trace: Trace) -> float | None:
    """When the trace first lies far below its own noise for a tenth of a second."""
    n = round(DROPOUT_S * trace.rate_hz)
    spread = trace.wide[: len(trace.wide) // n * n].reshape(-1, n).std(axis=1)
    silent = np.flatnonzero(spread < DROPOUT_SHARE * trace.noise_uv)
    return float(silent[0] * DROPOUT_S) if len(silent) else None


def _doubt(code: str, place: str, what: str, **params: object) -> Issue:
    return Issue(code, Level.DOUBT, place, Message(what, params), Message(""))

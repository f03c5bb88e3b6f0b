"""The named numbers of a nerve-excitability test, computed alike from a recording and from an axon.

Definitions of the recording software (Qtrac; Kiernan et al. 2000, 2001), checked against its own numbers in 280 files.
"""

import math

import numpy as np
import numpy.typing as npt

from myognosis.model.stimulation import Curve, Electrotonus, ExcitabilityTest
from myognosis.simulate.excitability.protocol import ONSET_MS

__all__ = ["indices"]

Floats = npt.NDArray[np.float64]


def indices(test: ExcitabilityTest) -> dict[str, float]:
    """The indices that the tables of a test allow, by name. Times in ms, changes in %, rheobase in the test's mA."""
    found: dict[str, float] = {}
    if test.charge_duration is not None and len(test.charge_duration.x) > 2:
        slope, charge = np.polyfit(test.charge_duration.x, test.charge_duration.y, 1)
        found |= {"sdtc_ms": float(charge / slope), "rheobase_ma": float(slope)}
    for run in test.electrotonus:
        found |= _electrotonus(run)
    if test.recovery is not None and len(test.recovery.x) > 3:
        found |= _recovery(test.recovery)
    if test.current_threshold is not None and len(test.current_threshold.x) > 3:
        found |= _relation(test.current_threshold)
    return {name: value for name, value in found.items() if math.isfinite(value)}


def _mean(t: Floats, y: Floats, low: float, high: float) -> float:
    """The mean of a curve between two times, by straight lines between its points."""
    if t[0] > low or t[-1] < high:
        return math.nan
    x = np.linspace(low, high, 101)
    return float(np.mean(np.interp(x, t, y)))


def _of_three(y: Floats) -> Floats:
    return np.convolve(y, np.full(3, 1.0 / 3.0), "valid")


def _electrotonus(run: Electrotonus) -> dict[str, float]:
    """Of +40 and -40 %: early, late and lasting change, accommodation, what is left after the current."""
    strength = run.current_percent[np.argmax(np.abs(run.current_percent))]
    t, y = run.delay_ms - ONSET_MS, run.reduction_percent
    on, after = (t >= 0.0) & (run.current_percent != 0.0), t >= 110.0
    if abs(abs(strength) - 40.0) > 1.0 or on.sum() < 5 or after.sum() < 5:
        return {}
    t_on, y_on = t[on], y[on]
    if strength < 0.0:
        slope = np.polyfit(t[(t >= 101.0) & (t <= 140.0)], y[(t >= 101.0) & (t <= 140.0)], 1)[0]
        return {
            "teh_10_20": _mean(t_on, y_on, 10, 20), "teh_20_40": _mean(t_on, y_on, 20, 40), "teh_90_100": _mean(t_on, y_on, 90, 99),
            "teh_overshoot": float(_of_three(y[after]).max()), "teh_slope": float(slope),
        }  # fmt: skip
    late, peak = _mean(t_on, y_on, 90, 99), float(_of_three(y_on).max())
    return {
        "ted_10_20": _mean(t_on, y_on, 10, 20), "ted_40_60": _mean(t_on, y_on, 40, 60), "ted_90_100": late, "ted_peak": peak,
        "ted_undershoot": float(_of_three(y[after]).min()), "s2_accommodation": peak - late,
        "accommodation_half_ms": _half_time(t_on, y_on, 0.5 * (peak + late)),
    }  # fmt: skip


def _half_time(t: Floats, y: Floats, level: float) -> float:
    """When the curve falls through a level after its top."""
    top = int(np.argmax(y))
    below = np.flatnonzero(y[top:] <= level)
    if not below.size:
        return math.nan
    i = top + int(below[0])
    return float(t[i - 1] + (t[i] - t[i - 1]) * (y[i - 1] - level) / (y[i - 1] - y[i])) if i > top else math.nan


def _recovery(curve: Curve) -> dict[str, float]:
    order = np.argsort(curve.x)
    x, y = curve.x[order], curve.y[order]

    def at(ms: float) -> float:
        return float(np.interp(math.log(ms), np.log(x), y)) if x[0] <= ms <= x[-1] else math.nan

    early, late = y[x < 15.0], y[x > 15.0]
    found = {"refractoriness_2_5": at(2.5), "refractoriness_2": at(2.0), "super_5": at(5.0), "super_7": at(7.0)}
    if early.size > 2 and late.size > 2:
        found |= {"superexcitability": float(_of_three(early).min()), "subexcitability": float(_of_three(late).max())}
    through = np.flatnonzero((y[:-1] > 0.0) & (y[1:] <= 0.0) & (x[:-1] < 10.0))
    if through.size:
        i = int(through[0])
        share = y[i] / (y[i] - y[i + 1])
        found["rrp_ms"] = float(math.exp(math.log(x[i]) + share * (math.log(x[i + 1]) - math.log(x[i]))))
    return found


def _relation(curve: Curve) -> dict[str, float]:
    """Slopes of current against threshold reduction."""
    order = np.argsort(curve.x)
    x, y = curve.x[order], curve.y[order]

    def slope(part: npt.NDArray[np.bool_]) -> float:
        return float(np.polyfit(y[part], x[part], 1)[0]) if part.sum() > 1 else math.nan

    steps = [slope((np.arange(len(x)) >= i) & (np.arange(len(x)) < i + 3)) for i in range(len(x) - 2)]
    return {"iv_resting": slope(np.abs(x) <= 10.0), "iv_hyperpolarised": slope(x <= -80.0), "iv_least": float(min(steps))}

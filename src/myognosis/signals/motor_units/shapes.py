"""What the potentials of several units are like together: means with their intervals, and shares."""

import numpy as np

from myognosis.model.recording import Measurement
from myognosis.signals.motor_units.units import MotorUnit

__all__ = ["shape_rows", "share_row"]

_UNITS = {
    "motor_unit_amplitude": "uV", "motor_unit_duration": "ms", "motor_unit_area": "uV ms", "motor_unit_phases": "1",
    "motor_unit_turns": "1", "motor_unit_thickness": "ms", "motor_unit_size_index": "1",
}  # fmt: skip


def shape_rows(units: tuple[MotorUnit, ...], polyphasic: float, seconds: float, channel: str) -> tuple[Measurement, ...]:
    """The mean over units of each measure of shape, with its bootstrap interval; the share of those with so many phases."""
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
    method = f"share of units near the electrode whose median potential has {polyphasic:g} phases or more"
    ragged = sum(x.phases >= polyphasic for x in p)
    return (*rows, share_row("motor_unit_polyphasic_share", ragged, len(p), method, "clopper1934", seconds, channel))


def share_row(name: str, k: int, n: int, method: str, source: str, seconds: float, channel: str) -> Measurement:
    """So many (k) of n units, with the exact binomial interval (Clopper and Pearson 1934)."""
    from scipy.stats import beta

    low = float(beta.ppf(0.025, k, n - k + 1)) if k else 0.0
    high = float(beta.ppf(0.975, k + 1, n - k)) if k < n else 1.0
    return Measurement(
        name=name, value=k / n, low=low, high=high, unit="1", source=source, method=method, seconds=seconds, channel=channel
    )

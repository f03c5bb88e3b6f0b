"""Which kind a discharge is: the one whose criteria are all met. Nothing is forced."""

import numpy as np

from myognosis.signals.discharges.model import UNCLASSIFIED, Check, Criterion, DischargeCriteria, Electrode, Verdict

__all__ = ["classify"]

NEEDS_MORE = frozenset({
    "first_negative", "interval_cov", "interval_cov_robust", "rate_hz", "recurrence_cov", "recurrence_cov_robust", "recurrence_hz",
    "rise",
})  # fmt: skip
"""Measures that need more potentials, a known polarity or a beginning that was seen.

Any other that is missing is one that this discharge does not have.
"""


def classify(
    measures: dict[str, float], criteria: DischargeCriteria, electrode: Electrode
) -> tuple[str, Verdict, tuple[Verdict, ...]]:
    """The kind, why, and the two next nearest kinds.

    Regularity of too few potentials, polarity where it is unknown, a rise that was not seen and, on the skin, the length of what
    hardly stands out of the noise cannot be judged and do not decide; a kind needs half of its criteria to be judged, and all of
    those to be met. Where several kinds are met, the one with more criteria that are met and judged is more specific and stands;
    with as many on both sides the discharge is unclassified.
    """
    kinds = [k for k in criteria.kinds if electrode == "needle" or k not in criteria.needle_only]
    faint = electrode == "surface" and measures.get("snr", np.inf) < criteria.rules.faint_snr
    untold = frozenset({"duration_ms"} if faint else ())
    tolerance = criteria.rules.tolerance
    verdicts = [Verdict(k, tuple(_check(c, measures, tolerance, untold) for c in criteria.kinds[k])) for k in kinds]
    met = sorted((v for v in verdicts if v.met), key=lambda v: -_weight(v))
    ordered = sorted(verdicts, key=lambda v: (not v.met, -v.share))
    if met and (len(met) == 1 or _weight(met[0]) > _weight(met[1])):
        others = tuple(v for v in ordered if v is not met[0])
        return met[0].kind, met[0], others[:2]
    return UNCLASSIFIED, ordered[0], tuple(ordered[1:2])


def _weight(verdict: Verdict) -> int:
    return sum(check.met is True for check in verdict.checks)


def _check(criterion: Criterion, measures: dict[str, float], tolerance: float, untold: frozenset[str]) -> Check:
    if criterion.measure in untold:
        return Check(criterion, None, None)
    value = measures.get(criterion.measure)
    if value is None:
        return Check(criterion, None, None if criterion.measure in NEEDS_MORE else False)
    low, high = criterion.low, criterion.high
    above = low is None or value >= low * (1 - tolerance)
    return Check(criterion, value, above and (high is None or value <= high * (1 + tolerance)))

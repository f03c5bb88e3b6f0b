"""Discharges of a muscle at rest: found, sorted by source, measured, and named by explicit criteria.

What makes which kind is no part of this room: criteria come in as data, each with its source.
"""

from myognosis.signals.discharges.find import find_discharges, find_discharges_in, summary
from myognosis.signals.discharges.model import (
    UNCLASSIFIED,
    Check,
    Criterion,
    Discharge,
    DischargeCriteria,
    DischargeRules,
    Discharges,
    Electrode,
    SeriesRules,
    Verdict,
)

__all__ = [
    "UNCLASSIFIED", "Check", "Criterion", "Discharge", "DischargeCriteria", "DischargeRules", "Discharges", "Electrode",
    "SeriesRules", "Verdict",
    "find_discharges", "find_discharges_in", "summary",
]  # fmt: skip

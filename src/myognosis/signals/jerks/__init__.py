"""Jerks: bursts and lapses of muscles, their length, order and rhythm, and what the brain does before and after them.

``bursts`` finds what comes on, ``lapses`` what drops out; ``pattern`` reads order, spread and synchrony; ``backaverage`` looks for
the cortex before the jerk, ``reflexes`` for the answer to a stimulus.
"""

from myognosis.signals.jerks.bursts import Burst, BurstSettings, Jerks, find_jerks
from myognosis.signals.jerks.criteria import DurationClass, JerkCriteria
from myognosis.signals.jerks.lapses import Lapse, Lapses, LapseSettings, find_lapses
from myognosis.signals.jerks.pattern import MuscleOrder, Together, classify_duration, judge_together, order_muscles

__all__ = [
    "Burst", "BurstSettings", "DurationClass", "JerkCriteria", "Jerks", "Lapse", "LapseSettings", "Lapses", "MuscleOrder",
    "Together", "classify_duration", "find_jerks", "find_lapses", "judge_together", "order_muscles",
]  # fmt: skip

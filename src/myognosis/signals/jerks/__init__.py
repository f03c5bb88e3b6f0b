"""Jerks: bursts and lapses of muscles, their length, order and rhythm, and what the brain does before and after them.

``bursts`` finds what comes on, ``lapses`` what drops out; ``pattern`` reads order, spread and synchrony; ``backaverage`` looks for
the cortex before the jerk, ``reflexes`` for the answer to a stimulus.
"""

from myognosis.signals.jerks.backaverage import CORTICAL, READINESS, AverageSettings, BackAverage, average_back
from myognosis.signals.jerks.bursts import Burst, BurstSettings, Jerks, find_jerks
from myognosis.signals.jerks.criteria import DurationClass, JerkCriteria
from myognosis.signals.jerks.lapses import Lapse, Lapses, LapseSettings, find_lapses
from myognosis.signals.jerks.pattern import MuscleOrder, Together, classify_duration, judge_together, order_muscles
from myognosis.signals.jerks.reflexes import Reflex, Reflexes, measure_reflexes
from myognosis.signals.jerks.sensory import SensoryPotential, measure_sensory

__all__ = [
    "CORTICAL", "READINESS", "AverageSettings", "BackAverage", "Burst", "BurstSettings", "DurationClass", "JerkCriteria", "Jerks",
    "Lapse", "LapseSettings", "Lapses", "MuscleOrder", "Reflex", "Reflexes", "SensoryPotential", "Together", "average_back",
    "classify_duration", "find_jerks", "find_lapses", "judge_together", "measure_reflexes", "measure_sensory", "order_muscles",
]  # fmt: skip

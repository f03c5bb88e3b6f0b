"""Jerks: bursts and lapses of muscles, their length, order and rhythm, and what the brain does before and after them.

``bursts`` finds what comes on, ``lapses`` what drops out; ``pattern`` reads order, spread and synchrony; ``backaverage`` looks for
the cortex before the jerk, ``reflexes`` for the answer to a stimulus.
"""

from myognosis.signals.jerks.backaverage import CORTICAL, READINESS, AverageSettings, BackAverage, average_back, average_back_in
from myognosis.signals.jerks.bursts import Burst, BurstSettings, Jerks, find_jerks, find_jerks_in
from myognosis.signals.jerks.criteria import DurationClass, JerkCriteria
from myognosis.signals.jerks.lapses import Lapse, Lapses, LapseSettings, find_lapses, find_lapses_in
from myognosis.signals.jerks.pattern import MuscleOrder, Together, classify_duration, judge_together, order_muscles
from myognosis.signals.jerks.reflexes import Reflex, Reflexes, measure_reflexes, measure_reflexes_in
from myognosis.signals.jerks.sensory import SensoryPotential, measure_sensory, measure_sensory_in

__all__ = [
    "CORTICAL", "READINESS", "AverageSettings", "BackAverage", "Burst", "BurstSettings", "DurationClass", "JerkCriteria", "Jerks",
    "Lapse", "LapseSettings", "Lapses", "MuscleOrder", "Reflex", "Reflexes", "SensoryPotential", "Together", "average_back",
    "average_back_in", "classify_duration", "find_jerks", "find_jerks_in", "find_lapses", "find_lapses_in", "judge_together",
    "measure_reflexes", "measure_reflexes_in", "measure_sensory", "measure_sensory_in", "order_muscles",
]  # fmt: skip

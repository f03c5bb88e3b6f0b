"""Fasciculation potentials in surface or needle EMG at rest: single discharges of a motor unit, found, counted, measured.

The recording is heard once to learn its noise; what stands out is sorted into shapes that come back, each taken to be one motor
unit; in a second pass each shape is looked for everywhere and taken away where it fits. Seconds of voluntary activity are left
out under a strict and a lenient rule. What is found is not named a disease. Every step with its source: ``docs/fasciculation.md``.
"""

from myognosis.signals.fasciculation.events import Event, Fasciculations, Unit
from myognosis.signals.fasciculation.finding import find_fasciculations, find_fasciculations_in
from myognosis.signals.fasciculation.rates import clustered_interval
from myognosis.signals.fasciculation.settings import NEEDLE_HZ, FasciculationRules, FasciculationSettings, Rule
from myognosis.signals.source import ChannelSource, Source, SpanSource

__all__ = [
    "NEEDLE_HZ", "ChannelSource", "Event", "FasciculationRules", "FasciculationSettings", "Fasciculations", "Rule", "Source",
    "SpanSource", "Unit", "clustered_interval", "find_fasciculations", "find_fasciculations_in",
]  # fmt: skip

"""Nerve conduction: from traces after a stimulus to latencies, amplitudes, velocities and their ratios.

``waveform`` marks one response; ``late`` finds F waves and H reflexes; ``segments`` compares two sites of stimulation and
corrects for temperature; ``repetitive`` follows a train; ``sweeps`` cuts a recording at its stimuli. No limit of what is usual
stands here: those are knowledge.
"""

from myognosis.signals.conduction.late import FWaves, HReflex, find_f_waves, measure_h_reflex
from myognosis.signals.conduction.repetitive import Train, measure_train
from myognosis.signals.conduction.segments import Compared, compare_sites, velocity_m_s
from myognosis.signals.conduction.sweeps import Sweep, average, cut_sweeps
from myognosis.signals.conduction.waveform import Marks, Response, ResponseSettings, measure_response, positive_before

__all__ = [
    "Compared", "FWaves", "HReflex", "Marks", "Response", "ResponseSettings", "Sweep", "Train", "average", "compare_sites",
    "cut_sweeps", "find_f_waves", "measure_h_reflex", "measure_response", "measure_train", "positive_before",
    "velocity_m_s",
]  # fmt: skip

"""What the knowledge hands to the signals, for the benchmarks: how potentials at rest are looked for, and what is a motor unit."""

from myognosis.findings.needle import fasciculation_settings, motor_unit_rules
from myognosis.knowledge import load_knowledge

__all__ = ["AT_REST", "UNITS"]

AT_REST, UNITS = fasciculation_settings(load_knowledge()), motor_unit_rules(load_knowledge())

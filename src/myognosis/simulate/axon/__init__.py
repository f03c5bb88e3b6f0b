"""A human motor axon: what it needs, when it fires by itself, how fast it conducts. Equations and sources: ``docs/axon.md``."""

from myognosis.simulate.axon.faults import AxonError
from myognosis.simulate.axon.firing import Firing, SlowBalance, fire, fire_all, pattern
from myognosis.simulate.axon.parameters import MotorAxon, healthy_axon
from myognosis.simulate.axon.state import REST, AxonState, cuff

__all__ = [
    "REST", "AxonError", "AxonState", "Firing", "MotorAxon", "SlowBalance", "cuff", "fire", "fire_all", "healthy_axon", "pattern",
]  # fmt: skip

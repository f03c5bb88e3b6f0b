"""A human motor axon: what it needs, when it fires by itself, how fast it conducts. Equations and sources: ``docs/axon.md``."""

from myognosis.simulate.axon.faults import AxonError
from myognosis.simulate.axon.firing import Firing, SlowBalance, fire, fire_all, pattern
from myognosis.simulate.axon.ischaemia import Cuff, cuff, later, neuromyotonic, overbreathed, trousseau
from myognosis.simulate.axon.parameters import MotorAxon, healthy_axon
from myognosis.simulate.axon.state import BRANCH, REST, AxonState
from myognosis.simulate.axon.trace import Membrane, fire_watched

__all__ = [
    "BRANCH", "REST", "AxonError", "AxonState", "Cuff", "Firing", "Membrane", "MotorAxon", "SlowBalance", "cuff", "fire",
    "fire_all", "fire_watched", "healthy_axon", "later", "neuromyotonic", "overbreathed", "pattern", "trousseau",
]  # fmt: skip

"""Single membranes, as published."""

from myognosis.simulate.axon.node.patch import spikes_of

__all__ = ["spikes_of"]

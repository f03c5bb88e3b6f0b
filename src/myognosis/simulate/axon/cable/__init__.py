"""Conduction along myelinated motor fibres (double cable)."""

from myognosis.simulate.axon.cable.fibre import Geometry, conduction_m_s, geometry

__all__ = ["Geometry", "conduction_m_s", "geometry"]

"""Electrodes: from fibres to motor-unit potentials, from spikes to what an amplifier shows."""

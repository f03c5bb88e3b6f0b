"""Membranes through JAX are those of the compiled kernels."""

import sys

import numpy as np
import pytest

from myognosis.faults import MissingExtra
from myognosis.simulate.axon import AxonError
from myognosis.simulate.axon.node import spikes_of
from myognosis.simulate.axon.node.on_jax import spikes_on_jax


@pytest.mark.parametrize(
    ("membrane", "currents", "temperature"), [("squid", [0.0, 8.0, 12.0], 6.3), ("human", [0.0, 1500.0], 37.0)]
)
def test_spikes_are_those_of_the_compiled_kernels(membrane, currents, temperature):
    pytest.importorskip("jax")
    ours, theirs = (work(membrane, currents, 30.0, step_ms=0.005, temperature_c=temperature) for work in (spikes_of, spikes_on_jax))
    assert [len(x) for x in ours] == [len(x) for x in theirs]
    assert ours[-1].size
    for a, b in zip(ours, theirs, strict=True):
        assert np.allclose(a, b, rtol=1e-9)


def test_an_impossible_step_is_refused():
    pytest.importorskip("jax")
    with pytest.raises(AxonError, match="step_ms"):
        spikes_on_jax("squid", [10.0], 1.0, step_ms=1.0, temperature_c=6.3)


def test_without_jax_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "jax", None)
    with pytest.raises(MissingExtra, match="jax"):
        spikes_on_jax("squid", [10.0], 1.0, step_ms=0.005, temperature_c=6.3)

"""The nerve-excitability test of an axon, its indices, its place among 280 people, and its fit."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from myognosis.model.stimulation import Curve, ExcitabilityTest, StudyHead
from myognosis.readers.qtrac import read_mem
from myognosis.simulate.axon import REST, AxonError, healthy_axon
from myognosis.simulate.axon.membrane import columns, steady_gates
from myognosis.simulate.excitability import explain, fit_axon, indices, points_of, run_excitability, share_within, standings
from myognosis.simulate.excitability.protocol import spike_shape

ITSELF = {"rheobase_ma"}  # in units of its own


@pytest.fixture(scope="module")
def healthy():
    return run_excitability(healthy_axon(), threshold_ma=4.5)


@pytest.fixture(scope="module")
def person():
    return read_mem(Path(__file__).parents[2] / "data" / "recordings" / "FESB70821A.MEM")


def test_the_healthy_axon_holds_the_norms_of_280_people(healthy):
    points = points_of(healthy)
    assert len(points) > 120
    assert share_within(points, 1.0) >= 0.95
    assert share_within(points, 2.0) == 1.0


def test_every_index_of_the_healthy_axon_is_within_one_sd(healthy):
    apart = {s.name: round(s.z, 2) for s in standings(healthy) if s.name not in ITSELF and abs(s.z) > 1.0}
    assert not apart
    assert {"sdtc_ms", "rrp_ms", "superexcitability", "subexcitability", "ted_90_100", "teh_90_100", "iv_resting"} <= {
        s.name for s in standings(healthy)
    }


def test_indices_agree_with_those_of_the_recording_software(person):
    ours, theirs = indices(person), person.device_values
    pairs = {
        "sdtc_ms": ("Strength-duration time constant (ms)", 0.002), "rrp_ms": ("RRP (ms)", 0.01),
        "iv_least": ("Minimum I/V slope", 0.01), "teh_90_100": ("TEh(90-100ms)", 0.3), "ted_10_20": ("TEd(10-20ms)", 0.5),
        "superexcitability": ("Superexcitability (%)", 0.1), "subexcitability": ("Subexcitability (%)", 0.1),
        "ted_90_100": ("TEd(90-100ms)", 0.1),
    }  # fmt: skip
    for name, (label, tolerance) in pairs.items():
        assert ours[name] == pytest.approx(theirs[label], abs=tolerance), name


def test_more_potassium_outside_fans_in_and_lengthens_the_refractory_period(healthy):
    known = indices(healthy)
    changed = indices(run_excitability(healthy_axon(), REST.changed(potassium_mm=5.2), threshold_ma=4.5))
    assert changed["teh_90_100"] > known["teh_90_100"]
    assert changed["superexcitability"] > known["superexcitability"]


@pytest.mark.whole
def test_what_follows_a_spike_that_the_conditioning_current_itself_made_is_no_point_of_the_test():
    usual = healthy_axon()
    eager = usual.changed(nap_share=1.3 * usual.nap_share, kf_internode_ns=0.7 * usual.kf_internode_ns)
    test = run_excitability(eager, threshold_ma=4.5)
    assert test.electrotonus[0].delay_ms.tolist() == [0.0, 9.0, 10.0, 11.0, 15.0]
    assert test.electrotonus[3].delay_ms.max() == 10.0 + 200.0
    assert test.recovery.x.max() == 200.0


def test_the_peak_and_the_width_of_a_spike_move_smoothly_with_its_channels():
    usual = healthy_axon()
    p = columns([usual.changed(na_ns=f * usual.na_ns) for f in (1.0, 1.005, 1.01, 1.015)], REST)
    peak, width = spike_shape(p, steady_gates(p, *np.full((2, 4), usual.rest_mv)), np.full(4, 400.0))
    assert np.abs(np.diff(peak, 2)).max() < 0.05 < np.diff(peak).min()
    assert np.abs(np.diff(width, 2)).max() < 1e-4 < np.diff(width).min()


def test_an_axon_that_does_not_rest_is_not_tested():
    with pytest.raises(AxonError, match="does not rest"):
        run_excitability(healthy_axon(), REST.changed(potassium_mm=15.0), threshold_ma=4.5)


@pytest.mark.whole
def test_a_fit_finds_what_was_changed():
    changed = run_excitability(healthy_axon().changed(ks_node_ns=1.5 * healthy_axon().ks_node_ns), threshold_ma=4.5)
    best = explain(changed, temperature_c=33.0, names=("ks_node_ns",))[0]
    assert (best.name, best.unit) == ("ks_node_ns", "times")
    assert best.share > 0.9
    assert best.change == pytest.approx(1.5, rel=0.1)


@pytest.mark.whole
def test_a_fit_names_intervals_and_what_the_test_cannot_tell(healthy):
    found = fit_axon(healthy, temperature_c=33.0, starts=1, seed=0, rounds=1)
    assert found.rms < 0.1
    assert all(c.low <= c.value <= c.high for c in found.constants)
    assert any(not c.told for c in found.constants)


def test_a_test_with_too_few_points_is_not_fitted():
    with pytest.raises(AxonError, match="at least 40"):
        fit_axon(ExcitabilityTest(StudyHead()), temperature_c=33.0, starts=1, seed=0)


def test_imputed_and_missing_points_are_left_out(healthy):
    part = dataclasses.replace(healthy, recovery=Curve(np.array([2.5, 7.0]), np.array([10.0, -20.0])), electrotonus=())
    assert {p.curve for p in points_of(part)} == {"recovery", "current-threshold"}
    assert "sdtc_ms" in indices(part)
    assert "superexcitability" not in indices(part)

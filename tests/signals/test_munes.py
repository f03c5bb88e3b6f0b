"""Motor-unit numbers: known numbers come back, size and unit of the response do not matter, noise is no muscle."""

import numpy as np
import pytest
from benchmarks.munes import icc, made

from myognosis.model.stimulation import CmapScan, StudyHead
from myognosis.signals.munes import UnitSettings, estimate_motor_units

pytest.importorskip("scipy")
QUICK = UnitSettings(simulations=40)


@pytest.mark.parametrize("number", [10, 40, 120])
def test_a_known_number_comes_back(number: int):
    rng = np.random.default_rng(number)
    found = [estimate_motor_units(made(rng, number, 3.0), QUICK) for _ in range(5)]
    kept = [f for f in found if f]
    assert len(kept) == 5
    assert np.exp(np.mean(np.log([f.number for f in kept]))) == pytest.approx(number, rel=0.3)
    assert all(f.low < f.number < f.high and f.weighted < f.number for f in kept)


def test_a_larger_response_of_the_same_units_is_the_same_number():
    scan = made(np.random.default_rng(1), 60, 3.0)
    larger = CmapScan(head=StudyHead(), stimulus_ma=2 * scan.stimulus_ma, response_mv=3 * scan.response_mv + 0.4)
    one, two = estimate_motor_units(scan, QUICK), estimate_motor_units(larger, QUICK)
    assert one
    assert two
    assert two.number == pytest.approx(one.number, rel=0.02)
    assert two.mean_size_uv == pytest.approx(3 * one.mean_size_uv, rel=0.02)


def test_the_same_scan_gives_the_same_number_to_the_bit():
    scan = made(np.random.default_rng(2), 50, 3.0)
    assert estimate_motor_units(scan, QUICK) == estimate_motor_units(scan, QUICK)


@pytest.mark.parametrize("fault", ["flat", "short", "narrow", "upside down", "smooth"])
def test_what_is_no_scan_has_no_number(fault: str):
    scan = made(np.random.default_rng(3), 50, 3.0)
    x, y = scan.stimulus_ma, scan.response_mv
    if fault == "flat":
        y = np.zeros_like(y)
    elif fault == "short":
        x, y = x[::12], y[::12]
    elif fault == "narrow":
        x = np.linspace(10.0, 9.9, len(x))
    elif fault == "upside down":
        y = -y
    else:
        y = np.linspace(8.0, 0.0, len(y)) + np.where(np.arange(len(y)) % 2, 0.05, -0.05) * (np.arange(len(y)) < 30)
    found = estimate_motor_units(CmapScan(head=StudyHead(), stimulus_ma=x, response_mv=y), QUICK)
    assert found is None


def test_agreement_of_equal_tables_is_one():
    assert icc(np.array([[1.0, 1.0], [2.0, 2.0], [5.0, 5.0]])) == pytest.approx(1)

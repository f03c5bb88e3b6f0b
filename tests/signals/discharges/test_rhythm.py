"""Fibres that look alike are told apart by the clock that each of them is."""

import numpy as np
from tests.signals.made_needle import criteria

from myognosis.signals.discharges.rhythm import clocks as clocks_by


def clocks(times: np.ndarray) -> list[np.ndarray]:
    return clocks_by(times, criteria().rules)


def train(rate_hz: float, scatter: float, seed: int, lost: float = 0.0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    times = np.cumsum(rng.normal(1 / rate_hz, scatter / rate_hz, round(8 * rate_hz)))
    return times[rng.random(len(times)) >= lost]


def test_two_fibres_that_are_heard_as_one_source_are_two_clocks_though_firings_are_lost():
    fibres = [train(7.3, 0.03, 1, lost=0.04), train(4.9, 0.03, 2, lost=0.04)]
    found = clocks(np.sort(np.concatenate(fibres)))
    for fibre in fibres:
        assert max(np.isin(fibre, clock).mean() for clock in found) > 0.85


def test_units_at_will_are_no_clocks():
    units = [train(rate, 0.12, seed) for seed, rate in enumerate((7.0, 9.0, 11.0))]
    assert clocks(np.sort(np.concatenate(units))) == []


def test_chance_is_no_clock_and_few_firings_are_none():
    assert clocks(np.sort(np.random.default_rng(3).uniform(0, 8, 80))) == []
    assert clocks(train(8.0, 0.01, 4)[:12]) == []
    assert clocks(np.zeros(0)) == []

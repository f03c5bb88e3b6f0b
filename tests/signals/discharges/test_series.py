"""Which intervals part bursts."""

import numpy as np
from tests.signals.made_needle import criteria

from myognosis.signals.discharges.series import _jump

SERIES = criteria().rules.series


def test_the_thin_end_of_irregular_intervals_parts_no_bursts():
    rng = np.random.default_rng(9)
    assert all(_jump(0.006 + rng.exponential(0.026, 500), SERIES) is None for _ in range(40))


def test_pauses_part_bursts_though_a_few_firings_were_missed():
    gaps = np.tile(np.append(np.full(9, 0.02), 0.5), 20) * np.random.default_rng(10).normal(1, 0.05, 200)
    gaps[[3, 77, 142]] *= 2
    limit = _jump(gaps, SERIES)
    assert limit is not None and 0.05 < limit < 0.4

"""Units of nearly one shape are told apart by where they lie, where several electrodes see them."""

import numpy as np
import pytest
from tests.signals.made_needle import criteria

from myognosis.signals.discharges.parting import part_sources
from myognosis.signals.potentials.firings import Trace, prepare

RATE, FIRINGS = 2000.0, 48
RULES = criteria().rules
WAVE = 200 * np.gradient(np.exp(-(((np.arange(40) - 20) / 5.0) ** 2)))


def traces(other: float, size: float = 1.0, moved: int = 0) -> tuple[list[np.ndarray], list[Trace]]:
    """Every second potential is ``size`` times as large, and ``other`` times as large at the second electrode.

    All are triggered up to so many samples early or late.
    """
    rng = np.random.default_rng(4)
    at = 400 + 300 * np.arange(FIRINGS) + rng.integers(-80, 80, FIRINGS)
    rows = rng.normal(0, 3, (2, 400 + 300 * (FIRINGS + 1)))
    for k, first in enumerate(at):
        own = size if k % 2 else 1.0
        rows[0, first : first + 40] += own * WAVE
        rows[1, first : first + 40] += own * (other if k % 2 else 1.0) * WAVE
    return [at + 20 + rng.integers(-moved, moved + 1, FIRINGS)], [
        prepare(f"{k}", row, RATE, "surface") for k, row in enumerate(rows)
    ]


def test_two_units_of_one_shape_are_parted_where_a_second_electrode_sees_them_differently():
    sources, both = traces(other=-0.6)
    assert sorted(len(part) for part in part_sources(sources, both[0], both, RULES)) == [FIRINGS // 2, FIRINGS // 2]
    assert [len(part) for part in part_sources(sources, both[0], both[:1], RULES)] == [FIRINGS]


@pytest.mark.parametrize("other", [0.7, 1.0])
def test_what_the_moment_of_the_trigger_makes_neither_hides_two_units_nor_parts_one(other: float):
    sources, both = traces(other=other, moved=1)
    parts = sorted(len(part) for part in part_sources(sources, both[0], both, RULES))
    assert parts == ([FIRINGS] if other == 1.0 else [FIRINGS // 2, FIRINGS // 2])


def test_a_unit_whose_size_changes_stays_one_however_many_electrodes_see_it():
    sources, both = traces(other=1.0, size=0.7)
    assert [len(part) for part in part_sources(sources, both[0], both, RULES)] == [FIRINGS]


def test_three_units_that_a_needle_hears_as_one_are_parted_where_one_of_them_keeps_its_rhythm():
    rng, rate = np.random.default_rng(6), 10_000.0
    off = np.arange(40) - 20
    forms = [200 * np.gradient(np.exp(-((off / width) ** 2))) for width in (4.0, 5.0, 6.5)]
    trains = [400 + np.cumsum(rng.normal(mean, 0.1 * mean, 40).astype(int)) for mean in (1000, 1200, 1400)]
    row = rng.normal(0, 1, 70_000)
    for form, train in zip(forms, trains, strict=True):
        for at in train:
            row[at - 20 : at + 20] += form
    source = np.unique(np.concatenate(trains))
    parts = part_sources([source], prepare("needle", row, rate, "needle"), [], RULES)
    assert len(parts) == 3
    assert all(abs(len(part) - 40) <= 3 for part in parts)

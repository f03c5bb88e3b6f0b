"""What moves over a grid is told from what rises and falls under all electrodes together."""

import numpy as np
import pytest
from tests.signals.made_needle import criteria

from myognosis.signals.discharges.sites import place_shift

RATE = 200.0


def grid(moves: bool, seconds: int = 12, channels: int = 8) -> list[np.ndarray]:
    rng, t = np.random.default_rng(4), np.arange(seconds * RATE) / (seconds * RATE)
    level = np.sin(np.pi * t) + 0.1
    middle = 2 + 3 * t if moves else np.full(len(t), 3.5)
    return [
        20 * level * np.exp(-(((k - middle) / 2) ** 2)) * rng.normal(size=len(t)) + rng.normal(size=len(t)) for k in range(channels)
    ]


def shift(**made: object) -> float | None:
    rows = grid(**made)  # type: ignore[arg-type]
    return place_shift(rows, np.ones(len(rows)), RATE, criteria().rules).get("place_shift")


def test_what_moves_is_told_from_what_stays():
    moved, stayed = shift(moves=True), shift(moves=False)
    assert moved is not None and stayed is not None
    assert moved > 3 > 1.5 > stayed


@pytest.mark.parametrize("less", [{"channels": 7}, {"seconds": 5}])
def test_of_less_than_a_grid_or_of_seconds_nothing_is_told(less: dict[str, int]):
    assert shift(moves=True, **less) is None

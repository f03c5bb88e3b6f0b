"""Detections against the truth: one to one within 10 ms, doubles counted apart; partitions against each other."""

from dataclasses import dataclass

import numpy as np

REACH_S = 0.010
INSIDE_S = 0.020
"""A surplus detection this near to a true potential is inside it: a double, not a potential made up."""


@dataclass(frozen=True)
class Score:
    """How many of the true potentials were found, and what else was; ``pairs`` are rows of truth and of detections."""

    true: int
    hits: int
    doubled: int
    false: int
    pairs: tuple[tuple[int, int], ...] = ()

    def __add__(self, other: "Score") -> "Score":
        return Score(self.true + other.true, self.hits + other.hits, self.doubled + other.doubled, self.false + other.false)

    @property
    def recall(self) -> float:
        """Found of the true."""
        return self.hits / max(1, self.true)

    @property
    def precision(self) -> float:
        """True of the found; doubles are counted apart."""
        return self.hits / max(1, self.hits + self.false)

    @property
    def doubles(self) -> float:
        """Doubles for each true potential."""
        return self.doubled / max(1, self.true)


def score(truth: np.ndarray, found: np.ndarray, reach_s: float = REACH_S) -> Score:
    """Nearest pairs first, each time used once."""
    apart = np.abs(truth[:, None] - found[None, :])
    near = np.argwhere(apart <= reach_s)
    pairs: list[tuple[int, int]] = []
    left_true, left_found = set(range(len(truth))), set(range(len(found)))
    for i, j in sorted(near.tolist(), key=lambda ij: apart[ij[0], ij[1]]):
        if i in left_true and j in left_found:
            pairs.append((i, j))
            left_true.discard(i)
            left_found.discard(j)
    doubled = sum(bool(len(truth) and apart[:, j].min() <= INSIDE_S) for j in left_found)
    return Score(len(truth), len(pairs), doubled, len(left_found) - doubled, tuple(sorted(pairs)))


def adjusted_rand(one: np.ndarray, other: np.ndarray) -> float:
    """Agreement of two partitions over chance (Hubert and Arabie 1985, J Classification 2:193, doi 10.1007/BF01908075)."""
    table = np.array([[np.sum((one == a) & (other == b)) for b in np.unique(other)] for a in np.unique(one)], float)
    pairs = lambda counts: float((counts * (counts - 1) / 2).sum())  # noqa: E731
    within, rows, columns, all_pairs = pairs(table), pairs(table.sum(1)), pairs(table.sum(0)), pairs(table.sum())
    by_chance = rows * columns / all_pairs if all_pairs else 0.0
    top = (rows + columns) / 2
    return 1.0 if top == by_chance else (within - by_chance) / (top - by_chance)

"""How far two sets of labels agree: one to one in time, by class, and second by second.

Labels are paired so that as many as possible have a partner within the tolerance, and of all such pairings the one with the
smallest sum of differences is taken (assignment; Kuhn 1955). Kappa: Cohen 1960, Educ Psychol Meas 20:37; its interval for classes:
Fleiss, Cohen and Everitt 1969, Psychol Bull 72:323. What is counted in time has its interval from a bootstrap over blocks of it,
since neighbouring seconds and events are not independent. Shares have exact binomial intervals, rates exact Poisson intervals.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from myognosis.model.labels import Label, Labels
from myognosis.signals.intervals import Estimate, poisson_interval, share_of

__all__ = ["Agreement", "Rate", "compare_labels", "kappa", "kappa_of"]

_NONE = ""
"""The class of the partner that a label does not have."""
_FAR = 1e6
_BLOCK_S, _DRAWS = 10.0, 500
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Rate:
    """How many labels, and how many a minute with the exact interval."""

    count: int
    per_minute: Estimate


@dataclass(frozen=True)
class Agreement:
    """Two sets of labels compared; times in seconds, the first set is the truth.

    ``confusion`` counts (true class, class in the result); an empty word is no partner. ``same_class`` is the share of pairs
    of one class. ``by_class`` holds recall and precision of each class, class and time both right. ``kappa_seconds`` is that of
    "a label lies in this second". ``agreed`` does not ask who is right: twice the pairs over all labels of both.
    """

    precision: Estimate | None
    recall: Estimate | None
    matched: int
    duplicates: int
    errors_s: tuple[float, ...]
    confusion: dict[tuple[str, str], int]
    same_class: Estimate | None
    kappa_class: Estimate | None
    kappa_seconds: Estimate | None
    agreed: Estimate | None
    seconds: float
    truth: Rate
    result: Rate
    by_class: dict[str, tuple[Estimate | None, Estimate | None]] = field(default_factory=dict)

    @property
    def f1(self) -> float | None:
        """The harmonic mean of precision and recall."""
        if self.precision is None or self.recall is None:
            return None
        both = self.precision.value + self.recall.value
        return 2 * self.precision.value * self.recall.value / both if both else 0.0


def compare_labels(truth: Labels, result: Labels, tolerance_s: float, *, by_channel: bool = False) -> Agreement:
    """Agreement of two sets of labels.

    Parameters
    ----------
    truth, result
        The labels; of the two the first counts as true.
    tolerance_s
        How far apart the beginnings of two labels may lie that are one.
    by_channel
        Whether labels of different channels are never one; else the channel does not matter.
    """
    one, other = truth.labels, result.labels
    pairs = _pairs(one, other, tolerance_s, by_channel)
    end = max((x.end_s for x in (*one, *other)), default=0.0)
    seconds = truth.seconds or result.seconds or end
    confusion = Counter((one[i].kind, other[j].kind) for i, j in pairs)
    mine, theirs = {i for i, _ in pairs}, {j for _, j in pairs}
    confusion.update((x.kind, _NONE) for i, x in enumerate(one) if i not in mine)
    confusion.update((_NONE, x.kind) for j, x in enumerate(other) if j not in theirs)
    same = sum(n for (a, b), n in confusion.items() if a == b)
    return Agreement(
        precision=_share(len(pairs), len(other)), recall=_share(len(pairs), len(one)), matched=len(pairs),
        duplicates=_duplicates(one, other, mine, theirs, tolerance_s, by_channel),
        errors_s=tuple(other[j].start_s - one[i].start_s for i, j in pairs), confusion=dict(confusion),
        same_class=_share(same, len(pairs)),
        kappa_class=kappa_of({k: n for k, n in confusion.items() if _NONE not in k}),
        kappa_seconds=_by_second(one, other, max(seconds, end)), agreed=_agreed(one, other, mine, theirs, max(seconds, end)),
        seconds=seconds, truth=_rate(len(one), seconds), result=_rate(len(other), seconds), by_class=_by_class(confusion),
    )  # fmt: skip


def _pairs(one: Sequence[Label], other: Sequence[Label], tolerance_s: float, by_channel: bool) -> list[tuple[int, int]]:
    """Indices of the labels that are one."""
    groups: dict[str, tuple[list[int], list[int]]] = {}
    for side, labels in enumerate((one, other)):
        for index, label in enumerate(labels):
            groups.setdefault(label.channel if by_channel else "", ([], []))[side].append(index)
    found: list[tuple[int, int]] = []
    for mine, theirs in groups.values():
        found += _pairs_of_group(one, other, mine, theirs, tolerance_s)
    return sorted(found)


def _pairs_of_group(
    one: Sequence[Label], other: Sequence[Label], mine: list[int], theirs: list[int], tolerance_s: float
) -> list[tuple[int, int]]:
    """Pairs within runs of labels of which each lies near the next; farther apart none can be one."""
    from scipy.optimize import linear_sum_assignment

    marks = sorted([(one[i].start_s, 0, i) for i in mine] + [(other[j].start_s, 1, j) for j in theirs])
    runs: list[tuple[list[int], list[int]]] = []
    last = -np.inf
    for time, side, index in marks:
        if time - last > tolerance_s + _TINY:
            runs.append(([], []))
        runs[-1][side].append(index)
        last = time
    found: list[tuple[int, int]] = []
    for a, b in runs:
        if a and b:
            apart = np.abs(np.subtract.outer([one[i].start_s for i in a], [other[j].start_s for j in b]))
            cost = np.where(apart <= tolerance_s + _TINY, apart, _FAR)
            rows, columns = linear_sum_assignment(cost)
            found += [(a[r], b[k]) for r, k in zip(rows, columns, strict=True) if cost[r, k] < _FAR]
    return found


_TINY = 1e-9
"""What two ways to write one time may differ by."""


def _duplicates(
    one: Sequence[Label], other: Sequence[Label], mine: set[int], theirs: set[int], tolerance_s: float, by_channel: bool
) -> int:
    """Labels of the result without a partner, near a true one that has its partner already."""
    taken = [one[i] for i in mine]
    spare = [x for j, x in enumerate(other) if j not in theirs]
    times = np.sort([x.start_s for x in taken]) if not by_channel else None
    if times is not None:
        near = np.searchsorted(times, [x.start_s + tolerance_s + _TINY for x in spare], "right") - np.searchsorted(
            times, [x.start_s - tolerance_s - _TINY for x in spare]
        )
        return int(np.count_nonzero(near))
    return sum(any(x.channel == y.channel and abs(x.start_s - y.start_s) <= tolerance_s for y in taken) for x in spare)


def _share(count: int, total: int) -> Estimate | None:
    return share_of(count, total) if total else None


def _rate(count: int, seconds: float) -> Rate:
    if seconds <= 0:
        return Rate(count, Estimate(0.0, 0.0, 0.0))
    low, high = poisson_interval(count, seconds / 60)
    return Rate(count, Estimate(60 * count / seconds, low, high))


def _by_class(confusion: Counter[tuple[str, str]]) -> dict[str, tuple[Estimate | None, Estimate | None]]:
    kinds = sorted({k for pair in confusion for k in pair} - {_NONE})
    found = {}
    for kind in kinds:
        right = confusion[kind, kind]
        true = sum(n for (a, _), n in confusion.items() if a == kind)
        said = sum(n for (_, b), n in confusion.items() if b == kind)
        found[kind] = (_share(right, true), _share(right, said))
    return found


def kappa(table: dict[tuple[str, str], int]) -> float | None:
    """Cohen's kappa of a table of pairs; None where it is not defined (nothing to compare, or one class alone).

    >>> kappa({("a", "a"): 20, ("a", "b"): 5, ("b", "a"): 10, ("b", "b"): 15})
    0.4
    """
    total = sum(table.values())
    if not total:
        return None
    rows, columns = Counter[str](), Counter[str]()
    for (a, b), n in table.items():
        rows[a] += n
        columns[b] += n
    by_chance = sum(rows[k] * columns[k] for k in rows) / total**2
    agreed = sum(n for (a, b), n in table.items() if a == b) / total
    return None if by_chance >= 1 - _TINY else round((agreed - by_chance) / (1 - by_chance), 12)


def kappa_of(table: dict[tuple[str, str], int]) -> Estimate | None:
    """Kappa with its interval, from its standard error in large samples."""
    value = kappa(table)
    if value is None:
        return None
    kinds = sorted({k for pair in table for k in pair})
    n = sum(table.values())
    p = np.array([[table.get((a, b), 0) / n for b in kinds] for a in kinds])
    rows, columns = p.sum(axis=1), p.sum(axis=0)
    by_chance = float(rows @ columns)
    on = float((np.diag(p) * (1 - (rows + columns) * (1 - value)) ** 2).sum())
    across = np.add.outer(columns, rows) ** 2
    off = (1 - value) ** 2 * float((p * across).sum() - (np.diag(p) * np.diag(across)).sum())
    spread = max(0.0, on + off - (value - by_chance * (1 - value)) ** 2) / (n * (1 - by_chance) ** 2)
    return Estimate(value, max(-1.0, value - 1.96 * spread**0.5), min(1.0, value + 1.96 * spread**0.5))


def _by_second(one: Sequence[Label], other: Sequence[Label], seconds: float) -> Estimate | None:
    n = int(np.ceil(seconds))
    if n < 1:
        return None
    both = np.zeros((2, n), np.int64)
    for taken, labels in zip(both, (one, other), strict=True):
        for x in labels:
            taken[int(min(x.start_s, n - 1)) : int(min(x.end_s, n - 1)) + 1] = 1
    counts = _in_blocks(np.stack([both[0] & both[1], both[0], both[1], np.ones(n, np.int64)], axis=1), np.arange(float(n)), seconds)
    return _in_blocks_estimate(counts, _kappa_of_seconds)


def _kappa_of_seconds(counts: Floats) -> Floats:
    """Kappa of the seconds that both, the first, the second and nobody in particular labelled."""
    yes, first, second, n = counts.T
    with np.errstate(all="ignore"):  # of no seconds, and where all are alike, there is none
        agreed = (n - first - second + 2 * yes) / n
        by_chance = (first * second + (n - first) * (n - second)) / n**2
        return np.where(by_chance < 1 - _TINY, (agreed - by_chance) / (1 - by_chance), np.nan)


def _agreed(one: Sequence[Label], other: Sequence[Label], mine: set[int], theirs: set[int], seconds: float) -> Estimate | None:
    """Positive agreement: the labels of both that have a partner over all of them."""
    labels = [(x.start_s, index in taken) for side, taken in ((one, mine), (other, theirs)) for index, x in enumerate(side)]
    if not labels:
        return None
    counts = _in_blocks(np.array([(paired, 1) for _, paired in labels], np.int64), np.array([s for s, _ in labels]), seconds)
    return _in_blocks_estimate(counts, lambda sums: sums[:, 0] / np.maximum(sums[:, 1], 1))


def _in_blocks(counts: npt.NDArray[np.int64], at_s: Floats, seconds: float) -> npt.NDArray[np.int64]:
    """Counts summed over blocks of ten seconds, or over ten blocks of a shorter time."""
    n = max(10, int(seconds // _BLOCK_S))
    block = np.minimum((at_s / max(seconds, _TINY) * n).astype(np.int64), n - 1)
    sums = np.zeros((n, counts.shape[1]), np.int64)
    np.add.at(sums, block, counts)
    return sums


def _in_blocks_estimate(counts: npt.NDArray[np.int64], measure: Callable[[Floats], Floats]) -> Estimate | None:
    value = float(measure(counts.sum(axis=0, keepdims=True).astype(np.float64))[0])
    if np.isnan(value):
        return None
    rng = np.random.default_rng(20260101)
    draws = rng.multinomial(len(counts), np.full(len(counts), 1 / len(counts)), size=_DRAWS)
    found = measure((draws @ counts).astype(np.float64))
    low, high = np.nanpercentile(found, [2.5, 97.5]) if np.isfinite(found).any() else (value, value)
    return Estimate(round(value, 12), min(float(low), value), max(float(high), value))

"""Which sets of causes can matter, and a proven bound on those left out.

A noisy-OR has diminishing returns: what a cause gains on top of others is at most what it gains alone. For a pair the weight
is computed for all pairs at once; it is exact but for describing features that both causes bring themselves, where the
gains of the two are multiplied: an upper bound.

For a triple {a, b, c} with a the heaviest, w(abc) <= w(a) g(b|a) g(c|a), the description at most certain. The sum of this over
all triples has a closed form, from which the enumerated ones are taken away.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from myognosis.reason.algebra import product
from myognosis.reason.evidence import Evidence
from myognosis.reason.network import Network
from myognosis.reason.weighing import NOBODY, Apart, described, description_likelihood, makes, named_share

__all__ = ["Reach"]

Array = NDArray[np.float64]
Index = NDArray[np.int64]

_MOST_PAIRS, _ANCHORS, _COMPANIONS = 1500, 8, 12
"""How many sets are enumerated at most; what this leaves out is in the bound."""


@dataclass(frozen=True, eq=False)
class Reach:
    """Bounds on the weights of pairs and triples of causes, relative to the empty set.

    Attributes
    ----------
    order : (C,)
        Causes by their weight alone, the heaviest first. The arrays below are in this order.
    pair : (P,)
        Bound on the log weight of each pair, in the order of ``_pairs_of``.
    plain : (P,)
        The same without the description of the movement.
    alone : (C,)
        Log weight of each cause without the description.
    best : float
        The most that any set can gain in the description, log.
    """

    order: Index
    pair: Array
    plain: Array
    alone: Array
    best: float

    @classmethod
    def of(cls, network: Network, apart: Apart, evidence: Evidence, single: Array) -> "Reach":
        """The bounds of one case; ``single`` is the log weight of each cause alone."""
        order = np.argsort(-single, kind="stable").astype(np.int64)
        cost = apart.own[order]
        on, alone = _present(network, evidence, order)
        first, second = _pairs_of(len(order))
        plain = cost[first] + cost[second] + on + np.log(network.knowledge.number("further_cause"))
        described, best = _description(network, evidence, order)
        return cls(order, plain + described, plain, cost + alone, best)

    def pairs(self, bound: float) -> tuple[Index, float]:
        """The pairs to enumerate, and the bound on the weight of the others."""
        first, second = _pairs_of(len(self.order))
        weight = np.exp(np.minimum(self.pair, 600))
        most = min(_MOST_PAIRS, weight.size)
        top = np.argpartition(-weight, most - 1)[:most] if most < weight.size else np.arange(weight.size)
        top = top[np.argsort(-weight[top], kind="stable")]
        left = weight.sum() - np.cumsum(weight[top])
        count = int(np.searchsorted(-left, -bound)) + 1 if left.size else 0
        chosen = top[:count]
        rows = np.stack([self.order[first[chosen]], self.order[second[chosen]]], axis=1)
        return rows, max(0.0, float(left[min(count, left.size) - 1])) if left.size else 0.0

    def triples(self) -> tuple[Index, float]:
        """The triples to enumerate, and the bound on the weight of the others."""
        count = len(self.order)
        first, _ = _pairs_of(count)
        gain = np.zeros((count, count))
        gain.reshape(-1)[_flat(count)] = np.exp(np.minimum(self.plain - self.alone.take(first), 300))
        weight = np.exp(np.minimum(self.alone + self.best, 300))
        whole = weight * (gain.sum(axis=1) ** 2 - (gain**2).sum(axis=1)) / 2
        rows = [np.zeros((0, 3), dtype=np.int64)]
        ranked = np.argsort(-gain[: min(_ANCHORS, count - 2)], axis=1, kind="stable")
        for anchor, others in enumerate(ranked):
            best = np.sort(others[: min(_COMPANIONS, count - anchor - 1)])
            part = gain[anchor, best]
            whole[anchor] -= weight[anchor] * (part.sum() ** 2 - (part**2).sum()) / 2
            first, second = _pairs_of(len(best))
            rows.append(np.stack([np.full(len(first), anchor), best[first], best[second]], axis=1))
        return self.order[np.concatenate(rows)], max(0.0, float(whole.sum()))


@cache
def _pairs_of(count: int) -> tuple[Index, Index]:
    """The first and the second of every pair of so many."""
    first, second = np.triu_indices(count, 1)
    return first, second


@cache
def _among(count: int) -> tuple[Index, Index]:
    """The same, the pairs of the first two before those of the first three, and so on: a part of it serves fewer."""
    second, first = np.tril_indices(count, -1)
    return first, second


@cache
def _flat(count: int) -> Index:
    """Where every pair stands in a table of so many rows and columns."""
    first, second = _pairs_of(count)
    return first * count + second


def _present(network: Network, evidence: Evidence, order: Index) -> tuple[Array, Array]:
    """Log gain of every pair, and of every cause alone, by the present findings.

    A pair gains what its causes gain alone, but for the findings that both bring: those are reckoned anew.
    """
    count = len(order)
    first, second = _pairs_of(count)
    shared, alone = np.zeros(len(first)), np.zeros(count)
    before = np.arange(count) * (2 * count - np.arange(count) - 3) // 2 - 1  # the pair of a and b stands at before[a] + b
    for column, weight in zip(evidence.present, evidence.weight_present, strict=True):
        rows = np.flatnonzero(network.log_inhibit[order, column])
        off, silent = network.off[order[rows], column], 1.0 - network.leak[column]
        single = 1.0 - silent * off
        alone[rows] += weight * np.log(single / network.leak[column])
        one, other = (side[: len(rows) * (len(rows) - 1) // 2] for side in _among(count))
        both = (silent * off).take(one)  # in its place from here on: the tables of a case are larger than a processor's cache
        both *= off.take(other)
        np.subtract(1.0, both, out=both)
        both *= network.leak[column]
        both /= single.take(one) * single.take(other)
        shared[before[rows].take(one) + rows.take(other)] += weight * np.log(both, out=both)
    return alone.take(first) + alone.take(second) + shared, alone


def _description(network: Network, evidence: Evidence, order: Index) -> tuple[Array, float]:
    """Bound on the log gain of every pair in the description, and the most that any set can gain there."""
    allowed = evidence.allowed
    chosen = _chosen(network, evidence, order)
    named, named_best = _named(network, evidence, order, chosen)
    if not evidence.features:
        return named, named_best
    log, own = described(network, order[:, None], evidence)
    certain = sum(float(np.log1p(-by_type[allowed]).max()) for _, present, by_type in evidence.features if not present)
    top = float(log[allowed].max())
    likelihood, silent = np.exp(log[allowed] - top), 1.0 - network.type_leak[allowed]
    ratio, off = own[:, allowed], network.off_type[order][:, allowed]
    fits = _of_pairs(ratio * likelihood, ratio.T) - _of_pairs(ratio * off * (silent * likelihood), (ratio * off).T)
    empty = float(np.log(description_likelihood(network, NOBODY, evidence, makes(network, NOBODY)))[0])
    weight = evidence.feature_weight
    return named + weight * (np.log(fits / chosen) + top - empty), named_best + weight * (certain - empty)


def _chosen(network: Network, evidence: Evidence, order: Index) -> Array:
    """How many of the named movement types each pair makes, as expected, (P,)."""
    allowed, (first, second) = evidence.allowed, _pairs_of(len(order))
    if allowed.all():
        return network.pairs_make.take(order[first] * len(order) + order[second])
    off = network.off_type[order][:, allowed]
    made: Array = allowed.sum() - _of_pairs(off * (1.0 - network.type_leak[allowed]), off.T)
    return made


def _of_pairs(left: Array, right: Array) -> Array:
    """The product of two matrices at every pair, (P,); half of it is never reckoned."""
    out, rows = np.empty((len(left), len(left))), 64
    for start in range(0, len(left), rows):
        out[start : start + rows, start:] = product(left[start : start + rows], right[:, start:])
    return out.take(_flat(len(left)))


def _named(network: Network, evidence: Evidence, order: Index, chosen: Array) -> tuple[Array, float]:
    """Log gain of every pair in making the named movement, exact, and the most that any set can gain there."""
    allowed, (first, second) = evidence.allowed, _pairs_of(len(order))
    if allowed.all():
        return np.zeros(len(first)), 0.0
    every = network.pairs_make.take(order[first] * len(order) + order[second])
    empty = float(np.log(named_share(allowed, makes(network, NOBODY)))[0])
    return evidence.named_weight * (np.log(chosen / every) - empty), -evidence.named_weight * empty

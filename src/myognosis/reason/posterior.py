"""The exact posterior over sets of up to three causes.

The prior of a set is the product of the odds of its causes, times a factor for each cause beyond the first: one
explanation of one complaint is commoner than two. The empty set has the odds of the unclassified. Everything is
relative to the empty set, in logarithms.

Sets are enumerated to three causes: all singles, and those pairs and triples that can matter, with a proven bound on
what that leaves out (``myognosis.reason.reach``). The bound is part of the result.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from myognosis.reason.evidence import Evidence
from myognosis.reason.network import Network
from myognosis.reason.reach import Reach
from myognosis.reason.weighing import NOBODY, Apart, log_weight

__all__ = ["Posterior", "infer", "scale"]

Array = NDArray[np.float64]
Index = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Posterior:
    """The exact posterior over the sets that were enumerated.

    Attributes
    ----------
    sets : (S, 3)
        Rows of causes; -1 fills up. The first is the empty set.
    weight : (S,)
        Posterior probability of each set; sums to 1.
    marginal : (C,)
        Posterior probability of each cause.
    single : (C,)
        Log weight of each cause alone against the empty set, prior included.
    dropped : float
        Proven bound on the posterior mass of all sets of up to three causes that were left out.
    """

    network: Network
    sets: Index
    weight: Array
    marginal: Array
    single: Array
    dropped: float

    @cached_property
    def members(self) -> Index:
        """The first, second and third cause of each set, (3, S)."""
        return np.ascontiguousarray(self.sets.T)

    @property
    def empty(self) -> float:
        """Probability that none of the listed causes holds."""
        return float(self.weight[0])


def infer(network: Network, prior: Array, evidence: Evidence, bound: float, nobody_log: float = 0.0) -> Posterior:
    """The posterior over sets of up to three causes.

    Parameters
    ----------
    network, prior, evidence
        Prior log odds are (C,).
    bound
        Causes are combined until what is left out is proven to be below this share, or the limit on their number is met.
    nobody_log
        Log prior weight of the empty set, where none of the listed causes holds.
    """
    count = len(network.causes)
    singles = np.arange(count, dtype=np.int64)[:, None]
    apart = Apart.of(network, prior, evidence)
    base = float(log_weight(network, NOBODY, apart, evidence)[0])
    single = log_weight(network, singles, apart, evidence) - base
    total = float(np.exp(np.minimum(single, 690)).sum() + np.exp(nobody_log))
    reach = Reach.of(network, apart, evidence, single)
    pairs, pairs_out = reach.pairs(bound * total / 2)
    triples, triples_out = reach.triples()
    further = [log_weight(network, rows, apart, evidence) - base for rows in (pairs, triples)]
    sets = np.full((1 + count + len(pairs) + len(triples), 3), -1, dtype=np.int64)
    sets[1 : 1 + count, :1] = singles
    sets[1 + count : 1 + count + len(pairs), :2] = pairs
    sets[1 + count + len(pairs) :] = triples
    log = np.concatenate([[nobody_log], single, *further])
    weight = np.exp(log - log.max())
    dropped = (pairs_out + triples_out) * np.exp(-log.max()) / weight.sum()
    weight /= weight.sum()
    members, repeated = sets.T.ravel(), np.tile(weight, 3)
    marginal = np.asarray(np.bincount(members[members >= 0], repeated[members >= 0], count), dtype=np.float64)
    return Posterior(network, sets, weight, marginal, single, float(min(dropped, 1.0)))


def scale(values: Array, slope: float, intercept: float) -> Array:
    """Probabilities calibrated on their log odds."""
    clipped = np.clip(values, 1e-12, 1 - 1e-12)
    odds: Any = slope * np.log(clipped / (1 - clipped)) + intercept
    result: Array = 1.0 / (1.0 + np.exp(-odds))
    return result

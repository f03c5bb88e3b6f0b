"""How much a set of causes weighs in the light of the evidence: findings by noisy-OR, the description by the movements made."""

import numpy as np
from numpy.typing import NDArray

from myognosis.reason.evidence import Evidence
from myognosis.reason.network import Network

__all__ = ["NOBODY", "described", "description_likelihood", "log_weight", "movement_shares", "named_share", "together"]

Array = NDArray[np.float64]
Index = NDArray[np.int64]

NOBODY = np.full((1, 1), -1, dtype=np.int64)
"""The empty set."""


def together(table: Array, sets: Index) -> Array:
    """The product of the rows of a table over the members of each set, (S, ...); the last row is that of nobody, -1."""
    first, *others = sets.T
    result: Array = table[first]
    for other in others:
        result *= table[other]
    return result


def log_weight(network: Network, sets: Index, prior: Array, evidence: Evidence) -> Array:
    """Log weight of each set of causes, (S,)."""
    own = prior + evidence.shift + network.log_inhibit[:, evidence.absent] @ evidence.weight_absent
    log = np.append(own, 0.0)[sets].sum(axis=1)
    log += np.log(network.knowledge.number("further_cause")) * np.maximum(0, (sets >= 0).sum(axis=1) - 1)
    on = 1.0 - (1.0 - network.leak[evidence.present]) * together(network.off[:, evidence.present], sets)
    log += np.log(on) @ evidence.weight_present
    if not evidence.allowed.all():
        log += evidence.named_weight * np.log(named_share(network, sets, evidence.allowed))
    if evidence.features:
        log += evidence.feature_weight * np.log(description_likelihood(network, sets, evidence))
    return np.asarray(log)


def _makes(network: Network, sets: Index) -> Array:
    """Probability that each set of causes makes each movement type, (S, M)."""
    made: Array = 1.0 - (1.0 - network.type_leak) * together(network.off_type, sets)
    return made


def named_share(network: Network, sets: Index, allowed: NDArray[np.bool_]) -> Array:
    """Probability that the movement a person brings is of the types that were named, (S,).

    A cause that rarely makes the named movement does not explain why this person came.
    """
    makes = _makes(network, sets)
    share: Array = makes[:, allowed].sum(axis=1) / makes.sum(axis=1)
    return share


def movement_shares(network: Network, sets: Index, allowed: NDArray[np.bool_]) -> Array:
    """The distribution of the described movement among the named types for each set of causes, (S, M)."""
    makes = np.where(allowed, _makes(network, sets), 0.0)
    shares: Array = makes / makes.sum(axis=1, keepdims=True)
    return shares


def description_likelihood(network: Network, sets: Index, evidence: Evidence) -> Array:
    """Probability of the description given each set: the mean over the movement types that the set makes, (S,)."""
    shares = movement_shares(network, sets, evidence.allowed)
    log, ratio = described(network, sets, evidence)
    top = log[evidence.allowed].max()
    result: Array = (shares * ratio) @ np.exp(np.minimum(log - top, 0.0)) * np.exp(top)
    return result


def described(network: Network, sets: Index, evidence: Evidence) -> tuple[Array, Array]:
    """Log probability of the description given each movement type, (M,), and by what the causes of a set multiply it, (S, M)."""
    log, ratio = np.zeros(len(evidence.allowed)), np.ones((len(sets), len(evidence.allowed)))
    quiet = np.ones(len(sets))
    for column, present, by_type in evidence.features:
        off = together(network.off[:, column], sets)
        log += np.log(by_type if present else 1.0 - by_type)
        if present:
            held = np.flatnonzero(off < 1.0)  # most features have few causes of their own
            ratio[held] *= (1.0 - (1.0 - by_type) * off[held, None]) / by_type
        else:
            quiet *= off
    return log, ratio * quiet[:, None]

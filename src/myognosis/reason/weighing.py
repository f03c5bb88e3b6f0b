"""How much a set of causes weighs in the light of the evidence: findings by noisy-OR, the description by the movements made."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from myognosis.reason.evidence import Evidence
from myognosis.reason.network import Network

__all__ = [
    "NOBODY", "Apart", "described", "description_likelihood", "log_weight", "makes", "movement_shares", "named_share", "together",
]  # fmt: skip

Array = NDArray[np.float64]
Index = NDArray[np.int64]

NOBODY = np.full((1, 1), -1, dtype=np.int64)
"""The empty set."""


def together(table: Array, sets: Index) -> Array:
    """The product of the rows of a table over the members of each set, (S, ...); the last row is that of nobody, -1."""
    first, *others = sets.T
    result: Array = table.take(first, axis=0)
    for other in others:
        result *= table.take(other, axis=0)
    return result


@dataclass(frozen=True, eq=False)
class Apart:
    """What each cause brings to every set that holds it, the same whatever else is in the set.

    Attributes
    ----------
    own : (C + 1,)
        Log odds by the prior, by what moves it whatever else holds, and by the absent findings; nobody last.
    off : (C + 1, present findings)
        Probability that it does not bring each present finding about.
    """

    own: Array
    off: Array

    @classmethod
    def of(cls, network: Network, prior: Array, evidence: Evidence) -> "Apart":
        """For one case."""
        own = prior + evidence.shift + network.log_inhibit[:, evidence.absent] @ evidence.weight_absent
        return cls(np.append(own, 0.0), network.off[:, evidence.present])


def log_weight(network: Network, sets: Index, apart: Apart, evidence: Evidence) -> Array:
    """Log weight of each set of causes, (S,)."""
    log: Array = sum((apart.own.take(members) for members in sets.T), start=np.zeros(len(sets)))
    further = sum((np.greater_equal(members, 0) for members in sets.T), start=np.full(len(sets), -1))
    log += np.log(network.knowledge.number("further_cause")) * np.maximum(0, further)
    on = 1.0 - (1.0 - network.leak[evidence.present]) * together(apart.off, sets)
    log += np.log(on) @ evidence.weight_present
    named = not evidence.allowed.all()
    if not named and not evidence.features:
        return log
    made = makes(network, sets)
    if named:
        log += evidence.named_weight * np.log(named_share(evidence.allowed, made))
    if evidence.features:
        log += evidence.feature_weight * np.log(description_likelihood(network, sets, evidence, made))
    return log


def makes(network: Network, sets: Index) -> Array:
    """Probability that each set of causes makes each movement type, (S, M)."""
    made = together(network.off_type, sets)
    made *= 1.0 - network.type_leak
    return np.subtract(1.0, made, out=made)


def named_share(allowed: NDArray[np.bool_], made: Array) -> Array:
    """Probability that the movement a person brings is of the types that were named, (S,); ``made`` by each set (`makes`).

    A cause that rarely makes the named movement does not explain why this person came.
    """
    share: Array = made[:, allowed].sum(axis=1) / made.sum(axis=1)
    return share


def movement_shares(allowed: NDArray[np.bool_], made: Array) -> Array:
    """The distribution of the described movement among the named types for each set of causes, (S, M)."""
    shares: Array = made * allowed.astype(np.float64)
    shares /= shares.sum(axis=1, keepdims=True)
    return shares


def description_likelihood(network: Network, sets: Index, evidence: Evidence, made: Array) -> Array:
    """Probability of the description given each set: the mean over the movement types that the set makes, (S,)."""
    shares = movement_shares(evidence.allowed, made)
    log, ratio = described(network, sets, evidence)
    top = log[evidence.allowed].max()
    shares *= ratio
    result: Array = shares @ np.exp(np.minimum(log - top, 0.0)) * np.exp(top)
    return result


def described(network: Network, sets: Index, evidence: Evidence) -> tuple[Array, Array]:
    """Log probability of the description given each movement type, (M,), and by what the causes of a set multiply it, (S, M)."""
    log, ratio = np.zeros(len(evidence.allowed)), np.ones((len(sets), len(evidence.allowed)))
    quiet = np.ones(len(sets))
    own = together(network.off.take([column for column, _, _ in evidence.features], axis=1), sets)
    for off, (_, present, by_type) in zip(own.T, evidence.features, strict=True):
        log += np.log(by_type if present else 1.0 - by_type)
        if present:
            held = np.flatnonzero(off < 1.0)  # most features have few causes of their own
            ratio[held] *= (1.0 - (1.0 - by_type) * off[held, None]) / by_type
        else:
            quiet *= off
    ratio *= quiet[:, None]
    return log, ratio

"""The Bayesian network of causes, and its exact posterior over sets of up to three causes.

Causes are binary and independent before the evidence. A finding is a noisy-OR of its causes with a leak (Pearl 1988;
Henrion 1989, doi:10.1016/B978-0-444-88738-2.50023-3). Context multiplies the prior odds. The describing features hang
on one further node, the movement being described, whose distribution is the share of each movement type that the
present causes make; a feature may also have causes of its own, and then is a noisy-OR of both.

Everything is relative to the empty set, in logarithms. Sets are enumerated to three causes, over those causes whose
greatest possible gain is not negligible: with ``g_c`` the largest factor by which cause c can multiply the weight of any
set, the weight of a set is at most the product of its ``g_c`` (noisy-OR has diminishing returns), so the sum of the
products over the sets left out bounds what was dropped. The bound is part of the result.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from myognosis.knowledge import CONTEXT_GROUPS, UNCLASSIFIED, Knowledge
from myognosis.model.finding import Findings
from myognosis.reason.movement import allowed_types, describing, feature_column, type_shares

__all__ = ["Network", "Posterior", "network_of"]

Array = NDArray[np.float64]
Index = NDArray[np.int64]

_MOST_PAIRED, _MOST_TRIPLED = 48, 18
"""How many causes are combined in twos and threes at most; what this leaves out is in the bound."""


@dataclass(frozen=True, eq=False)
class Network:
    """The knowledge as arrays: C causes, F findings that follow causes, M movement types.

    Attributes
    ----------
    causes, findings
        Names, in the order of the axes.
    leak : (F,)
        Probability of a finding without a listed cause.
    log_inhibit : (C, F)
        log(1 - q): q is the probability that this cause alone brings the finding about.
    log_inhibit_type : (C, M)
        The same for the movement types.
    """

    knowledge: Knowledge
    causes: tuple[str, ...]
    findings: tuple[str, ...]
    leak: Array
    log_inhibit: Array
    log_inhibit_type: Array
    type_leak: Array

    @cached_property
    def column(self) -> dict[str, int]:
        """Finding -> its column."""
        return {name: index for index, name in enumerate(self.findings)}

    @cached_property
    def row(self) -> dict[str, int]:
        """Cause -> its row."""
        return {name: index for index, name in enumerate(self.causes)}

    @cached_property
    def correlation(self) -> Array:
        """How far the findings of each one's group depend on one another, (F,)."""
        groups = self.knowledge.content.groups
        return np.array([groups[self.knowledge.group_of(name)].correlation for name in self.findings])

    def prior_log_odds(self, findings: Findings) -> Array:
        """Log odds of each cause before the evidence, moved by age, sex, setting and context."""
        return np.array([sum(part for _, part in prior_parts(self.knowledge, name, findings)) for name in self.causes])


def prior_parts(knowledge: Knowledge, cause: str, findings: Findings) -> list[tuple[str, float]]:
    """What makes up the prior log odds of a cause: the base rate, then each circumstance."""
    c, person = knowledge.causes[cause], findings.person
    parts = [("prior", float(np.log(c.prior.p / (1 - c.prior.p))))]
    if person.setting in c.settings:
        parts.append(("setting", float(np.log(c.settings[person.setting]))))
    if person.age_years is not None:
        ratios = [band.ratio for band in c.age if band.from_ <= person.age_years < band.to]
        if ratios:
            parts.append(("age", float(np.log(ratios[0]))))
    if person.sex in ("male", "female") and person.sex in c.sex:
        parts.append(("sex", float(np.log(c.sex[person.sex]))))
    for item in c.context:
        state = findings.states.get(item.id)
        if state in ("present", "absent"):
            parts.append((item.id, float(np.log(item.present if state == "present" else item.absent))))
    return parts


_networks: dict[str, Network] = {}


def network_of(knowledge: Knowledge) -> Network:
    """The network of a knowledge, built once."""
    if knowledge.version not in _networks:
        _networks[knowledge.version] = _build(knowledge)
    return _networks[knowledge.version]


def _build(knowledge: Knowledge) -> Network:
    causes = tuple(name for name in knowledge.causes if name != UNCLASSIFIED)
    findings = tuple(name for name, f in knowledge.findings.items() if f.group not in CONTEXT_GROUPS)
    column = {name: i for i, name in enumerate(findings)}
    leak = np.array([knowledge.findings[name].leak or 0.01 for name in findings])
    q = np.zeros((len(causes), len(findings)))
    for row, name in enumerate(causes):
        for finding, p in _filled(knowledge, name).items():
            q[row, column[finding]] = max(0.0, 1.0 - (1.0 - p) / (1.0 - leak[column[finding]]))
    log_inhibit = np.log1p(-np.minimum(q, 0.999))
    types = [column[name] for name in knowledge.content.movements]
    return Network(knowledge, causes, findings, leak, log_inhibit, log_inhibit[:, types], type_shares(knowledge) * 0.05)


def _filled(knowledge: Knowledge, cause: str) -> dict[str, float]:
    """The probabilities of a cause's findings, carried along the hierarchy where the cause is silent.

    A parent is at least as probable as its likeliest child. A child of a listed parent is taken to be as frequent
    among its siblings as in people at large (the ratio of the leaks).
    """
    given = {link.id: link.p for link in knowledge.causes[cause].findings}
    filled = dict(given)
    for name, p in given.items():
        for parent in knowledge.ancestors[name]:
            filled[parent] = max(filled.get(parent, 0.0), p)
    for name, p in given.items():
        leak = knowledge.findings[name].leak or 0.01
        for child in knowledge.descendants[name]:
            if child not in filled:
                filled[child] = p * min(1.0, (knowledge.findings[child].leak or leak) / leak)
    return filled


@dataclass(frozen=True, eq=False)
class Evidence:
    """The evidence of one case as arrays over the network."""

    present: Index
    absent: Index
    weight_present: Array
    weight_absent: Array
    features: tuple[tuple[int, bool, Array], ...]
    feature_weight: float
    allowed: NDArray[np.bool_]
    site: Array

    @classmethod
    def of(cls, network: Network, findings: Findings, site: Array | None = None) -> "Evidence":
        """The evidence of a case; ``site`` holds the log ratio of the pattern of signs for each cause."""
        knowledge = network.knowledge
        features = describing(findings, knowledge)
        names = [
            name for name, state in findings.states.items()
            if state != "unknown" and name in network.column and name not in findings.implied and name not in features
        ]  # fmt: skip
        index = np.array([network.column[name] for name in names], dtype=np.int64)
        is_present = np.array([findings.present(name) for name in names], dtype=bool)
        weight = _group_weights(network, index, [knowledge.group_of(name) for name in names], is_present)
        return cls(
            present=index[is_present],
            absent=index[~is_present],
            weight_present=weight[is_present],
            weight_absent=weight[~is_present],
            features=tuple((network.column[n], p, feature_column(n, True, knowledge)) for n, p in features.items()),
            feature_weight=knowledge.number("description_weight"),
            allowed=allowed_types(findings, knowledge),
            site=np.zeros(len(network.causes)) if site is None else site,
        )


def _group_weights(network: Network, index: Index, groups: list[str], present: NDArray[np.bool_]) -> Array:
    """Weight of each finding: findings of one group that depend on one another count for less than their number.

    With n of them and correlation r they carry (1 + (n - 1)(1 - r)) / n each, the effective number of
    independent observations. Absent findings of a group are counted apart from present ones.
    """
    keys = [(group, bool(here)) for group, here in zip(groups, present, strict=True)]
    counts = {key: keys.count(key) for key in keys}
    r = network.correlation[index]
    n = np.array([counts[key] for key in keys], dtype=float)
    weight: Array = (1.0 + (n - 1.0) * (1.0 - r)) / np.maximum(n, 1.0)
    return weight * network.knowledge.number("evidence_weight")


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

    @property
    def empty(self) -> float:
        """Probability that none of the listed causes holds."""
        return float(self.weight[0])


def infer(network: Network, prior: Array, evidence: Evidence, bound: float) -> Posterior:
    """The posterior over sets of up to three causes.

    Parameters
    ----------
    network, prior, evidence
        Prior log odds are (C,).
    bound
        Causes are combined until what is left out is proven to be below this share, or the limit on their number is met.
    """
    singles = np.arange(len(network.causes), dtype=np.int64)[:, None]
    base = _log_weight(network, np.full((1, 1), -1, dtype=np.int64), prior, evidence)[0]
    single = _log_weight(network, singles, prior, evidence) - base
    gain = np.exp(np.minimum(_greatest_gain(network, prior, evidence), 700.0))
    order = np.argsort(-gain, kind="stable")
    pair = _how_many(gain, order, 2, bound, _MOST_PAIRED)
    triple = _how_many(gain, order, 3, bound, _MOST_TRIPLED)
    sets = _enumerate(order, len(order), pair, triple)
    log = np.concatenate([[0.0], single[order], _log_weight(network, sets[1 + len(order) :], prior, evidence) - base])
    weight = np.exp(log - log.max())
    total = weight.sum()
    dropped = _left_out(gain, order, pair, triple) * np.exp(-log.max()) / total
    weight /= total
    marginal = np.zeros(len(network.causes))
    for column in range(3):
        held = sets[:, column] >= 0
        np.add.at(marginal, sets[held, column], weight[held])
    return Posterior(network, sets, weight, marginal, single, float(min(dropped, 1.0)))


def _enumerate(order: Index, n1: int, n2: int, n3: int) -> Index:
    """The empty set, all singles, pairs of the first n2 and triples of the first n3 causes of the order."""
    rows = [np.full((1, 3), -1, dtype=np.int64), np.stack([order[:n1], np.full(n1, -1), np.full(n1, -1)], axis=1)]
    if n2 > 1:
        first, second = np.triu_indices(n2, 1)
        rows.append(np.stack([order[first], order[second], np.full(first.size, -1)], axis=1))
    if n3 > 2:
        rows.append(order[np.array(list(combinations(range(n3), 3)), dtype=np.int64)])
    return np.concatenate(rows).astype(np.int64)


def _log_weight(network: Network, sets: Index, prior: Array, evidence: Evidence) -> Array:
    """Log weight of each set of causes, (S,)."""
    padded_prior = np.append(prior + evidence.site, 0.0)
    log = padded_prior[sets].sum(axis=1)
    inhibit = np.vstack([network.log_inhibit, np.zeros(len(network.findings))])
    silent = inhibit[:, evidence.present][sets].sum(axis=1)
    on = 1.0 - (1.0 - network.leak[evidence.present]) * np.exp(silent)
    log = log + np.log(on) @ evidence.weight_present
    log = log + inhibit[:, evidence.absent][sets].sum(axis=1) @ evidence.weight_absent
    if evidence.features:
        log = log + evidence.feature_weight * np.log(description_likelihood(network, sets, evidence))
    return np.asarray(log)


def movement_shares(network: Network, sets: Index, allowed: NDArray[np.bool_]) -> Array:
    """The distribution of the described movement for each set of causes, (S, M)."""
    inhibit = np.vstack([network.log_inhibit_type, np.zeros(network.log_inhibit_type.shape[1])])
    makes = 1.0 - (1.0 - network.type_leak) * np.exp(inhibit[sets].sum(axis=1))
    makes = np.where(allowed, makes, 0.0)
    shares: Array = makes / makes.sum(axis=1, keepdims=True)
    return shares


def description_likelihood(network: Network, sets: Index, evidence: Evidence) -> Array:
    """Probability of the description given each set: the mean over the movement types that the set makes, (S,)."""
    log_types = np.zeros((len(sets), len(evidence.allowed)))
    inhibit = np.vstack([network.log_inhibit, np.zeros(len(network.findings))])
    for column, present, by_type in evidence.features:
        off = (1.0 - by_type)[None, :] * np.exp(inhibit[sets, column].sum(axis=1))[:, None]
        log_types += np.log(1.0 - off if present else off)
    shares = movement_shares(network, sets, evidence.allowed)
    top = log_types.max(axis=1, keepdims=True)
    result: Array = (shares * np.exp(log_types - top)).sum(axis=1) * np.exp(top[:, 0])
    return result


def _greatest_gain(network: Network, prior: Array, evidence: Evidence) -> Array:
    """Log of the largest factor by which each cause can multiply the weight of any set, (C,).

    Of a present finding the gain is greatest on top of the empty set; an absent one only costs. The description gains at
    most the ratio of its best to its worst value, shared out as a whole to each cause, which keeps the bound valid.
    """
    gain = prior + evidence.site
    inhibit = network.log_inhibit[:, evidence.present]
    leak = network.leak[evidence.present]
    gain = gain + (np.log(1.0 - (1.0 - leak) * np.exp(inhibit)) - np.log(leak)) @ evidence.weight_present
    gain = gain + network.log_inhibit[:, evidence.absent] @ evidence.weight_absent
    if evidence.features:
        gain = gain + evidence.feature_weight * _description_gain(network, evidence)
    return gain


def _description_gain(network: Network, evidence: Evidence) -> Array:
    """An upper bound, for each cause, of the log gain it can bring to the description."""
    empty = np.full((1, 1), -1, dtype=np.int64)
    lowest = np.log(description_likelihood(network, empty, evidence))[0]
    best = np.zeros(len(evidence.allowed))
    for _, present, by_type in evidence.features:
        best += np.log(by_type if present else 1.0 - by_type)
    own = np.zeros(len(network.causes))
    for column, present, by_type in evidence.features:
        if present:
            p = float(by_type[evidence.allowed].min())
            own += np.log(1.0 - (1.0 - p) * np.exp(network.log_inhibit[:, column])) - np.log(p)
    return np.asarray(np.maximum(0.0, best[evidence.allowed].max() - lowest) + own)


def _how_many(gain: Array, order: Index, size: int, bound: float, most: int) -> int:
    """The smallest number of leading causes whose sets of this size leave out less than the bound, at most ``most``."""
    ordered = gain[order]
    whole = _symmetric(ordered, size)
    reference = 1.0 + ordered.sum()
    for count in range(size, most + 1):
        if whole - _symmetric(ordered[:count], size) < bound * reference:
            return count
    return most


def _left_out(gain: Array, order: Index, pair: int, triple: int) -> float:
    ordered = gain[order]
    pairs = _symmetric(ordered, 2) - _symmetric(ordered[:pair], 2)
    return max(0.0, pairs + _symmetric(ordered, 3) - _symmetric(ordered[:triple], 3))


def _symmetric(values: Array, size: int) -> float:
    """Elementary symmetric sum: the sum of the products of all sets of this size."""
    e1, p2 = values.sum(), (values**2).sum()
    if size == 2:
        return float((e1**2 - p2) / 2)
    return float((e1**3 - 3 * e1 * p2 + 2 * (values**3).sum()) / 6)


def scale(values: Array, slope: float, intercept: float) -> Array:
    """Probabilities calibrated on their log odds."""
    clipped = np.clip(values, 1e-12, 1 - 1e-12)
    odds: Any = slope * np.log(clipped / (1 - clipped)) + intercept
    result: Array = 1.0 / (1.0 + np.exp(-odds))
    return result

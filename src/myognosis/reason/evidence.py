"""The evidence of one case as arrays over the network, each finding with the weight that its group leaves it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from myognosis.model.finding import Findings
from myognosis.reason.movement import allowed_types, describing, feature_column
from myognosis.reason.network import Network

__all__ = ["Evidence"]

Array = NDArray[np.float64]
Index = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Evidence:
    """The evidence of one case as arrays over the network."""

    present: Index
    absent: Index
    weight_present: Array
    weight_absent: Array
    features: tuple[tuple[int, bool, Array], ...]
    feature_weight: float
    named_weight: float
    allowed: NDArray[np.bool_]
    site: Array
    against: Array

    @property
    def shift(self) -> Array:
        """What moves the odds of each cause whatever else holds: the pattern of signs, and findings it makes rarer."""
        return self.site + self.against

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
            named_weight=knowledge.number("named_weight"),
            allowed=allowed_types(findings, knowledge),
            site=np.zeros(len(network.causes)) if site is None else site,
            against=network.against_present[:, index[is_present]] @ weight[is_present]
            + network.against_absent[:, index[~is_present]] @ weight[~is_present],
        )


def _group_weights(network: Network, index: Index, groups: list[str], present: NDArray[np.bool_]) -> Array:
    """Weight of each finding: the most telling of a group counts whole, each further one for what it adds, 1 - r.

    With correlation r the n of them carry 1 + (n - 1)(1 - r) together, the effective number of independent observations. The
    most telling is the one that some cause lifts most above the leak: common signs beside a nearly pathognomonic one do not
    dilute it. Absent findings of a group are counted apart from present ones. All count for a part, since findings depend on one
    another beyond their groups, but what is itself the state of a cause, as a low sodium, is no sign beside others.
    """
    telling = np.where(present, network.telling_present[index], network.telling_absent[index])
    weight: Array = 1.0 - network.correlation[index]
    leaders: dict[tuple[str, bool], int] = {}
    for i in np.lexsort(
        (index, -telling.round(9))
    ):  # of two that tell as much the first of the vocabulary: the order of answers is nothing
        leaders.setdefault((groups[i], bool(present[i])), int(i))
    weight[list(leaders.values())] = 1.0
    return np.where(network.defines[index] & present, weight, weight * network.knowledge.number("evidence_weight"))

"""The Bayesian network of causes, and its exact posterior over sets of up to three causes.

Causes are binary and independent before the evidence. A finding is a noisy-OR of its causes with a leak (Pearl 1988;
Henrion 1989, doi:10.1016/B978-0-444-88738-2.50023-3). Context multiplies the prior odds. The describing features hang
on one further node, the movement being described, whose distribution is the share of each movement type that the
present causes make; a feature may also have causes of its own, and then is a noisy-OR of both.

The prior of a set is the product of the odds of its causes, times a factor for each cause beyond the first: one
explanation of one complaint is commoner than two. The empty set has the odds of the unclassified. Everything is
relative to the empty set, in logarithms.

Sets are enumerated to three causes: all singles, and those pairs and triples that can matter, with a proven bound on
what that leaves out (``myognosis.reason.reach``). The bound is part of the result.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from myognosis.knowledge import CONTEXT_GROUPS, UNCLASSIFIED, Knowledge
from myognosis.model.case import Setting
from myognosis.model.finding import Findings
from myognosis.reason.algebra import product
from myognosis.reason.movement import allowed_types, describing, feature_column, type_shares

__all__ = ["Network", "Posterior", "network_of"]

Array = NDArray[np.float64]
Index = NDArray[np.int64]


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
    against_present, against_absent : (C, F)
        Log ratios of a finding that a cause makes rarer than the leak: p / leak where present, (1 - p) / (1 - leak) where
        absent. A noisy-OR cannot say "rarer", so these move the odds of the cause itself.
    """

    knowledge: Knowledge
    causes: tuple[str, ...]
    findings: tuple[str, ...]
    leak: Array
    log_inhibit: Array
    log_inhibit_type: Array
    type_leak: Array
    against_present: Array
    against_absent: Array

    @cached_property
    def column(self) -> dict[str, int]:
        """Finding -> its column."""
        return {name: index for index, name in enumerate(self.findings)}

    @cached_property
    def row(self) -> dict[str, int]:
        """Cause -> its row."""
        return {name: index for index, name in enumerate(self.causes)}

    @cached_property
    def padded(self) -> Array:
        """``log_inhibit`` with a row of zeros at the end, so that -1 in a set stands for nobody, (C + 1, F)."""
        return np.vstack([self.log_inhibit, np.zeros(len(self.findings))])

    @cached_property
    def off(self) -> Array:
        """Probability that a cause does not bring each finding about, with a row of ones at the end, (C + 1, F)."""
        return np.exp(self.padded)

    @cached_property
    def off_type(self) -> Array:
        """The same for the movement types, (C + 1, M)."""
        return np.vstack([np.exp(self.log_inhibit_type), np.ones(len(self.type_leak))])

    @cached_property
    def features_by_type(self) -> Array:
        """Probability of each describing feature given each movement type; the leak where none is given, (M, F)."""
        table = np.tile(self.leak, (len(self.type_leak), 1))
        for row, movement in enumerate(self.knowledge.content.movements.values()):
            for name, p in movement.features.items():
                table[row, self.column[name]] = p
        return table

    @cached_property
    def pairs_make(self) -> Array:
        """Expected number of movement types that each pair of causes makes, (C, C)."""
        off = self.off_type[:-1]
        return len(self.type_leak) - product(off * (1.0 - self.type_leak), off.T)

    @cached_property
    def correlation(self) -> Array:
        """How far the findings of each one's group depend on one another, (F,)."""
        groups = self.knowledge.content.groups
        return np.array([groups[self.knowledge.group_of(name)].correlation for name in self.findings])

    @cached_property
    def telling_present(self) -> Array:
        """The most that the presence of each finding can lift the log odds of any cause, (F,)."""
        likeliest = 1.0 - (1.0 - self.leak) * np.exp(self.log_inhibit.min(axis=0))
        return np.asarray(np.log(likeliest / self.leak))

    @cached_property
    def telling_absent(self) -> Array:
        """The most that the absence of each finding can lower the log odds of any cause, (F,)."""
        return np.asarray(-self.log_inhibit.min(axis=0))

    @cached_property
    def dangerous(self) -> NDArray[np.bool_]:
        """Whether each cause is dangerous, (C,)."""
        return np.array([self.knowledge.causes[name].dangerous for name in self.causes], dtype=bool)

    @cached_property
    def describes(self) -> NDArray[np.bool_]:
        """Whether each finding describes the movement, (F,)."""
        return np.array([self.knowledge.group_of(name) in ("feature", "place") for name in self.findings], dtype=bool)

    def prior_log_odds(self, findings: Findings) -> Array:
        """Log odds of each cause before the evidence, moved by age, sex, setting and context."""
        person, log = findings.person, self._base + self._settings[findings.setting]
        if person.age_years is not None:
            ages = self._ages
            np.add.at(
                log, ages["row"], np.where((ages["from"] <= person.age_years) & (person.age_years < ages["to"]), ages["log"], 0.0)
            )
        if person.sex in self._sexes:
            log = log + self._sexes[person.sex]
        for name, state in findings.states.items():
            for row, present, absent in self.context.get(name, ()):
                log[row] += present if state == "present" else absent if state == "absent" else 0.0
        return log

    @cached_property
    def _base(self) -> Array:
        p = np.array([self.knowledge.causes[name].prior.p for name in self.causes])
        return np.asarray(np.log(p / (1 - p)))

    @cached_property
    def _settings(self) -> dict[str, Array]:
        causes = [self.knowledge.causes[name] for name in self.causes]
        return {setting: np.log([c.settings.get(setting, 1.0) for c in causes]) for setting in get_args(Setting)}

    @cached_property
    def _sexes(self) -> dict[str | None, Array]:
        causes = [self.knowledge.causes[name] for name in self.causes]
        return {sex: np.log([dict[str, float](c.sex).get(sex, 1.0) for c in causes]) for sex in ("male", "female")}  # type: ignore[arg-type]

    @cached_property
    def _ages(self) -> dict[str, Any]:
        """Every age band of every cause, the first of a cause that fits counts; bands do not overlap."""
        bands = [(row, b.from_, b.to, np.log(b.ratio)) for row, n in enumerate(self.causes) for b in self.knowledge.causes[n].age]
        rows, start, end, log = np.array(bands, dtype=float).reshape(-1, 4).T
        return {"row": rows.astype(np.int64), "from": start, "to": end, "log": log}

    @cached_property
    def context(self) -> dict[str, list[tuple[int, float, float]]]:
        """Circumstance -> (row of a cause, log odds ratio if present, if absent)."""
        found: dict[str, list[tuple[int, float, float]]] = {}
        for row, name in enumerate(self.causes):
            for item in self.knowledge.causes[name].context:
                found.setdefault(item.id, []).append((row, float(np.log(item.present)), float(np.log(item.absent))))
        return found

    @cached_property
    def circumstances(self) -> tuple[dict[str, int], Array, Array]:
        """Circumstance -> its column; its usual odds, (K,); by what each cause multiplies them, nobody last, (C + 1, K)."""
        names = {name: column for column, name in enumerate(n for n in self.knowledge.findings if self.knowledge.is_context(n))}
        usual = np.array([self.knowledge.number(f"prevalence_{self.knowledge.group_of(name)}") for name in names])
        ratio = np.ones((len(self.causes) + 1, len(names)))
        for name, rows in self.context.items():
            for row, present, absent in rows:
                ratio[row, names[name]] = np.exp(present - absent)
        return names, usual / (1 - usual), ratio

    def prior_of(self, cause: str, findings: Findings) -> float:
        """Log odds of one cause before the evidence."""
        return sum(part for _, part in prior_parts(self.knowledge, cause, findings))


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
    shape = (len(causes), len(findings))
    q, present, absent = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    for row, name in enumerate(causes):
        for finding, p in _filled(knowledge, name).items():
            q[row, column[finding]] = max(0.0, 1.0 - (1.0 - p) / (1.0 - leak[column[finding]]))
        for finding, ratio, opposite in _rarer(knowledge, name):
            present[row, column[finding]], absent[row, column[finding]] = np.log(ratio), np.log(opposite)
    log_inhibit = np.log1p(-np.minimum(q, 0.999))
    types = [column[name] for name in knowledge.content.movements]
    shares = type_shares(knowledge) * 0.05
    return Network(knowledge, causes, findings, leak, log_inhibit, log_inhibit[:, types], shares, present, absent)


def _rarer(knowledge: Knowledge, cause: str) -> Iterator[tuple[str, float, float]]:
    """Findings that a cause makes rarer than the leak: (finding, ratio if present, ratio if absent), children included."""
    given = {link.id: link.p for link in knowledge.causes[cause].findings}
    for name, p in given.items():
        leak = knowledge.findings[name].leak or 0.01
        if p < leak and knowledge.group_of(name) not in ("feature", "place"):
            yield name, p / leak, (1.0 - p) / (1.0 - leak)
            yield from ((child, p / leak, 1.0) for child in knowledge.descendants[name] if child not in given)


def _filled(knowledge: Knowledge, cause: str) -> dict[str, float]:
    """The probabilities of a cause's findings, carried along the hierarchy where the cause is silent.

    A parent is at least as probable as its likeliest child. A child of a listed parent that the cause does not list is taken
    to be rarer among its siblings than in people at large (a part of the ratio of the leaks): a specific form is usually
    listed where it occurs.
    """
    given = {link.id: link.p for link in knowledge.causes[cause].findings}
    filled, backoff = dict(given), knowledge.number("unlisted_child")
    for name, p in given.items():
        for parent in knowledge.ancestors[name]:
            filled[parent] = max(filled.get(parent, 0.0), p)
    for name, p in given.items():
        leak = knowledge.findings[name].leak or 0.01
        for child in knowledge.descendants[name]:
            if child not in filled:
                share = min(1.0, (knowledge.findings[child].leak or leak) / leak)
                filled[child] = p * share * (backoff if knowledge.group_of(child) == "movement" else 1.0)
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
    dilute it. Absent findings of a group are counted apart from present ones.
    """
    telling = np.where(present, network.telling_present[index], network.telling_absent[index])
    weight: Array = 1.0 - network.correlation[index]
    leaders: dict[tuple[str, bool], int] = {}
    for i in np.lexsort(
        (index, -telling.round(9))
    ):  # of two that tell as much the first of the vocabulary: the order of answers is nothing
        leaders.setdefault((groups[i], bool(present[i])), int(i))
    weight[list(leaders.values())] = 1.0
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
    from myognosis.reason.reach import Reach

    count = len(network.causes)
    singles = np.arange(count, dtype=np.int64)[:, None]
    base = float(_log_weight(network, NOBODY, prior, evidence)[0])
    single = _log_weight(network, singles, prior, evidence) - base
    total = float(np.exp(np.minimum(single, 690)).sum() + np.exp(nobody_log))
    reach = Reach.of(network, prior, evidence, single)
    pairs, pairs_out = reach.pairs(bound * total / 2)
    triples, triples_out = reach.triples()
    further = [_log_weight(network, rows, prior, evidence) - base for rows in (pairs, triples)]
    sets = np.full((1 + count + len(pairs) + len(triples), 3), -1, dtype=np.int64)
    sets[1 : 1 + count, :1] = singles
    sets[1 + count : 1 + count + len(pairs), :2] = pairs
    sets[1 + count + len(pairs) :] = triples
    log = np.concatenate([[nobody_log], single, *further])
    weight = np.exp(log - log.max())
    dropped = (pairs_out + triples_out) * np.exp(-log.max()) / weight.sum()
    weight /= weight.sum()
    marginal = np.zeros(count)
    for column in range(3):
        held = sets[:, column] >= 0
        np.add.at(marginal, sets[held, column], weight[held])
    return Posterior(network, sets, weight, marginal, single, float(min(dropped, 1.0)))


NOBODY = np.full((1, 1), -1, dtype=np.int64)
"""The empty set."""


def together(table: Array, sets: Index) -> Array:
    """The product of the rows of a table over the members of each set, (S, ...); the last row is that of nobody, -1."""
    first, *others = sets.T
    result: Array = table[first]
    for other in others:
        result *= table[other]
    return result


def _log_weight(network: Network, sets: Index, prior: Array, evidence: Evidence) -> Array:
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


def scale(values: Array, slope: float, intercept: float) -> Array:
    """Probabilities calibrated on their log odds."""
    clipped = np.clip(values, 1e-12, 1 - 1e-12)
    odds: Any = slope * np.log(clipped / (1 - clipped)) + intercept
    result: Array = 1.0 / (1.0 + np.exp(-odds))
    return result

"""The posterior agrees with an independent exact engine on every sub-network that it can hold."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pyagrum as gum
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from myognosis.knowledge import UNCLASSIFIED, Knowledge, load_knowledge
from myognosis.model.finding import Findings
from myognosis.reason import evidence as ev
from myognosis.reason import network as net
from myognosis.reason import posterior as post
from myognosis.reason import weighing

SIZE = 3


def small(network: net.Network, causes: list[str]) -> net.Network:
    """The same network over a few causes."""
    rows = [network.row[name] for name in causes]
    return net.Network(
        network.knowledge,
        tuple(causes),
        network.findings,
        network.leak,
        network.log_inhibit[rows],
        network.log_inhibit_type[rows],
        network.type_leak,
        network.against_present[rows],
        network.against_absent[rows],
    )


def unweighted(evidence: ev.Evidence) -> ev.Evidence:
    """The same evidence at full weight, as a textbook network takes it."""
    ones = np.ones_like
    return replace(
        evidence,
        weight_present=ones(evidence.weight_present),
        weight_absent=ones(evidence.weight_absent),
        feature_weight=1.0,
        named_weight=1.0,
    )


def oracle(network: net.Network, prior: np.ndarray, evidence: ev.Evidence, nobody: float) -> np.ndarray:
    """The marginals by pyAgrum: causes, their number, each finding as a table, the movement as a node with many values."""
    model = gum.BayesNet()
    causes = [model.add(gum.LabelizedVariable(f"c{i}", "", 2)) for i in range(len(network.causes))]
    for i, node in enumerate(causes):
        odds = float(np.exp(prior[i] + evidence.shift[i]))
        model.cpt(node).fillWith([1 / (1 + odds), odds / (1 + odds)])
    further = network.knowledge.number("further_cause")
    seen: dict[str, int] = {}

    def table(name: str, size: int, parents: list[int], row: Callable[[list[int]], list[float]]) -> int:
        node = model.add(gum.LabelizedVariable(name, "", size))
        for parent in parents:
            model.addArc(parent, node)
        instantiation = gum.Instantiation(model.cpt(node))
        while not instantiation.end():
            states = [instantiation.val(model.variable(parent)) for parent in parents]
            model.cpt(node)[instantiation] = row(states)[instantiation.val(model.variable(node))]
            instantiation.inc()
        return node

    def count(states: list[int]) -> list[float]:
        weight = np.exp(nobody) if sum(states) == 0 else further ** (sum(states) - 1)
        return [1 - weight / 2, weight / 2]

    seen["n"] = 1
    table("n", 2, causes, count)
    for k, (column, present) in enumerate([(c, 1) for c in evidence.present] + [(c, 0) for c in evidence.absent]):

        def noisy(states: list[int], column: int = column) -> list[float]:
            off = (1 - network.leak[column]) * np.exp(sum(s * network.log_inhibit[i, column] for i, s in enumerate(states)))
            return [off, 1 - off]

        table(f"f{k}", 2, causes, noisy)
        seen[f"f{k}"] = present
    types = len(evidence.allowed)

    def shares(states: list[int]) -> list[float]:
        rows = np.array([[i for i, s in enumerate(states) if s] + [-1] * (3 - sum(states))], dtype=np.int64)
        return list(weighing.movement_shares(np.ones(types, bool), weighing.makes(network, rows))[0])

    movement = table("t", types, causes, shares)
    for k, (column, present, by_type) in enumerate(evidence.features):

        def feature(states: list[int], column: int = column, by_type: np.ndarray = by_type) -> list[float]:
            *some, kind = states
            off = (1 - by_type[kind]) * np.exp(sum(s * network.log_inhibit[i, column] for i, s in enumerate(some)))
            return [off, 1 - off]

        table(f"d{k}", 2, [*causes, movement], feature)
        seen[f"d{k}"] = int(present)
    inference = gum.LazyPropagation(model)
    inference.setEvidence(seen)
    inference.addEvidence("t", [float(x) for x in evidence.allowed])  # it is one of the named types
    inference.makeInference()
    return np.array([inference.posterior(f"c{i}")[1] for i in range(len(causes))])


@settings(max_examples=12)
@given(st.data())
@pytest.mark.whole
def test_marginals_agree_with_an_independent_engine(data: st.DataObject):
    knowledge: Knowledge = load_knowledge()
    whole = net.network_of(knowledge)
    causes = data.draw(st.lists(st.sampled_from(whole.causes), min_size=SIZE, max_size=SIZE, unique=True))
    pool = [n for n in whole.findings if knowledge.group_of(n) not in ("feature", "place")]
    describing = [n for n in whole.findings if knowledge.group_of(n) in ("feature", "place")]
    states = data.draw(st.dictionaries(st.sampled_from(pool), st.sampled_from(["present", "absent"]), max_size=6))
    states |= data.draw(st.dictionaries(st.sampled_from(describing), st.sampled_from(["present", "absent"]), max_size=3))
    from myognosis.model.case import Person

    findings = Findings(Person(), dict(states))
    network = small(whole, causes)
    evidence = ev.Evidence.of(network, findings)
    evidence = unweighted(evidence)
    prior = network.prior_log_odds(findings)
    nobody = min(0.0, whole.prior_of(UNCLASSIFIED, findings))
    posterior = post.infer(network, prior, evidence, 0.0, nobody)
    assert posterior.dropped == pytest.approx(0.0, abs=1e-9)
    assert posterior.marginal == pytest.approx(oracle(network, prior, evidence, nobody), abs=1e-6)

"""What to do next: the question and the test that would settle most, and what evidence supports meanwhile.

The value of a question is the mutual information between its answer and the set of causes, computed on the posterior
over sets (Lindley 1956, doi:10.1214/aoms/1177728069), plus what it says of the dangerous causes, minus its cost.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from myognosis.knowledge import CONTEXT_GROUPS, Knowledge
from myognosis.model.assessment import NextStep
from myognosis.model.finding import Findings
from myognosis.reason import network as net
from myognosis.reason.algebra import product
from myognosis.reason.causes import Ranking
from myognosis.reason.movement import recognise

__all__ = ["next_questions", "next_tests"]

Array = NDArray[np.float64]
_MOST_SETS = 160


@dataclass(frozen=True, eq=False)
class _Mass:
    """The heaviest sets of causes, their weights summing to 1."""

    sets: NDArray[np.int64]
    weight: Array
    dangerous: Array
    held: NDArray[np.bool_]


def _mass(ranking: Ranking, knowledge: Knowledge) -> _Mass:
    posterior = ranking.posterior
    best = np.argsort(-posterior.weight)[:_MOST_SETS]
    weight = posterior.weight[best]
    flags = np.array([knowledge.causes[name].dangerous for name in posterior.network.causes])
    sets = posterior.sets[best]
    present = np.unique(sets[sets >= 0])
    dangerous = present[flags[present]]
    held = (sets[:, :, None] == dangerous[None, None, :]).any(axis=1)
    return _Mass(sets, weight / weight.sum(), dangerous.astype(float), held)


def _probabilities(mass: _Mass, names: list[str], ranking: Ranking) -> Array:
    """P(finding present | set) for each finding, (sets, findings)."""
    network = ranking.posterior.network
    knowledge = network.knowledge
    out = np.empty((len(mass.sets), len(names)))
    after = [i for i, name in enumerate(names) if name in network.column]
    before = [i for i, name in enumerate(names) if name not in network.column]
    columns = np.array([network.column[names[i]] for i in after], dtype=np.int64)
    silent = np.exp(network.padded[:, columns][mass.sets].sum(axis=1))
    leak = np.broadcast_to(network.leak[columns], silent.shape).copy()
    describing = np.array([knowledge.group_of(names[i]) in ("feature", "place") for i in after], dtype=bool)
    if describing.any():
        shares = net.movement_shares(network, mass.sets, ranking.evidence.allowed)
        leak[:, describing] = product(shares, network.features_by_type[:, columns[describing]])
    out[:, after] = 1.0 - (1.0 - leak) * silent
    out[:, before] = _circumstances([names[i] for i in before], mass, network)
    return np.clip(out, 1e-6, 1 - 1e-6)


def _circumstances(names: list[str], mass: _Mass, network: net.Network) -> Array:
    """P(circumstance | set): its usual frequency moved by the odds ratios of the causes that it favours, (sets, names)."""
    knowledge = network.knowledge
    moved = np.zeros((len(network.causes) + 1, len(names)))
    for column, name in enumerate(names):
        for row, present, absent in network.context.get(name, ()):
            moved[row, column] = present - absent
    usual = np.array([knowledge.number(f"prevalence_{knowledge.group_of(name)}") for name in names])
    odds = usual / (1 - usual) * np.exp(moved[mass.sets].sum(axis=1))
    result: Array = odds / (1 + odds)
    return result


def _entropy(p: Array) -> Array:
    result: Array = -(p * np.log2(p) + (1 - p) * np.log2(1 - p))
    return result


def _gains(p: Array, mass: _Mass) -> tuple[Array, Array]:
    """Bits that each answer gives about the set of causes, and about the dangerous causes one by one."""
    overall = mass.weight @ p
    gain = _entropy(np.clip(overall, 1e-9, 1 - 1e-9)) - mass.weight @ _entropy(p)
    danger = np.zeros(p.shape[1])
    if mass.held.shape[1]:
        prior = mass.weight @ mass.held
        joint = product((mass.weight[:, None] * mass.held).T, p)
        for present, marginal in ((joint, overall), (prior[:, None] - joint, 1 - overall)):
            with np.errstate(divide="ignore", invalid="ignore"):
                term = present * np.log2(present / (prior[:, None] * marginal[None, :]))
                rest = (marginal - present) * np.log2((marginal - present) / ((1 - prior)[:, None] * marginal[None, :]))
            danger += np.nan_to_num(term).sum(axis=0) + np.nan_to_num(rest).sum(axis=0)
    return np.maximum(gain, 0.0), np.maximum(danger, 0.0)


def askable(findings: Findings, knowledge: Knowledge) -> list[str]:
    """Findings that a person can be asked about and was not; a movement that the description has settled is not asked."""
    context = net.network_of(knowledge).context
    settled = {
        result.movement for result in recognise(findings, knowledge) if result.probability >= knowledge.number("movement_settled")
    }
    settled |= {parent for name in settled for parent in knowledge.ancestors[name]}
    return [
        name
        for name, f in knowledge.findings.items()
        if f.ask and not findings.asked(name) and name not in settled and (f.group not in CONTEXT_GROUPS or name in context)
    ]


def next_questions(findings: Findings, ranking: Ranking, knowledge: Knowledge, count: int = 5) -> tuple[NextStep, ...]:
    """The questions that would settle most, the best first."""
    names = askable(findings, knowledge)
    if not names:
        return ()
    mass = _mass(ranking, knowledge)
    p = _probabilities(mass, names, ranking)
    gain, danger = _gains(p, mass)
    groups = knowledge.content.groups
    cost = np.array([groups[knowledge.group_of(name)].cost for name in names]) * knowledge.number("question_cost")
    score = gain + knowledge.number("question_danger") * danger - cost
    best = np.argsort(-score, kind="stable")[:count]
    return tuple(_step(names[i], gain[i], danger[i], score[i], p[:, i], mass, ranking) for i in best)


def next_tests(findings: Findings, ranking: Ranking, knowledge: Knowledge, count: int = 5) -> tuple[NextStep, ...]:
    """The tests that would settle most for what they cost the person; each by its up to three most telling results."""
    mass = _mass(ranking, knowledge)
    wanted = {name for c in ranking.leading for name in knowledge.causes[c.cause].tests}
    open_names = {t: [n for n in knowledge.content.tests[t].settles if not findings.asked(n)] for t in sorted(wanted)}
    all_names = list(dict.fromkeys(name for names in open_names.values() for name in names))
    if not all_names:
        return ()
    every = _probabilities(mass, all_names, ranking)
    gains, dangers = _gains(every, mass)
    column = {name: i for i, name in enumerate(all_names)}
    steps = []
    for test in (knowledge.content.tests[t] for t, names in open_names.items() if names):
        at = [column[name] for name in open_names[test.id]]
        p, gain, danger = every[:, at], gains[at], dangers[at]
        telling = np.argsort(-gain)[:3]
        joint = _joint_gain(p[:, telling], mass)
        value = joint + knowledge.number("question_danger") * danger.max() - test.cost * knowledge.number("test_cost")
        steps.append(_step(test.id, joint, danger.max(), value, p[:, telling[0]], mass, ranking))
    return tuple(sorted(steps, key=lambda step: -step.score)[:count])


def _joint_gain(p: Array, mass: _Mass) -> float:
    """Bits that up to three results give together, independent given the set of causes."""
    patterns = np.array(np.meshgrid(*[[0, 1]] * p.shape[1])).reshape(p.shape[1], -1).T
    given = np.prod(np.where(patterns[None, :, :] == 1, p[:, None, :], 1 - p[:, None, :]), axis=2)
    overall = mass.weight @ given
    own = -(given * np.log2(given)).sum(axis=1)
    return float(max(0.0, -(overall * np.log2(overall)).sum() - mass.weight @ own))


def _step(name: str, gain: float, danger: float, score: float, p: Array, mass: _Mass, ranking: Ranking) -> NextStep:
    return NextStep(
        id=name,
        gain_bits=float(gain),
        danger_bits=float(danger),
        score=float(score),
        separates=_separates(p, mass, ranking),
    )


def _separates(p: Array, mass: _Mass, ranking: Ranking) -> tuple[str, ...]:
    """The leading causes that a yes would raise most and a no would raise most."""
    network, overall = ranking.posterior.network, float(mass.weight @ p)
    lifts = []
    for cause in ranking.causes[:4]:
        held = (mass.sets == network.row[cause.cause]).any(axis=1)
        if held.any():
            given = float((mass.weight[held] @ p[held]) / mass.weight[held].sum())
            lifts.append((given / overall, cause.cause))
    lifts.sort()
    return (lifts[-1][1], lifts[0][1]) if len(lifts) > 1 and lifts[-1][0] > lifts[0][0] * 1.2 else ()

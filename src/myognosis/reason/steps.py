"""What to do next: the question and the test that would settle most, and what evidence supports meanwhile.

The value of a question is the mutual information between its answer and the set of causes, computed on the posterior
over sets (Lindley 1956, doi:10.1214/aoms/1177728069), plus what it says of the dangerous causes, minus its cost.
"""

import itertools
import math
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from myognosis.knowledge import CONTEXT_GROUPS, Knowledge
from myognosis.knowledge.schema import SelfTest
from myognosis.model.assessment import NextStep
from myognosis.model.finding import Findings
from myognosis.reason import network as net
from myognosis.reason import weighing
from myognosis.reason.algebra import product
from myognosis.reason.asking import needless
from myognosis.reason.causes import Ranking, Weighed, could_be_why
from myognosis.reason.movement import recognise
from myognosis.reason.triage import completions

__all__ = ["closing_questions", "next_questions", "next_self_tests", "next_tests", "safe_self_tests"]

Array = NDArray[np.float64]
_MOST_SETS, _ROWS = 160, 16


@dataclass(frozen=True, eq=False)
class _Mass:
    """The heaviest sets of causes, their weights summing to 1.

    ``held`` says which sets hold each dangerous cause, ``chance`` is P(finding present | set) for every finding, in the order of
    ``Network.place``; ``leading`` are the leading causes with the sets that hold each.
    """

    weight: Array
    held: NDArray[np.bool_]
    chance: Array
    leading: tuple[tuple[str, NDArray[np.bool_]], ...]


@lru_cache(maxsize=1)  # the questions of one ranking weigh the same sets
def _mass(ranking: Weighed, knowledge: Knowledge, *, apart: bool = False) -> _Mass:
    """Sets are told apart by what may be why; ``apart``: by every cause in them, as a test does that shows whatever is there."""
    posterior = ranking.posterior
    best = np.argsort(-posterior.weight)[:_MOST_SETS]
    weight, sets = posterior.weight[best], posterior.sets[best]
    kinds, of = (sets, np.arange(len(sets))) if apart else _why(sets, ranking)
    total = np.bincount(of, weight)
    share = np.where(of == np.arange(len(kinds))[:, None], weight / total[of], 0.0)
    present = np.unique(kinds[kinds >= 0])
    dangerous = present[posterior.network.dangerous[present]]
    held = np.zeros((len(kinds), len(posterior.network.causes) + 1), dtype=bool)
    np.put_along_axis(held, kinds, values=True, axis=1)
    leading = ((cause, held[:, posterior.network.row[cause]]) for cause in ranking.first)
    return _Mass(
        total / total.sum(),
        held[:, dangerous],
        product(share, _chances(sets, ranking)),
        tuple((cause, holds) for cause, holds in leading if holds.any()),
    )


def _why(sets: NDArray[np.int64], ranking: Weighed) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The sets without what is merely common beside them, each once, and which of these each set becomes.

    Nobody who comes for a shaking hand is helped by knowing whether an eyelid twitches too: a cause that explains nothing told
    parts no sets, unless it is dangerous.
    """
    matters = np.append(could_be_why(ranking) | ranking.posterior.network.dangerous, True)
    kept = np.sort(np.where(matters[sets], sets, -1), axis=1)
    kinds, of = np.unique(kept, axis=0, return_inverse=True)
    return kinds, of.reshape(-1)


def _chances(sets: NDArray[np.int64], ranking: Weighed) -> Array:
    """P(finding present | set) for every finding: what follows causes, then the circumstances, (sets, findings).

    A circumstance has its usual frequency, moved by the odds ratios of the causes that it favours.
    """
    network, describing = ranking.posterior.network, np.flatnonzero(ranking.posterior.network.describes)
    chance = np.empty((len(sets), len(network.place)))
    after, before = chance[:, : len(network.findings)], chance[:, len(network.findings) :]
    silent = weighing.together(network.off, sets)
    np.subtract(1.0, np.multiply(silent, 1.0 - network.leak, out=after), out=after)
    shares = weighing.movement_shares(ranking.evidence.allowed, weighing.makes(network, sets))
    after[:, describing] = 1.0 - (1.0 - product(shares, network.features_by_type[:, describing])) * silent[:, describing]
    _, usual, ratio = network.circumstances
    odds = usual * weighing.together(ratio, sets)
    np.divide(odds, 1 + odds, out=before)
    return np.clip(chance, 1e-6, 1 - 1e-6, out=chance)


def _probabilities(mass: _Mass, names: Iterable[str], ranking: Weighed) -> Array:
    """P(finding present | set) for each finding, (sets, findings)."""
    place = ranking.posterior.network.place
    return mass.chance.take([place[name] for name in names], axis=1)


def _entropy(p: Array) -> Array:
    q = 1.0 - p
    bits, rest = np.log2(p), np.log2(q)
    bits *= p
    rest *= q
    bits += rest
    return np.negative(bits, out=bits)


def _blocks(rows: int) -> Iterator[slice]:
    """A few rows at a time: what is reckoned on them stays in the processor's cache, four times as fast as all at once."""
    return (slice(start, start + _ROWS) for start in range(0, rows, _ROWS))


def _gains(p: Array, mass: _Mass) -> tuple[Array, Array]:
    """Bits that each answer gives about the set of causes, and about the dangerous causes one by one."""
    overall = mass.weight @ p
    before = _entropy(np.clip(overall, 1e-9, 1 - 1e-9))
    given = sum((mass.weight[part] @ _entropy(p[part]) for part in _blocks(len(p))), start=np.zeros(len(overall)))
    prior = np.clip(mass.weight @ mass.held, 1e-15, 1 - 1e-15)[:, None]  # one that is all but certain has nothing left to tell
    joint, danger = product((mass.weight[:, None] * mass.held).T, p), np.zeros(len(overall))
    for part in _blocks(len(joint)):
        share, both = prior[part], joint[part]
        with_it = share * _entropy(np.clip(both / share, 1e-9, 1 - 1e-9))
        without = (1 - share) * _entropy(np.clip((overall - both) / (1 - share), 1e-9, 1 - 1e-9))
        danger += np.maximum(before - with_it - without, 0.0).sum(axis=0)
    return np.maximum(before - given, 0.0), danger


def askable(findings: Findings, knowledge: Knowledge) -> list[str]:
    """Findings that a person can be asked about and was not; what follows from the rest is not asked."""
    settled = {
        result.movement for result in recognise(findings, knowledge) if result.probability >= knowledge.number("movement_settled")
    }
    settled |= {parent for name in settled for parent in knowledge.ancestors[name]}
    settled |= needless(findings, knowledge)
    return [name for name in _questions(knowledge) if name not in findings.states and name not in settled]


@cache
def _questions(knowledge: Knowledge) -> dict[str, float]:
    """Everything that a person can be asked about, and what asking it costs, in bits."""
    context, groups, unit = net.network_of(knowledge).context, knowledge.content.groups, knowledge.number("question_cost")
    rows = knowledge.findings.items()
    return {n: groups[f.group].cost * unit for n, f in rows if f.ask and (f.group not in CONTEXT_GROUPS or n in context)}


def next_questions(
    findings: Findings, ranking: Weighed, knowledge: Knowledge, count: int = 5, among: Collection[str] | None = None
) -> tuple[NextStep, ...]:
    """The questions that would settle most, the best first; of all that can be asked, or of some."""
    names = [name for name in askable(findings, knowledge) if among is None or name in among]
    if not names:
        return ()
    mass = _mass(ranking, knowledge)
    p = _probabilities(mass, names, ranking)
    gain, danger = _gains(p, mass)
    costs = _questions(knowledge)
    score = gain + knowledge.number("question_danger") * danger - np.array([costs[name] for name in names])
    best = np.argsort(-score, kind="stable")[:count]
    return tuple(_step(names[i], gain[i], danger[i], score[i], p[:, i], mass) for i in best)


def closing_questions(findings: Findings, ranking: Weighed, knowledge: Knowledge) -> tuple[NextStep, ...]:
    """What is asked before an interview ends, the likeliest first: a yes, or one more, would complete an emergency.

    A question counts by how probably that happens on the sets of causes that are left, where they make it commoner than it is in
    people at large or, what came before apart, where it is likely anyway; of two questions the likelier comes first.
    """
    least, names = knowledge.number("closing_least"), askable(findings, knowledge)
    mass = _mass(ranking, knowledge)
    p = _probabilities(mass, names, ranking)
    column = {name: i for i, name in enumerate(names) if mass.weight @ p[:, i] >= least}
    usual, chance = _usual(list(column), ranking.posterior.network), dict[str, float]()
    for asked in completions(findings, column, knowledge):
        at = [column[name] for name in asked]
        both = float(mass.weight @ p[:, at].prod(axis=1))
        raised = both >= knowledge.number("explained_factor") * math.prod(usual[name] for name in asked)
        likely = both >= knowledge.number("closing_likely") and not any(knowledge.group_of(n) in CONTEXT_GROUPS for n in asked)
        if likely or (raised and both >= least):
            first = names[max(at, key=lambda i: float(mass.weight @ p[:, i]))]
            chance[first] = max(chance.get(first, 0.0), both)
    gain, danger = _gains(p, mass)
    due = sorted(chance, key=lambda name: (-chance[name], name))
    return tuple(_step(n, gain[column[n]], danger[column[n]], chance[n], p[:, column[n]], mass) for n in due)


def _usual(names: list[str], network: net.Network) -> dict[str, float]:
    """How common each finding is in people at large."""
    known, usual, _ = network.circumstances
    return {n: float(network.leak[network.column[n]] if n in network.column else usual[known[n]]) for n in names}


def next_tests(
    findings: Findings, ranking: Ranking, knowledge: Knowledge, count: int = 5, *, calm: bool = False
) -> tuple[NextStep, ...]:
    """The tests that would settle most for what they cost the person; each by its up to three most telling results.

    Those that would settle too little follow as the leading causes list them: a cause all but certain is still confirmed.
    Where all is calm, and nobody need be seen, only what is done at the bedside or in one blood sample.
    """
    mass, dearest = _mass(ranking, knowledge, apart=True), knowledge.number("calm_test_cost") if calm else float("inf")
    wanted = dict.fromkeys(name for c in ranking.leading for name in knowledge.causes[c.cause].tests)
    offered = [test for test in (knowledge.content.tests[t] for t in wanted) if test.cost <= dearest]
    open_names = {test.id: [n for n in test.settles if not findings.asked(n)] for test in offered}
    all_names = list(dict.fromkeys(name for names in open_names.values() for name in names))
    if not all_names:
        return ()
    every = _probabilities(mass, all_names, ranking)
    gains, dangers = _gains(every, mass)
    column = {name: i for i, name in enumerate(all_names)}
    worth = []
    for test in (knowledge.content.tests[t] for t, names in open_names.items() if names):
        at = np.array([column[name] for name in open_names[test.id]])
        telling, danger = at[np.argsort(-gains[at])[:3]], float(dangers[at].max())
        joint = _joint_gain(every[:, telling], mass)
        value = joint + knowledge.number("question_danger") * danger - test.cost * knowledge.number("test_cost")
        worth.append((test.id, joint, danger, value, telling[0]))
    worth = [row for row in worth if row[3] > 0 or not _was_done(row[0], findings, knowledge)]
    best = sorted(worth, key=lambda row: -max(row[3], 0.0))[:count]  # sorted keeps the order of what is worth nothing
    return tuple(_step(name, joint, danger, value, every[:, first], mass) for name, joint, danger, value, first in best)


def _was_done(test: str, findings: Findings, knowledge: Knowledge) -> bool:
    """Whether most of what a test of the laboratory could show is known."""
    results = [
        n for n in knowledge.content.tests[test].settles if knowledge.content.groups[knowledge.group_of(n)].asked_of == "laboratory"
    ]
    known = sum(map(findings.asked, results))
    return bool(results) and known >= knowledge.number("test_done_share") * len(results)


def safe_self_tests(findings: Findings, knowledge: Knowledge) -> tuple[SelfTest, ...]:
    """The self tests that a person of this age and with these findings may try."""
    age = findings.person.age_years
    return tuple(
        test
        for test in knowledge.content.self_tests.values()
        if (age is None or age >= test.age_from) and not any(findings.present(name) for name in test.not_with)
    )


def next_self_tests(findings: Findings, ranking: Weighed, knowledge: Knowledge) -> tuple[NextStep, ...]:
    """The self tests that are worth the while, the one that would settle most first; none whose signs are all known."""
    tests, pointless = safe_self_tests(findings, knowledge), needless(findings, knowledge)
    signs = {
        test.id: [
            name for name in dict.fromkeys(itertools.chain(*((*end.present, *end.absent) for end in test.outcomes)))
            if not findings.asked(name) and name not in pointless
        ]
        for test in tests
    }  # fmt: skip
    every = list(dict.fromkeys(name for names in signs.values() for name in names))
    if not every:
        return ()
    mass = _mass(ranking, knowledge)
    p = _probabilities(mass, every, ranking)
    gains, dangers = _gains(p, mass)
    steps = []
    for test, names in signs.items():
        at = sorted((every.index(name) for name in names), key=lambda i: -gains[i])[:3]
        if at:
            joint, danger = _joint_gain(p[:, at], mass), float(dangers[at].max())
            score = joint + knowledge.number("question_danger") * danger - knowledge.number("self_test_cost")
            steps.append(_step(test, joint, danger, score, p[:, at[0]], mass))
    return tuple(sorted((step for step in steps if step.score > 0), key=lambda step: -step.score))


@cache
def _patterns(count: int) -> NDArray[np.bool_]:
    """Every way in which so many results can come out, (2 ** count, count)."""
    return np.array(list(itertools.product((False, True), repeat=count)), dtype=bool)


def _joint_gain(p: Array, mass: _Mass) -> float:
    """Bits that up to three results give together, independent given the set of causes."""
    given = np.prod(np.where(_patterns(p.shape[1])[None], p[:, None, :], 1 - p[:, None, :]), axis=2)
    overall = mass.weight @ given
    own = -(given * np.log2(given)).sum(axis=1)
    return float(max(0.0, -(overall * np.log2(overall)).sum() - mass.weight @ own))


def _step(name: str, gain: float, danger: float, score: float, p: Array, mass: _Mass) -> NextStep:
    return NextStep(
        id=name,
        gain_bits=float(gain),
        danger_bits=float(danger),
        score=float(score),
        separates=_separates(p, mass),
    )


def _separates(p: Array, mass: _Mass) -> tuple[str, ...]:
    """The leading causes that a yes would raise most and a no would raise most."""
    overall = float(mass.weight @ p)
    lifts = sorted(
        (float((mass.weight[held] @ p[held]) / mass.weight[held].sum()) / overall, cause) for cause, held in mass.leading
    )
    return (lifts[-1][1], lifts[0][1]) if len(lifts) > 1 and lifts[-1][0] > lifts[0][0] * 1.2 else ()

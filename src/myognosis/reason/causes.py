"""The ranking of causes, and the explanation, which is the computation itself."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from myognosis.knowledge import OUTSIDE, UNCLASSIFIED, Knowledge
from myognosis.knowledge.schema import SITE_CLASSES, Context, Link
from myognosis.model.assessment import Band, CauseResult, Evidence, Fasciculation, FearAnswered, Kind
from myognosis.model.base import Trust
from myognosis.model.finding import Findings
from myognosis.reason import evidence as ev
from myognosis.reason import network as net
from myognosis.reason import posterior as post
from myognosis.reason import weighing
from myognosis.reason.movement import only_movement
from myognosis.reason.site import site_log_ratio

__all__ = ["Ranking", "Weighed", "answer_fears", "could_be_why", "judge_fasciculation", "rank", "unexplained", "weigh"]

Array = NDArray[np.float64]
_DB = 10.0 / math.log(10.0)
_KINDS: dict[str, Kind] = {
    "present": "context_present", "absent": "context_absent", "untold": "context_untold", "age": "age", "sex": "sex",
    "setting": "setting",
}  # fmt: skip
_GRAVE_SIGNS = (
    "weakness", "functional_loss", "atrophy", "bulbar_symptoms", "dysphagia", "hyperreflexia", "babinski", "numbness",
    "tongue_fasciculation", "course_progressive", "emg_fib", "emg_chronic_neurogenic", "weight_loss",
)  # fmt: skip
"""What separates a twitch that is harmless from one that is not (NICE NG127; Gold Coast criteria 2020)."""


@dataclass(frozen=True, eq=False)
class Weighed:
    """The posterior, and the causes in the order of their stated probability; nothing is explained yet.

    Attributes
    ----------
    probability : (C,)
        As it is stated, in the order of the network.
    order : (C,)
        Rows of the network, the most probable first.
    only_movement
        Whether nothing else is known.
    """

    posterior: post.Posterior
    evidence: ev.Evidence
    probability: Array
    order: NDArray[np.int64]
    only_movement: bool

    @property
    def first(self) -> tuple[str, ...]:
        """The four most probable causes."""
        return tuple(self.posterior.network.causes[i] for i in self.order[:4])

    @property
    def unclassified(self) -> float:
        """How much speaks for none of the causes that we know."""
        return self.posterior.empty

    @property
    def arises(self) -> dict[str, float]:
        """Where the causes arise: the probability of each class of sites, none while no cause can be told."""
        network = self.posterior.network
        share = self.probability @ network.site_shares
        return {} if self.cannot_tell else dict(zip(SITE_CLASSES, (share / max(share.sum(), 1.0)).tolist(), strict=True))

    @property
    def told(self) -> bool:
        """Whether anything was told that a cause could bring."""
        return bool(self.evidence.present.size) or any(present for _, present, _ in self.evidence.features)

    @property
    def cannot_tell(self) -> bool:
        """Whether nothing was told that a cause could bring, none is probable enough, or the first is a disease we do not know.

        A movement alone, without a story or an examination, names a cause only where hardly anything else makes it.
        """
        number = self.posterior.network.knowledge.number
        top = float(self.probability[self.order[0]])
        if not self.told or self.first[0] == OUTSIDE:
            return True
        least = number("cannot_tell_movement" if self.only_movement else "cannot_tell_top")
        return self.unclassified >= number("cannot_tell_unclassified") or top < least


@dataclass(frozen=True, eq=False)
class Ranking(Weighed):
    """The same with each cause that is shown explained."""

    causes: tuple[CauseResult, ...]
    open: bool

    @property
    def advised(self) -> "Ranking":
        """The same to draw advice from: where nothing was told that a cause could bring, no cause is treated or tested for."""
        return self if self.told else replace(self, causes=())

    @property
    def leading(self) -> tuple[CauseResult, ...]:
        """The causes that the advice is drawn from: those at least possible, and always the first."""
        return tuple(c for i, c in enumerate(self.causes) if i == 0 or c.band in ("likely", "possible"))[:5]


def weigh(findings: Findings, knowledge: Knowledge) -> Weighed:
    """Causes by their probability among people with answers like these, several at once if need be."""
    network = net.network_of(knowledge)
    prior = network.prior_log_odds(findings)
    evidence = ev.Evidence.of(network, findings, site_log_ratio(network, findings))
    nobody = network.prior_of(UNCLASSIFIED, findings)
    posterior = post.infer(network, prior, evidence, knowledge.number("prune_bound"), nobody)
    probability = _with_states(calibrated(posterior.marginal, knowledge), network, evidence, _found(network, findings))
    alone = only_movement(findings, knowledge)
    return Weighed(posterior, evidence, probability, np.argsort(-probability, kind="stable"), alone)


def rank(findings: Findings, knowledge: Knowledge) -> Ranking:
    """The same, and the evidence for and against each cause that is shown."""
    weighed = weigh(findings, knowledge)
    posterior, probability, order = weighed.posterior, weighed.probability, weighed.order
    always = _always(posterior.network, probability, findings)
    first = set(order[np.argsort(~could_be_why(weighed)[order], kind="stable")[:8]].tolist())
    shown = [int(i) for i in order if i in first or always[i]]
    pieces = _Pieces.of(shown, posterior.network, weighed.evidence)
    results = tuple(_explain(at, float(probability[i]), pieces, posterior, findings) for at, i in enumerate(shown))
    is_open = len(results) > 1 and results[1].high > results[0].low
    return Ranking(posterior, weighed.evidence, probability, order, weighed.only_movement, results, is_open)


def calibrated(marginal: Array, knowledge: Knowledge) -> Array:
    """Probabilities as they are stated, after the calibration fitted on half of the vignettes."""
    return post.scale(marginal, knowledge.number("calibration_slope"), knowledge.number("calibration_intercept"))


def could_be_why(weighed: Weighed) -> NDArray[np.bool_]:
    """Whether each cause makes a movement that was named, if any was, explains a sign, or is possible all the same, (C,).

    An unlikely one that only fits the course would stand beside the cause that does the rest: it is no second explanation.
    """
    network, evidence = weighed.posterior.network, weighed.evidence
    if evidence.allowed.all():
        return np.ones(len(network.causes), dtype=bool)
    signs = evidence.present[network.sign[evidence.present]]
    explains: NDArray[np.bool_] = (network.log_inhibit[:, signs] != 0.0).any(axis=1)
    makes: NDArray[np.bool_] = (network.log_inhibit_type[:, evidence.allowed] != 0.0).any(axis=1)
    return explains | makes | (weighed.probability >= network.knowledge.number("band_possible"))


def _always(network: net.Network, probability: Array, findings: Findings) -> NDArray[np.bool_]:
    """Whether each cause is listed whatever its place: a dangerous one, or a state that a laboratory found, (C,)."""
    dangerous = network.dangerous & (probability >= network.knowledge.number("dangerous_above"))
    result: NDArray[np.bool_] = _found(network, findings) | dangerous
    return result


def _found(network: net.Network, findings: Findings) -> NDArray[np.bool_]:
    """Which causes are a state that a laboratory found, (C,)."""
    return np.array([column >= 0 and findings.present(network.findings[column]) for column in network.state.tolist()])


def _with_states(probability: Array, network: net.Network, evidence: ev.Evidence, found: NDArray[np.bool_]) -> Array:
    """The probabilities, (C,), where a state that was found is at least as probable as it makes a movement that was named.

    It is there, whatever brought it: a withdrawal that explains a low magnesium does not take it away. What brought it stays first.
    """
    if evidence.allowed.all() or not found.any():
        return probability
    made: Array = 1.0 - np.exp(network.log_inhibit_type[:, evidence.allowed].min(axis=1))
    first = int(probability.argmax())
    brought = network.log_inhibit[first, network.state] != 0.0
    least = np.where(brought, np.minimum(made, np.nextafter(probability[first], 0.0)), made)
    return np.where(found, np.maximum(probability, least), probability)


@dataclass(frozen=True, eq=False)
class _Pieces:
    """What the evidence says of each of some causes, before it is put in words: N causes, K findings.

    Attributes
    ----------
    columns, weights, here : (K,)
        Every finding that follows causes: its column, its weight, whether it is present; the present ones first.
    chance : (N, K)
        Probability of each finding with each cause alone.
    rarer : (N, K)
        Log ratio of the findings that a cause makes rarer.
    moved : (N, K)
        Decibans of each finding.
    wholes : (kind, (N,))
        Decibans of what speaks as a whole.
    """

    rows: list[int]
    columns: NDArray[np.int64]
    weights: Array
    here: NDArray[np.bool_]
    chance: Array
    rarer: Array
    moved: Array
    wholes: tuple[tuple[Kind, Array], ...]

    @classmethod
    def of(cls, rows: list[int], network: net.Network, evidence: ev.Evidence) -> "_Pieces":
        """For some causes, by their rows."""
        here = np.arange(len(evidence.present) + len(evidence.absent)) < len(evidence.present)
        weights = np.concatenate([evidence.weight_present, evidence.weight_absent])
        columns = np.concatenate([evidence.present, evidence.absent])
        at = np.array(rows)[:, None], columns
        inhibit, leaks = network.log_inhibit[at], network.leak[columns]
        chance = 1.0 - (1.0 - leaks) * np.exp(inhibit)
        rarer = np.where(here, network.against_present[at], network.against_absent[at])
        moved = _DB * weights * (np.where(here, np.log(chance / leaks), inhibit) + rarer)
        return cls(rows, columns, weights, here, chance, rarer, moved, tuple(_wholes(rows, network, evidence)))


def _explain(at: int, probability: float, pieces: _Pieces, posterior: post.Posterior, findings: Findings) -> CauseResult:
    """The cause at a place among the pieces, explained."""
    network, index = posterior.network, pieces.rows[at]
    knowledge, name = network.knowledge, network.causes[index]
    items, spread = _evidence(at, pieces, network, findings)
    low, high = _spread(probability, spread)
    return CauseResult(
        cause=name,
        probability=probability,
        low=low,
        high=high,
        band=_band(probability, knowledge),
        evidence=tuple(sorted(items, key=lambda item: (-abs(item.decibans), item.finding))),
        not_known=_not_known(name, findings, knowledge),
        dangerous=knowledge.causes[name].dangerous,
        with_others=_companions(index, posterior),
    )


def _band(probability: float, knowledge: Knowledge) -> Band:
    bands: tuple[Band, ...] = ("likely", "possible", "unlikely")
    for band in bands:
        if probability >= knowledge.number(f"band_{band}"):
            return band
    return "very_unlikely"


def _evidence(at: int, pieces: _Pieces, network: net.Network, findings: Findings) -> tuple[list[Evidence], float]:
    """Each piece of evidence on one cause in decibans, and the spread of their sum that doubtful numbers allow."""
    knowledge, cause = network.knowledge, network.knowledge.causes[network.causes[pieces.rows[at]]]
    items, squares = _circumstances(cause.id, findings, knowledge)
    links, moved, chance, rarer = _links(cause.id, knowledge), pieces.moved[at], pieces.chance[at], pieces.rarer[at]
    for i in np.flatnonzero(np.abs(moved) >= 0.05).tolist():
        name, decibans, p = network.findings[pieces.columns[i]], float(moved[i]), float(chance[i])
        leak, here = float(network.leak[pieces.columns[i]]), bool(pieces.here[i])
        source, trust = _authority(name, links, knowledge)
        doubted = _doubted(p, leak, float(pieces.weights[i]), here, _doubt(trust, knowledge))
        squares += 0.0 if rarer[i] else (decibans - doubted) ** 2
        kind: Kind = "present" if here else "absent"
        told = _told(p, float(rarer[i]), here)
        items.append(Evidence(finding=name, kind=kind, decibans=decibans, p=told, background=leak, source=source, trust=trust))
    items += [
        Evidence(finding=whole, kind=whole, decibans=float(value[at]), source="estimate", trust="estimated")
        for whole, value in pieces.wholes if whole != "pattern" or value[at]
    ]  # fmt: skip
    return items, math.sqrt(squares) / _DB


@cache
def _links(cause: str, knowledge: Knowledge) -> dict[str, Link]:
    return {link.id: link for link in knowledge.causes[cause].findings}


@cache
def _contexts(cause: str, knowledge: Knowledge) -> dict[str, Context]:
    return {item.id: item for item in knowledge.causes[cause].context}


def _circumstances(cause: str, findings: Findings, knowledge: Knowledge) -> tuple[list[Evidence], float]:
    """Base rate, age, sex, setting and context of a cause, and their share of the spread."""
    c, items = knowledge.causes[cause], []
    by_id = _contexts(cause, knowledge)
    squares = (_DB * math.log(_doubt(c.prior.trust, knowledge))) ** 2
    for name, value in net.prior_parts(knowledge, cause, findings)[1:]:
        item = by_id.get(name) or _links(cause, knowledge).get(name)
        source, trust = (item.source, item.trust) if item else (c.prior.source, c.prior.trust)
        state = findings.states.get(name, "unknown")
        kind = _KINDS[name if item is None else "untold" if state == "unknown" else state]
        items.append(Evidence(finding=name, kind=kind, decibans=_DB * value, source=source, trust=trust))
    return items, squares


def _told(chance: float, rarer: float, here: bool) -> float:
    """The probability of a finding with a cause that makes it rarer than the leak, which the noisy-OR cannot go below."""
    return chance * math.exp(rarer) if here else 1.0 - (1.0 - chance) * math.exp(rarer)


def _wholes(rows: list[int], network: net.Network, evidence: ev.Evidence) -> Iterator[tuple[Kind, Array]]:
    """Decibans of what speaks as a whole for each cause: the description of the movement, and the pattern of the signs."""
    sets = np.array([-1, *rows], dtype=np.int64)[:, None]
    made = weighing.makes(network, sets)
    if not evidence.allowed.all():
        share = np.log(weighing.named_share(evidence.allowed, made))
        yield "named", _DB * evidence.named_weight * (share[1:] - share[0])
    if evidence.features:
        likelihood = np.log(weighing.description_likelihood(network, sets, evidence, made))
        yield "description", _DB * evidence.feature_weight * (likelihood[1:] - likelihood[0])
    yield "pattern", _DB * evidence.site[rows]


def _authority(name: str, links: dict[str, Link], knowledge: Knowledge) -> tuple[str, Trust]:
    """Source and trust of the number behind a finding: its own link's, or that of the relative it was carried from."""
    link = knowledge.link_behind(name, links)
    if link is None:
        return "estimate", "estimated"
    return link.source, link.trust if link.id == name else "estimated"


def _doubt(trust: Trust, knowledge: Knowledge) -> float:
    return knowledge.number(f"doubt_{trust}")


def _doubted(p: float, leak: float, weight: float, present: bool, factor: float) -> float:
    """The decibans of a finding if the odds of its probability were smaller by the factor of doubt."""
    odds = p / (1.0 - p) / factor
    q = max(odds / (1.0 + odds), leak)
    return _DB * weight * math.log(q / leak if present else (1.0 - q) / (1.0 - leak))


def _spread(probability: float, log_spread: float) -> tuple[float, float]:
    clipped = min(max(probability, 1e-9), 1 - 1e-9)
    centre = math.log(clipped / (1 - clipped))
    low, high = (1 / (1 + math.exp(-(centre + sign * log_spread))) for sign in (-1, 1))
    return low, high


def _not_known(cause: str, findings: Findings, knowledge: Knowledge) -> tuple[str, ...]:
    """Findings that are expected with this cause and were not asked, or could not be answered."""
    usual = knowledge.number("expected_from")
    expected = [
        link
        for link in knowledge.causes[cause].findings
        if link.p >= usual and findings.states.get(link.id, "unknown") == "unknown"
    ]
    implied = {parent for link in expected for parent in knowledge.ancestors[link.id]}
    return tuple(link.id for link in sorted(expected, key=lambda link: -link.p) if link.id not in implied)[:8]


def _companions(index: int, posterior: post.Posterior) -> tuple[str, ...]:
    """Causes that hold together with this one in a good part of its weight, at most two."""
    one, other, third = members = posterior.members
    held = np.flatnonzero((one == index) | (other == index) | (third == index))
    weight, causes = posterior.weight[held], posterior.network.causes
    beside = np.bincount(members[:, held].ravel() + 1, np.tile(weight, 3), len(causes) + 1)[1:]
    beside[index] = 0.0
    good = np.flatnonzero(beside >= posterior.network.knowledge.number("companion_part") * weight.sum())
    return tuple(causes[i] for i in good[np.argsort(-beside[good], kind="stable")][:2] if beside[i] > 0.0)


def unexplained(findings: Findings, ranking: Ranking, knowledge: Knowledge) -> tuple[str, ...]:
    """Present findings that none of the leading causes makes much likelier than chance."""
    network = ranking.posterior.network
    rows = [network.row[c.cause] for c in ranking.leading]
    factor, common = knowledge.number("explained_factor"), knowledge.number("too_common_to_explain")
    out = []
    for name in findings.all_present():
        column = network.column.get(name)
        if column is None or name in findings.implied or knowledge.group_of(name) in ("feature", "place", "tempo"):
            continue
        leak = network.leak[column]
        p = 1.0 - (1.0 - leak) * np.exp(network.log_inhibit[rows, column])
        if p.max() < factor * leak and leak < common:
            out.append(name)
    return tuple(out)


def answer_fears(findings: Findings, ranking: Ranking, feared: Iterable[str], knowledge: Knowledge) -> tuple[FearAnswered, ...]:
    """The causes that are feared, answered although they are unlikely; one that leads is no mere fear."""
    network, limit = ranking.posterior.network, knowledge.number("feared_listed_below")
    rows = [network.row[name] for name in feared]
    if not rows:
        return ()
    probability, pieces = calibrated(ranking.posterior.marginal[rows], knowledge), _Pieces.of(rows, network, ranking.evidence)
    return tuple(_answer(at, float(p), pieces, network, findings) for at, p in enumerate(probability) if p < limit)


def _answer(at: int, probability: float, pieces: _Pieces, network: net.Network, findings: Findings) -> FearAnswered:
    items, _ = _evidence(at, pieces, network, findings)
    items.sort(key=lambda item: -abs(item.decibans))
    cause = network.knowledge.causes[network.causes[pieces.rows[at]]]
    change = [link for link in cause.findings if not findings.present(link.id) and network.knowledge.findings[link.id].ask]
    gain = {link.id: np.log(link.p / (network.knowledge.findings[link.id].leak or 0.01)) for link in change}
    return FearAnswered(
        cause=cause.id,
        probability=probability,
        against=tuple(item.finding for item in items if item.decibans < -0.3 and item.kind != "setting")[:6],
        for_it=tuple(item.finding for item in items if item.decibans > 0.3 and item.kind != "setting")[:6],
        would_change=tuple(sorted(gain, key=lambda name: -gain[name]))[:5],
    )


def judge_fasciculation(
    findings: Findings, ranking: Ranking, movements: dict[str, float], knowledge: Knowledge
) -> Fasciculation | None:
    """Benign against pathological, wherever fasciculation is possible."""
    family = {"fasciculation", *knowledge.descendants["fasciculation"]}
    possible = sum(p for m, p in movements.items() if m in family)
    if possible < knowledge.number("fasciculation_possible"):
        return None
    network, posterior = ranking.posterior.network, ranking.posterior
    column = network.column["fasciculation"]
    makes = 1.0 - np.exp(network.log_inhibit[:, column])
    grave = (makes >= knowledge.number("fasciculation_made")) & ~network.benign
    held = np.append(grave, False).take(posterior.members).any(axis=0)
    pathological = float(posterior.weight[held].sum())
    return Fasciculation(
        probability=float(possible),
        benign=1.0 - pathological,
        pathological=pathological,
        speaks_benign=tuple(
            n for n in (*_GRAVE_SIGNS, "emg_normal") if findings.absent(n) or (n == "emg_normal" and findings.present(n))
        ),
        speaks_pathological=tuple(n for n in _GRAVE_SIGNS if findings.present(n)),
        missing=tuple(n for n in _GRAVE_SIGNS if findings.states.get(n, "unknown") == "unknown"),
    )

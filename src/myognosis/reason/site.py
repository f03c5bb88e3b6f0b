"""Where it arises: a forward model of anatomy.

Each candidate site predicts its signs: a root weakens its muscles and numbs its dermatome, a nerve its own, the anterior
horn weakens without numbness, the cord raises the reflexes below. Several single nerves, each hit or spared whatever becomes of
the others, are one candidate more. The signs that were found are held against each prediction; what a site explains, leaves
open and would let us expect is said with it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from myognosis.knowledge import Knowledge
from myognosis.knowledge.schema import SITE_CLASSES, Site
from myognosis.model.assessment import SiteResult
from myognosis.model.finding import Findings, LocalSign
from myognosis.reason.network import Network

__all__ = ["localise", "site_log_ratio"]

Share = Callable[[LocalSign], float]
_KINDS = {"weak": "weak", "strong": "weak", "wasted": "wasted", "twitching": "twitch", "reflex_low": "reflex_low",
          "reflex_normal": "reflex_low", "reflex_high": "reflex_high", "numb": "numb", "feels": "numb"}  # fmt: skip
_ABSENT = {"strong", "reflex_normal", "feels"}
_ROOTS = ("C4", "C5", "C6", "C7", "C8", "T1", "L2", "L3", "L4", "L5", "S1", "S2")
_ORDER = (
    [f"C{i}" for i in range(1, 9)]
    + [f"T{i}" for i in range(1, 13)]
    + [f"L{i}" for i in range(1, 6)]
    + [f"S{i}" for i in range(1, 6)]
)


@dataclass(frozen=True)
class Candidate:
    """One possible site: its class, and how much of a sign's place belongs to it (0 to 1)."""

    name: str
    kind: str
    share: Share


def _roots_of(sign: LocalSign, knowledge: Knowledge) -> Mapping[str, float]:
    content = knowledge.content
    if sign.where in content.muscles:
        return content.muscles[sign.where].roots
    if sign.where in content.reflexes:
        return content.reflexes[sign.where].roots
    return {sign.where: 1.0} if sign.where in _ORDER else {}


def _on_side(sign: LocalSign, side: str) -> bool:
    return sign.side in (side, "both", "midline", None)


def _root(root: str, side: str, knowledge: Knowledge) -> Candidate:
    def share(sign: LocalSign) -> float:
        """The part of a sign that this root carries."""
        return _roots_of(sign, knowledge).get(root, 0.0) if _on_side(sign, side) else 0.0

    return Candidate(f"root:{root}:{side}", "root", share)


def _nerve(nerve: str, side: str, knowledge: Knowledge) -> Candidate:
    content = knowledge.content
    territory = {nerve, *content.nerves[nerve].territory}

    def share(sign: LocalSign) -> float:
        """Whether a sign lies in the territory of this nerve."""
        if not _on_side(sign, side):
            return 0.0
        muscle = content.muscles.get(sign.where)
        if muscle is not None:
            return 1.0 if muscle.nerve in territory else 0.0
        return 1.0 if sign.where in territory else 0.0

    return Candidate(f"nerve:{nerve}:{side}", "nerve", share)


def _several_nerves(knowledge: Knowledge) -> Candidate:
    def share(sign: LocalSign) -> float:
        """Whether a sign lies in the territory of any single nerve."""
        return 1.0 if _own_nerve(sign, knowledge) else 0.0

    return Candidate("several_nerves", "several_nerves", share)


def _own_nerve(sign: LocalSign, knowledge: Knowledge) -> str | None:
    """The nerve of a muscle, or the one in whose area feeling was tested; reflexes tell of roots and have none."""
    muscle = knowledge.content.muscles.get(sign.where)
    return muscle.nerve if muscle is not None else sign.where if sign.where in knowledge.content.nerves else None


def _one_by_one(signs: Iterable[LocalSign], candidate: Candidate, knowledge: Knowledge) -> float:
    """Log-likelihood of the signs when single nerves are ill, each by itself: multiple mononeuropathy.

    Every nerve with a sign is hit with a small probability or spared; its signs are those of a nerve that is ill or of one that
    is well. So weakness follows named nerves or costs dearly (the core criterion of multifocal motor neuropathy, EFNS/PNS 2010,
    doi 10.1111/j.1529-8027.2010.00290.x).
    """
    site, hit = knowledge.content.sites["several_nerves"], knowledge.number("several_nerves_hit")
    groups: dict[tuple[str | None, str | None], list[LocalSign]] = {}
    for sign in signs:
        groups.setdefault((_own_nerve(sign, knowledge), sign.side), []).append(sign)
    total = 0.0
    for (nerve, side), own in groups.items():
        ill = sum(np.log(_probability(sign, candidate, site)) for sign in own)
        well = sum(np.log(_probability(sign, replace(candidate, share=_nowhere), site)) for sign in own)
        p = 0.0 if nerve is None else hit**2 if side in ("both", None) else hit
        total += float(np.log(p * np.exp(ill) + (1 - p) * np.exp(well)))
    return total


def _nowhere(sign: LocalSign) -> float:
    return 0.0


def _plexus(trunk: str, side: str, knowledge: Knowledge) -> Candidate:
    roots = {"upper_trunk": {"C5", "C6"}, "middle_trunk": {"C7"}, "lower_trunk": {"C8", "T1"},
             "lumbar": {"L2", "L3", "L4"}, "sacral": {"L5", "S1", "S2"}}[trunk]  # fmt: skip

    def share(sign: LocalSign) -> float:
        """The part of a sign that passes through this trunk."""
        if not _on_side(sign, side):
            return 0.0
        muscle = knowledge.content.muscles.get(sign.where)
        if muscle is not None and muscle.plexus:
            return 1.0 if muscle.plexus == trunk else 0.0
        return sum(part for root, part in _roots_of(sign, knowledge).items() if root in roots)

    return Candidate(f"plexus:{trunk}:{side}", "plexus", share)


def _cord(level: str, knowledge: Knowledge) -> Candidate:
    start = _ORDER.index(level)

    def share(sign: LocalSign) -> float:
        """The part of a sign that arises at this level or below."""
        if sign.where in ("trunk_level", "saddle"):
            return 1.0
        return sum(part for root, part in _roots_of(sign, knowledge).items() if root in _ORDER and _ORDER.index(root) >= start)

    return Candidate(f"cord:{level}", "cord", share)


def _diffuse(kind: str, knowledge: Knowledge) -> Candidate:
    muscles, distal = knowledge.content.muscles, knowledge.number("diffuse_distal")

    def share(sign: LocalSign) -> float:
        """How far a sign fits a disease of all of this kind."""
        muscle = muscles.get(sign.where)
        if kind in ("muscle", "junction") and muscle is not None:
            return 1.0 if muscle.proximal or (kind == "junction" and muscle.bulbar) else distal
        return 1.0

    return Candidate(kind, kind, share)


def _length_dependent(knowledge: Knowledge) -> Candidate:
    muscles, prefix = knowledge.content.muscles, "longest_"
    reach = {name.removeprefix(prefix): x.value for name, x in knowledge.content.numbers.items() if name.startswith(prefix)}

    def share(sign: LocalSign) -> float:
        """How far a sign lies at the end of the longest nerves."""
        muscle = muscles.get(sign.where)
        if muscle is not None:
            return reach.get(muscle.region or "", reach["other_muscle"])
        return reach.get(sign.where, reach["other_area"])

    return Candidate("nerve:length_dependent", "nerve", share)


def _hemisphere(side: str) -> Candidate:
    def share(sign: LocalSign) -> float:
        """Whether a sign lies on the side this hemisphere moves."""
        return 1.0 if sign.side == side else 0.0

    return Candidate(f"cortex:{side}", "cortex", share)


@cache
def _candidates(knowledge: Knowledge) -> tuple[Candidate, ...]:
    sides = ("left", "right")
    found = [_root(root, side, knowledge) for root in _ROOTS for side in sides]
    found += [_nerve(nerve, side, knowledge) for nerve in knowledge.content.nerves for side in sides]
    trunks = ("upper_trunk", "middle_trunk", "lower_trunk", "lumbar", "sacral")
    found += [_plexus(trunk, side, knowledge) for trunk in trunks for side in sides]
    found += [_cord(level, knowledge) for level in ("C3", "C5", "C7", "T6", "L1")]
    found += [_hemisphere(side) for side in sides] + [_length_dependent(knowledge), _several_nerves(knowledge)]
    plain = (
        "muscle",
        "junction",
        "anterior_horn",
        "brainstem",
        "cerebellum",
        "basal_ganglia",
        "diffuse_brain",
        "systemic",
    )
    return (*found, *(_diffuse(kind, knowledge) for kind in plain))


def _probability(sign: LocalSign, candidate: Candidate, site: Site) -> float:
    share, (inner, outer) = candidate.share(sign), _in_and_out(sign.kind, site)
    p = share * inner + (1.0 - share) * outer
    return 1.0 - p if sign.kind in _ABSENT else p


def _in_and_out(sign: str, site: Site) -> tuple[float, float]:
    """The probability of a kind of sign where its place belongs to a site that is ill, and where it does not."""
    kind = _KINDS[sign]
    return site.signs[f"{kind}_{'below' if kind == 'reflex_high' else 'member'}"], site.signs[f"{kind}_other"]


@cache
def _expected(sign: str, knowledge: Knowledge) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The same at every candidate."""
    inner, outer = np.array([_in_and_out(sign, knowledge.content.sites[c.kind]) for c in _candidates(knowledge)]).T
    return inner, outer


def _probabilities(sign: LocalSign, knowledge: Knowledge) -> NDArray[np.float64]:
    """`_probability` of a sign under every candidate."""
    share, (inner, outer) = np.array([c.share(sign) for c in _candidates(knowledge)]), _expected(sign.kind, knowledge)
    p: NDArray[np.float64] = share * inner + (1.0 - share) * outer
    return 1.0 - p if sign.kind in _ABSENT else p


_logs: WeakKeyDictionary[Findings, dict[str, NDArray[np.float64]]] = WeakKeyDictionary()
"""The ranking and the localisation of one case ask for the same; it goes with the case."""


def _pattern(findings: Findings, knowledge: Knowledge) -> tuple[tuple[Candidate, ...], NDArray[np.float64]]:
    """Every candidate and the log-likelihood of the located signs under it."""
    candidates, known = _candidates(knowledge), _logs.setdefault(findings, {})
    if knowledge.version not in known:
        known[knowledge.version] = _log_pattern(findings, candidates, knowledge)
    return candidates, known[knowledge.version]


def _log_pattern(findings: Findings, candidates: Sequence[Candidate], knowledge: Knowledge) -> NDArray[np.float64]:
    signs = [sign for sign in findings.signs if sign.kind != "twitching" or len(findings.signs) < 12]
    by_sign = np.array([_probabilities(sign, knowledge) for sign in signs])
    log = sum(np.log(by_sign), start=np.zeros(len(candidates)))
    for at, candidate in enumerate(candidates):
        if candidate.kind == "several_nerves":
            log[at] = _one_by_one(signs, candidate, knowledge)
    return log


def _class_log(candidates: Iterable[Candidate], log: NDArray[np.float64]) -> NDArray[np.float64]:
    kinds = np.array([candidate.kind for candidate in candidates])
    out = np.zeros(len(SITE_CLASSES))
    for index, kind in enumerate(SITE_CLASSES):
        part = log[kinds == kind]
        out[index] = part.max() + np.log(np.exp(part - part.max()).mean()) if part.size else 0.0
    return out


def site_log_ratio(network: Network, findings: Findings) -> NDArray[np.float64]:
    """How much the pattern of located signs speaks for each cause, through the sites where it arises; (C,), log."""
    if not _strong_signs(findings):
        return np.zeros(len(network.causes))
    log = _class_log(*_pattern(findings, network.knowledge))
    ratio = np.exp(log - log.max())
    anywhere, limit = network.knowledge.number("pattern_anywhere"), network.knowledge.number("pattern_limit")
    mixed = ((1.0 - anywhere) * network.site_shares + anywhere / len(SITE_CLASSES)) @ ratio
    result: NDArray[np.float64] = network.knowledge.number("pattern_weight") * (np.log(mixed) - np.log(ratio.mean()))
    return np.clip(result, -limit, limit)


def _strong_signs(findings: Findings) -> bool:
    """Twitching alone does not localise: somewhere a muscle must be weak or wasted, a reflex changed, a feeling lost."""
    return any(sign.kind in ("weak", "wasted", "reflex_low", "reflex_high", "numb") for sign in findings.signs)


def localise(findings: Findings, arises: Mapping[str, float], knowledge: Knowledge) -> tuple[SiteResult, ...]:
    """The sites that explain the signs best; without a sign that has a place, the classes where the likely causes arise.

    ``arises`` is the probability of each class by the causes alone. Signs without a place (numb, unsteady) are in it already, and
    cannot tell one nerve from another.
    """
    blocks = _blocks(findings)
    if not _strong_signs(findings) and not blocks:
        whole = [(_diffuse(kind, knowledge), p) for kind, p in arises.items()]
        return _listed(whole, findings, knowledge)
    candidates, log = _pattern(findings, knowledge)
    log = log + np.log(_prior(knowledge)) + _blocked(blocks, candidates, knowledge)
    sites = knowledge.content.sites
    for name, state in findings.states.items():
        if state != "unknown" and name in sites["muscle"].signs:
            p = np.array([sites[c.kind].signs[name] for c in candidates])
            log = log + np.log(p if state == "present" else 1.0 - p)
    probability = np.exp(log - log.max())
    probability /= probability.sum()
    return _listed(list(zip(candidates, probability.tolist(), strict=True)), findings, knowledge)


def _listed(sites: list[tuple[Candidate, float]], findings: Findings, knowledge: Knowledge) -> tuple[SiteResult, ...]:
    best = sorted(sites, key=lambda site: -site[1])[:5]
    return tuple(_result(c, p, findings, knowledge) for c, p in best if p >= knowledge.number("site_listed_above"))


def _blocks(findings: Findings) -> list[LocalSign]:
    """The nerves in which a conduction block was measured, as places."""
    found = {
        (judged.row.nerve, judged.row.side)
        for judged in findings.conduction
        if any(c.finding == "conduction_block" and c.state == "beyond" for c in judged.compared)
    }
    return [LocalSign(kind="numb", where=nerve, side=side) for nerve, side in sorted(found)]


def _blocked(blocks: list[LocalSign], candidates: Iterable[Candidate], knowledge: Knowledge) -> NDArray[np.float64]:
    """What it adds that the nerve of a block is known: in any other nerve it would be as rare as where no nerve is ill."""
    name, sites = "conduction_block", knowledge.content.sites
    rare = np.log(sites["muscle"].signs[name] / sites["nerve"].signs[name])
    return np.array([rare * sum(c.share(at) == 0.0 for at in blocks) if c.kind == "nerve" else 0.0 for c in candidates])


@cache
def _prior(knowledge: Knowledge) -> NDArray[np.float64]:
    """How often signs arise at each candidate: the share of its class, spread evenly but for the nerves often hurt."""
    candidates, sites, nerves = _candidates(knowledge), knowledge.content.sites, knowledge.content.nerves
    counts: dict[str, int] = {kind: sum(c.kind == kind for c in candidates) for kind in SITE_CLASSES}
    rest = 1.0 - sum(nerve.share or 0.0 for nerve in nerves.values())
    share = [sites[c.kind].share / counts[c.kind] for c in candidates]
    for i, candidate in enumerate(candidates):
        if candidate.kind == "nerve":
            nerve = nerves.get(candidate.name.split(":")[1])
            own = nerve.share / 2 if nerve and nerve.share else rest / counts["nerve"]
            share[i] = sites["nerve"].share * own
    return np.array(share)


def _result(candidate: Candidate, probability: float, findings: Findings, knowledge: Knowledge) -> SiteResult:
    site, number = knowledge.content.sites[candidate.kind], knowledge.number
    seen = [sign for sign in findings.signs if sign.kind not in _ABSENT]
    explains = [s for s in seen if _probability(s, candidate, site) >= number("site_explains_above")]
    words = [f"{s.kind}:{s.where}:{s.side or 'both'}" for s in seen if s not in explains]
    expected = [
        n for n, p in site.signs.items() if p >= number("site_expects_above") and n in knowledge.findings and not findings.asked(n)
    ]
    return SiteResult(
        site=candidate.name,
        probability=probability,
        explains=tuple(dict.fromkeys(f"{s.kind}:{s.where}:{s.side or 'both'}" for s in explains)),
        unexplained=tuple(dict.fromkeys(words)),
        expected=tuple(expected),
    )

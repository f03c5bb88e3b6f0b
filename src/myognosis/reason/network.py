"""The Bayesian network of causes: the knowledge as arrays.

Causes are binary and independent before the evidence. A finding is a noisy-OR of its causes with a leak (Pearl 1988;
Henrion 1989, doi:10.1016/B978-0-444-88738-2.50023-3). Context multiplies the prior odds. The describing features hang
on one further node, the movement being described, whose distribution is the share of each movement type that the
present causes make; a feature may also have causes of its own, and then is a noisy-OR of both.

``evidence`` puts a case on it, ``weighing`` weighs a set of causes, ``reach`` says which sets can matter, ``posterior`` infers.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from myognosis.knowledge import CONTEXT_GROUPS, UNCLASSIFIED, Knowledge
from myognosis.knowledge.schema import SITE_CLASSES
from myognosis.model.case import Setting
from myognosis.model.finding import Findings
from myognosis.reason.algebra import product
from myognosis.reason.movement import only_movement, type_shares

__all__ = ["Network", "network_of", "prior_parts"]

Array = NDArray[np.float64]
_DESCRIBED = ("movement", "feature", "place", "tempo")
"""What describes the movement itself: it is weighed as a whole, named or not."""
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
    def place(self) -> dict[str, int]:
        """Finding or circumstance -> its place when the findings are followed by the circumstances."""
        return self.column | {name: len(self.findings) + at for name, at in self.circumstances[0].items()}

    @cached_property
    def row(self) -> dict[str, int]:
        """Cause -> its row."""
        return {name: index for index, name in enumerate(self.causes)}

    @cached_property
    def off(self) -> Array:
        """Probability that a cause does not bring each finding about, (C + 1, F).

        A row of ones stands at the end, so that -1 in a set stands for nobody.
        """
        return np.vstack([np.exp(self.log_inhibit), np.ones(len(self.findings))])

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
    def site_shares(self) -> Array:
        """Where each cause arises, as shares of the classes of sites, (C, classes)."""
        sites = [self.knowledge.causes[name].sites for name in self.causes]
        return np.array([[row.get(kind, 0.0) for kind in SITE_CLASSES] for row in sites])

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
    def state(self) -> NDArray[np.int64]:
        """The column of the finding that already says that a cause is there, such as a low magnesium; -1 where none does, (C,)."""
        states = (self.knowledge.causes[name].state for name in self.causes)
        return np.array([self.column[state] if state else -1 for state in states], dtype=np.int64)

    @cached_property
    def benign(self) -> NDArray[np.bool_]:
        """Whether each cause is benign, (C,)."""
        return np.array([self.knowledge.causes[name].class_ == "benign" for name in self.causes], dtype=bool)

    @cached_property
    def describes(self) -> NDArray[np.bool_]:
        """Whether each finding describes the movement, (F,)."""
        return np.array([self.knowledge.group_of(name) in ("feature", "place") for name in self.findings], dtype=bool)

    @cached_property
    def sign(self) -> NDArray[np.bool_]:
        """Whether each finding is more than the movement itself and its course, (F,)."""
        return np.array([self.knowledge.group_of(name) not in ("movement", "tempo") for name in self.findings], dtype=bool)

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
        for row, needed in self._needs:
            silence = _untold(needed, findings, self.knowledge)
            log[row] += silence[1] if silence else 0.0
        if not only_movement(findings, self.knowledge):
            for row, marks in self._marks:
                silence = _unseen(marks, findings, self.knowledge)
                log[row] += silence[1] if silence else 0.0
        return log

    @cached_property
    def _marks(self) -> tuple[tuple[int, dict[str, float]], ...]:
        """The causes that hardly exist without a sign that anybody would tell of, and these."""
        marks = ((row, _marks(self.knowledge, name)) for row, name in enumerate(self.causes))
        return tuple((row, of) for row, of in marks if of)

    @cached_property
    def defines(self) -> NDArray[np.bool_]:
        """Whether each finding is by itself the state that a cause is, as a low sodium, or a degree of it, (F,)."""
        knowledge = self.knowledge
        states = {cause.state for cause in knowledge.causes.values() if cause.state}
        return np.array([not states.isdisjoint({name, *knowledge.ancestors[name]}) for name in self.findings], dtype=bool)

    @cached_property
    def _needs(self) -> tuple[tuple[int, dict[str, tuple[float, bool]]], ...]:
        """The causes that hardly exist without certain circumstances, and these."""
        needs = ((row, _needed(self.knowledge, name)) for row, name in enumerate(self.causes))
        return tuple((row, needed) for row, needed in needs if needed)

    @cached_property
    def _base(self) -> Array:
        p = np.array([self.knowledge.causes[name].prior.p for name in self.causes])
        return np.asarray(np.log(p / (1 - p)))

    @cached_property
    def _settings(self) -> dict[str, Array]:
        ratio = self.knowledge.setting_ratio
        return {setting: np.log([ratio(name, setting) for name in self.causes]) for setting in get_args(Setting)}

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
        usual = np.array([self.knowledge.findings[name].usual for name in names], dtype=float)
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
    if (ratio := knowledge.setting_ratio(cause, person.setting)) != 1.0:
        parts.append(("setting", float(np.log(ratio))))
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
    silences = [_untold(_needed(knowledge, cause), findings, knowledge)]
    if not only_movement(findings, knowledge):
        silences.append(_unseen(_marks(knowledge, cause), findings, knowledge))
    return [*parts, *filter(None, silences)]


@cache
def _needed(knowledge: Knowledge, cause: str) -> dict[str, tuple[float, bool]]:
    """Circumstances of which a cause needs one, the most needed first; none where it does without.

    Each with the odds ratio where it is denied, and whether it is enough that this one was told.
    """
    strong, enough = knowledge.number("needed_alone"), knowledge.number("needed_told")
    rows = sorted((row.absent, row.id, row.present >= enough) for row in knowledge.causes[cause].context if row.absent <= strong)
    bound = math.prod(absent for absent, _, _ in rows) <= knowledge.number("needed_all")
    return {name: (absent, told) for absent, name, told in rows} if bound else {}


def _untold(needed: dict[str, tuple[float, bool]], findings: Findings, knowledge: Knowledge) -> tuple[str, float] | None:
    """What silence about the circumstances that a cause needs does to its log odds, and the most needed of them.

    Who has such a circumstance mostly tells. Of those with the cause some have none of these that were not spoken of; the
    others would have told, but for the share that does not. It says nothing where one was told that is enough.
    """
    silent = [name for name in needed if not (findings.present(name) or findings.absent(name))]
    if not silent or any(told and findings.present(name) for name, (_, told) in needed.items()):
        return None
    without = math.prod(needed[name][0] for name in silent)
    return silent[0], math.log(without + knowledge.number("untold") * (1.0 - without))


@cache
def _marks(knowledge: Knowledge, cause: str) -> dict[str, float]:
    """The signs without which a cause hardly exists and of which anybody can be asked, with how often they are there."""
    least, common = knowledge.number("defining_from"), knowledge.number("defining_leak_below")
    asked = ((link, knowledge.findings[link.id]) for link in knowledge.causes[cause].findings if link.p >= least)
    return {link.id: link.p for link, f in asked if f.ask and (f.leak or 1.0) < common and f.group not in _DESCRIBED}


def _unseen(marks: dict[str, float], findings: Findings, knowledge: Knowledge) -> tuple[str, float] | None:
    """What silence about the signs that define a cause does to its log odds, and the surest of them.

    Who tells of tremor and has been unsteady since birth mostly tells of both. A clear yes or no counts as evidence instead.
    """
    silent = {name: p for name, p in marks.items() if not (findings.present(name) or findings.absent(name))}
    if not silent:
        return None
    name = max(silent, key=lambda name: silent[name])
    return name, math.log(1.0 - silent[name] * (1.0 - knowledge.number("untold")))


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
    listed where it occurs. Of a movement of which a cause lists no form at all, any may be meant. Degrees of one laboratory
    value, or of how long it has lasted, are no forms of it: they follow the ratio of the leaks.
    """
    given = {link.id: link.p for link in knowledge.causes[cause].findings}
    filled, group = dict(given), knowledge.group_of
    for name, p in given.items():
        for parent in knowledge.ancestors[name]:
            filled[parent] = max(filled.get(parent, 0.0), p)
    nearest_first = sorted(given.items(), key=lambda item: len(knowledge.descendants[item[0]]))
    for name, p in nearest_first:
        leak, below = knowledge.findings[name].leak or 0.01, knowledge.descendants[name]
        open_ = group(name) == "movement" and not below & given.keys()
        rarer = 1.0 if group(name) in ("lab", "tempo") else knowledge.number("unlisted_form" if open_ else "unlisted_child")
        for child in below:
            if child not in filled:
                filled[child] = p * rarer * min(1.0, (knowledge.findings[child].leak or leak) / leak)
    return filled

"""Which movement it is, from how it is described: rhythm, length, place, feeling, what starts and stops it.

A person rarely knows the word. The description is a naive model of each movement type: the probability of each
describing feature given the type stands in ``movements.yaml``. A type that a clinician has named restricts the choice; where
nobody named or described one, what a recording shows does.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from myognosis.knowledge import Knowledge
from myognosis.model.assessment import MovementResult
from myognosis.model.finding import Findings

__all__ = ["allowed_types", "describing", "only_movement", "recognise"]

Array = NDArray[np.float64]


def describing(findings: Findings, knowledge: Knowledge) -> dict[str, bool]:
    """The describing features that are known, present or absent, without those merely implied."""
    groups = ("feature", "place")
    return {
        name: state == "present"
        for name, state in findings.states.items()
        if state != "unknown" and name not in findings.implied and knowledge.group_of(name) in groups
    }


def _told(findings: Findings, knowledge: Knowledge) -> list[str]:
    """The movements that somebody named present, without those merely implied."""
    return [
        name
        for name, state in findings.states.items()
        if state == "present" and name not in findings.implied and knowledge.group_of(name) == "movement"
    ]


def _named(findings: Findings, knowledge: Knowledge) -> list[str]:
    """The movements that were named; where none was named or described, those that a recording shows."""
    return _told(findings, knowledge) or list(_shown(findings, knowledge))


def _shown(findings: Findings, knowledge: Knowledge) -> dict[str, float]:
    """The movements that a recording shows where none is described, with how often their rarest finding comes without a cause."""
    if any(describing(findings, knowledge).values()):
        return {}
    shown = {
        t: [knowledge.findings[name].leak or 0.5 for name in movement.shown_by if findings.present(name)]
        for t, movement in knowledge.content.movements.items()
    }
    return {t: min(leaks) for t, leaks in shown.items() if leaks}


def only_movement(findings: Findings, knowledge: Knowledge) -> bool:
    """Whether nothing but the movement is known, named or shown by a recording: no story, no sign, no circumstance."""
    known = [name for name, state in findings.states.items() if state != "unknown" and name not in findings.implied]
    shown = {name for movement in knowledge.content.movements.values() for name in movement.shown_by}
    return bool(known) and all(name in shown or knowledge.group_of(name) == "movement" for name in known)


def allowed_types(findings: Findings, knowledge: Knowledge) -> NDArray[np.bool_]:
    """Which movement types remain possible after those that were named present or absent."""
    types, named = list(knowledge.content.movements), _named(findings, knowledge)
    described = bool(describing(findings, knowledge))
    family = {
        t for name in named for t in types if t == name or (name in knowledge.ancestors[t] and (described or name not in types))
    } or {t for t in types for name in named if t in knowledge.ancestors[name]}
    allowed = np.array([(not family or t in family) and not findings.absent(t) for t in types])
    return allowed if allowed.any() else np.ones(len(types), bool)


def type_shares(knowledge: Knowledge) -> Array:
    """How often each movement type is what a person brings."""
    shares = np.array([movement.share for movement in knowledge.content.movements.values()])
    return np.asarray(shares / shares.sum())


def _one_each(told: list[str], allowed: NDArray[np.bool_], knowledge: Knowledge) -> Array:
    """How often each type is what is meant: of several that were told each counts alike, its kinds by how often people bring them.

    A seizure told beside a tremor is no less there because tremor is commoner.
    """
    shares, types, above = type_shares(knowledge), list(knowledge.content.movements), knowledge.ancestors
    kinds = [[t == name or name in above[t] or t in above[name] for t in types] for name in told]
    meant = [np.where(allowed & of, shares, 0.0) for of in kinds]
    each = [share / share.sum() for share in meant if share.any()]
    return np.maximum(np.sum(each, axis=0), shares * 1e-9) if each else shares


def recognise(findings: Findings, knowledge: Knowledge) -> tuple[MovementResult, ...]:
    """The movement types that fit what was described, the best first, none below one in a hundred; none if nothing was.

    Where a recording shows several, one whose finding is seldom there without it counts for more: fasciculation potentials are
    found in many a muscle, also in one that cramps, and a cramp discharge in hardly any other.
    """
    features = describing(findings, knowledge)
    if not any(features.values()) and not _named(findings, knowledge):
        return ()
    allowed, told = allowed_types(findings, knowledge), _told(findings, knowledge)
    log = np.log(_one_each(told, allowed, knowledge)) + np.where(allowed, 0.0, -np.inf)
    shown = {} if told else _shown(findings, knowledge)
    log -= np.log([shown.get(t, 1.0) for t in knowledge.content.movements])
    weight = knowledge.number("description_weight")
    for name, present in features.items():
        log += weight * np.log(feature_column(name, present, knowledge))
    probability = np.exp(log - log.max())
    probability /= probability.sum()
    order = np.lexsort((-type_shares(knowledge), -probability.round(9)))  # of two as likely the commoner first
    types = list(knowledge.content.movements)
    return tuple(
        MovementResult(movement=types[i], probability=float(probability[i]))
        for i in order
        if probability[i] >= knowledge.number("movement_listed")
    )


def feature_column(feature: str, present: bool, knowledge: Knowledge) -> Array:
    """Probability of what is known of a feature, for each movement type; the leak where a type does not list it."""
    column = _by_type(feature, knowledge)
    return column if present else 1.0 - column


@cache
def _by_type(feature: str, knowledge: Knowledge) -> Array:
    leak = knowledge.findings[feature].leak or 0.5
    return np.array([movement.features.get(feature, leak) for movement in knowledge.content.movements.values()])

"""A knowledge small enough to reckon by hand: a few findings, two movements, and the causes that a test names."""

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

from myognosis.knowledge import UNCLASSIFIED, Knowledge, load_knowledge
from myognosis.knowledge.schema import Cause, Finding, Group, Link, Movement, Prior, Tuning
from myognosis.model.base import Text
from myognosis.model.case import Person
from myognosis.model.finding import Findings, State

WORDS = Text(en="a", uk="а", ru="а")
VERSIONS: Iterator[int] = itertools.count()
VOCABULARY = {
    "weakness": ("power", 0.1), "hand_weakness": ("power", 0.05, "weakness"), "thumb_weakness": ("power", 0.02, "hand_weakness"),
    "atrophy": ("power", 0.1), "numbness": ("sensory", 0.2), "fever": ("general", 0.02), "rare_sign": ("sign", 0.01),
    "fasciculation": ("movement", 0.1), "hand_fasciculation": ("movement", 0.05, "fasciculation"), "cramp": ("movement", 0.1),
    "at_rest": ("feature", 0.3), "in_calf": ("place", 0.3), "for_years": ("tempo", 0.01), "smoker": ("exposure", None),
    "coffee": ("exposure", None), "odd_feature": ("feature", None), "knotted": ("sign", 0.05, "cramp"),
    "emg_normal": ("emg", 0.1), "common_sign": ("sign", 0.2),
} | {f"sign_{i}": ("sign", 0.1) for i in range(12)}  # fmt: skip
"""Finding: its group, its leak, and the broader finding it implies."""

NUMBERS = {
    "evidence_weight": 1.0, "description_weight": 0.8, "pattern_weight": 0.7, "calibration_slope": 1.0,
    "pattern_anywhere": 0.02, "pattern_limit": 4.6, "site_listed_above": 0.03, "diffuse_distal": 0.3, "longest_foot": 1.0,
    "longest_other_muscle": 0.05, "longest_other_area": 0.1, "movement_likely": 0.2, "movement_settled": 0.5,
    "movement_listed": 0.01, "expected_from": 0.4, "companion_part": 0.1, "explained_factor": 2.0,
    "too_common_to_explain": 0.2, "pathological_little": 0.1,
    "calibration_intercept": 0.0, "dangerous_above": 0.01, "feared_listed_below": 0.3, "feared_relevant": 0.3,
    "cannot_tell_top": 0.35, "cannot_tell_movement": 0.6, "cannot_tell_unclassified": 0.5,
    "band_likely": 0.5, "band_possible": 0.1, "band_unlikely": 0.01,
    "doubt_estimated": 3.0, "doubt_remembered": 2.5, "doubt_quoted": 1.5, "doubt_read": 2.0, "prune_bound": 1e-6,
    "further_cause": 0.1, "recheck_days": 28.0, "recheck_days_soon": 14.0,
    "recheck_days_urgent": 3.0, "recheck_days_emergency": 1.0,
    "fasciculation_possible": 0.1, "fasciculation_made": 0.15, "site_explains_above": 0.25, "site_expects_above": 0.6,
    "clue_unmapped": 3.0, "genetics_wholly": 50.0, "genetics_partly": 2.0, "genetics_else": 0.2,
    "several_nerves_hit": 0.25, "named_weight": 0.5, "unlisted_child": 0.4, "unlisted_form": 0.6,
    "untold": 0.25, "needed_alone": 0.5, "needed_told": 5.0, "needed_all": 0.1, "defining_from": 0.999, "defining_leak_below": 0.15,
}  # fmt: skip


def a_cause(name: str, p: float = 0.01, signs: Mapping[str, float] | None = None, kind: str = "muscle", **more: Any) -> Cause:
    """A cause with these findings, each as often as said."""
    links = tuple(Link(id=sign, p=chance, source="paper", trust="read") for sign, chance in (signs or {}).items())
    given = {"sites": {}, "prior": Prior(p=p, source="survey", trust="read"), "findings": links} | more
    return Cause.model_validate({"id": name, "names": WORDS, "summary": WORDS, "class": kind, "urgency": "routine"} | given)


def knowing(
    *causes: Cause,
    silent: tuple[str, ...] = (),
    nobody: float = 0.5,
    correlation: float = 0.0,
    content: dict[str, Any] | None = None,
    **numbers: float,
) -> Knowledge:
    """A knowledge of these causes only. What is ``silent`` has no question that a person could answer."""
    rows = {name: (*row, None)[:3] for name, row in VOCABULARY.items()}
    findings = {
        name: Finding(
            id=name,
            group=group,
            leak=leak,
            is_a=parent,
            names=WORDS,
            ask=None if name in silent else WORDS,
            usual=0.05 if group == "exposure" else None,
        )
        for name, (group, leak, parent) in rows.items()
    }
    base: dict[str, Any] = {"names": WORDS, "why": WORDS, "asked_of": "person", "cost": 1.0, "source": "s", "trust": "read"}
    movements = {
        name: Movement(id=name, plain=WORDS, share=share, features={"at_rest": p}, source="estimate", trust="estimated")
        for name, p, share in (("fasciculation", 0.9, 0.3), ("cramp", 0.2, 0.3))
    }
    update = {
        "version": f"toy {next(VERSIONS)}",
        "findings": findings,
        "groups": {group: Group(id=group, correlation=correlation, **base) for group, _, _ in rows.values()},
        "movements": movements,
        "causes": {c.id: c for c in (*causes, a_cause(UNCLASSIFIED, nobody))},
        "numbers": {n: Tuning(value=v, note="n", source="s", trust="read") for n, v in (NUMBERS | numbers).items()},
    }
    return Knowledge(load_knowledge().content.model_copy(update=update | (content or {})))


def told(*present: str, absent: tuple[str, ...] = (), implied: tuple[str, ...] = (), signs: Any = (), **person: Any) -> Findings:
    """Findings as they are, nothing inferred."""
    states: dict[str, State] = dict.fromkeys(present, "present") | dict.fromkeys(absent, "absent")  # type: ignore[assignment]
    return Findings(Person(**person), states, implied=frozenset(implied), signs=signs)

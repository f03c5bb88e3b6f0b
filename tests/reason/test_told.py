"""People as a clinician would tell them, written down before they were run: which cause, kind and urgency are acceptable."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from myognosis.assessing import assess
from myognosis.knowledge import load_knowledge
from myognosis.knowledge.compile import parse
from myognosis.model.assessment import Assessment
from myognosis.model.case import Answer, Case, Complaint, Person
from myognosis.reason.triage import LEVELS

KNOWLEDGE = load_knowledge()
FILES = (Path(__file__).parent / name for name in ("told.yaml", "told_again.yaml"))
PEOPLE = {one["name"]: one for file in FILES for one in parse(file.read_text("utf-8"))}
TODAY = date(2026, 11, 29)


def assessed(one: dict[str, Any]) -> Assessment:
    answers = dict.fromkeys(one["present"], Answer.PRESENT) | dict.fromkeys(one.get("absent", ()), Answer.ABSENT)
    told = {key: one[key] for key in ("labs", "medicines", "exposures") if key in one} | {"answers": answers, "assessed_on": TODAY}
    person, story = Person.model_validate(one["person"], strict=False), Complaint(words=one.get("words"))
    return assess(Case.model_validate(told | {"person": person, "complaint": story}, strict=False), KNOWLEDGE)


def wrong(one: dict[str, Any]) -> list[str]:
    """What of one person is not as it should be, each in a line."""
    result, faults = assessed(one), list[str]()
    causes = {cause.cause: cause for cause in result.causes}
    ranked = list(causes)
    if "both" in one:
        this, that = one["both"]
        if not {this, that} <= set(ranked[:3]):
            faults.append(f"not both among {ranked[:3]}")
        elif that not in causes[this].with_others and this not in causes[that].with_others:
            faults.append("not named together")
        return faults
    least, most = map(LEVELS.index, one["urgency"])
    if not least <= LEVELS.index(result.urgency.level) <= most:
        faults.append(f"{result.urgency.level} is not within {one['urgency']}")
    if "first" in one and (ranked[0] not in one["first"] or not set(ranked[:3]) & set(one["three"])):
        faults.append(f"led by {ranked[:3]}")
    kind = result.movements[0].movement if result.movements else ""
    if one.get("kind") and not {kind, *KNOWLEDGE.ancestors.get(kind, ())} & set(one["kind"]):
        faults.append(f"taken for {kind}")
    if one.get("site") and result.sites and result.sites[0].site.split(":")[0] not in one["site"]:
        faults.append(f"laid to the {result.sites[0].site}")
    if one.get("cannot_tell") and not result.cannot_tell:
        faults.append(f"{ranked[0]} is told from nothing")
    if one.get("feared") and one["feared"] not in {fear.cause for fear in result.feared}:
        faults.append(f"{one['feared']} is not answered")
    return faults


@pytest.mark.whole
@pytest.mark.parametrize("name", PEOPLE)
def test_who_was_told_before_the_program_was_asked_is_understood(name: str):
    one = PEOPLE[name]
    if "known" in one:
        assert wrong(one), "mended: take the remark away"
    else:
        assert wrong(one) == []


@pytest.mark.parametrize(
    ("words", "trap", "proposed"),
    [
        ("Нервный тик на глазу третий день, дёргается веко", "tic", "eyelid_twitch"),
        ("У мене остеохондроз, м'язи тремтять", "osteochondrosis", None),
        ("Ночью судорога в икре, мышца твердеет", "sudoroga", None),
    ],
)
def test_a_word_that_means_several_things_is_asked_about_and_decides_nothing(words: str, trap: str, proposed: str | None):
    result = assessed({"person": {}, "present": [], "words": words})
    assert trap in result.ask_back
    assert result.urgency.level == "self_care" and not result.present
    assert proposed is None or proposed in {one.name for one in result.written}

"""What the four founding articles speak of works: each item is tried in a case in which it matters."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from myognosis.assessing import assess_findings
from myognosis.findings import find
from myognosis.interview.session import DESCRIPTION, OPENING, checklist
from myognosis.knowledge import Knowledge, load_knowledge
from myognosis.knowledge.compile import parse
from myognosis.model.assessment import Assessment
from myognosis.model.case import Answer, Case
from myognosis.model.finding import Findings

HERE = Path(__file__).parent
CASES: dict[str, Any] = parse((HERE / "cases.yaml").read_text("utf-8"))
ITEMS: list[dict[str, Any]] = parse((HERE / "items.yaml").read_text("utf-8"))
Told = tuple[Findings, Assessment]


def case_of(name: str) -> Case:
    """A row of ``cases.yaml`` as a case."""
    row = dict(CASES[name])
    answers = dict.fromkeys(row.pop("present", ()), Answer.PRESENT) | dict.fromkeys(row.pop("absent", ()), Answer.ABSENT)
    return Case.model_validate(row | {"answers": answers}, strict=False)


@cache
def told(name: str) -> Told:
    """A case assessed, once for all its rows."""
    knowledge, case = load_knowledge(), case_of(name)
    findings = find(case, knowledge)
    return findings, assess_findings(findings, knowledge, case)


def asked(name: str, told: Told, knowledge: Knowledge) -> bool:
    """Whether the interview asks it of everybody or of this person next, or was told."""
    findings, result = told
    boxes = {*knowledge.boxes["body"], *knowledge.boxes["history"]}
    everybody = {*checklist(knowledge, findings.person.age_years), *OPENING, *DESCRIPTION, *knowledge.content.must_ask, *boxes}
    return findings.asked(name) or name in everybody or name in {step.id for step in result.questions}


def offered(result: Assessment) -> set[str]:
    """Everything that a page offers to do."""
    return {step.id for step in result.tests} | set(result.options) | set(result.self_care)


def limited(name: str, result: Assessment, knowledge: Knowledge) -> bool:
    """Whether it is offered, and with its limits."""
    content = knowledge.content
    row = content.self_care[name] if name in content.self_care else content.options[name]
    return name in offered(result) and row.caution is not None


def explained(name: str, result: Assessment, knowledge: Knowledge) -> bool:
    """Whether ``myognosis explain`` of the first cause corrects a claim."""
    return result.causes[0].cause in knowledge.content.claims[name].shows.causes


GIVES: dict[str, Callable[[str, Told, Knowledge], bool]] = {
    "movement": lambda name, told, _: told[1].movements[0].movement == name,
    "first": lambda name, told, _: told[1].causes[0].cause == name,
    "three": lambda name, told, _: name in {c.cause for c in told[1].causes[:3]},
    "listed": lambda name, told, _: name in {c.cause for c in told[1].causes},
    "likely_not": lambda name, told, _: name not in {c.cause for c in told[1].causes if c.band in ("likely", "possible")},
    "urgency": lambda name, told, _: told[1].urgency.level == name,
    "rule": lambda name, told, _: name in {rule.rule for rule in told[1].urgency.rules},
    "asks": asked,
    "finding": lambda name, told, _: told[0].present(name),
    "kept": lambda name, told, _: name in told[1].keep_medicines,
    "reads": lambda name, told, _: name in {term.name for term in told[1].written},
    "ask_back": lambda name, told, _: name in told[1].ask_back,
    "test": lambda name, told, _: name in {step.id for step in told[1].tests},
    "option": lambda name, told, _: name in told[1].options,
    "self_care": lambda name, told, _: name in told[1].self_care,
    "claim": lambda name, told, _: name in told[1].claims,
    "never": lambda name, told, _: name not in offered(told[1]),
    "caution": lambda name, told, knowledge: limited(name, told[1], knowledge),
    "mechanism": lambda name, told, knowledge: told[1].causes[0].cause == name and name in knowledge.mechanism_of,
    "explains": lambda name, told, knowledge: explained(name, told[1], knowledge),
}  # fmt: skip


def graded(wanted: dict[str, str], result: Assessment, knowledge: Knowledge) -> list[str]:
    """What is not offered with this grade of evidence."""
    rows = {
        name: pool[name]
        for pool in (knowledge.content.options, knowledge.content.self_care)
        for name in offered(result)
        if name in pool
    }
    return [name for name, grade in wanted.items() if name not in rows or rows[name].evidence != grade]


@pytest.mark.whole
@pytest.mark.parametrize("case", CASES)
def test_every_item_of_the_articles_gives_what_it_should(case: str, knowledge: Knowledge):
    wrong, result = list[tuple[str, str, str]](), told(case)
    for row in (row for row in ITEMS if row["case"] == case):
        gives = dict(row["gives"])
        wrong += [(row["item"], "evidence", name) for name in graded(gives.pop("evidence", {}), result[1], knowledge)]
        wrong += [
            (row["item"], kind, name) for kind, names in gives.items() for name in names if not GIVES[kind](name, result, knowledge)
        ]
    assert not wrong


def test_every_statement_of_the_articles_is_tried_in_a_case_and_every_case_by_an_item(knowledge: Knowledge):
    assert {seed for row in ITEMS for seed in row["seeds"]} == set(knowledge.content.seeds)
    assert {row["case"] for row in ITEMS} == set(CASES)
    assert all(row["gives"] for row in ITEMS)


@pytest.mark.whole
def test_every_correction_of_an_article_is_met_by_a_person_whom_it_concerns(knowledge: Knowledge):
    met = {name for case in CASES for name in told(case)[1].claims}
    explained = {name for row in ITEMS for name in row["gives"].get("explains", ())}
    assert {claim.id for claim in knowledge.content.claims.values() if claim.seeds} <= met | explained


def test_the_exercises_for_the_buttock_say_how_often_and_that_other_sport_rests(knowledge: Knowledge):
    told = [row for name, row in knowledge.content.self_care.items() if name.startswith("piriformis_exercise_")]
    assert len(told) == 5
    for row in told:
        assert "three times a day. Do less other sport" in row.what.en
        assert "трьох разів на день" in row.what.uk
        assert "трёх раз в день" in row.what.ru

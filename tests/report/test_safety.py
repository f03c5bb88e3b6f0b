"""The safety net and the rules of urgency say the same: nobody who has what the net names is told to wait."""

import pytest

from myognosis.findings import check_case
from myognosis.knowledge import load_knowledge
from myognosis.model.case import Answer, Case, Person
from myognosis.reason.triage import LEVELS, grave_signs, triage
from myognosis.report.safety import told_levels

KNOWLEDGE = load_knowledge()
PERSON = Person(age_years=45, sex="male")


def level_of(*present: str, age: float = 45) -> str:
    findings, _ = check_case(Case(person=Person(age_years=age), answers=dict.fromkeys(present, Answer.PRESENT)), KNOWLEDGE)
    return triage(findings, KNOWLEDGE).level


@pytest.mark.parametrize("age", [45.0, 3.0])
def test_each_sign_of_the_safety_net_alone_is_as_urgent_as_the_net_says(age: float):
    for level, signs in told_levels(age, KNOWLEDGE):
        assert LEVELS.index(level_of(*signs, age=age)) >= LEVELS.index(level), (level, signs)


@pytest.mark.parametrize("name", sorted({*KNOWLEDGE.content.must_ask, *grave_signs(KNOWLEDGE)}))
def test_no_warning_sign_is_left_without_a_rule(name: str):
    assert level_of(name) != "self_care"


@pytest.mark.parametrize(
    ("signs", "level"),
    [
        ("incontinence", "urgent"),
        ("urinary_retention", "urgent"),
        ("incontinence functional_loss numbness", "emergency"),
        ("urinary_retention focal_weakness", "emergency"),
        ("fever", "soon"),
        ("fever headache vomiting", "emergency"),
        ("fever neck_stiffness", "emergency"),
        ("fever rash", "emergency"),
        ("trismus", "emergency"),
        ("seizure_running", "emergency"),
    ],
)
def test_what_guidelines_call_urgent_is_called_so(signs: str, level: str):
    assert level_of("feel_flicker_under_skin", *signs.split()) == level


def test_a_call_is_read_before_a_way_to_hospital():
    answers = dict.fromkeys(("saddle_anaesthesia", "low_back_pain", "incontinence", "orthopnoea"), Answer.PRESENT)
    findings, _ = check_case(Case(person=PERSON, answers=answers), KNOWLEDGE)
    rules = [rule.rule for rule in triage(findings, KNOWLEDGE).rules]
    assert rules.index("breathing_with_weakness") < rules.index("cauda_equina")


def test_a_clear_no_to_being_new_makes_old_trouble_of_the_bladder_less_urgent():
    answers = {"incontinence": Answer.PRESENT, "numbness": Answer.PRESENT, "bladder_trouble_new": Answer.ABSENT}
    findings, _ = check_case(Case(person=PERSON, answers=answers), KNOWLEDGE)
    assert triage(findings, KNOWLEDGE).level == "soon"

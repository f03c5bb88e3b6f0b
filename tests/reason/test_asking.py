"""Which questions are pointless, over the whole knowledge, and what is asked of a movement before the interview ends."""

import re
from itertools import combinations

import pytest

from myognosis.findings import check_case
from myognosis.interview.session import OPENING, Session, checklist, next_step
from myognosis.knowledge import load_knowledge
from myognosis.model.case import Answer, Case, Complaint, Duration, Person
from myognosis.model.finding import Findings
from myognosis.reason.asking import due, needless
from myognosis.reason.steps import askable

KNOWLEDGE = load_knowledge()
RULES = KNOWLEDGE.content.asking
PARENTS = sorted(name for name, below in KNOWLEDGE.descendants.items() if below)
CALM = dict.fromkeys(checklist(KNOWLEDGE), Answer.ABSENT)
STILL_TWO = {
    frozenset(pair)
    for pair in (
        ("tics_motor", "tics_vocal"), ("facial_myokymia", "limb_myokymia"), ("hyperhidrosis", "hyperphagia"),
        ("delayed_walking", "onset_after_50"), ("neck_pain", "site_neck"),
    )
}  # fmt: skip
"""Questions in like words that ask for different things."""
_ARTICLES = "is are do does the a an of or and in it your you to by have has that when with for on at be some each last"
SMALL = set(_ARTICLES.split())


def knowing(present: tuple[str, ...] = (), absent: tuple[str, ...] = (), **person: object) -> Findings:
    answers = dict.fromkeys(present, Answer.PRESENT) | dict.fromkeys(absent, Answer.ABSENT)
    return check_case(Case(person=Person(**person), answers=answers), KNOWLEDGE)[0]  # type: ignore[arg-type]


@pytest.mark.parametrize("parent", PARENTS)
def test_after_a_no_to_the_broader_nothing_narrower_is_asked(parent: str):
    assert not KNOWLEDGE.descendants[parent] & set(askable(knowing(absent=(parent,)), KNOWLEDGE))


def test_after_a_yes_to_the_narrower_nothing_broader_is_asked():
    for name, above in KNOWLEDGE.ancestors.items():
        assert not set(above) & set(askable(knowing((name,)), KNOWLEDGE))


@pytest.mark.parametrize("answered", ["eyelid_myokymia", "eyelid_twitch", "site_eyelid"])
def test_after_a_no_to_the_eyelid_nothing_more_of_the_lid_is_asked(answered: str):
    lid = {"eyelid_myokymia", "eyelid_twitch", "site_eyelid", "lid_only"}
    assert not lid & set(askable(knowing(absent=(answered,)), KNOWLEDGE))


@pytest.mark.parametrize("name", sorted(RULES))
def test_every_rule_of_asking_holds_in_what_is_asked(name: str):
    rule = RULES[name]
    assert name not in (*rule.needs, *rule.after_no, *rule.after_yes, *rule.same)
    for other in (*rule.after_no, *rule.same):
        assert name not in askable(knowing(absent=(other,)), KNOWLEDGE)
    for other in (*rule.after_yes, *rule.same):
        assert name not in askable(knowing((other,)), KNOWLEDGE)
    assert (name in needless(knowing(), KNOWLEDGE)) == bool(rule.needs)
    for other in rule.needs:
        assert name not in needless(knowing((other,)), KNOWLEDGE)


def test_an_answer_not_known_makes_no_question_pointless():
    for rule in RULES.values():
        for other in (*rule.after_no, *rule.after_yes, *rule.same):
            found = check_case(Case(answers={other: Answer.UNKNOWN}), KNOWLEDGE)[0]
            assert rule.needs or rule.id not in needless(found, KNOWLEDGE)


def test_two_questions_in_the_same_words_are_not_both_asked():
    def words(name: str) -> set[str]:
        asked = KNOWLEDGE.findings[name].ask
        return set(re.findall(r"[a-z]+", asked.en.lower())) - SMALL if asked else set()

    def linked(one: str, other: str) -> bool:
        rules = [RULES[n] for n in (one, other) if n in RULES]
        named = {n for rule in rules for n in (*rule.needs, *rule.after_no, *rule.after_yes, *rule.same)}
        kin = one in KNOWLEDGE.ancestors[other] or other in KNOWLEDGE.ancestors[one]
        return kin or bool(named & {one, other})

    asked = {name: words(name) for name in askable(knowing(), KNOWLEDGE) if not KNOWLEDGE.is_context(name)}
    near = [
        pair for pair in combinations(asked, 2)
        if 2 * len(asked[pair[0]] & asked[pair[1]]) >= len(asked[pair[0]] | asked[pair[1]])
    ]  # fmt: skip
    assert len(near) >= 4
    assert [pair for pair in near if not linked(*pair) and frozenset(pair) not in STILL_TWO] == []


def test_nobody_is_asked_what_cannot_be_for_their_sex_and_age():
    man, girl = (askable(knowing(sex=sex, age_years=age), KNOWLEDGE) for sex, age in (("male", 30.0), ("female", 5.0)))
    assert not {"pregnancy", "postpartum", "onset_after_50", "febrile_seizure"} & set(man)
    assert not {"pregnancy", "gynaecomastia", "onset_after_50"} & set(girl)


def test_nobody_is_asked_how_late_they_walked_who_would_hardly_know_or_fell_ill_late():
    asks = "delayed_walking" in askable(knowing(age_years=30.0), KNOWLEDGE)
    assert asks
    assert "delayed_walking" not in askable(knowing(age_years=62.0), KNOWLEDGE)
    assert "delayed_walking" not in askable(knowing(("onset_after_50",), age_years=58.0), KNOWLEDGE)


def interview(yes: set[str], **person: object) -> list[str]:
    """What is asked of somebody who says yes to these, no to the rest."""
    session = Session(Case(person=Person(**person), answers=CALM))  # type: ignore[arg-type]
    while (step := next_step(session, KNOWLEDGE)).kind == "question" and step.question:
        name = step.question.id
        session = session.answer(name, Answer.PRESENT if name in yes else Answer.ABSENT)
    return list(session.case.answers)


def test_a_grandmother_whose_hands_shake_is_asked_about_rest_one_side_slowness_and_kin():
    yes = {
        "oscillates",
        "moves_joint",
        "postural_tremor",
        "action_tremor",
        "present_with_posture",
        "family_tremor",
        "persistence_1y",
    }
    asked = interview(yes | {"present_with_movement", "tempo_years"}, age_years=72.0, sex="female")
    assert {"rest_tremor", "bradykinesia", "family_tremor", "better_alcohol"} <= set(asked)
    assert {"asymmetric_onset", "one_side_only", "both_sides_together"} & set(asked)
    assert len(asked) <= len(CALM) + 25


def test_what_tells_a_movement_apart_is_due_until_it_is_asked_or_follows():
    shaking = knowing(("oscillates", "present_with_posture"), ("shock_like",))
    assert {"rest_tremor", "bradykinesia"} <= set(due(shaking, KNOWLEDGE))
    rest = knowing(("oscillates", "present_with_posture"), ("shock_like", "present_at_rest", "bradykinesia"))
    assert not {"rest_tremor", "bradykinesia"} & set(due(rest, KNOWLEDGE))


def test_where_no_movement_is_settled_the_likeliest_is_asked_about():
    open_ = knowing(("oscillates",), ("feel_flicker_under_skin", "moves_joint", "shock_like", "postural_tremor", "action_tremor"))
    assert "family_tremor" in due(open_, KNOWLEDGE)


def test_what_tells_movements_apart_can_be_asked_of_a_person():
    for family, names in KNOWLEDGE.content.discriminating.items():
        assert {family, *KNOWLEDGE.descendants[family]} & set(KNOWLEDGE.content.movements)
        assert all(KNOWLEDGE.findings[name].ask for name in names)
    assert set(OPENING) <= set(KNOWLEDGE.findings)


def test_in_the_first_year_nothing_is_said_of_what_lasts_longer():
    found = check_case(Case(complaint=Complaint(since=Duration(value=2, unit="mo"))), KNOWLEDGE)[0]
    assert not {"persistence_1y", "tempo_years"} & set(askable(found, KNOWLEDGE))
    assert "persistence_1y" in found.implied


def test_years_are_one_fact_and_not_three():
    for years, name in ((1.5, "persistence_1y"), (3, "tempo_years")):
        found = check_case(Case(complaint=Complaint(since=Duration(value=years, unit="a"))), KNOWLEDGE)[0]
        told = {n for n, s in found.states.items() if s == "present" and n not in found.implied}
        assert told == {name}
        assert found.present("tempo_chronic")


def test_thoughts_of_ending_ones_life_are_evidence_of_no_cause():
    assert not [c.id for c in KNOWLEDGE.causes.values() if "suicidal_thoughts" in {link.id for link in c.findings}]


def test_a_relative_without_tremor_may_still_have_the_same_movement():
    assert "family_history" in askable(knowing(absent=("family_tremor",)), KNOWLEDGE)
    assert "family_history" not in askable(knowing(("family_tremor",)), KNOWLEDGE)

"""What a question is worth: the information in its answer, whatever is already known."""

import math

import pytest

from myognosis.assessing import assess
from myognosis.knowledge import load_knowledge
from myognosis.model.case import Answer, Case
from myognosis.reason.causes import Weighed, rank, weigh
from myognosis.reason.steps import next_questions
from tests.toy import a_cause, knowing, told

COSTS = {"question_danger": 0.5, "question_cost": 0.004}


def entropy(*chances: float) -> float:
    return -sum(p * math.log2(p) for p in chances if p)


def test_a_question_is_worth_the_information_in_its_answer():
    knowledge = knowing(a_cause("a", 0.3, {"fever": 0.9}, dangerous=True), nobody=0.5, **COSTS)
    weighed = weigh(told("weakness"), knowledge)
    held, p_held, p_else = weighed.posterior.weight[1], 0.9, 0.02
    overall = held * p_held + (1 - held) * p_else
    bits = entropy(overall, 1 - overall) - held * entropy(p_held, 1 - p_held) - (1 - held) * entropy(p_else, 1 - p_else)
    fever = next(q for q in next_questions(told("weakness"), weighed, knowledge, count=99) if q.id == "fever")
    assert fever.gain_bits == pytest.approx(bits)
    assert fever.danger_bits == pytest.approx(bits)
    assert fever.score == pytest.approx(1.5 * bits - 0.004)


@pytest.mark.parametrize("signs", range(1, 12))
def test_a_dangerous_cause_that_is_all_but_certain_makes_no_question_endless(signs: int):
    names = [f"sign_{i}" for i in range(signs)]
    certain = a_cause("a", 0.999999, dict.fromkeys(names, 0.999), dangerous=True)
    knowledge = knowing(certain, a_cause("b", 0.2, {"fever": 0.8}), nobody=0.000001, **COSTS)
    found = told(*names)
    for question in next_questions(found, weigh(found, knowledge), knowledge, count=99):
        assert 0 <= question.gain_bits <= 1
        assert 0 <= question.danger_bits <= 1


def test_what_is_explained_changes_no_question():
    knowledge = knowing(a_cause("a", 0.3, {"fever": 0.9}), a_cause("b", 0.1, {"atrophy": 0.6}), **COSTS)
    found = told("weakness")
    ranking = rank(found, knowledge)
    assert isinstance(ranking, Weighed)
    assert ranking.first == tuple(cause.cause for cause in ranking.causes[:4])
    assert next_questions(found, ranking, knowledge) == next_questions(found, weigh(found, knowledge), knowledge)


def test_who_shakes_a_hand_is_not_asked_about_the_eyelid_that_twitches_in_many():
    """A common second trouble explains nothing that was told: knowing of it settles nothing about this one."""
    told_of = dict.fromkeys(("postural_tremor", "distractible", "entrainable", "variable_pattern"), Answer.PRESENT)
    asked = [step.id for step in assess(Case(answers=told_of), load_knowledge()).questions]
    assert asked
    assert not {"eyelid_twitch", "lid_only", "site_eyelid", "eyelid_myokymia"} & set(asked)

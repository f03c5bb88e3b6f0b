"""Nobody is asked twice: what the opening settled, in whatever words, is no question later (UX-07, WCAG 3.3.7)."""

from typing import Any

import pytest
from fastapi import FastAPI

from myognosis.findings import check_case
from myognosis.interview.session import said_alike
from myognosis.knowledge import Knowledge
from myognosis.model.case import Answer, Case, Lab, Medicine, Person
from myognosis.reason.steps import askable
from myognosis.web.desk import Desk
from myognosis.web.forms import Given
from myognosis.web.routes.interview import session_of
from myognosis.web.steps import OPENING, STEPS

COURSES = {"course_progressive", "course_stable", "course_fluctuating", "course_improving", "attacks_discrete", "single_event"}
HABITS = {"caffeine_high", "energy_drinks", "nicotine_use", "alcohol_heavy", "sleep_deprivation"}
ACTIVITIES = {"proximal_weakness", "distal_weakness", "hand_grip_weak", "neck_weakness"}
ALIKE = (
    (("oscillates",), "tremor"),
    (("shock_like",), "myoclonus"),
    (("painful_contraction", "hard_knotted_muscle"), "cramp"),
    (("oscillates", "family_history"), "family_tremor"),
)
"""What was ticked, and the question that would ask it in other words."""


def opened(knowledge: Knowledge, *ticks: str, **fields: dict[str, list[str]]) -> Case:
    """The case after the whole opening: these boxes ticked, else "None of these"; these fields filled in, else left empty."""
    case = Case(person=Person(age_years=45, sex="female"))
    for step in OPENING:
        listed: Any = getattr(step, "names", None)
        mine = [tick for tick in ticks if listed and tick in listed(case, knowledge)]
        sent = {"sign": mine} if mine else {"none": ["1"]} if listed else fields.get(step.name, {})
        if step.needed(case, knowledge) and step.name != "about":
            case = said_alike(step.take(case, Given(sent), knowledge), case, knowledge)
    return case


def open_questions(case: Case, knowledge: Knowledge) -> set[str]:
    return set(askable(check_case(case, knowledge)[0], knowledge))


@pytest.mark.whole
def test_nothing_that_any_answer_of_the_opening_settles_is_asked_again(knowledge: Knowledge):
    on_pages = {name for step in STEPS.values() for name in step.findings(knowledge)}
    lists = [step for step in OPENING if hasattr(step, "names")]
    every = [tick for step in lists for tick in step.names(Case(), knowledge)]  # type: ignore[attr-defined]
    assert len(every) > 100
    twice = {tick: open_questions(opened(knowledge, tick), knowledge) & on_pages for tick in every}
    assert {tick: names for tick, names in twice.items() if names} == {}


@pytest.mark.parametrize(("ticked", "settled"), ALIKE)
def test_what_was_said_in_other_words_is_not_asked_and_counts(ticked: tuple[str, ...], settled: str, knowledge: Knowledge):
    case = opened(knowledge, *ticked)
    assert settled not in open_questions(case, knowledge)
    assert check_case(case, knowledge)[0].present(settled)


def test_an_answer_in_other_words_goes_with_the_answer_that_it_follows_from(knowledge: Knowledge):
    case = opened(knowledge, "oscillates")
    again = said_alike(STEPS["movement"].take(case, Given({"none": ["1"]}), knowledge), case, knowledge)
    assert case.answers["tremor"] is Answer.PRESENT
    assert "tremor" not in again.answers


@pytest.mark.parametrize("course", ["progressive", "stable", "fluctuating", "attacks", "improving", "single", "unknown"])
def test_who_said_how_it_changes_or_does_not_know_is_not_asked_how_it_changes(course: str, knowledge: Knowledge):
    assert open_questions(opened(knowledge), knowledge) & COURSES
    assert open_questions(opened(knowledge, story={"course": [course]}), knowledge) & COURSES == set()


def test_what_was_left_empty_on_purpose_is_not_asked_after_and_can_be_told_later(knowledge: Knowledge):
    case = opened(knowledge)
    assert open_questions(case, knowledge) & HABITS == set()
    told = STEPS["habits"].take(case, Given({"sleep": ["4"]}), knowledge)
    assert check_case(told, knowledge)[0].present("sleep_deprivation")
    assert "sleep_deprivation" not in told.answers
    assert STEPS["habits"].take(Case(), Given({"to": ["back"]}), knowledge).answers == {}  # who turns round has left nothing empty


def test_activities_that_one_can_do_are_not_asked_once_more_one_by_one(knowledge: Knowledge):
    assert open_questions(opened(knowledge), knowledge) & ACTIVITIES == set()
    assert "neck_weakness" in open_questions(opened(knowledge, "key"), knowledge)


def test_a_medicine_that_was_named_is_not_asked_after(knowledge: Knowledge):
    for medicine in knowledge.content.medicines.values():
        told = check_case(Case(medicines=(Medicine(name=medicine.id),)), knowledge)[0]
        assert set(medicine.effects) <= set(told.states), medicine.id


def test_who_takes_no_medicines_is_asked_after_none_and_who_left_the_page_empty_may_be(knowledge: Knowledge):
    asked = {name for name, finding in knowledge.findings.items() if finding.group == "medicine" and finding.ask}
    none = opened(knowledge, "oscillates", medicines={"none": ["1"]})
    assert open_questions(opened(knowledge, "oscillates"), knowledge) & asked
    assert open_questions(none, knowledge) & asked == set()
    assert STEPS["medicines"].said(none, knowledge, "en") == ("I take no medicines, drops or supplements",)
    added = STEPS["medicines"].take(none, Given({"add": ["salbutamol"], "none": ["1"]}), knowledge)
    assert "no_medicines" not in added.answers


def test_a_flicker_that_was_denied_is_not_asked_in_other_words(knowledge: Knowledge):
    assert "fasciculation" not in open_questions(opened(knowledge, "oscillates"), knowledge)


def test_a_laboratory_value_settles_what_it_measures(knowledge: Knowledge):
    case = Case(labs=(Lab(analyte="calcium_total", value=2.35, unit="mmol/L"), Lab(analyte="tsh", value=1.5, unit="mU/L")))
    measured = {rule.id for name in ("calcium_total", "tsh") for rule in knowledge.content.labs[name].rules}
    assert measured
    assert not measured & open_questions(case, knowledge)


def test_what_follows_from_a_tick_stands_in_the_review_as_the_tick_and_not_as_a_question(app: FastAPI, knowledge: Knowledge):
    desk: Desk = app.state.desk
    assert session_of(opened(knowledge, "oscillates"), desk).asked == ()
    asked = Case(answers={"tremor": Answer.PRESENT})
    assert session_of(asked, desk).asked == ("tremor",)

"""The interview: what it asks first, that it never asks twice, when it ends, and that one can go back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from myognosis.findings import check_case
from myognosis.interview.session import DESCRIPTION, HARD_CAP, OPENING, Session, checklist, next_step, self_tests
from myognosis.knowledge import Knowledge, load_knowledge
from myognosis.knowledge.rules import taken_back_by
from myognosis.model.case import Answer, Case, Complaint, Person, Place
from myognosis.reason.asking import needless as pointless
from myognosis.reason.causes import weigh
from myognosis.reason.steps import next_questions
from myognosis.reason.triage import one_answer_away

KNOWLEDGE = load_knowledge()
CALM = dict.fromkeys(checklist(KNOWLEDGE), Answer.ABSENT)


def walk(answers: list[Answer]) -> tuple[Session, list[str], str]:
    """An interview with these answers, then no more: the session, the questions, and how it ended."""
    session, asked = Session(Case(answers=CALM)), []
    for answer in answers:
        step = next_step(session, KNOWLEDGE)
        if step.kind != "question" or step.question is None:
            return session, asked, step.kind
        asked.append(step.question.id)
        session = session.answer(step.question.id, answer)
    return session, asked, next_step(session, KNOWLEDGE).kind


def test_it_begins_with_what_the_movement_is_like():
    wanted = [name for name in OPENING if name not in CALM]
    _, asked, _ = walk([Answer.UNKNOWN] * len(wanted))
    assert asked == wanted


@settings(max_examples=8)
@given(st.lists(st.sampled_from(list(Answer)), min_size=12, max_size=12))
@pytest.mark.whole
def test_nothing_is_asked_twice(answers: list[Answer]):
    _, asked, _ = walk(answers)
    assert len(asked) == len(set(asked))
    assert not set(asked) & set(CALM)


@pytest.mark.whole
def test_it_never_asks_more_than_the_cap():
    _, asked, kind = walk([Answer.UNKNOWN] * (HARD_CAP + len(OPENING) + 5))
    assert kind == "done"
    assert len(asked) <= HARD_CAP


def test_it_ends_by_itself_when_the_answers_are_clear():
    told = {"lid_only", "site_eyelid", "eyelid_twitch", "eyelid_myokymia", "feel_flicker_under_skin"}
    session = Session(Case(answers=CALM))
    while (step := next_step(session, KNOWLEDGE)).kind == "question" and step.question:
        session = session.answer(step.question.id, Answer.PRESENT if step.question.id in told else Answer.ABSENT)
    assert step.kind == "done"
    assert len(session.asked) < HARD_CAP


def test_an_emergency_ends_the_asking_at_once():
    step = next_step(Session(Case(answers=CALM | {"ascending_weakness": Answer.PRESENT})), KNOWLEDGE)
    assert step.kind == "emergency"
    assert step.question is None
    assert step.urgency.rules


def test_one_can_go_back_and_answer_otherwise():
    session = Session(Case(answers=CALM)).answer("shock_like", Answer.PRESENT)
    before, name = session.back()
    assert name == "shock_like"
    assert "shock_like" not in before.case.answers
    assert before.back() == (before, None)


def test_about_so_many_are_left_falls_and_never_reaches_nothing():
    session, left = Session(Case(answers=CALM)), []
    for _ in range(25):
        step = next_step(session, KNOWLEDGE)
        if step.question is None:
            break
        left.append(step.about_left)
        session = session.answer(step.question.id, Answer.UNKNOWN)
    assert left == sorted(left, reverse=True)
    assert min(left) >= 1


def test_the_checklist_is_short_enough_to_read_and_holds_the_worst(knowledge: Knowledge):
    names = checklist(knowledge)
    assert 15 <= len(names) <= 30
    assert len(set(names)) == len(names)
    assert set(knowledge.content.must_ask) <= set(names)
    assert {"ascending_weakness", "saddle_anaesthesia", "orthopnoea"} <= set(names)


def test_nobody_hears_that_all_is_well_before_the_grave_was_asked(knowledge: Knowledge):
    from myognosis.findings import check_case
    from myognosis.reason.triage import triage

    session, _, _ = walk([Answer.ABSENT] * 12)
    assert triage(check_case(session.case, knowledge)[0], knowledge).open == ()


def test_a_case_with_a_faulty_part_is_still_interviewed():
    case = Case(answers=CALM | {"no_such_finding": Answer.PRESENT})
    assert next_step(Session(case), KNOWLEDGE).kind == "question"


def test_what_would_make_an_emergency_of_what_is_known_is_asked_first():
    told = {"thyroid_neck_surgery": Answer.PRESENT, "onset_after_50": Answer.ABSENT}
    session, asked = Session(Case(answers=CALM | told)), []
    for _ in range(7):
        step = next_step(session, KNOWLEDGE)
        assert step.question
        asked.append(step.question.id)
        session = session.answer(step.question.id, Answer.ABSENT if asked[-1] != "neck_surgery_recent" else Answer.UNKNOWN)
    assert asked[0] == "neck_surgery_recent"
    assert {"paraesthesia", "tetany", "painful_spasm"} <= set(asked)
    tingling = Session(Case(answers=CALM | told | {"perioral_tingling": Answer.PRESENT}))
    assert next_step(tingling.answer("neck_surgery_recent", Answer.UNKNOWN), KNOWLEDGE).kind == "emergency"
    assert next_step(tingling.answer("neck_surgery_recent", Answer.ABSENT), KNOWLEDGE).kind == "question"


@pytest.mark.parametrize(
    ("ticked", "settles"),
    [
        (("thyroid_neck_surgery", "perioral_tingling"), "neck_surgery_recent"),
        (("head_injury", "vomiting"), "head_injury_recent"),
        (("pesticide_exposure", "weakness"), "pesticide_days"),
        (("stimulant_drugs", "hallucinations"), "stimulant_days"),
        (("sensory_level", "weakness"), "sensory_level_new"),
        (("facial_weakness", "bulbar_symptoms", "focal_weakness"), "facial_weakness_new"),
        (("incontinence", "numbness"), "bladder_trouble_new"),
        (("trismus",), "trismus_new"),
    ],
)
def test_an_emergency_comes_at_once_and_offers_what_one_clear_no_takes_it_back_with(ticked: tuple[str, ...], settles: str):
    session = Session(Case(answers=CALM | dict.fromkeys(ticked, Answer.PRESENT)))
    step = next_step(session, KNOWLEDGE)
    assert (step.kind, step.question and step.question.id, step.urgency.level) == ("emergency", settles, "emergency")
    for answer in (Answer.UNKNOWN, Answer.PRESENT, Answer.DECLINED):
        after = next_step(session.answer(settles, answer), KNOWLEDGE)
        assert (after.kind, after.question) == ("emergency", None)
    after = next_step(session.answer(settles, Answer.ABSENT), KNOWLEDGE)
    assert (after.kind, after.urgency.level != "emergency") == ("question", True)


def test_an_emergency_that_stands_whatever_is_said_offers_no_question():
    ticked = ("thyroid_neck_surgery", "perioral_tingling", "thunderclap_headache")
    step = next_step(Session(Case(answers=CALM | dict.fromkeys(ticked, Answer.PRESENT))), KNOWLEDGE)
    assert (step.kind, step.question) == ("emergency", None)


def test_nobody_is_asked_about_poisons_and_bites_because_anybody_could_have_met_one():
    told = {"fasciculation": Answer.PRESENT, "tremor": Answer.PRESENT}
    step = next_step(Session(Case(answers=CALM | told)), KNOWLEDGE)
    assert step.question
    assert step.question.id == OPENING[0]


POISONED = """moves_joint shock_like sustained_contraction both_sides_together stiffness myalgia anxiety hyperhidrosis vomiting
    painful_spasm startle_spasms site_generalised"""
CORD = "numbness weakness paraparesis sensory_level painful_contraction course_progressive"


@pytest.mark.whole
@pytest.mark.parametrize(
    ("told", "denied", "asked"),
    [
        (POISONED, "trismus_new wound_infected spasticity", "rodenticide_strychnine"),
        (CORD, "sensory_level_new urinary_retention tempo_sudden", "tempo_acute"),
    ],
)
def test_no_interview_ends_before_what_would_probably_complete_an_emergency_was_asked(told: str, denied: str, asked: str):
    lists = dict.fromkeys((*DESCRIPTION, *(n for names in KNOWLEDGE.boxes.values() for n in names), *denied.split()), Answer.ABSENT)
    session = Session(Case(answers=CALM | lists | dict.fromkeys(told.split(), Answer.PRESENT)))
    while (step := next_step(session, KNOWLEDGE)).question:
        session = session.answer(step.question.id, Answer.ABSENT)
    assert step.kind == "done"
    assert asked in session.asked
    yes = session.case.model_copy(update={"answers": dict(session.case.answers) | {asked: Answer.PRESENT}})
    assert next_step(Session(yes), KNOWLEDGE).kind == "emergency"


def test_who_answered_the_whole_checklist_is_never_told_that_a_warning_sign_was_not_asked(knowledge: Knowledge):
    from myognosis.findings import check_case
    from myognosis.reason.triage import triage

    assert triage(check_case(Case(answers=CALM), knowledge)[0], knowledge).not_asked == ()
    assert triage(check_case(Case(), knowledge)[0], knowledge).not_asked != ()


def test_the_rest_of_the_body_and_what_came_before_are_asked_of_everybody_once():
    body, before = KNOWLEDGE.boxes["body"], KNOWLEDGE.boxes["history"]
    assert not {*body, *before} & {*checklist(KNOWLEDGE), *DESCRIPTION}
    assert len({*body, *before}) == len(body) + len(before) <= 60
    assert all(KNOWLEDGE.findings[name].ask for name in (*body, *before))
    assert all(KNOWLEDGE.is_context(name) for name in before)
    assert not any(KNOWLEDGE.is_context(name) for name in body)


def test_what_a_list_told_is_weighed_and_not_asked_again():
    ticked = {name: Answer.ABSENT for names in KNOWLEDGE.boxes.values() for name in names}
    session, asked = Session(Case(answers=CALM | ticked | {"abdominal_pain": Answer.PRESENT, "lead_exposure": Answer.PRESENT})), []
    while (step := next_step(session, KNOWLEDGE)).kind == "question" and step.question and len(asked) < 12:
        asked.append(step.question.id)
        session = session.answer(step.question.id, Answer.UNKNOWN)
    assert not set(asked) & set(ticked)
    without, told = (weigh(check_case(Case(answers=answers), KNOWLEDGE)[0], KNOWLEDGE) for answers in (CALM, session.case.answers))
    lead = without.posterior.network.row["lead_poisoning"]
    assert told.probability[lead] > 20 * without.probability[lead]


def test_no_box_left_empty_takes_an_emergency_back():
    listed = {*checklist(KNOWLEDGE), *DESCRIPTION, *(name for names in KNOWLEDGE.boxes.values() for name in names)}
    assert not listed & {name for flag in KNOWLEDGE.content.red_flags.values() for name in taken_back_by(flag.when)}


def asked_of(case: Case) -> list[str]:
    """Every question of an interview in which all else is denied."""
    session = Session(case)
    while (step := next_step(session, KNOWLEDGE)).kind == "question" and step.question:
        session = session.answer(step.question.id, Answer.ABSENT)
    return list(session.asked)


@pytest.mark.whole
@pytest.mark.parametrize(
    ("told", "place", "needless"),
    [
        ({"feel_flicker_under_skin": Answer.PRESENT}, Place(where="biceps_brachii", side="left"), {"fasciculation"}),
        (
            {"feel_flicker_under_skin": Answer.PRESENT},
            Place(where="calf", side="left"),
            {"thigh_calf_fasciculation", "fasciculation"},
        ),
        ({"feel_flicker_under_skin": Answer.PRESENT}, Place(where="eyelid", side="left"), {"lid_only", "site_eyelid"}),
        ({"suppressible": Answer.ABSENT}, Place(where="neck"), {"tics_motor", "urge_suppressible"}),
    ],
)
def test_what_the_map_of_the_body_and_the_description_said_is_not_asked_again(
    told: dict[str, Answer], place: Place, needless: set[str]
):
    case = Case(complaint=Complaint(places=(place,)), answers=CALM | told)
    findings, _ = check_case(case, KNOWLEDGE)
    assert all(findings.asked(name) or name in pointless(findings, KNOWLEDGE) for name in needless)
    assert not needless & set(asked_of(case))


def test_what_a_person_fears_is_tried_too_however_unlikely():
    told = {"feel_flicker_under_skin": Answer.PRESENT, "site_calf": Answer.PRESENT}
    calm, afraid = (Case(answers=CALM | told | more) for more in ({}, {"health_worry_mnd": Answer.PRESENT}))
    assert {"heel_walk", "toe_walk"} <= {test.id for test in self_tests(afraid, KNOWLEDGE)[0]}
    assert len(self_tests(afraid, KNOWLEDGE)[0]) <= 3
    assert not {"heel_walk", "toe_walk"} & {test.id for test in self_tests(calm, KNOWLEDGE)[0]}


def test_a_child_is_not_asked_whether_it_is_so_since_childhood(knowledge: Knowledge):
    told = {"tics_motor": Answer.PRESENT}
    for age, fits in ((8.0, False), (30.0, True)):
        findings, _ = check_case(Case(person=Person(age_years=age), answers=told), knowledge)
        assert ("lifelong_childhood" not in pointless(findings, knowledge)) is fits


def test_who_takes_levodopa_and_is_stiff_with_fever_is_asked_whether_it_was_stopped() -> None:
    knowledge = load_knowledge()
    stiff = {"rigidity": Answer.PRESENT, "fever": Answer.PRESENT}
    takes = Session(Case(answers={**stiff, "takes_levodopa": Answer.PRESENT}))
    step, asked = next_step(takes, knowledge), list[str]()
    while step.question is not None and step.question.id != "dopaminergic_stopped" and len(asked) < 6:
        asked.append(step.question.id)
        takes = takes.answer(step.question.id, Answer.ABSENT)
        step = next_step(takes, knowledge)
    assert step.question is not None
    assert step.question.id == "dopaminergic_stopped"
    assert next_step(takes.answer("dopaminergic_stopped", Answer.PRESENT), knowledge).kind == "emergency"


def test_who_takes_none_is_never_asked_whether_levodopa_was_stopped() -> None:
    findings, _ = check_case(Case(answers={"rigidity": Answer.PRESENT, "fever": Answer.PRESENT}), load_knowledge())
    assert "dopaminergic_stopped" not in one_answer_away(findings, load_knowledge())


@pytest.mark.whole
def test_who_has_a_weak_side_is_asked_whether_it_is_new() -> None:
    told = dict.fromkeys(("hemiparesis", "tempo_years", "stroke_before"), Answer.PRESENT)
    assert "weakness_new" in asked_of(Case(person=Person(age_years=66, sex="male"), answers=told))
    assert "weakness_new" not in asked_of(Case(person=Person(age_years=66, sex="male"), answers={"cramp": Answer.PRESENT}))


def test_who_cannot_be_told_yet_is_asked_on_while_a_question_still_tells_something():
    session = Session(Case(person=Person(age_years=7.0, sex="male"), answers=CALM | {"course_stable": Answer.PRESENT}))
    while (step := next_step(session, KNOWLEDGE)).kind == "question" and step.question:
        session = session.answer(step.question.id, Answer.ABSENT)
    findings, _ = check_case(session.case, KNOWLEDGE)
    weighed = weigh(findings, KNOWLEDGE)
    assert step.kind == "done"
    assert weighed.cannot_tell
    assert next_questions(findings, weighed, KNOWLEDGE, count=1)[0].score < KNOWLEDGE.number("interview_stop_open")


def test_a_numb_painful_limb_is_asked_at_once_whether_it_turned_pale_and_cold():
    told = dict.fromkeys(("pain_limb", "numbness"), Answer.PRESENT)
    session, asked = Session(Case(answers=CALM | told)), list[str]()
    while (step := next_step(session, KNOWLEDGE)).question and len(asked) < 3:
        asked.append(step.question.id)
        session = session.answer(step.question.id, Answer.ABSENT)
    assert "limb_pale_cold" in asked
    assert "limb_pale_cold" in pointless(check_case(Case(answers=CALM | {"numbness": Answer.PRESENT}), KNOWLEDGE)[0], KNOWLEDGE)
    assert next_step(Session(Case(answers=CALM | told | {"limb_pale_cold": Answer.PRESENT})), KNOWLEDGE).kind == "emergency"


def test_who_feels_less_is_asked_whether_it_ends_at_a_line_on_the_trunk():
    session, asked = Session(Case(answers=CALM | {"numbness": Answer.PRESENT})), list[str]()
    while (step := next_step(session, KNOWLEDGE)).question and "sensory_level" not in asked and len(asked) < 12:
        asked.append(step.question.id)
        session = session.answer(step.question.id, Answer.ABSENT)
    assert "sensory_level" in asked


@pytest.mark.parametrize(("age", "absurd"), [(0.1, {"caffeine_high", "gait_stiff", "morning_jerks"}), (9, {"better_alcohol"})])
def test_a_child_is_not_asked_what_only_the_older_can_do(age: float, absurd: set[str]):
    told = Case(person=Person(age_years=age), answers=CALM | {"oscillates": Answer.PRESENT})
    assert absurd <= pointless(check_case(told, KNOWLEDGE)[0], KNOWLEDGE)


def _asked(person: Person, *ticked: str, **told: Answer) -> list[str]:
    """The first questions after the lists, each answered no."""
    answers = CALM | dict.fromkeys(DESCRIPTION, Answer.ABSENT) | dict.fromkeys(ticked, Answer.PRESENT) | told
    session, asked = Session(Case(person=person, answers=answers)), list[str]()
    while len(asked) < 4 and (step := next_step(session, KNOWLEDGE)).question:
        asked.append(step.question.id)
        session = session.answer(step.question.id, Answer.ABSENT)
    return asked


def test_who_has_diabetes_and_shakes_on_one_side_in_attacks_is_asked_whether_it_comes_on_standing_up() -> None:
    """Limb shaking before a stroke is told apart from every other tremor by that one answer."""
    somebody = Person(age_years=66, sex="male")
    attacks = ("oscillates", "one_side_only", "attacks_discrete")
    assert _asked(somebody, *attacks, diabetes=Answer.PRESENT)[0] == "with_standing_up"
    assert "with_standing_up" not in _asked(somebody, "oscillates", diabetes=Answer.PRESENT)


@pytest.mark.parametrize(("sex", "age", "asked"), [("female", 38, True), ("female", 71, False), ("male", 38, False)])
def test_every_woman_who_may_carry_a_child_is_asked_whether_she_does(sex: str, age: float, asked: bool) -> None:
    person = Person.model_validate({"age_years": age, "sex": sex})
    assert ("pregnancy" in _asked(person, "oscillates", "both_sides_together")) == asked
    assert "pregnancy" not in _asked(person.model_copy(update={"pregnant": Answer.ABSENT}), "oscillates")

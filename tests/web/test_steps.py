"""The steps, one by one: from a case to fields and back, and what they make of what was told."""

import datetime as dt
import re

import pytest

from myognosis.exchange.casefile import read_case
from myognosis.findings import check_case, find
from myognosis.interview import session
from myognosis.interview.session import checklist, emergencies
from myognosis.knowledge import Knowledge
from myognosis.model.case import Answer, Case, Exposure, Lab, Medicine, Person
from myognosis.reason.triage import triage
from myognosis.web.bodymap import VIEWS, spots, style_sheet
from myognosis.web.forms import Given
from myognosis.web.steps import OPENING, STEPS, Step
from myognosis.web.steps.asked import Also, Function, Warnings
from myognosis.web.steps.labs import Labs
from myognosis.web.steps.medicines import Medicines, search
from myognosis.web.steps.selftests import SelfTests

from .conftest import Reader, fields

TOLD = Case(
    answers={
        "functional_loss": Answer.PRESENT,
        "hand_grip_weak": Answer.PRESENT,
        "fever": Answer.ABSENT,
        "anxiety": Answer.DECLINED,
    },
    exposures=(Exposure(what="caffeine", value=450.0, unit="mg/d"), Exposure(what="screen", value=9.0, unit="h/d")),
    medicines=(Medicine(name="Ventolin", since=dt.date(2026, 1, 10)), Medicine(name="Grandmother's drops")),
    labs=(Lab(analyte="calcium", value=2.0, unit="mmol/L", low=2.1), Lab(analyte="unheard of", value=1.0, unit="mmol/L")),
)


@pytest.mark.parametrize("step", STEPS.values(), ids=list(STEPS))
@pytest.mark.parametrize("example", ["demo", "told"])
def test_a_page_that_is_sent_as_it_was_opened_changes_nothing_that_is_known(step: Step, example: str, knowledge: Knowledge):
    case = read_case("examples/demo.yaml") if example == "demo" else TOLD
    given = step.given(case, knowledge)
    if step.faults(case, given, knowledge, "en"):
        return
    before, after = (check_case(c, knowledge)[0].states for c in (case, step.take(case, given, knowledge)))
    assert {name: state for name, state in after.items() if name in before} == before


@pytest.mark.parametrize("language", ["en", "uk", "ru"])
def test_every_step_can_be_shown_and_reviewed_in_every_language(language: str, knowledge: Knowledge):
    for step in STEPS.values():
        step.view(TOLD, step.given(TOLD, knowledge), knowledge, language)  # type: ignore[arg-type]
        assert all(step.said(TOLD, knowledge, language)), step.name  # type: ignore[arg-type]


def test_the_lists_to_tick_hold_the_whole_checklist_once(knowledge: Knowledge):
    asked = [*Warnings().names(Case(), knowledge), *Also().names(Case(), knowledge), "functional_loss"]
    assert sorted(asked) == sorted({*checklist(knowledge)})
    assert set(emergencies(knowledge)) == set(Warnings().names(Case(), knowledge))
    assert emergencies(knowledge) == knowledge.content.read_first  # what happens now is read first, not what begins with an A
    assert "febrile_seizure" in Warnings().names(Case(person=Person(age_years=3)), knowledge)
    grown = Case(person=Person(age_years=34))
    assert "febrile_seizure" not in Warnings().names(grown, knowledge)
    told = grown.model_copy(update={"answers": {"febrile_seizure": Answer.PRESENT}})  # told before the age was put right
    assert "febrile_seizure" in Warnings().names(told, knowledge)
    for name in emergencies(knowledge):
        case = Case(answers={name: Answer.PRESENT})
        assert triage(check_case(case, knowledge)[0], knowledge).level == "emergency"


@pytest.mark.parametrize("query", ["salbut", "САЛЬБУТ", "вентолін", "Ventolin", "albuterol"])
def test_a_medicine_is_found_by_any_of_its_names(query: str, knowledge: Knowledge):
    assert search(query, knowledge, "uk")[0].name == "сальбутамол"


def test_a_medicine_that_nobody_knows_is_kept_as_it_was_written(knowledge: Knowledge):
    step = Medicines()
    case = step.take(Case(), Given({"query": ["Grandmother's drops"], "do": ["as_written"]}), knowledge)
    assert case.medicines[0].name == "Grandmother's drops"
    assert step.said(case, knowledge, "en") == ("Grandmother's drops",)


def test_a_name_that_was_typed_and_not_chosen_is_not_lost_in_silence(knowledge: Knowledge):
    assert Medicines().faults(Case(), Given({"query": ["salbutamol"]}), knowledge, "en")
    assert not Medicines().faults(Case(), Given({"query": [""]}), knowledge, "en")


@pytest.mark.parametrize(("field", "value"), [("since_0", "yesterday"), ("since_0", "2999-01-01"), ("stopped_0", "31.12.2025")])
def test_a_date_that_is_none_or_lies_in_the_future_is_refused(field: str, value: str, knowledge: Knowledge):
    faults = Medicines().faults(Case(), Given({"medicine": ["salbutamol"], field: [value]}), knowledge, "en")
    assert [fault.field[-2:] for fault in faults] == ["_0"]


def test_cups_become_what_the_knowledge_counts_and_come_back(knowledge: Knowledge):
    step = STEPS["habits"]
    case = step.take(Case(), Given({"caffeine_coffee": ["2"], "caffeine_tea": ["1,5"], "alcohol": ["0"]}), knowledge)
    per = {s.id: s.amount for s in knowledge.content.doses["caffeine"].servings}
    assert {row.what: row.value for row in case.exposures} == {"caffeine": 2 * per["coffee"] + 1.5 * per["tea"], "alcohol": 0}
    assert step.take(case, step.given(case, knowledge), knowledge).exposures[0].value == pytest.approx(
        case.exposures[0].value, rel=0.01
    )


@pytest.mark.parametrize(
    ("step", "field", "value"),
    [("about", "age", "121"), ("about", "age", "nan"), ("about", "age", "old"), ("story", "since", "0"), ("story", "since", "-1"),
     ("habits", "sleep", "25"), ("habits", "nicotine", "inf"), ("habits", "caffeine_tea", "1e9")],
)  # fmt: skip
def test_a_number_that_cannot_be_is_refused_at_its_field(step: str, field: str, value: str, knowledge: Knowledge):
    assert [fault.field for fault in STEPS[step].faults(Case(), Given({field: [value]}), knowledge, "ru")] == [field]


def test_a_laboratory_value_needs_a_unit_and_must_be_possible(knowledge: Knowledge):
    def faults(value: str, unit: str) -> list[str]:
        given = Given({"analyte": ["calcium_total"], "value_0": [value], "unit_0": [unit]})
        return [fault.field for fault in Labs().faults(Case(), given, knowledge, "en")]

    assert faults("2.1", "") == ["unit_0"]
    assert faults("2,1", "mmol/L") == []
    assert faults("9.2", "mg/dL") == []
    assert faults("9.2", "mmol/L") == ["value_0"]
    assert faults("much", "mmol/L") == ["value_0"]


def test_only_units_that_an_analyte_can_have_are_offered(knowledge: Knowledge):
    view = Labs().view(Case(), Given({"analyte": ["sodium"]}), knowledge, "en")
    units = {c.value for c in view.rows[0].units}
    assert "mmol/L" in units
    assert "kPa" not in units


def test_what_one_can_still_do_is_no_proof_of_strength(knowledge: Knowledge):
    case = Function().take(Case(), Given({"none": ["1"]}), knowledge)
    assert case.answers == {"functional_loss": Answer.ABSENT}


def test_a_lost_activity_speaks_and_taking_the_tick_back_silences_it(knowledge: Knowledge):
    step = Function()
    case = step.take(Case(), Given({"sign": ["key"]}), knowledge)
    assert case.answers["hand_grip_weak"] is Answer.PRESENT
    again = step.given(case, knowledge)
    back = step.take(case, again.changed(sign=[], none=["1"]), knowledge)
    assert back.answers == {"functional_loss": Answer.ABSENT}


def test_a_self_test_that_was_not_done_says_nothing(knowledge: Knowledge):
    assert SelfTests().take(Case(), Given(), knowledge) == Case()


def test_an_answer_to_a_question_is_never_called_a_self_test_that_was_done(knowledge: Knowledge):
    answered = Case(answers={"foot_drop": Answer.ABSENT, "action_tremor": Answer.PRESENT})
    assert STEPS["tests"].said(answered, knowledge, "en") == ()


def test_the_outcome_that_the_person_chose_is_shown_and_no_other(knowledge: Knowledge):
    step = SelfTests()
    for test in knowledge.content.self_tests.values():
        for outcome in test.outcomes:
            told = step.take(Case(), Given({test.id: [outcome.id]}), knowledge)
            view = step.view(told, step.given(told, knowledge), knowledge, "en")
            chosen = [choice.value for shown in (*view.first, *view.others) for choice in shown.outcomes if choice.chosen]
            assert chosen == [outcome.id]
            assert len(step.said(told, knowledge, "uk")) == 1


def test_a_self_test_that_is_called_not_done_is_taken_back_with_all_that_it_said(knowledge: Knowledge):
    step, case = SelfTests(), Case(answers={"distal_weakness": Answer.ABSENT})
    told = step.take(case, Given({"heel_walk": ["both"]}), knowledge)
    assert find(told, knowledge).present("distal_weakness")
    back = step.take(told, step.given(told, knowledge).changed(heel_walk=[""]), knowledge)
    assert back == case


def test_a_sign_that_one_self_test_shows_is_not_denied_by_another(knowledge: Knowledge):
    done = {"heel_walk": "both", "sit_to_stand": "can", "arms_out": "drop", "spiral": "smooth"}
    findings = find(Case(self_tests=done), knowledge)
    assert findings.present("functional_loss") and findings.present("asterixis")
    assert findings.absent("proximal_weakness")
    assert not findings.issues


def test_a_self_test_that_nobody_knows_is_refused(knowledge: Knowledge):
    _, issues = check_case(Case(self_tests={"heel_walk": "flies", "handstand": "can"}), knowledge)
    assert [(i.code, i.where) for i in issues] == [
        ("case.unknown_id", "$.self_tests.heel_walk"), ("case.unknown_id", "$.self_tests.handstand"),
    ]  # fmt: skip


def test_who_falls_or_is_small_is_not_asked_to_walk_on_the_heels(knowledge: Knowledge):
    def offered(case: Case) -> set[str]:
        """The self tests on the page."""
        view = SelfTests().view(case, Given(), knowledge, "en")
        return {test.field for test in (*view.first, *view.others)}

    assert offered(Case()) == set(knowledge.content.self_tests)
    assert offered(Case(answers={"falls": Answer.PRESENT})).isdisjoint({"heel_walk", "toe_walk", "sit_to_stand"})
    assert offered(Case(person=Person(age_years=3))) == set()


def test_the_person_s_left_is_on_the_reader_s_right_from_the_front_and_not_from_behind():
    sheet = style_sheet()

    def left_edge(css: str) -> float:
        return float(sheet.split(f".{css}{{left:")[1].split("%")[0])

    assert left_edge("at-front-forearm-left") > 50
    assert left_edge("at-back-gastrocnemius-left") < 50
    assert left_edge("at-face-eyelid-left") > 50
    assert left_edge("at-hands-thumb-left") < 50


def test_every_spot_of_the_body_is_a_place_that_we_know(knowledge: Knowledge):
    for view in VIEWS:
        for spot in spots(view):
            assert spot.where in knowledge.content.muscles, spot


def test_control_characters_and_endless_texts_do_not_enter():
    given = Given({"words": ["a\x00b\x1b[31m\u202ec" + "x" * 9000]})
    assert given.one("words").startswith("ab[31mc")
    assert len(given.one("words")) == 4000


def test_a_baby_is_asked_neither_after_keys_and_stairs_nor_after_what_it_cannot_tell(knowledge: Knowledge):
    baby = Case(person=Person(age_years=0.2))
    assert "function" not in [step.name for step in OPENING if step.needed(baby, knowledge)]
    shown = {name for step in (Warnings(), Also(), STEPS["body"], STEPS["history"]) for name in step.names(baby, knowledge)}
    assert not shown & {
        "suicidal_thoughts",
        "confusion",
        "bulbar_symptoms",
        "diplopia",
        "alcohol_stopped",
        "numbness",
        "persistence_1y",
    }
    body = STEPS["body"].view(baby, STEPS["body"].given(baby, knowledge), knowledge, "en")
    assert "diplopia" not in {choice.value for group in body.groups for choice in group.items}
    asked = session.next_step(
        session.Session(baby.model_copy(update={"answers": dict.fromkeys(shown, Answer.ABSENT)})), knowledge
    ).question
    assert asked is None or asked.id not in {"functional_loss", *shown}


def test_a_small_child_is_asked_neither_after_coffee_and_drink_nor_after_what_it_has_not_learned(knowledge: Knowledge):
    child, scholar = (Case(person=Person(age_years=age)) for age in (3.0, 6.0))
    assert "habits" not in [step.name for step in OPENING if step.needed(child, knowledge)]
    assert set(STEPS["function"].names(child, knowledge)) == {"chair", "stairs", "head"}
    assert not {"parkinson_known", "polio_before"} & set(STEPS["history"].names(child, knowledge))
    view = STEPS["habits"].view(scholar, Given(), knowledge, "en")
    assert [row.field for row in view.others] == ["energy_drink", "sleep"]
    told = STEPS["habits"].take(scholar, Given({"sleep": ["9"]}), knowledge)
    assert {"nicotine_use", "alcohol_heavy"}.isdisjoint(told.answers)  # not asked is not declined
    smokes = scholar.model_copy(update={"exposures": (Exposure(what="nicotine", value=3, unit="{cigarettes}/d"),)})
    assert STEPS["habits"].said(smokes, knowledge, "en") == ("Cigarettes (or the same amount of nicotine): 3 a day",)


def test_the_opening_is_short(knowledge: Knowledge):
    assert len([step for step in OPENING if step.needed(Case(), knowledge)]) <= 11
    assert [step.name for step in OPENING if not step.needed(Case(), knowledge)] == ["words"]


@pytest.mark.parametrize(("step", "field"), [("about", "sex"), ("story", "course")])
def test_what_was_chosen_can_be_taken_back(reader: Reader, step: str, field: str):
    case = reader.begin()
    page = reader.get(f"{case}/step/{step}")
    assert field not in fields(page.text)  # nothing is chosen before the person chooses
    chosen = next(v for v in re.findall(rf'name="{field}" value="([^"]*)"', page.text) if v)
    reader.fill(page, **{field: chosen})
    page = reader.get(f"{case}/step/{step}")
    assert fields(page.text)[field] == [chosen]
    reader.fill(page, **{field: ""})
    assert field not in fields(reader.get(f"{case}/step/{step}").text)


def test_self_tests_are_offered_before_the_result_and_once(reader: Reader, knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch):
    case = reader.begin()
    reader.post(f"{case}/step/where", {"place": "calf/left"})
    monkeypatch.setattr(
        "myognosis.web.routes.interview.next_step",
        lambda session_, _: session.Step("done", triage(find(session_.case, knowledge), knowledge)),
    )
    page = reader.get(f"{case}/question")
    assert page.url.path == f"{case}/step/tests"
    assert len(re.findall('class="card"', page.text.split("<details")[0])) == 3
    assert reader.fill(page, heel_walk="").url.path == f"{case}/step/labs"
    page = reader.fill(reader.get(f"{case}/step/tests"), heel_walk="can")
    assert page.url.path == f"{case}/step/labs"  # over the next question, of which there is none here
    assert reader.get(f"{case}/case.json").json()["self_tests"] == {"heel_walk": "can"}
    assert "Walking on the heels: Both feet stay up" in reader.get(f"{case}/review").text
    reader.fill(reader.get(f"{case}/step/tests?then=review"), heel_walk="")
    assert not reader.get(f"{case}/case.json").json().get("self_tests")


@pytest.mark.parametrize(("language", "name"), [("en", "calcium"), ("uk", "кальцій"), ("ru", "кальций")])
def test_a_laboratory_value_that_cannot_be_is_named_in_the_reader_s_language(reader: Reader, language: str, name: str):
    case = reader.begin(language)
    page = reader.post(f"{case}/step/labs", {"analyte": "calcium_total", "value_0": "240", "unit_0": "mmol/L"})
    assert page.status_code == 422
    said = re.search(r'<p class="field-fault"[^>]*>([^<]+)', page.text)
    assert said and "calcium_total" not in said[1]
    assert name in said[1].lower()

"""From a case to findings: each part of a case, what it implies, what contradicts, what cannot be."""

import datetime as dt
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myognosis.faults import CaseError, Level
from myognosis.findings import check_case, find
from myognosis.knowledge import Knowledge, load_knowledge
from myognosis.model import case as m
from myognosis.model.finding import Findings

TODAY = dt.date(2026, 1, 31)


def read(knowledge: Knowledge, **parts: object) -> tuple[Findings, dict[str, str]]:
    findings, issues = check_case(m.Case(assessed_on=TODAY, **parts), knowledge)  # type: ignore[arg-type]
    return findings, {issue.code: issue.where for issue in issues}


def test_a_specific_finding_makes_its_parent_present_without_weight(make_findings: Callable[..., Findings]):
    found = make_findings("rest_tremor")
    assert found.present("tremor")
    assert "tremor" in found.implied
    assert "rest_tremor" not in found.implied


def test_many_features_without_a_word_of_ours_are_themselves_a_finding(knowledge: Knowledge):
    """Hardly a cause of the list brings so many. Old diagnoses that another program hands over are no features."""

    def asked(*codes: str, absent: tuple[str, ...] = ()) -> bool:
        rows = [m.Unmapped(code=code, state=m.Answer.ABSENT if code in absent else m.Answer.PRESENT) for code in codes]
        return read(knowledge, unmapped=tuple(rows))[0].asked("features_outside")

    six = [f"HP:900000{i}" for i in range(6)]
    assert asked(*six)
    assert not asked(*six[:5]) and not asked(*six, absent=(six[0],)) and not asked(*(f"SNOMED:{i}" for i in range(6)))


def test_an_absent_parent_makes_its_children_absent_without_weight(make_findings: Callable[..., Findings]):
    found = make_findings(absent=("tremor",))
    assert found.absent("rest_tremor")
    assert "rest_tremor" in found.implied


def test_unknown_and_declined_are_asked_but_neither_present_nor_absent(knowledge: Knowledge):
    found, _ = read(knowledge, answers={"weakness": m.Answer.UNKNOWN, "fever": m.Answer.DECLINED})
    for name in ("weakness", "fever"):
        assert found.asked(name)
        assert not found.present(name)
        assert not found.absent(name)
    assert not found.asked("seizure")


def test_a_child_present_under_an_absent_parent_is_reported_and_counts_as_present(knowledge: Knowledge):
    found, issues = read(knowledge, answers={"rest_tremor": m.Answer.PRESENT, "tremor": m.Answer.ABSENT})
    assert "case.contradiction" in issues
    assert found.present("tremor")


def test_a_contradiction_between_two_parts_is_reported(knowledge: Knowledge):
    exam = m.Examination(signs={"chvostek": m.Answer.ABSENT})
    found, issues = read(knowledge, answers={"chvostek": m.Answer.PRESENT}, examination=exam)
    assert issues["case.contradiction"] == "$.examination.signs.chvostek"
    assert found.present("chvostek")


def test_an_unknown_id_is_refused_with_the_near_miss(knowledge: Knowledge):
    with pytest.raises(CaseError, match="fasciculation"):
        find(m.Case(answers={"fasiculation": m.Answer.PRESENT}), knowledge)


def test_every_fact_says_where_it_was_read(knowledge: Knowledge):
    found, _ = read(knowledge, answers={"cramp": m.Answer.PRESENT}, conditions=("diabetes",))
    assert found.provenance["cramp"][0].path == "$.answers.cramp"
    assert found.provenance["diabetes"][0].path == "$.conditions[0]"


@pytest.mark.parametrize(
    ("value", "unit", "present"),
    [
        (1.7, "mmol/L", True),
        (6.8, "mg/dL", True),
        (2.4, "mmol/L", False),
        (9.6, "mg/dL", False),
        (3.4, "mEq/L", True),
        (1.7, "ммоль/л", True),
    ],
)
def test_low_calcium_in_any_unit_is_low_calcium(knowledge: Knowledge, value: float, unit: str, present: bool):
    found, _ = read(knowledge, labs=(m.Lab(analyte="calcium_adjusted", value=value, unit=unit),))
    assert found.present("hypocalcaemia") is present
    assert found.absent("hypocalcaemia") is not present


def test_the_laboratorys_own_limits_come_before_ours(knowledge: Knowledge):
    lab = m.Lab(analyte="calcium_adjusted", value=2.15, unit="mmol/L", low=2.1, high=2.55)
    assert read(knowledge, labs=(lab,))[0].absent("hypocalcaemia")


@pytest.mark.parametrize("unit", ["mkg/l", "mmol", "U/L", "bananas"])
def test_a_wrong_unit_is_refused_and_the_right_ones_named(knowledge: Knowledge, unit: str):
    with pytest.raises(CaseError, match="mmol/L"):
        find(m.Case(labs=(m.Lab(analyte="calcium_adjusted", value=2.2, unit=unit),)), knowledge)


def test_an_implausible_value_is_refused_not_believed(knowledge: Knowledge):
    with pytest.raises(CaseError, match="living person"):
        find(m.Case(labs=(m.Lab(analyte="calcium_adjusted", value=9.2, unit="mmol/L"),)), knowledge)


def test_every_spelling_of_a_medicine_is_the_same_medicine(knowledge: Knowledge):
    for name in ("salbutamol", "Сальбутамол", "ventolin", " SALBUTAMOL "):
        found, issues = read(knowledge, medicines=(m.Medicine(name=name),))
        assert found.present("takes_beta_agonist"), name
        assert not issues


def test_an_unknown_medicine_is_kept_as_a_note_and_does_not_stop_the_case(knowledge: Knowledge):
    _, issues = check_case(m.Case(medicines=(m.Medicine(name="Nonexistol forte"),)), knowledge)
    assert [issue.level for issue in issues] == [Level.NOTE]


def test_a_medicine_twice_is_doubted(knowledge: Knowledge):
    _, issues = read(knowledge, medicines=(m.Medicine(name="salbutamol"), m.Medicine(name="Ventolin")))
    assert "case.medicine_twice" in issues


def test_two_serotonergic_medicines_together_are_noticed(knowledge: Knowledge):
    found, _ = read(knowledge, medicines=(m.Medicine(name="sertraline"), m.Medicine(name="tramadol")))
    assert found.present("two_serotonergic")
    assert not read(knowledge, medicines=(m.Medicine(name="sertraline"),))[0].present("two_serotonergic")


def test_a_serotonergic_medicine_is_new_only_when_it_is(knowledge: Knowledge):
    fresh = m.Medicine(name="sertraline", since=TODAY - dt.timedelta(days=10))
    old = m.Medicine(name="sertraline", since=TODAY - dt.timedelta(days=400))
    assert read(knowledge, medicines=(fresh,))[0].present("serotonergic_drug")
    assert not read(knowledge, medicines=(old,))[0].present("serotonergic_drug")


def test_a_medicine_that_was_stopped_is_not_taken(knowledge: Knowledge):
    stopped = m.Medicine(name="diazepam", stopped=TODAY - dt.timedelta(days=3))
    found, _ = read(knowledge, medicines=(stopped,))
    assert found.present("sedative_stopped")
    assert not found.medicines
    long_ago = m.Medicine(name="diazepam", stopped=TODAY - dt.timedelta(days=300))
    assert not read(knowledge, medicines=(long_ago,))[0].present("sedative_stopped")


@pytest.mark.parametrize("field", ["since", "changed", "stopped"])
def test_a_date_in_the_future_is_refused(knowledge: Knowledge, field: str):
    with pytest.raises(CaseError, match="future"):
        find(m.Case(assessed_on=TODAY, medicines=(m.Medicine(name="lithium", **{field: TODAY + dt.timedelta(days=1)}),)), knowledge)


def test_an_event_or_onset_in_the_future_is_refused(knowledge: Knowledge):
    later = TODAY + dt.timedelta(days=2)
    _, issues = read(knowledge, events=(m.Event(what="head_injury", on=later),), complaint=m.Complaint(began=later))
    assert "case.future" in issues


def test_it_cannot_have_begun_before_birth(knowledge: Knowledge):
    story = m.Complaint(since=m.Duration(value=30, unit="a"))
    _, issues = read(knowledge, person=m.Person(age_years=20.0), complaint=story)
    assert issues["case.before_birth"] == "$.complaint.since"


@pytest.mark.parametrize(
    ("days", "tempo"),
    [(3, "tempo_acute"), (7, "tempo_acute"), (8, "tempo_subacute"), (60, "tempo_subacute"), (61, "tempo_chronic")],
)
def test_how_long_ago_becomes_a_tempo(knowledge: Knowledge, days: int, tempo: str):
    found, _ = read(knowledge, complaint=m.Complaint(since=m.Duration(value=days, unit="d")))
    assert found.present(tempo)


def test_years_and_onset_after_fifty(knowledge: Knowledge):
    story = m.Complaint(since=m.Duration(value=3, unit="a"))
    assert read(knowledge, person=m.Person(age_years=60.0), complaint=story)[0].present("onset_after_50")
    assert not read(knowledge, person=m.Person(age_years=50.0), complaint=story)[0].present("onset_after_50")
    assert read(knowledge, complaint=story)[0].present("persistence_1y")


def test_what_began_months_ago_does_not_speak_against_what_lasts_for_years(knowledge: Knowledge):
    found, _ = read(knowledge, complaint=m.Complaint(since=m.Duration(value=2, unit="mo")))
    assert found.asked("persistence_1y")  # it is not asked again
    assert not found.present("persistence_1y")
    assert not found.absent("persistence_1y")


@pytest.mark.parametrize(
    ("value", "unit", "name"),
    [(0.1, "s", "brief_under_100ms"), (5, "s", "episodes_seconds"), (2, "min", "episodes_minutes"), (3, "h", "bouts_hours")],
)
def test_episode_length_is_classed(knowledge: Knowledge, value: float, unit: str, name: str):
    found, _ = read(knowledge, complaint=m.Complaint(episode=m.Duration(value=value, unit=unit)))  # type: ignore[arg-type]
    assert found.present(name)


def test_rhythm_triggers_and_course(knowledge: Knowledge):
    story = m.Complaint(
        rhythm="rhythmic",
        triggers=("worse_caffeine",),
        relievers=("better_alcohol",),
        course="progressive",
        onset="sudden",
        per_day=7,
    )
    found, _ = read(knowledge, complaint=story)
    for name in ("rhythmic", "worse_caffeine", "better_alcohol", "course_progressive", "tempo_sudden", "many_per_day"):
        assert found.present(name), name
    assert found.absent("irregular_timing")


def test_places_become_sites_and_one_side_is_noticed(knowledge: Knowledge):
    story = m.Complaint(places=(m.Place(where="gastrocnemius", side="left"), m.Place(where="soleus", side="left")))
    found, _ = read(knowledge, complaint=story)
    assert found.present("site_calf")
    assert found.present("one_side_only")
    assert any(sign.where == "soleus" for sign in found.signs)


def test_a_place_beside_the_eyelid_says_that_it_is_not_the_lid_alone(knowledge: Knowledge):
    places = (m.Place(where="eyelid", side="left"), m.Place(where="gastrocnemius", side="left"))
    assert read(knowledge, complaint=m.Complaint(places=places))[0].absent("lid_only")
    assert read(knowledge, complaint=m.Complaint(places=places[:1]))[0].present("lid_only")


def test_many_regions_are_generalised(knowledge: Knowledge):
    places = tuple(m.Place(where=x, side="both") for x in ("gastrocnemius", "deltoid", "tongue", "quadriceps"))
    assert read(knowledge, complaint=m.Complaint(places=places))[0].present("site_generalised")


def test_an_unknown_muscle_is_refused_wherever_it_stands(knowledge: Knowledge):
    exam = m.Examination(
        power=(m.Power(muscle="xx", side="left", mrc=3),),
        wasting=(m.Place(where="xx"),),
        reflexes=(m.Reflex(reflex="xx", side="left", grade=1),),
        sensation=(m.Sensation(area="xx", side="left", state="reduced"),),
    )
    with pytest.raises(CaseError) as caught:
        find(m.Case(examination=exam, complaint=m.Complaint(places=(m.Place(where="xx"),))), knowledge)
    assert len(caught.value.issues) == 5


def test_weak_muscles_make_weakness_with_its_pattern(knowledge: Knowledge):
    def exam(*rows: tuple[str, float]) -> m.Examination:
        return m.Examination(power=tuple(m.Power(muscle=x, side="left", mrc=g) for x, g in rows))

    proximal, _ = read(knowledge, examination=exam(("deltoid", 3), ("iliopsoas", 4)))
    assert proximal.present("proximal_weakness")
    distal, _ = read(knowledge, examination=exam(("first_dorsal_interosseous", 3)))
    assert distal.present("distal_weakness")
    mixed, _ = read(knowledge, examination=exam(("deltoid", 3), ("first_dorsal_interosseous", 3)))
    assert mixed.present("weakness")
    assert not mixed.present("distal_weakness")
    strong, _ = read(
        knowledge, examination=exam(("deltoid", 5), ("biceps_brachii", 5), ("quadriceps", 5), ("tibialis_anterior", 5))
    )
    assert strong.absent("weakness")
    few, _ = read(knowledge, examination=exam(("deltoid", 5)))
    assert not few.asked("weakness")


def test_reflexes_low_high_and_clonus(knowledge: Knowledge):
    def exam(*grades: int) -> m.Examination:
        names = ("biceps", "triceps", "knee", "ankle")
        return m.Examination(reflexes=tuple(m.Reflex(reflex=n, side="left", grade=g) for n, g in zip(names, grades, strict=True)))

    assert read(knowledge, examination=exam(0, 0, 0, 0))[0].present("areflexia")
    brisk = read(knowledge, examination=exam(3, 2, 2, 4))[0]
    assert brisk.present("hyperreflexia")
    assert brisk.present("clonus")
    ankle = read(knowledge, examination=exam(2, 2, 2, 1))[0]
    assert ankle.present("reduced_achilles")
    assert ankle.absent("hyperreflexia")
    assert read(knowledge, examination=exam(2, 2, 2, 2))[0].absent("hyporeflexia")


@pytest.mark.parametrize(
    ("area", "finding"),
    [("C6", "dermatomal_loss"), ("c6", "dermatomal_loss"), ("ulnar", "nerve_territory_loss"), ("stocking", "stocking_glove"),
     ("saddle", "saddle_anaesthesia"), ("hemibody", "hemisensory"), ("trunk_level", "sensory_level")],
)  # fmt: skip
def test_lost_feeling_has_a_pattern(knowledge: Knowledge, area: str, finding: str):
    exam = m.Examination(sensation=(m.Sensation(area=area, side="left", state="reduced"),))
    assert read(knowledge, examination=exam)[0].present(finding)


def test_normal_feeling_everywhere_is_a_finding(knowledge: Knowledge):
    rows = tuple(m.Sensation(area=x, side="both", state="normal") for x in ("C6", "L5", "stocking"))
    assert read(knowledge, examination=m.Examination(sensation=rows))[0].present("no_sensory_loss")


@pytest.mark.parametrize(("tone", "finding"), [("spastic", "spasticity"), ("rigid", "rigidity"), ("low", "hypotonia")])
def test_tone(knowledge: Knowledge, tone: str, finding: str):
    assert read(knowledge, examination=m.Examination(tone=tone))[0].present(finding)  # type: ignore[arg-type]
    assert read(knowledge, examination=m.Examination(tone="normal"))[0].absent(finding)


def test_wasting_and_twitching_on_examination(knowledge: Knowledge):
    exam = m.Examination(
        wasting=(m.Place(where="first_dorsal_interosseous", side="right"),), twitching=(m.Place(where="deltoid", side="left"),)
    )
    found, _ = read(knowledge, examination=exam)
    assert found.present("atrophy")
    assert {sign.kind for sign in found.signs} == {"wasted", "twitching"}


def test_a_normal_needle_emg_makes_its_abnormal_findings_absent(knowledge: Knowledge):
    found, _ = read(knowledge, tests=(m.TestDone(test="emg_needle", result="normal"),))
    assert found.present("emg_normal")
    assert found.absent("emg_fib")


def test_a_test_that_was_normal_before_it_began_says_nothing_about_it(knowledge: Knowledge):
    began = m.Complaint(since=m.Duration(value=3, unit="mo"))
    for on, weighed in ((TODAY - dt.timedelta(days=900), False), (TODAY - dt.timedelta(days=30), True)):
        done = m.TestDone(test="emg_needle", result="normal", on=on)
        found, issues = read(knowledge, tests=(done,), complaint=began)
        assert ("emg_normal" in found.states, "case.test_before" in issues) == (weighed, not weighed)


def test_a_test_gives_its_findings_and_a_pending_one_gives_nothing(knowledge: Knowledge):
    done = m.TestDone(test="emg_needle", result="abnormal", findings={"emg_fib": m.Answer.PRESENT})
    assert read(knowledge, tests=(done,))[0].present("emg_fib")
    assert not read(knowledge, tests=(m.TestDone(test="emg_needle", result="pending"),))[0].states


def test_an_unknown_test_is_refused(knowledge: Knowledge):
    with pytest.raises(CaseError, match="test"):
        find(m.Case(tests=(m.TestDone(test="crystal_ball", result="normal"),)), knowledge)


def test_exposures_count_from_their_amount(knowledge: Knowledge):
    def dose(value: float, unit: str = "mg/d") -> tuple[Findings, dict[str, str]]:
        return read(knowledge, exposures=(m.Exposure(what="caffeine", value=value, unit=unit),))

    assert dose(600)[0].present("caffeine_high")
    assert dose(100)[0].absent("caffeine_high")
    assert dose(600, "cups")[1]["case.unit"] == "$.exposures[0].unit"
    assert "case.unknown_id" in read(knowledge, exposures=(m.Exposure(what="moonlight", value=1, unit="h/d"),))[1]


def test_a_recording_of_a_place_that_nobody_knows_is_refused_with_the_near_miss(knowledge: Knowledge):
    row = m.Recording(file="a.edf", kind="emg", place=m.Place(where="gastrocnemus", side="left"))
    with pytest.raises(CaseError, match="gastrocnemius") as refused:
        find(m.Case(recordings=(row,)), knowledge)
    assert [issue.where for issue in refused.value.issues] == ["$.recordings[0].place.where"]
    assert read(knowledge, exposures=(m.Exposure(what="sleep", value=4, unit="h/d"),))[0].present("sleep_deprivation")


def test_pregnancy_is_a_finding_and_doubted_where_it_does_not_fit(knowledge: Knowledge):
    found, issues = read(knowledge, person=m.Person(sex="female", age_years=30.0, pregnant=m.Answer.PRESENT))
    assert found.present("pregnancy")
    assert not issues
    assert "case.pregnancy" in read(knowledge, person=m.Person(sex="male", pregnant=m.Answer.PRESENT))[1]
    assert "case.pregnancy" in read(knowledge, person=m.Person(sex="female", age_years=80.0, pregnant=m.Answer.PRESENT))[1]


def test_conduction_rows_against_their_limits(knowledge: Knowledge):
    slow = m.Conduction(nerve="median", side="left", kind="motor", latency_ms=6.5)
    fine = m.Conduction(nerve="median", side="left", kind="motor", latency_ms=3.0)
    assert read(knowledge, conduction=(slow,))[0].present("ncs_focal_median")
    assert read(knowledge, conduction=(fine,))[0].absent("ncs_focal_median")
    for rows in ((slow, fine), (fine, slow)):
        assert read(knowledge, conduction=rows)[0].present("ncs_focal_median"), "one abnormal row is enough"


def test_a_conduction_row_without_a_number_or_nerve_is_refused(knowledge: Knowledge):
    _, issues = read(
        knowledge,
        conduction=(m.Conduction(nerve="median", side="left", kind="motor"), m.Conduction(nerve="xx", side="left", kind="motor")),
    )
    assert {"case.conduction", "case.unknown_id"} <= set(issues)


NAMES = sorted(load_knowledge().findings)


@given(st.dictionaries(st.sampled_from(NAMES), st.sampled_from(list(m.Answer)), max_size=12), st.randoms())
def test_the_order_of_answers_changes_no_finding(answers: dict[str, m.Answer], random: object):
    knowledge = load_knowledge()
    shuffled = list(answers.items())
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one = check_case(m.Case(answers=answers), knowledge)[0]
    other = check_case(m.Case(answers=dict(shuffled)), knowledge)[0]
    assert one.states == other.states
    assert one.implied == other.implied


@given(st.dictionaries(st.sampled_from(NAMES), st.sampled_from(list(m.Answer)), max_size=12))
def test_what_was_said_is_never_lost(answers: dict[str, m.Answer]):
    found, _ = check_case(m.Case(answers=answers), load_knowledge())
    for name, answer in answers.items():
        assert found.asked(name)
        if answer is m.Answer.PRESENT:
            assert found.present(name)


def test_where_places_are_given_it_is_not_elsewhere(knowledge: Knowledge):
    calf = m.Complaint(places=(m.Place(where="gastrocnemius", side="left"),))
    found, _ = read(knowledge, complaint=calf)
    assert found.absent("site_eyelid")
    assert found.absent("site_hand")
    told, issues = read(knowledge, complaint=calf, answers={"site_eyelid": m.Answer.PRESENT})
    assert told.present("site_eyelid")
    assert not issues
    assert not read(knowledge, complaint=m.Complaint(places=(m.Place(where="whole_body"),)))[0].asked("site_eyelid")


def test_a_calf_is_no_eyelid(knowledge: Knowledge):
    from myognosis.assessing import assess

    case = m.Case(
        complaint=m.Complaint(places=(m.Place(where="gastrocnemius", side="left"),)),
        answers={"feel_flicker_under_skin": m.Answer.PRESENT},
    )
    result = assess(case, knowledge)
    assert "eyelid_myokymia" not in [cause.cause for cause in result.causes[:3]]
    assert "lid_only" not in [question.id for question in result.questions]


def test_the_examination_of_tongue_and_hand_is_not_asked_again(knowledge: Knowledge):
    exam = m.Examination(
        twitching=(m.Place(where="tongue"),),
        wasting=(m.Place(where="first_dorsal_interosseous", side="right"),),
        power=(m.Power(muscle="first_dorsal_interosseous", side="right", mrc=3),),
    )
    found, _ = read(knowledge, examination=exam)
    assert found.present("tongue_fasciculation")
    assert found.present("hand_wasting")
    assert found.present("asymmetric_weakness")


def test_ten_thousand_wrong_ids_are_all_named_without_delay(knowledge: Knowledge):
    import time

    case = m.Case(answers={f"no_such_finding_{i}": m.Answer.PRESENT for i in range(10_000)})
    started = time.process_time()
    _, issues = check_case(case, knowledge)
    assert len(issues) == 10_000
    assert time.process_time() - started < 5.0


def test_what_cannot_be_is_refused(knowledge: Knowledge):
    medicine = m.Medicine(name="lithium", since=TODAY - dt.timedelta(days=5), stopped=TODAY - dt.timedelta(days=50))
    sleep = m.Exposure(what="sleep", value=30, unit="h/d")
    lab = m.Lab(analyte="sodium", value=140, unit="mmol/L", low=146, high=133)
    _, issues = read(knowledge, medicines=(medicine,), exposures=(sleep,), labs=(lab,))
    assert {"case.dates", "case.implausible", "case.limits"} <= set(issues)

"""Single complaints and results, as many different people would bring them: no sign is left to self-care, nothing rare leads."""

from collections.abc import Iterator

import pytest

from myognosis.findings import find
from myognosis.knowledge import load_knowledge
from myognosis.model.case import Answer, Case, Lab, Medicine, Person
from myognosis.model.finding import Findings
from myognosis.reason.causes import rank, weigh
from myognosis.reason.steps import next_tests
from myognosis.reason.triage import triage

KNOWLEDGE = load_knowledge()
HARMLESS = {
    "csf_normal", "eeg_normal", "eeg_backaverage_spike", "eeg_premovement_potential", "mri_brain_normal", "ncs_normal",
    "mri_neurovascular_contact", "ultrasound_fasciculations", "h_reflex_abnormal", "h_reflex_fair_delay", "polysomnography_plm",
}  # fmt: skip
"""Results that are normal, or only describe a movement that may be harmless."""


def told(*present: str, absent: tuple[str, ...] = (), labs: tuple[Lab, ...] = (), **who: object) -> Findings:
    answers = dict.fromkeys(present, Answer.PRESENT) | dict.fromkeys(absent, Answer.ABSENT)
    medicines = tuple(Medicine(name=name) for name in who.pop("takes", ()))  # type: ignore[attr-defined]
    person = Person.model_validate({"age_years": 40, "sex": "male", "setting": "self_check"} | who)
    return find(Case(person=person, answers=answers, labs=labs, medicines=medicines), KNOWLEDGE)


def level(*present: str, absent: tuple[str, ...] = (), labs: tuple[Lab, ...] = (), **who: object) -> str:
    return triage(told(*present, absent=absent, labs=labs, **who), KNOWLEDGE).level


def first(found: Findings, count: int = 1) -> list[str]:
    weighed = weigh(found, KNOWLEDGE)
    return [weighed.posterior.network.causes[i] for i in weighed.order[:count]]


def abnormal() -> Iterator[str]:
    groups = {"antibody", "csf", "eeg", "imaging", "conduction", "lab"}
    yield from (name for name in KNOWLEDGE.findings if KNOWLEDGE.group_of(name) in groups and name not in HARMLESS)
    yield from ("biopsy_dystrophic", "biopsy_inflammatory", "emg_myopathic", "emg_fib", "emg_neuromyotonic", "sfemg_jitter")


def test_no_abnormal_result_is_left_to_self_care():
    assert [name for name in abnormal() if level(name) == "self_care"] == []


@pytest.mark.parametrize(
    "sign",
    [
        "hyperreflexia", "bradykinesia", "gowers", "nystagmus", "mydriasis", "brisk_in_wasted_limb", "wing_beating_tremor",
        "ocular_clonus", "facial_myokymia", "dark_urine", "shuffling_gait", "scapular_winging", "envenomation",
    ],
)  # fmt: skip
def test_a_sign_that_a_harmless_twitch_does_not_bring_is_seen_by_a_doctor(sign: str):
    assert level(sign, "fasciculation") != "self_care"


class TestUrgency:
    def test_an_old_one_sided_weakness_can_wait_and_one_of_which_nobody_knows_cannot(self):
        old = ("hemiparesis", "spasticity", "stroke_before", "tempo_years")
        assert level(*old) == "urgent"
        assert level(*old, absent=("weakness_new",)) == "routine"
        assert level("hemiparesis", "tempo_sudden", absent=("weakness_new",)) == "emergency", "sudden stays sudden"

    @pytest.mark.parametrize(
        ("told_", "more", "calm", "pressing"),
        [
            (("seizure",), ("tempo_subacute",), "soon", "urgent"),  # NICE NG217, 1.1.1: within two weeks
            (("seizure",), ("cancer",), "soon", "urgent"),
            (("gtcs",), ("tempo_acute",), "soon", "emergency"),
            (("optic_neuritis", "tempo_years"), ("tempo_subacute",), "soon", "urgent"),
            (("arm_radiating_pain", "distal_weakness"), ("progressive_weakness",), "soon", "urgent"),
            (("sciatica", "distal_weakness"), ("foot_drop",), "soon", "urgent"),
            (("sciatica", "distal_weakness"), ("saddle_anaesthesia",), "soon", "emergency"),
            (("takes_ssri_snri", "serotonergic_drug", "postural_tremor", "hyperhidrosis"), ("tempo_acute",), "routine", "urgent"),
            (("takes_ssri_snri", "serotonergic_drug", "postural_tremor", "hyperhidrosis"), ("clonus",), "routine", "emergency"),
            (("hypercalcaemia", "fatigue"), ("vomiting",), "soon", "urgent"),
        ],
    )  # fmt: skip
    def test_what_is_old_and_stays_as_it_is_can_wait_and_what_is_new_or_grows_cannot(
        self, told_: tuple[str, ...], more: tuple[str, ...], calm: str, pressing: str
    ):
        assert (level(*told_), level(*told_, *more)) == (calm, pressing)

    def test_a_child_whose_movements_grow_over_years_is_seen_within_weeks_and_one_whose_do_within_weeks_at_once(self):
        slow = ("dystonia", "course_progressive", "lifelong_childhood")
        assert level(*slow, age_years=9) == "soon"
        assert level("dystonia", "course_progressive", "tempo_subacute", age_years=9) == "urgent"
        assert level("dystonia", "cognitive_decline", age_years=9) == "urgent"

    def test_a_jaw_that_has_cramped_for_years_is_not_seen_today_unless_it_locked_in_the_last_days(self):
        assert level("trismus", "site_face", absent=("trismus_new",)) == "routine"
        assert level("trismus", "site_face") == level("trismus", "trismus_new") == "emergency", "it may be tetanus"

    def test_cramps_of_the_calf_in_pregnancy_wait_for_the_next_visit_and_signs_of_eclampsia_do_not(self):
        pregnant = ("pregnancy", "nocturnal_cramp", "site_calf")
        assert level(*pregnant, sex="female", age_years=30) == "self_care"
        assert level(*pregnant, "headache", "visual_symptoms", sex="female", age_years=30) == "emergency"

    def test_twitches_in_long_bouts_make_no_seizure_of_hours_out_of_a_known_epilepsy(self):
        assert level("focal_seizure", "epilepsy_known", "fasciculation", "bouts_hours") == "soon"
        assert level("focal_seizure", "bouts_hours", "rhythmic", "one_side_only") == "emergency"

    @pytest.mark.parametrize(
        ("ck", "more", "wanted"),
        [
            (4200, (), "urgent"), (4200, ("tempo_acute",), "emergency"), (4200, ("exercise_heavy",), "emergency"),
            (4200, ("dark_urine",), "emergency"), (4200, ("takes_statin",), "emergency"),
            (32000, (), "emergency"), (700, (), "soon"),
        ],
    )  # fmt: skip
    def test_a_high_ck_with_weakness_is_an_emergency_where_muscle_may_be_breaking_down(
        self, ck: float, more: tuple[str, ...], wanted: str
    ):
        assert level("weakness", *more, labs=(Lab(analyte="ck", value=ck, unit="U/L"),)) == wanted

    def test_a_boy_whose_muscles_were_weak_all_along_is_no_emergency_by_his_ck_alone(self):
        assert level("proximal_weakness", "gowers", labs=(Lab(analyte="ck", value=15000, unit="U/L"),), age_years=5) == "urgent"

    @pytest.mark.parametrize(("potassium", "wanted"), [(3.3, "urgent"), (2.8, "emergency"), (2.2, "emergency")])
    def test_weakness_counts_by_how_low_the_potassium_is(self, potassium: float, wanted: str):
        assert level("weakness", labs=(Lab(analyte="potassium", value=potassium, unit="mmol/L"),)) == wanted

    @pytest.mark.parametrize(
        ("analyte", "value", "unit", "wanted"),
        [
            ("calcium_adjusted", 3.7, "mmol/L", "emergency"), ("calcium_adjusted", 14.8, "mg/dL", "emergency"),
            ("calcium_adjusted", 2.7, "mmol/L", "soon"), ("magnesium", 3.2, "mmol/L", "emergency"),
            ("magnesium", 1.1, "mmol/L", "soon"),
            ("phosphate", 0.25, "mmol/L", "urgent"), ("phosphate", 0.75, "mmol/L", "routine"), ("ph", 7.62, "[pH]", "urgent"),
            ("lactate", 6, "mmol/L", "urgent"), ("lactate", 2.3, "mmol/L", "routine"), ("pco2", 9, "kPa", "urgent"),
        ],
    )  # fmt: skip
    def test_how_far_a_result_lies_from_its_limit_says_how_soon(self, analyte: str, value: float, unit: str, wanted: str):
        assert level("fasciculation", labs=(Lab(analyte=analyte, value=value, unit=unit),)) == wanted

    def test_a_low_potassium_of_unknown_degree_counts_as_the_worse(self):
        assert level("weakness", "hypokalaemia") == "emergency"

    def test_flapping_hands_and_short_breath_are_an_emergency(self):
        assert level("asterixis", "copd_asthma", "dyspnoea") == "emergency"

    def test_a_child_that_twitches_or_twists_is_seen(self):
        assert level("fasciculation", age_years=5) == "routine" and level("fasciculation", age_years=30) == "self_care"
        assert level("dystonia", age_years=5) == "soon" and level("stiffness", age_years=0.5) == "routine"


class TestRanking:
    @pytest.mark.parametrize(
        ("movement", "never"),
        [
            ("tetany", {"hyperventilation"}), ("rigidity", {"drug_parkinsonism", "parkinson_disease"}),
            ("cramp", {"exercise_cramp_cause"}),
            ("trismus", {"sleep_bruxism"}), ("paroxysmal_dyskinesia", {"functional_movement"}),
            ("tremor", {"stress_anxiety_twitch"}),
        ],
    )  # fmt: skip
    def test_a_newborn_has_no_disease_of_grown_people(self, movement: str, never: set[str]):
        weighed = weigh(told(movement, age_years=0.1), KNOWLEDGE)
        assert max(weighed.probability[weighed.posterior.network.row[name]] for name in never) < 0.15

    @pytest.mark.parametrize("name", ["neuromyotonia", "asterixis", "rigidity", "action_myoclonus", "trismus", "athetosis"])
    def test_a_cause_that_needs_a_poison_or_medicine_of_which_nobody_spoke_does_not_lead(self, name: str):
        cause = first(told(name))[0]
        strongest = min((row.absent for row in KNOWLEDGE.causes[cause].context), default=1.0)
        assert strongest > KNOWLEDGE.number("needed_all")

    def test_the_same_cause_leads_as_soon_as_the_medicine_is_told(self):
        assert first(told("neuromyotonia", "oxaliplatin_recent")) == ["oxaliplatin_hyperexcitability"]

    def test_who_told_nothing_is_told_that_we_cannot_tell(self):
        asked = ("weakness", "fasciculation", "tremor", "cramp", "myoclonus", "fever", "seizure", "bulbar_symptoms")
        assert weigh(told(), KNOWLEDGE).cannot_tell and weigh(told(absent=asked), KNOWLEDGE).cannot_tell

    def test_a_child_ataxic_from_birth_and_no_worse(self):
        signs = ("ataxia", "delayed_walking", "hypotonia", "lifelong_childhood", "course_stable", "nystagmus")
        assert first(told(*signs, age_years=8)) == ["congenital_ataxia"]
        assert first(told("ataxia", "scanning_speech", "family_history", "course_progressive", "tempo_years")) == [
            "spinocerebellar_ataxia"
        ]

    def test_a_long_race_and_a_very_low_sodium(self):
        found = told(
            "cramp",
            "headache",
            "vomiting",
            "exercise_heavy",
            "tempo_acute",
            labs=(Lab(analyte="sodium", value=121, unit="mmol/L"),),
        )
        assert "hyponatraemia_cause" in first(found, 3)

    @pytest.mark.parametrize(
        ("analyte", "value", "cause"),
        [
            ("magnesium", 0.62, "hypomagnesaemia_cause"),
            ("sodium", 128, "hyponatraemia_cause"),
            ("potassium", 3.3, "hypokalaemia_cause"),
        ],
    )
    def test_a_salt_that_is_low_is_spoken_of_beside_the_likelier_causes(self, analyte: str, value: float, cause: str):
        found = told("fasciculation", "caffeine_high", labs=(Lab(analyte=analyte, value=value, unit="mmol/L"),))
        assert cause in {one.cause for one in rank(found, KNOWLEDGE).causes}

    def test_fever_headache_and_a_muddled_head_with_a_seizure_are_no_epilepsy(self):
        assert first(told("fever", "headache", "confusion", "focal_seizure", "tempo_acute")) == ["encephalitis_meningitis"]

    def test_unsteady_with_dancing_eyes_after_an_operation_on_the_stomach(self):
        assert "wernicke" in first(told("nystagmus", "ataxia", "malabsorption_bariatric", "vomiting_diarrhoea_recent"), 3)

    def test_a_child_limp_within_days_has_a_tick_looked_for_though_nobody_saw_one(self):
        found = told("ascending_weakness", "ataxia", "areflexia", "tempo_acute", absent=("fever",), age_years=5)
        assert "tick_paralysis" in first(found, 2)

    @pytest.mark.parametrize(
        ("cause", "movement", "sign"),
        [
            ("hypnic_jerks", "myoclonus", "ataxia"), ("hypnic_jerks", "myoclonus", "seizure"), ("caffeine", "tremor", "ataxia"),
        ],
    )  # fmt: skip
    def test_a_sign_that_a_harmless_cause_never_brings_speaks_against_it(self, cause: str, movement: str, sign: str):
        alone, beside = weigh(told(movement), KNOWLEDGE), weigh(told(movement, sign), KNOWLEDGE)
        row = alone.posterior.network.row[cause]
        assert beside.probability[row] < 0.7 * alone.probability[row]

    def test_a_vitamin_b12_far_below_its_limit_says_more(self):
        low, lower = (
            weigh(told("paraesthesia", "vibration_loss", labs=(Lab(analyte="vitamin_b12", value=v, unit="pmol/L"),)), KNOWLEDGE)
            for v in (140, 60)
        )
        row = low.posterior.network.row["vitamin_b_deficiency"]
        assert lower.probability[row] > 1.2 * low.probability[row]


@pytest.mark.parametrize("medicine", ["diazepam", "clonazepam", "zopiclone", "Corvalol", "гідазепам", "феназепам"])
def test_what_calms_is_known_as_such(medicine: str):
    assert told(takes=(medicine,)).present("takes_benzodiazepine")


def test_a_cause_that_is_all_but_certain_is_still_confirmed():
    found = told(
        "focal_weakness", "atrophy", "hand_wasting", "progressive_weakness", "fasciculation", "hyperreflexia", "weight_loss"
    )
    assert "emg_needle" in {step.id for step in next_tests(found, rank(found, KNOWLEDGE), KNOWLEDGE)}


def test_a_study_that_was_done_is_not_advised_again_where_the_rest_of_it_would_tell_nothing():
    nerves = {"ncs_slow", "ncs_low_cmap", "ncs_low_snap", "ncs_axonal", "ncs_focal_median", "ncs_focal_ulnar", "ncs_demyelinating"}
    signs = "wrist_drop", "asymmetric_weakness", "progressive_weakness", "fasciculation", "no_sensory_loss", "conduction_block"
    done, open_ = told(*signs, absent=tuple(sorted(nerves))), told(*signs)
    assert rank(done, KNOWLEDGE).causes[0].cause == rank(open_, KNOWLEDGE).causes[0].cause == "mmn"
    advised = {step.id for step in next_tests(done, rank(done, KNOWLEDGE), KNOWLEDGE, count=9)}
    assert "nerve_conduction" not in advised
    assert "emg_needle" in advised, "it was not done"
    assert "nerve_conduction" in {step.id for step in next_tests(open_, rank(open_, KNOWLEDGE), KNOWLEDGE, count=9)}


def test_a_seizure_that_runs_now_is_put_down_to_what_makes_seizures():
    making = {name for name, cause in KNOWLEDGE.causes.items() if any(link.id == "seizure" for link in cause.findings)}
    assert first(told("seizure_running", age_years=60))[0] in making


class TestHowSoonOfFurtherPeople:
    def test_feeling_lost_below_a_line_is_urgent_unless_it_has_been_so_for_long(self):
        assert level("sensory_level") == "urgent"
        assert level("sensory_level", absent=("sensory_level_new",)) == "soon"

    @pytest.mark.parametrize("beside", ["numbness", "weakness", "paraesthesia", "tempo_sudden"])
    def test_a_painful_limb_that_turns_pale_and_cold_is_an_emergency(self, beside: str):
        assert level("pain_limb", "limb_pale_cold", beside) == "emergency"
        assert level("pain_limb", beside) != "emergency"

    @pytest.mark.parametrize("sort", ["attacks_discrete", "developmental_delay"])
    def test_a_baby_that_bends_in_series_is_seen_within_days(self, sort: str):
        assert level("moves_joint", "many_per_day", sort, age_years=0.5) == "urgent"

    def test_shaking_and_sweat_of_one_who_drinks_much_are_seen_soon(self):
        assert level("tremor", "hyperhidrosis", "alcohol_heavy") == "soon"
        assert level("tremor", "hyperhidrosis") != "soon"

    def test_a_new_tremor_on_tacrolimus_with_headache_is_seen_soon(self):
        assert level("tremor", "headache", takes=("tacrolimus",)) == "soon"
        assert level("tremor", takes=("tacrolimus",)) == "routine"

    def test_a_flicker_in_a_muscle_that_wastes_is_seen_soon_in_whatever_words(self):
        assert level("feel_flicker_under_skin", "atrophy") == "soon"

    @pytest.mark.parametrize("medicine", ["pregabalin", "morphine", "cefepime"])
    def test_jerks_on_a_medicine_that_weak_kidneys_keep_are_urgent(self, medicine: str):
        assert level("shock_like", "kidney_failure", takes=(medicine,)) == "urgent"
        assert level("shock_like", takes=(medicine,)) != "urgent"


@pytest.mark.parametrize(
    ("present", "labs", "cause", "within"),
    [
        (("cramp", "fasciculation", "takes_ppi", "alcohol_heavy", "paraesthesia"),
         Lab(analyte="magnesium", value=0.55, unit="mmol/L"), "hypomagnesaemia_cause", 1),
        (("cramp", "fasciculation", "tremor", "takes_diuretic"), Lab(analyte="magnesium", value=1.2, unit="mg/dL"),
         "hypomagnesaemia_cause", 3),
        (("cramp", "fatigue"), Lab(analyte="sodium", value=123, unit="mmol/L"), "hyponatraemia_cause", 1),
        (("cramp",), Lab(analyte="potassium", value=2.6, unit="mmol/L"), "hypokalaemia_cause", 2),
    ],
)  # fmt: skip
def test_a_salt_that_was_found_low_is_thought_of_before_what_is_merely_common(
    present: tuple[str, ...], labs: Lab, cause: str, within: int
):
    assert cause in first(
        told(*present, absent=("weakness", "seizure"), labs=(labs,), age_years=66, setting="general_practice"), within
    )


def test_tics_that_began_three_weeks_ago_in_a_small_child_are_tics():
    seen = ("tics_motor", "suppressible", "stops_in_sleep", "tempo_subacute", "course_fluctuating")
    found = told(*seen, absent=("tempo_chronic", "tics_vocal", "seizure"), age_years=3.0)
    result = rank(found, KNOWLEDGE)
    assert result.causes[0].cause == "persistent_motor_tic"
    assert result.causes[0].probability > 0.7
    assert result.unclassified < 0.1


def test_a_seizure_after_too_much_of_a_medicine_that_brings_them_is_laid_to_it():
    overdose = told(
        "gtcs", "unknown_overdose", "tremor", "agitation", "tachycardia", takes=("бупропіон",), setting="emergency_department"
    )  # fmt: skip
    assert first(overdose) == ["drug_seizure"]
    assert "drug_seizure" not in first(told("gtcs", "family_epilepsy", "tempo_years", setting="neurology_clinic"), 3)
    assert level("seizure", takes=("tramadol",)) == "urgent"


def test_a_result_that_hardly_anybody_has_by_chance_is_not_laid_to_what_is_merely_common():
    assert first(told("sensory_level", "stiffness", age_years=60, setting="general_practice")) == ["acute_cord_compression"]
    neuropathies = {"charcot_marie_tooth", "cidp", "neuropathic_tremor", "guillain_barre"}
    assert neuropathies >= set(first(told("ncs_demyelinating", "weakness", setting="neurology_clinic"), 3))


def test_delay_and_tremor_without_a_word_of_unsteadiness_are_no_ataxia_from_birth():
    child = {"age_years": 8, "setting": "genetics_clinic"}
    silent = told("tremor", "developmental_delay", "delayed_walking", **child)
    assert first(silent) == ["other_inherited_disease"]
    steady = told("tremor", "developmental_delay", "delayed_walking", "ataxia", "lifelong_childhood", "course_stable", **child)
    assert first(steady) == ["congenital_ataxia"]

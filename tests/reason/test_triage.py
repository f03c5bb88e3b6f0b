"""Urgency by rules alone: every rule fires, the highest level wins, more evidence never lowers it, probability has no say."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myognosis.findings import check_case
from myognosis.knowledge import Knowledge, load_knowledge
from myognosis.knowledge.calling import GOING
from myognosis.knowledge.rules import findings_of, holds
from myognosis.model.case import Answer, Case, Person
from myognosis.model.finding import Findings, LocalSign
from myognosis.reason.asking import needless
from myognosis.reason.triage import LEVELS, completions, grave_signs, one_answer_away, red_flag_checklist, taking_back, triage

KNOWLEDGE = load_knowledge()
FLAGS = KNOWLEDGE.content.red_flags
NAMES = sorted({name for flag in FLAGS.values() for name in findings_of(flag.when)})


def ways(rule: Any) -> Iterator[tuple[set[str], dict[str, Any]]]:
    """Some minimal ways in which a rule can hold: findings, and what the person is (``_weak``: so many weak muscles)."""
    if isinstance(rule, str):
        yield {rule}, {}
    elif "age_under" in rule:
        yield set(), {"age_years": float(rule["age_under"]) - 0.5}
    elif "age_over" in rule:
        yield set(), {"age_years": float(rule["age_over"])}
    elif "unless_no" in rule:
        yield set(), {}
    elif "sex" in rule:
        yield set(), {"sex": rule["sex"]}
    elif "sign" in rule:
        yield set(), {f"_{rule['sign']}": rule["at_least"]}
    elif "any" in rule:
        for inner in rule["any"]:
            yield from ways(inner)
    else:
        parts = rule["all"] if "all" in rule else rule["of"][: rule["at_least"]]
        first = [next(ways(inner)) for inner in parts]
        merged: tuple[set[str], dict[str, Any]] = (set(), {})
        for findings, person in first:
            merged = (merged[0] | findings, merged[1] | person)
        yield merged


def findings_from(names: set[str], person: dict[str, Any]) -> Findings:
    who = Person(**{key: value for key, value in person.items() if key[0] != "_"})
    found, _ = check_case(Case(person=who, answers=dict.fromkeys(sorted(names), Answer.PRESENT)), KNOWLEDGE)
    counts = {key[1:]: count for key, count in person.items() if key[0] == "_"}
    found.signs = tuple(LocalSign(kind=k, where=f"m{i}", side="left") for k, n in counts.items() for i in range(n))  # type: ignore[arg-type]
    return found


@pytest.mark.parametrize("flag", sorted(FLAGS))
def test_every_rule_fires_on_what_it_names(flag: str):
    for names, person in ways(FLAGS[flag].when):
        urgency = triage(findings_from(names, person), KNOWLEDGE)
        assert flag in {rule.rule for rule in urgency.rules}, (names, person)
        assert LEVELS.index(urgency.level) >= LEVELS.index(FLAGS[flag].level)


@pytest.mark.parametrize("flag", sorted(FLAGS))
def test_a_rule_says_by_which_findings_it_holds(flag: str):
    names, person = next(ways(FLAGS[flag].when))
    fired = {rule.rule: rule for rule in triage(findings_from(names, person), KNOWLEDGE).rules}
    said, looked_at = fired[flag].because, list(findings_of(FLAGS[flag].when))
    assert names <= set(said) <= set(looked_at)
    assert len(said) == len(set(said))


def test_every_emergency_rule_is_an_emergency_even_in_a_calm_crowd(make_findings: Callable[..., Findings]):
    calm = {"feel_flicker_under_skin", "tempo_years", "course_stable", "caffeine_high"}
    for flag in FLAGS.values():
        if flag.level == "emergency":
            names, person = next(ways(flag.when))
            assert triage(findings_from(names | calm, person), KNOWLEDGE).level == "emergency", flag.id


@given(st.sets(st.sampled_from(NAMES), max_size=8), st.sampled_from(NAMES), st.floats(0, 100))
def test_one_more_finding_never_lowers_urgency(names: set[str], more: str, age: float):
    before = triage(findings_from(names, {"age_years": age}), KNOWLEDGE)
    after = triage(findings_from(names | {more}, {"age_years": age}), KNOWLEDGE)
    assert LEVELS.index(after.level) >= LEVELS.index(before.level)
    assert {rule.rule for rule in before.rules} <= {rule.rule for rule in after.rules}


@given(st.sets(st.sampled_from(NAMES), max_size=8), st.sets(st.sampled_from(NAMES), max_size=8))
def test_an_unknown_answer_never_changes_urgency(present: set[str], unknown: set[str]):
    answers = dict.fromkeys(sorted(present), Answer.PRESENT)
    more = dict.fromkeys(sorted(unknown - present), Answer.UNKNOWN) | answers
    one = triage(check_case(Case(answers=answers), KNOWLEDGE)[0], KNOWLEDGE)
    other = triage(check_case(Case(answers=more), KNOWLEDGE)[0], KNOWLEDGE)
    assert one.level == other.level
    assert one.rules == other.rules


@given(st.sets(st.sampled_from(NAMES), max_size=8), st.sets(st.sampled_from(NAMES), max_size=8))
def test_an_absent_answer_never_raises_urgency(present: set[str], absent: set[str]):
    answers = dict.fromkeys(sorted(present), Answer.PRESENT)
    less = dict.fromkeys(sorted(absent - present), Answer.ABSENT) | answers
    one = triage(check_case(Case(answers=answers), KNOWLEDGE)[0], KNOWLEDGE)
    other = triage(check_case(Case(answers=less), KNOWLEDGE)[0], KNOWLEDGE)
    assert LEVELS.index(other.level) <= LEVELS.index(one.level)


@given(st.sets(st.sampled_from(NAMES), max_size=8))
def test_a_contradicted_red_flag_still_counts(names: set[str]):
    answers = dict.fromkeys(sorted(names), Answer.PRESENT)
    clear = triage(check_case(Case(answers=answers), KNOWLEDGE)[0], KNOWLEDGE)
    from myognosis.model.case import Examination

    denied = Examination(signs=dict.fromkeys(sorted(names), Answer.ABSENT))
    both = triage(check_case(Case(answers=answers, examination=denied), KNOWLEDGE)[0], KNOWLEDGE)
    assert both.level == clear.level


def test_rules_come_in_order_of_urgency():
    for flag in FLAGS.values():
        names, person = next(ways(flag.when))
        levels = [LEVELS.index(rule.level) for rule in triage(findings_from(names, person), KNOWLEDGE).rules]
        assert levels == sorted(levels, reverse=True)


def test_nothing_said_is_no_urgency_but_nothing_is_called_harmless(knowledge: Knowledge, make_findings: Callable[..., Findings]):
    urgency = triage(make_findings(), knowledge)
    assert urgency.level == "self_care"
    assert not urgency.rules
    assert urgency.open == knowledge.content.must_ask
    assert set(urgency.not_asked) >= {*knowledge.content.must_ask, *red_flag_checklist(knowledge)[:20]}


def test_what_must_be_known_stays_open_until_it_is_answered(knowledge: Knowledge, make_findings: Callable[..., Findings]):
    names = knowledge.content.must_ask
    assert triage(make_findings(absent=names), knowledge).open == ()
    assert triage(make_findings(unknown=names), knowledge).open == names
    assert triage(make_findings(absent=names[1:]), knowledge).open == names[:1]


def test_an_unknown_warning_sign_is_named(knowledge: Knowledge, make_findings: Callable[..., Findings]):
    sign = red_flag_checklist(knowledge)[0]
    urgency = triage(make_findings(unknown=(sign,)), knowledge)
    assert urgency.unknown == (sign,)
    assert sign not in urgency.not_asked


def test_the_checklist_holds_only_what_a_person_can_answer(knowledge: Knowledge):
    names = red_flag_checklist(knowledge)
    assert len(names) == len(set(names)) > 20
    for name in names:
        assert knowledge.findings[name].ask
        assert not knowledge.is_context(name)
        assert any(name in set(findings_of(flag.when)) for flag in FLAGS.values() if flag.level == "emergency")


def test_the_checklist_begins_with_what_is_an_emergency_by_itself(knowledge: Knowledge):
    alone = {flag.when for flag in FLAGS.values() if flag.level == "emergency" and isinstance(flag.when, str)}
    names = red_flag_checklist(knowledge)
    asked = [name for name in names if name in alone]
    assert asked
    assert max(names.index(name) for name in asked) < 24
    assert {"saddle_anaesthesia", "ascending_weakness", "orthopnoea", "suicidal_thoughts"} <= set(names[:24])


def test_every_rule_has_its_guideline_and_says_what_to_do(knowledge: Knowledge):
    assert sum(flag.level == "emergency" for flag in FLAGS.values()) >= 30
    for flag in FLAGS.values():
        assert flag.source in knowledge.content.sources
        if flag.level == "emergency":
            assert flag.who in (
                "ambulance",
                "emergency_department",
                "obstetric_emergency",
                "paediatric_emergency",
                "mental_health_crisis",
                "poison_centre",
            )


def test_no_text_of_a_rule_starts_stops_or_doses_a_medicine():
    forbidden = (" mg", "milligram", "stop taking", "start taking", "take a tablet", "you have a ", "you do not have a ")
    for flag in FLAGS.values():
        text = f"{flag.do.en} {flag.why.en}".lower()
        for word in forbidden:
            assert word not in text, (flag.id, word)


def test_the_levels_are_five_and_in_order():
    assert LEVELS == ("self_care", "routine", "soon", "urgent", "emergency")
    assert {flag.level for flag in FLAGS.values()} == set(LEVELS)


def test_a_rule_that_does_not_hold_does_not_fire(make_findings: Callable[..., Findings], knowledge: Knowledge):
    found = make_findings("eyelid_twitch")
    fired = {rule.rule for rule in triage(found, knowledge).rules}
    for flag in FLAGS.values():
        assert (flag.id in fired) == holds(flag.when, found)


def test_of_two_signs_alike_the_one_in_more_emergency_rules_is_asked_first(knowledge: Knowledge):
    from myognosis.knowledge.rules import weights_of

    shares: dict[str, list[float]] = {}
    for flag in FLAGS.values():
        if flag.level == "emergency":
            for name, share in weights_of(flag.when).items():
                shares.setdefault(name, []).append(share)
    names = red_flag_checklist(knowledge)
    assert list(names) == sorted(names, key=lambda name: (-max(shares[name]), -len(shares[name]), name))


def test_what_one_calls_for_comes_first_then_the_most_specific_rule():
    names = {"ascending_weakness", "weakness", "areflexia", "tempo_acute", "fever", "confusion", "neck_stiffness", "seizure"}
    rules = triage(findings_from(names, {}), KNOWLEDGE).rules
    going = [rule.level == "emergency" and FLAGS[rule.rule].who in GOING for rule in rules]
    keys = [(-LEVELS.index(rule.level), goes, -len(rule.because)) for rule, goes in zip(rules, going, strict=True)]
    assert True in going and going[0] is False
    assert keys == sorted(keys)
    assert len({len(rule.because) for rule in rules}) > 1


def test_the_grave_warning_signs_and_what_must_be_known_are_named(knowledge: Knowledge, make_findings: Callable[..., Findings]):
    wanted = (*knowledge.content.must_ask, *grave_signs(knowledge))
    assert triage(make_findings(), knowledge).not_asked == wanted
    assert triage(make_findings(unknown=wanted), knowledge).unknown == wanted


def test_a_sign_of_small_children_is_not_said_to_be_left_open_in_an_adult(knowledge: Knowledge):
    asked = {age: triage(findings_from(set(), {"age_years": age}), knowledge).not_asked for age in (3.0, 34.0, None)}
    assert {*asked[None]} - {*asked[34.0]} == {"febrile_seizure"}
    assert "febrile_seizure" in asked[3.0]


def test_a_baby_is_not_said_to_have_left_open_what_no_baby_can_tell(knowledge: Knowledge):
    baby = triage(findings_from(set(), {"age_years": 0.1}), knowledge)
    assert not {"functional_loss", "bulbar_symptoms", "confusion", "suicidal_thoughts", "incontinence"} & {
        *baby.not_asked,
        *baby.open,
    }
    assert {"dysphagia", "dyspnoea", "fever", "awareness_lost"} <= {*baby.open}
    assert {"reduced_consciousness", "febrile_seizure", "seizure_ongoing"} & {*baby.not_asked}


OPERATED = ("thyroid_neck_surgery", "paraesthesia")


def test_tingling_after_thyroid_surgery_is_an_emergency_unless_the_operation_was_long_ago(make_findings: Callable[..., Findings]):
    assert triage(make_findings(*OPERATED, "neck_surgery_recent"), KNOWLEDGE).level == "emergency"
    assert triage(make_findings(*OPERATED), KNOWLEDGE).level == "emergency"
    assert triage(make_findings(*OPERATED, unknown=("neck_surgery_recent",)), KNOWLEDGE).level == "emergency"
    late = triage(make_findings(*OPERATED, absent=("neck_surgery_recent",)), KNOWLEDGE)
    assert late.level == "urgent"
    assert "neck_surgery_late_tingling" in {rule.rule for rule in late.rules}
    tetany = make_findings("thyroid_neck_surgery", "tetany", absent=("neck_surgery_recent",))
    assert triage(tetany, KNOWLEDGE).level == "emergency"


def test_what_may_take_an_emergency_back_is_asked_before_a_sign_completes_it(make_findings: Callable[..., Findings]):
    surgery, signs = "thyroid_neck_surgery", ("perioral_tingling", "tetany")
    assert taking_back(make_findings(surgery), signs, KNOWLEDGE) == ("neck_surgery_recent",)
    assert taking_back(make_findings(surgery, unknown=("neck_surgery_recent",)), signs, KNOWLEDGE) == ()
    assert taking_back(make_findings(surgery), (), KNOWLEDGE) == ()
    assert taking_back(make_findings(), signs, KNOWLEDGE) == ()


def test_whose_bladder_holds_is_not_asked_whether_its_trouble_is_new(make_findings: Callable[..., Findings]):
    sign = ("urinary_retention",)
    assert taking_back(make_findings("numbness"), sign, KNOWLEDGE) == ("bladder_trouble_new",)
    assert taking_back(make_findings("numbness", absent=("incontinence",)), sign, KNOWLEDGE) == ()
    assert taking_back(make_findings("numbness", "incontinence"), sign, KNOWLEDGE) == ("bladder_trouble_new",)


def test_what_one_or_two_more_answers_would_complete_is_named_each_the_least_that_does(make_findings: Callable[..., Findings]):
    numb, open_ones = make_findings("numbness"), ("sensory_level", "tempo_subacute", "urinary_retention", "rodenticide_strychnine")
    found = set(completions(numb, open_ones, KNOWLEDGE))
    assert {("rodenticide_strychnine",), ("urinary_retention",)} <= found
    assert any(set(pair) == {"sensory_level", "tempo_subacute"} for pair in found)
    assert not [pair for pair in found if len(pair) > 1 and "rodenticide_strychnine" in pair]
    assert set(completions(make_findings("sensory_level"), ("tempo_subacute",), KNOWLEDGE)) == {("tempo_subacute",)}
    assert set(completions(numb, (), KNOWLEDGE)) == set()


@pytest.mark.parametrize("medicine", ["takes_antiepileptic_other", "takes_valproate"])
def test_unsteady_on_a_medicine_against_seizures_is_sent_for_its_level_today(medicine: str, make_findings: Callable[..., Findings]):
    urgency = triage(make_findings(medicine, "ataxia", "vomiting", "diplopia"), KNOWLEDGE)
    assert (urgency.level, urgency.rules[0].rule) == ("urgent", "medicine_level_today")
    assert triage(make_findings(medicine, "ataxia", "vomiting", "drug_level_toxic"), KNOWLEDGE).level == "emergency"
    for part in ((medicine,), (medicine, "vomiting"), ("ataxia", "vomiting")):
        assert "medicine_level_today" not in {rule.rule for rule in triage(make_findings(*part), KNOWLEDGE).rules}


def test_coffee_without_a_movement_fires_no_rule_about_movement(make_findings: Callable[..., Findings]):
    def fired(*names: str) -> set[str]:
        return {rule.rule for rule in triage(make_findings(*names), KNOWLEDGE).rules}

    assert "stress_caffeine_tremor" not in fired("caffeine_high", "stress_recent", "anxiety")
    assert "stress_caffeine_tremor" not in fired("tremor")
    assert "stress_caffeine_tremor" in fired("caffeine_high", "tremor")


def test_what_to_do_says_no_later_day_than_the_level():
    said = {"emergency": ("{number}", "emergency"), "urgent": ("today", "three days"), "soon": ("week",)}
    for flag in load_knowledge().content.red_flags.values():
        assert any(word in flag.do.en for word in said.get(flag.level, ("",))), flag.id


@pytest.mark.parametrize(
    "told",
    [
        ("twisting_posture", "episodes_seconds", "many_per_day", "site_face", "one_side_only"),
        ("same_muscle_for_days", "rhythmic", "shock_like"),
        ("cirrhosis", "posture_lapse"),
        ("heat_exposure", "headache", "tachycardia", "cramp"),
        ("akathisia", "dopamine_blocker_new"),
        ("takes_opioid", "shock_like", "dehydration_state"),
    ],
)
def test_what_a_person_describes_without_its_name_is_not_put_off_for_weeks(told: tuple[str, ...]):
    findings, _ = check_case(Case(answers=dict.fromkeys(told, Answer.PRESENT)), load_knowledge())
    assert triage(findings, load_knowledge()).level in ("urgent", "emergency")


def test_lead_on_the_shooting_range_is_looked_for_in_weeks_and_with_numbness_in_days():
    assert triage(findings_from({"lead_exposure", "fasciculation"}, {}), KNOWLEDGE).level == "soon"
    assert triage(findings_from({"lead_exposure", "fasciculation", "numbness"}, {}), KNOWLEDGE).level == "urgent"


def test_a_child_whose_tics_show_at_the_eyes_is_not_sent_as_if_a_lid_had_twitched_for_months(
    make_findings: Callable[..., Findings],
):
    tics = triage(make_findings("tics_motor", "site_eyelid", "tempo_chronic"), KNOWLEDGE)
    lid = triage(make_findings("feel_flicker_under_skin", "site_eyelid", "tempo_chronic"), KNOWLEDGE)
    assert "eyelid_or_both_eyes" not in [rule.rule for rule in tics.rules]
    assert "eyelid_or_both_eyes" in [rule.rule for rule in lid.rules]


def test_a_hand_that_trembles_at_rest_with_small_writing_is_seen_in_weeks_whatever_name_the_tremor_has(
    make_findings: Callable[..., Findings],
):
    assert triage(make_findings("tremor", "present_at_rest", "micrographia"), KNOWLEDGE).level == "soon"


def test_bouts_of_hours_are_told_of_the_movement_and_make_no_seizure_an_emergency() -> None:
    told = {"seizure": Answer.PRESENT, "epilepsy_known": Answer.PRESENT, "bouts_hours": Answer.PRESENT}
    findings, _ = check_case(Case(answers=told), load_knowledge())
    assert triage(findings, load_knowledge()).level != "emergency"


def test_a_warning_sign_is_asked_though_another_answer_makes_it_needless() -> None:
    findings, _ = check_case(Case(answers={"dyspnoea": Answer.PRESENT}), KNOWLEDGE)
    assert "fatigable_weakness" in needless(findings, KNOWLEDGE)
    assert "fatigable_weakness" in one_answer_away(findings, KNOWLEDGE)


@pytest.mark.parametrize(
    "sign",
    ["ptosis", "ophthalmoplegia", "gaze_deviation", "arrhythmia", "personality_change", "bladder_trouble_new", "cognitive_decline"],
)
def test_a_sign_that_no_harmless_movement_brings_is_always_seen_by_a_doctor(sign: str, make_findings: Callable[..., Findings]):
    assert triage(make_findings("fasciculation", sign), KNOWLEDGE).level != "self_care"


def test_a_newborn_is_not_asked_at_once_what_no_newborn_can_show(make_findings: Callable[..., Findings]):
    asked = {age: one_answer_away(make_findings("shock_like", "many_per_day", age_years=age), KNOWLEDGE) for age in (0.02, 1.0)}
    lost = {"developmental_delay", "cognitive_decline"}
    assert lost <= set(asked[1.0])
    assert not lost & set(asked[0.02])
    assert "hypotonia" in asked[0.02]

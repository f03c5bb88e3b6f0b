"""The ranking: what changes it and what must not, how it is explained, and when it says that it cannot tell."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from myognosis.exchange.casefile import read_case
from myognosis.findings import check_case, find
from myognosis.knowledge import UNCLASSIFIED, Knowledge, load_knowledge
from myognosis.model.case import Answer, Case, Person
from myognosis.model.finding import Findings
from myognosis.reason import evidence as ev
from myognosis.reason import network as net
from myognosis.reason import posterior as post
from myognosis.reason.causes import Ranking, answer_fears, judge_fasciculation, rank, unexplained
from myognosis.reason.movement import recognise

KNOWLEDGE = load_knowledge()
NETWORK = net.network_of(KNOWLEDGE)
OBSERVED = sorted(n for n in KNOWLEDGE.findings if not KNOWLEDGE.is_context(n))
ANSWERS = st.dictionaries(st.sampled_from(sorted(KNOWLEDGE.findings)), st.sampled_from(list(Answer)), max_size=10)


def ranked(answers: dict[str, Answer], **person: object) -> Ranking:
    return rank(check_case(Case(person=Person(**person), answers=answers), KNOWLEDGE)[0], KNOWLEDGE)  # type: ignore[arg-type]


def yes(*names: str) -> dict[str, Answer]:
    return dict.fromkeys(names, Answer.PRESENT)


def no(*names: str) -> dict[str, Answer]:
    return dict.fromkeys(names, Answer.ABSENT)


@given(ANSWERS, st.randoms())
def test_the_order_of_answers_does_not_matter(answers: dict[str, Answer], random: object):
    items = list(answers.items())
    random.shuffle(items)  # type: ignore[attr-defined]
    one, other = ranked(answers), ranked(dict(items))
    assert one.posterior.marginal == pytest.approx(other.posterior.marginal, abs=1e-9)


@given(ANSWERS, st.sets(st.sampled_from(sorted(KNOWLEDGE.findings)), max_size=5))
def test_an_unknown_answer_changes_nothing(answers: dict[str, Answer], unknown: set[str]):
    more = dict.fromkeys(sorted(unknown), Answer.UNKNOWN) | answers
    assert ranked(answers).posterior.marginal == pytest.approx(ranked(more).posterior.marginal, abs=1e-12)


@given(ANSWERS)
def test_declining_to_answer_is_as_not_knowing(answers: dict[str, Answer]):
    swapped = {n: Answer.DECLINED if a is Answer.UNKNOWN else a for n, a in answers.items()}
    assert ranked(answers).posterior.marginal == pytest.approx(ranked(swapped).posterior.marginal, abs=1e-12)


@given(ANSWERS, st.floats(0, 110), st.sampled_from(["female", "male", "other", None]))
def test_every_probability_is_a_probability(answers: dict[str, Answer], age: float, sex: str | None):
    result = ranked(answers, age_years=age, sex=sex)
    posterior = result.posterior
    assert np.isfinite(posterior.weight).all()
    assert posterior.weight.sum() == pytest.approx(1.0)
    assert (posterior.weight >= 0).all()
    assert (posterior.marginal >= 0).all()
    assert (posterior.marginal <= 1 + 1e-9).all()
    assert 0 <= posterior.dropped <= 1
    for cause in result.causes:
        assert 0 <= cause.low <= cause.probability <= cause.high <= 1


@given(ANSWERS)
def test_no_set_is_counted_twice(answers: dict[str, Answer]):
    sets = ranked(answers).posterior.sets
    assert len({frozenset(int(c) for c in row if c >= 0) for row in sets}) == len(sets)


@given(st.sampled_from(NETWORK.causes), st.data())
def test_a_typical_present_finding_raises_its_cause(cause: str, data: st.DataObject):
    links = [link for link in KNOWLEDGE.causes[cause].findings if link.p > 5 * (KNOWLEDGE.findings[link.id].leak or 1)]
    groups = ("feature", "place", "movement")
    links = [link for link in links if KNOWLEDGE.group_of(link.id) not in groups]
    if links:
        name = data.draw(st.sampled_from([link.id for link in links]))
        row = NETWORK.row[cause]
        assert ranked(yes(name)).posterior.single[row] > ranked({}).posterior.single[row]


@given(st.sampled_from(NETWORK.causes), st.data())
def test_an_absent_expected_finding_lowers_its_cause(cause: str, data: st.DataObject):
    names = [
        link.id for link in KNOWLEDGE.causes[cause].findings if KNOWLEDGE.group_of(link.id) not in ("feature", "place", "movement")
    ]
    names = [n for n in names if NETWORK.log_inhibit[NETWORK.row[cause], NETWORK.column[n]] < -0.01]
    if names:
        name = data.draw(st.sampled_from(names))
        row = NETWORK.row[cause]
        assert ranked(no(name)).posterior.single[row] < ranked({}).posterior.single[row]


@given(st.sampled_from(NETWORK.causes), st.data())
def test_context_moves_the_odds_by_exactly_its_ratio(cause: str, data: st.DataObject):
    context = KNOWLEDGE.causes[cause].context
    if context:
        item = data.draw(st.sampled_from(context))
        found = check_case(Case(answers=yes(item.id)), KNOWLEDGE)[0]
        parts = net.prior_parts(KNOWLEDGE, cause, found)
        assert dict(parts)[item.id] == pytest.approx(np.log(item.present))
        assert NETWORK.prior_log_odds(found)[NETWORK.row[cause]] == pytest.approx(sum(part for _, part in parts))


@given(ANSWERS)
def test_evidence_adds_up_to_the_odds_of_the_cause_alone(answers: dict[str, Answer]):
    result = ranked(answers)
    posterior = result.posterior
    for cause in result.causes[:4]:
        base = KNOWLEDGE.causes[cause.cause].prior.p
        total = sum(item.decibans for item in cause.evidence) + 10 * np.log10(base / (1 - base))
        own = {item.finding for item in cause.evidence}
        features = {n for n in answers if KNOWLEDGE.group_of(n) in ("feature", "place")}
        assert not own & features, "a describing feature speaks through the description"
        assert total == pytest.approx(10 * np.log10(np.e) * posterior.single[posterior.network.row[cause.cause]], abs=1.0)


@given(ANSWERS)
def test_every_piece_of_evidence_has_a_source_and_a_trust_mark(answers: dict[str, Answer]):
    for cause in ranked(answers).causes:
        for item in cause.evidence:
            assert item.source in KNOWLEDGE.content.sources
            assert item.trust in ("read", "quoted", "remembered", "estimated")


@given(ANSWERS)
def test_what_is_not_known_was_not_answered(answers: dict[str, Answer]):
    result = ranked(answers)
    for cause in result.causes:
        for name in cause.not_known:
            assert answers.get(name, Answer.UNKNOWN) in (Answer.UNKNOWN, Answer.DECLINED)


@given(ANSWERS)
def test_a_dangerous_cause_above_the_threshold_is_always_listed(answers: dict[str, Answer]):
    result = ranked(answers)
    listed = {cause.cause for cause in result.causes}
    stated = post.scale(result.posterior.marginal, KNOWLEDGE.number("calibration_slope"), KNOWLEDGE.number("calibration_intercept"))
    for name, probability in zip(NETWORK.causes, stated, strict=True):
        if KNOWLEDGE.causes[name].dangerous and probability >= KNOWLEDGE.number("dangerous_above"):
            assert name in listed


@given(ANSWERS)
def test_causes_are_listed_by_falling_probability(answers: dict[str, Answer]):
    stated = [cause.probability for cause in ranked(answers).causes]
    assert stated == sorted(stated, reverse=True)


@given(ANSWERS)
@pytest.mark.whole
def test_the_bound_holds_against_a_longer_search(answers: dict[str, Answer]):
    from myognosis.reason import reach

    short = ranked(answers).posterior
    kept = reach._MOST_PAIRS, reach._ANCHORS, reach._COMPANIONS
    try:
        reach._MOST_PAIRS, reach._ANCHORS, reach._COMPANIONS = 40_000, 14, 24
        long = ranked(answers).posterior
    finally:
        reach._MOST_PAIRS, reach._ANCHORS, reach._COMPANIONS = kept
    seen = {frozenset(int(c) for c in row if c >= 0) for row in short.sets}
    extra = sum(w for row, w in zip(long.sets, long.weight, strict=True) if frozenset(int(c) for c in row if c >= 0) not in seen)
    assert extra <= short.dropped + 1e-9


def test_nothing_known_leaves_the_commonest_in_front_and_says_it_cannot_tell():
    result = ranked({})
    assert result.cannot_tell
    assert KNOWLEDGE.causes[result.causes[0].cause].prior.p >= 0.03


@pytest.mark.parametrize("shown", ["fasciculation", "emg_fp", "emg_neuromyotonic"])
def test_a_movement_alone_names_no_cause_that_an_examination_would_tell_from_others(shown: str):
    assert ranked(yes(shown)).cannot_tell


def test_a_movement_that_hardly_anything_else_makes_or_an_examination_beside_it_names_one():
    assert not ranked(yes("eyelid_myokymia")).cannot_tell
    assert not ranked(yes("fasciculation") | no("weakness", "atrophy")).cannot_tell


def test_the_frequency_of_a_tremor_tells_essential_from_enhanced_physiological_and_parkinsonian_from_both():
    def first(*shown: str) -> list[str]:
        return [cause.cause for cause in ranked(yes(*shown)).causes]

    fast, middle = first("postural_tremor", "tremor_fast"), first("postural_tremor", "tremor_middle")
    assert fast.index("enhanced_physiological_tremor") < fast.index("essential_tremor")
    assert middle.index("essential_tremor") < middle.index("enhanced_physiological_tremor")
    parkinson = {
        band: next(c.probability for c in ranked(yes("rest_tremor", band)).causes if c.cause == "parkinson_disease")
        for band in ("tremor_slow", "tremor_middle", "tremor_fast")
    }
    assert parkinson["tremor_middle"] > parkinson["tremor_slow"] > parkinson["tremor_fast"]


def test_a_classic_story_of_each_kind_is_told_apart():
    stories = {
        "als": yes("fasciculation", "weakness", "atrophy", "hyperreflexia", "course_progressive", "tongue_fasciculation")
        | no("numbness"),
        "parkinson_disease": yes("rest_tremor", "bradykinesia", "rigidity", "asymmetric_onset", "hyposmia"),
        "essential_tremor": yes("postural_tremor", "family_tremor", "better_alcohol", "tempo_years", "both_sides_together")
        | no("bradykinesia"),
        "hemifacial_spasm_cause": yes("hemifacial_spasm", "face_half", "persists_in_sleep"),
        "restless_legs": yes("urge_legs", "at_rest_evening", "insomnia"),
    }
    for cause, story in stories.items():
        assert ranked(story, age_years=62.0).causes[0].cause == cause


def test_two_causes_share_the_load():
    story = yes(
        "postural_tremor",
        "family_tremor",
        "better_alcohol",
        "tempo_years",
        "urge_legs",
        "at_rest_evening",
        "periodic_limb_movements",
    )
    result = ranked(story, age_years=60.0)
    first = {cause.cause: cause for cause in result.causes}
    assert first["essential_tremor"].probability > 0.4
    assert first["restless_legs"].probability > 0.4
    assert "restless_legs" in first["essential_tremor"].with_others


def test_findings_of_one_group_count_for_less_than_their_number():
    column = [n for n in NETWORK.findings if KNOWLEDGE.group_of(n) == "emg"][:4]
    index = np.array([NETWORK.column[n] for n in column], dtype=np.int64)
    one = ev._group_weights(NETWORK, index[:1], ["emg"], np.array([True]))
    four = ev._group_weights(NETWORK, index, ["emg"] * 4, np.array([True] * 4))
    assert one[0] < four.sum() < 4 * one[0]
    mixed = ev._group_weights(NETWORK, index[:2], ["emg", "emg"], np.array([True, False]))
    assert mixed == pytest.approx([one[0], one[0]])


def test_the_most_telling_finding_of_a_group_is_not_dampened_by_common_ones():
    common = ["ncs_low_cmap", "ncs_slow", "f_wave_prolonged"]
    index = np.array([NETWORK.column[n] for n in (*common, "conduction_block")], dtype=np.int64)
    alone = ev._group_weights(NETWORK, index[-1:], ["conduction"], np.array([True]))
    crowd = ev._group_weights(NETWORK, index, ["conduction"] * 4, np.array([True] * 4))
    assert crowd[-1] == alone[0]
    assert all(crowd[:-1] < alone[0])


def test_conduction_block_puts_multifocal_motor_neuropathy_before_motor_neurone_disease():
    case = Path(__file__).parents[2] / "examples" / "multifocal_motor_neuropathy.yaml"
    causes = {c.cause: c.probability for c in rank(find(read_case(case), KNOWLEDGE), KNOWLEDGE).causes}
    assert causes["mmn"] == max(causes.values())
    assert causes["mmn"] > 2 * causes["als"]


def test_the_feared_cause_is_answered_although_unlikely(make_findings: Callable[..., Findings], knowledge: Knowledge):
    found = make_findings(
        "fasciculation", "tempo_years", absent=("weakness", "atrophy", "bulbar_symptoms", "hyperreflexia"), age_years=34.0
    )
    result = rank(found, knowledge)
    fears = {fear.cause: fear for fear in answer_fears(found, result, ["als"], knowledge)}
    assert "als" in fears
    assert fears["als"].probability < 0.02
    assert "weakness" in fears["als"].against
    assert fears["als"].would_change


def test_benign_against_pathological_is_judged_only_where_fasciculation_is_possible(
    make_findings: Callable[..., Findings], knowledge: Knowledge
):
    def judged(*names: str, **more: object) -> object:
        found = make_findings(*names, **more)
        return judge_fasciculation(
            found, rank(found, knowledge), {m.movement: m.probability for m in recognise(found, knowledge)}, knowledge
        )

    calm = judged("fasciculation", "tempo_years", absent=("weakness", "atrophy"), age_years=30.0)
    grave = judged("fasciculation", "weakness", "atrophy", "hyperreflexia", "course_progressive", age_years=63.0)
    assert calm.pathological < 0.2 < 0.7 < grave.pathological  # type: ignore[attr-defined]
    assert set(calm.speaks_benign) >= {"weakness", "atrophy"}  # type: ignore[attr-defined]
    assert "weakness" in grave.speaks_pathological  # type: ignore[attr-defined]
    assert judged("rest_tremor") is None


def test_what_no_leading_cause_explains_is_named(make_findings: Callable[..., Findings], knowledge: Knowledge):
    found = make_findings("eyelid_myokymia", "lid_only", "kf_ring")
    assert "kf_ring" in unexplained(found, rank(found, knowledge), knowledge)


def test_the_unclassified_is_not_a_cause_among_the_others():
    assert UNCLASSIFIED not in NETWORK.causes
    assert UNCLASSIFIED in KNOWLEDGE.causes


@given(st.floats(1e-6, 1 - 1e-6), st.floats(0.2, 3), st.floats(-2, 2))
def test_calibration_keeps_the_order_and_can_be_the_identity(p: float, slope: float, intercept: float):
    values = np.array([p * 0.5, p])
    out = post.scale(values, slope, intercept)
    assert out[0] < out[1]
    assert post.scale(values, 1.0, 0.0) == pytest.approx(values)


@pytest.mark.parametrize(
    ("answers", "expected"),
    [(yes("rest_tremor"), "rest_tremor"), (yes("hemifacial_spasm"), "hemifacial_spasm"), (yes("urge_legs"), "urge_legs")],
)
def test_a_movement_that_was_named_is_recognised(answers: dict[str, Answer], expected: str):
    found, _ = check_case(Case(answers=answers), KNOWLEDGE)
    assert recognise(found, KNOWLEDGE)[0].movement == expected


@pytest.mark.parametrize(
    ("features", "expected"),
    [
        (("feel_flicker_under_skin", "site_calf", "present_at_rest"), "fasciculation"),
        (("painful_contraction", "hard_knotted_muscle", "relieved_by_stretch", "site_calf"), "cramp"),
        (("lid_only", "site_eyelid"), "eyelid_myokymia"),
        (("urge_before", "suppressible", "relief_after"), "tics_motor"),
        (("face_half", "one_side_only", "site_face"), "hemifacial_spasm"),
        (("at_sleep_onset", "shock_like", "both_sides_together"), "hypnic_jerk"),
        (("posture_lapse", "present_with_posture"), "asterixis"),
        (("slow_release_grip", "warm_up"), "myotonia"),
    ],
)  # fmt: skip
def test_a_description_without_the_word_is_recognised(features: tuple[str, ...], expected: str):
    found, _ = check_case(Case(answers=yes(*features)), KNOWLEDGE)
    assert recognise(found, KNOWLEDGE)[0].movement == expected


@given(ANSWERS)
def test_movement_probabilities_are_at_most_one_in_all(answers: dict[str, Answer]):
    found, _ = check_case(Case(answers=answers), KNOWLEDGE)
    total = sum(m.probability for m in recognise(found, KNOWLEDGE))
    assert 0 <= total <= 1 + 1e-9


@given(
    ANSWERS,
    st.one_of(st.none(), st.floats(0, 110)),
    st.sampled_from(["female", "male", None]),
    st.sampled_from(["self_check", "neurology_clinic"]),
)
def test_the_prior_of_all_causes_at_once_is_the_prior_of_each(
    answers: dict[str, Answer], age: float | None, sex: str | None, setting: str
):
    person = Person(age_years=age, sex=sex, setting=setting)  # type: ignore[arg-type]
    found, _ = check_case(Case(person=person, answers=answers), KNOWLEDGE)
    each = [NETWORK.prior_of(name, found) for name in NETWORK.causes]
    assert NETWORK.prior_log_odds(found) == pytest.approx(each)


def test_the_age_bands_of_a_cause_do_not_overlap():
    for cause in KNOWLEDGE.causes.values():
        bands = sorted((band.from_, band.to) for band in cause.age)
        assert all(first[1] <= second[0] for first, second in pairwise(bands)), cause.id


@pytest.mark.parametrize(
    ("answers", "cause"),
    [
        (("palatal_tremor",), "palatal_tremor_cause"),
        (("orthostatic_tremor_sign",), "orthostatic_tremor"),
        (("oculogyric_crisis",), "acute_dystonic_reaction"),
        (("diaphragm_jerk",), "persistent_hiccup"),
        (("ascending_weakness", "areflexia"), "guillain_barre"),
        (("tongue_wasting", "fasciculation", "bulbar_symptoms"), "als"),
    ],
)
def test_a_specific_form_leads_to_the_cause_that_makes_it_and_not_to_one_of_common_forms(answers: tuple[str, ...], cause: str):
    assert ranked(yes(*answers)).causes[0].cause == cause

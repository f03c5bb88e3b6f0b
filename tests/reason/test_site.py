"""Where it arises: single nerves one by one against the motor cells, a root and one nerve alone."""

from pathlib import Path

import pytest

from myognosis.exchange.casefile import read_case
from myognosis.findings import check_case
from myognosis.knowledge import load_knowledge
from myognosis.model.case import Case, Complaint, Examination, Person, Power, Reflex, Sensation
from myognosis.model.finding import Findings
from myognosis.reason.causes import rank
from myognosis.reason.site import localise

KNOWLEDGE = load_knowledge()
EXAMPLES = Path(__file__).parents[2] / "examples"


def examined(
    power: dict[str, float], reflexes: dict[str, int], numb: dict[str, str], age: float = 45, block: bool = False
) -> Findings:
    """A man with these muscles, reflexes and areas, each 'place side'."""
    exam = Examination(
        power=tuple(Power(muscle=k.split()[0], side=k.split()[1], mrc=v) for k, v in power.items()),  # type: ignore[arg-type]
        reflexes=tuple(Reflex(reflex=k.split()[0], side=k.split()[1], grade=v) for k, v in reflexes.items()),  # type: ignore[arg-type]
        sensation=tuple(Sensation(area=k.split()[0], side=k.split()[1], state=v) for k, v in numb.items()),  # type: ignore[arg-type]
    )
    person = Person(age_years=age, sex="male", setting="neurology_clinic")
    answers = {"fasciculation": "present"} | ({"conduction_block": "present"} if block else {})
    case = Case.model_validate({"answers": answers}, strict=False)
    story = Complaint(onset="gradual", course="progressive")
    return check_case(case.model_copy(update={"person": person, "complaint": story, "examination": exam}), KNOWLEDGE)[0]


HANDS = {
    "extensor_digitorum right": 3.0, "abductor_digiti_minimi left": 3.0, "first_dorsal_interosseous left": 3.0,
    "abductor_pollicis_brevis left": 5.0, "deltoid right": 5.0, "biceps_brachii right": 5.0, "quadriceps left": 5.0,
    "abductor_digiti_minimi right": 5.0,
}  # fmt: skip
FEELS = {"median left": "normal", "ulnar left": "normal", "radial right": "normal"}
FLAIL = {
    f"{muscle} {side}": 3.0
    for muscle in ("deltoid", "biceps_brachii", "triceps_brachii", "supraspinatus")
    for side in ("left", "right")
} | {"first_dorsal_interosseous left": 4.0, "abductor_pollicis_brevis left": 4.0, "quadriceps left": 5.0}


def test_uneven_weakness_of_named_nerves_with_block_is_several_nerves_and_multifocal_motor_neuropathy():
    findings = examined(HANDS, {"triceps right": 1, "biceps left": 2}, FEELS, block=True)
    assert localise(findings, {}, KNOWLEDGE)[0].site == "several_nerves"
    assert rank(findings, KNOWLEDGE).causes[0].cause == "mmn"


@pytest.mark.parametrize("knee", [2, 3])
def test_a_flail_arm_is_not_called_multifocal_motor_neuropathy(knee: int):
    findings = examined(FLAIL, {"biceps left": 1, "triceps left": 1, "knee left": knee, "ankle left": 2}, FEELS, age=62)
    assert localise(findings, {}, KNOWLEDGE)[0].site == "anterior_horn"
    first = [cause.cause for cause in rank(findings, KNOWLEDGE).causes[:3]]
    assert "mmn" not in first
    assert {"als", "progressive_muscular_atrophy"} & set(first)


def test_one_nerve_alone_stays_one_nerve():
    power = {"abductor_digiti_minimi left": 3.0, "first_dorsal_interosseous left": 3.0, "abductor_pollicis_brevis left": 5.0}
    assert localise(examined(power, {}, {"ulnar left": "reduced"}), {}, KNOWLEDGE)[0].site == "nerve:ulnar:left"


def test_two_numb_weak_nerves_far_apart_are_several_nerves():
    power = {"tibialis_anterior left": 2.0, "extensor_digitorum right": 3.0, "quadriceps left": 5.0}
    findings = examined(power, {}, {"common_peroneal left": "reduced", "radial right": "reduced"})
    assert localise(findings, {}, KNOWLEDGE)[0].site == "several_nerves"


def test_the_published_case_of_blocked_nerves_arises_in_several_nerves():
    findings = check_case(read_case(EXAMPLES / "multifocal_motor_neuropathy.yaml"), KNOWLEDGE)[0]
    assert localise(findings, {}, KNOWLEDGE)[0].site == "several_nerves"
    assert rank(findings, KNOWLEDGE).causes[0].cause == "mmn"


@pytest.mark.parametrize("side", ["left", "right"])
def test_a_block_speaks_for_the_nerve_and_side_in_which_it_was_measured(side: str):
    """The median nerve is ill more often, but nothing speaks for it where the ulnar nerve is blocked."""
    row = {"nerve": "ulnar", "side": side, "kind": "motor", "segment": "forearm", "latency_ms": 2.8, "amplitude_mv": 9,
           "duration_ms": 6, "area_mv_ms": 30,
           "proximal": {"distance_mm": 230, "latency_ms": 6.8, "amplitude_mv": 4, "duration_ms": 6, "area_mv_ms": 12}}  # fmt: skip
    person = {"age_years": 40, "sex": "female", "setting": "neurology_clinic"}
    findings = check_case(Case.model_validate({"person": person, "conduction": [row]}, strict=False), KNOWLEDGE)[0]
    assert findings.present("conduction_block")
    sites = {result.site: result.probability for result in localise(findings, {}, KNOWLEDGE)}
    nerves = [site for site in sites if site.startswith("nerve:")]
    assert nerves[0] == f"nerve:ulnar:{side}"
    assert all(sites[other] < 0.2 * sites[nerves[0]] for other in nerves[1:])


@pytest.mark.parametrize(
    ("told", "site"),
    [
        ({"sciatica", "urinary_retention", "saddle_anaesthesia", "thigh_calf_fasciculation", "low_back_pain"}, "root"),
        ({"spinal_myoclonus", "rhythmic", "persists_in_sleep", "mri_cord_lesion", "sensory_level"}, "cord"),
        ({"hemifacial_spasm", "face_half", "one_side_only", "facial_weakness", "tempo_years"}, "nerve"),
        ({"tetany", "perioral_tingling", "with_hyperventilation", "paraesthesia"}, "systemic"),
        ({"rest_tremor", "bradykinesia", "asymmetric_onset"}, "basal_ganglia"),
        ({"eyelid_twitch", "lid_only"}, "nerve"),
    ],
)
def test_without_a_sign_that_has_a_place_the_site_is_where_the_likely_causes_arise(told: set[str], site: str):
    """And no root, nerve or side is named: nothing was told that could part them."""
    found = check_case(Case.model_validate({"answers": dict.fromkeys(told, "present")}, strict=False), KNOWLEDGE)[0]
    sites = localise(found, rank(found, KNOWLEDGE).arises, KNOWLEDGE)
    assert sites[0].site == site
    assert not any(":" in result.site for result in sites)


def test_where_no_cause_can_be_told_no_site_is_named():
    found = check_case(Case.model_validate({"answers": {"tremor": "present"}}, strict=False), KNOWLEDGE)[0]
    assert rank(found, KNOWLEDGE).cannot_tell
    assert localise(found, rank(found, KNOWLEDGE).arises, KNOWLEDGE) == ()

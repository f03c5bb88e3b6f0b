"""Two causes at once: where one alone does not explain what was told, the report names both, each beside the other."""

import datetime as dt

import pytest

from myognosis.assessing import assess
from myognosis.findings import find
from myognosis.knowledge import load_knowledge
from myognosis.model.case import Answer, Case, Lab, Medicine, Person
from myognosis.report.build import build_page
from myognosis.report.terminal import render_terminal

KNOWLEDGE = load_knowledge()
LOW_CALCIUM_ON_A_STATIN = Case(
    person=Person(age_years=64, sex="female", setting="general_practice"),
    medicines=(Medicine(name="simvastatin"),),
    labs=(Lab(analyte="calcium", value=1.7, unit="mmol/L"), Lab(analyte="ck", value=1500, unit="U/L")),
    answers=dict.fromkeys(
        ("myalgia", "proximal_weakness", "tetany", "perioral_tingling", "malabsorption_bariatric"), Answer.PRESENT
    ),
)
AN_INHALER_ON_ESSENTIAL_TREMOR = Case(
    person=Person(age_years=66, sex="male", setting="general_practice"),
    medicines=(Medicine(name="salbutamol"),),
    answers=dict.fromkeys(
        (
            "postural_tremor",
            "action_tremor",
            "family_tremor",
            "better_alcohol",
            "tempo_years",
            "palpitations",
            "tachycardia",
            "copd_asthma",
        ),
        Answer.PRESENT,
    )
    | dict.fromkeys(("rest_tremor", "bradykinesia"), Answer.ABSENT),
)
A_ROOT_IN_THE_NECK_BESIDE_HARMLESS_TWITCHES = Case(
    person=Person(age_years=45, sex="male", setting="neurology_clinic"),
    answers=dict.fromkeys(
        (
            "fasciculation", "wandering_sites", "thigh_calf_fasciculation", "eyelid_twitch", "persistence_1y", "health_worry_mnd",
            "arm_radiating_pain", "neck_pain", "dermatomal_loss", "focal_weakness", "mri_root_compression",
        ),
        Answer.PRESENT,
    ),
)  # fmt: skip


@pytest.mark.parametrize(
    ("case", "both"),
    [
        (LOW_CALCIUM_ON_A_STATIN, ("hypocalcaemia_cause", "statin_muscle")),
        (AN_INHALER_ON_ESSENTIAL_TREMOR, ("essential_tremor", "drug_beta_agonist")),
        (A_ROOT_IN_THE_NECK_BESIDE_HARMLESS_TWITCHES, ("cervical_radiculopathy", "benign_fasciculation_syndrome")),
    ],
)
def test_both_causes_are_among_the_first_and_name_each_other(case: Case, both: tuple[str, str]):
    result = assess(case, KNOWLEDGE)
    first = {cause.cause: cause for cause in result.causes[:3]}
    assert set(both) <= set(first)
    one, other = both
    assert other in first[one].with_others
    assert one in first[other].with_others


def test_each_of_two_causes_has_its_own_frequency_and_the_text_says_that_both_may_be_at_work():
    case = A_ROOT_IN_THE_NECK_BESIDE_HARMLESS_TWITCHES
    result = assess(case, KNOWLEDGE)
    assert sum(cause.probability for cause in result.causes[:2]) > 1, "they do not exclude each other"
    page = build_page(result, case, find(case, KNOWLEDGE), KNOWLEDGE, "en", today=dt.date(2026, 11, 28))
    assert page.causes[0].companions == (page.causes[1].name,)
    text = " ".join(render_terminal(page).split())
    assert f"Perhaps both at once, together with: {page.causes[1].name}" in text

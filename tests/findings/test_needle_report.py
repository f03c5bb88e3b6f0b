"""A paper report of needle EMG becomes findings; a decrement counts at the rate that its limit is for."""

import pytest

from myognosis.findings import check_case
from myognosis.knowledge import Knowledge
from myognosis.model.case import Case, Conduction, NeedleMuscle
from myognosis.model.finding import Findings

HEALTHY = {"fibrillation": 0, "fasciculation": "none", "units": "normal", "recruitment": "normal"}
SICK = {"fibrillation": 2, "fasciculation": "complex", "units": "large", "recruitment": "reduced"}


def muscle(name: str, **more: object) -> NeedleMuscle:
    return NeedleMuscle.model_validate({"muscle": name, "side": "left", **more})


def read(knowledge: Knowledge, *rows: NeedleMuscle) -> Findings:
    return check_case(Case(needle=rows), knowledge)[0]


def healthy(*names: str, **more: object) -> list[NeedleMuscle]:
    return [muscle(name, **HEALTHY | more) for name in names]


def test_one_muscle_is_enough_for_a_yes(knowledge: Knowledge):
    found = read(knowledge, muscle("deltoid", **SICK), *healthy("vastus_lateralis", "tibialis_anterior"))
    assert all(found.present(name) for name in ("emg_fib", "emg_fp", "emg_chronic_neurogenic"))
    assert found.absent("emg_normal")
    assert found.provenance["emg_fib"][0].path == "$.needle[0]"
    assert not found.asked("emg_widespread_denervation")


def test_a_no_needs_several_muscles_examined_for_it(knowledge: Knowledge):
    assert read(knowledge, *healthy("deltoid", "tongue")).states == {}
    found = read(knowledge, *healthy("deltoid", "tongue", "tibialis_anterior"))
    assert found.present("emg_normal")
    assert all(found.absent(name) for name in ("emg_fib", "emg_fp", "emg_chronic_neurogenic", "emg_myopathic"))
    at_rest_only = [muscle(name, fibrillation=0) for name in ("deltoid", "tongue", "tibialis_anterior")]
    found = read(knowledge, *at_rest_only)
    assert found.absent("emg_fib")
    assert not any(found.asked(name) for name in ("emg_fp", "emg_chronic_neurogenic", "emg_normal"))


def test_a_study_with_fasciculations_alone_is_normal_apart_from_them(knowledge: Knowledge):
    found = read(knowledge, *healthy("deltoid", "tongue", "tibialis_anterior", fasciculation="simple"))
    assert found.present("emg_fp")
    assert found.present("emg_normal")


@pytest.mark.parametrize(
    ("given", "neurogenic", "myopathic"),
    [
        ({"units": "large"}, True, False),
        ({"units": "large", "recruitment": "early"}, False, False),
        ({"recruitment": "reduced"}, False, False),
        ({"units": "small"}, False, False),
        ({"units": "small", "recruitment": "early"}, False, True),
    ],
)
def test_size_and_recruitment_are_read_together(knowledge: Knowledge, given: dict[str, str], neurogenic: bool, myopathic: bool):
    found = read(knowledge, muscle("deltoid", **given))
    assert (found.present("emg_chronic_neurogenic"), found.present("emg_myopathic")) == (neurogenic, myopathic)
    assert found.absent("emg_normal")


def test_widespread_needs_active_and_chronic_change_in_the_same_muscles_of_three_regions(knowledge: Knowledge):
    arm, leg, tongue = ("deltoid", "first_dorsal_interosseous"), ("vastus_lateralis", "tibialis_anterior"), ("tongue",)
    whole = [muscle(name, **SICK) for name in (*arm, *leg, *tongue)]
    assert read(knowledge, *whole).present("emg_widespread_denervation")
    assert not read(knowledge, *whole[1:]).present("emg_widespread_denervation")
    chronic_only = [row.model_copy(update={"fibrillation": 0}) for row in whole]
    assert not read(knowledge, *chronic_only).present("emg_widespread_denervation")
    twice = [muscle("deltoid", **SICK), NeedleMuscle.model_validate({"muscle": "deltoid", "side": "right", **SICK}), *whole[2:]]
    assert not read(knowledge, *twice).present("emg_widespread_denervation"), "one muscle of both sides is one muscle"


def test_discharges_and_paraspinals_have_findings_of_their_own(knowledge: Knowledge):
    found = read(knowledge, muscle("paraspinals_lumbar", fibrillation=1, discharges=("myokymic", "cramp")))
    assert {"emg_fib", "emg_paraspinal_denervation", "emg_myokymic", "emg_cramp_discharge"} <= set(found.all_present())


def test_a_muscle_that_we_do_not_know_is_refused_by_name(knowledge: Knowledge):
    _, issues = check_case(Case(needle=(muscle("deltiod"),)), knowledge)
    assert [(issue.where, issue.level.value) for issue in issues] == [("$.needle[0].muscle", "refuse")]
    assert "deltoid" in str(issues[0].fix)
    _, issues = check_case(
        Case(needle=(muscle("передній великогомілковий м'яз"), muscle("Передняя большеберцовая мышца"))), knowledge
    )
    assert all("'tibialis_anterior'" in str(issue.fix) for issue in issues)


def train(**more: object) -> Conduction:
    return Conduction.model_validate({"nerve": "facial", "side": "left", "kind": "repetitive", **more})


def decrement(knowledge: Knowledge, *rows: Conduction) -> str | None:
    return check_case(Case(conduction=rows), knowledge)[0].states.get("rns_decrement")


def test_a_decrement_counts_at_the_slow_rates_that_the_limit_is_for(knowledge: Knowledge):
    assert decrement(knowledge, train(decrement_percent=18, rate_hz=3)) == "present"
    assert decrement(knowledge, train(decrement_percent=18)) == "present", "a report that says no rate is believed"
    assert decrement(knowledge, train(decrement_percent=18, rate_hz=30)) is None
    assert decrement(knowledge, train(decrement_percent=4, rate_hz=3)) == "absent"


def test_what_effort_has_mended_for_a_moment_is_no_no(knowledge: Knowledge):
    assert decrement(knowledge, train(decrement_percent=4, rate_hz=3, exercise="just_after")) is None
    assert decrement(knowledge, train(decrement_percent=4, rate_hz=3, exercise="minutes_after")) == "absent"
    rows = train(decrement_percent=3, rate_hz=3, exercise="just_after"), train(decrement_percent=15, rate_hz=3, exercise="before")
    assert decrement(knowledge, *rows) == decrement(knowledge, *rows[::-1]) == "present"

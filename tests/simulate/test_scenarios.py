"""Scenarios are data: sourced, in three languages, and refused with a mend where something is wrong."""

from dataclasses import fields

import pytest

from myognosis.faults import ScenarioError
from myognosis.language import say
from myognosis.simulate.scenarios import Timeline, load_scenario, parse_scenario, scenario_names
from myognosis.simulate.settings import Settings, catalogue, check_values, sources

GOOD = """
id: mine
names: {en: Mine, uk: Мій, ru: Мой}
about: {en: Mine, uk: Мій, ru: Мой}
duration_s: 10
electrode: bipolar
parameters:
  tremor.frequency_hz: {value: 5, source: estimate, trust: estimated}
phases:
  - {label: rest, share: 0.5}
  - {label: posture, share: 0.5, changes: {drive.effort: {value: 0.2, source: choice, trust: estimated}}}
"""


def faults(text: str) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        parse_scenario(text, "mine.yaml")
    return [str(issue) for issue in caught.value.issues]


def test_the_catalogue_and_the_groups_name_the_same_parameters():
    groups = {f"{group.name}.{field.name}" for group in fields(Settings) for field in fields(group.type)}
    assert groups == set(catalogue())


def test_every_usual_value_is_within_its_range_and_has_a_source():
    for name, parameter in catalogue().items():
        assert parameter.low <= parameter.value <= parameter.high, name
        assert parameter.source in sources(), name


@pytest.mark.parametrize("name", scenario_names())
def test_every_scenario_is_sound_and_named_after_its_file(name: str):
    assert load_scenario(name).id == name


def test_phases_keep_their_shares_whatever_the_duration():
    line = Timeline.of(parse_scenario(GOOD, "mine.yaml"), 40.0)
    assert line.edges_s == (0.0, 20.0, 40.0)
    assert list(line.course("drive.effort", 0.0, __import__("numpy").array([1.0, 19.9, 20.1, 40.0]))) == [0.0, 0.0, 0.2, 0.2]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("electrode:", "electrod:", "Did you mean 'electrode'?"),
        ("tremor.frequency_hz:", "tremor.frequence_hz:", "Did you mean 'tremor.frequency_hz'?"),
        ("value: 5", "value: 500", "Give 0.5 to 30 Hz."),
        ("source: estimate", "source: estimated", "Did you mean 'estimate'?"),
        ("value: 0.2", "value: 2", "Give 0 to 1."),
        ("source: choice", "source: chice", "Did you mean 'choice'?"),
        ("drive.effort: {value: 0.2", "pool.units: {value: 3", "stays the same"),
        ("share: 0.5}", "share: 0.4}", "do not sum to 1"),
        ("value: 5", "value: .nan", "finite"),
        ("id: mine", "id: &x mine", "anchors"),
        ("id: mine", "id: [mine", "no YAML"),
        ("trust: estimated", "trust: sure", "'read', 'quoted'"),
        ("phases:", "shows: [{kind: tremor, phase: postur}]\nphases:", "Did you mean 'posture'?"),
        ("phases:", "shows: [{kind: tremors}]\nphases:", "$.shows.0.kind: This cannot stand here"),
    ],
)
def test_a_fault_is_refused_with_its_mend(old: str, new: str, said: str):
    assert any(said in fault for fault in faults(GOOD.replace(old, new)))


def test_all_faults_are_told_at_once():
    text = GOOD.replace("value: 5", "value: 500").replace("drive.effort", "drive.efort")
    assert len(faults(text)) == 2


def test_numbers_are_judged_in_a_file_whose_form_is_wrong_too_and_a_list_with_faulty_parts_is_not_called_empty():
    wrong = GOOD.replace("value: 5", "value: 500").replace("electrode:", "electrod:").replace("value: 0.2", "value: null")
    told = faults(wrong)
    assert len(told) == 4, told
    for said in ("Did you mean 'electrode'?", "This is missing", "Give 0.5 to 30 Hz.", "phases.1.changes.drive.effort.value"):
        assert any(said in fault for fault in told), said


def test_what_is_allowed_is_said_with_the_unit_of_the_language():
    for name, parameter in catalogue().items():
        [issue] = check_values({name: parameter.high + 1e6}, "mine.yaml")
        assert (parameter.unit == "1") == ("{unit}" not in issue.fix.template), name
    [issue] = check_values({"state.calcium_mmol_l": -3.0}, "mine.yaml")
    assert [say(issue.fix, language) for language in ("en", "uk")] == ["Give 0.3 to 2.5 mmol/L.", "Вкажіть від 0,3 до 2,5 ммоль/л."]


def test_an_unknown_scenario_is_refused_with_the_near_miss():
    with pytest.raises(ScenarioError, match="Did you mean 'parkinson_tremor'"):
        load_scenario("parkinsons_tremor")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"pool.units": 10.5}, "whole number"),
        ({"force.fastest_ms": 100.0, "force.slowest_ms": 50.0}, "slower than the slowest"),
        ({"pool.peak_rate_drop_hz": 34.0}, "highest rate"),
        ({"device.low_pass_hz": 1500.0}, "does not fit"),
        ({"muscle.fibres": 20.0}, "fewer fibres"),
        ({"stimulus.distance_mm": 900.0}, "beyond the nerve"),
        ({"state.temperature_c": 60.0}, "Give 15 to 42 °C"),
    ],
)
def test_impossible_numbers_and_contradictions_are_refused(changes: dict[str, float], said: str):
    with pytest.raises(ScenarioError, match=said):
        Settings.of(changes)

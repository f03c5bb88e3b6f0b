"""What happens in the nerve, in the browser: lists that the server answers, data for the sliders, a page for each cause."""

import re

import pytest

from myognosis.language import LANGUAGES
from myognosis.simulate.mechanism import load_shown

from .conftest import Reader, fields


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_answers_without_a_script_in_every_language(reader: Reader, language: str):
    reader.post("/language", {"to_language": language})
    page = reader.get("/why?calcium_mm=0.7&potassium_mm=4.2")
    assert page.status_code == 200 and f'lang="{language}"' in page.text
    chosen = re.findall(r'<option value="([\d.]+)" selected', page.text)
    assert chosen == ["0.7", "0.55", "4.2", "33"]
    assert page.text.count("axon-spike") == 3 and page.text.count("M") > 30


def test_both_units_and_the_total_stand_at_the_steps(reader: Reader):
    assert "0.70 mmol/L, 2.8 mg/dL (total about 1.4 mmol/L, 5.6 mg/dL)" in reader.get("/why").text


def test_a_value_that_is_an_emergency_in_a_person_says_so_even_where_the_axon_is_silent(reader: Reader):
    options = re.findall(r'<option value="([\d.]+)"[^>]*>([^<]*)</option>', reader.get("/why").text)
    grave = [value for value, label in options if "in a person an emergency" in label]
    assert grave == ["0.6", "0.7", "0.8", "0.2", "8.5"]


def test_what_is_no_number_changes_nothing(reader: Reader):
    strange = reader.get("/why?calcium_mm=%3Cscript%3E&potassium_mm=nan&temperature_c=1e400&other=1")
    assert strange.status_code == 200
    assert re.findall(r'<option value="([\d.]+)" selected', strange.text) == ["1.2", "0.55", "4.2", "33"]


def test_the_script_gets_every_point_in_the_readers_language(reader: Reader):
    reader.post("/language", {"to_language": "uk"})
    data = reader.get("/why/grid.json").json()
    grid = load_shown().grid
    assert data["sizes"] == [len(row) for row in grid.steps] and len(data["points"]) == len(grid.points)
    assert all(pattern in data["meanings"] and told for pattern, told, _ in data["points"])
    often = [name for (name, *_), point in zip(data["points"], grid.points, strict=True) if point.per_min > 60]
    assert {"often", "doublets", "bursts"} <= set(often) and "isolated" not in often  # eight a second are not "now and then"
    at = grid.points.index(grid.nearest({})[1])
    assert data["points"][at][1].startswith("мовчить")


def test_every_cause_with_a_mechanism_has_a_page_and_others_have_none(reader: Reader):
    page = reader.get("/why/hypocalcaemia_cause")
    assert "Hypocalcaemia" in page.text and "now: ambulance or emergency department" in page.text
    assert '<option value="0.7" selected' in page.text
    tremor = reader.get("/why/essential_tremor")
    assert tremor.status_code == 200 and "axon-spike" not in tremor.text
    assert reader.get("/why/no_such_cause").status_code == 404


def test_how_soon_to_be_seen_is_said_without_a_date_that_the_page_does_not_have(reader: Reader):
    page = reader.get("/why/benign_fasciculation").text
    assert "No appointment needed now" in page and "date below" not in page


def test_where_the_sliders_do_not_hold_what_was_changed_the_page_says_so(reader: Reader):
    said = "What is changed above is something else"
    assert said in reader.get("/why/als").text and said not in reader.get("/why/hypocalcaemia_cause").text


def test_what_most_twitches_come_from_stands_before_what_is_rare_and_grave(reader: Reader):
    page = reader.get("/why").text
    assert page.index("A lively end branch") < page.index("A damaged insulation") < page.index("An ailing motor nerve cell")


def test_it_is_found_from_the_first_page(reader: Reader):
    assert 'href="/why"' in reader.get("/").text


@pytest.mark.parametrize("path", ["/why", "/why/hypocalcaemia_cause"])
def test_another_language_keeps_what_was_set_without_a_script(reader: Reader, path: str):
    page = reader.get(f"{path}?calcium_mm=0.9&potassium_mm=6")
    form = fields(page.text) | {"to_language": "uk", "magnesium_mm": "0.35"}
    assert re.search(r'<button form="page" name="to_language" value="uk"', page.text)
    again = reader.ask("GET", path, params=form)
    assert 'lang="uk"' in again.text and again.url.path == path and "to_language" not in str(again.url)
    before = re.findall(r'<option value="([\d.]+)" selected', page.text)
    after = re.findall(r'<option value="([\d.]+)" selected', again.text)
    assert [after[0], after[2], after[3]] == [before[0], before[2], before[3]] and after[1] == "0.35"
    assert 'lang="uk"' in reader.get("/").text


def test_a_language_chosen_beside_a_form_leads_back_to_what_was_asked_for(reader: Reader):
    assert 'name="back" value="/help?a=1&amp;b=2"' in reader.get("/help?a=1&b=2").text

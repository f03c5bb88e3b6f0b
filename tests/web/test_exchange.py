"""A case goes out to other programs and comes in from theirs, and what either way is lost stands on the page."""

import json
import re

import pytest
from fastapi import FastAPI

from myognosis.exchange.casefile import read_case
from myognosis.language import catalogue
from myognosis.model.case import Answer, Case, Exposure, Lab, Medicine, Person

from .conftest import Reader

pytest.importorskip("fhir.resources")
CASE = Case(
    person=Person(age_years=44, sex="male", height_cm=180),
    answers={"tremor": Answer.PRESENT, "weakness": Answer.DECLINED, "worse_with_caffeine": Answer.PRESENT},
    medicines=(Medicine(name="salbutamol"),),
    labs=(Lab(analyte="potassium", value=4.1, unit="mmol/L"),),
    exposures=(Exposure(what="caffeine", value=300, unit="mg/d"),),
)


def keep(app: FastAPI, case: Case) -> str:
    return f"/case/{app.state.desk.shelf.new(case).id}"


def brought(app: FastAPI, reader: Reader, text: str) -> tuple[Case, str]:
    page = reader.post("/open", files={"file": ("x.json", text.encode())})
    assert page.status_code == 200
    return app.state.desk.shelf.load(page.url.path.split("/")[2]).case, page.text


def test_the_result_leads_to_both_formats(app: FastAPI, reader: Reader):
    case = keep(app, CASE)
    for view in ("result", "clinician", "bench"):
        assert f'href="{case}/exchange"' in reader.get(f"{case}/{view}").text
    page = reader.get(f"{case}/exchange").text
    assert f'href="{case}/phenopacket.json"' in page
    assert f'href="{case}/fhir.json"' in page


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Weakness", "rather not say", "Medicines", "Laboratory values", "Height")),
        ("uk", ("Ліки", "Результати аналізів", "Зріст")),
        ("ru", ("Лекарства", "Результаты анализов", "Рост")),
    ],
)
def test_what_a_phenopacket_cannot_hold_stands_on_the_page(app: FastAPI, reader: Reader, language: str, words: tuple[str, ...]):
    case = keep(app, CASE)
    reader.post("/language", {"to_language": language})
    page = reader.get(f"{case}/exchange").text
    packet = page.split("h-packet")[2].split("</section>")[0]
    assert all(word.casefold() in packet.casefold() for word in words)
    assert "$." not in page
    assert app.state.desk.shelf.all()[0].case.self_tests == {}
    assert catalogue(language).gettext("Self tests") not in page  # type: ignore[arg-type]


def test_a_bundle_taken_away_is_opened_as_the_same_case(app: FastAPI, reader: Reader):
    for case in (CASE, read_case("examples/demo.yaml").model_copy(update={"unmapped": ()})):
        bundle = reader.get(f"{keep(app, case)}/fhir.json")
        assert bundle.headers["content-type"] == "application/fhir+json"
        assert any(row["resource"]["resourceType"] == "RiskAssessment" for row in bundle.json()["entry"])
        assert brought(app, reader, bundle.text)[0] == case


def test_a_packet_taken_away_is_opened_with_what_it_holds(app: FastAPI, reader: Reader):
    packet = reader.get(f"{keep(app, CASE)}/phenopacket.json")
    assert packet.json()["metaData"]["phenopacketSchemaVersion"] == "2.0"
    case, _ = brought(app, reader, packet.text)
    assert case.answers == {"tremor": Answer.PRESENT}
    assert (case.person.age_years, case.person.sex) == (44, "male")


def test_what_of_a_foreign_file_was_not_taken_is_said_and_harmless(app: FastAPI, reader: Reader):
    packet = {
        "subject": {"sex": "FEMALE"},
        "phenotypicFeatures": [{"type": {"id": "HP:0001337"}}, {"type": {"id": "HP:0999999", "label": "<b>Odd</b>"}}],
        "medicalActions": [{"treatment": {}}],
    }
    _, page = brought(app, reader, json.dumps(packet))
    assert "not all of it" in page
    assert "&lt;b&gt;Odd" in page and "<b>Odd" not in page
    assert "medicalActions: this part" in page
    code = {"coding": [{"system": "http://loinc.org", "code": "0000-0", "display": "Unheard of"}]}
    odd = {"resourceType": "Observation", "status": "final", "code": code, "valueQuantity": {"value": 1, "unit": "g"}}
    _, page = brought(app, reader, json.dumps({"resourceType": "Bundle", "type": "collection", "entry": [{"resource": odd}]}))
    assert "Observation Unheard of" in page
    assert re.search(r'<a class="go" href="/case/[0-9a-f]{16}">', page)


def test_a_file_that_is_no_bundle_is_refused_on_the_first_page(reader: Reader):
    page = reader.post("/open", files={"file": ("x.json", b'{"resourceType": "Patient"}')})
    assert page.status_code == 422
    assert page.url.path == "/"
    assert "not a Bundle of FHIR R4B" in page.text


@pytest.mark.whole
def test_json_may_be_as_large_as_a_hospital_writes_it_and_yaml_not(app: FastAPI, reader: Reader):
    filler = [{"resource": {"resourceType": "Patient"}}] * 9000
    large = json.dumps({"resourceType": "Bundle", "type": "collection", "entry": filler})
    assert len(large) > app.state.desk.settings.body_limit
    assert brought(app, reader, large)[0] == Case()
    assert reader.post("/open", files={"file": ("x", b"a: b\n" * 60_000)}).status_code == 413

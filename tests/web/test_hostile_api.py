"""The interface for other programs under bad use: deep, endless, doubled, looped; refused in the one shape and in bounded time."""

import json
import time
from typing import Any

import pytest

from .conftest import Reader

CASE = {"schema": "myognosis/case/1"}
CALLS = ["/v1/assess", "/v1/check", "/v1/next-question", "/v1/phenopacket", "/fhir/$assess", "/fhir/Questionnaire/$next-question",
         "/cds-services/myognosis-twitching"]  # fmt: skip
SOON_S = 20.0
"""Seconds of processor time within which any body must be answered; the largest take about one, and two while others compute.

What grows with the square of what is sent would take hours."""


def call(reader: Reader, path: str, body: Any, **headers: str) -> Any:
    content = body if isinstance(body, str | bytes) else json.dumps(body)
    begun = time.process_time()
    answer = reader.ask("POST", f"/api{path}", content=content, headers=headers)
    assert time.process_time() - begun < SOON_S
    assert len(answer.content) < 1_000_000 + len(content)
    assert answer.status_code in (200, 413, 422), (answer.status_code, answer.text[:200])
    if answer.status_code != 200:
        assert answer.json()["error"]["issues"][0]["what"]
    return answer


@pytest.mark.parametrize("path", CALLS)
@pytest.mark.parametrize("depth", [900, 100_000])
def test_what_is_nested_deeply_is_refused_everywhere(reader: Reader, path: str, depth: int):
    deep = "[" * depth + "]" * depth
    for name in ("answers", "case", "item", "entry", "prefetch"):
        kind = "QuestionnaireResponse" if "Questionnaire" in path else "Bundle"
        head = f'"resourceType": "{kind}", "status": "in-progress", "type": "collection"' if "fhir" in path else '"x": 1'
        assert call(reader, path, f'{{{head}, "{name}": {deep}}}').status_code in (200, 422)


def test_a_form_whose_items_hold_items_without_end_is_refused(reader: Reader):
    item: dict[str, Any] = {"linkId": "x"}
    for _ in range(200):
        item = {"linkId": "x", "item": [item]}
    body = {"resourceType": "QuestionnaireResponse", "status": "in-progress", "item": [item]}
    assert call(reader, "/fhir/Questionnaire/$next-question", body).status_code == 422


@pytest.mark.parametrize("path", CALLS)
def test_a_name_that_stands_twice_is_refused_and_never_one_taken_in_silence(reader: Reader, path: str):
    twice = '{"schema": "myognosis/case/1", "answers": {"tremor": "present", "tremor": "absent"}}'
    assert call(reader, path, twice).status_code == 422
    assert call(reader, path, '{"case": {}, "case": {"schema": "myognosis/case/1"}, "prefetch": {}}').status_code == 422


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b", "image/png", ""]
)
@pytest.mark.parametrize("body", [b"a=b", b"--b\r\n\r\n1\r\n--b--", b"\x89PNG", b"schema: myognosis/case/1", b"\xef\xbb\xbf{}"])
def test_what_is_not_json_is_refused_whatever_it_is_called(reader: Reader, kind: str, body: bytes):
    assert call(reader, "/v1/assess", body, **{"content-type": kind}).status_code == 422


def test_another_site_cannot_post_to_a_call_as_text(reader: Reader):
    headers = {"content-type": "text/plain", "sec-fetch-site": "cross-site", "origin": "https://evil.example"}
    assert reader.ask("POST", "/api/v1/assess", content=json.dumps(CASE), headers=headers).status_code == 403


ENDLESS: dict[str, dict[str, Any]] = {
    "conditions": {"conditions": ["x"] * 60_000},
    "labs": {"labs": [{}] * 60_000},
    "power": {"examination": {"power": [1] * 60_000}},
    "wrong labs": {"labs": [{"analyte": "calciumm", "value": 2, "unit": "mmol/L"}] * 2_000},
    "answers": {"answers": {f"a{i}": "present" for i in range(2_000)}},
    "more answers": {"answers": {f"a{i}": "present" for i in range(30_000)}},
    "fields": {f"x{i}": 1 for i in range(30_000)},
    "text": {"medicines": "x" * 5_000_000},
}


@pytest.mark.parametrize("name", ENDLESS)
def test_an_endless_list_is_refused_and_its_faults_end(reader: Reader, name: str):
    answer = call(reader, "/v1/check", CASE | ENDLESS[name])
    assert answer.status_code == 422
    assert len(answer.json()["error"]["issues"]) <= 1001


@pytest.mark.whole
def test_a_bundle_of_a_hundred_thousand_entries_is_answered_soon(reader: Reader):
    body = {"resourceType": "Bundle", "type": "collection", "entry": [{}] * 100_000}
    assert call(reader, "/fhir/$assess", body).status_code == 200


def test_references_that_lead_back_to_themselves_are_not_followed(reader: Reader):
    code = {"coding": [{"system": "http://human-phenotype-ontology.org", "code": "HP:0001337"}]}
    inner = {"resourceType": "Observation", "id": "a", "status": "final", "code": code, "hasMember": [{"reference": "#a"}]}
    rows = [
        {"fullUrl": f"urn:uuid:{i}", "resource": inner | {"hasMember": [{"reference": f"urn:uuid:{1 - i}"}], "contained": [inner]}}
        for i in (0, 1)
    ]
    answer = call(reader, "/fhir/$assess", {"resourceType": "Bundle", "type": "collection", "entry": rows})
    assert answer.status_code in (200, 422)


@pytest.mark.parametrize("number", ["1e999", "-1e999", "NaN", "1" * 5000, "1e-999", "2.1" + "0" * 5000, "true", "null", '"2"'])
def test_numbers_beyond_all_measure_are_refused(reader: Reader, number: str):
    body = f'{{"schema": "myognosis/case/1", "labs": [{{"analyte": "calcium", "value": {number}, "unit": "mmol/L"}}]}}'
    assert call(reader, "/v1/assess", body).status_code == (200 if number.startswith("2.1") else 422)

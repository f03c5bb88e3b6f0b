"""The interface for other programs: the same answers as on the command line, one shape for every fault, nothing kept."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from tests.web.conftest import Reader

from myognosis.assessing import assess
from myognosis.exchange.casefile import dump_json, read_case
from myognosis.interview.session import OPENING
from myognosis.knowledge import Knowledge
from myognosis.model.case import Answer, Case
from myognosis.web import Settings, create_app

EXAMPLES = Path(__file__).parents[2] / "examples"
EMERGENCY = read_case(EXAMPLES / "hypocalcaemia_after_thyroidectomy.yaml")


def call(reader: Reader, path: str, body: Any, language: str = "en") -> Any:
    answer = reader.ask("POST", f"/api{path}", content=json.dumps(body), headers={"accept-language": language})
    assert answer.status_code in (200, 413, 422), answer.text
    return answer.json()


def test_one_call_from_a_case_to_what_assess_says(reader: Reader, knowledge: Knowledge):
    given = call(reader, "/v1/assess", json.loads(dump_json(EMERGENCY)))
    assert given == json.loads(assess(EMERGENCY, knowledge).model_dump_json())


def test_a_call_opens_no_file_that_its_case_names(reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    data = Path(__file__).parents[1] / "data" / "recordings" / "emg_healthy.hea"

    def opened(*_: object, **__: object) -> None:
        raise AssertionError("a recording was opened in the process that serves")

    monkeypatch.setattr("myognosis.findings.recordings.door._analyse", opened)
    monkeypatch.setattr("myognosis.readers.read_recording", opened)
    case = {"schema": "myognosis/case/1", "recordings": [{"file": str(data), "kind": "emg"}, {"file": "../x.edf", "kind": "emg"}]}
    given = call(reader, "/v1/assess", case)
    assert given["recordings"] == [str(data), "../x.edf"] and given["measured"] == []
    assert call(reader, "/v1/check", case)["issues"] == []


def test_every_fault_is_told_in_the_language_wished_for(reader: Reader):
    body = {
        "schema": "myognosis/case/1",
        "answers": {"tremmor": "present"},
        "labs": [{"analyte": "calcium", "value": 2, "unit": "?"}],
    }
    for path in ("/v1/assess", "/v1/check"):
        error = call(reader, path, body, "uk")["error"]
        assert error["code"] == 422
        assert {issue["where"] for issue in error["issues"]} == {"$.answers.tremmor", "$.labs[0].unit"}
        assert "tremor" in " ".join(issue["fix"] for issue in error["issues"])
        assert any(ord(letter) > 0x400 for letter in error["issues"][0]["what"])


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"schema": NaN}', b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_json_object_is_refused_in_the_same_shape(reader: Reader, body: bytes):
    answer = reader.ask("POST", "/api/v1/assess", content=body)
    assert answer.status_code == 422
    assert answer.json()["error"]["issues"][0]["where"] == "$"


def test_unknown_calls_and_methods_have_the_same_shape(reader: Reader):
    for method, path, status in (("GET", "/api/v1/nothing", 404), ("GET", "/api/v1/assess", 405)):
        answer = reader.ask(method, path)
        assert answer.status_code == answer.json()["error"]["code"] == status


def test_a_body_too_large_is_refused(settings: Settings, runner: Any):
    reader = Reader(create_app(replace(settings, api_limit=1000)), runner)
    answer = reader.ask("POST", "/api/v1/assess", content=b" " * 2000)
    assert answer.status_code == 413
    assert answer.json()["error"]["issues"][0]["code"] == "api.413"


@pytest.mark.whole
def test_the_interview_can_be_held_without_anything_kept(reader: Reader, settings: Settings):
    case: dict[str, Any] = {"schema": "myognosis/case/1", "answers": {}}
    asked: list[str] = []
    while (step := call(reader, "/v1/next-question", {"case": case, "asked": asked}))["kind"] == "question":
        assert step["question"]["ask"]
        assert step["question"]["id"] not in asked
        asked.append(step["question"]["id"])
        case["answers"][asked[-1]] = "absent"
    assert step["kind"] == "done"
    assert 5 <= len(asked) <= 35 + 30
    assert not list(settings.folder.glob("*.json"))


def test_an_emergency_ends_the_asking(reader: Reader):
    body = {"case": json.loads(dump_json(EMERGENCY)), "asked": []}
    assert call(reader, "/v1/next-question", body)["kind"] == "emergency"


def test_a_question_that_can_take_an_emergency_back_is_offered_beside_it(reader: Reader):
    told = dict.fromkeys(("thyroid_neck_surgery", "perioral_tingling"), "present")
    step = call(reader, "/v1/next-question", {"case": {"schema": "myognosis/case/1", "answers": told}, "asked": []})
    assert (step["kind"], step["question"]["id"]) == ("emergency", "neck_surgery_recent")
    items = [{"linkId": name, "answer": [{"valueCoding": {"code": code}}]} for name, code in told.items()]
    form = {"resourceType": "QuestionnaireResponse", "status": "in-progress", "item": items}
    grown = call(reader, "/fhir/Questionnaire/$next-question", form)
    first, *_, last = grown["contained"][0]["item"]
    assert "112" in first["text"] and "{" not in first["text"]
    assert (first["type"], last["linkId"], grown["status"]) == ("display", "neck_surgery_recent", "in-progress")
    grown["item"][-1]["answer"] = [{"valueCoding": {"code": "unknown"}}]
    ended = call(reader, "/fhir/Questionnaire/$next-question", grown)
    assert (ended["status"], ended["contained"][0]["item"][0]["linkId"]) == ("completed", "emergency")
    grown["item"][-1]["answer"] = [{"valueCoding": {"code": "absent"}}]
    after = call(reader, "/fhir/Questionnaire/$next-question", grown)
    assert (after["status"], after["contained"][0]["item"][0]["type"]) == ("in-progress", "choice")


def test_what_was_answered_in_other_words_is_not_asked_through_the_doors_either(reader: Reader, knowledge: Knowledge):
    told = dict.fromkeys((*OPENING, *knowledge.content.must_ask), "absent") | {"oscillates": "present"}
    for _ in range(4):
        items = [{"linkId": name, "answer": [{"valueCoding": {"code": code}}]} for name, code in told.items()]
        form = {"resourceType": "QuestionnaireResponse", "status": "in-progress", "item": items}
        by_form = call(reader, "/fhir/Questionnaire/$next-question", form)["item"][-1]["linkId"]
        body = {"case": {"schema": "myognosis/case/1", "answers": told}, "asked": []}
        asked = call(reader, "/v1/next-question", body)["question"]["id"]
        assert "tremor" not in (asked, by_form)  # it trembles: that was told
        told[asked] = "absent"


@pytest.mark.whole
def test_the_adaptive_form_of_fhir_ends_as_the_interview_does(reader: Reader):
    form: dict[str, Any] = {"resourceType": "QuestionnaireResponse", "status": "in-progress"}
    for _ in range(80):
        form = call(reader, "/fhir/Questionnaire/$next-question", form, "ru")
        if form["status"] == "completed":
            break
        assert form["contained"][0]["item"][-1]["text"]
        form["item"][-1]["answer"] = [{"valueCoding": {"system": "urn:myognosis:answer", "code": "absent"}}]
    assert form["status"] == "completed"


def test_a_bundle_comes_back_with_its_assessment(reader: Reader, knowledge: Knowledge):
    from myognosis.exchange.fhir import bundle_of_case

    told = bundle_of_case(EMERGENCY, knowledge)
    bundle = call(reader, "/fhir/$assess", told, "ru")
    assert bundle["entry"][: len(told["entry"])] == told["entry"]
    (risk,) = (row["resource"] for row in bundle["entry"] if row["resource"]["resourceType"] == "RiskAssessment")
    assert "112 или 103" in risk["mitigation"] and "{" not in risk["mitigation"]


def test_a_card_is_critical_in_an_emergency_and_absent_where_nothing_twitches(reader: Reader, knowledge: Knowledge):
    from myognosis.exchange.fhir import bundle_of_case

    service = reader.get("/api/cds-services").json()["services"][0]
    prefetch = {"observations": bundle_of_case(EMERGENCY, knowledge)}
    card = call(reader, f"/cds-services/{service['id']}", {"prefetch": prefetch})["cards"][0]
    assert card["indicator"] == "critical"
    assert len(card["summary"]) <= 140 and "{" not in card["detail"]
    nothing = {"patient": {"resourceType": "Patient", "gender": "male"}, "observations": None}
    assert call(reader, f"/cds-services/{service['id']}", {"prefetch": nothing}) == {"cards": []}
    low = {"resourceType": "Observation", "status": "final", "valueQuantity": {"value": 1.4, "unit": "mmol/L"},
           "code": {"coding": [{"system": "http://loinc.org", "code": "2000-8"}]}}  # fmt: skip
    (alone,) = call(reader, f"/cds-services/{service['id']}", {"prefetch": {"observations": low}})["cards"]
    assert alone["indicator"] in ("critical", "warning")


def test_a_phenopacket_goes_out_and_says_what_it_does_not_hold(reader: Reader):
    case = Case(answers={"tremor": Answer.PRESENT, "weakness": Answer.UNKNOWN})
    given = call(reader, "/v1/phenopacket", json.loads(dump_json(case)))
    assert given["not_held"] == ["$.answers.weakness", "$.person.setting"]
    assert given["phenopacket"]["phenotypicFeatures"][0]["type"]["id"] == "HP:0001337"


def test_another_program_needs_the_key_and_a_page_of_another_site_never_gets_in(app: FastAPI, settings: Settings, runner: Any):
    closed, opened = Reader(app, runner, key=None), Reader(create_app(replace(settings, api_key="k" * 20)), runner, key=None)
    bearer = {"authorization": "Bearer " + "k" * 20}
    assert closed.get("/api/v1/schema", headers=bearer).status_code == 403
    assert opened.get("/api/v1/schema").status_code == 403
    assert opened.get("/api/v1/schema", headers={"authorization": "Bearer x"}).status_code == 403
    assert opened.get("/api/v1/schema", headers=bearer).status_code == 200
    assert opened.get("/", headers=bearer).status_code == 403


def test_the_description_names_every_call_and_its_body(reader: Reader):
    described = reader.get("/api/openapi.json").json()
    posts = [path for path, methods in described["paths"].items() if "post" in methods]
    assert len(posts) == 7
    for path in posts:
        assert described["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"]["type"] == "object"
        assert "422" in described["paths"][path]["post"]["responses"]

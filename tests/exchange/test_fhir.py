"""FHIR R4B: a case goes out and comes back whole, another's bundle is understood, the form grows by one question a call."""

import copy
import datetime as dt
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("fhir.resources")

from myognosis.assessing import assess
from myognosis.exchange.casefile import read_case
from myognosis.exchange.fhir import answered, bundle_of_case, bundle_of_result, case_of_bundle, form_of, heard
from myognosis.faults import CaseError
from myognosis.knowledge import Knowledge, load_knowledge
from myognosis.model import case as m

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.yaml"))


@pytest.mark.whole
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_a_published_case_comes_back_whole(path: Path, knowledge: Knowledge):
    case = read_case(path)
    assert case_of_bundle(json.loads(json.dumps(bundle_of_case(case, knowledge)))) == case


WORDS = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)


@given(
    words=WORDS, name=WORDS.filter(bool), value=st.floats(0, 1e5), answer=st.sampled_from(list(m.Answer)),
    side=st.sampled_from([None, "left", "both"]), on=st.dates(),
)  # fmt: skip
@settings(max_examples=15)
def test_any_case_comes_back_to_the_last_letter(
    words: str, name: str, value: float, answer: m.Answer, side: str | None, on: object
):
    knowledge = load_knowledge()
    case = m.Case(
        person=m.Person(age_years=min(value, 100.0), pregnant=answer),
        complaint=m.Complaint(words=words, places=(m.Place(where="calf", side=side),)),  # type: ignore[arg-type]
        answers={"tremor": answer, name: answer},
        labs=(m.Lab(analyte="calcium", value=value, unit="мг/дл", on=on),),  # type: ignore[arg-type]
        medicines=(m.Medicine(name=name, since=on),),  # type: ignore[arg-type]
        conditions=(name,),
        examination=m.Examination(signs={name: answer}, reflexes=(m.Reflex(reflex="knee", side="left", grade=3),)),
    )
    assert case_of_bundle(json.loads(json.dumps(bundle_of_case(case, knowledge)))) == case


def test_findings_carry_their_hpo_code_and_results_loinc_and_ucum(knowledge: Knowledge):
    case = m.Case(answers={"tremor": m.Answer.PRESENT}, labs=(m.Lab(analyte="magnesium", value=0.5, unit="ммоль/л"),))
    text = json.dumps(bundle_of_case(case, knowledge))
    assert "HP:0001337" in text
    assert '"code": "mmol/L"' in text
    assert "http://loinc.org" in text


def test_the_bundle_of_another_program_is_understood_and_what_is_not_ours_is_listed():
    def hpo(code: str, display: str) -> dict[str, object]:
        return {"coding": [{"system": "http://human-phenotype-ontology.org", "code": code, "display": display}]}

    rows = [
        {"resourceType": "Patient", "gender": "female"},
        {"resourceType": "Observation", "status": "final", "code": hpo("HP:0001337", "Tremor"), "valueBoolean": True},
        {"resourceType": "Observation", "status": "final", "code": hpo("HP:0000365", "Hearing impairment"), "valueBoolean": False},
        {"resourceType": "Observation", "status": "final", "code": {"coding": [{"system": "http://loinc.org", "code": "2601-3"}]},
         "valueQuantity": {"value": 0.4, "unit": "mmol/L"}},
        {"resourceType": "MedicationStatement", "status": "active", "subject": {"reference": "#p"},
         "medicationCodeableConcept": {"coding": [{"system": "http://www.whocc.no/atc", "code": "R03AC02"}]}},
        {"resourceType": "Immunization", "status": "completed", "vaccineCode": {"text": "x"}, "patient": {"reference": "#p"},
         "occurrenceString": "once"},
    ]  # fmt: skip
    case = case_of_bundle({"resourceType": "Bundle", "type": "collection", "entry": [{"resource": row} for row in rows]})
    assert case.person.sex == "female"
    assert case.answers == {"tremor": m.Answer.PRESENT}
    assert [(u.code, u.state) for u in case.unmapped] == [("HP:0000365", m.Answer.ABSENT)]
    assert [medicine.name.lower() for medicine in case.medicines] == ["salbutamol"]


def lab(loinc: str, value: float, unit: str, status: str = "final") -> dict[str, object]:
    code = {"coding": [{"system": "http://loinc.org", "code": loinc}]}
    return {"resourceType": "Observation", "status": status, "code": code, "valueQuantity": {"value": value, "unit": unit}}


def condition(code: str, **more: object) -> dict[str, object]:
    term = {"coding": [{"system": "http://human-phenotype-ontology.org", "code": code}]}
    statuses = {key: {"coding": [{"code": value}]} for key, value in more.items()}
    return {"resourceType": "Condition", "subject": {"reference": "#p"}, "code": term} | statuses


def bundle_of(*rows: dict[str, object]) -> dict[str, object]:
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": row} for row in rows]}


def test_what_was_entered_in_error_refuted_or_is_over_is_not_held_against_anybody():
    medicine = {"resourceType": "MedicationStatement", "status": "not-taken", "subject": {"reference": "#p"},
                "medicationCodeableConcept": {"text": "lithium"}}  # fmt: skip
    rows = [
        lab("2000-8", 1.4, "mmol/L", "entered-in-error"),
        condition("HP:0001337", verificationStatus="refuted"),
        condition("HP:0001250", verificationStatus="entered-in-error"),
        condition("HP:0001250", clinicalStatus="resolved"),
        medicine,
    ]
    case, left = heard(bundle_of(*rows))
    assert (case.labs, case.medicines, case.conditions) == ((), (), ())
    assert case.answers == {"tremor": m.Answer.ABSENT}
    assert len(left) == 4 and "entered-in-error" in str(left[0])


def test_a_result_by_mass_is_the_same_analyte_and_what_is_not_known_is_listed():
    case, left = heard(bundle_of(lab("17861-6", 5, "mg/dL"), lab("99999-9", 1, "mmol/L")))
    assert [row.analyte for row in case.labs] == ["calcium_total"]
    assert [str(message) for message in left] == ["Observation 99999-9: none of the terms we know; it was not weighed."]


def test_a_date_of_birth_gives_the_age():
    born = dt.date.today().replace(day=1, month=1).replace(year=dt.date.today().year - 40)
    assert heard(bundle_of({"resourceType": "Patient", "birthDate": born.isoformat()})).case.person.age_years == 40


def test_an_assessment_goes_out_with_every_cause_and_its_range(knowledge: Knowledge):
    case = read_case(EXAMPLES[0].parent / "hypocalcaemia_after_thyroidectomy.yaml")
    result = assess(case, knowledge)
    bundle = bundle_of_result(result, case, knowledge, "uk")
    kinds = {row["resource"]["resourceType"]: row["resource"] for row in bundle["entry"]}
    predictions = kinds["RiskAssessment"]["prediction"]
    assert [p["probabilityDecimal"] for p in predictions] == [c.probability for c in result.causes]
    levels = [row["resource"].get("valueCodeableConcept", {}).get("coding", [{}])[0].get("code") for row in bundle["entry"]]
    assert result.urgency.level in levels
    assert case_of_bundle({**bundle, "entry": [e for e in bundle["entry"] if _told(e)]}) == case


def _told(entry: dict[str, dict[str, object]]) -> bool:
    resource = entry["resource"]
    section = resource.get("category", [{"coding": [{"code": ""}]}])[0]["coding"][0]["code"]  # type: ignore[index]
    return resource["resourceType"] != "RiskAssessment" and section not in ("urgency", "movement", "measured")


def test_the_form_grows_by_one_question_and_keeps_every_kind_of_answer(knowledge: Knowledge):
    given = dict(zip(("tremor", "weakness", "clonus", "cramp"), m.Answer, strict=False))
    form = form_of(given, "fasciculation", knowledge, "ru")
    assert form["status"] == "in-progress"
    assert answered(form, knowledge) == given
    assert [i["linkId"] for i in form["contained"][0]["item"]] == [*given, "fasciculation"]
    assert form_of(given, None, knowledge, "en")["status"] == "completed"


def test_every_fault_of_a_response_is_told_at_once(knowledge: Knowledge):
    form = copy.deepcopy(form_of({"tremor": m.Answer.PRESENT}, "weakness", knowledge, "en"))
    form["item"][0]["answer"][0]["valueCoding"]["code"] = "maybe"
    form["item"][1]["linkId"] = "no_such_question"
    with pytest.raises(CaseError) as error:
        answered(form, knowledge)
    assert [issue.where for issue in error.value.issues] == ["$.item[0]", "$.item[1]"]


EMPTY = {"resource": {"resourceType": "Observation"}}


@pytest.mark.parametrize(
    "bundle",
    [{}, {"resourceType": "Nonsense"}, {"resourceType": "Bundle", "entry": 3},
     {"resourceType": "Bundle", "type": "collection", "entry": [EMPTY]}],
)  # fmt: skip
def test_what_is_no_fhir_is_refused_with_its_place(bundle: dict[str, object]):
    with pytest.raises(CaseError) as error:
        case_of_bundle(bundle)
    assert all(issue.where.startswith("$") for issue in error.value.issues)

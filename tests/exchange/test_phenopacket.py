"""Published people as Phenopackets: every one runs through, what cannot be mapped is listed, nothing is lost."""

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myognosis.assessing import assess
from myognosis.exchange.casefile import parse_case
from myognosis.exchange.phenopacket import case_from_phenopacket, phenopacket_from_case
from myognosis.faults import CaseError
from myognosis.knowledge import Knowledge, load_knowledge
from myognosis.model.case import Answer, Case, Duration, Exposure, Medicine, Person, Unmapped

DATA = Path(__file__).parent.parent / "data" / "phenopackets-dev.jsonl"


def packets() -> Iterator[dict[str, Any]]:
    for line in DATA.read_text("utf-8").splitlines():
        row = json.loads(line)
        terms = [(code, False) for code in row["observed"]] + [(code, True) for code in row["excluded"]]
        yield {
            "id": row["id"],
            "subject": {"id": row["id"], "sex": row["sex"], "timeAtLastEncounter": {"age": {"iso8601duration": row["age_last"]}}},
            "phenotypicFeatures": [{"type": {"id": code, "label": code}, "excluded": out} for code, out in terms],
            "diseases": [{"term": disease} for disease in row["diseases"]],
            "metaData": {"externalReferences": [{"id": row["pmid"]}]},
        }


@pytest.mark.whole
def test_all_230_published_people_run_through(knowledge: Knowledge):
    seen = unmapped = clues = 0
    for packet in packets():
        case = parse_case(json.dumps(packet))
        told = len({f["type"]["id"] for f in packet["phenotypicFeatures"]})
        assert len(case.unmapped) <= told
        assert len(case.answers) + len(case.unmapped) > 0
        result = assess(case, knowledge)
        seen, unmapped = seen + 1, unmapped + bool(result.unmapped)
        clues += bool(result.genetic_clues)
    assert seen == 230
    assert unmapped > 150  # most of them have features outside our vocabulary, and that is said
    assert clues > 150  # and that this speaks for an inherited cause


def test_an_excluded_feature_is_absent_and_an_observed_one_present():
    case = case_from_phenopacket(
        {
            "subject": {"sex": "FEMALE", "timeAtLastEncounter": {"age": {"iso8601duration": "P4Y6M"}}},
            "phenotypicFeatures": [
                {"type": {"id": "HP:0001337"}},
                {"type": {"id": "HP:0001250"}, "excluded": True},
                {"type": {"id": "HP:9999999", "label": "Nowhere"}},
            ],
        }
    )
    assert case.answers["tremor"] is Answer.PRESENT
    assert case.answers["seizure"] is Answer.ABSENT
    assert [row.label for row in case.unmapped] == ["Nowhere"]
    assert case.person.age_years == pytest.approx(4.5)
    assert case.person.sex == "female"


def test_where_two_terms_meet_in_one_finding_present_wins(knowledge: Knowledge):
    code = knowledge.findings["tremor"].hpo
    rows = [{"type": {"id": code}}, {"type": {"id": code}, "excluded": True}]
    assert case_from_phenopacket({"subject": {}, "phenotypicFeatures": rows}).answers["tremor"] is Answer.PRESENT


def test_the_diagnosis_of_a_packet_is_left_aside():
    packet = {"subject": {}, "phenotypicFeatures": [], "diseases": [{"term": {"id": "OMIM:105400", "label": "ALS"}}]}
    assert not case_from_phenopacket(packet).answers


def test_a_person_for_whom_an_inherited_disease_was_sought_was_seen_where_these_are_common():
    def setting(**packet: object) -> str:
        return case_from_phenopacket({"subject": {}, "phenotypicFeatures": []} | packet).person.setting

    assert setting() == "neurology_clinic"
    assert setting(diseases=[{"term": {"id": "OMIM:105400"}}]) == "genetics_clinic"
    assert setting(diseases=[{"term": {"id": "OMIM:105400"}, "excluded": True}]) == "neurology_clinic"
    assert setting(interpretations=[{"diagnosis": {"genomicInterpretations": [{}]}}]) == "genetics_clinic"


def test_the_earliest_onset_says_since_when_and_whether_since_childhood():
    def told(*onsets: str, age: str = "P40Y") -> Case:
        rows = [{"type": {"id": "HP:0001337"}, "onset": {"age": {"iso8601duration": onset}}} for onset in onsets]
        return case_from_phenopacket(
            {"subject": {"timeAtLastEncounter": {"age": {"iso8601duration": age}}}, "phenotypicFeatures": rows}
        )

    case = told("P30Y", "P12Y")
    assert case.complaint.since == Duration(value=28, unit="a")
    assert case.answers["lifelong_childhood"] is Answer.PRESENT
    assert told("P30Y").answers["lifelong_childhood"] is Answer.ABSENT
    assert told("P40Y").complaint.since is None  # whole years: how long it lasted is not known
    word = {"onset": {"ontologyClass": {"id": "HP:0011463"}}}  # childhood onset, of the illness
    assert case_from_phenopacket({"subject": {}, "diseases": [word]}).answers == {"lifelong_childhood": Answer.PRESENT}


@pytest.mark.parametrize("rows", [[{}], [None], [{"type": "x"}], [{"type": {"id": ""}}]])
def test_a_malformed_feature_is_named_by_its_place(rows: list[object]):
    with pytest.raises(CaseError, match=r"phenotypicFeatures\[0\]"):
        case_from_phenopacket({"subject": {}, "phenotypicFeatures": rows})


def test_a_malformed_subject_is_refused():
    with pytest.raises(CaseError, match="subject"):
        case_from_phenopacket({"subject": [1], "phenotypicFeatures": []})


WHEN = dt.datetime(2026, 1, 2, 3, 4, tzinfo=dt.UTC)


def test_what_came_as_a_phenopacket_goes_out_as_one(knowledge: Knowledge):
    for packet in packets():
        case = case_from_phenopacket(packet)
        out, left = phenopacket_from_case(case, knowledge, WHEN)
        back = case_from_phenopacket(out)
        assert back.answers == {name: state for name, state in case.answers.items() if f"$.answers.{name}" not in left}
        assert not any(f"$.answers.{name}" in left for name in knowledge.hpo_of)
        assert back.person.sex == case.person.sex
        assert [row.code for row in back.unmapped] == [row.code for row in case.unmapped]
        if case.person.age_years is not None:
            assert back.person.age_years == pytest.approx(case.person.age_years, abs=0.1)


def test_what_a_phenopacket_cannot_hold_is_named(knowledge: Knowledge):
    case = Case(
        person=Person(age_years=40, pregnant=Answer.PRESENT),
        answers={"tremor": Answer.PRESENT, "weakness": Answer.UNKNOWN, "worse_with_caffeine": Answer.PRESENT},
        exposures=(Exposure(what="caffeine", value=300, unit="mg/d"),),
    )
    packet, left = phenopacket_from_case(case, knowledge, WHEN)
    assert [row["type"]["id"] for row in packet["phenotypicFeatures"]] == ["HP:0001337"]
    assert left == ("$.answers.weakness", "$.answers.worse_with_caffeine", "$.exposures", "$.person.pregnant", "$.person.setting")


KNOWLEDGE = load_knowledge()
HELD = KNOWLEDGE.hpo_of
STATES = st.sampled_from(list(Answer))


@given(
    told=st.dictionaries(st.sampled_from(sorted(HELD)), STATES, max_size=12),
    others=st.dictionaries(st.sampled_from(sorted(set(KNOWLEDGE.findings) - set(HELD))), STATES, max_size=4),
    age=st.none() | st.floats(0, 120),
    sex=st.sampled_from([None, "male", "female", "other"]),
    height=st.none() | st.floats(30, 260),
    strange=st.lists(st.builds(Unmapped, code=st.from_regex(r"HP:099\d{5}", fullmatch=True), state=STATES), max_size=3),
    medicines=st.lists(st.just(Medicine(name="salbutamol")), max_size=1),
)
def test_of_any_case_a_packet_loses_nothing_but_what_it_says(
    told: dict[str, Answer],
    others: dict[str, Answer],
    age: float | None,
    sex: Literal["male", "female", "other"] | None,
    height: float | None,
    strange: list[Unmapped],
    medicines: list[Medicine],
):
    if told.get("perioral_fasciculation") is Answer.PRESENT:  # its term says both, and no case contradicts itself
        told |= {"fasciculation": Answer.PRESENT}
    case = Case(
        person=Person(age_years=age, sex=sex, height_cm=height),
        answers=told | others,
        unmapped=tuple({row.code: row for row in strange}.values()),
        medicines=tuple(medicines),
    )
    packet, left = phenopacket_from_case(case, KNOWLEDGE, WHEN)
    back = parse_case(json.dumps(packet))
    assert back.answers == {name: state for name, state in case.answers.items() if f"$.answers.{name}" not in left}
    assert [row.code for row in back.unmapped] == [row.code for row in case.unmapped if f"$.unmapped.{row.code}" not in left]
    assert back.person.sex == sex
    assert (back.person.age_years is None) == (age is None)
    assert age is None or abs((back.person.age_years or 0.0) - age) <= 1 / 24 + 1e-9
    assert set(left) >= {f"$.answers.{name}" for name, state in told.items() if state in (Answer.UNKNOWN, Answer.DECLINED)}
    assert set(left) >= {f"$.answers.{name}" for name in others}
    assert ("$.person.height_cm" in left) == (height is not None)
    assert ("$.medicines" in left) == bool(medicines)

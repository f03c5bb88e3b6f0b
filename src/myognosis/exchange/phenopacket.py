"""A GA4GH Phenopacket v2 as a case and back: HPO terms are our findings, the rest is listed as not mapped.

Source: Jacobsen et al. 2022, Nat Biotechnol 40:817, doi:10.1038/s41587-022-01357-4.
"""

import datetime as dt
import re
from typing import Any

from myognosis.faults import CaseError, Issue, Level, Message
from myognosis.knowledge import Knowledge, load_knowledge
from myognosis.language import mark
from myognosis.model.case import SCHEMA, About, Answer, Case, Complaint, Duration, Person, Setting, Unmapped

__all__ = ["case_from_phenopacket", "phenopacket_from_case"]

_YEARS = re.compile(r"^P(?:(\d+(?:\.\d+)?)Y)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)W)?(?:(\d+(?:\.\d+)?)D)?")

_READ_AS: Setting = "neurology_clinic"
"""Where the person of a packet was seen, unless an inherited disease was sought."""
_INHERITED = ("OMIM:", "ORPHA:", "Orphanet:")
"""Catalogues of inherited and rare diseases."""


def case_from_phenopacket(packet: dict[str, Any]) -> Case:
    """The person of a phenopacket; diagnoses in it are left aside, because they are what we are asked for.

    Of these it only counts when the illness began, and that a diagnosis or a gene of a catalogue of inherited diseases stands there
    at all, whichever it is: such a person was seen because an inherited disease was suspected.

    Raises
    ------
    CaseError
        The packet is malformed; every fault is listed.
    """
    faults: list[Issue] = []
    knowledge, subject = load_knowledge(), packet.get("subject") or {}
    answers, unmapped = _features(packet.get("phenotypicFeatures") or [], knowledge, faults)
    if not isinstance(subject, dict):
        faults.append(_fault("$.subject", mark("The subject is not a mapping.")))
        subject = {}
    if faults:
        raise CaseError(faults)
    person = Person(age_years=_age(subject), sex=_sex(subject), setting=_setting(packet))
    complaint, since_childhood = _began(packet, person.age_years, knowledge)
    return Case(
        format=SCHEMA,
        about=About(title=str(packet.get("id", ""))[:200], source=_reference(packet)),
        person=person,
        complaint=complaint,
        answers=since_childhood | answers,
        unmapped=unmapped,
    )


def _features(rows: Any, knowledge: Knowledge, faults: list[Issue]) -> tuple[dict[str, Answer], tuple[Unmapped, ...]]:
    answers: dict[str, Answer] = {}
    unmapped: list[Unmapped] = []
    for index, row in enumerate(rows if isinstance(rows, list) else []):
        code, label = _term(row.get("type") if isinstance(row, dict) else None)
        if not code:
            faults.append(_fault(f"$.phenotypicFeatures[{index}]", mark("The feature names no term.")))
            continue
        state = Answer.ABSENT if row.get("excluded") else Answer.PRESENT
        found = knowledge.meant_by(code, state is Answer.PRESENT)
        if not found:
            unmapped.append(Unmapped(code=code[:120], label=label[:200] or None, state=state))
        for name in found:
            if answers.get(name) is not Answer.PRESENT:  # where two terms meet in one finding, present wins
                answers[name] = state
    return answers, tuple(unmapped)


def _term(value: Any) -> tuple[str, str]:
    """The code and the label of an ontology class."""
    return (str(value.get("id") or ""), str(value.get("label") or "")) if isinstance(value, dict) else ("", "")


def _setting(packet: dict[str, Any]) -> Setting:
    diagnoses = [row.get("term") for row in _rows(packet, "diseases") if not row.get("excluded")]
    named = any(_term(term)[0].startswith(_INHERITED) for term in diagnoses)
    inquired = any((row.get("diagnosis") or {}).get("genomicInterpretations") for row in _rows(packet, "interpretations"))
    return "genetics_clinic" if named or inquired else _READ_AS


def _rows(packet: dict[str, Any], name: str) -> list[dict[str, Any]]:
    rows = packet.get(name)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _began(packet: dict[str, Any], age: float | None, knowledge: Knowledge) -> tuple[Complaint, dict[str, Answer]]:
    """Since when the person is ill by the earliest onset told, of a feature or of the illness, and whether since childhood."""
    told = [
        row.get("onset") for row in (*_rows(packet, "phenotypicFeatures"), *_rows(packet, "diseases")) if not row.get("excluded")
    ]
    years = [began for onset in told if isinstance(onset, dict) and (began := _years(onset)) is not None]
    classes = [_term(onset.get("ontologyClass"))[0] for onset in told if isinstance(onset, dict)]
    answers = {name: Answer.PRESENT for code in classes for name in knowledge.meant_by(code, True)}
    if not years:
        return Complaint(), answers
    child = Answer.PRESENT if min(years) < knowledge.number("childhood_years") else Answer.ABSENT
    lasted = age - min(years) if age is not None else 0.0
    since = Duration(value=lasted, unit="a") if lasted >= 1 else None  # ages are told in whole years
    return Complaint(since=since), {"lifelong_childhood": child} | answers


def _years(value: dict[str, Any]) -> float | None:
    """An age in a time element, in years; of a range its start."""
    span = value.get("ageRange")
    inner = span.get("start") if isinstance(span, dict) else value.get("age", value)
    age = inner.get("age", inner) if isinstance(inner, dict) else None
    found = _YEARS.match(str(age.get("iso8601duration", ""))) if isinstance(age, dict) else None
    if found is None or not any(found.groups()):
        return None
    years, months, weeks, days = (float(part or 0) for part in found.groups())
    return min(years + months / 12 + weeks / 52.18 + days / 365.25, 120.0)


def _age(subject: dict[str, Any]) -> float | None:
    told = (subject.get(key) for key in ("timeAtLastEncounter", "ageAtCollection"))
    return next((age for value in told if isinstance(value, dict) and (age := _years(value)) is not None), None)


def _sex(subject: dict[str, Any]) -> Any:
    return {"MALE": "male", "FEMALE": "female", "OTHER_SEX": "other"}.get(str(subject.get("sex")))


def _reference(packet: dict[str, Any]) -> str | None:
    references = (packet.get("metaData") or {}).get("externalReferences") or []
    ids = [str(row.get("id")) for row in references if isinstance(row, dict) and row.get("id")]
    return ", ".join(ids)[:400] or None


def _fault(where: str, what: str) -> Issue:
    fix = Message(mark("See the GA4GH Phenopacket schema, version 2."))
    return Issue("phenopacket.format", Level.REFUSE, where, Message(what), fix)


def phenopacket_from_case(case: Case, knowledge: Knowledge, created: dt.datetime) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The part of a case that a phenopacket holds, and the names of the parts that it does not.

    It holds age, sex, and the presence or absence of what has an HPO term. Everything else (answers without a term, unknown and
    declined answers, medicines, results, recordings ...) is named, so that nobody takes the packet for the whole.
    """
    terms, left = _terms(case, knowledge)
    given = set(case.model_dump(exclude_defaults=True)) - {"answers", "unmapped", "person", "format"}
    given |= {f"person.{name}" for name in ("pregnant", "height_cm") if getattr(case.person, name) is not None}
    given |= {"person.setting"} - ({"person.setting"} if case.person.setting == _READ_AS else set())
    packet = {
        "id": "case",
        "subject": {"id": "person"} | _subject(case.person),
        "phenotypicFeatures": terms,
        "metaData": {
            "created": created.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), "createdBy": "myognosis",
            "resources": [_ONTOLOGY], "phenopacketSchemaVersion": "2.0",
        },
    }  # fmt: skip
    return packet, tuple([*left, *(f"$.{name}" for name in sorted(given))])


_ONTOLOGY = {
    "id": "hp", "name": "human phenotype ontology", "url": "http://purl.obolibrary.org/obo/hp.owl", "version": "2025-01-16",
    "namespacePrefix": "HP", "iriPrefix": "http://purl.obolibrary.org/obo/HP_",
}  # fmt: skip


def _terms(case: Case, knowledge: Knowledge) -> tuple[list[dict[str, Any]], list[str]]:
    """What is known to be present or absent and has an HPO term, and the places of what has none."""
    rows: list[tuple[str, str | None, str, Answer]] = []
    for name, answer in case.answers.items():
        finding, code = knowledge.findings.get(name), knowledge.hpo_of.get(name)
        own = code if code and name in knowledge.meant_by(code, answer is Answer.PRESENT) else None  # some share a wider term
        rows.append((f"$.answers.{name}", own, finding.names.en if finding else "", answer))
    for row in case.unmapped:
        known = row.code if row.code.startswith("HP:") else None
        rows.append((f"$.unmapped.{row.code}", known, row.label or row.code, row.state))
    terms, left = [], []
    for place, code, label, state in rows:
        if code is None or state not in (Answer.PRESENT, Answer.ABSENT):
            left.append(place)
        else:
            terms.append({"type": {"id": code, "label": label}} | ({"excluded": True} if state is Answer.ABSENT else {}))
    return terms, left


def _subject(person: Person) -> dict[str, Any]:
    sexes = {"male": "MALE", "female": "FEMALE", "other": "OTHER_SEX"}
    sex = {"sex": sexes[person.sex]} if person.sex else {}
    if person.age_years is None:
        return sex
    years, months = divmod(round(person.age_years * 12), 12)
    return sex | {"timeAtLastEncounter": {"age": {"iso8601duration": f"P{years}Y{months}M" if months else f"P{years}Y"}}}

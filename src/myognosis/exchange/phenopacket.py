"""A GA4GH Phenopacket v2 as a case and back: HPO terms are our findings, the rest is listed as not mapped.

Source: Jacobsen et al. 2022, Nat Biotechnol 40:817, doi:10.1038/s41587-022-01357-4.
"""

import datetime as dt
import re
from typing import Any

from myognosis.faults import CaseError, Issue, Level, Message
from myognosis.knowledge import Knowledge, load_knowledge
from myognosis.language import mark
from myognosis.model.case import SCHEMA, About, Answer, Case, Person, Unmapped

__all__ = ["case_from_phenopacket", "phenopacket_from_case"]

_YEARS = re.compile(r"^P(?:(\d+(?:\.\d+)?)Y)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)W)?(?:(\d+(?:\.\d+)?)D)?")


def case_from_phenopacket(packet: dict[str, Any]) -> Case:
    """The person of a phenopacket; diagnoses in it are left aside, because they are what we are asked for.

    Raises
    ------
    CaseError
        The packet is malformed; every fault is listed.
    """
    faults: list[Issue] = []
    subject = packet.get("subject") or {}
    answers, unmapped = _features(packet.get("phenotypicFeatures") or [], faults)
    if not isinstance(subject, dict):
        faults.append(_fault("$.subject", mark("The subject is not a mapping.")))
        subject = {}
    if faults:
        raise CaseError(faults)
    person = Person(age_years=_age(subject), sex=_sex(subject), setting="neurology_clinic")
    return Case(
        format=SCHEMA,
        about=About(title=str(packet.get("id", ""))[:200], source=_reference(packet)),
        person=person,
        answers=answers,
        unmapped=unmapped,
    )


def _features(rows: Any, faults: list[Issue]) -> tuple[dict[str, Answer], tuple[Unmapped, ...]]:
    by_hpo = load_knowledge().by_hpo
    answers: dict[str, Answer] = {}
    unmapped: list[Unmapped] = []
    for index, row in enumerate(rows if isinstance(rows, list) else []):
        term = row.get("type") if isinstance(row, dict) else None
        code = str((term or {}).get("id") or "") if isinstance(term, dict) else ""
        if not code:
            faults.append(_fault(f"$.phenotypicFeatures[{index}]", mark("The feature names no term.")))
            continue
        state = Answer.ABSENT if row.get("excluded") else Answer.PRESENT
        finding = by_hpo.get(code)
        if finding is None:
            unmapped.append(Unmapped(code=code[:120], label=str((term or {}).get("label") or "")[:200] or None, state=state))
        elif answers.get(finding) is not Answer.PRESENT:  # where two terms meet in one finding, present wins
            answers[finding] = state
    return answers, tuple(unmapped)


def _age(subject: dict[str, Any]) -> float | None:
    for key in ("timeAtLastEncounter", "ageAtCollection"):
        value = subject.get(key)
        age = value.get("age", value) if isinstance(value, dict) else None
        found = _YEARS.match(str(age.get("iso8601duration", ""))) if isinstance(age, dict) else None
        if found and any(found.groups()):
            years, months, weeks, days = (float(part or 0) for part in found.groups())
            return min(years + months / 12 + weeks / 52.18 + days / 365.25, 120.0)
    return None


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
    given |= {f"person.{name}" for name in ("pregnant", "setting") if getattr(case.person, name) not in (None, "self_check")}
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
        finding = knowledge.findings.get(name)
        rows.append((f"$.answers.{name}", finding.hpo if finding else None, finding.names.en if finding else "", answer))
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

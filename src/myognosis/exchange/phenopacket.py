"""A GA4GH Phenopacket v2 as a case: HPO terms become our findings, the rest is listed as not mapped.

Source: Jacobsen et al. 2022, Nat Biotechnol 40:817, doi:10.1038/s41587-022-01357-4.
"""

import re
from typing import Any

from myognosis.faults import CaseError, Issue, Level, Message
from myognosis.knowledge import load_knowledge
from myognosis.language import mark
from myognosis.model.case import SCHEMA, About, Answer, Case, Person, Unmapped

__all__ = ["case_from_phenopacket"]

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

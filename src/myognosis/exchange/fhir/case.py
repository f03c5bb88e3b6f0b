"""A case as a FHIR R4B Bundle, and back.

What the standard has a place for goes there: findings with their HPO code, results with LOINC and UCUM, medicines with ATC,
conditions. Every other row becomes an Observation with one component a field, named by its pointer, so that it comes back whole.
"""

import json
from collections.abc import Iterator
from typing import Any

from myognosis.exchange.casefile import dump_json
from myognosis.exchange.fhir.parts import (
    ATC,
    HPO,
    LOINC,
    SECTION,
    UCUM,
    Json,
    checked,
    coding,
    entry,
    field,
    fits,
    leaves,
    our,
)  # fmt: skip
from myognosis.knowledge import Knowledge
from myognosis.model.case import Case
from myognosis.units import UnitError, canonical_unit

__all__ = ["ABSENT_REASON", "PATIENT", "bundle_of_case", "resources_of_case"]

ABSENT_REASON = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
_REASONS = {"unknown": "asked-unknown", "declined": "asked-declined"}
_AGE = "30525-0"
"""LOINC: Age."""
PATIENT = "Patient"


def bundle_of_case(case: Case, knowledge: Knowledge) -> Json:
    """The case as a Bundle of resources.

    Raises
    ------
    MissingExtra
        ``fhir.resources`` is not installed.
    """
    entries = [entry(resource, number) for number, resource in enumerate(resources_of_case(case, knowledge))]
    return checked({"resourceType": "Bundle", "type": "collection", "entry": entries}, "Bundle")


def resources_of_case(case: Case, knowledge: Knowledge) -> list[Json]:
    """The resources of a case, the person first."""
    data: Json = json.loads(dump_json(case))
    data.pop("schema")
    sex = data.get("person", {}).get("sex")
    resources: list[Json] = [{"resourceType": PATIENT} | ({"gender": sex} if sex else {})]
    subject = {"reference": entry(resources[0], 0)["fullUrl"]}
    for section, value in data.items():
        write = _WRITERS.get(section)
        made = write(value, knowledge) if write else _rows(section, value)
        resources += [row | {"subject": subject} for row in made]
    return resources


def _observation(section: str, code: Json) -> Json:
    return {"resourceType": "Observation", "status": "final", "category": [coding((SECTION, section))], "code": code}


def _rows(section: str, value: Any) -> Iterator[Json]:
    """A part of the case without a place of its own in FHIR: one Observation a row, one component a field."""
    if section == "examination":
        for name, part in value.items():
            yield from _rows(f"examination/{name}", part)
        return
    for row in value if isinstance(value, list) else [value]:
        parts = list(leaves(row)) if isinstance(row, dict) else [("", row)]
        code = coding((SECTION, section), (LOINC, _AGE if section == "person" else None))
        yield _observation(section, code) | {"component": [field(pointer, leaf) for pointer, leaf in parts]}


def _answers(answers: Json, knowledge: Knowledge) -> Iterator[Json]:
    for name, state in answers.items():
        if not fits(name, as_code=True):
            yield from _rows("answers", {name: state})
            continue
        finding = knowledge.findings.get(name)
        codes = coding((HPO, finding.hpo if finding else None), (our("finding"), name), text=finding.names.en if finding else "")
        reason = _REASONS.get(state)
        said = {"dataAbsentReason": coding((ABSENT_REASON, reason))} if reason else {"valueBoolean": state == "present"}
        yield _observation("answers", codes) | said


def _labs(rows: list[Json], knowledge: Knowledge) -> Iterator[Json]:
    for row in rows:
        if not (fits(row["analyte"], as_code=True) and fits(row["unit"])):
            yield from _rows("labs", row)
            continue
        lab = knowledge.content.labs.get(knowledge.lab_names.get(row["analyte"].casefold()) or row["analyte"])
        quantity = {"value": row["value"], "unit": row["unit"]} | _ucum(row["unit"])
        code = coding((LOINC, lab.loinc if lab else None), (our("analyte"), row["analyte"]), text=row["analyte"])
        made = _observation("labs", code) | {"valueQuantity": quantity}
        limits = {side: {"value": row[side]} for side in ("low", "high") if side in row}
        yield made | ({"referenceRange": [limits]} if limits else {}) | ({"effectiveDateTime": row["on"]} if "on" in row else {})


def _ucum(unit: str) -> Json:
    """The UCUM code of a unit as it was printed, where we know it."""
    try:
        return {"system": UCUM, "code": canonical_unit(unit)}
    except UnitError:
        return {}


def _medicines(rows: list[Json], knowledge: Knowledge) -> Iterator[Json]:
    for row in rows:
        if not fits(row["name"]):
            yield from _rows("medicines", row)
            continue
        named = knowledge.medicines_in(row["name"])
        code = coding(*((ATC, knowledge.content.medicines[one].atc) for one in named), text=row["name"])
        period = {key: row[name] for key, name in (("start", "since"), ("end", "stopped")) if name in row}
        changed = [{"url": our("changed"), "valueDate": row["changed"]}] if "changed" in row else []
        yield (
            {"resourceType": "MedicationStatement", "status": "completed" if "stopped" in row else "active"}
            | {"medicationCodeableConcept": code}
            | ({"effectivePeriod": period} if period else {})
            | ({"extension": changed} if changed else {})
        )


def _conditions(names: list[str], knowledge: Knowledge) -> Iterator[Json]:
    for name in names:
        if not fits(name, as_code=True):
            yield from _rows("conditions", [name])
            continue
        finding = knowledge.findings.get(name)
        yield {"resourceType": "Condition", "code": coding((HPO, finding.hpo if finding else None), (our("finding"), name))}


_WRITERS: dict[str, Any] = {"answers": _answers, "labs": _labs, "medicines": _medicines, "conditions": _conditions}

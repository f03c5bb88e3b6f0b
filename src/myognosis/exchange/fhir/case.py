"""A case as a FHIR R4B Bundle, and back.

What the standard has a place for goes there: findings with their HPO code, results with LOINC and UCUM, medicines with ATC,
conditions. Every other row becomes an Observation with one component a field, named by its pointer, so that it comes back whole.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from myognosis.exchange.casefile import dump_json, parse_case
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
    leaf_of,
    leaves,
    our,
    rebuilt,
)  # fmt: skip
from myognosis.knowledge import Knowledge, load_knowledge
from myognosis.model.case import SCHEMA, Answer, Case
from myognosis.units import UnitError, canonical_unit

__all__ = ["bundle_of_case", "case_of_bundle", "resources_of_case"]

_ABSENT_REASON = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
_REASONS = {"unknown": "asked-unknown", "declined": "asked-declined"}
_AGE = "30525-0"
"""LOINC: Age."""
_PATIENT = "Patient"


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
    resources: list[Json] = [{"resourceType": _PATIENT} | ({"gender": sex} if sex else {})]
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
        said = {"dataAbsentReason": coding((_ABSENT_REASON, reason))} if reason else {"valueBoolean": state == "present"}
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
        known = knowledge.content.medicines.get(knowledge.medicine_names.get(row["name"].casefold(), ""))
        code = coding((ATC, known.atc if known else None), text=row["name"])
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


def case_of_bundle(bundle: Json) -> Case:
    """The case in a Bundle: ours comes back whole; of another's, HPO findings, LOINC results, medicines and conditions.

    What is coded but not in our vocabulary is listed as not mapped.

    Raises
    ------
    CaseError
        It is not valid FHIR, or what it says is no valid case; every fault is listed.
    """
    checked(bundle, "Bundle")
    reading = _Reading()
    for row in bundle.get("entry", []):
        reading.take(row.get("resource", {}))
    return parse_case(json.dumps({"schema": SCHEMA} | reading.data))


class _Reading:
    """What has been understood of a bundle so far."""

    def __init__(self) -> None:
        self.knowledge = load_knowledge()
        self.data: Json = {}

    def take(self, resource: Json) -> None:
        """One resource; what is none of ours and says nothing that we know is passed over."""
        kind = resource.get("resourceType")
        if kind == _PATIENT and resource.get("gender") in ("female", "male", "other"):
            self.data.setdefault("person", {})["sex"] = resource["gender"]
        elif kind == "Observation":
            section = next(iter(_codes(resource.get("category", []), SECTION)), "")
            self._ours(section, resource) if section else self._foreign(resource)
        elif kind == "Condition":
            self._condition(resource)
        elif kind == "MedicationStatement":
            self._medicine(resource)

    def _ours(self, section: str, resource: Json) -> None:
        if "component" in resource:
            self._row(section, resource)
        elif section == "answers":
            name = next(iter(_codes([resource["code"]], our("finding"))), "")
            self.data.setdefault("answers", {})[name] = _state(resource)
        elif section == "labs":
            self._lab(resource, next(iter(_codes([resource["code"]], our("analyte"))), ""))

    def _row(self, section: str, resource: Json) -> None:
        pairs = [leaf_of(component) for component in resource["component"]]
        whole: Any = pairs[0][1] if pairs[0][0] == "" else rebuilt(pairs)
        top, _, part = section.partition("/")
        holder = self.data.setdefault(top, {}) if part else self.data
        name = part or top
        if top in ("person", "about", "complaint", "answers") or name == "signs":
            holder.setdefault(name, {}).update(whole)
        elif name in ("assessed_on", "tone"):
            holder[name] = whole
        else:
            holder.setdefault(name, []).append(whole)

    def _foreign(self, resource: Json) -> None:
        """An Observation that another program wrote."""
        quantity = resource.get("valueQuantity")
        loinc = _codes([resource["code"]], LOINC)
        labs = self.knowledge.content.labs
        analyte = next((name for name, lab in labs.items() if lab.loinc in loinc and lab.loinc), "")
        if analyte and isinstance(quantity, dict) and "value" in quantity:
            self._lab(resource, analyte)
        elif isinstance(resource.get("valueBoolean"), bool) or "dataAbsentReason" in resource:
            self._term(resource["code"], _state(resource), "answers")

    def _lab(self, resource: Json, analyte: str) -> None:
        quantity, limits = resource["valueQuantity"], (resource.get("referenceRange") or [{}])[0]
        row = {"analyte": analyte, "value": quantity["value"], "unit": quantity.get("unit") or quantity.get("code", "")}
        row |= {side: limits[side]["value"] for side in ("low", "high") if "value" in limits.get(side, {})}
        when = resource.get("effectiveDateTime")
        self.data.setdefault("labs", []).append(row | ({"on": str(when)[:10]} if when else {}))

    def _condition(self, resource: Json) -> None:
        own = _codes([resource.get("code", {})], our("finding"))
        if own:
            self.data.setdefault("conditions", []).append(own[0])
        else:
            self._term(resource.get("code", {}), "present", "conditions")

    def _term(self, concept: Json, state: str, section: str) -> None:
        """A term of the HPO as a finding; one that we do not have is listed."""
        codes, present = _codes([concept], HPO), state == Answer.PRESENT
        found = next((names for code in codes if (names := self.knowledge.meant_by(code, present))), ())
        if found and section == "conditions":
            self.data.setdefault("conditions", []).extend(found)
        elif found:
            answers = self.data.setdefault("answers", {})
            answers |= dict.fromkeys((name for name in found if name not in answers), state)
        elif concept.get("coding"):
            first = concept["coding"][0]
            label = concept.get("text") or first.get("display")
            row = {"code": str(first.get("code", ""))[:120], "state": state}
            self.data.setdefault("unmapped", []).append(row | ({"label": label[:200]} if label else {}))

    def _medicine(self, resource: Json) -> None:
        concept = resource.get("medicationCodeableConcept") or {}
        atc = _codes([concept], ATC)
        known = next((m.names.en for m in self.knowledge.content.medicines.values() if m.atc and m.atc in atc), "")
        name = concept.get("text") or known or next((c.get("display", "") for c in concept.get("coding", [])), "")
        if not name:
            return
        period = resource.get("effectivePeriod", {})
        row = {"name": name} | {key: str(period[k])[:10] for key, k in (("since", "start"), ("stopped", "end")) if k in period}
        for extension in resource.get("extension", []):
            if extension.get("url") == our("changed"):
                row["changed"] = extension.get("valueDate")
        self.data.setdefault("medicines", []).append(row)


def _codes(concepts: Iterable[Json], system: str) -> list[str]:
    return [c["code"] for concept in concepts for c in concept.get("coding", []) if c.get("system") == system and "code" in c]


def _state(resource: Json) -> str:
    reasons = _codes([resource.get("dataAbsentReason", {})], _ABSENT_REASON)
    if reasons:
        return Answer.DECLINED if reasons[0] == "asked-declined" else Answer.UNKNOWN
    return Answer.PRESENT if resource.get("valueBoolean") else Answer.ABSENT

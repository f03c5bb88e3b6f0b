"""A case out of another program's FHIR R4B Bundle, or out of ours; and what of it could not be taken."""

import datetime as dt
import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from myognosis.exchange.casefile import parse_case
from myognosis.exchange.fhir.case import ABSENT_REASON, PATIENT
from myognosis.exchange.fhir.parts import ATC, HPO, LOINC, SECTION, Json, checked, leaf_of, our, rebuilt
from myognosis.faults import Message
from myognosis.knowledge import load_knowledge
from myognosis.language import mark
from myognosis.model.case import SCHEMA, Answer, Case

__all__ = ["Heard", "case_of_bundle", "heard"]

_UNKNOWN = mark("{what}: none of the terms we know; it was not weighed.")
_VOID = mark("{what}: not counted, because its status is '{status}'.")
_MADE_BY_US = {"urgency", "movement", "measured"}
"""Sections of an assessment: what comes back of them is no observation of the person."""
_PASSED = {None, "RiskAssessment", "OperationOutcome", "Bundle"}
_MOST_LEFT = 50
"""So many things that were not taken are named."""
_NO_RESULT = {"entered-in-error", "cancelled", "registered"}
_NOT_TAKEN = {"entered-in-error", "not-taken", "intended"}
_ENDED = {"stopped", "completed"}
"""When a medicine was stopped decides what that means: without a day it is not counted."""
_OVER = {"inactive", "remission", "resolved"}


class Heard(NamedTuple):
    """A case, and what stood in the bundle and is not in it."""

    case: Case
    left: tuple[Message, ...]


def case_of_bundle(bundle: Json) -> Case:
    """The case in a Bundle; see :func:`heard`."""
    return heard(bundle).case


def heard(bundle: Json) -> Heard:
    """The case in a Bundle: ours comes back whole; of another's, HPO findings, LOINC results, medicines and conditions.

    A resource that was entered in error, refuted or cancelled says nothing. What is not taken is listed.

    Raises
    ------
    CaseError
        It is not valid FHIR, or what it says is no valid case; every fault is listed.
    """
    checked(bundle, "Bundle")
    reading = _Reading()
    for row in bundle.get("entry", []):
        reading.take(row.get("resource", {}))
    case = parse_case(json.dumps({"schema": SCHEMA} | reading.data))
    terms = (Message(_UNKNOWN, {"what": row.label or row.code}) for row in case.unmapped)
    left = {str(message): message for message in (*reading.left, *terms)}
    return Heard(case, tuple(left.values())[:_MOST_LEFT])


class _Reading:
    """What has been understood of a bundle so far."""

    def __init__(self) -> None:
        self.knowledge = load_knowledge()
        self.data: Json = {}
        self.left: list[Message] = []

    def take(self, resource: Json) -> None:
        """One resource; what says nothing that we know is listed."""
        kind, status = resource.get("resourceType"), resource.get("status")
        if kind == PATIENT:
            self._patient(resource)
        elif kind == "Observation":
            section = next(iter(_codes(resource.get("category", []), SECTION)), "")
            if status in _NO_RESULT:
                self._void(resource, status)
            elif section not in _MADE_BY_US:
                self._ours(section, resource) if section else self._foreign(resource)
        elif kind == "Condition":
            self._condition(resource)
        elif kind == "MedicationStatement":
            undated = status in _ENDED and "end" not in resource.get("effectivePeriod", {})
            self._void(resource, status) if undated or status in _NOT_TAKEN else self._medicine(resource)
        elif kind not in _PASSED:
            self._unknown(resource)

    def _patient(self, resource: Json) -> None:
        """Sex, and the age today where a date of birth is given and no age."""
        if resource.get("gender") in ("female", "male", "other"):
            self.data.setdefault("person", {})["sex"] = resource["gender"]
        if "birthDate" in resource:
            self.data.setdefault("person", {}).setdefault("age_years", _age(str(resource["birthDate"]), dt.date.today()))

    def _void(self, resource: Json, status: object) -> None:
        self.left.append(Message(_VOID, {"what": _named(resource), "status": str(status)}))

    def _unknown(self, resource: Json) -> None:
        self.left.append(Message(_UNKNOWN, {"what": _named(resource)}))

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
        loinc = set(_codes([resource["code"]], LOINC))
        labs = self.knowledge.content.labs
        analyte = next((name for name, lab in labs.items() if loinc & {lab.loinc, *lab.loinc_also}), "")
        if analyte and isinstance(quantity, dict) and "value" in quantity:
            self._lab(resource, analyte)
        elif isinstance(resource.get("valueBoolean"), bool) or "dataAbsentReason" in resource:
            self._term(resource["code"], _state(resource), "answers")
        else:
            self._unknown(resource)

    def _lab(self, resource: Json, analyte: str) -> None:
        quantity, limits = resource["valueQuantity"], (resource.get("referenceRange") or [{}])[0]
        row = {"analyte": analyte, "value": quantity["value"], "unit": quantity.get("unit") or quantity.get("code", "")}
        row |= {side: limits[side]["value"] for side in ("low", "high") if "value" in limits.get(side, {})}
        when = resource.get("effectiveDateTime")
        self.data.setdefault("labs", []).append(row | ({"on": str(when)[:10]} if when else {}))

    def _condition(self, resource: Json) -> None:
        """A condition that stands; one that was refuted is an answer, one that is over or an error says nothing."""
        own, verified = _codes([resource.get("code", {})], our("finding")), _status(resource, "verificationStatus")
        over = {verified} & {"entered-in-error"} or {_status(resource, "clinicalStatus")} & _OVER
        if over:
            self._void(resource, over.pop())
        elif own and verified != "refuted":
            self.data.setdefault("conditions", []).append(own[0])
        elif verified == "refuted":
            self._term(resource.get("code", {}), Answer.ABSENT, "answers")
        else:
            self._term(resource.get("code", {}), Answer.PRESENT, "conditions")

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
        text = concept.get("text", "")
        name = (
            known
            if known and not self.knowledge.medicines_in(text)
            else text or next((c.get("display", "") for c in concept.get("coding", [])), "")
        )
        if not name:
            self._unknown(resource)
            return
        period = resource.get("effectivePeriod", {})
        row = {"name": name} | {key: str(period[k])[:10] for key, k in (("since", "start"), ("stopped", "end")) if k in period}
        for extension in resource.get("extension", []):
            if extension.get("url") == our("changed"):
                row["changed"] = extension.get("valueDate")
        self.data.setdefault("medicines", []).append(row)


def _codes(concepts: Iterable[Json], system: str) -> list[str]:
    return [c["code"] for concept in concepts for c in concept.get("coding", []) if c.get("system") == system and "code" in c]


def _status(resource: Json, name: str) -> str:
    return next((str(c.get("code", "")) for c in resource.get(name, {}).get("coding", [])), "")


def _named(resource: Json) -> str:
    """A resource by what it is of."""
    concept: Json = next(
        (resource[key] for key in ("code", "medicationCodeableConcept", "vaccineCode") if isinstance(resource.get(key), dict)), {}
    )
    first: Json = next(iter(concept.get("coding", [])), {})
    what = concept.get("text") or first.get("display") or first.get("code") or ""
    return f"{resource.get('resourceType', '')} {what}".strip()[:200]


def _age(born: str, today: dt.date) -> int:
    """Whole years since a date of birth; a missing month or day is taken as the first."""
    year, month, day = (*map(int, born.split("-")), 1, 1)[:3]
    return today.year - year - ((today.month, today.day) < (month, day))


def _state(resource: Json) -> str:
    reasons = _codes([resource.get("dataAbsentReason", {})], ABSENT_REASON)
    if reasons:
        return Answer.DECLINED if reasons[0] == "asked-declined" else Answer.UNKNOWN
    return Answer.PRESENT if resource.get("valueBoolean") else Answer.ABSENT

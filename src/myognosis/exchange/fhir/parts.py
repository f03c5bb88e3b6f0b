"""The small change of FHIR: codes, values, references, and the check by the standard's own classes."""

import json
import re
import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, unquote

from myognosis.faults import CaseError, Issue, Level, Message, MissingExtra
from myognosis.language import mark
from myognosis.model.misfit import why_not

__all__ = [
    "ATC", "HPO", "LOINC", "SECTION", "UCUM", "Json", "checked", "coding", "entry", "field", "fits", "leaf_of", "leaves", "our",
    "rebuilt",
]  # fmt: skip

HPO, LOINC, UCUM = "http://human-phenotype-ontology.org", "http://loinc.org", "http://unitsofmeasure.org"
ATC = "http://www.whocc.no/atc"
SECTION = "urn:myognosis:section"
Json = dict[str, Any]

_CODE, _STRING = re.compile(r"[^\s]+(\s[^\s]+)*"), re.compile(r"[ \r\n\t\S]+")
_SPACE = uuid.UUID("6f1d6a7e-2f0b-5b7a-9b57-1c0de0a11ce5")


def our(kind: str) -> str:
    """The code system of our own ids."""
    return f"urn:myognosis:{kind}"


def coding(*codes: tuple[str, str | None], text: str = "") -> Json:
    """A CodeableConcept of the codes that there are."""
    known = [{"system": system, "code": code} for system, code in codes if code]
    return {"coding": known} | ({"text": text} if text else {})


def entry(resource: Json, number: int) -> Json:
    """A resource with its address in the bundle; the same bundle always has the same addresses."""
    name = f"{number}:{resource['resourceType']}"
    return {"fullUrl": f"urn:uuid:{uuid.uuid5(_SPACE, name)}", "resource": resource}


def fits(text: str, *, as_code: bool = False) -> bool:
    """Whether FHIR can hold a text as it is: its strings are not empty and have no odd white space, its codes no double one."""
    return bool((_CODE if as_code else _STRING).fullmatch(text))


def field(pointer: str, value: object) -> Json:
    """One leaf of a row as a component, under its pointer; a text that FHIR cannot hold as it is goes as a JSON literal."""
    odd = isinstance(value, str) and not fits(value)
    code = coding((our("json" if odd else "field"), quote(pointer, safe="/~") or "/"))
    return {"code": code} | typed(json.dumps(value) if odd else value)


def leaf_of(component: Json) -> tuple[str, object]:
    """The pointer and the value of a component."""
    first = (component["code"].get("coding") or [{}])[0]
    value, pointer = value_of(component), unquote(first.get("code", "/"))
    if first.get("system") == our("json") and isinstance(value, str):
        value = json.loads(value)
    return "" if pointer == "/" else pointer, value


def typed(value: object) -> Json:
    """A plain value as FHIR's ``value[x]``."""
    if isinstance(value, bool):
        return {"valueBoolean": value}
    if isinstance(value, int) and abs(value) < 2**31:
        return {"valueInteger": value}
    if isinstance(value, int | float):
        return {"valueQuantity": {"value": value}}
    return {"valueString": value}


def value_of(holder: Json) -> object:
    """The plain value of a ``value[x]``; nothing where there is none that we know."""
    for name in ("valueBoolean", "valueInteger", "valueString"):
        if name in holder:
            return holder[name]
    quantity = holder.get("valueQuantity")
    return quantity.get("value") if isinstance(quantity, dict) else None


def leaves(data: object, pointer: str = "") -> Iterator[tuple[str, object]]:
    """Every plain value of a JSON text with its pointer (RFC 6901)."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from leaves(value, f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}")
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from leaves(value, f"{pointer}/{index}")
    elif data is not None:
        yield pointer, data


def rebuilt(rows: list[tuple[str, object]]) -> Json:
    """The JSON object of which these are the leaves."""
    root: Json = {}
    for pointer, value in rows:
        *way, last = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]] or [""]
        holder = root
        for part in way:
            holder = holder.setdefault(part, {})
            if not isinstance(holder, dict):
                return root
        holder[last] = value
    return {key: _with_lists(value) for key, value in root.items()}


def _with_lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {key: _with_lists(part) for key, part in value.items()}
    if inner and all(key.isdecimal() for key in inner):
        return [inner[key] for key in sorted(inner, key=int)]
    return inner


def checked(resource: Json, kind: str) -> Json:
    """The resource itself, once the standard's class of its kind has found nothing wrong with it.

    Raises
    ------
    CaseError
        It is not of this kind, or not valid FHIR; every fault is listed with its place.
    MissingExtra
        ``fhir.resources`` is not installed.
    """
    try:
        from fhir.resources.R4B import get_fhir_model_class
    except ImportError:
        raise MissingExtra("FHIR", "interop") from None
    from pydantic import ValidationError

    if resource.get("resourceType") != kind:
        raise CaseError([_fault("$.resourceType", mark("This is not a {kind} of FHIR R4B."), kind=kind)])
    try:
        get_fhir_model_class(kind).model_validate(resource)
    except ValidationError as error:
        what = mark("FHIR does not allow this: {why}.")
        rows = error.errors()[:50]
        raise CaseError([_fault(_place(row["loc"]), what, why=why_not(row)) for row in rows]) from None
    return resource


def _place(loc: tuple[int | str, ...]) -> str:
    return "$." + ".".join(map(str, loc))


def _fault(where: str, what: str, **params: object) -> Issue:
    return Issue("fhir.format", Level.REFUSE, where, Message(what, params), Message(mark("See FHIR R4B, hl7.org/fhir/R4B.")))

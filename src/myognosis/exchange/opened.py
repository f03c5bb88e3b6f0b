"""A case out of any file that we can read, and what of the file is not in it: ours, a Phenopacket, a FHIR Bundle."""

import json
from typing import Any, NamedTuple

from myognosis.exchange.casefile import parse_case
from myognosis.faults import Message
from myognosis.language import mark
from myognosis.model.case import Case
from myognosis.model.misfit import once

__all__ = ["Opened", "open_case"]

_PART = mark("{what}: this part of the Phenopacket was not taken.")
_TERM = mark("{what}: none of the terms we know; it was not weighed.")
_TAKEN = {"id", "subject", "phenotypicFeatures", "metaData"}


class Opened(NamedTuple):
    """A case, and what stood in the file and is not in it."""

    case: Case
    left: tuple[Message, ...]


def open_case(text: str) -> Opened:
    """The case in a text, whichever of the formats it is in.

    Raises
    ------
    CaseError
        With every fault found.
    MissingExtra
        It is FHIR, and ``fhir.resources`` is not installed.
    """
    data = _object(text)
    if data.get("resourceType") is not None:
        from myognosis.exchange.fhir import heard

        case, left = heard(data)
        return Opened(case, left)
    case = parse_case(text)
    parts = [name for name, value in data.items() if value and name not in _TAKEN] if "phenotypicFeatures" in data else []
    terms = [row.label or row.code for row in case.unmapped] if parts or "phenotypicFeatures" in data else []
    told = [(_TERM, what) for what in terms] + [(_PART, what[:60]) for what in parts]
    return Opened(case, tuple(Message(text, {"what": what}) for text, what in told))


def _object(text: str) -> dict[str, Any]:
    """The text as an object of JSON; empty where it is none, which ``parse_case`` then says in its own words."""
    try:
        data = json.loads(text, object_pairs_hook=once) if text.lstrip().startswith("{") else {}
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}

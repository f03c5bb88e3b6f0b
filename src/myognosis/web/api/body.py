"""Bodies read by the same doors as files, so that a call finds every fault that a file would have."""

import json
from typing import Any

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from myognosis.exchange.casefile import case_schema, parse_case
from myognosis.faults import CaseError, Issue, Level, Message
from myognosis.language import mark
from myognosis.model.case import Case
from myognosis.model.misfit import once

__all__ = ["case_body", "describe", "json_body"]


async def json_body(request: Request) -> dict[str, Any]:
    """The body as a JSON object.

    Raises
    ------
    CaseError
        It is not one.
    """
    try:
        data = json.loads((await request.body()).decode("utf-8"), parse_constant=_refuse, object_pairs_hook=once)
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        what, fix = mark("The body is not a JSON object."), mark("Send one object in UTF-8, each name in it once.")
        raise CaseError([Issue("api.json", Level.REFUSE, "$", Message(what), Message(fix))])
    return data


def _refuse(word: str) -> None:
    raise ValueError(word)  # NaN and infinities are no JSON


async def case_body(request: Request) -> Case:
    """The body as a case, or a Phenopacket as one."""
    return await run_in_threadpool(parse_case, json.dumps(await json_body(request)))


def describe(schema: dict[str, Any]) -> dict[str, Any]:
    """What a call says of its body in the OpenAPI description."""
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def inlined_case_schema() -> dict[str, Any]:
    """The schema of a case with every reference followed, so that it can stand inside another schema."""
    schema = case_schema()
    parts = schema.pop("$defs")

    def follow(node: Any) -> Any:
        """A node with the parts in place of the references to them."""
        if isinstance(node, dict):
            if "$ref" in node:
                return follow(parts[node["$ref"].rsplit("/", 1)[1]])
            return {key: follow(value) for key, value in node.items() if key != "$id"}
        return [follow(part) for part in node] if isinstance(node, list) else node

    whole: dict[str, Any] = follow(schema)
    whole["properties"]["schema"] = {"const": schema["properties"]["schema"]["default"]}
    return whole | {"required": ["schema"]}

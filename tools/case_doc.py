"""Write docs/case.md from the case model itself, so that the document cannot drift from the program."""

from pathlib import Path
from typing import Any

from myognosis.model import case as m

ROOT = Path(__file__).parent.parent
ORDER = (
    m.Case, m.About, m.Person, m.Complaint, m.Duration, m.Place, m.Exposure, m.Medicine, m.Event,
    m.Examination, m.Power, m.Reflex, m.Sensation, m.Lab, m.Conduction, m.Proximal, m.Trace, m.NeedleMuscle,
    m.TestDone, m.Recording, m.Pair, m.Unmapped,
)  # fmt: skip


def kind(schema: dict[str, Any]) -> str:
    """A field's type in words."""
    if "$ref" in schema:
        return f"[{schema['$ref'].split('/')[-1]}](#{schema['$ref'].split('/')[-1].lower()})"
    if "anyOf" in schema:
        return " or ".join(kind(part) for part in schema["anyOf"] if part.get("type") != "null")
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if "prefixItems" in schema:
        return " and ".join(kind(part) for part in schema["prefixItems"])
    if schema.get("type") == "array":
        return f"list of {kind(schema['items'])}"
    if schema.get("type") == "object":
        return f"id: {kind(schema['additionalProperties'])}"
    limits = [
        f"{word} {schema[key]:g}"
        for key, word in (("minimum", "from"), ("exclusiveMinimum", "above"), ("maximum", "to"))
        if key in schema
    ]
    name = schema.get("format", schema.get("type", "any"))
    return " ".join([name, *limits])


def document() -> str:
    """The whole page."""
    lines = [
        "# The case format: `myognosis/case/1`",
        "",
        "Written by `python tools/case_doc.py` from the model. Every field may be left out but `schema`.",
        "Ids come from `myognosis schema --vocabulary`. Units are never guessed: an unknown one is refused.",
        "",
    ]
    full = m.Case.model_json_schema(by_alias=True)
    answer = full["$defs"]["Answer"]
    for model in ORDER:
        schema = full if model is m.Case else full["$defs"][model.__name__]
        lines += [f"## {model.__name__}", "", schema.get("description", ""), "", "| field | value |", "|---|---|"]
        lines += [f"| `{name}` | {kind(field)} |" for name, field in schema["properties"].items()]
        lines.append("")
    lines += ["## Answer", "", answer["description"], "", ", ".join(f"`{value}`" for value in answer["enum"]), ""]
    return "\n".join(lines)


if __name__ == "__main__":
    (ROOT / "docs" / "case.md").write_text(document(), "utf-8")

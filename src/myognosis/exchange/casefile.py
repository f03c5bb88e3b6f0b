"""Reading a case: YAML or JSON in, a ``Case`` out, or every fault at once with its path and its mend."""

import json
import re
from collections import Counter
from collections.abc import Iterable
from io import StringIO
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, to_json

from myognosis.faults import CaseError, Issue, Level, Message, near_miss
from myognosis.language import mark
from myognosis.model.case import SCHEMA, Case
from myognosis.model.misfit import once, why_no_file, why_no_text, why_not

__all__ = [
    "MAX_BYTES",
    "MalformedCase",
    "case_schema",
    "dump_case",
    "dump_json",
    "dump_with_notes",
    "load_yaml",
    "notes_in",
    "parse_case",
    "read_case",
]

MAX_BYTES = 8_000_000
"""A case is a page or two of text; anything larger is not a case."""
MAX_ROWS = 20_000
"""The most rows of one kind that are read."""


def read_case(path: str | Path) -> Case:
    """The case in a file.

    Raises
    ------
    CaseError
        The file cannot be read or does not fit the format; every fault is listed.
    """
    place = Path(path)
    try:
        if not place.is_file():
            raise CaseError([_issue("file.missing", str(path), mark("There is no such file."), mark("Check the path."))])
        if place.stat().st_size > MAX_BYTES:
            raise CaseError([_issue("file.large", str(path), mark("The file is too large for a case."), _ONE_CASE)])
        text = place.read_text("utf-8")
    except UnicodeDecodeError:
        raise CaseError([_issue("file.encoding", str(path), mark("The file is not UTF-8 text."), _SAVE_UTF8)]) from None
    except OSError as error:
        what, why = mark("The file cannot be read: {why}."), why_no_file(error)
        raise CaseError([_issue("file.unreadable", str(path), what, mark("Check the file."), why=why)]) from None
    return parse_case(text)


_ONE_CASE = mark("Give one case in one file; recordings are named in it, not put into it.")
_SAVE_UTF8 = mark("Save it as UTF-8.")


def parse_case(text: str) -> Case:
    """The case in a text of YAML or JSON; a Phenopacket is recognised and read as well.

    Raises
    ------
    CaseError
        With every fault found.
    """
    data = _load(text)
    if "phenotypicFeatures" in data or ("metaData" in data and "subject" in data):
        from myognosis.exchange.phenopacket import case_from_phenopacket

        return case_from_phenopacket(data)
    _check_version(data)
    _check_lengths(data)
    try:
        return Case.model_validate_json(to_json(data))
    except ValidationError as error:
        errors = error.errors()
        raise MalformedCase([_from_pydantic(one, data) for one in errors], _rest(data, errors)) from None


class MalformedCase(CaseError):  # noqa: N818  # named for what it is
    """A case with faults of form; ``rest`` is what remains without the faulty parts, so that its faults are told as well."""

    def __init__(self, issues: list[Issue], rest: Case | None) -> None:
        super().__init__(issues)
        self.rest = rest


def _rest(data: dict[str, Any], errors: list[ErrorDetails]) -> Case | None:
    """The case without its faulty parts: a field that may be missing is dropped, else the part that holds it, and so on."""
    copy = json.loads(to_json(data))
    paths = {tuple(one["loc"]) for one in errors}
    for _ in range(_DEPTH):
        for path in sorted(paths, key=lambda p: [str(part).rjust(9, "0") for part in p], reverse=True):
            _drop(copy, path)
        try:
            return Case.model_validate_json(to_json(copy))
        except ValidationError as error:
            paths = {tuple(one["loc"])[: -1 if len(one["loc"]) > 1 else 1] for one in error.errors()}
    return None


_DEPTH = 6
"""A fault lies no deeper in a case than so many fields in one another."""


def _drop(data: Any, path: tuple[int | str, ...]) -> None:
    """Take out what lies at a path, or the last of its parts that is there."""
    holder = data
    for part in path[:-1]:
        if not _holds(holder, part):
            return
        holder = holder[part]
    if _holds(holder, path[-1]):
        del holder[path[-1]]


def _holds(holder: Any, part: int | str) -> bool:
    return part in holder if isinstance(holder, dict) else isinstance(holder, list) and isinstance(part, int) and part < len(holder)


def _load(text: str) -> dict[str, Any]:
    try:
        data = json.loads(text, object_pairs_hook=once) if text.lstrip().startswith("{") else load_yaml(text)
        to_json(data)  # also refuses what YAML can hold and JSON cannot
    except _unreadable() as error:
        what = mark("The text is neither YAML nor JSON: {why}.")
        raise CaseError([_issue("file.syntax", "$", what, mark("Mend the syntax there."), why=why_no_text(error))]) from None
    if not isinstance(data, dict):
        what = mark("A case is a mapping of fields, and this is not one.")
        raise CaseError([_issue("case.mapping", "$", what, mark("Begin with the line: schema: myognosis/case/1"))])
    return data


def _unreadable() -> tuple[type[Exception], ...]:
    """What a text that is no YAML and no JSON raises; named once it is raised, for a server of cases in JSON needs no YAML."""
    from ruamel.yaml.error import YAMLError

    return YAMLError, ValueError, RecursionError, AssertionError


def load_yaml(text: str) -> Any:
    """YAML without anchors: an alias can make a small text grow without bound, and no case needs one."""
    from ruamel.yaml import YAML
    from ruamel.yaml.constructor import SafeConstructor
    from ruamel.yaml.events import AliasEvent

    if "*" in text and any(isinstance(event, AliasEvent) for event in YAML(typ="safe", pure=True).parse(StringIO(text))):
        raise ValueError(Message(mark("anchors and aliases are not allowed here")))

    class Constructor(SafeConstructor):
        """Keeps a day that no calendar has as the text that it was: its field is then named as faulty, and not the file."""

        def day(self, node: Any) -> Any:
            """A day of the calendar as a date, any other as its text."""
            try:
                return self.construct_yaml_timestamp(node)
            except ValueError:
                return node.value

    Constructor.add_constructor("tag:yaml.org,2002:timestamp", Constructor.day)
    yaml = YAML(typ="safe", pure=True)
    yaml.Constructor = Constructor
    return yaml.load(StringIO(text))


def _check_version(data: dict[str, Any]) -> None:
    version = data.get("schema")
    if version == SCHEMA:
        return
    if isinstance(version, str) and version.startswith("myognosis/case/"):
        what = mark("The case is written in format {version}, and this program reads {ours}.")
        fix = mark("Update the program, or save the case in the older format.")
        raise CaseError([_issue("case.version", "$.schema", what, fix, version=version, ours=SCHEMA)])
    what = mark("The format is not named.")
    raise CaseError([_issue("case.schema", "$.schema", what, mark("Begin with the line: schema: myognosis/case/1"))])


def _check_lengths(data: dict[str, Any]) -> None:
    """No person has so many of anything; the faults of an endless list would not end either."""
    lists = {"$": data} | {f"$.{name}": value for name, value in data.items()}
    if len(data) <= MAX_ROWS:
        lists |= {f"$.{name}.{part}": v for name, value in data.items() if isinstance(value, dict) for part, v in value.items()}
    what, fix = (
        mark("The list has {n} {n:row|rows}, and {most} is the most that is read."),
        mark("Give one person's case in one file."),
    )
    issues = [
        _issue("case.long", where, what, fix, n=len(value), most=MAX_ROWS)
        for where, value in lists.items()
        if isinstance(value, list | dict) and len(value) > MAX_ROWS
    ]
    if issues:
        raise CaseError(issues)


def _from_pydantic(error: ErrorDetails, data: dict[str, Any]) -> Issue:
    """One fault of pydantic in our words."""
    where = "$" + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in error["loc"])
    given = str(error.get("input"))[:80]
    if error["type"] == "extra_forbidden":
        name = str(error["loc"][-1])
        hint = near_miss(name, _fields_at(error["loc"][:-1]))
        fix = mark("Did you mean '{hint}'?") if hint else mark("Remove it, or see: myognosis schema")
        if name.isdecimal():  # a decimal comma, which in YAML begins the next field
            fix = mark("Write numbers with a point: 2.4, not 2,4.")
        return _issue("case.field", where, mark("There is no field '{name}'."), fix, name=name, hint=hint)
    if error["type"] == "missing":
        return _issue("case.missing", where, mark("This field is missing."), mark("Add it."))
    if error["type"] in ("enum", "literal_error"):
        what, fix = mark("'{given}' is not one of the answers."), mark("Use one of: {expected}.")
        return _issue("case.choice", where, what, fix, given=given, **why_not(error).params)
    what, fix = mark("'{given}' cannot stand here: {why}."), mark("See: myognosis schema")
    return _issue("case.value", where, what, fix, given=given, why=why_not(error))


def _fields_at(loc: tuple[int | str, ...]) -> Iterable[str]:
    """The names of the fields at a place of a case."""
    model: type[BaseModel] = Case
    for part in loc:
        field = model.model_fields.get(str(part))
        model = (field and _model_in(field.annotation)) or model
    return model.model_fields


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model that an annotation speaks of, alone or many times."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((model for one in get_args(annotation) if (model := _model_in(one))), None)


def _issue(code: str, where: str, what: str, fix: str, **params: object) -> Issue:
    return Issue(code, Level.REFUSE, where, Message(what, params), Message(fix, params))


def dump_case(case: Case) -> str:
    """A case as YAML, without the fields that were not given; as JSON where YAML would change a character of it."""
    from ruamel.yaml import YAML

    writer, stream = YAML(typ="safe", pure=True), StringIO()
    writer.default_flow_style, writer.allow_unicode, writer.sort_base_mapping_type_on_output = False, True, False  # type: ignore[assignment]
    data = _data(case)
    writer.dump(data, stream)
    text = stream.getvalue()
    return text if load_yaml(text) == data else dump_json(case)  # YAML folds odd line ends


def dump_with_notes(case: Case, earlier: str) -> str:
    """A case in the text of an earlier YAML of it, with its notes behind ``#`` at its head, above and beside what still stands.

    An empty text where the values would not be read back as they are.
    """
    from ruamel.yaml import YAML

    data, writer, stream = _data(case), YAML(typ="rt", pure=True), StringIO()
    writer.allow_unicode, writer.preserve_quotes, writer.width = True, True, _NO_FOLDS
    try:
        there = writer.load(_beside(earlier))
        writer.dump(_put(data, there), stream)
        text = _above(stream.getvalue())
        return text if load_yaml(text) == data else ""
    except _unreadable():
        return ""


def notes_in(text: str) -> Counter[str]:
    """The notes behind ``#`` in a YAML, and how often each stands there.

    >>> sorted(notes_in("a: 1  # one"))
    ['one']
    """
    return Counter(found[1].strip() for found in re.finditer(r"(?:^|\s)#(.*)$", text, re.MULTILINE))


_ABOVE = "\ue000"
"""Stands for the line between a note above an entry and the entry, in a character that nobody writes."""


def _beside(text: str) -> str:
    """The same YAML with each note above an entry behind it, where ruamel lets it go and stay with the entry."""
    if _ABOVE in text:
        return text
    lines, moved = list[str](), list[str]()
    for line in text.splitlines():
        if line.lstrip().startswith("#"):
            moved.append(line)
        elif moved and line.strip():
            lines.append(f"{line}  #{_ABOVE}{_ABOVE.join(note.strip() for note in moved)}")
            moved = []
        else:  # an empty line: what stands above it belongs to no entry
            lines += [*moved, line]
            moved = []
    text_moved = "\n".join([*lines, *moved, ""])
    return text_moved if load_yaml(text_moved) == load_yaml(text) else text


def _above(text: str) -> str:
    """The same YAML with what was put behind the entries above them again."""
    lines = list[str]()
    for line in text.splitlines():
        entry, behind, notes = line.partition(f"#{_ABOVE}")
        indent = line[: len(line) - len(line.lstrip())]
        lines += [f"{indent}{note}" for note in notes.split(_ABOVE)] if behind else []
        lines.append(entry.rstrip() if behind else line)
    return "\n".join([*lines, ""])


_NO_FOLDS = 100_000


def _put(new: Any, there: Any) -> Any:
    """What is new in the place of what is there; of two mappings, or two lists, only what differs is changed."""
    if isinstance(new, dict) and isinstance(there, dict):
        for name in [name for name in there if name not in new]:
            del there[name]
        for name, value in new.items():
            there[name] = _put(value, there[name]) if name in there else value
        return there
    if isinstance(new, list) and isinstance(there, list):
        return _put_rows(new, there)
    return there if new == there and isinstance(new, bool) == isinstance(there, bool) else new


def _put_rows(new: list[Any], there: Any) -> Any:
    """The same for the rows of a list; a note moves with its row."""
    rows = list(there)
    was = [_row_of(value, rows) for value in new]
    beside = dict(there.ca.items)
    there[:] = [value if at is None else _put(value, rows[at]) for value, at in zip(new, was, strict=True)]
    there.ca.items.clear()
    there.ca.items.update({to: beside[at] for to, at in enumerate(was) if at in beside})
    return there


def _row_of(value: Any, rows: list[Any]) -> int | None:
    """Which row of a list a value was: one that holds the same, else one whose first field says the same."""
    first = next(iter(value.items()), None) if isinstance(value, dict) else None
    same = (at for at, row in enumerate(rows) if row == value)
    named = (at for at, row in enumerate(rows) if first and isinstance(row, dict) and row.get(first[0]) == first[1])
    return next(same, next(named, None))


def dump_json(case: Case) -> str:
    """A case as JSON, without the fields that were not given."""
    return to_json(_data(case), indent=1).decode()


def _data(case: Case) -> dict[str, Any]:
    """A case as the plain values of JSON, the name of the format first."""
    told: dict[str, Any] = json.loads(case.model_dump_json(by_alias=True, exclude_defaults=True))
    return {"schema": SCHEMA} | told


def case_schema() -> dict[str, Any]:
    """The JSON Schema of the format."""
    return Case.model_json_schema(by_alias=True) | {"$id": SCHEMA}

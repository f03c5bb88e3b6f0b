"""A list of recordings: which files, and what is known of each. Every fault of it is told before anything runs."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from myognosis.exchange.casefile import load_yaml
from myognosis.faults import Issue, Level, ListError, Message, near_miss
from myognosis.knowledge import Knowledge
from myognosis.language import mark
from myognosis.model.case import Recording
from myognosis.model.misfit import once, why_no_file, why_no_text, why_not
from myognosis.readers.base import UnknownUnit, known_unit
from myognosis.readers.boxed import stands

__all__ = ["COLUMNS", "Told", "is_list", "read_list"]

_MAX_BYTES, _MAX_ROWS, _MAX_FAULTS = 100_000_000, 1_000_000, 200
_FIELDS = mark("Use one of: {expected}.")


class Told(Recording):
    """One row of a list: a recording as a case holds it, and whose it is. Its kind may be left to what the file says."""

    kind: Literal["emg", "eeg", "accelerometer", "gyroscope", "video", "other"] | None = None  # type: ignore[assignment]
    person: str | None = None

    def entry(self, kind: str, file: str) -> Recording:
        """The recording of a case."""
        return Recording.model_validate(self.model_dump(exclude={"person"}) | {"kind": kind, "file": file})


COLUMNS = ("file", "person", "kind", "during", "place", "side", "electrode", "shows", "units", "rate_hz", "negative_up", "loaded",
           "task", "asked_hz", "before", "moments_s", "note")  # fmt: skip
"""The columns of a CSV list; a list in YAML also takes pairs."""
_NUMBERS, _TRUTHS = ("rate_hz", "asked_hz"), ("negative_up", "loaded")
_TRUE, _FALSE = ("true", "yes", "1"), ("false", "no", "0")


@dataclass(frozen=True)
class _Row:
    where: str
    data: Mapping[str, Any]


def is_list(path: Path) -> bool:
    """Whether a file is called as a list is."""
    return path.suffix.lower() in (".csv", ".tsv", ".yaml", ".yml", ".json")


def read_list(path: Path, knowledge: Knowledge) -> tuple[tuple[Path, Told], ...]:
    """The files of a list with what is told of each; paths are relative to the list, and may lie anywhere.

    Raises
    ------
    ListError
        With every fault: an unknown column, a value that cannot be, a place or a unit that nobody knows, a file that is not there.
    """
    text = _text(path)
    if path.suffix.lower() in (".csv", ".tsv"):
        rows, issues = _csv_rows(text, path.name)
    else:
        rows, issues = _yaml_rows(text, path.name), []
    found = dict[Path, Told]()
    for row in rows:
        told, faults = _checked(row, path.parent, knowledge)
        issues += faults
        if told is not None:
            file = _resolved(path.parent, told.file)
            if file in found:
                issues.append(
                    _issue("twice", f"{row.where}, file", mark("The file stands in the list twice."), mark("Keep one row."))
                )
            found[file] = told.model_copy(update={"before": str(_resolved(path.parent, told.before)) if told.before else None})
        if len(issues) >= _MAX_FAULTS:
            break
    if issues:
        raise ListError(issues)
    if not found:
        raise ListError([_issue("empty", path.name, mark("The list names no file."), mark("Add a row for each recording."))])
    return tuple(found.items())


def _text(path: Path) -> str:
    fix = mark("Give a list as CSV or YAML, in UTF-8.")
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise ListError([_issue("large", path.name, mark("The file is too large for a list."), fix)])
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = why_no_text(error) if isinstance(error, UnicodeDecodeError) else why_no_file(error)
        raise ListError([_issue("unreadable", path.name, mark("The file cannot be read: {why}."), fix, why=why)]) from None


def _csv_rows(text: str, name: str) -> tuple[list[_Row], list[Issue]]:
    """The rows of a CSV as those of YAML would be; its columns are judged once."""
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text), delimiter=max((",", ";", "\t"), key=first.count))
    try:
        heads, *lines = ([cell.strip() for cell in line] for line in reader)
    except (csv.Error, ValueError):
        raise ListError([_issue("empty", name, mark("The list names no file."), mark("Add a row for each recording."))]) from None
    issues = [_no_field(head, f"{name}, line 1", COLUMNS) for head in heads if head not in COLUMNS]
    issues += [_issue("column", f"{name}, line 1", mark("The column '{name}' stands twice."), mark("Keep one of them."), name=head)
               for head in dict.fromkeys(heads) if heads.count(head) > 1]  # fmt: skip
    if "file" not in heads:
        issues.append(_issue("column", f"{name}, line 1", mark("The column '{name}' is missing."), mark("Add it."), name="file"))
    if issues:
        return [], issues
    rows = []
    for number, cells in enumerate(lines, 2):
        where = f"{name}, line {number}"
        if len(cells) > len(heads):
            issues.append(
                _issue("cells", where, mark("The line has more cells than the first."), mark("Put texts with commas in quotes."))
            )
        elif any(cells):
            rows.append(_Row(where, _from_cells({head: cell for head, cell in zip(heads, cells, strict=False) if cell})))
    return rows, issues


def _from_cells(cells: dict[str, str]) -> dict[str, Any]:
    """Cells as values; what cannot be one stays as it is, and is refused with the rest."""
    data: dict[str, Any] = dict(cells)
    place = {key: data.pop(column) for column, key in (("place", "where"), ("side", "side")) if column in data}
    if place:
        data["place"] = place
    for name in _NUMBERS:
        if name in data:
            data[name] = _number(data[name])
    for name in _TRUTHS:
        if name in data:
            low = data[name].casefold()
            data[name] = True if low in _TRUE else False if low in _FALSE else data[name]
    if "moments_s" in data:
        data["moments_s"] = [_number(part) for part in data["moments_s"].replace(";", " ").split()]
    if "units" in data:
        pairs = (part.strip().rpartition("=") for part in data["units"].split(";") if part.strip())
        data["units"] = {channel.strip() or "*": unit.strip() for channel, _, unit in pairs}
    return data


def _number(cell: str) -> float | str:
    try:
        return float(cell.replace(",", "."))
    except ValueError:
        return cell


def _yaml_rows(text: str, name: str) -> list[_Row]:
    from ruamel.yaml.error import YAMLError

    try:
        data = json.loads(text, object_pairs_hook=once) if text.lstrip()[:1] in ("{", "[") else load_yaml(text)
    except (YAMLError, ValueError, RecursionError, AssertionError) as error:
        what = mark("The text is neither YAML nor JSON: {why}.")
        raise ListError([_issue("syntax", name, what, mark("Mend the syntax there."), why=why_no_text(error))]) from None
    rows = data.get("recordings") if isinstance(data, dict) and set(data) == {"recordings"} else data
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        what, fix = (
            mark("A list is one row for each recording, and this is none."),
            mark("Write the line: recordings:, and under it a row for each, such as: - file: a.edf"),
        )
        raise ListError([_issue("rows", name, what, fix)])
    return [_Row(f"{name}, recordings[{number}]", row) for number, row in enumerate(rows[:_MAX_ROWS])]


def _checked(row: _Row, folder: Path, knowledge: Knowledge) -> tuple[Told | None, list[Issue]]:
    try:
        told = Told.model_validate_json(json.dumps(row.data, default=str))
    except ValidationError as error:
        return None, [_misfit(one, row.where) for one in error.errors()]
    return told, [*_sense(told, row.where, knowledge), *_files(told, row.where, folder)]


def _sense(told: Told, where: str, knowledge: Knowledge) -> Iterator[Issue]:
    """A place or a unit that nobody knows."""
    muscles = knowledge.content.muscles
    if told.place and told.place.where not in muscles:
        hint = near_miss(told.place.where, muscles)
        fix = mark("Did you mean '{hint}'?") if hint else mark("See the list: myognosis schema --vocabulary")
        what, kind = mark("'{name}' is not a known {kind}."), Message(mark("muscle or region"))
        yield _issue("place", f"{where}, place", what, fix, name=told.place.where, kind=kind, hint=hint)
    for unit in told.units.values():
        try:
            known_unit(unit)
        except UnknownUnit:
            what, fix = mark("'{unit}' is no unit that we know."), mark("Use uV, mV, g, m/s2, deg/s, rad/s, N or mA.")
            yield _issue("unit", f"{where}, units", what, fix, unit=unit[:20])


def _files(told: Told, where: str, folder: Path) -> Iterator[Issue]:
    for name, file in (("file", told.file), ("before", told.before)):
        if file is not None and not _is_file(_resolved(folder, file)):
            yield _issue(
                "file", f"{where}, {name}", mark("There is no such file."), mark("Check the path; it counts from the list.")
            )


def _resolved(folder: Path, file: str) -> Path:
    try:
        return (folder / file).resolve()
    except (OSError, ValueError):
        return folder / "?"


def _is_file(path: Path) -> bool:
    try:
        return stands(path)
    except (OSError, ValueError):
        return False


def _misfit(error: ErrorDetails, where: str) -> Issue:
    """One fault of pydantic in our words."""
    spot = ".".join(map(str, error["loc"]))
    if error["type"] == "extra_forbidden":
        return _no_field(str(error["loc"][-1]), where, tuple(Told.model_fields) if len(error["loc"]) == 1 else ())
    if error["type"] == "missing":
        return _issue("missing", f"{where}, {spot}", mark("This field is missing."), mark("Add it."))
    what, fix = mark("'{given}' cannot stand here: {why}."), mark("See docs/cohort.md.")
    return _issue("value", f"{where}, {spot}", what, fix, given=str(error.get("input"))[:80], why=why_not(error))


def _no_field(name: str, where: str, known: tuple[str, ...]) -> Issue:
    hint = near_miss(name, known)
    fix = mark("Did you mean '{hint}'?") if hint else _FIELDS if known else mark("Remove it.")
    return _issue("field", where, mark("There is no field '{name}'."), fix, name=name[:80], hint=hint, expected=", ".join(known))


def _issue(code: str, where: str, what: str, fix: str, **params: object) -> Issue:
    return Issue(f"list.{code}", Level.REFUSE, where, Message(what, params), Message(fix, params))

"""Label files: JSON and CSV of ``myognosis/labels/1``, and the annotations of a recording."""

import csv
import io
import json
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from myognosis.faults import Issue, Level, Message, RecordingError
from myognosis.language import mark
from myognosis.model.labels import LABELS_SCHEMA, Label, Labels
from myognosis.model.misfit import once, why_no_text, why_not

__all__ = ["harmless", "labels_of_recording", "labels_to_csv", "labels_to_json", "read_labels"]

_COLUMNS = ("start_s", "duration_s", "channel", "class", "note", "rater")
_MAX_BYTES, _FAULTS = 50_000_000, 100
_NO_JSON = mark("The file is not JSON: {error}.")


def read_labels(path: Path) -> Labels:
    """The labels in a JSON or CSV file, or the annotations of a recording of any format that is read.

    Raises
    ------
    RecordingError
        With every fault, each with its place (``labels[3].start_s``, ``line 5``).
    """
    if path.suffix.lower() not in (".json", ".csv"):
        return labels_of_recording(path)
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise RecordingError([_fault(path.name, mark("A label file of more than 50 MB is not read."), mark("Split it."))])
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        what, fix = mark("The file cannot be read: {error}."), mark("Give a label file in UTF-8.")
        shut = Message(mark("it is not there, or may not be opened"))
        why = shut if isinstance(error, OSError) else why_no_text(error)
        raise RecordingError([_fault(path.name, what, fix, error=why)]) from None
    raw = _from_csv(path, text) if path.suffix.lower() == ".csv" else _from_json(path, text)
    return _within_what_was_watched(path, _checked(path, raw))


def labels_of_recording(path: Path) -> Labels:
    """The annotations that a recording carries, as labels; their text is the class. No sample is read for them."""
    from myognosis.readers import audit_recording

    header = audit_recording(path)
    if not header.channels:
        raise RecordingError(header.issues)
    if not header.annotations:  # nobody looked, or nobody wrote it down: that is not "nothing found"
        what, fix = mark("The recording carries no annotations."), mark("Give a label file, also where nothing was seen.")
        raise RecordingError([_fault(path.name, what, fix)])
    rows = [
        Label(start_s=max(0.0, a.start_s), duration_s=max(0.0, a.duration_s), kind=a.text[:200] or "?") for a in header.annotations
    ]
    return Labels(recording=path.name[:200], seconds=header.duration_s, labels=tuple(rows))


def labels_to_json(labels: Labels) -> str:
    """The labels as JSON, in order of time."""
    ordered = labels.model_copy(update={"labels": tuple(sorted(labels.labels, key=lambda x: (x.start_s, x.channel, x.kind)))})
    return ordered.model_dump_json(by_alias=True, indent=1)


def labels_to_csv(labels: Labels) -> str:
    """The labels as CSV, one a line. A cell that a spreadsheet would take for a formula gets an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for x in sorted(labels.labels, key=lambda x: (x.start_s, x.channel, x.kind)):
        writer.writerow([repr(x.start_s), repr(x.duration_s), *(harmless(t) for t in (x.channel, x.kind, x.note, x.rater))])
    return out.getvalue()


def harmless(text: str) -> str:
    """A cell of a CSV that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _within_what_was_watched(path: Path, labels: Labels) -> Labels:
    """The labels, which cannot lie further apart than the time that was looked at: their rates would be too high."""
    starts = [label.start_s for label in labels.labels]
    if labels.seconds is not None and starts and max(starts) - min(starts) > labels.seconds:
        what, fix = mark("The labels lie {apart} s apart, and only {seconds} s were looked at."), mark("Correct 'seconds'.")
        params = {"apart": f"{max(starts) - min(starts):.1f}", "seconds": f"{labels.seconds:g}"}
        raise RecordingError([_fault(f"{path.name} seconds", what, fix, **params)])
    return labels


def _from_csv(path: Path, text: str) -> dict[str, Any]:
    first = text.partition("\n")[0]
    delimiter = max((",", ";", "\t"), key=first.count)
    rows, long = [], list[Issue]()
    for number, row in enumerate(csv.DictReader(io.StringIO(text), delimiter=delimiter), 2):
        if any(cell.strip() for cell in row.get(None, ())):  # where cells without a heading are
            what = mark("The line has more cells than there are headings: are there decimal commas in it?")
            long.append(_fault(f"{path.name} line {number}", what, mark("Write decimal points, or semicolons between the cells.")))
        known: dict[str, Any] = {(k or "").strip(): (v or "").strip() for k, v in row.items() if isinstance(v, str)}
        for name in ("start_s", "duration_s"):
            if known.get(name):
                known[name] = _number(known[name], delimiter)
            else:
                known.pop(name, None)
        for name in ("channel", "class", "note", "rater"):
            if known.get(name, "")[:1] == "'" and known[name][1:2] in ("=", "+", "-", "@"):
                known[name] = known[name][1:]
        rows.append(known)
    if long:
        raise RecordingError(long[:_FAULTS])
    return {"schema": LABELS_SCHEMA, "labels": rows}


def _number(text: str, delimiter: str) -> float | str:
    try:
        return float(text.replace(",", ".") if delimiter != "," else text)
    except ValueError:
        return text


def _from_json(path: Path, text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=once)
    except (ValueError, RecursionError) as error:
        raise RecordingError([_fault(path.name, _NO_JSON, mark("Export the labels again."), error=why_no_text(error))]) from None


def _checked(path: Path, raw: Any) -> Labels:
    if isinstance(raw, dict) and raw.get("schema") != LABELS_SCHEMA:
        what, fix = mark("Its schema is not {schema}."), mark("Write: schema: {schema}, or use a newer Myognosis.")
        raise RecordingError([_fault(path.name, what, fix, schema=LABELS_SCHEMA)])
    try:
        return Labels.model_validate_json(json.dumps(raw), strict=True)
    except ValidationError as error:
        found, what, fix = error.errors(), mark("'{given}' cannot stand here: {why}."), mark("See docs/labels.md.")
        faults = [_fault(_place(path, e["loc"]), what, fix, given=_given(e["input"]), why=why_not(e)) for e in found[:_FAULTS]]
        if more := len(found[_FAULTS:]):
            faults.append(
                _fault(path.name, mark("{n} more {n:fault is|faults are} not listed."), mark("Mend these first."), n=more)
            )
        raise RecordingError(faults) from None
    except (ValueError, RecursionError) as error:
        raise RecordingError([_fault(path.name, _NO_JSON, mark("Export the labels again."), error=why_no_text(error))]) from None


def _given(value: object) -> str:
    """What stands there, in a few letters."""
    return "…" if isinstance(value, dict | list) else str(value)[:60]


def _place(path: Path, place: Any) -> str:
    steps = [f"[{x}]" if isinstance(x, int) else f".{x}" for x in place]
    return f"{path.name} {''.join(steps).lstrip('.')}".strip()


def _fault(where: str, what: str, fix: str, **params: object) -> Issue:
    return Issue("labels.format", Level.REFUSE, where, Message(what, params), Message(fix, params))

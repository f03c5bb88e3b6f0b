"""The results as tables: Parquet for programs, CSV for the faults that people mend. Written file by file, whole or not at all."""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from myognosis.cohort.listing import Found, as_text
from myognosis.cohort.measuring import ASKING
from myognosis.cohort.parts import Part, Row, stamp_of
from myognosis.exchange.labels import harmless
from myognosis.faults import Level, MissingExtra, unpack_issue
from myognosis.language import Language, mark, say

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["FILES", "blank_list", "need_tables", "write_tables"]

FILES = ("measurements.parquet", "recordings.parquet", "costs.parquet", "faults.csv")
_BATCH = 2000
_TEXT, _NUMBER, _TEXTS, _NUMBERS = "string", "double", "list of string", "list of double"
_COUNT, _FLAG = "int64", "bool"
_WHOSE = {"file": _TEXT, "person": _TEXT, "place": _TEXT, "side": _TEXT, "during": _TEXT, "electrode": _TEXT}
_MEASUREMENTS = _WHOSE | {
    "kind": _TEXT, "measure": _TEXT, "channel": _TEXT, "value": _NUMBER, "low": _NUMBER, "high": _NUMBER,
    "spread": _TEXT, "unit": _TEXT,
    "method": _TEXT, "source": _TEXT, "seconds": _NUMBER, "finding": _TEXT, "state": _TEXT, "limit_low": _NUMBER,
    "limit_high": _NUMBER, "limit_source": _TEXT, "trust": _TEXT, "verdict": _TEXT,
    "at_least": _FLAG, "doubt": _TEXT,
}  # fmt: skip
_RECORDINGS = _WHOSE | {
    "outcome": _TEXT, "format": _TEXT, "kind": _TEXT, "channels": _COUNT, "channel_names": _TEXTS, "channel_kinds": _TEXTS,
    "units": _TEXTS, "rates_hz": _NUMBERS, "seconds": _NUMBER, "assessable_s": _NUMBER, "present": _TEXTS, "absent": _TEXTS,
    "doubts": _COUNT, "questions": _COUNT, "not_told": _TEXTS, "code": _TEXT,
}  # fmt: skip
_COSTS = {"file": _TEXT, "outcome": _TEXT, "seconds": _NUMBER, "bytes": _COUNT, "cpu_s": _NUMBER, "wall_s": _NUMBER}
_ASKED = ("file", "person", "during", "place", "side", "electrode", "units", "rate_hz", "note")
_FAULTS = ("file", "level", "code", "where", "what", "fix")

Record = dict[str, Any]


def need_tables() -> None:
    """Say at once, and not after hours, that what writes the tables is missing."""
    try:
        import pyarrow.parquet  # noqa: F401
    except ImportError:
        raise MissingExtra(mark("Work in many processes"), "cohort") from None


def write_tables(
    done: Iterable[tuple[Found, Part]], others: Iterable[str], folder: Path, language: Language, see: Callable[[Found, Part], None]
) -> None:
    """Every table of a run in one pass over its parts, which come by name; each part is shown to ``see`` as well."""
    with ExitStack() as open_files:
        measurements = open_files.enter_context(_parquet(folder / FILES[0], _MEASUREMENTS))
        recordings = open_files.enter_context(_parquet(folder / FILES[1], _RECORDINGS))
        costs = open_files.enter_context(_parquet(folder / FILES[2], _COSTS))
        faults = open_files.enter_context(_sheet(folder / FILES[3], _FAULTS))
        for found, part in done:
            see(found, part)
            recordings(_recording(found, part))
            costs(_cost(found, part))
            for row in part.rows:
                what = {"kind": part.channels.kind if part.channels else None, "measure": row.name}
                measurements(_whose(found) | what | _told(row.model_dump()) | _spread(row))
            for line in _fault_rows(found, part, language):
                faults(line)
        for name in others:
            recordings({"file": name, "outcome": "not_recording"})


def _whose(found: Found) -> Record:
    told = found.told
    place = {"place": told.place.where, "side": told.place.side} if told.place else {}
    return {"file": found.name, "person": told.person, "during": told.during, "electrode": told.electrode} | place


def _spread(row: Row) -> Record:
    """What ``low`` and ``high`` are; nothing where they are not there."""
    return {"spread": None if row.low is None and row.high is None else row.spread}


def _told(row: Record) -> Record:
    """A row in which what is not there is null."""
    return {name: value if value != "" else None for name, value in row.items()}


def _recording(found: Found, part: Part) -> Record:
    seen = part.channels
    issues = [unpack_issue(packed) for packed in part.issues]
    assessable = next((row.value for row in part.rows if row.name == "quality_assessable"), None)
    head: Record = {}
    if seen is not None:
        head = {"format": seen.format, "kind": seen.kind, "channels": len(seen.names), "channel_names": seen.names}
        head |= {"channel_kinds": seen.kinds, "units": seen.units, "rates_hz": seen.rates_hz, "seconds": seen.seconds or None}
    states = {state: [name for name, one in part.findings.items() if one == state] for state in ("present", "absent")}
    code = next((issue.code for issue in issues if issue.level is Level.REFUSE), None)
    return _whose(found) | head | states | {
        "outcome": part.outcome, "assessable_s": assessable, "doubts": sum(issue.level is Level.DOUBT for issue in issues),
        "questions": sum(issue.code in ASKING for issue in issues), "not_told": part.not_told, "code": code,
    }  # fmt: skip


def _cost(found: Found, part: Part) -> Record:
    seconds = part.channels.seconds if part.channels else None
    size = sum(size for _, size, _ in stamp_of(found, "").files)
    return {
        "file": found.name,
        "outcome": part.outcome,
        "seconds": seconds,
        "bytes": size,
        "cpu_s": part.cpu_s,
        "wall_s": part.wall_s,
    }


def _fault_rows(found: Found, part: Part, language: Language) -> Iterator[tuple[str, ...]]:
    """What is wrong with a file, in a language; of what is no recording nothing is."""
    for issue in map(unpack_issue, part.issues if part.outcome != "not_recording" else ()):
        level = "question" if issue.code in ASKING else issue.level.value
        yield found.name, level, issue.code, issue.where, say(issue.what, language), say(issue.fix, language)


@contextmanager
def _parquet(path: Path, columns: dict[str, str]) -> Iterator[Callable[[Record], None]]:
    """A table that grows row by row; it takes the place of the old one when it is whole."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = {
        _TEXT: pa.string(),
        _NUMBER: pa.float64(),
        _COUNT: pa.int64(),
        _FLAG: pa.bool_(),
        _TEXTS: pa.list_(pa.string()),
        _NUMBERS: pa.list_(pa.float64()),
    }
    schema = pa.schema([(name, kinds[kind]) for name, kind in columns.items()])
    new, rows = path.with_name(f".{path.name}.new"), list[Record]()
    with pq.ParquetWriter(new, schema) as writer:

        def flush() -> None:
            writer.write_table(_table(rows, schema))
            rows.clear()

        def add(row: Record) -> None:
            rows.append(row)
            if len(rows) >= _BATCH:
                flush()

        yield add
        flush()
    new.replace(path)


def _table(rows: list[Record], schema: "pa.Schema") -> "pa.Table":
    import pyarrow as pa

    return pa.Table.from_pylist([{name: row.get(name) for name in schema.names} for row in rows], schema)


@contextmanager
def _sheet(path: Path, columns: Sequence[str]) -> Iterator[Callable[[Sequence[str]], None]]:
    """A CSV that spreadsheets open with the right letters, and in which no cell is a formula."""
    new = path.with_name(f".{path.name}.new")
    with new.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(columns)

        def add(cells: Sequence[str]) -> None:
            writer.writerow([harmless(cell) for cell in cells])

        yield add
    new.replace(path)


@contextmanager
def blank_list(path: Path) -> Iterator[Callable[[Found, Part], None]]:
    """A list of the recordings of a folder that waits for its answers: filled in and run, it measures anew what it changes.

    One that was begun to be filled in is left as it is.
    """
    if _is_answered(path):
        yield lambda found, part: None
        return
    with _sheet(path, _ASKED) as add:

        def ask(found: Found, part: Part) -> None:
            if part.outcome != "not_recording" and as_text(found.path) == str(found.path):
                add([found.path.as_posix(), *[""] * (len(_ASKED) - 1)])

        yield ask


def _is_answered(path: Path) -> bool:
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            return any(any(cells[1:]) for cells in list(csv.reader(stream))[1:])
    except FileNotFoundError:
        return False
    except (OSError, ValueError, csv.Error):
        return True  # whatever it is, it is not ours to write over

"""The process in which a file from outside is opened: with little memory, little time, and nothing but that file to lose.

``python -m myognosis.web.child`` reads one request as JSON, writes one answer as JSON and the traces beside the file, and
ends. The process that serves the pages never opens such a file itself.
"""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import TypeAdapter

from myognosis.faults import Issue, Message, MissingExtra, RecordingError
from myognosis.findings import check_case
from myognosis.knowledge import load_knowledge
from myognosis.model.case import Case
from myognosis.model.case import Recording as Entry
from myognosis.model.picture import Picture
from myognosis.readers import read_recording
from myognosis.signals.envelope import envelope

__all__ = ["COLUMNS", "MOST_CHANNELS", "main", "pack_issue"]

COLUMNS, MOST_CHANNELS = 200_000, 64
"""A trace is kept as the lowest and highest sample of at most so many columns, for at most so many channels."""
MEMORY_BYTES, CPU_S, FILE_BYTES = 6_000_000_000, 90, 400_000_000


def main() -> int:
    """One request, one answer."""
    _limit()
    asked = json.loads(sys.stdin.read())
    sys.stdout.write(json.dumps(look(Path(asked["folder"]), Entry.model_validate(asked["entry"]))))
    return 0


def look(folder: Path, entry: Entry) -> dict[str, Any]:
    """What a recording is, what was measured in it, and what is doubtful; its traces are written beside it."""
    path = folder / entry.file
    try:
        recording = read_recording(path, units=entry.units)
    except RecordingError as error:
        return {"channels": [], "issues": [pack_issue(issue) for issue in error.issues]}
    except MissingExtra as error:
        return {"channels": [], "issues": [], "missing": str(error)}
    channels = []
    for number, channel in enumerate(recording.channels[:MOST_CHANNELS]):
        np.save(path.with_suffix(f".{number}.npy"), np.stack(envelope(channel.samples, COLUMNS)), allow_pickle=False)
        about = {"name": channel.name, "kind": channel.kind, "unit": channel.unit, "rate_hz": channel.rate_hz}
        channels.append(about | {"seconds": channel.duration_s})
    findings, issues = check_case(Case(recordings=(entry,)), load_knowledge(), folder)
    measured = findings.measured[0] if findings.measured else None
    pictures = TypeAdapter(tuple[Picture, ...]).dump_python(measured.pictures if measured else (), mode="json")
    marks = [[one.start_s, one.duration_s, one.text] for one in recording.annotations[:10_000]]
    return {
        "format": recording.format,
        "channels": channels,
        "left_out": max(0, len(recording.channels) - MOST_CHANNELS),
        "marks": marks,
        "issues": [pack_issue(issue) for issue in issues],
        "measured": measured.model_dump(mode="json") | {"pictures": pictures} if measured else None,
    }


def pack_issue(issue: Issue) -> dict[str, Any]:
    """An issue as JSON, still untranslated."""
    head = {"code": issue.code, "level": issue.level.value, "where": issue.where}
    return head | {"what": _pack(issue.what), "fix": _pack(issue.fix)}


def _pack(message: Message) -> dict[str, Any]:
    def plain(value: object) -> object:
        if isinstance(value, Message):
            return {"message": _pack(value)}
        return value if isinstance(value, str | int | float) else str(value)

    return {"template": message.template, "params": {key: plain(value) for key, value in message.params.items()}}


def _limit() -> None:
    """What the process may use at most; where the system knows no such limits, the clock of the parent remains."""
    try:
        import resource
    except ImportError:
        return
    for kind, most in ((resource.RLIMIT_AS, MEMORY_BYTES), (resource.RLIMIT_CPU, CPU_S), (resource.RLIMIT_FSIZE, FILE_BYTES)):
        _, hard = resource.getrlimit(kind)
        resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


if __name__ == "__main__":
    sys.exit(main())

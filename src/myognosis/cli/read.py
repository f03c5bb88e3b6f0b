"""``myognosis read``: what a recording is, without guessing anything."""

import json
import sys
from pathlib import Path
from typing import NoReturn

import click

from myognosis.cli import common as c
from myognosis.cli import json_option, language_option
from myognosis.faults import Issue, Level, Message, MissingExtra, RecordingError
from myognosis.language import Language, mark, say
from myognosis.readers import audit_recording, read_recording
from myognosis.readers.base import Header

__all__ = ["read_command"]

_WHOLE_SAMPLES, _SAMPLED_S = 10_000_000, 10.0
"""Up to so many samples are read whole, and so all checked; of a longer recording only these seconds."""
_LEVELS = {Level.NOTE: mark("note"), Level.DOUBT: mark("doubt"), Level.REFUSE: mark("left out")}


@click.command("read")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--unit", "units", multiple=True, metavar="CHANNEL=UNIT", help="A unit that the file does not say; '*' is every channel."
)
@language_option
@json_option
def read_command(file: Path, units: tuple[str, ...], language: str | None, as_json: bool) -> None:
    """Say what FILE is (EDF, BDF, WFDB .hea, phone log .csv, TSDF .json). Exit code 3 if it cannot be read."""
    tongue = c.language_of(language)
    told = dict(_pair(unit) for unit in units)
    try:
        header = audit_recording(file, told)
        small = sum(head.n_samples for head in header.channels) <= _WHOLE_SAMPLES
        part = read_recording(file, units=told, stop_s=None if small else _SAMPLED_S)
    except RecordingError as error:
        _refuse(error.issues, tongue, as_json)
    except MissingExtra as error:
        raise click.ClickException(str(error)) from None
    issues = _once(header.issues + part.issues)
    if as_json:
        click.echo(json.dumps(_rows(header, issues, tongue), ensure_ascii=False, indent=2))
        return
    _show(file, header, issues, tongue)


def _pair(text: str) -> tuple[str, str]:
    channel, _, unit = text.rpartition("=")
    if not channel or not unit:
        raise click.UsageError(f"--unit '{text}': CHANNEL=UNIT")
    return channel, unit


def _once(issues: tuple[Issue, ...]) -> tuple[Issue, ...]:
    """Each issue once: the audit and the reading find the same."""
    return tuple({(issue.code, issue.where): issue for issue in issues}.values())


def _refuse(issues: tuple[Issue, ...], tongue: Language, as_json: bool) -> NoReturn:
    rows = c.issue_rows(issues, tongue)
    if as_json:
        click.echo(json.dumps({"error": {"code": c.CASE_FAULTS, "issues": rows}}, ensure_ascii=False, indent=2))
    for row in [] if as_json else rows:
        click.echo(c.printable(f"{row['where']}: {row['what']} {row['fix']}"), err=True)
    sys.exit(c.CASE_FAULTS)


def _rows(header: Header, issues: tuple[Issue, ...], tongue: Language) -> dict[str, object]:
    channels = [
        {
            "name": h.name,
            "kind": h.kind,
            "unit": h.unit,
            "rate_hz": h.rate_hz,
            "samples": h.n_samples,
            "seconds": h.n_samples / h.rate_hz,
        }
        for h in header.channels
    ]
    start = header.start.isoformat() if header.start else None
    return {"format": header.format, "start": start, "channels": channels, "issues": c.issue_rows(issues, tongue)}


def _show(file: Path, header: Header, issues: tuple[Issue, ...], tongue: Language) -> None:
    start = header.start.isoformat(sep=" ") if header.start else "-"
    what = mark("{file}: {format}; channels: {n}; start: {start}")
    params = {"file": file.name, "format": header.format, "n": len(header.channels), "start": start}
    click.echo(c.printable(say(Message(what, params), tongue)))
    kinds = {"other": mark("kind not stated"), "accelerometer": mark("accelerometer"), "gyroscope": mark("gyroscope")}
    for h in header.channels:
        kind = say(Message(kinds.get(h.kind, h.kind.upper())), tongue)
        seconds = h.n_samples / h.rate_hz
        click.echo(c.printable(f"  {h.name:24.24}  {kind:16}  {h.rate_hz:10.2f} Hz  {h.unit:6}  {seconds:10.2f} s"))
    for issue in issues:
        level = say(Message(_LEVELS[issue.level]), tongue)
        click.echo(c.printable(f"[{level}] {issue.where}: {say(issue.what, tongue)} {say(issue.fix, tongue)}"))

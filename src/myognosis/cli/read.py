"""``myognosis read``: what a recording is, without guessing anything."""

import json
import sys
from pathlib import Path
from typing import Any, NoReturn

import click

from myognosis.cli import common as c
from myognosis.cli import json_option, language_option
from myognosis.cli.spoken import SpokenCommand, misused, spoken
from myognosis.faults import Issue, Level, Message, MissingExtra, RecordingError
from myognosis.language import Language, decimal, mark, say
from myognosis.model.stimulation import CmapScan, ExcitabilityTest
from myognosis.readers import audit_recording
from myognosis.readers.base import Header
from myognosis.readers.boxed import Boxed, boxed, in_the_open
from myognosis.readers.qtrac import is_mem, read_mem
from myognosis.readers.told import misplaced_units
from myognosis.report.measured import unit_in
from myognosis.report.overview import Overview, look_at, sheet, sparkline

__all__ = ["read_command"]

_PICTURED, _LISTED, _SPARKS = 12, 64, 24
_OPENED_BYTES = 50_000_000
"""Recordings in an archive are opened to be told where together they are not larger."""
"""A picture shows so many channels, a list so many, and a line of text so many bars."""
_NOT_DRAWN = mark("--picture draws recordings; of a test with stimuli see: myognosis excitability FILE")
_LEVELS = {Level.NOTE: mark("note"), Level.DOUBT: mark("doubt"), Level.REFUSE: mark("left out")}


@click.command("read", cls=SpokenCommand)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--unit", "units", multiple=True, metavar="CHANNEL=UNIT", help="A unit that the file does not say; '*' is every channel."
)
@click.option("--rate", "rate_hz", type=click.FloatRange(min=0, min_open=True), help="Samples a second that the file does not say.")
@click.option("--picture", type=click.Path(path_type=Path, dir_okay=False), help="Draw the traces from end to end into this SVG.")
@click.option("--all", "every_row", is_flag=True, help="Look at every row of a large table, not at places all over it.")
@language_option
@json_option
def read_command(
    file: Path, units: tuple[str, ...], rate_hz: float | None, picture: Path | None, every_row: bool, language: str | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Say what FILE is: channels, rate, unit, length, faults and mends. Exit code 3 if it cannot be read.

    EDF, BDF, WFDB (.hea), OTB+, MATLAB, WAV, text, logs of phones and watches, TSDF, .CWA, .MEM, XDF, files of laboratories.
    """
    tongue = c.language_of(language)
    told = dict(_pair(unit) for unit in units)
    try:
        inside = boxed(file)
        if len(inside) > 1:
            _show_box(file, inside, tongue, as_json)
            return
        if is_mem(file) or [one.format for one in inside] == ["qtrac"]:
            with in_the_open(file) as real:
                found = read_mem(real)
            if picture:
                raise misused(_NOT_DRAWN, tongue)
            _show_stimulation(file, found, tongue, as_json)
            return
        header, seen = look_at(file, units=told, rate_hz=rate_hz, every_row=every_row)
    except RecordingError as error:
        _refuse(error.issues, tongue, as_json)
    except MissingExtra as error:
        c.without(error, tongue)
    issues = _once(header.issues + seen.recording.issues)
    if misplaced := misplaced_units(header, issues, told):
        _refuse(misplaced, tongue, as_json)
    if picture:
        c.write_atomic(picture, _draw(file, header, seen, tongue).encode())
    if as_json:
        click.echo(json.dumps(_rows(header, issues, tongue), ensure_ascii=False, indent=2))
        return
    _show(file, header, seen, issues, tongue)


def _draw(file: Path, header: Header, seen: Overview, tongue: Language) -> str:
    """The first channels on one sheet, and what of the recording it shows."""
    whole, parts = (
        mark("Every sample is within the lines. {n} of {m} channels."),
        mark("Each column shows {shown} s of {every} s. {n} of {m} channels."),
    )
    n, m = min(_PICTURED, len(seen.pictures)), len(seen.pictures)
    params = {"n": n, "m": m, "shown": f"{seen.shown_s:.3g}", "every": f"{seen.every_s:.3g}"}
    below = say(Message(whole if seen.shown_s == seen.every_s else parts, params), tongue)
    title = f"{c.printable(file.name)} ({header.format})"
    return str(sheet(seen.pictures[:_PICTURED], title, below, lambda unit: unit_in(unit, tongue)))


def _show_stimulation(file: Path, found: ExcitabilityTest | CmapScan, tongue: Language, as_json: bool) -> None:
    """A test with stimuli: what it holds."""
    if isinstance(found, CmapScan):
        what = mark("{file}: a CMAP scan of {site}; {n} stimuli from {most} to {least} mA; largest response {response} mV")
        params: dict[str, object] = {
            "n": len(found.stimulus_ma), "most": f"{found.stimulus_ma.max():g}", "least": f"{found.stimulus_ma.min():g}",
            "response": f"{found.response_mv.max():g}",
        }  # fmt: skip
    else:
        what = mark(
            "{file}: a nerve-excitability test of {site}; electrotonus: {n} {n:run|runs}; recovery cycle: {m} "
            "{m:interval|intervals}"
        )
        params = {"n": len(found.electrotonus), "m": len(found.recovery.x) if found.recovery else 0}
    said = say(Message(what, {"file": file.name, "site": found.head.site or "-", **params}), tongue)
    if as_json:
        row = {"format": "qtrac", "summary": said, "issues": c.issue_rows(found.issues, tongue)}
        click.echo(json.dumps(row, ensure_ascii=False, indent=2))
        return
    click.echo(c.printable(said))
    _show_issues(found.issues, tongue)


def _show_box(file: Path, inside: tuple[Boxed, ...], tongue: Language, as_json: bool) -> None:
    """What an archive holds, and how to open one of it."""
    small = sum(one.n_bytes for one in inside) <= _OPENED_BYTES  # else opening each would take long
    rows = [_inside(file, one, small, tongue) for one in inside]
    open_one = f"{file}/{inside[0].name}"
    if as_json:
        click.echo(json.dumps({"format": "zip", "recordings": rows, "open": open_one}, ensure_ascii=False, indent=2))
        return
    what = mark("{file}: an archive of {n} {n:recording|recordings}")
    click.echo(c.printable(say(Message(what, {"file": file.name, "n": len(rows)}), tongue)))
    for row in rows:
        known = [f"{row['format']:10}", decimal(f"{row['bytes'] / 1e6:8.2f} MB", tongue)]
        if row.get("channels"):
            rate, length = decimal(f"{row['rate_hz']:g}", tongue), decimal(f"{row['seconds']:.2f}", tongue)
            told = {"n": row["channels"], "rate": rate, "s": length}
            known.append(say(Message(mark("channels: {n}, up to {rate} Hz, {s} s"), told), tongue))
        known += [issue["what"] for issue in row["issues"] if issue["level"] == Level.REFUSE.value][:1]
        click.echo(c.printable(f"  {row['name']:40}  {'  '.join(known)}"))
    click.echo(c.printable(say(Message(mark("To open one: myognosis read '{one}'"), {"one": open_one}), tongue)))


def _inside(file: Path, one: Boxed, is_opened: bool, tongue: Language) -> dict[str, Any]:
    """One recording of an archive by its reader."""
    row: dict[str, Any] = {"name": one.name, "format": one.format, "bytes": one.n_bytes, "issues": []}
    if not is_opened or one.format == "qtrac":
        return row
    try:
        header = audit_recording(file / one.name)
    except RecordingError as error:
        return row | {"issues": c.issue_rows(error.issues, tongue)}
    rate = max((head.rate_hz for head in header.channels), default=0.0)
    seconds = max((head.n_samples / head.rate_hz for head in header.channels), default=0.0)
    said = c.issue_rows(header.issues, tongue)
    return row | {"channels": len(header.channels), "rate_hz": rate, "seconds": seconds, "issues": said}


def _pair(text: str) -> tuple[str, str]:
    channel, _, unit = text.rpartition("=")
    if not channel or not unit:
        what = mark("'{text}' is not of the form CHANNEL=UNIT, as in: --unit 'EMG=uV'")
        raise misused(what, spoken(), text=text)
    return channel, unit


def _once(issues: tuple[Issue, ...]) -> tuple[Issue, ...]:
    """Each issue once: the audit and the reading find the same."""
    return tuple({(issue.code, issue.where): issue for issue in issues}.values())


def _refuse(issues: tuple[Issue, ...], tongue: Language, as_json: bool) -> NoReturn:
    rows = c.issue_rows(issues, tongue)
    if as_json:
        click.echo(json.dumps({"error": {"code": c.CASE_FAULTS, "issues": rows}}, ensure_ascii=False, indent=2))
    for row in [] if as_json else rows:
        click.echo(c.told(row, tongue), err=True)
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


def _show(file: Path, header: Header, seen: Overview, issues: tuple[Issue, ...], tongue: Language) -> None:
    start = f"{header.start:%Y-%m-%d %H:%M:%S %Z}".strip() if header.start else "-"
    what = mark("{file}: {format}; channels: {n}; start: {start}")
    params = {"file": file.name, "format": header.format, "n": len(header.channels), "start": start}
    click.echo(c.printable(say(Message(what, params), tongue)))
    kinds = {"other": mark("kind not stated"), "accelerometer": mark("accelerometer"), "gyroscope": mark("gyroscope"),
             "force": mark("force"), "stimulus": mark("stimulus")}  # fmt: skip
    for h, picture in list(zip(header.channels, seen.pictures, strict=True))[:_LISTED]:
        kind = say(Message(kinds.get(h.kind, h.kind.upper())), tongue)
        seconds, bars = h.n_samples / h.rate_hz, sparkline(picture, _SPARKS)
        rate, length = (decimal(f"{number:10.2f}", tongue) for number in (h.rate_hz, seconds))
        rate, length = f"{rate} {unit_in('Hz', tongue)}", f"{length} {unit_in('s', tongue)}"
        click.echo(c.printable(f"  {_short(h.name):24}  {kind:16}  {rate}  {unit_in(h.unit, tongue):6}  {length}  {bars}"))
    if len(header.channels) > _LISTED:
        click.echo(f"  ... (+{len(header.channels) - _LISTED})")
    if header.annotations:
        click.echo(say(Message(mark("marks: {n}"), {"n": len(header.annotations)}), tongue))
    _show_issues(issues, tongue)


def _short(name: str) -> str:
    """A long name by its beginning and its end, where channels of a grid differ."""
    return name if len(name) <= 24 else f"{name[:12]}…{name[-11:]}"


def _show_issues(issues: tuple[Issue, ...], tongue: Language) -> None:
    for issue, row in zip(issues, c.issue_rows(issues, tongue), strict=True):
        click.echo(f"[{say(Message(_LEVELS[issue.level]), tongue)}] {c.told(row, tongue)}")

"""``myognosis report``: the report of a case, or of an assessment that was saved: HTML, PDF, one page for the doctor."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import NoReturn

import click
from pydantic import ValidationError

from myognosis.cli import common as c
from myognosis.cli import json_option, language_option
from myognosis.cli.spoken import SpokenCommand
from myognosis.faults import CaseError, Issue, Level, Message
from myognosis.knowledge import Knowledge
from myognosis.language import Language, mark
from myognosis.model.assessment import Assessment
from myognosis.model.case import Case

__all__ = ["report_command"]


@click.command("report", cls=SpokenCommand)
@click.argument("case_file", metavar="CASE")
@click.option("--result", "saved", type=click.Path(path_type=Path), help="Show this assessment of CASE, saved with assess --json.")
@click.option("--html", type=click.Path(path_type=Path, dir_okay=False), help="Write the report as one HTML file.")
@click.option("--pdf", type=click.Path(path_type=Path, dir_okay=False), help="Write the report as PDF/UA (needs myognosis[pdf]).")
@click.option("--doctor", type=click.Path(path_type=Path, dir_okay=False), help="Write one page for the doctor as an HTML file.")
@click.option(
    "--emergency-number",
    callback=c.a_number,
    help="The number that the report tells to call (default: those of the countries of the language).",
)
@language_option
@json_option
def report_command(
    case_file: str, saved: Path | None, html: Path | None, pdf: Path | None, doctor: Path | None, emergency_number: str | None,
    language: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Write the report of CASE; without a file to write, print one page for the doctor."""
    from myognosis.report.html import render_doctor
    from myognosis.report.terminal import render_summary

    tongue = c.language_of(language)
    knowledge = c.knowledge_or_exit(tongue, as_json)
    case = c.read_or_exit(case_file, tongue, as_json)
    folder = None if case_file == "-" else Path(case_file).parent
    result = _saved(saved, knowledge, tongue, as_json) if saved else _assessed(case, knowledge, folder, tongue, as_json)
    page = c.make_page(result, case, knowledge, tongue, emergency_number, folder)
    written = c.write_reports(page, html, pdf)
    if doctor:
        written.append(c.write_atomic(doctor, render_doctor(page).encode()))
    if as_json:
        shown = {"written": [str(path) for path in written], "page": asdict(page)}
        click.echo(json.dumps(shown, ensure_ascii=False, indent=1))
        return
    if not written:
        click.echo(render_summary(page, c.terminal_width()), nl=False)
    for path in written:
        click.echo(c.printable(str(path)))


def _assessed(case: Case, knowledge: Knowledge, folder: Path | None, tongue: Language, as_json: bool) -> Assessment:
    from myognosis.assessing import assess

    try:
        return assess(case, knowledge, folder)
    except CaseError as error:
        c.fail_with(error.issues, tongue, as_json, c.CASE_FAULTS)


def _saved(path: Path, knowledge: Knowledge, tongue: Language, as_json: bool) -> Assessment:
    """An assessment from a file; only one that rests on this knowledge can be told in its words."""
    try:
        result = Assessment.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        what, fix = mark("This is no assessment that can be read."), mark("Save one with: myognosis assess CASE --json")
        _refuse("result.unreadable", path, Message(what), Message(fix), tongue, as_json)
    if result.knowledge != knowledge.version:
        what = mark("It was made with other knowledge ({theirs}, here {ours}), and its words may not fit.")
        fix = mark("Leave out --result, so that the case is assessed anew.")
        told = Message(what, {"theirs": result.knowledge[:40], "ours": knowledge.version})
        _refuse("result.knowledge", path, told, Message(fix), tongue, as_json)
    return result


def _refuse(code: str, path: Path, what: Message, fix: Message, tongue: Language, as_json: bool) -> NoReturn:
    c.fail_with((Issue(code, Level.REFUSE, c.printable(str(path)), what, fix),), tongue, as_json, c.CASE_FAULTS, counted=False)

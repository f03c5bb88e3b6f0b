"""``myognosis assess``: from a case to an assessment."""

from pathlib import Path

import click

from myognosis.cli import common as c
from myognosis.cli import json_option, language_option
from myognosis.cli.spoken import SpokenCommand
from myognosis.faults import CaseError

__all__ = ["assess_command"]


@click.command("assess", cls=SpokenCommand)
@click.argument("case_file", metavar="CASE")
@language_option
@json_option
@click.option("--html", type=click.Path(path_type=Path, dir_okay=False), help="Write the report as one HTML file.")
@click.option("--pdf", type=click.Path(path_type=Path, dir_okay=False), help="Write the report as PDF/UA (needs myognosis[pdf]).")
@click.option(
    "--emergency-number",
    callback=c.a_number,
    help="The number that the report tells to call (default: those of the countries of the language).",
)
def assess_command(
    case_file: str, language: str | None, as_json: bool, html: Path | None, pdf: Path | None, emergency_number: str | None
) -> None:
    """Assess CASE (YAML, JSON or a Phenopacket; '-' reads standard input)."""
    from myognosis.assessing import assess
    from myognosis.report.terminal import render_terminal

    tongue = c.language_of(language)
    knowledge = c.knowledge_or_exit(tongue, as_json)
    case = c.read_or_exit(case_file, tongue, as_json)
    folder = None if case_file == "-" else Path(case_file).parent
    try:
        result = assess(case, knowledge, folder)
    except CaseError as error:
        c.fail_with(error.issues, tongue, as_json, c.CASE_FAULTS)
    if as_json:
        click.echo(result.model_dump_json(indent=2))
        if not (html or pdf):
            return
    page = c.make_page(result, case, knowledge, tongue, emergency_number, folder)
    written = c.write_reports(page, html, pdf)
    if not as_json:
        click.echo(render_terminal(page, c.terminal_width()), nl=False)
        for path in written:
            click.echo(str(path))

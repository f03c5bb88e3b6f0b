"""``myognosis check``, ``myognosis knowledge check`` and ``myognosis schema``."""

import json
import sys
from pathlib import Path

import click

from myognosis.cli import common as c
from myognosis.cli import json_option, language_option
from myognosis.cli.spoken import SpokenCommand, SpokenGroup
from myognosis.faults import Level
from myognosis.findings import check_case
from myognosis.language import Language, catalogue

__all__ = ["check_command", "knowledge_command", "schema_command"]


@click.command("check", cls=SpokenCommand)
@click.argument("case_file", metavar="CASE")
@language_option
@json_option
def check_command(case_file: str, language: str | None, as_json: bool) -> None:
    """List every fault of CASE, with its place and its mend. Exit code 3 if it cannot be assessed."""
    tongue = c.language_of(language)
    knowledge = c.knowledge_or_exit(tongue, as_json)
    case = c.read_or_exit(case_file, tongue, as_json)
    _, issues = check_case(case, knowledge, None if case_file == "-" else Path(case_file).parent)
    if any(issue.level is Level.REFUSE for issue in issues):
        c.fail_with(issues, tongue, as_json, c.CASE_FAULTS)
    rows = c.issue_rows(issues, tongue)
    if as_json:
        click.echo(json.dumps({"issues": rows}, ensure_ascii=False, indent=2))
        return
    for row in rows:
        click.echo(c.told(row, tongue))
    click.echo(catalogue(tongue).gettext("The case can be assessed."))


@click.group("knowledge", cls=SpokenGroup)
def knowledge_command() -> None:
    """Look after the knowledge."""


@knowledge_command.command("check", cls=SpokenCommand)
@language_option
@json_option
def knowledge_check(language: str | None, as_json: bool) -> None:
    """Validate every file of the knowledge and list all faults. Exit code 4 if there is one."""
    from myognosis.knowledge.compile import DATA, check_knowledge

    if not DATA.exists():
        content = c.knowledge_or_exit(c.language_of(language), as_json)
        click.echo(json.dumps({"issues": [], "version": content.version}) if as_json else f"compiled knowledge {content.version}")
        return
    gathered, issues = check_knowledge()
    if issues:
        c.fail_with(issues, c.language_of(language), as_json, c.OTHER_FAULTS)
    counts = {kind: len(rows) for kind, rows in gathered.entries.items()}
    if as_json:
        click.echo(json.dumps({"issues": [], "counts": counts}, indent=2))
        return
    for kind, count in sorted(counts.items()):
        click.echo(f"{count:6} {kind}")


@click.command("schema", cls=SpokenCommand)
@click.option("--vocabulary", is_flag=True, help="The ids that a case may use, one a line.")
@click.option("--assessment", is_flag=True, help="The format of the answer instead.")
@language_option
@json_option
def schema_command(vocabulary: bool, assessment: bool, language: str | None, as_json: bool) -> None:
    """Print the format of a case as JSON Schema, or the vocabulary."""
    tongue = c.language_of(language)
    if vocabulary:
        _print_vocabulary(tongue, as_json)
        return
    if assessment:
        from myognosis.model.assessment import Assessment

        click.echo(json.dumps(Assessment.model_json_schema(), indent=2))
        return
    from myognosis.exchange.casefile import case_schema

    click.echo(json.dumps(case_schema(), indent=2, ensure_ascii=False))


def _print_vocabulary(tongue: Language, as_json: bool) -> None:
    content = c.knowledge_or_exit(tongue, as_json).content
    pools = {
        "finding": content.findings, "muscle": content.muscles, "reflex": content.reflexes, "nerve": content.nerves,
        "analyte": content.labs, "exposure": content.doses, "medicine": content.medicines, "test": content.tests,
    }  # fmt: skip
    rows = [
        {"kind": kind, "id": name, "group": getattr(entry, "group", ""), "name": entry.names.in_language(tongue)}
        for kind, pool in pools.items()
        for name, entry in pool.items()  # type: ignore[attr-defined]
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for row in rows:
        sys.stdout.write(f"{row['kind']}\t{row['id']}\t{row['group']}\t{row['name']}\n")

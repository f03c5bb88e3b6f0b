"""``myognosis claims``: false, unsafe or outdated statements that people read, each with what holds instead."""

import json
import textwrap

import click

from myognosis.cli import common as c
from myognosis.cli import json_option, language_option
from myognosis.cli.explain import cite
from myognosis.cli.spoken import SpokenCommand, misused
from myognosis.language import mark
from myognosis.report.corrected import corrected
from myognosis.report.words import Words

__all__ = ["claims_command"]


@click.command("claims", cls=SpokenCommand)
@click.argument("words", nargs=-1)
@language_option
@json_option
def claims_command(words: tuple[str, ...], language: str | None, as_json: bool) -> None:
    """Correct what people read: the statements in which all WORDS stand, or all of them."""
    tongue = c.language_of(language)
    knowledge = c.knowledge_or_exit(tongue, as_json)
    found = corrected(knowledge, tongue, words)
    if not found:
        raise misused(mark("No statement holds '{given}'. See: myognosis claims"), tongue, given=" ".join(words))
    said = Words(tongue)
    rows = [
        {
            "id": row.id,
            "verdict": row.verdict,
            "heard": row.heard,
            "truth": row.truth,
            "source": cite(row.key, row.trust, knowledge, said),
        }
        for row in found
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for row in rows:
        text = f"{said._('You may have read that')} {row['heard']}. ({row['verdict']})"
        click.echo("\n".join(textwrap.wrap(text, 88)))
        held = f"{row['truth']} {row['source']}"
        click.echo("\n".join(textwrap.wrap(held, 88, initial_indent="  ", subsequent_indent="  ")) + "\n")

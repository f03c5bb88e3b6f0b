"""``myognosis explain CAUSE``: what is known of one cause, with sources and trust."""

import json
import textwrap
from collections.abc import Iterator
from functools import partial

import click

from myognosis.cli import common as c
from myognosis.cli import json_option, language_option
from myognosis.cli.spoken import SpokenCommand, misused
from myognosis.faults import near_miss
from myognosis.knowledge import Knowledge
from myognosis.knowledge.schema import Cause
from myognosis.language import Language, mark
from myognosis.model.base import Trust
from myognosis.report.words import Words

__all__ = ["cite", "explain_command"]


@click.command("explain", cls=SpokenCommand)
@click.argument("cause", required=False)
@language_option
@json_option
def explain_command(cause: str | None, language: str | None, as_json: bool) -> None:
    """Explain one CAUSE by its id or name; without CAUSE, list them all."""
    tongue = c.language_of(language)
    knowledge = c.knowledge_or_exit(tongue, as_json)
    if cause is None:
        _list_all(knowledge, tongue, as_json)
        return
    found = _find(cause, knowledge, tongue)
    if as_json:
        click.echo(found.model_dump_json(indent=2, by_alias=True))
        return
    for line in _lines(found, knowledge, tongue):
        click.echo(line)


def _list_all(knowledge: Knowledge, tongue: Language, as_json: bool) -> None:
    names = {name: cause.names.in_language(tongue) for name, cause in knowledge.causes.items()}
    if as_json:
        click.echo(json.dumps(names, ensure_ascii=False, indent=1))
        return
    for name, label in names.items():
        click.echo(f"{name}\t{label}")


def _find(given: str, knowledge: Knowledge, tongue: Language) -> Cause:
    names = {name: name for name in knowledge.causes} | {name.removesuffix("_cause"): name for name in knowledge.causes}
    for cause in knowledge.causes.values():
        for label in cause.names.model_dump().values():
            names.setdefault(label.casefold(), cause.id)
    key = given.strip().casefold()
    if key not in names:
        hint = near_miss(key, names)
        guess, whole = mark("No cause '{given}'. Did you mean '{hint}'?"), mark("No cause '{given}'. See: myognosis explain")
        raise misused(guess if hint else whole, tongue, given=given, hint=names.get(hint, ""))
    return knowledge.causes[names[key]]


def _lines(cause: Cause, knowledge: Knowledge, tongue: Language) -> Iterator[str]:
    words, content = Words(tongue), knowledge.content
    _, cited = words._, partial(cite, knowledge=knowledge, words=words)

    base, often = _("Base rate"), _("How often it makes a finding")
    before = _("What moves it beforehand (odds ratio if present, if absent)")
    yield cause.names.in_language(tongue)
    yield from textwrap.wrap(cause.summary.in_language(tongue), 88)
    mechanism = knowledge.mechanism_of.get(cause.id)
    if mechanism is not None:
        from myognosis.report.mechanism import mechanism_view

        view = mechanism_view(mechanism, cause.id, "", tongue, lambda key: content.sources[key].title)
        happens = _("What happens in the nerve")
        cannot = f"{_('What this picture cannot show')}: {view.limits}" if view.limits else ""
        seen = [f"{row.label}: {row.told}." for row in view.rows if row.told]
        yield f"\n{happens}: {view.title} [{view.source}]"
        for text in (*view.says, *seen, cannot):
            yield from textwrap.wrap(text, 88, initial_indent="  ", subsequent_indent="  ")
        yield ""
    usual = _("Usual urgency")
    yield f"{usual}: {words.usual(cause.urgency)}"
    yield f"{base}: {words.number(cause.prior.p)} {cited(cause.prior.source, cause.prior.trust)}"
    yield f"\n{often}:"
    for link in sorted(cause.findings, key=lambda link: -link.p):
        name = knowledge.findings[link.id].names.in_language(tongue)
        yield f"  {words.number(link.p)}  {name} {cited(link.source, link.trust)}"
    yield f"\n{before}:"
    for item in cause.context:
        name = knowledge.findings[item.id].names.in_language(tongue)
        yield f"  ×{words.number(item.present)} / ×{words.number(item.absent)}  {name} {cited(item.source, item.trust)}"
    pools = (
        (_("Tests"), content.tests, cause.tests),
        (_("What can be done, to talk over with a clinician"), content.options, cause.options),
        (_("Self-care"), content.self_care, cause.self_care),
    )
    for title, pool, ids in pools:
        if ids:
            yield f"\n{title}: " + "; ".join(pool[i].names.in_language(tongue) for i in ids)
    if tongue == "en":
        for fact in cause.facts:
            yield f"  {_fact(fact.value)}{fact.note or ''} {cited(fact.source, fact.trust)}"
    read_of = [claim for claim in content.claims.values() if cause.id in claim.shows.causes]
    if read_of:
        yield f"\n{_('What you may have read')}:"
    for claim in read_of:
        text = f"{_('You may have read that')} {claim.heard.in_language(tongue)}. {claim.truth.in_language(tongue)}"
        yield from textwrap.wrap(f"{text} {cited(claim.source, claim.trust)}", 88, initial_indent="  - ", subsequent_indent="    ")


def cite(source: str, trust: Trust, knowledge: Knowledge, words: Words) -> str:
    """A source with how far what it says may be trusted."""
    row = knowledge.content.sources[source]
    return f"[{words.trust(trust)}]" if row.kind in ("estimate", "memory") else f"[{row.title}; {words.trust(trust)}]"


def _fact(value: object) -> str:
    """A published number or range in front of what it says."""
    if value is None:
        return ""
    bounds = value.values() if isinstance(value, dict) else value if isinstance(value, list) else [value]
    return " to ".join(str(bound) for bound in bounds) + " "

"""What the commands share: showing faults, writing a report, finding the case."""

import datetime as dt
import json
import shutil
import sys
from dataclasses import replace
from importlib.metadata import requires
from pathlib import Path
from typing import NoReturn

import click

from myognosis.cli.spoken import misused, spoken
from myognosis.faults import CaseError, Issue, KnowledgeError, Level, Message, MissingExtra, RecordingError
from myognosis.findings import check_case
from myognosis.knowledge import Knowledge, load_knowledge
from myognosis.knowledge.calling import is_number
from myognosis.language import Language, catalogue, mark, place_in, preferred_language, say
from myognosis.model.assessment import Assessment
from myognosis.model.case import Case
from myognosis.model.misfit import why_no_file
from myognosis.report.page import Page

__all__ = ["fail_with", "issue_rows", "knowledge_or_exit", "language_of", "make_page", "write_atomic", "write_reports"]

CASE_FAULTS, OTHER_FAULTS = 3, 4


def language_of(given: str | None) -> Language:
    """The language asked for, else the system's."""
    return given or preferred_language()  # type: ignore[return-value]


def knowledge_or_exit(language: Language, as_json: bool = False) -> Knowledge:
    """The knowledge, or its faults and exit code 4."""
    try:
        return load_knowledge()
    except KnowledgeError as error:
        fail_with(error.issues, language, as_json, OTHER_FAULTS)


def issue_rows(issues: tuple[Issue, ...], language: Language) -> list[dict[str, str]]:
    """Issues as plain rows in a language."""
    return [
        {"code": i.code, "level": i.level.value, "where": i.where, "what": say(i.what, language), "fix": say(i.fix, language)}
        for i in issues
    ]


def fail_with(issues: tuple[Issue, ...], language: Language, as_json: bool, code: int, *, counted: bool = True) -> NoReturn:
    """Show every fault and leave; ``counted`` adds how many, and that nothing was done."""
    rows = issue_rows(issues, language)
    if as_json:
        click.echo(json.dumps({"error": {"code": code, "issues": rows}}, ensure_ascii=False, indent=2))
    else:
        for row in rows:
            click.echo(told(row, language), err=True)
        if counted:
            line = catalogue(language).ngettext("{n} fault; nothing was done.", "{n} faults; nothing was done.", len(rows))
            click.echo(line.format(n=len(rows)), err=True)
    sys.exit(code)


def told(row: dict[str, str], language: Language) -> str:
    """An issue as a line for a person."""
    return printable(f"{place_in(row['where'], language)}: {row['what']} {row['fix']}")


def printable(text: str) -> str:
    """A text without control characters: a hostile file cannot steer the terminal."""
    return "".join(ch for ch in text if ch.isprintable())


def make_page(
    result: Assessment, case: Case, knowledge: Knowledge, language: Language, number: str | None, folder: Path | None = None
) -> Page:
    """The page of a result."""
    from myognosis.report.build import build_page

    findings, _ = check_case(case, knowledge, folder)
    today = case.assessed_on or dt.date.today()
    return build_page(result, case, findings, knowledge, language, today=today, emergency_number=number)


def write_reports(page: Page, html: Path | None, pdf: Path | None) -> list[Path]:
    """Write the reports asked for; an existing file is replaced whole or not at all."""
    written: list[Path] = []
    if html:
        from myognosis.report.html import render_html

        written.append(write_atomic(html, render_html(page).encode()))
    if pdf:
        from myognosis.report.pdf import render_pdf

        try:
            written.append(write_atomic(pdf, render_pdf(page)))
        except MissingExtra as error:
            without(error, page.language)
    return written


def extra_with(module: str, command: str) -> str:
    """The optional part of ours that brings a library, by the package's own list: the command's own before another, or none."""
    needs = (need.partition("; extra == ") for need in requires("myognosis") or ())
    extras = [extra.strip("\"'") for name, _, extra in needs if extra and name.startswith(module.partition(".")[0])]
    return command if command in extras else next(iter(extras), "")


def without(error: MissingExtra, language: Language) -> NoReturn:
    """Say which optional part is missing and leave."""
    click.echo(say(error.message, language), err=True)
    sys.exit(OTHER_FAULTS)


def refused(path: object, error: OSError) -> click.ClickException:
    """The error for what the system does not let us open or write, in the language that was asked for."""
    told = Message(mark("{path}: {why}."), {"path": str(path), "why": why_no_file(error)})
    return click.ClickException(say(told, spoken()))


def a_number(context: click.Context, option: click.Parameter, given: str | None) -> str | None:
    """An emergency number as it was given, if it is one: what is no number must not stand where help is called."""
    if given is not None and not is_number(given):
        raise misused(mark("Please give a number to call, such as 911, or leave it empty."), spoken())
    return given


def write_atomic(path: Path, data: bytes) -> Path:
    """Write a file so that a reader sees the old one or the new one, never a part."""
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        temporary.write_bytes(data)
        temporary.replace(path)
    except OSError as error:
        raise refused(path, error) from None
    return path


def terminal_width() -> int:
    """The width to wrap at."""
    return min(100, shutil.get_terminal_size((88, 24)).columns)


def _no_case(path: Path) -> Issue | None:
    """What somebody gave instead of a case: a recording, a document, a folder; None where it may be meant for a case."""
    from myognosis.readers import audit_recording, reader_for
    from myognosis.readers.base import issue

    fix = mark("Give a case in YAML or JSON, which names its recordings under recordings; 'myognosis ask' writes one.")
    if path.is_dir():
        return issue("case.folder", Level.REFUSE, str(path), mark("This is a folder."), fix)
    if not path.is_file() or path.suffix.lower() in _CASES:
        return None
    try:
        if reader_for(path).name == "sensor_log":  # which any text may be
            audit_recording(path)
    except RecordingError as error:
        told = error.issues[0]
        return replace(told, fix=Message(fix, {})) if told.code in _STRANGE else None
    what = mark("This is a recording, not a case. What it holds is shown by: myognosis read '{name}'")
    return issue("case.recording", Level.REFUSE, path.name, what, fix, name=path.name)


_CASES = (".yaml", ".yml", ".json", ".md", "")
_STRANGE = ("recording.stranger", "recording.part", "recording.export", "recording.nerves")


def read_or_exit(path: str, language: Language, as_json: bool) -> Case:
    """The case in a file, or on standard input for '-'; its faults and exit code 3 otherwise."""
    from myognosis.exchange.casefile import parse_case, read_case

    try:
        if path == "-":
            return parse_case(sys.stdin.buffer.read().decode("utf-8", "replace"))
        return read_case(path)
    except CaseError as error:
        if (told := _no_case(Path(path))) is not None:
            fail_with((told,), language, as_json, CASE_FAULTS)
        rest = getattr(error, "rest", None)  # what could be read has faults of its own, told at once
        more = check_case(rest, load_knowledge())[1] if rest is not None else ()
        fail_with((*error.issues, *more), language, as_json, CASE_FAULTS)

"""The command line: parse, call, show. No medicine here.

Exit codes: 0 done; 2 the command was used wrongly; 3 the case has faults; 4 the knowledge has faults or an optional
part is missing.
"""

import os
from gettext import gettext
from typing import Any

import click

from myognosis import __version__
from myognosis.cli.spoken import LANGUAGE, SpokenGroup, misused, speak, spoken_in
from myognosis.faults import MissingExtra
from myognosis.language import LANGUAGES, mark

__all__ = ["main"]

_COMMANDS = {
    "assess": ("myognosis.cli.assess", mark("From a case to an assessment.")),
    "report": ("myognosis.cli.report", mark("The report of a case as HTML or PDF, or one page for the doctor.")),
    "ask": ("myognosis.cli.ask", mark("The interview in the terminal.")),
    "serve": ("myognosis.cli.serve", mark("The interview in a browser, on this machine.")),
    "explain": ("myognosis.cli.explain", mark("What is known of one cause.")),
    "claims": ("myognosis.cli.claims", mark("What people read of twitching that is false or unsafe, and what holds.")),
    "read": ("myognosis.cli.read", mark("What a recording is: channels, rate, units, length, faults and mends.")),
    "cohort": ("myognosis.cli.cohort", mark("Many recordings at once: tables and one page.")),
    "label": ("myognosis.cli.label", mark("Label a recording by hand, on one local page.")),
    "compare": ("myognosis.cli.compare", mark("How far two sets of labels agree.")),
    "simulate": ("myognosis.cli.simulate", mark("A recording from a mechanism, with every spike known.")),
    "excitability": ("myognosis.cli.excitability", mark("A nerve-excitability test among 280 healthy people.")),
    "check": ("myognosis.cli.check", mark("Every fault of a case, with its place and its mend.")),
    "knowledge": ("myognosis.cli.check", mark("Look after the knowledge.")),
    "schema": ("myognosis.cli.check", mark("The format of a case, as JSON Schema.")),
}

_THREADS = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
"""Our matrices are small: threads that share one wait for each other longer than they work. Who sets another number keeps it."""


class _Lazy(SpokenGroup):
    """Loads a command's module only when it is used, so that help answers at once."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """From here on the process speaks the language that the command line asks for."""
        language = spoken_in(args)
        speak(language)
        context = super().make_context(info_name, args, parent, **extra)
        context.meta[LANGUAGE] = language
        return context

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; where a library is not there, say which optional part of ours brings it."""
        for name in _THREADS:
            os.environ.setdefault(name, "1")
        try:
            return super().invoke(ctx)
        except ModuleNotFoundError as error:
            from myognosis.cli.common import extra_with, without

            extra = extra_with(error.name or "", str(ctx.invoked_subcommand))
            if not extra:
                raise
            without(MissingExtra(f"{ctx.invoked_subcommand} ({error.name})", extra), ctx.meta[LANGUAGE])

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, loaded now."""
        if cmd_name not in _COMMANDS:
            return None
        from importlib import import_module

        command: click.Command = getattr(import_module(_COMMANDS[cmd_name][0]), f"{cmd_name}_command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(gettext("Commands")):
            formatter.write_dl([(name, gettext(text)) for name, (_, text) in _COMMANDS.items()])

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is meant; a name that is close to one is answered with it."""
        from myognosis.faults import near_miss

        hint = near_miss(args[0], _COMMANDS) if args and args[0] not in _COMMANDS else ""
        if hint:
            what = mark("No such command '{given}'. Did you mean '{hint}'?")
            raise misused(what, ctx.meta[LANGUAGE], given=args[0], hint=hint)
        return super().resolve_command(ctx, args)


language_option = click.option(
    "--language", "-l", type=click.Choice(LANGUAGES), default=None, help="Language of the answer; the system's by default."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for other programs.")


@click.command(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="myognosis")
@language_option
@click.pass_context
def main(ctx: click.Context, language: str | None) -> None:
    """Works out why a muscle twitches. For research and education; it does not diagnose.

    Exit codes: 0 done, 2 wrong use, 3 faults in the case, 4 faults in the knowledge or a missing part.
    """
    said = {"language": language}
    ctx.default_map = {name: said | {"check": said} for name in _COMMANDS} if language else None

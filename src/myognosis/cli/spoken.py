"""Help and faults of use in the person's language: our own words and those of Click.

Click looks its words up in the domain of the process (``gettext.textdomain``), by the variable LANGUAGE. The words that people meet
stand in ``CLICK`` and ``CLICK_COUNTED``, so that the catalogues hold them; ``help_texts`` gives those of our commands.
"""

import gettext
import os
from collections.abc import Iterator, Sequence

import click

from myognosis.faults import Message
from myognosis.language import DOMAIN, LANGUAGES, LOCALE, Language, catalogue, mark, preferred_language, say

__all__ = [
    "CLICK", "CLICK_COUNTED", "EXIT_CODES", "LANGUAGE", "SpokenCommand", "SpokenGroup", "help_texts", "misused", "speak", "spoken",
    "spoken_in",
]  # fmt: skip

CLICK = (
    mark("Usage:"), mark("Commands"), mark("Error: {message}"), mark("Aborted!"), mark("default: {default}"),
    mark("Try '{command} {option}' for help."), mark("Show the version and exit."),
    mark("No such option {name!r}."), mark("No such command {name!r}."),
    mark("Missing command."), mark("Missing argument"), mark("Missing option"), mark("Missing parameter"),
    mark("Invalid value: {message}"), mark("Invalid value for {param_hint}: {message}"),
    mark("{value!r} is not a valid {number_type}."), mark("{value} is not in the range {range}."),
    mark("{name} {filename!r} does not exist."), mark("{name} {filename!r} is a file."),
    mark("{name} {filename!r} is a directory."),
    mark("Option {name!r} does not take a value."),
)  # fmt: skip
CLICK_COUNTED = (
    ("Did you mean {possibility}?", "(Did you mean one of: {possibilities}?)"),
    ("Option {name!r} requires an argument.", "Option {name!r} requires {nargs} arguments."),
    ("Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})"),
    ("{value!r} is not {choice}.", "{value!r} is not one of {choices}."),
)
_HELP = mark("Show this message and exit.")


def spoken_in(words: Sequence[str]) -> Language:
    """The language that a command line asks for, wherever it stands in it, else the system's."""
    for option, given in zip(words, [*words[1:], ""], strict=False):
        name, _, value = option.partition("=")
        asked = value or given
        if name in ("-l", "--language") and asked in LANGUAGES:
            return asked
        for language in LANGUAGES:
            if option == f"-l{language}":
                return language
    return preferred_language()


LANGUAGE = "myognosis.language"
"""Where a running command keeps the language that it speaks."""


def spoken() -> Language:
    """The language that the running command speaks."""
    context = click.get_current_context(silent=True)
    return (context.meta.get(LANGUAGE) if context else None) or preferred_language()


def speak(language: Language) -> None:
    """Let Click speak a language, which ``gettext`` of this process follows."""
    catalogue(language)  # its binary is brought up to date first
    gettext.bindtextdomain(DOMAIN, LOCALE)
    gettext.textdomain(DOMAIN)
    os.environ["LANGUAGE"] = language


def misused(template: str, language: Language, **params: object) -> click.UsageError:
    """The error for a command that was used wrongly."""
    return click.UsageError(say(Message(template, params), language))


EXIT_CODES = mark("Exit codes: 0 done, 2 wrong use, 3 faults in the case, 4 faults in the knowledge or a missing part.")


class SpokenCommand(click.Command):
    """A command whose help is in the language that was asked for."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The exit codes, which are the same everywhere."""
        formatter.write_paragraph()
        formatter.write_text(gettext.gettext(EXIT_CODES))

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What the command is for."""
        with formatter.indentation():
            for paragraph in _paragraphs(self.help or ""):
                formatter.write_paragraph()
                formatter.write_text(gettext.gettext(paragraph))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What each option does."""
        its_help = self.get_help_option(ctx)  # Click keeps it, in the words of the first time
        rows = [
            (p is its_help, *row) for p in self.get_params(ctx) if isinstance(p, click.Option) and (row := p.get_help_record(ctx))
        ]
        with formatter.section(gettext.pgettext("command line", "Options")):
            formatter.write_dl([(names, _said(_HELP if is_help else text)) for is_help, names, text in rows])


class SpokenGroup(SpokenCommand, click.Group):
    """A group of such commands."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options, then the commands."""
        SpokenCommand.format_options(self, ctx, formatter)
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands, each with its first sentence."""
        below = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section(gettext.gettext("Commands")):
            formatter.write_dl([(name, gettext.gettext(_paragraphs(c.help or "")[0])) for name, c in below if c])


def _said(help_text: str) -> str:
    """A help text with what Click adds to it in brackets."""
    text, bracket, added = help_text.partition("  [")
    return gettext.gettext(text) + bracket + added if text else help_text


def _paragraphs(text: str) -> list[str]:
    return [" ".join(part.split()) for part in text.split("\n\n") if part.strip()]


def help_texts(command: click.Command) -> Iterator[str]:
    """Every help text of a command and of those below it, as the catalogues hold them."""
    yield from _paragraphs(command.help or "")
    yield from (p.help for p in command.params if isinstance(p, click.Option) and p.help)
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            if below:
                yield from help_texts(below)

"""``myognosis serve``: the interview in a browser, on this machine alone."""

import json
import secrets
import socket
import threading
import webbrowser
from pathlib import Path

import click

from myognosis.cli import common as c
from myognosis.cli import json_option, language_option
from myognosis.cli.spoken import SpokenCommand, misused
from myognosis.faults import Issue, Level, Message, MissingExtra
from myognosis.language import Language, mark
from myognosis.model.case import SCHEMA, Case
from myognosis.store import save_case

__all__ = ["serve_command"]


@click.command("serve", cls=SpokenCommand)
@click.argument("case_file", metavar="[CASE]", required=False, type=click.Path(path_type=Path, dir_okay=False))
@language_option
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), help="Keep cases here (default: ~/Myognosis).")
@click.option("--store", metavar="URL", help="Keep many cases in a database: sqlite:///cases.db or postgresql+psycopg://...")
@click.option("--user-header", metavar="NAME", help="Behind a proxy that knows who asks: the header in which it says so.")
@click.option("--host", "names", multiple=True, metavar="NAME", help="A name under which a proxy passes requests on.")
@click.option("--api", is_flag=True, help="Let other programs on this computer in; prints their key.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="The port; a free one by default.")
@click.option("--no-browser", is_flag=True, help="Print the address and open no browser.")
@click.option(
    "--emergency-number",
    callback=c.a_number,
    help="The number that the pages tell to call (default: those of the countries of the language).",
)
@json_option
def serve_command(
    case_file: Path | None,
    language: str | None,
    folder: Path | None,
    store: str | None,
    user_header: str | None,
    names: tuple[str, ...],
    api: bool,
    port: int,
    no_browser: bool,
    emergency_number: str | None,
    as_json: bool,
) -> None:
    """Serve the interview to a browser on this computer. Nothing leaves it. Ctrl-C ends it.

    With CASE, a file of one's own, this case is opened and every answer goes into that file; it is made where there is none.

    Behind a proxy (--user-header) it serves many people, each with the own cases: the proxy sends the printed key in
    X-Myognosis-Proxy, and must itself remove that header and the user's from what people send.
    """
    tongue = c.language_of(language)
    if user_header and not store:
        raise misused(mark("--user-header needs --store: only a database keeps apart who may see what."), tongue)
    if case_file and store:
        raise misused(mark("Give a case or --store: a case in a file of one's own is in no database."), tongue)
    c.knowledge_or_exit(tongue, as_json)
    if case_file:
        _make_or_check(case_file, tongue, as_json)
    door = _bind(port)
    host = f"127.0.0.1:{door.getsockname()[1]}"
    key = secrets.token_urlsafe(24)
    address = f"http://{host}/enter?key={key}"
    try:
        from myognosis.web import Settings, create_app
        from myognosis.web.serve import run
    except ImportError:
        c.without(MissingExtra(mark("The interview in a browser"), "web"), tongue)
    settings = Settings(
        folder=folder or Path.home() / "Myognosis",
        hosts=(host, host.replace("127.0.0.1", "localhost"), *names),
        key=key,
        own=case_file,
        store=store,
        user_header=user_header,
        api_key=secrets.token_urlsafe(24) if api else None,
        language=tongue,
        emergency_number=emergency_number,
    )
    app = create_app(settings)
    headers = ({"X-Myognosis-Proxy": key} if user_header else {}) | (
        {"Authorization": f"Bearer {settings.api_key}"} if settings.api_key else {}
    )
    if as_json:
        click.echo(json.dumps({"address": None if user_header else address, "headers": headers}))
    else:
        for line in (*([] if user_header else [address]), *(f"{name}: {value}" for name, value in headers.items())):
            click.echo(line)
    if not (no_browser or user_header):
        threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
    run(app, door)


def _make_or_check(path: Path, language: Language, as_json: bool) -> None:
    """A file of the person's own: empty where there is none, else one that can be written as it was read."""
    if not path.exists():
        try:
            save_case(Case(), path)
        except OSError as error:
            raise c.refused(path, error) from None
        return
    c.read_or_exit(str(path), language, as_json)
    if _FORMAT not in path.read_text("utf-8"):
        what, fix = (
            mark("This is a case of another program; kept here it would become one of ours."),
            mark("Open it on the first page."),
        )
        c.fail_with(
            (Issue("case.foreign", Level.REFUSE, str(path), Message(what), Message(fix)),), language, as_json, c.CASE_FAULTS
        )


_FORMAT = SCHEMA.rpartition("/")[0]


def _bind(port: int) -> socket.socket:
    """The door, bound to this machine alone; connections wait at it until the application is ready."""
    door = socket.socket(proto=socket.IPPROTO_TCP)  # asyncio sends small pieces at once only where the socket says that it is TCP
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind(("127.0.0.1", port))
    except OSError as error:
        raise c.refused(f"port {port}", error) from None
    door.listen(128)
    return door

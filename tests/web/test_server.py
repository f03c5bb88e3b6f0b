"""Many people behind a proxy: each sees the own cases and nobody else's, whatever address is tried."""

import json
import socket
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import httpx
import pytest
from click.testing import CliRunner
from fastapi import FastAPI
from tests.web.conftest import Reader

from myognosis.cli.serve import _bind, serve_command
from myognosis.exchange.casefile import read_case
from myognosis.language import catalogue
from myognosis.model.case import Case, Complaint
from myognosis.store import save_case
from myognosis.web import Settings, create_app
from myognosis.web import routes as web_routes


@pytest.fixture
def app(settings: Settings, tmp_path: Path) -> FastAPI:
    return create_app(replace(settings, store=f"sqlite:///{tmp_path}/cases.db", user_header="X-Remote-User"))


class Proxied(Reader):
    """A reader whom the proxy names."""

    def __init__(self, app: FastAPI, runner: Any, name: str, key: str = "the-key") -> None:
        super().__init__(app, runner, key=None)
        self.headers = {"X-Remote-User": name, "X-Myognosis-Proxy": key}

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        return super().ask(method, path, headers=self.headers | more.pop("headers", {}), **more)


def routes() -> list[tuple[str, str]]:
    """Every page that has a case in its address."""
    parts = [import_module(f"myognosis.web.routes.{part.name}") for part in iter_modules(web_routes.__path__)]
    rows = [row for part in parts if hasattr(part, "router") for row in part.router.routes if "{name}" in row.path]
    return [(method, row.path) for row in rows for method in row.methods if method in ("GET", "POST")]


def test_a_case_of_one_is_nowhere_to_be_found_for_another(app: FastAPI, runner: Any):
    one, other = Proxied(app, runner, "a"), Proxied(app, runner, "b")
    address = one.begin()
    case = address.split("/")[2]
    assert one.get(address).status_code == 200
    tried = routes()
    assert len(tried) > 8
    for method, path in tried:
        asked = path.replace("{name}", case).replace("{", "").replace("}", "")
        answer = other.ask(method, asked, **({"data": {}} if method == "POST" else {}))
        assert answer.status_code in (404, 422), (method, path, answer.status_code)
    assert case not in other.get("/").text
    assert one.get(address).status_code == 200


NAMED, SHOWN = {"X-Remote-User": "a"}, {"X-Myognosis-Proxy": "the-key"}


@pytest.mark.parametrize(
    "headers", [{}, NAMED, NAMED | {"X-Myognosis-Proxy": "wrong"}, SHOWN, SHOWN | {"X-Remote-User": " "}],
)  # fmt: skip
def test_who_does_not_come_through_the_proxy_is_not_let_in(app: FastAPI, runner: Any, headers: dict[str, str]):
    reader = Reader(app, runner, key=None)
    assert reader.get("/", headers=headers).status_code == 403
    assert reader.get("/enter?key=the-key", headers=headers, follow=False).status_code == 403


def test_several_people_never_share_a_folder(settings: Settings):
    with pytest.raises(ValueError, match="database"):
        create_app(replace(settings, user_header="X-Remote-User"))
    said = CliRunner().invoke(serve_command, ["--user-header", "X-Remote-User"])
    assert said.exit_code == 2
    assert "--store" in said.output


def test_no_page_waits_for_an_acknowledgement():
    """Asyncio turns the delay of small pieces off only where a socket names its protocol; else a page takes 40 ms longer."""
    with _bind(0) as door:
        assert door.proto == socket.IPPROTO_TCP


@pytest.mark.parametrize("language", ["en", "uk", "ru"])
def test_a_server_never_says_that_the_answers_are_on_this_computer(app: FastAPI, runner: Any, language: str):
    one = Proxied(app, runner, "a")
    address, _ = one.begin(language), one.begin(language)
    gettext = catalogue(language).gettext
    said = "".join(page.text for page in (one.get("/"), one.get(f"{address}/erase"), one.post(f"{address}/erase")))
    for here in ("Nothing you enter leaves this computer.", "Kept on this computer", "Nothing of it is left in this folder.",
                 "No name is asked. Your answers are one file on this computer, and you can erase it."):  # fmt: skip
        assert gettext(here) not in said
    assert gettext("What you enter stays on the server of those who run this page.") in said


def test_a_case_in_a_file_of_ones_own_is_opened_at_once_and_every_answer_goes_into_that_file(
    settings: Settings, runner: Any, tmp_path: Path
):
    own = tmp_path / "mine.yaml"
    save_case(Case(complaint=Complaint(words="My eyelid twitches.")), own)
    reader = Reader(create_app(replace(settings, own=own)), runner, key=None)
    first = reader.get("/enter?key=the-key")
    assert first.url.path.endswith("/step/words")  # where it was left
    case = first.url.path.removesuffix("/step/words")
    reader.fill(reader.get(f"{case}/step/about"), age="34", sex="male")
    assert (read_case(own).person.age_years, read_case(own).complaint.words) == (34.0, "My eyelid twitches.")
    assert [path.name for path in settings.folder.glob("*.json")] == []
    assert "My eyelid twitches." in reader.get("/").text
    reader.post(f"{case}/erase")
    assert not own.exists()


@pytest.mark.parametrize("page", ["review", "keeping"])
def test_where_notes_of_ones_own_file_lie_that_no_longer_stand_in_it_is_said(
    page: str, settings: Settings, runner: Any, tmp_path: Path
):
    own = tmp_path / "mine.yaml"
    own.write_text("schema: myognosis/case/1\nperson:\n  age_years: 34  # in May\n  sex: male  # of course\n", "utf-8")
    reader = Reader(create_app(replace(settings, own=own)), runner, key=None)
    case = reader.get("/enter?key=the-key").url.path.rsplit("/step", 1)[0]
    assert "mine.earlier.yaml" not in reader.get(f"{case}/{page}").text
    reader.fill(reader.get(f"{case}/step/about"), age="35", sex="")
    assert "# in May" in own.read_text("utf-8")
    assert "Notes that no longer stand in your file lie beside it, in mine.earlier.yaml." in reader.get(f"{case}/{page}").text


@pytest.mark.parametrize(
    ("words", "code"), [(("packet.json",), 3), (("new.yaml", "--store", "sqlite:///x.db"), 2), (("no/new.yaml",), 1)]
)
def test_what_cannot_be_a_file_of_ones_own_is_refused_and_stays_as_it_is(
    words: tuple[str, ...], code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    packet = json.dumps({"id": "x", "subject": {"id": "y"}, "phenotypicFeatures": [], "metaData": {}})
    (tmp_path / "packet.json").write_text(packet, "utf-8")
    said = CliRunner().invoke(serve_command, ["--no-browser", *words])
    assert said.exit_code == code
    assert (tmp_path / "packet.json").read_text("utf-8") == packet
    assert [path.name for path in tmp_path.iterdir()] == ["packet.json"]

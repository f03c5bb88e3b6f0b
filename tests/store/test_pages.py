"""The pages over a real database, behind a proxy: answered, concluded, told too late, erased, and never seen by another."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from tests.web.conftest import HOST
from tests.web.test_server import Proxied

from myognosis.store.database import Database, DatabaseShelf
from myognosis.store.tables import metadata
from myognosis.web import Settings, create_app

pytestmark = pytest.mark.whole


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture
def app(url: str, tmp_path: Path) -> Iterator[FastAPI]:
    settings = Settings(folder=tmp_path / "home", hosts=(HOST,), key="the-key", store=url, user_header="X-Remote-User")
    app = create_app(settings)
    yield app
    app.state.desk.children.close()
    app.state.desk.shelves("nobody")._database.close()


@pytest.fixture
def person(app: FastAPI, runner: asyncio.Runner) -> Proxied:
    return Proxied(app, runner, "a")


@pytest.fixture
def database(url: str, app: FastAPI) -> Iterator[Database]:
    """The same database by a door of its own, once the pages have made it."""
    opened = Database(url)
    yield opened
    opened.close()


def saying(reader: Proxied, case: str, words: str) -> Any:
    """The answer to the page of the story, filled in as it stands now."""
    return reader.fill(reader.get(f"{case}/step/story"), words=words)


def test_what_is_answered_is_in_the_database_and_leads_to_a_result_that_only_its_owner_sees(
    person: Proxied, app: FastAPI, runner: asyncio.Runner, database: Database
):
    case = person.begin("uk")
    assert saying(person, case, "сіпається повіка").status_code == 200
    assert person.post(f"{case}/question/fasciculation", {"answer": "present"}).status_code == 200
    kept = database.shelf("a").load(case.split("/")[2])
    assert (kept.case.complaint.words, kept.case.answers["fasciculation"].value) == ("сіпається повіка", "present")
    result = person.post(f"{case}/result")
    assert result.status_code == 200
    assert result.url.path == f"{case}/result"
    assert database.shelf("a").load(kept.id).case.assessed_on is not None
    assert {deed.action for deed in database.shelf("a").trail(kept.id)} >= {"create", "read", "save"}
    other = Proxied(app, runner, "b")
    assert [other.get(f"{case}{page}").status_code for page in ("/result", "/case.json", "/step/story")] == [404] * 3


def test_who_answers_from_an_old_page_is_shown_both_versions_and_chooses(person: Proxied, database: Database):
    case = person.begin()
    first, second = (person.get(f"{case}/step/story") for _ in range(2))
    person.fill(first, words="from the first window")
    page = person.fill(second, words="from the second window")
    assert page.status_code == 409
    assert "from the first window" in page.text
    assert "from the second window" in page.text
    assert database.shelf("a").load(case.split("/")[2]).case.complaint.words == "from the first window"
    person.fill(page)
    assert database.shelf("a").load(case.split("/")[2]).case.complaint.words == "from the second window"


def before_the_first_save(monkeypatch: pytest.MonkeyPatch, do: Callable[[], object]) -> None:
    """Something that happens at the worst moment: the case was read for an answer, which is not saved yet."""
    real = DatabaseShelf.save

    def save(self: DatabaseShelf, *args: Any, **more: Any) -> Any:
        monkeypatch.setattr(DatabaseShelf, "save", real)
        do()
        return real(self, *args, **more)

    monkeypatch.setattr(DatabaseShelf, "save", save)


def test_a_write_that_comes_too_late_loses_nothing_of_either_window(
    person: Proxied, database: Database, monkeypatch: pytest.MonkeyPatch
):
    case = person.begin()
    shelf, name = database.shelf("a"), case.split("/")[2]

    def elsewhere() -> None:
        kept = shelf.load(name)
        shelf.save(
            name, kept.case.model_copy(update={"person": kept.case.person.model_copy(update={"age_years": 50.0})}), kept.revision
        )

    page = person.get(f"{case}/step/story")
    before_the_first_save(monkeypatch, elsewhere)
    assert person.fill(page, words="late by a moment").status_code == 200
    kept = shelf.load(name).case
    assert (kept.person.age_years, kept.complaint.words) == (50.0, "late by a moment")
    assert shelf.late(name) == ()  # the page looked again, and put the two together


def test_an_answer_to_a_case_that_is_erased_at_that_moment_brings_nothing_back(
    person: Proxied, database: Database, monkeypatch: pytest.MonkeyPatch
):
    case = person.begin()
    page = person.get(f"{case}/step/story")
    before_the_first_save(monkeypatch, lambda: database.shelf("a").erase(case.split("/")[2]))
    assert person.fill(page, words="too late").status_code == 404
    assert person.get(case).status_code == 404
    assert database.shelf("a").all() == []


def test_an_erased_case_leaves_nothing_in_any_table_or_folder_but_that_it_was_erased(
    person: Proxied, database: Database, tmp_path: Path
):
    case = person.begin()
    saying(person, case, "a word of a patient")
    log = b"seconds,x (m/s2)\n" + b"".join(b"%.2f,%.3f\n" % (n / 100, n % 7) for n in range(300))
    form = {"kind": "accelerometer", "during": "rest"}
    person.ask("POST", f"{case}/upload", data=form, files={"file": ("a.csv", log)})
    assert len(list((tmp_path / "home").rglob("*.csv"))) == 1
    assert person.post(f"{case}/erase").status_code == 200
    assert not [path for path in (tmp_path / "home").rglob("*") if path.is_file()]
    with database.engine.connect() as db:
        rows = {table.name: db.execute(sa.select(table)).all() for table in metadata.sorted_tables}
    assert rows.pop("audit")[-1].action == "erase"
    assert set(map(len, rows.values())) == {0}
    assert person.get(case).status_code == 404

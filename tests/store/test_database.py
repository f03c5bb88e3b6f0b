"""Many cases kept: nothing lost when two write at once, nothing seen by who may not, nothing left when erased."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from myognosis.model.case import About, Answer, Case, Complaint
from myognosis.store import NoSuchCase, NotAllowed, Stale
from myognosis.store.database import _MIGRATIONS, Database, DatabaseShelf
from myognosis.store.tables import LAST_STEP, metadata, step

OLD = Case(about=About(title="first"), answers={"tremor": Answer.PRESENT})
NEW = Case(about=About(title="second"), answers={"tremor": Answer.ABSENT})


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    opened = Database(url)
    yield opened
    opened.close()


@pytest.fixture
def shelf(database: Database) -> DatabaseShelf:
    return database.shelf("a")


def test_what_is_kept_is_what_was_given_to_the_last_letter(shelf: DatabaseShelf):
    case = Case(complaint=Complaint(words="\u202eсудорога; DROP TABLE cases --\n<b>'\"&"), answers={"tremor": Answer.UNKNOWN})
    assert shelf.load(shelf.new(case).id).case == case


def test_a_late_write_is_refused_and_both_versions_stay(shelf: DatabaseShelf):
    kept = shelf.new(OLD)
    shelf.save(kept.id, NEW, kept.revision)
    mine = OLD.model_copy(update={"answers": {"cramp": Answer.PRESENT}})
    with pytest.raises(Stale) as late:
        shelf.save(kept.id, mine, kept.revision)
    assert late.value.kept.case == NEW
    assert shelf.load(kept.id).case == NEW
    assert [version.case for version in shelf.late(kept.id)] == [mine]


@pytest.mark.parametrize("do", ["load", "save", "share", "erase", "late", "trail"])
def test_who_was_not_told_of_a_case_can_do_nothing_with_it(database: Database, do: str):
    kept, other = database.shelf("a").new(OLD), database.shelf("b")
    more = {"save": (NEW, kept.revision), "share": ("b",)}.get(do, ())
    with pytest.raises(NoSuchCase) as foreign:
        getattr(other, do)(kept.id, *more)
    with pytest.raises(NoSuchCase) as nowhere:
        getattr(other, do)("0" * 16, *more)
    assert str(foreign.value).replace(kept.id, "") == str(nowhere.value).replace("0" * 16, "")
    assert database.shelf("a").load(kept.id) == kept
    assert other.all() == []


def test_a_shared_case_is_seen_by_both(database: Database):
    kept = database.shelf("a").new(OLD)
    database.shelf("a").share(kept.id, "b")
    database.shelf("a").share(kept.id, "b")
    assert database.shelf("b").load(kept.id).case == OLD
    assert [found.id for found in database.shelf("b").all()] == [kept.id]


def test_an_erased_case_leaves_only_that_it_was_erased(shelf: DatabaseShelf, database: Database, tmp_path: Path):
    words = "КодовеСловоABC"
    kept = shelf.new(OLD.model_copy(update={"complaint": Complaint(words=words)}))
    with pytest.raises(Stale):
        shelf.save(kept.id, OLD.model_copy(update={"complaint": Complaint(words=words)}), "7")
    shelf.erase(kept.id)
    with pytest.raises(NoSuchCase):
        shelf.load(kept.id)
    with database.engine.begin() as db:
        rows = [db.execute(table.select()).all() for table in metadata.sorted_tables if table.name != "audit"]
        actions = db.execute(sa.text("SELECT action FROM audit ORDER BY id")).scalars().all()
    assert not any(rows)
    assert actions == ["create", "save", "erase"]
    assert not [p for p in tmp_path.iterdir() if words.encode() in p.read_bytes()]


def test_the_audit_says_who_did_what_and_no_value(shelf: DatabaseShelf):
    kept = shelf.new(OLD)
    shelf.save(kept.id, NEW, "1")
    assert [(actor, action) for _, actor, action, _ in shelf.trail(kept.id)] == [("a", "create"), ("a", "save"), ("a", "trail")]


@pytest.mark.whole
def test_two_that_write_at_once_lose_nothing(url: str):
    """Each adds its own mark, again and again, on what it read last; at the end every mark is there."""
    first = Database(url)
    kept = first.shelf("a").new(Case())
    first.close()

    def write(mark: str) -> None:
        database = Database(url)
        shelf, done = database.shelf("a"), 0
        while done < 10:
            now = shelf.load(kept.id)
            words = (now.case.complaint.words or "") + mark
            try:
                shelf.save(kept.id, now.case.model_copy(update={"complaint": Complaint(words=words)}), now.revision)
                done += 1
            except Stale:
                continue
        database.close()

    threads = [threading.Thread(target=write, args=(mark,)) for mark in "xyz"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    last = Database(url)
    words = last.shelf("a").load(kept.id).case.complaint.words or ""
    last.close()
    assert {mark: words.count(mark) for mark in "xyz"} == dict.fromkeys("xyz", 10)


@pytest.mark.whole
def test_a_killed_writer_leaves_every_acknowledged_save(tmp_path: Path):
    code = (
        "import sys\nfrom myognosis.store.database import Database\nfrom myognosis.model.case import Case, Complaint\n"
        "shelf = Database(sys.argv[1]).shelf('a')\nkept = shelf.new(Case())\nprint(kept.id, flush=True)\n"
        "while True:\n    kept = shelf.save(kept.id, Case(complaint=Complaint(words=kept.revision)), kept.revision)\n"
        "    print(kept.revision, flush=True)\n"
    )
    url = f"sqlite:///{tmp_path}/cases.db"
    process = subprocess.Popen([sys.executable, "-c", code, url], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    id = process.stdout.readline().strip()
    said = [int(process.stdout.readline()) for _ in range(20)]
    process.kill()
    said += [int(line) for line in process.stdout.read().split()]
    process.stdout.close()
    process.wait()
    database = Database(url)
    assert int(database.shelf("a").load(id).revision) >= said[-1]
    database.close()


@pytest.mark.parametrize("older", [False, True])
def test_a_new_database_and_one_that_took_every_step_have_the_tables_that_the_program_expects(url: str, older: bool):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    if older:  # one in which no step was taken yet
        engine = sa.create_engine(url)
        with engine.begin() as db:
            step.create(db)
        engine.dispose()
    database = Database(url)
    with database.engine.begin() as db:
        context = MigrationContext.configure(db)
        assert compare_metadata(context, metadata) == []
        assert context.get_current_revision() == LAST_STEP == ScriptDirectory(str(_MIGRATIONS)).get_current_head()
    database.close()


def test_a_database_of_a_newer_program_is_refused_and_left_as_it_is(database: Database, url: str):
    kept = database.shelf("a").new(OLD)
    with database.engine.begin() as db:
        db.execute(step.update().values(version_num="9999"))
    with pytest.raises(Exception, match="9999"):
        Database(url)
    assert database.shelf("a").load(kept.id) == kept


def test_opening_a_database_again_changes_nothing_and_takes_no_step(url: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delattr("myognosis.store.database._take_steps")  # what takes them needs 12 MB, which a server would keep
    first = Database(url)
    kept = first.shelf("a").new(OLD)
    first.close()
    again = Database(url)
    assert again.shelf("a").load(kept.id) == kept
    again.close()


def test_a_save_that_waits_for_an_erasure_finds_no_case(postgres: str, database: Database):
    """PostgreSQL alone lets one read while another erases; SQLite has them wait from the beginning."""
    if database.is_sqlite:
        pytest.skip("two never write at once")
    kept, said = database.shelf("a").new(OLD), list[BaseException]()

    def save() -> None:
        try:
            database.shelf("a").save(kept.id, NEW, kept.revision)
        except Exception as error:
            said.append(error)

    saver = threading.Thread(target=save)
    waiting = sa.text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    with database.engine.begin() as eraser:
        eraser.execute(metadata.tables["access"].delete())
        eraser.execute(metadata.tables["cases"].delete())
        saver.start()
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as watcher:
            while saver.is_alive() and not watcher.execute(waiting).scalar():
                pass
    saver.join()
    assert [type(error) for error in said] == [NoSuchCase]


def test_who_may_only_read_changes_nothing_and_only_the_owner_shares_erases_and_reads_the_trail(database: Database):
    kept = database.shelf("a").new(OLD)
    reader, writer = database.shelf("r"), database.shelf("w")
    database.shelf("a").share(kept.id, "r", "read")
    database.shelf("a").share(kept.id, "w", "write")
    assert database.shelf("a").shared_with(kept.id) == (("r", "read"), ("w", "write"))
    assert reader.load(kept.id).case == OLD
    tries = [
        (reader, "save", (NEW, kept.revision)), (reader, "set_aside", (NEW,)), (reader, "may_change", ()),
        (writer, "share", ("x",)), (writer, "unshare", ("r",)), (writer, "erase", ()), (writer, "trail", ()),
    ]  # fmt: skip
    for shelf, do, more in tries:
        with pytest.raises(NotAllowed):
            getattr(shelf, do)(kept.id, *more)
    with pytest.raises(NotAllowed):
        reader.settle(kept.id, "", take=True)
    assert writer.save(kept.id, NEW, kept.revision).revision == "2"
    assert [late.case for late in writer.late(kept.id)] == []


def test_what_is_taken_back_is_gone_for_the_other_and_the_owner_stays(database: Database):
    owner, other = database.shelf("a"), database.shelf("b")
    kept = owner.new(OLD)
    owner.share(kept.id, "b", "write")
    owner.share(kept.id, "b", "read")
    owner.share(kept.id, "a", "read")
    owner.unshare(kept.id, "b")
    owner.unshare(kept.id, "a")
    with pytest.raises(NoSuchCase):
        other.load(kept.id)
    assert owner.role(kept.id) == "own"
    told = [(deed.action, deed.whom) for deed in owner.trail(kept.id) if deed.whom]
    assert told == [("share", "b: write"), ("share", "b: read"), ("share", "a: read"), ("unshare", "b"), ("unshare", "a")]


def test_a_late_version_changes_places_with_the_case_and_nothing_is_lost(shelf: DatabaseShelf):
    kept = shelf.new(OLD)
    shelf.set_aside(kept.id, NEW)
    shelf.set_aside(kept.id, NEW)
    (late,) = shelf.late(kept.id)
    shelf.settle(kept.id, late.id, take=True)
    assert (shelf.load(kept.id).case, shelf.load(kept.id).revision) == (NEW, "2")
    (other,) = shelf.late(kept.id)
    assert other.case == OLD
    shelf.settle(kept.id, "no such version", take=True)
    shelf.settle(kept.id, other.id, take=False)
    assert shelf.late(kept.id) == ()
    assert shelf.load(kept.id).case == NEW


def test_who_tries_again_with_what_stands_now_leaves_no_late_version(shelf: DatabaseShelf):
    kept = shelf.new(OLD)
    with pytest.raises(Stale):
        shelf.save(kept.id, NEW, "7", keep_late=False)
    assert shelf.late(kept.id) == ()


def test_a_database_of_the_first_form_is_brought_up_and_who_made_a_case_owns_it(url: str):
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "src/myognosis/store/migrations")
    engine = sa.create_engine(url)
    with engine.begin() as db:
        config.attributes["connection"] = db
        command.upgrade(config, "0001")
        db.exec_driver_sql("INSERT INTO cases VALUES ('c', 1, '2026-01-01 00:00:00', '{\"schema\": \"myognosis/case/1\"}')")
        db.exec_driver_sql("INSERT INTO access VALUES ('c', 'a'), ('c', 'b')")
        db.exec_driver_sql("INSERT INTO audit (at, actor, action, case_id) VALUES ('2026-01-01 00:00:00', 'a', 'create', 'c')")
    engine.dispose()
    database = Database(url)
    assert (database.shelf("a").role("c"), database.shelf("b").role("c")) == ("own", "write")
    assert database.shelf("a").load("c").case == Case()
    database.close()

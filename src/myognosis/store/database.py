"""Many cases in SQLite or PostgreSQL: nothing lost when two write at once, nothing seen by who may not, nothing left when erased.

A save names the revision it was made from. When somebody saved in between, the late version is refused, and kept beside the
current one. A shelf belongs to one actor; a case of which an actor was not told does not exist for that actor.
"""

import datetime as dt
import secrets
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from myognosis.exchange.casefile import dump_json, parse_case
from myognosis.model.case import Case
from myognosis.store.shelf import Kept, NoSuchCase, Stale
from myognosis.store.tables import access, audit, cases, refused

__all__ = ["Database", "DatabaseShelf"]

_CHANGING = {"save", "share", "erase"}
_MIGRATIONS = Path(__file__).parent / "migrations"


class Database:
    """A database of cases. Opening it brings its form up to date.

    Parameters
    ----------
    url
        As SQLAlchemy names a database: ``sqlite:///cases.db`` or ``postgresql+psycopg://user@host/name``.
    """

    def __init__(self, url: str) -> None:
        self.engine = sa.create_engine(url, pool_pre_ping=True)
        if self.is_sqlite:
            sa.event.listen(self.engine, "connect", _set_sqlite)
            sa.event.listen(self.engine, "begin", _begin_sqlite)
        self._upgrade()

    @property
    def is_sqlite(self) -> bool:
        """Whether it is one file on this machine."""
        return self.engine.dialect.name == "sqlite"

    def _upgrade(self) -> None:
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(_MIGRATIONS))
        with self.engine.begin() as connection:
            if not self.is_sqlite:  # two that open a new database at once do not trip over each other
                connection.execute(sa.text("SELECT pg_advisory_xact_lock(7041)"))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()

    def shelf(self, actor: str) -> "DatabaseShelf":
        """The cases of one actor."""
        return DatabaseShelf(self, actor)


class DatabaseShelf:
    """The cases that one actor may see, in a database; everything done is noted in the audit."""

    def __init__(self, database: Database, actor: str) -> None:
        self._database, self.actor = database, actor

    def new(self, case: Case) -> Kept:
        """Keep a new case; only this actor may see it."""
        name, now = secrets.token_hex(8), _now()
        with self._database.engine.begin() as db:
            db.execute(cases.insert().values(id=name, revision=1, changed_at=now, document=dump_json(case)))
            db.execute(access.insert().values(case_id=name, actor=self.actor))
            self._note(db, "create", name)
        return Kept(name, case, "1", now)

    def load(self, name: str) -> Kept:
        """The case under an id, as it is now.

        Raises
        ------
        NoSuchCase
            There is none, or the actor may not see it: the two are never told apart.
        """
        with self._case(name, "read") as (_, row):
            return _kept(row)

    def save(self, name: str, case: Case, revision: str) -> Kept:
        """Keep what a case has become since that revision.

        Raises
        ------
        NoSuchCase
            There is none, or the actor may not change it.
        Stale
            Somebody saved in between. What was given is kept and can be read with ``late``.
        """
        with self._case(name, "save") as (db, _):
            based_on, now = int(revision) if revision.isdecimal() else 0, _now()
            mine = sa.and_(cases.c.id == name, cases.c.revision == based_on)
            new = {"revision": based_on + 1, "changed_at": now, "document": dump_json(case)}
            if db.execute(cases.update().where(mine).values(**new)).rowcount == 1:
                return Kept(name, case, str(based_on + 1), now)
            late = {"id": secrets.token_hex(8), "case_id": name, "based_on": based_on, "at": now, "document": dump_json(case)}
            db.execute(refused.insert().values(**late))
            current = db.execute(sa.select(cases).where(cases.c.id == name)).one()
        raise Stale(_kept(current))

    def late(self, name: str) -> tuple[Kept, ...]:
        """The versions that came too late, oldest first, each under the revision it was made from."""
        with self._case(name, "read") as (db, _):
            rows = db.execute(sa.select(refused).where(refused.c.case_id == name).order_by(refused.c.at)).all()
        return tuple(Kept(name, parse_case(row.document), str(row.based_on), row.at) for row in rows)

    def all(self) -> list[Kept]:
        """Every case that the actor may see, the one changed last first."""
        seen = sa.select(cases).join(access, access.c.case_id == cases.c.id).where(access.c.actor == self.actor)
        with self._database.engine.begin() as db:
            return [_kept(row) for row in db.execute(seen.order_by(cases.c.changed_at.desc(), cases.c.id))]

    def share(self, name: str, other: str) -> None:
        """Let another actor see and change the case."""
        with self._case(name, "share") as (db, _):
            known = sa.select(access.c.actor).where(access.c.case_id == name, access.c.actor == other)
            if db.execute(known).first() is None:
                db.execute(access.insert().values(case_id=name, actor=other))

    def erase(self, name: str) -> None:
        """Remove the case, its late versions and who may see it. The audit keeps that it was erased, and nothing of it."""
        with self._case(name, "erase") as (db, _):
            for table in (refused, access):
                db.execute(table.delete().where(table.c.case_id == name))
            db.execute(cases.delete().where(cases.c.id == name))
        if self._database.is_sqlite:  # no copy of it stays in the write-ahead log
            with closing(self._database.engine.raw_connection()) as raw:
                raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def trail(self, name: str) -> tuple[tuple[dt.datetime, str, str], ...]:
        """When, who and what was done with a case."""
        with self._case(name, "trail") as (db, _):
            rows = db.execute(sa.select(audit).where(audit.c.case_id == name).order_by(audit.c.id)).all()
        return tuple((row.at, row.actor, row.action) for row in rows)

    @contextmanager
    def _case(self, name: str, action: str) -> Iterator[tuple[sa.Connection, Any]]:
        """One transaction on a case that the actor may see, noted in the audit; for everybody else there is no such case."""
        mine = sa.and_(cases.c.id == name, access.c.actor == self.actor)
        asked = sa.select(cases).join(access, access.c.case_id == cases.c.id).where(mine)
        if action in _CHANGING:
            asked = asked.with_for_update(of=cases)  # who changes a case waits for another who does, and sees if it was erased
        with self._database.engine.begin() as db:
            row = db.execute(asked).first()
            if row is None:
                raise NoSuchCase(name)
            self._note(db, action, name)
            yield db, row

    def _note(self, db: sa.Connection, action: str, name: str) -> None:
        db.execute(audit.insert().values(at=_now(), actor=self.actor, action=action, case_id=name))


def _kept(row: Any) -> Kept:
    """A row as a kept case; one that an older program wrote is read by the same door as a file."""
    changed = row.changed_at if row.changed_at.tzinfo else row.changed_at.replace(tzinfo=dt.UTC)
    return Kept(row.id, parse_case(row.document), str(row.revision), changed)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _set_sqlite(connection: Any, _record: object) -> None:
    """Every commit is on the disk before it is acknowledged; what is erased is overwritten; a writer waits for another."""
    connection.isolation_level = None  # SQLAlchemy begins transactions itself, see _begin_sqlite
    for pragma in ("busy_timeout=10000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: sa.Connection) -> None:
    """A transaction that will write says so at once, so that it never meets a lock half-way."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")

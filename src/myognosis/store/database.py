"""Many cases in SQLite or PostgreSQL: nothing lost when two write at once, nothing seen by who may not, nothing left when erased.

A save names the revision it was made from. When somebody saved in between, the late version is refused, and kept beside the
current one. A shelf belongs to one actor; a case of which an actor was not told does not exist for that actor. Whoever makes a
case owns it: the owner alone shares it, takes it back, erases it and reads its trail.
"""

import datetime as dt
import secrets
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Literal, NamedTuple

import sqlalchemy as sa

from myognosis.exchange.casefile import dump_json, parse_case
from myognosis.model.case import Case
from myognosis.store.shelf import Kept, Late, NoSuchCase, NotAllowed, Stale
from myognosis.store.tables import LAST_STEP, access, audit, cases, metadata, refused, step

__all__ = ["Database", "DatabaseShelf", "Deed", "Role"]

Role = Literal["own", "write", "read"]
_OF_THE_OWNER = {"share", "unshare", "erase", "trail"}
_CHANGING = {"save", "set_aside", "take", "drop", *_OF_THE_OWNER}
_MIGRATIONS = Path(__file__).parent / "migrations"
_WITHOUT_WAITING = sa.text("SET LOCAL synchronous_commit TO off")


class Deed(NamedTuple):
    """Something done with a case: when, by whom, what, and with whom it was shared."""

    at: dt.datetime
    actor: str
    action: str
    whom: str


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
        try:
            self._upgrade()
        except Exception:
            self.close()
            raise

    @property
    def is_sqlite(self) -> bool:
        """Whether it is one file on this machine."""
        return self.engine.dialect.name == "sqlite"

    def _upgrade(self) -> None:
        with self.engine.begin() as connection:
            if not self.is_sqlite:  # two that open a new database at once do not trip over each other
                connection.execute(sa.text("SELECT pg_advisory_xact_lock(7041)"))
            if not sa.inspect(connection).has_table(step.name):  # a new one needs no steps, so that nothing loads what takes them
                metadata.create_all(connection)
                step.create(connection)
                connection.execute(step.insert().values(version_num=LAST_STEP))
            elif connection.execute(sa.select(step.c.version_num)).scalar() != LAST_STEP:
                _take_steps(connection)

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
            db.execute(access.insert().values(case_id=name, actor=self.actor, role="own"))
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

    def may_change(self, name: str) -> None:
        """Whether this actor may change the case.

        Raises
        ------
        NoSuchCase, NotAllowed
            There is none, or it may only be read.
        """
        if self.role(name) == "read":
            raise NotAllowed(name)

    def role(self, name: str) -> Role:
        """What this actor may do with the case."""
        mine = sa.select(access.c.role).where(access.c.case_id == name, access.c.actor == self.actor)
        with self._database.engine.begin() as db:
            found: Role | None = db.execute(mine).scalar()
        if found is None:
            raise NoSuchCase(name)
        return found

    def save(self, name: str, case: Case, revision: str, *, keep_late: bool = True) -> Kept:
        """Keep what a case has become since that revision.

        Raises
        ------
        NoSuchCase, NotAllowed
            There is none, or the actor may not change it.
        Stale
            Somebody saved in between. What was given is kept and can be read with ``late``, if it is to be.
        """
        with self._case(name, "save") as (db, row):
            based_on = int(revision) if revision.isdecimal() else 0
            if row.revision == based_on:
                return self._write(db, name, case, based_on + 1)
            if keep_late:
                self._keep_beside(db, row, case, self.actor)
            current = _kept(row)
        raise Stale(current)

    def late(self, name: str) -> tuple[Late, ...]:
        """The versions beside the case that differ from it, oldest first."""
        with self._case(name, "read") as (db, row):
            return tuple(one for one in self._beside(db, name) if one.case != _kept(row).case)

    def notes_beside(self, name: str) -> None:
        """None: a database keeps no text that somebody wrote notes into."""

    def set_aside(self, name: str, case: Case) -> None:
        """Keep a version beside the case."""
        with self._case(name, "set_aside") as (db, row):
            self._keep_beside(db, row, case, self.actor)

    def settle(self, name: str, late: str, *, take: bool) -> None:
        """Drop a version that was kept beside the case, or let it and the case change places."""
        with self._case(name, "take" if take else "drop") as (db, row):
            other = next((one for one in self._beside(db, name) if one.id == late), None)
            if other is None:
                return
            db.execute(refused.delete().where(refused.c.id == late))
            if take:
                self._keep_beside(db, row, _kept(row).case, None)
                self._write(db, name, other.case, row.revision + 1)

    def _write(self, db: sa.Connection, name: str, case: Case, revision: int) -> Kept:
        """Write a case whose row is held."""
        now = _now()
        db.execute(cases.update().where(cases.c.id == name).values(revision=revision, changed_at=now, document=dump_json(case)))
        return Kept(name, case, str(revision), now)

    def _keep_beside(self, db: sa.Connection, row: Any, case: Case, actor: str | None) -> None:
        """Keep a version once."""
        document = dump_json(case)
        same = sa.exists().where(refused.c.case_id == row.id, refused.c.document == document)
        if not db.execute(sa.select(same)).scalar():
            late = {"id": secrets.token_hex(8), "case_id": row.id, "based_on": row.revision, "at": _now(), "actor": actor}
            db.execute(refused.insert().values(**late, document=document))

    def _beside(self, db: sa.Connection, name: str) -> tuple[Late, ...]:
        rows = db.execute(sa.select(refused).where(refused.c.case_id == name).order_by(refused.c.at, refused.c.id)).all()
        return tuple(Late(row.id, parse_case(row.document), _utc(row.at), row.actor) for row in rows)

    def all(self) -> list[Kept]:
        """Every case that the actor may see, the one changed last first."""
        seen = sa.select(cases).join(access, access.c.case_id == cases.c.id).where(access.c.actor == self.actor)
        with self._database.engine.begin() as db:
            return [_kept(row) for row in db.execute(seen.order_by(cases.c.changed_at.desc(), cases.c.id))]

    def share(self, name: str, other: str, role: Literal["write", "read"] = "write") -> None:
        """Let another actor read the case, or change it as well; who could do one may do the other from now on."""
        with self._case(name, "share", f"{other}: {role}") as (db, _):
            theirs = sa.and_(access.c.case_id == name, access.c.actor == other)
            if other == self.actor:
                return
            if db.execute(access.update().where(theirs).values(role=role)).rowcount == 0:
                db.execute(access.insert().values(case_id=name, actor=other, role=role))

    def unshare(self, name: str, other: str) -> None:
        """Take a case back: for that actor there is none from now on."""
        with self._case(name, "unshare", other) as (db, _):
            theirs = sa.and_(access.c.case_id == name, access.c.actor == other, access.c.role != "own")
            db.execute(access.delete().where(theirs))

    def shared_with(self, name: str) -> tuple[tuple[str, Role], ...]:
        """The others who may see the case, and what each may do."""
        self.role(name)
        others = sa.select(access.c.actor, access.c.role).where(access.c.case_id == name, access.c.actor != self.actor)
        with self._database.engine.begin() as db:
            return tuple((row.actor, row.role) for row in db.execute(others.order_by(access.c.actor)))

    def erase(self, name: str) -> None:
        """Remove the case, its late versions and who may see it. The audit keeps that it was erased, and nothing of it."""
        with self._case(name, "erase") as (db, _):
            for table in (refused, access):
                db.execute(table.delete().where(table.c.case_id == name))
            db.execute(cases.delete().where(cases.c.id == name))
        if self._database.is_sqlite:  # no copy of it stays in the write-ahead log
            with closing(self._database.engine.raw_connection()) as raw:
                raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def trail(self, name: str) -> tuple[Deed, ...]:
        """What was done with a case."""
        with self._case(name, "trail") as (db, _):
            rows = db.execute(sa.select(audit).where(audit.c.case_id == name).order_by(audit.c.id)).all()
        return tuple(Deed(_utc(row.at), row.actor, row.action, row.whom or "") for row in rows)

    @contextmanager
    def _case(self, name: str, action: str, whom: str | None = None) -> Iterator[tuple[sa.Connection, Any]]:
        """One transaction on a case that the actor may see, noted in the audit; for everybody else there is no such case."""
        mine = sa.and_(cases.c.id == name, access.c.actor == self.actor)
        asked = sa.select(cases, access.c.role).join(access, access.c.case_id == cases.c.id).where(mine)
        if action in _CHANGING:
            asked = asked.with_for_update(of=cases)  # who changes a case waits for another who does, and sees if it was erased
        with self._database.engine.begin() as db:
            row = db.execute(asked).first()
            if row is None:
                raise NoSuchCase(name)
            if (action in _CHANGING and row.role == "read") or (action in _OF_THE_OWNER and row.role != "own"):
                raise NotAllowed(name)
            if action not in _CHANGING and not self._database.is_sqlite:
                db.execute(_WITHOUT_WAITING)  # that somebody looked is on the disk a moment after the page is shown, not before
            self._note(db, action, name, whom)
            yield db, row

    def _note(self, db: sa.Connection, action: str, name: str, whom: str | None = None) -> None:
        db.execute(audit.insert().values(at=_now(), actor=self.actor, action=action, case_id=name, whom=whom))


def _take_steps(connection: sa.Connection) -> None:
    """From the form that a database has to the present one."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _kept(row: Any) -> Kept:
    """A row as a kept case; one that an older program wrote is read by the same door as a file."""
    return Kept(row.id, parse_case(row.document), str(row.revision), _utc(row.changed_at))


def _utc(at: dt.datetime) -> dt.datetime:
    """SQLite forgets the zone."""
    return at if at.tzinfo else at.replace(tzinfo=dt.UTC)


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

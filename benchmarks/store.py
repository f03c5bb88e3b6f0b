"""Keeping cases: processes killed at random moments while they save, and many writers on one case."""

import os
import random
import signal
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from tests.store.postgres import programs, running

from benchmarks.reasoning import Tables
from myognosis.exchange.casefile import read_case
from myognosis.faults import CaseError
from myognosis.model.case import Case, Complaint
from myognosis.store import Stale, save_case, sweep
from myognosis.store.database import Database

KILLS, WRITERS, SAVES = 1000, 8, 1000
NOTE = """A child process saves one version after the other and says each number once the save has returned; it is killed with
SIGKILL a random 0-30 ms after its first save. Lost: the last number said is newer than what is read afterwards. The PostgreSQL is a
real one, started for this with the settings that it comes with, and no other work."""


def numbered(n: int) -> Case:
    """A case that says which version it is, of the size of a usual one."""
    return Case(complaint=Complaint(words=f"{n} " + "x" * 2000))


def version(case: Case) -> int:
    return int((case.complaint.words or "0").split()[0])


def killed(save: Callable[[int], None], first: int, rng: random.Random) -> int:
    """Run a saver in a child, kill it, and tell the last number it acknowledged."""
    out, into = os.pipe()
    child = os.fork()
    if child == 0:
        n = first
        while True:
            save(n)
            os.write(into, f"{n}\n".encode())
            n += 1
    os.close(into)
    with os.fdopen(out, "rb") as stream:
        said = [stream.readline()]
        time.sleep(rng.uniform(0.0, 0.03))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        said += stream.read().split(b"\n")[:-1]
    return int(said[-1])


def kill_file(folder: Path) -> tuple[int, int, int]:
    """Corrupt, lost, stray after the sweep."""
    path, corrupt, lost, rng, last = folder / "case.yaml", 0, 0, random.Random(1), 0  # noqa: S311  # a moment, not a secret
    save_case(numbered(0), path)
    for _ in range(KILLS):
        said = killed(lambda n: save_case(numbered(n), path), last + 1, rng)
        try:
            last = version(read_case(path))
        except CaseError:
            corrupt += 1
            continue
        lost += last < said
    sweep(folder)
    return corrupt, lost, len(list(folder.iterdir())) - 1


def orphans(path: Path) -> int:
    """Rows of a SQLite that belong to no case, once its own check of the file found no fault; each fault counts as one more."""
    with closing(sqlite3.connect(path)) as db:
        faults = [row[0] for row in db.execute("PRAGMA integrity_check") if row[0] != "ok"]
        faults += list(db.execute("PRAGMA foreign_key_check"))
        more = db.execute("SELECT count(*) FROM cases").fetchone()[0] - 1
    return len(faults) + more


def kill_database(folder: Path) -> tuple[int, int, int]:
    """Corrupt, lost, rows that belong to nothing."""
    url, corrupt, lost, rng, last = f"sqlite:///{folder}/cases.db", 0, 0, random.Random(2), 0  # noqa: S311
    database = Database(url)
    id = database.shelf("a").new(numbered(0)).id
    database.close()

    def saver() -> Callable[[int], None]:
        own = Database(url).shelf("a")
        at = own.load(id).revision

        def save(n: int) -> None:
            nonlocal at
            at = own.save(id, numbered(n), at).revision

        return save

    def opened() -> Callable[[int], None]:
        held: list[Callable[[int], None]] = []

        def save(n: int) -> None:
            if not held:
                held.append(saver())
            held[0](n)

        return save

    for _ in range(KILLS):
        said = killed(opened(), last + 1, rng)
        again = Database(url)
        try:
            last = version(again.shelf("a").load(id).case)
        except Exception:
            corrupt += 1
        finally:
            again.close()
        lost += last < said
    return corrupt, lost, orphans(folder / "cases.db")


def writers(url: str) -> tuple[int, float]:
    """Lost updates of many writers on one case, and saves a second."""
    database = Database(url)
    id = database.shelf("a").new(Case(complaint=Complaint(words=""))).id
    database.close()
    started, children = time.perf_counter(), []
    for writer in range(WRITERS):
        child = os.fork()
        if child == 0:
            append(url, id, chr(ord("a") + writer))
            os._exit(0)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)
    took = time.perf_counter() - started
    database = Database(url)
    words = database.shelf("a").load(id).case.complaint.words or ""
    database.close()
    counts = [int(part[1:]) for part in words.split()]
    return WRITERS * SAVES - sum(counts), WRITERS * SAVES / took


def append(url: str, id: str, mark: str) -> None:
    """Count up one's own number in the shared case, a thousand times, each on what was read last."""
    shelf, done = Database(url).shelf("a"), 0
    now = shelf.load(id)
    while done < SAVES:
        parts = {part[0]: int(part[1:]) for part in (now.case.complaint.words or "").split()}
        parts[mark] = parts.get(mark, 0) + 1
        words = " ".join(f"{key}{value}" for key, value in sorted(parts.items()))
        try:
            now = shelf.save(id, Case(complaint=Complaint(words=words)), now.revision)
            done += 1
        except Stale:
            now = shelf.load(id)


def postgres_writers() -> tuple[int, float] | None:
    """The same on a PostgreSQL of our own; none where it is not installed."""
    if (at := programs()) is None:
        return None
    with running(at) as url:
        return writers(url)


def _counted(kind: str, found: tuple[int, float] | None) -> list[tuple[str, str, str]]:
    lost, rate = (f"{found[0]}", f"{found[1]:.0f}") if found else ("not installed here", "not installed here")
    return [(f"{kind}, {WRITERS} writers x {SAVES} saves of one case: lost updates", lost, "0"),
            ("the same, saves a second", rate, "-")]  # fmt: skip


def tables() -> Tables:
    """Every kind of keeping."""
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second, tempfile.TemporaryDirectory() as third:
        files, rows = kill_file(Path(first)), kill_database(Path(second))
        many = _counted("SQLite", writers(f"sqlite:///{third}/cases.db")) + _counted("PostgreSQL", postgres_writers())
    wanted = "0, 0, 0"
    return NOTE, {
        "Killed while saving": [
            (
                f"one file, {KILLS} kills: corrupt, acknowledged and lost, stray after the restart",
                ", ".join(map(str, files)),
                wanted,
            ),
            (f"SQLite, {KILLS} kills: corrupt, acknowledged and lost, stray", ", ".join(map(str, rows)), wanted),
        ],
        "Many writers": many,
    }


if __name__ == "__main__":
    sys.exit("python benchmarks/run.py store")

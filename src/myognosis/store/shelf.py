"""A shelf: many cases, each under an id that nobody can guess; a stale write is refused."""

import datetime as dt
import re
import secrets
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Protocol

from myognosis.exchange.casefile import dump_json, read_case
from myognosis.faults import CaseError, MyognosisError
from myognosis.model.case import Case
from myognosis.store.casefile import save_case, sweep

__all__ = ["FileShelf", "Kept", "NoSuchCase", "Shelf", "Stale"]


@dataclass(frozen=True)
class Kept:
    """A case on the shelf. The revision is a digest of what is in it: the same content has the same revision."""

    id: str
    case: Case
    revision: str
    changed: dt.datetime


class NoSuchCase(MyognosisError):  # noqa: N818  # named for what it is
    """There is no case under this id."""


class Stale(MyognosisError):  # noqa: N818  # named for what it is
    """The case changed since it was read; ``kept`` is how it stands now. Nothing was written."""

    def __init__(self, kept: Kept) -> None:
        self.kept = kept
        super().__init__("The case has changed in the meantime.")


class Shelf(Protocol):
    """What every way of keeping cases can do."""

    def new(self, case: Case) -> Kept:
        """Keep a new case under an id of its own."""

    def load(self, name: str) -> Kept:
        """The case under an id; ``NoSuchCase`` where there is none."""

    def save(self, name: str, case: Case, revision: str) -> Kept:
        """Keep what a case has become since that revision; ``Stale`` where somebody else was faster."""

    def all(self) -> list[Kept]:
        """Every case, the one changed last first."""

    def erase(self, name: str) -> None:
        """Remove a case for good."""


def revision_of(case: Case) -> str:
    """The digest of a case."""
    return sha256(dump_json(case).encode()).hexdigest()[:16]


_ID = re.compile(r"[0-9a-f]{16}")


class FileShelf:
    """Cases as files in one folder; each file is the person's to copy, send or delete. One program at a time opens a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._writing = Lock()
        folder.mkdir(parents=True, exist_ok=True)
        sweep(folder)

    def new(self, case: Case) -> Kept:
        """Keep a new case."""
        name = secrets.token_hex(8)
        save_case(case, self._path(name))
        return self.load(name)

    def load(self, name: str) -> Kept:
        """The case under an id."""
        path = self._path(name)
        try:
            case = read_case(path)
            return Kept(name, case, revision_of(case), self._changed(name))
        except (CaseError, FileNotFoundError):
            if path.is_file():
                raise
            raise NoSuchCase(name) from None  # it never was, or was erased while it was read

    def save(self, name: str, case: Case, revision: str) -> Kept:
        """Keep what a case has become."""
        with self._writing:
            kept = self.load(name)
            if kept.revision != revision:
                raise Stale(kept)
            new = revision_of(case)
            if new == revision:
                return kept
            save_case(case, self._path(name))
            return Kept(name, case, new, self._changed(name))

    def all(self) -> list[Kept]:
        """Every case that can be read."""
        found = []
        for path in self.folder.glob("*.json"):
            try:
                found.append(self.load(path.stem))
            except (NoSuchCase, CaseError):
                continue  # a foreign file in the folder is not ours to judge
        return sorted(found, key=lambda kept: kept.changed, reverse=True)

    def erase(self, name: str) -> None:
        """Remove a case; who is just saving it is waited for, so that it does not come back."""
        with self._writing:
            self._path(name).unlink(missing_ok=True)

    def _changed(self, name: str) -> dt.datetime:
        return dt.datetime.fromtimestamp(self._path(name).stat().st_mtime, dt.UTC)

    def _path(self, name: str) -> Path:
        """The file of an id; an id is sixteen hexadecimal digits, so that no name can lead out of the folder."""
        if not _ID.fullmatch(name):
            raise NoSuchCase(name)
        return self.folder / f"{name}.json"

"""A shelf: many cases, each under an id that nobody can guess; a stale write is refused."""

import datetime as dt
import re
import secrets
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Protocol

from myognosis.exchange.casefile import read_case
from myognosis.faults import CaseError, MyognosisError
from myognosis.model.case import Case
from myognosis.store.casefile import earlier_of, save_case, sweep

__all__ = ["FileShelf", "Kept", "Late", "NoSuchCase", "NotAllowed", "Shelf", "Stale", "id_of"]


@dataclass(frozen=True)
class Kept:
    """A case on the shelf. The revision is a digest of what is in it: the same content has the same revision."""

    id: str
    case: Case
    revision: str
    changed: dt.datetime


@dataclass(frozen=True)
class Late:
    """A version that came too late, or that somebody else's took the place of: kept beside the case until it is dropped.

    ``actor`` wrote it, where several people can; nobody knows it of one that was taken out of its place.
    """

    id: str
    case: Case
    at: dt.datetime
    actor: str | None = None


class NoSuchCase(MyognosisError):  # noqa: N818  # named for what it is
    """There is no case under this id."""


class NotAllowed(MyognosisError):  # noqa: N818  # named for what it is
    """The case may be read by who asks, and not changed; or it is for its owner to do this."""


class Stale(MyognosisError):  # noqa: N818  # named for what it is
    """The case changed since it was read; ``kept`` is how it stands now, and it was not changed."""

    def __init__(self, kept: Kept) -> None:
        self.kept = kept
        super().__init__("The case has changed in the meantime.")


class Shelf(Protocol):
    """What every way of keeping cases can do."""

    def new(self, case: Case) -> Kept:
        """Keep a new case under an id of its own."""

    def load(self, name: str) -> Kept:
        """The case under an id; ``NoSuchCase`` where there is none."""

    def may_change(self, name: str) -> None:
        """``NotAllowed`` where the case may only be read."""

    def save(self, name: str, case: Case, revision: str, *, keep_late: bool = True) -> Kept:
        """Keep what a case has become since that revision; ``Stale`` where somebody else was faster.

        What came too late is kept beside the case, unless who saves will try again with what stands now.
        """

    def late(self, name: str) -> tuple[Late, ...]:
        """The versions kept beside a case that differ from it, oldest first."""

    def set_aside(self, name: str, case: Case) -> None:
        """Keep a version beside the case."""

    def settle(self, name: str, late: str, *, take: bool) -> None:
        """Drop a version that was kept beside the case; with ``take`` it changes places with the case instead."""

    def notes_beside(self, name: str) -> Path | None:
        """The file that keeps the notes which no longer stand in the file of a case; none where none were lost."""

    def all(self) -> list[Kept]:
        """Every case, the one changed last first."""

    def erase(self, name: str) -> None:
        """Remove a case for good."""


def revision_of(case: Case) -> str:
    """The digest of a case."""
    return sha256(case.model_dump_json(by_alias=True, exclude_defaults=True).encode()).hexdigest()[:16]


_ID = re.compile(r"[0-9a-f]{16}")


def id_of(own: Path, folder: Path) -> str:
    """The id of a case in a file of one's own, the same whenever it is opened again; one of the folder has its id as name."""
    whole = own.resolve()
    if whole.parent == folder.resolve() and whole.suffix == ".json" and _ID.fullmatch(whole.stem):
        return whole.stem
    return sha256(str(whole).encode()).hexdigest()[:16]


class FileShelf:
    """Cases as files in one folder; each file is the person's to copy, send or delete. One program at a time opens a folder.

    ``own`` is a case in a file that lies elsewhere and has a name of its own: it stands on the shelf and stays where it is.
    """

    def __init__(self, folder: Path, own: Path | None = None) -> None:
        self.folder = folder
        self._own = {id_of(own, folder): own.resolve()} if own else {}
        self._writing = Lock()
        folder.mkdir(parents=True, exist_ok=True)
        sweep(folder)
        for path in self._own.values():
            sweep(path.parent, path.name)

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

    def may_change(self, name: str) -> None:
        """Who has the folder may."""

    def save(self, name: str, case: Case, revision: str, *, keep_late: bool = True) -> Kept:
        """Keep what a case has become."""
        with self._writing:
            kept = self.load(name)
            if kept.revision != revision:
                if keep_late:
                    self._keep_beside(name, case)
                raise Stale(kept)
            new = revision_of(case)
            if new == revision:
                return kept
            save_case(case, self._path(name))
            return Kept(name, case, new, self._changed(name))

    def late(self, name: str) -> tuple[Late, ...]:
        """The versions in files beside that of the case, ``ID.late-REVISION.json``."""
        now, found = self.load(name), []
        for path in self.folder.glob(f"{name}.late-*.json"):
            try:
                at = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)
                found.append(Late(path.stem.rpartition("-")[2], read_case(path), at))
            except (CaseError, FileNotFoundError):
                continue  # damaged by another hand, or dropped this moment
        return tuple(sorted((one for one in found if one.case != now.case), key=lambda one: (one.at, one.id)))

    def set_aside(self, name: str, case: Case) -> None:
        """Keep a version in a file beside that of the case."""
        with self._writing:
            self.load(name)
            self._keep_beside(name, case)

    def settle(self, name: str, late: str, *, take: bool) -> None:
        """Drop a version, or let it and the case change places."""
        with self._writing:
            now = self.load(name)
            other = next((one for one in self.late(name) if one.id == late), None)
            if take and other is not None:
                self._keep_beside(name, now.case)
                save_case(other.case, self._path(name))
            if other is not None:
                self._beside(name, late).unlink(missing_ok=True)

    def _keep_beside(self, name: str, case: Case) -> None:
        save_case(case, self._beside(name, revision_of(case)))

    def _beside(self, name: str, revision: str) -> Path:
        return self.folder / f"{name}.late-{revision}.json"

    def all(self) -> list[Kept]:
        """Every case that can be read."""
        found = []
        for name in dict.fromkeys((*self._own, *(path.stem for path in self.folder.glob("*.json")))):
            try:
                found.append(self.load(name))
            except (NoSuchCase, CaseError):
                continue  # a foreign file in the folder is not ours to judge
        return sorted(found, key=lambda kept: kept.changed, reverse=True)

    def notes_beside(self, name: str) -> Path | None:
        """The file beside that of the case, ``NAME.earlier.yaml``."""
        beside = earlier_of(self._path(name))
        return beside if beside.is_file() else None

    def erase(self, name: str) -> None:
        """Remove a case and what is kept beside it; who is just saving it is waited for, so that it does not come back."""
        with self._writing:
            for path in (self._path(name), earlier_of(self._path(name)), *self.folder.glob(f"{name}.late-*.json")):
                path.unlink(missing_ok=True)

    def _changed(self, name: str) -> dt.datetime:
        return dt.datetime.fromtimestamp(self._path(name).stat().st_mtime, dt.UTC)

    def _path(self, name: str) -> Path:
        """The file of an id; an id is sixteen hexadecimal digits, so that no name can lead out of the folder."""
        if not _ID.fullmatch(name):
            raise NoSuchCase(name)
        return self._own.get(name, self.folder / f"{name}.json")

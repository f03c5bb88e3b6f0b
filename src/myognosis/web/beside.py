"""Recordings that lie beside a case in a file of one's own: copied among ours when it is opened, and read like any other."""

import shutil
from contextlib import suppress
from pathlib import Path

from myognosis.faults import CaseError, RecordingError
from myognosis.model.case import Case
from myognosis.readers.scrub import scrub, scrub_archive
from myognosis.store import NoSuchCase, id_of
from myognosis.web import recorded
from myognosis.web.bringing import MOST_FILES
from myognosis.web.desk import Desk

__all__ = ["bring_beside"]


def bring_beside(desk: Desk, own: Path) -> None:
    """Copy what a case lists and what lies in its folder or below; what changed since it was copied is copied and read anew.

    Nothing is taken from elsewhere, by whatever name or link, and nothing larger than what a page takes. The files of the person
    are only read; what a page says of a recording that is not there, it says of one that was not taken.
    """
    name = id_of(own, desk.settings.folder)
    with suppress(NoSuchCase, CaseError):
        for file in _listed(desk.shelf.load(name).case):
            _copy(own.resolve().parent, file, desk.recordings / recorded.ours(file, name), desk.settings.upload_limit)


def _listed(case: Case) -> list[str]:
    """The files of the recordings of a case, and those that these are read against."""
    rows = case.recordings[:MOST_FILES]
    return list(dict.fromkeys(file for row in rows for file in (row.file, row.before) if file))


def _copy(root: Path, file: str, target: Path, most_bytes: int) -> None:
    """One file, without the names in its header; what cannot be read or kept is left out."""
    with suppress(OSError, ValueError):
        source = (root / file).resolve()
        known = source.stat()
        if not source.is_relative_to(root) or not source.is_file() or known.st_size > most_bytes:
            return
        if target.is_file() and target.stat().st_mtime_ns >= known.st_mtime_ns:
            return
        recorded.erase_recording(target.parent, target.name)
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_suffix(".part")
        try:
            shutil.copyfile(source, part)
            _blank(part, target)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)


def _blank(part: Path, target: Path) -> None:
    with suppress(RecordingError):  # which is said when it is looked at
        if target.suffix == ".zip":
            scrub_archive(part)
        else:
            scrub(part, target.name)

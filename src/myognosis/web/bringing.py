"""Recordings brought into a case, and the case with others, whatever another window does meanwhile."""

from collections.abc import Callable
from typing import IO

from starlette.exceptions import HTTPException

from myognosis.model.case import Case
from myognosis.model.case import Recording as Entry
from myognosis.store import Kept, NoSuchCase, Stale
from myognosis.web import recorded as files
from myognosis.web.desk import Desk
from myognosis.web.verdict import told

__all__ = ["MOST_FILES", "change", "keep"]

MOST_FILES = 20


def keep(desk: Desk, case: str, given_name: str, stream: IO[bytes]) -> str:
    """Keep a file of a case; its name. 507 where the disk takes no more."""
    try:
        return files.keep_file(desk.recordings, case, given_name, stream)
    except OSError:
        desk.shelf.load(case)  # a case that was erased meanwhile is said to be
        raise HTTPException(507) from None


def change(kept: Kept, desk: Desk, rows: Callable[[Case], tuple[Entry, ...]]) -> None:
    """The case with other recordings; told again where another window was faster by a moment.

    The file of a recording that the case no longer uses is off the disk at once. Of a case that was erased meanwhile nothing stays:
    neither what was erased nor a file that came after.
    """
    while True:
        try:
            new = told(kept.case.model_copy(update={"recordings": rows(kept.case)}), kept.case)
            desk.shelf.save(kept.id, new, kept.revision, keep_late=False)
            for file in sorted(_used(kept.case) - _used(new)):
                _take_off(desk, kept.id, file)
            return
        except Stale as stale:
            kept = stale.kept
        except NoSuchCase:
            desk.children.drop(desk.recordings, kept.id)
            files.erase_recordings(desk.recordings, kept.id)
            raise


def _used(case: Case) -> set[str]:
    """The files that its recordings are, or are read against."""
    return {file for row in case.recordings for file in (row.file, row.before) if file}


def _take_off(desk: Desk, case: str, file: str) -> None:
    """No work on a file any more, and nothing of it among ours; the file of a name that a case brought stays where it is."""
    file = files.ours(file, case)
    desk.children.forget(desk.recordings, file)
    files.erase_recording(desk.recordings, file)

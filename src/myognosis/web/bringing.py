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

    Of a case that was erased meanwhile nothing stays: neither what was erased nor a file that came after.
    """
    while True:
        try:
            desk.shelf.save(kept.id, told(kept.case.model_copy(update={"recordings": rows(kept.case)}), kept.case), kept.revision)
            return
        except Stale as stale:
            kept = stale.kept
        except NoSuchCase:
            desk.children.drop(desk.recordings, kept.id)
            files.erase_recordings(desk.recordings, kept.id)
            raise

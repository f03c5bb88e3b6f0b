"""Keeping cases: one file that the person owns, written whole or not at all; a shelf holds many, as files or in a database."""

from myognosis.store.casefile import save_case, sweep
from myognosis.store.shelf import FileShelf, Kept, Late, NoSuchCase, NotAllowed, Shelf, Stale, id_of

__all__ = ["FileShelf", "Kept", "Late", "NoSuchCase", "NotAllowed", "Shelf", "Stale", "id_of", "save_case", "sweep"]

"""What was reckoned of the latest cases, so that a page that is asked for again need not reckon it anew.

It is kept in the memory of this process alone, for the state in which a case is: what was told before leaves with the next
answer, and all of it with the case when that is erased.
"""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

from myognosis.store import Kept

__all__ = ["Known"]

_MOST = 16
"""A result takes a third of a megabyte."""

T = TypeVar("T")


class Known(Generic[T]):
    """One result for each of the latest cases; the one not asked for longest goes first. Safe to use from many threads."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[str, object, T]] = OrderedDict()
        self._erased = set[str]()
        self._lock = Lock()

    def once(self, kept: Kept, reckon: Callable[[], T], *, beside: object = None) -> T:
        """What is reckoned of a case as it stands, and of what else it rests on."""
        with self._lock:
            found = self._kept.get(kept.id)
            if found is not None and found[:2] == (kept.revision, beside):
                self._kept.move_to_end(kept.id)
                return found[2]
        new = reckon()
        with self._lock:
            if kept.id not in self._erased:  # who looked at the case a moment before may still be reckoning
                self._kept[kept.id] = kept.revision, beside, new
                self._kept.move_to_end(kept.id)
            while len(self._kept) > _MOST:
                self._kept.popitem(last=False)
        return new

    def at_hand(self, kept: Kept) -> T | None:
        """What was reckoned of a case as it stands, if it was."""
        with self._lock:
            found = self._kept.get(kept.id)
            return found[2] if found is not None and found[0] == kept.revision else None

    def erase(self, case: str) -> None:
        """Forget a case for good."""
        with self._lock:
            self._erased.add(case)
            self._kept.pop(case, None)

"""Forms that were sent and not taken yet: a search, another language, something to mend.

They are shown again by an address of their own, so that the browser's Back button never meets a page that was an answer to a
form. The address holds a number alone; what was typed stays in the memory of this process and nowhere else.
"""

import secrets
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from myognosis.faults import Issue, Message
from myognosis.web.forms import Given

__all__ = ["Draft", "Drafts", "Said"]

_MOST = 200


@dataclass(frozen=True)
class Said:
    """What is said of something that was done or refused, and what to do now; with the issues of a file, or what was left of it."""

    title: str
    what: str
    issues: tuple[Issue, ...] = ()
    lines: tuple[Message, ...] = ()


@dataclass(frozen=True)
class Draft:
    """What was sent, the status of the page that shows it again, and why it was refused as a whole."""

    given: Given
    status: int = 200
    refused: Said | None = None


class Drafts:
    """The drafts of all cases: the oldest go first, those of a form as soon as it is taken."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str, str], Draft] = OrderedDict()
        self._erased = set[str]()
        self._lock = Lock()

    def keep(self, case: str, form: str, draft: Draft, number: str = "") -> str:
        """Keep a draft of a form, instead of the one of a number where there is one; the number that it is found by."""
        with self._lock:
            number = number if (case, form, number) in self._kept else secrets.token_hex(8)
            if case not in self._erased:
                self._kept[case, form, number] = draft
            while len(self._kept) > _MOST:
                self._kept.popitem(last=False)
        return number

    def find(self, case: str, form: str, number: str) -> Draft | None:
        """The draft of a number, where it is still kept."""
        with self._lock:
            return self._kept.get((case, form, number))

    def drop(self, case: str, form: str = "", number: str = "") -> None:
        """Forget the drafts of a case: all, those of a form, or the one of a number."""
        with self._lock:
            for key in [k for k in self._kept if k[0] == case and form in ("", k[1]) and number in ("", k[2])]:
                del self._kept[key]

    def erase(self, case: str) -> None:
        """Forget all drafts of a case for good: who looked at it a moment before it was erased may still send one."""
        with self._lock:
            self._erased.add(case)
        self.drop(case)

"""A fault of ours in one analysis never ends an assessment: it is named, logged by its kind and place, and the rest goes on."""

import logging
from collections.abc import Callable
from traceback import extract_tb
from typing import TypeVar

from myognosis.faults import Issue, Level, Message, MyognosisError
from myognosis.findings.recordings.analysed import Analysed
from myognosis.language import mark

__all__ = ["attempt"]

log = logging.getLogger("myognosis.findings")
_FAILED = mark("A part of the measuring failed because of a fault in Myognosis ({kind} at {place}). Nothing is concluded from it.")
_REPORT = mark("Please report it, if possible with the recording.")


T = TypeVar("T")


def attempt(give: Callable[[], T], instead: Callable[[Analysed], T], where: str) -> T:
    """What is given, or what stands ``instead`` of it: no numbers, and the fault. What is wrong with the file is still raised."""
    try:
        return give()
    except MyognosisError:
        raise
    except Exception as error:  # one recording never ends an assessment, and no fault of ours is hidden
        last = extract_tb(error.__traceback__)[-1]
        kind, place = type(error).__name__, f"{last.filename.rpartition('/')[2]}:{last.lineno}"
        log.error("recording.failed: %s at %s", kind, place)
        what = Message(_FAILED, {"kind": kind, "place": place})
        return instead(Analysed(issues=(Issue("recording.failed", Level.DOUBT, where, what, Message(_REPORT)),)))

"""One take of the protocol: into the case as a file that was brought would be, and whether it serves."""

from dataclasses import dataclass
from io import BytesIO

from myognosis.faults import Issue, Level, Message
from myognosis.language import mark
from myognosis.model.case import Place
from myognosis.model.case import Recording as Entry
from myognosis.signals.tremor.protocol import PROTOCOL, Take, missing_takes
from myognosis.store import Kept
from myognosis.web import recorded as files
from myognosis.web.bringing import MOST_FILES, change, keep
from myognosis.web.desk import Desk
from myognosis.web.phone.samples import Samples, write_log

__all__ = ["Verdict", "keep_take", "still_missing"]


@dataclass(frozen=True)
class Verdict:
    """Why a take should be made again (nothing where it serves), and what is still to be recorded."""

    again: tuple[Issue, ...]
    missing: tuple[Take, ...]

    @property
    def done(self) -> int:
        """So many takes serve already."""
        return len(PROTOCOL) - len(self.missing)


def keep_take(desk: Desk, case: str, samples: Samples) -> Verdict:
    """Keep a take, have it measured in a process of its own, and judge it. It takes the place of a poor one of the same kind."""
    kept, take = desk.shelf.load(case), Take(samples.state, samples.side)
    poor = {row.file for row in kept.case.recordings if _take(row) == take and _again(desk, kept.id, row)}
    if len(kept.case.recordings) - len(poor) >= MOST_FILES:
        return Verdict((_full(),), still_missing(desk, kept))
    file = keep(desk, kept.id, "phone.csv", BytesIO(write_log(samples)))
    entry = Entry(file=file, kind="accelerometer", during=samples.state, place=Place(where="hand", side=samples.side))
    others = files.comparable([row for row in kept.case.recordings if row.file not in poor], entry)
    desk.children.look(desk.recordings, entry, tuple(files.as_ours(one, kept.id) for one in others)).result()
    change(kept, desk, lambda now: (*(row for row in now.recordings if row.file not in poor), entry))
    return Verdict(_again(desk, kept.id, entry), still_missing(desk, desk.shelf.load(case)))


def still_missing(desk: Desk, kept: Kept) -> tuple[Take, ...]:
    """The takes of the protocol that the case has no good recording of."""
    rows = ((row, _take(row)) for row in kept.case.recordings)
    return missing_takes(take for row, take in rows if take is not None and not _again(desk, kept.id, row))


def _take(row: Entry) -> Take | None:
    """Which take a recording of a hand is."""
    if row.kind != "accelerometer" or row.place is None or row.place.where != "hand":
        return None
    return next((take for take in PROTOCOL if (take.state, take.side) == (row.during, row.place.side)), None)


def _again(desk: Desk, case: str, row: Entry) -> tuple[Issue, ...]:
    """Why a recording does not serve; the same reason for both sensors once."""
    seen = files.recorded(desk.recordings, case, row.file)
    if seen is None:
        return (_unread(),)
    poor = seen.issues if not seen.channels else (issue for issue in seen.issues if issue.code.startswith("recording.again."))
    return tuple({issue.what.template: issue for issue in poor}.values())


def _unread() -> Issue:
    what = mark("The file of this recording is not on this computer.")
    return Issue("phone.unread", Level.DOUBT, "$", Message(what, {}), Message(mark("Record again."), {}))


def _full() -> Issue:
    what, fix = mark("There are as many recordings here as there may be."), mark("Remove one on the computer first.")
    return Issue("phone.full", Level.REFUSE, "$", Message(what, {}), Message(fix, {}))

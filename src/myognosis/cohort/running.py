"""A run through a cohort: what is left to do, done by a crew, one part after the other."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from myognosis.cohort.engine import engine
from myognosis.cohort.listing import Found, Listing
from myognosis.cohort.measuring import Done, Job, OtherEngine, done_with, lost_part, measure
from myognosis.cohort.parts import Change, Part, change_of, part_path, read_part, stamp_of, write_part
from myognosis.faults import Issue, Level, ListError, Message
from myognosis.language import mark
from myognosis.spread import Crew, Lost, work_through

__all__ = ["Cohort", "Step", "check_workers"]

_UNDONE = ("late", "ended", "bug")
"""What ``--again`` measures anew: it may succeed with more time, more memory or a mended program."""


@dataclass(frozen=True)
class Step:
    """One recording that was just done."""

    found: Found
    done: Done


class Cohort:
    """The recordings of a listing with their parts in a folder: which hold, and why the others are measured."""

    def __init__(self, listing: Listing, folder: Path, *, again: bool = False) -> None:
        self.listing, self.parts = listing, folder / "parts"
        self.parts.mkdir(parents=True, exist_ok=True)
        for left in self.parts.glob("*.new"):
            left.unlink(missing_ok=True)  # of a process that ended while it wrote; nobody else is in the folder
        self.changes = Counter[Change]()
        self._pending, self._kept = list[Found](), set[Path]()
        for found in listing.recordings:
            change = self._change(found, again)
            if change is None:
                self._kept.add(found.path)
            else:
                self.changes[change] += 1
                self._pending.append(found)

    def _change(self, found: Found, again: bool) -> Change | None:
        path = part_path(self.parts, found)
        change = change_of(path, stamp_of(found, engine()))
        if change is None and (part := read_part(path)) is None:
            return "new"
        return "again" if change is None and again and part is not None and part.outcome in _UNDONE else change

    @property
    def left(self) -> int:
        """How many recordings are still to be measured."""
        return len(self.listing.recordings) - len(self._kept)

    def run(self, crew: Crew, limit_s: float | None, work: Callable[[Job], Done] = measure) -> Iterator[Step]:
        """Measure what is left; each is given back when its part is written. It may be stopped at any moment.

        Raises
        ------
        ListError
            A worker has another version of the program.
        NoScheduler
            The scheduler went away.
        """
        jobs = (self._job(found, limit_s) for found in self._pending)
        for job, came in work_through(work, jobs, crew):
            if isinstance(came, OtherEngine):
                raise _other_engine(str(came))
            done = came if isinstance(came, Done) else self._failed(job, came)
            self._kept.add(job.found.path)
            yield Step(job.found, done)

    def take_late(self) -> None:
        """After a stop: what a worker still wrote is done as well."""
        for found in self._pending:
            if self._change(found, again=False) is None:
                self._kept.add(found.path)

    def _job(self, found: Found, limit_s: float | None) -> Job:
        path = part_path(self.parts, found)
        path.unlink(missing_ok=True)  # what it says no longer holds
        return Job(found, stamp_of(found, engine()), path, limit_s)

    def _failed(self, job: Job, error: BaseException) -> Done:
        """A part that the worker wrote before it ended counts; else it is said that it ended, or what else went wrong."""
        part = read_part(job.part)
        if part is None:
            if not isinstance(error, Lost):
                raise error  # of the work itself nothing is raised: the crew is broken
            part = lost_part()
            write_part(job.part, job.stamp, part)
        return done_with(part)

    def done(self) -> Iterator[tuple[Found, Part]]:
        """Every recording that was measured, now or before, with its part, by name."""
        for found in self.listing.recordings:
            part = read_part(part_path(self.parts, found)) if found.path in self._kept else None
            if part is not None:
                yield found, part


def check_workers(crew: Crew) -> None:
    """Refuse a cluster of which a worker has another version of the program, or none, or works on several files at once.

    Raises
    ------
    ListError
        It has, or does: the time and the memory of a file are those of its process.
    """
    threads = max(crew.client.nthreads().values())
    if threads > 1:
        what, fix = (
            mark("A worker has {n} {n:thread|threads}, and a file needs a process for itself."),
            mark("Start it with: --nthreads 1"),
        )
        raise ListError([Issue("cohort.threads", Level.REFUSE, "--scheduler", Message(what, {"n": threads}), Message(fix))])
    try:
        versions = crew.client.run(engine)
    except Exception as error:  # what a worker lacks shows in errors of every kind
        raise _other_engine(type(error).__name__) from None
    for version in versions.values():
        if version != engine():
            raise _other_engine(version)


def _other_engine(theirs: str) -> ListError:
    """Why a worker is refused."""
    what, fix = (
        mark("A worker has another version: {theirs}; here it is {ours}."),
        mark("Install the same version on every worker."),
    )
    params: dict[str, object] = {"theirs": theirs, "ours": engine()}
    return ListError([Issue("cohort.version", Level.REFUSE, "--scheduler", Message(what, params), Message(fix))])

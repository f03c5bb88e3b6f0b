"""Work spread over processes: of this machine, or of a cluster whose scheduler is named (Dask).

``work_through`` is the loop of everything that takes long over many items. It asks little of who does the work (an
``Executor``), so that a process that dies, a stop and a long line of items are all handled in one place: no more is handed out
than is worked on, and an item whose process ended is tried once more alone, because it may only have waited beside the culprit.
"""

import logging
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any, TypeVar

from myognosis.faults import MissingExtra
from myognosis.language import mark

__all__ = [
    "Crew",
    "Lost",
    "NoScheduler",
    "cluster",
    "dask_setup",
    "fitting",
    "held",
    "here",
    "processes",
    "usual_number",
    "work_through",
]

Item = TypeVar("Item")
Result = TypeVar("Result")
_MEMORY_SHARE = 0.75
"""So much of the memory of this computer all processes together may use."""
_LEAST_BYTES = 2_000_000_000
_WATCH_S = 60.0
_CONFIG = {
    "distributed.scheduler.allowed-failures": 0,  # an item whose process ended comes back at once, and is tried alone
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,  # a process that is full is ended, and never waited for
    "distributed.worker.memory.terminate": 0.95,
    "distributed.worker.preload": [__name__],
    "distributed.worker.profile.enabled": False,  # what follows looks at itself many times a second, for a page that nobody opens
    "distributed.admin.tick.interval": "1s",
    "distributed.admin.system-monitor.interval": "2s",
}


async def dask_setup(_worker: object) -> None:
    """What each process of ours does first: Ctrl-C in the terminal is for the one who asked, who ends them in order."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


class Lost(Exception):  # noqa: N818  # named for what it is
    """The process that worked on an item ended before it was done."""


class NoScheduler(Exception):  # noqa: N818  # named for what it is
    """The scheduler cannot be reached, or has no workers."""


@dataclass(frozen=True)
class Crew:
    """Who does the work: an executor, how many items are handed out at once, and by which error it says that a process ended.

    Where the workers are not ours, ``n_workers`` tells how many there are; it is asked when nothing was done for ``watch_s``.
    """

    executor: Executor
    at_once: int
    lost: tuple[type[BaseException], ...] = (Lost,)
    client: Any = None
    n_workers: Callable[[], int] = lambda: 1
    watch_s: float | None = None


class _Here(Executor):
    """The process that asks, one item after the other."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        """The work, already done."""
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


def here() -> Crew:
    """A crew that is this process alone: nothing guards it against an item that ends it."""
    return Crew(_Here(), 1)


def fitting(cores: int, memory_bytes: int) -> int:
    """How many processes a computer usually bears: one a core, but none with less than two gigabytes for itself.

    >>> fitting(4, 32_000_000_000), fitting(64, 64_000_000_000), fitting(2, 1_000_000_000)
    (4, 24, 1)
    """
    return max(1, min(cores, int(_MEMORY_SHARE * memory_bytes) // _LEAST_BYTES))


def usual_number() -> int:
    """How many processes this computer usually bears."""
    dask, _, system = _dask()
    return fitting(dask.system.CPU_COUNT, system.MEMORY_LIMIT)


@contextmanager
def processes(n: int, memory_bytes: int | None = None) -> Iterator[Crew]:
    """So many processes of this machine with one thread each, reached by loopback alone and by those who hold the key of this run.

    A process that needs more than its ``memory_bytes`` (by default its share of three quarters of the memory) is ended and
    replaced.
    """
    dask, distributed, system = _dask()
    most = memory_bytes or int(_MEMORY_SHARE * system.MEMORY_LIMIT) // n
    local = {"host": "127.0.0.1", "threads_per_worker": 1, "memory_limit": most, "dashboard_address": None}
    quiet = {"dashboard": False, "dashboard_address": "127.0.0.1:0"}  # any free port: a second run here says nothing of the first
    key = distributed.Security.temporary()  # else any program of this computer could send its work
    with (
        dask.config.set(_CONFIG),
        distributed.LocalCluster(
            n_workers=n, processes=True, silence_logs=logging.CRITICAL, security=key, scheduler_kwargs=quiet, **local
        ) as made,
        distributed.Client(made) as client,
    ):
        yield Crew(client.get_executor(pure=False), 2 * n, _lost(), client)


@contextmanager
def cluster(address: str, seconds: float = 30.0) -> Iterator[Crew]:
    """The workers of a scheduler that runs already.

    Raises
    ------
    NoScheduler
        It does not answer within the time, or no worker has joined it.
    """
    _, distributed, _ = _dask()
    try:
        client = distributed.Client(address, timeout=seconds, set_as_default=False)
    except (OSError, TimeoutError, ValueError):
        raise NoScheduler(mark("it does not answer")) from None
    with client:

        def n_workers() -> int:
            return sum(client.nthreads().values())

        n = n_workers()
        if not n:
            raise NoScheduler(mark("no worker has joined it"))
        yield Crew(client.get_executor(pure=False), 2 * n, _lost(), client, n_workers, _WATCH_S)


def _dask() -> tuple[Any, Any, Any]:
    try:
        import cryptography  # noqa: F401  # for the key
        import dask.system
        import distributed
        from distributed import system
    except ImportError:
        raise MissingExtra(mark("Work in many processes"), "cohort") from None
    return dask, distributed, system


def _lost() -> tuple[type[BaseException], ...]:
    from distributed.scheduler import KilledWorker

    return (Lost, KilledWorker)


def work_through(
    work: Callable[[Item], Result], items: Iterable[Item], crew: Crew
) -> Iterator[tuple[Item, Result | BaseException]]:
    """Each item with its result, or with the error that its work raised (``Lost``: its process ended), as they are done.

    Items are drawn as they are handed out, so that a hundred thousand need no more memory than a hundred. Those whose process ended
    come last, each tried once more while nothing else is worked on.

    Raises
    ------
    NoScheduler
        The scheduler went away.
    """
    line, under_way, lost = iter(items), dict[Future[Result], Item](), list[Item]()
    try:
        while True:
            while len(under_way) < crew.at_once and (more := next(line, _END)) is not _END:
                item: Item = more  # type: ignore[assignment]
                under_way[crew.executor.submit(work, item)] = item
            if not under_way:
                break
            for future in _ended(under_way, crew):
                item, found = under_way.pop(future), _outcome(future, crew)
                if isinstance(found, Lost):
                    lost.append(item)
                else:
                    yield item, found
        for item in lost:
            under_way[crew.executor.submit(work, item)] = item
            (alone,) = _ended(under_way, crew)
            item, found = under_way.pop(alone), _outcome(alone, crew)
            yield item, found
    finally:
        for future in under_way:
            future.cancel()


_END = object()


def _ended(under_way: "Iterable[Future[Result]]", crew: Crew) -> "set[Future[Result]]":
    """What ended first; waits for it as long as anybody works."""
    while not (ended := wait(under_way, crew.watch_s, FIRST_COMPLETED).done):
        if not crew.n_workers():
            raise NoScheduler(mark("its workers went away"))
    return ended


def _outcome(future: "Future[Result]", crew: Crew) -> Result | BaseException:
    """What came of one item that ended."""
    if future.cancelled():
        raise NoScheduler(mark("it went away"))
    error = future.exception()
    if isinstance(error, crew.lost):
        return Lost(str(error))
    return future.result() if error is None else error


def held(lock: IO[str]) -> bool:
    """Hold an open file as long as this process lives and keeps it open; false where another process holds it."""
    try:
        import fcntl
    except ImportError:  # Windows: no two processes may hold the first byte
        import msvcrt

        try:
            msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        except OSError:
            return False
        return True
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True

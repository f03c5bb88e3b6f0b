"""``myognosis cohort``: a folder or a list of recordings becomes tables and one page."""

import datetime as dt
import json
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from myognosis.cli import common as c
from myognosis.cli import json_option, language_option
from myognosis.cli.spoken import SpokenCommand, misused
from myognosis.faults import ListError, Message, MissingExtra
from myognosis.knowledge import Knowledge
from myognosis.language import Language, mark, say

if TYPE_CHECKING:
    from myognosis.cohort.listing import Found
    from myognosis.cohort.parts import Part
    from myognosis.cohort.running import Cohort, Step
    from myognosis.cohort.summary import Costs
    from myognosis.cohort.tally import Tally
    from myognosis.spread import Crew

__all__ = ["cohort_command"]

_STOPPED = 130
"""What a shell says of a program that Ctrl-C ended."""
_NO_SCHEDULER = 1
_GIGA = 1e9
_CHANGES = {
    "new": mark("new"), "file": mark("the file changed"), "told": mark("what is told of it changed"),
    "engine": mark("another version of the program"), "again": mark("once more, as asked"),
}  # fmt: skip


@click.command("cohort", cls=SpokenCommand)
@click.argument("source", metavar="FOLDER|LIST", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path("cohort"), help="Where the results go.")
@click.option(
    "--workers",
    type=click.IntRange(0, 256),
    help="Processes; as many as cores and memory bear by default. 0: this process, without guard.",
)
@click.option(
    "--memory", type=click.FloatRange(0.2), metavar="GB", help="The most memory of a process; a file that needs more fails."
)
@click.option(
    "--scheduler", metavar="ADDRESS", help="A Dask scheduler (tcp://host:8786); its workers must reach the files and --out."
)
@click.option(
    "--limit", type=click.FloatRange(1), default=900.0, metavar="SECONDS", help="The most time for a file; 900 by default."
)
@click.option("--again", is_flag=True, help="Measure again what took too long, ended its process or failed by a fault of ours.")
@language_option
@json_option
def cohort_command(
    source: Path, out: Path, workers: int | None, memory: float | None, scheduler: str | None, limit: float, again: bool,
    language: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Measure every recording of FOLDER, or of LIST (CSV or YAML: file, person, place ...), in many processes.

    Results: measurements.parquet, recordings.parquet, costs.parquet, faults.csv, summary.html. What is done is not done again:
    after a stop (Ctrl-C) the same command goes on. Exit code 3 if the list has faults, 130 if it was stopped.
    """
    tongue = c.language_of(language)
    if scheduler and (workers is not None or memory is not None):
        raise misused(mark("--workers and --memory are for processes of this machine; a scheduler has its own."), tongue)
    knowledge = c.knowledge_or_exit(tongue, as_json)
    try:
        _need_parts()
        _run(source, out, _Asked(workers, memory, scheduler, limit, again), knowledge, tongue, as_json)
    except MissingExtra as error:
        c.without(error, tongue)
    except ListError as error:
        c.fail_with(error.issues, tongue, as_json, c.CASE_FAULTS, counted=False)


class _Asked:
    """How the work is to be done."""

    def __init__(self, workers: int | None, memory: float | None, scheduler: str | None, limit_s: float, again: bool) -> None:
        self.workers, self.used = workers, 0
        self.memory, self.scheduler, self.limit_s, self.again = memory, scheduler, limit_s, again

    @contextmanager
    def crew(self, left: int) -> "Iterator[Crew]":
        """Who does it; no more than there is to do."""
        from myognosis import spread
        from myognosis.cohort.running import check_workers

        if self.scheduler:
            with spread.cluster(self.scheduler) as crew:
                check_workers(crew)
                self.used = crew.n_workers()
                yield crew
        elif self.workers != 0:
            self.used = min(left, self.workers or spread.usual_number())
            with spread.processes(self.used, round(self.memory * _GIGA) if self.memory else None) as crew:
                yield crew
        else:
            self.used = 1
            yield spread.here()


def _need_parts() -> None:
    from myognosis.cohort.tables import need_tables

    if find_spec("scipy") is None:
        raise MissingExtra(mark("Measuring recordings"), "signals")
    need_tables()


def _run(source: Path, out: Path, asked: _Asked, knowledge: Knowledge, tongue: Language, as_json: bool) -> None:
    from myognosis.cohort.listing import list_recordings
    from myognosis.cohort.parts import alone_in
    from myognosis.cohort.running import Cohort
    from myognosis.cohort.summary import Costs

    listing = list_recordings(source, knowledge, out)
    with alone_in(out):
        cohort = Cohort(listing, out, again=asked.again)
        if not as_json:
            click.echo(_plan(cohort, tongue), err=True)
        began, before = time.perf_counter(), cohort.left
        stopped = _through(cohort, asked, tongue, as_json)
        costs = Costs(before - cohort.left, time.perf_counter() - began, asked.used)
        tally = _written(cohort, out, costs, knowledge, tongue)
    _tell(cohort, tally, costs, out, tongue, as_json, stopped)
    sys.exit(stopped)


def _through(cohort: "Cohort", asked: _Asked, tongue: Language, as_json: bool) -> int:
    """Measure what is left, and tell the exit code. Who is asked to end by the system ends as with Ctrl-C."""
    from myognosis.spread import NoScheduler

    if not cohort.left:
        return 0
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with asked.crew(cohort.left) as crew:
            limit_s = None if asked.workers == 0 else asked.limit_s
            for _ in _shown(cohort.run(crew, limit_s), cohort.left, tongue, as_json):
                pass
    except KeyboardInterrupt:
        cohort.take_late()
        return _STOPPED
    except NoScheduler as error:
        cohort.take_late()
        what = Message(mark("The scheduler cannot be used: {why}."), {"why": Message(str(error))})
        click.echo(say(what, tongue), err=True)
        return _NO_SCHEDULER
    finally:
        signal.signal(signal.SIGTERM, before)
    return 0


def _plan(cohort: "Cohort", tongue: Language) -> str:
    """What there is, and why what is measured is measured."""
    what = mark("recordings: {n}; other files: {others}; done before: {done}; to be measured: {left}")
    n = len(cohort.listing.recordings)
    params = {"n": n, "others": len(cohort.listing.others), "done": n - cohort.left, "left": cohort.left}
    reasons = [f"{say(Message(_CHANGES[change]), tongue)}: {k}" for change, k in cohort.changes.items()]
    return say(Message(what, params), tongue) + (f" ({', '.join(reasons)})" if reasons else "")


def _shown(steps: "Iterator[Step]", n: int, tongue: Language, as_json: bool) -> "Iterator[Step]":
    """The steps with a bar and the time left on a terminal, with a line for every twentieth part elsewhere."""
    if as_json:
        yield from steps
    elif sys.stderr.isatty():
        with click.progressbar(steps, length=n, file=sys.stderr, show_pos=True, show_eta=True) as bar:
            yield from bar
    else:
        began, shown = time.perf_counter(), 0
        for k, step in enumerate(steps, 1):
            yield step
            if 20 * k // n > shown:
                shown = 20 * k // n
                seconds = (time.perf_counter() - began) / k * (n - k)
                line = Message(mark("{k} of {n}; about {left} left"), {"k": k, "n": n, "left": _length(seconds)})
                click.echo(say(line, tongue), err=True)


def _length(seconds: float) -> str:
    """A length of time as a clock shows it."""
    return str(dt.timedelta(seconds=round(seconds)))


def _written(cohort: "Cohort", out: Path, costs: "Costs", knowledge: Knowledge, tongue: Language) -> "Tally":
    """The tables and the page of everything that is done so far."""
    from myognosis.cohort.summary import render_summary
    from myognosis.cohort.tables import blank_list, write_tables
    from myognosis.cohort.tally import Tally

    tally, listing = Tally(), cohort.listing
    with blank_list(out / "list.csv") if listing.source.is_dir() else nullcontext() as ask:

        def see(found: "Found", part: "Part") -> None:
            tally.add(found, part)
            if ask:
                ask(found, part)

        write_tables(cohort.done(), listing.others, out, tongue, see)
    page = render_summary(
        tally, knowledge, tongue, source=listing.source, others=len(listing.others), left=cohort.left, costs=costs,
        today=dt.date.today(),
    )  # fmt: skip
    c.write_atomic(out / "summary.html", page.encode("utf-8", "replace"))
    return tally


def _tell(cohort: "Cohort", tally: "Tally", costs: "Costs", out: Path, tongue: Language, as_json: bool, stopped: int) -> None:
    from myognosis.cohort.summary import OUTCOMES, cost_words

    others = len(cohort.listing.others)
    if as_json:
        outcomes = dict(tally.outcomes) | {"not_recording": tally.outcomes["not_recording"] + others}
        told: dict[str, Any] = {"folder": str(out), "outcomes": outcomes, "doubted": tally.doubted, "left": cohort.left}
        told |= {"present": dict(tally.present), "absent": dict(tally.absent), "stopped": bool(stopped)}
        told["cost"] = vars(costs) | {"all_files": tally.files, "seconds": tally.seconds, "cpu_s": tally.cpu_s}
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    for outcome, name in OUTCOMES.items():
        n = tally.outcomes[outcome] + (others if outcome == "not_recording" else 0)
        if n:
            click.echo(f"{n:8}  {say(Message(name), tongue)}")
    click.echo("; ".join(f"{name}: {value}" for name, value in cost_words(tally, costs, tongue)))
    click.echo(str(out / "summary.html"))
    if stopped:
        what = mark("Stopped; {left} {left:recording is|recordings are} not measured yet. The same command goes on where it ended.")
        click.echo(say(Message(what, {"left": cohort.left}), tongue), err=True)

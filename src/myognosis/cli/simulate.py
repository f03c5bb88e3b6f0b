"""``myognosis simulate``: a recording with its truth from a scenario; sweeps; data sets."""

import json
import sys
from collections.abc import Iterable, Sequence
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from myognosis.cli import common as c
from myognosis.cli import json_option, language_option
from myognosis.cli.spoken import SpokenCommand, misused
from myognosis.faults import Message, MissingExtra, ScenarioError
from myognosis.language import Language, mark, say

if TYPE_CHECKING:
    from myognosis.simulate.output.dataset import Plan
    from myognosis.simulate.run import Simulation

__all__ = ["simulate_command"]


@click.command("simulate", cls=SpokenCommand)
@click.argument("scenarios", nargs=-1)
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path(), help="Where the files go.")
@click.option("--format", "form", type=click.Choice(["edf", "bids", "npz", "parquet"]), default="edf", help="EDF+ by default.")
@click.option("--seconds", type=float, help="How long; the scenario says it otherwise.")
@click.option("--seed", type=int, default=1, help="The same seed gives the same bytes.")
@click.option("--set", "changes", multiple=True, metavar="NAME=NUMBER", help="Another value of a parameter.")
@click.option("--sweep", multiple=True, metavar="NAME=A,B,C", help="A recording for each value; several cross into a grid.")
@click.option("--picture", is_flag=True, help="A picture (SVG) beside each recording.")
@click.option("--dataset", type=int, metavar="N", help="N recordings of the scenarios in turn; goes on where it was stopped.")
@click.option("--benchmark", metavar="NAME", help="A set that detectors are measured on; SCENARIOS are its scenes, or all.")
@click.option("--seeds", metavar="FIRST-LAST", help="The seeds of a set.")
@click.option("--vary", type=click.FloatRange(0, 1), default=0.2, help="Spread of the numbers within a data set.")
@click.option("--workers", type=click.IntRange(1, 256), default=1, help="Processes for a data set.")
@click.option("--list", "listed", is_flag=True, help="The scenarios.")
@click.option("--parameters", "names", is_flag=True, help="The parameters with value, range, source.")
@language_option
@json_option
def simulate_command(
    scenarios: tuple[str, ...], listed: bool, names: bool, dataset: int | None, benchmark: str | None, seeds: str | None,
    language: str | None, as_json: bool, **more: Any,
) -> None:  # fmt: skip
    """Simulate SCENARIOS: recordings whose every spike is known. Exit code 3 if they cannot be made as asked."""
    from myognosis.simulate.axon.faults import AxonError

    tongue = c.language_of(language)
    try:
        if listed:
            _list(tongue, as_json)
        elif names:
            _parameters(as_json)
        elif benchmark is not None:
            if dataset is not None or _given("seed", "vary"):
                raise misused(_FIXED, tongue)
            _benchmark(benchmark, scenarios, _seeds(seeds, tongue), tongue, as_json, **more)
        elif seeds is not None:
            raise misused(mark("--seeds belongs to --benchmark; give --seed instead."), tongue)
        elif dataset is not None:
            _dataset(scenarios, dataset, tongue, as_json, **more)
        elif not scenarios:
            raise misused(mark("Name a scenario. See: myognosis simulate --list"), tongue)
        elif _given("vary", "workers"):
            raise misused(mark("--vary and --workers belong to --dataset."), tongue)
        else:
            _recordings(scenarios, tongue, as_json, **more)
    except MissingExtra as error:
        c.without(error, tongue)
    except (ScenarioError, AxonError) as error:
        c.fail_with(tuple(error.issues), tongue, as_json, c.CASE_FAULTS, counted=False)


_FIXED = mark("The scenes of a set are fixed: give --seeds, --format, --out and --workers alone.")


def _given(*names: str) -> bool:
    """Whether any of these options was given, and not merely has its usual value."""
    context = click.get_current_context()
    return any(context.get_parameter_source(name) is ParameterSource.COMMANDLINE for name in names)


def _list(tongue: Language, as_json: bool) -> None:
    from myognosis.simulate import load_scenario, scenario_names

    rows = [load_scenario(name) for name in scenario_names()]
    if as_json:
        told = [{"id": s.id, "name": s.names.in_language(tongue), "about": s.about.in_language(tongue)} for s in rows]
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    with_names = [(s.id, f"{s.names.in_language(tongue)}. {s.about.in_language(tongue)}") for s in rows]
    formatter = click.HelpFormatter(width=c.terminal_width())
    formatter.write_dl(with_names)
    click.echo(formatter.getvalue().rstrip())


def _parameters(as_json: bool) -> None:
    from myognosis.simulate.settings import catalogue, sources

    rows = {name: p.model_dump() | {"source": sources()[p.source]} for name, p in catalogue().items()}
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for name, row in rows.items():
        unit = "" if row["unit"] == "1" else f" {row['unit']}"
        span = f"{row['low']:g} to {row['high']:g}{'; may change from phase to phase' if row['varies'] else ''}"
        click.echo(f"{name}\t{row['value']:g}{unit}\t{span}\t{row['what']}\t[{row['source']}; {row['trust']}]")


def _number(text: str, tongue: Language) -> tuple[str, float]:
    name, _, value = text.partition("=")
    try:
        return name, float(value)
    except ValueError:
        raise misused(mark("'{text}' is not of the form NAME=NUMBER."), tongue, text=text) from None


def _swept(sweeps: Sequence[str], tongue: Language) -> dict[str, list[float]]:
    """The values of each name, once each; a name that is swept twice takes those of both."""
    found: dict[str, list[float]] = {}
    for sweep in sweeps:
        name, _, values = sweep.partition("=")
        for value in values.split(","):
            number = _number(f"{name}={value}", tongue)[1]
            if number not in found.setdefault(name, []):
                found[name].append(number)
    return found


def _recordings(
    scenarios: tuple[str, ...], tongue: Language, as_json: bool, out: Path, form: Any, seconds: float | None, seed: int,
    changes: Sequence[str], sweep: Sequence[str], picture: bool, **_: Any,
) -> None:  # fmt: skip
    from myognosis.simulate import load_scenario, simulate
    from myognosis.simulate.output import write_simulation

    found = [load_scenario(name) for name in scenarios]
    base, swept = dict(_number(change, tongue) for change in changes), _swept(sweep, tongue)
    variants = [base | dict(zip(swept, values, strict=True)) for values in product(*swept.values())]
    for scenario in found:
        for numbers in variants:
            scenario.settings(numbers)  # all is refused before anything is made
    work = [(scenario, numbers) for scenario in found for numbers in variants]
    rows = []
    for scenario, numbers in _shown(work, len(work), as_json):
        made = simulate(scenario, seed=seed, duration_s=seconds, parameters=numbers)
        name = f"{scenario.id}-{seed}" + "".join(f"-{key}={numbers[key]:g}" for key in swept)
        written = _write(lambda made=made, name=name: write_simulation(made, out, form, name=name))
        if picture:
            from myognosis.simulate.output.pictures import draw

            beside = out / "derivatives" / "myognosis" if form == "bids" else out  # a tree of BIDS holds nothing foreign at its top
            picture_of = draw(made, title=scenario.names.in_language(tongue), language=tongue)
            written.append(c.write_atomic(beside / f"{name}.svg", picture_of))
        rows.append(_summary(made, numbers, written) | {"doubts": c.issue_rows(made.truth.doubts, tongue)})
    _tell(rows, tongue, as_json)


def _write(make: Any) -> list[Path]:
    try:
        return list(make())
    except OSError as error:
        raise c.refused(error.filename, error) from None


def _shown(work: Iterable[Any], n: int, as_json: bool) -> Iterable[Any]:
    """The work with a progress bar on a terminal's standard error."""
    if as_json or not sys.stderr.isatty():
        yield from work
        return
    with click.progressbar(work, length=n, file=sys.stderr) as bar:
        yield from bar


def _summary(made: "Simulation", numbers: dict[str, float], written: list[Path]) -> dict[str, Any]:
    """What a recording holds, in one row."""
    import numpy as np

    emg, force = made.recording.of_kind("emg"), made.recording.of_kind("force")
    return {
        "files": [str(path) for path in written],
        "changed": numbers,
        "seconds": made.truth.duration_s,
        "channels": len(made.recording.channels),
        "spikes": len(made.truth.spikes),
        "events": len(made.truth.events),
        "emg_rms_uv": round(float(np.sqrt(np.mean([np.mean(channel.samples**2) for channel in emg]))), 3),
        "force_max_n": round(max(float(channel.samples.max()) for channel in force), 4),
    }


def _tell(rows: list[dict[str, Any]], tongue: Language, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    what = mark(
        "{file}: {seconds} s; channels: {channels}; spikes: {spikes}; events: {events}; "
        "EMG {rms} uV (root mean square); force up to {force} N"
    )
    for row in rows:
        numbers = {"seconds": f"{row['seconds']:g}", "rms": f"{row['emg_rms_uv']:.3g}", "force": f"{row['force_max_n']:.3g}"}
        counts = {name: row[name] for name in ("channels", "spikes", "events")}
        click.echo(say(Message(what, {"file": row["files"][0], **numbers, **counts}), tongue))
        for doubt in row["doubts"]:
            click.echo(c.printable(f"{row['files'][0]}: {doubt['what']} {doubt['fix']}"), err=True)


def _dataset(
    scenarios: tuple[str, ...], n: int, tongue: Language, as_json: bool, out: Path, form: Any, seconds: float | None, seed: int,
    changes: Sequence[str], vary: float, workers: int, sweep: Sequence[str], picture: bool,
) -> None:  # fmt: skip
    from myognosis.simulate import scenario_names
    from myognosis.simulate.output.dataset import Plan

    if sweep or picture:
        raise misused(mark("A data set has neither --sweep nor --picture; use --set and --vary."), tongue)
    numbers = tuple(sorted(dict(_number(change, tongue) for change in changes).items()))
    _run(Plan(scenarios or scenario_names(), n, seed, form, seconds, vary, numbers), out, workers, tongue, as_json)


def _seeds(text: str | None, tongue: Language) -> range:
    """The seeds from FIRST to LAST."""
    first, _, last = (text or "").partition("-")
    if not first.isdecimal() or not (last or first).isdecimal() or int(last or first) < int(first):
        raise misused(mark("A set needs its seeds: --seeds FIRST-LAST, the last not before the first."), tongue)
    return range(int(first), int(last or first) + 1)


def _benchmark(
    name: str, scenes: tuple[str, ...], seeds: range, tongue: Language, as_json: bool, out: Path, form: Any, workers: int,
    changes: Sequence[str], sweep: Sequence[str], picture: bool, seconds: float | None, **_: Any,
) -> None:  # fmt: skip
    from myognosis.simulate.output.dataset import Plan

    if changes or sweep or picture or seconds:
        raise misused(_FIXED, tongue)
    _run(Plan.of_benchmark(name, scenes, seeds, form), out, workers, tongue, as_json)


def _run(plan: "Plan", out: Path, workers: int, tongue: Language, as_json: bool) -> None:
    """Make what is missing of a data set, and say what was made."""
    from myognosis.simulate.output.dataset import run_plan

    items = list(_shown(run_plan(plan, out, workers), plan.n, as_json))
    failed = [item for item in items if item.fault]
    there = sum(item.there for item in items)
    for item in failed:
        click.echo(c.printable(f"{item.folder}: {item.fault}"), err=True)
    told = {"folder": str(out), "made": plan.n - there - len(failed), "there": there, "failed": len(failed)}
    lacking = sum(item.doubts > 0 for item in items)
    line = Message(
        mark(
            "{folder}: {made} {made:recording|recordings} made, {there} {there:was|were} there already, {failed} "
            "failed; see index.tsv."
        ),
        told,
    )
    click.echo(json.dumps(told | {"doubtful": lacking}) if as_json else say(line, tongue))
    if lacking and not as_json:
        lacks = mark(
            "{n} of {all} {all:recording|recordings} {n:lacks|lack} something of what {n:its|their} scenario is for: "
            "see doubts in index.tsv and in the truth."
        )
        click.echo(say(Message(lacks, {"n": lacking, "all": plan.n}), tongue), err=True)
    if failed:
        sys.exit(c.CASE_FAULTS)

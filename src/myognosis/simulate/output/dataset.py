"""Many simulations at once: for training and judging detectors. A run that was stopped goes on where it ended."""

import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from myognosis.faults import Issue, Level, Message, MyognosisError, ScenarioError
from myognosis.language import mark
from myognosis.simulate.output.benchmark import load_benchmark, make_scene
from myognosis.simulate.output.files import Format, write_simulation
from myognosis.simulate.output.vary import varied
from myognosis.simulate.run import Simulation, simulate
from myognosis.simulate.scenarios import load_scenario
from myognosis.spread import held, processes, work_through

__all__ = ["Item", "Plan", "make_item", "planned", "run_plan"]


@dataclass(frozen=True)
class Plan:
    """What a data set is made of: scenarios in turn, seeds that count on from the first, numbers varied by a share.

    Of a ``benchmark`` (``myognosis.simulate.output.benchmark``) the scenes take the place of scenarios, and each has every seed.
    """

    scenarios: tuple[str, ...]
    n: int
    seed: int
    form: Format
    duration_s: float | None
    vary: float
    parameters: tuple[tuple[str, float], ...] = ()
    benchmark: str = ""

    @classmethod
    def of_benchmark(cls, name: str, scenes: tuple[str, ...], seeds: range, form: Format) -> "Plan":
        """Every scene (all of them where none is named) with every seed."""
        found = load_benchmark(name)
        chosen = scenes or tuple(found.scenes)
        for scene in chosen:
            found.scene(scene)
        return cls(chosen, len(chosen) * len(seeds), seeds.start, form, None, 0.0, (), name)


@dataclass(frozen=True)
class Item:
    """One recording of a data set, as its index names it; ``fault`` where it could not be made, ``there`` where it lay there.

    ``doubts`` is in how many ways it lacks what its scenario is for (``Truth.doubts``).
    """

    number: int
    scenario: str
    seed: int
    folder: str
    fault: str = ""
    there: bool = False
    doubts: int = 0


def planned(plan: Plan) -> Iterator[Item]:
    """Every item of a plan. Refused before anything is made where a scenario or a number of it is not sound."""
    if plan.n < 1:
        what, fix = mark("A data set of {given} recordings cannot be made."), mark("Give a whole number from 1.")
        params = {"given": plan.n}
        raise ScenarioError([Issue("simulate.dataset", Level.REFUSE, "--dataset", Message(what, params), Message(fix, params))])
    for name in plan.scenarios if not plan.benchmark else ():
        load_scenario(name).settings(dict(plan.parameters))
    for i in range(plan.n):
        turn, place = divmod(i, len(plan.scenarios))
        scenario, seed = plan.scenarios[place], plan.seed + (turn if plan.benchmark else i)
        yield Item(i, scenario, seed, f"{scenario}-{seed}" if plan.benchmark else f"{i:06d}-{Path(scenario).stem}")


def make_item(item: Item, plan: Plan, folder: Path) -> Item:
    """Make one item, unless it lies there already. Its folder appears when all of it is written, never before."""
    target, half_done = folder / item.folder, folder / f".{item.folder}.part"
    if target.is_dir():
        return item
    shutil.rmtree(half_done, ignore_errors=True)
    try:
        made = _made(item, plan)
        write_simulation(made, half_done, plan.form, name="" if plan.form == "bids" else "recording")
        half_done.rename(target)
    except (MyognosisError, OSError, ArithmeticError, MemoryError) as error:
        shutil.rmtree(half_done, ignore_errors=True)
        return replace(item, fault=f"{type(error).__name__}: {error}"[:500])
    return replace(item, doubts=len(made.truth.doubts))


def _doubts_of(folder: Path) -> int:
    """The doubts of a recording that was made before."""
    if (packed := folder / "recording.npz").exists():
        with np.load(packed, allow_pickle=False) as data:
            text = str(data["truth"])
    else:
        text = next(folder.rglob("*.truth.json")).read_text("utf-8")
    return len(json.loads(text).get("doubts", ()))


def _made(item: Item, plan: Plan) -> Simulation:
    if plan.benchmark:
        return make_scene(load_benchmark(plan.benchmark), item.scenario, seed=item.seed)
    scenario, fixed = load_scenario(item.scenario), dict(plan.parameters)
    numbers = fixed | varied(scenario, fixed, plan.vary, item.seed)
    return simulate(scenario, seed=item.seed, duration_s=plan.duration_s, parameters=numbers)


def run_plan(plan: Plan, folder: Path, workers: int) -> Iterator[Item]:
    """Make every item that is missing, in any order; each is given back when it is done.

    ``workers`` processes share the work through Dask (one: in this process). A worker that dies is replaced and its item tried
    once more alone; an item that fails is given back with its fault and ends nothing. ``index.tsv`` is written at the end.

    Raises
    ------
    ScenarioError
        The plan is not sound, or the folder holds another data set or is written into by another run.
    """
    items = list(planned(plan))
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("a+", encoding="utf-8") as lock:
        if not held(lock):
            what, fix = mark("Another run writes into this folder."), mark("Wait for it, end it, or give another folder: --out")
            raise ScenarioError([Issue("simulate.busy", Level.REFUSE, str(folder), Message(what), Message(fix))])
        _check_plan(plan, folder / "plan.json")
        yield from _run(plan, items, folder, workers)


def _run(plan: Plan, items: Sequence[Item], folder: Path, workers: int) -> Iterator[Item]:
    waiting = [item for item in items if not (folder / item.folder).is_dir()]
    missing, found = {item.number for item in waiting}, dict[int, Item]()
    for item in items:
        if item.number not in missing:
            found[item.number] = replace(item, there=True, doubts=_doubts_of(folder / item.folder))
            yield found[item.number]
    made = (make_item(item, plan, folder) for item in waiting) if workers <= 1 else _spread(waiting, plan, folder, workers)
    for item in made:
        found[item.number] = item
        yield item
    rows = [f"{i.number}\t{i.scenario}\t{i.seed}\t{i.folder}\t{i.fault or 'n/a'}\t{i.doubts}" for _, i in sorted(found.items())]
    (folder / "index.tsv").write_text("\n".join(["number\tscenario\tseed\tfolder\tfault\tdoubts", *rows]) + "\n", "utf-8")


def _check_plan(plan: Plan, kept: Path) -> None:
    """A folder holds one data set: the same plan may go on in it, perhaps to a larger number; another is refused."""
    known = {name: list(value) if isinstance(value, tuple) else value for name, value in vars(plan).items() if name != "n"}
    text = json.dumps(known, indent=1) + "\n"
    if kept.exists() and json.loads(kept.read_text("utf-8")) != json.loads(text):
        what, fix = mark("The folder holds another data set."), mark("Give another folder, or the same settings as before.")
        raise ScenarioError([Issue("simulate.plan", Level.REFUSE, str(kept), Message(what), Message(fix))])
    kept.write_text(text, "utf-8")


def _spread(items: Sequence[Item], plan: Plan, folder: Path, workers: int) -> Iterator[Item]:
    with processes(workers) as crew:
        for item, found in work_through(partial(make_item, plan=plan, folder=folder), items, crew):
            yield found if isinstance(found, Item) else replace(item, fault=f"{type(found).__name__}: {found}"[:500])

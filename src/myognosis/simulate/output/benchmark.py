"""Sets of recordings that detectors are measured on: scenes of one muscle, each made anew for every seed, with its truth.

A set is a file, ``data/benchmarks/NAME.yaml``: a scenario, and what differs in each scene. What a scene promises is the size of
potentials over the noise: the noise, and with it every other disturbance, is set so that the median unit taking part (under a
needle the one that fires most) is ``snr`` times as large from peak to peak, in the channel that shows it best, as the SD of the
noise in the recording. The others are as much larger or smaller as the muscle makes them: ``truth.units`` says how large each is.
"""

from functools import cache
from typing import Annotated

import numpy as np
from pydantic import Field

from myognosis.faults import Issue, Level, Message, ScenarioError, near_miss
from myognosis.language import mark
from myognosis.model.base import Model
from myognosis.model.truth import Truth
from myognosis.simulate.chance import stream
from myognosis.simulate.electrode.disturbances import noise_heard_uv
from myognosis.simulate.output.vary import varied
from myognosis.simulate.run import Simulation, busiest_unit, simulate
from myognosis.simulate.scenarios import Phase, Scenario, Value
from myognosis.simulate.settings import DATA, Settings, read_yaml

__all__ = ["Benchmark", "Scene", "benchmark_names", "load_benchmark", "make_scene", "without_disturbances"]

_FOLDER = DATA / "benchmarks"
_DISTURBANCES = ("noise_uv", "mains_uv", "wander_uv", "movement_uv", "ecg_uv", "pop_uv")


class Scene(Model):
    """What differs in one scene. ``snr`` 0: the noise stays as it is; ``contraction_s``: voluntary effort once, somewhere.

    ``duration_s`` and ``phases`` stand in place of those of the set.
    """

    snr: Annotated[float, Field(ge=0, le=1000)] = 0.0
    contraction_s: Annotated[float, Field(ge=0, le=60)] = 0.0
    effort: Annotated[float, Field(ge=0, le=1)] = 0.15
    parameters: dict[str, float] = Field(default_factory=dict)
    duration_s: Annotated[float, Field(gt=0, le=600)] | None = None
    phases: tuple[Phase, ...] = ()


class Benchmark(Model):
    """A set: its muscle and length as a scenario, the spread of its numbers from seed to seed, its scenes."""

    about: str
    vary: Annotated[float, Field(ge=0, le=1)]
    base: Scenario
    scenes: Annotated[dict[str, Scene], Field(min_length=1)]

    def scene(self, name: str) -> Scene:
        """A scene by its name."""
        if name not in self.scenes:
            raise _unknown(name, self.scenes, mark("There is no scene '{name}'."))
        return self.scenes[name]


def benchmark_names() -> tuple[str, ...]:
    """The sets that come with the package."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.yaml")))


@cache
def load_benchmark(name: str) -> Benchmark:
    """A set by its name.

    Raises
    ------
    ScenarioError
        There is none of that name.
    """
    if name not in benchmark_names():
        raise _unknown(name, dict.fromkeys(benchmark_names()), mark("There is no set '{name}'."))
    found = Benchmark.model_validate(read_yaml(_FOLDER / f"{name}.yaml"), strict=False)
    for scene in found.scenes.values():
        found.base.settings(scene.parameters)
    return found


def _unknown(name: str, known: dict[str, None] | dict[str, Scene], what: str) -> ScenarioError:
    hint = near_miss(name, known)
    fix = mark("Did you mean '{hint}'?") if hint else mark("What there is: {names}.")
    params = {"name": name[:60], "hint": hint, "names": ", ".join(known)}
    return ScenarioError([Issue("simulate.benchmark", Level.REFUSE, name[:60], Message(what, params), Message(fix, params))])


def make_scene(benchmark: Benchmark, name: str, *, seed: int) -> Simulation:
    """One recording of a scene. The same seed gives the same recording; another seed another person.

    It is simulated up to twice, always with the same spikes: once to see how large the potentials are, and then with the noise that
    fits. ``Truth.centres_s`` says when each potential stands in the recording.
    """
    scene = benchmark.scene(name)
    scenario = _scenario(benchmark.base, scene, seed)
    numbers = scene.parameters | varied(scenario, scene.parameters, benchmark.vary, seed)
    made = simulate(scenario, seed=seed, parameters=numbers)
    if scene.snr:
        numbers |= _fitting_noise(_size_uv(made.truth, scenario.beside_mm is not None), scenario.settings(numbers), scene.snr)
        made = simulate(scenario, seed=seed, parameters=numbers)
    return made


def without_disturbances(benchmark: Benchmark, name: str, made: Simulation) -> Simulation:
    """A recording of a scene once more, with the same spikes and without noise or anything else that disturbs."""
    scenario = _scenario(benchmark.base, benchmark.scene(name), made.truth.seed)
    numbers = {number: used.value for number, used in made.truth.parameters.items()}
    return simulate(scenario, seed=made.truth.seed, parameters=numbers | {f"device.{number}": 0.0 for number in _DISTURBANCES})


def _scenario(base: Scenario, scene: Scene, seed: int) -> Scenario:
    """The scene's length and phases; its effort once, 8 s or more after the beginning and 12 s or more before the end."""
    own = {"duration_s": scene.duration_s or base.duration_s, "phases": scene.phases or base.phases}
    scenario = base.model_copy(update=own)
    if not scene.contraction_s:
        return scenario
    whole = scenario.duration_s
    start = stream(seed, "contraction").uniform(8, whole - scene.contraction_s - 12)
    shares = np.array([start, scene.contraction_s, whole - start - scene.contraction_s]) / whole
    rest, pull, again = (float(share) for share in shares)
    effort = Value(value=scene.effort, source="choice", trust="estimated")
    phases = (
        Phase(label="rest", share=rest),
        Phase(label="contraction", share=pull, changes={"drive.effort": effort}),
        Phase(label="rest_again", share=again),
    )
    return scenario.model_copy(update={"phases": phases})


def _taking_part(truth: Truth) -> list[int]:
    """The units of the events, or, without any, those that fire."""
    named = [event.unit for event in truth.events if event.unit is not None]
    return named or [int(unit) for unit in truth.spikes.unit]


def _size_uv(truth: Truth, of_the_busiest: bool) -> float:
    """The size that counts: of the unit that fires most, or the median of those taking part; 0 without any."""
    busiest = busiest_unit(truth.spikes)
    chosen = [busiest] if of_the_busiest and busiest is not None else sorted({*_taking_part(truth)})
    return float(np.median([truth.units[unit].peak_to_peak_uv for unit in chosen])) if chosen else 0.0


def _fitting_noise(size_uv: float, settings: Settings, snr: float) -> dict[str, float]:
    """All disturbances by one factor."""
    factor = size_uv / snr / noise_heard_uv(settings.device)
    return {f"device.{name}": getattr(settings.device, name) * factor for name in _DISTURBANCES} if factor > 0 else {}

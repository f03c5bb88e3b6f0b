"""Scenarios: one file each, read as data.

A scenario names the parameters that it changes, each with the literature value behind it, and the phases of the recording.
A new one is one file: ``data/scenarios/NAME.yaml``, or any file of the same form given by its path.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field, ValidationError
from pydantic_core import to_json

from myognosis.faults import Issue, Level, Message, ScenarioError, near_miss
from myognosis.language import mark
from myognosis.model.base import Model, Name, Text, Trust
from myognosis.model.misfit import why_no_file, why_no_text, why_not
from myognosis.model.truth import Discharge, UsedParameter
from myognosis.simulate.settings import DATA, Settings, catalogue, check_values, sources

__all__ = ["Phase", "Scenario", "Shown", "Timeline", "Value", "load_scenario", "scenario_names"]

_FOLDER = DATA / "scenarios"
MAX_BYTES = 200_000
"""A scenario is a page of text."""


class Value(Model):
    """A number of a scenario, and what stands behind it."""

    value: float
    source: str
    trust: Trust


class Phase(Model):
    """A part of the recording: its share of the whole, and what differs in it, each number with what stands behind it."""

    label: Name
    share: Annotated[float, Field(gt=0, le=1)]
    changes: dict[str, Value] = Field(default_factory=dict)

    @property
    def numbers(self) -> dict[str, float]:
        """What differs, as numbers alone."""
        return {name: row.value for name, row in self.changes.items()}


class Shown(Model):
    """What a scenario is for: a discharge, or a lapse of tone, that a recording of it ought to hold, perhaps in one phase of it."""

    kind: Literal[Discharge, "lapse"]
    phase: Name | None = None


class Scenario(Model):
    """A named mechanism with its numbers.

    ``antagonist``: a second muscle opposes the first at one joint. ``both_sides``: the same muscle of the other side, on a limb of
    its own, is asked for the same.
    ``places_mm`` are electrodes of a grid of any form, along and across the fibres, instead of rows and columns. ``beside_mm``: a
    needle is moved, as an examiner moves it, until it lies so far from a fibre of the unit that fires most. A recording that lacks
    what ``shows`` names is told so (``Truth.doubts``).
    """

    id: Name
    names: Text
    about: Text
    duration_s: Annotated[float, Field(ge=1, le=3600)]
    electrode: Literal["grid", "bipolar", "needle"]
    conductor: Literal["planar", "cylinder"] = "planar"
    antagonist: bool = False
    both_sides: bool = False
    places_mm: tuple[tuple[float, float], ...] = ()
    beside_mm: Annotated[float, Field(ge=0.05, le=5)] | None = None
    parameters: dict[str, Value] = Field(default_factory=dict)
    phases: Annotated[tuple[Phase, ...], Field(min_length=1)]
    shows: tuple[Shown, ...] = ()

    @property
    def muscles(self) -> tuple[str, ...]:
        """The names of the muscles that are drawn."""
        return ("agonist", *["antagonist"] * self.antagonist, *["other side"] * self.both_sides)

    def settings(self, changes: Mapping[str, float]) -> Settings:
        """All numbers, with these changes over the scenario's own."""
        return Settings.of({name: row.value for name, row in self.parameters.items()} | dict(changes))

    def used(self, changes: Mapping[str, float]) -> dict[str, UsedParameter]:
        """Every number with its source; a change is the caller's."""
        out = {}
        for name, usual in catalogue().items():
            row = self.parameters.get(name, usual)
            if name in changes:
                out[name] = UsedParameter(float(changes[name]), usual.unit, "the caller", "estimated")
            else:
                out[name] = UsedParameter(row.value, usual.unit, sources()[row.source], row.trust)
        return out


@dataclass(frozen=True)
class Timeline:
    """The phases on the clock."""

    labels: tuple[str, ...]
    edges_s: tuple[float, ...]
    changes: tuple[Mapping[str, float], ...]

    @classmethod
    def of(cls, scenario: Scenario, duration_s: float) -> "Timeline":
        """The phases of a scenario over a duration."""
        edges = np.concatenate([[0.0], np.cumsum([phase.share for phase in scenario.phases])])
        seconds = tuple(float(x) for x in edges / edges[-1] * duration_s)
        changes = tuple(phase.numbers for phase in scenario.phases)
        return cls(tuple(phase.label for phase in scenario.phases), seconds, changes)

    @property
    def duration_s(self) -> float:
        """The length of all phases."""
        return self.edges_s[-1]

    def course(self, name: str, usual: float, time_s: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """A parameter at these times: constant within a phase."""
        values = np.array([change.get(name, usual) for change in self.changes])
        return np.asarray(values[np.clip(np.searchsorted(self.edges_s, time_s, "right") - 1, 0, len(values) - 1)])


def scenario_names() -> tuple[str, ...]:
    """The scenarios that come with the package, in the order of their names."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.yaml")))


def load_scenario(name: str | Path) -> Scenario:
    """A scenario by its name, or in a file of the same form.

    Raises
    ------
    ScenarioError
        With every fault found.
    """
    path = _FOLDER / f"{name}.yaml"
    if str(name) not in scenario_names():
        path = Path(name)
        if path.suffix not in (".yaml", ".yml"):
            hint = near_miss(str(name), scenario_names())
            fix = mark("Did you mean '{hint}'?") if hint else mark("See: myognosis simulate --list")
            what = mark("There is no scenario '{name}'.")
            raise ScenarioError([_issue("scenario", str(name)[:80], what, fix, name=str(name)[:80], hint=hint)])
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ScenarioError([_issue("large", str(path), mark("The file is too large for a scenario."), _SHAPE)])
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = why_no_file(error) if isinstance(error, OSError) else "UTF-8"
        what = mark("The file cannot be read: {why}.")
        raise ScenarioError([_issue("file", str(path), what, mark("Check the path."), why=why)]) from None
    return parse_scenario(text, path.name)


_SHAPE = mark("See docs/simulation.md for the form of a scenario.")


@cache
def parse_scenario(text: str, where: str) -> Scenario:
    """The scenario in a text of YAML; remembered, because a value is frozen."""
    data = _load(text, where)
    try:
        scenario = Scenario.model_validate_json(to_json(data))
    except ValidationError as error:
        raise ScenarioError([*_from_pydantic(error, where), *_check_rows(data, where)]) from None
    issues = tuple(_check(scenario, where))
    if issues:
        raise ScenarioError(issues)
    scenario.settings({})
    return scenario


def _load(text: str, where: str) -> dict[str, Any]:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        if "*" in text or "&" in text:
            raise ValueError(Message(mark("anchors and aliases are not allowed here")))
        data = YAML(typ="safe").load(text)
        to_json(data)
    except (YAMLError, ValueError, RecursionError, AssertionError) as error:
        what = mark("The text is no YAML: {why}.")
        raise ScenarioError([_issue("syntax", where, what, mark("Mend the syntax there."), why=why_no_text(error))]) from None
    if not isinstance(data, dict):
        raise ScenarioError([_issue("mapping", where, mark("A scenario is a mapping of fields, and this is not one."), _SHAPE)])
    return data


def _from_pydantic(error: ValidationError, where: str) -> Iterator[Issue]:
    known = {*Scenario.model_fields, *Phase.model_fields, *Value.model_fields, *Shown.model_fields}
    places = [one["loc"] for one in error.errors()]
    for one in error.errors():
        place = f"{where} $." + ".".join(str(part) for part in one["loc"])
        if any(len(other) > len(one["loc"]) == sum(a == b for a, b in zip(other, one["loc"], strict=False)) for other in places):
            continue  # a list whose parts have faults of their own is told to be empty as well
        if one["type"] == "missing":
            yield _issue("missing", place, mark("This is missing."), _SHAPE)
        elif one["type"] == "extra_forbidden":
            name = str(one["loc"][-1])
            hint = near_miss(name, known)
            fix = mark("Did you mean '{hint}'?") if hint else _SHAPE
            yield _issue("field", place, mark("There is no field '{name}'."), fix, name=name[:60], hint=hint)
        else:
            yield _issue("value", place, mark("This cannot stand here: {why}."), _SHAPE, why=why_not(one))


def _check_rows(data: Mapping[str, Any], where: str) -> Iterator[Issue]:
    """Names, ranges and sources of those numbers that are well formed, in a scenario that is not."""
    phases = data["phases"] if isinstance(data.get("phases"), list) else []
    parts = [(where, data.get("parameters"))]
    parts += [(f"{where} {phase.get('label', '')}", phase.get("changes")) for phase in phases if isinstance(phase, dict)]
    for place, rows in parts:
        sound = {}
        for name, row in rows.items() if isinstance(rows, dict) else ():
            with suppress(ValidationError, ValueError):
                sound[str(name)] = Value.model_validate_json(to_json(row))
        yield from _check_numbers(sound, place)


def _check_numbers(rows: Mapping[str, Value], where: str) -> Iterator[Issue]:
    yield from check_values({name: row.value for name, row in rows.items()}, where)
    yield from _check_sources(rows, where)


def _check(scenario: Scenario, where: str) -> Iterator[Issue]:
    """Names, ranges, sources, and what may change from phase to phase."""
    yield from _check_numbers(scenario.parameters, where)
    varying = {name for name, parameter in catalogue().items() if parameter.varies}
    for phase in scenario.phases:
        place = f"{where} {phase.label}"
        yield from _check_numbers(phase.changes, place)
        for name in phase.changes:
            if name in catalogue() and name not in varying:
                fix = mark("What may change: {names}.")
                what = mark("{name} stays the same for the whole recording.")
                yield _issue("constant", place, what, fix, name=name, names=", ".join(sorted(varying)))
    labels = [phase.label for phase in scenario.phases]
    for shown in scenario.shows:
        if shown.phase is not None and shown.phase not in labels:
            hint = near_miss(shown.phase, labels)
            fix = mark("Did you mean '{hint}'?") if hint else mark("What there is: {names}.")
            what = mark("There is no phase '{name}'.")
            yield _issue("phase", f"{where} shows", what, fix, name=shown.phase, hint=hint, names=", ".join(labels))
    if abs(sum(phase.share for phase in scenario.phases) - 1) > 1e-6:
        yield _issue("shares", where, mark("The shares of the phases do not sum to 1."), mark("Mend the shares."))


def _check_sources(rows: Mapping[str, Value], where: str) -> Iterator[Issue]:
    for name, row in rows.items():
        if row.source not in sources():
            hint = near_miss(row.source, sources())
            fix = mark("Did you mean '{hint}'?") if hint else mark("Add it to sources.yaml.")
            yield _issue("source", f"{where} {name}", mark("There is no source '{name}'."), fix, name=row.source[:60], hint=hint)


def _issue(code: str, where: str, what: str, fix: str, **params: object) -> Issue:
    return Issue(f"scenario.{code}", Level.REFUSE, where, Message(what, params), Message(fix, params))

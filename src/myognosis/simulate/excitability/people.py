"""A person of the published recordings (kelvinejones/nerve-norms) as a test, and what 280 healthy people's tests are."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from myognosis.model.stimulation import Curve, Electrotonus, ExcitabilityTest, StudyHead
from myognosis.simulate.excitability.indices import indices

__all__ = ["Norms", "Point", "Standing", "norms", "points_of", "share_within", "standings", "test_of"]

Floats = npt.NDArray[np.float64]

_RUNS = (("h40", 40.0), ("d40", -40.0), ("h20", 20.0), ("d20", -20.0))
"""The four currents; in these files ``h`` depolarises."""


def test_of(person: Mapping[str, Any]) -> ExcitabilityTest:
    """One person of the published file. Rows that were imputed are dropped."""
    parts = person["sections"]
    runs = []
    for key, strength in _RUNS:
        x, y = _table(parts.get("TE", {}).get(key))
        if len(x):
            runs.append(Electrotonus(x, np.where((x >= 10.0) & (x < 110.0), strength, 0.0), y))
    head = StudyHead(age_years=person.get("age"), temperature_c=person.get("temperature"), protocol=person.get("protocol", ""))
    charge, recovery, relation = (Curve(x, y) if len(x) else None for x, y in (_table(parts.get(k)) for k in ("CD", "RC", "IV")))
    return ExcitabilityTest(head, None, charge, tuple(runs), recovery, relation)


test_of.__test__ = False  # type: ignore[attr-defined]  # no test of ours


def _table(part: Mapping[str, Any] | None) -> tuple[Floats, Floats]:
    rows = [row[:2] for row in (part or {"data": []})["data"] if len(row) < 3 or not row[2]]
    x, y = np.array(rows, np.float64).reshape(-1, 2).T
    return x, y


@dataclass(frozen=True)
class Point:
    """One point of a test: of which curve, where, what; and what healthy people have there."""

    curve: str
    x: float
    value: float
    mean: float
    sd: float

    @property
    def z(self) -> float:
        """How many standard deviations from the mean."""
        return (self.value - self.mean) / self.sd


@dataclass(frozen=True)
class Standing:
    """One index of a test among healthy people."""

    name: str
    value: float
    mean: float
    sd: float
    low: float
    high: float

    @property
    def z(self) -> float:
        """How many standard deviations from the mean."""
        return (self.value - self.mean) / self.sd

    @property
    def usual(self) -> bool:
        """Whether nine of ten healthy people are as this is."""
        return self.low <= self.value <= self.high


@dataclass(frozen=True, eq=False)
class Norms:
    """What healthy people have: a curve's x, mean and SD; an index's mean, SD, 5 % and 95 %."""

    curves: Mapping[str, tuple[Floats, Floats, Floats]]
    indices: Mapping[str, tuple[float, float, float, float]]


@cache
def norms() -> Norms:
    """The norms of 280 healthy people's median motor axons."""
    path = Path(__file__).parent.parent / "data" / "excitability_norms.json"
    return norms_of(json.loads(path.read_text("utf-8")))


def norms_of(raw: Mapping[str, Any]) -> Norms:
    """Norms from their file's form."""
    curves = {}
    for name, rows in raw["curves"].items():
        x, mean, sd, _ = np.array(rows, np.float64).T
        curves[name] = (x, mean, sd)
    return Norms(curves, {name: (row[0], row[1], row[2], row[3]) for name, row in raw["indices"].items()})


def tables(test: ExcitabilityTest) -> dict[str, tuple[Floats, Floats]]:
    """The curves of a test by the names of the norms."""
    found = {}
    for run in test.electrotonus:
        strength = run.current_percent[np.argmax(np.abs(run.current_percent))]
        found[f"electrotonus {round(strength):+d}"] = (run.delay_ms, run.reduction_percent)
    for name, curve in (("recovery", test.recovery), ("current-threshold", test.current_threshold)):
        if curve is not None:
            found[name] = (curve.x, curve.y)
    return found


def points_of(test: ExcitabilityTest, against: Norms | None = None) -> list[Point]:
    """Every point of a test for which there is a norm with a spread."""
    known, found = (against or norms()).curves, []
    for name, (x, y) in tables(test).items():
        if name not in known:
            continue
        where, mean, sd = known[name]
        for xi, yi in zip(x, y, strict=True):
            at = np.flatnonzero(np.abs(where - xi) < 1e-6)
            if at.size and sd[at[0]] > 0.0:
                found.append(Point(name, float(xi), float(yi), float(mean[at[0]]), float(sd[at[0]])))
    return found


def share_within(points: list[Point], sds: float) -> float:
    """What share of points lies within so many standard deviations of the healthy mean."""
    return sum(abs(point.z) <= sds for point in points) / len(points) if points else math.nan


def standings(test: ExcitabilityTest, against: Norms | None = None) -> list[Standing]:
    """The indices of a test among healthy people."""
    known = (against or norms()).indices
    return [Standing(name, value, *known[name]) for name, value in indices(test).items() if name in known]

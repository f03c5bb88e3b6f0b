"""The runs made beforehand, as they are read: a grid over four sliders, and one run for each named mechanism."""

import json
from dataclasses import dataclass
from functools import cache
from math import prod
from pathlib import Path

__all__ = ["HEALTHY", "ION_KEYS", "SHOWN", "Grid", "Shown", "Watched", "load_shown"]

SHOWN = Path(__file__).parent.parent / "data" / "mechanisms.json"
ION_KEYS = ("calcium_mm", "magnesium_mm", "potassium_mm", "temperature_c")
"""The four sliders, in the order of the grid: free ions in mmol/l of plasma, and the warmth of the nerve."""
HEALTHY = (1.2, 0.55, 4.2, 33.0)
"""Where the sliders stand in health."""


@dataclass(frozen=True)
class Watched:
    """One axon watched for some seconds.

    ``pattern`` names its spikes, ``spikes_s`` are their times. ``rest_mv`` is its resting potential and ``threshold`` the current
    that makes it fire, as a share of health; both are none where it does not rest or cannot be made to fire.
    """

    pattern: str
    per_min: float
    rest_mv: float | None
    threshold: float | None
    spikes_s: tuple[float, ...]


@dataclass(frozen=True)
class Grid:
    """A run at every crossing of the steps of four sliders, the last one fastest."""

    seconds: float
    steps: tuple[tuple[float, ...], ...]
    points: tuple[Watched, ...]

    def nearest(self, values: dict[str, float]) -> tuple[tuple[int, ...], Watched]:
        """Which step of each slider lies nearest, and the run there; a slider that is not named stands at health."""
        wanted = [values.get(key, at) for key, at in zip(ION_KEYS, HEALTHY, strict=True)]
        places = tuple(min(range(len(row)), key=lambda i: abs(row[i] - want)) for row, want in zip(self.steps, wanted, strict=True))
        index = 0
        for place, row in zip(places, self.steps, strict=True):
            index = index * len(row) + place
        return places, self.points[index]


@dataclass(frozen=True)
class Shown:
    """Everything made beforehand. ``runs`` holds, by mechanism, the axon in its state and the same axon in health.

    ``nudges`` holds the node's potential (mV over ``nudge_ms``) after the same weak nudge, for ``health`` and for those that fire.
    """

    grid: Grid
    run_seconds: float
    runs: dict[str, tuple[Watched, Watched]]
    nudge_ms: float
    nudges: dict[str, tuple[float, ...]]


@cache
def load_shown() -> Shown:
    """What ``tools/mechanism.py`` made.

    Raises
    ------
    ValueError
        The file holds another number of points than its sliders have crossings.
    """
    raw = json.loads(SHOWN.read_text("utf-8"))
    names = raw["patterns"]

    def watched(row: list[float | None]) -> Watched:
        which, rate, rest, threshold, *tenths = row
        return Watched(names[which], rate or 0.0, rest, threshold, tuple((t or 0) / 1e4 for t in tenths))

    steps = tuple(tuple(raw["grid"]["steps"][key]) for key in ION_KEYS)
    points = tuple(watched(row) for row in raw["grid"]["points"])
    if len(points) != prod(len(row) for row in steps):
        raise ValueError("mechanisms.json")
    runs = {name: (watched(ill), watched(well)) for name, (ill, well) in raw["runs"].items()}
    nudges = {name: tuple(tenth / 10.0 for tenth in row) for name, row in raw["nudges"].items()}
    return Shown(Grid(raw["grid"]["seconds"], steps, points), raw["run_seconds"], runs, raw["nudge_ms"], nudges)

"""Where electrodes lie, how they are joined to channels, and the refusal of places outside the muscle."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from myognosis.faults import Issue, Level, Message, ScenarioError
from myognosis.language import mark
from myognosis.simulate.chance import Floats, stream
from myognosis.simulate.muscle.anatomy import Fibres
from myognosis.simulate.settings import Settings

__all__ = ["MARKS", "PLACED", "Layout", "make_layout", "needle_beside"]

MARKS = {"agonist": "", "antagonist": " B", "other side": " L"}
"""How the channels of each muscle are marked: names stay within the 16 letters of EDF."""

PLACED = ("across_mm", "depth_mm", "along_mm")
"""What says where a needle is."""


@dataclass(frozen=True, eq=False)
class Layout:
    """Electrodes in mm: along the fibres from the end plates, across from the middle; channels are weighted sums of them."""

    along_mm: Floats
    across_mm: Floats
    weights: npt.NDArray[np.float32]
    names: tuple[str, ...]
    places: tuple[tuple[float, float], ...]


def make_layout(
    kind: Literal["grid", "bipolar", "needle"], settings: Settings, muscle: str, places: tuple[tuple[float, float], ...] = ()
) -> Layout:
    """The electrodes of a recording.

    A grid is monopolar, rows along the fibres, or at the ``places`` (along, across) given; bipolar is one pair along the
    fibres; a needle is one channel.

    Raises
    ------
    ScenarioError
        An electrode would lie beside the muscle or beyond its fibres.
    """
    issues = tuple(_outside(kind, settings, places))
    if issues:
        raise ScenarioError(issues)
    e, mark_of = settings.electrode, MARKS[muscle]
    if kind == "needle":
        centre = (np.array([e.along_mm]), np.array([e.across_mm]))
        return Layout(*centre, np.ones((1, 1), np.float32), (f"EMG{mark_of} needle",), ((e.along_mm, e.across_mm),))
    if kind == "grid" and places:
        spots = np.array(places)
        names = tuple(f"EMG{mark_of} {i + 1}" for i in range(len(spots)))
        return Layout(spots[:, 0], spots[:, 1], np.eye(len(spots), dtype=np.float32), names, places)
    rows, columns = (2, 1) if kind == "bipolar" else (int(e.rows), int(e.columns))
    along = e.along_mm + e.spacing_mm * (np.arange(rows) - (rows - 1) / 2)
    across = e.across_mm + e.spacing_mm * (np.arange(columns) - (columns - 1) / 2)
    grid = [np.ravel(axis) for axis in np.meshgrid(along, across)]
    if kind == "bipolar":
        name, place = (f"EMG{mark_of}",), ((e.along_mm, e.across_mm),)
        return Layout(grid[0], grid[1], np.array([[1.0, -1.0]], np.float32), name, place)
    names = tuple(f"EMG{mark_of} {c + 1}-{r + 1}" for c in range(columns) for r in range(rows))
    places = tuple((float(z), float(x)) for z, x in zip(*grid, strict=True))
    return Layout(grid[0], grid[1], np.eye(rows * columns, dtype=np.float32), names, places)


def needle_beside(fibres: Fibres, unit: int, radius_mm: float, beside_mm: float, seed: int) -> dict[str, float]:
    """A place for the needle so far from a fibre of a unit, well away from its end plate, as parameters by dotted name.

    It lies above the fibre: the core at the needle's end looks down at it, the cannula lies away from it.
    """
    own = fibres.unit == unit
    good = own & (fibres.right > 15) & (fibres.depth > beside_mm + 0.5)
    fibre = int(stream(seed, "needle").choice(np.flatnonzero(good if good.any() else own)))
    across, below = float(fibres.across[fibre]), max(float(fibres.depth[fibre]) - beside_mm, 0.2) - radius_mm
    shrink = min(1.0, 0.99 * radius_mm / max(float(np.hypot(across, below)), 1e-9))
    along = float(fibres.endplate[fibre] + min(12.0, 0.6 * fibres.right[fibre]))
    return {
        f"electrode.{name}": value for name, value in zip(PLACED, (across * shrink, radius_mm + below * shrink, along), strict=True)
    }


def _outside(kind: str, settings: Settings, places: tuple[tuple[float, float], ...]) -> Iterator[Issue]:
    e, m = settings.electrode, settings.muscle
    rows, columns = {"needle": (1, 1), "bipolar": (2, 1)}.get(kind, (int(e.rows), int(e.columns)))
    along = abs(e.along_mm) + 0.5 * (rows - 1) * e.spacing_mm
    across = abs(e.across_mm) + 0.5 * (columns - 1) * e.spacing_mm
    if kind == "grid" and places:
        along, across = np.abs(np.array(places)).max(axis=0)
    limits = {
        "electrode.along_mm": (along, m.fibre_length_mm / 2 + 40.0),
        "electrode.across_mm": (across, m.radius_mm * (1.0 if kind == "needle" else 2.5)),
    }
    if kind == "needle":
        limits["electrode.depth_mm"] = (np.hypot(e.across_mm, e.depth_mm - m.radius_mm), m.radius_mm)
    for name, (far, limit) in limits.items():
        if far > limit:
            what = mark("An electrode would lie {far} mm from the middle of the muscle.")
            fix = mark("Keep every electrode within {limit} mm: fewer, closer together, or nearer the middle.")
            params = {"far": f"{far:.3g}", "limit": f"{limit:.3g}"}
            yield Issue("simulate.layout", Level.REFUSE, name, Message(what, params), Message(fix, params))

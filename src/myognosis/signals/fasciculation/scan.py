"""The second pass: every known shape is looked for at every moment, so that weak potentials of a known unit are found."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from myognosis.signals.fasciculation.ear import Ear, Floats
from myognosis.signals.fasciculation.listen import Heard, Joiner, around, piece_of, seconds_of
from myognosis.signals.fasciculation.settings import FasciculationSettings
from myognosis.signals.fasciculation.sorting import Templates
from myognosis.signals.quality import MAD_TO_SD
from myognosis.signals.source import Source

__all__ = ["Hits", "convolved_with", "scan", "separated"]


@dataclass(frozen=True, eq=False)
class Hits:
    """Samples at which a shape begins to fit, the shapes, and the SD of the fit of each in each second (second, template)."""

    first: npt.NDArray[np.int64]
    templates: Templates
    spread: Floats


def scan(source: Source, ear: Ear, heard: Heard, templates: Templates, settings: FasciculationSettings) -> Hits:
    """The pass.

    On a grid noise has patterns that hang together and come back. A shape that is not large against what noise, as it turned out,
    gives to its fit is such a pattern: it is dropped with its hits.
    """
    from myognosis.signals.fasciculation.kernels import fitting

    if not templates.members:
        return Hits(np.zeros(0, np.int64), templates, np.zeros((len(heard.floor), 0), np.float32))
    patterns, courses = _separable(templates, ear, settings.rank)
    length = templates.shapes.shape[1]
    joiner = Joiner(courses.shape[2] - 1, -(-ear.block // ear.step), len(ear.whiten))
    hits: list[npt.NDArray[np.int64]] = []
    kinds: list[npt.NDArray[np.bool_]] = []
    spreads: list[Floats] = []
    for k, second in enumerate(seconds_of(source, ear, piece_of(ear, settings))):
        fits = convolved_with(joiner.add(second.frames, heard.floor), patterns, courses)
        spread = np.maximum(MAD_TO_SD * _middle(np.abs(fits[:, ::4])), 0.5).astype(np.float32)
        spreads.append(spread)
        low = np.maximum(settings.hit_sd * spread, settings.match_scale[0] * templates.norms)
        high = settings.match_scale[1] * templates.norms
        at = np.flatnonzero(fitting(fits, low, high))
        hits.append(at * ear.step + k * ear.block - (length - 1) * ear.step)
        kinds.append((fits[:, at] > low[:, None]) & (fits[:, at] < high[:, None]))
    rows = np.array(spreads, np.float32).reshape(-1, len(templates.members))
    least = settings.least_evidence if len(ear.whiten) >= settings.grid_from else 0.0
    real = templates.evidence(np.median(rows, axis=0)) > least
    first = np.concatenate(hits)[np.concatenate(kinds, axis=1)[real].any(axis=0)]
    return Hits(first, templates.only([int(k) for k in np.flatnonzero(real)]), around(rows[:, real], 2))


def _middle(rows: Floats) -> Floats:
    """The median of each row, as `numpy.median` gives it where nothing is missing, in a quarter of the time."""
    half = rows.shape[1] // 2
    parted = np.partition(rows, half, axis=1)
    upper = parted[:, half]
    return upper if rows.shape[1] % 2 else (parted[:, :half].max(axis=1) + upper) / np.float32(2.0)


def _separable(templates: Templates, ear: Ear, rank: int) -> tuple[Floats, Floats]:
    """Patterns and courses that hold the whitening, so that they are put to frames that are not yet white."""
    patterns, courses = separated(templates.shapes, rank)
    heard = [[np.convolve(course, ear.predict[::-1]) for course in some] for some in courses]
    return np.ascontiguousarray(patterns @ ear.whiten.T, np.float32), np.array(heard, np.float32)


def separated(shapes: Floats, rank: int) -> tuple[Floats, Floats]:
    """Each shape over its norm as a sum of a few patterns in space, each with its course in time.

    Patterns are (shape x rank, channel), courses (shape, rank, frame).
    """
    u, s, v = np.linalg.svd(shapes.astype(np.float64), full_matrices=False)
    norms = np.sqrt((s**2).sum(axis=1))[:, None, None]
    courses = (u[:, :, :rank] * s[:, None, :rank]).transpose(0, 2, 1) / norms
    return np.asarray(v[:, :rank].reshape(-1, shapes.shape[2]), np.float32), np.ascontiguousarray(courses, np.float32)


def convolved_with(z: Floats, patterns: Floats, courses: Floats) -> Floats:
    """The fit of each shape at each first frame."""
    from myognosis.signals.fasciculation.kernels import convolved

    return np.asarray(convolved((patterns @ z.T).reshape(*courses.shape[:2], -1), courses))

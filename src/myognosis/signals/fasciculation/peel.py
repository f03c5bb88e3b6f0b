"""Known shapes are looked for in a stretch and taken away, the best fitting first; what remains may hold a new one.

Matching pursuit (Mallat and Zhang 1993, IEEE Trans Signal Process 41:3397, doi 10.1109/78.258082). A shape is taken away with its
slope in time, so that a shift by part of a frame leaves nothing (Pouzat 2002, J Neurosci Methods 122:43, remembered).
"""

from dataclasses import dataclass

import numpy as np

from myognosis.signals.fasciculation.ear import Floats
from myognosis.signals.fasciculation.settings import FasciculationSettings
from myognosis.signals.fasciculation.sorting import Templates, fits_of

__all__ = ["Match", "peel"]


@dataclass(frozen=True)
class Match:
    """A template found: the frame of its centre of energy, which one, its size against the template, its fit in SD of noise."""

    frame: int
    template: int
    scale: float
    fit: float


def peel(
    z: Floats, templates: Templates, settings: FasciculationSettings, frame_rate_hz: float, spread: Floats | None = None
) -> tuple[list[Match], Floats]:
    """The matches in a stretch, and what is left of it; ``spread`` is the SD that noise gives to the fit of each template."""
    from myognosis.signals.fasciculation.kernels import likeliest
    from myognosis.signals.fasciculation.strokes import energy_on, size_and_slope, taken_away

    found: list[Match] = []
    left = z.copy()
    shapes, slopes, norms = templates.shapes, templates.slopes, templates.norms
    if not len(shapes) or len(z) < shapes.shape[1]:
        return found, left
    length = shapes.shape[1]
    fits = fits_of(left, shapes) / norms[:, None]
    least = settings.match_sd * (np.ones(len(norms), np.float32) if spread is None else spread)
    centres, scale = templates.centres, _scale(settings)
    barred, tried = np.zeros(fits.shape, np.bool_), list[int]()
    for _ in range(len(z)):
        k, at = likeliest(fits, norms, least, barred, scale, np.float32(settings.size_varies))
        if k < 0:
            break
        fit = float(fits[k, at])
        part = left[at : at + length]
        barred[k, at] = True
        remainder = any(
            fit**2 < share * m.fit**2 and abs(m.frame - at - centres[k]) <= reach * frame_rate_hz
            for m in found
            for reach, share in settings.beside
        )
        if remainder:
            continue
        explains = [(k, at, fit)]
        if fit**2 < settings.match_share * energy_on(part, templates.active[k]):
            explains = (
                [] if any(abs(at - place) < PAIR_MOVES for place in tried) else _pair(left, fits, at, least, templates, settings)
            )
            tried.append(at)
        for j, place, size in explains:
            found.append(Match(place + centres[j], j, size / float(norms[j]), size))
            alone = len(explains) == 1
            sizes = size_and_slope(part, shapes[j], slopes[j], templates.products[j]) if alone else (size / float(norms[j]), 0.0)
            taken_away(left, fits, place, sizes, shapes[j], slopes[j], templates.answers(j))
            barred[j, max(0, place - 2) : place + 3] = True
    return found, left


def _pair(
    left: Floats, fits: Floats, at: int, least: Floats, templates: Templates, settings: FasciculationSettings
) -> list[tuple[int, int, float]]:
    """Two potentials that overlap near a frame, as template, first frame and fit, if together they explain what is there.

    Of two shapes of unit length with correlation c and fits f and g the best sizes are (f - c g) and (g - c f) over 1 - c^2; they
    explain f^2 + g^2 - 2 c f g over 1 - c^2 of the energy (least squares).
    """
    from myognosis.signals.fasciculation.kernels import best_pair
    from myognosis.signals.fasciculation.strokes import energy_on

    length, scale = templates.shapes.shape[1], _scale(settings)
    near = range(max(0, at - PAIR_MOVES), min(fits.shape[1], at + PAIR_MOVES + 1))
    most, best = 0.0, list[tuple[int, int, float]]()
    for k in np.argsort(-fits[:, near.start : near.stop].max(axis=1))[:PAIR_FIRSTS]:
        like = templates.likeness(int(k))
        explained, place, j, other, size, others = best_pair(
            fits, like, int(k), near.start, near.stop, templates.norms, least, scale, np.float32(PAIR_APART)
        )
        if explained > most:
            most, best = float(explained), [(int(k), place, float(size)), (j, other, float(others))]
    if not best:
        return []
    first, last = sorted(place for _, place, _ in best)
    active = np.union1d(*(templates.active[j] for j, _, _ in best))
    return best if most >= settings.pair_share * energy_on(left[first : last + length], active) else []


PAIR_FIRSTS = 3
"""So many templates, those that fit best near the place, are tried as one of the two."""
PAIR_MOVES = 8
"""Frames by which the first of two shapes is moved from where it fits best alone."""
PAIR_APART = 0.3
"""Two shapes whose correlation squared leaves less than this are one."""


def _scale(settings: FasciculationSettings) -> tuple[np.float32, np.float32]:
    """The sizes in which a template is found, against its own."""
    return np.float32(settings.match_scale[0]), np.float32(settings.match_scale[1])

"""Known shapes are looked for in a stretch and taken away, the best fitting first; what remains may hold a new one.

Matching pursuit (Mallat and Zhang 1993, IEEE Trans Signal Process 41:3397, doi 10.1109/78.258082). A shape is taken away with its
slope in time, so that a shift by part of a frame leaves nothing (Pouzat 2002, J Neurosci Methods 122:43, remembered).
"""

from dataclasses import dataclass

import numpy as np

from myognosis.signals.fasciculation.ear import Floats
from myognosis.signals.fasciculation.settings import FasciculationSettings
from myognosis.signals.fasciculation.sorting import Templates

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
    found: list[Match] = []
    left = z.copy()
    shapes, norms = templates.shapes, templates.norms
    if not len(shapes) or len(z) < shapes.shape[1]:
        return found, left
    length = shapes.shape[1]
    fits = _fits(left, shapes) / norms[:, None]
    least = settings.match_sd * (np.ones(len(norms), np.float32) if spread is None else spread)[:, None]
    centres = templates.centres
    barred = np.zeros(fits.shape, np.bool_)
    for _ in range(len(z)):
        scales = fits / norms[:, None]
        allowed = (scales > settings.match_scale[0]) & (scales < settings.match_scale[1]) & (fits > least) & ~barred
        if not allowed.any():
            break
        k, at = divmod(int(np.argmax(np.where(allowed, _likely(fits, norms, settings), 0.0))), fits.shape[1])
        fit = float(fits[k, at])
        part = left[at : at + length]
        barred[k, at] = True
        seen = part[:, templates.active[k]]
        excess = float(np.einsum("tc,tc->", seen, seen)) - seen.size
        remainder = any(
            fit**2 < share * m.fit**2 and abs(m.frame - at - centres[k]) <= reach * frame_rate_hz
            for m in found
            for reach, share in settings.beside
        )
        if fit**2 < settings.match_share * excess or remainder:
            continue
        found.append(Match(at + centres[k], k, fit / float(norms[k]), fit))
        _take_away(part, shapes[k], templates.slopes[k])
        low, high = max(0, at - length + 1), min(fits.shape[1], at + length)
        fits[:, low:high] = _fits(left[low : high + length - 1], shapes) / norms[:, None]
        barred[:, max(0, at - 2) : at + 3] |= (np.arange(len(shapes)) == k)[:, None]
    return found, left


def _likely(fits: Floats, norms: Floats, settings: FasciculationSettings) -> Floats:
    """How much likelier each template is than noise alone, if its size varies from time to time by a share: twice the logarithm.

    Shapes that differ in little but their size fit equally well, and are told apart by it.
    """
    own = norms[:, None]
    return np.asarray(fits**2 - (fits - own) ** 2 / (1 + (settings.size_varies * own) ** 2))


def _fits(z: Floats, shapes: Floats) -> Floats:
    """The product of each template with each stretch of its length (template by first frame)."""
    from myognosis.signals.fasciculation.kernels import diagonals

    k, length, channels = shapes.shape
    return np.asarray(diagonals((shapes.reshape(k * length, channels) @ z.T).reshape(k, length, -1)))


def _take_away(part: Floats, shape: Floats, slope: Floats) -> None:
    """The best combination of a shape and its slope, in place."""
    aa, ab, bb = (float(np.einsum("tc,tc->", p, q)) for p, q in ((shape, shape), (shape, slope), (slope, slope)))
    xa, xb = float(np.einsum("tc,tc->", part, shape)), float(np.einsum("tc,tc->", part, slope))
    det = max(aa * bb - ab * ab, 1e-9)
    a, b = (xa * bb - xb * ab) / det, (xb * aa - xa * ab) / det
    part -= np.float32(a) * shape + np.float32(np.clip(b, -abs(a), abs(a))) * slope

"""Units so faint that their potentials hardly stand out: looked for in the courses that potentials of this muscle take in time.

Under one skin potentials differ in where they are seen far more than in how they run: a few courses in time, learned from the
units that stand out, hold most of any other. Energy counted in these alone, over all channels, is the generalised likelihood ratio
of a potential of unknown size and place in white noise (Scharf and Friedlander 1994, IEEE Trans Signal Process 42:2146, doi
10.1109/78.301849, remembered): the noise of all other courses does not hide it. What stands out is too noisy to be sorted by
pairs, but a unit comes back: the strongest pattern of each is looked for everywhere by a matched filter, and the mean of what fits
is looked for again. Noise finds hardly anything like itself, and what swings to and fro, as mains do, is found upside down as
often, which no unit is (a decoy, as Elias and Gygi 2007 use it, Nat Methods 4:207, doi 10.1038/nmeth1019, remembered).
"""

from dataclasses import dataclass

import numpy as np

from myognosis.signals.fasciculation.ear import Floats
from myognosis.signals.fasciculation.scan import convolved_with, separated
from myognosis.signals.fasciculation.settings import FasciculationSettings
from myognosis.signals.fasciculation.sorting import LAG, Templates, mean_of, without_noise
from myognosis.signals.quality import MAD_TO_SD

__all__ = ["EVERY", "Seed", "courses_of", "grown", "stands_out"]

Place = tuple[int, int]
"""In which stretch, from which frame on."""
SHIFTS = (-0.5, 0.0, 0.5)
"""Parts of a frame by which known shapes are moved, so that the courses hold what lies between frames."""
ROUNDS, EVERY = 3, 2
"""How often a shape is looked for again; every how many frames it is asked whether anything stands out."""
SAME = 0.8
"""Two shapes that share so many of their places have grown to one."""
MOST_DECOYS = 0.2
"""Of a unit there are at most so many fits of the other sign for each one."""


@dataclass(frozen=True)
class Seed:
    """What stands out: how far, in which stretch, from which frame on."""

    height: float
    stretch: int
    frame: int


def courses_of(templates: Templates, most: int) -> Floats:
    """The strongest courses in time (frame, course) of shapes, each brought to its middle; orthonormal."""
    length = templates.shapes.shape[1]
    hz = np.fft.rfftfreq(length)
    rows = []
    for shape, centre, norm in zip(templates.shapes, templates.centres, templates.norms, strict=True):
        spectrum = np.fft.rfft(shape / norm, axis=0)
        for shift in SHIFTS:
            turn = np.exp(-2j * np.pi * hz * (length // 2 - centre + shift))[:, None]
            rows.append(np.fft.irfft(spectrum * turn, length, axis=0))
    u = np.linalg.svd(np.concatenate(rows, axis=1), full_matrices=False)[0]
    return np.ascontiguousarray(u[:, :most], np.float32)


def stands_out(z: Floats, courses: Floats) -> Floats:
    """How many robust SD the energy in these courses stands over its middle, for every second first frame."""
    length = len(courses)
    windows = np.lib.stride_tricks.sliding_window_view(z, length, axis=0)[::EVERY]
    seen = windows.reshape(-1, length) @ courses
    energy = np.square(seen).reshape(len(windows), -1).sum(axis=1)
    over = energy - np.median(energy)
    return np.asarray(over / max(MAD_TO_SD * float(np.median(np.abs(over))), 1e-9), np.float32)


def grown(stretches: list[Floats], seeds: list[Seed], courses: Floats, settings: FasciculationSettings) -> Templates:
    """Templates that seeds have grown to, the surest first."""
    length, channels = len(courses), stretches[0].shape[1]
    shapes = [_first_shape(stretches[s.stretch][s.frame : s.frame + length], courses) for s in seeds]
    excess = [np.convolve(np.einsum("tc,tc->t", z, z), np.ones(length), "valid") - length * channels for z in stretches]
    members: list[int] = []
    for _ in range(ROUNDS):
        places = _apart(_fitting(stretches, excess, np.array(shapes, np.float32), settings), length)
        members = [len(some) for some in places]
        if not places:
            shapes = []
            break
        snippets = [np.stack([stretches[k][at - LAG : at + length + LAG] for k, at in some]) for some in places]
        shapes = [mean_of(x, length) for x in snippets]
    found = Templates(np.array(shapes, np.float32).reshape(-1, length, channels), tuple(members))
    evidence = found.evidence(np.ones(len(members), np.float32))
    order = np.argsort(-evidence, kind="stable")
    return found.only([int(k) for k in order if members[k] >= settings.least_members and evidence[k] > settings.least_evidence])


def _first_shape(part: Floats, courses: Floats) -> Floats:
    """The strongest pattern of a snippet in these courses."""
    return np.asarray(courses @ without_noise(courses.T @ part, 1, 1.0), np.float32)


def _fitting(stretches: list[Floats], excess: list[Floats], shapes: Floats, settings: FasciculationSettings) -> list[list[Place]]:
    """Where each shape fits: no chance for noise, of about one size, and a good part of the energy that is there.

    Nowhere, if it fits upside down too, or mostly in a continual train: at rest that is mains.
    """
    norms = np.sqrt(np.einsum("klc,klc->k", shapes, shapes))
    patterns, courses = separated(shapes, settings.faint_rank)
    every = [convolved_with(z, patterns, courses) for z in stretches]
    sd = MAD_TO_SD * np.median(np.abs(np.concatenate([fits[:, ::4] for fits in every], axis=1)), axis=1)
    out: list[list[Place]] = [[] for _ in shapes]
    decoys = np.zeros(len(shapes))
    half = shapes.shape[1] // 2
    for k, (fits, energy) in enumerate(zip(every, excess, strict=True)):
        size = np.abs(fits)
        good = (size > settings.faint_match_sd * sd[:, None]) & (size < settings.match_scale[1] * norms[:, None])
        good &= fits**2 > settings.match_share * energy
        good[:, :LAG] = good[:, fits.shape[1] - LAG :] = False
        for shape in np.flatnonzero(good.any(axis=1)):
            row = np.where(good[shape], fits[shape], np.float32(0.0))
            while row[at := int(np.argmax(np.abs(row)))]:
                if row[at] > 0:
                    out[shape].append((k, at))
                else:
                    decoys[shape] += 1
                row[max(0, at - half) : at + half + 1] = 0.0
    reach = settings.rules.continual_s * settings.frame_rate_hz
    return [
        some if decoys[shape] <= MOST_DECOYS * len(some) and _continual(some, reach) <= len(some) / 2 else []
        for shape, some in enumerate(out)
    ]


def _continual(places: list[Place], reach: float) -> int:
    """How many have a neighbour on both sides."""
    return sum(
        any(k == n and 0 < at - b <= reach for n, b in places) and any(k == n and 0 < b - at <= reach for n, b in places)
        for k, at in places
    )


def _apart(places: list[list[Place]], length: int) -> list[list[Place]]:
    """Those of two places and more, without those that are nearly the same places as another's."""
    kept: list[list[Place]] = []
    for some in sorted((some for some in places if len(some) > 1), key=lambda some: -len(some)):
        if all(_shared(some, other, length) < SAME * len(other) for other in kept):
            kept.append(some)
    return kept


def _shared(some: list[Place], other: list[Place], length: int) -> int:
    """How many places of the one are places of the other."""
    return sum(any(k == n and abs(at - b) < length for n, b in other) for k, at in some)

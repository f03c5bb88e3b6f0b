"""From a source of EMG to potentials: listen once, learn the shapes, look at each stretch again, peel it."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from myognosis.signals.fasciculation.ear import Ear, Floats
from myognosis.signals.fasciculation.faint import EVERY, Seed, courses_of, grown, stands_out
from myognosis.signals.fasciculation.gates import Gate, burst_at, gate_of, spread_of
from myognosis.signals.fasciculation.peel import Match, peel
from myognosis.signals.fasciculation.regions import Regions
from myognosis.signals.fasciculation.scan import Hits, convolved_with, scan, separated
from myognosis.signals.fasciculation.settings import FasciculationSettings
from myognosis.signals.fasciculation.shape import centre_of_energy
from myognosis.signals.fasciculation.snippets import Loader, Snippet
from myognosis.signals.fasciculation.sorting import LAG, Templates, centre_of, fits_of, learn

__all__ = ["REACH_S", "Finder", "Found", "Means", "find_potentials"]

REACH_S = 0.015
"""A potential is measured within so much of its middle."""


@dataclass(frozen=True, eq=False)
class Found:
    """A potential before it is told: its middle in working samples, its unit (-1: of no known shape), or why it is none.

    ``centre`` is how many samples after the middle its own energy is centred; ``sizes`` are from peak to peak on each channel, and
    ``cut`` says on which of them it is cut off, so that its size is at least that.
    """

    sample: int
    unit: int
    gate: Gate
    centre: float
    sizes: Floats
    cut: npt.NDArray[np.bool_]


class Means:
    """The mean wave of each unit on all channels, in microvolts; each potential is moved by up to a frame to where it fits best.

    A potential is found to within a frame, and a mean of what is moved against one another is too small.
    """

    def __init__(self, step: int) -> None:
        self.most = max(1, step)
        self.sums: dict[int, npt.NDArray[np.float64]] = {}
        self.counts: dict[int, int] = {}
        self._heard: dict[int, npt.NDArray[np.int64]] = {}

    def add(self, unit: int, window: Floats, heard: npt.NDArray[np.bool_]) -> None:
        """One more potential of a unit, and which channels were heard with it."""
        from myognosis.signals.fasciculation.kernels import add_moved

        window = window if heard.all() else np.where(heard, window, np.float32(0.0))
        if unit in self.sums:
            add_moved(window, self.most, self.sums[unit])
        else:
            self.sums[unit] = window.astype(np.float64)
        self.counts[unit] = self.counts.get(unit, 0) + 1
        self._heard[unit] = self._heard.get(unit, np.zeros(len(heard), np.int64)) + heard

    def means(self) -> dict[int, Floats]:
        """Of each unit that was met."""
        return {unit: (total / np.maximum(1, self._heard[unit])).astype(np.float32) for unit, total in sorted(self.sums.items())}


@dataclass(frozen=True, eq=False)
class Finder:
    """What is needed to look at a stretch."""

    loader: Loader
    ear: Ear
    settings: FasciculationSettings
    grid: bool

    @property
    def length(self) -> int:
        """Frames of a shape."""
        return round(self.settings.shape_s * self.ear.frame_rate_hz)

    @property
    def high(self) -> float:
        """The score from which on a stretch holds something even without a known shape."""
        return self.settings.threshold if self.grid else self.settings.single_threshold

    def bursts(self, snippet: Snippet, z: Floats, least: float) -> list[int]:
        """Middles of what stands out in a stretch of unit noise, strongest first; not two within the merging time."""
        from myognosis.signals.fasciculation.strokes import highest

        level = self.loader.loudness(snippet, z)
        return list(highest(level, least, self.length // 2, round(self.settings.merge_s * self.ear.frame_rate_hz)))

    def beside(self, left: Floats, at: int, matches: list[Match]) -> bool:
        """Whether what is left at a frame may be the remainder of a match: very near to it, or near and much smaller."""
        gap, reach = self.settings.merge_s * self.ear.frame_rate_hz, self.length // 4
        part = left[max(0, at - reach) : at + reach + 1]
        energy = float(np.einsum("tc,tc->", part, part)) - part.size
        small = self.settings.remainder_share
        return any(abs(at - m.frame) <= (gap if energy > small * m.fit**2 else 2 * gap) for m in matches)

    def cut(self, z: Floats, at: int) -> Floats | None:
        """A snippet round a frame, with lags, which does not hold the memory of the whole stretch; none too near to the ends."""
        first = centre_of(z, at, 6) - self.length // 2 - LAG
        part = z[first : first + self.length + 2 * LAG] if first >= 0 else z[:0]
        return part.copy() if len(part) == self.length + 2 * LAG else None


def find_potentials(finder: Finder, regions: Regions, calm: npt.NDArray[np.bool_]) -> tuple[list[Found], Means]:
    """Potentials in all stretches of calm seconds, and the mean waves of the units."""
    templates = _learn_all(finder, regions.within(calm, finder.ear), calm)
    hits = scan(finder.loader.source, finder.ear, finder.loader.heard, templates, finder.settings)
    strong = regions.within(calm, finder.ear, finder.high)
    where = strong.joined(hits.first, finder.length * finder.ear.step, round(finder.settings.merge_s * finder.ear.rate_hz))
    where = where.within(calm, finder.ear)
    means = Means(finder.ear.step)
    found = [event for row in range(len(where.first)) for event in _look(finder, where, row, hits, means)]
    return found, means


def _learn_all(finder: Finder, regions: Regions, calm: npt.NDArray[np.bool_]) -> Templates:
    """Shapes that come back, in three rounds; each looks only at what the shapes known so far leave over."""
    settings = finder.settings
    templates = Templates(np.zeros((0, finder.length, len(finder.ear.whiten)), np.float32), ())
    for _ in range(3):
        unknown = [x for row in _some(regions, finder) for x in _unknown(finder, regions, row, templates)]
        if len(unknown) < settings.fewest_strong:
            break
        new = _new_shapes(learn(unknown[: settings.sorted_at_once], finder.length, settings), templates, finder)
        if not new.members:
            break
        templates = templates.joined(new)
    return _learn_faint(finder, calm, templates) if finder.grid and templates.members else templates


def _learn_faint(finder: Finder, calm: npt.NDArray[np.bool_], templates: Templates) -> Templates:
    """The shapes and those of units that hardly stand out, in calm seconds spread over the recording."""
    settings = finder.settings
    courses = courses_of(templates, settings.faint_courses)
    seconds = np.flatnonzero(calm)
    chosen = seconds[np.unique(np.linspace(0, len(seconds) - 1, min(len(seconds), settings.faint_s)).astype(int))]
    stretches: list[Floats] = []
    seeds: list[Seed] = []
    for second in chosen:
        left, some = _faint(finder, int(second), templates, courses)
        seeds += [Seed(height, len(stretches), frame) for height, frame in some]
        stretches.append(left)
    seeds = sorted(seeds, key=lambda seed: -seed.height)[: settings.faint_seeds]
    if not seeds:
        return templates
    found = grown(stretches, seeds, courses, settings)
    families = [found.only([k]) for k in range(len(found.members))]
    return templates.joined(_new_shapes(families, templates, finder))


def _faint(finder: Finder, second: int, templates: Templates, courses: Floats) -> tuple[Floats, list[tuple[float, int]]]:
    """What is left of a second without the known shapes; how far, and from which frame on, something stands out of it."""
    ear, length, settings = finder.ear, finder.length, finder.settings
    snippet = finder.loader.load(second * ear.block, (second + 1) * ear.block)
    whole = _without_known(snippet.z, templates, settings)
    edge = length // 2 - LAG  # so that each middle of a shape lies in one second only
    left = whole[edge : len(whole) - edge]
    level = stands_out(left, courses)
    out = []
    while level[at := int(np.argmax(level))] > settings.faint_sd:
        if gate_of(snippet, whole, edge + EVERY * at + length // 2, ear, settings) is Gate.NONE:
            out.append((float(level[at]), EVERY * at))
        level[max(0, at - length // EVERY) : at + length // EVERY] = -np.inf
    return left, out


def _without_known(z: Floats, templates: Templates, settings: FasciculationSettings) -> Floats:
    """A stretch that is silent wherever a known shape fits."""
    length, norms = templates.shapes.shape[1], templates.norms[:, None]
    fits = convolved_with(z, *separated(templates.shapes, settings.rank))
    at = np.flatnonzero(((fits > settings.match_sd) & (fits > settings.match_scale[0] * norms)).any(axis=0))
    out = z.copy()
    out[np.clip(np.unique(at[:, None] + np.arange(-length // 2, length + length // 2)), 0, len(z) - 1)] = 0.0
    return out


def _some(regions: Regions, finder: Finder) -> list[int]:
    """As many stretches as are sorted at once: half of them strong, half weak, spread over the recording."""
    half = finder.settings.sorted_at_once // 2
    strong = np.flatnonzero(regions.height > finder.high)
    weak = np.flatnonzero(regions.height <= finder.high)
    some = [rows[np.unique(np.linspace(0, len(rows) - 1, half).astype(int))] for rows in (strong, weak) if len(rows)]
    return sorted(int(row) for row in np.concatenate(some)) if some else []


def _unknown(finder: Finder, regions: Regions, row: int, templates: Templates) -> list[Floats]:
    """Snippets of what the known shapes leave over in a stretch, and of nothing that is an artefact."""
    snippet = finder.loader.load(int(regions.first[row]), int(regions.last[row]))
    matches, left = peel(snippet.z, templates, finder.settings, finder.ear.frame_rate_hz)
    out = []
    for at in finder.bursts(snippet, left, finder.settings.low)[:1]:
        if (
            not finder.beside(left, at, matches)
            and gate_of(snippet, left, at, finder.ear, finder.settings) is Gate.NONE
            and (part := finder.cut(left, at)) is not None
        ):
            out.append(part)
    return out


def _new_shapes(learned: list[Templates], known: Templates, finder: Finder) -> Templates:
    """Shapes that the known ones do not explain already, alone or one after the other; in a family only the latter counts."""
    new = known.only([])
    around = finder.length
    least = min(finder.settings.least_spread, len(finder.ear.whiten) / 10)
    alone, together = finder.settings.unexplained
    firsts = [(family.only([0]), together if family.paired else alone) for family in learned]
    others = [(family.only([k]), 0.0) for family in learned for k in range(1, len(family.members))]
    for one, share in firsts + others:
        strong = float(one.norms[0]) > finder.settings.strong
        if finder.grid and spread_of(one.shapes[0]) < (least / 2 if strong else least):
            continue
        padded = np.pad(one.shapes[0], ((around, around), (0, 0)))
        so_far = known.joined(new)
        matches, left = peel(padded, so_far, finder.settings, finder.ear.frame_rate_hz)
        explained = together if len(matches) > 1 else share
        if _of_another_size(padded, so_far, finder.settings) or float((left**2).sum()) > explained * float((padded**2).sum()):
            new = new.joined(one)
    return new


def _of_another_size(padded: Floats, known: Templates, settings: FasciculationSettings) -> bool:
    """Whether a shape is a known one in a size that its potentials never have; several of these added up may be like it too."""
    if not known.members:
        return False
    fits = fits_of(padded, known.shapes) / known.norms[:, None]
    k, at = divmod(int(np.argmax(fits)), fits.shape[1])
    low, high = settings.match_scale
    alike = float(fits[k, at]) ** 2 > (1 - settings.unexplained[0]) * float((padded**2).sum())
    return alike and not low < float(fits[k, at] / known.norms[k]) < high


def _look(finder: Finder, regions: Regions, row: int, hits: Hits, means: Means) -> list[Found]:
    """The potentials of one stretch."""
    first, last = int(regions.first[row]), int(regions.last[row])
    snippet = finder.loader.load(first, last)
    second = min((first + last) // 2 // finder.ear.block, len(hits.spread) - 1)
    matches, left = peel(snippet.z, hits.templates, finder.settings, finder.ear.frame_rate_hz, hits.spread[second])
    known = [(match.frame, match.template, snippet.z) for match in matches]
    bursts = finder.bursts(snippet, left, finder.high) if regions.height[row] > finder.high else []
    others = [(at, -1, left) for at in bursts if not finder.beside(left, at, matches)]
    found = []
    for frame, unit, z in known + others:
        gate = gate_of(snippet, z, frame, finder.ear, finder.settings, known=unit >= 0)
        gate = Gate.BURST if gate is Gate.NONE and _of_many(finder, snippet, left, frame) else gate
        found.append(_found(finder, snippet, frame, unit, gate, means))
    return found


def _of_many(finder: Finder, snippet: Snippet, left: Floats, frame: int) -> bool:
    """Whether a frame lies in a burst of many units at once, as in a jerk: the known shapes leave much of it over."""
    step = finder.ear.step
    burst = burst_at(snippet, frame * step, finder.ear.rate_hz)
    if burst is None:
        return False
    frames = slice(burst.start // step, burst.stop // step + 1)
    energy, rest = (float(np.square(z[frames]).sum()) - z[frames].size for z in (snippet.z, left))
    return rest > finder.settings.burst_left * energy


def _found(finder: Finder, snippet: Snippet, frame: int, unit: int, gate: Gate, means: Means) -> Found:
    """A potential at a frame, measured in microvolts; it adds to the mean of its unit."""
    from myognosis.signals.fasciculation.strokes import cut_ends

    at, reach = frame * finder.ear.step, round(REACH_S * finder.ear.rate_hz)
    first = min(max(0, at - reach), len(snippet.y) - 2 * reach)
    window = snippet.y[first : first + 2 * reach]
    if unit >= 0 and gate is Gate.NONE:
        means.add(unit, window, snippet.gain > 0)
    centre = centre_of_energy(window[reach // 3 : 2 * reach - reach // 3], snippet.noise) - (reach - reach // 3)
    cut = cut_ends(snippet.recorded[first : first + 2 * reach], snippet.ends)
    return Found(snippet.first + at, unit, gate, centre, np.ptp(window, axis=0), cut)

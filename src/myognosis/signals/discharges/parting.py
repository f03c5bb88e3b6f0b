"""Two units of nearly one shape that fire at will together, told apart: each alone is semi-rhythmic, both at once are not.

Sources are first sorted by shape, widely enough that a waning train stays one. That two sorts of potentials are in one source is
seen where their shapes fall into two groups along the direction of most variance, and shown where at least one group fires more
regularly than both together. Where several electrodes saw them the place tells it alone: whatever one unit does, its potentials
are seen by all electrodes in the same proportions.
"""

from functools import partial
from itertools import combinations

import numpy as np
import numpy.typing as npt

from myognosis.signals.discharges.measures import regularity
from myognosis.signals.discharges.model import DischargeRules, Floats, SeriesRules
from myognosis.signals.potentials.firings import Indices, Trace
from myognosis.signals.quality import MAD_TO_SD

__all__ = ["part_sources"]

MOST, PLANES = 5, 3
"""Into so many groups a source is parted at most, along so many directions of most variance."""


def part_sources(sources: list[Indices], trace: Trace, traces: list[Trace], rules: DischargeRules) -> list[Indices]:
    """The sources of a trace, the busiest first, with those of two units or more parted; ``traces`` are those of all electrodes."""
    placed = [part for source in sources for part in _places(source, traces, rules.series)] if len(traces) > 1 else sources
    return sorted((part for source in placed for part in _parts(source, trace, rules)), key=lambda part: -len(part))


def _places(source: Indices, traces: list[Trace], series: SeriesRules) -> list[Indices]:
    """The groups of a source that lie at places of their own: slopes of all electrodes, each potential brought to unit size.

    Else those that differ when what the moment of the trigger makes is taken away: it moves by part of a millisecond from one
    potential to the next, which hides what tells two units apart. What lies far from both groups, between them, is a potential
    of either at once, and is counted in both.
    """
    if len(source) < 2 * series.least:
        return [source]
    shapes = np.stack([_slopes(source, trace) for trace in traces], axis=1)
    shapes /= np.linalg.norm(shapes, axis=(1, 2), keepdims=True)
    moves = np.gradient(shapes.mean(axis=0), axis=1).ravel()
    moves /= max(float(np.linalg.norm(moves)), 1e-12)
    flat = shapes.reshape(len(source), -1)
    apart = partial(_groups, source, between=series.between_sd, series=series)
    groups = apart(flat) or apart(flat - np.outer(flat @ moves, moves))
    return [source] if groups is None else [part for group in groups for part in _places(group, traces, series)]


def _parts(source: Indices, trace: Trace, rules: DischargeRules) -> list[Indices]:
    if len(source) < 2 * rules.series.least or _scatter(source, rules) <= rules.semi_rhythmic:
        return [source]
    rate = trace.rate_hz / float(np.median(np.diff(source)))
    if not rules.series.slowest_hz <= rate <= rules.series.fastest_hz:
        return [source]
    shapes = _slopes(source, trace)
    for groups in (_groups(source, shapes, np.inf, rules.series), _several(source, shapes, rules.series)):
        if groups is not None and min(_scatter(group, rules) for group in groups) <= rules.semi_rhythmic:
            return [part for group in groups for part in _parts(group, trace, rules)]
    return [source]


def _several(source: Indices, shapes: Floats, series: SeriesRules) -> list[Indices] | None:
    """Two groups and more, of which each two lie clearly apart; None where there are no such.

    Groups of a few are strays, two potentials at once; each of them counts with the group it lies nearest to.
    """
    from scipy.cluster.vq import ClusterError, kmeans2

    level = shapes - shapes.mean(axis=0)
    places = level @ np.linalg.svd(level, full_matrices=False)[2][:PLANES].T
    for count in range(MOST, 1, -1):
        try:
            drawn = kmeans2(places, count, minit="++", missing="raise", rng=np.random.default_rng(0))[1]
        except ClusterError:  # one of so many groups is empty
            continue
        groups = [places[drawn == k] for k in range(count) if (drawn == k).sum() >= series.least]
        if len(groups) > 1 and all(_apart(one, other) >= series.apart_sd for one, other in combinations(groups, 2)):
            middles = np.stack([np.median(group, axis=0) for group in groups])
            nearest = np.argmin(np.linalg.norm(places[:, None] - middles, axis=2), axis=1)
            return [source[nearest == k] for k in range(len(groups))]
    return None


def _apart(one: Floats, other: Floats) -> float:
    """How many SD two groups lie apart along the line between their middles; strays, two potentials at once, count little."""
    line = np.median(one, axis=0) - np.median(other, axis=0)
    spread = np.array([np.median(np.abs(group @ line - np.median(group @ line))) for group in (one, other)])
    return float(line @ line / max(MAD_TO_SD * np.sqrt((spread**2).mean()), 1e-12))


def _scatter(source: Indices, rules: DischargeRules) -> float:
    """How irregular it is, where that can be judged; infinite where not."""
    gaps = np.diff(source).astype(np.float64)
    return regularity(gaps)["interval_cov_robust"] if len(gaps) >= rules.intervals else np.inf


def _slopes(source: Indices, trace: Trace) -> Floats:
    """The slope of a trace around each firing."""
    reach = round(trace.scale.shape_s * trace.rate_hz)
    shapes: Floats = trace.slope[source[:, None] + np.arange(-reach, reach + 1)]
    return shapes


def _groups(source: Indices, shapes: Floats, between: float, series: SeriesRules) -> tuple[Indices, Indices] | None:
    """Two groups of firings whose shapes lie clearly apart; what lies ``between`` SD and more off both is in both."""
    level = shapes - shapes.mean(axis=0)
    place = level @ np.linalg.svd(level, full_matrices=False)[2][0]
    upper = _upper(place)
    if not series.least <= upper.sum() <= len(place) - series.least:
        return None
    within = np.sqrt((place[upper].var() + place[~upper].var()) / 2)
    high, low = place[upper].mean(), place[~upper].mean()
    both = (high - place > between * within) & (place - low > between * within)
    return (source[upper | both], source[~upper | both]) if high - low >= series.apart_sd * within else None


def _upper(place: Floats) -> npt.NDArray[np.bool_]:
    """Which values belong to the upper of two groups (two means, from the middle on)."""
    upper = place > place.mean()
    for _ in range(20):
        if upper.all() or not upper.any():
            break
        upper = place > (place[upper].mean() + place[~upper].mean()) / 2
    return np.asarray(upper)

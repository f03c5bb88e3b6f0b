"""What is said of the potentials as a whole: rates with their intervals, sizes, intervals in time, units."""

import numpy as np
import numpy.typing as npt

from myognosis.model.recording import Measurement
from myognosis.signals.fasciculation.events import Event, Unit
from myognosis.signals.fasciculation.settings import FasciculationRules
from myognosis.signals.intervals import Estimate, median_at_least, median_of, poisson_interval, share_of, spread_of

__all__ = ["Watched", "clustered_interval", "measurements_of"]

Mask = npt.NDArray[np.bool_]
BLOCK_S = 10
"""Counts of so many seconds show whether potentials come in crowds."""
FRAME_S = 0.001
"""Potentials are timed by a frame, so that the longest interval of a doublet may be longer by one."""
MULTIPLETS = (("doublet", 2, 2), ("triplet", 3, 3), ("multiplet", 4, 10**6))
"""How many potentials belong together in each."""
LARGER = 1.01
"""By how much potentials have to be larger in all that a file holds before it is said."""


def clustered_interval(times_s: npt.NDArray[np.float64], watched: Mask) -> tuple[float, float]:
    """The interval of a rate a minute when potentials come in crowds, so that counts vary more than Poisson's.

    The variance of counts over their mean in blocks of ten watched seconds, if above one, is by how much there are fewer
    independent events than events (quasi-Poisson: McCullagh and Nelder, Generalized Linear Models, 1989, remembered). With fewer
    than six blocks it is not known, and the exact interval of Poisson's law is given.
    """
    seconds = np.flatnonzero(watched)
    counts = np.bincount(times_s.astype(int), minlength=len(watched))[: len(watched)][seconds]
    blocks = counts[: len(counts) // BLOCK_S * BLOCK_S].reshape(-1, BLOCK_S).sum(axis=1)
    crowding = float(blocks.var(ddof=1) / blocks.mean()) if len(blocks) >= 6 and blocks.mean() > 0 else 1.0
    crowding = max(1.0, crowding)
    low, high = poisson_interval(len(times_s) / crowding, len(seconds) / 60 / crowding)
    return low, high


class Watched:
    """The potentials of the watched seconds, and what was watched."""

    def __init__(self, events: list[Event], units: tuple[Unit, ...], watched: Mask, place: str) -> None:
        self.events, self.units, self.watched, self.place = events, units, watched, place
        self.times_s = np.array([event.time_s for event in events], float)
        self.seconds = float(watched.sum())

    def row(
        self, name: str, unit: str, estimate: Estimate, method: str, source: str, *, at_least: bool = False, cut: bool = False
    ) -> Measurement:
        """A measurement of the watched seconds; ``cut`` says that the trace is cut off where it was made."""
        high = estimate.high if np.isfinite(estimate.high) else None
        return Measurement(
            name=name, value=estimate.value, low=estimate.low, high=high, unit=unit, method=method, source=source,
            seconds=self.seconds, channel=self.place, spread=spread_of(estimate), at_least=at_least, doubt="clipped" if cut else "",
        )  # fmt: skip

    def rate(self, name: str, bounds: tuple[float, float], method: str, source: str, *, missed: bool) -> Measurement:
        """Potentials a minute; at least so many where smaller ones are likely missed."""
        low, high = bounds
        estimate = Estimate(60 * len(self.events) / self.seconds, low, np.inf if missed else high)
        return self.row(name, "/min", estimate, method, source, at_least=missed)

    def exact(self) -> tuple[float, float]:
        """The exact interval of the rate."""
        return poisson_interval(len(self.events), self.seconds / 60)

    def smallest(self, size_uv: float | None, rules: FasciculationRules) -> list[Measurement]:
        """The smallest potential that would have been found, where that is known."""
        if size_uv is None:
            return []
        method = (
            f"potentials of {rules.smallest_ms:g} ms set into the quiet of the recording, of which "
            f"{100 * rules.smallest_found:g} % are found"
        )
        return [self.row("fasciculation_smallest", "uV", Estimate(size_uv, size_uv, size_uv), method, "decarvalho_units2013")]


def measurements_of(
    strict: Watched, lenient: Watched, method: str, rules: FasciculationRules, hardly: int = 0, larger: float = 1.0,
    least_uv: float | None = None,
) -> tuple[Measurement, ...]:  # fmt: skip
    """All numbers; those about potentials only where there are some.

    ``hardly`` of the potentials are hardly larger than the smallest that would have been found. Where these are many, the sizes
    are cut off by what can be seen: smaller potentials are likely missed, and the rates are lower bounds; so they are where only
    those of ``least_uv`` and more were counted. Without the upper edge of the filter the potentials are so many times ``larger``:
    as far as that goes the interval of the size.
    """
    n = len(strict.events)
    missed = hardly > rules.missed_share * n or least_uv is not None
    told = (
        f"{method}; smaller ones are likely missed, {hardly} of {n} are hardly larger than the smallest seen" if missed else method
    )
    told = told if least_uv is None else f"{method}; only those of {least_uv:.0f} uV and more, since smaller ones fire without end"
    rows = [
        seen.rate(name, seen.exact(), f"{told}; {rule}", "garwood1936", missed=missed)
        for name, rule, seen in (
            ("fasciculation_rate", "strict rule", strict),
            ("fasciculation_rate_lenient", "lenient rule", lenient),
        )
        if seen.seconds
    ]
    if not strict.events:
        return tuple(rows)
    method = "as the rate; interval widened by the variance of counts of 10 s over their mean"
    crowds = clustered_interval(strict.times_s, strict.watched)
    rows.append(strict.rate("fasciculation_rate_clustered", crowds, method, "mccullagh1989", missed=missed))
    return (
        *rows,
        *_sizes(strict, larger),
        *_spacing(strict),
        *_shares(strict, rules),
        *(() if rules.multiplet_s is None else _multiplets(strict, *rules.multiplet_s)),
        *_shapes(strict, rules, missed=missed),
    )


def _sizes(seen: Watched, larger: float) -> list[Measurement]:
    """The median size; at least that where it rests on potentials that are cut off."""
    cut = np.array([event.cut for event in seen.events])
    sizes, at_least = median_at_least(np.array([event.amplitude_uv for event in seen.events]), cut)
    method = "median size from peak to peak on the channel where each is largest"
    if larger > LARGER:
        sizes = sizes._replace(high=sizes.high * larger)
        method += f"; {100 * (larger - 1):.0f} % larger without the upper edge of the filter, which the interval holds"
    if cut.any():
        method += f"; {cut.sum()} of {len(cut)} cut off at the limits of the trace and at least so large"
    return [seen.row("fasciculation_amplitude", "uV", sizes, method, "david2003", at_least=at_least, cut=at_least)]


def _spacing(seen: Watched) -> list[Measurement]:
    """The median time from one potential to the next, where all seconds between were watched."""
    left_out = np.concatenate([[0], np.cumsum(~seen.watched)])
    seconds = seen.times_s.astype(int)
    whole = left_out[seconds[1:]] == left_out[seconds[:-1]]
    gaps = np.diff(seen.times_s)[whole]
    if len(gaps) < 5:
        return []
    method = "median time from one potential to the next, none over seconds left out"
    return [seen.row("fasciculation_interval", "s", median_of(gaps), method, "david2003")]


def _shares(seen: Watched, rules: FasciculationRules) -> list[Measurement]:
    """What soon repeats, late doublets, and the share of the busiest unit, with exact binomial intervals."""
    n = len(seen.events)
    gaps = np.concatenate([np.zeros(0), *(np.diff(times) for times in _times_of_units(seen.events))])
    near = [int(np.sum((gaps >= low) & (gaps <= high))) for low, high in (rules.repeat_s, rules.late_s)]
    soon, late = (
        f"potentials that follow one of the same unit within {1000 * low:g}-{1000 * high:g} ms, of all"
        for low, high in (rules.repeat_s, rules.late_s)
    )
    counts = np.bincount([event.unit for event in seen.events if event.unit >= 0], minlength=1)
    rows = (
        ("fasciculation_repeats", near[0], soon),
        ("fasciculation_late_doublets", near[1], late),
        ("fasciculation_main_unit", int(counts.max()), "potentials of the unit with the most, of all"),
    )
    return [seen.row(name, "1", share_of(count, n), method, "clopper1934") for name, count, method in rows]


def _times_of_units(events: list[Event]) -> list[npt.NDArray[np.float64]]:
    """The times of the potentials of each unit."""
    times: dict[int, list[float]] = {}
    for event in events:
        if event.unit >= 0:
            times.setdefault(event.unit, []).append(event.time_s)
    return [np.array(row) for row in times.values()]


def _multiplets(seen: Watched, low: float, high: float) -> list[Measurement]:
    """Doublets, triplets and more, of all discharges (what belongs together is one), with the intervals inside each."""
    runs: list[npt.NDArray[np.float64]] = []
    for times in _times_of_units(seen.events):
        gaps = np.diff(times)
        runs += np.split(times, np.flatnonzero((gaps < low) | (gaps > high + FRAME_S)) + 1)
    alone = sum(event.unit < 0 for event in seen.events)
    rows = []
    for name, least, most in MULTIPLETS:
        these = [run for run in runs if least <= len(run) <= most]
        count = f"{least} potentials or more of one unit" if most > least else f"{least} potentials of one unit"
        how = f"{count}; each {1000 * low:g}-{1000 * high:g} ms after the last"
        share = share_of(len(these), len(runs) + alone)
        rows.append(seen.row(f"fasciculation_{name}s", "1", share, f"{how}; of all discharges", "clopper1934"))
        if these:
            inside = 1000 * np.concatenate([np.diff(run) for run in these])
            rows.append(seen.row(f"fasciculation_{name}_interval", "ms", median_of(inside), f"median interval; {how}", "david2003"))
    return rows


def _shapes(seen: Watched, rules: FasciculationRules, *, missed: bool) -> list[Measurement]:
    """How many units were active, and length, phases and turns of their mean waves, each potential counted once."""
    active = sorted({event.unit for event in seen.events if event.unit >= 0})
    if not active:
        return []
    told = [seen.units[event.unit] for event in seen.events if event.unit >= 0]
    cut = np.array([event.cut for event in seen.events])
    more = (
        missed or bool(cut.any()) or len(told) < len(seen.events)
    )  # shapes that are cut off look alike; some come back too seldom
    number = Estimate(float(len(active)), float(len(active)), np.inf if more else float(len(active)))
    method = "shapes that come back at least four times"
    rows = [seen.row("fasciculation_units", "1", number, method, "estimate", at_least=more)]
    mostly = bool(cut.mean() >= 0.5)
    for name, unit, values in (
        ("fasciculation_duration", "ms", [u.duration_ms for u in told]),
        ("fasciculation_phases", "1", [u.phases for u in told]),
        ("fasciculation_turns", "1", [u.turns for u in told]),
        ("fasciculation_spread", "1", [u.spread for u in told]),
    ):
        method = "median over potentials of the mean wave of their unit on the channel where it is largest"
        rows.append(seen.row(name, unit, median_of(np.array(values, float)), method, "david2003", cut=mostly))
    many = share_of(sum(u.phases >= rules.polyphasic_phases for u in told), len(told))
    method = f"potentials of units with {rules.polyphasic_phases:g} phases or more, of all"
    return [*rows, seen.row("fasciculation_polyphasic", "1", many, method, "clopper1934")]

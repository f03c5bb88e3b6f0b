"""Answers of a muscle to a stimulated nerve: the C-reflex at rest, long-latency reflexes in a slight contraction.

Whether an answer is there is asked of sham stimuli, set into the pauses between the true ones: the same average is made of
them, and the greatest rise in each window kept. Nothing is filtered, so that the large direct answer leaks nowhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from myognosis.model.recording import Channel, Measurement
from myognosis.signals.intervals import Estimate
from myognosis.signals.jerks.criteria import JerkCriteria, ReflexWindow
from myognosis.signals.jerks.level import smooth
from myognosis.signals.pieces import pieces_of
from myognosis.signals.source import ChannelSource, Source

__all__ = [
    "Around", "Averages", "Reflex", "ReflexSettings", "Reflexes", "answer_row", "averages_of", "evenly", "measure_reflexes",
    "measure_reflexes_in", "with_copies",
]  # fmt: skip

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]


@dataclass(frozen=True)
class ReflexSettings:
    """How answers are looked for: the epoch and its background (s), smoothing, shams, and the chance of a false answer.

    What is smoothed rises up to half of ``smooth_s`` too early; when it begins is told again of what is smoothed over ``sharp_s``.

    Of more than ``most`` stimuli so many are averaged, spread evenly over all. An answer goes on over pauses of ``bridge_s``, and a
    window of which one that began before covers more than ``hidden`` cannot be judged.
    """

    epoch_s: tuple[float, float] = (-0.1, 0.15)
    background_s: tuple[float, float] = (-0.1, -0.005)
    smooth_s: float = 0.003
    sharp_s: float = 0.001
    bridge_s: float = 0.002
    hidden: float = 0.5
    shams: int = 299
    sham_from_s: float = 0.3
    alpha: float = 0.01
    bootstraps: int = 100
    fewest: int = 10
    most: int = 2000


@dataclass(frozen=True)
class Reflex:
    """One answer: present, absent, or None where too few stimuli were given; and its numbers."""

    id: str
    present: bool | None
    p: float
    measurements: tuple[Measurement, ...]

    def get(self, name: str) -> Measurement | None:
        """One of the measurements, if it was made."""
        return next((m for m in self.measurements if m.name == name), None)


@dataclass(frozen=True, eq=False)
class Reflexes:
    """The rectified average with its background and the level that chance stays under, and each answer."""

    times_s: Floats
    mean: Floats
    background: float
    level: float
    stimuli: int
    reflexes: tuple[Reflex, ...]

    def get(self, id: str) -> Reflex | None:
        """One of the answers, if it was looked for."""
        return next((reflex for reflex in self.reflexes if reflex.id == id), None)


class Around:
    """The time around a stimulus: which samples it has, which of them are background, and what an average shows there."""

    def __init__(self, rate_hz: float, settings: ReflexSettings) -> None:
        self.rate, self.settings = rate_hz, settings
        self.edges = (round(settings.epoch_s[0] * self.rate), round(settings.epoch_s[1] * self.rate) + 1)
        self.times = np.arange(*self.edges) / self.rate
        self.before = (self.times >= settings.background_s[0]) & (self.times <= settings.background_s[1])

    def within(self, stimuli_s: Floats, n_samples: int) -> Counts:
        """The samples of the stimuli whose epochs lie in so many samples."""
        starts = np.round(np.sort(stimuli_s) * self.rate).astype(np.int64)
        return starts[(starts + self.edges[0] >= 0) & (starts + self.edges[1] <= n_samples)]

    def averaged(self, mean: Floats) -> tuple[Floats, float, float]:
        """A rectified mean smoothed, its mean over the background, and its SD there."""
        mean = smooth(mean, round(self.settings.smooth_s * self.rate))
        return mean, float(mean[self.before].mean()), float(max(mean[self.before].std(), 1e-9))

    def inside(self, window: ReflexWindow) -> npt.NDArray[np.bool_]:
        """The samples of a window after the stimulus; where it ends the next begins."""
        return np.asarray((self.times >= window.low_ms / 1000) & (self.times < window.high_ms / 1000), np.bool_)

    def free(self, rectified: Floats, window: ReflexWindow, level: float) -> npt.NDArray[np.bool_]:
        """The samples of a window but for the rest of an answer that began before it: an F wave, or the reflex before."""
        mean, inside = self.averaged(rectified)[0], self.inside(window)
        first, bridge = int(np.argmax(inside)), max(1, round(self.settings.bridge_s * self.rate))
        low = mean[max(0, first - bridge) :] <= level
        quiet = np.flatnonzero(np.convolve(low, np.ones(bridge, np.int64), "valid") == bridge)
        begun = quiet[0] + max(0, first - bridge) + bridge - 1 if len(quiet) else len(mean)
        return np.asarray(inside & (np.arange(len(mean)) >= begun), np.bool_)

    def rise(self, rectified: Floats, part: npt.NDArray[np.bool_]) -> float:
        """How many SD of its background the average rises in a part of it."""
        mean, background, spread = self.averaged(rectified)
        return float((mean[part].max() - background) / spread)

    def begin(self, rectified: Floats, window: ReflexWindow, level: float) -> float | None:
        """When (ms) the average first rises through the level within the window."""
        mean = self.averaged(rectified)[0]
        up = np.concatenate([[False], (mean[1:] > level) & (mean[:-1] <= level)]) & self.free(rectified, window, level)
        if not up.any():
            return None
        first, reach = int(np.argmax(up)), round(self.settings.smooth_s / 2 * self.rate)
        sharp = smooth(rectified, max(1, round(self.settings.sharp_s * self.rate)))[first : first + reach + 1]
        return float(1000 * self.times[first + int(np.argmax(sharp > level))])

    def size(self, rectified: Floats, part: npt.NDArray[np.bool_]) -> float:
        """The greatest rise of the average over its background within a part of it."""
        mean, background, _ = self.averaged(rectified)
        return float(mean[part].max() - background)


class Averages:
    """Sums over the epochs of one channel, as they pass: of the stimuli, of bootstrap copies of them, and of sham stimuli."""

    def __init__(self, around: Around, *, rectified: bool, copies: int, shams: int) -> None:
        self._around, self._rectified = around, rectified
        width = len(around.times)
        self._sums, self._counts = np.zeros((1 + copies + shams, width)), np.zeros(1 + copies + shams)
        self._shams_from = 1 + copies

    def add(self, samples: Floats, starts: Counts, weights: Floats, shams: Sequence[Counts]) -> None:
        """Epochs of a piece (places within it); the weights say how often each is in each copy. What misses samples is left out."""
        missing = np.concatenate([[0], np.cumsum(~np.isfinite(samples))])
        sound, epochs = self._epochs(samples, starts, missing)
        counted = np.concatenate([np.ones((1, len(epochs))), weights[:, sound]])
        self._sums[: self._shams_from] += counted @ epochs
        self._counts[: self._shams_from] += counted.sum(axis=1)
        for row, moved in enumerate(shams, self._shams_from):
            sham = self._epochs(samples, moved, missing)[1]
            self._sums[row] += sham.sum(axis=0)
            self._counts[row] += len(sham)

    def _epochs(self, samples: Floats, starts: Counts, missing: Counts) -> tuple[npt.NDArray[np.bool_], Floats]:
        """Which epochs miss nothing; each of them less the mean of its background."""
        first, last = self._around.edges
        sound = missing[starts + last] == missing[starts + first]
        taken = samples[starts[sound][:, None] + np.arange(first, last)]
        taken = taken - taken[:, self._around.before].mean(axis=1, keepdims=True)
        return sound, np.abs(taken) if self._rectified else taken

    @property
    def n(self) -> int:
        """How many stimuli were averaged."""
        return int(self._counts[0])

    @property
    def mean(self) -> Floats:
        """The average after the stimuli."""
        return np.asarray(self._means(slice(0, 1))[0], np.float64)

    @property
    def copies(self) -> Floats:
        """The averages of the copies."""
        return self._means(slice(1, self._shams_from))

    @property
    def shams(self) -> Floats:
        """The averages after the shams."""
        return self._means(slice(self._shams_from, None))

    def _means(self, rows: slice) -> Floats:
        kept = self._counts[rows] > 0
        return np.asarray(self._sums[rows][kept] / self._counts[rows][kept][:, None], np.float64)


def averages_of(
    source: Source, starts: Counts, around: Around, *, rectified: bool, copies: int, moved: Sequence[Counts] = (), seed: int
) -> tuple[Averages, ...]:
    """The averages of each channel of a source, a piece of it in memory at a time; ``moved`` are the sets of sham stimuli."""
    n, rng = len(starts), np.random.default_rng(seed)
    weights = np.array([np.bincount(rng.integers(0, n, n), minlength=n) for _ in range(copies)], np.float64).reshape(copies, n)
    found = tuple(Averages(around, rectified=rectified, copies=copies, shams=len(moved)) for _ in source.names)
    for piece in pieces_of(source.n_samples, source.rate_hz):
        own = piece.owns(starts)
        shams = [at[piece.owns(at)] - piece.first for at in moved]
        if own.any() or any(map(len, shams)):
            for one, samples in zip(found, source.read(piece.first, piece.last).T, strict=True):
                one.add(samples.astype(np.float64), starts[own] - piece.first, weights[:, own], shams)
    return found


def measure_reflexes(
    emg: Channel, stimuli_s: Floats, criteria: JerkCriteria, *, contracted: bool, settings: ReflexSettings | None = None
) -> Reflexes:
    """Answers of a hand muscle to stimuli of a nerve at the wrist: the C-reflex at rest, long-latency reflexes in contraction.

    Parameters
    ----------
    emg
        EMG of the muscle in microvolts.
    stimuli_s
        When stimuli were given; with pauses of 0.6 s or more, between which shams fit.
    criteria
        Where answers begin, and how many stimuli are needed.
    contracted
        Whether the muscle was slightly contracted; at rest only the C-reflex is looked for.
    settings
        How answers are looked for.
    """
    return measure_reflexes_in(ChannelSource((emg,)), stimuli_s, criteria, contracted=contracted, settings=settings)[0]


def measure_reflexes_in(
    source: Source, stimuli_s: Floats, criteria: JerkCriteria, *, contracted: bool, settings: ReflexSettings | None = None
) -> tuple[Reflexes, ...]:
    """The answers of each muscle of a source, a piece of it in memory at a time.

    The parameters are those of ``measure_reflexes``.
    """
    settings = settings or ReflexSettings()
    around = Around(source.rate_hz, settings)
    starts = around.within(stimuli_s, source.n_samples)
    windows = [w for w in criteria.reflexes if (w.id == "c_reflex") != contracted]
    gaps = np.diff(starts, append=starts[-1] + round(around.rate)) / around.rate if len(starts) else np.zeros(1)
    unknown = tuple(Reflex(w.id, None, 1.0, ()) for w in windows)
    nothing = Reflexes(around.times, np.full(len(around.times), np.nan), np.nan, np.nan, len(starts), unknown)
    if len(starts) < settings.fewest or gaps.min() < settings.sham_from_s + 0.3:
        return (nothing,) * len(source.names)
    kept = evenly(len(starts), settings.most)
    starts, gaps, rng = starts[kept], gaps[kept], np.random.default_rng(20240508)
    moved = [
        around.within(starts / around.rate + rng.uniform(settings.sham_from_s, gaps - 0.2), source.n_samples)
        for _ in range(settings.shams)
    ]
    found = averages_of(source, starts, around, rectified=True, copies=settings.bootstraps, moved=moved, seed=20240509)
    return tuple(
        _judged(around, one, windows, name, criteria) if one.n >= settings.fewest else replace(nothing, stimuli=one.n)
        for one, name in zip(found, source.names, strict=True)
    )


def evenly(n: int, most: int) -> Counts:
    """The numbers of all, or of so many that are spread evenly over them."""
    return np.arange(n) if n <= most else np.linspace(0, n - 1, most).astype(np.int64)


def _judged(around: Around, found: Averages, windows: list[ReflexWindow], name: str, criteria: JerkCriteria) -> Reflexes:
    """The answers of one muscle."""
    mean, background, spread = around.averaged(found.mean)
    shams = np.array([[around.rise(sham, around.inside(window)) for window in windows] for sham in found.shams])
    level = background + float(np.quantile(shams.max(axis=1), 1 - around.settings.alpha)) * spread
    each = [_judge(around, w, found, level, shams[:, i], name, criteria) for i, w in enumerate(windows)]
    return Reflexes(around.times, mean, background, level, found.n, tuple(each))


def _judge(
    around: Around, window: ReflexWindow, found: Averages, level: float, shams: Floats, name: str, criteria: JerkCriteria
) -> Reflex:
    """Whether the answer of one window is there, when it begins and how large it is; None where an earlier one hides it."""
    free = around.free(found.mean, window, level)
    if free.sum() < (1 - around.settings.hidden) * around.inside(window).sum():
        return Reflex(window.id, None, 1.0, ())
    p = float((1 + (shams >= around.rise(found.mean, free)).sum()) / (1 + len(shams)))
    began = around.begin(found.mean, window, level)
    if p > around.settings.alpha or began is None:
        return Reflex(window.id, None if found.n < criteria.min_stimuli else False, p, ())
    begins = [at for at in (around.begin(copy, window, level) for copy in found.copies) if at is not None]
    late = free & (around.times >= began / 1000)
    size = with_copies(around.size(found.mean, late), [around.size(copy, late) for copy in found.copies])
    around_it, told = 1000 * around.settings.smooth_s / 2, with_copies(began, begins)
    latency = Estimate(told.value, told.low - around_it, told.high + around_it)  # of less nobody can say when it rises
    rows = (
        answer_row(f"{window.id}_latency", latency, "ms", "where the rectified average rises", found.n, name),
        answer_row(f"{window.id}_amplitude", size, "uV", "rectified average over its background", found.n, name),
    )
    return Reflex(window.id, True, p, rows)


def with_copies(value: float, copies: list[float]) -> Estimate:
    """A number with the interval of its bootstrap copies."""
    low, high = np.percentile(copies, [2.5, 97.5]) if copies else (value, value)
    return Estimate(value, min(value, float(low)), max(value, float(high)))


def answer_row(name: str, estimate: Estimate, unit: str, method: str, n: int, channel: str) -> Measurement:
    """A measurement of an average after stimuli."""
    return Measurement(
        name=name, value=estimate.value, low=estimate.low, high=estimate.high, unit=unit, source="efron1979",
        method=f"{method}; {n} stimuli; bootstrap", seconds=0.25 * n, channel=channel,
    )  # fmt: skip

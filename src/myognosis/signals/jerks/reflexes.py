"""Answers of a muscle to a stimulated nerve: the C-reflex at rest, long-latency reflexes in a slight contraction.

Whether an answer is there is asked of sham stimuli, set into the pauses between the true ones: the same average is made of
them, and the greatest rise in each window kept. Nothing is filtered, so that the large direct answer leaks nowhere.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from myognosis.model.recording import Channel, Measurement
from myognosis.signals.intervals import Estimate
from myognosis.signals.jerks.criteria import JerkCriteria, ReflexWindow
from myognosis.signals.jerks.level import smooth

__all__ = ["Around", "Reflex", "ReflexSettings", "Reflexes", "answer_row", "measure_reflexes", "with_copies"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class ReflexSettings:
    """How answers are looked for: the epoch and its background (s), smoothing, shams, and the chance of a false answer."""

    epoch_s: tuple[float, float] = (-0.1, 0.15)
    background_s: tuple[float, float] = (-0.1, -0.005)
    smooth_s: float = 0.003
    shams: int = 299
    sham_from_s: float = 0.3
    alpha: float = 0.01
    bootstraps: int = 100
    fewest: int = 10


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
    """A channel around stimuli: epochs less their background, free of missing samples."""

    def __init__(self, channel: Channel, settings: ReflexSettings) -> None:
        self.rate, self.settings, self.name = channel.rate_hz, settings, channel.name
        self.samples = channel.samples.astype(np.float64)
        self.edges = (round(settings.epoch_s[0] * self.rate), round(settings.epoch_s[1] * self.rate) + 1)
        self.times = np.arange(*self.edges) / self.rate
        self.before = (self.times >= settings.background_s[0]) & (self.times <= settings.background_s[1])
        self.missing = np.concatenate([[0], np.cumsum(~np.isfinite(self.samples))])

    def sound(self, stimuli_s: Floats) -> npt.NDArray[np.int64]:
        """The samples of the stimuli whose epochs lie in the recording and miss nothing."""
        starts = np.round(np.sort(stimuli_s) * self.rate).astype(np.int64)
        starts = starts[(starts + self.edges[0] >= 0) & (starts + self.edges[1] <= len(self.samples))]
        return np.asarray(starts[self.missing[starts + self.edges[1]] == self.missing[starts + self.edges[0]]], np.int64)

    def epochs(self, starts: npt.NDArray[np.int64]) -> Floats:
        """Stimulus by sample, each less the mean of its background."""
        taken = self.samples[starts[:, None] + np.arange(*self.edges)]
        return np.asarray(taken - taken[:, self.before].mean(axis=1, keepdims=True), np.float64)

    def average(self, epochs: Floats) -> tuple[Floats, float, float]:
        """The smoothed rectified mean, its mean over the background, and its SD there."""
        mean = smooth(np.abs(epochs).mean(axis=0), round(self.settings.smooth_s * self.rate))
        return mean, float(mean[self.before].mean()), float(max(mean[self.before].std(), 1e-9))

    def inside(self, window: ReflexWindow) -> npt.NDArray[np.bool_]:
        """The samples of a window after the stimulus."""
        return np.asarray((self.times >= window.low_ms / 1000) & (self.times <= window.high_ms / 1000), np.bool_)

    def rises(self, epochs: Floats, windows: list[ReflexWindow]) -> Floats:
        """How many SD of its background the average rises in each window."""
        mean, background, spread = self.average(epochs)
        return np.array([(mean[self.inside(w)].max() - background) / spread for w in windows])

    def begin(self, epochs: Floats, window: ReflexWindow, level: float) -> float | None:
        """When (ms) the average first rises through the level within the window."""
        mean = self.average(epochs)[0]
        up = np.concatenate([[False], (mean[1:] > level) & (mean[:-1] <= level)]) & self.inside(window)
        return float(1000 * self.times[np.argmax(up)]) if up.any() else None

    def size(self, epochs: Floats, window: ReflexWindow) -> float:
        """The greatest rise of the average over its background within the window."""
        mean, background, _ = self.average(epochs)
        return float(mean[self.inside(window)].max() - background)


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
    around = Around(emg, settings or ReflexSettings())
    settings, starts = around.settings, around.sound(stimuli_s)
    windows = [w for w in criteria.reflexes if (w.id == "c_reflex") != contracted]
    gaps = np.diff(starts, append=starts[-1] + round(around.rate)) / around.rate if len(starts) else np.zeros(1)
    if len(starts) < settings.fewest or gaps.min() < settings.sham_from_s + 0.3:
        unknown = tuple(Reflex(w.id, None, 1.0, ()) for w in windows)
        return Reflexes(around.times, np.full(len(around.times), np.nan), np.nan, np.nan, len(starts), unknown)
    epochs, rng = around.epochs(starts), np.random.default_rng(20240508)
    moved = (starts / around.rate + rng.uniform(settings.sham_from_s, gaps - 0.2) for _ in range(settings.shams))
    shams = np.array([around.rises(around.epochs(around.sound(times)), windows) for times in moved])
    mean, background, spread = around.average(epochs)
    level = background + float(np.quantile(shams.max(axis=1), 1 - settings.alpha)) * spread
    found = [_judge(around, w, epochs, level, shams[:, i], criteria) for i, w in enumerate(windows)]
    return Reflexes(around.times, mean, background, level, len(starts), tuple(found))


def _judge(around: Around, window: ReflexWindow, epochs: Floats, level: float, shams: Floats, criteria: JerkCriteria) -> Reflex:
    """Whether the answer of one window is there, when it begins and how large it is."""
    settings, n = around.settings, len(epochs)
    p = float((1 + (shams >= around.rises(epochs, [window])[0]).sum()) / (1 + len(shams)))
    began = around.begin(epochs, window, level)
    if p > settings.alpha or began is None:
        return Reflex(window.id, None if n < criteria.min_stimuli else False, p, ())
    rng = np.random.default_rng(20240509)
    copies = [epochs[rng.integers(0, n, n)] for _ in range(settings.bootstraps)]
    begins = [at for at in (around.begin(copy, window, level) for copy in copies) if at is not None]
    size = with_copies(around.size(epochs, window), [around.size(copy, window) for copy in copies])
    rows = (
        answer_row(f"{window.id}_latency", with_copies(began, begins), "ms", "where the rectified average rises", n, around.name),
        answer_row(f"{window.id}_amplitude", size, "uV", "rectified average over its background", n, around.name),
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

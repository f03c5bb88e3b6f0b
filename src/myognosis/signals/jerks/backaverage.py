"""The EEG before a jerk: averaged backwards from the onsets of its bursts, against onsets that were moved at random.

Shibasaki and Kuroiwa 1975 (Electroencephalogr Clin Neurophysiol 39:455) averaged the EEG locked to jerks. Whether what is seen
is more than chance is asked of surrogates: every onset is moved by its own random time, the average made anew, and the greatest
departure of all channels and times kept (maxima: Nichols and Holmes 2002, doi 10.1002/hbm.1058). Nothing is filtered, so that
what follows the jerk cannot leak before it: the average is the plain mean of the epochs.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from myognosis.model.recording import Channel, Measurement
from myognosis.signals.intervals import Estimate
from myognosis.signals.jerks.criteria import JerkCriteria
from myognosis.signals.jerks.reflexes import evenly
from myognosis.signals.pieces import pieces_of
from myognosis.signals.quality import MAD_TO_SD
from myognosis.signals.source import ChannelSource, Source

__all__ = ["CORTICAL", "READINESS", "AverageSettings", "BackAverage", "average_back", "average_back_in"]

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
_SOURCE = "shibasaki1975"


@dataclass(frozen=True)
class AverageSettings:
    """What is averaged and where a potential is looked for; times in seconds, the onset of the burst is 0.

    ``sign`` is -1 where only a negative potential counts, 0 for both. ``bin_s`` is over how long values are averaged before they
    are tested. ``jitter_s`` is how far surrogates are moved, to either side; ``together`` moves all onsets by one time, around the
    end to the beginning, by no less than the first of them. An epoch with a missing sample, or one further from
    the median than ``reject_sd`` robust SD, between its begin and the onset is left out, and so is a jerk that follows another
    within ``isolated_s``. Of more than ``most`` jerks so many are averaged, spread evenly over all.
    """

    name: str
    epoch_s: tuple[float, float]
    baseline_s: tuple[float, float]
    jitter_s: tuple[float, float]
    bin_s: float
    isolated_s: float
    sign: int
    together: bool
    surrogates: int = 499
    most: int = 2000
    reject_sd: float = 8.0
    alpha: float = 0.05


CORTICAL = AverageSettings("cortical_potential", (-0.2, 0.1), (-0.2, -0.1), (0.3, 1.5), 0.0, 0.2, 0, False)
"""The potential of the cortex right before a jerk of the arm or the leg."""
READINESS = AverageSettings("readiness_potential", (-2.5, 0.5), (-2.5, -2.0), (1.0, 3.0), 0.1, 1.5, -1, True)
"""The slow negative potential before movements on purpose."""


@dataclass(frozen=True, eq=False)
class BackAverage:
    """The average of each channel with its standard error, and whether it departs from chance before the jerk.

    ``present`` is None where fewer jerks were left than are needed. ``limit_t`` times the standard error is the band that
    chance stays within in 95 % of recordings, over all channels and times at once.
    """

    channels: tuple[str, ...]
    times_s: Floats
    mean: Floats
    error: Floats
    used: int
    left_out: int
    p: float
    limit_t: float
    present: bool | None
    peak_channel: str
    measurements: tuple[Measurement, ...]

    def get(self, name: str) -> Measurement | None:
        """One of the measurements, if it was made."""
        return next((m for m in self.measurements if m.name == name), None)


def average_back(
    eeg: tuple[Channel, ...], onsets_s: Floats, criteria: JerkCriteria, settings: AverageSettings = CORTICAL
) -> BackAverage:
    """The EEG averaged backwards from jerks.

    Parameters
    ----------
    eeg
        EEG channels in microvolts, of one rate, that began at the same moment as the EMG.
    onsets_s
        When the bursts begin.
    criteria
        How many jerks are needed, and where the potential is looked for.
    settings
        ``CORTICAL`` for the potential right before the jerk, ``READINESS`` for the slow one before movements on purpose.

    Raises
    ------
    ValueError
        No channels, or channels of several rates.
    """
    if not eeg or len({(channel.rate_hz, channel.unit) for channel in eeg}) != 1 or eeg[0].unit != "uV":
        raise ValueError("the channels are not EEG of one rate in microvolts")
    return average_back_in(ChannelSource(eeg), onsets_s, criteria, settings)


def average_back_in(source: Source, onsets_s: Floats, criteria: JerkCriteria, settings: AverageSettings = CORTICAL) -> BackAverage:
    """The same of a source of EEG, a piece of it in memory at a time; the parameters are those of ``average_back``."""
    rate, names = source.rate_hz, source.names
    onsets = np.sort(np.asarray(onsets_s, np.float64))
    apart = np.concatenate([[True], np.diff(onsets) >= settings.isolated_s]) if len(onsets) else np.zeros(0, np.bool_)
    starts = np.round(onsets[apart] * rate).astype(np.int64)
    starts = starts[evenly(len(starts), settings.most)]
    slow = settings.sign < 0
    passed = _Passed(source, starts, settings, criteria.readiness_window_s if slow else criteria.cortical_window_s)
    n, left_out, times = passed.n, len(onsets) - passed.n, np.arange(*passed.epoch) / rate
    empty = np.full((len(names), len(times)), np.nan)
    nothing = BackAverage(names, times, empty, empty, n, left_out, 1.0, np.nan, None, "", ())
    if n < 3:
        return nothing
    seen, nulls = passed.departure(), passed.nulls()
    top = np.unravel_index(int(np.argmax(seen)), seen.shape)
    p = float((1 + (nulls >= seen[top]).sum()) / (1 + len(nulls)))
    limit = float(np.quantile(nulls, 1 - settings.alpha, method="linear" if np.isfinite(nulls).all() else "higher"))
    if not np.isfinite(limit):  # in so short a recording hardly any moved onsets fit
        return nothing
    needed = criteria.min_jerks_readiness if slow else criteria.min_jerks_cortical
    present = None if n < needed else p < settings.alpha
    rows = _numbers(passed, top, p, limit, settings, names[top[0]])
    mean, error = passed.epochs.mean[0], passed.epochs.error[0]
    return BackAverage(names, times, mean, error, n, left_out, p, limit, present, names[top[0]], rows)


class _Sums:
    """Means and their standard errors of sets of values that come a few at a time."""

    def __init__(self, sets: int, shape: tuple[int, ...]) -> None:
        self.n = np.zeros(sets)
        self._total, self._squares = np.zeros((sets, *shape)), np.zeros((sets, *shape))

    def add(self, row: int, values: Floats) -> None:
        """Some more values of one set."""
        self.n[row] += len(values)
        self._total[row] += values.sum(axis=0)
        self._squares[row] += np.einsum("n...,n...->...", values, values)

    @property
    def mean(self) -> Floats:
        """The mean of each set."""
        return np.asarray(self._total / self._each(self.n), np.float64)

    @property
    def error(self) -> Floats:
        """The standard error of each mean."""
        within = np.maximum(self._squares - self._total**2 / self._each(self.n), 0.0)
        return np.asarray(np.sqrt(within / self._each(self.n - 1) / self._each(self.n)), np.float64)

    def _each(self, n: Floats) -> Floats:
        """A number for each set, at least 1, in the shape of the sums."""
        return np.maximum(n, 1).reshape(-1, *(1,) * (self._total.ndim - 1))


class _Passed:
    """What the averages need of a recording that passed piece by piece: sums over true and over moved onsets.

    A surrogate moves each onset by its own time, and those that land on an artefact or outside up to eight times anew. Slow waves
    remember for seconds, and then the pauses between jerks matter: there all onsets move by one time around the recording.
    """

    def __init__(self, source: Source, starts: Counts, settings: AverageSettings, window_s: tuple[float, float]) -> None:
        self.settings, self.rate = settings, source.rate_hz
        like = _Grid(np.zeros((len(source.names), 2)), source.rate_hz, settings, window_s)
        self.epoch, self.lead_ms, width = like.epoch, like.lead_ms, (len(source.names), len(like.bins))
        self.epochs = _Sums(1, (len(source.names), like.epoch[1] - like.epoch[0]))
        self._true, self._moved, kept = _Sums(1, width), _Sums(settings.surrogates, width), list[Floats]()
        around = self._around(starts, source.n_samples) if settings.together else ()
        for number, piece in enumerate(pieces_of(source.n_samples, source.rate_hz, len(source.names))):
            own = starts[piece.owns(starts)] - piece.first
            if not len(own) and not settings.together:
                continue
            grid = _Grid(source.read(piece.first, piece.last).T.astype(np.float64), source.rate_hz, settings, window_s)
            good = own[grid.sound(own)]
            if len(good):
                self.epochs.add(0, grid.epochs(good))
                kept.append(grid.values(good))
                self._true.add(0, kept[-1])
            for row in range(settings.surrogates):
                moved = around[row][piece.owns(around[row])] - piece.first if settings.together else good
                rng = np.random.default_rng((20240506, number, row))
                moved = moved[grid.sound(moved)] if settings.together else _jittered(grid, moved, settings, rng)
                if len(moved):
                    self._moved.add(row, grid.values(moved))
        self.values = np.concatenate(kept) if kept else np.zeros((0, *width))

    def _around(self, starts: Counts, length: int) -> Sequence[Counts]:
        """For each surrogate all onsets moved by one time, around the end to the beginning."""
        low = min(round(self.settings.jitter_s[0] * self.rate), (length - 1) // 2)
        shifts = np.random.default_rng(20240506).integers(low, max(low + 1, length - low), self.settings.surrogates)
        return [(starts + shift) % length for shift in shifts]

    @property
    def n(self) -> int:
        """How many jerks are averaged."""
        return int(self.epochs.n[0])

    def departure(self) -> Floats:
        """How many standard errors each channel and bin departs from the baseline, in the direction that counts."""
        return np.asarray(self._departures(self._true)[0], np.float64)

    def nulls(self) -> Floats:
        """The greatest departure of each surrogate."""
        greatest = self._departures(self._moved).max(axis=(1, 2))
        return np.where(self._moved.n > 2, greatest, np.inf)

    def _departures(self, sums: _Sums) -> Floats:
        t = sums.mean / np.maximum(sums.error, 1e-12)
        return np.asarray(-t if self.settings.sign < 0 else np.abs(t), np.float64)


class _Grid:
    """The samples of all channels with what makes an average of any onsets cheap."""

    def __init__(self, data: Floats, rate: float, settings: AverageSettings, window_s: tuple[float, float]) -> None:
        self.data, self.rate = data, rate
        first, last = (round(s * rate) for s in settings.epoch_s)
        self.epoch = (first, last + 1)
        self.baseline = tuple(round(s * rate) for s in settings.baseline_s)
        self.width = max(1, round(settings.bin_s * rate))
        low, high = (round(s * rate) for s in window_s)
        self.bins = np.arange(low, max(low + 1, high - self.width + 2), self.width)
        self.lead_ms = -1000 * (self.bins + (self.width - 1) / 2) / rate
        middle = _median(data)
        spread = MAD_TO_SD * _median(np.abs(data - middle))
        with np.errstate(invalid="ignore"):
            bad = ~(np.abs(data - middle) <= settings.reject_sd * spread)
        self.bad = np.concatenate([[0], np.cumsum(bad.any(axis=0))])
        self.summed = np.concatenate([np.zeros((len(data), 1)), np.cumsum(np.nan_to_num(data - middle), axis=1)], axis=1)

    def sound(self, starts: Counts) -> npt.NDArray[np.bool_]:
        """Onsets whose epoch lies in the recording and is free of artefacts until the onset."""
        inside = (starts + self.epoch[0] >= 0) & (starts + self.epoch[1] <= self.data.shape[1])
        if not inside.any():
            return np.asarray(inside, np.bool_)
        safe = np.where(inside, starts, -self.epoch[0])
        return np.asarray(inside & (self.bad[safe + 1] == self.bad[safe + self.epoch[0]]), np.bool_)

    def epochs(self, starts: Counts) -> Floats:
        """Epoch by channel by sample, each less its baseline."""
        at = starts[:, None] + np.arange(*self.epoch)
        taken = self.data[:, at].transpose(1, 0, 2)
        first, last = (edge - self.epoch[0] for edge in self.baseline)
        return np.asarray(taken - taken[:, :, first : last + 1].mean(axis=2, keepdims=True), np.float64)

    def values(self, starts: Counts) -> Floats:
        """Onset by channel by bin: the mean of each bin of the window less that of the baseline."""
        low, high = self.baseline
        level = (self.summed[:, starts + high + 1] - self.summed[:, starts + low]) / (high + 1 - low)
        at = starts[:, None] + self.bins
        bins = (self.summed[:, at + self.width] - self.summed[:, at]) / self.width
        return np.asarray((bins - level[:, :, None]).transpose(1, 0, 2), np.float64)


def _median(data: Floats) -> Floats:
    """The median of each channel; zero for one that holds nothing."""
    rows = [row[np.isfinite(row)] for row in data]
    return np.array([[np.median(row) if len(row) else 0.0] for row in rows])


def _jittered(grid: _Grid, starts: Counts, settings: AverageSettings, rng: np.random.Generator) -> Counts:
    """Each onset moved by its own time to either side, those that land badly up to eight times."""
    low, high = (s * grid.rate for s in settings.jitter_s)
    moved, bad = starts.copy(), np.ones(len(starts), np.bool_)
    for _ in range(8):
        n = int(bad.sum())
        shift = np.round(rng.uniform(low, high, n) * rng.choice([-1, 1], n)).astype(np.int64)
        moved[bad] = starts[bad] + shift
        bad = ~grid.sound(moved)
        if not bad.any():
            break
    return moved[~bad]


def _numbers(
    passed: _Passed, top: tuple[np.intp, ...], p: float, limit: float, settings: AverageSettings, channel: str
) -> tuple[Measurement, ...]:
    """Size and lead of the greatest departure with bootstrap intervals, the p value, and what would have been seen."""
    values, lead = passed.values[:, top[0]], passed.lead_ms
    rng = np.random.default_rng(20240507)
    draws = rng.integers(0, len(values), (200, len(values)))
    means = values[draws].mean(axis=1)
    errors = values.std(axis=0, ddof=1) / np.sqrt(len(values))
    peaks = np.argmax(-means if settings.sign < 0 else np.abs(means / errors), axis=1)
    size, span = float(values[:, top[1]].mean()), np.percentile(means[:, top[1]], [2.5, 97.5])
    ends, at = np.percentile(lead[peaks], [2.5, 97.5]), float(lead[top[1]])
    seconds = passed.n * (settings.epoch_s[1] - settings.epoch_s[0])
    rows = {
        settings.name: (Estimate(size, min(size, float(span[0])), max(size, float(span[1]))), "uV"),
        f"{settings.name}_lead": (Estimate(at, min(at, float(ends[0])), max(at, float(ends[1]))), "ms"),
        f"{settings.name}_p": (Estimate(p, p, p), "1"),
        f"{settings.name}_visible_from": (
            Estimate(*(limit * float(e) for e in (np.median(errors), errors.min(), errors.max()))),
            "uV",
        ),
    }
    method = f"average of {passed.n} jerks; {settings.surrogates} surrogates of moved onsets, greatest of channels and times"
    return tuple(
        Measurement(
            name=name, value=e.value, low=e.low if e.low < e.high else None, high=e.high if e.low < e.high else None, unit=unit,
            method=method, source=_SOURCE, seconds=seconds, channel=channel,
        )
        for name, (e, unit) in rows.items()
    )  # fmt: skip

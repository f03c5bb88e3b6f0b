"""The EEG before a jerk: averaged backwards from the onsets of its bursts, against onsets that were moved at random.

Shibasaki and Kuroiwa 1975 (Electroencephalogr Clin Neurophysiol 39:455) averaged the EEG locked to jerks. Whether what is seen
is more than chance is asked of surrogates: every onset is moved by its own random time, the average made anew, and the greatest
departure of all channels and times kept (maxima: Nichols and Holmes 2002, doi 10.1002/hbm.1058). Nothing is filtered, so that
what follows the jerk cannot leak before it: the average is the plain mean of the epochs.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from myognosis.model.recording import Channel, Measurement
from myognosis.signals.intervals import Estimate
from myognosis.signals.jerks.criteria import JerkCriteria
from myognosis.signals.quality import MAD_TO_SD

__all__ = ["CORTICAL", "READINESS", "AverageSettings", "BackAverage", "average_back"]

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
    within ``isolated_s``.
    """

    name: str
    epoch_s: tuple[float, float]
    baseline_s: tuple[float, float]
    window_s: tuple[float, float]
    jitter_s: tuple[float, float]
    bin_s: float
    isolated_s: float
    sign: int
    together: bool
    surrogates: int = 499
    reject_sd: float = 8.0
    alpha: float = 0.05


CORTICAL = AverageSettings("cortical_potential", (-0.2, 0.1), (-0.2, -0.1), (-0.05, 0.0), (0.3, 1.5), 0.0, 0.2, 0, False)
"""The potential of the cortex within 50 ms before a jerk of the arm or the leg."""
READINESS = AverageSettings("readiness_potential", (-2.5, 0.5), (-2.5, -2.0), (-1.5, -0.2), (1.0, 3.0), 0.1, 1.5, -1, True)
"""The slow negative potential before movements on purpose, from 0.7 to 2.1 s before on (Terada 1995, doi 10.1136/jnnp.58.6.745).

Its early part begins up to 2 s before and its late, steeper one about 0.4 s before (Shibasaki and Hallett 2006, Clin Neurophysiol
117:2341, remembered). What comes less than 0.2 s before may be the cortex that makes the jerk, and is not looked at.
"""


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
        How many jerks are needed.
    settings
        ``CORTICAL`` for the potential right before the jerk, ``READINESS`` for the slow one before movements on purpose.

    Raises
    ------
    ValueError
        No channels, or channels of several rates.
    """
    if not eeg or len({(channel.rate_hz, channel.unit) for channel in eeg}) != 1 or eeg[0].unit != "uV":
        raise ValueError("the channels are not EEG of one rate in microvolts")
    length = min(len(channel.samples) for channel in eeg)
    data = np.stack([np.where(np.isfinite(c.samples[:length]), c.samples[:length], np.nan) for c in eeg]).astype(np.float64)
    grid = _Grid(data, eeg[0].rate_hz, settings)
    onsets = np.sort(np.asarray(onsets_s, np.float64))
    apart = np.concatenate([[True], np.diff(onsets) >= settings.isolated_s]) if len(onsets) else np.zeros(0, np.bool_)
    starts = np.round(onsets[apart] * eeg[0].rate_hz).astype(np.int64)
    good = starts[grid.sound(starts)]
    needed = criteria.min_jerks_readiness if settings.sign < 0 else criteria.min_jerks_cortical
    names, times = tuple(channel.name for channel in eeg), np.arange(*grid.epoch) / eeg[0].rate_hz
    empty = np.full((len(eeg), len(times)), np.nan)
    nothing = BackAverage(names, times, empty, empty, len(good), len(onsets) - len(good), 1.0, np.nan, None, "", ())
    if len(good) < 3:
        return nothing
    epochs = grid.epochs(good)
    mean, error = epochs.mean(axis=0), epochs.std(axis=0, ddof=1) / np.sqrt(len(good))
    seen, nulls = grid.departure(good), _surrogates(grid, good, settings)
    top = np.unravel_index(int(np.argmax(seen)), seen.shape)
    p = float((1 + (nulls >= seen[top]).sum()) / (1 + len(nulls)))
    limit = float(np.quantile(nulls, 1 - settings.alpha, method="linear" if np.isfinite(nulls).all() else "higher"))
    if not np.isfinite(limit):  # in so short a recording hardly any moved onsets fit
        return nothing
    present = None if len(good) < needed else p < settings.alpha
    rows = _numbers(grid, good, top, p, limit, settings, names[top[0]])
    return BackAverage(names, times, mean, error, len(good), len(onsets) - len(good), p, limit, present, names[top[0]], rows)


class _Grid:
    """The samples of all channels with what makes an average of any onsets cheap."""

    def __init__(self, data: Floats, rate: float, settings: AverageSettings) -> None:
        self.data, self.rate, self.sign = data, rate, settings.sign
        first, last = (round(s * rate) for s in settings.epoch_s)
        self.epoch = (first, last + 1)
        self.baseline = tuple(round(s * rate) for s in settings.baseline_s)
        self.width = max(1, round(settings.bin_s * rate))
        low, high = (round(s * rate) for s in settings.window_s)
        self.bins = np.arange(low, max(low + 1, high - self.width + 2), self.width)
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

    def departure(self, starts: Counts) -> Floats:
        """How many standard errors each channel and bin departs from the baseline, in the direction that counts."""
        values = self.values(starts)
        t = values.mean(axis=0) / np.maximum(values.std(axis=0, ddof=1) / np.sqrt(len(starts)), 1e-12)
        return np.asarray(-t if self.sign < 0 else np.abs(t), np.float64)


def _median(data: Floats) -> Floats:
    """The median of each channel; zero for one that holds nothing."""
    rows = [row[np.isfinite(row)] for row in data]
    return np.array([[np.median(row) if len(row) else 0.0] for row in rows])


def _surrogates(grid: _Grid, starts: Counts, settings: AverageSettings) -> Floats:
    """The greatest departure of each set of moved onsets; onsets that land on an artefact or outside are moved again.

    Slow waves remember for seconds, and then the pauses between jerks matter: there all onsets move around together.
    """
    rng = np.random.default_rng(20240506)
    low, high = (s * grid.rate for s in settings.jitter_s)
    out = np.empty(settings.surrogates)
    for i in range(settings.surrogates):
        if settings.together:
            moved = (starts + int(rng.integers(round(low), grid.data.shape[1] - round(low)))) % grid.data.shape[1]
            kept = moved[grid.sound(moved)]
        else:
            kept = _jittered(grid, starts, low, high, rng)
        out[i] = grid.departure(kept).max() if len(kept) > 2 else np.inf
    return out


def _jittered(grid: _Grid, starts: Counts, low: float, high: float, rng: np.random.Generator) -> Counts:
    """Each onset moved by its own time to either side, those that land badly up to eight times."""
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
    grid: _Grid, starts: Counts, top: tuple[np.intp, ...], p: float, limit: float, settings: AverageSettings, channel: str
) -> tuple[Measurement, ...]:
    """Size and lead of the greatest departure with bootstrap intervals, the p value, and what would have been seen."""
    values = grid.values(starts)[:, top[0]]
    rng = np.random.default_rng(20240507)
    draws = rng.integers(0, len(values), (200, len(values)))
    means = values[draws].mean(axis=1)
    errors = values.std(axis=0, ddof=1) / np.sqrt(len(values))
    peaks = np.argmax(-means if settings.sign < 0 else np.abs(means / errors), axis=1)
    lead = -1000 * (grid.bins + (grid.width - 1) / 2) / grid.rate
    size, span = float(values[:, top[1]].mean()), np.percentile(means[:, top[1]], [2.5, 97.5])
    ends, at = np.percentile(lead[peaks], [2.5, 97.5]), float(lead[top[1]])
    seconds = len(starts) * (settings.epoch_s[1] - settings.epoch_s[0])
    rows = {
        settings.name: (Estimate(size, min(size, float(span[0])), max(size, float(span[1]))), "uV"),
        f"{settings.name}_lead": (Estimate(at, min(at, float(ends[0])), max(at, float(ends[1]))), "ms"),
        f"{settings.name}_p": (Estimate(p, p, p), "1"),
        f"{settings.name}_visible_from": (
            Estimate(*(limit * float(e) for e in (np.median(errors), errors.min(), errors.max()))),
            "uV",
        ),
    }
    method = f"average of {len(starts)} jerks; {settings.surrogates} surrogates of moved onsets, greatest of channels and times"
    return tuple(
        Measurement(
            name=name, value=e.value, low=e.low if e.low < e.high else None, high=e.high if e.low < e.high else None, unit=unit,
            method=method, source=_SOURCE, seconds=seconds, channel=channel,
        )
        for name, (e, unit) in rows.items()
    )  # fmt: skip

"""Which seconds of a trace can be judged, and how loud its noise is from second to second."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import IntFlag
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from myognosis.model.recording import Channel
from myognosis.signals.heart import Heart, find_heart
from myognosis.signals.intervals import MAD_TO_SD
from myognosis.signals.jumps import JumpRules, jumps_in
from myognosis.signals.source import ChannelSource, Source
from myognosis.signals.stimuli import Stimulation, find_stimuli

__all__ = [
    "CLIPPED_SHARE",
    "MAD_TO_SD",
    "Checked",
    "Fault",
    "Mask",
    "Quality",
    "QualityMeter",
    "QualitySettings",
    "adaptive_floor",
    "band_pass",
    "loudness",
    "measure_quality",
    "parts_of",
    "pieces_of",
    "quality_of",
    "reached",
    "usable_seconds",
    "with_jumps",
]

Floats = npt.NDArray[np.float64]
Samples = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]
Pieces = Callable[[Samples, int], tuple[Samples, Samples, Samples]]

CLIPPED_SHARE = 0.05
"""A second of which more than this share lies on the highest or lowest value of the trace cannot be judged.

Potentials that are cut off there keep less of it: they are seen, and only their sizes are not known (estimated).
"""


def usable_seconds(samples: npt.NDArray[np.floating], rate_hz: float, clipped_share: float = CLIPPED_SHARE) -> Mask:
    """Whole seconds without missing samples and flat lines, of which at most such a share lies on a limit of the trace."""
    n = round(rate_hz)
    seconds = samples[: len(samples) // n * n].reshape(-1, n)
    lows, highs = seconds.min(axis=1), seconds.max(axis=1)
    usable: Mask = np.asarray(np.isfinite(lows) & np.isfinite(highs) & (lows != highs))
    if not usable.any():
        return usable
    low, high = np.nanmin(samples), np.nanmax(samples)
    for second in np.flatnonzero(usable & ((lows == low) | (highs == high))):
        on_rail = (seconds[second] == low) | (seconds[second] == high)
        usable[second] = on_rail.mean() <= clipped_share
    return usable


def band_pass(samples: Floats, rate_hz: float, low_hz: float, high_hz: float) -> Floats:
    """Zero-phase second-order Butterworth band; missing samples count as zero."""
    from scipy.signal import sosfiltfilt

    return np.asarray(sosfiltfilt(_band(rate_hz, low_hz, min(high_hz, 0.45 * rate_hz)), np.nan_to_num(samples)))


@lru_cache(maxsize=32)
def _band(rate_hz: float, low_hz: float, high_hz: float) -> Floats:
    """The sections of a band of second order; to draw them up takes longer than to filter a potential."""
    from scipy.signal import butter

    return np.asarray(butter(2, [low_hz, high_hz], "bandpass", fs=rate_hz, output="sos"))


def loudness(filtered: Floats, rate_hz: float) -> Floats:
    """The robust SD of each whole second."""
    n = round(rate_hz)
    seconds = filtered[: len(filtered) // n * n].reshape(-1, n)
    robust: Floats = MAD_TO_SD * np.median(np.abs(seconds), axis=1)
    return robust


def adaptive_floor(loud: Floats, usable: Mask, *, reach_s: int, quantile: float) -> Floats:
    """The noise of each second: a low quantile of the usable seconds around it, so that activity does not raise it."""
    floor = np.full(len(loud), np.nan)
    for second in range(len(loud)):
        part = slice(max(0, second - reach_s), second + reach_s + 1)
        near = loud[part][usable[part]]
        floor[second] = np.quantile(near, quantile) if len(near) else np.nan
    return floor


class Fault(IntFlag):
    """What can be wrong with a second of a channel. The first four make it unusable; the others are told.

    ``FAR`` is what reaches all electrodes of a grid alike and has no rhythm that would name it ``HEART`` or ``STIMULUS``.
    ``JUMP``: most of them jump at once, each by another size: recordings joined end to end, an amplifier begun anew, a loose earth.
    """

    MISSING = 1
    FLAT = 2
    CLIPPED = 4
    DEAD = 8
    MAINS = 16
    CONTACT = 32
    MOVEMENT = 64
    POP = 128
    FAR = 256
    VOLUNTARY = 512
    HEART = 1024
    STIMULUS = 2048
    JUMP = 4096


UNUSABLE = Fault.MISSING | Fault.FLAT | Fault.CLIPPED | Fault.DEAD


@dataclass(frozen=True)
class QualitySettings:
    """From what size on a disturbance is told, in multiples of the noise of the channel.

    A channel is dead when its noise is less than a twentieth of that of the others; its contact is poor when the noise is more
    than five times that of the others, or of its own quieter seconds. The limits are ours (estimated).
    """

    mains_over: float = 1.0
    movement_over: float = 8.0
    contact_over: float = 5.0
    dead_under: float = 0.05


@dataclass(frozen=True, eq=False)
class Quality:
    """Faults of each channel and second (channel by second, bits of ``Fault``), with the sizes behind them in microvolts."""

    names: tuple[str, ...]
    faults: npt.NDArray[np.uint16]
    noise_uv: npt.NDArray[np.float32]
    mains_uv: npt.NDArray[np.float32]
    wander_uv: npt.NDArray[np.float32]

    @property
    def usable(self) -> Mask:
        """Channel by second: whether it can be judged at all."""
        return np.asarray((self.faults & int(UNUSABLE)) == 0)

    @property
    def assessable(self) -> Mask:
        """Seconds in which more than half of the channels can be judged, of those that can be judged for half of the time."""
        each = self.usable
        if not each.size:
            return np.zeros(each.shape[1], np.bool_)
        share = each.mean(axis=1)
        return np.asarray(each[share >= min(0.5, share.max())].mean(axis=0) > 0.5)

    def share(self, fault: Fault) -> float:
        """How much of the recording (channels times seconds) has a fault."""
        return float(((self.faults & int(fault)) != 0).mean()) if self.faults.size else 0.0

    def joined(self, other: "Quality") -> "Quality":
        """The faults of both, over the seconds that both have."""
        seconds = min(self.faults.shape[1], other.faults.shape[1])
        faults = self.faults.copy()
        faults[:, :seconds] |= other.faults[:, :seconds]
        return replace(self, faults=faults)

    def marked(self, fault: Fault, where: Mask) -> "Quality":
        """The same with a fault in these seconds of all channels, or channel by second."""
        return replace(self, faults=self.faults | np.where(where, np.uint16(fault), np.uint16(0)))


class QualityMeter:
    """Measures one second after another; time runs along the first axis.

    Of a night only what is told in the end is kept: bits, and three numbers for each channel and second. ``pieces`` is a faster
    way than :func:`pieces_of`, where there is one.
    """

    def __init__(
        self, names: tuple[str, ...], rate_hz: float, mains_hz: tuple[float, ...], seconds: int, pieces: Pieces | None = None
    ) -> None:
        self._pieces = pieces or pieces_of
        self.names, self.usable, self._seen, self._heard = names, np.zeros((seconds, len(names)), np.bool_), 0, 0
        n = round(rate_hz)
        lines = mains_hz[:1] or tuple(line for line in (50.0, 60.0) if line < rate_hz / 2)
        turns = np.exp(-2j * np.pi * np.outer(lines, np.arange(n) / rate_hz)) * (2 / n)
        waves = np.concatenate([turns.real, turns.imag])
        self._probe = (waves - waves.mean(axis=1, keepdims=True)).astype(np.float32)
        self._piece = max(1, n // 64)
        self._top, self._bottom = np.full(len(names), -np.inf, np.float32), np.full(len(names), np.inf, np.float32)
        self._faults = np.zeros((seconds, len(names)), np.uint16)
        self._mains, self._wander, self.noise = (np.zeros((seconds, len(names)), np.float32) for _ in range(3))
        self._rails: list[tuple[int, npt.NDArray[np.float32], npt.NDArray[np.float32], Mask]] = []

    def hear(self, noise: npt.NDArray[np.float32]) -> None:
        """The noise of each channel in the next second, once it was filtered."""
        self.noise[self._heard] = noise
        self._heard += 1

    def see(self, raw: npt.NDArray[np.float32]) -> None:
        """The next second as it came (sample by channel)."""
        with np.errstate(invalid="ignore", over="ignore"):
            sums, low, high = self._pieces(raw, self._piece)
            whole, x = np.isfinite(sums.sum(axis=0)), raw
            if not whole.all():
                x = np.where(whole, raw, np.float32(0.0))
                sums, low, high = self._pieces(x, self._piece)
        on_rail = self._on_rail(x, low, high, whole) > CLIPPED_SHARE
        k, self._seen = self._seen, self._seen + 1
        self.usable[k] = whole & (high > low) & ~on_rail
        if on_rail.any():
            self._rails.append((k, low, high, on_rail))
        self._faults[k] = np.where(whole, np.where(high == low, int(Fault.FLAT), 0), int(Fault.MISSING))
        seen, lines = self._probe @ x, len(self._probe) // 2
        self._mains[k] = np.hypot(seen[:lines], seen[lines:]).max(axis=0, initial=0.0)
        apart = sums[:-1] - sums[:-1].mean(axis=0)
        self._wander[k] = np.sqrt(np.einsum("pc,pc->c", apart, apart) / np.float32(len(apart))) / self._piece

    def _on_rail(
        self, x: npt.NDArray[np.float32], low: npt.NDArray[np.float32], high: npt.NDArray[np.float32], whole: Mask
    ) -> npt.NDArray[np.float32]:
        """The share of samples on the extremes of the second, where these are the extremes of all so far."""
        share = np.zeros(len(whole), np.float32)
        for extreme, reached in ((high, high >= self._top), (low, low <= self._bottom)):
            for c in np.flatnonzero(reached & whole & (high > low)):
                share[c] = max(share[c], np.count_nonzero(x[:, c] == extreme[c]) / np.float32(len(x)))
        self._top[whole] = np.maximum(self._top, high)[whole]
        self._bottom[whole] = np.minimum(self._bottom, low)[whole]
        return share

    @property
    def ends(self) -> npt.NDArray[np.float32]:
        """The least and the greatest sample of each channel so far (2, channel)."""
        return np.stack([self._bottom, self._top])

    def done(self, settings: QualitySettings | None = None) -> Quality:
        """The faults, now that the rails and the usual noise are known."""
        settings = settings or QualitySettings()
        for k, low, high, on_rail in self._rails:
            self._faults[k, on_rail & ((high >= self._top) | (low <= self._bottom))] |= int(Fault.CLIPPED)
        faults, mains, wander, noise = self._faults.T, self._mains.T, self._wander.T, self.noise.T
        heard = (faults & int(Fault.MISSING | Fault.FLAT)) == 0
        dead, poor = _contact(noise, heard, settings)
        for fault, where in ((Fault.DEAD, dead), (Fault.CONTACT, poor & heard)):
            faults[where] |= int(fault)
        for fault, size, over in ((Fault.MAINS, mains, settings.mains_over), (Fault.MOVEMENT, wander, settings.movement_over)):
            for c in range(len(noise)):
                faults[c, heard[c] & (size[c] > over * noise[c])] |= int(fault)
        return Quality(self.names, faults, noise, mains, wander)


AT_ONCE = 600
"""Seconds that are worked on at once where all are known, so that a night needs no copy of it."""


def parts_of(seconds: int) -> Iterator[slice]:
    """A recording in parts of so many seconds, one at least."""
    return (slice(k, k + AT_ONCE) for k in range(0, max(1, seconds), AT_ONCE))


def pieces_of(x: Samples, length: int) -> tuple[Samples, Samples, Samples]:
    """Of (sample, channel): the sum over each piece of so many samples and over what is left, the least and the greatest one."""
    whole = len(x) // length * length
    sums = (np.ones((1, length), np.float32) @ x[:whole].reshape(-1, length, x.shape[1]))[:, 0]
    return np.concatenate([sums, x[whole:].sum(axis=0, keepdims=True)]), x.min(axis=0), x.max(axis=0)


def _contact(noise: npt.NDArray[np.float32], usable: Mask, settings: QualitySettings) -> tuple[Mask, Mask]:
    """Channel by second: dead against the others; noisy against the others, or against its own quiet while others are not.

    One channel after another, and a part of the seconds after another, so that a night needs no copy.
    """
    some = usable.any(axis=1)
    usual, quiet = np.zeros(len(noise), np.float32), np.full(len(noise), np.inf, np.float32)
    for c in np.flatnonzero(some):
        heard = noise[c, usable[c]]
        usual[c], quiet[c] = np.nanmedian(heard), np.nanquantile(heard, 0.2)
    others = float(np.median(usual[some])) if some.any() else 0.0
    dead = np.broadcast_to((usual < settings.dead_under * others)[:, None], noise.shape)
    own = np.maximum(quiet, np.float32(1e-9))[:, None]
    times = np.concatenate([np.median(noise[:, part] / own, axis=0) for part in parts_of(noise.shape[1])])
    together = times > settings.contact_over / 2
    louder = (noise > settings.contact_over * quiet[:, None]) & ~together & (len(noise) > 1)
    return dead, np.asarray(louder | (usual > settings.contact_over * others)[:, None])


@dataclass(frozen=True, eq=False)
class Checked:
    """The quality of channels, and the heart and the stimulator that reach them, if any does."""

    quality: Quality
    heart: Heart | None
    stimulation: Stimulation | None


def measure_quality(channels: tuple[Channel, ...], marked_s: Floats, rules: JumpRules | None = None) -> Checked:
    """Faults of EMG channels of one rate, second by second, with the heart and the artefacts of a stimulator.

    Parameters
    ----------
    channels
        EMG in microvolts, recorded together.
    marked_s
        When stimuli were given, where that is known; without it only those that keep a clock are found.
    rules
        When a trace jumps; where that is not said, no jumps and pops are looked for.
    """
    source, stimulation = ChannelSource(channels), find_stimuli(channels, marked_s)
    checked = reached(quality_of(source), find_heart(channels), stimulation)
    return checked if rules is None else replace(checked, quality=with_jumps(checked.quality, source, rules, stimulation))


def with_jumps(quality: Quality, source: Source, rules: JumpRules, stimulation: Stimulation | None) -> Quality:
    """The quality with the seconds in which all electrodes of its source jump, or one pops; what a stimulator does is no jump."""
    jumps = jumps_in(source, rules)
    if stimulation is not None:
        jumps = jumps.apart_from(stimulation.times_s, source.rate_hz, rules.reach_s)
    together, pops = jumps.seconds(source.rate_hz, quality.faults.shape[1])
    return quality.marked(Fault.JUMP, together).marked(Fault.POP, pops)


def reached(quality: Quality, heart: Heart | None, stimulation: Stimulation | None) -> Checked:
    """The quality with the seconds and channels that a heart and a stimulator reach."""
    seconds = quality.faults.shape[1]
    if heart is not None:
        quality = quality.marked(Fault.HEART, heart.shows[:, None] & _with_one(heart.beats_s, seconds))
    if stimulation is not None:
        quality = quality.marked(Fault.STIMULUS, stimulation.shows[:, None] & _with_one(stimulation.times_s, seconds))
    return Checked(quality, heart, stimulation)


def quality_of(source: Source) -> Quality:
    """Faults of EMG channels, second by second, a few seconds in memory at a time."""
    n = round(source.rate_hz)
    width, seconds = max(3, (n // 40) | 1), source.n_samples // n
    meter = QualityMeter(source.names, source.rate_hz, (), seconds)
    for first in range(0, seconds, _BLOCK_S):
        begin, end = first * n, min(first + _BLOCK_S, seconds) * n
        low, high = max(0, begin - width // 2 - 1), min(seconds * n, end + width // 2)
        x = np.asarray(source.read(low, high), np.float32).T
        around = (low - begin + width // 2 + 1, end + width // 2 - high)
        noise = np.stack([_noise(np.pad(np.nan_to_num(row), around, mode="edge"), n, width) for row in x], axis=1)
        for second, loud in enumerate(noise):
            meter.see(np.ascontiguousarray(x[:, begin - low + second * n : begin - low + (second + 1) * n].T))
            meter.hear(loud)
    return meter.done()


_BLOCK_S = 8


def _noise(padded: npt.NDArray[np.float32], n: int, width: int) -> npt.NDArray[np.float32]:
    """The robust SD of each whole second of ``n`` samples, without what is slow, and without mains of 50 and 60 Hz.

    What is slow is the running mean over ``width`` samples, 25 ms, half of which lie beyond the ends; mains and its next two
    overtones would else pass for noise.
    """
    summed = np.cumsum(padded, dtype=np.float64)
    x = padded[width // 2 + 1 : len(padded) - width // 2]
    seconds = (x - (summed[width:] - summed[:-width]) / width).astype(np.float32).reshape(-1, n)
    spectra = np.fft.rfft(seconds, axis=1)
    for hz in (50, 60, 100, 120, 150, 180):
        spectra[:, hz - 1 : hz + 2] = 0
    robust = MAD_TO_SD * np.median(np.abs(np.fft.irfft(spectra, n, axis=1)), axis=1)
    return np.asarray(robust, np.float32)


def _with_one(times_s: Floats, seconds: int) -> Mask:
    """The seconds in which at least one of the times lies."""
    return np.asarray(np.histogram(times_s, np.arange(seconds + 1))[0] > 0)

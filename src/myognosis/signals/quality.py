"""Which seconds of a trace can be judged, and how loud its noise is from second to second."""

from dataclasses import dataclass, replace
from enum import IntFlag

import numpy as np
import numpy.typing as npt

__all__ = ["Fault", "Quality", "QualityMeter", "QualitySettings", "adaptive_floor", "band_pass", "loudness", "usable_seconds"]

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

MAD_TO_SD = 1.4826
"""The median absolute deviation of a normal variable times this is its SD."""
CLIPPED_SHARE = 0.005
"""A second of which more than this share lies on the highest or lowest value of the trace is clipped."""


def usable_seconds(samples: Floats, rate_hz: float) -> Mask:
    """Whole seconds without missing samples, flat lines or clipping."""
    n = round(rate_hz)
    seconds = samples[: len(samples) // n * n].reshape(-1, n)
    whole: Mask = np.asarray(np.isfinite(seconds).all(axis=1))
    if not whole.any():
        return whole
    low, high = np.nanmin(samples), np.nanmax(samples)
    on_rail = ((seconds == low) | (seconds == high)).mean(axis=1) > CLIPPED_SHARE
    flat = np.zeros(len(whole), np.bool_)
    flat[whole] = np.ptp(seconds[whole], axis=1) == 0
    usable: Mask = whole & ~on_rail & ~flat
    return usable


def band_pass(samples: Floats, rate_hz: float, low_hz: float, high_hz: float) -> Floats:
    """Zero-phase second-order Butterworth band; missing samples count as zero."""
    from scipy.signal import butter, sosfiltfilt

    sos = butter(2, [low_hz, min(high_hz, 0.45 * rate_hz)], "bandpass", fs=rate_hz, output="sos")
    return np.asarray(sosfiltfilt(sos, np.nan_to_num(samples)))


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
    """What can be wrong with a second of a channel. The first four make it unusable; the others are told."""

    MISSING = 1
    FLAT = 2
    CLIPPED = 4
    DEAD = 8
    MAINS = 16
    CONTACT = 32
    MOVEMENT = 64
    POP = 128
    HEART = 256
    STIMULUS = 512
    VOLUNTARY = 1024


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

    def marked(self, fault: Fault, seconds: Mask, channel: int | None = None) -> "Quality":
        """The same with a fault in these seconds, of one channel or of all."""
        faults = self.faults.copy()
        rows = slice(None) if channel is None else slice(channel, channel + 1)
        faults[rows, seconds] |= int(fault)
        return replace(self, faults=faults)


class QualityMeter:
    """Measures one second after another; time runs along the first axis."""

    def __init__(self, names: tuple[str, ...], rate_hz: float, mains_hz: tuple[float, ...]) -> None:
        self.names, self.last_usable = names, np.ones(len(names), np.bool_)
        n = round(rate_hz)
        turns = np.exp(-2j * np.pi * np.outer([(mains_hz or (50.0,))[0], *((60.0,) if not mains_hz else ())], np.arange(n) / rate_hz))
        self._probe = np.concatenate([turns.real, turns.imag]).astype(np.float32) * np.float32(2 / n)
        self._piece = max(1, n // 64)
        self._top, self._bottom = np.full(len(names), -np.inf), np.full(len(names), np.inf)
        self._rows: list[tuple[npt.NDArray[np.float32], ...]] = []

    def add(self, raw: npt.NDArray[np.float32], filtered: npt.NDArray[np.float32]) -> None:
        """The next second, as it came and as it was filtered (sample by channel)."""
        whole = np.isfinite(raw.sum(axis=0))
        x = raw if whole.all() else np.where(whole, raw, 0.0)
        low, high = x.min(axis=0), x.max(axis=0)
        on_rail = np.zeros(len(whole), np.float32)
        for extreme, reached in ((high, high >= self._top), (low, low <= self._bottom)):
            rows = np.flatnonzero(reached & whole & (high > low))
            on_rail[rows] = np.maximum(on_rail[rows], (x[:, rows] == extreme[rows]).mean(axis=0))
        self._top, self._bottom = np.where(whole, np.maximum(self._top, high), self._top), np.where(whole, np.minimum(self._bottom, low), self._bottom)
        self.last_usable = whole & (high > low) & (on_rail <= CLIPPED_SHARE)
        lines = self._probe @ (x - x[:1])
        mains = np.hypot(*np.split(lines, 2)).max(axis=0)
        pieces = x[: len(x) // self._piece * self._piece].reshape(-1, self._piece, x.shape[1]).mean(axis=1)
        noise = MAD_TO_SD * np.median(np.abs(filtered[:: self._piece // 4 or 1]), axis=0)
        self._rows.append((whole, low, high, on_rail, mains, pieces.std(axis=0), noise))

    def done(self, settings: QualitySettings | None = None) -> Quality:
        """The faults, now that the rails and the usual noise are known."""
        settings = settings or QualitySettings()
        columns = zip(*self._rows, strict=True) if self._rows else ([np.zeros((0,))] * 7)
        whole, low, high, on_rail, mains, wander, noise = (np.array(c, np.float32).reshape(len(self._rows), -1).T for c in columns)
        n = len(self.names)
        if not self._rows:
            empty = np.zeros((n, 0), np.float32)
            return Quality(self.names, np.zeros((n, 0), np.uint16), empty, empty, empty)
        rail = ((high >= self._top[:, None]) | (low <= self._bottom[:, None])) & (on_rail > CLIPPED_SHARE)
        usable = (whole > 0) & (high > low)
        usual = np.array([np.median(row[ok]) if ok.any() else 0.0 for row, ok in zip(noise, usable, strict=True)])
        quiet = np.array([np.quantile(row[ok], 0.2) if ok.any() else np.inf for row, ok in zip(noise, usable, strict=True)])
        others = float(np.median(usual[usual > 0])) if (usual > 0).any() else 0.0
        faults = (whole == 0) * int(Fault.MISSING) + ((whole > 0) & (high == low)) * int(Fault.FLAT) + rail * int(Fault.CLIPPED)
        faults = faults + (usual < settings.dead_under * others)[:, None] * int(Fault.DEAD)
        poor = (noise > settings.contact_over * quiet[:, None]) & (np.median(noise, axis=0) < settings.contact_over / 2 * np.median(quiet))
        faults = faults + (poor | (usual > settings.contact_over * others)[:, None]) * int(Fault.CONTACT)
        faults = faults + (mains > settings.mains_over * noise) * int(Fault.MAINS) + (wander > settings.movement_over * noise) * int(Fault.MOVEMENT)
        return Quality(self.names, faults.astype(np.uint16), noise, mains, wander)

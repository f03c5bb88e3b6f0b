"""The heart in an EMG: wide, slow complexes that come back at the rhythm of a pulse and look alike, on one channel or on many.

The QRS complex holds most of its power at 5-25 Hz and lasts about a tenth of a second (Thakor 1984, IEEE Trans Biomed Eng 31:702,
doi 10.1109/TBME.1984.325393; Pan and Tompkins 1985, doi 10.1109/TBME.1985.325532, take 5-15 Hz; remembered). A motor unit is
faster, a tremor fills its whole cycle, a fasciculation keeps no time: each of the four is asked for.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from myognosis.model.recording import Channel
from myognosis.signals.intervals import MAD_TO_SD

__all__ = ["Heart", "HeartSettings", "find_heart"]

Floats = npt.NDArray[np.float64]
SLOW_HZ = 40.0


@dataclass(frozen=True)
class HeartSettings:
    """How beats are looked for. The numbers are those of the method.

    A beat stands ``threshold`` times over the usual energy of 5-25 Hz; ``alike`` is its least correlation with the median beat;
    ``keeps_time`` is the largest median change of interval from beat to beat, ``found`` the least share of the beats that the
    rhythm calls for, ``narrow`` the least share of a cycle's energy within 0.1 s of the beat, ``slow`` that of its
    power below 40 Hz. ``visible`` is from when on a channel holds the heart: mean beat, peak to peak, over its noise.
    """

    rate_hz: float = 200.0
    band_hz: tuple[float, float] = (5.0, 25.0)
    energy_s: float = 0.08
    threshold: float = 5.0
    refractory_s: float = 0.25
    interval_s: tuple[float, float] = (0.4, 1.5)
    alike: float = 0.7
    keeps_time: float = 0.12
    found: float = 0.7
    narrow: float = 0.6
    slow: float = 0.6
    fewest: int = 6
    visible: float = 1.5


@dataclass(frozen=True, eq=False)
class Heart:
    """When it beats, how often a minute, the size of the mean beat on each channel (microvolts, peak to peak), where it shows."""

    beats_s: Floats
    per_min: float
    sizes_uv: Floats
    shows: npt.NDArray[np.bool_]


def find_heart(channels: tuple[Channel, ...], settings: HeartSettings | None = None) -> Heart | None:
    """The heart in EMG channels of one rate, recorded together; None where nothing in them keeps its time and shape."""
    settings = settings or HeartSettings()
    rate = channels[0].rate_hz if channels else 0.0
    if rate < 2 * settings.band_hz[1] or min(c.duration_s for c in channels) < settings.fewest * settings.interval_s[0] + 2:
        return None
    rows = [_thinned(channel, settings) for channel in channels]
    slow = np.stack([row[: min(map(len, rows))] for row in rows])
    rate = rate / max(1, round(rate / settings.rate_hz))
    beats = _beats(slow, rate, settings)
    if beats is None:
        return None
    gap = float(np.median(np.diff(beats)))
    wide = round(0.1 * rate)
    cycle = _median_beat(slow, beats, round(gap / 2))
    energy = (cycle**2).sum(axis=0)
    middle = len(energy) // 2
    if energy[middle - wide : middle + wide + 1].sum() < settings.narrow * energy.sum():
        return None
    times = beats / rate
    sizes, noise, share = np.array([_shown(channel, times) for channel in channels]).T
    shows = (sizes > settings.visible * noise) & (share > settings.slow)
    return Heart(times, 60 * rate / gap, sizes, shows) if shows.any() else None


def _thinned(channel: Channel, settings: HeartSettings) -> Floats:
    """The band of the heart over its robust size, at about 200 samples a second; a still channel is none."""
    from scipy.signal import butter, sosfiltfilt

    step = max(1, round(channel.rate_hz / settings.rate_hz))
    samples = np.nan_to_num(channel.samples[: len(channel.samples) // step * step])
    slow = samples.reshape(-1, step).mean(axis=1, dtype=np.float64)
    sos = butter(2, settings.band_hz, "bandpass", fs=channel.rate_hz / step, output="sos")
    band = sosfiltfilt(sos, slow)
    size = MAD_TO_SD * float(np.median(np.abs(band)))
    return np.asarray(band / size if size > 0 else np.zeros_like(band), np.float64)


def _beats(slow: Floats, rate: float, settings: HeartSettings) -> Floats | None:
    """Samples of what stands out, looks alike and keeps time; None where there is no such row."""
    from scipy.signal import find_peaks

    width = max(1, round(settings.energy_s * rate))
    energy = np.convolve((slow**2).mean(axis=0), np.ones(width) / width, mode="same")
    usual = float(np.median(energy))
    if usual <= 0:
        return None
    peaks = find_peaks(energy, height=settings.threshold * usual, distance=round(settings.refractory_s * rate))[0]
    reach = round(0.15 * rate)
    peaks = peaks[(peaks >= 2 * reach) & (peaks < slow.shape[1] - 2 * reach)]
    if len(peaks) < settings.fewest:
        return None
    aligned, likeness = _aligned(slow, peaks, reach)
    beats = np.sort(aligned[likeness > settings.alike])
    beats = beats[np.diff(beats, prepend=-np.inf) > settings.refractory_s * rate]
    return beats.astype(np.float64) if _keeps_time(beats / rate, slow.shape[1] / rate, settings) else None


def _aligned(slow: Floats, peaks: npt.NDArray[np.int64], reach: int) -> tuple[npt.NDArray[np.int64], Floats]:
    """Each peak moved to where it fits the median one best, and how well it fits there (correlation over all channels)."""
    offsets = np.arange(-reach, reach + 1)
    shape = np.median(slow[:, peaks[:, None] + offsets], axis=1)
    at, best = peaks.copy(), np.full(len(peaks), -np.inf)
    for _ in range(2):
        at, best = peaks.copy(), np.full(len(peaks), -np.inf)
        for shift in range(-reach // 2, reach // 2 + 1):
            part = slow[:, (peaks + shift)[:, None] + offsets]
            fit = np.einsum("cpt,ct->p", part, shape) / np.sqrt(np.einsum("cpt,cpt->p", part, part) * (shape**2).sum() + 1e-12)
            at, best = np.where(fit > best, peaks + shift, at), np.maximum(fit, best)
        kept = at[best >= np.median(best)]
        shape = np.median(slow[:, kept[:, None] + offsets], axis=1)
    return at, best


def _keeps_time(beats_s: Floats, seconds: float, settings: HeartSettings) -> bool:
    """Whether most of the beats that the rhythm calls for are there, at a pulse's rate, with little change from one to the next."""
    if len(beats_s) < settings.fewest:
        return False
    gaps = np.diff(beats_s)
    usual = float(np.median(gaps))
    low, high = settings.interval_s
    changes = np.abs(np.diff(gaps)) / usual
    near = np.abs(gaps / usual - 1) < 0.3
    return bool(
        low <= usual <= high
        and np.median(changes) < settings.keeps_time
        and near.mean() > settings.found
        and len(beats_s) > settings.found * min(seconds, beats_s[-1] - beats_s[0]) / usual
    )


def _median_beat(rows: Floats, beats: Floats, reach: int) -> Floats:
    """The median of each channel around the beats that lie far enough from the ends."""
    at = np.round(beats).astype(np.int64)
    at = at[(at >= reach) & (at + reach < rows.shape[1])]
    return np.asarray(np.median(rows[:, at[:, None] + np.arange(-reach, reach + 1)], axis=1), np.float64)


def _shown(channel: Channel, times_s: Floats) -> tuple[float, float, float]:
    """The size of the mean beat in a channel, the noise around it, and the share of the beat's power below 40 Hz."""
    from scipy.signal import butter, sosfiltfilt

    rate = channel.rate_hz
    sos = butter(2, 2.0, "highpass", fs=rate, output="sos")
    level = np.asarray(sosfiltfilt(sos, np.nan_to_num(channel.samples.astype(np.float64))), np.float64)
    beat = _median_beat(level[None], times_s * rate, round(0.1 * rate))[0]
    power = np.abs(np.fft.rfft(beat - beat.mean())) ** 2
    slow = float(power[np.fft.rfftfreq(len(beat), 1 / rate) <= SLOW_HZ].sum() / max(power.sum(), 1e-12))
    return float(np.ptp(beat)), MAD_TO_SD * float(np.median(np.abs(level))), slow

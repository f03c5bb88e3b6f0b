"""Tremor from an accelerometer, a gyroscope or the envelope of an EMG: is there one, how fast, how large, how steady.

Each window of four seconds is tested for a peak over a smooth background. It holds tremor when the peak stands out and no
other movement is larger; a window whose peak stands out beside larger movement is unclear. The recording holds tremor when more
windows hold it than chance would let, and none only when no more are unclear than chance would let.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from myognosis.model.recording import Channel, Measurement
from myognosis.signals.spectrum import Floats, Windows, cut_windows, fit_background, hann_spectra, main_axis, multitaper_spectra
from myognosis.signals.tremor.peak import numbers_of

__all__ = ["Outcome", "Tremor", "TremorSettings", "WindowTest", "agreeing_windows", "measure_tremor", "measure_tremor_in"]

Outcome = Literal["tremor", "no_tremor", "not_assessable"]
Mask = npt.NDArray[np.bool_]
_METHOD = "Welch spectrum of 4 s Hann windows that hold tremor, each of equal weight; 95 % interval by bootstrap over windows"
_WELCH = "welch1967"


@dataclass(frozen=True)
class TremorSettings:
    """How tremor is looked for. The numbers are those of the method, not of any disease.

    The bursts of a muscle are a tremor where they fill ``cycles_share`` of its cycles and more: a few jerks at equal intervals make
    a peak as well (by chance, noise fills half of the cycles alike).
    """

    band_hz: tuple[float, float] = (3.0, 18.0)
    window_s: float = 4.0
    background_hz: tuple[float, float] = (1.0, 25.0)
    spare_hz: float = 1.5
    tapers: int = 3
    window_alpha: float = 0.001
    recording_alpha: float = 0.01
    min_seconds: float = 20.0
    bootstraps: int = 400
    cycles_share: float = 0.35


@dataclass(frozen=True, eq=False)
class WindowTest:
    """The verdict on each window."""

    start_s: Floats
    peak_hz: Floats
    p: Floats
    holds: Mask
    unclear: Mask


@dataclass(frozen=True, eq=False)
class Tremor:
    """What was found: the outcome, the windows behind it, the spectrum and the numbers."""

    outcome: Outcome
    seconds: float
    resolution_hz: float
    p: float
    windows: WindowTest
    hz: Floats
    power: Floats
    measurements: tuple[Measurement, ...]

    def get(self, name: str) -> Measurement | None:
        """One of the measurements, if it was made."""
        return next((m for m in self.measurements if m.name == name), None)

    def value(self, name: str) -> float | None:
        """One of the numbers, if it was measured."""
        return next((m.value for m in self.measurements if m.name == name), None)


def measure_tremor(channels: tuple[Channel, ...], settings: TremorSettings | None = None) -> Tremor:
    """Tremor in the axes of one sensor, or in one EMG.

    Parameters
    ----------
    channels
        The axes of an accelerometer or gyroscope, or one EMG; all of one kind and rate.
    settings
        How it is looked for.
    """
    return measure_tremor_in([(0.0, channels)], settings)


def measure_tremor_in(parts: Iterable[tuple[float, tuple[Channel, ...]]], settings: TremorSettings | None = None) -> Tremor:
    """The same of the windows of parts of one recording, each with its start in seconds; one part in memory at a time."""
    settings = settings or TremorSettings()
    cut: list[Windows] = []
    for start_s, channels in parts:
        axes, rate = _axes(channels)
        some = cut_windows(axes, rate, settings.window_s)
        cut.append(replace(some, start_s=some.start_s + start_s))
        like = replace(channels[0], samples=channels[0].samples[:0])
    windows = Windows(np.concatenate([w.data for w in cut]), np.concatenate([w.start_s for w in cut]), cut[0].rate_hz)
    return _judge(windows, like, settings)


def _judge(windows: Windows, like: Channel, settings: TremorSettings) -> Tremor:
    """What windows of a channel like this one hold."""
    seconds = len(windows.data) * settings.window_s
    resolution = 1.5 / settings.window_s  # equivalent noise bandwidth of a Hann window (Harris 1978, doi 10.1109/PROC.1978.10837)
    test = _test_windows(windows, settings)
    if like.kind == "emg":
        test = _of_many_cycles(test, windows, settings)
    p = _chance(test.holds, settings)
    nothing = np.zeros(0)
    if seconds < settings.min_seconds:
        return Tremor("not_assessable", seconds, resolution, p, test, nothing, nothing, ())
    found = p < settings.recording_alpha
    hz, spectra = hann_spectra(windows)
    used = spectra[test.holds] if found else spectra
    share = _share(test, seconds)
    if not found:
        outcome: Outcome = "not_assessable" if _chance(test.unclear, settings) < settings.recording_alpha else "no_tremor"
        return Tremor(outcome, seconds, resolution, p, test, hz, _typical(used), (share,))
    numbers = _measure(hz, used, test.peak_hz[test.holds], like, seconds, settings)
    peak = float(numbers[0].value or 0.0)
    kept = Windows(windows.data[test.holds], windows.start_s[test.holds], windows.rate_hz)
    numbers = (*numbers, share, *_stability(kept, peak, seconds))
    return Tremor("tremor", seconds, resolution, p, test, hz, _typical(used), numbers)


def _typical(spectra: Floats) -> Floats:
    """The mean spectrum, each window of equal weight as in the measures, at the size of the median window."""
    sizes = np.maximum(spectra.sum(axis=1), np.finfo(float).tiny)
    typical: Floats = (spectra / sizes[:, None]).mean(axis=0) * np.median(sizes)
    return typical


def agreeing_windows(one: Tremor, other: Tremor) -> Mask:
    """The windows of the first sensor that hold tremor in both sensors at one frequency.

    A limb that shakes moves accelerometer and gyroscope alike; what one of them shows alone may be its noise or a knock.
    """
    place = {start: i for i, start in enumerate(other.windows.start_s)}
    pairs = [place.get(start, -1) for start in one.windows.start_s]
    held = np.array([i >= 0 and bool(other.windows.holds[i]) for i in pairs], np.bool_)
    peaks = np.array([other.windows.peak_hz[i] if i >= 0 else np.nan for i in pairs])
    agree: Mask = one.windows.holds & held & (np.abs(one.windows.peak_hz - peaks) <= one.resolution_hz)
    return agree


def _axes(channels: tuple[Channel, ...]) -> tuple[list[Floats], float]:
    """The signals to analyse: sensors as they are, an EMG as its envelope."""
    if not channels or len({(channel.kind, channel.rate_hz, channel.unit) for channel in channels}) != 1:
        raise ValueError("the axes are not of one kind and rate")
    if channels[0].kind != "emg":
        return [channel.samples.astype(np.float64) for channel in channels], channels[0].rate_hz
    return _envelopes(channels)


def _envelopes(channels: tuple[Channel, ...]) -> tuple[list[Floats], float]:
    """Rectified EMG, averaged down to about 200 samples a second: tremor modulates its size. A 20 Hz high pass goes before."""
    from scipy.signal import butter, sosfiltfilt

    rate = channels[0].rate_hz
    step = max(1, round(rate / 200.0))
    sos = butter(2, 20.0, "highpass", fs=rate, output="sos")
    out = []
    for channel in channels:
        raw = channel.samples.astype(np.float64)
        missing = ~np.isfinite(raw) | (len(raw) < rate)  # less than a second holds no tremor, and no filter settles in it
        flat = np.abs(sosfiltfilt(sos, np.where(missing, 0.0, raw))) if len(raw) >= rate else raw.copy()
        flat[missing] = np.nan
        out.append(flat[: len(flat) // step * step].reshape(-1, step).mean(axis=1))
    return out, rate / step


def _test_windows(windows: Windows, settings: TremorSettings) -> WindowTest:
    """Each window: the highest peak of the band over its background, and how often chance makes one as high.

    Without a peak, power over background is chi-square with 2 x tapers degrees of freedom over that number; the highest of
    m independent frequencies exceeds it with probability 1 - (1 - p)^m (Sidak 1967, doi 10.1080/01621459.1967.10482935).
    Axes are counted as one, as if fully coherent, which errs towards no tremor.
    """
    from scipy.stats import chi2

    hz, spectra = multitaper_spectra(windows, settings.tapers)
    low, high = settings.background_hz
    part = (hz >= low) & (hz <= min(high, 0.45 * windows.rate_hz))
    band = (hz[part] >= settings.band_hz[0]) & (hz[part] <= min(settings.band_hz[1], 0.4 * windows.rate_hz))
    dof = 2.0 * settings.tapers
    bandwidth = 4.0 / settings.window_s
    trials = max(1.0, (hz[part][band][-1] - hz[part][band][0]) / bandwidth) if band.any() else 1.0
    peaks, chances, largest = np.zeros(len(spectra)), np.ones(len(spectra)), np.zeros(len(spectra), np.bool_)
    for row, power in enumerate(spectra[:, part]):
        if not band.any() or not power.max() > 0:
            continue
        at = _highest_over(hz[part], power, band, settings, dof)
        background = fit_background(hz[part], power, hz[part][at], spare_hz=settings.spare_hz, dof=dof)
        chance = -np.expm1(trials * np.log1p(-np.minimum(chi2.sf(dof * power / background.at(hz[part]), dof), 1 - 1e-12)))
        rival = int(np.argmax(np.where(np.abs(hz[part] - hz[part][at]) > settings.spare_hz, power, 0.0)))
        # a second rhythm of the band is no other movement: a tremor may change its frequency within a window
        largest[row] = power[at] >= power[rival] or (band[rival] and chance[rival] < settings.window_alpha)
        peaks[row], chances[row] = hz[part][at], chance[at]
    stands_out = chances < settings.window_alpha
    return WindowTest(windows.start_s, peaks, chances, stands_out & largest, stands_out & ~largest)


def _of_many_cycles(test: WindowTest, windows: Windows, settings: TremorSettings) -> WindowTest:
    """The same, where a window whose peak few of its cycles make is unclear: those are jerks."""
    few = np.zeros(len(test.holds), np.bool_)
    t = np.arange(windows.data.shape[2]) / windows.rate_hz
    for row in np.flatnonzero(test.holds):
        turned = windows.data[row, 0] * np.exp(-2j * np.pi * test.peak_hz[row] * t)
        energy = np.array([abs(cycle.sum()) ** 2 for cycle in np.array_split(turned, round(windows.seconds * test.peak_hz[row]))])
        few[row] = energy.sum() ** 2 < settings.cycles_share * len(energy) * max(float((energy**2).sum()), 1e-300)
    return replace(test, holds=test.holds & ~few, unclear=test.unclear | few)


def _highest_over(hz: Floats, power: Floats, band: Mask, settings: TremorSettings, dof: float) -> int:
    """The frequency of the band that stands highest over a background fitted to all of it; a true peak, not an edge."""
    rough = power / fit_background(hz, power, 0.0, spare_hz=0.0, dof=dof).at(hz)
    inner = np.flatnonzero(band)
    crest = [i for i in inner if 0 < i < len(power) - 1 and power[i] >= power[i - 1] and power[i] >= power[i + 1]]
    candidates = np.array(crest or list(inner))
    return int(candidates[np.argmax(rough[candidates])])


def _chance(passed: Mask, settings: TremorSettings) -> float:
    """How often chance alone would let as many windows pass (binomial)."""
    from scipy.stats import binom

    return float(binom.sf(int(passed.sum()) - 1, len(passed), settings.window_alpha)) if len(passed) else 1.0


def _share(test: WindowTest, seconds: float) -> Measurement:
    """The share of windows that hold tremor, with the exact binomial interval (Clopper and Pearson 1934, Biometrika 26:404)."""
    from scipy.stats import beta

    n, k = len(test.holds), int(test.holds.sum())
    low = float(beta.ppf(0.025, k, n - k + 1)) if k else 0.0
    high = float(beta.ppf(0.975, k + 1, n - k)) if k < n else 1.0
    method = "share of 4 s windows with a peak over a smooth background"
    return Measurement(
        name="tremor_share", value=k / n, low=low, high=high, unit="1", method=method, source="clopper1934", seconds=seconds
    )


def _measure(
    hz: Floats, spectra: Floats, peaks: Floats, like: Channel, seconds: float, settings: TremorSettings
) -> tuple[Measurement, ...]:
    """Frequency, width, overtones, relative power, amplitude, each with its bootstrap interval."""
    n = len(spectra)
    drawn = np.random.default_rng(20240501).integers(0, n, (settings.bootstraps, n))
    rows = []
    for name, (values, unit) in numbers_of(hz, spectra, peaks, np.concatenate([np.arange(n)[None], drawn]), like.unit).items():
        value = float(values[0])
        low, high = np.percentile(values[1:], [2.5, 97.5])
        low, high = min(float(low), value), max(float(high), value)
        rows.append(
            Measurement(name=name, value=value, low=low, high=high, unit=unit, method=_METHOD, source=_WELCH, seconds=seconds)
        )
    return tuple(rows)


def _stability(windows: Windows, peak: float, seconds: float) -> tuple[Measurement, ...]:
    """Tremor stability index: the interquartile range of the change of frequency from one cycle to the next.

    The idea is di Biase 2017, Brain 140:1977, doi 10.1093/brain/awx104. The filter here (2 Hz to each side, on the main axis)
    is ours, so published cut-offs do not apply.
    """
    from scipy.signal import butter, sosfiltfilt

    rate = windows.rate_hz
    sos = butter(2, [max(0.5, peak - 2), min(peak + 2, 0.45 * rate)], "bandpass", fs=rate, output="sos")
    changes: list[Floats] = []
    for window in windows.data:
        wave = sosfiltfilt(sos, main_axis(window))
        up = np.flatnonzero((wave[:-1] < 0) & (wave[1:] >= 0))
        crossing = (up + wave[up] / (wave[up] - wave[up + 1])) / rate
        changes.append(np.diff(1 / np.diff(crossing)))
    steps = np.concatenate(changes)
    if len(steps) < 20:
        return ()
    rng = np.random.default_rng(20240502)
    copies = [np.subtract(*np.percentile(rng.choice(steps, len(steps)), [75, 25])) for _ in range(200)]
    value = float(np.subtract(*np.percentile(steps, [75, 25])))
    low, high = (float(x) for x in np.percentile(copies, [2.5, 97.5]))
    method = "interquartile range of cycle-to-cycle change of frequency, main axis, peak +- 2 Hz; interval by bootstrap over cycles"
    return (
        Measurement(
            name="tremor_stability_index", value=value, low=min(low, value), high=max(high, value), unit="Hz",
            method=method, source="dibiase2017", seconds=seconds,
        ),
    )  # fmt: skip

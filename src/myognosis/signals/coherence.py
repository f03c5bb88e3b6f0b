"""Coherence of two tremor signals: whether one rhythm drives both, how sure that is, and which of them leads.

Any two of accelerometer, gyroscope and EMG. A sensor gives its main axis, an EMG its envelope, so that how the sensor lies in
the hand changes nothing but the sign of the phase.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from myognosis.model.recording import Channel, Measurement
from myognosis.signals.intervals import Estimate
from myognosis.signals.spectrum import Floats, Windows, cut_windows, frequencies, main_axis, taper_transforms

__all__ = ["Coherence", "CoherenceSettings", "measure_coherence", "tremor_wave"]

_METHOD = "multitaper coherence of {n} windows of {t:g} s with {k} tapers; 99 % limit {level:.2f} for two unrelated signals"
_SOURCE = "rosenberg1989"


_STILL = 1e-9
"""A signal that never departs further from its mean, in its own unit, does not move."""


@dataclass(frozen=True)
class CoherenceSettings:
    """How coherence is estimated: windows, tapers (Thomson 1982, doi 10.1109/PROC.1982.12433) and the rate of both waves.

    ``alpha`` is the chance that two unrelated signals exceed the limit at one frequency.
    """

    window_s: float = 4.0
    tapers: int = 3
    rate_hz: float = 100.0
    band_hz: tuple[float, float] = (3.0, 25.0)
    alpha: float = 0.01
    min_windows: int = 5


@dataclass(frozen=True, eq=False)
class Coherence:
    """Coherence and phase over frequency, the limit that chance exceeds in 1 %, and what holds at the common peak.

    ``significant`` is None where too little was watched. The phase is that of the second signal after the first.
    """

    hz: Floats
    value: Floats
    phase_deg: Floats
    level: float
    peak_hz: float
    significant: bool | None
    seconds: float
    measurements: tuple[Measurement, ...]


def measure_coherence(
    one: tuple[Channel, ...],
    other: tuple[Channel, ...],
    *,
    near_hz: float | None = None,
    settings: CoherenceSettings | None = None,
) -> Coherence:
    """Coherence of two signals recorded at the same time, at the peak that both spectra share.

    It counts as significant when two neighbouring frequencies at the peak exceed the 99 % limit (the rule of Schwingenschuh
    2011, doi 10.1002/mds.23922, as PMC12219005 states it).

    Parameters
    ----------
    one, other
        The axes of a sensor, or one EMG; both begin at the same moment.
    near_hz
        Where the peak is looked for (within 1 Hz); by default anywhere in the band.
    settings
        How it is estimated.
    """
    settings = settings or CoherenceSettings()
    waves = [tremor_wave(channels, settings.rate_hz) for channels in (one, other)]
    length = min(map(len, waves))
    windows = cut_windows([wave[:length] for wave in waves], settings.rate_hz, settings.window_s)
    seconds, n = len(windows.data) * settings.window_s, len(windows.data)
    if n < settings.min_windows or (windows.data.std(axis=2).max(axis=0) < _STILL).any():
        return Coherence(np.zeros(0), np.zeros(0), np.zeros(0), 1.0, 0.0, None, seconds, ())
    hz, power, cross = _cross(windows, settings)
    coherency = cross / np.sqrt(np.maximum(power[0] * power[1], np.finfo(float).tiny))
    value = np.abs(coherency) ** 2
    top = _common_peak(hz, power, near_hz, settings)
    number = max(1.5, min(n * settings.tapers, _independent([wave[:length] for wave in waves], hz[top], settings.rate_hz)))
    level = 1 - settings.alpha ** (1 / (number - 1))
    pair = max(min(value[top], value[top - 1]), min(value[top], value[top + 1]))
    phase = np.degrees(np.angle(coherency))
    method = _METHOD.format(n=n, t=settings.window_s, k=settings.tapers, level=level)
    rows = _rows(hz[top], float(value[top]), float(phase[top]), number, method, seconds)
    return Coherence(hz, value, phase, level, float(hz[top]), bool(pair > level), seconds, rows)


def _cross(windows: Windows, settings: CoherenceSettings) -> tuple[Floats, Floats, npt.NDArray[np.complex128]]:
    """Frequencies, the power of each signal and their cross-spectrum, averaged over windows and tapers.

    Each window is brought to the same size first, so that one large movement does not decide alone.
    """
    size = np.maximum(windows.data.std(axis=2, keepdims=True), 1e-12)
    even = Windows(windows.data / size, windows.start_s, windows.rate_hz)
    transforms = np.concatenate(list(taper_transforms(even, settings.tapers)))
    power = (np.abs(transforms) ** 2).mean(axis=0)
    return frequencies(even), power, (np.conj(transforms[:, 0]) * transforms[:, 1]).mean(axis=0)


def _common_peak(hz: Floats, power: Floats, near_hz: float | None, settings: CoherenceSettings) -> int:
    """The frequency where the product of both spectra is highest."""
    low, high = settings.band_hz if near_hz is None else (near_hz - 1.0, near_hz + 1.0)
    inside = np.flatnonzero((hz >= max(low, hz[1])) & (hz <= min(high, hz[-2])))
    return int(inside[np.argmax(np.log(np.maximum(power[:, inside], np.finfo(float).tiny)).sum(axis=0))])


def _independent(waves: list[Floats], hz: float, rate: float) -> float:
    """How many independent looks two rhythms give: two slow, steady ones keep their phase by chance for long.

    The variance of a cross-product of unrelated signals is the sum of the products of their autocorrelations (Bartlett 1946,
    J R Stat Soc Suppl 8:27, doi 10.2307/2983611), taken within 1.5 Hz of the peak and up to a quarter of the recording.
    """
    from scipy.signal import butter, sosfiltfilt

    step = max(1, round(rate / 10))
    turn = np.exp(-2j * np.pi * hz * np.arange(len(waves[0])) / rate)
    sos = butter(2, 1.5, fs=rate, output="sos")
    slow = [sosfiltfilt(sos, (np.nan_to_num(wave - np.nanmean(wave)) * turn))[::step] for wave in waves]
    n = len(slow[0])
    lags = np.arange(1, n // 4)
    products = []
    for one in slow:
        spectrum = np.abs(np.fft.fft(one, 2 * n)) ** 2
        products.append(np.fft.ifft(spectrum)[: n // 4] / spectrum.mean() * n / (n - np.arange(n // 4)))
    together = 1 + 2 * float(np.real(products[0][lags] * np.conj(products[1][lags])).sum())
    return n / max(together, 1.0)


def _rows(hz: float, value: float, phase: float, number: float, method: str, seconds: float) -> tuple[Measurement, ...]:
    """Coherence with the interval of Rosenberg 1989 (Prog Biophys Mol Biol 53:1, doi 10.1016/0079-6107(89)90004-7).

    The variance of the inverse hyperbolic tangent of the coherency is 1/(2 L) for L estimates, that of the phase
    (1/C - 1)/(2 L). The lag is phase over 360 f: right only up to whole periods.
    """
    inverse = np.arctanh(min(np.sqrt(value), 1 - 1e-9))
    reach = 1.96 / np.sqrt(2 * number)
    low, high = np.tanh(max(inverse - reach, 0.0)) ** 2, np.tanh(inverse + reach) ** 2
    spread = min(180.0, float(np.degrees(1.96 * np.sqrt(max(1 / max(value, 1e-9) - 1, 0.0) / (2 * number)))))
    lag = 1000 / (360 * hz)
    rows = {
        "coherence": (Estimate(value, float(low), float(high)), "1"),
        "coherence_frequency": (Estimate(float(hz), float(hz) - 0.5, float(hz) + 0.5), "Hz"),
        "coherence_phase": (Estimate(phase, phase - spread, phase + spread), "deg"),
        "coherence_lag": (Estimate(phase * lag, (phase - spread) * lag, (phase + spread) * lag), "ms"),
    }
    return tuple(
        Measurement(name=name, value=e.value, low=e.low, high=e.high, unit=unit, method=method, source=_SOURCE, seconds=seconds)
        for name, (e, unit) in rows.items()
    )


def tremor_wave(channels: tuple[Channel, ...], rate_hz: float) -> Floats:
    """One signal of a tremor at a given rate: the main axis of a sensor, the mean envelope of EMG.

    Missing samples stay missing. A faster signal is low-passed before it is thinned out.
    """
    if not channels or len({(channel.kind, channel.rate_hz) for channel in channels}) != 1:
        raise ValueError("the channels are not of one kind and rate")
    rate = channels[0].rate_hz
    raw = np.stack([channel.samples.astype(np.float64) for channel in channels])
    missing: npt.NDArray[np.bool_] = np.asarray(~np.isfinite(raw).all(axis=0))
    if raw.shape[1] < rate:
        return np.full(int(raw.shape[1] / rate * rate_hz), np.nan)
    filled = np.where(missing, 0.0, raw)
    wave = _envelope(filled, rate) if channels[0].kind == "emg" else main_axis(_centred(filled, missing))
    return _at_rate(wave, missing, rate, rate_hz)


def _centred(filled: Floats, missing: npt.NDArray[np.bool_]) -> Floats:
    """Axes without their mean; what is missing is put to rest."""
    mean = filled[:, ~missing].mean(axis=1, keepdims=True) if not missing.all() else 0.0
    return np.asarray(np.where(missing, 0.0, filled - mean), np.float64)


def _envelope(filled: Floats, rate: float) -> Floats:
    """Rectified EMG, a 20 Hz high pass before (Merchant 2020, doi 10.1002/mdc3.12986, records 20-300 Hz)."""
    from scipy.signal import butter, sosfiltfilt

    sos = butter(2, 20.0, "highpass", fs=rate, output="sos")
    return np.asarray(np.abs(sosfiltfilt(sos, filled, axis=1)).mean(axis=0), np.float64)


def _at_rate(wave: Floats, missing: npt.NDArray[np.bool_], rate: float, wanted: float) -> Floats:
    """The wave at another rate, straight lines between its samples after a low pass at two fifths of the slower rate."""
    from scipy.signal import butter, sosfiltfilt

    if rate > wanted:
        wave = sosfiltfilt(butter(4, 0.4 * wanted, "lowpass", fs=rate, output="sos"), wave)
    t = np.arange(int(len(wave) / rate * wanted + 1e-9)) / wanted
    own = np.arange(len(wave)) / rate
    out = np.interp(t, own, wave)
    out[np.interp(t, own, missing.astype(np.float64)) > 0] = np.nan
    return np.asarray(out, np.float64)

"""Which seconds of a trace can be judged, and how loud its noise is from second to second."""

import numpy as np
import numpy.typing as npt

__all__ = ["adaptive_floor", "band_pass", "loudness", "usable_seconds"]

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

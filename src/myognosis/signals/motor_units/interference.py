"""The interference pattern: how full, how large, how ragged a voluntary recording is, without parting it into units.

Turns are changes of direction of at least 100 uV (Willison 1964, J Neurol Neurosurg Psychiatry 27:386, remembered); activity,
upper centile amplitude and number of small segments follow Nandedkar 1986 (Muscle Nerve 9:431, doi 10.1002/mus.880090508), of
which only the abstract was read: the exact rules below are ours, so its limits do not apply.
"""

import numpy as np
import numpy.typing as npt

from myognosis.model.recording import Measurement
from myognosis.signals.potentials.shape import turning_points

__all__ = ["measure_interference"]

Floats = npt.NDArray[np.float64]
EPOCH_S = 0.5
TURN_UV = 100.0
SMALL_MS, SMALL_UV = 3.0, 2000.0
NEAR_S = 0.005
_METHODS = {
    "interference_turns": ("/s", "changes of direction of at least 100 uV"),
    "interference_amplitude": ("uV", "mean size of the segments between turns"),
    "interference_activity": ("1", "share of time within 5 ms of a turn"),
    "interference_small_segments": ("/s", "segments between turns shorter than 3 ms and smaller than 2 mV"),
    "interference_upper_centile": ("uV", "99th centile of the size of segments"),
    "emg_rms": ("uV", "root mean square"),
    "emg_mean_frequency": ("Hz", "mean of the power spectrum (Welch)"),
    "emg_median_frequency": ("Hz", "median of the power spectrum (Welch)"),
}


def measure_interference(samples_uv: Floats, rate_hz: float, channel: str) -> tuple[Measurement, ...]:
    """The pattern over epochs of half a second: mean, with the 95 % bootstrap interval over epochs.

    Parameters
    ----------
    samples_uv
        Voluntary activity, band-passed, the seconds that cannot be judged left out.
    rate_hz
        Samples a second.
    channel
        Its name, for the measurements.
    """
    n = round(EPOCH_S * rate_hz)
    epochs = samples_uv[: len(samples_uv) // n * n].reshape(-1, n)
    if len(epochs) < 2:
        return ()
    values = np.array([_epoch(epoch, rate_hz) for epoch in epochs])
    draws = np.random.default_rng(20240503).integers(0, len(epochs), (400, len(epochs)))
    means = values[draws].mean(axis=1)
    rows = []
    for i, (name, (unit, method)) in enumerate(_METHODS.items()):
        low, high = np.percentile(means[:, i], [2.5, 97.5])
        value, source = float(values[:, i].mean()), "welch1967" if "frequency" in name else "nandedkar1986"
        rows.append(
            Measurement(
                name=name, value=value, low=min(float(low), value), high=max(float(high), value), unit=unit,
                method=f"{method}; mean of epochs of 0.5 s", source=source, seconds=len(epochs) * EPOCH_S, channel=channel,
            )
        )  # fmt: skip
    return tuple(rows)


def _epoch(epoch: Floats, rate_hz: float) -> list[float]:
    from scipy.signal import welch

    turns = turning_points(epoch, TURN_UV)
    sizes, lengths = np.abs(np.diff(epoch[turns])), np.diff(turns) * 1000 / rate_hz
    near = np.zeros(len(epoch), np.bool_)
    reach = round(NEAR_S * rate_hz)
    for turn in turns:
        near[max(turn - reach, 0) : turn + reach] = True
    hz, power = welch(epoch, rate_hz, nperseg=min(len(epoch), round(0.25 * rate_hz)))
    share = np.cumsum(power) / max(float(power.sum()), 1e-12)
    return [
        len(turns) / EPOCH_S,
        float(sizes.mean()) if len(sizes) else 0.0,
        float(near.mean()),
        float(((lengths < SMALL_MS) & (sizes < SMALL_UV)).sum() / EPOCH_S),
        float(np.quantile(sizes, 0.99)) if len(sizes) else 0.0,
        float(np.sqrt((epoch**2).mean())),
        float((hz * power).sum() / max(float(power.sum()), 1e-12)),
        float(hz[int(np.searchsorted(share, 0.5))]),
    ]

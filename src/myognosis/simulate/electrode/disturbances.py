"""What an amplifier adds and takes away: noise, mains, wander, movement, heart beat, pops, and its filter."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from myognosis.simulate.chance import Floats, events_at, smooth_noise, stream
from myognosis.simulate.settings import DeviceSettings

__all__ = ["amplified", "amplifier_delay_s", "noise_heard_uv"]

Signals = npt.NDArray[np.float32]


def amplified(clean: Signals, d: DeviceSettings, acceleration: Floats, seed: int, muscle: str) -> Iterator[Signals]:
    """What the amplifier shows of each channel of ``clean[sample, channel]`` in microvolts, one channel after the other.

    ``acceleration`` is the limb's in m/s2 at any rate over the same time: electrodes that move make a slow voltage. The filter is a
    causal Butterworth of order 2 below and of order 4 above, at rest on the first sample: an amplifier was on before it records.
    """
    from scipy.signal import sosfilt, sosfilt_zi

    n, channels = clean.shape
    common = _mains(n, d, seed) + _heart(n, d, seed)
    moved = np.interp(np.arange(n) / d.rate_hz, np.linspace(0, n / d.rate_hz, len(acceleration)), acceleration)
    gains = 1 + 0.15 * stream(seed, "electrodes", muscle).standard_normal((2, channels))
    swell = np.exp(d.noise_swell * 0.5 * smooth_noise(stream(seed, "noise swell", muscle), n, d.rate_hz, 0.1))
    sections = _sections(d)
    settled = sosfilt_zi(sections)
    for channel in range(channels):
        rng = stream(seed, "channel", muscle, channel)
        shown = clean[:, channel] + gains[0, channel] * common + gains[1, channel] * d.movement_uv * moved
        shown += d.noise_uv * swell * rng.standard_normal(n) + _slow(n, d, rng)
        yield sosfilt(sections, shown, zi=settled * shown[0])[0].astype(np.float32)


def _sections(d: DeviceSettings) -> Floats:
    """The amplifier's filter as second-order sections."""
    from scipy.signal import butter

    high = butter(2, d.high_pass_hz, "highpass", fs=d.rate_hz, output="sos")
    return np.concatenate([high, butter(4, d.low_pass_hz, "lowpass", fs=d.rate_hz, output="sos")])


def amplifier_delay_s(d: DeviceSettings) -> float:
    """How late the amplifier shows what lies well within its band: the delay of its low-pass, ``2.613 / (2 pi f)``.

    2.613 is the coefficient of s in the Butterworth polynomial of order 4.
    """
    return 2.613 / (2 * np.pi * d.low_pass_hz)


def noise_heard_uv(d: DeviceSettings) -> float:
    """The SD of the noise alone in the recording: behind the filter, with its swelling."""
    from scipy.signal import sosfreqz

    _, gain = sosfreqz(_sections(d), 4096)
    return float(d.noise_uv * np.sqrt(np.mean(np.abs(gain) ** 2)) * np.exp(0.25 * d.noise_swell**2))


def _mains(n: int, d: DeviceSettings, seed: int) -> Floats:
    """Hum with its third and fifth harmonic."""
    rng = stream(seed, "mains")
    phase = 2 * np.pi * d.mains_hz * np.arange(n) / d.rate_hz + rng.uniform(0, 2 * np.pi)
    return np.asarray(d.mains_uv * (np.sin(phase) + 0.3 * np.sin(3 * phase + 1) + 0.15 * np.sin(5 * phase + 2)))


def _slow(n: int, d: DeviceSettings, rng: np.random.Generator) -> Floats:
    """Wander of the baseline below 1 Hz, and pops of a loose electrode: a step that decays in 0.2 s."""
    out = d.wander_uv * smooth_noise(rng, n, d.rate_hz, 1.0) if d.wander_uv else np.zeros(n)
    if d.pops_per_min:
        for at in events_at(rng, np.full(n, d.pops_per_min / 60), 1 / d.rate_hz, 0.0):
            first = round(at * d.rate_hz)
            fall = np.exp(-np.arange(min(n - first, round(d.rate_hz))) / (0.2 * d.rate_hz))
            out[first : first + len(fall)] += rng.choice([-1, 1]) * d.pop_uv * rng.uniform(0.3, 1.7) * fall
    return out


_WAVES = ((-0.17, 0.025, 0.12), (-0.025, 0.008, -0.12), (0.0, 0.011, 1.0), (0.03, 0.009, -0.25), (0.27, 0.045, 0.25))
"""P, Q, R, S, T as bells: seconds from R, width, height over R (the idea of McSharry 2003, IEEE Trans Biomed Eng 50:289)."""


def _heart(n: int, d: DeviceSettings, seed: int) -> Floats:
    """A far heart beat, the same in all channels, with a rate that breathes."""
    out = np.zeros(n)
    if not d.ecg_uv:
        return out
    rng = stream(seed, "heart")
    rate = d.heart_per_min / 60 * (1 + 0.05 * np.sin(2 * np.pi * 0.25 * np.arange(n) / d.rate_hz))
    beats = events_at(rng, rate, 1 / d.rate_hz, 0.97)
    reach = round(0.5 * d.rate_hz)
    for beat in beats:
        first, last = max(round(beat * d.rate_hz) - reach, 0), min(round(beat * d.rate_hz) + reach, n)
        t = np.arange(first, last) / d.rate_hz - beat
        out[first:last] += sum(d.ecg_uv / 1.3 * height * np.exp(-0.5 * ((t - at) / width) ** 2) for at, width, height in _WAVES)
    return out

"""Made movements and muscles that tests and benchmarks share: the truth is known because it was put in."""

from collections.abc import Sequence

import numpy as np

from myognosis.model.recording import Channel

Array = np.ndarray
Spans = Sequence[tuple[float, float]]


def noise(rng: np.random.Generator, n: int, rate: float = 100.0, slope: float = 1.5) -> Array:
    """Noise whose power falls with frequency to the power of ``slope``; SD 1."""
    hz = np.fft.rfftfreq(n, 1 / rate)
    made = np.fft.irfft(np.where(hz > 0.1, np.maximum(hz, 0.1) ** (-slope / 2), 0.0) * np.fft.rfft(rng.normal(size=n)), n)
    return np.asarray(made / made.std())


def phase_of(rng: np.random.Generator, hz: float, n: int, rate: float = 100.0, wander: float = 0.02) -> Array:
    """The phase of a rhythm that wanders a little."""
    return 2 * np.pi * hz * np.arange(n) / rate + np.cumsum(rng.normal(0, wander * np.sqrt(100 / rate), n)) + rng.uniform(0, 6)


def sensor(rng: np.random.Generator, wave: Array, still: float = 0.05, rate: float = 100.0) -> tuple[Channel, ...]:
    """A wave along a random direction, with gravity and noise, as an accelerometer in a hand gives it."""
    way = rng.normal(size=3)
    way /= np.linalg.norm(way)
    down = rng.normal(size=3)
    down *= 9.81 / np.linalg.norm(down)
    axes = [down[i] + way[i] * wave + still * noise(rng, len(wave), rate) for i in range(3)]
    return tuple(Channel("xyz"[i], "accelerometer", "m/s2", rate, axis.astype(np.float32)) for i, axis in enumerate(axes))


def emg_of(
    rng: np.random.Generator, drive: Array, rate: float, size: float = 60.0, rest: float = 5.0, name: str = "EMG"
) -> Channel:
    """EMG as noise of 20-400 Hz, white within, that a drive between 0 and 1 makes larger."""
    from scipy.signal import butter, sosfiltfilt

    white = rng.normal(size=len(drive))
    shaped = sosfiltfilt(butter(2, [20.0, min(400.0, 0.45 * rate)], "bandpass", fs=rate, output="sos"), white)
    shaped /= shaped.std()
    other = sosfiltfilt(butter(2, [20.0, min(400.0, 0.45 * rate)], "bandpass", fs=rate, output="sos"), rng.normal(size=len(drive)))
    return Channel(name, "emg", "uV", rate, (size * drive * shaped + rest * other / other.std()).astype(np.float32))


def turned(channels: tuple[Channel, ...], rng: np.random.Generator) -> tuple[Channel, ...]:
    """The same movement of a phone that lies otherwise in the hand."""
    turn = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    axes = turn @ np.stack([channel.samples.astype(np.float64) for channel in channels])
    return tuple(
        Channel(c.name, c.kind, c.unit, c.rate_hz, axis.astype(np.float32)) for c, axis in zip(channels, axes, strict=True)
    )


def gated(spans: list[tuple[float, float]], seconds: float, rate: float, loud: float, quiet: float = 0.0) -> Array:
    """A drive that is ``loud`` within the spans (s) and ``quiet`` outside, with edges of 2 ms."""
    fine = np.arange(int(seconds * rate)) / rate
    drive = np.zeros(len(fine))
    for start, stop in spans:
        drive = np.maximum(drive, np.clip(np.minimum((fine - start) / 0.002 + 0.5, (stop - fine) / 0.002 + 0.5), 0.0, 1.0))
    return quiet + (loud - quiet) * drive


def irregular(
    rng: np.random.Generator, seconds: float, gap_s: float, length_ms: float, spread: float = 0.1
) -> list[tuple[float, float]]:
    """Spans of a length that varies, at irregular intervals with a shortest pause of 0.15 s."""
    spans, at = [], 0.5
    while at < seconds - 1.0:
        length = length_ms / 1000 * (1 + spread * rng.normal())
        spans.append((at, at + length))
        at += length + 0.15 + rng.exponential(gap_s)
    return spans


def unit_bursts(
    rng: np.random.Generator, spans: list[tuple[float, float]], seconds: float, rate: float
) -> tuple[Array, list[tuple[float, float]]]:
    """EMG of bursts as motor-unit potentials, one a millisecond; and where each burst reaches a twentieth of its own peak."""
    trace, shapes = np.zeros(int(seconds * rate)), []
    t = np.arange(int(0.008 * rate)) / rate - 0.004
    for _ in range(12):
        width = rng.uniform(0.0008, 0.0014)
        shape = -(t / width) * np.exp(-0.5 * (t / width) ** 2)
        shapes.append(60 * shape / np.ptp(shape) * rng.lognormal(0, 0.5))
    true = []
    for start, stop in spans:
        room = max(0.0, stop - start - 0.007)
        for k, share in enumerate(np.concatenate([[0.0, 1.0], rng.uniform(0, 1, max(8, round(1000 * room)))])):
            at = round((start + 0.0035 + share * room) * rate) - len(t) // 2
            trace[at : at + len(t)] += shapes[k % 12]
        part = slice(round((start - 0.01) * rate), round((stop + 0.01) * rate))
        over = part.start + np.flatnonzero(np.abs(trace[part]) > 0.05 * np.abs(trace[part]).max())
        true.append((float(over[0] / rate), float((over[-1] + 1) / rate)))
    return trace, true


def unit_contraction(
    rng: np.random.Generator, n: int, seconds: float, rate: float, lapses: Spans = (), jerks: Spans = (), built_s: float = 0.0
) -> Array:
    """EMG of a contraction of so many motor units of 10-14 Hz, seen from the skin, silent in its lapses, with volleys of all units.

    One unit after the other joins in while it is built up, and the last to come is the first to go.
    """
    trace = rng.normal(0, 2, int(seconds * rate))
    t = np.arange(-15, 16) / rate
    for unit in range(n):
        times = np.cumsum(rng.normal(1 / rng.uniform(10, 14), 0.015, int(seconds * 14)))
        times = times[[not any(a <= at < b for a, b in lapses) for at in times]]
        times = times[np.abs(times - seconds / 2) <= seconds / 2 - unit / n * built_s]
        times = np.concatenate([times, *(rng.uniform(a, b, 20) for a, b in jerks)])
        width = rng.uniform(0.002, 0.004)
        potential = rng.lognormal(3, 0.3) * np.diff(np.exp(-((t / width) ** 2)), n=2, prepend=0, append=0) * 20
        for at in np.round(times[(times > 0.05) & (times < seconds - 0.05)] * rate).astype(int):
            trace[at - 15 : at + 16] += potential
    return trace


def joined(
    rng: np.random.Generator, seconds: float, channels: int, rate: float, joints_s: list[float], apart: float
) -> tuple[Channel, ...]:
    """Recordings of muscles end to end: rest with a hum that starts anew and a level of its own in each."""
    t = np.arange(int(seconds * rate)) / rate
    waves = rng.normal(0, 5.0, (channels, len(t)))
    for first, last in zip([0.0, *joints_s], [*joints_s, seconds], strict=True):
        part = (t >= first) & (t < last)
        waves[:, part] += apart * rng.normal(size=(channels, 1)) + 10 * np.sin(2 * np.pi * (50 * t[part] + rng.uniform()))
    return tuple(Channel(f"E{i}", "emg", "uV", rate, wave.astype(np.float32)) for i, wave in enumerate(waves))


def eeg_of(rng: np.random.Generator, seconds: float, rate: float, channels: int = 4, size: float = 12.0) -> Array:
    """EEG without any event: falling noise and a rhythm of 10 Hz, half of it common to all channels; microvolts."""
    n = int(seconds * rate)
    common = noise(rng, n, rate, 1.2) + 0.7 * np.sin(phase_of(rng, 10.0, n, rate, 0.08))
    own = np.stack([noise(rng, n, rate, 1.2) + 0.7 * np.sin(phase_of(rng, 10.0, n, rate, 0.08)) for _ in range(channels)])
    mixed = 0.7 * common + 0.7 * own
    return np.asarray(size * mixed / mixed.std())


def add_wave(trace: Array, onsets_s: Array, rate: float, at_ms: float, width_ms: float, size: float) -> None:
    """A bell-shaped wave of a size at a time relative to each onset, in place."""
    reach = round(4 * width_ms / 1000 * rate)
    for onset in onsets_s:
        centre = onset + at_ms / 1000
        first = round(centre * rate) - reach
        part = slice(max(0, first), min(len(trace), first + 2 * reach + 1))
        trace[part] += size * np.exp(-0.5 * ((np.arange(part.start, part.stop) / rate - centre) / (width_ms / 1000)) ** 2)


def eeg_channels(data: Array, rate: float) -> tuple[Channel, ...]:
    """Channels of EEG."""
    return tuple(Channel(f"E{i}", "eeg", "uV", rate, row.astype(np.float32)) for i, row in enumerate(data))

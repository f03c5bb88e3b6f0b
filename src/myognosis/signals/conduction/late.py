"""F waves and H reflexes: the responses that go by way of the cord.

Each trace is judged by itself: the tail of the M wave is taken off as a slow curve, and an F wave is a deflection that stands over
the noise of the same trace and over 20 uV from peak to peak (the usual demand, from memory: Fisher 1992, Muscle Nerve 15:1223).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from myognosis.signals.conduction.sweeps import Floats, Sweep
from myognosis.signals.conduction.waveform import baseline, measure_response, smoothed
from myognosis.signals.quality import MAD_TO_SD

__all__ = ["FSettings", "FWaves", "HReflex", "find_f_waves", "measure_h_reflex"]


@dataclass(frozen=True)
class FSettings:
    """How F waves are looked for: the size they must have, and when two of them are the same wave."""

    least_uv: float = 20.0
    peak_sd: float = 5.0
    onset_sd: float = 3.0
    onset_share: float = 0.03
    clear_share: float = 0.12
    smooth_ms: float = 0.3
    length_ms: float = 14.0
    same_correlation: float = 0.97
    same_size: float = 0.2
    same_latency_ms: float = 0.5


@dataclass(frozen=True)
class FWaves:
    """F waves of a series. A trace without one has no latency.

    ``repeaters`` is the number of traces whose F wave returns in another trace of the series; the index of repeaters is their
    share of all traces (Chroni, Taub, Panayiotopoulos 1996, Electroencephalogr Clin Neurophysiol 101:365; from memory).
    """

    latencies_ms: tuple[float | None, ...]
    sizes_uv: tuple[float, ...]
    repeaters: int

    @property
    def seen(self) -> tuple[float, ...]:
        """The latencies of the traces that have an F wave."""
        return tuple(x for x in self.latencies_ms if x is not None)

    @property
    def persistence(self) -> float:
        """The share of stimuli that an F wave followed."""
        return len(self.seen) / len(self.latencies_ms)

    @property
    def minimum_ms(self) -> float | None:
        """The shortest latency."""
        return min(self.seen, default=None)

    @property
    def mean_ms(self) -> float | None:
        """The mean latency, which is more reproducible than the shortest (Fisher 1993; abstract read)."""
        return float(np.mean(self.seen)) if self.seen else None

    @property
    def maximum_ms(self) -> float | None:
        """The longest latency."""
        return max(self.seen, default=None)

    @property
    def chronodispersion_ms(self) -> float | None:
        """Longest minus shortest latency; needs two F waves."""
        return max(self.seen) - min(self.seen) if len(self.seen) > 1 else None

    def persistence_interval(self, z: float = 1.96) -> tuple[float, float]:
        """The 95 % interval of the persistence (Wilson 1927, J Am Stat Assoc 22:209)."""
        n, p = len(self.latencies_ms), self.persistence
        middle, half = p + z * z / (2 * n), z * ((p * (1 - p) + z * z / (4 * n)) / n) ** 0.5
        return max(0.0, (middle - half) / (1 + z * z / n)), min(1.0, (middle + half) / (1 + z * z / n))


def find_f_waves(sweeps: Sequence[Sweep], from_ms: float, until_ms: float, settings: FSettings | None = None) -> FWaves:
    """F waves between two latencies, which follow from the length of the limb.

    Raises
    ------
    ValueError
        There is no trace, or the window is empty.
    """
    settings = settings or FSettings()
    if not sweeps or until_ms <= from_ms:
        raise ValueError("traces and a window that is not empty are needed")
    latencies: list[float | None] = []
    sizes, shapes = [], []
    for sweep in sweeps:
        trace, onset = _find(sweep, from_ms, until_ms, settings)
        latencies.append(None if onset is None else from_ms + onset * 1000 / sweep.rate_hz)
        if onset is not None:
            shape = _shape(trace, onset, sweep.rate_hz, settings)
            shapes.append((from_ms + onset * 1000 / sweep.rate_hz, shape))
            sizes.append(float(np.ptp(shape)))
    return FWaves(tuple(latencies), tuple(sizes), _repeaters(shapes, settings))


def _find(sweep: Sweep, from_ms: float, until_ms: float, settings: FSettings) -> tuple[Floats, float | None]:
    """The window without the tail of the M wave, and the onset of the F wave in it.

    The tail is a parabola and three decays, fitted by least squares whose weights fall where the trace stands out (Huber 1964);
    where a wave was found the tail is fitted once more without its samples. The noise is that before the stimulus, or of what
    is left of the window where this is louder.
    """
    smooth = Sweep(smoothed(sweep.samples, sweep.rate_hz, settings.smooth_ms), sweep.rate_hz, sweep.stimulus)
    noise, ms = max(baseline(smooth)[1], 1e-3), sweep.rate_hz / 1000
    whole = smooth.samples[sweep.at(from_ms) : sweep.at(until_ms + settings.length_ms)]
    window = sweep.at(until_ms) - sweep.at(from_ms)
    inside: Floats = np.ones(len(whole))
    rest = whole - _tail(whole, sweep.rate_hz, noise, inside)
    noise = max(noise, MAD_TO_SD * float(np.median(np.abs(rest))))
    trace = rest[:window]
    onset = _f_onset(trace, noise, sweep.rate_hz, settings)
    if onset is None or onset + (settings.length_ms + _AFTER_MS) * ms > len(whole):
        return trace, onset
    inside[max(0, int(onset - ms)) : int(onset + settings.length_ms * ms)] = 1e-3
    again = (whole - _tail(whole, sweep.rate_hz, noise, inside))[:window]
    better = _f_onset(again, noise, sweep.rate_hz, settings)
    return (trace, onset) if better is None else (again, better)


_AFTER_MS = 2.0
"""So much must follow a wave, that the tail beneath it can be drawn from both its sides."""


def _tail(part: Floats, rate_hz: float, noise: float, inside: Floats) -> Floats:
    t = np.arange(len(part)) * 1000 / rate_hz
    basis = np.stack([np.ones(len(t)), t / t[-1], (t / t[-1]) ** 2, *(np.exp(-t / decay) for decay in _DECAYS_MS)], axis=1)
    weight, tail = inside, part
    for _ in range(_ROUNDS):
        tail = basis @ np.linalg.lstsq(basis * weight[:, None], part * weight, rcond=None)[0]
        scale = max(MAD_TO_SD * float(np.median(np.abs(part - tail))), noise)
        weight = inside / np.maximum(1.0, np.abs(part - tail) / (1.5 * scale))
    return tail


_DECAYS_MS = (2.0, 4.0, 8.0)
"""Time constants of the tail of a motor response, as far as it still falls when F waves come."""
_ROUNDS = 6


def _f_onset(trace: Floats, noise: float, rate_hz: float, settings: FSettings) -> float | None:
    """The sample where the first clear deflection leaves the noise, drawn on to the baseline; None without an F wave."""
    peak = int(np.argmax(np.abs(trace)))
    reach = round(settings.length_ms * rate_hz / 2000)
    near = trace[max(0, peak - reach) : peak + reach]
    if np.ptp(near) < max(settings.least_uv, 2 * settings.peak_sd * noise) or abs(trace[peak]) < settings.peak_sd * noise:
        return None
    low = max(settings.onset_sd * noise, settings.onset_share * abs(trace[peak]))
    high = min(max(2 * low, settings.clear_share * abs(trace[peak])), abs(trace[peak]))
    start = max(0, peak - 2 * reach)
    clear = start + int(np.flatnonzero(np.abs(trace[start : peak + 1]) >= high)[0])
    quiet = np.flatnonzero(np.abs(trace[start:clear]) < low)
    if not len(quiet) or start + int(quiet[-1]) < 2:
        return None  # it began before the window: not an F wave of this window
    first = start + int(quiet[-1]) + 1
    return max(0.0, float(first - (clear - first) * low / (high - low)))


def _shape(trace: Floats, onset: float, rate_hz: float, settings: FSettings) -> Floats:
    first = int(onset)
    length = round(settings.length_ms * rate_hz / 1000)
    part = trace[first : first + length]
    return np.pad(part, (0, length - len(part)))


def _repeaters(shapes: list[tuple[float, Floats]], settings: FSettings) -> int:
    """How many F waves have a twin: the same form, size and latency (within the settings)."""
    twins = set()
    for i, (late, one) in enumerate(shapes):
        for j in range(i):
            other_late, other = shapes[j]
            size = abs(np.ptp(one) - np.ptp(other)) / max(np.ptp(one), np.ptp(other))
            near = abs(late - other_late) <= settings.same_latency_ms and size <= settings.same_size
            if near and _alike(one, other) >= settings.same_correlation:
                twins |= {i, j}
    return len(twins)


def _alike(one: Floats, other: Floats, shift: int = 5) -> float:
    """The largest correlation within a shift of some samples."""
    norms = float(np.linalg.norm(one) * np.linalg.norm(other))
    shifted = (np.roll(other, k) for k in range(-shift, shift + 1))
    return max(float(one @ turned) for turned in shifted) / norms if norms else 0.0


@dataclass(frozen=True)
class HReflex:
    """The H reflex over rising stimuli: latency, largest H against largest M, and both at each stimulus in microvolts.

    ``falls`` says that H grows smaller again while M grows: this separates it from an F wave.
    """

    latency_ms: float | None
    h_uv: tuple[float, ...]
    m_uv: tuple[float, ...]
    falls: bool

    @property
    def ratio(self) -> float:
        """Largest H over largest M."""
        return max(self.h_uv, default=0.0) / max(max(self.m_uv, default=0.0), 1e-9)


_H_MS = 22.0
"""An H reflex is as long as a motor response, longer than an F wave."""


def measure_h_reflex(
    sweeps: Sequence[Sweep], m_until_ms: float, h_from_ms: float, h_until_ms: float, settings: FSettings | None = None
) -> HReflex:
    """H and M from peak to peak at each of the stimuli, in the order of rising strength; the latency is that of the largest H."""
    settings = settings or FSettings(length_ms=_H_MS)
    h_sizes, m_sizes, onsets = [], [], []
    for sweep in sweeps:
        trace, onset = _find(sweep, h_from_ms, h_until_ms, settings)
        onsets.append(onset)
        h_sizes.append(0.0 if onset is None else float(np.ptp(_shape(trace, onset, sweep.rate_hz, settings))))
        early = Sweep(sweep.samples[: sweep.at(m_until_ms)], sweep.rate_hz, sweep.stimulus)
        muscle = measure_response(early, "motor")
        m_sizes.append(muscle.peak_to_peak_uv if muscle else 0.0)
    best = int(np.argmax(h_sizes)) if h_sizes else 0
    found = onsets[best] if onsets else None
    latency = None if found is None else h_from_ms + found * 1000 / sweeps[best].rate_hz
    return HReflex(latency, tuple(h_sizes), tuple(m_sizes), bool(h_sizes) and h_sizes[-1] < 0.5 * max(h_sizes))

"""F waves and H reflexes: the responses that go by way of the cord.

The tail of the M wave and the mains are taken off each trace. A wave is then a deflection as broad as a response of muscle that
stands over the noise of all traces of the series and over what happens where no wave was found, and that measures 20 uV from peak
to peak (the usual demand, from memory: Fisher 1992, Muscle Nerve 15:1223).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from myognosis.signals.conduction.sweeps import Floats, Sweep
from myognosis.signals.conduction.tail import Late, find_mains, take_tail_off
from myognosis.signals.conduction.waveform import measure_response, smoothed
from myognosis.signals.quality import MAD_TO_SD

__all__ = ["FSettings", "FWaves", "HReflex", "find_f_waves", "measure_h_reflex"]


@dataclass(frozen=True)
class FSettings:
    """How late responses are looked for: how they must stand out, how their onset is drawn, and when two are the same wave.

    A wave is heard through a half-wave of ``half_wave_ms``, over ``heard_sd`` noise SD and over ``stray`` times what nine of ten
    traces stay below where no wave was found: a motor unit that fires by itself is no F wave. The onset is marked in the
    trace smoothed over ``smooth_ms``, and over ``wider_ms`` as long as the wave does not stand ``peak_sd`` noise SD in it.
    """

    least_uv: float = 20.0
    half_wave_ms: float = 3.0
    heard_sd: float = 7.0
    stray: float = 2.5
    peak_sd: float = 5.0
    onset_sd: float = 2.5
    onset_share: float = 0.03
    clear_share: float = 0.12
    smooth_ms: float = 0.3
    wider_ms: tuple[float, ...] = (0.6, 1.2)
    length_ms: float = 14.0
    mains_hz: tuple[float, ...] = (50.0, 60.0)
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
    for sweep, (trace, onset) in zip(sweeps, _find(sweeps, from_ms, until_ms, settings), strict=True):
        latencies.append(None if onset is None else from_ms + onset * 1000 / sweep.rate_hz)
        if onset is not None:
            shape = _shape(trace, onset, sweep.rate_hz, settings)
            shapes.append((from_ms + onset * 1000 / sweep.rate_hz, shape))
            sizes.append(float(np.ptp(shape)))
    return FWaves(tuple(latencies), tuple(sizes), _repeaters(shapes, settings))


def _find(sweeps: Sequence[Sweep], from_ms: float, until_ms: float, settings: FSettings) -> list[tuple[Floats, float | None]]:
    """Of each trace the window without tail and mains, and the onset of the wave in it.

    Where a wave was found the tail is fitted once more without its samples, if enough follows to draw the tail from both sides.
    """
    smooth = [Sweep(smoothed(s.samples, s.rate_hz, settings.smooth_ms), s.rate_hz, s.stimulus) for s in sweeps]
    ends = until_ms + settings.length_ms
    mains = find_mains(smooth, from_ms, ends, settings.mains_hz)
    rests = [take_tail_off(sweep, from_ms, ends, mains) for sweep in smooth]
    found = []
    for sweep, rest, peak in zip(smooth, rests, _hear(rests, until_ms - from_ms, settings), strict=True):
        window, per_ms = sweep.at(until_ms) - sweep.at(from_ms), sweep.rate_hz / 1000
        onset = None if peak is None else _onset(rest, peak, window, settings)
        if peak is not None and onset is not None and onset + (settings.length_ms + _AFTER_MS) * per_ms <= len(rest.samples):
            begin = from_ms + onset / per_ms
            again = take_tail_off(sweep, from_ms, ends, mains, (begin - 1.0, begin + settings.length_ms))
            better = _onset(again, peak, window, settings)
            rest, onset = (rest, onset) if better is None else (again, better)
        found.append((rest.samples[:window], onset))
    return found


_AFTER_MS = 2.0


def _hear(rests: list[Late], window_ms: float, settings: FSettings) -> list[int | None]:
    """The sample of each trace where a half-wave stands highest over the noise; None where none stands out.

    The half-wave is a matched filter (Turin 1960, doi 10.1109/TIT.1960.1057571; from memory). The noise is that of its output in
    all traces without the waves that were found, or in the rest of the same trace where this is louder.
    """
    waves = [_half_wave(rest.rate_hz, settings) for rest in rests]
    heard = [np.abs(np.convolve(rest.samples, wave, "same")) for rest, wave in zip(rests, waves, strict=True)]
    enough = [(rest.before, wave) for rest, wave in zip(rests, waves, strict=True) if len(rest.before) >= 2 * len(wave)]
    before = [np.abs(np.convolve(samples, wave, "valid")) for samples, wave in enough]
    peaks = [int(np.argmax(one[: round(window_ms * rest.rate_hz / 1000)])) for one, rest in zip(heard, rests, strict=True)]
    beside = [_beside(len(one), peak, rest.rate_hz, settings) for one, peak, rest in zip(heard, peaks, rests, strict=True)]
    height = np.array([one[peak] for one, peak in zip(heard, peaks, strict=True)])
    own = np.array([_noise(one[free]) for one, free in zip(heard, beside, strict=True)])
    strays = [np.max(one, where=free, initial=0.0) for one, free in zip(heard, beside, strict=True)]
    stands = np.zeros(len(heard), np.bool_)
    for _ in range(_ROUNDS):
        rest = [one[free] if out else one for one, free, out in zip(heard, beside, stands, strict=True)]
        noise = np.maximum(own, _noise(np.concatenate([*rest, *before])))
        stands = height >= np.maximum(settings.heard_sd * noise, settings.stray * np.quantile(strays, _MOST_TRACES))
    return [peak if out else None for peak, out in zip(peaks, stands, strict=True)]


def _half_wave(rate_hz: float, settings: FSettings) -> Floats:
    n = max(3, round(settings.half_wave_ms * rate_hz / 1000))
    wave = np.sin(np.pi * (np.arange(n) + 0.5) / n)
    return np.asarray(wave / wave.sum())


def _beside(length: int, peak: int, rate_hz: float, settings: FSettings) -> npt.NDArray[np.bool_]:
    """What of a trace lies beside the wave that is highest at a sample: a wave goes on longer after its first peak than before."""
    reach = (settings.length_ms / 2 + settings.half_wave_ms) * rate_hz / 1000
    return np.asarray(np.abs(np.arange(length) - peak - settings.length_ms / 4 * rate_hz / 1000) > reach)


_MOST_TRACES = 0.9
_ROUNDS = 4


def _noise(sizes: Floats) -> float:
    return MAD_TO_SD * float(np.median(sizes)) if len(sizes) else 0.0


def _onset(rest: Late, near: int, window: int, settings: FSettings) -> float | None:
    """The sample where the wave leaves the noise, in the trace as little smoothed as shows it clearly; None if it is too small."""
    onset = None
    for width in (0.0, *settings.wider_ms):
        trace, before = (smoothed(part, rest.rate_hz, width) if width else part for part in (rest.samples, rest.before))
        onset, clear = _mark(trace[:window], near, max(_noise(np.abs(before)), _noise(np.abs(trace))), rest.rate_hz, settings)
        if clear:
            break
    return onset


def _mark(trace: Floats, near: int, noise: float, rate_hz: float, settings: FSettings) -> tuple[float | None, bool]:
    """The sample where the first clear deflection leaves the noise, drawn on to the baseline; and whether the wave is clear."""
    reach = round(settings.length_ms * rate_hz / 2000)
    first = max(0, near - reach)
    peak = first + int(np.argmax(np.abs(trace[first : near + reach])))
    height, size = float(abs(trace[peak])), float(np.ptp(trace[max(0, peak - reach) : peak + reach]))
    if size < settings.least_uv:
        return None, False
    low = min(max(settings.onset_sd * noise, settings.onset_share * height), _LOWER_SHARE * height)
    high = min(max(2 * low, settings.clear_share * height), height)
    start = max(0, peak - 2 * reach)
    clear = start + int(np.flatnonzero(np.abs(trace[start : peak + 1]) >= high)[0])
    quiet = np.flatnonzero(np.abs(trace[start:clear]) < low)
    if not len(quiet) or start + int(quiet[-1]) < 2:
        return None, False  # it began before the window: not a wave of this window
    leaves = start + int(quiet[-1]) + 1
    onset = max(0.0, leaves - (clear - leaves) * low / (high - low))
    return onset, height >= settings.peak_sd * noise and size >= 2 * settings.peak_sd * noise


_LOWER_SHARE = 0.6
"""The lower of the two crossings through which the onset is drawn lies at most so high on the wave."""


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
            if near and len(one) == len(other) and _alike(one, other) >= settings.same_correlation:
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

    ``left`` is the share of the largest H that is there at the largest M: where little is, this separates it from an F wave, and
    says that the largest M was reached, without which H over M means nothing.
    """

    latency_ms: float | None
    h_uv: tuple[float, ...]
    m_uv: tuple[float, ...]
    left: float

    @property
    def ratio(self) -> float:
        """Largest H over largest M."""
        return max(self.h_uv, default=0.0) / max(max(self.m_uv, default=0.0), 1e-9)


_H_MS = 22.0
"""An H reflex is as long as a motor response, longer than an F wave."""


def measure_h_reflex(
    sweeps: Sequence[Sweep], m_until_ms: float, h_from_ms: float, h_until_ms: float, settings: FSettings | None = None
) -> HReflex:
    """H and M from peak to peak at each of the stimuli of unlike strength; the latency is that of the largest H."""
    settings = settings or FSettings(length_ms=_H_MS, mains_hz=())
    h_sizes, m_sizes, onsets = [], [], []
    for sweep, (trace, onset) in zip(sweeps, _find(sweeps, h_from_ms, h_until_ms, settings), strict=True):
        onsets.append(onset)
        h_sizes.append(0.0 if onset is None else float(np.ptp(_shape(trace, onset, sweep.rate_hz, settings))))
        early = Sweep(sweep.samples[: sweep.at(m_until_ms)], sweep.rate_hz, sweep.stimulus)
        muscle = measure_response(early, "motor")
        m_sizes.append(muscle.peak_to_peak_uv if muscle else 0.0)
    best = int(np.argmax(h_sizes)) if h_sizes else 0
    found = onsets[best] if onsets else None
    latency = None if found is None else h_from_ms + found * 1000 / sweeps[best].rate_hz
    last = int(np.argmax(m_sizes)) if m_sizes else 0
    left = h_sizes[last] / max(h_sizes) if max(h_sizes, default=0.0) > 0 else 1.0
    return HReflex(latency, tuple(h_sizes), tuple(m_sizes), left)

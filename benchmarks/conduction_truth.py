"""Made traces of nerve conduction whose truth is known: responses are sums of units with an exact first moment.

Every unit begins at a definite time, so the onset of a response is the arrival of its fastest unit. A person who marks a trace
sees it later, when the first units have summed over the noise; the benchmark therefore shows the bias as well as the spread.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from myognosis.signals.conduction import Sweep

RATE = 20_000.0
BEFORE_MS, AFTER_MS = 5.0, 60.0
Noise = Callable[[np.random.Generator, int], np.ndarray]


@dataclass(frozen=True)
class Made:
    """A trace with its truth, of the trace without noise."""

    sweep: Sweep
    onset_ms: float
    peak_ms: float
    amplitude_uv: float


def time_ms() -> np.ndarray:
    return np.arange(round((BEFORE_MS + AFTER_MS) * RATE / 1000)) * 1000 / RATE - BEFORE_MS


def motor_unit(t: np.ndarray, length_ms: float) -> np.ndarray:
    """A biphasic potential that begins at t = 0 with a finite slope."""
    x = np.clip(t / length_ms, 0, None)
    return np.where(x > 0, x * (1 - x / 0.45) * np.exp(-5 * x), 0.0)


def nerve_unit(t: np.ndarray, length_ms: float, positive: float) -> np.ndarray:
    """A negative peak of definite beginning; with ``positive`` a smaller positive one before it (orthodromic)."""
    x = t / length_ms
    body = np.where((x > 0) & (x < 1), np.sin(np.pi * np.clip(x, 0, 1)) ** 1.5, 0.0)
    tail = np.where((x > 1) & (x < 2.2), -0.35 * np.sin(np.pi * np.clip((x - 1) / 1.2, 0, 1)) ** 2, 0.0)
    head = np.where((x > -0.8) & (x < 0), -positive * np.sin(np.pi * np.clip((x + 0.8) / 0.8, 0, 1)) ** 2, 0.0)
    return body + tail + head


def artefact(t: np.ndarray, size_uv: float) -> np.ndarray:
    return np.where(t >= 0, size_uv * np.exp(-np.clip(t, 0, None) / 0.25), 0.0)


def _made(clean: np.ndarray, t: np.ndarray, onset: float, noise_uv: float, artefact_uv: float, rng: np.random.Generator) -> Made:
    peak = int(np.argmax(clean))
    noisy = clean + artefact(t, artefact_uv) + coloured(rng, len(t)) * noise_uv
    return Made(Sweep(noisy, RATE, round(BEFORE_MS * RATE / 1000)), onset, float(t[peak]), float(clean[peak]))


def coloured(rng: np.random.Generator, n: int) -> np.ndarray:
    """Amplifier noise of SD 1, 20 Hz to 5 kHz, with some mains."""
    hz = np.fft.rfftfreq(n, 1 / RATE)
    pink = np.fft.irfft(np.fft.rfft(rng.normal(size=n)) * ((hz > 20) & (hz < 5000)), n)
    mains = 0.5 * np.sin(2 * np.pi * 50 * np.arange(n) / RATE + rng.uniform(0, 6.3))
    both = pink / pink.std() + mains
    return np.asarray(both / both.std())


def mains(rng: np.random.Generator, n: int) -> np.ndarray:
    """Amplifier noise with as much mains of 60 Hz and its third harmonic, of SD 1."""
    t = np.arange(n) / RATE
    hum = np.sin(2 * np.pi * 60 * t + rng.uniform(0, 6.3)) + 0.3 * np.sin(2 * np.pi * 180 * t + rng.uniform(0, 6.3))
    both = coloured(rng, n) + hum / hum.std()
    return np.asarray(both / both.std())


def pink(rng: np.random.Generator, n: int) -> np.ndarray:
    """Noise whose power falls with frequency, 10 Hz to 5 kHz, of SD 1."""
    hz = np.fft.rfftfreq(n, 1 / RATE)
    shape = np.where((hz > 10) & (hz < 5000), 1 / np.sqrt(np.maximum(hz, 10)), 0)
    x = np.fft.irfft(np.fft.rfft(rng.normal(size=n)) * shape, n)
    return np.asarray(x / x.std())


def restless(rng: np.random.Generator, n: int) -> np.ndarray:
    """A muscle that is not at rest: some six motor units fire in each trace, whenever they like; SD 1."""
    t = np.arange(n) * 1000 / RATE
    units = sum(
        (rng.choice((-6.0, 6.0)) * rng.uniform(0.5, 2) * motor_unit(t - rng.uniform(0, t[-1]), rng.normal(8, 1))
         for _ in range(rng.poisson(6))),
        start=0.3 * coloured(rng, n),
    )  # fmt: skip
    return np.asarray(units / units.std())


def cmap(
    rng: np.random.Generator, *, latency_ms: float = 3.4, amplitude_uv: float = 8000.0, spread: float = 0.12, noise_uv: float = 8.0,
    artefact_uv: float = 500.0, units: int = 80,
) -> Made:  # fmt: skip
    """A motor response: units whose latencies are those of a spread of velocities, the fastest at ``latency_ms``."""
    t = time_ms()
    slow = np.sort(rng.beta(2.0, 4.0, units))
    delays = latency_ms * (1 + spread * (slow - slow[0]) / (slow[-1] - slow[0]) * 2)
    weights = np.exp(rng.normal(0, 0.5, units))
    lengths = rng.normal(11.0, 1.0, units)
    clean = sum(w * motor_unit(t - d, length) for w, d, length in zip(weights, delays, lengths, strict=True))
    clean = np.asarray(clean) * amplitude_uv / np.max(clean)
    return _made(clean, t, float(delays[0]), noise_uv, artefact_uv, rng)


def snap(
    rng: np.random.Generator, *, distance_mm: float = 140.0, velocity: float = 58.0, amplitude_uv: float = 25.0,
    noise_uv: float = 0.5, artefact_uv: float = 20.0, orthodromic: bool = False, fibres: int = 300,
) -> Made:  # fmt: skip
    """A sensory response; the truth of an orthodromic one is the positive peak at its beginning."""
    t = time_ms()
    velocities = velocity * (1 - 0.22 * np.sort(rng.beta(2.0, 3.0, fibres)))
    velocities *= velocity / velocities[0]
    delays = distance_mm / velocities
    weights = velocities**2
    clean = sum(w * nerve_unit(t - d, 1.3, 0.45 if orthodromic else 0.0) for w, d in zip(weights, delays, strict=True))
    clean = np.asarray(clean)
    onset = float(delays[0])
    peak = int(np.argmax(clean))
    base = 0.0
    if orthodromic:
        dip = int(np.argmin(clean[:peak]))
        onset, base = float(t[dip]), clean[dip]
    clean *= amplitude_uv / (clean[peak] - base)
    made = _made(clean, t, onset, noise_uv, artefact_uv, rng)
    return Made(made.sweep, made.onset_ms, made.peak_ms, amplitude_uv)


def f_series(
    rng: np.random.Generator, *, n: int = 20, persistence: float = 0.8, minimum_ms: float = 26.0, chronodispersion_ms: float = 4.0,
    size_uv: tuple[float, float] = (60.0, 500.0), noise_uv: float = 8.0, repeaters: int = 0, noise: Noise = coloured,
) -> tuple[list[Sweep], list[float | None]]:  # fmt: skip
    """A series of sweeps with an M wave each and F waves in some; the latency of every F wave, or None."""
    t = time_ms()
    sweeps: list[Sweep] = []
    truth: list[float | None] = []
    twin: tuple[float, np.ndarray] | None = None
    muscle = cmap(rng, noise_uv=0.0, artefact_uv=0.0).sweep.samples
    for i in range(n):
        trace = muscle * rng.normal(1, 0.01) + noise(rng, len(t)) * noise_uv + artefact(t, 500.0)
        late = None
        if rng.random() < persistence or i < repeaters:
            late = minimum_ms + chronodispersion_ms * rng.beta(1.5, 1.5)
            units = int(rng.integers(1, 4))
            wave = sum(
                rng.uniform(0.4, 1) * motor_unit(t - late - rng.uniform(0, 1.0) * (k > 0), rng.normal(6.0, 0.8))
                for k in range(units)
            )
            wave = np.asarray(wave) * np.exp(rng.uniform(*np.log(size_uv))) / np.ptp(wave)
            if i < repeaters:
                twin = twin or (late, wave)
                late, wave = twin
            trace = trace + wave
        truth.append(late)
        sweeps.append(Sweep(trace, RATE, round(BEFORE_MS * RATE / 1000)))
    return sweeps, truth

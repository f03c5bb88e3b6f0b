"""What the centre asks for: effort, the drive all units share, tremor, lapses of tone; as a share of the highest excitation."""

from dataclasses import dataclass

import numpy as np

from myognosis.model.truth import Happening
from myognosis.simulate.chance import Floats, events_at, smooth_noise, stream
from myognosis.simulate.scenarios import Timeline
from myognosis.simulate.settings import LapseSettings, Settings, TremorSettings

__all__ = ["DRIVE_HZ", "Centre", "Drive", "make_centre"]

DRIVE_HZ = 1000.0


@dataclass(frozen=True, eq=False)
class Drive:
    """The drive of one muscle at ``DRIVE_HZ``, and which part of it swings."""

    excitation: Floats
    trembles: bool


@dataclass(frozen=True, eq=False)
class Centre:
    """What is common to all muscles: the oscillator's phase and swing, effort, lapses, and when jerks come."""

    time_s: Floats
    effort: Floats
    phase: Floats
    swing: Floats
    tone: Floats
    lapses: tuple[Happening, ...]
    jerks_s: Floats
    jerk_lengths_s: Floats

    def drive(self, settings: Settings, seed: int, muscle: str, turn_deg: float, opposes: bool) -> Drive:
        """The drive of a muscle; the opposing one takes no part in the effort but for a tenth."""
        effort = self.effort * (0.1 if opposes else 1.0)
        pool = settings.pool
        shared = smooth_noise(stream(seed, "common drive", muscle), len(effort), DRIVE_HZ, pool.common_hz)
        wave = self.swing * np.sin(self.phase + np.radians(turn_deg))
        excitation = (effort * (1 + pool.common_cov * shared) + wave) * self.tone * pool.gain
        return Drive(np.clip(excitation, 0.0, 1.0), bool(self.swing.any()))


def make_centre(settings: Settings, timeline: Timeline, seed: int) -> Centre:
    """All that several muscles share."""
    n = round(timeline.duration_s * DRIVE_HZ)
    time = np.arange(n) / DRIVE_HZ
    effort = _ramped(timeline.course("drive.effort", settings.drive.effort, time), settings.drive.ramp_s)
    phase = _phase(settings.tremor, n, seed)
    depth = _ramped(timeline.course("tremor.depth", settings.tremor.depth, time), settings.drive.ramp_s)
    swelling = smooth_noise(stream(seed, "tremor swell"), n, DRIVE_HZ, 0.4)
    swing = depth * np.clip(1 + settings.tremor.swell * swelling, 0.0, 3.0)
    tone, lapses = _lapses(settings.lapse, timeline, time, seed)
    jerk = settings.jerk
    rng = stream(seed, "jerk times")
    jerks = events_at(rng, timeline.course("jerk.per_min", jerk.per_min, time) / 60, 1 / DRIVE_HZ, jerk.regularity)
    lengths = np.maximum(rng.normal(jerk.burst_ms, jerk.burst_spread_ms, len(jerks)), 0.3 * jerk.burst_ms) / 1000
    return Centre(time, effort, phase, swing, tone, lapses, jerks, lengths)


def _phase(tremor: TremorSettings, n: int, seed: int) -> Floats:
    """The oscillator: a frequency that wanders slowly (low-pass Gaussian noise below 0.5 Hz)."""
    rng = stream(seed, "tremor phase")
    hz = tremor.frequency_hz + tremor.wander_hz * smooth_noise(rng, n, DRIVE_HZ, 0.5)
    return np.asarray(rng.uniform(0, 2 * np.pi) + 2 * np.pi * np.cumsum(np.maximum(hz, 0.0)) / DRIVE_HZ)


def _ramped(course: Floats, ramp_s: float) -> Floats:
    """Steps as ramps: a running mean over the ramp's length, the ends continued."""
    width = max(1, round(ramp_s * DRIVE_HZ))
    padded = np.concatenate([np.full(width, course[0]), course])
    total = np.cumsum(padded)
    return np.asarray((total[width:] - total[:-width]) / width)


def _lapses(lapse: LapseSettings, timeline: Timeline, time: Floats, seed: int) -> tuple[Floats, tuple[Happening, ...]]:
    """Tone with its lapses (asterixis): nothing is asked for during each silence."""
    rng = stream(seed, "lapses")
    starts = events_at(rng, timeline.course("lapse.per_min", lapse.per_min, time) / 60, 1 / DRIVE_HZ, 0.0)
    lengths = np.maximum(rng.normal(lapse.silence_ms, lapse.silence_spread_ms, len(starts)), 20.0) / 1000
    tone = np.ones(len(time))
    for start, length in zip(starts, lengths, strict=True):
        tone[round(start * DRIVE_HZ) : round((start + length) * DRIVE_HZ)] = 0.0
    return tone, tuple(Happening(float(s), float(d), "lapse") for s, d in zip(starts, lengths, strict=True))

"""What jerks are held against: published limits, handed in from the knowledge."""

from myognosis.model.base import Model
from myognosis.signals.jumps import JumpRules

__all__ = ["DurationClass", "JerkCriteria", "ReflexWindow"]


class DurationClass(Model):
    """How long the EMG bursts of one kind of jerk last."""

    id: str
    low_ms: float
    high_ms: float


class ReflexWindow(Model):
    """Where a reflex answer begins after a stimulus of a nerve at the wrist."""

    id: str
    low_ms: float
    high_ms: float


class JerkCriteria(Model):
    """Limits that decide something medical; each stands with its source in the knowledge.

    ``min_bursts``: so many bursts for a length that counts, ``min_snr``: so many times the noise.
    ``cortical_below_ms``: shorter bursts speak for the cortex.
    ``lapse_ms``: how long a lapse of a held muscle lasts, of a contraction of
    ``contraction_uv`` or more, whose units fire ``unit_rate_hz`` times a second at least; the law of chance makes a silence
    like it ``alike_per_min`` times at most, and ``chance_per_min`` is how many chance is told to make.
    ``spread_m_s``: how fast propriospinal jerks spread.
    ``same_jerk_s``: bursts of several muscles so near to each other are one jerk.
    ``cortical_window_s``, ``readiness_window_s``: where a potential before the jerk is looked for, the onset at 0; ``sep_ms``:
    where N20, P25 and N33 are, each after the one before.
    ``rhythmic_cv``: intervals that vary less are a rhythm. ``min_jerks_cortical``, ``min_jerks_readiness``: so many jerks
    to look for a potential before them. ``giant_n20_p25_uv``, ``giant_p25_n33_uv``: from when on a sensory potential is giant.
    ``jumps``: where a trace is broken; what the filter makes of that is no burst.
    """

    min_bursts: int
    min_snr: float
    cortical_below_ms: float
    durations: tuple[DurationClass, ...]
    lapse_ms: tuple[float, float]
    contraction_uv: float
    unit_rate_hz: float
    alike_per_min: float
    chance_per_min: float
    spread_m_s: tuple[float, float]
    same_jerk_s: float
    rhythmic_cv: float
    min_jerks_cortical: int
    min_jerks_readiness: int
    cortical_window_s: tuple[float, float]
    readiness_window_s: tuple[float, float]
    min_stimuli: int
    reflexes: tuple[ReflexWindow, ...]
    sep_ms: tuple[tuple[float, float], ...]
    giant_n20_p25_uv: float
    giant_p25_n33_uv: float
    jumps: JumpRules

"""What jerks are held against: published limits, handed in from the knowledge."""

from myognosis.model.base import Model

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
    ``contraction_uv`` or more, whose units fire ``unit_rate_hz`` times a second at least.
    ``spread_m_s``: how fast propriospinal jerks spread.
    ``rhythmic_cv``: intervals that vary less are a rhythm. ``min_jerks_cortical``, ``min_jerks_readiness``: so many jerks
    to look for a potential before them. ``giant_n20_p25_uv``, ``giant_p25_n33_uv``: from when on a sensory potential is giant.
    """

    min_bursts: int
    min_snr: float
    cortical_below_ms: float
    durations: tuple[DurationClass, ...]
    lapse_ms: tuple[float, float]
    contraction_uv: float
    unit_rate_hz: float
    spread_m_s: tuple[float, float]
    rhythmic_cv: float
    min_jerks_cortical: int
    min_jerks_readiness: int
    min_stimuli: int
    reflexes: tuple[ReflexWindow, ...]
    giant_n20_p25_uv: float
    giant_p25_n33_uv: float

"""What a tremor is held against: published limits, handed in from the knowledge."""

from myognosis.model.base import Model

__all__ = ["TremorCriteria"]


class TremorCriteria(Model):
    """Limits that decide something medical; each stands with its source in the knowledge.

    ``loading_shift_hz``: a frequency that falls by more than this under a weight is that of a mechanical or reflex
    oscillation. ``pause_share``: what is left of the tremor while the other hand moves, at or below which it pauses or halves.
    ``functional_signs``: so many signs of the battery count together. ``entrained_hz``: the tremor has taken up the rhythm of
    tapping when their frequencies differ by no more, and ``entrained_left`` is the most that is then left where it was.
    ``tapping_error``: tapping is abnormal beyond this share of the asked rate. ``orthostatic_hz``: the band of orthostatic
    tremor. ``antagonists_deg``: two muscles pull together, or in turn, within so much of a phase of 0, or of 180 degrees.
    ``task_least``: so many quick movements, or windows of tapping, tell something. The others say when a phone's recording serves:
    its acceleration holds a gravity of ``gravity_m_s2`` or none (``no_gravity_m_s2`` and less); its sensor is at its limit where
    ``phone_limit_share`` of an axis that spans more than ``phone_limit_m_s2`` or ``phone_limit_deg_s`` lies on its end.
    """

    loading_shift_hz: float
    pause_share: float
    functional_signs: int
    entrained_hz: float
    entrained_left: float
    tapping_error: float
    orthostatic_hz: tuple[float, float]
    antagonists_deg: float
    task_least: int
    phone_min_rate_hz: float
    phone_min_seconds: float
    phone_missing_share: float
    phone_min_movement: float
    gravity_m_s2: tuple[float, float]
    no_gravity_m_s2: float
    phone_limit_share: float
    phone_limit_m_s2: float
    phone_limit_deg_s: float

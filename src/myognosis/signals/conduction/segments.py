"""Two sites of stimulation compared, and what follows from distances and temperature.

velocity = distance / (proximal latency - distal latency).
Drop of amplitude or area = 100 (distal - proximal) / distal; rise of duration = 100 (proximal - distal) / distal: the ratios of
the criteria of conduction block and temporal dispersion (Oh, Kim, Kuruoglu 1994, Muscle Nerve 17:489, whose abstract finds area
the better index of block and negative-peak duration that of dispersion).
Terminal latency index = terminal distance / (velocity x distal latency); residual latency = distal latency - terminal
distance / velocity (Shahani, Young, Potts, Maccabee 1979; Kraft, Halvorson 1983; from memory).
F ratio = (F - M - 1) / 2M with latencies in ms from the same stimulus (Kimura; with the wrist or ankle as site the modified
ratio of Attarian 2001, Clin Neurophysiol 112:457; from memory). F estimate = distal latency + 1 + 2 distance / velocity
(Preston and Shapiro; from memory).
"""

from dataclasses import dataclass

from myognosis.signals.conduction.waveform import Response

__all__ = [
    "Compared", "compare_sites", "corrected_latency_ms", "corrected_velocity_m_s", "f_estimate_ms", "f_ratio",
    "residual_latency_ms", "terminal_latency_index", "velocity_m_s",
]  # fmt: skip


@dataclass(frozen=True)
class Compared:
    """A proximal response against a distal one of the same nerve and muscle; drops and rises in percent."""

    amplitude_drop: float
    area_drop: float
    duration_rise: float
    velocity_m_s: float | None
    velocity_error_m_s: float | None


def velocity_m_s(distance_mm: float, proximal_ms: float, distal_ms: float) -> float:
    """Conduction velocity between two sites.

    >>> velocity_m_s(220, 7.5, 3.5)
    55.0
    """
    if distance_mm <= 0 or proximal_ms <= distal_ms:
        raise ValueError("the distance and the difference of the latencies must be above zero")
    return distance_mm / (proximal_ms - distal_ms)


def compare_sites(
    distal: Response, proximal: Response, distance_mm: float | None, *, mark_sd_ms: float = 0.1, distance_sd_mm: float = 5.0
) -> Compared:
    """Drops, rise and velocity between two sites.

    ``velocity_error_m_s`` is the 95 % half-width that errors of the two marks and of the distance make: the relative variances of
    time and distance add up (Maynard and Stolov 1972, Arch Phys Med Rehabil 53:362; from memory).
    """
    velocity = error = None
    gap = proximal.onset_ms - distal.onset_ms
    if distance_mm is not None and gap > 0:
        velocity = velocity_m_s(distance_mm, proximal.onset_ms, distal.onset_ms)
        error = 1.96 * velocity * ((2**0.5 * mark_sd_ms / gap) ** 2 + (distance_sd_mm / distance_mm) ** 2) ** 0.5
    return Compared(
        amplitude_drop=_drop(distal.amplitude_uv, proximal.amplitude_uv),
        area_drop=_drop(distal.area_uv_ms, proximal.area_uv_ms),
        duration_rise=-_drop(distal.negative_duration_ms, proximal.negative_duration_ms),
        velocity_m_s=velocity,
        velocity_error_m_s=error,
    )


def _drop(distal: float, proximal: float) -> float:
    return 100 * (distal - proximal) / distal


def terminal_latency_index(distance_mm: float, velocity: float, distal_ms: float) -> float:
    """How much of the distal latency conduction at the proximal velocity would take; low when the end of the nerve is slow.

    >>> round(terminal_latency_index(70, 55, 3.4), 2)
    0.37
    """
    return distance_mm / (velocity * distal_ms)


def residual_latency_ms(distance_mm: float, velocity: float, distal_ms: float) -> float:
    """What of the distal latency conduction at the proximal velocity does not explain.

    >>> round(residual_latency_ms(70, 55, 3.4), 2)
    2.13
    """
    return distal_ms - distance_mm / velocity


def f_ratio(f_ms: float, m_ms: float) -> float:
    """Conduction to the cord and back against conduction from the same site to the muscle; one ms for the turn in the cord.

    >>> round(f_ratio(26.0, 3.4), 2)
    3.18
    """
    return (f_ms - m_ms - 1) / (2 * m_ms)


def f_estimate_ms(distance_mm: float, velocity: float, distal_ms: float) -> float:
    """The F latency that the distance from the site to the cord and the velocity would make.

    >>> f_estimate_ms(600, 60, 3.5)
    24.5
    """
    return distal_ms + 1 + 2 * distance_mm / velocity


def corrected_velocity_m_s(velocity: float, temperature_c: float, reference_c: float, per_degree: float) -> float:
    """A velocity brought to a reference temperature along a straight line: v + k (reference - measured).

    The line holds for healthy nerve near the reference only: the true relation is curved (Todnem 1989, J Neurol Neurosurg
    Psychiatry 52:497), and slow nerves change less (Wu 1993, Am J Phys Med Rehabil 72:369).

    >>> corrected_velocity_m_s(47.0, 30.0, 33.0, 1.5)
    51.5
    """
    return velocity + per_degree * (reference_c - temperature_c)


def corrected_latency_ms(latency_ms: float, temperature_c: float, reference_c: float, per_degree: float) -> float:
    """A distal latency brought to a reference temperature: latency - k (reference - measured).

    >>> round(corrected_latency_ms(4.6, 30.0, 33.0, 0.2), 2)
    4.0
    """
    return latency_ms - per_degree * (reference_c - temperature_c)

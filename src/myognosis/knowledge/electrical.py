"""The shape of the knowledge on electrical and movement recordings: limits, criteria, bands."""

from typing import Literal

from myognosis.knowledge.sourced import Sourced
from myognosis.model.base import Model, Name, Text

__all__ = [
    "BlockLimit", "Bound", "ConductionLimit", "Discharge", "FasciculationFeature", "JerkBand", "MotorUnitLimit", "NerveWarmth",
    "Regression", "TremorBand",
]  # fmt: skip


class Regression(Model):
    """What is expected of a person: constant + age a + age2 a^2 + height h (years, cm), and its SD."""

    constant: float
    age: float = 0.0
    age2: float = 0.0
    height: float = 0.0
    sd: float


class ConductionLimit(Sourced):
    """A limit of nerve conduction in adults, for whom it holds, and the finding it makes.

    Age, height and distance run from the first number to below the second; ``rate_hz`` are the slowest and the fastest train. Of
    several limits for one measure the most specific holds; one without age and height is as wide as any of those with them. With
    ``line`` the limit follows from age and height: 1.96 SD from the expected value, with ``log`` from its natural logarithm.
    ``share`` makes it that part of the lower limit that holds for the person.
    """

    nerve: Name
    kind: Literal["motor", "sensory", "f_wave", "h_reflex", "repetitive"]
    measure: Literal[
        "latency_ms", "amplitude_mv", "amplitude_uv", "velocity_m_s", "distal_duration_ms", "chronodispersion_ms",
        "persistence_percent", "decrement_percent", "increment_percent",
    ]  # fmt: skip
    segment: str | None = None
    technique: Literal["antidromic", "orthodromic"] | None = None
    sex: Literal["female", "male"] | None = None
    age: tuple[float, float] | None = None
    height_cm: tuple[float, float] | None = None
    distance_mm: tuple[float, float] | None = None
    rate_hz: tuple[float, float] | None = None
    low: float | None = None
    high: float | None = None
    share: float | None = None
    centile: float | None = None
    mean: float | None = None
    sd: float | None = None
    log: Regression | None = None
    line: Regression | None = None
    finding: Name | None = None
    note: str | None = None


class BlockLimit(Sourced):
    """How much smaller or longer a proximal response must be for conduction block or temporal dispersion, in percent."""

    id: Name
    nerves: tuple[Name, ...]
    kind: Literal["block", "dispersion"]
    area_drop: float | None = None
    amplitude_drop: float | None = None
    duration_rise: float | None = None
    duration_rise_at_most: float | None = None
    least_distal_mv: float | None = None
    note: str | None = None


class NerveWarmth(Sourced):
    """From what skin temperature on a nerve is too cold, and how its velocity and latency are brought to the reference."""

    id: Name
    nerves: tuple[Name, ...]
    cold_below_c: float
    reference_c: float
    motor_m_s_per_c: float
    sensory_m_s_per_c: float
    latency_ms_per_c: float
    note: str | None = None


class Bound(Sourced):
    """A bound on one measure of a discharge (``docs/discharges.md`` says what each measure is)."""

    measure: Name
    low: float | None = None
    high: float | None = None


class Discharge(Sourced):
    """A spontaneous discharge of needle or surface EMG, and what defines it; with criteria it is a kind that is looked for."""

    id: Name
    names: Text
    rate_hz: tuple[float, float] | None = None
    note: str | None = None
    needle_only: bool = False
    criteria: tuple[Bound, ...] = ()


class Scatter(Sourced):
    """How much single potentials of one healthy muscle differ: their standard deviation, in the unit of the measure."""

    sd: float
    note: str | None = None


class MotorUnitLimit(Sourced):
    """A limit of motor units under voluntary control: of the mean over the units of a muscle, or of its recruitment.

    Without a muscle it holds for limb muscles; without ages for adults. ``mean`` is that of healthy people, by default halfway
    between the limits. With ``single`` the limits are those of the mean of ``of_units`` potentials, and a mean of fewer has wider.
    """

    id: Name
    muscle: Name | None = None
    measure: Name
    ages: tuple[float, float] | None = None
    low: float | None = None
    high: float | None = None
    mean: float | None = None
    of_units: int = 20
    single: Scatter | None = None
    note: str | None = None


class TremorBand(Sourced):
    """The frequency band of a tremor."""

    id: Name
    names: Text
    hz: tuple[float, float]
    note: str | None = None


class FasciculationFeature(Sourced):
    """What was published of fasciculation potentials in a group of people: the range and mean of a measure, or a sentence.

    It holds for an electrode and a muscle where these are named. Where only a mean is given it is a share.
    """

    id: Name
    measure: Name
    electrode: Literal["needle", "surface"] | None = None
    muscle: Name | None = None
    group: Text | None = None
    range: tuple[float, float] | None = None
    mean: float | None = None
    sd: float | None = None
    says: Text | None = None
    note: str | None = None


class JerkBand(Sourced):
    """How long the EMG bursts of one kind of jerk last."""

    id: Name
    names: Text
    ms: tuple[float, float]
    note: str | None = None

"""What was recorded while a nerve was stimulated: an excitability test, or a scan of the muscle's response."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

from myognosis.faults import Issue

__all__ = ["CmapScan", "Curve", "Electrotonus", "ExcitabilityTest", "StudyHead"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class StudyHead:
    """What the file says about the study. The person's name, the operator and the comments are never kept."""

    age_years: float | None = None
    sex: Literal["female", "male"] | None = None
    temperature_c: float | None = None
    start: dt.datetime | None = None
    site: str = ""
    group: str = ""
    protocol: str = ""


@dataclass(frozen=True, eq=False)
class Curve:
    """One table of a test, as recorded: what was set, and what was found. Both arrays are as long as the table."""

    x: Floats
    y: Floats


@dataclass(frozen=True, eq=False)
class Electrotonus:
    """Threshold reduction (%) at each delay (ms) from the start of the run, under a current in % of the resting threshold.

    ``current_percent`` is positive where the current depolarises; it is zero before and after the current flows.
    """

    delay_ms: Floats
    current_percent: Floats
    reduction_percent: Floats


@dataclass(frozen=True, eq=False)
class ExcitabilityTest:
    """A nerve-excitability test (Kiernan et al. 2000, Muscle & Nerve 23:399). A table that is not in the file is None.

    ``stimulus_response``: share of the largest response (%) -> stimulus (mA).
    ``charge_duration``: stimulus duration (ms) -> threshold charge (mA ms).
    ``recovery``: interval after the conditioning stimulus (ms) -> change of threshold (%).
    ``current_threshold``: polarising current (% of threshold) -> threshold reduction (%).
    ``device_values``: the values that the recording software itself derived, by its own names.
    """

    head: StudyHead
    stimulus_response: Curve | None = None
    charge_duration: Curve | None = None
    electrotonus: tuple[Electrotonus, ...] = ()
    recovery: Curve | None = None
    current_threshold: Curve | None = None
    largest_response_mv: float | None = None
    device_values: Mapping[str, float] = field(default_factory=dict)
    issues: tuple[Issue, ...] = ()


@dataclass(frozen=True, eq=False)
class CmapScan:
    """Responses of a muscle to stimuli from above its largest response to below its smallest, in the order recorded.

    ``stimulus_ma`` and ``response_mv`` are equally long. ``marks`` are the four sweeps, counted from 1, that the
    recording software wrote as 'Scanpts', or none. ``device_values`` are that software's own results.
    """

    head: StudyHead
    stimulus_ma: Floats
    response_mv: Floats
    marks: tuple[int, ...] = ()
    device_values: Mapping[str, float] = field(default_factory=dict)
    issues: tuple[Issue, ...] = ()

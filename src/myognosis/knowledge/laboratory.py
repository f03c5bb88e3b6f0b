"""The shape of the knowledge on laboratory values: analytes, their limits, and the findings that they make."""

from typing import Literal

from pydantic import Field

from myognosis.knowledge.sourced import Sourced
from myognosis.model.base import Model, Name, Text, Trust

__all__ = ["Lab", "LabRule", "Limit", "Mistaken"]


class Limit(Sourced):
    """A number that separates."""

    value: float


class LabRule(Model):
    """Which finding a result below or above a limit is; a word means the laboratory's own limit or ours."""

    id: Name
    below: float | Literal["low"] | None = None
    above: float | Literal["high"] | None = None
    source: Name | None = None
    trust: Trust | None = None


class Mistaken(Model):
    """Values (in the unit of the analyte) that another analyte usually has, and spellings that people write for either."""

    like: Name
    below: float | None = None
    above: float | None = None
    spellings: tuple[str, ...] = ()


class Lab(Model):
    """An analyte: unit, conversion (``linear``: unit -> factor, offset), limits, findings; ``loinc_also`` is read, not written.

    ``holds_days``: for so many days a result tells how it is today, where that is another number than for most. Where one of
    ``decided_by`` was measured as late, that one alone tells the state: free calcium, not what albumin carries.
    """

    id: Name
    names: Text
    also: tuple[str, ...] = ()
    loinc: str | None = None
    loinc_also: tuple[str, ...] = ()
    unit: str
    molar_mass: float | None = None
    valence: int | None = None
    linear: dict[str, tuple[float, float]] = Field(default_factory=dict)
    plausible: tuple[float, float]
    holds_days: float | None = None
    low: Limit | None = None
    high: Limit | None = None
    by_sex: dict[Literal["male", "female"], tuple[float | None, float | None]] = Field(default_factory=dict)
    rules: tuple[LabRule, ...]
    mistaken: Mistaken | None = None
    decided_by: tuple[Name, ...] = ()

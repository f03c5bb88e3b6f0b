"""The assessment: what came out, in ids and numbers only, so that it is the same in every language."""

from typing import Literal

from myognosis.model.base import Model, Trust
from myognosis.model.finding import Measured

__all__ = [
    "Assessment", "CauseResult", "Evidence", "FearAnswered", "MovementResult", "NextStep", "RuleFired", "SiteResult", "Urgency",
]  # fmt: skip

Level = Literal["emergency", "urgent", "soon", "routine", "self_care"]
Kind = Literal[
    "present", "absent", "context_present", "context_absent", "context_untold", "age", "sex", "setting", "description", "named",
    "pattern",
]  # fmt: skip
Band = Literal["likely", "possible", "unlikely", "very_unlikely"]


class RuleFired(Model):
    """A red-flag rule that holds, and the findings it holds by."""

    rule: str
    level: Level
    because: tuple[str, ...]


class Urgency(Model):
    """How soon, by rules alone; ``open`` is what must still be known before it can be called low."""

    level: Level
    rules: tuple[RuleFired, ...]
    not_asked: tuple[str, ...]
    unknown: tuple[str, ...]
    open: tuple[str, ...]


class MovementResult(Model):
    """One movement type and how well the description fits it."""

    movement: str
    probability: float


class SiteResult(Model):
    """One site of origin: how well it explains the signs, what it predicts and what it leaves open."""

    site: str
    probability: float
    explains: tuple[str, ...] = ()
    unexplained: tuple[str, ...] = ()
    expected: tuple[str, ...] = ()


class Evidence(Model):
    """One piece of evidence on one cause.

    ``decibans`` is ten times the base-ten logarithm of the ratio by which it moved the odds of this cause alone
    against no listed cause. The ranking is computed from these.
    """

    finding: str
    kind: Kind
    decibans: float
    p: float | None = None
    background: float | None = None
    source: str
    trust: Trust


class CauseResult(Model):
    """One cause, its probability among people with answers like these, its range, and why."""

    cause: str
    probability: float
    low: float
    high: float
    band: Band
    evidence: tuple[Evidence, ...]
    not_known: tuple[str, ...]
    dangerous: bool
    with_others: tuple[str, ...] = ()


class Written(Model):
    """What the person's own words seem to say and nobody confirmed: it counts nowhere."""

    kind: Literal["finding", "place", "medicine", "since"]
    name: str
    wrote: str
    side: str = ""


class FearAnswered(Model):
    """A feared cause, answered although unlikely: what speaks against and what would change our mind."""

    cause: str
    probability: float
    against: tuple[str, ...]
    for_it: tuple[str, ...]
    would_change: tuple[str, ...]


class NextStep(Model):
    """A question or a test that would settle much, its expected gain and what it would tell apart."""

    id: str
    gain_bits: float
    danger_bits: float
    score: float
    separates: tuple[str, ...]


class Fasciculation(Model):
    """Benign against pathological, asked wherever fasciculation is possible."""

    probability: float
    benign: float
    pathological: float
    speaks_benign: tuple[str, ...]
    speaks_pathological: tuple[str, ...]
    missing: tuple[str, ...]


class Assessment(Model):
    """The whole answer to one case."""

    format: Literal["myognosis/assessment/1"] = "myognosis/assessment/1"
    knowledge: str
    urgency: Urgency
    movements: tuple[MovementResult, ...]
    sites: tuple[SiteResult, ...]
    site_signs: int
    causes: tuple[CauseResult, ...]
    unclassified: float
    ranking_open: bool
    cannot_tell: bool
    dropped_bound: float
    unexplained: tuple[str, ...]
    fasciculation: Fasciculation | None
    feared: tuple[FearAnswered, ...]
    questions: tuple[NextStep, ...]
    tests: tuple[NextStep, ...]
    options: tuple[str, ...]
    self_care: tuple[str, ...]
    claims: tuple[str, ...]
    ask_back: tuple[str, ...]
    alarms: tuple[str, ...]
    written: tuple[Written, ...] = ()
    urgency_if_so: Urgency | None = None
    """The urgency if the words mean what they seem to, where that would be sooner."""
    keep_medicines: tuple[str, ...]
    present: tuple[str, ...]
    absent: tuple[str, ...]
    unknown: tuple[str, ...]
    recordings: tuple[str, ...]
    measured: tuple[Measured, ...] = ()
    unmapped: tuple[str, ...]
    genetic_clues: tuple[str, ...]
    recheck_days: int

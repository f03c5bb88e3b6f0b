"""A finding: one raw fact in the words of the vocabulary, with where it came from."""

from typing import Literal

from pydantic import Field

from myognosis.faults import Issue
from myognosis.model.base import Model, Trust
from myognosis.model.case import Answer, Conduction, Person, Place, Setting
from myognosis.model.picture import Picture
from myognosis.model.recording import Measurement

__all__ = [
    "Beside",
    "Comparison",
    "ConductionRow",
    "Findings",
    "Held",
    "Lies",
    "LocalSign",
    "Measured",
    "Provenance",
    "State",
    "Unsettled",
    "Verdict",
    "as_state",
]

State = Literal["present", "absent", "unknown"]
Verdict = Literal["within", "beyond", "open"]
"""What a comparison with a limit says; open where a cold limb or a missing number leaves it so."""


Lies = Literal["below", "within", "above"]


class Beside(Model):
    """A number from a recording beside what was published of a group (``feature``), and where it lies there if it has numbers."""

    feature: str
    measure: str
    value: float
    unit: str
    lies: Lies | None = None


class Held(Model):
    """A number of motor units against the limits of healthy muscle; those of a mean are as wide as ``units`` make them."""

    measure: str
    value: float
    unit: str
    low: float | None
    high: float | None
    units: int | None
    source: str
    trust: Trust


class Provenance(Model):
    """Where in the case a finding came from, and what was read there."""

    path: str
    raw: str


class LocalSign(Model):
    """A sign with its place, for the forward model of anatomy: this muscle weak, that reflex absent."""

    kind: Literal["weak", "strong", "wasted", "twitching", "reflex_low", "reflex_normal", "reflex_high", "numb", "feels"]
    where: str
    side: Literal["left", "right", "both", "midline"] | None = None


class Unsettled(Model):
    """Why something that was looked for in a recording is not concluded: a number of it, and what would be needed."""

    reason: Literal[
        "kind", "unusable", "voluntary", "not_rest", "short", "few", "take", "movement", "physiological", "swings", "state",
        "tremor_short", "tremor_unclear", "burst_length", "few_bursts", "lapses", "reflexes", "described", "compared",
        "open", "no_limit", "few_nerves", "criteria", "slow", "rate", "rest_unsaid", "rest_short", "noise", "unit", "discharges",
    ]  # fmt: skip
    value: float | None = None
    needed: float | None = None


class Measured(Model):
    """What was measured in one recording of the case, what it was taken for or why not, and what there is to see."""

    file: str
    during: Literal["rest", "posture", "movement", "standing"] | None
    place: Place | None = None
    measurements: tuple[Measurement, ...]
    findings: dict[str, State] = Field(default_factory=dict)
    unsettled: tuple[Unsettled, ...] = ()
    beside: tuple[Beside, ...] = ()
    limits: tuple[Held, ...] = ()
    pictures: tuple[Picture, ...] = Field(default=(), exclude=True, repr=False)


class Comparison(Model):
    """A number of a nerve-conduction study against its limit: for whom this holds, where it comes from, and what follows.

    ``corrected`` is the number brought to the reference temperature. A limit may be a ``share`` of the lower limit. ``segment`` is
    the one that the limit is of, where the row does not say its own.
    """

    measure: str
    value: float
    corrected: float | None = None
    low: float | None = None
    high: float | None = None
    age: tuple[float, float] | None = None
    height_cm: tuple[float, float] | None = None
    sex: Literal["female", "male"] | None = None
    centile: float | None = None
    share: float | None = None
    segment: str | None = None
    z: float | None = None
    state: Verdict
    finding: str | None
    source: str
    trust: Trust


class ConductionRow(Model):
    """A row of a nerve-conduction study, entered or measured from traces, with everything it was compared with.

    ``may_be_absent`` says that healthy people of this age may have no such response, ``compressed`` of which compression of the
    nerve another row is the sign.
    """

    row: Conduction
    compared: tuple[Comparison, ...]
    cold: bool = False
    may_be_absent: bool = False
    compressed: str | None = None


class Findings:
    """What is known of a person, in the words of the vocabulary.

    Attributes
    ----------
    states
        Finding id -> present, absent or unknown. A finding that was not asked is not there.
    provenance
        Finding id -> where it was read, all places.
    implied
        Ids that follow from a more specific finding and so carry no weight of their own.
    signs
        Signs with their place.
    measured
        What was measured in recordings, file by file.
    conduction
        The rows of nerve conduction with what they were compared with.
    """

    def __init__(
        self,
        person: Person,
        states: dict[str, State],
        *,
        provenance: dict[str, tuple[Provenance, ...]] | None = None,
        implied: frozenset[str] = frozenset(),
        signs: tuple[LocalSign, ...] = (),
        issues: tuple[Issue, ...] = (),
        medicines: tuple[str, ...] = (),
        measured: tuple[Measured, ...] = (),
        conduction: tuple[ConductionRow, ...] = (),
    ) -> None:
        self.person, self.states, self.implied, self.signs = person, states, implied, signs
        self.provenance = provenance or {}
        self.issues, self.medicines, self.measured, self.conduction = issues, medicines, measured, conduction

    @property
    def setting(self) -> Setting:
        """Where the person asks."""
        return self.person.setting

    def present(self, finding: str) -> bool:
        """Whether the finding is known to be present."""
        return self.states.get(finding) == "present"

    def absent(self, finding: str) -> bool:
        """Whether the finding is known to be absent."""
        return self.states.get(finding) == "absent"

    def asked(self, finding: str) -> bool:
        """Whether it was asked, whatever the answer."""
        return finding in self.states

    def all_present(self) -> tuple[str, ...]:
        """Every present finding, in the order found."""
        return tuple(f for f, state in self.states.items() if state == "present")


def as_state(answer: Answer) -> State:
    """An answer as a state of knowledge: what was declined is as unknown as what is not known."""
    return "present" if answer is Answer.PRESENT else "absent" if answer is Answer.ABSENT else "unknown"

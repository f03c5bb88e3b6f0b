"""The page: everything a report shows, already in words of one language. Templates compute nothing."""

from dataclasses import dataclass

from myognosis.language import Language

__all__ = [
    "AxonRow", "BasisView", "CauseView", "ClaimView", "ConductionView", "EmergencyView", "EvidenceView", "FasciculationView",
    "FearView", "LabView", "MeasureView", "MeasuredView", "MechanismView", "MovementView", "NamedText", "Page", "PictureView",
    "RuleView", "SelfCareView", "SiteView", "SourceView", "StepView", "UrgencyView",
]  # fmt: skip


@dataclass(frozen=True)
class RuleView:
    """A rule of urgency that holds."""

    title: str
    why: str
    do: str
    who: str
    bring: tuple[str, ...]
    because: tuple[str, ...]
    """The signs as doctors name them."""
    told: tuple[str, ...]
    """The same signs as a person says them."""
    source: str


@dataclass(frozen=True)
class UrgencyView:
    """How soon, by whom, why."""

    level: str
    title: str
    when: str
    too_early: bool
    """Whether warning signs are open that decide how soon."""
    waits: bool
    """Whether it only asks to look again on a date."""
    rules: tuple[RuleView, ...]
    other_rules: tuple[RuleView, ...]
    not_asked: tuple[str, ...]
    unknown: tuple[str, ...]
    not_asked_told: tuple[str, ...]
    unknown_told: tuple[str, ...]
    """The same signs as a person says them."""
    open: tuple[str, ...]
    alarms: tuple[str, ...]
    signs: str
    """Where no rule is shown: which warning signs were reported, or that none was."""


@dataclass(frozen=True)
class NamedText:
    """A name with a sentence."""

    name: str
    text: str
    note: str = ""


@dataclass(frozen=True)
class EmergencyView:
    """What several rules tell to do, once; what to say on the telephone or there; what to do until help is there or on the way."""

    do: str
    who: str
    bring: tuple[str, ...]
    reasons: tuple[NamedText, ...]
    say_title: str
    say: tuple[str, ...]
    until_title: str
    until: tuple[str, ...]


@dataclass(frozen=True)
class MovementView:
    """A movement type."""

    name: str
    plain: str
    frequency: str
    share: float


@dataclass(frozen=True)
class SiteView:
    """A site of origin."""

    name: str
    text: str
    frequency: str
    explains: tuple[str, ...]
    unexplained: tuple[str, ...]
    expected: tuple[str, ...]


@dataclass(frozen=True)
class BasisView:
    """What one number rests on: what was counted, what was noted from the source, the source with its link, how far to trust it.

    ``at`` says where in the source it stands and when that was read.
    """

    numbers: str
    noted: str
    where: str
    link: str
    trust: str
    at: str


@dataclass(frozen=True)
class EvidenceView:
    """One piece of evidence: what, how strongly, whose number."""

    finding: str
    kind: str
    state: str
    stated: str
    """The finding with its state, in a line."""
    decibans: float
    points: str
    ratio: str
    strength: str
    source: str
    source_key: str
    trust: str
    tells: bool
    """Whether it moves the odds enough to be named to a person."""
    basis: BasisView


@dataclass(frozen=True)
class CauseView:
    """One cause with all its reasons; ``caution``, where it is one that people fear, says that this is no diagnosis."""

    id: str
    rank: int
    name: str
    summary: str
    caution: str
    band: str
    band_id: str
    frequency: str
    frequency_range: str
    thousand: int
    probability: str
    interval: str
    urgency: str
    dangerous: bool
    for_it: tuple[EvidenceView, ...]
    against: tuple[EvidenceView, ...]
    not_known: tuple[str, ...]
    companions: tuple[str, ...]
    facts: tuple[NamedText, ...]


@dataclass(frozen=True)
class AxonRow:
    """One axon watched: whose, what it did, a drawing in a box of 1000 by 40 with health dashed, and over how long a time."""

    label: str
    told: str
    path: str
    span: str
    dashed: str = ""


@dataclass(frozen=True)
class MechanismView:
    """What happens in the nerve in one cause: sentences, what the model cannot show, and health beside the state, drawn."""

    cause: str
    name: str
    title: str
    says: tuple[str, ...]
    limits: str
    rows: tuple[AxonRow, ...]
    svg: str
    state: str
    source: str


@dataclass(frozen=True)
class FearView:
    """A feared cause, answered."""

    name: str
    sentence: str
    thousand: int
    against: tuple[str, ...]
    for_it: tuple[str, ...]
    would_change: tuple[str, ...]


@dataclass(frozen=True)
class FasciculationView:
    """Benign or not, asked of every possible fasciculation."""

    verdict: str
    benign: tuple[str, ...]
    pathological: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True)
class StepView:
    """A question or a test."""

    name: str
    text: str
    why: str
    separates: str
    gain: str


@dataclass(frozen=True)
class SelfCareView:
    """A thing one can do, with its steps and picture where it has them."""

    name: str
    text: str
    caution: str
    evidence: str
    steps: tuple[str, ...]
    picture: str


@dataclass(frozen=True)
class ClaimView:
    """A claim one may have read, and what holds."""

    heard: str
    truth: str
    source: str


@dataclass(frozen=True)
class LabView:
    """A laboratory row."""

    name: str
    value: str
    limits: str
    flag: str


@dataclass(frozen=True)
class ConductionView:
    """A number of a nerve-conduction study as clinicians expect it; the head of a study stands at its first number."""

    nerve: str
    side: str
    technique: str
    temperature: str
    filters: str
    values: str
    limit: str
    z: str
    source: str
    flag: str


@dataclass(frozen=True)
class NeedleView:
    """What a report of needle EMG says of one muscle."""

    muscle: str
    side: str
    fibrillation: str
    fasciculation: str
    discharges: str
    units: str
    flag: str


@dataclass(frozen=True)
class MeasureView:
    """One number taken from a recording."""

    name: str
    channel: str
    value: str
    interval: str
    unit: str
    seconds: str
    in_short: bool
    ranged: bool = False
    """Whether the interval is the whole range of few values."""
    method: str = ""
    """Its number in the list of methods, and what its trust rests on."""


@dataclass(frozen=True)
class PictureView:
    """A picture of a recording, drawn by us, and its caption in words."""

    svg: str
    caption: str


@dataclass(frozen=True)
class MeasuredView:
    """One recording: what it is of, the numbers, what they were taken for and set beside, and what there is to see."""

    file: str
    what: str
    rows: tuple[MeasureView, ...]
    methods: tuple[str, ...]
    taken: tuple[str, ...]
    why: tuple[str, ...]
    pictures: tuple[PictureView, ...]
    beside: tuple[str, ...] = ()


@dataclass(frozen=True)
class SourceView:
    """A source in the list at the end."""

    key: str
    text: str
    link: str


@dataclass(frozen=True)
class Page:
    """One result, in one language."""

    language: Language
    title: str
    date: str
    person: str
    words: str
    case_source: str
    urgency: UrgencyView
    emergency: EmergencyView | None
    movements: tuple[MovementView, ...]
    movement_note: str
    sites: tuple[SiteView, ...]
    site_note: str
    causes: tuple[CauseView, ...]
    mechanisms: tuple[MechanismView, ...]
    unclassified: str
    cannot_tell: str
    ranking_open: str
    fasciculation: FasciculationView | None
    feared: tuple[FearView, ...]
    unexplained: tuple[str, ...]
    ask_back: tuple[str, ...]
    questions: tuple[StepView, ...]
    tests: tuple[StepView, ...]
    options: tuple[NamedText, ...]
    self_care: tuple[SelfCareView, ...]
    medicines: tuple[NamedText, ...]
    """The movements that each medicine in use can make."""
    keep_medicines: tuple[str, ...]
    claims: tuple[ClaimView, ...]
    safety_net: tuple[str, ...]
    recheck: str
    health_worry: str
    genetic: str
    present: tuple[str, ...]
    absent: tuple[str, ...]
    unknown: tuple[str, ...]
    labs: tuple[LabView, ...]
    conduction: tuple[ConductionView, ...]
    conduction_lines: tuple[str, ...]
    needle: tuple[NeedleView, ...]
    needle_lines: tuple[str, ...]
    recordings: tuple[str, ...]
    measured: tuple[MeasuredView, ...]
    measured_lines: tuple[str, ...]
    unmapped: tuple[str, ...]
    doubts: tuple[str, ...]
    limits: tuple[str, ...]
    sources: tuple[SourceView, ...]
    knowledge: str
    dropped: str
    body: str


"""The last field is the body map, drawn. It and the pictures of recordings and axons are the only markup, made by us alone."""

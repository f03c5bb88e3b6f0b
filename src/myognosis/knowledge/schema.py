"""The shape of the knowledge: one class for each kind of entry. The files are described in ``docs/knowledge.md``."""

from typing import Annotated, Literal, get_args

from pydantic import Field, JsonValue

from myognosis.knowledge.electrical import (
    BlockLimit,
    Bound,
    ConductionLimit,
    Discharge,
    FasciculationFeature,
    JerkBand,
    MotorUnitLimit,
    NerveWarmth,
    Regression,
    TremorBand,
)
from myognosis.knowledge.laboratory import Lab, LabRule, Limit
from myognosis.knowledge.sourced import Sourced
from myognosis.knowledge.wording import Concept, Fear, Saying, Term, Trap
from myognosis.model.base import Model, Name, Text, Trust
from myognosis.model.case import Setting

__all__ = [
    "SITE_CLASSES", "Activity", "AgeBand", "Asking", "BlockLimit", "Bound", "Cause", "Claim", "Concept", "ConductionLimit",
    "Contact", "Context", "Discharge", "Dose", "Fact", "FasciculationFeature", "Fear", "Finding", "Group", "HpoTerm", "Item",
    "JerkBand", "Lab", "LabRule", "Limit", "Link", "Mechanism", "Medicine", "MotorUnitLimit", "Movement", "Muscle", "Nerve",
    "NerveWarmth", "Option", "Outcome", "Prior", "RedFlag", "Reflex", "Regression", "Saying", "SeedClaim", "SelfCare", "SelfTest",
    "Serving", "Site", "Source", "StateChange", "Term", "Test", "Trap", "TremorBand", "Tuning",
]  # fmt: skip

SiteClass = Literal[
    "muscle", "junction", "nerve", "several_nerves", "plexus", "root", "anterior_horn", "cord", "brainstem", "cerebellum",
    "basal_ganglia", "cortex", "diffuse_brain", "systemic",
]  # fmt: skip
SITE_CLASSES: tuple[SiteClass, ...] = get_args(SiteClass)

Urgency = Literal["emergency", "urgent", "soon", "routine", "self_care"]
Probability = Annotated[float, Field(gt=0, lt=1)]
Ratio = Annotated[float, Field(gt=0)]


class Source(Model):
    """A paper, a guideline, a page, and when it was read; ``estimate`` and ``memory`` stand for numbers without one."""

    title: str
    authors: str | None = None
    read_on: Annotated[str, Field(pattern=r"^20\d\d-\d\d-\d\d$")] | None = None
    year: int | None = None
    doi: str | None = None
    pmid: str | None = None
    pmcid: str | None = None
    url: str | None = None
    kind: Literal["paper_or_guideline", "tertiary", "secondary", "memory", "estimate"]


class Group(Sourced):
    """A group of findings that are asked for one reason and depend on one another."""

    id: Name
    names: Text
    why: Text
    asked_of: Literal["person", "clinician", "laboratory"]
    cost: Annotated[float, Field(gt=0)]
    correlation: Annotated[float, Field(ge=0, lt=1)]


class Finding(Model):
    """A word of the vocabulary. ``leak`` is its probability where no listed cause explains it.

    A circumstance has ``usual`` instead: the share of people with an involuntary movement in whom it holds.
    ``plain`` says a name that few people know as one says it to a dispatcher, where the name needs it.
    A no to what is ``private`` is not listed among what was told: a printed page lies on a table.
    """

    id: Name
    is_a: Name | None = None
    hpo: Annotated[str, Field(pattern=r"^HP:\d{7}$")] | None = None
    leak: Probability | None = None
    usual: Probability | None = None
    names: Text
    ask: Text | None = None
    plain: Text | None = None
    why: Text | None = None
    private: bool = False
    group: Name


class HpoTerm(Model):
    """A term of the Human Phenotype Ontology: the finding that is the same, those of which it is a form, and its own forms."""

    id: Annotated[str, Field(pattern=r"^HP:\d{7}$")]
    same: Name | None = None
    forms: tuple[Name, ...] = ()
    holds: tuple[Name, ...] = ()


class Asking(Model):
    """When a question is pointless: see ``asking.yaml``."""

    id: Name
    needs: tuple[Name, ...] = ()
    after_no: tuple[Name, ...] = ()
    after_yes: tuple[Name, ...] = ()
    same: tuple[Name, ...] = ()
    follows: tuple[Name, ...] = ()
    only: Literal["male", "female"] | None = None
    age_from: float = 0
    age_to: float = 130


class Prior(Sourced):
    """Share of those who bring an involuntary movement to general practice."""

    p: Probability
    note: str | None = None


class AgeBand(Model):
    """Odds ratio of an age band against the average presenter."""

    from_: Annotated[float, Field(alias="from", ge=0)]
    to: Annotated[float, Field(gt=0)]
    ratio: Ratio


class Context(Sourced):
    """A circumstance that moves the prior odds: odds ratios when present and when absent."""

    id: Name
    present: Ratio
    absent: Ratio
    note: str | None = None


class Link(Sourced):
    """How often a cause makes a finding."""

    id: Name
    p: Probability
    n: int | None = None
    range: tuple[float, float] | None = None
    note: str | None = None


class Fact(Sourced):
    """A true number that is not the probability of a finding: shown, never computed with."""

    finding: str | None = None
    value: JsonValue = None
    note: str | None = None


class Cause(Model):
    """One cause, one file; ``state``: the finding that says that it is there, whatever the movement comes from."""

    id: Name
    names: Text
    summary: Text
    class_: Annotated[
        Literal[
            "benign", "muscle", "junction", "peripheral_nerve", "root", "anterior_horn", "cord", "central", "systemic", "drug",
            "functional",
        ],
        Field(alias="class"),
    ]  # fmt: skip
    urgency: Urgency
    dangerous: bool = False
    state: Name | None = None
    codes: dict[str, str] = Field(default_factory=dict)
    prior: Prior
    settings: dict[Setting, Ratio] = Field(default_factory=dict)
    age: tuple[AgeBand, ...] = ()
    sex: dict[Literal["male", "female"], Ratio] = Field(default_factory=dict)
    context: tuple[Context, ...] = ()
    sites: dict[SiteClass, Annotated[float, Field(ge=0, le=1)]]
    findings: tuple[Link, ...]
    facts: tuple[Fact, ...] = ()
    tests: tuple[Name, ...] = ()
    options: tuple[Name, ...] = ()
    self_care: tuple[Name, ...] = ()


class Movement(Sourced):
    """A movement type and the features that describe it: probability of each feature given the type.

    ``shown_by`` are findings of recordings that are this movement by definition: they name it where nobody described one.
    """

    id: Name
    plain: Text
    share: Probability
    features: dict[Name, Probability]
    shown_by: tuple[Name, ...] = ()


class Muscle(Sourced):
    """A muscle, its roots (shares), nerve and region; or a part of the body (``is_part``), which no needle enters."""

    id: Name
    names: Text
    is_part: bool = False
    region: Name
    roots: dict[str, Annotated[float, Field(gt=0, le=1)]]
    nerve: Name | None = None
    plexus: Name | None = None
    proximal: bool = False
    bulbar: bool = False
    test: Text | None = None


class Nerve(Sourced):
    """A nerve, the territory it feels, and its share of all lesions of single nerves where that is not small."""

    id: Name
    names: Text
    territory: tuple[str, ...] = ()
    share: Probability | None = None


class Reflex(Sourced):
    """A tendon reflex and its roots."""

    id: Name
    names: Text
    roots: dict[str, Annotated[float, Field(gt=0, le=1)]]


class Site(Sourced):
    """A class of sites: how often signs arise there, and how they look (the forward model's probabilities)."""

    id: SiteClass
    names: Text
    explains: Text
    share: Probability
    signs: dict[str, Probability]


class Serving(Sourced):
    """How much of an exposure is in what people count: a cup, a can."""

    id: Name
    names: Text
    amount: Annotated[float, Field(gt=0)]


class Dose(Sourced):
    """From how much of an exposure on it counts as a finding, and in what people count it."""

    id: Name
    names: Text
    unit: str
    finding: Name
    over: float | None = None
    under: float | None = None
    servings: tuple[Serving, ...] = ()


class Medicine(Sourced):
    """A substance, its names, and what it does to movement."""

    id: Name
    atc: Annotated[str, Field(pattern=r"^[A-Z]\d{2}[A-Z]{2}\d{2}$")] | None = None
    names: Text
    also: tuple[str, ...] = ()
    effects: tuple[Name, ...] = ()
    makes: tuple[Name, ...] = ()
    when_stopped: tuple[Name, ...] = ()
    when_new: tuple[Name, ...] = ()
    onset: Literal["hours", "days", "weeks", "months", "years"] | None = None
    serotonergic: bool = False
    abrupt_stop: bool = False


class RedFlag(Model):
    """A rule of urgency: when it holds, how soon, who to see, what to bring, and the guideline behind it."""

    id: Name
    level: Urgency
    within: Literal["today", "week"] | None = None
    """How soon, where that is sooner than the level says of itself."""
    when: JsonValue
    names: Text
    why: Text
    do: Text
    who: Name
    bring: tuple[Name, ...] = ()
    source: Name
    trust: Trust


class HelpLine(Model):
    """A telephone line of a country that listens at any hour."""

    number: str
    names: Text
    first_for: tuple[str, ...] = ()
    """The languages whose readers are shown it first."""


class Contact(Model):
    """Someone to see; with lines that can be called instead, by country."""

    id: Name
    names: Text
    lines: tuple[HelpLine, ...] = ()


class Item(Model):
    """Something to bring; ``age_under``: only for somebody younger, or whose age is not known."""

    id: Name
    names: Text
    age_under: float | None = None

    def fits(self, age: float | None) -> bool:
        """Whether somebody of this age can bring it."""
        return self.age_under is None or age is None or age < self.age_under


class Test(Model):
    """A test: what it is, what it settles and what it costs the person."""

    id: Name
    tier: Literal["bedside", "blood", "electrophysiology", "imaging", "specialist"]
    names: Text
    what: Text
    settles: tuple[Name, ...]
    cost: Annotated[float, Field(gt=0)]


class Activity(Sourced):
    """Something that people do every day, and the findings that its loss speaks for."""

    id: Name
    names: Text
    age_from: float = 0.0
    """Younger people have not learned it yet (years)."""
    means: tuple[Name, ...]


class Outcome(Model):
    """How a self test may end, and which findings that speaks for and against."""

    id: Name
    names: Text
    present: tuple[Name, ...] = ()
    absent: tuple[Name, ...] = ()


class SelfTest(Sourced):
    """A thing that a person can safely try alone."""

    id: Name
    names: Text
    how: Text
    age_from: float = 0.0
    """Younger people are not asked to try it."""
    not_with: tuple[Name, ...] = ()
    """Findings with which it is not safe."""
    outcomes: tuple[Outcome, ...]


class Option(Sourced):
    """An option that evidence supports, to be discussed with a clinician. Never a dose."""

    id: Name
    names: Text
    what: Text
    evidence: Literal["good", "moderate", "weak", "expert"]
    caution: Text | None = None
    not_with: tuple[Name, ...] = ()
    """It can harm who has one of these, and is not named to them."""


class SelfCare(Sourced):
    """Something a person can safely do."""

    id: Name
    names: Text
    what: Text
    evidence: Literal["good", "moderate", "weak", "expert"]
    caution: Text | None = None
    steps: tuple[Text, ...] = ()
    picture: Name | None = None
    after_no: tuple[Name, ...] = ()
    """It is of no use to who said no to one of these."""
    not_with: tuple[Name, ...] = ()
    """It can harm who has one of these, and is not named to them."""


class Shows(Model):
    """Where a corrected claim matters: any of these."""

    causes: tuple[Name, ...] = ()
    findings: tuple[Name, ...] = ()
    movements: tuple[Name, ...] = ()
    traps: tuple[Name, ...] = ()
    """Everyday words, by their id in ``traps.yaml``: who writes one has met the claim."""
    always: bool = False


class Claim(Sourced):
    """A false or unsafe claim people read, and what holds instead."""

    id: Name
    seeds: tuple[str, ...] = ()
    verdict: Literal["wrong", "unsafe", "weak", "folk", "outdated", "mistranslated", "advertising"]
    heard: Text
    truth: Text
    shows: Shows


class StateChange(Sourced):
    """One value of the surroundings of an axon (``AxonState``) that differs from health."""

    id: Literal[
        "temperature_c", "potassium_mm", "calcium_mm", "magnesium_mm", "ph", "persistent_sodium", "fast_potassium",
        "slow_potassium", "leak", "noise",
    ]  # fmt: skip
    value: float


class Mechanism(Model):
    """What makes the muscle move in some causes, the state of an axon that shows it, and the ``limits`` of the model.

    Only what ``arises`` in the axon has a state; ``cuff_s`` is for how many seconds a cuff has been on when the watching begins.
    """

    id: Name
    names: Text
    arises: Literal["axon", "muscle", "centre"]
    causes: Annotated[tuple[Name, ...], Field(min_length=1)]
    changes: tuple[StateChange, ...] = ()
    cuff_s: Annotated[float, Field(gt=0)] | None = None
    says: Annotated[tuple[Text, ...], Field(min_length=1, max_length=5)]
    limits: Text | None = None
    rests_on: Annotated[tuple[Sourced, ...], Field(min_length=1)]


class SeedClaim(Model):
    """Where a claim of the four founding articles went."""

    id: Annotated[str, Field(pattern=r"^SC-[A-K]\d{2}$")]
    verdict: str
    became: Literal["knowledge", "claim"]
    where: tuple[str, ...]


class Tuning(Sourced):
    """One number of the reasoning."""

    value: float
    note: str

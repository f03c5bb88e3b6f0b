"""The case: what a person or a clinician tells us, as they told it.

Three facts have three spellings: a finding that was *not asked* is not there, ``unknown`` was asked and could not be
answered, ``absent`` is a no. A fourth, ``declined``, was asked and the person would rather not say.
"""

import datetime as dt
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from myognosis.model.base import Model

__all__ = [
    "SCHEMA",
    "About",
    "Answer",
    "Case",
    "Complaint",
    "Conduction",
    "Duration",
    "Event",
    "Examination",
    "Exposure",
    "Lab",
    "Medicine",
    "NeedleMuscle",
    "Pair",
    "Person",
    "Place",
    "Power",
    "Proximal",
    "Recording",
    "Reflex",
    "Sensation",
    "Setting",
    "TestDone",
    "Trace",
    "Unmapped",
]  # fmt: skip

SCHEMA = "myognosis/case/1"
"""The version of the format. A later version is refused with a word on how to update."""

_Id = Annotated[str, Field(min_length=1, max_length=120)]
_Words = Annotated[str, Field(max_length=4000)]
Side = Literal["left", "right", "both", "midline"]
Setting = Literal["self_check", "general_practice", "neurology_clinic", "genetics_clinic", "emergency_department"]


class Answer(StrEnum):
    """What is known of a finding that was asked about."""

    PRESENT = "present"
    ABSENT = "absent"
    UNKNOWN = "unknown"
    DECLINED = "declined"


class About(Model):
    """What the case is and where it comes from; for published cases the citation."""

    title: _Words | None = None
    source: _Words | None = None
    note: _Words | None = None


class Person(Model):
    """Who it is about. Names are not asked for."""

    age_years: Annotated[float, Field(ge=0, le=120)] | None = None
    sex: Literal["female", "male", "other"] | None = None
    height_cm: Annotated[float, Field(ge=30, le=260)] | None = None
    pregnant: Answer | None = None
    setting: Setting = "self_check"


class Duration(Model):
    """A length of time in a UCUM unit: s, min, h, d, wk, mo, a."""

    value: Annotated[float, Field(gt=0, le=1e6)]
    unit: Literal["s", "min", "h", "d", "wk", "mo", "a"]


class Place(Model):
    """A place on the body: a muscle or region of ``muscles.yaml``, and its side."""

    where: _Id
    side: Side | None = None


class Complaint(Model):
    """The movement in time and place."""

    words: _Words | None = None
    began: dt.date | None = None
    since: Duration | None = None
    onset: Literal["sudden", "acute", "subacute", "gradual", "lifelong"] | None = None
    course: Literal["progressive", "stable", "fluctuating", "improving", "attacks", "single", "unknown"] | None = None
    episode: Duration | None = None
    per_day: Annotated[float, Field(ge=0, le=1e7)] | None = None
    rhythm: Literal["rhythmic", "irregular"] | None = None
    triggers: tuple[_Id, ...] = ()
    relievers: tuple[_Id, ...] = ()
    places: tuple[Place, ...] = ()


class Exposure(Model):
    """How much of something a person takes or does: caffeine in mg/d, alcohol in {drink}/wk, sleep in h/d ..."""

    what: _Id
    value: Annotated[float, Field(ge=0, le=1e6)]
    unit: _Id


class Medicine(Model):
    """A medicine or substance under any of its names, with its dose or without, and since when."""

    name: _Id
    since: dt.date | None = None
    changed: dt.date | None = None
    stopped: dt.date | None = None


class Event(Model):
    """Something that happened: an operation, an injury, an infection."""

    what: _Id
    on: dt.date | None = None
    ago: Duration | None = None


class Power(Model):
    """Strength of a muscle on the Medical Research Council scale, 0 to 5."""

    muscle: _Id
    side: Literal["left", "right", "both"]
    mrc: Annotated[float, Field(ge=0, le=5)]


class Reflex(Model):
    """A tendon reflex: 0 absent, 1 reduced, 2 normal, 3 brisk, 4 with clonus."""

    reflex: _Id
    side: Literal["left", "right", "both", "midline"]
    grade: Annotated[int, Field(ge=0, le=4)]


class Sensation(Model):
    """Feeling in a dermatome (C6), a nerve's territory (ulnar) or a pattern (stocking)."""

    area: _Id
    side: Literal["left", "right", "both"]
    state: Literal["reduced", "normal"]


class Examination(Model):
    """What was found on examination."""

    power: tuple[Power, ...] = ()
    wasting: tuple[Place, ...] = ()
    twitching: tuple[Place, ...] = ()
    reflexes: tuple[Reflex, ...] = ()
    sensation: tuple[Sensation, ...] = ()
    tone: Literal["normal", "low", "spastic", "rigid"] | None = None
    signs: dict[str, Answer] = Field(default_factory=dict)


class Lab(Model):
    """One laboratory result as it was printed; the laboratory's own limits where it gave them.

    Of several dated results of one analyte the newest counts, and none that is too old to tell how it is today.
    """

    analyte: _Id
    value: float
    unit: _Id
    on: dt.date | None = None
    low: float | None = None
    high: float | None = None


class Proximal(Model):
    """The response to stimulation at a second, proximal site, and how far this lies from the distal one."""

    site: _Id | None = None
    latency_ms: Annotated[float, Field(gt=0, le=500)] | None = None
    amplitude_mv: Annotated[float, Field(ge=0, le=100)] | None = None
    area_mv_ms: Annotated[float, Field(ge=0, le=1000)] | None = None
    duration_ms: Annotated[float, Field(gt=0, le=200)] | None = None
    distance_mm: Annotated[float, Field(gt=0, le=2000)] | None = None


class Trace(Model):
    """A file with the traces of a study, beside the case: from it the numbers of the row are measured.

    ``up`` says what points up in its samples. The stimuli are told in seconds, or are annotations whose text begins with "stim".
    ``window_ms`` is where an F wave or H reflex can be. Marks that are given replace the automatic ones.
    """

    file: _Words
    channel: _Id | None = None
    site: Literal["distal", "proximal"] = "distal"
    up: Literal["negative", "positive"] | None = None
    stimuli_s: tuple[Annotated[float, Field(ge=0)], ...] = ()
    window_ms: tuple[float, float] | None = None
    onset_ms: Annotated[float, Field(gt=0, le=500)] | None = None
    peak_ms: Annotated[float, Field(gt=0, le=500)] | None = None
    negative_end_ms: Annotated[float, Field(gt=0, le=500)] | None = None
    units: dict[_Id, _Id] = Field(default_factory=dict)


class Conduction(Model):
    """One row of a nerve-conduction report, or the traces from which it is measured.

    The latency is that of the onset, in sensory studies that of the negative peak. Motor amplitude, area and duration are those of
    the negative phase; ``distal_duration_ms`` runs to the return of the last negative phase. A velocity that is not given follows
    from the distance. ``filter_hz`` are the low and the high cut-off of the amplifier. ``site`` is where the nerve was stimulated;
    a train of ``rate_hz`` stimuli a second was given before or after ``exercise``.
    """

    nerve: _Id
    side: Literal["left", "right"]
    kind: Literal["motor", "sensory", "f_wave", "h_reflex", "repetitive", "cmap_scan"]
    segment: _Id | None = None
    technique: Literal["antidromic", "orthodromic"] | None = None
    site: _Id | None = None
    latency_ms: Annotated[float, Field(gt=0, le=500)] | None = None
    amplitude_mv: Annotated[float, Field(ge=0, le=100)] | None = None
    amplitude_uv: Annotated[float, Field(ge=0, le=1000)] | None = None
    velocity_m_s: Annotated[float, Field(ge=0, le=150)] | None = None
    area_mv_ms: Annotated[float, Field(ge=0, le=1000)] | None = None
    duration_ms: Annotated[float, Field(gt=0, le=200)] | None = None
    distal_duration_ms: Annotated[float, Field(gt=0, le=200)] | None = None
    distance_mm: Annotated[float, Field(gt=0, le=2000)] | None = None
    proximal: Proximal | None = None
    stimuli: Annotated[int, Field(ge=1, le=10000)] | None = None
    persistence_percent: Annotated[float, Field(ge=0, le=100)] | None = None
    chronodispersion_ms: Annotated[float, Field(ge=0, le=200)] | None = None
    h_m_percent: Annotated[float, Field(ge=0, le=1000)] | None = None
    decrement_percent: Annotated[float, Field(ge=-10000, le=100)] | None = None
    increment_percent: Annotated[float, Field(ge=-100, le=100000)] | None = None
    rate_hz: Annotated[float, Field(gt=0, le=200)] | None = None
    exercise: Literal["before", "just_after", "minutes_after"] | None = None
    motor_units: Annotated[float, Field(ge=0, le=2000)] | None = None
    temperature_c: Annotated[float, Field(ge=10, le=45)] | None = None
    filter_hz: tuple[Annotated[float, Field(ge=0, le=1000)], Annotated[float, Field(gt=0, le=100000)]] | None = None
    absent: bool = False
    traces: tuple[Trace, ...] = ()


class NeedleMuscle(Model):
    """What a report of needle EMG says of one muscle.

    ``fibrillation`` counts fibrillations and positive sharp waves, from 0 to 4 plus. ``units`` is the size of the motor units,
    amplitude and duration together.
    """

    muscle: _Id
    side: Literal["left", "right"]
    fibrillation: Annotated[int, Field(ge=0, le=4)] | None = None
    fasciculation: Literal["none", "simple", "complex"] | None = None
    discharges: tuple[Literal["myokymic", "neuromyotonic", "myotonic", "complex_repetitive", "cramp"], ...] = ()
    units: Literal["normal", "large", "small"] | None = None
    polyphasic: bool | None = None
    recruitment: Literal["normal", "reduced", "early"] | None = None


class TestDone(Model):
    """A test already had, its result in a word, and the findings it gave; what was normal before it all began says nothing."""

    __test__ = False  # for pytest: this is a value, not a test

    test: _Id
    result: Literal["normal", "abnormal", "pending", "unknown"]
    on: dt.date | None = None
    findings: dict[str, Answer] = Field(default_factory=dict)
    note: _Words | None = None


class Pair(Model):
    """Two signals of one recording that belong together, and what they are.

    Each is named by its channel, by what the names of a sensor's axes begin with, or by the kind of the sensor
    (accelerometer). ``legs`` are compared on standing, ``antagonists`` are two muscles of one joint, of ``hands`` the first shakes
    and the other does the task, and a ``muscle_and_movement`` are an EMG and a sensor that it moves.
    """

    one: _Id
    other: _Id
    are: Literal["legs", "antagonists", "hands", "muscle_and_movement"]


class Recording(Model):
    """A recording that belongs to the case, in what state and over which place it was made, and what its file does not say.

    It is analysed when it lies beside the case and is of a kind and format that we measure; else it is kept and named. ``shows``
    says what it was made to show where kind and state do not: jerks are only looked for where somebody saw them. With
    ``loaded`` the hand carried a weight. A ``task`` is what the other hand did: tap at the asked rate, or move quickly at
    ``moments_s``. Those are also when stimuli were given, where ``shows`` says reflexes; without them the marks of the file count.
    What a task did is read against ``before``, a file, or else against the recording of the same place and state without a task.
    ``units`` (by channel, or ``*`` for all) and ``rate_hz`` are for files that do not say them.
    """

    file: _Words
    kind: Literal["emg", "eeg", "accelerometer", "gyroscope", "video", "other"]
    during: Literal["rest", "posture", "movement", "standing"] | None = None
    shows: Literal["twitches", "tremor", "jerks", "reflexes", "motor_units"] | None = None
    task: Literal["tapping", "quick_movements"] | None = None
    asked_hz: Annotated[float, Field(ge=0.5, le=8)] | None = None
    before: _Words | None = None
    moments_s: tuple[Annotated[float, Field(ge=0)], ...] = ()
    pairs: tuple[Pair, ...] = ()
    place: Place | None = None
    electrode: Literal["needle", "surface"] | None = None
    negative_up: bool | None = None
    loaded: bool = False
    units: dict[_Id, _Id] = Field(default_factory=dict)
    rate_hz: Annotated[float, Field(ge=1, le=200_000)] | None = None
    note: _Words | None = None


class Unmapped(Model):
    """A term of an imported case that our vocabulary does not hold."""

    code: _Id
    label: _Words | None = None
    state: Answer = Answer.PRESENT


class Case(Model):
    """Everything told about one person."""

    model_config = ConfigDict(populate_by_name=True)

    format: Annotated[str, Field(alias="schema")] = SCHEMA
    about: About = About()
    person: Person = Person()
    complaint: Complaint = Complaint()
    answers: dict[str, Answer] = Field(default_factory=dict, max_length=20000)
    exposures: tuple[Exposure, ...] = ()
    medicines: tuple[Medicine, ...] = ()
    conditions: tuple[_Id, ...] = ()
    events: tuple[Event, ...] = ()
    self_tests: dict[_Id, _Id] = Field(default_factory=dict, max_length=50)
    """Each self test that was done, and how it ended."""
    examination: Examination = Examination()
    labs: tuple[Lab, ...] = ()
    conduction: tuple[Conduction, ...] = ()
    needle: tuple[NeedleMuscle, ...] = ()
    tests: tuple[TestDone, ...] = ()
    recordings: tuple[Recording, ...] = ()
    unmapped: tuple[Unmapped, ...] = ()
    assessed_on: dt.date | None = None

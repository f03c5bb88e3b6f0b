"""The rows of nerve conduction, repetitive stimulation and needle EMG as forms; each field has the name that it has in a case."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from myognosis.knowledge import Knowledge
from myognosis.knowledge.schema import Muscle, Nerve
from myognosis.language import Language, catalogue, mark
from myognosis.model.case import Case, Conduction, NeedleMuscle
from myognosis.report.conduction import EXERCISE, KINDS, SEGMENTS, SITES, TECHNIQUES, study_head
from myognosis.report.needle import DISCHARGES, FASCICULATION, FIBRILLATION, RECRUITMENT, UNITS
from myognosis.report.words import Words
from myognosis.web.forms import Given

__all__ = ["CHOICES", "LABELS", "FormView", "StudyForm", "form_of", "form_views"]

_NUMBERS = {
    "latency_ms": mark("Latency, ms"),
    "amplitude_mv": mark("Amplitude, mV"),
    "amplitude_uv": mark("Amplitude, µV"),
    "area_mv_ms": mark("Area, mV·ms"),
    "duration_ms": mark("Duration, ms"),
    "distal_duration_ms": mark("Whole distal duration, ms"),
    "distance_mm": mark("Distance, mm"),
    "velocity_m_s": mark("Velocity, m/s"),
    "proximal.latency_ms": mark("Latency, ms"),
    "proximal.amplitude_mv": mark("Amplitude, mV"),
    "proximal.area_mv_ms": mark("Area, mV·ms"),
    "proximal.duration_ms": mark("Duration, ms"),
    "proximal.distance_mm": mark("Distance between the sites, mm"),
    "stimuli": mark("Stimuli"),
    "persistence_percent": mark("Persistence, %"),
    "chronodispersion_ms": mark("Chronodispersion, ms"),
    "h_m_percent": mark("H/M, %"),
    "rate_hz": mark("Rate, Hz"),
    "decrement_percent": mark("Decrement, %"),
    "increment_percent": mark("Increment, %"),
    "temperature_c": mark("Skin, °C"),
    "filter_low_hz": mark("Filter from, Hz"),
    "filter_high_hz": mark("Filter to, Hz"),
}
CHOICES: dict[str, Mapping[str, str]] = {
    "segment": SEGMENTS,
    "technique": TECHNIQUES,
    "site": SITES,
    "proximal.site": SITES,
    "exercise": EXERCISE,
    "fibrillation": FIBRILLATION,
    "fasciculation": FASCICULATION,
    "discharges": DISCHARGES,
    "units": UNITS,
    "polyphasic": {"true": mark("yes"), "false": mark("no")},
    "recruitment": RECRUITMENT,
}
LABELS = _NUMBERS | {
    "nerve": mark("Nerve"),
    "muscle": mark("Muscle"),
    "side": mark("Side"),
    "kind": mark("Technique"),
    "segment": mark("Segment"),
    "technique": mark("Direction"),
    "site": mark("Stimulated at"),
    "proximal.site": mark("Stimulated at"),
    "exercise": mark("When"),
    "fibrillation": mark("Fibrillations, positive waves"),
    "fasciculation": mark("Fasciculations"),
    "discharges": mark("Other discharges"),
    "units": mark("Size of motor units"),
    "polyphasic": mark("Polyphasic"),
    "recruitment": mark("Recruitment"),
}
_NONE = ("", "–")
"""The first of a list: nothing is chosen yet."""
_CONDITIONS = ("temperature_c", "filter_low_hz", "filter_high_hz")
_STAYS = ("side", "technique", "exercise", "rate_hz", *_CONDITIONS)
"""What the next row begins with, as the last one ended."""


@dataclass(frozen=True)
class StudyForm:
    """One table of studies: the kinds of its rows, and its fields in lines, each with a heading."""

    name: str
    title: str
    kinds: tuple[str, ...]
    lines: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def fields(self) -> tuple[str, ...]:
        """Every field, in order."""
        return tuple(name for _, names in self.lines for name in names)


_FORMS = (
    StudyForm("motor", mark("Motor"), ("motor",), (
        (mark("Distal"), ("segment", "site", "latency_ms", "amplitude_mv", "area_mv_ms", "duration_ms", "distal_duration_ms",
                          "distance_mm")),
        (mark("Proximal"), ("proximal.site", "proximal.latency_ms", "proximal.amplitude_mv", "proximal.area_mv_ms",
                            "proximal.duration_ms", "proximal.distance_mm", "velocity_m_s")),
        ("", _CONDITIONS),
    )),
    StudyForm("sensory", mark("Sensory"), ("sensory",), (
        ("", ("technique", "segment", "site", "latency_ms", "amplitude_uv", "velocity_m_s", "distance_mm")), ("", _CONDITIONS),
    )),
    StudyForm("late", mark("F wave and H reflex"), ("f_wave", "h_reflex"), (
        ("", ("latency_ms", "stimuli", "persistence_percent", "chronodispersion_ms", "h_m_percent", "distance_mm",
              "temperature_c")),
    )),
    StudyForm("repetitive", mark("Repetitive stimulation"), ("repetitive",), (
        ("", ("rate_hz", "exercise", "decrement_percent", "increment_percent", "temperature_c")),
    )),
    StudyForm("needle", mark("Needle EMG, as reported"), (), (
        ("", ("fibrillation", "fasciculation", "discharges", "units", "polyphasic", "recruitment")),
    )),
)  # fmt: skip


def form_of(given: Given) -> StudyForm | None:
    """The form that was sent, where it is one of a study."""
    part, kind = given.one("part"), given.one("kind")
    return next((f for f in _FORMS if (part == "conduction" and kind in f.kinds) or (part == f.name == "needle")), None)


@dataclass(frozen=True)
class FieldView:
    """One field: a number, or one or several of a list."""

    name: str
    id: str
    label: str
    value: str
    options: tuple[tuple[str, str], ...]
    is_wrong: bool


@dataclass(frozen=True)
class FormView:
    """One table with the rows that are kept and the fields of the next."""

    name: str
    title: str
    part: str
    kinds: tuple[tuple[str, str], ...]
    kind: str
    of: FieldView
    side: FieldView
    lines: tuple[tuple[str, tuple[FieldView, ...]], ...]
    rows: tuple[tuple[int, str], ...]
    absent: bool
    is_next: bool

    @property
    def wrong_id(self) -> str:
        """The place of the field that is wrong, if one is."""
        fields = (self.of, self.side, *(field for _, line in self.lines for field in line))
        return next((field.id for field in fields if field.is_wrong), "")


def form_views(
    case: Case, given: Given, wrong: str, next_form: str, knowledge: Knowledge, language: Language
) -> tuple[FormView, ...]:
    """Every form: what was sent and not taken with the field that is wrong, or what the row before had in common with the next."""
    sent = form_of(given)
    return tuple(
        _form(form, given if form is sent else _begun(form, case), wrong if form is sent else "", form.name == next_form, case,
              knowledge, language)
        for form in _FORMS
    )  # fmt: skip


def _form(
    form: StudyForm, given: Given, wrong: str, is_next: bool, case: Case, knowledge: Knowledge, language: Language
) -> FormView:
    _ = catalogue(language).gettext

    def field(name: str, options: Iterable[tuple[str, str]] = ()) -> FieldView:
        """A field as it stands."""
        at = f"at-{form.name}_{name.replace('.', '_')}"
        return FieldView(name, at, _(LABELS[name]), given.one(name), tuple(options), wrong == name)

    def listed(name: str) -> FieldView:
        """A number, or a list that begins with nothing."""
        words = CHOICES.get(name)
        return field(name, (_NONE, *((key, _(label)) for key, label in words.items())) if words else ())

    return FormView(
        name=form.name,
        title=_(form.title),
        part="conduction" if form.kinds else "needle",
        kinds=tuple((kind, _(KINDS[kind])) for kind in form.kinds),
        kind=given.one("kind"),
        of=field("nerve" if form.kinds else "muscle", _pool(form, knowledge, language)),
        side=field("side", (("left", _("left")), ("right", _("right")))),
        lines=tuple((_(title) if title else "", tuple(map(listed, names))) for title, names in form.lines),
        rows=_rows(form, case, knowledge, language),
        absent=bool(given.one("absent")),
        is_next=is_next,
    )


def _pool(form: StudyForm, knowledge: Knowledge, language: Language) -> list[tuple[str, str]]:
    """The muscles, or the nerves for which there is a limit, by name; none is chosen for the examiner."""
    content = knowledge.content
    limited = {limit.nerve for limit in content.conduction if limit.kind in form.kinds}
    nerves = {key: one for key, one in content.nerves.items() if limited & {key, "any"}}
    muscles = {key: one for key, one in content.muscles.items() if not one.is_part}
    pool: Mapping[str, Nerve] | Mapping[str, Muscle] = nerves if form.kinds else muscles
    return [_NONE, *sorted(((key, one.names.in_language(language)) for key, one in pool.items()), key=lambda row: row[1])]


def _rows(form: StudyForm, case: Case, knowledge: Knowledge, language: Language) -> tuple[tuple[int, str], ...]:
    """The rows of a form that are kept, each in a line, with its number in the case."""
    words = Words(language)
    if not form.kinds:
        muscles = knowledge.content.muscles
        return tuple((i, f"{_named(muscles, r.muscle, language)}, {words.side(r.side)}") for i, r in enumerate(case.needle))
    nerves = knowledge.content.nerves
    return tuple(
        (i, study_head(r, words, lambda nerve: _named(nerves, nerve, language)))
        for i, r in enumerate(case.conduction)
        if r.kind in form.kinds
    )


def _named(pool: Mapping[str, Nerve] | Mapping[str, Muscle], key: str, language: Language) -> str:
    return pool[key].names.in_language(language) if key in pool else key


def _begun(form: StudyForm, case: Case) -> Given:
    """The next row begins with what the last one of its form had and the next will have as well."""
    studies = tuple(row for row in case.conduction if row.kind in form.kinds)
    rows: tuple[Conduction | NeedleMuscle, ...] = studies if form.kinds else case.needle
    if not rows:
        return Given()
    last = rows[-1].model_dump(mode="json")
    last |= dict(zip(("filter_low_hz", "filter_high_hz"), last.get("filter_hz") or (None, None), strict=True))
    kept = {name: last.get(name) for name in (*_STAYS, "kind")}
    said = {name: f"{value:g}" if isinstance(value, float) else str(value) for name, value in kept.items() if value is not None}
    return Given({name: [value] for name, value in said.items()})

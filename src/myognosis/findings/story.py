"""The person, the complaint in time and place, and exposures as findings."""

import datetime as dt

from myognosis.faults import Level, Name
from myognosis.findings.ledger import Ledger
from myognosis.language import mark
from myognosis.model.case import Answer, Case, Duration
from myognosis.model.finding import LocalSign, State, as_state

__all__ = ["began_on", "days", "read_complaint", "read_exposures", "read_person"]

_DAYS = {"s": 1 / 86400, "min": 1 / 1440, "h": 1 / 24, "d": 1.0, "wk": 7.0, "mo": 30.44, "a": 365.25}
_REGIONS = {"eyelid", "face", "tongue", "neck", "shoulder", "hand", "trunk", "buttock", "thigh", "calf", "foot"}
_HOURS_A_DAY = 24
_ONSET = {"sudden": "tempo_sudden", "acute": "tempo_acute", "subacute": "tempo_subacute", "gradual": "tempo_chronic",
          "lifelong": "lifelong_childhood"}  # fmt: skip
_COURSE = {"progressive": "course_progressive", "stable": "course_stable", "fluctuating": "course_fluctuating",
           "improving": "course_improving", "attacks": "attacks_discrete", "single": "single_event"}  # fmt: skip


def days(duration: Duration) -> float:
    """A duration in days."""
    return duration.value * _DAYS[duration.unit]


def began_on(case: Case) -> dt.date | None:
    """The day on which the movement began, where it was told."""
    story, today = case.complaint, case.assessed_on or dt.date.today()
    return story.began or (today - dt.timedelta(days=min(days(story.since), today.toordinal() - 1)) if story.since else None)


def read_person(case: Case, ledger: Ledger) -> None:
    """Pregnancy, and what cannot be."""
    person = case.person
    if person.pregnant is None:
        return
    ledger.enter("pregnancy", as_state(person.pregnant), "$.person.pregnant", person.pregnant.value)
    age = person.age_years
    if person.pregnant is Answer.PRESENT and (person.sex == "male" or (age is not None and not 10 <= age <= 60)):
        what = mark("Pregnancy does not fit the sex or age given.")
        ledger.issue("case.pregnancy", Level.DOUBT, "$.person.pregnant", what, mark("Check the three entries."))


def read_complaint(case: Case, ledger: Ledger) -> None:
    """Onset, course, rhythm, episode length, triggers and places."""
    story = case.complaint
    if story.onset:
        ledger.enter(_ONSET[story.onset], "present", "$.complaint.onset", story.onset)
    if story.course:
        if story.course != "unknown":
            ledger.enter(_COURSE[story.course], "present", "$.complaint.course", story.course)
        for name in _COURSE.values():  # one of them was chosen, or none: what else it may be is not asked one by one
            ledger.settle(name, "unknown")
    if story.rhythm:
        ledger.enter("rhythmic", _yes(story.rhythm == "rhythmic"), "$.complaint.rhythm", story.rhythm)
        ledger.enter("irregular_timing", _yes(story.rhythm == "irregular"), "$.complaint.rhythm", story.rhythm)
    _read_length(case, ledger)
    _read_since(case, ledger)
    for kind, names in (("triggers", story.triggers), ("relievers", story.relievers)):
        for index, name in enumerate(names):
            ledger.enter(name, "present", f"$.complaint.{kind}[{index}]", name)
    _read_places(case, ledger)


def _yes(value: bool) -> State:
    return "present" if value else "absent"


def _read_length(case: Case, ledger: Ledger) -> None:
    story, number = case.complaint, ledger.knowledge.number
    if story.episode:
        seconds = days(story.episode) * 86400
        name = (
            "brief_under_100ms" if seconds < number("story_blink_seconds")
            else "episodes_seconds" if seconds < number("story_seconds_below")
            else "episodes_minutes" if seconds < number("story_minutes_below") else "bouts_hours"
        )  # fmt: skip
        ledger.enter(name, "present", "$.complaint.episode", f"{story.episode.value:g} {story.episode.unit}")
    if story.per_day is not None:
        ledger.enter("many_per_day", _yes(story.per_day >= number("story_many_per_day")), "$.complaint.per_day", story.per_day)


def _read_since(case: Case, ledger: Ledger) -> None:
    story, today, number = case.complaint, case.assessed_on or dt.date.today(), ledger.knowledge.number
    length: float | None = None
    path = "$.complaint.since"
    if story.began:
        path, length = "$.complaint.began", float((today - story.began).days)
        if length < 0:
            what, fix = mark("The date {date} lies in the future."), mark("Correct the date.")
            ledger.issue("case.future", Level.REFUSE, path, what, fix, date=story.began.isoformat())
            return
    elif story.since:
        length = days(story.since)
    if length is None:
        return
    age = case.person.age_years
    if age is not None and length / 365.25 > age + 1:
        what, fix = mark("It would have begun before birth."), mark("Check the age and the time of onset.")
        ledger.issue("case.before_birth", Level.REFUSE, path, what, fix)
        return
    if not story.onset and length <= number("story_subacute_days"):
        acute = length <= number("story_acute_days")
        ledger.enter("tempo_acute" if acute else "tempo_subacute", "present", path, f"{length:g} d")
    elif not story.onset:
        ledger.enter("tempo_chronic", "present", path, f"{length:g} d")
    if length > number("story_one_year_days"):
        ledger.enter("persistence_1y" if length < number("story_years_days") else "tempo_years", "present", path, f"{length:g} d")
    else:  # whether it lasts longer than a year cannot be known before: a no would speak against what lasts
        ledger.settle("persistence_1y", "unknown")
        ledger.settle("tempo_years", "unknown")
    if age is not None and age - length / 365.25 >= number("story_late_onset_years"):
        ledger.enter("onset_after_50", "present", path, f"{age - length / 365.25:.0f} a")


def _read_places(case: Case, ledger: Ledger) -> None:
    muscles = ledger.knowledge.content.muscles
    regions: set[str] = set()
    sides: set[str | None] = set()
    for index, place in enumerate(case.complaint.places):
        path = f"$.complaint.places[{index}].where"
        if place.where not in muscles:
            ledger.unknown_part(place.where, path, muscles, mark("muscle or region"))
            continue
        ledger.sign(LocalSign(kind="twitching", where=place.where, side=place.side))
        region = muscles[place.where].region
        regions.add({"arm": "hand"}.get(region, region))
        sides.add(place.side)
        finding = {"arm": "site_hand"}.get(region, f"site_{region}")
        if finding in ledger.knowledge.findings:
            ledger.enter(finding, "present", path, place.where)
    if regions and "generalised" not in regions:
        for region in sorted(_REGIONS - regions):
            if f"site_{region}" not in ledger.states:  # the places given are where it is; elsewhere it was not reported
                ledger.enter(f"site_{region}", "absent", "$.complaint.places", "not among the places")
    if len(regions) >= ledger.knowledge.number("story_generalised_regions"):
        ledger.enter("site_generalised", "present", "$.complaint.places", ", ".join(sorted(regions)))
    if regions and len(sides) == 1 and sides <= {"left", "right"}:
        ledger.enter("one_side_only", "present", "$.complaint.places", next(iter(sides)))
        if regions == {"eyelid"}:
            ledger.enter("lid_only", "present", "$.complaint.places", next(iter(sides)))
    if regions - {"eyelid"}:
        ledger.enter("lid_only", "absent", "$.complaint.places", ", ".join(sorted(regions)))


def read_exposures(case: Case, ledger: Ledger) -> None:
    """How much of what, against the amounts from which it counts."""
    doses = ledger.knowledge.content.doses
    for index, row in enumerate(case.exposures):
        path = f"$.exposures[{index}]"
        dose = doses.get(row.what)
        if dose is None:
            ledger.unknown_id(row.what, f"{path}.what", doses, mark("exposure"))
            continue
        if row.unit != dose.unit:
            what, fix = mark("'{unit}' is not the unit of {name}."), mark("Give it in {wanted}.")
            name = Name(**dose.names.model_dump())
            ledger.issue("case.unit", Level.REFUSE, f"{path}.unit", what, fix, unit=row.unit, name=name, wanted=dose.unit)
            continue
        if row.unit == "h/d" and row.value > _HOURS_A_DAY:
            what, fix = mark("A day has 24 hours."), mark("Correct the number.")
            ledger.issue("case.implausible", Level.REFUSE, f"{path}.value", what, fix)
            continue
        over = dose.over is not None and row.value > dose.over
        under = dose.under is not None and row.value < dose.under
        ledger.enter(dose.finding, _yes(over or under), path, f"{row.value:g} {row.unit}")

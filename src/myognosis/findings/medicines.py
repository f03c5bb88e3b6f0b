"""What is taken, under any of its names, as findings."""

import datetime as dt

from myognosis.faults import Level, Name
from myognosis.findings.ledger import Ledger
from myognosis.knowledge.schema import Medicine
from myognosis.language import mark
from myognosis.model.case import Case
from myognosis.model.case import Medicine as Taken

__all__ = ["read_medicines"]


def read_medicines(case: Case, ledger: Ledger) -> None:
    """Each medicine by any of its names, and what several of them make together."""
    today, seen, medicines = case.assessed_on or dt.date.today(), set[str](), ledger.knowledge.content.medicines
    for index, row in enumerate(case.medicines):
        path = f"$.medicines[{index}]"
        _look_at_dates(row, path, today, ledger)
        found = ledger.knowledge.medicines_in(row.name)
        if not found:
            _not_known(row.name, path, ledger)
        for name in found:
            if name in seen:
                what, fix = mark("The medicine '{name}' stands twice."), mark("Keep one entry.")
                ledger.issue("case.medicine_twice", Level.DOUBT, f"{path}.name", what, fix, name=_named(name, ledger))
            seen.add(name)
            _enter_medicine(row, medicines[name], path, today, ledger)
    serotonergic = [name for name in ledger.medicines if medicines[name].serotonergic]
    if len(set(serotonergic)) >= 2:
        ledger.enter("two_serotonergic", "present", "$.medicines", ", ".join(serotonergic))


def _look_at_dates(row: Taken, path: str, today: dt.date, ledger: Ledger) -> None:
    for field, date in (("since", row.since), ("changed", row.changed), ("stopped", row.stopped)):
        if date and date > today:
            what, fix = mark("The date {date} lies in the future."), mark("Correct the date.")
            ledger.issue("case.future", Level.REFUSE, f"{path}.{field}", what, fix, date=date.isoformat())
    if row.since and row.stopped and row.since > row.stopped:
        what, fix = mark("It would have been stopped before it was begun."), mark("Correct one of the two dates.")
        ledger.issue("case.dates", Level.REFUSE, path, what, fix)


def _not_known(written: str, path: str, ledger: Ledger) -> None:
    """A slip of spelling is asked about and never mended unasked: two names may be one letter apart."""
    what = mark("The medicine '{name}' is not in our list, so its effects are not weighed.")
    if like := ledger.knowledge.medicine_like(written):
        fix = mark(
            "Did you mean {like}? If so, correct the name and look again. It is kept as written, and the doctor should see it."
        )
        ledger.issue("case.medicine", Level.DOUBT, f"{path}.name", what, fix, name=written[:80], like=_named(like, ledger))
        return
    fix = mark("Check the spelling; it is kept, and the doctor should see it.")
    ledger.issue("case.medicine", Level.NOTE, f"{path}.name", what, fix, name=written[:80])


def _named(medicine: str, ledger: Ledger) -> Name:
    return Name(**ledger.knowledge.content.medicines[medicine].names.model_dump())


def _enter_medicine(row: Taken, medicine: Medicine, path: str, today: dt.date, ledger: Ledger) -> None:
    """What it does while it is taken, and while it is new, or what leaving it off does for a while."""
    new = ledger.knowledge.number("story_new_medicine_days")
    recent = any(day and (today - day).days <= new for day in (row.since, row.changed))
    if row.stopped is None:
        ledger.medicines.append(medicine.id)
        effects = medicine.effects + (medicine.when_new if recent else ())
        if medicine.serotonergic and recent:
            effects += ("serotonergic_drug",)
    else:
        effects = medicine.when_stopped if (today - row.stopped).days <= new else ()
    for effect in effects:
        ledger.enter(effect, "present", path, row.name)

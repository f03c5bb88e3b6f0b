"""Laboratory values as findings, by limits that stand in the knowledge."""

import datetime as dt
from collections.abc import Iterable, Mapping
from math import isclose
from typing import Literal

from myognosis.faults import Level, Name, near_miss
from myognosis.findings.ledger import Ledger
from myognosis.knowledge.schema import Lab as Analyte
from myognosis.knowledge.schema import LabRule
from myognosis.language import mark
from myognosis.model.case import Case, Lab
from myognosis.units import UnitError, canonical_unit, convert, known_units

__all__ = ["convertible_units", "read_labs"]


def read_labs(case: Case, ledger: Ledger) -> None:
    """Each result in our unit, checked for plausibility, against its limits."""
    analytes, names = ledger.knowledge.content.labs, ledger.knowledge.lab_names
    newest = _newest(case, names)
    for index, row in enumerate(case.labs):
        path = f"$.labs[{index}]"
        found = names.get(row.analyte.strip().casefold())
        if found is None:
            _not_known(row, path, names, ledger)
            continue
        if row.low is not None and row.high is not None and row.low > row.high:
            what, fix = mark("The lower limit lies above the upper one."), mark("Correct the two limits.")
            ledger.issue("case.limits", Level.REFUSE, path, what, fix)
        value = _value(row, analytes[found], ledger, path)
        if value is None or _is_another(row, analytes[found], value, ledger, path):
            continue
        if row.on and _is_past(row.on, row, analytes[found], newest[found], case, ledger, path):
            continue
        if _is_decided(row, analytes[found], case, path, ledger):
            continue
        low, high = _limits(row, analytes[found], case.person.sex)
        for rule in analytes[found].rules:
            state = _judge(rule, value, low, high)
            if state is not None:
                ledger.measure(rule.id, state == "present", path, f"{row.value:g} {row.unit}")


def _newest(case: Case, names: Mapping[str, str]) -> dict[str, dt.date]:
    """Analyte -> the newest date among its results."""
    found: dict[str, dt.date] = {}
    for row in case.labs:
        name = names.get(row.analyte.strip().casefold(), "")
        if row.on:
            found[name] = max(row.on, found.get(name, row.on))
    return found


def _is_past(on: dt.date, row: Lab, analyte: Analyte, newest: dt.date, case: Case, ledger: Ledger, path: str) -> bool:
    """Whether a dated result no longer tells how it is today: a newer one tells it, or too much time has gone by."""
    today = case.assessed_on or dt.date.today()
    if on > today:
        what, fix = mark("The date {date} lies in the future."), mark("Correct the date.")
        ledger.issue("case.future", Level.REFUSE, f"{path}.on", what, fix, date=on.isoformat())
        return True
    if on < newest:
        return True
    days = analyte.holds_days or ledger.knowledge.number("lab_holds_days")
    if (today - on).days <= days:
        return False
    what = mark("{name}: the result of {date} is too old to tell how it is today, so it is not weighed.")
    fix = mark("Ask the doctor whether it should be measured again. Where there is a newer one, enter it.")
    params = {"name": Name(**analyte.names.model_dump()), "date": on.isoformat(), "value": f"{row.value:g} {row.unit}"}
    ledger.issue("case.lab_old", Level.DOUBT, f"{path}.on", what, fix, **params)
    return True


def _is_decided(row: Lab, analyte: Analyte, case: Case, path: str, ledger: Ledger) -> bool:
    """Whether what this result stands for was itself measured, no earlier: free calcium tells more than what albumin carries."""
    content, names = ledger.knowledge.content, ledger.knowledge.lab_names
    better = ((other, names.get(other.analyte.strip().casefold())) for other in case.labs)
    later = (name for other, name in better if name in analyte.decided_by and _no_earlier(other.on, row.on))
    by = next(later, None)
    if by is None:
        return False
    what = mark("{name} is not weighed: {other} was measured too, and it tells more.")
    fix = mark("Nothing needs to be done; where the two disagree, show both to the doctor.")
    params = {"name": Name(**analyte.names.model_dump()), "other": Name(**content.labs[by].names.model_dump())}
    ledger.issue("case.lab_decided", Level.DOUBT, path, what, fix, **params)
    return True


def _no_earlier(on: dt.date | None, than: dt.date | None) -> bool:
    return on is None or (than is not None and on >= than)


def _not_known(row: Lab, path: str, names: Iterable[str], ledger: Ledger) -> None:
    """A slip of spelling is refused; what a blood count or another panel also holds is kept, and said to be not weighed."""
    if near_miss(row.analyte.strip().casefold(), names, ledger.knowledge.number("laboratory_alike")):
        ledger.unknown_id(row.analyte, f"{path}.analyte", names, mark("laboratory analyte"))
        return
    what = mark("The result '{name}' is not in our list, so it is not weighed.")
    fix = mark("Nothing needs to be done; it is kept, and the doctor should see it. The list: myognosis schema --vocabulary")
    ledger.issue("case.lab", Level.DOUBT, f"{path}.analyte", what, fix, name=row.analyte[:80])


def _is_another(row: Lab, analyte: Analyte, value: float, ledger: Ledger, path: str) -> bool:
    """Whether the result cannot be read, since two things may have been measured; what only may be another is read and doubted."""
    other = analyte.mistaken
    if other is None or not ((other.below and value < other.below) or (other.above and value > other.above)):
        return False
    like = Name(**ledger.knowledge.content.labs[other.like].names.model_dump())
    params = {"value": f"{row.value:g}", "unit": row.unit[:40], "name": Name(**analyte.names.model_dump()), "like": like}
    either = row.analyte.strip().casefold() in {spelling.casefold() for spelling in other.spellings}
    limits_of_other = other.below is not None and row.high is not None and _in_our_unit(row.high, row.unit, analyte) <= other.below
    if either or limits_of_other:
        what = mark("{value} {unit} cannot be told to be {name} or {like}, which are normal at different values.")
        fix = mark("Look which of the two the laboratory printed, and write its whole name.")
        ledger.issue("case.lab_either", Level.REFUSE, f"{path}.analyte", what, fix, **params)
        return True
    what = mark("{value} {unit} is rare for {name} and usual for {like}.")
    fix = mark("Look which of the two the laboratory printed. It is weighed as written.")
    ledger.issue("case.lab_like", Level.DOUBT, f"{path}.value", what, fix, **params)
    return False


def _value(row: Lab, analyte: Analyte, ledger: Ledger, path: str) -> float | None:
    """The value in the analyte's own unit; None, with an issue, where that cannot be said."""
    wanted = analyte.unit
    try:
        value = _in_our_unit(row.value, row.unit, analyte)
    except UnitError:
        what = mark("'{unit}' is not a unit that we can turn into {wanted} for {name}.")
        fix = mark("Write the unit as the laboratory printed it, one of: {units}.")
        units = ", ".join(convertible_units(analyte))
        params = {"unit": row.unit[:40], "wanted": wanted, "name": Name(**analyte.names.model_dump()), "units": units}
        ledger.issue("case.unit", Level.REFUSE, f"{path}.unit", what, fix, **params)
        return None
    low, high = analyte.plausible
    if not low <= value <= high:
        what = mark("{value} {unit} is not a value of {name} that a living person can have.")
        fix = mark("Check the number and the unit; between {low} and {high} {wanted} can be right.")
        params2 = {"value": f"{row.value:g}", "unit": row.unit[:40], "name": Name(**analyte.names.model_dump()), "wanted": wanted}
        span = {"low": f"{low:g}", "high": f"{high:g}"}
        ledger.issue("case.implausible", Level.REFUSE, f"{path}.value", what, fix, **params2, **span)
        return None
    return value


def _in_our_unit(value: float, unit: str, analyte: Analyte) -> float:
    """A value in the analyte's own unit; some analytes have units that are related by a line of their own."""
    code = canonical_unit(unit)
    if code in analyte.linear:
        factor, offset = analyte.linear[code]
        return factor * value + offset
    return convert(value, code, analyte.unit, molar_mass=analyte.molar_mass, valence=analyte.valence)


def convertible_units(analyte: Analyte) -> list[str]:
    """The units in which an analyte can be given."""
    found = []
    for unit in known_units():
        try:
            _in_our_unit(1.0, unit, analyte)
        except UnitError:
            continue
        found.append(unit)
    return found


def _limits(row: Lab, analyte: Analyte, sex: str | None) -> tuple[float | None, float | None]:
    """The laboratory's own limits where it printed them, else ours."""
    ours = next((limits for who, limits in analyte.by_sex.items() if who == sex), None)
    low = ours[0] if ours else analyte.low.value if analyte.low else None
    high = ours[1] if ours else analyte.high.value if analyte.high else None

    def own(limit: float | None) -> float | None:
        if limit is None:
            return None
        return _in_our_unit(limit, row.unit, analyte)

    return (low if row.low is None else own(row.low)), (high if row.high is None else own(row.high))


def _judge(rule: LabRule, value: float, low: float | None, high: float | None) -> Literal["present", "absent"] | None:
    below = low if rule.below == "low" else rule.below
    above = high if rule.above == "high" else rule.above
    if below is None and above is None:
        return None
    low = below is not None and value < float(below) and not isclose(value, float(below), rel_tol=_SAME)
    high = above is not None and value > float(above) and not isclose(value, float(above), rel_tol=_SAME)
    return "present" if low or high else "absent"


_SAME = 1e-9
"""A value on its limit is on it in every unit: what a conversion adds in the last digits does not count."""

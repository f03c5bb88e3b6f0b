"""What is entered at the bench, taken into the case or refused with the field that is wrong."""

from collections.abc import Container, Mapping
from functools import cache
from typing import Any

from pydantic import ValidationError

from myognosis.faults import near_miss
from myognosis.findings.conduction import MEASURES
from myognosis.knowledge import Knowledge
from myognosis.language import LANGUAGES, Language, catalogue, mark
from myognosis.model.case import Answer, Case, Conduction, NeedleMuscle, Power, Reflex
from myognosis.web.bench.studies import CHOICES, LABELS, StudyForm, form_of
from myognosis.web.bench.typed import number_in
from myognosis.web.forms import Given

__all__ = ["STATES", "BenchFault", "changed", "enter", "finding_named", "read_study", "tried"]

STATES = {"present": mark("present"), "absent": mark("absent"), "unknown": mark("not known"), "remove": mark("not asked")}


class BenchFault(Exception):  # noqa: N818  # an answer to the clinician
    """What cannot be taken, in words, and the field that it is about."""

    def __init__(self, text: str, field: str) -> None:
        super().__init__(text)
        self.field = field


class _Wrong(ValueError):  # noqa: N818  # as above
    """A field that does not hold what it should."""

    def __init__(self, field: str, what: str) -> None:
        super().__init__(what)
        self.field, self.what = field, what


@cache
def _names(knowledge: Knowledge) -> dict[str, str]:
    """Every name of a finding in any language, and its id, lower case -> its id."""
    names = {name: name for name in knowledge.findings}
    for finding in knowledge.findings.values():
        for language in LANGUAGES:
            names.setdefault(finding.names.in_language(language).casefold(), finding.id)
    return names


def finding_named(text: str, knowledge: Knowledge, language: Language) -> str:
    """The finding of a name as it was typed.

    Raises
    ------
    BenchFault
        There is none, with the nearest that there is.
    """
    names = _names(knowledge)
    found = names.get(text.strip().casefold())
    if found:
        return found
    _ = catalogue(language).gettext
    hint = near_miss(text.strip().casefold(), names)
    near = _("Did you mean '{hint}'?").format(hint=hint) if hint else _("Choose one from the list.")
    raise BenchFault(f"{_('There is no finding of this name.')} {near}", "finding")


def tried(texts: tuple[str, ...], knowledge: Knowledge) -> dict[str, str]:
    """What is tried: finding -> state, from ``finding:state``; anything else is passed over."""
    pairs = (text.partition(":")[::2] for text in texts[:40])
    return {name: state for name, state in pairs if name in knowledge.findings and state in STATES}


def changed(case: Case, states: Mapping[str, str]) -> Case:
    """The case with findings set, or taken out."""
    answers = {name: answer for name, answer in case.answers.items() if states.get(name) != "remove"}
    answers |= {name: Answer(state) for name, state in states.items() if state != "remove"}
    return case.model_copy(update={"answers": answers})


def enter(case: Case, given: Given, knowledge: Knowledge, language: Language) -> Case:
    """The case with what was entered at the bench.

    Raises
    ------
    BenchFault
        It cannot be taken as it stands.
    """
    part = given.one("part")
    try:
        if part == "finding":
            return changed(case, {finding_named(given.one("finding"), knowledge, language): _state(given)})
        if part == "keep":
            return changed(case, tried(given.many("try"), knowledge))
        if part == "power":
            _known(given, "muscle", knowledge.content.muscles)
            power = Power(muscle=given.one("muscle"), side=given.one("side"), mrc=_number(given, "mrc"))  # type: ignore[arg-type]
            return _examined(case, "power", (*case.examination.power, power))
        if part == "reflex":
            _known(given, "reflex", knowledge.content.reflexes)
            reflex = Reflex(reflex=given.one("reflex"), side=given.one("side"), grade=_whole(given, "grade"))  # type: ignore[arg-type]
            return _examined(case, "reflexes", (*case.examination.reflexes, reflex))
        if part == "conduction":
            return case.model_copy(update={"conduction": (*case.conduction, read_study(given, knowledge))})
        if part == "needle":
            return case.model_copy(update={"needle": (*case.needle, read_study(given, knowledge))})
        return _without(case, part, int(given.one("row") or "-1"))
    except ValidationError as error:
        raise _fault(".".join(part for part in error.errors()[0]["loc"] if isinstance(part, str)), _UNFIT, language) from None
    except _Wrong as wrong:
        raise _fault(wrong.field, wrong.what, language) from None
    except ValueError:
        raise _fault("finding", _UNFIT, language) from None


_EMPTY, _UNFIT = mark("This field is empty; give a number."), mark("This is not a value that can be.")
_NO_NUMBER = mark("Give at least one number of the row, or tick 'no response'.")
_NOTHING = mark("Give at least one finding of the muscle.")
_BAND = mark("Give both ends of the filter, the lower one first.")
_FIELDS = LABELS | {
    "mrc": "MRC", "grade": mark("Reflex, 0–4"), "reflex": mark("Reflex"), "finding": mark("Name of a finding")
}  # fmt: skip


def _fault(field: str, what: str, language: Language) -> BenchFault:
    """A fault that names its field as the page does."""
    _ = catalogue(language).gettext
    field = "filter_low_hz" if field == "filter_hz" else field
    label = _FIELDS.get(field)
    return BenchFault(f"{_(label)}: {_(what)}" if label else _(what), field if label else "finding")


def _state(given: Given) -> str:
    return given.one("state") if given.one("state") in STATES else "present"


def _number(given: Given, field: str) -> float:
    number = _read(given, field)
    if number is None:
        raise _Wrong(field, _EMPTY)
    return number


def _whole(given: Given, field: str) -> int:
    number = _number(given, field)
    if not number.is_integer():
        raise _Wrong(field, _UNFIT)
    return int(number)


def _read(given: Given, field: str) -> float | None:
    try:
        return given.changed(**{field: (number_in(field, given.one(field)),)}).number(field)
    except ValueError:
        raise _Wrong(field, _UNFIT) from None


def _known(given: Given, field: str, pool: Container[str]) -> None:
    if given.one(field) not in pool:
        raise _Wrong(field, _UNFIT if given.one(field) else mark("Choose one from the list."))


def read_study(given: Given, knowledge: Knowledge) -> Any:
    """The row of a study that a form holds: of nerve conduction, or a muscle of a needle EMG.

    Raises
    ------
    ValueError, pydantic.ValidationError
        A field is wrong, or nothing was measured.
    """
    form = form_of(given)
    if form is None:
        raise _Wrong("kind", _UNFIT)
    row = _told(given, form) | {"side": given.one("side")}
    if not form.kinds:
        _known(given, "muscle", knowledge.content.muscles)
        if not set(row) - {"side", "polyphasic"}:
            raise _Wrong("fibrillation", _NOTHING)
        return NeedleMuscle.model_validate(row | {"muscle": given.one("muscle")})
    _known(given, "nerve", knowledge.content.nerves)
    absent = bool(given.one("absent"))
    if not absent and not set(row) & set(MEASURES):
        raise _Wrong(next(name for name in form.fields if name in MEASURES), _NO_NUMBER)
    head = {"nerve": given.one("nerve"), "kind": given.one("kind"), "absent": absent}
    return Conduction.model_validate(head | row | _band(given))


def _told(given: Given, form: StudyForm) -> dict[str, Any]:
    """The fields of a form that hold something, as a case names and nests them."""
    row: dict[str, Any] = {}
    for name in form.fields:
        value = _value(given, name)
        outer, _, inner = name.rpartition(".")
        if value is not None and not name.startswith("filter_"):
            (row.setdefault(outer, {}) if outer else row)[inner] = value
    return row


def _value(given: Given, name: str) -> Any:
    """What a field holds; None where it is empty."""
    if name in CHOICES:
        told = given.many(name) if name == "discharges" else (given.one(name),)
        if any(word and word not in CHOICES[name] for word in told):
            raise _Wrong(name, _UNFIT)
        told = tuple(filter(None, told))
        if name == "discharges" or not told:
            return told or None
        return int(told[0]) if name == "fibrillation" else told[0] == "true" if name == "polyphasic" else told[0]
    number = _read(given, name)
    if name == "stimuli" and number is not None:
        return _whole(given, name)
    return number


def _band(given: Given) -> dict[str, tuple[float | None, float | None]]:
    low, high = (_read(given, f"filter_{end}_hz") for end in ("low", "high"))
    if (low is None) != (high is None) or (low is not None and high is not None and low >= high):
        raise _Wrong("filter_hz", _BAND)
    return {} if low is None else {"filter_hz": (low, high)}


def _examined(case: Case, field: str, rows: tuple[object, ...]) -> Case:
    return case.model_copy(update={"examination": case.examination.model_copy(update={field: rows})})


def _without(case: Case, part: str, row: int) -> Case:
    """One row of a table taken out."""
    if part in ("no_conduction", "no_needle"):
        name = part.removeprefix("no_")
        return case.model_copy(update={name: tuple(r for i, r in enumerate(getattr(case, name)) if i != row)})
    fields = {"no_power": "power", "no_reflex": "reflexes"}
    if part not in fields:
        raise ValueError(part)
    rows = getattr(case.examination, fields[part])
    return _examined(case, fields[part], tuple(r for i, r in enumerate(rows) if i != row))

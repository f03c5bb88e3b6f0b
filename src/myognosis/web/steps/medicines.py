"""What the person takes, found by any name in any of the languages; a name that is not in the list is kept as well."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from myognosis.knowledge import Knowledge
from myognosis.language import Language, catalogue, mark
from myognosis.model.case import Answer, Case, Medicine
from myognosis.report.words import Words
from myognosis.web.forms import Fault, Given, reads
from myognosis.web.steps.base import Step, faults_at

__all__ = ["Found", "Medicines", "search"]

_NONE, _TAKES_NONE = "no_medicines", mark("I take no medicines, drops or supplements")
_SHOWN = 8
_MOST = 60


@dataclass(frozen=True)
class Found:
    """A medicine that a search found: its id, its name, and the spelling that matched where it is another."""

    id: str
    name: str
    matched: str


@dataclass(frozen=True)
class _Row:
    index: int
    name: str
    since: str
    stopped: str


@dataclass(frozen=True)
class _View:
    rows: tuple[_Row, ...]
    query: str
    found: tuple[Found, ...]
    searched: bool


def search(query: str, knowledge: Knowledge, language: Language) -> tuple[Found, ...]:
    """Medicines whose name in any language begins with the query, then those that hold it, else the one it nearly is."""
    wanted = query.strip().casefold()
    if len(wanted) < 2:
        return ()
    hits: dict[str, tuple[bool, str]] = {}
    for spelling, name in knowledge.medicine_names.items():
        at = spelling.find(wanted)
        if at >= 0 and (name not in hits or (at == 0 and not hits[name][0])):
            hits[name] = (at == 0, spelling)
    if not hits and (like := knowledge.medicine_like(wanted)):
        hits[like] = (True, like)
    ordered = sorted(hits.items(), key=lambda hit: (not hit[1][0], hit[1][1]))
    return tuple(_found(name, spelling, knowledge, language) for name, (_, spelling) in ordered[:_SHOWN])


def _found(name: str, spelling: str, knowledge: Knowledge, language: Language) -> Found:
    shown = knowledge.content.medicines[name].names.in_language(language)
    return Found(name, shown, "" if spelling in (shown.casefold(), name) else spelling)


class Medicines(Step):
    """Each medicine with since when, and until when where it was stopped."""

    name = "medicines"
    title = mark("Medicines")
    template = "medicines"

    def findings(self, knowledge: Knowledge) -> Sequence[str]:
        """Who takes none says so here, and is then asked after no single one."""
        return (_NONE,)

    def given(self, case: Case, knowledge: Knowledge) -> Given:
        """The medicines as numbered fields."""
        values: dict[str, list[str]] = {"medicine": [m.name for m in case.medicines]}
        for index, medicine in enumerate(case.medicines):
            for field, day in (("since", medicine.since), ("stopped", medicine.stopped)):
                values[f"{field}_{index}"] = [day.isoformat()] if day else []
        values["none"] = ["1"] if case.answers.get(_NONE) is Answer.PRESENT and not case.medicines else []
        return Given(values)

    def faults(self, case: Case, given: Given, knowledge: Knowledge, language: Language) -> tuple[Fault, ...]:
        """Dates must be dates, not in the future, and in their order; a name that was typed must be added or cleared."""
        _ = catalogue(language).gettext
        fields = [f"{field}_{i}" for i in range(len(given.many("medicine"))) for field in ("since", "stopped")]
        wrong = tuple(
            Fault(field, _("Please give a whole date, or leave it empty."))
            for field in fields
            if not reads(partial(given.day, field))
        )
        if wrong:
            return wrong
        if given.one("query") and not self.stays(given):
            return (
                Fault(
                    "query", _("This medicine is not added yet. Choose it from the list, or add it as written, or clear the field.")
                ),
            )
        places = {f"$.medicines[{i}]": f"since_{i}" for i in range(len(given.many("medicine")))}
        return faults_at(self.take(case, given, knowledge), knowledge, language, places)

    def take(self, case: Case, given: Given, knowledge: Knowledge) -> Case:
        """The medicines from the fields, one more where one was chosen, one fewer where one was taken out."""
        rows = []
        for index, name in enumerate(given.many("medicine")):
            if given.one("remove") == str(index):
                continue
            old = next((m for m in case.medicines if m.name == name), Medicine(name=name[:120]))
            dates = {field: given.day(f"{field}_{index}") for field in ("since", "stopped")}
            rows.append(old.model_copy(update=dates))
        added = given.one("add")[:120] or (given.one("query")[:120] if given.one("do") == "as_written" else "")
        if added and added.casefold() not in {row.name.casefold() for row in rows} and len(rows) < _MOST:
            rows.append(Medicine(name=added))
        answers = {name: answer for name, answer in case.answers.items() if name != _NONE}
        if given.one("none") and not rows:
            answers[_NONE] = Answer.PRESENT
        return case.model_copy(update={"medicines": tuple(rows), "answers": answers})

    def view(self, case: Case, given: Given, knowledge: Knowledge, language: Language) -> _View:
        """The medicines so far, and what the search found."""
        rows = tuple(
            _Row(i, _shown(name, knowledge, language), given.one(f"since_{i}"), given.one(f"stopped_{i}"))
            for i, name in enumerate(given.many("medicine"))
        )
        return _View(rows, given.one("query"), search(given.one("query"), knowledge, language), bool(given.one("query")))

    def said(self, case: Case, knowledge: Knowledge, language: Language) -> tuple[str, ...]:
        """Each medicine, with since when and until when."""
        none = (catalogue(language).gettext(_TAKES_NONE),) if self.given(case, knowledge).one("none") else ()
        return none or tuple(_dated(medicine, knowledge, language) for medicine in case.medicines)


def _dated(medicine: Medicine, knowledge: Knowledge, language: Language) -> str:
    words = Words(language)
    days = ((mark("since {date}"), medicine.since), (mark("stopped on {date}"), medicine.stopped))
    told = [words._(text).format(date=words.date(day)) for text, day in days if day]
    name = _shown(medicine.name, knowledge, language)
    return f"{name} ({'; '.join(told)})" if told else name


def _shown(name: str, knowledge: Knowledge, language: Language) -> str:
    """The name in the language where we know it, else as it was written."""
    found = knowledge.medicine_names.get(name.strip().casefold())
    return knowledge.content.medicines[found].names.in_language(language) if found else name

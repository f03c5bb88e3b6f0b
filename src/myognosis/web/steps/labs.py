"""Laboratory values as the laboratory printed them: the unit is chosen, never guessed."""

from dataclasses import dataclass
from functools import partial

from myognosis.findings.laboratory import convertible_units
from myognosis.knowledge import Knowledge
from myognosis.language import Language, catalogue, decimal, mark
from myognosis.model.case import Case, Lab
from myognosis.report.labunits import lab_unit
from myognosis.report.words import Words
from myognosis.web.forms import Choice, Fault, Given, choices, reads
from myognosis.web.steps.base import Step, faults_at

__all__ = ["Labs"]

_MOST = 60


@dataclass(frozen=True)
class _Row:
    index: int
    analyte: str
    name: str
    value: str
    units: tuple[Choice, ...]


@dataclass(frozen=True)
class _View:
    rows: tuple[_Row, ...]
    analytes: tuple[Choice, ...]


class Labs(Step):
    """A row an analyte; which analyte is asked first, so that only its own units are offered."""

    name = "labs"
    title = mark("Laboratory values")
    template = "labs"

    def given(self, case: Case, knowledge: Knowledge) -> Given:
        """The results as numbered fields."""
        values: dict[str, list[str]] = {"analyte": []}
        for index, row in enumerate(self._known(case, knowledge)):
            values["analyte"].append(knowledge.lab_names[row.analyte.strip().casefold()])
            values[f"value_{index}"], values[f"unit_{index}"] = [f"{row.value:g}"], [row.unit]
        return Given(values)

    def _known(self, case: Case, knowledge: Knowledge) -> tuple[Lab, ...]:
        return tuple(row for row in case.labs if row.analyte.strip().casefold() in knowledge.lab_names)

    def faults(self, case: Case, given: Given, knowledge: Knowledge, language: Language) -> tuple[Fault, ...]:
        """A value is a number, has a unit, and is one that a living person can have."""
        _, found = catalogue(language).gettext, []
        for index in self._filled(given):
            if not reads(partial(given.number, f"value_{index}")):
                found.append(Fault(f"value_{index}", _("Please give the value as a number.")))
            if not given.one(f"unit_{index}"):
                found.append(Fault(f"unit_{index}", _("Please choose the unit that the laboratory printed.")))
        if found:
            return tuple(found)
        old = len(case.labs) - len(self._known(case, knowledge))
        places = {f"$.labs[{old + k}]": f"value_{index}" for k, index in enumerate(self._filled(given))}
        return faults_at(self.take(case, given, knowledge), knowledge, language, places)

    def _filled(self, given: Given) -> list[int]:
        return [i for i in range(len(given.many("analyte"))) if given.one(f"value_{i}") and given.one("remove") != str(i)]

    def take(self, case: Case, given: Given, knowledge: Knowledge) -> Case:
        """The results from the fields; a row without a value is left out."""
        known, analytes = self._known(case, knowledge), given.many("analyte")
        kept = [row for row in case.labs if row not in known]
        dated = {(knowledge.lab_names[row.analyte.strip().casefold()], row.value, row.unit): row for row in known}
        for index in self._filled(given)[:_MOST]:
            value = given.number(f"value_{index}")
            if value is not None and analytes[index] in knowledge.content.labs:
                row = Lab(analyte=analytes[index], value=value, unit=given.one(f"unit_{index}")[:120])
                kept.append(dated.get((row.analyte, row.value, row.unit), row))  # with its date and limits, where it had them
        return case.model_copy(update={"labs": tuple(kept)})

    def view(self, case: Case, given: Given, knowledge: Knowledge, language: Language) -> _View:
        """The rows with the units that each can have, and the analytes that can be added."""
        pool = knowledge.content.labs
        rows = tuple(
            _Row(
                i,
                name,
                pool[name].names.in_language(language),
                given.one(f"value_{i}"),
                _units(name, given, i, knowledge, language),
            )
            for i, name in enumerate(given.many("analyte"))
            if name in pool
        )
        names = sorted((lab.names.in_language(language), lab.id) for lab in pool.values() if lab.id not in given.many("analyte"))
        return _View(rows, tuple(Choice(name, label) for label, name in names))

    def said(self, case: Case, knowledge: Knowledge, language: Language) -> tuple[str, ...]:
        """Each result, with its day."""
        return tuple(_printed(row, knowledge, language) for row in self._known(case, knowledge))


def _printed(row: Lab, knowledge: Knowledge, language: Language) -> str:
    name = knowledge.content.labs[knowledge.lab_names[row.analyte.strip().casefold()]].names.in_language(language)
    day = f", {Words(language).date(row.on)}" if row.on else ""
    return f"{name}{day}: {decimal(f'{row.value:g} {lab_unit(row.unit, language)}'.strip(), language)}"


def _units(name: str, given: Given, index: int, knowledge: Knowledge, language: Language) -> tuple[Choice, ...]:
    lab = knowledge.content.labs[name]
    usual = [lab.unit, *(unit for unit in convertible_units(lab) if unit != lab.unit)]
    return choices(given, f"unit_{index}", {unit: lab_unit(unit, language) or unit for unit in usual})

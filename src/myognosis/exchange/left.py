"""What a format cannot hold of a case, in words."""

from collections.abc import Iterable, Iterator

from myognosis.knowledge import Knowledge
from myognosis.language import Language, catalogue, mark
from myognosis.model.case import Answer, Case

__all__ = ["SECTIONS", "STATES", "left_told"]

SECTIONS = {
    "about": mark("Title and note of the case"),
    "complaint": mark("The story of the movement"),
    "exposures": mark("Coffee, alcohol and other everyday substances"),
    "medicines": mark("Medicines"),
    "conditions": mark("Known illnesses"),
    "events": mark("Operations and other events"),
    "self_tests": mark("Self tests"),
    "examination": mark("Examination: strength, reflexes, sensation, tone"),
    "labs": mark("Laboratory values"),
    "conduction": mark("Nerve conduction"),
    "needle": mark("Needle EMG, as reported"),
    "tests": mark("Tests already had"),
    "recordings": mark("Recordings"),
    "assessed_on": mark("The day of the result"),
    "person.pregnant": mark("Pregnancy"),
    "person.setting": mark("Where the person asks"),
    "person.height_cm": mark("Height"),
}
"""The parts of a case, in words."""
STATES = {
    Answer.PRESENT: mark("present"), Answer.ABSENT: mark("absent"), Answer.UNKNOWN: mark("not known"),
    Answer.DECLINED: mark("rather not say"),
}  # fmt: skip


def left_told(places: Iterable[str], case: Case, knowledge: Knowledge, language: Language) -> tuple[str, ...]:
    """Each place of a case that is left out, as who reads it would say: the parts first, then single answers."""
    return tuple(dict.fromkeys(_told(places, case, knowledge, language)))


def _told(places: Iterable[str], case: Case, knowledge: Knowledge, language: Language) -> Iterator[str]:
    _ = catalogue(language).gettext
    parts = [place.removeprefix("$.") for place in places]
    yield from (_(SECTIONS[part]) for part in parts if part in SECTIONS)
    labels = {row.code: row.label or row.code for row in case.unmapped}
    for part in parts:
        kind, _dot, name = part.partition(".")
        if kind == "answers":
            known = knowledge.findings.get(name)
            yield f"{known.names.in_language(language) if known else name}: {_(STATES[case.answers[name]])}"
        elif kind == "unmapped":
            yield labels.get(name, name)

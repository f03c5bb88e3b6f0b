"""From a case to findings: every part of the case is read by one function, all write into one ledger."""

from collections.abc import Callable, Mapping
from pathlib import Path

from myognosis.faults import CaseError, Issue, Level, Name
from myognosis.findings.conduction import read_conduction
from myognosis.findings.laboratory import read_labs
from myognosis.findings.ledger import Ledger
from myognosis.findings.medicines import read_medicines
from myognosis.findings.needle_report import read_needle
from myognosis.findings.recordings import read_recordings
from myognosis.findings.story import began_on, read_complaint, read_exposures, read_person
from myognosis.knowledge import Knowledge
from myognosis.language import mark
from myognosis.model.case import Case, Place, TestDone
from myognosis.model.finding import Findings, LocalSign, Measured, State

__all__ = ["check_case", "find"]


def find(case: Case, knowledge: Knowledge, folder: Path | None = None) -> Findings:
    """Every raw fact of a case as a finding; recordings are looked for in the folder.

    Raises
    ------
    CaseError
        The case holds something that cannot be understood; every fault is listed, nothing is guessed.
    """
    findings, issues = check_case(case, knowledge, folder)
    refused = [issue for issue in issues if issue.level is Level.REFUSE]
    if refused:
        raise CaseError(refused)
    return findings


def check_case(
    case: Case, knowledge: Knowledge, folder: Path | None = None, recorded: Mapping[str, Measured] | None = None
) -> tuple[Findings, tuple[Issue, ...]]:
    """The findings of a case and every issue in it, grave or not; ``recorded`` is what was measured before, file by file."""
    ledger = Ledger(knowledge, folder)
    for read in _READERS:
        read(case, ledger)
    read_recordings(case, ledger, folder, recorded or {})
    findings = ledger.close(case)
    return findings, tuple(ledger.issues)


def _read_answers(case: Case, ledger: Ledger) -> None:
    for name, answer in case.answers.items():
        ledger.answer(name, answer, f"$.answers.{name}")
    for index, name in enumerate(case.conditions):
        ledger.enter(name, "present", f"$.conditions[{index}]", name)


def _read_self_tests(case: Case, ledger: Ledger) -> None:
    """Each outcome speaks for and against findings; a sign that one test shows is not denied by another."""
    known, found = ledger.knowledge.content.self_tests, dict[str, tuple[State, str, str]]()
    for name, ended in case.self_tests.items():
        path = f"$.self_tests.{name}"
        outcomes = {outcome.id: outcome for outcome in known[name].outcomes} if name in known else {}
        if name not in known:
            ledger.unknown_id(name, path, known, mark("self test"))
        elif ended not in outcomes:
            ledger.unknown_id(ended, path, outcomes, mark("outcome of a self test"))
        else:
            shown = outcomes[ended]
            found |= {finding: ("absent", path, ended) for finding in shown.absent if finding not in found}
            found |= {finding: ("present", path, ended) for finding in shown.present}
    for finding, (state, path, ended) in found.items():
        ledger.enter(finding, state, path, ended)


def _read_events(case: Case, ledger: Ledger) -> None:
    for index, event in enumerate(case.events):
        path = f"$.events[{index}]"
        ledger.enter(event.what, "present", f"{path}.what", event.what)
        if event.on and case.assessed_on and event.on > case.assessed_on:
            what, fix = mark("The date {date} lies in the future."), mark("Correct the date.")
            ledger.issue("case.future", Level.REFUSE, f"{path}.on", what, fix, date=event.on.isoformat())


def _read_examination(case: Case, ledger: Ledger) -> None:
    exam = case.examination
    for name, answer in exam.signs.items():
        ledger.answer(name, answer, f"$.examination.signs.{name}")
    _read_power(case, ledger)
    for kind, places, finding in (("wasted", exam.wasting, "atrophy"), ("twitching", exam.twitching, "fasciculation")):
        for index, place in enumerate(places):
            path = f"$.examination.{'wasting' if kind == 'wasted' else 'twitching'}[{index}].where"
            if _known_place(place, ledger, path):
                ledger.sign(LocalSign(kind=kind, where=place.where, side=place.side))  # type: ignore[arg-type]
                region = ledger.knowledge.content.muscles[place.where].region
                found = [_PLACED[kind].get(region), finding if kind == "wasted" else None]
                for known in filter(None, found):
                    ledger.enter(known, "present", path, place.where)
    _read_reflexes(case, ledger)
    _read_sensation(case, ledger)
    tone = {"spastic": "spasticity", "rigid": "rigidity", "low": "hypotonia"}.get(exam.tone or "")
    if tone:
        ledger.enter(tone, "present", "$.examination.tone", exam.tone)
    elif exam.tone == "normal":
        for name in ("spasticity", "rigidity", "hypotonia"):
            ledger.enter(name, "absent", "$.examination.tone", exam.tone)


_PLACED = {
    "wasted": {"tongue": "tongue_wasting", "hand": "hand_wasting"},
    "twitching": {"tongue": "tongue_fasciculation", "hand": "hand_fasciculation", "trunk": "trunk_fasciculation",
                  "thigh": "thigh_calf_fasciculation", "calf": "thigh_calf_fasciculation"},
}  # fmt: skip
"""A sign in a region that has a finding of its own."""


def _known_place(place: Place, ledger: Ledger, path: str) -> bool:
    muscles = ledger.knowledge.content.muscles
    if place.where not in muscles:
        ledger.unknown_part(place.where, path, muscles, mark("muscle or region"))
        return False
    return True


def _read_power(case: Case, ledger: Ledger) -> None:
    muscles = ledger.knowledge.content.muscles
    normal = ledger.knowledge.number("weak_below_mrc")
    weak = []
    for index, row in enumerate(case.examination.power):
        path = f"$.examination.power[{index}]"
        if row.muscle not in muscles:
            ledger.unknown_part(row.muscle, f"{path}.muscle", muscles, mark("muscle or region"))
            continue
        is_weak = row.mrc < normal
        ledger.sign(LocalSign(kind="weak" if is_weak else "strong", where=row.muscle, side=row.side))
        if is_weak:
            if not muscles[row.muscle].bulbar:
                weak.append(row.muscle)
            ledger.enter("weakness", "present", path, f"MRC {row.mrc:g}")
    weak_sides = {row.side for row in case.examination.power if row.muscle in weak and row.mrc < normal}
    if len(weak_sides) == 1 and weak_sides != {"both"}:
        ledger.enter("asymmetric_weakness", "present", "$.examination.power", ", ".join(weak))
    if weak:
        proximal = [muscles[name].proximal for name in weak]
        if all(proximal):
            ledger.enter("proximal_weakness", "present", "$.examination.power", ", ".join(weak))
        elif not any(proximal):
            ledger.enter("distal_weakness", "present", "$.examination.power", ", ".join(weak))
    elif len(case.examination.power) >= ledger.knowledge.number("examination_least_muscles"):
        ledger.enter("weakness", "absent", "$.examination.power", "all tested muscles strong")


def _read_reflexes(case: Case, ledger: Ledger) -> None:
    reflexes = ledger.knowledge.content.reflexes
    grades = []
    for index, row in enumerate(case.examination.reflexes):
        path = f"$.examination.reflexes[{index}]"
        if row.reflex not in reflexes:
            ledger.unknown_part(row.reflex, f"{path}.reflex", reflexes, mark("reflex"))
            continue
        grades.append(row.grade)
        kind = "reflex_low" if row.grade < 2 else "reflex_high" if row.grade > 2 else "reflex_normal"
        ledger.sign(LocalSign(kind=kind, where=row.reflex, side=row.side))  # type: ignore[arg-type]
        if row.grade < 2:
            name = "reduced_achilles" if row.reflex == "ankle" else "hyporeflexia"
            ledger.enter(name, "present", path, f"grade {row.grade}")
        if row.grade > 2:
            ledger.enter("hyperreflexia", "present", path, f"grade {row.grade}")
        if row.grade == 4:
            ledger.enter("clonus", "present", path, "grade 4")
    if len(grades) < ledger.knowledge.number("examination_least_reflexes"):
        return
    if max(grades) == 0:
        ledger.enter("areflexia", "present", "$.examination.reflexes", "all absent")
    if max(grades) <= 2:
        ledger.enter("hyperreflexia", "absent", "$.examination.reflexes", "none brisk")
    if min(grades) >= 2:
        ledger.enter("hyporeflexia", "absent", "$.examination.reflexes", "none reduced")


def _read_sensation(case: Case, ledger: Ledger) -> None:
    rows = case.examination.sensation
    nerves = ledger.knowledge.content.nerves
    patterns = {"stocking": "stocking_glove", "glove": "stocking_glove", "saddle": "saddle_anaesthesia"}
    patterns |= {"hemibody": "hemisensory", "trunk_level": "sensory_level"}
    for index, row in enumerate(rows):
        path = f"$.examination.sensation[{index}]"
        root = row.area.upper()
        is_root = root[:1] in "CTLS" and root[1:].isdigit() and 1 <= int(root[1:]) <= 12
        if not (is_root or row.area in nerves or row.area in patterns or row.area == "face"):
            ledger.unknown_id(row.area, f"{path}.area", [*nerves, *patterns, "C6"], mark("area of feeling"))
            continue
        numb = row.state == "reduced"
        where = root if is_root else row.area
        ledger.sign(LocalSign(kind="numb" if numb else "feels", where=where, side=row.side))
        if numb:
            name = "dermatomal_loss" if is_root else patterns.get(row.area, "nerve_territory_loss")
            ledger.enter(name, "present", path, row.area)
    if len(rows) >= ledger.knowledge.number("examination_least_areas") and all(row.state == "normal" for row in rows):
        ledger.enter("no_sensory_loss", "present", "$.examination.sensation", "all normal")


def _was_before(case: Case, row: TestDone, path: str, ledger: Ledger) -> bool:
    """Whether a normal test was done before the movement began; no where either date is unknown."""
    began = began_on(case)
    if row.on is None or began is None or row.on >= began:
        return False
    what = mark("{name}: what was normal before the movement began says nothing about it, so it is not weighed.")
    fix = mark("Ask the doctor whether it should be done again.")
    name = Name(**ledger.knowledge.content.tests[row.test].names.model_dump())
    ledger.issue("case.test_before", Level.DOUBT, f"{path}.on", what, fix, name=name)
    return True


def _read_tests(case: Case, ledger: Ledger) -> None:
    known = ledger.knowledge.content.tests
    normal = {"emg_needle": "emg_normal", "nerve_conduction": "ncs_normal", "eeg": "eeg_normal",
              "mri_brain": "mri_brain_normal", "lumbar_puncture_csf": "csf_normal"}  # fmt: skip
    for index, row in enumerate(case.tests):
        path = f"$.tests[{index}]"
        if row.test not in known:
            ledger.unknown_id(row.test, f"{path}.test", known, mark("test"))
            continue
        if row.result == "normal" and row.test in normal and not _was_before(case, row, path, ledger):
            ledger.enter(normal[row.test], "present", path, "normal")
            for name in known[row.test].settles:
                if not name.endswith("_normal") and name not in row.findings:
                    ledger.enter(name, "absent", path, "normal")
        for name, answer in row.findings.items():
            ledger.answer(name, answer, f"{path}.findings.{name}")


def _read_unmapped(case: Case, ledger: Ledger) -> None:
    """Many features for which we have no word are themselves a finding: hardly any cause of the list brings so many.

    Of what other programs hand over only terms of the Human Phenotype Ontology are features; the rest are old diagnoses.
    """
    rows = [row.label or row.code for row in case.unmapped if row.state == "present" and row.code.startswith("HP:")]
    if rows and len(rows) >= ledger.knowledge.number("features_outside_from"):
        ledger.enter("features_outside", "present", "$.unmapped", "; ".join(rows))


_READERS: tuple[Callable[[Case, Ledger], None], ...] = (
    read_person,
    _read_answers,
    _read_self_tests,
    read_complaint,
    read_exposures,
    read_medicines,
    _read_events,
    _read_examination,
    read_labs,
    read_conduction,
    read_needle,
    _read_tests,
    _read_unmapped,
)

"""The table of a needle EMG that was reported on paper: one line a muscle, and what it means."""

from collections.abc import Callable

from myognosis.findings.needle_report import shown
from myognosis.language import mark
from myognosis.model.case import NeedleMuscle
from myognosis.report.page import NeedleView
from myognosis.report.words import Words

__all__ = ["DISCHARGES", "FASCICULATION", "FIBRILLATION", "RECRUITMENT", "UNITS", "needle_lines", "needle_rows"]

FIBRILLATION = {"0": mark("none"), "1": "+", "2": "++", "3": "+++", "4": "++++"}
FASCICULATION = {"none": mark("none"), "simple": mark("simple"), "complex": mark("complex")}
DISCHARGES = {
    "myokymic": mark("myokymic discharges"),
    "neuromyotonic": mark("neuromyotonic discharges"),
    "myotonic": mark("myotonic discharges"),
    "complex_repetitive": mark("complex repetitive discharges"),
    "cramp": mark("cramp discharge"),
}
UNITS = {"normal": mark("units of normal size"), "large": mark("large units"), "small": mark("small units")}
RECRUITMENT = {
    "normal": mark("normal recruitment"),
    "reduced": mark("reduced recruitment"),
    "early": mark("early recruitment"),
}
_POLYPHASIC = {True: mark("polyphasic"), False: mark("not polyphasic")}


def needle_rows(
    rows: tuple[NeedleMuscle, ...], words: Words, *, place: Callable[[str], str], name: Callable[[str], str]
) -> tuple[NeedleView, ...]:
    """Each muscle: what it does at rest, its motor units, and the findings that it makes."""
    return tuple(_row(row, words, place, name) for row in rows)


_REST = {"simple": mark("simple fasciculations"), "complex": mark("complex fasciculations")}


def needle_lines(rows: tuple[NeedleMuscle, ...], words: Words, *, place: Callable[[str], str]) -> tuple[str, ...]:
    """Each muscle that is not as in health, with what is not; then, in one line, those in which nothing is abnormal."""
    told, calm, waves = list[str](), list[str](), words._("fibrillations and positive waves")
    for row in rows:
        signs = (
            f"{waves} {FIBRILLATION[str(row.fibrillation)]}" if row.fibrillation else "",
            words._(_REST[row.fasciculation]) if row.fasciculation in _REST else "",
            *(words._(DISCHARGES[kind]) for kind in row.discharges),
            words._(UNITS[row.units]) if row.units in ("large", "small") else "",
            words._(_POLYPHASIC[True]) if row.polyphasic else "",
            words._(RECRUITMENT[row.recruitment]) if row.recruitment in ("reduced", "early") else "",
        )
        head, found = f"{place(row.muscle)}, {words.side(row.side)}", ", ".join(filter(None, signs))
        told += [f"{head}: {found}"] if found else []
        calm += [] if found else [head]
    healthy = words._("nothing abnormal")
    return (*told, *([f"{healthy}: {'; '.join(calm)}"] if calm else []))


def _row(row: NeedleMuscle, words: Words, place: Callable[[str], str], name: Callable[[str], str]) -> NeedleView:
    rest = [words._(DISCHARGES[kind]) for kind in row.discharges]
    units = [
        words._(UNITS[row.units]) if row.units else "",
        words._(_POLYPHASIC[row.polyphasic]) if row.polyphasic is not None else "",
        words._(RECRUITMENT[row.recruitment]) if row.recruitment else "",
    ]
    return NeedleView(
        muscle=place(row.muscle),
        side=words.side(row.side),
        fibrillation="" if row.fibrillation is None else words._(FIBRILLATION[str(row.fibrillation)]),
        fasciculation="" if row.fasciculation is None else words._(FASCICULATION[row.fasciculation]),
        discharges=", ".join(rest),
        units=", ".join(filter(None, units)),
        flag="; ".join(f"▲ {name(finding)}" for finding in shown(row)),
    )

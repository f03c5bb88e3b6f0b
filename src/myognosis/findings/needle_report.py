"""A report of needle EMG, muscle by muscle, as findings.

What a muscle shows is present. A no needs several muscles that were examined for it, for a needle hears one muscle at a time.
"""

from collections import Counter
from collections.abc import Callable

from myognosis.findings.ledger import Ledger
from myognosis.knowledge import Knowledge
from myognosis.language import mark
from myognosis.model.case import Case, NeedleMuscle

__all__ = ["read_needle", "shown"]

_DISCHARGES = {
    "myokymic": "emg_myokymic",
    "neuromyotonic": "emg_neuromyotonic",
    "myotonic": "emg_myotonic",
    "complex_repetitive": "emg_crd",
    "cramp": "emg_cramp_discharge",
}
_PARASPINAL = "paraspinals"


def read_needle(case: Case, ledger: Ledger) -> None:
    """Each muscle of the report, and what all of them say together."""
    muscles = ledger.knowledge.content.muscles
    rows = []
    for index, row in enumerate(case.needle):
        path = f"$.needle[{index}]"
        if row.muscle not in muscles:
            ledger.unknown_part(row.muscle, f"{path}.muscle", muscles, mark("muscle or region"))
            continue
        rows.append(row)
        for finding in shown(row):
            ledger.measure(finding, True, path, row.muscle)
    if rows:
        _together(rows, ledger)


def shown(row: NeedleMuscle) -> list[str]:
    """The findings that a muscle makes by itself."""
    signs = {
        "emg_fib": _is_active(row),
        "emg_paraspinal_denervation": _is_active(row) and row.muscle.startswith(_PARASPINAL),
        "emg_fp": row.fasciculation in ("simple", "complex"),
        "emg_chronic_neurogenic": _is_neurogenic(row),
        "emg_myopathic": _is_myopathic(row),
    }
    return [name for name, holds in signs.items() if holds] + [_DISCHARGES[kind] for kind in row.discharges]


def _is_active(row: NeedleMuscle) -> bool:
    """Whether the muscle is losing its nerve now."""
    return bool(row.fibrillation)


def _is_neurogenic(row: NeedleMuscle) -> bool:
    """Whether it was supplied anew: large motor units. Reduced recruitment alone may be a block of the nerve, or be days old."""
    return row.units == "large" and row.recruitment != "early"


def _is_myopathic(row: NeedleMuscle) -> bool:
    """Whether the fibres fail: small motor units that are recruited early. Small ones alone may be young ones."""
    return row.units == "small" and row.recruitment == "early"


_LOOKED_FOR: dict[str, Callable[[NeedleMuscle], bool]] = {
    "emg_fib": lambda row: row.fibrillation is not None,
    "emg_fp": lambda row: row.fasciculation is not None,
    "emg_chronic_neurogenic": lambda row: row.units == "normal" and row.recruitment == "normal",
    "emg_myopathic": lambda row: row.units == "normal" and row.recruitment == "normal",
}
"""Whether a muscle was examined for a finding, so that it speaks against it where it does not show it."""


def _together(rows: list[NeedleMuscle], ledger: Ledger) -> None:
    """What was looked for in enough muscles and is not there; normal; widespread denervation."""
    least, raw = ledger.knowledge.number("needle_least_muscles"), f"{len(rows)} muscles"
    for finding, examined in _LOOKED_FOR.items():
        if len(rows) >= least and all(map(examined, rows)):
            ledger.measure(finding, False, "$.needle", raw)
    if len(_denervated(rows, ledger.knowledge)) >= ledger.knowledge.number("needle_widespread_regions"):
        ledger.measure("emg_widespread_denervation", True, "$.needle", raw)
    if any(map(_is_abnormal, rows)):
        ledger.measure("emg_normal", False, "$.needle", raw)
    elif len(rows) >= least and all(_is_whole(row) for row in rows):
        ledger.measure("emg_normal", True, "$.needle", raw)


def _is_abnormal(row: NeedleMuscle) -> bool:
    """Whether anything but a fasciculation is not as in health."""
    return bool(set(shown(row)) - {"emg_fp"}) or row.recruitment in ("reduced", "early") or row.units in ("large", "small")


def _is_whole(row: NeedleMuscle) -> bool:
    """Whether rest and effort were both examined and neither is abnormal. Fasciculations alone do not make a study abnormal."""
    return row.fibrillation == 0 and row.fasciculation is not None and (row.units, row.recruitment) == ("normal", "normal")


def _denervated(rows: list[NeedleMuscle], knowledge: Knowledge) -> set[str]:
    """The regions with active and chronic denervation: of a limb in several muscles, elsewhere in one."""
    both = {(row.muscle, row.side) for row in rows if _is_active(row)} & {
        (row.muscle, row.side) for row in rows if _is_neurogenic(row)
    }
    found = Counter(_region(muscle, knowledge) for muscle in {muscle for muscle, _ in both})
    least = knowledge.number("needle_region_least_muscles")
    return {region for region, n in found.items() if n >= (least if region in ("cervical", "lumbosacral") else 1)}


def _region(muscle: str, knowledge: Knowledge) -> str:
    """The part of the nervous system from which the largest root of a muscle comes."""
    roots = knowledge.content.muscles[muscle].roots
    return _region_of_root(max(sorted(roots), key=lambda root: roots[root]))


def _region_of_root(root: str) -> str:
    if root.startswith("CN"):
        return "bulbar"
    if root.startswith("C") or root == "T1":
        return "cervical"
    return "thoracic" if root.startswith("T") else "lumbosacral"

"""Sizes from a trace whose unit may be wrong, or that is cut off: the doubt stands with each number, and nothing rests on it."""

from collections.abc import Collection
from dataclasses import replace
from typing import Literal

from myognosis.faults import Issue
from myognosis.findings.recordings.analysed import Analysed

__all__ = ["doubt_of", "of_sizes", "with_doubts"]

Doubt = Literal["", "unit", "clipped"]

_UNITS = {
    "emg": ("uV", "mV", "uV ms", "(uV)²/Hz"), "eeg": ("uV", "(uV)²/Hz"),
    "accelerometer": ("m/s2", "mm", "(m/s2)²/Hz"), "gyroscope": ("deg/s", "deg", "(deg/s)²/Hz"),
}  # fmt: skip
"""The units of what is measured in channels of a kind that grow with the size of the samples."""


def with_doubts(found: tuple[Analysed, ...], issues: Collection[Issue]) -> tuple[Analysed, ...]:
    """What was found, with what is doubtful about the sizes in its file.

    Where the unit of an EMG may be wrong, nothing is denied, and no number is held against limits in microvolts. Where bytes are
    out of step nothing is left: the numbers are of a trace that is none.
    """
    if any(issue.code == "recording.bytes" for issue in issues):
        return ()
    kinds = {str(issue.what.params.get("kind")) for issue in issues if issue.code == "recording.implausible"}
    if any(issue.code == "recording.clipped" for issue in issues):
        found = tuple(of_sizes(part, _measures(part, ("uV", "uV ms"), but="fasciculation"), "clipped") for part in found)
    for kind in sorted(kinds & _UNITS.keys()):
        found = tuple(of_sizes(part, _measures(part, _UNITS[kind]), "unit") for part in found)
    return tuple(_undenied(part) for part in found) if "emg" in kinds else found


def _measures(part: Analysed, units: Collection[str], but: str = "-") -> list[str]:
    return [m.name for m in part.measurements if m.unit in units and not m.name.startswith(but)]


def of_sizes(part: Analysed, names: Collection[str], doubt: Doubt) -> Analysed:
    """The same with a doubt on the measures of these names."""
    if not doubt or not names:
        return part
    rows = tuple(m.model_copy(update={"doubt": doubt}) if m.name in names else m for m in part.measurements)
    return replace(part, measurements=rows)


def doubt_of(part: Analysed) -> Doubt:
    """What is doubtful about the sizes of an analysis; a unit before all else."""
    doubts = {m.doubt for m in part.measurements}
    return "unit" if "unit" in doubts else "clipped" if "clipped" in doubts else ""


def _undenied(part: Analysed) -> Analysed:
    """Without what rests on the size of a trace in microvolts."""
    return replace(
        part,
        entries=tuple(entry for entry in part.entries if entry.state != "absent"),
        limits=tuple(limit for limit in part.limits if limit.unit not in _UNITS["emg"]),
        beside=tuple(beside for beside in part.beside if beside.unit not in _UNITS["emg"]),
        issues=tuple(issue for issue in part.issues if issue.code != "emg.side"),
    )

"""Recordings as findings: what was measured, and when an absence counts.

A recording is analysed when it lies beside the case, its kind and format are known, and SciPy is installed; otherwise it is
kept and named. Nothing is concluded from less than the knowledge demands to be watched.
"""

from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from myognosis.faults import Issue, Level, MissingExtra, RecordingError
from myognosis.findings.ledger import Ledger
from myognosis.language import mark
from myognosis.model.case import Case
from myognosis.model.case import Recording as Entry
from myognosis.model.finding import Measured, State
from myognosis.model.recording import Measurement

if TYPE_CHECKING:
    from myognosis.signals.fasciculation import Fasciculations
    from myognosis.signals.tremor import Tremor

__all__ = ["read_recordings"]

_TREMOR_IN = {"rest": "rest_tremor", "posture": "postural_tremor", "standing": "orthostatic_tremor_sign"}


@dataclass(frozen=True)
class _Analysis:
    """What one file gave."""

    tremor: "tuple[tuple[str, Tremor], ...]"
    fasciculation: "Fasciculations | None"
    issues: tuple[Issue, ...]

    def measurements(self) -> tuple[Measurement, ...]:
        rows = list(self.fasciculation.measurements) if self.fasciculation else []
        return (*rows, *(m.model_copy(update={"channel": name}) for name, tremor in self.tremor for m in tremor.measurements))


def read_recordings(case: Case, ledger: Ledger, folder: Path | None) -> None:
    """Each recording of the case that can be measured."""
    for index, row in enumerate(case.recordings):
        path = _beside(row, folder)
        if path is None or row.kind not in ("emg", "accelerometer") or find_spec("scipy") is None:
            continue
        place = f"$.recordings[{index}]"
        try:
            seen = path.stat()
            analysis = _analyse(path, row.kind, row.during, tuple(sorted(row.units.items())), seen.st_mtime_ns, seen.st_size)
        except (RecordingError, MissingExtra) as error:
            _cannot(ledger, place, error)
            continue
        for issue in analysis.issues:
            level = Level.DOUBT if issue.level is Level.REFUSE else issue.level
            ledger.issues.append(Issue(issue.code, level, f"{place} {issue.where}", issue.what, issue.fix))
        ledger.measured.append(Measured(file=row.file, during=row.during, measurements=analysis.measurements()))
        if analysis.fasciculation:
            _enter_fasciculation(analysis.fasciculation, ledger, place)
        _enter_tremor([_judge_tremor(tremor, name, row, ledger) for name, tremor in analysis.tremor], ledger, place)


def _beside(row: Entry, folder: Path | None) -> Path | None:
    """The file of an entry, if it lies in the folder of the case or below; nothing else is ever opened."""
    if folder is None:
        return None
    try:
        path = (folder / row.file).resolve()
        return path if path.is_file() and path.is_relative_to(folder.resolve()) else None
    except (OSError, ValueError):
        return None


def _cannot(ledger: Ledger, place: str, error: RecordingError | MissingExtra) -> None:
    """The recording stays unanalysed, and why is said; the case can still be assessed."""
    if isinstance(error, RecordingError):
        ledger.issues += [Issue(i.code, Level.DOUBT, f"{place} {i.where}", i.what, i.fix) for i in error.issues]
        return
    what, fix = mark("The recording is not analysed: {why}."), mark("Install that part and assess again.")
    ledger.issue("recording.extra", Level.NOTE, place, what, fix, why=str(error))


@lru_cache(maxsize=32)
def _analyse(path: Path, kind: str, during: str | None, units: tuple[tuple[str, str], ...], *_seen: int) -> _Analysis:
    """The measurements of one file; remembered as long as the file does not change."""
    from myognosis.readers import read_recording
    from myognosis.signals.fasciculation import find_fasciculations
    from myognosis.signals.tremor import measure_tremor

    recording = read_recording(path, units=dict(units))
    if kind == "emg":
        emg = tuple(c for c in recording.of_kind("emg") if c.rate_hz == recording.of_kind("emg")[0].rate_hz)
        found = find_fasciculations(emg) if emg and during in (None, "rest") else None
        shaking = [(c.name, measure_tremor((c,))) for c in emg[:8]] if during in ("posture", "standing") else []
        return _Analysis(tuple(shaking), found, recording.issues)
    sensors = [(k, recording.of_kind(k)) for k in ("gyroscope", "accelerometer")]
    return _Analysis(tuple((k, measure_tremor(axes)) for k, axes in sensors if axes), None, recording.issues)


def _enter_fasciculation(found: "Fasciculations", ledger: Ledger, place: str) -> None:
    """Present above the rate of false detections; absent only when none was seen in long enough; else open."""
    rate = next((m for m in found.measurements if m.name == "fasciculation_rate"), None)
    number = ledger.knowledge.number
    if rate is None or rate.low is None:
        return
    raw = f"{len(found.events)} in {found.seconds:g} s: {rate.value:.2g}/min (95 % {rate.low:.2g} to {rate.high:.2g})"
    if rate.low > number("recording_fasciculation_present_per_min"):
        ledger.enter("emg_fp", "present", place, raw)
    elif not found.events and found.seconds >= number("recording_fasciculation_absent_s"):
        ledger.enter("emg_fp", "absent", place, raw)


def _judge_tremor(tremor: "Tremor", name: str, row: Entry, ledger: Ledger) -> tuple[str, State, str] | None:
    """Tremor in the state of the recording; a movement on purpose can shake as well, so there nothing is concluded."""
    if row.during == "movement":
        return None
    frequency = next((m for m in tremor.measurements if m.name == "tremor_frequency"), None)
    if tremor.outcome == "tremor" and frequency and frequency.value is not None:
        raw = f"{name}: {frequency.value:.1f} Hz (95 % {frequency.low:.1f} to {frequency.high:.1f})"
        if not _is_physiological(tremor, frequency.value, ledger):
            return _finding(row, frequency.value, ledger), "present", raw
    if tremor.outcome == "no_tremor" and tremor.seconds >= ledger.knowledge.number("recording_tremor_absent_s") and row.during:
        return _finding(row, None, ledger), "absent", f"{name}: no tremor in {tremor.seconds:g} s"
    return None


def _enter_tremor(judged: list[tuple[str, State, str] | None], ledger: Ledger, place: str) -> None:
    """Of several sensors one that shakes is enough; one that does not agree with it is not a contradiction."""
    found = [row for row in judged if row is not None]
    for finding, state, raw in [row for row in found if row[1] == "present"] or found:
        ledger.enter(finding, state, place, raw)


def _is_physiological(tremor: "Tremor", hz: float, ledger: Ledger) -> bool:
    """Of the frequency and size of the tremor that everybody has."""
    number = ledger.knowledge.number
    if hz < number("recording_physiological_tremor_from_hz"):
        return False
    limits = (
        ("tremor_displacement", "recording_physiological_tremor_below_mm"),
        ("tremor_rotation", "recording_physiological_tremor_below_deg"),
    )
    return any((tremor.value(name) or float("inf")) < number(limit) for name, limit in limits)


def _finding(row: Entry, hz: float | None, ledger: Ledger) -> str:
    """Which finding a tremor in this state is; on standing the band of orthostatic tremor decides."""
    low, high = ledger.knowledge.content.tremor["orthostatic"].hz
    if row.during == "standing":
        orthostatic = hz is None or low <= hz <= high
        own = "emg_tremor_13_18hz" if row.kind == "emg" else "orthostatic_tremor_sign"
        return own if orthostatic else "tremor"
    return _TREMOR_IN.get(row.during or "", "tremor")

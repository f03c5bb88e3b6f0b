"""Two signals of one recording: whether one rhythm drives both legs, antagonists, a muscle and what it moves, or both hands."""

from typing import TYPE_CHECKING

from myognosis.faults import Issue, Level, Message
from myognosis.findings.criteria import tremor_criteria
from myognosis.findings.recordings.analysed import Analysed, Entry
from myognosis.findings.recordings.named import paired_channels
from myognosis.findings.recordings.rates import fast_enough
from myognosis.knowledge import Knowledge
from myognosis.language import mark
from myognosis.model.case import Pair
from myognosis.model.case import Recording as Row
from myognosis.model.picture import SpectrumPicture
from myognosis.model.recording import Recording

if TYPE_CHECKING:
    from myognosis.signals.coherence import Coherence

__all__ = ["analyse"]

_TO_HZ = 25.0
_TURNS = {
    "together": mark("The two muscles pull together in the rhythm of the tremor."),
    "in_turn": mark("The two muscles pull in turn in the rhythm of the tremor."),
}


def analyse(recording: Recording, row: Row, knowledge: Knowledge) -> Analysed:
    """Each pair that the case names; while a task is done the hands are judged with the task."""
    parts = [_pair(recording, row, pair, knowledge) for pair in row.pairs if not (row.task and pair.are == "hands")]
    return Analysed(
        tuple(m for part in parts for m in part.measurements),
        tuple(e for part in parts for e in part.entries),
        tuple(p for part in parts for p in part.pictures),
        tuple(i for part in parts for i in part.issues),
        tasks=tuple(t for part in parts for t in part.tasks),
    )


def _pair(recording: Recording, row: Row, pair: Pair, knowledge: Knowledge) -> Analysed:
    from myognosis.signals.coherence import measure_coherence

    one, other, wrong = paired_channels(recording, pair)
    wrong = wrong or fast_enough((*one, *other), "tremor_emg", knowledge)[1]
    if wrong:
        return Analysed(issues=wrong)
    found = measure_coherence(one, other)
    name = f"{pair.one} – {pair.other}"
    numbers = tuple(m.model_copy(update={"channel": name}) for m in found.measurements)
    pictures = (_picture(found, name),) if len(found.hz) else ()
    if found.significant is None:
        what, fix = mark("Too little of both signals was recorded at once to compare them."), mark("Record half a minute or more.")
        return Analysed(numbers, (), pictures, (Issue("coherence.short", Level.DOUBT, name, Message(what), Message(fix)),))
    entries = _legs(found, row, name, knowledge) if pair.are == "legs" else ()
    issues = _antagonists(found, name, knowledge) if pair.are == "antagonists" else ()
    return Analysed(numbers, entries, pictures, issues, tasks=(found,) if pair.are == "hands" else ())


def _legs(found: "Coherence", row: Row, name: str, knowledge: Knowledge) -> tuple[Entry, ...]:
    """Legs that shake as one in the band of orthostatic tremor; only on standing, and none only where enough was watched."""
    from myognosis.signals.tremor import judge_legs

    verdict = judge_legs(found, tremor_criteria(knowledge)).verdict
    raw = f"{name}: {found.value.max():.2f} at most; {found.peak_hz:.1f} Hz, limit of chance {found.level:.2f}, {found.seconds:g} s"
    if row.during != "standing" or (verdict == "not_coherent" and found.seconds < knowledge.number("recording_incoherent_s")):
        return ()
    return (Entry("legs_coherent", "present" if verdict == "coherent" else "absent", raw),)


def _antagonists(found: "Coherence", name: str, knowledge: Knowledge) -> tuple[Issue, ...]:
    """How two muscles pull is said; nothing follows from it."""
    from myognosis.signals.tremor import judge_antagonists

    verdict = judge_antagonists(found, tremor_criteria(knowledge)).verdict
    if verdict not in _TURNS:
        return ()
    fix = Message(mark("Nothing needs to be done."))
    return (Issue("coherence.antagonists", Level.NOTE, name, Message(_TURNS[verdict]), fix),)


def _picture(found: "Coherence", name: str) -> SpectrumPicture:
    part = found.hz <= _TO_HZ
    return SpectrumPicture(
        channel=name,
        unit="1",
        hz=tuple(float(f"{x:.4g}") for x in found.hz[part]),
        power=tuple(float(f"{x:.4g}") for x in found.value[part]),
        peak_hz=(found.peak_hz - 0.5, found.peak_hz, found.peak_hz + 0.5) if found.significant else None,
        level=found.level,
    )

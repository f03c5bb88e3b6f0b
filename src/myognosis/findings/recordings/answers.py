"""What a stimulated nerve calls up: the C-reflex at rest, long-latency reflexes in contraction, the potential of the cortex."""

from typing import TYPE_CHECKING

import numpy as np

from myognosis.faults import Issue, Level, Message
from myognosis.findings.recordings.analysed import Analysed, Entry, SourceOf, in_each
from myognosis.language import mark
from myognosis.model.case import Recording as Row
from myognosis.model.picture import Mark, TracePicture
from myognosis.model.recording import Channel, Recording

if TYPE_CHECKING:
    import numpy.typing as npt

    from myognosis.signals.jerks import JerkCriteria, Reflexes, SensoryPotential

__all__ = ["answers", "stimuli_of"]

_CONTRACTED = ("posture", "movement")


def answers(
    times: "npt.NDArray[np.float64]", emg: tuple[Channel, ...], eeg: tuple[Channel, ...], criteria: "JerkCriteria", row: Row,
    source: SourceOf,
) -> list[Analysed]:  # fmt: skip
    """The answers to the stimuli that the case or the file tells; without stimuli there are none."""
    if not len(times):
        if row.shows != "reflexes":
            return []
        what = mark("No stimuli are marked in this recording.")
        fix = mark("Say when they were given, in seconds from the beginning.")
        return [Analysed(issues=(Issue("recording.stimuli", Level.DOUBT, row.file, Message(what), Message(fix)),))]
    reflexes = _reflexes(emg, times, criteria, row, source) if emg else ()
    return [*reflexes, *(_potential(eeg, times, criteria, source) if eeg else ())]


def stimuli_of(recording: Recording, row: Row) -> "npt.NDArray[np.float64]":
    """When stimuli were given, as the case tells it or else the file."""
    from myognosis.signals.stimuli import stimulus_times

    told = row.moments_s if row.task is None else ()
    return np.array(told, np.float64) if told else stimulus_times(recording)


def _reflexes(
    emg: tuple[Channel, ...], times: "npt.NDArray[np.float64]", criteria: "JerkCriteria", row: Row, source: SourceOf
) -> list[Analysed]:
    """One muscle with a C-reflex at rest is enough; it is absent when no muscle has one and enough stimuli were given."""
    from myognosis.signals.jerks import measure_reflexes_in

    contracted = row.during in _CONTRACTED
    found = in_each(emg, source, lambda some: measure_reflexes_in(some, times, criteria, contracted=contracted))
    numbers = tuple(m for _, reflexes in found for reflex in reflexes.reflexes for m in reflex.measurements)
    judged = [(c.name, reflexes.stimuli, reflex) for c, reflexes in found if (reflex := reflexes.get("c_reflex"))]
    states = [(name, n, reflex) for name, n, reflex in judged if reflex.present is not None]
    entries: tuple[Entry, ...] = ()
    if states and row.during == "rest":
        name, n, reflex = max(states, key=lambda state: bool(state[2].present))
        entries = (Entry("emg_c_reflex", "present" if reflex.present else "absent", f"{name}: {n} stimuli, p {reflex.p:.3f}"),)
    from_s = min((window.low_ms / 1000 for window in criteria.reflexes), default=0.0) - _BEFORE_S
    return [Analysed(numbers, entries, tuple(_drawn(c, reflexes, from_s) for c, reflexes in found if reflexes.stimuli and numbers))]


_BEFORE_S = 0.01
"""So much is drawn before the first window."""


def _drawn(channel: Channel, found: "Reflexes", from_s: float) -> TracePicture:
    """The rectified average with each answer marked, from shortly before the windows on: the direct answer would dwarf them."""
    marks, shown = list[Mark](), found.times_s >= from_s
    for reflex in found.reflexes:
        begin = reflex.get(f"{reflex.id}_latency")
        if begin is not None and begin.value is not None:
            marks.append(Mark(label=reflex.id, start_s=begin.value / 1000))
    return _average(channel.name, found.times_s[shown], found.mean[shown], marks)


def _potential(
    eeg: tuple[Channel, ...], times: "npt.NDArray[np.float64]", criteria: "JerkCriteria", source: SourceOf
) -> list[Analysed]:
    from myognosis.signals.jerks import measure_sensory_in

    one_rate = tuple(channel for channel in eeg if channel.rate_hz == eeg[0].rate_hz)
    found = measure_sensory_in(source(one_rate), times, criteria)
    if not found.channel:
        return []
    return [Analysed(found.measurements, _giant(found), (_average(found.channel, found.times_s, found.mean, _STIMULUS),))]


_STIMULUS = [Mark(label="stimulus", start_s=0.0)]


def _giant(found: "SensoryPotential") -> tuple[Entry, ...]:
    if found.giant is None:
        return ()
    raw = ", ".join(f"{m.name} {m.value:.1f} uV" for m in found.measurements if m.value is not None)
    return (Entry("giant_sep", "present" if found.giant else "absent", f"{found.channel}: {raw}"),)


def _average(name: str, times_s: "npt.NDArray[np.float64]", mean: "npt.NDArray[np.float64]", marks: list[Mark]) -> TracePicture:
    """An average around a stimulus."""
    wave, step = tuple(float(f"{x:.4g}") for x in mean), float(times_s[1] - times_s[0])
    return TracePicture(
        channel=name, unit="uV", rate_hz=1 / step, start_s=float(times_s[0]), seconds=step * len(wave), low=wave, high=wave,
        marks=tuple(marks), averaged=True,
    )  # fmt: skip

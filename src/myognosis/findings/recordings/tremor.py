"""Tremor in the state of the recording: present when it is not of the frequency and size that everybody has."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import numpy as np

from myognosis.faults import Issue
from myognosis.findings.criteria import tremor_criteria
from myognosis.findings.recordings.analysed import Analysed, Draw, Entry, trace_picture
from myognosis.findings.recordings.named import named_channels
from myognosis.findings.recordings.rates import fast_enough
from myognosis.knowledge import Knowledge
from myognosis.model.case import Recording as Row
from myognosis.model.picture import Picture, SpectrumPicture
from myognosis.model.recording import Channel, Kind, Measurement, Recording

if TYPE_CHECKING:
    from myognosis.signals.tremor import Tremor

__all__ = ["analyse", "analyse_in", "tremor_pictures"]

Parts = Callable[[tuple[Channel, ...]], Iterable[tuple[float, tuple[Channel, ...]]]]

_FINDING = {"rest": "rest_tremor", "posture": "postural_tremor", "standing": "orthostatic_tremor_sign"}
_EMG_CHANNELS = 8
"""Of a grid so many channels are enough: a tremor moves the whole muscle."""
_SHOWN_S = 5.0
_TO_HZ = 20.0


_SAMPLED_POORLY = {f"recording.again.{fault}" for fault in ("rate", "short", "gaps")}


def analyse(recording: Recording, row: Row, knowledge: Knowledge) -> Analysed:
    """Each sensor by itself; of several one that shakes is enough, and one that does not agree is no contradiction.

    A take that does not serve (too slow, too short, still, clipped) is measured, and nothing is concluded from it. A sensor that
    only samples poorly is left out beside one of the same limb that serves; one that stood still tells of the take as a whole.
    """
    return analyse_in(lambda axes: [(0.0, axes)], recording, row, knowledge, trace_picture)


def analyse_in(parts: Parts, recording: Recording, row: Row, knowledge: Knowledge, draw: Draw) -> Analysed:
    """The same of a recording whose channels need not hold samples: ``parts`` gives those of some axes, each part with its start.

    A take does not serve where no part of it does.
    """
    from myognosis.signals.tremor import check_take, measure_tremor_in

    sensors = _sensors(recording, row, knowledge)
    criteria = tremor_criteria(knowledge)
    takes = {name: [check_take(some, name, criteria) for _, some in parts(axes)] for name, axes in sensors if axes[0].kind != "emg"}
    poor = {name: take[0] for name, take in takes.items() if all(take)}
    if not row.pairs and len(poor) < len(sensors):  # of the sensors of one limb those that sample well are enough
        slow = {name for name, faults in poor.items() if {issue.code for issue in faults} <= _SAMPLED_POORLY}
        sensors = [(name, axes) for name, axes in sensors if name not in slow]
        poor = {name: faults for name, faults in poor.items() if name not in slow}
    issues = tuple(issue for faults in poor.values() for issue in faults)
    found = [(name, axes, measure_tremor_in(parts(axes))) for name, axes in sensors]
    pushed = next((tremor for name, _, tremor in found if name == "accelerometer" and name not in poor), None)
    judged = [entry for name, _, tremor in found if name not in poor and (entry := _judge(tremor, pushed, name, row, knowledge))]
    numbers = [m.model_copy(update={"channel": name}) for name, _, tremor in found for m in tremor.measurements]
    pictures = [p for _, axes, tremor in found for p in tremor_pictures(next(iter(parts(axes)))[1], tremor, draw)]
    shaking = tuple(entry for entry in judged if entry.state == "present")
    bands = [entry for name, _, tremor in found if name not in poor and (entry := _band(tremor, name, row, knowledge))]
    tremors = tuple((name, tremor) for name, _, tremor in found)
    issues = (*issues, *_held(recording, row, knowledge)[1])
    return Analysed(tuple(numbers), (*shaking, *bands[:1]) if shaking else tuple(judged), tuple(pictures), issues, tremors)


def _sensors(recording: Recording, row: Row, knowledge: Knowledge) -> list[tuple[str, tuple[Channel, ...]]]:
    """The axes of each sensor under its name; an EMG counts where muscles hold something up.

    Sensors of several hands or legs are those that the case names in pairs.
    """
    if row.shows not in (None, "tremor"):
        return []
    if row.kind == "emg":
        return [(channel.name, (channel,)) for channel in _held(recording, row, knowledge)[0][:_EMG_CHANNELS]]
    if row.kind == "eeg":
        return []
    words = [word for pair in row.pairs if pair.are in ("hands", "legs") for word in (pair.one, pair.other)]
    if words:
        return [(word, axes) for word in dict.fromkeys(words) if (axes := named_channels(recording, word))]
    kinds: tuple[Kind, ...] = ("gyroscope",) if row.kind == "gyroscope" else ("gyroscope", "accelerometer")
    return [(kind, axes) for kind in kinds if (axes := recording.of_kind(kind))]


def _held(recording: Recording, row: Row, knowledge: Knowledge) -> tuple[tuple[Channel, ...], tuple[Issue, ...]]:
    """The EMG of muscles that hold something up, and what is too slow for a tremor."""
    held = row.kind == "emg" and row.during in ("posture", "standing") and row.shows in (None, "tremor")
    return fast_enough(recording.channels if held else (), "tremor_emg", knowledge)


def _name(axes: tuple[Channel, ...]) -> str:
    return axes[0].name if axes[0].kind == "emg" else axes[0].kind


def _judge(tremor: "Tremor", pushed: "Tremor | None", name: str, row: Row, knowledge: Knowledge) -> Entry | None:
    """A movement on purpose can shake as well, so there nothing is concluded; ``pushed`` is the accelerometer's of the limb."""
    if row.during == "movement":
        return None
    frequency = _measured(tremor, "tremor_frequency")
    if tremor.outcome == "tremor" and frequency and frequency.value is not None:
        if _is_everybodys(tremor, pushed, frequency.value, row, knowledge):
            return None
        raw = f"{name}: {frequency.value:.1f} Hz (95 % {frequency.low:.1f} to {frequency.high:.1f})"
        return Entry(_finding(row, frequency.value, knowledge), "present", raw)
    share = _measured(tremor, "tremor_share")
    if tremor.outcome != "no_tremor" or not row.during or share is None or share.high is None:
        return None
    if share.high > knowledge.number("recording_tremor_absent_share"):
        return None
    most = f" (95 %: in less than {100 * share.high:.0f} % of the time)"
    return Entry(_finding(row, None, knowledge), "absent", f"{name}: no tremor in {tremor.seconds:g} s{most}")


_BANDS = ("tremor_slow", "tremor_middle", "tremor_fast")


def _band(tremor: "Tremor", name: str, row: Row, knowledge: Knowledge) -> Entry | None:
    """The band in which the frequency lies with its interval; none on an edge.

    The edges are where parkinsonian rest tremor, physiological tremor and orthostatic tremor begin; the last has a finding of its
    own.
    """
    frequency = _measured(tremor, "tremor_frequency")
    if row.during == "standing" or tremor.outcome != "tremor" or frequency is None or None in (frequency.low, frequency.high):
        return None
    starts = [knowledge.content.tremor[band].hz[0] for band in ("parkinsonian_rest", "physiological", "orthostatic")]
    for finding, low, high in zip(_BANDS, (0.0, *starts), starts, strict=False):
        if low <= (frequency.low or 0.0) and (frequency.high or 0.0) < high:
            return Entry(finding, "present", f"{name}: {frequency.value:.1f} Hz")
    return None


def _measured(tremor: "Tremor", name: str) -> Measurement | None:
    return next((m for m in tremor.measurements if m.name == name), None)


def _is_everybodys(tremor: "Tremor", pushed: "Tremor | None", hz: float, row: Row, knowledge: Knowledge) -> bool:
    """Of a size that healthy people have at its frequency, or that nobody sees.

    An EMG has no such size: units that contract together make a rhythm of 8 Hz and faster in everybody, shaking or not.

    The limits are those of a hand; that of a physiological frequency was measured as an acceleration, which decides where it is
    known. On standing a tremor of the legs in the orthostatic band is felt before it is seen, at any size.
    """
    low, high = knowledge.content.tremor["orthostatic"].hz
    if row.during == "standing" and low <= hz <= high:
        return False
    if row.kind == "emg" and hz >= knowledge.number("recording_physiological_tremor_from_hz"):
        return True
    if row.during != "standing" and hz >= knowledge.number("recording_physiological_tremor_from_hz"):
        decides = pushed if pushed is not None and pushed.outcome == "tremor" else tremor
        return _acceleration(decides, hz, knowledge) < knowledge.number("recording_physiological_tremor_below_m_s2")
    return _acceleration(tremor, hz, knowledge) < knowledge.number("recording_tremor_visible_from_m_s2")


def _acceleration(tremor: "Tremor", hz: float, knowledge: Knowledge) -> float:
    """Its peak in m/s2, of a turning what it is at a palm's length; without end where no sensor was worn."""
    size = _measured(tremor, "tremor_amplitude")
    if size is None or size.value is None or size.unit not in ("m/s2", "deg/s"):
        return float("inf")
    turning = np.deg2rad(1.0) * 2.0 * np.pi * hz * knowledge.number("recording_tremor_lever_m")
    return float(size.value * (turning if size.unit == "deg/s" else 1.0))


def _finding(row: Row, hz: float | None, knowledge: Knowledge) -> str:
    """Which finding a tremor in this state is; on standing the band of orthostatic tremor decides."""
    low, high = knowledge.content.tremor["orthostatic"].hz
    if row.during == "standing":
        orthostatic = hz is None or low <= hz <= high
        own = "emg_tremor_13_18hz" if row.kind == "emg" else "orthostatic_tremor_sign"
        return own if orthostatic else "tremor"
    return _FINDING.get(row.during or "", "tremor")


def tremor_pictures(axes: tuple[Channel, ...], tremor: "Tremor", draw: Draw = trace_picture) -> list[Picture]:
    """The liveliest axis at the window that shakes most, and the spectrum."""
    if not len(tremor.hz):
        return []
    main = max(axes, key=lambda channel: float(np.nanstd(channel.samples)))
    shaking = tremor.windows.p[tremor.windows.holds]
    start = float(tremor.windows.start_s[tremor.windows.holds][int(np.argmin(shaking))]) if len(shaking) else 0.0
    part = (tremor.hz > 0) & (tremor.hz <= _TO_HZ)
    peak = _measured(tremor, "tremor_frequency")
    triple = (peak.low, peak.value, peak.high) if peak and None not in (peak.low, peak.value, peak.high) else None
    spectrum = SpectrumPicture(
        channel=_name(axes),
        unit=f"({axes[0].unit})²/Hz",
        hz=tuple(float(f"{x:.4g}") for x in tremor.hz[part]),
        power=tuple(float(f"{x:.4g}") for x in tremor.power[part]),
        peak_hz=triple,  # type: ignore[arg-type]
    )
    return [draw(main, start_s=start, seconds=_SHOWN_S), spectrum]

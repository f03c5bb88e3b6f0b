"""What disturbs an EMG, and how much of it can be judged: mains, contact, movement, a heart, a stimulator ..., second by second."""

from typing import TYPE_CHECKING

import numpy as np

from myognosis.faults import Issue, Level, Message
from myognosis.findings.criteria import jump_rules
from myognosis.findings.recordings.analysed import Analysed
from myognosis.findings.recordings.answers import stimuli_of
from myognosis.knowledge import Knowledge
from myognosis.language import mark
from myognosis.model.case import Recording as Row
from myognosis.model.picture import QualityPicture
from myognosis.model.recording import Channel, Measurement, Recording

if TYPE_CHECKING:
    from myognosis.signals.heart import Heart
    from myognosis.signals.quality import Fault, Quality
    from myognosis.signals.stimuli import Stimulation

__all__ = ["add_quality", "judged", "told_quality"]

_STEPS = 600
_NAMED = 4
_LETTERS = 60
"""So many channels are named, in so many letters; of more only their number is said."""
_HEART = mark(
    "The heart shows in {channels}: {n} {n:beat|beats}, {rate} a minute. What comes with a beat is no activity of the muscle."
)
_STIMULUS = mark("A stimulator reaches {channels} (stimuli: {n}). What it leaves in the trace is no activity of the muscle.")
_UNJUDGED = mark("{share} % of the recording cannot be judged: {why}.")
_WHY = {
    "missing": mark("samples are missing"), "flat": mark("a flat line"), "clipped": mark("the signal was cut off at its limits"),
    "dead": mark("an electrode without signal"),
}  # fmt: skip


def add_quality(recording: Recording, row: Row, knowledge: Knowledge, found: tuple[Analysed, ...]) -> tuple[Analysed, ...]:
    """The quality of the EMG before what was found in it, together with what the search for potentials has learned of it."""
    channels = judged(recording.channels, row, knowledge)
    if not channels or channels[0].duration_s < 1:
        return found
    from myognosis.signals.quality import measure_quality

    checked = measure_quality(channels, stimuli_of(recording, row), jump_rules(knowledge))
    quality = checked.quality
    for part in found:
        if part.quality is not None and part.quality.names == quality.names:
            quality = quality.joined(part.quality)
    return (told_quality(quality, checked.heart, checked.stimulation), *found)


def judged(channels: tuple[Channel, ...], row: Row, knowledge: Knowledge) -> tuple[Channel, ...]:
    """The EMG channels of one rate that can be judged; none where they are too slow."""
    emg = tuple(channel for channel in channels if channel.kind == "emg") if row.kind in ("emg", "eeg") else ()
    one_rate = tuple(channel for channel in emg if channel.rate_hz == emg[0].rate_hz)
    return one_rate if emg and emg[0].rate_hz >= knowledge.number("recording_emg_least_rate_hz") else ()


def told_quality(quality: "Quality", heart: "Heart | None", stimulation: "Stimulation | None") -> Analysed:
    """The numbers, the picture, and what cannot be judged or comes from elsewhere."""
    issues = [*_unjudged(quality), *_reached(heart, stimulation, quality.names)]
    return Analysed(tuple(_numbers(quality)), (), tuple(_picture(quality)), tuple(issues))


def _numbers(quality: "Quality") -> list[Measurement]:
    """The time that can be judged, and of each fault the share of channels and seconds that have it."""
    from myognosis.signals.quality import Fault

    seconds = float(quality.faults.shape[1])
    rows = [("assessable", float(quality.assessable.sum()), "s", "")]
    there = [fault for fault in Fault if quality.share(fault)]
    rows += [(str(fault.name).lower(), 100 * quality.share(fault), "%", _where(quality, fault)) for fault in there]
    method = "share of channels and whole seconds"
    return [
        Measurement(
            name=f"quality_{name}", value=value, low=None, high=None, unit=unit, method=method, source="estimate", seconds=seconds,
            channel=channel,
        )
        for name, value, unit, channel in rows
    ]  # fmt: skip


def _where(quality: "Quality", faults: "Fault") -> str:
    """The channels that have one of these faults at some time, or how many they are."""
    has = ((quality.faults & int(faults)) != 0).any(axis=1)
    named = ", ".join(name for name, shown in zip(quality.names, has, strict=True) if shown)
    return named if has.sum() <= _NAMED and len(named) <= _LETTERS else f"{has.sum()} channels"


def _picture(quality: "Quality") -> list[QualityPicture]:
    """Each fault that there is, over time."""
    from myognosis.signals.quality import Fault

    present = [fault for fault in Fault if quality.share(fault)]
    if not present:
        return []
    step = -(-quality.faults.shape[1] // _STEPS)
    starts = np.arange(0, quality.faults.shape[1], step)
    shares = [np.add.reduceat(((quality.faults & int(fault)) != 0).mean(axis=0), starts) for fault in present]
    counts = np.diff(starts, append=quality.faults.shape[1])
    rows = tuple(tuple(float(f"{x:.3g}") for x in share / counts) for share in shares)
    return [QualityPicture(faults=tuple(str(fault.name).lower() for fault in present), step_s=float(step), shares=rows)]


def _unjudged(quality: "Quality") -> list[Issue]:
    from myognosis.signals.quality import UNUSABLE, Fault

    share = float(1 - quality.usable.mean()) if quality.faults.size else 0.0
    if share == 0:
        return []
    worst = max(_WHY, key=lambda name: quality.share(Fault[name.upper()]))
    what = Message(_UNJUDGED, {"share": f"{100 * share:.3g}", "why": Message(_WHY[worst])})
    fix = mark("What is concluded rests on the rest.") if share < 1 else mark("Look at the electrodes and record again.")
    return [Issue("quality.unjudged", Level.NOTE if share < 1 else Level.DOUBT, _where(quality, UNUSABLE), what, Message(fix))]


def _reached(heart: "Heart | None", stimulation: "Stimulation | None", names: tuple[str, ...]) -> list[Issue]:
    """The heart and the stimulator, with the channels that they reach."""
    issues = []
    if heart is not None:
        params = {"channels": _channels(heart.shows, names), "n": len(heart.beats_s), "rate": f"{heart.per_min:.0f}"}
        fix = Message(mark("Move the electrodes away from the chest, or closer together."))
        issues.append(Issue("quality.heart", Level.NOTE, "", Message(_HEART, params), fix))
    if stimulation is not None:
        params = {"channels": _channels(stimulation.shows, names), "n": len(stimulation.times_s)}
        fix = Message(mark("Nothing needs to be done."))
        issues.append(Issue("quality.stimulus", Level.NOTE, "", Message(_STIMULUS, params), fix))
    return issues


def _channels(shows: "np.typing.NDArray[np.bool_]", names: tuple[str, ...]) -> Message | str:
    named = [name for name, shown in zip(names, shows, strict=True) if shown]
    if len(named) <= _NAMED:
        return ", ".join(named)
    return Message(mark("{n} of {all} channels"), {"n": len(named), "all": len(names)})

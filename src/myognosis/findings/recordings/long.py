"""A recording too long to lie in memory.

The search for fasciculation potentials, the quality of the channels, jerks, lapses, the EEG before jerks and answers to stimuli
hear every second of it as it passes. The heart, a stimulator, discharges, motor units and tremor are looked for in parts, evenly
spread from its first second to its last; everything else is looked for in its beginning. What was not looked at is said.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from myognosis.faults import Issue, Level, Message
from myognosis.findings.criteria import jump_rules
from myognosis.findings.recordings import fasciculation, jerks, needle, pairs, tasks, tremor
from myognosis.findings.recordings.analysed import COLUMNS, Analysed, Draw, drawn_trace, in_band, shown_samples
from myognosis.findings.recordings.answers import stimuli_of
from myognosis.findings.recordings.passing import PassingEmg
from myognosis.findings.recordings.quality import judged, told_quality
from myognosis.knowledge import Knowledge
from myognosis.language import mark
from myognosis.model.case import Recording as Row
from myognosis.model.picture import Mark, Picture, TracePicture
from myognosis.model.recording import Channel, Recording, Samples
from myognosis.readers.base import Span, gathered
from myognosis.readers.tape import Tape

if TYPE_CHECKING:
    from myognosis.signals.discharges import Discharges
    from myognosis.signals.fasciculation import Fasciculations
    from myognosis.signals.heart import Floats, Heart
    from myognosis.signals.stimuli import Stimulation

__all__ = ["WHOLE_SAMPLES", "analyse_long"]

WHOLE_SAMPLES = 24_000_000
"""A recording of more samples stays on the disk: these are 100 MB as such, and several times as much while they are measured."""
_PART_SAMPLES, _MOST_PARTS = 6_000_000, 16
_TREMOR_SAMPLES, _TREMOR_HZ = 250_000, 200.0
"""Of a part, at the rate at which tremor is measured: a spectrum takes many times the memory of its samples."""
_UNIT_SAMPLES, _UNIT_CHANNELS = 4_000_000, 4
"""Samples of a channel in which motor units are told apart, some 65 bytes each; all of so many channels at most."""
_CUT = Message(mark("Cut out the stretch that matters: it is then looked at as a whole."))
_REACHED = mark("The recording is long: a heart and a stimulator were looked for in {n} parts of {seconds} s, {share} % of it.")
_DISCHARGES = mark("The recording is long: discharges were looked for in {n} parts of {seconds} s, {share} % of it.")
_TREMOR = mark("The recording is long: tremor was looked for in {n} parts of {seconds} s, {share} % of it.")
_UNITS = mark("The recording is long: motor units were looked for in {n} parts of {seconds} s, {share} % of it.")
_BEGINNING = mark("The recording is long: pairs and tasks were looked for in its first {seconds} s.")

_Channels = tuple[Channel, ...]


def analyse_long(tape: Tape, row: Row, knowledge: Knowledge) -> tuple[tuple[Analysed, ...], tuple[Issue, ...]]:
    """What a long recording gives, and what is doubtful about the file."""
    like = tape.part(0.0, 0.0)
    resting = () if row.task else _at_rest(tape, like, row, knowledge)
    heard, doubts = _listen(tape, like, row, knowledge, next((found.discharges for found in resting), None))
    moving = (
        ()
        if row.task
        else tuple(found for look in (_contracting, _shaking, _jerking) for found in look(tape, like, row, knowledge))
    )
    issues = gathered((*tape.header.issues, *doubts, *_checked(tape)))
    return (*needle.settle_discharges((*heard, *resting, *moving), row, knowledge), *_beginning(tape, row, knowledge)), issues


@dataclass(frozen=True)
class _Parts:
    """Spans of a tape, evenly spread over it; next to each other where together they are the whole."""

    tape: Tape
    names: tuple[str, ...]
    spans: tuple[tuple[float, float], ...]

    def __iter__(self) -> Iterator[tuple[float, _Channels]]:
        for start_s, stop_s in self.spans:
            yield start_s, self.tape.part(start_s, stop_s, self.names).channels

    def note(self, what: str) -> tuple[Issue, ...]:
        """What part of the recording was looked at, where it is not all of it."""
        seconds = sum(stop_s - start_s for start_s, stop_s in self.spans)
        share = seconds / self.tape.duration_s
        if share > 0.99:
            return ()
        params = {"n": len(self.spans), "seconds": f"{seconds / len(self.spans):.0f}", "share": f"{100 * share:.2g}"}
        return (Issue("recording.long", Level.NOTE, ", ".join(self.names[:2]), Message(what, params), _CUT),)


def _parts(tape: Tape, channels: _Channels, most_samples: int) -> _Parts:
    """Parts of as many samples of these channels."""
    whole_s = tape.duration_s
    most_s = max(1.0, most_samples / sum(channel.rate_hz for channel in channels))
    count = min(_MOST_PARTS, ceil(whole_s / most_s))
    length = min(most_s, whole_s / count)
    starts = np.linspace(0.0, whole_s - length, count)
    stops = [*(float(round(start + length)) for start in starts[:-1]), whole_s]
    spans = tuple((float(round(start)), stop) for start, stop in zip(starts, stops, strict=True))
    return _Parts(tape, tuple(channel.name for channel in channels), spans)


def _listen(
    tape: Tape, like: Recording, row: Row, knowledge: Knowledge, besides: "Discharges | None"
) -> tuple[tuple[Analysed, ...], tuple[Issue, ...]]:
    """Quality and fasciculation potentials of EMG, second by second; what is odd about its samples."""
    channels = judged(like.channels, row, knowledge)
    if not channels:
        return (), ()
    from myognosis.signals.fasciculation import FasciculationSettings
    from myognosis.signals.quality import quality_of, reached, with_jumps

    parts = _parts(tape, channels, _PART_SAMPLES)
    heart, stimulation = _reaching(parts, like, row)
    source = PassingEmg(tape, channels)
    found = Analysed()
    searched, slow = ((), ()) if row.task else fasciculation.searched(channels, row, knowledge)
    if searched:
        beats = partial(_beats, parts=parts, heart=heart)
        stimuli_s = _stimuli(tape, like, row)
        found = fasciculation.search(source, channels, row, knowledge, beats, stimuli_s, _drawer(tape), besides)
    quality = reached(found.quality or quality_of(source), heart, stimulation).quality
    if found.quality is None or len(channels) < FasciculationSettings.grid_from:  # on a grid that search has seen its jumps
        quality = with_jumps(quality, source, jump_rules(knowledge), stimulation)
    told = told_quality(quality, heart, stimulation)
    found = replace(found, issues=(*found.issues, *slow))
    return (replace(told, issues=(*told.issues, *parts.note(_REACHED))), found), source.doubts()


def _beats(found: "Fasciculations", parts: _Parts, heart: "Heart | None") -> "tuple[Floats, Floats]":
    """The potentials that lie in the parts in which a heart was looked for, and its beats."""
    times = np.array([event.time_s for event in found.events])
    inside = np.zeros(len(times), np.bool_)
    for start_s, stop_s in parts.spans:
        inside |= (times >= start_s) & (times < stop_s)
    return times[inside], heart.beats_s if heart else np.zeros(0)


def _reaching(parts: _Parts, like: Recording, row: Row) -> "tuple[Heart | None, Stimulation | None]":
    """The heart and the artefacts of a stimulator in the parts."""
    from myognosis.signals.heart import Heart, find_heart
    from myognosis.signals.stimuli import Stimulation, find_stimuli

    hearts, stimulations = list[Heart](), list[Stimulation]()
    marks = tuple(channel.name for channel in like.of_kind("stimulus"))
    for start_s, stop_s in parts.spans:
        part = parts.tape.part(start_s, stop_s, (*parts.names, *marks))
        channels = tuple(channel for channel in part.channels if channel.name in parts.names)
        if heart := find_heart(channels):
            hearts.append(replace(heart, beats_s=heart.beats_s + start_s))
        if stimulation := find_stimuli(channels, stimuli_of(*_within(part, row, start_s, stop_s))):
            stimulations.append(replace(stimulation, times_s=stimulation.times_s + start_s))
    beating = Heart(
        np.concatenate([one.beats_s for one in hearts]), float(np.median([one.per_min for one in hearts])),
        np.max([one.sizes_uv for one in hearts], axis=0), np.any([one.shows for one in hearts], axis=0),
    ) if hearts else None  # fmt: skip
    stimulated = Stimulation(
        np.concatenate([one.times_s for one in stimulations]), np.any([one.shows for one in stimulations], axis=0)
    ) if stimulations else None  # fmt: skip
    return beating, stimulated


def _within(part: Recording, row: Row, start_s: float, stop_s: float) -> tuple[Recording, Row]:
    """A part with the marks and the told moments that lie in it, in its own time."""
    marks = tuple(replace(a, start_s=a.start_s - start_s) for a in part.annotations if start_s <= a.start_s < stop_s)
    moments = tuple(at - start_s for at in row.moments_s if start_s <= at < stop_s)
    return replace(part, annotations=marks), row.model_copy(update={"moments_s": moments})


def _at_rest(tape: Tape, like: Recording, row: Row, knowledge: Knowledge) -> tuple[Analysed, ...]:
    """Discharges, where they are looked for."""
    channels, slow = needle.resting(like.channels, row, knowledge)
    if not channels:
        return (Analysed(issues=slow),)
    parts = _parts(tape, channels, _PART_SAMPLES)
    found = needle.discharges_in(parts, channels, row, knowledge, _drawer(tape))
    return (replace(found, issues=(*found.issues, *parts.note(_DISCHARGES), *slow)),)


def _contracting(tape: Tape, like: Recording, row: Row, knowledge: Knowledge) -> tuple[Analysed, ...]:
    """Motor units, where they are looked for: in the parts put together, so that one that fires in several of them is one."""
    channels, slow = needle.contracting(like.channels, row, knowledge)
    if not channels:
        return (Analysed(issues=slow),)
    parts = _parts(tape, channels, _UNIT_SAMPLES * min(_UNIT_CHANNELS, len(channels)) // _MOST_PARTS)
    pieces = [[channel.samples for channel in some] for _, some in parts]
    together = tuple(
        replace(channel, samples=np.concatenate(samples))
        for channel, samples in zip(channels, zip(*pieces, strict=True), strict=True)
    )
    found = needle.motor_units(Recording(like.format, together), row, knowledge)
    issues = tuple(_in_time(issue, parts.spans) for issue in found.issues)
    pictures = tuple(_shown_in_time(picture, parts.spans) for picture in found.pictures)
    return (replace(found, issues=(*issues, *parts.note(_UNITS), *slow), pictures=pictures),)


def _in_time(issue: Issue, spans: tuple[tuple[float, float], ...]) -> Issue:
    """What is said of a moment of parts put together, with the time that it has in the recording."""
    second = issue.what.params.get("second")
    if not isinstance(second, float):
        return issue
    return replace(issue, what=Message(issue.what.template, {**issue.what.params, "second": round(_recorded_s(second, spans), 1)}))


def _shown_in_time(picture: Picture, spans: tuple[tuple[float, float], ...]) -> Picture:
    """A stretch of parts put together, with the time that it has in the recording."""
    if not isinstance(picture, TracePicture) or picture.averaged:
        return picture
    return picture.model_copy(update={"start_s": _recorded_s(picture.start_s, spans)})


def _recorded_s(second: float, spans: tuple[tuple[float, float], ...]) -> float:
    """When it was, of parts put together."""
    for start_s, stop_s in spans:
        if second < stop_s - start_s:
            break
        second -= stop_s - start_s
    return start_s + second


def _shaking(tape: Tape, like: Recording, row: Row, knowledge: Knowledge) -> tuple[Analysed, ...]:
    """Tremor of each sensor."""
    notes = dict[str, Issue]()

    def parts(axes: _Channels) -> _Parts:
        """What is looked at of one sensor, which is noted."""
        slower = max(1, round(axes[0].rate_hz / _TREMOR_HZ)) if axes[0].kind == "emg" else 1
        some = _parts(tape, axes, _TREMOR_SAMPLES * slower)
        notes.update((note.where, note) for note in some.note(_TREMOR))
        return some

    found = tremor.analyse_in(parts, like, row, knowledge, _drawer(tape))
    return (replace(found, issues=(*found.issues, *gathered(notes.values()))),)


def _jerking(tape: Tape, like: Recording, row: Row, knowledge: Knowledge) -> tuple[Analysed, ...]:
    """Jerks, lapses, the EEG before jerks, and the answers to stimuli, in all of it."""
    return (
        jerks.analyse_in(
            like.channels, row, knowledge, partial(PassingEmg, tape), _drawer(tape), partial(_stimuli, tape, like, row)
        ),
    )


def _stimuli(tape: Tape, like: Recording, row: Row) -> "Floats":
    """When stimuli were given, as the case tells it or else the file."""
    from myognosis.signals.stimuli import stimulus_times_in

    if row.moments_s:
        return np.array(row.moments_s, np.float64)
    return stimulus_times_in((PassingEmg(tape, (channel,)) for channel in like.of_kind("stimulus")), like.annotations)


def _beginning(tape: Tape, row: Row, knowledge: Knowledge) -> tuple[Analysed, ...]:
    """What is looked for in the beginning alone."""
    seconds = WHOLE_SAMPLES / (tape.n_samples / tape.duration_s)
    part, row = _within(tape.part(0.0, seconds), row, 0.0, seconds)
    analyses = (tasks.analyse, pairs.analyse) if row.task else (pairs.analyse,)
    found = [analyse(part, row, knowledge) for analyse in analyses]
    if not any(one.measurements or one.entries or one.issues or one.pictures for one in found):
        return ()
    note = Issue("recording.long", Level.NOTE, row.file, Message(_BEGINNING, {"seconds": f"{seconds:.0f}"}), _CUT)
    return (*found, Analysed(issues=(note,)))


def _checked(tape: Tape) -> tuple[Issue, ...]:
    """What is odd about the samples of most of three places, as that of a whole recording would be said."""
    seconds = max(1.0, _PART_SAMPLES / (tape.n_samples / tape.duration_s))
    looked = [tape.whole(Span(start, start + seconds)).issues for start in np.linspace(0.0, tape.duration_s - seconds, 3)]
    codes = [{issue.code for issue in issues} for issues in looked]
    return tuple(
        issue
        for issue in looked[1]
        if issue not in tape.header.issues and "n" not in issue.what.params and sum(issue.code in some for some in codes) > 1
    )


def _drawer(tape: Tape) -> Draw:
    """Draws a stretch of a channel of a tape."""
    from myognosis.signals.envelope import envelope_of

    lengths = {head.name: head.n_samples for head in tape.header.channels}
    at_once = max(1, _PART_SAMPLES // len(lengths))  # many formats read all channels for one

    def draw(
        channel: Channel, *, start_s: float = 0.0, seconds: float | None = None, marks: tuple[Mark, ...] | list[Mark] = (),
        left_out: tuple[tuple[float, float], ...] = (), band_hz: tuple[float, float] | None = None,
    ) -> TracePicture:  # fmt: skip
        """The trace of a channel, a part of it in memory at a time."""
        n = lengths[channel.name]
        first, last = shown_samples(channel, n, start_s, seconds)

        def read(low: int, high: int) -> Samples:
            return tape.part(low / channel.rate_hz, high / channel.rate_hz, (channel.name,)).channels[0].samples

        shown = in_band(read, n, channel.rate_hz, band_hz)
        ends = envelope_of(lambda low, high: shown(first + low, first + high), last - first, COLUMNS, at_once)
        return drawn_trace(channel, ends, start_s, last, marks, left_out, band_hz)

    return draw

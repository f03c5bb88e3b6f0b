"""Fasciculation potentials at rest: present above the rate of false detections, absent only when none was seen in long enough."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from myognosis.faults import Issue, Level, Message
from myognosis.findings.criteria import jerk_criteria
from myognosis.findings.needle import fasciculation_bounds, fasciculation_settings
from myognosis.findings.recordings.analysed import Analysed, Draw, Entry, of_one_gain, of_what_was_judged, trace_picture
from myognosis.findings.recordings.answers import stimuli_of
from myognosis.findings.recordings.published import beside_published
from myognosis.findings.recordings.rates import fast_of_one_rate
from myognosis.knowledge import Knowledge
from myognosis.language import mark
from myognosis.model.case import Recording as Row
from myognosis.model.picture import MapPicture, Mark, Picture, RatePicture, TracePicture
from myognosis.model.recording import Channel, Recording

if TYPE_CHECKING:
    from myognosis.signals.discharges import Discharges
    from myognosis.signals.fasciculation import Event, Fasciculations, Unit
    from myognosis.signals.heart import Floats
    from myognosis.signals.jerks import Burst
    from myognosis.signals.quality import Mask
    from myognosis.signals.source import Source

    Beats = Callable[[Fasciculations], tuple[Floats, Floats]]

__all__ = ["FOREIGN", "analyse", "counted_once", "off_beat", "search", "searched", "smallest_needed"]

_CLOSE_S = 0.1
"""Half of what is shown around the largest potential."""
_STEP_S = 10.0
_UNITS_SHOWN = 3
FOREIGN = ("fasciculation.heart", "fasciculation.stimuli", "fasciculation.jerks")
"""The potentials that were found belong to something else, as the doubt says."""


def analyse(recording: Recording, row: Row, knowledge: Knowledge, besides: "Discharges | None" = None) -> Analysed:
    """Potentials in the EMG channels of one rate; a movement on purpose is not rest."""
    channels, slow = searched(recording.channels, row, knowledge)
    if not channels:
        return Analysed(issues=slow)
    from myognosis.signals.heart import find_heart
    from myognosis.signals.source import ChannelSource
    from myognosis.signals.stimuli import find_stimuli

    marked_s = stimuli_of(recording, row)
    clocked = None if len(marked_s) else find_stimuli(channels, marked_s)
    artefacts_s = clocked.times_s if clocked else marked_s[:0]

    def beats(found: "Fasciculations") -> "tuple[Floats, Floats]":
        heart = find_heart(channels) if found.events else None
        return np.array([event.time_s for event in found.events]), heart.beats_s if heart else np.zeros(0)

    source = ChannelSource(channels)
    found = search(source, channels, row, knowledge, beats, marked_s, trace_picture, besides, artefacts_s)
    return replace(found, issues=(*found.issues, *slow))


def searched(channels: tuple[Channel, ...], row: Row, knowledge: Knowledge) -> tuple[tuple[Channel, ...], tuple[Issue, ...]]:
    """The EMG channels of one rate in which potentials are looked for, if it is of rest; the slow ones."""
    if row.kind != "emg" or row.during not in (None, "rest") or row.shows not in (None, "twitches"):
        return (), ()
    return fast_of_one_rate(channels, "fasciculation", knowledge)


def search(
    source: "Source", channels: tuple[Channel, ...], row: Row, knowledge: Knowledge, beats: "Beats", stimuli_s: "Floats",
    draw: Draw, besides: "Discharges | None" = None, artefacts_s: "Floats | None" = None,
) -> Analysed:  # fmt: skip
    """Potentials in a source, and what follows from them; none that belongs to one of the discharges found ``besides``.

    Nor any of ``artefacts_s``: when a stimulator reached the electrodes that nobody marked, and that keeps its clock.

    The channels are what the samples are of, and need not hold any themselves. ``beats`` gives the times of those potentials
    that can be held against a heart, and when it beats; ``stimuli_s`` are the marked stimuli of a nerve; ``draw`` draws a stretch
    of a channel.
    """
    from myognosis.signals.fasciculation import find_fasciculations_in

    clocked_s = np.zeros(0) if artefacts_s is None else artefacts_s
    settings = fasciculation_settings(knowledge, needle=row.electrode == "needle", rest=row.during == "rest")
    none = np.zeros(0)
    explained_s, unwilled_s = besides.without_units(*fasciculation_bounds(knowledge)) if besides else (none, none)
    explained_s = np.sort(np.concatenate([explained_s, clocked_s]))
    found = find_fasciculations_in(source, settings, explained_s, unwilled_s)
    pictures, beside = (
        tuple(_pictures(found, channels, row, settings.sizes_hz(source.rate_hz), source.n_samples / source.rate_hz, draw)),
        beside_published(found.measurements, row, knowledge) if found.events else (),
    )
    given_s = stimuli_s if len(stimuli_s) else clocked_s
    issues = _beating(*beats(found), channels[0].name, knowledge) or _answering(found, given_s, channels[0].name, knowledge)
    if issues:
        return Analysed((), (), pictures[:1], issues, quality=found.quality)
    clear_s = _clear_s(found, explained_s)
    entries = _entries(found, clear_s, source.rate_hz, row, knowledge)
    if issues := _longer_than_a_unit(found, source, knowledge) if any(e.state == "present" for e in entries) else ():
        return Analysed((), (), pictures[:1], issues, quality=found.quality)
    issues = (*_missing(found, channels[0].name), *_jerking(found, channels[0].name))
    return Analysed(found.measurements, entries, pictures, issues, beside=beside, quality=found.quality)


def _clear_s(found: "Fasciculations", explained_s: "Floats") -> float:
    """The watched seconds in which nothing but a fasciculation potential was: what a discharge or a jerk hides is not known."""
    clear = found.analysable.copy()
    hidden = np.concatenate([explained_s, found.bursts_s]).astype(int)
    clear[hidden[hidden < len(clear)]] = False
    return float(clear.sum())


def _jerking(found: "Fasciculations", where: str) -> tuple[Issue, ...]:
    """A note where bursts of many units were left out."""
    if not found.bursts_s:
        return ()
    what = mark("Many units fire at once for 25 ms and longer, as in a jerk (seen: {n}): these are no fasciculation potentials.")
    return (Issue("fasciculation.bursts", Level.NOTE, where, Message(what, {"n": len(found.bursts_s)}), Message(_SAY_JERKS)),)


def _longer_than_a_unit(found: "Fasciculations", source: "Source", knowledge: Knowledge) -> tuple[Issue, ...]:
    """A doubt where what stands out on the busiest channel lasts longer than a potential of one unit: jerks that nobody named.

    The briefest of them look like potentials one by one; their usual length, from ten and more, tells them. The large units of
    a nerve disease last as long: where most of what stands out was found to be potentials, it is believed.
    """
    from myognosis.signals.jerks import find_jerks_in
    from myognosis.signals.source import SpanSource

    names = [event.channel for event in found.events]
    name = max(source.names, key=names.count)
    at, n = source.names.index(name), min(source.n_samples, round(knowledge.number("recording_jerks_among_s") * source.rate_hz))
    one = SpanSource(source.rate_hz, (name,), n, lambda first, last: source.read(first, last)[:, at : at + 1])
    jerks = find_jerks_in(one, jerk_criteria(knowledge))[0]
    length = jerks.get("jerk_burst_duration")
    if length is None or length.low is None or length.low <= knowledge.number("emg_burst_of_one_unit_up_to_ms"):
        return ()
    if _share_with(found, jerks.bursts, knowledge.number("emg_burst_mark_s")) >= knowledge.number("emg_bursts_that_are_potentials"):
        return ()
    what = mark(
        "What stands out lasts {length} ms (95 % from {low} on), longer than a potential of one unit: no fasciculation follows."
    )
    params = {"length": f"{length.value:.0f}", "low": f"{length.low:.0f}"}
    return (Issue("fasciculation.jerks", Level.DOUBT, name, Message(what, params), Message(_SAY_JERKS)),)


def _share_with(found: "Fasciculations", bursts: "Sequence[Burst]", mark_s: float) -> float:
    """The share of the bursts in seconds that could be judged in which a potential was found; all, where there are none.

    A potential may be marked ``mark_s`` away from its burst.
    """
    times_s, judged = np.sort([event.time_s for event in found.events]), np.append(found.analysable, False)
    kept = [burst for burst in bursts if judged[min(int(burst.onset_s), len(judged) - 1)]]
    begin = np.array([burst.onset_s for burst in kept]) - mark_s
    end = np.array([burst.onset_s + burst.duration_ms / 1000 for burst in kept]) + mark_s
    return float((np.searchsorted(times_s, begin) < np.searchsorted(times_s, end)).mean()) if kept else 1.0


_SAY_JERKS = mark("If jerks were seen, say so in the case: shows: jerks.")


def _missing(found: "Fasciculations", where: str) -> tuple[Issue, ...]:
    """A note where the rate is a lower bound."""
    rate, size = (next((m for m in found.measurements if m.name == f"fasciculation_{x}"), None) for x in ("rate", "smallest"))
    if rate is None or not rate.at_least or size is None or size.value is None:
        return ()
    if found.least_uv is not None:
        what = mark("Small potentials fire without end: only those from {size} µV on are counted.")
        fix = mark("Take the rate as a lower bound; move the needle to where less fires, and let the muscle rest.")
        params = {"size": f"{found.least_uv:.3g}"}
        return (Issue("fasciculation.towering", Level.NOTE, where, Message(what, params), Message(fix)),)
    what = mark(
        "Many of the potentials are hardly larger than the smallest that can be seen here ({size} µV): smaller ones are missed."
    )
    fix = mark(
        "Take the rate as a lower and the size as an upper bound; clean the skin and let the muscle rest to see smaller ones."
    )
    return (Issue("fasciculation.missed", Level.NOTE, where, Message(what, {"size": f"{size.value:.3g}"}), Message(fix)),)


def counted_once(found: tuple[Analysed, ...]) -> tuple[Analysed, ...]:
    """Where potentials were searched for, they are not counted once more among the discharges, where fewer small ones are seen.

    Nor where they belong to a heart or to stimuli.
    """
    searched_for = any(m.name == "fasciculation_rate" for part in found for m in part.measurements)
    if not searched_for and not any(issue.code in FOREIGN for part in found for issue in part.issues):
        return found
    return tuple(
        replace(part, measurements=tuple(m for m in part.measurements if not m.name.startswith("fasciculation_potential_")))
        for part in found
    )


def _beating(times_s: "Floats", beats_s: "Floats", where: str, knowledge: Knowledge) -> tuple[Issue, ...]:
    """A doubt where most of the potentials come with the beats of a heart that shows in these channels."""
    if not len(times_s) or not len(beats_s):
        return ()
    if (off_beat(times_s, beats_s) < knowledge.number("recording_heartbeat_near_s")).mean() < knowledge.number(
        "recording_heartbeat_share"
    ):
        return ()
    what = Message(mark("The potentials come with the heart: nothing is concluded from them."))
    fix = Message(mark("Move the electrodes away from the chest, or closer together."))
    return (Issue("fasciculation.heart", Level.DOUBT, where, what, fix),)


def _answering(found: "Fasciculations", stimuli_s: "Floats", where: str, knowledge: Knowledge) -> tuple[Issue, ...]:
    """A doubt where most of the potentials come right after a stimulus: a nerve study listed as a recording of rest."""
    times_s = np.array([event.time_s for event in found.events])
    if not len(times_s) or not len(stimuli_s):
        return ()
    before = np.concatenate([[-np.inf], np.sort(stimuli_s)])
    after_s = times_s - before[np.searchsorted(before, times_s, "right") - 1]
    if (after_s < knowledge.number("recording_stimulus_answer_s")).mean() < knowledge.number("recording_stimulus_share"):
        return ()
    what = Message(mark("The potentials answer the stimuli: nothing is concluded from them."))
    fix = Message(mark("List a nerve study under conduction, with its nerve, side and what points up; or say: shows: reflexes."))
    return (Issue("fasciculation.stimuli", Level.DOUBT, where, what, fix),)


def off_beat(times_s: "Floats", beats_s: "Floats") -> "Floats":
    """How far each time lies from the nearest beat; of a night there are too many of both to hold each against each."""
    beats = np.concatenate([[-np.inf], beats_s, [np.inf]])
    after = np.searchsorted(beats, times_s)
    return np.asarray(np.minimum(times_s - beats[after - 1], beats[after] - times_s), np.float64)


def _entries(found: "Fasciculations", clear_s: float, rate_hz: float, row: Row, knowledge: Knowledge) -> tuple[Entry, ...]:
    """Nothing is denied where rest was not said, where the rate does not hold the whole band, or where noise would hide them.

    For that only the seconds without another discharge count.
    """
    rate = next((m for m in found.measurements if m.name == "fasciculation_rate"), None)
    if rate is None or rate.low is None:
        return ()
    bounds = f"from {rate.low:.2g} on" if rate.high is None else f"{rate.low:.2g} to {rate.high:.2g}"
    raw = f"{len(found.events)} in {found.seconds:g} s: {rate.value:.2g}/min (95 % {bounds})"
    enough = found.seconds >= knowledge.number("recording_fasciculation_present_least_s")
    if enough and rate.low > knowledge.number("recording_fasciculation_present_per_min"):
        return (Entry("emg_fp", "present", raw),)
    whole = row.during == "rest" and rate_hz >= knowledge.number("recording_fasciculation_absent_rate_hz")
    size = found.value("fasciculation_smallest")
    seen = size is not None and size <= smallest_needed(row, knowledge)
    if not found.events and whole and seen and clear_s >= knowledge.number("recording_fasciculation_absent_s"):
        clear = "" if clear_s == found.seconds else f"; {clear_s:g} s of these without another discharge"
        return (Entry("emg_fp", "absent", f"{raw}{clear}; from {size:.3g} uV on"),)
    return ()


def smallest_needed(row: Row, knowledge: Knowledge) -> float:
    """So small a potential (uV) has to be seen before that none was seen counts."""
    electrode = "needle" if row.electrode == "needle" else "skin"
    return knowledge.number(f"recording_fasciculation_absent_{electrode}_uv")


def _pictures(
    found: "Fasciculations", channels: tuple[Channel, ...], row: Row, band_hz: tuple[float, float], seconds: float, draw: Draw
) -> list[Picture]:
    """The trace with the most potentials, the largest of them from near, the units, and the rate over time."""
    busiest = max(channels, key=lambda c: sum(event.channel == c.name for event in found.events))
    left_out = _runs(~found.analysable, seconds)
    marks = [_mark(event) for event in found.events]
    pictures: list[Picture] = [of_what_was_judged(draw(busiest, marks=marks, left_out=left_out, band_hz=band_hz))]
    if found.events:
        largest = max(found.events, key=lambda event: event.snr)
        channel = next(c for c in channels if c.name == largest.channel)
        start = max(0.0, largest.time_s - _CLOSE_S)
        pictures.append(draw(channel, start_s=start, seconds=2 * _CLOSE_S, marks=marks, band_hz=band_hz))
    pictures += _of_units(found, channels, row, band_hz)
    if found.seconds and len(found.analysable) >= 2 * _STEP_S:
        pictures.append(_rate(found))
    return pictures


def _of_units(found: "Fasciculations", channels: tuple[Channel, ...], row: Row, band_hz: tuple[float, float]) -> list[Picture]:
    """The mean shapes of the largest units, and how large the busiest is on each electrode whose place is known."""
    seen = {event.unit for event in found.events} - {-1}
    units = sorted((found.units[k] for k in seen), key=lambda unit: unit.amplitude_uv, reverse=True)
    pictures: list[Picture] = [*of_one_gain(_shape(unit, band_hz, row.negative_up) for unit in units[:_UNITS_SHOWN])]
    places = tuple(channel.place_mm for channel in channels if channel.place_mm is not None)
    if units and len(places) == len(channels) > 1:
        busiest = max(units, key=lambda unit: unit.events)
        values = tuple(float(f"{size:.4g}") for size in busiest.sizes_uv)
        pictures.append(MapPicture(label="fasciculation", unit="uV", places_mm=places, values=values))
    return pictures


def _shape(unit: "Unit", band_hz: tuple[float, float], negative_up: bool | None) -> TracePicture:
    """The mean potential of one unit, its middle at zero, the negative up where it is known what that is."""
    wave = tuple(float(f"{x:.4g}") for x in unit.wave_uv * (-1 if negative_up is False else 1))
    seconds = len(wave) / unit.rate_hz
    return TracePicture(
        channel=unit.channel, unit="uV", rate_hz=unit.rate_hz, start_s=-seconds / 2, seconds=seconds, low=wave, high=wave,
        band_hz=band_hz, averaged=True, up="unsaid" if negative_up is None else "negative",
    )  # fmt: skip


def _mark(event: "Event") -> Mark:
    return Mark(label="fasciculation", start_s=event.time_s)


def _runs(mask: "Mask", end_s: float) -> tuple[tuple[float, float], ...]:
    """Whole seconds that are true, as stretches; what is left after the last whole second was not judged either."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    runs = [(float(a), float(b)) for a, b in edges.reshape(-1, 2)]
    return tuple(runs) if end_s <= len(mask) else (*runs, (float(len(mask)), end_s))


def _rate(found: "Fasciculations") -> RatePicture:
    edges = np.arange(0.0, len(found.analysable) + _STEP_S, _STEP_S)
    counts, _ = np.histogram([event.time_s for event in found.events], edges)
    watched, _ = np.histogram(np.flatnonzero(found.analysable) + 0.5, edges)
    return RatePicture(label="fasciculation", step_s=_STEP_S, counts=tuple(map(int, counts)), watched_s=tuple(map(float, watched)))

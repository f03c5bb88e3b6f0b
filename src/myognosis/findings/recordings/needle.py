"""Needle EMG: discharges at rest by their criteria, and motor units of a muscle that contracts.

Which electrode it was must be said: what only a needle shows is never read from the skin. Features of motor units point to a side;
a person has to confirm them, so they are shown and said, and enter no ranking by themselves.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from myognosis.faults import Issue, Level, Message
from myognosis.findings.needle import discharge_criteria, motor_unit_limits, motor_unit_rules, outlier_rule
from myognosis.findings.recordings.analysed import Analysed, Draw, Entry, of_one_gain, trace_picture
from myognosis.findings.recordings.answers import stimuli_of
from myognosis.findings.recordings.fasciculation import off_beat
from myognosis.findings.recordings.rates import Measure, fast_of_one_rate
from myognosis.knowledge import Knowledge
from myognosis.language import mark
from myognosis.model.case import Recording as Row
from myognosis.model.finding import Held
from myognosis.model.picture import Mark, Picture, TracePicture
from myognosis.model.recording import Channel, Recording

if TYPE_CHECKING:
    from myognosis.signals.discharges import Discharge, Discharges
    from myognosis.signals.heart import Floats
    from myognosis.signals.motor_units import MotorUnit, MotorUnits
    from myognosis.signals.quality import Mask, Quality

__all__ = ["contracting", "discharges", "discharges_in", "motor_units", "pool_positions", "resting", "settle_cramps",
    "settle_discharges",
]  # fmt: skip

_FINDINGS = {
    "fibrillation": "emg_fib",
    "positive_sharp_wave": "emg_fib",
    "myokymic_discharge": "emg_myokymic",
    "neuromyotonic_discharge": "emg_neuromyotonic",
    "myotonic_discharge": "emg_myotonic",
    "complex_repetitive_discharge": "emg_crd",
    "cramp_discharge": "emg_cramp_discharge",
    "single_unit_continuous_discharge": "emg_cmua",
}
_CRAMP, _EITHER = "cramp_discharge", "contraction_or_cramp"
_OF_ITS_OWN = frozenset({*_FINDINGS, "voluntary_unit"})
"""Kinds that no seconds of a contraction make."""
_Done = tuple[int, Row, tuple[Analysed, ...]]
_SHOWN, _CLOSE_S, _UNITS_SHOWN = 3, 2.0, 3
_NO_REST = mark(
    "What looks like a cramp is not preceded by {seconds} s of rest: a contraction on purpose looks alike. Nothing is concluded."
)
_REST_UNSAID = mark("What looks like a cramp may be a contraction on purpose: rest was not stated. Nothing is concluded.")
_CANNOT_TELL = mark(
    "Contraction or cramp: cannot tell. It was not seen to move over a grid of electrodes, as a cramp does. Nothing is concluded."
)
_SEEN = mark("If it was seen that the muscle cramped by itself, say so in the case: emg_cramp_discharge: present.")
_SAY_REST = mark("Record from {seconds} s of rest on until after the cramp, and say: during: rest.")
_TRIED = 8
"""So many channels of a grid are looked through for motor units."""
_SIDES = {
    "neurogenic": mark("The motor units have features of a nerve lesion; an examiner has to confirm them. Nothing is concluded."),
    "myopathic": mark("The motor units have features of a muscle lesion; an examiner has to confirm them. Nothing is concluded."),
    "both": mark("Features of the motor units point to nerve and to muscle; an examiner has to look. Nothing is concluded."),
}


def discharges(recording: Recording, row: Row, knowledge: Knowledge) -> Analysed:
    """What fires at rest besides fasciculation, each kind with the criteria it meets."""
    channels, slow = resting(recording.channels, row, knowledge)
    if not channels:
        return Analysed(issues=slow)
    from myognosis.signals.stimuli import find_stimuli

    clocked = None if len(marked_s := stimuli_of(recording, row)) else find_stimuli(channels, marked_s)
    artefacts_s = clocked.times_s if clocked else marked_s[:0]
    found = discharges_in([(0.0, channels)], channels, row, knowledge, trace_picture, artefacts_s)
    return replace(found, issues=(*found.issues, *slow))


def resting(channels: tuple[Channel, ...], row: Row, knowledge: Knowledge) -> tuple[tuple[Channel, ...], tuple[Issue, ...]]:
    """Where discharges are looked for, if the electrode is named and the muscle at rest, and what is too slow."""
    if row.electrode is None or row.during not in (None, "rest") or row.shows not in (None, "twitches"):
        return (), ()
    return _emg(channels, row, knowledge)


def discharges_in(
    parts: Iterable[tuple[float, tuple[Channel, ...]]], channels: tuple[Channel, ...], row: Row, knowledge: Knowledge, draw: Draw,
    artefacts_s: "Floats | None" = None,
) -> Analysed:  # fmt: skip
    """The discharges in parts of one recording, each with its start in seconds.

    ``channels`` are what is recorded, with or without samples; ``draw`` draws a stretch of one of them. ``artefacts_s`` are when a
    stimulator reached the electrodes that keeps its clock as a complex repetitive discharge does; what fires with it is none.
    """
    if row.electrode is None:
        return Analysed()
    from myognosis.signals.discharges import find_discharges_in

    criteria = discharge_criteria(knowledge)
    found = find_discharges_in(parts, criteria, electrode=row.electrode, negative_up=row.negative_up)
    found = _without(found, artefacts_s, knowledge) if artefacts_s is not None and len(artefacts_s) else found
    entries = {_FINDINGS[d.kind]: _entry(d, knowledge) for d in reversed(found.found) if _counts(d, found, knowledge)}
    cramps = tuple((cramp.start_s, cramp.measures.get("place_shift")) for cramp in found.of_kind(_CRAMP))
    pictures = tuple(_pictures(found, channels, draw))
    return Analysed(found.measurements, tuple(entries.values()), pictures, discharges=found, cramps=cramps)


def _without(found: "Discharges", artefacts_s: "Floats", knowledge: Knowledge) -> "Discharges":
    """What was found but for that of which most comes with a stimulator."""
    from myognosis.signals.discharges import summary

    near_s = knowledge.number("recording_with_stimulator_s")
    kept = tuple(d for d in found.found if (off_beat(d.times_s, artefacts_s) < near_s).mean() <= 0.5)
    if len(kept) == len(found.found) or not found.measurements:
        return replace(found, found=kept)
    return replace(found, found=kept, measurements=summary(kept, found.seconds, found.measurements[0].channel))


def settle_discharges(found: tuple[Analysed, ...], row: Row, knowledge: Knowledge) -> tuple[Analysed, ...]:
    """What is told of discharges beside a contraction: nothing that it makes as well is counted in its seconds."""
    quality = next((part.quality for part in found if part.quality is not None), None)
    return settle_cramps(tuple(_at_rest(part, quality) for part in found), row, knowledge)


def _at_rest(part: Analysed, quality: "Quality | None") -> Analysed:
    """Its numbers without what a contraction makes as well, where the muscle was not at rest."""
    if part.discharges is None or quality is None or not part.measurements:
        return part
    from myognosis.signals.discharges import summary

    moving = _voluntary(quality)
    kept = [
        d
        for d in part.discharges.found
        if d.kind in _OF_ITS_OWN or moving[np.minimum(d.times_s.astype(int), len(moving) - 1)].mean() <= 0.5
    ]
    return replace(part, measurements=summary(kept, part.discharges.seconds, part.measurements[0].channel))


def settle_cramps(found: tuple[Analysed, ...], row: Row, knowledge: Knowledge) -> tuple[Analysed, ...]:
    """A cramp counts only where it can be told from a contraction on purpose, which is an interference of many units as well.

    Rest is said, and shows before it; and it moves over a grid of electrodes, while a contraction has one drive.
    """
    quality = next((part.quality for part in found if part.quality is not None), None)
    cramps = [cramp for part in found for cramp in part.cramps]
    least, far = (knowledge.number(f"recording_cramp_{what}") for what in ("rest_before_s", "place_shift"))
    rested = [shift for start, shift in cramps if row.during == "rest" and quality is not None and _calm_s(quality, start) >= least]
    if not cramps or any(shift is not None and shift >= far for shift in rested):
        return found
    said = (_CANNOT_TELL, _SEEN) if rested else (_NO_REST if row.during == "rest" else _REST_UNSAID, _SAY_REST)
    what, fix = (Message(text, {"seconds": f"{least:g}"}) for text in said)
    issue = Issue("cramp.rest", Level.DOUBT, row.file, what, fix)
    return (*map(_untold, found), Analysed(issues=(issue,)))


def _untold(part: Analysed) -> Analysed:
    """The same without a cramp: what looked like one is a contraction or a cramp."""
    rows = tuple(m.model_copy(update={"name": m.name.replace(_CRAMP, _EITHER)}) for m in part.measurements)
    pictures = tuple(map(_unnamed, part.pictures))
    return replace(
        part, measurements=rows, pictures=pictures, entries=tuple(e for e in part.entries if e.finding != _FINDINGS[_CRAMP])
    )


def _unnamed(picture: Picture) -> Picture:
    """A picture whose marks call no cramp what may be a contraction."""
    if not isinstance(picture, TracePicture):
        return picture
    marks = tuple(one.model_copy(update={"label": _EITHER}) if one.label == _CRAMP else one for one in picture.marks)
    return picture.model_copy(update={"marks": marks})


def _calm_s(quality: "Quality", start_s: float) -> float:
    """How many seconds before this are judged, and are not of a contraction."""
    return float((quality.assessable & ~_voluntary(quality))[: int(start_s)].sum())


def _voluntary(quality: "Quality") -> "Mask":
    """The seconds of a contraction."""
    from myognosis.signals.quality import Fault

    return np.asarray((quality.faults & int(Fault.VOLUNTARY)).any(axis=0))


def _emg(channels: tuple[Channel, ...], row: Row, knowledge: Knowledge) -> tuple[tuple[Channel, ...], tuple[Issue, ...]]:
    measure: Measure = "needle" if row.electrode == "needle" else "skin_discharges"
    return fast_of_one_rate(channels if row.kind == "emg" else (), measure, knowledge)


def _counts(found: "Discharge", every: "Discharges", knowledge: Knowledge) -> bool:
    """A fibrillation counts when it lasts: the needle itself calls up short ones.

    Beside fibrillation a unit that fires on and on counts where it towers above the fibres: one that is far away, or two at once,
    are as long as a unit, and keep a clock as well.
    """
    if found.kind not in _FINDINGS:
        return False
    if _FINDINGS[found.kind] == "emg_cmua":
        fibres = [one.measures.get("amplitude_uv", 0.0) for one in every.found if _FINDINGS.get(one.kind) == "emg_fib"]
        return found.measures["amplitude_uv"] >= knowledge.number("recording_fasciculation_tower") * max(fibres, default=0.0)
    lasting = found.end_s - found.start_s > knowledge.number("needle_activity_persists_s")
    return lasting or _FINDINGS[found.kind] != "emg_fib"


def _entry(found: "Discharge", knowledge: Knowledge) -> Entry:
    met = [c for c in found.verdict.checks if c.met]
    checks = ", ".join(f"{c.criterion.measure} {c.value:.3g}" for c in met if c.value is not None)
    return Entry(_FINDINGS[found.kind], "present", f"{found.kind} ({found.start_s:.1f} s): {checks}")


def _pictures(found: "Discharges", channels: tuple[Channel, ...], draw: Draw) -> list[Picture]:
    """The first discharge of each kind from near."""
    from myognosis.signals.potentials.firings import band_of

    first: dict[str, Discharge] = {}
    for discharge in (one for one in found.found if one.kind != "fasciculation_potential"):
        first.setdefault(discharge.kind, discharge)
    names = {channel.name: channel for channel in channels}
    pictures: list[Picture] = []
    for discharge in list(first.values())[:_SHOWN]:
        marks = [Mark(label=discharge.kind, start_s=float(t)) for t in discharge.times_s]
        start = max(0.0, discharge.start_s - 0.1)
        band = band_of(found.electrode, found.rate_hz)
        pictures.append(draw(names[discharge.channel], start_s=start, seconds=_CLOSE_S, marks=marks, band_hz=band))
    return pictures


def motor_units(recording: Recording, row: Row, knowledge: Knowledge) -> Analysed:
    """Potentials, recruitment and interference pattern of a muscle that contracts."""
    channels, slow = contracting(recording.channels, row, knowledge)
    if row.electrode is None or not channels:
        return Analysed(issues=slow)
    from myognosis.signals.motor_units import measure_motor_units
    from myognosis.signals.potentials.firings import band_of

    limits = motor_unit_limits(knowledge, row.place.where if row.place else None, None)
    tried = sorted(channels, key=_clearness, reverse=True)[:_TRIED]
    rules, outliers = motor_unit_rules(knowledge), outlier_rule(knowledge)
    each = [measure_motor_units(c, electrode=row.electrode, rules=rules, limits=limits, outliers=outliers) for c in tried]
    channel, found = max(zip(tried, each, strict=True), key=lambda one: _told_apart(one[1]))
    near, band = [unit for unit in found.units if unit.is_near], band_of(row.electrode, channel.rate_hz)
    pictures = (
        trace_picture(channel, start_s=_busiest_s(found), seconds=_CLOSE_S, band_hz=band),
        *of_one_gain(_shape(u, channel, band, row.negative_up) for u in near[:_UNITS_SHOWN]),
    )
    issues = (*slow, *_of_several(channel, len(channels), len(tried)), *found.doubts, *_side(found, channel.name))
    return Analysed(found.measurements, (), pictures, issues, limits=_held(found, len(near)), motor_units=found)


def _busiest_s(found: "MotorUnits") -> float:
    """The second from which on the units that were told apart fire most, so that what is shown holds them."""
    times_s = np.concatenate([np.zeros(0), *(unit.times_s for unit in found.units)])
    counts = np.bincount(times_s.astype(int), minlength=1)
    return float(np.argmax(np.convolve(counts, np.ones(int(_CLOSE_S)), "full")[int(_CLOSE_S) - 1 :]))


def contracting(channels: tuple[Channel, ...], row: Row, knowledge: Knowledge) -> tuple[tuple[Channel, ...], tuple[Issue, ...]]:
    """Where motor units are looked for, if the electrode is named and the muscle contracts, and what is too slow."""
    if row.electrode is None or not (row.shows == "motor_units" or (row.shows is None and row.during == "movement")):
        return (), ()
    return _emg(channels, row, knowledge)


def _clearness(channel: Channel) -> float:
    """How far the steepest hundredth of a trace stands out of its usual slope: potentials do, mains, drift and noise do not."""
    slopes = np.abs(np.diff(channel.samples))
    slopes = slopes[np.isfinite(slopes)]
    usual = float(np.median(slopes)) if len(slopes) else 0.0
    return float(np.quantile(slopes, 0.99)) / usual if usual > 0 else 0.0


def _told_apart(found: "MotorUnits") -> tuple[int, int]:
    """How many motor units a channel shows near the electrode, and at all."""
    return sum(unit.is_near for unit in found.units), len(found.units)


def _of_several(channel: Channel, n: int, tried: int) -> tuple[Issue, ...]:
    """Which of several channels is told: motor units are told apart in one."""
    if n == 1:
        return ()
    said = mark(
        "Of {n} channels the {tried} with the clearest potentials were looked through; {channel} has most motor units and is told."
    )
    what = Message(said, {"n": n, "tried": tried, "channel": channel.name})
    fix = Message(mark("To measure another one, give its channel as a file of its own."))
    return (Issue("emg.channel", Level.NOTE, channel.name, what, fix),)


def _side(found: "MotorUnits", place: str) -> tuple[Issue, ...]:
    if found.side not in _SIDES:
        return ()
    return (
        Issue("emg.side", Level.NOTE, place, Message(_SIDES[found.side]), Message(mark("See the values beside their limits."))),
    )


def pool_positions(done: list[_Done], knowledge: Knowledge) -> Iterator[tuple[int, Row, Analysed]]:
    """The motor units of several positions of a needle in one muscle, counted together, under the last of them."""
    from myognosis.signals.motor_units import pool_motor_units

    muscles: dict[tuple[str, str | None], dict[str, tuple[int, Row, MotorUnits]]] = {}
    for index, row, found in done:
        for part in found:
            if part.motor_units is not None and row.place is not None and row.electrode == "needle":
                muscles.setdefault((row.place.where, row.place.side), {})[row.file] = (index, row, part.motor_units)
    for (muscle, _), positions in muscles.items():
        if len(positions) > 1:
            index, row, _last = max(positions.values(), key=lambda position: position[0])
            parts, limits = [units for _, _, units in positions.values()], motor_unit_limits(knowledge, muscle, None)
            pooled = pool_motor_units(
                parts,
                rules=motor_unit_rules(knowledge),
                limits=limits,
                outliers=outlier_rule(knowledge),
                name=" + ".join(positions),
            )
            issues = (*pooled.doubts, *_side(pooled, " + ".join(positions)))
            yield index, row, Analysed(pooled.measurements, (), (), issues, limits=_held(pooled, len(pooled.units)))


def _held(found: "MotorUnits", units: int) -> tuple[Held, ...]:
    """Every number that has a limit, with it."""
    limits = {limit.measure: limit for limit in found.limits}
    return tuple(
        Held(
            measure=m.name, value=m.value, unit=m.unit, low=limit.low, high=limit.high, source=limit.source, trust=limit.trust,
            units=None if limit.single_sd is None else units,
        )
        for m in found.measurements
        if m.value is not None and (limit := limits.get(m.name)) is not None
    )  # fmt: skip


def _shape(unit: "MotorUnit", channel: Channel, band_hz: tuple[float, float], negative_up: bool | None) -> TracePicture:
    """The median potential of one unit, its highest peak at zero, the negative up where it is known what that is."""
    start_s = -int(np.argmax(np.abs(unit.waveform_uv))) / channel.rate_hz
    wave = tuple(float(f"{x:.4g}") for x in unit.waveform_uv * (-1 if negative_up is False else 1))
    long = Mark(
        label="duration", start_s=start_s + unit.potential.start / channel.rate_hz,
        duration_s=unit.potential.duration_ms / 1000,
    )  # fmt: skip
    return TracePicture(
        channel=channel.name, unit="uV", rate_hz=channel.rate_hz, start_s=start_s,
        seconds=len(wave) / channel.rate_hz, low=wave, high=wave, band_hz=band_hz, averaged=True, marks=(long,),
        up="unsaid" if negative_up is None else "negative",
    )  # fmt: skip

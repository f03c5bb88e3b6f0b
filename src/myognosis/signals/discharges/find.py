"""The door: channels of one muscle at rest in, discharges with their reasons out."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from itertools import compress

import numpy as np

from myognosis.model.recording import Channel, Measurement
from myognosis.signals.discharges.classify import classify
from myognosis.signals.discharges.grid import placed_sources, settled
from myognosis.signals.discharges.measures import company, measure, shape_of
from myognosis.signals.discharges.model import (
    FIBRES,
    UNCLASSIFIED,
    Discharge,
    DischargeCriteria,
    DischargeRules,
    Discharges,
    Electrode,
    Floats,
)
from myognosis.signals.discharges.parting import part_sources
from myognosis.signals.discharges.rhythm import clocks
from myognosis.signals.discharges.series import Candidate, of_source, together
from myognosis.signals.discharges.sites import place_shift
from myognosis.signals.jumps import jumps_in
from myognosis.signals.potentials.firings import Trace, find_sources, hush, prepare
from myognosis.signals.quality import Mask, usable_seconds
from myognosis.signals.source import ChannelSource

__all__ = ["find_discharges", "find_discharges_in", "summary"]

TRAINS = frozenset({"single_unit_continuous_discharge", "voluntary_unit"})
"""Kinds that are one train, which may go on throughout."""


def find_discharges(
    channels: tuple[Channel, ...], criteria: DischargeCriteria, *, electrode: Electrode, negative_up: bool | None
) -> Discharges:
    """Every discharge in a recording of one muscle at rest, with its kind and why.

    Parameters
    ----------
    channels
        EMG channels of one rate, in microvolts, over or in one muscle. Of a grid each source is read on the electrode where it
        stands highest above its noise; of fewer channels all are read on the one where most does. The others tell how far a
        discharge spreads.
    criteria
        What makes which kind; see ``myognosis.findings.discharges.discharge_criteria``.
    electrode
        ``needle`` or ``surface``: potentials of single muscle fibres are only seen by a needle.
    negative_up
        Whether a negative potential goes up in these samples; None where the file does not say. Criteria of polarity then
        cannot be judged.

    Raises
    ------
    ValueError
        The channels are not EMG of one rate in microvolts.
    """
    if not channels or {c.unit for c in channels} != {"uV"} or len({c.rate_hz for c in channels}) != 1:
        raise ValueError("the channels are not EMG of one rate in microvolts")
    rate = channels[0].rate_hz
    raw = [np.nan_to_num(channel.samples.astype(np.float64)) for channel in channels]
    usable = np.stack([usable_seconds(channel.samples.astype(np.float64), rate) for channel in channels])
    if not usable.any():
        return Discharges((), 0.0, electrode, rate)
    traces = [prepare(channel.name, row, rate, electrode) for channel, row in zip(channels, raw, strict=True)]
    jumps = jumps_in(ChannelSource(channels), criteria.jumps if electrode == "needle" else criteria.jumps.on_skin())
    for i, one in enumerate(traces):
        hush(one, jumps.of(i), criteria.jumps.rings_s)
    best = max(range(len(traces)), key=lambda i: (float(usable[i].mean()) if usable[i].size else 0.0) * _standing(traces[i]))
    trace = traces[best]
    sources = part_sources(find_sources(trace), trace, traces, criteria.rules)
    crowded, left = together(sources, trace, criteria.rules)
    placed = placed_sources(channels, traces, trace, left, crowded, criteria)
    every = np.sort(np.concatenate([np.zeros(0), *(times for times, _ in placed), *(one.times for one in crowded)]))
    judged = partial(
        _judge, criteria=criteria, electrode=electrode, negative_up=negative_up, traces=traces, channels=channels, every=every
    )
    crowds = [discharge for one in crowded for discharge in _taken_apart(one, partial(judged, trace=trace), criteria.rules)]
    by_source = [judged(one, trace=place) for times, place in placed for one in of_source(times, criteria.rules.series)]
    if electrode == "needle":
        by_source = [part for whole in by_source for part in _by_clock(whole, partial(judged, trace=trace), criteria.rules)]
    if len(channels) >= criteria.rules.place_electrodes:
        by_source = settled(
            by_source, [judged(one, trace=trace) for times in left for one in of_source(times, criteria.rules.series)]
        )
    found = crowds + by_source
    found.sort(key=lambda discharge: discharge.start_s)
    seconds = _watched(usable[best], found)
    return Discharges(tuple(found), seconds, electrode, rate, summary(found, seconds, trace.name))


def find_discharges_in(
    parts: Iterable[tuple[float, tuple[Channel, ...]]],
    criteria: DischargeCriteria,
    *,
    electrode: Electrode,
    negative_up: bool | None,
) -> Discharges:
    """The discharges in parts of one recording, one part in memory at a time.

    Parameters
    ----------
    parts
        When each part begins, in seconds, and its channels, as ``find_discharges`` takes them; at least one. A discharge that
        goes on beyond the end of its part is cut there.
    criteria, electrode, negative_up
        As ``find_discharges`` takes them.
    """
    found, seconds, rate, channels = list[Discharge](), 0.0, 0.0, Counter[str]()
    for start_s, part in parts:
        inside = find_discharges(part, criteria, electrode=electrode, negative_up=negative_up)
        found += [replace(discharge, times_s=discharge.times_s + start_s) for discharge in inside.found]
        seconds, rate = seconds + inside.seconds, inside.rate_hz
        channels.update(m.channel for m in inside.measurements)
    busiest = channels.most_common(1)[0][0] if channels else ""
    return Discharges(tuple(found), seconds, electrode, rate, summary(found, seconds, busiest))


def _watched(usable: Mask, found: list[Discharge]) -> float:
    """The seconds that can be judged, and those in which something was found all the same: what counts there was watched there."""
    seconds = usable.copy()
    at = np.concatenate([np.zeros(0), *(discharge.times_s for discharge in found)]).astype(int)
    seconds[at[at < len(seconds)]] = True
    return float(seconds.sum())


def _standing(trace: Trace) -> float:
    """How high the largest potentials stand above the noise."""
    return float(np.quantile(np.abs(trace.slope), 0.999)) if len(trace.slope) else 0.0


def _taken_apart(candidate: Candidate, judged: Callable[[Candidate], Discharge], rules: DischargeRules) -> list[Discharge]:
    """A discharge as a whole; out of a crowd that is none as such stands a source that by itself returns in bursts of some kind."""
    whole = judged(candidate)
    if whole.kind != UNCLASSIFIED:
        return [whole]
    parts = [part for part in map(judged, candidate.parts) if part.kind != UNCLASSIFIED and _stands_out(part, rules)]
    if not parts:
        return [whole]
    rest = np.setdiff1d(candidate.times, np.concatenate([part.times_s for part in parts]))
    left = [judged(replace(candidate, times=rest, groups=((0, len(rest) - 1),)))] if len(rest) else []
    return [*parts, *left]


def _by_clock(whole: Discharge, judged: Callable[[Candidate], Discharge], rules: DischargeRules) -> list[Discharge]:
    """A discharge; out of one that is no kind stand fibres that each keep their own time. What is left of it remains no kind."""
    found = clocks(whole.times_s, rules) if whole.kind == UNCLASSIFIED and whole.measures["units"] == 1 else []
    parts = [judged(Candidate(times, ((0, len(times) - 1),), 1)) for times in found]
    fibres = [part for part in parts if part.kind in FIBRES]
    rest = np.setdiff1d(whole.times_s, np.concatenate([np.zeros(0), *(part.times_s for part in fibres)]))
    if not fibres or not len(rest):
        return fibres or [whole]
    left = judged(Candidate(rest, tuple((i, i) for i in range(len(rest))), 1))
    return [*fibres, replace(left, kind=UNCLASSIFIED)]


def _stands_out(part: Discharge, rules: DischargeRules) -> bool:
    """Whether it is no chance that a source within a crowd is as it is: it returns in bursts, or goes on as no chance does."""
    steady = part.measures.get("interval_cov_robust", np.inf) <= rules.semi_rhythmic and len(part.times_s) >= rules.crowd_train
    return part.measures["bursts"] >= rules.crowd_bursts or steady


def _judge(
    candidate: Candidate,
    trace: Trace,
    criteria: DischargeCriteria,
    electrode: Electrode,
    negative_up: bool | None,
    traces: list[Trace],
    channels: tuple[Channel, ...],
    every: Floats,
) -> Discharge:
    shape = shape_of(candidate, trace)
    measures = measure(candidate, shape, trace, criteria.rules) | company(candidate, every, criteria.rules.beside_s)
    if negative_up is None:
        measures.pop("first_negative", None)
    elif not negative_up and "first_negative" in measures:
        measures["first_negative"] = 1.0 - measures["first_negative"]
    if len(traces) > 1:
        measures |= _spread(candidate, traces, channels, criteria.rules)
    kind, verdict, nearest = classify(measures, criteria, electrode)
    return Discharge(
        kind=kind, verdict=verdict, nearest=nearest, channel=trace.name, times_s=candidate.times, groups=candidate.groups,
        amplitudes_uv=shape.sizes, waveform_uv=shape.waveform, waveform_start_s=shape.start_s, measures=measures,
    )  # fmt: skip


def _spread(candidate: Candidate, traces: list[Trace], channels: tuple[Channel, ...], rules: DischargeRules) -> dict[str, float]:
    """On how many channels it is seen, and how far the centre of its power travels from its first to its last third."""
    rate = traces[0].rate_hz
    first, last = round(candidate.times[0] * rate), round(candidate.times[-1] * rate) + round(0.005 * rate)
    noise = np.array([t.noise_uv for t in traces])
    thirds = np.array([[np.sqrt((part**2).mean()) for part in np.array_split(t.wide[first:last], 3)] for t in traces])
    if len(candidate.times) < 10:
        at = np.round(candidate.times * rate).astype(int)
        sizes = np.array([np.ptp(_mean_around(t.wide, at, round(0.005 * rate))) for t in traces])
        return {"channels": float((sizes > 6 * noise / np.sqrt(len(at))).sum())}
    seen = thirds.max(axis=1) > 1.5 * noise
    wide = [t.wide[first:last] for t in compress(traces, seen)]
    found = {"channels": float(seen.sum())} | place_shift(wide, noise[seen], rate, rules)
    places = [c.place_mm for c in channels]
    if all(place is not None for place in places):
        grid = np.array(places, np.float64)
        power = np.maximum(thirds**2 - noise[:, None] ** 2, 0.0)
        if (power.sum(axis=0) > 0).all():
            centres = (power[:, :, None] * grid[:, None, :]).sum(axis=0) / power.sum(axis=0)[:, None]
            found["travel_mm"] = float(np.linalg.norm(centres[2] - centres[0]))
    return found


def _mean_around(wide: Floats, at: Floats, reach: int) -> Floats:
    rows = np.clip(np.asarray(at, np.intp)[:, None] + np.arange(-reach, reach + 1), 0, len(wide) - 1)
    mean: Floats = wide[rows].mean(axis=0)
    return mean


def summary(found: Sequence[Discharge], seconds: float, channel: str) -> tuple[Measurement, ...]:
    """How many discharges of each kind a minute (with the exact Poisson interval) and the rate of a unit inside of them.

    Of many units at once no rate is told: that of all of them together is the rate of none. How often there is a train that goes on
    is not told either.
    """
    from myognosis.signals.intervals import poisson_interval

    rows: list[Measurement] = []
    if seconds <= 0:
        return ()
    for kind in dict.fromkeys(d.kind for d in found):
        mine = [d for d in found if d.kind == kind]
        alone = [d for d in mine if d.measures["units"] == 1]
        if kind not in TRAINS:
            count = sum(len(d.groups) for d in mine)
            low, high = poisson_interval(count, seconds / 60)
            rows.append(
                Measurement(
                    name=f"{kind}_rate", value=60 * count / seconds, low=low, high=high, unit="/min", source="garwood1936",
                    method="discharges of this kind a minute, each burst counted once", seconds=seconds, channel=channel,
                )
            )  # fmt: skip
        rates = np.sort([1 / max(gap, 1e-4) for d in alone for a, b in d.groups if b > a for gap in np.diff(d.times_s[a : b + 1])])
        if len(rates):
            rows.append(
                Measurement(
                    name=f"{kind}_inside", value=float(np.median(rates)), low=float(np.quantile(rates, 0.05)),
                    high=float(np.quantile(rates, 0.95)), unit="Hz", source="estimate",
                    method="rate of potentials inside of the discharges: median, with the range of nine tenths of them",
                    seconds=seconds, channel=channel, spread="scatter",
                )
            )  # fmt: skip
    return tuple(rows)

"""The sources under a grid of electrodes: units told apart by their shape on all of them, each read where it stands highest.

One electrode shows two units of one shape as one, and a small unit under another electrode not at all. The search for single
potentials sorts them by what the whole grid saw; it leaves out stretches in which something fires without end, as in a
contraction. There the sources of one channel stand, as they do where they fit a kind and what the grid sorted fits none.
"""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from myognosis.model.recording import Channel
from myognosis.signals.discharges.model import UNCLASSIFIED, Discharge, DischargeCriteria, Floats
from myognosis.signals.discharges.parting import part_sources
from myognosis.signals.discharges.series import Candidate
from myognosis.signals.fasciculation import Fasciculations, FasciculationSettings, find_fasciculations
from myognosis.signals.potentials.firings import Indices, Trace

__all__ = ["Placed", "placed_sources", "settled"]

Placed = tuple[Floats, Trace]
"""When a source fires (seconds), and the trace of the electrode on which it is read."""
SAME_S = 0.015
"""Firings of a channel and potentials of the grid so near to each other are the same."""
TRIGGER_S, MOVES_S = 0.008, 0.0005
"""So near to its middle a potential is steepest, and it is timed to a frame of a millisecond: half of it to each side."""


def placed_sources(
    channels: tuple[Channel, ...],
    traces: list[Trace],
    best: Trace,
    left: list[Floats],
    found: list[Candidate],
    criteria: DischargeCriteria,
) -> list[Placed]:
    """The sources, given what those of the ``best`` channel do besides what is ``found`` already; that is left out."""
    if len(channels) < criteria.rules.place_electrodes:
        return [(times, best) for times in left]
    settings = FasciculationSettings(criteria.potentials)
    at_will = replace(settings.lenient, swing=np.inf)  # trains swing as a contraction does, and bursts ring as the mains do
    seen = find_fasciculations(channels, replace(settings, lenient=at_will, rings=np.inf))
    kept = [times for times in left if not _searched(seen, times)]
    known = np.sort(np.concatenate([np.zeros(0), *kept]))
    by_name = {trace.name: trace for trace in traces}
    placed = [(times, best) for times in kept]
    for times, name in _units(seen):
        inside = np.zeros(len(times), np.bool_)
        for one in found:
            inside |= (times >= one.times[0] - SAME_S) & (times <= one.times[-1] + SAME_S)
        times = times[~inside & ~_near(times, known)]
        if len(times):
            trace = by_name[name]
            placed += [
                (part / trace.rate_hz, trace) for part in part_sources([_triggers(times, trace)], trace, traces, criteria.rules)
            ]
    return sorted(placed, key=lambda one: -len(one[0]))


def _searched(seen: Fasciculations, times: Floats) -> bool:
    """Whether most firings of a source lie in seconds in which the grid was searched."""
    at = times.astype(int)
    at = at[at < len(seen.searched)]
    return bool(2 * np.count_nonzero(seen.searched[at]) >= len(times))


def _units(seen: Fasciculations) -> list[tuple[Floats, str]]:
    """The times of each unit, and of each potential that is like no other, with the electrode that shows it best."""
    units: dict[int, list[float]] = {}
    for event in seen.potentials:
        if event.unit >= 0:
            units.setdefault(event.unit, []).append(event.time_s)
    alone = [(np.array([event.time_s]), event.channel) for event in seen.potentials if event.unit < 0]
    return [(np.array(times), seen.units[unit].channel) for unit, times in units.items()] + alone


def _near(times: Floats, known: Floats) -> npt.NDArray[np.bool_]:
    """Which of the times lie at a known firing."""
    padded = np.concatenate([[-np.inf], known, [np.inf]])
    after = np.searchsorted(padded, times)
    return np.asarray(np.minimum(times - padded[after - 1], padded[after] - times) <= SAME_S)


def _triggers(times: Floats, trace: Trace) -> Indices:
    """Where each potential of a unit is steepest: near the place where their mean is."""
    reach, moves = round(TRIGGER_S * trace.rate_hz), max(1, round(MOVES_S * trace.rate_hz))
    slope = np.pad(trace.slope, reach + moves)
    at = np.round(times * trace.rate_hz).astype(int) + reach + moves
    mean = slope[at[:, None] + np.arange(-reach, reach + 1)].mean(axis=0)
    off = int(np.argmax(np.abs(mean)))
    near = at[:, None] + off - reach + np.arange(-moves, moves + 1)
    steepest = near[np.arange(len(at)), np.argmax(slope[near] * np.sign(mean[off]), axis=1)]
    return np.unique(steepest - reach - moves)


def settled(by_grid: list[Discharge], by_channel: list[Discharge]) -> list[Discharge]:
    """What the grid sorted; where that fits no kind, what one channel shows of the same potentials and fits one.

    Nothing is said of what fits no kind and is smaller than the noise on the electrode that shows it best: the grid saw that there
    was something, and no electrode what.
    """
    named = [one for one in by_grid if one.kind != UNCLASSIFIED]
    rest = [one for one in by_grid if one.kind == UNCLASSIFIED]
    told, untold = _times(named), _times(rest)
    instead = [c for c in by_channel if c.kind != UNCLASSIFIED and _mostly(c, untold) and not _mostly(c, told)]
    taken = _times(instead)
    return named + instead + [one for one in rest if not _mostly(one, taken) and one.measures.get("snr", np.inf) >= 1.0]


def _times(some: list[Discharge]) -> Floats:
    return np.sort(np.concatenate([np.zeros(0), *(one.times_s for one in some)]))


def _mostly(one: Discharge, known: Floats) -> bool:
    return bool(_near(one.times_s, known).mean() > 0.5)

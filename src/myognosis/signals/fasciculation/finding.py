"""Fasciculation potentials in surface or needle EMG at rest, from one channel to a grid, from a minute to a night."""

from dataclasses import replace
from itertools import compress

import numpy as np
import numpy.typing as npt

from myognosis.model.recording import Channel
from myognosis.signals.fasciculation.band import larger_in_all
from myognosis.signals.fasciculation.ear import Ear, calibrate
from myognosis.signals.fasciculation.engine import REACH_S, Finder, Means, find_potentials
from myognosis.signals.fasciculation.events import Event, Fasciculations, Unit
from myognosis.signals.fasciculation.gates import Gate, is_far
from myognosis.signals.fasciculation.listen import Heard, listen
from myognosis.signals.fasciculation.measure import Judged, events_of, units_of
from myognosis.signals.fasciculation.needle import measured_wide
from myognosis.signals.fasciculation.rates import Watched, measurements_of
from myognosis.signals.fasciculation.settings import FasciculationSettings
from myognosis.signals.fasciculation.smallest import hardly_larger, smallest_found
from myognosis.signals.fasciculation.snippets import Loader
from myognosis.signals.fasciculation.towering import least_towering
from myognosis.signals.fasciculation.voluntary import swing_of, voluntary_seconds
from myognosis.signals.quality import Fault, Quality
from myognosis.signals.source import ChannelSource, Source

__all__ = ["find_fasciculations", "find_fasciculations_in"]

Mask = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
APART_S = 0.06
"""Bursts nearer to each other than this are one."""
_METHOD = (
    "single EMG potentials over the noise of each second, {low:g}-{high:g} Hz, and those of known shape; voluntary seconds left out"
)


def find_fasciculations(channels: tuple[Channel, ...], settings: FasciculationSettings) -> Fasciculations:
    """Potentials in one EMG channel, or in a grid of them.

    Parameters
    ----------
    channels
        EMG channels of one rate, in microvolts, over the same muscle.
    settings
        How they are looked for; see ``myognosis.findings.needle.fasciculation_settings``.

    Raises
    ------
    ValueError
        Where the channels are not EMG of one rate in microvolts.
    """
    return find_fasciculations_in(ChannelSource(channels), settings)


def find_fasciculations_in(
    source: Source,
    settings: FasciculationSettings,
    explained_s: Floats | None = None,
    unwilled_s: Floats | None = None,
) -> Fasciculations:
    """Potentials in a source that is read in spans, twice from end to end, so that a night never lies in memory.

    The recording is worked through in whole seconds counted from its first sample, so that the result does not depend on how
    the source delivers its samples. ``explained_s`` are when potentials of other discharges are, in order: they are not counted.
    ``unwilled_s`` are those of single fibres: they are not counted either, and make no second voluntary.
    """
    ear = calibrate(source, settings)
    heard = listen(source, ear, settings)
    grid = len(source.names) >= settings.grid_from
    swing = swing_of(heard, ear, settings)
    clear = heard.quality.assessable & ~heard.ringing
    calm = (swing < settings.lenient.swing) & clear
    finder = Finder(Loader(source, ear, heard, settings), ear, settings, grid)
    found, means = find_potentials(finder, heard.regions, calm)
    judged = events_of(found, means.means(), heard, ear, source.names)
    if grid:
        far = _far_units(means, heard, ear)
        judged = [replace(row, gate=Gate.FAR) if row.event.unit in far and row.gate is Gate.NONE else row for row in judged]
    last = source.n_samples / source.rate_hz - settings.edge_s
    judged = [row for row in judged if settings.edge_s <= row.event.time_s <= last and row.event.time_s < len(calm)]
    units = units_of(means.means(), means.counts, heard, ear, source.names)
    sizes_hz = settings.sizes_hz(source.rate_hz)
    if sizes_hz != settings.band_hz:
        judged, units = measured_wide(source, judged, units, sizes_hz)
    potentials = [row.event for row in judged if row.gate is Gate.NONE]
    times = np.array([row.event.time_s for row in judged if row.gate in (Gate.NONE, Gate.BURST)])
    willed = times[_apart_from(times, unwilled_s)]
    counted = _unexplained(_unexplained(potentials, explained_s), unwilled_s)
    place = f"{len(source.names)} channels" if len(source.names) > 1 else source.names[0]

    def watched(times_s: Floats, events: list[Event]) -> tuple[Mask, Watched, Watched]:
        masks = [voluntary_seconds(times_s, heard, swing, rule, settings) for rule in (settings.strict, settings.lenient)]
        kept = [_watched(events, clear & ~mask, units, place) for mask in masks]
        return masks[0], kept[0], kept[1]

    voluntary, strict, lenient = watched(willed, counted)
    fibres = _unexplained(potentials, np.array([event.time_s for event in _unexplained(potentials, unwilled_s)]))
    least_uv = least_towering(counted, fibres, settings.tower) if fibres or 2 * strict.seconds < clear.sum() else None
    if least_uv is not None:
        large = [event for event in counted if event.amplitude_uv >= least_uv]
        voluntary, strict, lenient = watched(np.array([event.time_s for event in large]), large)
    method = _METHOD.format(low=settings.band_hz[0], high=min(settings.band_hz[1], 0.45 * source.rate_hz))
    quality = _told(heard, judged, voluntary).marked(Fault.MAINS, heard.ringing)
    smallest = smallest_found(finder, _without(strict, times))
    hardly = hardly_larger(strict.events, smallest, heard, settings.rules.hardly_larger)
    larger = larger_in_all(source, strict.events, sizes_hz, ear.mains_hz)
    told = measurements_of(strict, lenient, method, settings.rules, hardly, larger, least_uv)
    rows = (*told, *strict.smallest(least_uv or max(smallest.values(), default=None), settings.rules))
    bursts = _bursts([row.event.time_s for row in judged if row.gate is Gate.BURST], strict.watched)
    return Fasciculations(
        tuple(strict.events), units, strict.seconds, strict.watched, voluntary, quality, rows, bursts, tuple(potentials),
        heard.regions.searched(calm, ear), least_uv,
    )  # fmt: skip


def _bursts(times_s: list[float], watched: Mask) -> tuple[float, ...]:
    """The first of the times within each burst, in watched seconds."""
    firsts = [t for before, t in zip([-np.inf, *times_s], times_s, strict=False) if t - before > APART_S]
    return tuple(t for t in firsts if watched[int(t)])


def _unexplained(events: list[Event], explained_s: Floats | None) -> list[Event]:
    """Those that are no potentials of another discharge."""
    return list(compress(events, _apart_from(np.array([event.time_s for event in events], np.float64), explained_s)))


def _apart_from(times_s: Floats, others_s: Floats | None) -> Mask:
    """Which of the times are not those of others, in order."""
    known = np.concatenate([[-np.inf], np.zeros(0) if others_s is None else others_s, [np.inf]])
    after = np.searchsorted(known, times_s)
    return np.asarray(np.minimum(times_s - known[after - 1], known[after] - times_s) > REACH_S)


def _far_units(means: Means, heard: Heard, ear: Ear) -> set[int]:
    """The units whose mean comes from afar."""
    alive = np.isfinite(heard.floor).any(axis=0)
    noise = np.array([np.median(row[np.isfinite(row)]) for row in heard.floor.T[alive]], np.float32)
    return {
        unit
        for unit, mean in means.means().items()
        if is_far(mean[:, alive], noise / np.sqrt(means.counts[unit]), ear.common, ear.rate_hz)
    }


def _watched(events: list[Event], watched: Mask, units: tuple[Unit, ...], place: str) -> Watched:
    """The potentials in the watched seconds."""
    return Watched([event for event in events if watched[int(event.time_s)]], units, watched, place)


def _without(watched: Watched, times_s: Floats) -> Mask:
    """The watched seconds without a potential, of whatever discharge."""
    quiet = watched.watched.copy()
    quiet[times_s.astype(int)] = False
    return quiet


def _told(heard: Heard, judged: list[Judged], voluntary: Mask) -> Quality:
    """The quality with what the potentials taught: pops, jumps, what came from afar, voluntary seconds."""
    names, seconds = heard.quality.names, len(voluntary)
    pops, far, jumps = np.zeros((len(names), seconds), np.bool_), np.zeros(seconds, np.bool_), np.zeros(seconds, np.bool_)
    for row in judged:
        if row.gate is Gate.POP:
            pops[names.index(row.event.channel), int(row.event.time_s)] = True
        elif row.gate in (Gate.FAR, Gate.JUMP):
            (far if row.gate is Gate.FAR else jumps)[int(row.event.time_s)] = True
    told = heard.quality.marked(Fault.VOLUNTARY, voluntary).marked(Fault.POP, pops)
    return told.marked(Fault.FAR, far).marked(Fault.JUMP, jumps)

"""From stretches that fit a shape to potentials with a time and a size, and to units with the measures of their mean."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from myognosis.signals.fasciculation.ear import Ear, Floats
from myognosis.signals.fasciculation.engine import REACH_S, Found
from myognosis.signals.fasciculation.events import Event, Unit
from myognosis.signals.fasciculation.gates import Gate
from myognosis.signals.fasciculation.listen import Heard
from myognosis.signals.fasciculation.shape import centre_of_energy, measure_wave

__all__ = ["Judged", "events_of", "units_of"]

SPREAD_SHARE = 1 / 3
ENOUGH = 4
"""Of so many potentials a mean tells the size: half of the noise of one is left in it."""


@dataclass(frozen=True)
class Judged:
    """A potential, or what only looked like one, with the reason."""

    event: Event
    gate: Gate


def events_of(found: Iterable[Found], means: dict[int, Floats], heard: Heard, ear: Ear, names: tuple[str, ...]) -> list[Judged]:
    """Potentials in order of time. Those of one unit are timed by its mean, so that noise moves none of them against the others.

    Nor does noise make them larger: it adds to what lies between the highest and the lowest sample of each, and hardly to that of
    the mean. Their sizes are brought to that of the mean, where none of them is cut off.
    """
    found = list(found)
    weight = _weight(heard)
    centres = {unit: _centre(mean, weight, ear) for unit, mean in means.items()}
    places = {unit: int(np.argmax(np.ptp(mean, axis=0) * weight)) for unit, mean in means.items()}
    floors = [heard.floor[min(f.sample // ear.block, len(heard.floor) - 1)] for f in found]
    shown = [_shown(f, floor, places) for f, floor in zip(found, floors, strict=True)]
    noisy = {
        unit: _without_noise(
            mean, places[unit], [f for f, c in zip(found, shown, strict=True) if (f.unit, c) == (unit, places[unit])]
        )
        for unit, mean in means.items()
    }
    rows = []
    for f, floor, channel in zip(found, floors, shown, strict=True):
        time_s = (f.sample + centres.get(f.unit, f.centre)) / ear.rate_hz
        size = float(f.sizes[channel])
        snr = size / float(floor[channel])
        event = Event(time_s, size * noisy.get(f.unit, 1.0), snr, names[channel], f.unit, bool(f.cut[channel]))
        rows.append(Judged(event, f.gate))
    return sorted(rows, key=lambda row: (row.event.time_s, row.event.unit))


def _shown(f: Found, floor: Floats, places: dict[int, int]) -> int:
    """The channel that shows a potential: that of its unit, or the best of the others while that one is not heard."""
    usual = places.get(f.unit, -1)
    return usual if usual >= 0 and np.isfinite(floor[usual]) else int(np.argmax(f.sizes / floor))


def _without_noise(mean: Floats, place: int, found: list[Found]) -> float:
    """The size of the mean of a unit over the usual size of its potentials; 1 where it cannot be told."""
    sizes = [float(f.sizes[place]) for f in found if f.gate is Gate.NONE]
    if len(sizes) < ENOUGH or any(f.cut[place] for f in found):
        return 1.0
    return min(1.0, float(np.ptp(mean[:, place])) / max(float(np.median(sizes)), 1e-9))


def units_of(means: dict[int, Floats], counts: dict[int, int], heard: Heard, ear: Ear, names: tuple[str, ...]) -> tuple[Unit, ...]:
    """The units with the measures of their mean waves; one that was learned and then met nowhere is kept with none."""
    units, weight = [], _weight(heard)
    for unit in range(max(means, default=-1) + 1):
        mean, n = means.get(unit, np.zeros((2, len(names)), np.float32)), counts.get(unit, 0)
        sizes = np.ptp(mean, axis=0)
        channel = int(np.argmax(sizes * weight))
        noise = float(1 / weight[channel]) / np.sqrt(max(1, n)) if weight[channel] > 0 else 0.0
        wave = measure_wave(mean[:, channel], ear.rate_hz, noise)
        spread = int((sizes >= SPREAD_SHARE * sizes.max()).sum())
        measures = (wave.amplitude_uv, wave.duration_ms, wave.phases, wave.turns)
        units.append(Unit(n, names[channel], *measures, spread, tuple(map(float, sizes)), mean[:, channel], ear.rate_hz))
    return tuple(units)


def _weight(heard: Heard) -> Floats:
    """One over the usual noise of each channel."""
    usual = np.array([np.median(row[np.isfinite(row)]) if np.isfinite(row).any() else np.inf for row in heard.floor.T], np.float32)
    return np.asarray(1 / np.maximum(usual, np.float32(1e-9)))


def _centre(mean: Floats, weight: Floats, ear: Ear) -> float:
    """Where the energy of a mean lies, against the sample that it was cut around."""
    noise = (0.5 / np.maximum(weight, 1e-9)).astype(np.float32)
    return centre_of_energy(mean, noise) - round(REACH_S * ear.rate_hz)

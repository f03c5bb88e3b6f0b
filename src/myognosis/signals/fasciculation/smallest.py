"""The smallest potential that would have been found: made ones are set into the quiet of the recording itself and looked for.

Where a potential could not have been seen, that none was seen says nothing. The one that is set in is as long as the rules say,
with three phases; it passes the filter, the whitening, the threshold and, of few channels, the gate that everything in the
recording passes.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from myognosis.signals.fasciculation.ear import Ear, Floats
from myognosis.signals.fasciculation.engine import Finder
from myognosis.signals.fasciculation.events import Event
from myognosis.signals.fasciculation.gates import Gate, gate_of
from myognosis.signals.fasciculation.listen import Heard
from myognosis.signals.fasciculation.snippets import Snippet

__all__ = ["hardly_larger", "smallest_found"]

_SECONDS, _PLACES = 8, 5
"""So many potentials are set into each of so many quiet seconds."""
_LENGTH = 7.0
"""So many times the width of a bell its second derivative is long, as ``measure_wave`` counts: from 5 % of its size to 5 %."""
_AROUND_S = 0.05
_REACHED = 6
"""Electrodes of a grid that a potential reaches: what reaches fewer is taken for a fault of an electrode."""
_RANGE_UV = (0.1, 1e5)
_HALVINGS = 10


@dataclass(frozen=True, eq=False)
class _Place:
    """A stretch of quiet, and a potential of 1 uV for its middle: on which channels, and once it is whitened."""

    stretch: Snippet
    sizes: Floats
    white: Floats


@dataclass(frozen=True, eq=False)
class _Wave:
    """A potential of 1 uV from peak to peak on one channel (sample, 1): as it comes, filtered, and filtered with time before it."""

    raw: Floats
    filtered: Floats
    before: Floats


def smallest_found(finder: Finder, quiet: npt.NDArray[np.bool_]) -> dict[str, float]:
    """Microvolts from peak to peak on each channel that is heard; of none where no second is quiet.

    Few channels may lie on several muscles, and each has its own size; on a grid a potential is set onto six electrodes, in one
    place after the other, and all have one size.
    """
    seconds = np.flatnonzero(quiet)
    if not len(seconds):
        return {}
    chosen = seconds[np.unique(np.linspace(0, len(seconds) - 1, min(len(seconds), _SECONDS)).astype(int))]
    block = finder.ear.block
    stretches = [finder.loader.load(int(k) * block, (int(k) + 1) * block) for k in chosen]
    heard = np.flatnonzero(np.median([stretch.gain for stretch in stretches], axis=0) > 0)
    wave = _wave(finder.ear, finder.settings.rules.smallest_ms / 1000)
    names = [finder.loader.source.names[int(c)] for c in heard]
    if finder.grid:
        return dict.fromkeys(names, _smallest(finder, wave, list(_places(finder, wave, stretches, _over(heard, len(stretches))))))
    each = [list(_places(finder, wave, stretches, [[int(c)]] * len(stretches))) for c in heard]
    return {name: _smallest(finder, wave, places) for name, places in zip(names, each, strict=True)}


def hardly_larger(events: list[Event], smallest: dict[str, float], heard: Heard, times: float) -> int:
    """How many potentials are not so many times as large, in the band of the engine, as the smallest found on their channel."""
    places = {name: place for place, name in enumerate(heard.quality.names)}
    floors = [heard.floor[int(event.time_s), places[event.channel]] for event in events]
    return sum(
        event.snr * float(floor) < times * smallest.get(event.channel, 0.0) for event, floor in zip(events, floors, strict=True)
    )


def _over(heard: npt.NDArray[np.int_], n: int) -> list[list[int]]:
    """The channels on which a potential lies, in so many places evenly spread over a grid."""
    firsts = np.linspace(0, max(0, len(heard) - _REACHED), n).astype(int)
    return [heard[first : first + _REACHED].tolist() for first in firsts]


def _places(finder: Finder, wave: _Wave, stretches: list[Snippet], channels: list[list[int]]) -> Iterator[_Place]:
    ear = finder.ear
    around = round(_AROUND_S * ear.rate_hz) // ear.step * ear.step
    for stretch, some in zip(stretches, channels, strict=True):
        sizes = np.zeros(len(stretch.gain), np.float32)
        sizes[some] = 1.0
        white = ear.whitened((wave.before * sizes)[:: ear.step] * stretch.gain)
        for middle in np.linspace(around, len(stretch.y) - around - ear.step, _PLACES).astype(int) // ear.step * ear.step:
            samples = slice(middle - around, middle + around)
            frames = slice(samples.start // ear.step, samples.stop // ear.step)
            part = replace(stretch, raw=stretch.raw[samples], y=stretch.y[samples], z=stretch.z[frames])
            yield _Place(part, sizes, white)


def _wave(ear: Ear, length_s: float) -> _Wave:
    around = round(_AROUND_S * ear.rate_hz) // ear.step * ear.step
    past = (len(ear.predict) - 1) * ear.step
    t = np.arange(-around - past, around) / ear.rate_hz / length_s * _LENGTH
    raw = ((1 - t**2) * np.exp(-(t**2) / 2)).astype(np.float32)[:, None]
    filtered = ear.zero_phase(raw)
    raw, filtered = raw / np.ptp(filtered), filtered / np.ptp(filtered)
    return _Wave(raw[past:], filtered[past:], filtered)


def _smallest(finder: Finder, wave: _Wave, places: list[_Place]) -> float:
    """The way between a size of which enough are found and one of which fewer are, halved again and again."""
    low, high = np.log(_RANGE_UV)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if _enough(finder, wave, places, float(np.exp(middle))) else (middle, high)
    return float(np.exp(high))


def _enough(finder: Finder, wave: _Wave, places: list[_Place], size_uv: float) -> bool:
    return sum(_is_found(finder, wave, place, size_uv) for place in places) >= finder.settings.rules.smallest_found * len(places)


def _is_found(finder: Finder, wave: _Wave, place: _Place, size_uv: float) -> bool:
    """Whether a potential of this size stands out and passes the gate."""
    ear, here, sizes = finder.ear, place.stretch, size_uv * place.sizes
    z = here.z + np.float32(size_uv) * place.white
    level = finder.loader.loudness(here, z)
    middle, reach = len(level) // 2, round(0.005 * ear.frame_rate_hz)
    at = middle - reach + int(np.argmax(level[middle - reach : middle + reach + 1]))
    if level[at] <= finder.high:
        return False
    if finder.grid:
        return True
    there = replace(here, raw=here.raw + wave.raw * sizes, y=here.y + wave.filtered * sizes, z=z)
    return gate_of(there, z, at, ear, finder.settings) is Gate.NONE

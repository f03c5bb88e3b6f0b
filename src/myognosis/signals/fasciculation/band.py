"""How much larger potentials would be in all that a file holds: the band in which they are found leaves out what is sharpest."""

import numpy as np
import numpy.typing as npt

from myognosis.signals.fasciculation.ear import filled
from myognosis.signals.fasciculation.engine import REACH_S
from myognosis.signals.fasciculation.events import Event
from myognosis.signals.fasciculation.snippets import without_hum
from myognosis.signals.quality import band_pass
from myognosis.signals.source import Source

__all__ = ["larger_in_all"]

_AROUND_S, _SHIFT_S = 0.1, 0.002
"""What is read to each side, so that a filter has forgotten its beginning; how far a potential is moved to lie on the others."""
_UNITS, _EACH = 4, 24
"""So many units with the most potentials are looked at, and so many potentials of each."""
_MOST_SHARE = 0.45
"""The highest edge of a band, of the samples a second."""

_Floats = npt.NDArray[np.float64]
_Bands = tuple[tuple[float, float], tuple[float, float]]


def larger_in_all(source: Source, events: list[Event], band_hz: tuple[float, float], mains_hz: tuple[float, ...]) -> float:
    """How many times as large as told potentials are up to the highest frequency that the file holds; 1 where they are not larger.

    Told is the size of each in the band. It is held against that of the mean of its unit without the upper edge of the band, on
    which hardly any noise lies, the waves of the mains taken away. It is 1 where no potential is like another, or where the file
    holds no more than the band.
    """
    whole = (band_hz[0], _MOST_SHARE * source.rate_hz)
    units, counts = np.unique([event.unit for event in events if event.unit >= 0], return_counts=True)
    if not len(units) or whole[1] <= band_hz[1]:
        return 1.0
    most = np.argsort(-counts, kind="stable")[:_UNITS]
    ratios = [_ratio(source, [event for event in events if event.unit == unit], (band_hz, whole), mains_hz) for unit in units[most]]
    return max(1.0, float(np.average(ratios, weights=counts[most])))


def _ratio(source: Source, events: list[Event], bands: _Bands, mains_hz: tuple[float, ...]) -> float:
    """The size of the mean of some potentials of a unit, each moved to where it lies on the others in the band."""
    some = [events[k] for k in np.unique(np.linspace(0, len(events) - 1, min(len(events), _EACH)).astype(int))]
    pairs = [_cut(source, event, bands, mains_hz) for event in some]
    reach = round(_SHIFT_S * source.rate_hz)
    mean = pairs[0][0][reach:-reach]
    for _ in range(2):
        firsts = [int(np.argmax(np.correlate(narrow, mean, "valid"))) for narrow, _ in pairs]
        mean = np.mean([narrow[k : k + len(mean)] for k, (narrow, _) in zip(firsts, pairs, strict=True)], axis=0)
    wide = np.mean([one[k : k + len(mean)] for k, (_, one) in zip(firsts, pairs, strict=True)], axis=0)
    return float(np.ptp(wide) / max(np.mean([event.amplitude_uv for event in some]), 1e-12))


def _cut(source: Source, event: Event, bands: _Bands, mains_hz: tuple[float, ...]) -> tuple[_Floats, _Floats]:
    """A potential on its channel, with room to be moved, in both bands."""
    rate, place = source.rate_hz, source.names.index(event.channel)
    around, reach = round(_AROUND_S * rate), round(REACH_S * rate) + round(_SHIFT_S * rate)
    at = round(event.time_s * rate)
    first = max(0, at - around)
    raw = filled(np.array(source.read(first, min(source.n_samples, at + around))[:, place, None], np.float32))
    samples = without_hum(raw, rate, mains_hz)[:, 0].astype(np.float64)
    narrow, wide = (np.pad(band_pass(samples, rate, *band), reach)[at - first : at - first + 2 * reach] for band in bands)
    return narrow, wide

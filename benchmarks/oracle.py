"""What somebody who knows the true shape of every unit would find with the same detector at the same thresholds.

The engine has to learn its shapes from the recording; here they are taken from the potentials without noise, through the filter and
the whitening of that recording. What the oracle misses lies in the noise; what it finds and the engine does not was not learned.
"""

from unittest.mock import patch

import numpy as np

from benchmarks.given import AT_REST
from myognosis.model.recording import Channel
from myognosis.signals.fasciculation import Fasciculations, engine, find_fasciculations
from myognosis.signals.fasciculation.engine import Finder
from myognosis.signals.fasciculation.regions import Regions
from myognosis.signals.fasciculation.snippets import Loader
from myognosis.signals.fasciculation.sorting import Templates, centre_of
from myognosis.signals.source import ChannelSource

__all__ = ["find_with_true_shapes"]

SURE = 10**6
"""Of how many snippets the oracle says that its shapes were made: so many that none is doubted."""


def find_with_true_shapes(
    channels: tuple[Channel, ...], clean: np.ndarray, times_s: np.ndarray, unit: np.ndarray
) -> Fasciculations:
    """The potentials; ``clean`` (channel by sample) holds them without noise, ``times_s`` and ``unit`` say which are whose."""
    silent = tuple(Channel(c.name, c.kind, c.unit, c.rate_hz, row, c.place_mm) for c, row in zip(channels, clean, strict=True))

    def known(finder: Finder, regions: Regions, calm: np.ndarray) -> Templates:
        """The true shapes in place of learned ones."""
        loader = Loader(ChannelSource(silent), finder.ear, finder.loader.heard, finder.settings)
        shapes = [_shape(finder, loader, times_s, unit, one) for one in np.unique(unit)]
        return Templates(np.array(shapes, np.float32), (SURE,) * len(shapes))

    with patch.object(engine, "_learn_all", known):
        return find_fasciculations(channels, AT_REST)


def _shape(finder: Finder, loader: Loader, times_s: np.ndarray, unit: np.ndarray, one: int) -> np.ndarray:
    """The whitened shape of a unit, from that of its potentials which stands farthest from any other."""
    rows = np.flatnonzero(unit == one)
    alone = [np.delete(np.abs(times_s - times_s[row]), row).min(initial=1.0) for row in rows]
    at = round(times_s[rows[int(np.argmax(alone))]] * finder.ear.rate_hz)
    snippet = loader.load(at - finder.ear.block // 16, at + finder.ear.block // 16)
    centre = centre_of(snippet.z, (at - snippet.first) // finder.ear.step, 8)
    first = min(max(0, centre - finder.length // 2), len(snippet.z) - finder.length)
    return snippet.z[first : first + finder.length]

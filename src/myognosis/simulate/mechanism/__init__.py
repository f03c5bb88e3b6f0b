"""What a state of the blood does to a motor axon, run beforehand so that a page can show it at once (``docs/why.md``).

``load_shown()`` reads what ``tools/mechanism.py`` made with ``watch``; reading needs no simulator.
"""

from myognosis.simulate.mechanism.shown import HEALTHY, ION_KEYS, Grid, Shown, Watched, load_shown

__all__ = ["HEALTHY", "ION_KEYS", "Grid", "Shown", "Watched", "load_shown"]

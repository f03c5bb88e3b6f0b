"""The nerve-excitability test: run on an axon as on people, held against 280 of them, fitted (``docs/axon.md``)."""

from myognosis.simulate.excitability.fit import AxonFit, Explanation, explain, fit_axon
from myognosis.simulate.excitability.indices import indices
from myognosis.simulate.excitability.people import norms, points_of, share_within, standings, test_of
from myognosis.simulate.excitability.protocol import run_excitability

__all__ = [
    "AxonFit", "Explanation", "explain", "fit_axon", "indices", "norms", "points_of", "run_excitability", "share_within",
    "standings", "test_of",
]  # fmt: skip

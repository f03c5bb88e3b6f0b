"""The mechanism: from ions and axon to the electrode, so that a twitch can be made, explained and labelled.

``simulate(scenario, seed=...)`` is the whole of it; a scenario is a file (``myognosis.simulate.scenarios``).
"""

from typing import TYPE_CHECKING, Any

__all__ = ["Simulation", "load_scenario", "scenario_names", "simulate"]

_HOMES = {
    "Simulation": "myognosis.simulate.run",
    "simulate": "myognosis.simulate.run",
    "load_scenario": "myognosis.simulate.scenarios",
    "scenario_names": "myognosis.simulate.scenarios",
}

if TYPE_CHECKING:
    from myognosis.simulate.run import Simulation, simulate
    from myognosis.simulate.scenarios import load_scenario, scenario_names


def __getattr__(name: str) -> Any:  # names load their module when first used: SciPy and Numba come with the first simulation
    if name not in _HOMES:
        raise AttributeError(f"module 'myognosis.simulate' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)

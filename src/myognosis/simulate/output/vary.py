"""Numbers of a scenario moved at random, so that no two recordings are of one person."""

from collections.abc import Mapping

import numpy as np

from myognosis.faults import ScenarioError
from myognosis.simulate.chance import stream
from myognosis.simulate.scenarios import Scenario
from myognosis.simulate.settings import Settings, catalogue

__all__ = ["varied"]


def varied(scenario: Scenario, fixed: Mapping[str, float], spread: float, seed: int) -> dict[str, float]:
    """The scenario's own numbers moved by log-normal factors of this spread (SD), within their ranges; those ``fixed`` stay.

    Whole numbers, electrodes, the device and the body's state stay too. A draw that contradicts itself is drawn anew.
    """
    own = {name: row.value for name, row in scenario.parameters.items()} | dict(fixed)
    names = sorted(name for name in {*scenario.parameters, *_ALWAYS} - {*fixed} if _moves(name, own))
    rng = stream(seed, "vary")
    for _ in range(20 if spread > 0 else 0):
        out = {}
        for name in names:
            usual = catalogue()[name]
            moved = own.get(name, usual.value) * np.exp(spread * rng.standard_normal())
            out[name] = float(np.clip(moved, usual.low, usual.high))
        try:
            Settings.of(own | out)
        except ScenarioError:
            continue
        return out
    return {}


def _moves(name: str, own: Mapping[str, float]) -> bool:
    usual = catalogue()[name]
    is_count = usual.unit == "1" and own.get(name, usual.value) == int(own.get(name, usual.value))
    return name in _ALWAYS or not (is_count or name.startswith(("device.", "electrode.", "state.")))


_ALWAYS = ("muscle.fat_mm", "muscle.velocity_m_s", "device.noise_uv", "limb.frequency_hz", "pool.interval_cov")

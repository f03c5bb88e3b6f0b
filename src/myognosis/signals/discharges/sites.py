"""Whether what many units do together moves over a grid of electrodes, or stays where it is.

A cramp is a contraction of a slowly moving part of the fibres (Roeleveld 2000, J Appl Physiol 88:1698), and its units let go one by
one; a contraction on purpose has one drive, and lies under the same electrodes when it rises and when it falls, however slowly.
"""

import numpy as np

from myognosis.signals.discharges.model import DischargeRules, Floats

__all__ = ["place_shift"]


def place_shift(wide: list[Floats], noise_uv: Floats, rate_hz: float, rules: DischargeRules) -> dict[str, float]:
    """``place_shift``: how far the power moves over the electrodes from the first to the last seconds, against second to second.

    ``wide`` holds the band-passed trace (microvolts) of each electrode that sees a discharge, from its first to its last potential.
    The distance of two places is half the summed difference of the electrodes' shares of the power (total variation); from second
    to second it is that of chance. Of fewer electrodes or seconds than the rules ask for nothing is told.
    """
    second = round(rate_hz)
    seconds = len(wide[0]) // second if wide else 0
    if len(wide) < rules.place_electrodes or seconds < rules.place_least_s:
        return {}
    power = np.stack([(row[: seconds * second].reshape(seconds, second) ** 2).mean(axis=1) for row in wide], axis=1)
    power = np.maximum(power - noise_uv**2, 0.0)
    whole = power.sum(axis=1)
    power = power[whole > rules.place_faint * np.quantile(whole, 0.9)]
    if len(power) < rules.place_least_s:
        return {}
    places = power / power.sum(axis=1, keepdims=True)
    edge = min(round(rules.place_edge_s), len(places) // 3)
    chance = float(np.mean(_apart(places[1:], places[:-1])))
    moved = float(_apart(places[:edge].mean(axis=0), places[-edge:].mean(axis=0)))
    return {"place_shift": moved / max(chance, 1e-9)}


def _apart(one: Floats, other: Floats) -> Floats:
    return np.asarray(0.5 * np.abs(one - other).sum(axis=-1))

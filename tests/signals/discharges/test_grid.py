"""Under a grid each unit is read by itself, on the electrode that shows it best."""

from types import SimpleNamespace

import numpy as np
import pytest
from tests.signals.made_needle import AT_REST, criteria

from myognosis.model.recording import Channel
from myognosis.signals.discharges import UNCLASSIFIED, Discharge, Discharges, find_discharges
from myognosis.signals.discharges.grid import settled
from myognosis.signals.fasciculation import find_fasciculations

pytest.importorskip("scipy")
RATE, SECONDS, ELECTRODES = 1024.0, 9, 8


def grid(*units: tuple[float, float, np.ndarray]) -> tuple[Channel, ...]:
    """Noise of 3 uV with units of one shape: where each lies along a row of electrodes, its size, and when it fires."""
    rng = np.random.default_rng(5)
    signal = rng.normal(0, 3, (ELECTRODES, round(SECONDS * RATE)))
    for place, size, times in units:
        off = np.abs(np.arange(ELECTRODES) - place)[:, None]
        t = ((np.arange(28) - 14) / RATE * 1000 - 1.5 * off) / 2
        wave = size * np.exp(-((off / 3) ** 2)) * (1 - t**2) * np.exp(-(t**2) / 2)
        for at in np.round(times * RATE).astype(int):
            signal[:, at - 14 : at + 14] += wave * rng.normal(1, 0.03)
    return tuple(Channel(f"E{k}", "emg", "uV", RATE, row.astype(np.float32)) for k, row in enumerate(signal))


def bursts(first_s: float, apart_s: float) -> np.ndarray:
    starts = np.arange(first_s, SECONDS - 0.5, apart_s)
    return np.asarray((starts[:, None] + np.array([0.0, 0.03, 0.061, 0.09])).ravel())


def find(channels: tuple[Channel, ...]) -> Discharges:
    return find_discharges(channels, criteria(), electrode="surface", negative_up=None)


def test_two_units_in_bursts_are_two_discharges_each_on_the_electrode_that_shows_it_best():
    times = {"E1": bursts(0.5, 0.9), "E6": bursts(0.8, 0.7)}
    found = find(grid((1.0, 60, times["E1"]), (6.0, 25, times["E6"])))
    assert sorted((d.kind, d.channel) for d in found.found) == [("myokymic_discharge", "E1"), ("myokymic_discharge", "E6")]
    assert all(len(d.times_s) > 0.8 * len(times[d.channel]) for d in found.found)


def test_a_unit_of_the_same_shape_three_times_as_large_is_a_unit_of_its_own():
    small, large = np.arange(0.5, 8, 0.5), np.arange(0.8, 8, 0.5)
    found = find_fasciculations(grid((3.0, 20, small), (3.0, 60, large)), AT_REST)
    assert sorted(unit.events for unit in found.units) == [15, 15]


def discharge(kind: str, *times_s: float, **measures: float) -> Discharge:
    return SimpleNamespace(kind=kind, times_s=np.array(times_s), measures=measures)  # type: ignore[return-value]


def test_what_the_grid_cannot_name_is_told_as_one_channel_does_and_nothing_is_told_twice():
    clear, mixed = discharge("fasciculation_potential", 1.0, 2.0), discharge(UNCLASSIFIED, 5.0, 5.1, 5.2, 6.0)
    burst, same = discharge("myokymic_discharge", 5.001, 5.101, 5.201), discharge("doublet_multiplet", 1.001, 2.001)
    assert settled([clear, mixed], [burst, same]) == [clear, burst]
    assert settled([clear, mixed], [discharge(UNCLASSIFIED, 5.0, 5.1, 5.2)]) == [clear, mixed]


def test_of_what_is_no_kind_and_smaller_than_the_noise_on_its_best_electrode_nothing_is_said():
    named, unseen = discharge("fasciculation_potential", 1.0, snr=0.5), discharge(UNCLASSIFIED, 3.0, snr=0.0)
    seen, crowd = discharge(UNCLASSIFIED, 5.0, snr=4.0), discharge(UNCLASSIFIED, 7.0, 7.1)
    assert settled([named, unseen, seen, crowd], []) == [named, seen, crowd]

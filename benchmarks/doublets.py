"""Two potentials of one unit soon after one another: found as two, and single ones not made two.

A unit fires in pairs alone, or in pairs every other time; the second follows after a fixed time (SD 0.3 ms), each of them varies in
size by 5 %. One channel: real shapes in white noise; a grid: computed units. Seeds 9000 on; what makes a pair was chosen on others,
and on the same five real shapes.
"""

from pathlib import Path

import numpy as np

from benchmarks.given import AT_REST
from benchmarks.motor_units import RATE, computed_unit, grid, load, real_units
from benchmarks.reasoning import Row
from myognosis.model.recording import Channel
from myognosis.signals.fasciculation import find_fasciculations

SEEDS, SNR, NOISE_UV = range(9000, 9005), 20, 5.0
GAPS_MS = (4, 5, 8, 12, 20, 40)
NEAR_S = 0.006


def recorded(shape: np.ndarray, gap_s: float, share: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A minute (channel by sample), when the unit fires, and whether it fires twice."""
    signal = rng.normal(0, NOISE_UV, (len(shape), round(60 * RATE)))
    shape = shape / np.ptp(shape, axis=1).max() * SNR * NOISE_UV
    energy = (shape**2).sum(axis=0)
    centre = float(energy @ np.arange(len(energy)) / energy.sum()) / RATE
    times = np.sort(rng.uniform(1, 58, 30))
    times = times[np.diff(times, prepend=-1.0) > 0.3]
    twice = rng.random(len(times)) < share
    for t, pair in zip(times, twice, strict=True):
        for start in (t, t + gap_s + rng.normal(0, 0.0003)) if pair else (t,):
            at = round(start * RATE)
            signal[:, at : at + shape.shape[1]] += shape * rng.normal(1, 0.05)
    return signal, times + centre, twice


def counted(shapes: list[np.ndarray], places: np.ndarray | None, gap_ms: int, share: float) -> np.ndarray:
    """Pairs, those found as two, single potentials, those made two."""
    total = np.zeros(4, int)
    for seed, shape in zip(SEEDS, shapes, strict=True):
        signal, times, twice = recorded(shape, gap_ms / 1000, share, np.random.default_rng([seed, gap_ms, round(100 * share)]))
        where = [None] * len(signal) if places is None else [(float(x), float(y)) for x, y in places]
        rows = zip(signal.astype(np.float32), where, strict=True)
        found = find_fasciculations(
            tuple(Channel(f"{k}", "emg", "uV", RATE, row, place) for k, (row, place) in enumerate(rows)), AT_REST
        )
        at = np.array([event.time_s for event in found.events])
        near = np.array([np.sum((at > t - NEAR_S) & (at < t + gap_ms / 1000 + NEAR_S)) for t in times])
        total += [twice.sum(), (near[twice] >= 2).sum(), (~twice).sum(), (near[~twice] >= 2).sum()]
    return total


def doublets(data: Path) -> list[Row]:
    """Both electrodes, each interval."""
    bipolar = np.diff(load(data)[0], axis=0)
    one = [shape[[np.argmax(np.ptp(shape, axis=1))]] for shape in real_units(bipolar, load(data)[1])]
    places = grid(8, 8)
    many = [computed_unit(places, np.random.default_rng(seed)) for seed in SEEDS]
    rows: list[Row] = []
    for name, shapes, where in (("one channel", one, None), ("64 channels", many, places)):
        for gap in GAPS_MS:
            alone, mixed = (counted(shapes, where, gap, share) for share in (1.0, 0.5))
            measured = f"{alone[1]} of {alone[0]}; {mixed[1]} of {mixed[0]}, {mixed[3]} of {mixed[2]} single ones made two"
            rows.append((f"{name}, {gap} ms: pairs alone; pairs every other time", measured, "all; none made two"))
        once = counted(shapes, where, 10, 0.0)
        rows.append((f"{name}: single potentials alone", f"{once[3]} of {once[2]} made two", "none"))
    return rows

"""Detectors of muscle activity that anybody can install, on the same recordings: NeuroKit2 (MIT) and BioSPPy (BSD).

They are no part of this project. To measure them, put them beside it in an environment that you can throw away::

    pip install neurokit2 biosppy peakutils

(BioSPPy needs peakutils and does not say so). What is not installed is shown as not installed. Both take one channel and look for
when a muscle is contracted, from onset to end. Each runs with its default pipeline on the channel of the grid that shows the
potentials best, and the middle of what it finds is held against the truth.
"""

import time
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

from benchmarks.generate import Made, make
from benchmarks.given import AT_REST
from benchmarks.motor_units import RATE
from benchmarks.reasoning import Row
from benchmarks.scoring import Score, score
from benchmarks.yardstick import threshold_detector
from myognosis.signals.fasciculation import find_fasciculations

__all__ = ["beside_peers"]

Detector = Callable[[np.ndarray], np.ndarray]
WIDE_S = 0.050
"""They smooth over some 50 ms, so that what they find is also held against the truth with this reach."""


def neurokit(trace: np.ndarray) -> np.ndarray:
    """The middles of periods of activity in one channel, in seconds."""
    _, info = import_module("neurokit2").emg_process(trace, sampling_rate=int(RATE))
    return _middles(info["EMG_Onsets"], info["EMG_Offsets"])


def biosppy(trace: np.ndarray) -> np.ndarray:
    """The same; this one gives beginnings and ends in one row."""
    edges = np.asarray(import_module("biosppy.signals.emg").emg(trace, sampling_rate=RATE, show=False)["onsets"])
    return _middles(edges[::2], edges[1::2])


def _middles(first: np.ndarray, last: np.ndarray) -> np.ndarray:
    many = min(len(first), len(last))
    return np.asarray((np.asarray(first[:many], float) + np.asarray(last[:many], float)) / (2 * RATE))


PEERS: dict[str, Detector] = {"neurokit2": neurokit, "biosppy": biosppy}
CELLS = ("A12", "B12", "C12")


def beside_peers(data: Path, seed: int) -> list[Row]:
    """One computed recording of each condition: ours, the yardstick and the peers; the speed is that of all three together."""
    recordings = {cell: make("computed", cell[0], float(cell[1:]), seed, data) for cell in CELLS}
    find_fasciculations(recordings["A12"].channels, AT_REST)
    rows: list[Row] = []
    took = dict.fromkeys(["this engine", "yardstick", *PEERS], 0.0)
    heard = dict(took)
    for cell, made in recordings.items():
        channel = int(np.argmax((made.clean**2).sum(axis=1)))
        runs: dict[str, tuple[Callable[[], np.ndarray], int]] = {
            "this engine": (lambda made=made: _ours(made), 64),  # type: ignore[misc]
            "yardstick": (lambda made=made: threshold_detector(made.signal, RATE), 64),  # type: ignore[misc]
        }
        for name, peer in PEERS.items():
            runs[name] = (lambda peer=peer, row=made.signal[channel]: peer(row.copy()), 1)  # type: ignore[misc]
        for name, (run, channels) in runs.items():
            what = f"{cell}: {name}" + (" (64 channels)" if channels > 1 else f" {_version(name)} (its best channel)")
            if name in PEERS and not _version(name):
                rows.append((f"{cell}: {name}", "not installed", "-"))
                continue
            before = time.process_time()
            found = run()
            took[name] += time.process_time() - before
            heard[name] += channels * made.signal.shape[1] / RATE
            rows.append((what, _figures(made, found), "-"))
    fast = ", ".join(f"{name} {heard[name] / took[name]:,.0f}" for name in took if took[name])
    return [*rows, ("a minute each, times real time for each channel, CPU (ours pays for learning in every minute)", fast, "-")]


def _ours(made: Made) -> np.ndarray:
    return np.array([event.time_s for event in find_fasciculations(made.channels, AT_REST).events], float)


def _figures(made: Made, found: np.ndarray) -> str:
    """Precision and recall; in C outside of the contraction."""
    first, last = made.contraction_s or (np.inf, -np.inf)
    truth, found = (x[(x < first - 2) | (x > last + 2)] for x in (made.times_s, np.asarray(found, float)))
    near, wide = score(truth, found), score(truth, found, WIDE_S)
    return f"{_pair(near)} ({_pair(wide)} within {1000 * WIDE_S:.0f} ms); {len(found)} found, {near.true} there"


def _pair(one: Score) -> str:
    return f"{one.precision:.3f} / {one.recall:.3f}" if one.hits + one.false + one.doubled else "nothing"


def _version(name: str) -> str:
    """Of what is installed; nothing where it is not."""
    try:
        return version(name)
    except PackageNotFoundError:
        return ""

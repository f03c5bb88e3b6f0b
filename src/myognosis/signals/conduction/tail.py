"""What lies beneath a late response: the tail of the M wave, and the mains."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from myognosis.signals.conduction.sweeps import Floats, Sweep
from myognosis.signals.conduction.waveform import baseline
from myognosis.signals.quality import MAD_TO_SD

__all__ = ["Late", "find_mains", "take_tail_off"]

_DECAYS_MS = (2.0, 4.0, 8.0)
"""Time constants of the tail of a motor response, as far as it still falls when F waves come."""
_ROUNDS = 6
_CLEAR_MS = 0.5
"""So long before the stimulus nothing of it is in the trace."""


@dataclass(frozen=True, eq=False)
class Late:
    """A trace from a latency on, and what was recorded before its stimulus, both without tail and mains."""

    samples: Floats
    before: Floats
    rate_hz: float


def find_mains(sweeps: Sequence[Sweep], from_ms: float, until_ms: float, among_hz: tuple[float, ...]) -> float | None:
    """The frequency of the mains, in Hz: of those that can be, the one that leaves least of the traces."""
    if not among_hz:
        return None
    left = [sum(float(np.median(np.abs(take_tail_off(s, from_ms, until_ms, hz).samples))) for s in sweeps) for hz in among_hz]
    return among_hz[int(np.argmin(left))]


def take_tail_off(
    sweep: Sweep, from_ms: float, until_ms: float, mains_hz: float | None, wave_ms: tuple[float, float] | None = None
) -> Late:
    """A trace between two latencies without what a late response stands on.

    The tail is a parabola and three decays, the mains one sine that also runs through what lies before the stimulus. Both are
    fitted by least squares whose weights fall where the trace stands out (Huber 1964, doi 10.1214/aoms/1177703732), and which
    leaves out the latencies ``wave_ms``, where a response was found.
    """
    before, whole = sweep.samples[: sweep.at(-_CLEAR_MS)], sweep.samples[sweep.at(from_ms) : sweep.at(until_ms)]
    part = np.concatenate([before, whole])
    at = np.concatenate([np.arange(len(before)), sweep.at(from_ms) + np.arange(len(whole))])
    ms = (at - sweep.stimulus) * 1000 / sweep.rate_hz
    inside: Floats = np.ones(len(part))
    if wave_ms:
        inside[(ms >= wave_ms[0]) & (ms < wave_ms[1])] = 1e-3
    rest = part - _fit(part, _basis(ms, from_ms, mains_hz), inside, max(baseline(sweep)[1], 1e-3))
    return Late(rest[len(before) :], rest[: len(before)], sweep.rate_hz)


def _basis(ms: Floats, from_ms: float, mains_hz: float | None) -> Floats:
    late, turn = ms >= from_ms, 2 * np.pi * (mains_hz or 0.0) * ms / 1000
    t = np.where(late, ms - from_ms, 0.0)
    x = t / max(float(t[-1]), 1e-9)
    tail = (np.ones(len(ms)), x, x**2, *(np.exp(-t / decay) for decay in _DECAYS_MS))
    mains = (np.sin(turn), np.cos(turn)) if mains_hz else ()
    return np.stack([np.where(late, 0.0, 1.0), *(np.where(late, part, 0.0) for part in tail), *mains], axis=1)


def _fit(part: Floats, basis: Floats, inside: Floats, noise: float) -> Floats:
    weight, fit = inside, part
    for _ in range(_ROUNDS):
        fit = basis @ np.linalg.lstsq(basis * weight[:, None], part * weight, rcond=None)[0]
        off = np.abs(part - fit)
        weight = inside / np.maximum(1.0, off / (1.5 * max(MAD_TO_SD * float(np.median(off)), noise)))
    return fit

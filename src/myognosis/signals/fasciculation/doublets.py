"""A unit that fires in pairs alone is learned as one long shape; here such a shape is taken apart into the unit and its copy.

A shape ``T`` that is a potential ``s`` and its copy ``a s`` some milliseconds later is ``T = s + a s(t - lag)``. For every lag and
every ``a`` the potential is found by least squares. Of a pair it holds about half of the energy and leaves nothing over; of one
potential alone it has to ring, one copy taking back what the copy before made: it holds as much as the shape itself, leaves much
over, or is wider than what it should be a part of.
"""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from myognosis.signals.fasciculation.ear import Floats

__all__ = ["first_of_pair"]

LAGS_S = (0.004, 0.020)
"""From where two potentials on the skin are two, to the longest interval of a doublet (Simpson 1969, quoted in ``rates.py``)."""
SIZES = (0.8, 0.9, 1.0, 1.1, 1.25)
"""How large the second may be against the first."""
PAIR_COSTS = 0.6
"""Between what pairs cost, 0.59 at most, and single potentials, 0.68 at least (24 and 12 templates of made recordings, SNR 20)."""
WIDER = 1.2
"""So many times as wide as the pair its potential may be (SD of the energy in time; pairs: up to 1.12, single ones: from 1.28)."""
LEFT_WEIGHS, RIDGE = 2.0, 0.02
"""What is left over counts so many times; the ridge keeps noise from ringing."""
FINEST_HZ = 2000.0

Doubles = npt.NDArray[np.float64]


def first_of_pair(shape: Floats, length: int, frame_rate_hz: float) -> Floats | None:
    """The potential (so many frames by channel, centred) of which a shape is a pair; None where it is none."""
    times = max(1, round(FINEST_HZ / frame_rate_hz))
    fine = _finer(shape.astype(np.float64), times)
    rate_hz = round(times * frame_rate_hz)
    energy = fine @ fine.T
    cost = np.tensordot(_costs(len(fine), rate_hz), energy, 2) / max(float(np.trace(energy)), 1e-12)
    best = int(np.argmin(cost))
    first = _solved(len(fine), *_copies(rate_hz)[best])[1] @ fine
    if cost[best] > PAIR_COSTS or _middle_and_width(first)[1] > WIDER * _middle_and_width(fine)[1]:
        return None
    return _centred(first[::times], length).astype(np.float32)


def _finer(shape: Doubles, times: int) -> Doubles:
    """So many times as many frames, by Fourier interpolation."""
    if times == 1:
        return shape
    n = len(shape)
    return np.asarray(times * np.fft.irfft(np.fft.rfft(shape, axis=0), times * n, axis=0))


def _copies(rate_hz: int) -> list[tuple[int, float]]:
    """How many frames later the copy may come, and how large it may be."""
    lags = range(int(np.ceil(LAGS_S[0] * rate_hz)), int(LAGS_S[1] * rate_hz) + 1)
    return [(lag, size) for lag in lags for size in SIZES]


@lru_cache(maxsize=4)
def _costs(length: int, rate_hz: int) -> Doubles:
    """For each copy the quadratic form of what a pair costs; what gives the potential is as large and needed for one of them."""
    copies = _copies(rate_hz)
    costs = np.empty((len(copies), length, length))
    for cost, (lag, size) in zip(costs, copies, strict=True):
        pair, solve = _solved(length, lag, size)
        left = pair @ solve - np.eye(length)
        cost[:] = solve.T @ solve + LEFT_WEIGHS * left.T @ left
    return costs


def _solved(length: int, lag: int, size: float) -> tuple[Doubles, Doubles]:
    """The matrix that makes a pair of a potential, and the one that gives the potential of a pair."""
    rows = np.arange(length - lag)
    pair = np.zeros((length, length - lag))
    pair[rows, rows], pair[rows + lag, rows] = 1.0, size
    return pair, np.asarray(np.linalg.solve(pair.T @ pair + RIDGE * np.eye(length - lag), pair.T), np.float64)


def _middle_and_width(wave: Doubles) -> tuple[float, float]:
    """The centre of the energy of a wave in time, and its SD, in frames."""
    energy, frames = np.einsum("tc,tc->t", wave, wave), np.arange(len(wave))
    share = energy / max(float(energy.sum()), 1e-12)
    middle = float(share @ frames)
    return middle, float(np.sqrt(share @ (frames - middle) ** 2))


def _centred(first: Doubles, length: int) -> Doubles:
    """A stretch in the middle of so many frames, the centre of its energy in the middle."""
    start = length + round(_middle_and_width(first)[0]) - length // 2
    return np.asarray(np.pad(first, ((length, length), (0, 0)))[start : start + length])

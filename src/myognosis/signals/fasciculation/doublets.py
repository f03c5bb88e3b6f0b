"""A unit that fires in pairs alone is learned as one long shape; here such a shape is taken apart into the unit and its copy.

A shape ``T`` that is a potential ``s`` and its copy ``a s`` some milliseconds later is ``T = s + a s(t - lag)``. For every lag and
every ``a`` the potential is found by least squares. Of a pair it holds about half of the energy and leaves nothing over; of one
potential alone it has to ring, one copy taking back what the copy before made: it holds as much as the shape itself, leaves much
over, or is wider than what it should be a part of. Where both lie so close that a long potential may look alike, one thing more
tells them apart: no unit keeps the interval of its pairs to a hundredth of a millisecond, and the halves of one potential do.
"""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from myognosis.signals.fasciculation.ear import Floats

__all__ = ["first_of_pair"]

LAGS_S = (0.004, 0.020)
"""From where two potentials on the skin are two, to the longest interval of a doublet (Simpson 1969, quoted in ``rates.py``)."""
CLOSE_S, BY_CHANCE = 0.007, 0.01
"""Of intervals below this the likeliest is looked for; it varies if noise alone makes as much of it so seldom."""
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


def first_of_pair(shape: Floats, length: int, frame_rate_hz: float, snippets: tuple[Floats, float] | None = None) -> Floats | None:
    """The potential (so many frames by channel, centred) of which a shape is a pair; None where it is none.

    ``snippets`` are what the shape is the mean of (snippet, frame, channel), each moved to where it fits the others, and the SD of
    their noise: where they are given, a pair a little closer than the least interval is one if that is seen to vary.
    """
    times = max(1, round(FINEST_HZ / frame_rate_hz))
    fine = _finer(shape.astype(np.float64), times)
    rate_hz = round(times * frame_rate_hz)
    energy = fine @ fine.T
    cost = np.tensordot(_costs(len(fine), rate_hz), energy, 2) / max(float(np.trace(energy)), 1e-12)
    copies, width = _copies(rate_hz), _middle_and_width(fine)[1]
    if snippets is not None:
        close = [copy for copy, its in zip(copies, cost, strict=True) if copy[0] < CLOSE_S * rate_hz and its <= PAIR_COSTS]
        apart = [_moved_apart(fine, times, copy, *snippets) for copy in close]
        likeliest = int(np.argmax([explained for explained, _ in apart])) if apart else 0
        if apart and apart[likeliest][1] and close[likeliest][0] < LAGS_S[0] * rate_hz:
            nearest = _solved(len(fine), *close[likeliest])[1] @ fine
            if _middle_and_width(nearest)[1] <= WIDER * width:
                return _centred(nearest[::times], length).astype(np.float32)
    cost[[lag < LAGS_S[0] * rate_hz for lag, _ in copies]] = np.inf
    best = int(np.argmin(cost))
    first = _solved(len(fine), *copies[best])[1] @ fine
    if cost[best] > PAIR_COSTS or _middle_and_width(first)[1] > WIDER * width:
        return None
    return _centred(first[::times], length).astype(np.float32)


def _moved_apart(fine: Doubles, times: int, copy: tuple[int, float], snippets: Floats, sd: float) -> tuple[float, bool]:
    """How much of the energy of snippets two waves explain that may move, and whether the time between these varies.

    Each snippet is fitted with both waves and their slopes, which tells by how much each is moved (Pouzat 2002, remembered); the
    variance of the difference is held against that of noise of such an SD (chi squared). That the interval varies also tells
    which it is: the waves of another one do not move like those of the snippets.
    """
    from scipy.stats import chi2

    (lag, size), both = copy, np.zeros((2, *fine.shape))
    first = _solved(len(fine), lag, size)[1] @ fine
    both[0, : len(first)], both[1, lag:] = first, size * first
    basis = np.concatenate([both, np.gradient(both, axis=1)])[:, ::times].reshape(4, -1)
    inverse, seen = np.linalg.pinv(basis @ basis.T), snippets.reshape(len(snippets), -1) @ basis.T
    fits, free = seen @ inverse, len(snippets) - 1
    mean, moved = np.median(fits[:, :2], axis=0), fits[:, 2:] / fits[:, :2]
    noise = inverse[2:, 2:] / np.outer(mean, mean)
    expected = sd**2 * float(noise[0, 0] + noise[1, 1] - 2 * noise[0, 1])
    varies = free > 1 and np.var(moved[:, 1] - moved[:, 0], ddof=1) > expected * chi2.ppf(1 - BY_CHANCE, free) / free
    return float(np.sum(seen * fits)), bool(varies)


def _finer(shape: Doubles, times: int) -> Doubles:
    """So many times as many frames, by Fourier interpolation."""
    if times == 1:
        return shape
    n = len(shape)
    return np.asarray(times * np.fft.irfft(np.fft.rfft(shape, axis=0), times * n, axis=0))


def _copies(rate_hz: int) -> list[tuple[int, float]]:
    """How many frames later the copy may come, and how large it may be."""
    lags = range(round(LAGS_S[0] * rate_hz), int(LAGS_S[1] * rate_hz) + 1)
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

"""The loops over samples, compiled. Time runs along the first axis, so that one instruction serves many channels."""

import numpy as np
import numpy.typing as npt
from numba import njit

__all__ = [
    "add_moved",
    "best_pair",
    "convolved",
    "diagonals",
    "dominance",
    "energy_of_most_active",
    "fitting",
    "floor_of",
    "in_common",
    "in_lines",
    "likeliest",
    "middle_over",
    "pieces_of",
    "predicted",
    "ranked",
    "turned",
]

Floats = npt.NDArray[np.float32]
Barred = npt.NDArray[np.bool_]


SQUARE = 8
"""Rows and columns that are turned at once: a line of memory is then read and written while it is near."""


@njit(cache=True)
def turned(x: Floats, out: Floats) -> None:
    """What lies channel after channel, sample after sample: ``x`` is (channel, sample), ``out`` (sample, channel)."""
    channels, n = x.shape
    for t in range(0, n, SQUARE):
        for c in range(0, channels, SQUARE):
            if t + SQUARE <= n and c + SQUARE <= channels:
                for i in range(SQUARE):
                    for j in range(SQUARE):
                        out[t + i, c + j] = x[c + j, t + i]
            else:
                for i in range(t, min(n, t + SQUARE)):
                    for j in range(c, min(channels, c + SQUARE)):
                        out[i, j] = x[j, i]


@njit(cache=True)
def _reached_by(values: Floats, top: np.float32, guess: np.float32) -> np.float32:
    """A value that ``top`` of these reach, or one a hair below where several are alike; from a guess (0 or more).

    The next try lies on a line between what too many and what too few of them reach, in the end halfway between. All of it is of
    one precision: a limit that becomes wider on its way would be compiled twice, and compared with more slowly.
    """
    low, high, middle = np.float32(0.0), np.float32(np.inf), guess
    many, few = np.float32(len(values)), np.float32(0.0)
    for turn in range(80):
        count = np.int32(0)
        for c in range(len(values)):
            count += np.int32(values[c] >= middle)
        if count == top:
            return middle
        if count > top:
            low, many = middle, np.float32(count)
        else:
            high, few = middle, np.float32(count)
        if high == np.inf:
            middle = low * (np.float32(1.0) + STEEP * (many - top) if turn < 4 else np.float32(2.0)) + np.float32(1e-6)
        elif turn < 12:
            middle = low + (high - low) * (many - top) / (many - few)
        else:
            middle = np.float32(0.5) * (low + high)
    return low


STEEP = np.float32(0.02)
"""Noise of 64 channels: by so much of itself a limit has to rise for one fewer to reach it."""


@njit(cache=True, fastmath={"reassoc", "nsz"})
def energy_of_most_active(z: Floats, width: int, stride: int, top: int, energy: Floats) -> Floats:
    """Mean energy of the ``top`` most active channels in windows of ``width`` samples, every ``stride`` samples.

    ``z`` is (sample, channel), of unit noise; it holds ``width - stride`` samples more than the windows begin in.
    ``energy`` is room for one number a channel, which begins where a line of memory does.
    """
    n, channels = z.shape
    windows = (n - width) // stride + 1
    out = np.empty(windows, np.float32)
    limit = np.float32(0.0)
    for k in range(windows):
        energy[:] = 0.0
        for t in range(k * stride, k * stride + width):
            row = z[t]
            for c in range(channels):
                energy[c] += row[c] * row[c]
        limit = _reached_by(energy, np.float32(top), limit)
        total, over = np.float32(0.0), np.int32(0)
        for c in range(channels):
            total += energy[c] if energy[c] >= limit else np.float32(0.0)
            over += np.int32(energy[c] >= limit)
        out[k] = (total - np.float32(over - top) * limit) / np.float32(top * width)
    return out


@njit(cache=True, fastmath={"nnan", "nsz"})
def pieces_of(x: Floats, length: int) -> tuple[Floats, Floats, Floats]:
    """Of (sample, channel): the sum over each piece of so many samples, and over what is left; the least and the greatest sample.

    Where a sample is missing the sums tell, and the extremes are of little use. A piece is folded in four, so that what was found
    so far is fetched seldom.
    """
    n, channels = x.shape
    pieces, fold, flat = n // length, length // 4 * channels, x.ravel()
    sums, both = np.zeros((pieces + 1, channels), np.float32), np.empty(fold, np.float32)
    low, high = np.full(max(fold, channels), np.inf, np.float32), np.full(max(fold, channels), -np.inf, np.float32)
    for k in range(pieces + 1):
        begin, end, total = k * length * channels, min((k + 1) * length, n) * channels, sums[k]
        if k < pieces:
            a, b, d, e = flat[begin:], flat[begin + fold :], flat[begin + 2 * fold :], flat[begin + 3 * fold :]
            for t in range(fold):
                both[t] = (a[t] + b[t]) + (d[t] + e[t])
                low[t] = min(low[t], min(min(a[t], b[t]), min(d[t], e[t])))
                high[t] = max(high[t], max(max(a[t], b[t]), max(d[t], e[t])))
            for row in range(0, fold, channels):
                for c in range(channels):
                    total[c] += both[row + c]
            begin += 4 * fold
        for row in range(begin, end, channels):
            for c in range(channels):
                total[c] += flat[row + c]
                low[c], high[c] = min(low[c], flat[row + c]), max(high[c], flat[row + c])
    for row in range(channels, fold, channels):
        for c in range(channels):
            low[c], high[c] = min(low[c], low[row + c]), max(high[c], high[row + c])
    return sums, low[:channels], high[:channels]


@njit(cache=True)
def floor_of(noise: Floats, usable: npt.NDArray[np.bool_], share: float, out: Floats) -> None:
    """Of the seconds that can be judged the one that such a share of the others lies under, on each channel; infinite where none.

    ``noise`` and ``usable`` are (second, channel).
    """
    seconds, channels = noise.shape
    order, known = np.empty((1, seconds, channels), np.float32), np.zeros(channels, np.int64)
    for k in range(seconds):
        for c in range(channels):
            here = usable[k, c] and np.isfinite(noise[k, c])
            order[0, k, c] = noise[k, c] if here else np.float32(np.inf)
            known[c] += here
    ranked(order)
    for c in range(channels):
        value = order[0, max(0, round(share * (known[c] - 1))), c]
        out[c] = value if value > 0 else np.float32(np.inf)


@njit(cache=True)
def ranked(values: Floats) -> None:
    """The columns of each table in order, in place: neighbours change places row against row (``values`` is (table, row, column)).

    For a few rows of many columns this is ten times as fast as to sort one column after another.
    """
    tables, rows, columns = values.shape
    for k in range(tables):
        for turn in range(rows):
            for i in range(turn % 2, rows - 1, 2):
                above, below = values[k, i], values[k, i + 1]
                for c in range(columns):
                    one, other = above[c], below[c]
                    above[c] = min(one, other)
                    below[c] = max(one, other)


@njit(cache=True)
def in_lines(frames: Floats, floors: Floats, second: int, out: Floats) -> None:
    """Frames of a second over its floor, one over which runs in straight lines between the middles of seconds.

    ``floors`` is (second, channel); where one is infinite nothing was heard, and nothing is told.
    """
    n, channels = frames.shape
    gains = np.empty((3, channels), np.float32)
    for k in range(3):
        for c in range(channels):
            gains[k, c] = 1 / floors[min(max(second + k - 1, 0), len(floors) - 1), c] if floors[second, c] < np.inf else 0.0
    for t in range(n):
        at = np.float32((t + 0.5) / n - 0.5)
        first = 0 if t < n // 2 else 1
        for c in range(channels):
            out[t, c] = frames[t, c] * (gains[1, c] + at * (gains[first + 1, c] - gains[first, c]))


@njit(cache=True, fastmath={"contract"})
def predicted(z: Floats, weights: Floats, out: Floats) -> None:
    """The weighted sum of each row and those before it; the first few, which have no past, are lost."""
    past, channels = len(weights) - 1, z.shape[1]
    whole, sums = z.ravel(), out.ravel()
    for begin in range(0, len(z) * channels - past * channels, NEAR):
        row = sums[begin : begin + min(NEAR, len(z) * channels - past * channels - begin)]
        row[:] = 0.0
        for k in range(past + 1):
            weight, seen = weights[past - k], whole[begin + k * channels :]
            for i in range(len(row)):
                row[i] += weight * seen[i]


NEAR = 1024
"""Numbers that are summed up at once, so that they stay in the nearest memory."""


@njit(cache=True, fastmath={"contract"})
def convolved(parts: Floats, courses: Floats) -> Floats:
    """The fit of each template at each frame: the sum over its patterns of their courses against what they see.

    ``parts`` is (template, pattern, frame), ``courses`` (template, pattern, lag); the result (template, frame). Lags are taken
    five by five, so that what was summed so far is fetched more seldom.
    """
    templates, patterns, lags = courses.shape
    n = parts.shape[2] - lags + 1
    out = np.zeros((templates, n), np.float32)
    for k in range(templates):
        row = out[k]
        for r in range(patterns):
            seen, course = parts[k, r], courses[k, r]
            for five in range(lags // 5):
                lag = 5 * five
                a, b, c, d, e = course[lag], course[lag + 1], course[lag + 2], course[lag + 3], course[lag + 4]
                s, u, v, w, x = seen[lag:], seen[lag + 1 :], seen[lag + 2 :], seen[lag + 3 :], seen[lag + 4 :]
                for t in range(n):
                    row[t] += a * s[t] + b * u[t] + c * v[t] + (d * w[t] + e * x[t])
            for lag in range(lags // 5 * 5, lags):
                weight, s = course[lag], seen[lag:]
                for t in range(n):
                    row[t] += weight * s[t]
    return out


@njit(cache=True)
def diagonals(products: Floats) -> Floats:
    """The fit of each template at each frame: the sum over its lags of what each sees that much later.

    ``products`` is (template, lag, frame); the result (template, frame).
    """
    templates, lags, n = products.shape
    out = np.zeros((templates, n - lags + 1), np.float32)
    for k in range(templates):
        row = out[k]
        for lag in range(lags):
            seen = products[k, lag]
            for t in range(len(row)):
                row[t] += seen[t + lag]
    return out


@njit(cache=True)
def fitting(fits: Floats, low: Floats, high: Floats) -> npt.NDArray[np.bool_]:
    """The frames at which any template fits between its limits; ``fits`` is (template, frame)."""
    out = np.zeros(fits.shape[1], np.bool_)
    for k in range(len(fits)):
        row, least, most = fits[k], low[k], high[k]
        for t in range(len(row)):
            out[t] |= (row[t] > least) & (row[t] < most)
    return out


@njit(cache=True)
def likeliest(
    fits: Floats,
    norms: Floats,
    least: Floats,
    barred: npt.NDArray[np.bool_],
    scale: tuple[np.float32, np.float32],
    varies: np.float32,
) -> tuple[int, int]:
    """The template and the frame that are likeliest of all that fit in a size of their own and are not barred; else -1.

    How much likelier a template is than noise alone, if its size varies from time to time by a share, is twice the logarithm:
    shapes that differ in little but their size fit equally well, and are told apart by it.
    """
    best, template, frame = np.float32(0.0), -1, -1
    for k in range(len(fits)):
        own = norms[k]
        width = np.float32(1.0) + (varies * own) * (varies * own)
        for t in range(fits.shape[1]):
            fit = fits[k, t]
            if fit > least[k] and fit / own > scale[0] and fit / own < scale[1] and not barred[k, t]:
                likely = fit * fit - (fit - own) * (fit - own) / width
                if likely > best:
                    best, template, frame = likely, k, t
    return template, frame


@njit(cache=True, error_model="numpy")
def best_pair(
    fits: Floats,
    like: Floats,
    k: int,
    near: int,
    until: int,
    norms: Floats,
    least: Floats,
    scale: tuple[np.float32, np.float32],
    apart: np.float32,
) -> tuple[np.float32, int, int, int, np.float32, np.float32]:
    """Two potentials that together explain most: of template ``k`` from frame ``near`` to before ``until``, and any other.

    ``like`` (template, frame) is the correlation with the first of each that begins so many frames less a length later. What they
    explain (0 where none may be), the frame of the first, the other and its frame, and both sizes.
    """
    length, most, best = like.shape[1] // 2, np.float32(0.0), (near, 0, 0)
    sizes = (np.float32(0.0), np.float32(0.0))
    for place in range(near, until):
        f = fits[k, place]
        for j in range(len(fits)):
            for at in range(max(0, place - length), min(fits.shape[1], place + length + 1)):
                c, g = like[j, at - place + length], fits[j, at]
                rest = np.float32(1.0) - c * c
                one, other = (f - c * g) / rest, (g - c * f) / rest
                explained = (f * f + g * g - np.float32(2.0) * c * f * g) / rest
                if explained > most and rest > apart and one > least[k] and other > least[j]:
                    inside = scale[0] * norms[k] < one < scale[1] * norms[k]
                    if inside and scale[0] * norms[j] < other < scale[1] * norms[j]:
                        most, best, sizes = explained, (place, j, at), (one, other)
    return most, best[0], best[1], best[2], sizes[0], sizes[1]


@njit(cache=True, fastmath={"reassoc", "nsz"})
def add_moved(window: Floats, most: int, total: npt.NDArray[np.float64]) -> None:
    """A window (sample by channel) added to a total, moved round by up to so many samples to where it fits best."""
    n, channels = window.shape
    best, move = -np.inf, 0
    for shift in range(-most, most + 1):
        fit = 0.0
        for t in range(n):
            seen, there = window[(t - shift) % n], total[t]
            for c in range(channels):
                fit += seen[c] * there[c]
        if fit > best:
            best, move = fit, shift
    for t in range(n):
        seen, there = window[(t - move) % n], total[t]
        for c in range(channels):
            there[c] += seen[c]


@njit(cache=True, fastmath={"reassoc", "nsz"})
def dominance(z: Floats) -> float:
    """How much of the energy above the noise one channel holds (``gates.dominance_of``)."""
    energy = np.zeros(z.shape[1])
    for t in range(len(z)):
        row = z[t]
        for c in range(len(row)):
            energy[c] += row[c] * row[c]
    energy.sort()
    n, whole = len(energy), 0.0
    middle = (energy[(n - 1) // 2] + energy[n // 2]) / 2
    for c in range(n):
        whole += energy[c] - middle
    largest = energy[n - 1] - middle
    return 0.0 if whole < largest / 2 else (largest - (middle - energy[0])) / max(whole, 1e-12)


@njit(cache=True, fastmath={"reassoc", "nsz"})
def in_common(wave: Floats) -> tuple[float, float]:
    """The energy of a wave (sample by channel) that all channels have in common, and all of it."""
    common, whole = 0.0, 0.0
    for t in range(len(wave)):
        row, total, squares = wave[t], np.float32(0.0), np.float32(0.0)
        for c in range(len(row)):
            total += row[c]
            squares += row[c] * row[c]
        common += float(total) * float(total)
        whole += float(squares)
    return common / max(1, wave.shape[1]), whole


@njit(cache=True, fastmath={"reassoc", "nsz"})
def middle_over(window: Floats, noise: Floats) -> float:
    """The centre of the energy of all channels over twice their noise, in samples; where that is infinite nothing is over it."""
    whole, moment = 0.0, 0.0
    for t in range(len(window)):
        row, energy = window[t], np.float32(0.0)
        for c in range(len(row)):
            energy += max(row[c] * row[c] - np.float32(4.0) * noise[c] * noise[c], np.float32(0.0))
        whole += float(energy) + 1e-9
        moment += t * (float(energy) + 1e-9)
    return moment / whole

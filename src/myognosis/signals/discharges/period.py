"""A train so fast that its potentials run into each other: found by its period instead of by its single potentials."""

import numpy as np

from myognosis.signals.discharges.model import Floats, SeriesRules
from myognosis.signals.potentials.firings import Trace

__all__ = ["follow_period"]

WINDOW_S = 0.080
"""What is held against itself: two of the longest periods."""


def follow_period(trace: Trace, first_s: float, last_s: float, series: SeriesRules) -> Floats | None:
    """The times of the potentials of a stretch that repeats itself, in seconds; None where it does not.

    The period of each window of 80 ms is the first lag whose autocorrelation comes near to the highest one (so that no multiple
    of the period is taken); from one potential to the next the best match near that period is followed.
    """
    rate = trace.rate_hz
    first, last, n = round(first_s * rate), round(last_s * rate), round(WINDOW_S * rate)
    starts = np.arange(max(first - n // 4, 0), min(last, len(trace.wide) - n), n // 2)
    loud = np.array([trace.wide[s : s + n].std() for s in starts])
    if not len(starts) or not loud.max():
        return None
    found = [_period(trace.wide[s : s + n], rate, series) for s in starts]
    active = loud > series.active * loud.max()
    if np.median(np.array([peak for _, peak in found])[active]) < series.periodic:
        return None
    times: list[float] = []
    for run in np.split(np.flatnonzero(active), np.flatnonzero(np.diff(np.flatnonzero(active)) > 1) + 1):
        lags = np.array([found[i][0] for i in run])
        times += _follow(
            trace.wide,
            int(starts[run[0]]),
            int(starts[run[-1]]) + n,
            np.asarray(starts[run] + n / 2, np.float64),
            lags,
            3 * trace.noise_uv,
        )
    found_at = np.sort(np.array(times))
    found_at = found_at[np.append(True, np.diff(found_at) > series.shortest_s * rate / 2)] if len(times) else found_at
    return found_at / rate if len(found_at) >= 5 else None


def _period(window: Floats, rate: float, series: SeriesRules) -> tuple[int, float]:
    """The period of a window in samples, and how well it repeats itself."""
    low, high = round(series.shortest_s * rate), min(round(series.longest_s * rate), len(window) // 2)
    level = window - window.mean()
    likes = np.zeros(high + 2)
    for lag in range(low - 1, high + 1):
        a, b = level[lag:], level[:-lag]
        likes[lag] = a @ b / np.sqrt((a @ a) * (b @ b) + 1e-12)
    crest = [k for k in range(low, high) if likes[k] >= likes[k - 1] and likes[k] >= likes[k + 1] and likes[k] > 0]
    if not crest:
        return high, 0.0
    best = max(likes[k] for k in crest)
    lag = next(k for k in crest if likes[k] >= 0.85 * best)
    return lag, float(best)


def _follow(wide: Floats, first: int, last: int, middles: Floats, lags: Floats, least: float) -> list[float]:
    """From the largest potential of a stretch to both sides, one period after the other, until nothing is left."""
    top = first + int(np.argmax(np.abs(wide[first:last])))
    out = [float(top)]
    for way in (1, -1):
        at = top
        while True:
            period = float(np.interp(at, middles, lags))
            half = max(3, round(0.4 * period))
            near = np.arange(at + way * round(1.25 * period), at + way * round(0.75 * period), -way)
            near = near[(near - half >= first) & (near + half < last)]
            if at - half < 0 or at + half >= len(wide) or not len(near):
                break
            template = wide[at - half : at + half + 1]
            parts = wide[near[:, None] + np.arange(-half, half + 1)]
            likes = parts @ template / (np.linalg.norm(parts, axis=1) + 1e-9)
            at = int(near[np.argmax(likes)])
            if np.abs(wide[at - half : at + half + 1]).max() < least or likes.max() < 0.3 * np.linalg.norm(template):
                break
            out.append(float(at))
    return sorted(out)

"""What several muscles do in a jerk: which is first, how fast it spreads, together or in turn; and what its length speaks for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from myognosis.model.recording import Measurement
from myognosis.signals.intervals import Estimate, estimate_of, median_of, spread_of
from myognosis.signals.jerks.bursts import Jerks
from myognosis.signals.jerks.criteria import DurationClass, JerkCriteria
from myognosis.signals.jerks.level import Floats

__all__ = ["MuscleOrder", "Together", "classify_duration", "judge_together", "order_muscles"]

_COPIES = 400
"""Draws of jerks, for the interval of a speed."""


def classify_duration(duration: Measurement | None, criteria: JerkCriteria) -> tuple[DurationClass, ...]:
    """The kinds of jerk whose published burst lengths the whole interval fits; none where too few bursts were seen."""
    length = estimate_of(duration)
    if length is None:
        return ()
    return tuple(kind for kind in criteria.durations if kind.low_ms <= length.low and length.high <= kind.high_ms)


@dataclass(frozen=True, eq=False)
class MuscleOrder:
    """When each muscle begins after the first one, in how many jerks, and how fast the jerk spreads if paths were given.

    ``jerks`` holds the onsets (s) of each jerk by muscle, not a number where a muscle took no part.
    """

    muscles: tuple[str, ...]
    jerks: Floats
    latencies: Mapping[str, Estimate]
    counts: Mapping[str, int]
    measurements: tuple[Measurement, ...]


def order_muscles(
    muscles: Sequence[Jerks],
    criteria: JerkCriteria,
    *,
    path_mm: Mapping[str, float] | None = None,
    peripheral_ms: Mapping[str, float] | None = None,
) -> MuscleOrder:
    """Which muscle begins when: the latency of each after the one that begins first, over the jerks that hold both.

    Parameters
    ----------
    muscles
        The bursts of each muscle of one recording.
    criteria
        How near to each other bursts of different muscles are one jerk.
    path_mm
        How far along the cord the segment of each muscle lies from that of any one of them (down is positive).
    peripheral_ms
        What the nerve takes from the cord to each muscle; it is taken off, so that the speed is that in the cord.
    """
    names = tuple(one.muscle for one in muscles)
    jerks = _group(muscles, criteria.same_jerk_s)
    if not len(jerks):
        return MuscleOrder(names, jerks, {}, {}, ())
    off = np.array([(peripheral_ms or {}).get(name, 0.0) for name in names]) / 1000
    begun = jerks - off
    first = int(
        np.argmin(
            [np.nanmedian(begun[:, i] - np.nanmin(begun, axis=1)) if _any(begun[:, i]) else np.inf for i in range(len(names))]
        )
    )
    latencies, counts = {}, {}
    for i, name in enumerate(names):
        late = 1000 * (begun[:, i] - begun[:, first])
        late = late[np.isfinite(late)]
        counts[name] = len(late)
        if len(late):
            latencies[name] = median_of(late)
    seconds = min(one.seconds for one in muscles)
    rows = [
        _row("jerk_latency", e, "ms", f"after {names[first]}, median of {counts[name]}", seconds, name)
        for name, e in latencies.items()
    ]
    speed = _speed(begun, np.array([path_mm[name] for name in names])) if path_mm else None
    if speed is not None:
        rows.append(_row("jerk_spread_speed", speed, "m/s", "path over latency, least squares; bootstrap over jerks", seconds, ""))
    return MuscleOrder(names, jerks, latencies, counts, tuple(rows))


def _any(values: Floats) -> bool:
    return bool(np.isfinite(values).any())


def _group(muscles: Sequence[Jerks], within_s: float) -> Floats:
    """Onsets by jerk and muscle: all that begins so soon after the first burst; the first of each muscle counts."""
    onsets = sorted((float(at), i) for i, one in enumerate(muscles) for at in one.onsets_s)
    rows: list[Floats] = []
    start = -np.inf
    for at, i in onsets:
        if at - start > within_s:
            start = at
            rows.append(np.full(len(muscles), np.nan))
        if not np.isfinite(rows[-1][i]):
            rows[-1][i] = at
    return np.array(rows) if rows else np.zeros((0, len(muscles)))


def _speed(begun: Floats, path_mm: Floats) -> Estimate | None:
    """The speed of spread; none where the latency does not surely change along the path.

    Within each jerk the muscle furthest up and each other give path and time; the slope of time on path is the slowness.
    """
    with np.errstate(invalid="ignore"):
        time = 1000 * (begun - np.nanmean(begun, axis=1, keepdims=True))
    path = np.where(np.isfinite(begun), path_mm, np.nan)
    path = path - np.nanmean(path, axis=1, keepdims=True)
    over, under = np.nansum(path * time, axis=1), np.nansum(path**2, axis=1)
    if not under.sum() > 0:
        return None
    rng = np.random.default_rng(20240504)
    draws = rng.integers(0, len(over), (_COPIES, len(over)))
    slopes = over[draws].sum(axis=1) / np.maximum(under[draws].sum(axis=1), 1e-9)
    low, high = np.percentile(slopes, [2.5, 97.5])
    if low <= 0 <= high:
        return None
    ends = sorted((1 / float(low), 1 / float(high)))
    return Estimate(float(under.sum() / over.sum()), ends[0], ends[1])


@dataclass(frozen=True)
class Together:
    """How two muscles go: together, in turn, or without relation; and the share of their active time that is common to both."""

    verdict: Literal["together", "in_turn", "unrelated", "open"]
    overlap: float
    by_chance: float
    p: float


def judge_together(one: Jerks, other: Jerks, criteria: JerkCriteria, *, alpha: float = 0.01) -> Together:
    """Whether bursts of two muscles come together more, or less, often than chance lets.

    Of the time in which either is active, the share in which both are, against the same share after the second was moved as a
    whole by 999 random times. The shifts keep the rhythm of both: of two clocks that never waver nothing can be said.
    """
    if min(len(one.bursts), len(other.bursts)) < criteria.min_bursts:
        return Together("open", float("nan"), float("nan"), 1.0)
    mine, theirs = _active(one, other)
    seen = _common(mine, theirs)
    rng = np.random.default_rng(20240505)
    moved = [_common(mine, np.roll(theirs, shift)) for shift in rng.integers(1, len(mine), 999)]
    more = (1 + sum(m >= seen for m in moved)) / 1000
    less = (1 + sum(m <= seen for m in moved)) / 1000
    p = min(1.0, 2 * min(more, less))
    verdict: Literal["together", "in_turn", "unrelated"] = "unrelated"
    if p < alpha:
        verdict = "together" if more < less else "in_turn"
    return Together(verdict, seen, float(np.mean(moved)), p)


def _active(*muscles: Jerks) -> list[npt.NDArray[np.bool_]]:
    """Where each muscle is active, in steps of 2 ms."""
    length = round(500 * (max(one.bursts[-1].onset_s for one in muscles) + 1.0))
    out = [np.zeros(length, np.bool_) for _ in muscles]
    for mask, one in zip(out, muscles, strict=True):
        for burst in one.bursts:
            mask[round(500 * burst.onset_s) : round(500 * burst.onset_s + burst.duration_ms / 2)] = True
    return out


def _common(one: npt.NDArray[np.bool_], other: npt.NDArray[np.bool_]) -> float:
    return float((one & other).sum() / (one | other).sum())


def _row(name: str, estimate: Estimate, unit: str, method: str, seconds: float, channel: str) -> Measurement:
    return Measurement(
        name=name, value=estimate.value, low=estimate.low, high=estimate.high, unit=unit, method=method, source="david2003",
        seconds=seconds, channel=channel, spread=spread_of(estimate),
    )  # fmt: skip

"""What is measured of a discharge: rates, regularity, how size and rate change, bursts, shape. Names end in their unit.

The coefficient of variation of intervals is taken from neighbours (the mean absolute difference of consecutive intervals over
their mean, times sqrt(pi)/2, which equals SD over mean for independent normal intervals), so that a slow change of rate is not
taken for irregularity.
"""

import numpy as np

from myognosis.signals.discharges.model import DischargeRules, Floats
from myognosis.signals.discharges.series import Candidate
from myognosis.signals.potentials.firings import Trace
from myognosis.signals.potentials.shape import count_turns, measure_potential
from myognosis.signals.quality import MAD_TO_SD

__all__ = ["Shape", "company", "measure", "regularity", "shape_of"]

SMOOTH = 5
BEFORE_S, AFTER_S = 0.012, 0.030
SIZE_S = 0.004
TURN_SHARE = 0.1


class Shape:
    """The median potential of a candidate, the size of each, and where the waveform starts from the trigger."""

    def __init__(self, candidate: Candidate, trace: Trace) -> None:
        self.start_s = -BEFORE_S
        at = np.round(candidate.times * trace.rate_hz).astype(int)
        before, after = round(BEFORE_S * trace.rate_hz), round(AFTER_S * trace.rate_hz)
        padded = np.pad(trace.wide, (before, after))
        chosen = at[:: max(1, len(at) // 200)]
        alone = chosen[_alone(chosen, at, before + after)] if candidate.units == 1 else chosen
        used = alone if len(alone) >= 3 or len(alone) == len(chosen) else chosen
        self.waveform = np.median(padded[used[:, None] + np.arange(before + after + 1)], axis=0)
        self.noise = trace.noise_uv * (1.25 / np.sqrt(len(used)) if len(used) > 2 else 1.0)
        self.trigger = before
        gaps = np.diff(at)
        half = int(np.median(gaps)) // 2 + 1 if len(gaps) else before
        reach = min(max(half, round(trace.scale.apart_s * trace.rate_hz)), round(SIZE_S * trace.rate_hz))
        self.sizes: Floats = np.ptp(padded[at[:, None] + before + np.arange(-reach, reach + 1)], axis=1)


def _alone(chosen: Floats, every: Floats, reach: int) -> Floats:
    """Firings whose neighbours are farther away than the waveform is long."""
    place = np.searchsorted(every, chosen)
    padded = np.concatenate([[-(10**12)], every, [10**12]])
    return np.asarray((chosen - padded[place] > reach) & (padded[np.minimum(place + 2, len(padded) - 1)] - chosen > reach))


def shape_of(candidate: Candidate, trace: Trace) -> Shape:
    """The median potential of a candidate."""
    return Shape(candidate, trace)


def measure(candidate: Candidate, shape: Shape, trace: Trace, rules: DischargeRules) -> dict[str, float]:
    """Every measure that this discharge allows; one that it does not is left out."""
    times, groups = candidate.times, candidate.groups
    bursts = [(a, b) for a, b in groups if b > a]
    found = {
        "bursts": float(len(bursts)), "potentials": float(len(times)), "length_s": float(times[-1] - times[0]),
        "units": float(candidate.units),
    }  # fmt: skip
    if candidate.units == 1:
        found |= _shape(candidate, shape, trace)
    if bursts:
        gaps = np.concatenate([np.diff(times[a : b + 1]) for a, b in bursts])
        found |= _bursts(times, list(groups), bursts)
    else:
        gaps = np.diff(times)
    near, close = np.diff(times) <= rules.pair_s, np.diff(times) <= rules.continual_s
    found["pair_share"] = float((np.append(near, False) | np.append(False, near)).mean())
    found["continual_share"] = float((np.append(close, False) & np.append(False, close)).mean())
    if len(gaps):
        found["rate_hz"] = float(1 / max(np.median(gaps), 1e-4))
        found["shortest_interval_ms"] = float(1000 * gaps.min())
    if len(gaps) >= rules.intervals and len(bursts) <= 1:
        found |= regularity(gaps)
    if len(bursts) == 1 and len(groups) == 1 and len(times) >= 10:
        found |= _contour(times, shape.sizes, gaps)
        found |= _course(times, trace, rules.edge_s, candidate.beneath)
    return found


def _shape(candidate: Candidate, shape: Shape, trace: Trace) -> dict[str, float]:
    """Shape of the median potential, cut where the next one begins."""
    gaps = np.diff(candidate.times)
    room = float(np.median(gaps)) if len(gaps) else 1.0
    wave, trigger = shape.waveform, shape.trigger
    if room < BEFORE_S + AFTER_S:
        first, last = trigger - round(min(room / 2, BEFORE_S) * trace.rate_hz), trigger + round(room / 2 * trace.rate_hz)
        wave, trigger = wave[first : last + 1], trigger - first
    potential = measure_potential(wave, trace.rate_hz, shape.noise, trigger)
    return {
        "amplitude_uv": potential.amplitude_uv, "duration_ms": potential.duration_ms, "phases": float(potential.phases),
        "turns": float(count_turns(wave, max(TURN_SHARE * potential.amplitude_uv, 4 * shape.noise))),
        "first_share": potential.first_share, "tail_ratio": potential.tail_ratio,
        "snr": potential.amplitude_uv / trace.noise_uv, "first_negative": float(potential.first_negative),
    }  # fmt: skip


def _bursts(times: Floats, groups: list[tuple[int, int]], bursts: list[tuple[int, int]]) -> dict[str, float]:
    sizes = np.array([b - a + 1 for a, b in bursts])
    found = {
        "potentials_per_burst": float(np.median(sizes)),
        "burst_length_ms": float(1000 * np.median([times[b] - times[a] for a, b in bursts])),
        "burst_share": float(sum(sizes) / len(times)),
    }
    starts = np.array([times[a] for a, _ in groups])
    if len(starts) >= 3:
        apart = np.diff(starts)
        found["recurrence_hz"] = float(1 / np.median(apart))
        found["recurrence_cov"] = float(np.std(apart) / np.mean(apart))
        middle = float(np.median(apart))
        found["recurrence_cov_robust"] = MAD_TO_SD * float(np.median(np.abs(apart - middle))) / middle
    return found


def company(candidate: Candidate, every: Floats, beside_s: float) -> dict[str, float]:
    """``company``: how many potentials of other sources fire in its bursts for each of its own, beyond what chance gives.

    ``every`` are the firings of all sources; what fires within ``beside_s`` of a burst fires with it. A myokymic burst is of one
    unit, and others have nothing to do with it; the bursts of a tremor are of many units that one drive makes fire together.
    """
    times = candidate.times
    bursts = np.array([(times[a] - beside_s, times[b] + beside_s, b - a + 1) for a, b in candidate.groups if b > a])
    if candidate.units != 1 or not len(bursts):
        return {}
    first, last, own = bursts[:, 0], bursts[:, 1], float(bursts[:, 2].sum())
    inside = float((np.searchsorted(every, last, "right") - np.searchsorted(every, first)).sum()) - own
    whole = times[-1] - times[0] + 2 * beside_s
    others = np.count_nonzero((every >= times[0] - beside_s) & (every <= times[-1] + beside_s)) - len(times)
    return {"company": float((inside - others * (last - first).sum() / whole) / own)}


def regularity(gaps: Floats) -> dict[str, float]:
    """How much intervals scatter: by means, and by medians, which missed firings do not move."""
    steps = np.abs(np.diff(gaps))
    return {
        "interval_cov": float(np.sqrt(np.pi) / 2 * steps.mean() / gaps.mean()),
        "interval_cov_robust": float(np.sqrt(np.pi) / 2 * np.median(steps) / 0.845 / np.median(gaps)),
    }


def _contour(times: Floats, sizes: Floats, gaps: Floats) -> dict[str, float]:
    """How size and rate change along a train: smoothed by a running median of five."""
    size, rate = _smooth(sizes), 1 / np.maximum(_smooth(gaps), 1e-4)
    tenth = max(3, len(size) // 10)
    decrement, slowing = (float(1 - np.median(course[-tenth:]) / np.median(course[:tenth])) for course in (size, rate))
    return {
        "amplitude_swing": float(1 - np.quantile(size, 0.05) / np.quantile(size, 0.95)),
        "rate_swing": float(1 - np.quantile(rate, 0.05) / np.quantile(rate, 0.95)),
        "rate_top_hz": float(np.quantile(rate, 0.95)),
        "decrement": decrement,
        "waning": max(decrement, slowing),
        "rate_start_hz": float(np.median(rate[:tenth])),
        "rate_end_hz": float(np.median(rate[-tenth:])),
        "edge_amplitude": float(min(np.median(sizes[:3]), np.median(sizes[-3:])) / np.median(sizes)),
    }


def _smooth(values: Floats) -> Floats:
    smooth: Floats = np.median(np.lib.stride_tricks.sliding_window_view(np.pad(values, SMOOTH // 2, mode="edge"), SMOOTH), axis=1)
    return smooth


def _course(times: Floats, trace: Trace, edge_s: float, beneath: float) -> dict[str, float]:
    """How a discharge swells and subsides: its loudest tenth against the first and last half second, or tenth where that is less.

    A cramp does so within seconds, however long it then lasts. The same of how many potentials come a second at its end: a
    contraction that is let go of falls silent at once. Of one that goes on already when the recording begins the rise was not seen.
    Nor is it seen where another discharge goes on beside it, whose power, ``beneath``, is taken away.
    """
    first, last = round(times[0] * trace.rate_hz), round(times[-1] * trace.rate_hz)
    power = trace.wide[first:last] ** 2
    if len(power) < 200:
        return {}
    edge = min(len(power) // 10, round(edge_s * trace.rate_hz))
    parts, least = [*np.array_split(power, 10), power[:edge], power[-edge:]], trace.noise_uv**2 if beneath else 0.0
    *tenths, begins, ends = (float(np.sqrt(max(part.mean() - beneath, least))) for part in parts)
    loudest = max(tenths)
    late = times > times[-1] - edge / trace.rate_hz
    busiest = np.histogram(times, 10)[0].max() / (times[-1] - times[0]) * 10
    rise = {"rise": float(loudest / max(begins, 1e-9))} if times[0] > edge_s and not beneath else {}
    return rise | {"fall": float(loudest / max(ends, 1e-9)), "rate_fall": float(busiest * edge / trace.rate_hz / late.sum())}

"""One potential: where it begins and ends, and what its shape is.

Terms are those of Stalberg 1986 (CRC Crit Rev Biomed Eng; abstract read): duration, amplitude, area, phases, turns. Each rule
is spelled out at its function, because the duration of a potential depends on its rule more than on anything else.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

__all__ = ["Potential", "count_turns", "measure_potential", "turning_points"]

Floats = npt.NDArray[np.float64]
GAP_S = 0.002
"""A quiet stretch this long ends a potential; what comes after it is a satellite."""
FIRST_SHARE = 0.08
"""A deflection smaller than this share of the potential is not called its first."""
TURN_UV = 50.0
TURN_SHARE = 0.2


@dataclass(frozen=True)
class Potential:
    """The shape of a potential.

    Attributes
    ----------
    start, stop
        First sample and the one after the last of it.
    amplitude_uv, duration_ms, area_uv_ms
        From peak to peak; from departure to return; area under the rectified potential.
    phases
        Deflections to one side of the baseline.
    turns
        Changes of direction by at least 50 uV to each side, or a fifth of its size where that is less.
    thickness_ms
        Area over amplitude (Nandedkar 1988).
    size_index
        2 log10(amplitude in mV) + thickness (Sonoo and Stalberg 1993, PMID 7691568).
    spike_ms
        From the first to the last turn.
    slope_uv_ms
        The steepest slope.
    first_share
        How much of the size its first deflection has; 1 where it is the largest one.
    tail_ratio
        How long it lasts after its largest deflection, against that deflection.
    first_negative
        Whether the first deflection goes up (negative up); without meaning where the polarity of the recording is unknown.
    """

    start: int
    stop: int
    amplitude_uv: float
    duration_ms: float
    area_uv_ms: float
    phases: int
    turns: int
    thickness_ms: float
    size_index: float
    spike_ms: float
    slope_uv_ms: float
    first_share: float
    tail_ratio: float
    first_negative: bool


def measure_potential(waveform_uv: Floats, rate_hz: float, noise_uv: float, trigger: int) -> Potential:
    """Measure an averaged potential.

    Parameters
    ----------
    waveform_uv
        The potential with baseline on both sides.
    rate_hz
        Samples a second.
    noise_uv
        SD of the noise that is left in it (that of the trace over the root of the number averaged).
    trigger
        A sample within its spike.

    Notes
    -----
    It begins and ends where it leaves and returns to within the larger of 4 SD of its noise and 3 % of its size around the
    baseline, which is the median of the outer tenth of the waveform; stretches within that for 2 ms end it. This is our rule: the
    published ones fix 10 to 20 uV (Stalberg 1986), which smaller potentials at a higher gain do not reach.
    """
    edge = max(2, len(waveform_uv) // 10)
    wave = waveform_uv - np.median(np.concatenate([waveform_uv[:edge], waveform_uv[-edge:]]))
    near = slice(max(0, trigger - round(0.004 * rate_hz)), trigger + round(0.004 * rate_hz) + 1)
    limit = max(4 * noise_uv, 0.03 * float(np.ptp(wave[near])))
    start, stop = _extent(np.abs(wave) > limit, trigger, round(GAP_S * rate_hz))
    part = wave[start:stop]
    amplitude, ms = float(np.ptp(part)), 1000 / rate_hz
    area = float(np.abs(part).sum() * ms)
    deflections = _deflections(part, limit)
    clear = [d for d in deflections if np.abs(part[d[0] : d[1]]).max() >= FIRST_SHARE * amplitude]
    turning = turning_points(part, max(min(TURN_UV, TURN_SHARE * amplitude), 2 * noise_uv))
    sizes = [float(np.abs(part[a:b]).max()) for a, b in deflections] or [amplitude]
    largest = int(np.argmax(sizes))
    width = max(1, deflections[largest][1] - deflections[largest][0]) if deflections else 1
    after = len(part) - (deflections[largest][1] if deflections else len(part))
    first = clear[0] if clear else (0, len(part))
    thickness = area / amplitude if amplitude else 0.0
    return Potential(
        start=start, stop=stop, amplitude_uv=amplitude, duration_ms=len(part) * ms, area_uv_ms=area, phases=len(deflections),
        turns=len(turning), thickness_ms=thickness, size_index=2 * np.log10(max(amplitude, 1e-3) / 1000) + thickness,
        spike_ms=(turning[-1] - turning[0]) * ms if len(turning) > 1 else 0.0,
        slope_uv_ms=float(np.abs(np.diff(part)).max()) / ms if len(part) > 1 else 0.0,
        first_share=float(np.abs(part[first[0] : first[1]]).max()) / max(*sizes, 1e-9), tail_ratio=after / width,
        first_negative=bool(part[first[0] : first[1]].sum() > 0),
    )  # fmt: skip


def _extent(above: npt.NDArray[np.bool_], trigger: int, gap: int) -> tuple[int, int]:
    """The run around the trigger whose pauses are shorter than the gap."""
    places = np.flatnonzero(above)
    if not len(places):
        return trigger, trigger + 1
    runs = np.split(places, np.flatnonzero(np.diff(places) > max(gap, 1)) + 1)
    run = min(runs, key=lambda r: 0 if r[0] <= trigger <= r[-1] else min(abs(r[0] - trigger), abs(r[-1] - trigger)))
    return int(run[0]), int(run[-1]) + 1


def _deflections(part: Floats, limit: float) -> list[tuple[int, int]]:
    """Stretches on one side of the baseline that leave it by more than the limit: the phases."""
    sides = np.sign(part)
    bounds = np.concatenate([[0], np.flatnonzero(np.diff(sides) != 0) + 1, [len(part)]])
    found = [(int(a), int(b)) for a, b in pairwise(bounds) if np.abs(part[a:b]).max() > limit]
    joined: list[tuple[int, int]] = []
    for a, b in found:
        if joined and sides[a] == sides[joined[-1][0]]:
            joined[-1] = (joined[-1][0], b)
        else:
            joined.append((a, b))
    return joined


def count_turns(wave_uv: Floats, least_uv: float) -> int:
    """How often a waveform changes its direction by at least so much to each side."""
    return len(turning_points(wave_uv, least_uv))


def turning_points(part: Floats, least: float) -> list[int]:
    """Places where the direction changes and the trace has moved by at least so much to each side."""
    turns: list[int] = []
    low = high = 0
    way = 0
    for i, value in enumerate(part):
        low, high = (i if value < part[low] else low), (i if value > part[high] else high)
        if way >= 0 and part[high] - value >= least:
            turns += [high] if way else []
            way, low = -1, i
        elif way <= 0 and value - part[low] >= least:
            turns += [low] if way else []
            way, high = 1, i
    return turns

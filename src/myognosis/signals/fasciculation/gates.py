"""What stands out and is no potential: an electrode that pops, a heart or a stimulus from afar, a burst of many units at once."""

from enum import Enum

import numpy as np

from myognosis.signals.fasciculation.ear import Ear, Floats
from myognosis.signals.fasciculation.settings import FasciculationSettings, GridJump
from myognosis.signals.fasciculation.snippets import Snippet

__all__ = ["Gate", "burst_at", "gate_of", "is_far", "spread_of"]


class Gate(Enum):
    """Why something is not a potential."""

    NONE = ""
    POP = "pop"
    FAR = "far"
    JUMP = "jump"
    BURST = "burst"


def spread_of(shape: Floats) -> float:
    """Over how many channels the energy of a shape without noise is spread: the inverse share of a sum of squares."""
    energy = np.einsum("tc,tc->c", shape, shape).astype(np.float64)
    return float(energy.sum() ** 2 / max((energy**2).sum(), 1e-12))


def dominance_of(z: Floats) -> float:
    """How much of the energy above the noise one channel holds; the noise is that of the middle channel.

    Noise lifts some channel above the middle as far as it lets another fall below it, and so much is no pop. Where one channel
    holds far more than all together, the middle one is no noise: the potential reaches more than half of the channels.
    """
    from myognosis.signals.fasciculation.kernels import dominance

    return float(dominance(z))


def gate_of(snippet: Snippet, z: Floats, frame: int, ear: Ear, settings: FasciculationSettings, *, known: bool = False) -> Gate:
    """Judged within 8 ms of a frame: on a grid a potential reaches several electrodes, and not all of them alike.

    What fits a ``known`` shape of a unit is doubted only when nearly all of it lies in one channel.
    """
    reach = round(0.008 * ear.frame_rate_hz)
    if z.shape[1] >= settings.grid_from:
        limit = settings.known_dominance if known else settings.dominance
        if dominance_of(z[max(0, frame - reach) : frame + reach + 1]) > limit * max(1.0, MANY / z.shape[1]):
            return Gate.POP
        if is_jump(snippet, frame * ear.step, ear, settings.rules.jump):
            return Gate.JUMP
        return Gate.FAR if _is_uniform(snippet, frame * ear.step, round(0.008 * ear.rate_hz)) else Gate.NONE
    at = frame * ear.step
    sizes = np.ptp(snippet.y[max(0, at - 2 * reach * ear.step) : at + 2 * reach * ear.step], axis=0)
    channel = int(np.argmax(sizes * snippet.gain))
    if is_stuck(snippet.recorded[:, channel], snippet.ends[:, channel], at, ear.rate_hz):
        return Gate.POP
    return Gate.POP if is_step(snippet.raw[:, channel], at, float(sizes[channel]), ear.rate_hz) else Gate.NONE


def is_jump(snippet: Snippet, at: int, ear: Ear, rules: GridJump) -> bool:
    """Whether what the electrodes of a grid show is the answer of the filter to a jump of all of them from one sample to the next.

    So it is where recordings are joined end to end, an amplifier begins anew or an earth comes loose: the hum and the drift go on
    elsewhere. Each electrode may jump by another size. A potential is neither so like that answer nor as steep.
    """
    from myognosis.signals.fasciculation.strokes import alike, steepest

    far, near, reach = (round(s * ear.rate_hz) for s in (rules.far_s, rules.near_s, rules.judged_s))
    rise, first = max(1, round(rules.rise_s * ear.rate_hz)), max(0, at - far)
    begun = first + steepest(snippet.recorded[first : at + far], snippet.gain, rise)
    middle = begun + rise
    if not near <= middle <= len(snippet.y) - near:
        return False
    answer = ear.answer_to_jump(2 * far)
    size, explained = alike(answer[2 * far - near : 2 * far + near], snippet.y[middle - near : middle + near], snippet.gain)
    jump = (snippet.recorded[middle] - snippet.recorded[begun]) * snippet.gain
    if explained < rules.explained or jump @ size < rules.at_once * float(size @ size):
        return False
    around = np.arange(max(0, at - reach), min(len(snippet.y), at + reach))
    return explained_by(answer[around - middle + 2 * far, None] * size, snippet.y[around] * snippet.gain) > rules.explained


def explained_by(model: Floats, y: Floats) -> float:
    """The share of the energy of a stretch that a model takes away."""
    return 1.0 - float(np.square(y - model).sum()) / max(float(np.square(y).sum()), 1e-12)


def _is_uniform(snippet: Snippet, at: int, reach: int) -> bool:
    """Whether all channels do the same at the same time, larger than their noise."""
    alive, part = snippet.gain > 0, snippet.y[max(0, at - reach) : at + reach + 1]
    return _common_share(part if alive.all() else part[:, alive]) > UNIFORM


def is_far(mean: Floats, noise_uv: Floats, noise_in_common: float, rate_hz: float) -> bool:
    """Whether the mean of a unit (sample by channel) comes from afar.

    Noise hides in a single potential that a weak heart is alike on all channels, and hardly in the mean of a unit, from which the
    energy of its noise is taken away, and the share of it that all channels have in common (``noise_uv``: that of the mean on each
    channel). A deep unit may reach all electrodes nearly alike too, and is told from a heart by its speed: most of what is left of
    a heart in the band lies near its lower edge.
    """
    share = _common_share(mean, float((noise_uv.astype(np.float64) ** 2).sum()) * len(mean), noise_in_common)
    power = np.abs(np.fft.rfft(mean.mean(axis=1), PADDED)) ** 2
    slow = float(power[: round(SLOW_HZ * PADDED / rate_hz)].sum()) > 0.5 * float(power.sum())
    return share > (FAR_SLOW if slow else FAR)


def _common_share(wave: Floats, noise: float = 0.0, noise_in_common: float = 0.0) -> float:
    """The share of the energy of a wave (sample by channel) that all channels have in common, noise taken away from both."""
    from myognosis.signals.fasciculation.kernels import in_common

    common, whole = in_common(np.ascontiguousarray(wave))
    noise = min(noise, whole / 2)
    return float((common - noise * noise_in_common) / max(whole - noise, 1e-12))


def burst_at(snippet: Snippet, at: int, rate_hz: float) -> slice | None:
    """The samples of a burst about one of them, as long and as ragged as that of a jerk; None where there is no such.

    It is looked at on the channel where it is largest, from where the trace first stands out to where it last does, short pauses
    bridged.
    """
    from myognosis.signals.fasciculation.strokes import burst_about

    low = max(0, at - round(BURST_S / 2 * rate_hz))
    near = snippet.y[low : at + round(BURST_S / 2 * rate_hz)]
    channel = int(np.argmax(np.ptp(near, axis=0) * snippet.gain))
    if not snippet.gain[channel] > 0:
        return None
    least = max(BURST_SD / float(snippet.gain[channel]), BURST_SHARE * float(np.abs(near[:, channel]).max()))
    first, last = burst_about(snippet.y, channel, at, least, BURST_PAUSE_S * rate_hz, BURST_S * rate_hz, BURST_TURNS)
    return slice(first, last + 1) if last > first else None


BURST_S, BURST_TURNS = 0.022, 4
"""A burst of many units lasts 25 ms and longer, a length is told to within 3 ms, and it goes to and fro so often (estimated).

Bursts of cortical myoclonus are 31.1 +- 6.7 ms long (van der Veen 2024), fasciculation potentials 12.6 on average (de Carvalho and
Swash 2013).
"""
BURST_SD, BURST_SHARE, BURST_PAUSE_S = 3.0, 0.15, 0.005
"""It stands out of the noise by so many SD and by so much of its size; pauses so short are bridged."""
MANY = 32
"""On a grid of fewer electrodes one of them may hold more of a potential."""
UNIFORM = 0.96
"""A potential with so large a share of energy common to all channels comes from afar."""
FAR, FAR_SLOW, SLOW_HZ, PADDED = 0.985, 0.9, 50.0, 1024
"""The same for the mean of a unit: hardly any unit however deep, and hardly any as slow as half of its energy under so many Hz."""
STEP_S, STEP_SHARE = (0.012, 0.030), 0.35
RISE_S, RISE_SHARE = 0.0005, 0.6


STUCK_S, STUCK_NEAR_S = 0.010, 0.050
"""A trace that stays so long on a limit is no potential there, nor is what the filter makes of it up to so far: a phase of one of
12.6 ms is some 4 ms long (estimated)."""


def is_stuck(recorded: Floats, ends: Floats, at: int, rate_hz: float) -> bool:
    """Whether a trace stays on its least or greatest value, as an amplifier does that a jolt has driven to its limit."""
    near, long = round(STUCK_NEAR_S * rate_hz), max(2, round(STUCK_S * rate_hz))
    part = recorded[max(0, at - near) : at + near]
    on = np.flatnonzero((part == ends[0]) | (part == ends[1]))
    return bool(len(on) >= long and (on[long - 1 :] - on[: len(on) - long + 1] == long - 1).any())


def is_step(raw: Floats, at: int, size: float, rate_hz: float) -> bool:
    """Whether a raw trace jumps at once to another level, as when an electrode pops.

    A potential rises over some milliseconds and leaves the level where it was. The level is judged by a line before and a
    line after, drawn on to the event.
    """
    near, far = (round(s * rate_hz) for s in STEP_S)
    rise = max(1, round(RISE_S * rate_hz))
    if at - far < 0 or at + far > len(raw):
        return False
    part = raw[at - far : at + far].astype(np.float64)
    if np.abs(part[rise:] - part[:-rise]).max() < RISE_SHARE * size:
        return False
    after = np.arange(near, far)
    ends = [float(np.polyfit(offsets / rate_hz, part[far + offsets], 1)[1]) for offsets in (-after, after)]
    return abs(ends[1] - ends[0]) > STEP_SHARE * size

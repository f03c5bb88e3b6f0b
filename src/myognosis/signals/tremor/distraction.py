"""Whether a tremor gives way to another task: tapping at a given rate, and quick movements, with the other hand.

The four signs are those of PMC12219005, table 2, after Schwingenschuh 2011 (doi 10.1002/mds.23922) and 2016: pause or
halving with a quick movement, coherence of both sides, entrainment or suppression by tapping, abnormal tapping. How they were
made into numbers here is ours: published sensitivity and specificity do not carry over.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from myognosis.model.recording import Channel, Measurement
from myognosis.signals.coherence import Coherence, measure_coherence, tremor_wave
from myognosis.signals.intervals import Estimate, difference, estimate_of, median_of, ratio, spread_of
from myognosis.signals.spectrum import Floats, cut_windows, hann_spectra
from myognosis.signals.tremor.criteria import TremorCriteria
from myognosis.signals.tremor.measure import Tremor, TremorSettings, measure_tremor

__all__ = ["Distraction", "Sign", "SignName", "Tapping", "count_signs", "judge_tapping", "measure_pause", "measure_tapping"]

SignName = Literal["entrained", "suppressed", "tapping_abnormal", "paused", "coherent_sides"]
_RATE_HZ = 100.0
_OWN_HZ, _TAP_HZ = 0.75, 0.5
"""How far a rhythm spreads to each side in windows of 4 s: one that wanders a little, and that of a hand that taps."""


@dataclass(frozen=True)
class Sign:
    """One sign: present, absent, or None where it could not be judged."""

    name: SignName
    present: bool | None


@dataclass(frozen=True, eq=False)
class Distraction:
    """The signs of one task, the numbers, and the tremor while it was done."""

    signs: tuple[Sign, ...]
    measurements: tuple[Measurement, ...]

    def present(self, name: SignName) -> bool | None:
        """Whether a sign was present."""
        return next((sign.present for sign in self.signs if sign.name == name), None)


@dataclass(frozen=True, eq=False)
class Tapping:
    """A tremor while the other hand taps, how fast that hand tapped (None where it was not recorded), and how coherent both are."""

    during: Tremor
    asked_hz: float
    tapped: Estimate | None
    coherence: Coherence | None


def measure_tapping(
    shaking: tuple[Channel, ...], tapping: tuple[Channel, ...], asked_hz: float, criteria: TremorCriteria
) -> Tapping:
    """What there is to see while the other hand taps.

    Parameters
    ----------
    shaking, tapping
        Sensor axes or EMG of the hand that shakes and of the hand that taps, recorded at once; the latter may be missing.
    asked_hz
        The rate that was asked for.
    criteria
        How many windows of tapping tell its rate.
    """
    during = measure_tremor(shaking)
    now = estimate_of(during.get("tremor_frequency"))
    coherence = measure_coherence(shaking, tapping, near_hz=now.value) if now and tapping else None
    return Tapping(during, asked_hz, _tapped_hz(tapping, asked_hz, criteria.task_least) if tapping else None, coherence)


def judge_tapping(before: Tremor, task: Tapping, criteria: TremorCriteria) -> Distraction:
    """What tapping with the other hand did to a tremor.

    It is suppressed when no more than the given share of its size is left, and entrained when it has come to the rate of the
    tapping or twice that, was elsewhere before and is gone from there, and both hands are coherent. Where its own rhythm goes on
    beside that of the tapping, the latter is the tapping itself, which shakes trunk and other hand along: then what is left of the
    own rhythm tells whether it is suppressed. Tapping slower than the tremor is looked for (3 Hz) says nothing of entrainment
    here. Tapping is abnormal when it misses the asked rate. ``before`` is the tremor of the same hand without the task.
    """
    during, tapped = task.during, task.tapped
    was, now = (estimate_of(tremor.get("tremor_frequency")) for tremor in (before, during))
    left, shift = _left(before, during), difference(now, was) if now and was else None
    suppressed = None if left is None else left.value <= criteria.pause_share
    entrained = _entrained(was, now, task, criteria)
    if entrained and was and tapped and (own := _own_left(was.value, before, during)) > criteria.entrained_left:
        is_apart = min(abs(was.value - aim) for aim in (tapped.value, 2 * tapped.value)) > _OWN_HZ + _TAP_HZ
        left, shift = None, None  # the crest is that of the tapping
        suppressed, entrained = (own <= criteria.pause_share, False) if is_apart else (None, None)
    rows = [
        _row("tremor_left_while_tapping", left, "1", "amplitude while tapping over that before", during.seconds),
        _row("tapping_rate", tapped, "Hz", "median over 4 s windows of the rate with most power and overtone", during.seconds),
        _row("tremor_shift_while_tapping", shift, "Hz", "frequency while tapping less that before", during.seconds),
    ]
    signs = (
        Sign("suppressed", suppressed),
        Sign("entrained", entrained),
        Sign("tapping_abnormal", None if tapped is None else abs(tapped.value / task.asked_hz - 1) > criteria.tapping_error),
    )
    return Distraction(signs, tuple(row for row in rows if row is not None))


def _entrained(was: Estimate | None, now: Estimate | None, task: Tapping, criteria: TremorCriteria) -> bool | None:
    """Whether the tremor took up the rhythm of the tapping; a tremor that is gone took up nothing."""
    tapped, coherence = task.tapped, task.coherence
    if task.during.outcome == "no_tremor":
        return False
    if now is None or was is None or tapped is None or coherence is None or coherence.significant is None:
        return None
    if tapped.value < TremorSettings().band_hz[0]:
        return None
    aims = [tapped.value, 2 * tapped.value]
    there = any(abs(now.value - aim) <= criteria.entrained_hz for aim in aims)
    already = any(abs(was.value - aim) <= criteria.entrained_hz for aim in aims)
    return None if there and already else there and coherence.significant


def _left(before: Tremor, during: Tremor) -> Estimate | None:
    """What is left of the size; nothing where the tremor is gone."""
    sizes = [estimate_of(tremor.get("tremor_amplitude")) for tremor in (before, during)]
    if sizes[0] is None or sizes[0].value <= 0:
        return None
    if during.outcome == "no_tremor":
        return Estimate(0.0, 0.0, 0.0)
    return ratio(sizes[1], sizes[0]) if sizes[1] is not None else None


def _own_left(own_hz: float, before: Tremor, during: Tremor) -> float:
    """What is left of the amplitude at the frequency that a tremor had before, over what surrounds it in the mean spectra."""
    power = []
    for tremor in (before, during):
        away = np.abs(tremor.hz - own_hz)
        near, ring = away <= _OWN_HZ, (away > _OWN_HZ) & (away <= 2 * _OWN_HZ)
        around = float(np.median(tremor.power[ring])) * 2 * _OWN_HZ
        power.append(max(float(np.trapezoid(tremor.power[near], tremor.hz[near])) - around, 0.0))
    return float(np.sqrt(power[1] / power[0])) if power[0] > 0 else 0.0


def _tapped_hz(tapping: tuple[Channel, ...], asked_hz: float, least: int) -> Estimate | None:
    """How fast the hand tapped: in each window the rate, within half of that asked, that gathers most power with its overtone."""
    windows = cut_windows([tremor_wave(tapping, _RATE_HZ)], _RATE_HZ, 4.0)
    if len(windows.data) < least:
        return None
    hz, spectra = hann_spectra(windows)
    tried = np.flatnonzero((hz >= 0.5 * asked_hz) & (hz <= 1.5 * asked_hz))
    logs = np.log(np.maximum(spectra, np.finfo(float).tiny))
    best = tried[np.argmax(logs[:, tried] + logs[:, 2 * tried], axis=1)]
    return median_of(hz[best])


def measure_pause(
    shaking: tuple[Channel, ...], tremor: Tremor, movements_s: tuple[float, ...], criteria: TremorCriteria
) -> Distraction:
    """A tremor around quick movements of the other hand: whether it pauses or loses half of its size.

    The size is the envelope of the main axis within 1.5 Hz of the tremor's frequency; its mean over 0.75 s from each movement
    on is divided by that over the second that ends 0.25 s before.
    """
    from scipy.signal import butter, hilbert, sosfiltfilt

    frequency = tremor.value("tremor_frequency")
    if frequency is None or not movements_s:
        return Distraction((Sign("paused", None),), ())
    wave = tremor_wave(shaking, _RATE_HZ)
    sos = butter(2, [max(0.5, frequency - 1.5), frequency + 1.5], "bandpass", fs=_RATE_HZ, output="sos")
    size = np.abs(hilbert(sosfiltfilt(sos, np.nan_to_num(wave))))
    size[~np.isfinite(wave)] = np.nan
    left = np.array([_mean(size, at, at + 0.75) / _mean(size, at - 1.25, at - 0.25) for at in movements_s])
    left = left[np.isfinite(left)]
    if len(left) < criteria.task_least:
        return Distraction((Sign("paused", None),), ())
    share = median_of(left)
    how = f"envelope from a quick movement on over that before; median of {len(left)}"
    row = _row("tremor_left_after_movement", share, "1", how, 2.0 * len(left))
    rows = (row,) if row else ()
    return Distraction((Sign("paused", share.value <= criteria.pause_share),), rows)


def _mean(size: Floats, start_s: float, stop_s: float) -> float:
    """The mean over a span of time, not a number where part of it lies outside."""
    first, last = round(start_s * _RATE_HZ), round(stop_s * _RATE_HZ)
    return float(size[first:last].mean()) if first >= 0 and last <= len(size) else float("nan")


def count_signs(tasks: Iterable[Distraction], sides: Coherence | None, criteria: TremorCriteria) -> tuple[int, int, bool | None]:
    """How many of the four signs are present, how many were judged, and whether enough are present.

    Entrainment and suppression count as one sign, and a sign found in one task is enough. None while too few are present and
    those not judged could still make them enough.
    """
    found: dict[str, list[bool | None]] = {"tapping": [], "tapping_abnormal": [], "paused": []}
    for sign in (sign for task in tasks for sign in task.signs):
        found.setdefault("tapping" if sign.name in ("entrained", "suppressed") else sign.name, []).append(sign.present)
    found["coherent_sides"] = [sides.significant] if sides is not None else []
    judged = {name: True in marks for name, marks in found.items() if any(mark is not None for mark in marks)}
    present = sum(judged.values())
    if present >= criteria.functional_signs:
        return present, len(judged), True
    return present, len(judged), None if present + len(found) - len(judged) >= criteria.functional_signs else False


def _row(name: str, estimate: Estimate | None, unit: str, method: str, seconds: float) -> Measurement | None:
    if estimate is None:
        return None
    return Measurement(
        name=name, value=estimate.value, low=estimate.low, high=estimate.high, unit=unit, method=method,
        source="tremor_neurophys2025", seconds=seconds, spread=spread_of(estimate),
    )  # fmt: skip

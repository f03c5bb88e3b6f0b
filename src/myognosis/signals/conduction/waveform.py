"""Where a response begins, peaks and ends, and how large it is.

The baseline and the noise come from before the stimulus, or from the quietest part of the trace where nothing was recorded
before it. The rule of the onset is explicit: from the first negative peak the trace is followed back to where it sinks below a
threshold, and the line through the crossings of this threshold and of three times this threshold is drawn down to the
baseline. A sensory response that begins with a positive peak is timed at that peak (Kimura, Electrodiagnosis in Diseases of
Nerve and Muscle, 2013, chapter on principles of conduction studies; from memory). Marks that a person set replace ours.
"""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from myognosis.signals.conduction.sweeps import Floats, Sweep
from myognosis.signals.quality import MAD_TO_SD

__all__ = ["Kind", "Marks", "Response", "ResponseSettings", "baseline", "measure_response", "positive_before", "smoothed"]

Kind = Literal["motor", "sensory"]


@dataclass(frozen=True)
class ResponseSettings:
    """How a response is looked for; the numbers are those of the method, not limits of what is usual.

    The window begins after the stimulus artefact (``motor_from_ms``, ``sensory_from_ms``) and ends at ``until_ms``. A response
    must stand ``present_sd`` noise SD and the floor of its kind (200 and 1 uV: a fifth of what machines show as one division
    of motor, and the least that is read of sensory studies) above the baseline, else it is absent.
    """

    motor_from_ms: float = 1.2
    sensory_from_ms: float = 0.9
    until_ms: float = 50.0
    present_sd: float = 5.0
    motor_floor_uv: float = 200.0
    sensory_floor_uv: float = 1.0
    onset_sd: float = 3.0
    motor_onset_share: float = 0.015
    sensory_onset_share: float = 0.06
    initial_positive_share: float = 0.12
    return_share: float = 0.05
    smooth_ms: float = 0.1


@dataclass(frozen=True)
class Marks:
    """Latencies in milliseconds from the stimulus.

    First rise, negative peak, end of the negative phase, positive peak after it, return to the baseline of the last negative phase.
    """

    onset_ms: float | None = None
    peak_ms: float | None = None
    negative_end_ms: float | None = None
    trough_ms: float | None = None
    end_ms: float | None = None


@dataclass(frozen=True)
class Response:
    """One response and its sizes. The area is that of the negative phase; durations run from the onset."""

    kind: Kind
    marks: Marks
    amplitude_uv: float
    peak_to_peak_uv: float
    area_uv_ms: float
    negative_duration_ms: float
    duration_ms: float
    noise_uv: float
    automatic: bool
    at_edge: bool = False

    @property
    def onset_ms(self) -> float:
        """The latency of the onset."""
        return float(self.marks.onset_ms or 0.0)

    @property
    def peak_ms(self) -> float:
        """The latency of the negative peak."""
        return float(self.marks.peak_ms or 0.0)


def measure_response(
    sweep: Sweep, kind: Kind, marks: Marks | None = None, settings: ResponseSettings | None = None
) -> Response | None:
    """The response of muscle or nerve in a sweep, or None where there is none.

    Parameters
    ----------
    sweep
        One trace, or the mean of several; for sensory responses the mean.
    kind
        Motor (of muscle) or sensory (of nerve); for the latter antidromic and orthodromic alike.
    marks
        Marks set by a person; those that are given replace the automatic ones.
    settings
        How the response is looked for.
    """
    settings, told = settings or ResponseSettings(), marks or Marks()
    level, noise = baseline(sweep)
    trace = smoothed(sweep.samples - level, sweep.rate_hz, settings.smooth_ms)
    first = sweep.at(settings.motor_from_ms if kind == "motor" else settings.sensory_from_ms)
    last = sweep.at(settings.until_ms)
    peak = _peak(trace, first, last, noise, kind, settings) if told.peak_ms is None else sweep.at(told.peak_ms)
    if peak is None or not first <= peak < last:
        return None
    found = _marks(sweep, trace, peak, (first, last), noise, kind, settings)
    given = {name: value for name, value in vars(told).items() if value is not None}
    final = replace(found, **given)
    return _sized(sweep, trace, final, kind, noise, automatic=not given, edge=peak <= first + 1)


def positive_before(sweep: Sweep, response: Response, settings: ResponseSettings | None = None) -> float:
    """How deep a trace goes before the negative phase of its response, in parts of the negative peak.

    A response that is recorded over its motor point begins with the negative phase; turned upside down it begins with a
    positive one as large as that (Kimura, Electrodiagnosis in Diseases of Nerve and Muscle, 2013, remembered).
    """
    settings = settings or ResponseSettings()
    level, _ = baseline(sweep)
    trace = smoothed(sweep.samples - level, sweep.rate_hz, settings.smooth_ms)
    before = trace[sweep.at(settings.motor_from_ms) : sweep.at(response.onset_ms) + 1]
    return max(0.0, -float(before.min())) / response.amplitude_uv if len(before) and response.amplitude_uv > 0 else 0.0


def baseline(sweep: Sweep) -> tuple[float, float]:
    """Level and noise SD in microvolts: of what lies 0.5 ms and more before the stimulus, else of the quietest fifth after it."""
    before = sweep.samples[: sweep.at(-0.5)]
    if len(before) >= max(8, round(0.002 * sweep.rate_hz)):
        level = float(np.median(before))
        return level, float(MAD_TO_SD * np.median(np.abs(before - level))) or 1e-3
    parts = np.array_split(sweep.samples[sweep.at(1.0) :], 20)
    spans = [(float(np.std(part)), float(np.median(part))) for part in parts if len(part) >= 4]
    noise, level = min(spans, default=(1e-3, 0.0))
    return level, max(noise, 1e-3)


def smoothed(trace: Floats, rate_hz: float, width_ms: float) -> Floats:
    """A short symmetric mean, so that one noisy sample is neither an onset nor a peak."""
    width = max(1, round(width_ms * rate_hz / 1000)) | 1
    padded = np.pad(trace, width // 2, mode="edge")
    return np.convolve(padded, np.full(width, 1.0 / width), mode="valid")


def _peak(trace: Floats, first: int, last: int, noise: float, kind: Kind, settings: ResponseSettings) -> int | None:
    """The largest negative peak of the window, if it is large enough to be a response."""
    if last - first < 3:
        return None
    peak = first + int(np.argmax(trace[first:last]))
    floor = settings.motor_floor_uv if kind == "motor" else settings.sensory_floor_uv
    return peak if trace[peak] >= max(floor, settings.present_sd * noise) else None


def _marks(
    sweep: Sweep, trace: Floats, peak: int, window: tuple[int, int], noise: float, kind: Kind, settings: ResponseSettings
) -> Marks:
    first, last = window
    height = trace[peak]
    share = settings.motor_onset_share if kind == "motor" else settings.sensory_onset_share
    threshold = min(max(share * height, settings.onset_sd * noise), 0.3 * height)
    onset = _onset(trace, first, peak, threshold)
    if kind == "sensory":
        dip = int(np.argmin(trace[first : peak + 1])) + first
        deep = -trace[dip] >= max(settings.initial_positive_share * height, settings.present_sd * noise)
        onset = float(dip) if deep and dip > first else onset
    after = np.flatnonzero(trace[peak:last] <= 0)
    crossing = peak + int(after[0]) if len(after) else last - 1
    trough = crossing + int(np.argmin(trace[crossing:last])) if crossing < last else crossing
    back = max(settings.return_share * height, settings.onset_sd * noise)
    above = np.flatnonzero(trace[first:last] > back)
    late = first + int(above[-1]) + 1 if len(above) else crossing
    return Marks(
        onset_ms=sweep.ms(onset), peak_ms=sweep.ms(_summit(trace, peak)), negative_end_ms=sweep.ms(crossing),
        trough_ms=sweep.ms(trough), end_ms=sweep.ms(max(late, crossing)),
    )  # fmt: skip


def _onset(trace: Floats, first: int, peak: int, threshold: float) -> float:
    """Where the line through the last crossings of the threshold and of its threefold before the peak meets the baseline."""
    low, high = (_last_crossing(trace, first, peak, level) for level in (threshold, 3 * threshold))
    return low if high <= low else max(float(first), low - (high - low) / 2)


def _last_crossing(trace: Floats, first: int, peak: int, level: float) -> float:
    below = np.flatnonzero(trace[first:peak] < level)
    if not len(below):
        return float(first)
    at = first + int(below[-1])
    step = trace[at + 1] - trace[at]
    return at + (level - trace[at]) / step if step > 0 else float(at)


def _summit(trace: Floats, peak: int) -> float:
    """The top of the parabola through the highest sample and its neighbours."""
    if not 0 < peak < len(trace) - 1:
        return float(peak)
    left, top, right = trace[peak - 1 : peak + 2]
    bend = left - 2 * top + right
    return peak + 0.5 * (left - right) / bend if bend < 0 else float(peak)


def _sized(sweep: Sweep, trace: Floats, marks: Marks, kind: Kind, noise: float, *, automatic: bool, edge: bool) -> Response:
    onset, peak, end, trough = (
        sweep.at(float(ms or 0.0)) for ms in (marks.onset_ms, marks.peak_ms, marks.negative_end_ms, marks.trough_ms)
    )
    height, base = trace[min(peak, len(trace) - 1)], min(0.0, trace[min(onset, len(trace) - 1)]) if kind == "sensory" else 0.0
    depth = trace[min(trough, len(trace) - 1)]
    area = float(np.clip(trace[onset:end], 0, None).sum() * 1000 / sweep.rate_hz)
    start = float(marks.onset_ms or 0.0)
    return Response(
        kind=kind, marks=marks, amplitude_uv=float(height - base), peak_to_peak_uv=float(height - min(0.0, depth)), area_uv_ms=area,
        negative_duration_ms=float(marks.negative_end_ms or 0.0) - start, duration_ms=float(marks.end_ms or 0.0) - start,
        noise_uv=noise, automatic=automatic, at_edge=edge,
    )  # fmt: skip

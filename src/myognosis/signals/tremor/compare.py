"""Tremors side by side: free and loaded, left and right, rest, posture and movement, one leg and the other.

A comparison is a number with its interval and a verdict; where the interval holds the limit the verdict is ``open``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from myognosis.model.recording import Measurement
from myognosis.signals.coherence import Coherence
from myognosis.signals.intervals import Estimate, difference, estimate_of, ratio
from myognosis.signals.tremor.criteria import TremorCriteria
from myognosis.signals.tremor.measure import Tremor

__all__ = ["Comparison", "Verdict", "compare_loading", "compare_sides", "compare_states", "judge_antagonists", "judge_legs"]

Verdict = Literal[
    "mechanical",
    "central",
    "coherent",
    "not_coherent",
    "larger",
    "smaller",
    "alike",
    "together",
    "in_turn",
    "mixed",
    "open",
    "no_tremor",
]
_MOVER = "from both intervals as independent estimates"


@dataclass(frozen=True)
class Comparison:
    """What was compared, the verdict, and the numbers."""

    verdict: Verdict
    measurements: tuple[Measurement, ...]

    def get(self, name: str) -> Measurement | None:
        """One of the measurements, if it was made."""
        return next((m for m in self.measurements if m.name == name), None)


def compare_loading(free: Tremor, loaded: Tremor, criteria: TremorCriteria) -> Comparison:
    """How the frequency and size change when the hand carries a weight.

    The resonance of a limb falls with its inertia, w = sqrt(K/I); a rhythm that comes from the brain does not. A fall by more
    than 1 Hz speaks for mechanical-reflex tremor, no more than 1 Hz for a central one (PMC12219005, table 2).
    """
    pair = [estimate_of(tremor.get("tremor_frequency")) for tremor in (free, loaded)]
    if pair[0] is None or pair[1] is None:
        return Comparison("no_tremor" if "no_tremor" in (free.outcome, loaded.outcome) else "open", ())
    fall = difference(pair[0], pair[1])
    seconds = min(free.seconds, loaded.seconds)
    rows = [_row("tremor_loading_fall", fall, "Hz", "frequency without the weight less that with it", seconds)]
    size = _size_ratio(loaded, free)
    if size is not None:
        rows.append(_row("tremor_loading_growth", size, "1", "amplitude with the weight over that without", seconds))
    if fall.low > criteria.loading_shift_hz:
        return Comparison("mechanical", tuple(rows))
    return Comparison("central" if fall.high <= criteria.loading_shift_hz else "open", tuple(rows))


def compare_sides(left: Tremor, right: Tremor) -> Comparison:
    """Left over right in size, and how far their frequencies are apart; alike where the interval of the ratio holds 1."""
    seconds = min(left.seconds, right.seconds)
    size = _size_ratio(left, right)
    if size is None:
        return Comparison("no_tremor" if left.outcome == right.outcome == "no_tremor" else "open", ())
    rows = [_row("tremor_left_to_right", size, "1", "amplitude on the left over that on the right", seconds)]
    pair = [estimate_of(tremor.get("tremor_frequency")) for tremor in (left, right)]
    if pair[0] is not None and pair[1] is not None:
        gap = difference(pair[0], pair[1])
        rows.append(_row("tremor_side_difference", gap, "Hz", "frequency on the left less that on the right", seconds))
    return Comparison(_size_verdict(size), tuple(rows))


def compare_states(states: Mapping[str, Tremor]) -> dict[str, Comparison]:
    """Each state (rest, posture, movement, ...) against the one with the largest tremor, in size.

    A state watched without tremor is said to hold none, and for how long it was watched; nothing is divided by it.
    """
    sizes = {state: tremor.value("tremor_amplitude") or 0.0 for state, tremor in states.items()}
    largest = max(sizes, key=lambda state: sizes[state], default="")
    out: dict[str, Comparison] = {}
    for state, tremor in states.items():
        if tremor.outcome == "no_tremor":
            out[state] = Comparison("no_tremor", (_watched(tremor),))
            continue
        size = _size_ratio(tremor, states[largest]) if state != largest else None
        if size is None:
            out[state] = Comparison("larger" if state == largest and sizes[state] else "open", (_watched(tremor),))
            continue
        row = _row("tremor_to_largest_state", size, "1", f"amplitude over that in the state '{largest}'", tremor.seconds)
        out[state] = Comparison(_size_verdict(size), (row, _watched(tremor)))
    return out


def judge_legs(coherence: Coherence, criteria: TremorCriteria) -> Comparison:
    """Whether the two legs shake as one in the band of orthostatic tremor (PMC12219005, table 2).

    Mean coherence between leg muscles in 14 people with fast orthostatic tremor was 0.91 (Rigby 2015, doi 10.7916/D8S75FHK).
    """
    if coherence.significant is None:
        return Comparison("open", ())
    low, high = criteria.orthostatic_hz
    inside = low <= coherence.peak_hz <= high
    return Comparison("coherent" if coherence.significant and inside else "not_coherent", coherence.measurements)


def judge_antagonists(coherence: Coherence, criteria: TremorCriteria) -> Comparison:
    """Whether two muscles of a tremor pull together or in turn: the whole interval of the phase near 0, or near 180 degrees.

    For muscles alone; the phase of a sensor has no sign.
    """
    phase = next((estimate_of(m) for m in coherence.measurements if m.name == "coherence_phase"), None)
    if coherence.significant is None or phase is None:
        return Comparison("open", ())
    if not coherence.significant:
        return Comparison("not_coherent", coherence.measurements)
    reach, off = phase.high - phase.value, abs(phase.value)
    near = criteria.antagonists_deg
    verdict: Verdict = "together" if off + reach <= near else "in_turn" if off - reach >= 180 - near else "mixed"
    return Comparison(verdict, coherence.measurements)


def _size_ratio(one: Tremor, other: Tremor) -> Estimate | None:
    pair = [estimate_of(tremor.get("tremor_amplitude")) for tremor in (one, other)]
    return None if pair[0] is None or pair[1] is None or pair[1].value <= 0 else ratio(pair[0], pair[1])


def _size_verdict(size: Estimate) -> Verdict:
    if size.low > 1:
        return "larger"
    return "smaller" if size.high < 1 else "alike"


def _watched(tremor: Tremor) -> Measurement:
    return Measurement(
        name="tremor_watched", value=tremor.seconds, low=None, high=None, unit="s", method="whole 4 s windows without a gap",
        source="estimate", seconds=tremor.seconds,
    )  # fmt: skip


def _row(name: str, estimate: Estimate, unit: str, method: str, seconds: float) -> Measurement:
    return Measurement(
        name=name, value=estimate.value, low=estimate.low, high=estimate.high, unit=unit, method=f"{method}; {_MOVER}",
        source="zou2008", seconds=seconds,
    )  # fmt: skip

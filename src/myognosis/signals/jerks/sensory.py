"""Cortical answers to a stimulated nerve: the early waves of the sensory potential, and whether they are giant."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from myognosis.model.recording import Channel, Measurement
from myognosis.signals.jerks.criteria import JerkCriteria
from myognosis.signals.jerks.reflexes import Around, ReflexSettings, answer_row, with_copies

__all__ = ["SensoryPotential", "measure_sensory"]

Floats = npt.NDArray[np.float64]
_WAVES_MS = ((16.0, 25.0), (22.0, 34.0), (28.0, 48.0))
"""Where N20, P25 and N33 of the median nerve are looked for, each after the one before."""

_EARLIER_S = 0.06
"""The search in noise ends before the stimulus."""


@dataclass(frozen=True, eq=False)
class SensoryPotential:
    """The average of the EEG after stimuli, and whether its early cortical waves are giant (None: cannot be said)."""

    channel: str
    times_s: Floats
    mean: Floats
    giant: bool | None
    measurements: tuple[Measurement, ...]


def measure_sensory(eeg: tuple[Channel, ...], stimuli_s: Floats, criteria: JerkCriteria) -> SensoryPotential:
    """Cortical waves N20, P25 and N33 after stimuli of the median nerve; of several channels the one where they are largest.

    Giant when the lower end of either interval exceeds its limit; not when both upper ends stay below. Nothing is said where the
    same search before the stimulus finds more than a third of a limit: then noise alone makes waves.

    Parameters
    ----------
    eeg
        EEG channels in microvolts over the hand area, with the earlobe as reference.
    stimuli_s
        When stimuli were given.
    criteria
        The limits, and how many stimuli are needed.
    """
    found = []
    for channel in eeg:
        around = Around(channel, ReflexSettings())
        starts = around.sound(stimuli_s)
        if len(starts) >= criteria.min_stimuli:
            epochs = around.epochs(starts)
            found.append((_waves(epochs.mean(axis=0), around), epochs, around))
    if not found:
        return SensoryPotential("", np.zeros(0), np.zeros(0), None, ())
    sizes, epochs, around = max(found, key=lambda one: sum(one[0]))
    rng, n = np.random.default_rng(20240510), len(epochs)
    copies = [_waves(epochs[rng.integers(0, n, n)].mean(axis=0), around) for _ in range(200)]
    first, second = (with_copies(sizes[i], [copy[i] for copy in copies]) for i in range(2))
    limits = (criteria.giant_n20_p25_uv, criteria.giant_p25_n33_uv)
    noise = _waves(np.roll(epochs.mean(axis=0), round(_EARLIER_S * around.rate)), around)
    loud = any(size > limit / 3 for size, limit in zip(noise, limits, strict=True))
    above = first.low > limits[0] or second.low > limits[1]
    below = first.high < limits[0] and second.high < limits[1]
    named = (("sep_n20_p25", first), ("sep_p25_n33", second))
    rows = tuple(answer_row(name, size, "uV", "from peak to peak of the average", n, around.name) for name, size in named)
    giant = None if loud or not (above or below) else above
    return SensoryPotential(around.name, around.times, epochs.mean(axis=0), giant, rows)


def _waves(mean: Floats, around: Around) -> tuple[float, float]:
    """N20-P25 and P25-N33: the lowest, the highest after it, and the lowest after that, each in its span."""
    (n_from, n_to), (p_from, p_to), (late_from, late_to) = (
        tuple(round(ms / 1000 * around.rate) - around.edges[0] for ms in span) for span in _WAVES_MS
    )
    n20 = n_from + int(np.argmin(mean[n_from : n_to + 1]))
    p_from = max(p_from, n20 + 1)
    p25 = p_from + int(np.argmax(mean[p_from : p_to + 1]))
    late_from = max(late_from, p25 + 1)
    n33 = late_from + int(np.argmin(mean[late_from : late_to + 1]))
    return float(mean[p25] - mean[n20]), float(mean[p25] - mean[n33])

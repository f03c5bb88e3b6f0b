"""Cortical answers to a stimulated nerve: the early waves of the sensory potential, and whether they are giant."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from myognosis.model.recording import Channel, Measurement
from myognosis.signals.jerks.criteria import JerkCriteria
from myognosis.signals.jerks.reflexes import Around, ReflexSettings, answer_row, averages_of, evenly, with_copies
from myognosis.signals.source import ChannelSource, Source

__all__ = ["SensoryPotential", "measure_sensory", "measure_sensory_in"]

Floats = npt.NDArray[np.float64]
_COPIES = 200
"""Averages of drawn stimuli, for the intervals."""
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
    return measure_sensory_in(ChannelSource(eeg), stimuli_s, criteria)


def measure_sensory_in(source: Source, stimuli_s: Floats, criteria: JerkCriteria) -> SensoryPotential:
    """The same of a source of EEG, a piece of it in memory at a time; the parameters are those of ``measure_sensory``."""
    around = Around(source.rate_hz, ReflexSettings())
    starts = around.within(stimuli_s, source.n_samples)
    starts = starts[evenly(len(starts), around.settings.most)]
    averages = averages_of(source, starts, around, rectified=False, copies=_COPIES, seed=20240510) if len(starts) else ()
    enough = [(one, name) for one, name in zip(averages, source.names, strict=False) if one.n >= criteria.min_stimuli]
    if not enough:
        return SensoryPotential("", np.zeros(0), np.zeros(0), None, ())
    found, name = max(enough, key=lambda one: sum(_waves(one[0].mean, around, criteria)))
    sizes, copies = _waves(found.mean, around, criteria), [_waves(copy, around, criteria) for copy in found.copies]
    first, second = (with_copies(sizes[i], [copy[i] for copy in copies]) for i in range(2))
    limits = (criteria.giant_n20_p25_uv, criteria.giant_p25_n33_uv)
    noise = _waves(np.roll(found.mean, round(_EARLIER_S * around.rate)), around, criteria)
    loud = any(size > limit / 3 for size, limit in zip(noise, limits, strict=True))
    above = first.low > limits[0] or second.low > limits[1]
    below = first.high < limits[0] and second.high < limits[1]
    named = (("sep_n20_p25", first), ("sep_p25_n33", second))
    rows = tuple(answer_row(wave, size, "uV", "from peak to peak of the average", found.n, name) for wave, size in named)
    giant = None if loud or not (above or below) else above
    return SensoryPotential(name, around.times, found.mean, giant, rows)


def _waves(mean: Floats, around: Around, criteria: JerkCriteria) -> tuple[float, float]:
    """N20-P25 and P25-N33: the lowest, the highest after it, and the lowest after that, each in its span."""
    (n_from, n_to), (p_from, p_to), (late_from, late_to) = (
        tuple(round(ms / 1000 * around.rate) - around.edges[0] for ms in span) for span in criteria.sep_ms
    )
    n20 = n_from + int(np.argmin(mean[n_from : n_to + 1]))
    p_from = max(p_from, n20 + 1)
    p25 = p_from + int(np.argmax(mean[p_from : p_to + 1]))
    late_from = max(late_from, p25 + 1)
    n33 = late_from + int(np.argmin(mean[late_from : late_to + 1]))
    return float(mean[p25] - mean[n20]), float(mean[p25] - mean[n33])

"""Seconds in which the person contracted the muscle, under a strict and a lenient rule.

The choice of the rule moves the rate 2.6-fold (Bashford 2020, Clin Neurophysiol 131:265, quoted), so both are kept.
A second is voluntary when its noise is raised over the quiet of the recording, when its energy swings more than that of noise, or
when it holds many potentials of a continual train: both neighbours within 250 ms (Sleutjes 2016, Muscle Nerve
53:227, quoted). The seconds beside it are left out as well.
"""

import numpy as np
import numpy.typing as npt

from myognosis.signals.fasciculation.ear import Ear, Floats, blank
from myognosis.signals.fasciculation.listen import Heard, most_active, window
from myognosis.signals.fasciculation.settings import FasciculationSettings, Rule

__all__ = ["swing_of", "voluntary_seconds"]

Mask = npt.NDArray[np.bool_]


MOST_SWING = 3.0
"""When even the quieter third of the seconds swings so many times more than white noise, the whole is no rest."""


def swing_of(heard: Heard, ear: Ear, settings: FasciculationSettings) -> Floats:
    """How far the score swings within each second (from its 20 % to its 80 % quantile) against the quieter third of all seconds.

    Noise that swells lifts the whole of a second; a contraction makes peaks and troughs in it; single potentials fill less than a
    fifth of it. Where a contraction fills the recording, white noise is what is held against it.
    """
    known = heard.quality.assessable & (heard.swing > 0)
    if not known.any():
        return np.ones_like(heard.swing)
    usual, noise = float(np.quantile(heard.swing[known], 1 / 3)), _swing_of_noise(ear, heard.stride, settings)
    return np.asarray(heard.swing / np.float32(usual if usual < MOST_SWING * noise else noise))


def _swing_of_noise(ear: Ear, stride: int, settings: FasciculationSettings) -> float:
    """How far the score of white noise swings on so many channels: always the same noise, of some ten seconds."""
    from myognosis.signals.fasciculation.kernels import energy_of_most_active

    channels, width = len(ear.whiten), window(ear, settings)
    z = np.random.default_rng(1).standard_normal((round(10 * ear.frame_rate_hz), channels), np.float32)
    score = energy_of_most_active(z, width, stride, most_active(channels, settings), blank((channels,)))
    return float(np.subtract(*np.quantile(np.log(np.maximum(score, np.float32(1e-9))), [0.8, 0.2])))


def voluntary_seconds(
    times_s: npt.NDArray[np.float64], heard: Heard, swing: Floats, rule: Rule, settings: FasciculationSettings
) -> Mask:
    """The seconds, by one rule; ``times_s`` are all potentials in order."""
    gaps = np.diff(times_s, prepend=-np.inf, append=np.inf)
    continual = times_s[(gaps[:-1] <= settings.rules.continual_s) & (gaps[1:] <= settings.rules.continual_s)]
    counts = np.histogram(continual, np.arange(len(swing) + 1))[0]
    voluntary = (swing > rule.swing) | (counts >= rule.train) | _loud(heard, rule.loud, settings)
    beside = np.pad(voluntary, 1)
    widened: Mask = voluntary | beside[:-2] | beside[2:]
    return widened


def _loud(heard: Heard, over: float, settings: FasciculationSettings) -> Mask:
    """Seconds whose noise is so many times that of the quietest fifth; on few channels, of the quietest second or nearly so.

    A grid tells a contraction by its swing too. On few channels one that fills the recording is told by its noise alone.
    """
    loud = heard.loud
    share = settings.quiet_quantile if heard.floor.shape[1] >= settings.grid_from else settings.single_quiet_quantile
    quiet = float(np.quantile(loud[loud > 0], share)) if (loud > 0).any() else np.inf
    return np.asarray(loud > over * quiet)

"""From a CMAP scan to the number of motor units: how much the response varies where units fire at one stimulus and not the next.

A unit of size a fires at the stimulus s with probability Phi((ln s - t) / r): its threshold is t, its relative spread r (the
stochastic model of Bostock 2016, Muscle Nerve 53:889; r from Hales, Lin, Bostock 2004, J Physiol 559:953, from memory). Around
its threshold it adds a variance whose integral over ln s is a^2 r / sqrt(pi). Half the squared difference of neighbouring
responses, summed over the scan and freed of noise, gives the sum of all a^2, and with the largest response M

    size-weighted number  W = M^2 / sum a^2,        number  N = W (1 + c^2),

where c is the coefficient of variation of unit sizes. To read unit sizes from variance is the idea of statistical motor-unit
number estimation (Daube 1995; from memory). W needs no assumption about sizes; N needs c, here 0.58, that of gamma-distributed
sizes of shape 3; the 36 fits of another program (MScanFit) that the files of our benchmark hold have a median of 0.59, from 0.37 to
1.02. The interval comes from scans simulated from the
estimate with the stimuli, noise and curve of the scan itself, r and c drawn from what is known of them (parametric bootstrap,
Efron and Tibshirani 1993), which also takes away the bias. D50 is the number of largest steps that make half of the response
(Sleutjes 2014; from memory).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from myognosis.model.stimulation import CmapScan
from myognosis.signals.quality import MAD_TO_SD

__all__ = ["MotorUnits", "UnitSettings", "estimate_motor_units", "simulate_scan"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class UnitSettings:
    """Spread of thresholds and sizes with their SD, how many scans are simulated, and what a scan must hold."""

    spread: float = 0.0165
    spread_sd: float = 0.0025
    size_cv: float = 0.58
    size_cv_sd: float = 0.08
    simulations: int = 200
    least_stimuli: int = 100
    least_span: float = 0.10
    seed: int = 20161


@dataclass(frozen=True)
class MotorUnits:
    """How many units, with the 95 % interval; the size-weighted number; mean size in uV; D50; the largest response in mV."""

    number: float
    low: float
    high: float
    weighted: float
    mean_size_uv: float
    d50: int
    largest_mv: float
    stimuli: int


@dataclass(frozen=True, eq=False)
class _Scan:
    """A scan between its plateaus: ln of the falling stimulus, responses as shares of the largest, two kinds of noise."""

    x: Floats
    y: Floats
    top_noise: float
    base_noise: float
    largest_mv: float


def estimate_motor_units(scan: CmapScan, settings: UnitSettings | None = None) -> MotorUnits | None:
    """The number of motor units in a scan; None where it holds too few stimuli, no plateaus, or nothing but noise between them.

    Parameters
    ----------
    scan
        Stimuli and responses from above the largest to below the smallest response, with the marks of its plateaus or none.
    settings
        What is assumed of units.
    """
    settings = settings or UnitSettings()
    part = _between_plateaus(scan, settings)
    if part is None:
        return None
    weighted = _weighted(part, settings.spread)
    if weighted is None:
        return None
    first = max(2.0, weighted * (1 + settings.size_cv**2))
    errors = _simulated_errors(part, first, settings)
    number = first / float(np.exp(np.mean(errors)))
    low, high = first / np.exp(np.quantile(errors, (0.975, 0.025)))
    return MotorUnits(
        number=number, low=float(low), high=float(high), weighted=weighted, mean_size_uv=1000 * part.largest_mv / number,
        d50=_d50(part.y), largest_mv=part.largest_mv, stimuli=len(part.x),
    )  # fmt: skip


def _between_plateaus(scan: CmapScan, settings: UnitSettings) -> _Scan | None:
    stimulus, response = np.asarray(scan.stimulus_ma, float), np.asarray(scan.response_mv, float)
    if len(stimulus) < settings.least_stimuli or stimulus.min() <= 0:
        return None
    first, last = (scan.marks[0] - 1, scan.marks[3] - 1) if len(scan.marks) == 4 else _plateaus(response)
    if last - first < settings.least_stimuli // 2:
        return None
    before, after = response[: max(first, 8)], response[last:] if len(response) - last >= 6 else response[-6:]
    base, top = float(np.median(after)), float(np.median(before))
    largest = top - base
    x, y = np.log(stimulus[first : last + 1]), (response[first : last + 1] - base) / largest if largest > 0 else response
    if largest <= 0 or x[0] - x[-1] < settings.least_span:
        return None
    order = np.argsort(-x, kind="stable")
    return _Scan(x[order], y[order], _jitter(before) / largest, _jitter(after) / largest, largest)


def _plateaus(response: Floats) -> tuple[int, int]:
    """The last sweep of the upper and the first of the lower plateau."""
    n = max(8, len(response) // 30)
    top, base = float(np.median(response[:n])), float(np.median(response[-n:]))
    margin = max(4 * _jitter(response[:n]), 0.01 * (top - base))
    below = np.flatnonzero(response < top - margin)
    above = np.flatnonzero(response > base + max(4 * _jitter(response[-n:]), 0.005 * (top - base)))
    return (int(below[0]) if len(below) else 0), (int(above[-1]) + 1 if len(above) else len(response) - 1)


def _jitter(plateau: Floats) -> float:
    """The SD from sweep to sweep, free of slow drift."""
    return float(MAD_TO_SD * np.median(np.abs(np.diff(plateau)))) / 2**0.5 if len(plateau) > 2 else 0.0


def _weighted(scan: _Scan, spread: float) -> float | None:
    """The size-weighted number of units, from half the squared differences of neighbours."""
    steps = -np.diff(scan.x)
    middle = (scan.y[1:] + scan.y[:-1]) / 2
    noise = (scan.top_noise * middle) ** 2 + scan.base_noise**2
    variance = float(np.sum((np.diff(scan.y) ** 2 / 2 - noise) * steps))
    return spread / (np.sqrt(np.pi) * variance) if variance > 0 else None


def _d50(y: Floats) -> int:
    gaps = np.sort(np.diff(np.sort(y)))[::-1]
    return int(np.searchsorted(np.cumsum(gaps), 0.5 * gaps.sum())) + 1


def _curve(scan: _Scan) -> tuple[Floats, Floats]:
    """Stimulus over the share of the response, rising: where units of a simulated scan have their thresholds."""
    width = 9
    padded = np.pad(scan.y[::-1], width // 2, mode="edge")
    smooth = np.maximum.accumulate(np.convolve(padded, np.full(width, 1 / width), mode="valid"))
    share = (smooth - smooth[0]) / max(smooth[-1] - smooth[0], 1e-9)
    return share + np.linspace(0, 1e-9, len(share)), scan.x[::-1]


def _simulated_errors(scan: _Scan, number: float, settings: UnitSettings) -> Floats:
    """The logarithms of estimate over truth in scans of that many units."""
    rng, curve, errors = np.random.default_rng(settings.seed), _curve(scan), []
    units = max(2, round(number))
    for _ in range(settings.simulations):
        cv = max(0.05, rng.normal(settings.size_cv, settings.size_cv_sd))
        sizes = rng.lognormal(0.0, np.sqrt(np.log1p(cv**2)), units)
        sizes /= sizes.sum()
        thresholds = np.interp(np.cumsum(sizes) - sizes / 2, *curve)
        spread = float(np.clip(rng.normal(settings.spread, settings.spread_sd), 0.005, 0.04))
        y = simulate_scan(scan.x, thresholds, sizes, spread, rng)
        y += rng.normal(size=len(y)) * np.sqrt((scan.top_noise * y) ** 2 + scan.base_noise**2)
        found = _weighted(_Scan(scan.x, y, scan.top_noise, scan.base_noise, 1.0), settings.spread)
        if found is not None:
            errors.append(np.log(found * (1 + settings.size_cv**2) / units))
    return np.array(errors or [0.0])


def simulate_scan(x: Floats, thresholds: Floats, sizes: Floats, spread: float | Floats, rng: np.random.Generator) -> Floats:
    """Responses without noise to stimuli of logarithm ``x``: each unit fires or does not, by itself, at each."""
    from scipy.special import ndtr

    fires = rng.random((len(x), len(sizes))) < ndtr((x[:, None] - thresholds) / spread)
    return np.asarray(fires @ sizes)

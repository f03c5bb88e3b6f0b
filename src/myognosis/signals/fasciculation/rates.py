"""Rates with their intervals, and typical sizes: what is said of the potentials as a whole."""

import numpy as np
import numpy.typing as npt

__all__ = ["poisson_interval"]


def poisson_interval(count: int, exposure: float, level: float = 0.95) -> tuple[float, float]:
    """The exact interval of a Poisson rate (Garwood 1936, Biometrika 28:437, doi 10.1093/biomet/28.3-4.437).

    With no event the upper bound is one-sided: 3 / exposure, the rule of three (Hanley and Lippman-Hand 1983, JAMA 249:1743,
    doi 10.1001/jama.1983.03330370053031).

    >>> [round(x, 2) for x in poisson_interval(0, 1.0)]
    [0.0, 3.0]
    """
    from scipy.stats import chi2

    if count == 0:
        return 0.0, float(-np.log(1 - level)) / exposure
    tail = (1 - level) / 2
    return float(chi2.ppf(tail, 2 * count)) / 2 / exposure, float(chi2.ppf(1 - tail, 2 * count + 2)) / 2 / exposure

"""Potentials of one motor unit look alike: clusters of snippets, and the shape of each (a template)."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from myognosis.signals.fasciculation.ear import Floats
from myognosis.signals.fasciculation.settings import FasciculationSettings

__all__ = ["LAG", "Templates", "centre_of", "learn", "without_noise"]

LAG = 8
LAGS = range(-LAG, LAG + 1)
"""Frames by which a snippet is shifted against others."""
MOST_AVERAGED = 100
"""So many snippets, spread over a cluster, make its mean."""


@dataclass(frozen=True, eq=False)
class Templates:
    """Shapes (template, frame, channel) in units of noise, their norms, and how many snippets each was made of."""

    shapes: Floats
    members: tuple[int, ...]

    @cached_property
    def norms(self) -> Floats:
        """Lengths of the shapes."""
        return np.asarray(np.sqrt(np.einsum("klc,klc->k", self.shapes, self.shapes)))

    @cached_property
    def centres(self) -> tuple[int, ...]:
        """The frame of the centre of energy of each."""
        energy = np.einsum("klc,klc->kl", self.shapes, self.shapes)
        return tuple(round(float((row * np.arange(len(row))).sum() / row.sum())) for row in energy)

    @cached_property
    def active(self) -> tuple[npt.NDArray[np.int_], ...]:
        """The channels that hold nine tenths of the energy of each."""
        rows = []
        for energy in np.einsum("klc,klc->kc", self.shapes, self.shapes):
            order = np.argsort(-energy, kind="stable")
            rows.append(order[: int(np.searchsorted(np.cumsum(energy[order]), 0.9 * energy.sum())) + 1])
        return tuple(rows)

    @cached_property
    def slopes(self) -> Floats:
        """How each changes in time."""
        return np.gradient(self.shapes, axis=1) if len(self.shapes) else self.shapes

    def joined(self, more: "Templates") -> "Templates":
        """These and others."""
        return Templates(np.concatenate([self.shapes, more.shapes]), self.members + more.members)


def centre_of(z: Floats, near: int, reach: int) -> int:
    """The frame round which the energy of 6 ms is largest, near a frame."""
    energy = np.convolve(np.einsum("tc,tc->t", z, z), np.hanning(9), "same")
    low, high = max(0, near - reach), min(len(z), near + reach + 1)
    return low + int(np.argmax(energy[low:high]))


def learn(stretches: list[Floats], length: int, settings: FasciculationSettings) -> Templates:
    """Templates from snippets of ``length`` frames with the lags to each side, each centred on one potential.

    Two snippets are as far apart as they are at their best lag, in shares of the larger; for weak ones that share is judged
    against what noise alone does. Clusters are joined by their mean distance (average linkage: Sokal and Michener 1958, Univ Kansas
    Sci Bull 38:1409, remembered). A template is the mean of a cluster without the patterns that noise could have made.
    """
    x = np.stack(stretches)
    taper = np.sqrt(np.hanning(length + 2)[1:-1]).astype(np.float32)
    lagged = [x[:, LAG + lag : LAG + lag + length] for lag in LAGS]
    noise = _noise_of(x)
    labels = _clusters(lagged, noise, taper, settings)
    shapes, members = [], []
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        if len(rows) >= settings.least_members:
            sd = float(np.sqrt(np.median(noise[rows])))
            some = rows[np.unique(np.linspace(0, len(rows) - 1, MOST_AVERAGED).astype(int))]
            shape = _mean_shape([part[some] for part in lagged], sd)
            if float(np.sqrt((shape**2).sum())) * len(rows) ** (1 / 3) > settings.least_evidence * sd:
                shapes.append(shape)
                members.append(len(rows))
    order = np.argsort(-np.array(members), kind="stable")
    found = np.array(shapes, np.float32).reshape(len(shapes), length, x.shape[2])
    return Templates(found[order], tuple(members[i] for i in order))


def _noise_of(x: Floats) -> Floats:
    """The variance of the noise of each snippet, from the middle of the frames at its ends."""
    ends = np.concatenate([x[:, :LAG], x[:, -LAG:]], axis=1)
    return np.asarray(np.median(np.einsum("itc,itc->it", ends, ends), axis=1) / x.shape[2])


def _clusters(lagged: list[Floats], noise: Floats, taper: Floats, settings: FasciculationSettings) -> npt.NDArray[np.int_]:
    """A label for each snippet; ``noise`` is the variance in each."""
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    n, channels = len(noise), lagged[LAG].shape[2]
    if n < 2:
        return np.ones(n, int)
    here = (lagged[LAG] * taper[:, None]).reshape(n, -1)
    expected = noise * np.float32(channels * float((taper**2).sum()))
    doubt = settings.doubt * np.sqrt(8 * channels * float((taper**4).sum()))
    energy = np.einsum("ip,ip->i", here, here) - expected
    alike = np.full((n, n), -np.inf, np.float32)
    for other in lagged:
        alike = np.maximum(alike, here @ (other * taper[:, None]).reshape(n, -1).T)
    alike = np.maximum(alike, alike.T)
    apart = energy[:, None] + energy[None] - 2 * alike
    distance = np.maximum(apart, 0.0) / (np.maximum(np.maximum(energy[:, None], energy[None]), 0.0) + doubt)
    np.fill_diagonal(distance, 0.0)
    joined = linkage(squareform(distance, checks=False), "average")
    return np.asarray(fcluster(joined, settings.cluster_cut, "distance"))


def _mean_shape(lagged: list[Floats], sd: float) -> Floats:
    """The mean of snippets, each at the lag that fits the mean best; begun with the one most like the others."""
    flat = np.stack([part.reshape(len(part), -1) for part in lagged])
    here = flat[LAG]
    mean = here[int(np.argmax((here @ here.T).sum(axis=1)))]
    length, channels = lagged[LAG].shape[1:]
    for _ in range(3):
        best = np.argmax(flat @ mean, axis=0)
        mean = without_noise(flat[best, np.arange(len(here))].mean(axis=0).reshape(length, channels), len(here), sd).ravel()
    return np.asarray(mean.reshape(length, channels))


def without_noise(mean: Floats, n: int, sd: float) -> Floats:
    """A mean of ``n`` snippets with noise of such an SD, as the sum of those of its patterns that are larger than noise makes.

    The largest singular value of noise (Marchenko and Pastur 1967; Gavish and Donoho 2014, IEEE Trans Inf Theory 60:5040,
    doi 10.1109/TIT.2014.2323359, remembered) is the sum of the roots of both sides.
    """
    if min(mean.shape) < 2:
        return mean
    u, s, v = np.linalg.svd(mean, full_matrices=False)
    edge = sd * (np.sqrt(mean.shape[0]) + np.sqrt(mean.shape[1])) / np.sqrt(n)
    keep = max(1, int((s > edge).sum()))
    return np.asarray((u[:, :keep] * s[:keep]) @ v[:keep])

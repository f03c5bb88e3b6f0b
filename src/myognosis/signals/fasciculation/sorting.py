"""Potentials of one motor unit look alike: clusters of snippets, and the shape of each (a template)."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from myognosis.signals.fasciculation.doublets import first_of_pair
from myognosis.signals.fasciculation.ear import Floats
from myognosis.signals.fasciculation.settings import FasciculationSettings

__all__ = ["LAG", "Templates", "centre_of", "fits_of", "learn", "mean_of", "without_noise"]

Rows = npt.NDArray[np.int_]
LAG = 8
LAGS = range(-LAG, LAG + 1)
"""Frames by which a snippet is shifted against others."""
PARTS = (-0.6, -0.3, 0.0, 0.3, 0.6)
"""Parts of a frame by which a mean is moved, to know what a place between frames makes of it."""
OVER_EDGE = 1.3
"""A pattern of noise is hardly ever so many times larger than is expected of the largest (few snippets, noise not quite white)."""
STRONGEST = 4
"""So many patterns in space, and in time, tell the units of a cluster apart."""
MOST_AVERAGED = 100
"""So many snippets, spread over a cluster, make its mean."""


FEW = 4
"""On fewer channels a stretch is laid out as many windows; on more of them that costs more than to add up products afterwards."""


@dataclass(frozen=True, eq=False)
class Templates:
    """Shapes (template, frame, channel) in units of noise, their norms, and how many snippets each was made of.

    Those that were ``paired`` were learned from pairs alone, and are the first potential of the pair.
    """

    shapes: Floats
    members: tuple[int, ...]
    paired: bool = False

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
    def _answers(self) -> dict[int, Floats]:
        return {}

    def answers(self, k: int) -> Floats:
        """The fit of each shape to one, and to its slope (two, template, frames by which it begins later, a length before on)."""
        if k not in self._answers:
            length = self.shapes.shape[1]
            both = [fits_of(np.pad(x[k], ((length, length), (0, 0))), self.shapes) for x in (self.shapes, self.slopes)]
            self._answers[k] = np.stack(both) / self.norms[:, None]
        return self._answers[k]

    def likeness(self, k: int) -> Floats:
        """The correlation of each shape with one of them (template, frames by which it begins later, a length before on)."""
        return np.asarray(self.answers(k)[0] / self.norms[k])

    @cached_property
    def products(self) -> npt.NDArray[np.float64]:
        """Of each: the product with itself, with its slope, and of the slope with itself."""
        pairs = ((self.shapes, self.shapes), (self.shapes, self.slopes), (self.slopes, self.slopes))
        return np.stack([np.einsum("klc,klc->k", a, b, dtype=np.float64) for a, b in pairs], axis=1)

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

    def evidence(self, sd: Floats) -> Floats:
        """How surely each is no pattern of noise of such an SD in its fit; the more snippets made it, the smaller it may be."""
        return self.norms * np.cbrt(np.array(self.members, np.float32)) / sd

    def only(self, rows: list[int]) -> "Templates":
        """Some of them."""
        return Templates(self.shapes[rows], tuple(self.members[i] for i in rows))

    def joined(self, more: "Templates") -> "Templates":
        """These and others."""
        return Templates(np.concatenate([self.shapes, more.shapes]), self.members + more.members)


def fits_of(z: Floats, shapes: Floats) -> Floats:
    """The product of each template with each stretch of its length (template by first frame)."""
    from myognosis.signals.fasciculation.kernels import diagonals

    k, length, channels = shapes.shape
    if channels < FEW:
        windows = sliding_window_view(z, length, axis=0).reshape(-1, channels * length)
        return np.ascontiguousarray(shapes.transpose(0, 2, 1).reshape(k, -1) @ windows.T)
    return np.asarray(diagonals((shapes.reshape(k * length, channels) @ z.T).reshape(k, length, -1)))


def centre_of(z: Floats, near: int, reach: int) -> int:
    """The frame round which the energy of 6 ms is largest, near a frame."""
    energy = np.convolve(np.einsum("tc,tc->t", z, z), np.hanning(9), "same")
    low, high = max(0, near - reach), min(len(z), near + reach + 1)
    return low + int(np.argmax(energy[low:high]))


def learn(stretches: list[Floats], length: int, settings: FasciculationSettings) -> list[Templates]:
    """Families of templates from snippets of ``length`` frames with the lags to each side, each centred on one potential.

    Two snippets are as far apart as they are at their best lag, in shares of the larger; for weak ones that share is judged
    against what noise alone does. Clusters are joined by their mean distance (average linkage: Sokal and Michener 1958, Univ Kansas
    Sci Bull 38:1409, remembered). A cluster that falls into heaps is a family of several, the largest first. A template is the
    mean of a heap without the patterns that noise could have made, or the first potential of a pair (``doublets.py``).
    """
    x = np.stack(stretches)
    taper = np.sqrt(np.hanning(length + 2)[1:-1]).astype(np.float32)
    noise = _noise_of(x)
    labels = _clusters(_lagged(x, length), noise, taper, settings)
    families = []
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        if len(rows) >= settings.fewest_strong:
            sd = float(np.sqrt(np.median(noise[rows])))
            mean = _mean_shape(_lagged(x[rows], length), sd)
            if len(rows) < _fewest(_norm(mean), sd, settings) or not _sure(mean, len(rows), sd, settings):
                continue
            heaps = _heaps(x, length, rows, sd, settings)
            means = [(_mean_shape(_lagged(x[some], length), sd), some) for some in heaps]
            sure = [(shape, some) for shape, some in means if _sure(shape, len(some), sd, settings)]
            firsts = [_first_of_pair(shape, x[some], sd, settings) for shape, some in sure]
            alone = [pair for pair, first in zip(sure, firsts, strict=True) if first is None]
            families += [
                Templates(first[None], (len(some),), paired=True)
                for (_, some), first in zip(sure, firsts, strict=True)
                if first is not None
            ]
            if alone:
                families.append(
                    Templates(np.array([shape for shape, _ in alone], np.float32), tuple(len(some) for _, some in alone))
                )
    return sorted(families, key=lambda family: (family.paired, -sum(family.members)))


def _norm(shape: Floats) -> float:
    return float(np.sqrt((shape**2).sum()))


def _fewest(norm: float, sd: float, settings: FasciculationSettings) -> int:
    """How many potentials make a unit: fewer where each is far larger than noise."""
    return settings.fewest_strong if norm > settings.strong * sd else settings.least_members


def _sure(shape: Floats, n: int, sd: float, settings: FasciculationSettings) -> bool:
    """Whether the mean of so many snippets is larger than one that noise makes."""
    return bool(_norm(shape) * n ** (1 / 3) > settings.least_evidence * sd)


def _heaps(x: Floats, length: int, rows: Rows, sd: float, settings: FasciculationSettings) -> list[Rows]:
    """A cluster taken apart where its snippets lie in two heaps, and these again, the largest first.

    Potentials of one unit are of nearly one size, and what is left of each when the mean is taken away in its size and its place
    in time is noise. So the sizes are looked at, and the share of each in the strongest pattern of what is left: they are cut in
    two where the sums of squares are least (Fisher 1958, J Am Stat Assoc 53:789, remembered), and the halves are heaps when they
    lie far apart against their own width: 2.65 for one normal distribution, 3.46 for an even one. They also have to differ by more
    than the shape of one unit does from time to time, which is a share of its size.
    """
    if len(rows) < 2 * settings.fewest_strong:
        return [rows]
    sizes, shares = _sizes_and_shares(_lagged(x[rows], length), sd)
    fewest = _fewest(float(sizes.mean()), sd, settings)
    for values in (shares, sizes):
        order = np.argsort(values, kind="stable")
        cut, apart = _cut(values[order], fewest, settings.heaps_apart)
        if cut and apart > settings.heaps_differ * float(sizes.mean()):
            halves = [np.sort(rows[order[:cut]]), np.sort(rows[order[cut:]])]
            return sorted((heap for half in halves for heap in _heaps(x, length, half, sd, settings)), key=lambda heap: -len(heap))
    return [rows]


def _sizes_and_shares(lagged: list[Floats], sd: float) -> tuple[Floats, Floats]:
    """How large each snippet is, and how much of the strongest pattern left over it holds (none where noise makes as much).

    What is left over is looked at in its strongest patterns in space and in time alone: in all numbers of a snippet the noise of
    so few of them hides what tells neighbouring units apart.
    """
    mean = _mean_shape(lagged, sd)
    fits, x = _at_best(lagged, mean.ravel())
    turns = np.exp(-2j * np.pi * np.outer(PARTS, np.fft.rfftfreq(len(mean))))[..., None]
    moved = np.fft.irfft(np.fft.rfft(mean, axis=0) * turns, len(mean), axis=1)
    course, _ = np.linalg.qr(moved.reshape(len(PARTS), -1).T.astype(np.float32))
    left, swollen = _strongest((x - (x @ course) @ course.T).reshape(len(x), *mean.shape))
    u, s, _ = np.linalg.svd(left, full_matrices=False)
    edge = OVER_EDGE * sd * swollen * (np.sqrt(left.shape[0]) + np.sqrt(left.shape[1]))
    shares = u[:, 0] * s[0] if s[0] > edge else np.zeros(len(left))
    return np.asarray(fits.max(axis=0) / _norm(mean)), np.asarray(shares, np.float32)


def _strongest(x: Floats) -> tuple[Floats, float]:
    """Snippets (snippet, frame, channel) in their strongest patterns of space and of time, and how many times noise swells there.

    The swelling is that of the largest eigenvalue of the covariance of noise (Marchenko and Pastur 1967, remembered).
    """
    n, length, channels = x.shape
    space = np.linalg.eigh(np.einsum("itc,itd->cd", x, x))[1][:, -STRONGEST:]
    time = np.linalg.eigh(np.einsum("itc,isc->ts", x, x))[1][:, -STRONGEST:]
    seen = np.einsum("itp,tq->ipq", x @ space, time).reshape(n, -1)
    return seen, (1 + np.sqrt(channels / (n * length))) * (1 + np.sqrt(length / (n * channels)))


def _cut(shares: Floats, least: int, apart: float) -> tuple[int, float]:
    """Where sorted shares fall into two heaps of at least so many (0 where they do not), and how far apart these are."""
    best, where = np.inf, 0
    for k in range(least, len(shares) - least + 1):
        within = float(shares[:k].var() * k + shares[k:].var() * (len(shares) - k))
        best, where = min((best, where), (within, k))
    between = float(shares[where:].mean() - shares[:where].mean()) if where else 0.0
    return (where if between > apart * np.sqrt(best / len(shares)) else 0), between


def _noise_of(x: Floats) -> Floats:
    """The variance of the noise of each snippet, from the middle of the frames at its ends."""
    ends = np.concatenate([x[:, :LAG], x[:, -LAG:]], axis=1)
    return np.asarray(np.median(np.einsum("itc,itc->it", ends, ends), axis=1) / x.shape[2])


def _clusters(lagged: list[Floats], noise: Floats, taper: Floats, settings: FasciculationSettings) -> Rows:
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


def mean_of(x: Floats, length: int) -> Floats:
    """The mean shape of snippets of unit noise (snippet, frame, channel) that have the lags to each side."""
    return _mean_shape(_lagged(x, length), 1.0)


def _lagged(x: Floats, length: int) -> list[Floats]:
    """Snippets at each lag: the same memory, looked at from another place."""
    return [x[:, LAG + lag : LAG + lag + length] for lag in LAGS]


def _at_best(lagged: list[Floats], mean: Floats) -> tuple[Floats, Floats]:
    """How well snippets fit a mean (both flat) at each lag (lag, snippet), and each snippet at its best one."""
    fits = np.stack([part.reshape(len(part), -1) @ mean for part in lagged])
    return fits, np.stack([lagged[k][i].ravel() for i, k in enumerate(np.argmax(fits, axis=0))])


def _mean_shape(lagged: list[Floats], sd: float) -> Floats:
    """The mean of snippets, each at the lag that fits the mean best; begun with the one most like the others."""
    here = lagged[LAG].reshape(len(lagged[LAG]), -1)
    mean = here[int(np.argmax((here @ here.T).sum(axis=1)))]
    length, channels = lagged[LAG].shape[1:]
    for _ in range(3):
        best = _at_best(lagged, mean)[1]
        mean = without_noise(best.mean(axis=0).reshape(length, channels), len(here), sd).ravel()
    return np.asarray(mean.reshape(length, channels))


def _first_of_pair(mean: Floats, x: Floats, sd: float, settings: FasciculationSettings) -> Floats | None:
    """Where the mean of snippets ``x`` is a pair of potentials, the first of them.

    A pair is as wide as a template and wider: it is looked at in as many frames as most of the snippets hold.
    """
    length, room = len(mean), 2 * LAG
    lags = np.argmax([np.einsum("itc,tc->i", x[:, lag : lag + length], mean) for lag in range(room + 1)], axis=0)
    placed, count = np.zeros((len(x), x.shape[1] + room, x.shape[2]), np.float32), np.zeros(x.shape[1] + room)
    for snippet, lag, place in zip(x, lags, placed, strict=True):
        place[room - lag : room - lag + len(snippet)] = snippet
        count[room - lag : room - lag + len(snippet)] += 1
    held = count > len(x) / 2
    wide = without_noise((placed[:, held].sum(axis=0) / count[held, None]).astype(np.float32), len(x), sd)
    return first_of_pair(wide, length, length / settings.shape_s, (placed[:, held], sd))


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

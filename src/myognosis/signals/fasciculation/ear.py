"""What is learned of a recording before it is listened to: the filter, the mains, and how the noise of channels hangs together."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import prod

import numpy as np
import numpy.typing as npt

from myognosis.signals.fasciculation.settings import FasciculationSettings
from myognosis.signals.source import Source

__all__ = ["Ear", "Floats", "after_prediction", "blank", "calibrate", "filled", "middle_of", "noise_of", "read_thinned", "room"]

Floats = npt.NDArray[np.float32]
MAINS_HZ = (50.0, 60.0)
NOTCH_HZ = 2.0
MAINS_OVER = 12.0
"""A line of the spectrum so many times higher than its surroundings is mains."""


@dataclass(frozen=True, eq=False)
class Ear:
    """The filter and the whitening of one recording.

    ``rate_hz`` is that of the work (a fast recording is averaged down by ``thin``), ``block`` its samples in a second, ``step``
    how many of them make a frame of the detector. ``common`` is the share of the energy of noise that all channels have in common,
    ``quiet_uv`` the noise of each channel in its quieter seconds.
    """

    rate_hz: float
    thin: int
    block: int
    step: int
    sections: Floats
    whiten: Floats
    predict: Floats
    mains_hz: tuple[float, ...]
    margin: int
    common: float = 0.0
    quiet_uv: Floats = field(default_factory=lambda: np.zeros(0, np.float32))

    @property
    def frame_rate_hz(self) -> float:
        """Frames of the detector a second."""
        return self.rate_hz / self.step

    def whitened(self, frames: Floats) -> Floats:
        """Frames in units of noise made white in space and in time; the first few, which have no past, are lost."""
        return after_prediction(frames @ self.whiten, self.predict)

    def zero_phase(self, x: Floats, first: int = 0) -> Floats:
        """A stretch filtered forwards and backwards, the level of its beginning taken away; backwards only as far as ``first``."""
        out = room(x.shape)
        self.filter(x, self.rest(x.shape[1]), 1, out, x[0])
        self.filter(out[first:], self.rest(x.shape[1]), -1, out[first:])
        return out

    @cached_property
    def _answers(self) -> dict[int, Floats]:
        return {}

    def answer_to_jump(self, near: int) -> Floats:
        """What the filter, without shift of phase, makes of a jump by one: so many samples before it and from it on."""
        if near not in self._answers:
            x = blank((2 * (near + self.margin), 1))
            x[near + self.margin :] = 1.0
            self._answers[near] = self.zero_phase(x)[self.margin : -self.margin, 0]
        return self._answers[near]

    def rest(self, channels: int) -> Floats:
        """The state of a filter that has heard nothing."""
        return np.zeros((len(self.sections), 2, channels), np.float32)

    def filter(self, x: Floats, state: Floats, step: int, out: Floats, level: Floats | None = None) -> None:
        """The filter with time (step 1) or against it (-1), into ``out``, the level of each channel taken away first."""
        from myognosis.signals.fasciculation.cascade import filtered

        filtered(x, np.zeros(x.shape[1], np.float32) if level is None else level, self.sections, state, step, out)


def blank(shape: tuple[int, ...]) -> Floats:
    """Zeros that begin where a line of memory does."""
    out = room(shape)
    out[...] = 0.0
    return out


def room(shape: tuple[int, ...]) -> Floats:
    """Numbers yet to be written that begin where a line of memory does.

    What is stored across two lines and read again at once, as the state of a filter is, was measured to cost up to two hundred
    times as much.
    """
    line, size = 16, prod(shape)
    whole = np.empty(size + line, np.float32)
    first = -whole.__array_interface__["data"][0] // whole.itemsize % line
    return whole[first : first + size].reshape(shape)


def after_prediction(z: Floats, weights: Floats, out: Floats | None = None) -> Floats:
    """The difference of each frame from its prediction, into ``out`` where that is given."""
    from myognosis.signals.fasciculation.kernels import predicted

    out = room((len(z) - len(weights) + 1, z.shape[1])) if out is None else out
    predicted(z, weights, out)
    return out


def filled(x: Floats) -> Floats:
    """Missing samples as zero."""
    flat = x.reshape(-1)
    with np.errstate(invalid="ignore", over="ignore"):
        known = np.isfinite(flat @ flat)
    return x if known else np.nan_to_num(x, posinf=0.0, neginf=0.0)


def read_thinned(source: Source, first: int, last: int, thin: int) -> Floats:
    """Samples of the working rate; beyond the ends of the recording they are missing."""
    low, high = max(0, first * thin), min(source.n_samples // thin * thin, last * thin)
    x = source.read(low, high) if high > low else np.zeros((0, len(source.names)), np.float32)
    x = _in_rows(np.asarray(x, np.float32))
    if thin > 1:
        x = x.reshape(-1, thin, x.shape[1]).mean(axis=1, dtype=np.float32)
    before, after = low // thin - first, last - max(high, low) // thin
    if before or after:
        x = np.pad(x, ((before, after), (0, 0)), constant_values=np.nan)
    return x


def _in_rows(x: Floats) -> Floats:
    """The same, each sample's channels beside one another, as the filter takes them."""
    if x.flags.c_contiguous:
        return np.require(x, requirements="W")
    from myognosis.signals.fasciculation.kernels import turned

    out = np.empty(x.shape, np.float32)
    turned(np.require(x.T, requirements=["C", "W"]), out)
    return out


def noise_of(y: Floats, width: int) -> Floats:
    """The noise of each channel: the median over short pieces of their mean square, and its root.

    The median of a chi-square lies below its mean by about 2/3; with ``width`` correlated samples that is a constant factor,
    which thresholds in units of this noise absorb.
    """
    n = len(y) // width * width
    pieces = y[:n].reshape(-1, width, y.shape[1])
    return middle_of(np.einsum("ptc,ptc->pc", pieces, pieces), width)


def middle_of(squares: Floats, width: int) -> Floats:
    """The root of the median of mean squares; ``squares`` are sums over pieces (piece by channel) of ``width`` samples."""
    middle = len(squares) // 2
    return np.asarray(np.sqrt(np.partition(squares, middle, axis=0)[middle] / np.float32(width)))


def calibrate(source: Source, settings: FasciculationSettings) -> Ear:
    """Listen to up to two minutes of seconds spread over the recording."""
    thin = max(1, int(source.rate_hz // settings.working_rate_hz))
    rate = source.rate_hz / thin
    grid = len(source.names) >= settings.grid_from
    block, step = round(rate), max(1, round(rate / settings.frame_rate_hz)) if grid else 1
    seconds = source.n_samples // (thin * block)
    chosen = np.unique(np.linspace(0, max(0, seconds - 1), min(seconds, settings.calibration_s)).round().astype(int))
    mains = _mains((filled(read_thinned(source, k * block, (k + 1) * block, thin)) for k in chosen), block, rate)
    sections = _sections(rate, settings, mains)
    margin = round((settings.margin_mains_s if mains else settings.margin_s) * rate)
    channels = len(source.names)
    ear = Ear(rate, thin, block, step, sections, np.eye(channels, dtype=np.float32), np.ones(1, np.float32), mains, margin)
    piece = max(1, round(settings.noise_piece_s * ear.frame_rate_hz))
    heard = list(_frames(source, ear, chosen, settings))
    frames = _steady([z for z, _ in heard], piece)
    covariance = _covariance(frames, channels, piece)
    alive = np.count_nonzero(np.diag(covariance))
    common = float(covariance.sum() / max(alive * np.trace(covariance), 1e-12))
    ear = replace(
        ear, whiten=_whitening(covariance, settings), common=common, quiet_uv=_quiet([noise for _, noise in heard], channels)
    )
    predict = _prediction([ear.whitened(z) for z in frames], settings.prediction)
    return replace(ear, predict=predict)


def _mains(seconds: Iterator[Floats], block: int, rate: float) -> tuple[float, ...]:
    """Mains and its overtones, where a quarter of the channels hold the line."""
    hz = np.fft.rfftfreq(block, 1 / rate)
    power: npt.NDArray[np.float64] = np.zeros((len(hz), 1))
    for x in seconds:
        power = power + np.abs(np.fft.rfft(x, axis=0)) ** 2
    if not power.any():
        return ()
    power += 1e-20

    def over(line: float) -> float:
        """How far a line stands over what is beside it."""
        at = int(np.argmin(np.abs(hz - line)))
        if at + 6 >= len(hz):
            return 0.0
        beside = np.median(np.concatenate([power[at - 6 : at - 1], power[at + 2 : at + 7]]), axis=0)
        return float(np.quantile(power[at - 1 : at + 2].max(axis=0) / beside, 0.75))

    base = max(MAINS_HZ, key=over)
    if over(base) < MAINS_OVER:
        return ()
    return tuple(base * k for k in range(1, 9) if over(base * k) > MAINS_OVER and base * k < 0.4 * rate)


def _sections(rate: float, settings: FasciculationSettings, mains: tuple[float, ...]) -> Floats:
    """A band of second order, and a notch of 2 Hz for each line of the mains."""
    from scipy.signal import butter, iirnotch

    from myognosis.signals.fasciculation.cascade import normalised

    low, high = settings.band_hz
    rows = [butter(2, low, "highpass", fs=rate, output="sos"), butter(2, min(high, 0.45 * rate), "lowpass", fs=rate, output="sos")]
    rows += [np.concatenate(iirnotch(line, line / NOTCH_HZ, fs=rate))[None] for line in mains]
    return normalised(np.concatenate(rows)[:, [0, 1, 2, 4, 5]])


def _frames(
    source: Source, ear: Ear, chosen: npt.NDArray[np.int_], settings: FasciculationSettings
) -> Iterator[tuple[Floats, Floats]]:
    """Frames of chosen seconds, each channel in units of its own noise, and this noise."""
    width = max(2, round(settings.noise_piece_s * ear.rate_hz))
    for k in chosen:
        x = read_thinned(source, k * ear.block - ear.margin, (k + 1) * ear.block + ear.margin, ear.thin)
        y = ear.zero_phase(filled(x))[ear.margin : ear.margin + ear.block]
        noise = noise_of(y, width)
        yield np.asarray((y / np.where(noise > 0, noise, np.inf))[:: ear.step], np.float32), noise


def _quiet(noises: list[Floats], channels: int) -> Floats:
    """The noise of each channel in the quietest fifth of the seconds in which it is there; zero where it never is."""
    rows = np.sort(np.where(np.reshape(noises, (-1, channels)) > 0, np.reshape(noises, (-1, channels)), np.inf), axis=0)
    at = np.count_nonzero(np.isfinite(rows), axis=0) // 5
    quiet = rows[at, np.arange(channels)] if len(rows) else np.full(channels, np.inf)
    return np.where(np.isfinite(quiet), quiet, 0.0).astype(np.float32)


def _steady(seconds: list[Floats], piece: int) -> list[Floats]:
    """The half of the seconds whose energy swings least from piece to piece.

    Noise is steady, potentials and above all a contraction are not: what it leaves in a covariance hides units beside it.
    """
    swings = []
    for z in seconds:
        energy = np.sort([float(np.einsum("tc,tc->", part, part)) for part in np.split(z, range(piece, len(z), piece))])
        swings.append((energy[len(energy) * 4 // 5] + 1e-9) / (energy[len(energy) // 5] + 1e-9))
    order = np.argsort(swings, kind="stable")[: -(-len(seconds) // 2)]
    return [seconds[k] for k in sorted(order)]


def _covariance(seconds: list[Floats], channels: int, piece: int) -> npt.NDArray[np.float64]:
    """The covariance of channels over the quieter half of short pieces."""
    cut = [z[: len(z) // piece * piece].reshape(-1, piece, channels) for z in seconds]
    pieces = np.concatenate(cut) if cut else np.zeros((0, piece, channels), np.float32)
    energy = np.einsum("ptc,ptc->p", pieces, pieces)
    z = pieces[energy <= np.median(energy)].reshape(-1, channels).astype(np.float64) if len(pieces) else np.zeros((0, channels))
    return np.asarray(z.T @ z / max(1, len(z)))


def _whitening(covariance: npt.NDArray[np.float64], settings: FasciculationSettings) -> Floats:
    """The inverse root of a covariance, shrunk towards independence.

    Ledoit and Wolf 2004, J Multivar Anal 88:365, doi 10.1016/S0047-259X(03)00096-4, with a fixed share. A source from afar
    (heart, movement of the limb) reaches all electrodes alike, so the common mode is given a large variance.
    """
    alive = np.diag(covariance) > 0
    covariance = (1 - settings.shrinkage) * covariance + settings.shrinkage * np.diag(np.diag(covariance)) + np.diag(~alive)
    if alive.sum() >= settings.grid_from:
        covariance += settings.common_mode * np.outer(alive, alive) / alive.sum()
    values, vectors = np.linalg.eigh(covariance)
    root = (vectors / np.sqrt(np.maximum(values, 1e-6))) @ vectors.T
    return np.ascontiguousarray(root * np.outer(alive, alive), np.float32)


def _prediction(seconds: list[Floats], order: int) -> Floats:
    """What turns a frame into its difference from its prediction, of unit size: the noise becomes white in time.

    Yule and Walker's equations on the mean autocorrelation of all channels, large values cut so that potentials weigh little.
    """
    from scipy.linalg import solve_toeplitz

    cut = [np.clip(z, -4, 4) for z in seconds]
    lags = np.array(
        [sum(float(np.einsum("tc,tc->", z[: len(z) - k], z[k:], dtype=np.float64)) for z in cut) for k in range(order + 1)]
    )
    if not lags[0] > 0:
        return np.ones(1, np.float32)
    lags[0] *= 1.01
    weights = np.concatenate([[1.0], -solve_toeplitz(lags[:-1], lags[1:])]) if order else np.ones(1)
    errors = np.abs(np.concatenate([after_prediction(z, weights.astype(np.float32)) for z in cut]))
    spread = 1.4826 * np.median(errors[:, errors.any(axis=0)])
    return np.asarray(weights / spread, np.float32)

"""One pass over the whole recording, second by second: noise, quality, and how far the energy stands out."""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from myognosis.signals.fasciculation.ear import Ear, Floats, after_prediction, blank, filled, middle_of, read_thinned
from myognosis.signals.fasciculation.loose import Loose
from myognosis.signals.fasciculation.regions import Regions, find_regions
from myognosis.signals.fasciculation.ringing import Ringing, rings
from myognosis.signals.fasciculation.settings import FasciculationSettings
from myognosis.signals.quality import MAD_TO_SD, Fault, Quality, QualityMeter, parts_of
from myognosis.signals.source import Source

__all__ = ["Heard", "Joiner", "around", "listen", "most_active", "piece_of", "seconds_of", "window"]


@dataclass(frozen=True, eq=False)
class Heard:
    """The floor of each second and channel, the noise of the middle channel in each second, and where the score stands out.

    The score is counted every few milliseconds, that of a grid is the logarithm of its energy; ``usual`` and ``spread`` are its
    middle and robust SD around each second, ``swing`` is how far apart its 20 % and 80 % quantiles lie in the second; ``ringing``
    are the seconds in which the notch of the mains rings; ``ends`` are the least and the greatest sample of each channel.
    """

    floor: Floats
    loud: npt.NDArray[np.float64]
    regions: Regions
    swing: Floats
    usual: Floats
    spread: Floats
    stride: int
    quality: Quality
    ringing: npt.NDArray[np.bool_]
    ends: Floats


def listen(source: Source, ear: Ear, settings: FasciculationSettings) -> Heard:
    """The pass."""
    from myognosis.signals.fasciculation.kernels import pieces_of

    width = piece_of(ear, settings)
    stride = max(1, min(window(ear, settings), round(ear.frame_rate_hz / settings.score_rate_hz)))
    reach, seconds = settings.floor_reach_s, source.n_samples // (ear.thin * ear.block)
    shape = seconds, len(source.names)
    meter = QualityMeter(source.names, ear.rate_hz, ear.mains_hz, seconds, pieces_of)
    scorer, left = _Scorer(ear, settings, stride, seconds), Ringing(ear)
    loose = Loose(ear.quiet_uv, width, seconds, settings) if shape[1] >= settings.grid_from else None
    floor, ringing = np.empty(shape, np.float32), np.empty(shape, np.float32)
    waiting: deque[Floats] = deque()
    floors = 0
    for k, second in enumerate(seconds_of(source, ear, width, kept=reach + 3, see=meter.see)):
        meter.hear(middle_of(second.squares, width))
        ringing[k] = left.of(second.frames)
        if loose is not None:
            loose.see(k, second.squares, meter.usable[k])
        waiting.append(second.frames)
        while floors < (k + 1 - reach if k + 1 < seconds else seconds):
            _floor(meter, floors, settings, loose, floor[floors])
            floors += 1
        while waiting and floors >= min(scorer.second + 2, seconds):
            scorer.add(waiting.popleft(), floor)
    middle, width_of, swing = scorer.sizes.T
    usual, spread = np.zeros(seconds, np.float32), np.ones(seconds, np.float32)
    if shape[1] >= settings.grid_from:
        usual, spread = around(middle, 1), np.maximum(around(width_of, 5), np.float32(1e-6))
    regions = find_regions(scorer.score, usual, spread, stride, ear, settings)
    del scorer  # of a night the score is the largest part, and no longer needed
    _raise(floor, meter)
    rung = rings(ringing, floor, settings)
    del ringing
    quality = meter.done() if loose is None else meter.done().marked(Fault.CONTACT, loose.seconds.T)
    return Heard(floor, _loud(meter), regions, swing, usual, spread, stride, quality, rung, meter.ends)


def piece_of(ear: Ear, settings: FasciculationSettings) -> int:
    """Samples of a piece over which the noise is measured."""
    return max(2, round(settings.noise_piece_s * ear.rate_hz))


@dataclass(frozen=True, eq=False)
class Second:
    """A whole second: its filtered frames, and the sums of squares of filtered pieces (piece by channel)."""

    frames: Floats
    squares: Floats


def seconds_of(
    source: Source, ear: Ear, width: int, kept: int = 1, see: Callable[[Floats], None] = lambda raw: None
) -> Iterator[Second]:
    """Each whole second, filtered without shift of phase; so many of them hold true, then their memory is used again.

    What is read is shown at once, while it is near: to fetch it again from afar costs more than to look at it.
    Forwards the state is carried on; backwards the filter starts a quarter of a second ahead, where it has forgotten its start.
    """
    from myognosis.signals.fasciculation.cascade import TILE, filter_back

    seconds, channels = source.n_samples // (ear.thin * ear.block), len(source.names)
    state, level = ear.rest(channels), np.zeros(channels, np.float32)
    ahead, tile = blank((2, ear.block, channels)), blank((TILE, channels))
    frames = blank((kept, -(-ear.block // ear.step), channels))
    squares = blank((ear.block // width, channels))
    for k in range(seconds + 1):
        raw = read_thinned(source, k * ear.block, (k + 1) * ear.block, ear.thin) if k < seconds else np.zeros_like(ahead[0])
        if k < seconds:
            see(raw)
        if k in (0, seconds):
            level = filled(raw[:1])[0]
        _heard(raw, level, ear, state, ahead[k % 2])
        if k:
            out, after = frames[k % kept], ahead[k % 2, : ear.margin]
            filter_back(ahead[(k - 1) % 2], after, ear.sections, ear.rest(channels), tile, ear.step, width, out, squares)
            yield Second(out, squares)


def _heard(raw: Floats, level: Floats, ear: Ear, state: Floats, out: Floats) -> None:
    """The filter with time through a second; what is missing in it would stay in the state, and is put right."""
    before = state.copy()
    ear.filter(raw, state, 1, out, level)
    if not np.isfinite(state.sum()):
        state[:] = before
        ear.filter(filled(raw), state, 1, out, level)


def _floor(meter: QualityMeter, k: int, settings: FasciculationSettings, loose: Loose | None, out: Floats) -> None:
    """A low quantile of the seconds around, so that activity does not raise it; infinite where nothing was heard or shall be."""
    from myognosis.signals.fasciculation.kernels import floor_of

    around_it = slice(max(0, k - settings.floor_reach_s), k + settings.floor_reach_s + 1)
    usable = meter.usable[around_it]
    if loose is not None:
        usable = usable & ~(loose.seconds[around_it] | loose.left_out(k))
    floor_of(meter.noise[around_it], usable, settings.floor_quantile, out)


def _raise(floor: Floats, meter: QualityMeter) -> None:
    """The floor brought in place from a low quantile of the noise to its usual size."""
    ratio = np.concatenate([_ratio(floor, meter, part) for part in parts_of(len(floor))])
    if len(ratio):
        floor *= np.float32(np.median(ratio, overwrite_input=True))


def _ratio(floor: Floats, meter: QualityMeter, part: slice) -> Floats:
    """The noise over the floor, where both are known."""
    with np.errstate(invalid="ignore"):
        ratio = meter.noise[part] / floor[part]
    return np.asarray(ratio[meter.usable[part] & np.isfinite(ratio) & (ratio > 0)])


def _loud(meter: QualityMeter) -> npt.NDArray[np.float64]:
    """The noise of the middle channel in each second, of those that can be judged; zero where none can."""
    loud = np.zeros(len(meter.noise))
    for part in parts_of(len(loud)):
        noise = np.where(meter.usable[part], meter.noise[part], np.float32(np.nan))
        known = np.isfinite(noise).any(axis=1)
        loud[part][known] = np.nanmedian(noise[known], axis=1)
    return loud


class Joiner:
    """Frames of one second after another in units of noise; each begins with the last ``past`` of the second before."""

    def __init__(self, past: int, frames: int, channels: int) -> None:
        self.second, self.past, self.joined = 0, past, blank((past + frames, channels))

    def add(self, frames: Floats, floors: Floats) -> Floats:
        """The next second, until the one after it; its floor runs in straight lines between the middles of seconds."""
        from myognosis.signals.fasciculation.kernels import in_lines

        k = self.second
        self.joined[: self.past] = self.joined[len(frames) :].copy()
        in_lines(frames, floors, k, self.joined[self.past :])
        self.second = k + 1
        return self.joined


class _Scorer:
    """Frames of one second after another become scores."""

    def __init__(self, ear: Ear, settings: FasciculationSettings, stride: int, seconds: int) -> None:
        self.settings, self.stride, self.width = settings, stride, window(ear, settings)
        frames, channels = -(-ear.block // ear.step), len(ear.whiten)
        self.ear, self.joiner = ear, Joiner(len(ear.predict) - 1, frames, channels)
        self.score, self.sizes = np.empty((seconds, frames // stride), np.float32), np.empty((seconds, 3), np.float32)
        self.seen = blank((frames + len(ear.predict) - 1, channels))
        self.white, self.energy = blank((self.width - stride + frames, channels)), blank((channels,))

    @property
    def second(self) -> int:
        """The one that comes next."""
        return self.joiner.second

    def add(self, frames: Floats, floors: Floats) -> None:
        """The next second."""
        from myognosis.signals.fasciculation.kernels import energy_of_most_active

        k = self.second
        z, overlap = self.white, self.width - self.stride
        z[:overlap] = z[len(frames) :].copy()
        seen = np.matmul(self.joiner.add(frames, floors), self.ear.whiten, out=self.seen)
        after_prediction(seen, self.ear.predict, z[overlap:])
        top = most_active(z.shape[1], self.settings)
        row = energy_of_most_active(z, self.width, self.stride, top, self.energy)[: len(frames) // self.stride]
        level = np.log(np.maximum(row, np.float32(1e-9)))
        low, middle, high = np.partition(level, [len(level) // 5, len(level) // 2, len(level) * 4 // 5])[
            [len(level) // 5, len(level) // 2, len(level) * 4 // 5]
        ]
        apart = np.abs(level - middle)
        self.sizes[k] = middle, MAD_TO_SD * np.partition(apart, len(apart) // 2)[len(apart) // 2], high - low
        self.score[k] = level if z.shape[1] >= self.settings.grid_from else np.sqrt(row)


def window(ear: Ear, settings: FasciculationSettings) -> int:
    """Frames over which energy is summed: the bulk of a potential on a grid, its steepest part on a few channels."""
    grid = len(ear.whiten) >= settings.grid_from
    return max(2, round((settings.energy_s if grid else settings.single_energy_s) * ear.frame_rate_hz))


def most_active(channels: int, settings: FasciculationSettings) -> int:
    """How many channels are summed."""
    return min(settings.active_channels, channels) if channels >= settings.grid_from else 1


def around(values: Floats, reach: int) -> Floats:
    """The median of each second and of so many to each side; the first and the last stand for what lies beyond."""
    if not len(values):
        return values
    wide = np.pad(values, [(reach, reach)] + [(0, 0)] * (values.ndim - 1), "edge")
    return np.asarray(np.median(sliding_window_view(wide, 2 * reach + 1, axis=0), axis=-1), np.float32)

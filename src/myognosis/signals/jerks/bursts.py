"""Bursts of EMG, or jerks in a sensor: when each begins, how long it lasts, how often they come and how evenly.

A burst is power over an adaptive floor; its edges are placed by likelihood. The floor follows the muscle: jerks are found at
rest and over a held contraction alike. But what rises over a contraction is first of all its own units: a jerk has to stand out of
it further than out of rest, and where few units fire, too sparsely to tell, nothing is judged. What lasts longer than half a second
is a contraction, and eight bursts a second are the units of one: these seconds are not watched.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from myognosis.model.recording import Channel, Measurement
from myognosis.signals.intervals import Estimate, median_of, middle_of, poisson_interval, widened
from myognosis.signals.jerks.criteria import JerkCriteria
from myognosis.signals.jerks.level import EDGES_MS, Floats, Mask, Span, best_span, levelled, runs, smooth
from myognosis.signals.jumps import jumps_in
from myognosis.signals.pieces import Piece, pieces_of
from myognosis.signals.source import ChannelSource, Source, channels_of

__all__ = ["Burst", "BurstSettings", "Jerks", "find_jerks", "find_jerks_in"]


@dataclass(frozen=True)
class BurstSettings:
    """How bursts are looked for. The numbers are those of the method, not of any disease.

    EMG of 20-300 Hz at 1000 samples a second or more (Merchant 2020, Mov Disord Clin Pract, doi 10.1002/mdc3.12986). A burst rises
    over 3 SD of the floor in 10 ms, and reaches as far as 1.5 SD; pauses of 20 ms within are bridged. A filter smears a large
    burst: what is smaller than ``skirt_share`` of it beside it is not it. Sensors: 3-30 Hz over 50 ms.

    Over a contraction a burst has to rise over ``held_sd``, with its foot as much higher: a simulated interference pattern of the
    skin passes 3 SD 64-120 times a minute, 6 SD once or twice at most, 8 SD never (``benchmarks/jerks.py``). It is sparse where
    the upper quartile of the power of 10 ms stands over its median by more than ``sparse_log`` (natural logarithm).
    """

    band_hz: tuple[float, float] = (20.0, 300.0)
    sensor_band_hz: tuple[float, float] = (3.0, 30.0)
    smooth_s: float = 0.010
    sensor_smooth_s: float = 0.050
    threshold_sd: float = 3.0
    foot_sd: float = 1.5
    held_sd: float = 8.0
    sparse_log: float = 1.2
    skirt_share: float = 0.12
    merge_s: float = 0.020
    join_s: float = 0.060
    min_s: float = 0.006
    max_s: float = 0.5
    busy_per_s: int = 8
    edge_reach_s: float = 0.030
    floor_quantile: float = 0.35
    floor_reach_s: int = 5


_ROUNDS = 4
"""An edge that moved as far as it may is looked for again from there."""


@dataclass(frozen=True)
class Burst:
    """One burst: when it begins, how long it lasts, its greatest excursion (in the channel's unit) and its size over the floor."""

    onset_s: float
    duration_ms: float
    amplitude: float
    snr: float
    muscle: str


@dataclass(frozen=True, eq=False)
class Jerks:
    """The bursts of one muscle or sensor, the seconds watched, and the numbers.

    ``held_s`` are the watched seconds in which the muscle was contracted, ``sparse_s`` those that were left out because too few
    units fired.
    """

    muscle: str
    bursts: tuple[Burst, ...]
    seconds: float
    watched: Mask
    measurements: tuple[Measurement, ...]
    held_s: float = 0.0
    sparse_s: float = 0.0

    @property
    def onsets_s(self) -> Floats:
        """When the bursts begin."""
        return np.array([burst.onset_s for burst in self.bursts])

    @property
    def snr(self) -> float:
        """The usual size of the bursts over the noise."""
        return _loud(self.bursts) if self.bursts else 0.0

    def get(self, name: str) -> Measurement | None:
        """One of the measurements, if it was made."""
        return next((m for m in self.measurements if m.name == name), None)


def find_jerks(channels: tuple[Channel, ...], criteria: JerkCriteria, settings: BurstSettings | None = None) -> Jerks:
    """Bursts in one EMG channel, or jerks in the axes of one sensor.

    Parameters
    ----------
    channels
        One EMG in microvolts at 500 Hz or more, or the axes of an accelerometer or gyroscope; of one rate.
    criteria
        How many bursts a length needs.
    settings
        How they are looked for.

    Raises
    ------
    ValueError
        The channels are several muscles, of several rates, or too slow for EMG.
    """
    settings, like = _settings_for(channels, settings or BurstSettings()), channels[0]
    pieces = pieces_of(min(len(channel.samples) for channel in channels), like.rate_hz)
    heard = [_hear([replace(c, samples=c.samples[p.first : p.last]) for c in channels], p, criteria, settings) for p in pieces]
    return _whole(heard, like, like.name if len(channels) == 1 else like.kind, criteria)


def find_jerks_in(source: Source, criteria: JerkCriteria, settings: BurstSettings | None = None) -> tuple[Jerks, ...]:
    """The bursts of each muscle of a source, a piece of it in memory at a time.

    The parameters and the errors are those of ``find_jerks``; the source is EMG.
    """
    heard: list[list[_Heard]] = [[] for _ in source.names]
    for piece in pieces_of(source.n_samples, source.rate_hz):
        for one, channel in zip(heard, channels_of(source, piece.first, piece.last), strict=True):
            one.append(_hear((channel,), piece, criteria, _settings_for((channel,), settings or BurstSettings())))
    likes = channels_of(source, 0, 0)
    return tuple(_whole(one, like, like.name, criteria) for one, like in zip(heard, likes, strict=True))


@dataclass(frozen=True, eq=False)
class _Heard:
    """What belongs to one piece: its bursts, which of its seconds were watched, and how many were held or sparse."""

    bursts: tuple[Burst, ...]
    watched: Mask
    held_s: float
    sparse_s: float


def _hear(channels: Sequence[Channel], piece: Piece, criteria: JerkCriteria, settings: BurstSettings) -> _Heard:
    """The bursts that begin in a piece."""
    rate, own = channels[0].rate_hz, piece.own_seconds(round(channels[0].rate_hz))
    least = criteria.contraction_uv if channels[0].kind == "emg" else np.inf
    power, usable, spans, held = _found(tuple(channels), rate, least, settings)
    sparse = held & _sparse(power, held, rate, settings)
    watched = usable & ~sparse
    for first, last in spans:
        if last - first > settings.max_s * rate:
            watched[int(first / rate) : int(last / rate) + 1] = False
    short = [span for span in spans if settings.min_s * rate <= span[1] - span[0] <= settings.max_s * rate]
    short = _unbroken(short, channels, criteria)
    watched &= ~_busy(short, rate, len(watched), settings)
    kept = [
        _burst(span, power, channels, rate, piece.first)
        for span in short
        if piece.begin <= piece.first + span[0] < piece.end and watched[int(span[0] / rate) : int(span[0] / rate) + 1].any()
    ]
    return _Heard(tuple(kept), watched[own], float((held & watched)[own].sum()), float(sparse[own].sum()))


def _whole(heard: Sequence[_Heard], like: Channel, name: str, criteria: JerkCriteria) -> Jerks:
    """The pieces as one."""
    bursts = tuple(replace(burst, muscle=name) for one in heard for burst in one.bursts)
    watched = np.concatenate([one.watched for one in heard])
    seconds = float(watched.sum())
    numbers = _numbers(bursts, seconds, like, criteria)
    held_s, sparse_s = sum(one.held_s for one in heard), sum(one.sparse_s for one in heard)
    return Jerks(name, bursts, seconds, watched, numbers, held_s, sparse_s)


def _sparse(power: Floats, held: Mask, rate: float, settings: BurstSettings) -> Mask:
    """Seconds of a contraction of so few units that their potentials stand out one by one, judged with the seconds around."""
    level, n, reach = smooth(power, round(settings.smooth_s * rate)), round(rate), settings.floor_reach_s
    out = np.zeros(len(held), np.bool_)
    for second in np.flatnonzero(held):
        around = level[max(0, int(second) - reach) * n : (int(second) + reach + 1) * n]
        middle, upper = np.log(np.maximum(np.quantile(around, [0.5, 0.75]), 1e-9))
        out[second] = upper - middle > settings.sparse_log
    return out


def _unbroken(spans: list[Span], channels: Sequence[Channel], criteria: JerkCriteria) -> list[Span]:
    """Without what a filter makes of a trace that jumps, as where recordings are joined."""
    if channels[0].kind != "emg":
        return spans
    jumps = jumps_in(ChannelSource(tuple(channels)), criteria.jumps.on_skin()).at
    reach = round(criteria.jumps.rings_s * channels[0].rate_hz)
    return [(first, last) for first, last in spans if not ((jumps >= last - reach) & (jumps < first + reach)).any()]


def _busy(spans: list[Span], rate: float, seconds: int, settings: BurstSettings) -> Mask:
    """Seconds with as many bursts as only the units of a contraction make, and their neighbours."""
    counts = np.histogram([first / rate for first, _ in spans], np.arange(seconds + 1))[0]
    busy = np.pad(counts >= settings.busy_per_s, 1)
    around: Mask = busy[:-2] | busy[1:-1] | busy[2:]
    return around


def _settings_for(channels: tuple[Channel, ...], settings: BurstSettings) -> BurstSettings:
    """The settings of a sensor are slower than those of a muscle."""
    if not channels or len({(c.kind, c.rate_hz) for c in channels}) != 1 or (channels[0].kind == "emg" and len(channels) != 1):
        raise ValueError("give one EMG, or the axes of one sensor at one rate")
    if channels[0].kind == "emg":
        if channels[0].rate_hz < 500:
            raise ValueError("EMG of jerks needs 500 samples a second or more")
        return settings
    return replace(
        settings, band_hz=settings.sensor_band_hz, smooth_s=settings.sensor_smooth_s, edge_reach_s=0.1, merge_s=0.1, min_s=0.02
    )


def _found(
    channels: tuple[Channel, ...], rate: float, contraction: float, settings: BurstSettings
) -> tuple[Floats, Mask, list[Span], Mask]:
    """Power over the floor, usable seconds, spans of bursts, and the seconds of a contraction.

    All twice, the second time with a floor free of bursts.
    """
    excluded, spans = None, list[Span]()
    for _ in range(2):
        power, usable, sizes = levelled(
            channels, settings.band_hz, quantile=settings.floor_quantile, reach_s=settings.floor_reach_s, excluded=excluded
        )
        held: Mask = usable & (sizes > contraction)
        spans = _edged(power, _joined(power, _rough(power, held, rate, settings), rate, settings), rate, settings)
        excluded = np.zeros(len(power), np.bool_)
        for first, last in spans:
            excluded[first:last] = True
    return power, usable, spans, held


def _rough(power: Floats, held: Mask, rate: float, settings: BurstSettings) -> list[Span]:
    """Spans over the foot that somewhere rise over the threshold, without their skirts; short pauses are bridged."""
    level = smooth(power, round(settings.smooth_s * rate))
    last = len(held) - 1  # what is left over of a recording goes with its last whole second
    contracted = held[np.minimum(np.arange(len(level)) // round(rate), last)] if last >= 0 else np.zeros(len(level), np.bool_)
    over = level / np.where(contracted, settings.held_sd, settings.threshold_sd) ** 2
    kept = np.zeros(len(level), np.bool_)
    for first, last in runs(over > (settings.foot_sd / settings.threshold_sd) ** 2):
        top = level[first:last].max()
        if over[first:last].max() > 1:
            kept[first:last] = level[first:last] > settings.skirt_share**2 * top
    return runs(kept, settings.merge_s * rate)


def _joined(power: Floats, rough: list[Span], rate: float, settings: BurstSettings) -> list[Span]:
    """Neighbours are one burst where the pause between them is more likely a part of it than rest.

    The samples of a pause of mean power m under a variance v have the log-likelihood -n/2 (log v + m/v); the burst's v is that of
    both parts, that of rest is 1. A burst that is small over the noise falls apart at the threshold without this.
    """
    out: list[Span] = []
    for span in rough:
        if out and span[0] - out[-1][1] <= settings.join_s * rate and span[1] - out[-1][0] <= settings.max_s * rate:
            pause = float(power[out[-1][1] : span[0]].mean())
            within = float(np.concatenate([power[slice(*out[-1])], power[slice(*span)]]).mean())
            if np.log(within) + pause / within < pause:
                out[-1] = (out[-1][0], span[1])
                continue
        out.append(span)
    return out


def _edged(power: Floats, rough: list[Span], rate: float, settings: BurstSettings) -> list[Span]:
    """Each span with its edges where they are most likely, never beyond its neighbours."""
    reach = round(settings.edge_reach_s * rate)
    out: list[Span] = []
    for i, span in enumerate(rough):
        before = (rough[i - 1][1] + span[0]) // 2 if i else 0
        after = (span[1] + rough[i + 1][0]) // 2 if i + 1 < len(rough) else len(power)
        long = span[1] - span[0] > settings.max_s * rate
        level = max(1.0, settings.skirt_share**2 * float(power[span[0] : span[1]].mean()))
        for _ in range(0 if long else _ROUNDS):
            placed = best_span(power, span, reach, (before, after), level=level, louder=True)
            if placed == span:
                break
            span = placed
        out.append(span)
    return out


def _burst(span: Span, power: Floats, channels: Sequence[Channel], rate: float, begin: int) -> Burst:
    part = np.stack([channel.samples[span[0] : span[1]].astype(np.float64) for channel in channels])
    size = float(np.nanmax(np.linalg.norm(part - np.nanmedian(part, axis=1, keepdims=True), axis=0)))
    length, loud = 1000 * (span[1] - span[0]) / rate, float(np.sqrt(power[span[0] : span[1]].mean()))
    return Burst((begin + span[0]) / rate, length, size, loud, channels[0].name)


def _numbers(bursts: tuple[Burst, ...], seconds: float, like: Channel, criteria: JerkCriteria) -> tuple[Measurement, ...]:
    """Rate always; length, size and evenness from enough bursts on."""
    if seconds <= 0:
        return ()
    low, high = poisson_interval(len(bursts), seconds / 60)
    rows = [
        _row("jerk_rate", Estimate(60 * len(bursts) / seconds, low, high), "/min", "bursts counted", "garwood1936", seconds, like)
    ]
    if len(bursts) < criteria.min_bursts:
        return tuple(rows)
    name, median = ("jerk_burst_duration" if like.kind == "emg" else "jerk_movement_duration"), f"median of {len(bursts)}"
    if like.kind != "emg" or _loud(bursts) >= criteria.min_snr:
        lengths = widened(middle_of(np.array([burst.duration_ms for burst in bursts])), EDGES_MS)
        how = f"middle of {len(bursts)} (Hodges-Lehmann), edges by likelihood, {EDGES_MS:g} ms of their error in the interval"
        rows.append(_row(name, lengths, "ms", how, "staude1999", seconds, like))
    sizes = median_of(np.array([burst.amplitude for burst in bursts]))
    rows.append(_row("jerk_amplitude", sizes, like.unit, f"{median}; greatest excursion", "david2003", seconds, like))
    gaps = np.diff([burst.onset_s for burst in bursts])
    rng = np.random.default_rng(20240503)
    copies = rng.choice(gaps, (400, len(gaps)))
    value = float(gaps.std(ddof=1) / gaps.mean())
    near, far = np.percentile(copies.std(axis=1, ddof=1) / copies.mean(axis=1), [2.5, 97.5])
    evenness = Estimate(value, min(value, float(near)), max(value, float(far)))
    rows.append(_row("jerk_interval_cv", evenness, "1", "SD over mean of the intervals, bootstrap", "efron1979", seconds, like))
    if evenness.high < criteria.rhythmic_cv:
        middle = median_of(1 / gaps)
        rows.append(_row("jerk_frequency", middle, "Hz", "median of one over the interval", "david2003", seconds, like))
    return tuple(rows)


def _loud(bursts: tuple[Burst, ...]) -> float:
    """The usual size of the bursts over the noise."""
    return float(np.median([burst.snr for burst in bursts]))


def _row(name: str, estimate: Estimate, unit: str, method: str, source: str, seconds: float, like: Channel) -> Measurement:
    return Measurement(
        name=name, value=estimate.value, low=estimate.low, high=estimate.high, unit=unit, method=method, source=source,
        seconds=seconds, channel=like.name,
    )  # fmt: skip

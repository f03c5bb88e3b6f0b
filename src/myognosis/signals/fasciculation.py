"""Fasciculation potentials in surface or needle EMG at rest: single discharges of a motor unit, found, counted, measured.

A potential is a short excursion over an adaptive noise floor. Crossings close together are one potential. Seconds of
voluntary activity are left out under a strict and a lenient rule, because the choice moves the rate 2.6-fold (Bashford 2020,
Clin Neurophysiol 131:265). What is found is not named a disease.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from myognosis.model.recording import Channel, Measurement
from myognosis.signals.quality import MAD_TO_SD, adaptive_floor, band_pass, loudness, usable_seconds

__all__ = ["Event", "FasciculationSettings", "Fasciculations", "find_fasciculations", "poisson_interval"]

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
_METHOD = (
    "single EMG potentials over {k:g} robust SD of an adaptive floor, {low:g}-{high:g} Hz, voluntary seconds left out ({rule})"
)


@dataclass(frozen=True)
class FasciculationSettings:
    """How potentials are looked for. The numbers are those of the method, not of any disease.

    The floor is the 35 % quantile of the seconds within 5 s. White noise passes 5.5 robust SD about once in an hour.
    """

    band_hz: tuple[float, float] = (20.0, 500.0)
    threshold_sd: float = 5.5
    grid_threshold_sd: float = 6.0
    quiet_sd: float = 5.0
    merge_s: float = 0.016
    grid_merge_s: float = 0.020
    floor_quantile: float = 0.35
    floor_reach_s: int = 5
    energy_s: float = 0.006
    active_channels: int = 8
    shrinkage: float = 0.1
    shape_s: float = 0.012
    edge_s: float = 0.050
    step_s: tuple[float, float] = (0.012, 0.035)
    step_share: float = 0.35
    step_rise_s: float = 0.0005
    step_rise_share: float = 0.6
    continual_s: float = 0.250
    strict: tuple[float, int] = (2.5, 4)
    lenient: tuple[float, int] = (4.0, 8)


@dataclass(frozen=True)
class Event:
    """One potential: when, how large from peak to peak, how far above the noise, and where it is largest."""

    time_s: float
    amplitude_uv: float
    snr: float
    channel: str


@dataclass(frozen=True, eq=False)
class Fasciculations:
    """The potentials outside voluntary activity, the seconds watched, and the numbers."""

    events: tuple[Event, ...]
    seconds: float
    analysable: Mask
    voluntary: Mask
    measurements: tuple[Measurement, ...]

    def value(self, name: str) -> float | None:
        """One of the numbers, if it was measured."""
        return next((m.value for m in self.measurements if m.name == name), None)


def find_fasciculations(channels: tuple[Channel, ...], settings: FasciculationSettings | None = None) -> Fasciculations:
    """Potentials in one EMG channel, or in a grid of them.

    Parameters
    ----------
    channels
        EMG channels of one rate, in microvolts, over the same muscle.
    settings
        How they are looked for.
    """
    settings = settings or FasciculationSettings()
    if not channels or {channel.unit for channel in channels} != {"uV"} or len({channel.rate_hz for channel in channels}) != 1:
        raise ValueError("the channels are not EMG of one rate in microvolts")
    rate = channels[0].rate_hz
    usable, filtered, floors = _prepare(channels, rate, settings)
    if len(filtered) > 1:
        step, score = _step(rate), _grid_score(filtered, floors, rate, settings)
        clusters = _clusters(score, settings.grid_threshold_sd, settings.grid_merge_s * rate / step)
        clusters = [(first * step, last * step) for first, last in clusters]
    else:
        score = np.abs(filtered[0]) / _spread(floors[0], rate, filtered.shape[1])
        clusters = _clusters(score, settings.threshold_sd, settings.merge_s * rate)
    found = [_event(cluster, filtered, floors, channels, rate, settings) for cluster in clusters]
    names = {channel.name: channel for channel in channels}
    found = [event for event in found if not _is_step(names[event.channel], event, settings)]
    last = len(filtered[0]) / rate - settings.edge_s
    found = [e for e in found if settings.edge_s <= e.time_s <= last and e.time_s < len(usable) and usable[int(e.time_s)]]
    loud = np.median(np.stack([loudness(row, rate) for row in filtered]), axis=0)
    place = f"{len(channels)} channels" if len(channels) > 1 else channels[0].name
    return _summary(found, usable, loud, settings, place)


def _prepare(channels: tuple[Channel, ...], rate: float, settings: FasciculationSettings) -> tuple[Mask, Floats, Floats]:
    """Usable seconds, band-passed traces and the noise of each second; a channel unusable for most of the time is dropped."""
    raw = np.stack([channel.samples.astype(np.float64) for channel in channels])
    each = np.stack([usable_seconds(row, rate) for row in raw])
    good = each.mean(axis=1) >= min(0.5, each.mean(axis=1).max())
    usable: Mask = each[good].mean(axis=0) > 0.5
    filtered = np.zeros_like(raw)
    for row in np.flatnonzero(good):
        filtered[row] = band_pass(raw[row], rate, *settings.band_hz)
    floors = np.full((len(raw), raw.shape[1] // round(rate)), np.inf)
    for row in np.flatnonzero(good):
        floor = adaptive_floor(
            loudness(filtered[row], rate), usable, reach_s=settings.floor_reach_s, quantile=settings.floor_quantile
        )
        floors[row] = np.where(np.isfinite(floor) & (floor > 0), floor, np.inf)
    return usable, filtered, floors


def _spread(floor: Floats, rate: float, n: int) -> Floats:
    """The noise of each second for each of its samples, with straight lines between the middles of seconds."""
    if not np.isfinite(floor).any():
        return np.full(n, np.inf)
    middle = (np.arange(len(floor)) + 0.5) * round(rate)
    known = np.isfinite(floor)
    return np.interp(np.arange(n), middle[known], floor[known])


def _grid_score(filtered: Floats, floors: Floats, rate: float, settings: FasciculationSettings) -> Floats:
    """How far the energy of the most active channels stands above its usual size, in robust SD of its logarithm.

    Channels are brought to unit noise and whitened in space with the covariance of quiet samples, shrunk towards
    independence (Ledoit and Wolf 2004, J Multivar Anal 88:365, doi 10.1016/S0047-259X(03)00096-4, with a fixed share).
    """
    z = np.stack([row / _spread(floor, rate, filtered.shape[1]) for row, floor in zip(filtered, floors, strict=True)])
    z = z[np.isfinite(floors).any(axis=1)]
    quiet = np.abs(z).max(axis=0) < settings.quiet_sd
    if quiet.sum() > 10 * len(z):
        covariance = np.cov(z[:, quiet])
        covariance = (1 - settings.shrinkage) * covariance + settings.shrinkage * np.diag(np.diag(covariance))
        values, vectors = np.linalg.eigh(covariance)
        z = (vectors / np.sqrt(np.maximum(values, 1e-6))) @ (vectors.T @ z)
    width, step = max(1, round(settings.energy_s * rate)), _step(rate)
    summed = np.cumsum(np.pad(z**2, ((0, 0), (width // 2 + 1, width))), axis=1)
    energy = (summed[:, width::step] - summed[:, :-width:step])[:, : -(-z.shape[1] // step)] / width
    top = min(settings.active_channels, len(energy))
    active = np.partition(np.ascontiguousarray(energy.T), len(energy) - top, axis=1)[:, -top:].mean(axis=1)
    level = np.log(np.maximum(active, 1e-12))
    middle = np.median(level)
    score: Floats = (level - middle) / (MAD_TO_SD * np.median(np.abs(level - middle)) + 1e-12)
    return score


def _step(rate: float) -> int:
    """The energy of 6 ms windows changes slowly: about a thousand values a second are enough."""
    return max(1, round(rate / 1024))


def _clusters(score: Floats, limit: float, merge: float) -> list[tuple[int, int]]:
    """First and last sample of each run above the limit; runs nearer than the merging time are one."""
    above = np.flatnonzero(score > limit)
    if not len(above):
        return []
    parts = np.split(above, np.flatnonzero(np.diff(above) > merge) + 1)
    return [(int(part[0]), int(part[-1])) for part in parts]


def _event(
    cluster: tuple[int, int],
    filtered: Floats,
    floors: Floats,
    channels: tuple[Channel, ...],
    rate: float,
    settings: FasciculationSettings,
) -> Event:
    """The potential in a cluster: timed at the centre of its energy, measured on the channel where it is largest."""
    reach = round(settings.shape_s * rate)
    middle = (cluster[0] + cluster[1]) // 2
    first = max(0, min(cluster[0] - reach // 4, middle - reach))
    part = filtered[:, first : max(cluster[1] + reach // 4, middle + reach) + 1]
    sizes = np.ptp(part, axis=1)
    largest = int(np.argmax(sizes))
    floor = floors[largest, min(int(middle / rate), floors.shape[1] - 1)]
    energy = np.maximum(part[largest] ** 2 - (2 * floor) ** 2, 0.0) + 1e-12
    at = first + float((energy * np.arange(len(energy))).sum() / energy.sum())
    return Event(at / rate, float(sizes[largest]), float(sizes[largest] / floor), channels[largest].name)


def _is_step(channel: Channel, event: Event, settings: FasciculationSettings) -> bool:
    """Whether the raw trace jumps there at once to another level, as when an electrode pops.

    A potential rises over some milliseconds and leaves the level where it was. The level is judged by a line before and a
    line after, drawn on to the event.
    """
    rate = channel.rate_hz
    near, far = (round(s * rate) for s in settings.step_s)
    at, rise = round(event.time_s * rate), max(1, round(settings.step_rise_s * rate))
    if at - far < 0 or at + far > len(channel.samples):
        return False
    raw = np.nan_to_num(channel.samples[at - far : at + far].astype(np.float64))
    if np.abs(raw[rise:] - raw[:-rise]).max() < settings.step_rise_share * event.amplitude_uv:
        return False
    after = np.arange(near, far)
    ends = [float(np.polyfit(offsets / rate, raw[far + offsets], 1)[1]) for offsets in (-after, after)]
    return abs(ends[1] - ends[0]) > settings.step_share * event.amplitude_uv


def _voluntary(events: list[Event], loud: Floats, usable: Mask, rule: tuple[float, int], settings: FasciculationSettings) -> Mask:
    """Seconds of voluntary activity: noise raised over the quiet of the recording, or many potentials in a continual train.

    A potential is continual when both its neighbours are within 250 ms (Sleutjes 2016, Muscle Nerve 53:227).
    """
    times = np.array([event.time_s for event in events])
    gaps = np.diff(times)
    before, after = np.concatenate([[np.inf], gaps]), np.concatenate([gaps, [np.inf]])
    continual = times[(before <= settings.continual_s) & (after <= settings.continual_s)] if len(times) else times
    counts = np.histogram(continual, np.arange(len(loud) + 1))[0]
    quiet = np.quantile(loud[usable], 0.2) if usable.any() else np.inf
    voluntary = (loud > rule[0] * quiet) | (counts >= rule[1])
    widened: Mask = voluntary | np.concatenate([[False], voluntary[:-1]]) | np.concatenate([voluntary[1:], [False]])
    return widened


def _summary(found: list[Event], usable: Mask, loud: Floats, settings: FasciculationSettings, place: str) -> Fasciculations:
    strict = _voluntary(found, loud, usable, settings.strict, settings)
    lenient = _voluntary(found, loud, usable, settings.lenient, settings)
    kept: list[Event] = []
    rows: list[Measurement] = []
    for name, voluntary in (("fasciculation_rate", strict), ("fasciculation_rate_lenient", lenient)):
        watched = usable & ~voluntary
        inside = [event for event in found if int(event.time_s) < len(watched) and watched[int(event.time_s)]]
        rule = "strict" if voluntary is strict else "lenient"
        kept = inside if voluntary is strict else kept
        rows += _rate(name, inside, float(watched.sum()), rule, settings, place)
    if kept:
        rows.append(_amplitude(kept, float((usable & ~strict).sum()), settings, place))
    seconds = float((usable & ~strict).sum())
    return Fasciculations(tuple(kept), seconds, usable & ~strict, strict, tuple(rows))


def _rate(
    name: str, events: list[Event], seconds: float, rule: str, settings: FasciculationSettings, place: str
) -> list[Measurement]:
    if seconds <= 0:
        return []
    low, high = poisson_interval(len(events), seconds / 60)
    method = _METHOD.format(k=settings.threshold_sd, low=settings.band_hz[0], high=settings.band_hz[1], rule=rule)
    return [
        Measurement(
            name=name, value=60 * len(events) / seconds, low=low, high=high, unit="/min", method=method, source="garwood1936",
            seconds=seconds, channel=place,
        )
    ]  # fmt: skip


def _amplitude(events: list[Event], seconds: float, settings: FasciculationSettings, place: str) -> Measurement:
    """The median size, with the distribution-free interval of a median (David and Nagaraja, Order Statistics, 2003)."""
    from scipy.stats import binom

    sizes = np.sort([event.amplitude_uv for event in events])
    rank = int(binom.ppf(0.025, len(sizes), 0.5))
    low, high = sizes[max(0, rank - 1)], sizes[min(len(sizes) - 1, len(sizes) - rank)]
    return Measurement(
        name="fasciculation_amplitude", value=float(np.median(sizes)), low=float(low), high=float(high), unit="uV",
        method="median size from peak to peak on the channel where each is largest", source="david2003", seconds=seconds,
        channel=place,
    )  # fmt: skip


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

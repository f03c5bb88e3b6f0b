"""Sizes and shapes under a needle: found in the narrow band of the engine, measured in the wide one of a needle examination."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from myognosis.signals.fasciculation.engine import REACH_S
from myognosis.signals.fasciculation.events import Event, Unit
from myognosis.signals.fasciculation.measure import Judged
from myognosis.signals.fasciculation.shape import measure_wave
from myognosis.signals.quality import MAD_TO_SD, band_pass
from myognosis.signals.source import Source

__all__ = ["measured_wide"]

_AROUND_S = 0.1
"""What is read to each side, so that a filter has forgotten its beginning."""
_SHIFT_S = 0.004
"""By so much a potential is moved at most to lie on the mean of its unit."""

_Windows = npt.NDArray[np.float64]


def measured_wide(
    source: Source, judged: list[Judged], units: tuple[Unit, ...], band_hz: tuple[float, float]
) -> tuple[list[Judged], tuple[Unit, ...]]:
    """The same potentials and units with the sizes and shapes that they have in this band, as far as the rate of the file goes."""
    again: list[Judged] = []
    waves: dict[int, list[_Windows]] = {}
    noises: list[float] = []
    shift = round(_SHIFT_S * source.rate_hz)
    for row in judged:
        place = source.names.index(row.event.channel)
        wave, noise = _window(source, row.event, place, band_hz)
        size = float(np.ptp(wave[place, shift:-shift]))
        again.append(replace(row, event=replace(row.event, amplitude_uv=size)))
        noises.append(noise)
        waves.setdefault(row.event.unit, []).append(wave)
    noise = float(np.median(noises)) if noises else 0.0
    return again, tuple(_unit(unit, waves.get(k, []), source, noise) for k, unit in enumerate(units))


def _window(source: Source, event: Event, place: int, band_hz: tuple[float, float]) -> tuple[_Windows, float]:
    """A potential on all channels with room to be moved, and the noise beside it (robust SD)."""
    rate = source.rate_hz
    around, reach = round(_AROUND_S * rate), round(REACH_S * rate) + round(_SHIFT_S * rate)
    at = round(event.time_s * rate)
    first, last = max(0, at - around), min(source.n_samples, at + around)
    y = band_pass(np.asarray(source.read(first, last), np.float64).T, rate, *band_hz)
    middle = at - first + reach
    padded = np.pad(y, ((0, 0), (reach, reach)))[:, middle - reach : middle + reach]
    return padded, MAD_TO_SD * float(np.median(np.abs(y[place])))


def _mean(waves: list[_Windows], place: int, shift: int) -> _Windows:
    """The mean of potentials (channel by sample), each where it fits the mean best on one channel."""
    length = waves[0].shape[1] - 2 * shift
    mean = waves[0][:, shift : shift + length]
    for _ in range(2):
        firsts = [int(np.argmax(np.correlate(wave[place], mean[place], "valid"))) for wave in waves]
        mean = np.mean([wave[:, first : first + length] for wave, first in zip(waves, firsts, strict=True)], axis=0)
    return mean


def _unit(unit: Unit, waves: list[_Windows], source: Source, noise_uv: float) -> Unit:
    """The measures of the mean of a unit's potentials; one that was met nowhere stays as it is."""
    if not waves:
        return unit
    place = source.names.index(unit.channel)
    mean = _mean(waves, place, round(_SHIFT_S * source.rate_hz)).astype(np.float32)
    wave = measure_wave(mean[place], source.rate_hz, noise_uv / np.sqrt(len(waves)))
    return replace(
        unit, amplitude_uv=wave.amplitude_uv, duration_ms=wave.duration_ms, phases=wave.phases, turns=wave.turns,
        sizes_uv=tuple(map(float, np.ptp(mean, axis=1))), wave_uv=mean[place], rate_hz=source.rate_hz,
    )  # fmt: skip

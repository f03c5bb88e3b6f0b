"""Small needle traces with known discharges, for the tests of discharges and motor units."""

from functools import cache

import numpy as np

from myognosis.findings.needle import discharge_criteria, fasciculation_settings, motor_unit_rules
from myognosis.knowledge import load_knowledge
from myognosis.model.recording import Channel, Measurement
from myognosis.signals.discharges import DischargeCriteria, Discharges, find_discharges
from myognosis.signals.motor_units import MotorUnit, MotorUnits
from myognosis.signals.potentials.shape import Potential

RATE, NOISE_UV = 4000.0, 4.0
AT_REST, UNITS = fasciculation_settings(load_knowledge()), motor_unit_rules(load_knowledge())
T_MS = np.arange(-12, 32, 1000 / RATE)


def bump(at_ms: float, width_ms: float) -> np.ndarray:
    return np.asarray(np.exp(-(((T_MS - at_ms) / width_ms) ** 2)))


FIBRE = bump(0.6, 0.4) - 0.7 * bump(-0.3, 0.4) - 0.25 * bump(1.8, 0.7)
UNIT = bump(0.5, 1.0) - 0.6 * bump(-1.8, 1.3) - 0.55 * bump(3.2, 1.6)
END_PLATE = bump(0.6, 0.4) - 0.4 * bump(1.8, 0.7)
SHARP = -bump(0.0, 0.9) + np.where(T_MS > 1.5, 0.25 * np.sin(np.pi * np.clip((T_MS - 1.5) / 15, 0, 1)), 0)
COMPLEX = sum(np.roll(FIBRE, round(lag * RATE / 1000)) * size for lag, size in ((-2, 0.8), (0.5, 1), (3, 0.6), (6, 0.9)))


def trace(
    shape: np.ndarray, times: np.ndarray, uv: float = 160.0, seconds: float = 8.0, seed: int = 1, sizes: object = 1.0
) -> np.ndarray:
    """Noise with a shape of this size from peak to peak at each time (its trigger is at 12 ms)."""
    out = np.random.default_rng(seed).normal(0, NOISE_UV, round(seconds * RATE))
    shape = shape / np.ptp(shape) * uv
    for t, size in zip(times, np.broadcast_to(np.asarray(sizes, float), np.shape(times)), strict=True):
        at = round((t - 0.012) * RATE)
        if at >= 0 and at + len(shape) <= len(out):
            out[at : at + len(shape)] += size * shape
    return out


def channel(samples: np.ndarray, name: str = "needle") -> Channel:
    return Channel(name, "emg", "uV", RATE, samples.astype(np.float32))


@cache
def criteria() -> DischargeCriteria:
    return discharge_criteria(load_knowledge())


def find(*samples: np.ndarray, electrode: str = "needle", negative_up: bool | None = True) -> Discharges:
    channels = tuple(channel(row, f"E{i}") for i, row in enumerate(samples))
    return find_discharges(channels, criteria(), electrode=electrode, negative_up=negative_up)  # type: ignore[arg-type]


def measured(**values: float) -> tuple[Measurement, ...]:
    return tuple(
        Measurement(name=n, value=v, low=v, high=v, unit="1", method="m", source="estimate", seconds=1.0) for n, v in values.items()
    )


def unit(amplitude_uv: float, duration_ms: float = 9.0) -> MotorUnit:
    shape = Potential(
        start=0, stop=90, amplitude_uv=amplitude_uv, duration_ms=duration_ms, area_uv_ms=1.4 * amplitude_uv, phases=3, turns=3,
        thickness_ms=1.4, size_index=1.0, spike_ms=3.0, slope_uv_ms=2000.0, first_share=0.2, tail_ratio=0.1, first_negative=True,
    )  # fmt: skip
    return MotorUnit(np.arange(0.0, 10, 0.1), np.zeros(10), 0.0, shape, 10.0, 12.0, 0.1, is_near=True)


def found_in(*units: MotorUnit) -> MotorUnits:
    return MotorUnits(units, measured(motor_unit_count=1.0), (), "open", (), ())

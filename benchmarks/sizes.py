"""How large potentials are told to be against how large they are, in the band in which they are measured, at several noises."""

from pathlib import Path

import numpy as np

from benchmarks.generate import make
from benchmarks.given import AT_REST
from benchmarks.motor_units import RATE, load, real_units
from benchmarks.reasoning import Row
from myognosis.model.recording import Channel
from myognosis.signals.fasciculation import find_fasciculations
from myognosis.signals.quality import band_pass

SEEDS, SNRS, NOISE_UV = range(9000, 9006), (8, 12, 20), 5.0
BAND_HZ = (20.0, 450.0)


def one_channel(shapes: list[np.ndarray], snr: int, seed: int) -> tuple[tuple[Channel, ...], np.ndarray]:
    """A minute and a half of white noise with real shapes, and the same without noise."""
    rng = np.random.default_rng([seed, snr, 6])
    clean = np.zeros(round(90 * RATE))
    for t in np.arange(1.0, 88.0, 1.3) + rng.uniform(-0.3, 0.3, 67):
        shape = shapes[rng.integers(len(shapes))]
        at = round(t * RATE)
        clean[at : at + len(shape)] += shape / np.ptp(shape) * snr * NOISE_UV * rng.normal(1, 0.05)
    signal = clean + rng.normal(0, NOISE_UV, len(clean))
    return (Channel("1", "emg", "uV", RATE, signal.astype(np.float32)),), clean[None]


def shares(channels: tuple[Channel, ...], clean: np.ndarray) -> list[float]:
    """The told size over the true one of each potential that was found."""
    names = [channel.name for channel in channels]
    true = band_pass(clean.astype(np.float64), RATE, *BAND_HZ)
    out, reach = [], round(0.015 * RATE)
    for event in find_fasciculations(channels, AT_REST).events:
        at = round(event.time_s * RATE)
        size = float(np.ptp(true[names.index(event.channel), max(0, at - reach) : at + reach]))
        if size > 2 * NOISE_UV:
            out.append(event.amplitude_uv / size)
    return out


def sizes(data: Path) -> list[Row]:
    """The median of these shares for one channel and a grid."""
    bipolar = np.diff(load(data)[0], axis=0)
    shapes = [shape[np.argmax(np.ptp(shape, axis=1))] for shape in real_units(bipolar, load(data)[1])]
    rows: list[Row] = []
    for snr in SNRS:
        for name in ("one channel", "64 channels"):
            ratios: list[float] = []
            for seed in SEEDS:
                if name == "one channel":
                    channels, clean = one_channel(shapes, snr, seed)
                else:
                    made = make("computed", "A", float(snr), seed, data)
                    channels, clean = made.channels, made.clean
                ratios += shares(channels, clean)
            told = f"{100 * (np.median(ratios) - 1):+.1f} % ({len(ratios)} potentials)"
            rows.append((f"{name}, SNR {snr}: told size against the true one, median", told, "within 5 %"))
    return rows

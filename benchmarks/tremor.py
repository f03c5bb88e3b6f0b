"""How exact tremor is measured on made truth, and how it agrees with another pipeline on a real wrist.

Run ``python benchmarks/tremor.py --data FOLDER`` with the folder that holds ``wrist_imu``
(biomarkersParkinson/paradigma, Apache-2.0).
"""

import argparse
import sys
from pathlib import Path

import numpy as np

from myognosis.model.recording import Channel
from myognosis.readers import read_recording
from myognosis.signals.tremor import measure_tremor

RATE, N = 100.0, 3000


def coloured(rng: np.random.Generator, slope: float) -> np.ndarray:
    hz = np.fft.rfftfreq(N, 1 / RATE)
    noise = np.fft.irfft(np.where(hz > 0.1, np.maximum(hz, 0.1) ** (-slope / 2), 0.0) * np.fft.rfft(rng.normal(size=N)), N)
    return np.asarray(noise / noise.std())


def axes(signals: list[np.ndarray]) -> tuple[Channel, ...]:
    return tuple(Channel(str(i), "accelerometer", "m/s2", RATE, signal.astype(np.float32)) for i, signal in enumerate(signals))


def made(runs: int) -> list[str]:
    """Sines whose phase wanders, in coloured noise of SD 0.3 on three axes, 30 s."""
    rng = np.random.default_rng(0)
    errors, sizes, inside, missed = [], [], 0, 0
    for _ in range(runs):
        hz, size = rng.uniform(3.5, 12), rng.uniform(1.0, 4.0)
        phase = 2 * np.pi * hz * np.arange(N) / RATE + np.cumsum(rng.normal(0, 0.02, N))
        true = (phase[-1] - phase[0]) / (2 * np.pi * (N - 1) / RATE)
        way = rng.normal(size=3)
        way /= np.linalg.norm(way)
        found = measure_tremor(axes([way[i] * size * np.sin(phase) + 0.3 * coloured(rng, 1.5) for i in range(3)]))
        if found.outcome != "tremor":
            missed += 1
            continue
        frequency = found.measurements[0]
        errors.append(abs((frequency.value or 0) - true))
        sizes.append(abs((found.value("tremor_amplitude") or 0) / size - 1))
        inside += bool(frequency.low <= true <= frequency.high)  # type: ignore[operator]
    alarms = sum(
        measure_tremor(axes([coloured(rng, slope) for _ in range(3)])).outcome == "tremor"
        for slope in (0, 1, 2, 3)
        for _ in range(runs)
    )
    return [
        f"| missed | {missed} of {runs} |",
        f"| frequency error, largest | {max(errors):.3f} Hz |",
        f"| amplitude error, mean, largest | {np.mean(sizes):.3f}, {max(sizes):.3f} |",
        f"| frequency interval covers the truth | {inside} of {len(errors)} |",
        f"| false alarms in smooth noise of 30 s | {alarms} of {4 * runs} |",
    ]


def wrist(folder: Path) -> list[str]:
    """Window by window against the checked windows of the other pipeline."""
    recording = read_recording(folder / "wrist_imu" / "imu_meta.json")
    values = np.fromfile(folder / "wrist_imu" / "expected" / "4.predictions__tremor__tremor_values.bin", "<f8").reshape(-1, 4)
    theirs = values[:, 2] == 1
    lines = []
    for kind in ("gyroscope", "accelerometer"):
        found = measure_tremor(recording.of_kind(kind))  # type: ignore[arg-type]
        rows = np.round(found.windows.start_s / 4).astype(int)
        ours = np.zeros(len(theirs), bool)
        fits = rows < len(theirs)
        ours[rows[fits]] = found.windows.holds[fits]
        p = found.windows.p
        lines += [
            f"| {kind}: windows ours, theirs, both | {ours.sum()}, {theirs.sum()}, {(ours & theirs).sum()} |",
            f"| {kind}: agreement of {len(theirs)} windows | {(ours == theirs).mean():.3f} |",
            f"| {kind}: ours alone (Hz, p) | "
            + "; ".join(f"{i}: {found.windows.peak_hz[i]:.1f}, {p[i]:.0e}" for i in np.flatnonzero(ours & ~theirs))
            + " |",
            f"| {kind}: theirs alone | {', '.join(map(str, np.flatnonzero(theirs & ~ours)))} |",
            *(f"| {kind}: {m.name} | {m.value:.3f} ({m.low:.3f} to {m.high:.3f}) {m.unit} |" for m in found.measurements),
        ]
    return lines


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--runs", type=int, default=60)
    chosen = parser.parse_args()
    print("| measure | figure |\n|---|---|")
    print("\n".join([*made(chosen.runs), *wrist(chosen.data)]))
    return 0


if __name__ == "__main__":
    sys.exit(main())

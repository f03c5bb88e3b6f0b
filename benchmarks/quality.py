"""What disturbs an EMG: how often a heart and a stimulator are found that are there, and that are not.

The heart is real (record 100 of the MIT-BIH arrhythmia database, with its marked beats), set into made rest; the recordings
without heart and stimulator are real and made. Seeds here (6000 on) are used nowhere else.
"""

from pathlib import Path

import numpy as np
from tests.signals.movement import emg_of, gated, joined, phase_of

from benchmarks import discharges
from benchmarks.reasoning import Row, Tables
from benchmarks.tremor import share
from myognosis.faults import RecordingError
from myognosis.findings.criteria import jump_rules
from myognosis.knowledge import load_knowledge
from myognosis.model.recording import Channel
from myognosis.readers import read_recording
from myognosis.signals.heart import find_heart
from myognosis.signals.jumps import jumps_in
from myognosis.signals.source import ChannelSource
from myognosis.signals.stimuli import find_stimuli

RATE, SECONDS, RUNS = 2000.0, 60, 20
UNMARKED, JUMPS = np.zeros(0), jump_rules(load_knowledge())
Array = np.ndarray
NOTE = (
    "The size of the heart is that of its median beat, peak to peak, over the SD of the EMG at rest (20-400 Hz). A beat is hit "
    "within 60 ms of its mark. "
    "A stimulator without marks is one of 1-3 a second, its artefact of five samples 20-200 times the noise. "
    "Joints: rest with a hum that begins anew and a level of its own in each of six parts of 24 s at 2048 Hz; the SD of the levels "
    "is told in multiples of that of the noise."
)


def rest(rng: np.random.Generator, drive: Array | None = None) -> Channel:
    """A muscle at rest with noise of SD 10 uV, or driven."""
    return emg_of(rng, np.zeros(round(SECONDS * RATE)) if drive is None else drive, RATE, rest=10.0)


def hearts(data: Path) -> list[Row]:
    """A real heart in made rest, smaller and smaller."""
    from scipy.signal import resample_poly

    record = read_recording(data / "noise" / "100_3min.hea")
    ecg = resample_poly(record.channels[0].samples.astype(np.float64), 50, 9)
    marks = np.array([mark.start_s for mark in record.annotations if mark.text in ("N", "A")])
    at = np.round(marks * RATE).astype(int)
    size = np.ptp(np.median([ecg[a - 100 : a + 100] for a in at if 100 < a < len(ecg) - 100], axis=0))
    rows: list[Row] = []
    for over in (20.0, 10.0, 5.0, 2.5, 1.25, 0.6):
        found, recall, off = [], [], []
        for run in range(RUNS):
            rng = np.random.default_rng((6000, round(10 * over), run))
            made = rest(rng)
            start = int(rng.integers(0, len(ecg) - len(made.samples)))
            samples = made.samples + 10 * over / size * ecg[start : start + len(made.samples)]
            heart = find_heart((Channel("EMG", "emg", "uV", RATE, samples.astype(np.float32)),))
            found.append(heart is not None)
            if heart is not None:
                true = marks[(at > start) & (at < start + len(made.samples))] - start / RATE
                recall.append(np.mean([np.abs(heart.beats_s - beat).min() < 0.06 for beat in true]))
                off.append(np.mean([np.abs(true - beat).min() < 0.06 for beat in heart.beats_s]))
        beats = f"; beats: precision {np.mean(off):.3f}, recall {np.mean(recall):.3f}" if recall else ""
        rows.append((f"{over:g} times the noise", share(found) + beats, "all" if over >= 2.5 else "-"))
    return rows


def alarms(channels: tuple[Channel, ...]) -> tuple[int, int]:
    """Hearts and stimulators in channels, together and each alone."""
    groups = [channels, *((channel,) for channel in channels)] if len(channels) > 1 else [channels]
    return sum(find_heart(g) is not None for g in groups), sum(find_stimuli(g, UNMARKED) is not None for g in groups)


def joints(channels: int, apart: float) -> Row:
    """How many joints of made recordings are found, to the sample, and what else is."""
    found = wrong = true = 0
    for run in range(RUNS // 2):
        rng = np.random.default_rng((6300, channels, round(apart), run))
        at = np.sort(rng.uniform(1, 23, 5))
        jumps = jumps_in(ChannelSource(joined(rng, 24.0, channels, 2048.0, list(at), 5.0 * apart)), JUMPS)
        off = np.abs(jumps.at[jumps.together | (channels == 1), None] / 2048.0 - at)
        hit = off.min(axis=0, initial=1.0) < 0.001
        found, true, wrong = found + int(hit.sum()), true + len(at), wrong + int((off.min(axis=1, initial=1.0) >= 0.001).sum())
    return (f"{channels} electrodes, levels {apart:g} times the noise", f"{found} of {true}, {wrong} others", "-")


def real(data: Path) -> list[Row]:
    """Real recordings that hold neither, and the jumps and pops in them."""
    rows: list[Row] = []
    files = [*sorted((data / "emgdb").glob("*.hea")), data / "hd_emg" / "otb_testfile.mat"]
    for path in (*files, data / "noise" / "bw_3min.hea", data / "noise" / "ma_3min.hea", *sorted(data.glob("bids*/*/*/emg/*.edf"))):
        try:
            channels = [c for c in read_recording(path).channels if c.unit == "uV"]
        except RecordingError:
            continue
        emg = tuple(Channel(c.name, "emg", "uV", c.rate_hz, c.samples) for c in channels if c.rate_hz == channels[0].rate_hz)
        heart, stimulator = alarms(emg)
        jumps = jumps_in(ChannelSource(emg), JUMPS).together
        counts = f"{heart}, {stimulator}, {jumps.sum()}, {(~jumps).sum()}"
        rows.append((f"{path.stem}, {len(emg)} channels, {emg[0].duration_s:.0f} s", counts, "0, 0, 0, -"))
    return rows


def made(kind: str, run: int) -> Channel:
    """Activity of muscles without heart or stimulator."""
    rng = np.random.default_rng((6100, run))
    n = round(SECONDS * RATE)
    if kind == "complex repetitive discharges":
        one = discharges.make(discharges.complex_repetitive_discharge, 40.0, 6100 + run)
        return Channel("needle", "emg", "uV", discharges.RATE, one.trace.astype(np.float32))
    gap = rng.uniform(0.45, 1.4)
    drives = {
        "rest": None,
        "contraction": np.ones(n),
        "tremor of 3-12 Hz": np.maximum(0, np.sin(phase_of(rng, rng.uniform(3, 12), n, RATE))) ** 2,
        "jerks at the rate of a pulse": gated([(t, t + 0.06) for t in np.arange(0.6, SECONDS - 1, gap)], SECONDS, RATE, 1.0),
    }
    return rest(rng, drives[kind])


def stimulated(run: int, jitter: float) -> bool:
    """Whether unmarked artefacts are found, all of them within a millisecond."""
    rng = np.random.default_rng((6200, run))
    emg = rest(rng)
    samples, times = emg.samples.copy(), np.arange(1.0, SECONDS - 1, 1 / rng.uniform(1, 3))
    wave = 10 * rng.uniform(20, 200) * np.array([0.3, 1.0, -0.6, -0.3, -0.1])
    for time in times + jitter * rng.normal(size=len(times)):
        at = round(time * RATE)
        samples[at : at + 5] += wave
    found = find_stimuli((Channel("EMG", "emg", "uV", RATE, samples),), UNMARKED)
    return found is not None and float(np.mean([np.abs(found.times_s - t).min() < 0.002 for t in times])) > 0.95


def tables(data: Path | None) -> Tables:
    """Every figure of the quality of an EMG."""
    kinds = ("rest", "contraction", "tremor of 3-12 Hz", "jerks at the rate of a pulse", "complex repetitive discharges")
    none: list[Row] = []
    for kind in kinds:
        hearts_in, stimulators = zip(*(alarms((made(kind, run),)) for run in range(RUNS)), strict=True)
        broken = sum(len(jumps_in(ChannelSource((made(kind, run),)), JUMPS).at) for run in range(RUNS))
        none.append((f"{kind}, {RUNS} made recordings", f"{sum(hearts_in)}, {sum(stimulators)}, -, {broken}", "0, 0, -, 0"))
    clock: list[Row] = [
        ("a stimulator that keeps its clock: found", share(stimulated(run, 0.0) for run in range(RUNS)), "all"),
        (
            "the same artefacts 5 ms (SD) out of time: called a stimulator",
            share(stimulated(run, 0.005) for run in range(RUNS)),
            "0",
        ),
    ]
    found = {
        "Heart, stimulator, jumps of all electrodes, pops where there are none": none + (real(data) if data else []),
        "A stimulator without marks": clock,
        "Where recordings are joined": [joints(channels, apart) for channels in (2, 8, 64) for apart in (4.0, 12.0, 40.0)]
        + [joints(1, 60.0)],
    }
    return NOTE, ({"A real heart in made rest: found": hearts(data)} if data else {}) | found

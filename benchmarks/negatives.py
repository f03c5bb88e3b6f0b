"""What must not be found: hum that is no muscle, a contraction that is no cramp, silence at a rate that hears nothing.

Seeds here (7300 on) are used nowhere else; of contractions and cramps they are 7420 on: on 7320-7335 and 7360-7362 the limit of how
far a cramp moves over a grid was set. The real recording is a grid over a muscle that contracts on
purpose (openhdemg), handed in as if it had been at rest.
"""

from pathlib import Path

import numpy as np

from benchmarks.given import AT_REST
from benchmarks.motor_units import RATE as GRID_HZ
from benchmarks.motor_units import load
from benchmarks.reasoning import Row, Tables
from myognosis.findings.recordings import fasciculation, needle
from myognosis.knowledge import load_knowledge
from myognosis.model.case import Recording as Entry
from myognosis.model.recording import Channel, Recording
from myognosis.signals.discharges import Electrode
from myognosis.signals.fasciculation import find_fasciculations
from myognosis.simulate import load_scenario, simulate

Array = np.ndarray
KNOWLEDGE = load_knowledge()
REST = Entry(file="made", kind="emg", during="rest", electrode="surface")
NOTE = (
    "Hum: noise of SD 4 uV with mains of 80 uV on one channel, at 1000 and 2048 Hz, for 20 and 60 s, three seeds each; it lasts, "
    "has a gap, is clipped, begins, ends or doubles in the middle, comes and goes, drifts within 49.9-50.1 Hz or jumps from one "
    "to the other. What is left out is the time in which the notch of the mains rings. Contraction: what a case that says "
    "`during: rest` would be told of it; what still must be found stands beside it. A contraction that fills a recording of one "
    "channel is the hard case: nothing in it is at rest to compare with."
)
PULLED = (
    "als_early", "als_late", "caffeine", "cold", "essential_tremor", "healthy_needle", "hyperkalaemia", "hypokalaemia",
    "orthostatic_tremor", "parkinson_tremor", "physiological_tremor", "warm",
)  # fmt: skip
"""Scenarios in which the person pulls or holds for a while."""
FASCICULATES = {"als_early": "emg_fp in 3 of 3, "}
"""What must still be found beside the pull."""
HUMS = ("throughout", "60 Hz", "with overtones", "gap", "clipped", "begins", "ends", "doubles", "comes and goes", "drifts", "jumps")


def hum(kind: str, rate: float, seconds: float, seed: int) -> Array:
    """Noise and mains."""
    t = np.arange(round(seconds * rate)) / rate
    middle, pi = seconds / 2 + 0.37, np.pi
    turns = (60 if kind == "60 Hz" else 50) * t
    if kind == "drifts":
        turns = turns + 0.1 * seconds / (2 * pi) * np.sin(2 * pi * t / seconds)
    if kind == "jumps":
        turns = turns + 0.1 * np.abs(t - middle)
    wave = 80 * np.sin(2 * pi * turns)
    wave += (30 * np.sin(6 * pi * turns) + 20 * np.sin(10 * pi * turns)) * (kind == "with overtones")
    sizes = {"begins": t > middle, "ends": t < middle, "doubles": 1 + (t > middle), "comes and goes": t % 7 < 3}
    samples = np.random.default_rng(seed).normal(0, 4, len(t)) + wave * sizes.get(kind, 1)
    samples[(np.abs(t - middle) < 0.65) & (kind == "gap")] = np.nan
    return np.clip(samples, -60, 60) if kind == "clipped" else samples


def hums() -> list[Row]:
    """Potentials found in hum alone."""
    rows: list[Row] = []
    for kind in HUMS:
        found, watched, whole = 0, 0.0, 0.0
        for rate in (1000.0, 2048.0):
            for seconds in (20.0, 60.0):
                for seed in range(7300, 7303):
                    samples = hum(kind, rate, seconds, seed).astype(np.float32)
                    one = find_fasciculations((Channel("EMG", "emg", "uV", rate, samples),), AT_REST)
                    found, watched, whole = found + len(one.events), watched + one.seconds, whole + seconds
        rows.append((f"hum alone, {kind}: potentials", f"{found} in {watched:.0f} of {whole:.0f} s that could be watched", "0"))
    return rows


def concluded(channels: tuple[Channel, ...], electrode: Electrode = "surface") -> set[str]:
    """What a recording that is said to be of rest becomes."""
    recording, rest = Recording("made", channels), REST.model_copy(update={"electrode": electrode})
    besides = needle.discharges(recording, rest, KNOWLEDGE)
    found = (fasciculation.analyse(recording, rest, KNOWLEDGE, besides.discharges), besides)
    settled = needle.settle_discharges(found, rest, KNOWLEDGE)
    return {entry.finding for part in settled for entry in part.entries if entry.state == "present"}


def _told(found: list[set[str]]) -> str:
    names = sorted({name for one in found for name in one})
    return "; ".join(f"{name} in {sum(name in one for one in found)} of {len(found)}" for name in names) or f"none in {len(found)}"


def _simulated(scenario: str, seed: int) -> set[str]:
    """What a scenario that is said to be of rest becomes."""
    made = load_scenario(scenario)
    emg = simulate(made, seed=seed).recording.of_kind("emg")
    return concluded(emg, "needle" if made.electrode == "needle" else "surface")


def contractions(data: Path | None) -> list[Row]:
    """Contractions on purpose that are said to be rest, and cramps that begin out of it."""
    pulled = [(name, [_simulated(name, seed) for seed in range(7460, 7463)]) for name in PULLED]
    held = [simulate(load_scenario("healthy_contraction"), seed=seed).recording.of_kind("emg") for seed in range(7420, 7426)]
    made = [simulate(load_scenario("cramp"), seed=seed) for seed in range(7430, 7436)]
    cramps = [one.recording.of_kind("emg") for one in made]
    before = sum(any(event.kind == "fasciculation" for event in one.truth.events) for one in made)
    rows: list[Row] = [
        ("simulated contraction on purpose, called rest: present", _told([concluded(one) for one in held]), "none"),
        *(
            (
                f"simulated {name}, with a pull on purpose, called rest: present",
                _told(found),
                f"{FASCICULATES.get(name, '')}no emg_cramp_discharge",
            )
            for name, found in pulled
        ),
        (
            f"simulated cramp after rest, with fasciculation potentials outside of it in {before}: present",
            _told([concluded(one) for one in cramps]),
            f"emg_cramp_discharge in 6 of 6, emg_fp in {before} at most",
        ),
    ]
    if data is None:
        return rows
    emg = load(data)[0]
    grid = tuple(Channel(f"{k}", "emg", "uV", GRID_HZ, row.astype(np.float32)) for k, row in enumerate(emg))
    pairs = [(Channel(f"{k}", "emg", "uV", GRID_HZ, (emg[k + 1] - emg[k]).astype(np.float32)),) for k in range(0, 60, 10)]
    real = "real contraction on purpose (openhdemg), called rest, "
    return [
        (real + f"{len(grid)} channels: present", _told([concluded(grid)]), "none"),
        (real + "one bipolar channel: present", _told([concluded(pair) for pair in pairs]), "none"),
        *rows,
    ]


def rates() -> list[Row]:
    """What 130 s of noise at a rate become, and whether it is said that the rate is too low."""
    rows: list[Row] = []
    for rate in (50.0, 100.0, 200.0, 500.0, 1000.0):
        samples = np.random.default_rng(7340).normal(0, 5, round(130 * rate)).astype(np.float32)
        found = fasciculation.analyse(Recording("made", (Channel("EMG", "emg", "uV", rate, samples),)), REST, KNOWLEDGE)
        state = ", ".join(f"{entry.finding} {entry.state}" for entry in found.entries) or "nothing concluded"
        refused = "; refused as too slow" * any(issue.code == "recording.slow" for issue in found.issues)
        rows.append((f"130 s of noise at {rate:g} Hz", state + refused, "absent from 1000 Hz on only"))
    return rows


def tables(data: Path | None) -> tuple[str, Tables]:
    """Every figure of what must not be found."""
    return NOTE, {"Hum alone": hums(), "Contraction and cramp": contractions(data), "Rate": rates()}

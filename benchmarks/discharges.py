"""How often discharges at rest are named right, on traces drawn from the published ranges.

The generator is a small one of its own and shares no code with the engine. A fibre's potential is the second derivative of the
action potential of Rosenfalck 1969 (as given by Nandedkar and Stalberg 1983, remembered), seen by a needle from a distance of
0.1-0.4 mm; a motor unit is 15-49 fibres at 0.4-2.5 mm that arrive 0.6-1.4 ms (SD) apart. Ranges of rates, lengths and numbers
are those of ``knowledge/data/discharges.yaml`` with its sources; where a source gives a range it is drawn evenly, and what no
source gives is said at its line. Size is set by SNR: peak-to-peak of the potential over the SD of white noise. Seeds up to 100
were used to build the engine, 9000 and following for the figures.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from benchmarks.given import UNITS
from benchmarks.reasoning import Row, Tables
from myognosis.findings.needle import discharge_criteria, motor_unit_limits, outlier_rule
from myognosis.knowledge import load_knowledge
from myognosis.model.recording import Channel
from myognosis.readers import read_recording
from myognosis.signals.discharges import Electrode, find_discharges
from myognosis.signals.motor_units import measure_motor_units
from myognosis.simulate import load_scenario, simulate

RATE, SECONDS, NOISE_UV = 10_000.0, 16.0, 5.0
Array = np.ndarray


@dataclass
class Made:
    """A trace under way: its samples, and which discharge is where."""

    rng: np.random.Generator
    peak_to_peak: float
    trace: Array = field(default_factory=lambda: np.zeros(round(SECONDS * RATE)))
    truth: list[tuple[str, Array]] = field(default_factory=list)

    def put(self, kind: str, shape: Array, times: Array, sizes: Array | float = 1.0) -> None:
        """A potential at each time; shapes are negative up with 10 ms before their trigger."""
        times = times[(times > 0.1) & (times < SECONDS - 0.1)]
        sizes = np.broadcast_to(sizes, times.shape) if np.ndim(sizes) == 0 else np.asarray(sizes)[: len(times)]
        for t, size in zip(times, sizes, strict=True):
            at = round(t * RATE) - round(0.010 * RATE)
            first, last = max(at, 0), min(at + len(shape), len(self.trace))
            self.trace[first:last] += size * self.peak_to_peak * shape[first - at : last - at]
        if len(times):
            self.truth.append((kind, times))


def fibre(rng: np.random.Generator, far: tuple[float, float] = (0.1, 0.4)) -> Array:
    """The potential of one muscle fibre: positive, negative, positive; negative up; 10 ms before and 30 ms after its spike."""
    z = np.arange(0, 40, 0.02)
    inside = 96 * z**3 * np.exp(-z) - 90
    source = np.gradient(np.gradient(inside, z), z)
    off = np.arange(-10, 10, 0.02)
    seen = np.convolve(source, 1 / np.sqrt(off**2 + rng.uniform(*far) ** 2), "full") * 0.02
    speed = rng.normal(4.0, 0.3)
    at = (np.arange(round(0.040 * RATE)) / RATE - 0.010) * 1000 * speed
    place = np.arange(len(seen)) * 0.02
    place = place - place[np.argmin(seen)]
    wave = -np.interp(at, place, seen, left=0.0, right=0.0)
    return wave / np.ptp(wave)


def unit(rng: np.random.Generator, apart_s: tuple[float, float] = (0.0006, 0.0014)) -> Array:
    """The potential of a motor unit: fibres that arrive apart."""
    spread = rng.uniform(*apart_s)
    fibres = [np.roll(fibre(rng, (0.4, 2.5)), round(rng.normal(0, spread) * RATE)) for _ in range(rng.integers(15, 50))]
    wave = sum(rng.lognormal(0, 0.5) * one for one in fibres)
    return np.asarray(wave) / np.ptp(wave)


def sharp_wave(rng: np.random.Generator) -> Array:
    """Positive sharp wave: a steep positive deflection, then a long low negative one; 10-30 ms in all."""
    t = np.arange(round(0.040 * RATE)) / RATE - 0.010
    rise, width, whole = rng.uniform(0.0003, 0.0008), rng.uniform(0.0010, 0.0022), rng.uniform(0.010, 0.028)
    sharp = np.where(t < 0, np.exp(-((t / rise) ** 2)), np.exp(-((t / width) ** 2)))
    u = np.clip((t - 2 * width) / (whole - 2 * width), 0, 1)
    slow = rng.uniform(0.12, 0.3) * np.sin(np.pi * u**0.6)
    return np.asarray((slow - sharp) / np.ptp(slow - sharp))


def regular(rng: np.random.Generator, hz: float, cov: float, seconds: float, start: float) -> Array:
    gaps = rng.normal(1 / hz, cov / hz, round(seconds * hz) + 1)
    return start + np.cumsum(np.maximum(gaps, 0.3 / hz))


def irregular(rng: np.random.Generator, hz: float, dead: float = 0.06) -> Array:
    return np.cumsum(dead + rng.exponential(max(1 / hz - dead, 0.01), round(SECONDS * hz * 2) + 2))


def fibrillation(m: Made) -> None:
    m.put("fibrillation", fibre(m.rng), regular(m.rng, m.rng.uniform(0.5, 15), m.rng.uniform(0.01, 0.12), SECONDS, 0.2))


def positive_sharp_wave(m: Made) -> None:
    m.put("positive_sharp_wave", sharp_wave(m.rng), regular(m.rng, m.rng.uniform(0.5, 15), m.rng.uniform(0.01, 0.12), SECONDS, 0.2))


def fasciculation_potential(m: Made) -> None:
    for _ in range(m.rng.integers(1, 4)):
        times = irregular(m.rng, np.exp(m.rng.uniform(np.log(0.1), np.log(2.0))))
        m.put("fasciculation_potential", unit(m.rng), times, 1.0)


def doublet_multiplet(m: Made) -> None:
    gap, count = m.rng.uniform(0.0025, 0.020), m.rng.choice([2, 2, 2, 3, 4, 5])
    first = irregular(m.rng, m.rng.uniform(0.25, 2.0), 0.25)
    m.put("doublet_multiplet", unit(m.rng), np.sort((first[:, None] + gap * np.arange(count)).ravel()))


def myokymic_discharge(m: Made) -> None:
    while True:
        hz, count, again = m.rng.uniform(5, 62), m.rng.integers(2, 11), m.rng.uniform(0.3, 10)
        if 1 / again - (count - 1) / hz > 2.5 / hz:
            break
    inside = np.append(np.full(count - 1, 1 / hz), 1 / again - (count - 1) / hz)
    gaps = np.tile(inside, round(SECONDS * again) + 1)
    jitter = np.where(gaps > 1.5 / hz, m.rng.uniform(0.03, 0.12), 0.05)  # nearly regular; how much is from no source
    times = 0.2 + np.cumsum(gaps * (1 + np.clip(jitter * m.rng.normal(size=len(gaps)), -0.3, 0.3)))
    m.put("myokymic_discharge", unit(m.rng), times)


def neuromyotonic_discharge(m: Made) -> None:
    start, shape = m.rng.uniform(0.3, 1.0), unit(m.rng, (0.0003, 0.0006))  # short enough to be told apart; from no source
    for _ in range(m.rng.integers(1, 4)):
        top, length = m.rng.uniform(165, 300), m.rng.uniform(0.2, 2.5)
        low = m.rng.uniform(150, top)
        rates = np.linspace(top, low, round(length * (top + low) / 2))
        times = start + np.cumsum(1 / rates * (1 + 0.02 * m.rng.normal(size=len(rates))))
        m.put("neuromyotonic_discharge", shape, times, np.linspace(1.0, m.rng.uniform(0.3, 0.75), len(times)))
        start = times[-1] + m.rng.uniform(0.8, 3)


def myotonic_discharge(m: Made) -> None:
    start, shape = m.rng.uniform(0.3, 1.0), fibre(m.rng) if m.rng.random() < 0.6 else sharp_wave(m.rng)
    for _ in range(m.rng.integers(1, 4)):
        low, high, length = m.rng.uniform(20, 45), m.rng.uniform(60, 80), m.rng.uniform(1.0, 4.5)
        peak = m.rng.choice([0.0, 0.15, 0.4])
        small, times = m.rng.uniform(0.3, 0.65), [start]
        while times[-1] < start + length:
            u = (times[-1] - start) / length
            level = u / peak if u < peak else (1 - u) / (1 - peak)
            times.append(times[-1] + (1 + 0.03 * m.rng.normal()) / (low + (high - low) * level))
        u = (np.array(times) - start) / length
        level = np.clip(np.where(u < peak, u / max(peak, 1e-9), (1 - u) / (1 - peak)), 0, 1)
        m.put("myotonic_discharge", shape, np.array(times), small + (1 - small) * level)
        start = times[-1] + m.rng.uniform(0.8, 3)


def complex_repetitive_discharge(m: Made) -> None:
    hz = np.exp(m.rng.uniform(np.log(5), np.log(100)))
    reach = min(0.6 / hz, 0.012)
    lags = np.sort(m.rng.uniform(0, reach, m.rng.integers(3, 9)))
    shape = sum(m.rng.uniform(0.3, 1.0) * np.roll(fibre(m.rng), round((lag - reach / 3) * RATE)) for lag in lags)
    start, length = m.rng.uniform(0.3, 2.0), m.rng.uniform(3, 12)
    times = regular(m.rng, hz, m.rng.uniform(0.001, 0.008), length, start)
    m.put("complex_repetitive_discharge", np.asarray(shape) / np.ptp(shape), times[: round(length * hz)])


def cramp_discharge(m: Made) -> None:
    start, length = m.rng.uniform(0.3, 2), m.rng.uniform(6, 12)
    every = []
    for _ in range(m.rng.integers(6, 14)):
        on, off = start + m.rng.uniform(0, 0.35) * length, start + m.rng.uniform(0.65, 1.0) * length
        times = regular(m.rng, m.rng.uniform(12, 45), m.rng.uniform(0.15, 0.45), length, on)
        times = times[times < off]
        m.put("part", unit(m.rng) * m.rng.lognormal(0, 0.4), times)
        every.append(times)
    m.truth = [("cramp_discharge", np.sort(np.concatenate(every)))]


def single_unit_continuous_discharge(m: Made) -> None:
    hz, cov = m.rng.uniform(1.3, 18.1), np.clip(m.rng.normal(0.035, 0.017), 0.01, 0.069)
    m.put("single_unit_continuous_discharge", unit(m.rng), regular(m.rng, hz, cov, SECONDS, 0.2))


def voluntary_unit(m: Made) -> None:
    m.put("voluntary_unit", unit(m.rng), regular(m.rng, m.rng.uniform(5, 15), m.rng.uniform(0.1, 0.25), SECONDS, 0.2))


def end_plate_spikes(m: Made) -> None:
    wave = fibre(m.rng)
    first = np.argmax(wave > 0.05)  # the spike begins without the positive deflection before it, as at the end-plate
    wave[:first] = 0.0
    m.put("end_plate_spikes", wave / np.ptp(wave), irregular(m.rng, m.rng.uniform(6, 40), 0.006))


KINDS: tuple[Callable[[Made], None], ...] = (
    fasciculation_potential, doublet_multiplet, myokymic_discharge, neuromyotonic_discharge, myotonic_discharge,
    complex_repetitive_discharge, fibrillation, positive_sharp_wave, cramp_discharge, single_unit_continuous_discharge,
    voluntary_unit, end_plate_spikes,
)  # fmt: skip


def make(kind: Callable[[Made], None], snr: float, seed: int) -> Made:
    """One trace that holds discharges of one kind."""
    made = Made(np.random.default_rng(seed), snr * NOISE_UV)
    kind(made)
    made.trace += made.rng.normal(0, NOISE_UV, len(made.trace))
    return made


def name(made: Made, negative_up: bool | None) -> list[tuple[str, str]]:
    """For each true discharge: its kind, and the kind of the found one that holds most of its potentials."""
    channel = Channel("needle", "emg", "uV", RATE, made.trace.astype(np.float32))
    found = find_discharges((channel,), discharge_criteria(load_knowledge()), electrode="needle", negative_up=negative_up).found
    pairs = []
    for kind, times in made.truth:
        shares = [sum(np.abs(d.times_s - t).min() < 0.010 for t in times) / len(times) for d in found]
        best = int(np.argmax(shares)) if shares else -1
        pairs.append((kind, found[best].kind if best >= 0 and shares[best] >= 0.3 else "missed"))
    return pairs


def confusion(snr: float | None, seeds: range) -> Counter[tuple[str, str]]:
    """Counts of (true kind, named kind); with no SNR it is drawn from 15 to 100, evenly in its logarithm.

    The polarity of every second recording is known to the engine.
    """
    counts: Counter[tuple[str, str]] = Counter()
    for seed in seeds:
        for i, kind in enumerate(KINDS):
            one = 100 * seed + i
            size = snr or float(np.exp(np.random.default_rng(one).uniform(np.log(15), np.log(100))))
            counts.update(name(make(kind, size, one), True if seed % 2 else None))
    return counts


def mixed(seeds: range) -> Counter[tuple[str, str]]:
    """Two kinds at once in one trace, at SNR 11-71 each: both traces, each with its noise, over the root of two."""
    counts: Counter[tuple[str, str]] = Counter()
    for seed in seeds:
        rng = np.random.default_rng(seed)
        snrs = np.exp(rng.uniform(np.log(15), np.log(100), 2))
        both = [make(KINDS[i], float(snr), 100 * seed + int(i)) for i, snr in zip(rng.permutation(12), snrs, strict=False)]
        made = Made(rng, 0.0, (both[0].trace + both[1].trace) / np.sqrt(2), both[0].truth + both[1].truth)
        counts.update(name(made, True))
    return counts


def shares(counts: Counter[tuple[str, str]]) -> str:
    """Right of all, right of those that were named, and unclassified."""
    every = sum(counts.values())
    right = sum(n for (true, named), n in counts.items() if true == named)
    left = sum(n for (_, named), n in counts.items() if named in ("unclassified", "missed"))
    return f"{right / every:.3f} ({right} of {every}); of those named {right / (every - left):.3f}; unclassified {left / every:.3f}"


def table(counts: Counter[tuple[str, str]]) -> list[Row]:
    """The confusion table: a row for each true kind."""
    rows: list[Row] = []
    for kind in (k.__name__ for k in KINDS):
        named = {b: n for (a, b), n in counts.items() if a == kind}
        total, right = sum(named.values()), named.pop(kind, 0)
        other = ", ".join(f"{n} {b}" for b, n in sorted(named.items(), key=lambda x: -x[1]))
        rows.append((kind.replace("_", " "), f"{right} of {total}" + (f"; {other.replace('_', ' ')}" if other else ""), ">= 0.95"))
    return rows


def silence(minutes: int) -> str:
    """How many discharges are named in noise alone."""
    found = 0
    for seed in range(minutes):
        noise = np.random.default_rng(9000 + seed).normal(0, NOISE_UV, round(60 * RATE)).astype(np.float32)
        channel = Channel("needle", "emg", "uV", RATE, noise)
        found += len(find_discharges((channel,), discharge_criteria(load_knowledge()), electrode="needle", negative_up=True).found)
    return f"{found} in {minutes} min"


def real(data: Path) -> list[Row]:
    """The three records of PhysioNet's Examples of Electromyograms: to which side their features point."""
    knowledge, rows = load_knowledge(), []
    for record, age, wanted in (("healthy", 44.0, "within"), ("neuropathy", 62.0, "neurogenic"), ("myopathy", 57.0, "myopathic")):
        channel = read_recording(data / "emgdb" / f"emg_{record}.hea").channels[0]
        found = measure_motor_units(
            channel, electrode="needle", rules=UNITS, limits=motor_unit_limits(knowledge, "tibialis_anterior", age)
        )
        shown = ("amplitude", "duration", "area", "turns", "polyphasic_share", "size_index")
        values = ", ".join(f"{n.replace('_', ' ')} {found.value(f'motor_unit_{n}'):.3g}" for n in shown)
        stands = ", ".join(f.id.replace("_", " ") for f in found.features if f.found) or "nothing stands out"
        rows.append((f"emg_{record}, {sum(u.is_near for u in found.units)} units", f"{found.side} ({stands}); {values}", wanted))
    return rows


SIMULATED = (
    ("myokymia", "myokymic_discharge"), ("neuromyotonia", "neuromyotonic_discharge"), ("cramp", "cramp_discharge"),
    ("benign_fasciculation", "fasciculation_potential"), ("healthy_rest", None),
)  # fmt: skip


def simulated(seeds: range) -> list[Row]:
    """What is named in recordings of the simulator, which knows nothing of these criteria."""
    rows: list[Row] = []
    for scenario, wanted in SIMULATED:
        electrode, named = load_scenario(scenario).electrode, Counter[str]()
        for seed in seeds:
            emg = simulate(load_scenario(scenario), seed=seed).recording.of_kind("emg")
            kind: Electrode = "needle" if electrode == "needle" else "surface"
            found = find_discharges(emg, discharge_criteria(load_knowledge()), electrode=kind, negative_up=None).found
            named.update({d.kind for d in found if len(d.times_s) >= LEAST})
        runs = len(seeds)
        other = ", ".join(f"{k.replace('_', ' ')} in {n}" for k, n in named.most_common() if k != wanted)
        told = (
            f"named in {named[wanted]} of {runs} recordings"
            if wanted
            else f"something named in {max(named.values(), default=0)} of {runs}"
        )
        rows.append(
            (
                f"{scenario.replace('_', ' ')}, {electrode}",
                f"{told}; besides: {other or 'nothing'}",
                f"{runs} of {runs}" if wanted else f"0 of {runs}",
            )
        )
    return rows


CONTRACTIONS: tuple[tuple[str, dict[str, float], int, str], ...] = (
    ("healthy muscle", {}, 200, "<= 5 % called neurogenic or myopathic"),
    (
        "60 % of the units lost, the others three and more times as large",
        {"pool.lost_share": 0.6, "muscle.adopted_delay_ms": 3.0},
        40,
        "-",
    ),
    (
        "two thirds of the fibres lost, the others 35 um thick",
        {"muscle.fibres": 14000.0, "muscle.fibre_diameter_um": 35.0},
        40,
        "-",
    ),
)
"""Simulated contractions: what is changed, how many muscles, what is wanted."""


_OUTLIERS = ("large_outliers", "long_outliers", "short_outliers")


def contractions() -> list[Row]:
    """To which side the features of simulated muscle point, a needle at one place in each: few units, which widen the limits."""
    limits, rows = motor_unit_limits(load_knowledge(), "tibialis_anterior", 44.0), list[Row]()
    rule = outlier_rule(load_knowledge())
    for name, parameters, muscles, wanted in CONTRACTIONS:
        sides, outliers = Counter[str](), Counter[str]()
        for seed in range(muscles):
            emg = simulate(load_scenario("healthy_needle"), seed=seed, parameters=parameters).recording.of_kind("emg")[0]
            found = measure_motor_units(emg, electrode="needle", rules=UNITS, limits=limits, outliers=rule)
            sides[found.side] += 1
            outliers.update(f.id for f in found.features if f.found and f.id.endswith("outliers"))
        called = ", ".join(f"{side} {n}" for side, n in sides.most_common())
        rows.append((f"{name}, {muscles} muscles", called, wanted))
        said = ", ".join(f"{kind.removesuffix('_outliers')} {outliers[kind]}" for kind in _OUTLIERS)
        rows.append((f"{name}, {muscles} muscles: too many single potentials that are", said, "shown: the limits are estimated"))
    return rows


LEAST = 5
"""A discharge of fewer potentials is not counted here."""
NOTE = """Discharges are drawn from the published ranges by a generator that shares no code with the engine (module docstring);
criteria and generator rest on the same published ranges, so this is agreement with the definitions, not accuracy in the clinic.
The rule for the side was written with the three real records at hand: they show that it works, not how often."""


def tables(data: Path | None) -> Tables:
    """Every table of discharges and motor units."""
    counts = confusion(None, range(9000, 9040))
    right: list[Row] = [("SNR 15-100, one kind in a trace of 16 s at 10 kHz", shares(counts), ">= 0.95 right")]
    for snr in (8.0, 12.0, 20.0, 40.0):
        right.append((f"SNR {snr:g}", shares(confusion(snr, range(9100, 9110))), "-"))
    right.append(("two kinds at once, SNR 11-71", shares(mixed(range(9200, 9260))), "-"))
    right.append(("discharges in noise alone", silence(10), "-"))
    made = {"Discharges at rest named right": right, "Confusion, SNR 15-100": table(counts)}
    made["Scenarios of the simulator"] = simulated(range(9300, 9306))
    made["Voluntary EMG, simulated"] = contractions()
    return NOTE, made | ({"Voluntary EMG, real records": real(data)} if data else {})

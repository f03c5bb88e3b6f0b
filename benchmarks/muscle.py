"""Motor pool, muscle and electrode: how fast, beside SciPy in the same run, and how near to published people.

CPU seconds of this process, best of several. Physiology is measured on the simulation's own output, not read from its settings.
"""

import dataclasses
import time
from collections.abc import Callable

import numpy as np

from benchmarks.given import UNITS
from myognosis.model.truth import Spikes
from myognosis.simulate import simulate
from myognosis.simulate.electrode.layout import make_layout
from myognosis.simulate.electrode.potentials import Potentials, motor_unit_potentials
from myognosis.simulate.electrode.synthesis import sum_potentials
from myognosis.simulate.muscle.anatomy import make_fibres
from myognosis.simulate.muscle.force import muscle_force, tetanic_force
from myognosis.simulate.pool.units import make_pool
from myognosis.simulate.settings import Settings

Rows = list[tuple[str, str, str]]
Tables = tuple[str, dict[str, Rows]]


def tables() -> Tables:
    note = "Wanted are the figures of the issue; published people in brackets, with what the reference notes name as the source."
    return note, {
        "Speed": [*synthesis(), *potentials()],
        "Cost against size (CPU s of a whole simulation, scenario healthy_contraction)": sizes(),
        "Twitch, fusion, fatigue": twitches(),
        "Potentials": [*velocity(), *conductor(), *stimulation()],
        "Motor units under the needle, as our own analysis measures them": needle(),
        "What is put in comes out": [*discharges(), *movement()],
        "A data set that is disturbed": [killed_worker()],
    }


def cpu(job: Callable[[], object], times: int = 3) -> float:
    best = np.inf
    for _ in range(times):
        start = time.process_time()
        job()
        best = min(best, time.process_time() - start)
    return best


def synthesis(units: int = 200, channels: int = 64, seconds: float = 60.0, rate: float = 2048.0) -> Rows:
    from scipy.signal import oaconvolve

    rng = np.random.default_rng(0)
    rates = rng.uniform(8, 16, units)
    time_s = np.concatenate([np.sort(rng.uniform(0, seconds, int(r * seconds))) for r in rates])
    unit = np.repeat(np.arange(units), [int(r * seconds) for r in rates]).astype(np.int32)
    width = round(0.1 * rate)
    shapes = Potentials(rng.standard_normal((4, units, width, channels)).astype(np.float32), rate, 0.0)
    ours = cpu(lambda: sum_potentials(time_s, unit, shapes, seconds), 5)
    some = 10
    trains = np.zeros((some, round(seconds * rate)), np.float32)
    for u in range(some):
        np.add.at(trains[u], np.minimum(np.round(time_s[unit == u] * rate).astype(int), trains.shape[1] - 1), 1)
    peer = cpu(lambda: [oaconvolve(trains[u][:, None], shapes.shapes[0, u], axes=0) for u in range(some)], 2) * units / some
    out, shape = np.zeros(width * channels, np.float32), shapes.shapes[0, 0].ravel()

    def floor() -> None:
        for _ in range(len(time_s)):
            np.add(out, shape, out=out)

    bound = cpu(floor, 2)
    what = f"{channels} channels x {seconds:g} s x {units} units, {len(time_s)} spikes, 100 ms shapes placed to a quarter sample"
    return [
        (what, f"{ours:.2f} s", "<= 0.3 s"),
        (f"SciPy oaconvolve, float32 ({some} of {units} units, scaled)", f"{peer:.1f} s, {peer / ours:.0f} times ours", "10.7 s"),
        ("the same additions into one place of the nearest cache (NumPy): the floor", f"{bound:.2f} s", "-"),
    ]


def big(kind: str, **more: float) -> Settings:
    numbers = {"muscle.fibres": 50_000, "muscle.fibres_each": 1, "pool.units": 200, "muscle.radius_mm": 15, "electrode.columns": 8}
    return Settings.of(numbers | ({"device.rate_hz": 10_000, "electrode.depth_mm": 10} if kind == "needle" else {}) | more)


def potentials() -> Rows:
    rows = []
    for kind, conductor in (("grid", "planar"), ("grid", "cylinder"), ("needle", "infinite")):
        settings = big(kind)
        fibres = make_fibres(settings.muscle, settings.pool, warmth=0.0, seed=1, name="m")
        layout = make_layout(kind, settings, "agonist")  # type: ignore[arg-type]
        spent = cpu(lambda s=settings, f=fibres, la=layout, k=kind, c=conductor: motor_unit_potentials(f, la, s, k, c), 2)  # type: ignore[misc]
        where = "8 x 8 grid, table of the conductor kept" if kind == "grid" else "concentric needle, 16 points, 40 kHz"
        rows.append((f"potentials of 200 units, 50,000 fibres: {conductor}, {where}", f"{spent:.1f} s", "<= 60 s"))
    rows.append(("the same by MyoGen 0.12, as measured in the reference notes (2.2 s a fibre)", "30 hours", "-"))
    return rows


def sizes() -> Rows:
    rows = []
    for seconds, side, units in ((10, 4, 100), (60, 4, 100), (60, 8, 100), (60, 8, 400)):
        numbers = {"electrode.rows": side, "electrode.columns": min(side, 4) if side < 8 else 8, "pool.units": units}
        numbers |= {"electrode.spacing_mm": 4, "device.rate_hz": 2048}
        spent = cpu(lambda s=seconds, n=numbers: simulate("healthy_contraction", seed=1, duration_s=s, parameters=n), 2)  # type: ignore[misc]
        rows.append((f"{seconds} s, {side * numbers['electrode.columns']} channels, {units} units", f"{spent:.2f} s", "-"))
    return rows


def unit_force(settings: Settings, unit: int, times: np.ndarray, seconds: float) -> np.ndarray:
    pool = make_pool(settings.pool, settings.force)
    none = np.zeros(len(times), np.uint8)
    spikes = Spikes(times, np.full(len(times), unit, np.int32), none, none)
    return muscle_force(pool, spikes, settings.force, duration_s=seconds, rate_hz=1000.0)


def twitches() -> Rows:
    settings = Settings.of({"force.fatigue_per_s": 0.0})
    pool = make_pool(settings.pool, settings.force)
    tops, halves, fusions, tetanic, full = [], [], [], [], []
    for unit in range(0, 120, 17):
        twitch = unit_force(settings, unit, np.zeros(1), 1.0)
        tops.append(twitch.argmax() + 1.0)
        halves.append(float(np.flatnonzero(twitch > twitch.max() / 2)[-1]) - tops[-1])
        whole = tetanic_force(pool, settings.force)[unit]
        hz = np.arange(3.0, 30.0, 0.5)
        settled = [unit_force(settings, unit, np.arange(0, 3, 1 / r), 3.0)[1500:] for r in hz]
        fusions.append(hz[next(i for i, f in enumerate(settled) if f.min() > 0.05 * f.max())])
        means = np.array([f.mean() / whole for f in settled])
        tetanic.append(float(np.interp(0.5, means, hz)))
        full.append(unit_force(settings, unit, np.arange(0, 2, 1 / 60), 2.0)[1500:].mean() / whole)
    tired = Settings.of({})
    trains = np.concatenate([k + np.arange(13) / 40 for k in range(121)])
    held = [unit_force(tired, unit, trains, 121.0) for unit in range(0, 120, 7)]
    index = [force[-1000:].max() / force[:1000].max() for force in held]
    return [
        ("contraction time, slowest and fastest unit", f"{max(tops):.0f} and {min(tops):.0f} ms", "35-80 ms (Thomas 1990)"),
        ("half-relaxation time", f"{min(halves):.0f}-{max(halves):.0f} ms", "(25-108 ms, Thomas 1990)"),
        ("fusion begins (least force over 5 % of the highest)", f"{min(fusions):g}-{max(fusions):g} Hz", "5-8 Hz (Thomas 1991)"),
        ("half tetanus", f"{np.mean(tetanic):.1f} Hz ({min(tetanic):.1f}-{max(tetanic):.1f})", "12 +- 4 Hz (Thomas 1991)"),
        ("share of the highest force at 60 Hz", f"{min(full):.2f}-{max(full):.2f}", "(highest at 30-100 Hz)"),
        (
            "fatigue index after 2 min of trains (13 pulses at 40 Hz a second): median and range of 18 units",
            f"{np.median(index):.2f} ({min(index):.2f}-{max(index):.2f})",
            "0.85 (0.41-0.95) in thenar units (PMC1779696); two numbers of the model are set by it",
        ),
    ]


def velocity() -> Rows:
    """By the phase between second differences along the fibres, weighted by their size, 40-250 Hz."""
    rows = []
    for put_in in (3.0, 4.0, 5.0):
        numbers = {"muscle.velocity_m_s": put_in, "muscle.velocity_spread_m_s": 0, "pool.units": 20, "muscle.fibre_length_mm": 120}
        numbers |= {
            "electrode.columns": 1,
            "electrode.rows": 5,
            "electrode.spacing_mm": 5,
            "electrode.along_mm": 30,
            "device.rate_hz": 8192,
        }
        settings = Settings.of(numbers)
        fibres = make_fibres(settings.muscle, settings.pool, warmth=0.0, seed=3, name="m")
        shown = motor_unit_potentials(fibres, make_layout("grid", settings, "agonist"), settings, "grid", "planar")
        found = []
        for shape in shown.shapes[0]:
            spectra = np.fft.rfft(np.diff(shape, 2, axis=1), 4096, axis=0)
            cross = spectra[:, -1] * np.conj(spectra[:, 0])
            hz = np.fft.rfftfreq(4096, 1 / 8192)
            band = (hz > 40) & (hz < 250)
            weight, phase = np.abs(cross[band]), -np.unwrap(np.angle(cross[band]))
            found.append(0.010 * 2 * np.pi / (np.sum(weight * hz[band] * phase) / np.sum(weight * hz[band] ** 2)))
        wanted = "4.0 m/s recovered" if put_in == 4.0 else "-"
        rows.append(
            (f"muscle-fibre velocity, {put_in:g} m/s put in, 20 units", f"{np.mean(found):.2f} +- {np.std(found):.2f} m/s", wanted)
        )
    return rows


def conductor() -> Rows:
    from myognosis.simulate.electrode.conductors import Layers, cylinder_table, planar_table

    layers = Layers(8.0, 1.0, 1.0, 0.2, 60.0, along=0.3, across=0.3, fat=0.3, skin=0.3)
    table = planar_table(layers)
    z = (np.arange(table.slope.shape[2]) - table.slope.shape[2] // 2) * table.along_step_mm
    far = np.sqrt((table.depth_mm[10] + 2.0) ** 2 + z**2) / 1000
    exact = -(z / 1000) / (2 * np.pi * 0.3 * far**3)
    flat = np.abs(table.slope[10, 0] - exact).max() / np.abs(exact).max()
    wide = dataclasses.replace(layers, radius_mm=60.0, along=0.5, across=0.1, fat=0.05, skin=1.0, fat_mm=2.0, reach_along_mm=40.0)
    a, b = planar_table(wide), cylinder_table(wide)
    row = int(np.argmin(np.abs(a.depth_mm - 3.0)))
    bent = float(np.sqrt(((a.slope[row, 0] - b.slope[row, 0]) ** 2).mean() / (a.slope[row, 0] ** 2).mean()))
    return [
        ("planar conductor of one material against the exact half space, largest error", f"{100 * flat:.2f} %", "-"),
        ("cylinder of 60 mm against the plane, 3 mm deep, RMS difference", f"{100 * bent:.1f} %", "- (goes to 0 with the radius)"),
    ]


def stimulation() -> Rows:
    """M wave and F waves from the recording itself, belly-tendon, shocked at the wrist."""
    heights, firsts, returns = [], [], []
    for seed in range(1, 6):
        made = simulate("nerve_stimulation", seed=seed, duration_s=10.0)
        channel = made.recording.of_kind("emg")[0]
        shocks = [event.start_s for event in made.truth.events if event.kind == "stimulus"]
        parts = [channel.samples[round(t * channel.rate_hz) :][: round(0.06 * channel.rate_hz)] for t in shocks]
        m = np.abs(np.mean([part for part in parts if len(part) == len(parts[0])], axis=0))
        heights.append(m[: round(0.015 * channel.rate_hz)].max() / 1000)
        firsts.append(np.flatnonzero(m > 0.05 * m.max())[0] / channel.rate_hz * 1000)
        times = made.truth.spikes.of("f_wave")
        returns.append(1000 * min(min(t - s for s in shocks if s < t) for t in times))
    return [
        ("M wave, first peak", f"{np.mean(heights):.1f} +- {np.std(heights):.1f} mV", "(10.6 +- 2.75 mV, median nerve)"),
        ("distal latency, 5 % of the peak", f"{np.mean(firsts):.1f} ms", "(3.4 +- 0.37 ms)"),
        ("F latency, shortest of 10 shocks", f"{np.mean(returns):.1f} ms", "(24.8 +- 3.2 ms)"),
    ]


def needle(seeds: range = range(1, 9)) -> Rows:
    """Healthy and reinnervated tibialis anterior; the units of eight recordings taken together, as an examiner takes twenty."""
    from myognosis.signals.motor_units import measure_motor_units

    wanted = {"amplitude": "661.5 +- 92 uV", "duration": "9.35 +- 0.93 ms", "area": "851.5 +- 158.7 uV ms", "turns": "3.35 +- 0.52"}
    rows = []
    for name in ("healthy_needle", "als_late"):
        found = [
            measure_motor_units(simulate(name, seed=s).recording.of_kind("emg")[0], electrode="needle", rules=UNITS) for s in seeds
        ]
        weights = [sum(unit.is_near for unit in one.units) for one in found]
        for measure, normal in wanted.items():
            values = [one.value(f"motor_unit_{measure}") for one in found]
            kept = [(v, w) for v, w in zip(values, weights, strict=True) if v is not None]
            mean = np.average([v for v, _ in kept], weights=[w for _, w in kept])
            shown = normal if name == "healthy_needle" else f"more than {normal}"
            rows.append(
                (f"{name}: {measure}, {sum(weights)} units", f"{mean:.3g}", f"{shown} (tibialis anterior of healthy people)")
            )
    return rows


def rates_within_events() -> str:
    """How fast the axons of the scenario fire within an event: intervals below 30 ms."""
    spikes = simulate("neuromyotonia", seed=2, parameters={"neuromyotonia.per_min": 0.0}).truth.spikes
    gaps = np.concatenate([np.diff(spikes.time_s[spikes.unit == unit]) for unit in np.unique(spikes.unit)])
    low, middle, high = np.quantile(1 / gaps[gaps < 0.030], [0.05, 0.5, 0.95])
    return (
        f"{middle:.0f} a second ({low:.0f}-{high:.0f}); {len(spikes)} spikes, {(gaps < 0.030).sum()} of them close behind another"
    )


def burst_rates() -> str:
    """The median rate over the first and over the last three intervals of neuromyotonic bursts of the judged process."""
    burst = simulate("neuromyotonia", seed=2, parameters={"axon.axons": 0.0}).truth
    within = []
    for event in burst.events:
        if event.kind == "neuromyotonic_burst" and event.duration_s > 0.05:
            rows = (burst.spikes.unit == event.unit) & (burst.spikes.time_s >= event.start_s - 1e-9)
            gaps = np.diff(burst.spikes.time_s[rows & (burst.spikes.time_s <= event.start_s + event.duration_s + 1e-9)])
            within.append((1 / gaps[:3].mean(), 1 / gaps[-3:].mean()))
    first, last = np.median(within, axis=0)
    slower = np.mean([a > b for a, b in within])
    return f"{first:.0f} and {last:.0f} a second; {100 * slower:.0f} % of {len(within)} slow down"


def discharges() -> Rows:
    made = simulate("cramp", seed=2)
    rates, spreads = [], []
    s = made.truth.spikes
    for unit in np.unique(s.unit):
        times = s.time_s[(s.unit == unit) & (s.discharge == 7)]
        if len(times) > 30:
            gaps = np.diff(times)
            rates.append(1 / gaps.mean())
            spreads.append(gaps.std() / gaps.mean())
    jerks = simulate("cortical_myoclonus", seed=2).truth
    lengths = [event.duration_s * 1000 for event in jerks.events if event.kind == "jerk"]
    return [
        ("cramp: rate of units", f"{np.mean(rates):.1f} +- {np.std(rates):.1f} a second", "14.5 +- 5.1 (Minetto 2009)"),
        ("cramp: spread of intervals over their mean", f"{np.mean(spreads):.2f}", "0.446"),
        ("neuromyotonia, axons: rate within doublets and multiplets, median (5-95 %)", rates_within_events(), "30-300"),
        ("neuromyotonia, judged process: rate at the beginning and the end of bursts", burst_rates(), "30-300, slowing"),
        ("cortical myoclonus: length of bursts", f"{np.mean(lengths):.1f} +- {np.std(lengths):.1f} ms", "(31.1 +- 6.7 ms)"),
    ]


def killed_worker(items: int = 8) -> tuple[str, str, str]:
    """Two worker processes; one is killed when the first recording stands."""
    import os
    import signal
    from pathlib import Path
    from tempfile import TemporaryDirectory

    import psutil

    from myognosis.simulate.output.dataset import Plan, run_plan

    plan = Plan(("essential_tremor", "myokymia"), items, 1, "npz", 20.0, 0.2)
    with TemporaryDirectory() as folder:
        run = run_plan(plan, Path(folder), 2)
        found = [next(run)]
        workers = [child for child in psutil.Process().children() if "spawn_main" in " ".join(child.cmdline())]
        os.kill(workers[0].pid, signal.SIGKILL)
        found += list(run)
        stand = len(list(Path(folder).glob("0*/recording.npz")))
    faults = sum(bool(item.fault) for item in found)
    return (f"{items} recordings, one of two workers killed", f"{stand} made, {faults} failed", "all, none")


def movement() -> Rows:
    from scipy.signal import welch

    rows = []
    for name, part in (("parkinson_tremor", (0.0, 0.6)), ("essential_tremor", (0.4, 1.0)), ("physiological_tremor", (0.4, 1.0))):
        made = simulate(name, seed=4)
        channel = next(c for c in made.recording.channels if c.name == "ACC Z")
        first, last = (round(edge * len(channel.samples)) for edge in part)
        hz, power = welch(channel.samples[first:last], channel.rate_hz, nperseg=round(8 * channel.rate_hz))
        peak = hz[(hz > 2)][power[hz > 2].argmax()]
        put_in = made.truth.parameters["tremor.frequency_hz"].value
        rows.append((f"{name}: peak of the accelerometer", f"{peak:.2f} Hz", f"{put_in:g} Hz put in"))
    return rows

"""What a clinician would measure on each scenario: our own recordings engine on the simulated recording, beside published people.

The engine knows nothing of the simulator. Nothing is read from the truth but where a phase begins and when a shock was given.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from benchmarks.given import AT_REST, UNITS
from myognosis.findings.criteria import jerk_criteria
from myognosis.findings.needle import discharge_criteria
from myognosis.knowledge import load_knowledge
from myognosis.model.recording import Channel
from myognosis.signals import jerks
from myognosis.signals.coherence import measure_coherence
from myognosis.signals.conduction import average, cut_sweeps, find_f_waves, measure_response, velocity_m_s
from myognosis.signals.discharges import Discharges, find_discharges
from myognosis.signals.fasciculation import find_fasciculations
from myognosis.signals.motor_units import measure_motor_units
from myognosis.signals.tremor import measure_tremor
from myognosis.simulate import Simulation, load_scenario, simulate
from myognosis.simulate.scenarios import Value

Row = tuple[str, str, str]
SEEDS = (1, 2, 3)
SETTLED_S = 1.0
"""So much of a phase is left out, while effort changes."""
NOTE = """Every scenario through our own recordings engine, seeds 1 to 3 (one seed where axons are computed for minutes); published
people with their source, as `docs/simulation.md` names it. What the engine calls otherwise than the scenario is shown."""


def tables() -> tuple[str, dict[str, list[Row]]]:
    """Every scenario, by what is measured in it."""
    return NOTE, {
        "At rest": [*silent(), *fasciculation(), *bursts(), cramp(), *blood(), ischaemia()],
        "Under the needle": [*potentials(), fibrillation()],
        "Effort": efforts(),
        "Tremor, lapses, jerks": [*tremors(), legs(), lapses(), *jerked()],
        "A nerve that is shocked": [*conduction("nerve_stimulation"), *conduction("demyelination"), *warmth()],
    }


def phase(made: Simulation, kind: str, channels: Sequence[Channel]) -> tuple[Channel, ...]:
    """These channels within a phase, but for its beginning; all of the recording for an empty name."""
    first, last = 0.0, made.truth.duration_s
    if kind:
        epoch = next(epoch for epoch in made.truth.epochs if epoch.kind == kind)
        first, last = epoch.start_s + min(SETTLED_S, 0.1 * epoch.duration_s), epoch.start_s + epoch.duration_s
    return tuple(replace(c, samples=c.samples[round(first * c.rate_hz) : round(last * c.rate_hz)]) for c in channels)


def found_at_rest(made: Simulation, kind: str = "") -> Discharges:
    """The discharges that the engine finds in a phase."""
    emg = phase(made, kind, made.recording.of_kind("emg"))
    electrode = "needle" if "needle" in emg[0].name else "surface"
    return find_discharges(emg, discharge_criteria(load_knowledge()), electrode=electrode, negative_up=False)  # type: ignore[arg-type]


def count(found: Discharges, kind: str = "") -> int:
    """Potentials of discharges of one kind, or of all."""
    return sum(len(d.times_s) for d in found.found if kind in ("", d.kind))


def silent() -> list[Row]:
    rows = []
    for name, kind in (
        ("healthy_rest", ""),
        ("hyperkalaemia", "rest"),
        ("hypokalaemia", "rest"),
        ("cold", "rest"),
        ("warm", "rest"),
    ):
        n = sum(count(found_at_rest(simulate(name, seed=seed), kind)) for seed in SEEDS)
        rows.append((f"`{name}`: potentials at rest, three recordings", str(n), "0: a healthy person's muscle is silent"))
    return rows


def fasciculation() -> list[Row]:
    rows = []
    for name, kind, wanted in (
        (
            "benign_fasciculation",
            "",
            "up to 3 a minute in tibialis anterior, at times over 100 in abductor hallucis (healthy people)",
        ),
        ("als_early", "rest", "40.5 (10.6-79.4) in ALS (Bashford 2020)"),
        ("cramp_fasciculation", "twitching", "many"),
        ("caffeine", "rest", "a few"),
    ):
        rates = []
        for seed in SEEDS:
            made = simulate(name, seed=seed)
            found = find_fasciculations(phase(made, kind, made.recording.of_kind("emg")), AT_REST)
            rates.append(60 * len(found.events) / max(found.seconds, 1e-9))
        rows.append(
            (f"`{name}`: fasciculation potentials a minute", f"{np.mean(rates):.0f} ({min(rates):.0f}-{max(rates):.0f})", wanted)
        )
    return rows


def bursts() -> list[Row]:
    rows = []
    for name, kind, wanted in (
        ("myokymia", "myokymic_discharge", "2-10 potentials at 5-62 a second, 0.1-10 times a second"),
        ("neuromyotonia", "neuromyotonic_discharge", "150-300 a second (30-300: Maddison 2006), waning (Bednarik 2001)"),
    ):
        told, sizes = 0, []
        measures: dict[str, list[float]] = {}
        for seed in SEEDS:
            found = found_at_rest(simulate(name, seed=seed))
            of_kind = [d for d in found.found if d.kind == kind]
            told += bool(of_kind)
            for d in of_kind:
                for key, value in d.measures.items():
                    measures.setdefault(key, []).append(value)
                if len(d.times_s) >= 40:
                    sizes.append(np.median(d.amplitudes_uv[-10:]) / np.median(d.amplitudes_uv[:10]))
        middle = {key: float(np.median(values)) for key, values in measures.items()}
        size, rate = middle.get("potentials_per_burst", 0.0), middle.get("rate_hz", 0.0)
        text = f"named in {told} of 3; {size:.0f} potentials at {rate:.0f} a second"
        if "recurrence_hz" in middle:
            text += f", {middle['recurrence_hz']:.1f} times a second"
        if kind == "neuromyotonic_discharge" and sizes:
            text += f"; the last ten over the first ten: {np.median(sizes):.2f} of their size"
        rows.append((f"`{name}`", text, wanted))
    return rows


def cramp() -> Row:
    told = sum(count(found_at_rest(simulate("cramp", seed=seed), "course"), "cramp_discharge") > 0 for seed in SEEDS)
    return ("`cramp`: a cramp discharge in its course", f"named in {told} of 3", "units at 14.5 +- 5.1 a second (Minetto 2009)")


def blood() -> list[Row]:
    rows = []
    for name, kinds, wanted in (
        ("hypocalcaemia", ("before", "cuff", "released"), "spasm in the cuff (Trousseau), pairs and triplets 3-10 ms apart"),
        (
            "hyperventilation",
            ("calm", "overbreathing", "cuff", "released"),
            "none calm; spasm at pH 7.75 in seven of nine (Steurer 1997)",
        ),
        ("hypomagnesaemia", ("rest",), "single potentials and short bursts"),
    ):
        made = simulate(name, seed=1)
        text = []
        for kind in kinds:
            found = found_at_rest(made, kind)
            text.append(f"{kind} {count(found) / max(found.seconds, 1e-9):.1f}")
        rows.append((f"`{name}`: potentials a second in all", ", ".join(text), wanted))
    return rows


def ischaemia() -> Row:
    made = simulate("ischaemia", seed=1)
    released = next(epoch for epoch in made.truth.epochs if epoch.kind == "released")
    emg = made.recording.of_kind("emg")
    rates = []
    for minute in range(int(released.duration_s // 60)):
        first = released.start_s + 60 * minute
        cut = tuple(replace(c, samples=c.samples[round(first * c.rate_hz) : round((first + 60) * c.rate_hz)]) for c in emg)
        found = find_discharges(cut, discharge_criteria(load_knowledge()), electrode="surface", negative_up=False)
        rates.append(count(found) / 60)
    shown = ", ".join(f"{rate:.1f}" for rate in rates)
    wanted = "begins within a minute, dies away within some (remembered: Bostock 1991, Mogyoros 1997)"
    return ("`ischaemia`: potentials a second, minute by minute after release", shown, wanted)


def potentials() -> list[Row]:
    rows = []
    for name, kind, wanted in (
        (
            "healthy_needle",
            "light",
            "661.5 +- 92 uV, 9.35 +- 0.93 ms, turns 3.35 +- 0.52, polyphasic 5-40 % (tibialis anterior, read)",
        ),
        ("als_late", "pull", "several to more than 10 mV, long, polyphasic"),
    ):
        sizes, durations, turns, ragged = [], [], [], []
        for seed in SEEDS:
            made = simulate(name, seed=seed)
            found = measure_motor_units(phase(made, kind, made.recording.of_kind("emg"))[0], electrode="needle", rules=UNITS)
            values = [found.value(f"motor_unit_{key}") for key in ("amplitude", "duration", "turns", "polyphasic_share")]
            for row, value in zip((sizes, durations, turns, ragged), values, strict=True):
                row.append(np.nan if value is None else value)
        text = (
            f"{np.nanmean(sizes):.0f} ({np.nanmin(sizes):.0f}-{np.nanmax(sizes):.0f}) uV, {np.nanmean(durations):.1f} ms, "
            f"turns {np.nanmean(turns):.1f}, polyphasic {100 * np.nanmean(ragged):.0f} %"
        )
        rows.append((f"`{name}`: motor-unit potentials, means of muscles", text, wanted))
    return rows


def fibrillation() -> Row:
    rates, sizes, told = [], [], 0
    for seed in SEEDS:
        found = [d for d in found_at_rest(simulate("als_late", seed=seed), "rest").found if d.kind == "fibrillation"]
        told += bool(found)
        rates += [d.measures["rate_hz"] for d in found]
        sizes += [float(np.median(d.amplitudes_uv)) for d in found]
    text = f"named in {told} of 3; {len(sizes)} fibres"
    if sizes:
        text += f", {min(sizes):.0f}-{max(sizes):.0f} uV, {min(rates):.1f}-{max(rates):.1f} a second"
    return (
        "`als_late`: fibrillation at rest",
        text,
        "50-300 uV (Kraft 1990: 612 uV at most at first, 320 in the sixth month), 0.5-15 a second",
    )


def efforts() -> list[Row]:
    made = simulate("healthy_contraction", seed=1)
    held = phase(made, "light", [c for c in made.recording.channels if c.kind == "force"])[0].samples
    rows = [
        (
            "`healthy_contraction`: steadiness of a light effort, SD over mean",
            f"{100 * held.std() / held.mean():.1f} %",
            "1-4 % (remembered)",
        ),
    ]
    for name, kind, lever_m, wanted in (
        ("healthy_contraction", "firm", 0.0, "30-40 N, index finger (remembered)"),
        ("benign_fasciculation", "", 0.15, "154.4 +- 37.8 Nm, plantar flexion (PubMed 39577118)"),
        ("als_early", "pull", 0.0, "243.6 +- 48.0 N in health, elbow at the wrist (Kohn 2018)"),
        ("essential_tremor", "posture", 0.08, "7.1 +- 2.1 Nm, wrist extension (Delp 1996)"),
        ("als_late", "pull", 0.15, "weak: some 40 Nm in health (remembered)"),
    ):
        full = maximal(name, kind)
        shown = f"{full.max() * lever_m:.0f} Nm" if lever_m else f"{full.max():.0f} N"
        rows.append((f"`{name}`: a maximal effort", shown, wanted))
    light = maximal("healthy_contraction", "firm").max()
    for name in ("hypokalaemia", "hyperkalaemia", "cold", "warm"):
        weak = maximal(name, "firm" if name in ("cold", "warm") else "pull").max()
        wanted = {"cold": "-10 to -15 % at 20 C (Ranatunga 1987)", "warm": "as at 33 C (Ranatunga 1987)"}.get(name, "weak")
        rows.append((f"`{name}`: a maximal effort over that of health", f"{100 * (weak / light - 1):+.0f} %", wanted))
    return rows


def maximal(name: str, kind: str) -> np.ndarray:
    """The force of a phase in which the person does all that they can."""
    found = load_scenario(name)
    most, none = (Value(value=value, source="choice", trust="estimated") for value in (1.0, 0.0))
    phases = tuple(p.model_copy(update={"changes": p.changes | {"drive.effort": most, "tremor.depth": none}}) for p in found.phases)
    made = simulate(found.model_copy(update={"phases": phases, "antagonist": False}), seed=1, duration_s=8.0)
    return phase(made, kind, [c for c in made.recording.channels if c.kind == "force"])[0].samples


def tremors() -> list[Row]:
    rows = []
    for name, kind, wanted in (
        ("physiological_tremor", "posture", "8-12 Hz, fine"),
        ("caffeine", "posture", "8-12 Hz, finer"),
        ("essential_tremor", "posture", "4-12 Hz, mostly 5-8; postural"),
        ("parkinson_tremor", "rest", "4-6 Hz at rest, antagonists in turn"),
        ("parkinson_tremor", "posture", "stops when the hand is raised"),
    ):
        made = simulate(name, seed=1)
        moved = measure_tremor(phase(made, kind, [c for c in made.recording.channels if c.kind == "accelerometer"]))
        text = moved.outcome.replace("_", " ")
        if moved.outcome == "tremor":
            emg = measure_tremor(phase(made, kind, made.recording.of_kind("emg"))[:1])
            text = f"{moved.value('tremor_frequency'):.1f} Hz, {moved.value('tremor_amplitude'):.2f} m/s2; "
            text += f"EMG {emg.value('tremor_frequency') or 0:.1f} Hz"
        rows.append((f"`{name}`, {kind}", text, wanted))
    return rows


def legs() -> Row:
    made = simulate("orthostatic_tremor", seed=1)
    both = phase(made, "standing", made.recording.of_kind("emg"))
    shared = measure_coherence(both[:1], both[1:])
    moved = measure_tremor(phase(made, "standing", [c for c in made.recording.channels if c.kind == "accelerometer"][:3]))
    numbers = {m.name: m.value or 0.0 for m in shared.measurements}
    text = (
        f"accelerometer {moved.value('tremor_frequency'):.1f} Hz; coherence of both legs {numbers['coherence']:.2f} at "
        f"{numbers['coherence_frequency']:.1f} Hz, phase {numbers['coherence_phase']:.0f} deg"
    )
    return (
        "`orthostatic_tremor`, standing",
        text,
        "13-18 Hz; coherence between muscles 0.91 (0.88-0.94) (Tremor J, doi 10.5334/tohm.238, read)",
    )


def lapses() -> Row:
    lengths, n = [], 0
    for seed in SEEDS:
        found = jerks.find_lapses(simulate("asterixis", seed=seed).recording.of_kind("emg")[0], jerk_criteria(load_knowledge()))
        n += len(found.lapses or ())
        lengths += [lapse.duration_ms for lapse in found.lapses or ()]
    return ("`asterixis`: silences", f"{n} in 120 s, {np.median(lengths):.0f} ms" if n else "none", "50-200 ms (remembered)")


def jerked() -> list[Row]:
    rows = []
    for name, wanted in (
        ("cortical_myoclonus", "31.1 +- 6.7 ms (van der Veen 2024)"),
        ("hypnic_jerk", "75-250 ms, once (remembered)"),
        ("restless_legs", "0.5-10 s every 5-90 s; longer than a jerk, so our measure of jerks must stay silent"),
    ):
        lengths: list[float] = []
        for seed in SEEDS:
            found = jerks.find_jerks(simulate(name, seed=seed).recording.of_kind("emg")[:1], jerk_criteria(load_knowledge()))
            lengths += [burst.duration_ms for burst in found.bursts]
        rows.append(
            (f"`{name}`: bursts in three recordings", f"{len(lengths)}, {np.median(lengths):.0f} ms" if lengths else "none", wanted)
        )
    return rows


def shocked(name: str, **parameters: float) -> tuple[float, float, float | None]:
    """Onset in ms, size in mV, and the shortest F latency in ms."""
    made = simulate(name, seed=1, parameters={key.replace("__", "."): value for key, value in parameters.items()})
    shocks = [event.start_s for event in made.truth.events if event.kind == "stimulus"]
    sweeps = cut_sweeps(made.recording.of_kind("emg")[0], shocks, "positive", before_ms=5, after_ms=70)
    found = measure_response(average(sweeps), "motor")
    waves = find_f_waves(sweeps, 18.0, 45.0)
    return (found.onset_ms, found.amplitude_uv / 1000, waves.minimum_ms) if found else (np.nan, 0.0, None)


def conduction(name: str) -> list[Row]:
    wrist, elbow = shocked(name, stimulus__distance_mm=70.0), shocked(name, stimulus__distance_mm=280.0)
    speed = velocity_m_s(210.0, elbow[0], wrist[0])
    late = f"; F {wrist[2]:.1f} ms" if wrist[2] and name == "nerve_stimulation" else ""
    text = f"{speed:.1f} m/s; wrist {wrist[0]:.1f} ms, {wrist[1]:.1f} mV; elbow {elbow[1]:.1f} mV{late}"
    wanted = {
        "nerve_stimulation": "54.4 +- 5.7 m/s, 3.4 +- 0.37 ms, 10.6 +- 2.75 mV, F 24.8 +- 3.2 ms (JNND)",
        "demyelination": "below 70-80 % of the lower limit; more than half lost between wrist and elbow is block (remembered)",
    }[name]
    return [(f"`{name}`: forearm", text, wanted)]


def warmth() -> list[Row]:
    usual, cold = shocked("nerve_stimulation"), shocked("nerve_stimulation", state__temperature_c=20.0)
    text = f"{cold[0] - usual[0]:+.1f} ms a distal latency, size {100 * (cold[1] / usual[1] - 1):+.0f} %"
    return [
        ("the same nerve at 20 C, as in `cold`", text, "longer by 0.2-0.3 ms a degree, larger and longer potentials (remembered)")
    ]

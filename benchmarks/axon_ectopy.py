"""What the axon fires by itself: causes, a cuff and its release, neuromyotonia, what hangs on the branch, steady states."""

from dataclasses import replace

import numpy as np

from benchmarks import axon_sensitivity, axon_travel
from benchmarks.axon_sensitivity import LEAKING, events
from benchmarks.axon_states import second, standing
from myognosis.simulate.axon import (
    BRANCH,
    AxonState,
    SlowBalance,
    cuff,
    fire_all,
    healthy_axon,
    later,
    neuromyotonic,
    overbreathed,
    trousseau,
)
from myognosis.simulate.axon import kernels as k
from myognosis.simulate.axon.firing import Block, Firing
from myognosis.simulate.pool.spontaneous import add_spontaneous
from myognosis.simulate.pool.trains import Trains
from myognosis.simulate.scenarios import Timeline
from myognosis.simulate.settings import Settings

Rows = list[tuple[str, str, str]]
STEP_MS = 0.02
HOUR = 225.0
"""Seconds of sixteen axons that make an hour."""


def told(f: Firing) -> str:
    if not f.spikes_s.size:
        return f.pattern
    parts = events(f, 0.03)
    sizes, inside = np.array([len(part) + 1 for part in parts]), np.concatenate(parts)
    text = f"{f.pattern}, {f.spikes_s.size / f.duration_s:.2f}/s; "
    text += f"spikes an event {np.median(sizes):.0f} (90 %: {np.percentile(sizes, 90):.0f})"
    return text + (f"; intervals {np.median(inside):.1f} ms (least {inside.min():.1f})" if inside.size else "")


def rate(firings: list[Firing], start: float, stop: float) -> float:
    return sum(float(np.sum((f.spikes_s >= start) & (f.spikes_s < stop))) for f in firings) / (stop - start) / len(firings)


TRAIN = {"slow_potassium": 0.3, "fast_potassium": 0.6, "persistent_sodium": 0.61, "fast_sodium": 2.9}
"""A dense branch that has lost its brakes."""
CASES = {
    "ionised calcium 1.1 mM": ({"calcium_mm": 1.1}, "silent or isolated"),
    "ionised calcium .9 mM": ({"calcium_mm": 0.9}, "silent or isolated"),
    "ionised calcium .8 mM": ({"calcium_mm": 0.8}, "doublets, triplets, 3 to 10 ms"),
    "ionised calcium .7 mM": ({"calcium_mm": 0.7}, "doublets, triplets, 3 to 10 ms"),
    "ionised calcium .6 mM": ({"calcium_mm": 0.6}, "doublets, triplets, 3 to 10 ms"),
    "magnesium .2 mM, calcium 1.0 mM": ({"magnesium_mm": 0.2, "calcium_mm": 1.0}, "more than calcium alone"),
    "potassium 3.5 mM": ({"potassium_mm": 3.5}, "silent (within the usual range of the laboratory)"),
    "potassium 5 mM": ({"potassium_mm": 5.0}, "silent (within the usual range of the laboratory)"),
    "potassium 5.3 mM": ({"potassium_mm": 5.3}, "silent (within the usual range of the laboratory)"),
    "potassium 5.7 mM": ({"potassium_mm": 5.7}, "few or none (people on dialysis: axons depolarised, at rest)"),
    "potassium 6.5 mM": ({"potassium_mm": 6.5}, "few; weakness is the rule"),
    "leak x 1.6, persistent sodium x 1.1, potassium channels x .94 (early ALS)": (LEAKING, "isolated, irregular, .01 to 1/s"),
    "leak x 1.8": ({"leak": 1.8}, "-"),
    "persistent sodium x 1.2 (early ALS)": ({"persistent_sodium": 1.2}, "isolated, doublets, .1 to 2/s"),
    "fast potassium x .7": ({"fast_potassium": 0.7}, "isolated"),
    "fast potassium x .5 (antibodies)": ({"fast_potassium": 0.5}, "doublets, multiplets"),
    "slow potassium x .5": ({"slow_potassium": 0.5}, "bursts"),
    "slow potassium x .3, fast x .6, persistent sodium x .61, fast sodium x 2.9": (TRAIN, "tonic train"),
    "potassium 8.5 mM": ({"potassium_mm": 8.5}, "block"),
    "persistent sodium x 2": ({"persistent_sodium": 2.0}, "block"),
    "25 degrees": ({"temperature_c": 25.0}, "silent"),
    "37 degrees": ({"temperature_c": 37.0}, "silent"),
}  # fmt: skip


def ectopy() -> Rows:
    found = fire_all([BRANCH.changed(**change) for change, _ in CASES.values()], 120.0, 1)
    rows: Rows = [(f"{name}, 120 s", told(f), want) for (name, (_, want)), f in zip(CASES.items(), found, strict=True)]
    hours = {mm: in_an_hour(mm) for mm in (3.5, 4.2, 5.0, 5.3)}
    if hours[4.2]:
        raise RuntimeError(f"The resting branch fired {hours[4.2]} times in an hour.")
    healthy = ("150 axons of a healthy muscle, 30 s: spikes", str(healthy_muscle()), "0")
    silent = ("health: spikes in an hour", f"{hours.pop(4.2)} (asserted: with one this page is not made)", "0")
    blood = (
        "potassium 3.5 / 5 / 5.3 mM: spikes in an hour",
        " / ".join(str(n) for n in hours.values()),
        "0 (usual range 3.5 to 5.3)",
    )
    return [silent, blood, healthy, *rows]


def in_an_hour(potassium_mm: float) -> int:
    """Spikes of the resting branch in an hour."""
    return sum(f.spikes_s.size for f in fire_all([BRANCH.changed(potassium_mm=potassium_mm)] * k.LANES, HOUR, 2, step_ms=STEP_MS))


def healthy_muscle() -> int:
    """What all axons of a muscle fire, each a little easier or harder to excite than the next."""
    trains = Trains()
    add_spontaneous(trains, 150, Settings.of({"axon.axons": 150}), Timeline(("rest",), (0.0, 30.0), ({},)), 0, "agonist")
    return len(trains.spikes(30.0))


def released() -> Rows:
    """A cuff of ten minutes and its release."""
    spans, rows = ((0, 20), (20, 30), (30, 50), (50, 80), (80, 110), (110, 200), (200, 320)), []
    courses = [later(cuff(BRANCH.changed(calcium_mm=c), 0.0, 600.0), 580.0) for c in (1.2, 1.1)] * 8
    found = fire_all(courses, 320.0, 3, step_ms=STEP_MS)
    for calcium, some in (("1.2", found[::2]), ("1.1", found[1::2])):
        sizes = np.array([len(part) + 1 for f in some for part in events(f, 0.03)])
        inside = np.concatenate([part for f in some for part in events(f, 0.03)])
        rates = " / ".join(f"{rate(some, a, b):.2f}" for a, b in spans)
        shares = " / ".join(
            f"{100 * sizes[part].sum() / sizes.sum():.0f}" for part in (sizes == 1, sizes == 2, sizes > 2, sizes > 5)
        )
        text = f"{rates}; {shares} % of spikes alone / in pairs / in bursts of 3 or more / of 6 or more; longest {sizes.max()}"
        name = f"calcium {calcium}: spikes/s in the last 20 s of a cuff / 0-10 / 10-30 / 30-60 / 60-90 / 90-180 / 180-300 s after"
        rows.append((name, f"{text}; intervals {np.median(inside):.1f} ms", "bursts and trains on release, for minutes"))
    return rows


def tight() -> Rows:
    """Trousseau's test, and overbreathing with it."""
    tests = {f"calcium {c}": trousseau(calcium_mm=c) for c in (1.2, 1.1, 1.0, 0.9, 0.8, 0.7, 0.6)}
    tests |= {f"overbreathing to pH {ph}": cuff(overbreathed(ph=ph), 30.0, 210.0) for ph in (7.45, 7.55, 7.65, 7.7, 7.75)}
    rows: Rows = []
    for name, f in zip(tests, fire_all(list(tests.values()), 240.0, 4, step_ms=STEP_MS), strict=True):
        rates = " / ".join(f"{rate([f], a, b):.2f}" for a, b in ((0, 30), (30, 90), (90, 150), (150, 210), (210, 240)))
        want = (
            "more under the cuff; without it from 7.7 on (spasms at 7.75 +- .045)"
            if "pH" in name
            else "none"
            if name == "calcium 1.2"
            else "tetany under it: more than before and than after"
        )
        rows.append((f"{name}: spikes/s before / 1st / 2nd / 3rd minute of the cuff / 30 s after", rates, want))
    return rows


def bursting() -> Rows:
    """Bursts of five spikes or more: their rates, and whether they slow down."""
    cases = {"`neuromyotonic`": neuromyotonic(), "the same, noise x .5": neuromyotonic(BRANCH.changed(noise=0.5)),
             "the same, noise x 2": neuromyotonic(BRANCH.changed(noise=2.0)),
             "fast potassium x .5 (antibodies)": BRANCH.changed(fast_potassium=0.5),
             "slow potassium x .5": BRANCH.changed(slow_potassium=0.5)}  # fmt: skip
    rows: Rows = []
    for name, f in zip(cases, fire_all(list(cases.values()), 120.0, 1), strict=True):
        long = [part for part in events(f, 0.05) if len(part) >= 4]
        slower = np.array([part[len(part) // 2 :].mean() / part[: len(part) // 2].mean() for part in long])
        first, last = (1e3 / np.median([part[at].mean() for part in long]) for at in (slice(3), slice(-3, None)))
        low, middle, high = np.percentile(1e3 / np.concatenate(long), (5, 50, 95))
        sizes = [len(part) + 1 for part in long]
        text = f"{len(long)} bursts of {np.median(sizes):.0f} spikes (up to {max(sizes)}); "
        text += f"{100 * np.mean(slower > 1):.0f} % slow down, "
        text += f"second half's intervals x {np.median(slower):.2f}; first / last three intervals {first:.0f} / {last:.0f} Hz; "
        want = ">= 90 % slow down; 150 to 300 Hz at their start" if "potassium" not in name else "multiplets, 30 to 300 Hz"
        rows.append((f"{name}, 120 s", f"{text}rates 5 / 50 / 95 %: {low:.0f} / {middle:.0f} / {high:.0f} Hz", want))
    return rows


def spread(state: AxonState, pulses: int = 20) -> float:
    """The relative spread of the threshold for 1 ms, %: where one and where five of six pulses fire, on sixteen axons."""

    def share(pulse_pa: float) -> float:
        """Of all pulses those that fire."""
        block, fired = Block([state] * k.LANES, healthy_axon(), SlowBalance(), 5, 0, STEP_MS), 0
        block.chunk(0.0, 0.1)
        p, c = block.state_at(0.0)
        for _ in range(pulses):
            total = np.zeros(k.LANES, np.int64)
            for current, slow_steps, counted in ((pulse_pa, 5, 1), (0.0, 20, 1), (0.0, 975, 0)):
                spikes, count = np.zeros((k.LANES, 64)), np.zeros(k.LANES, np.int64)
                k.free_run(p, block.s, block.w, c, np.full(k.LANES, current), block.seeds, block.done * block.n_fast, block.dt,
                           block.n_fast, slow_steps, block.armed, spikes, count, block.shut)  # fmt: skip
                block.done += slow_steps
                total += counted * count
            fired += int(np.sum(total > 0))
        return fired / pulses / k.LANES

    def current_for(wanted: float) -> float:
        low, high = 10.0, 4000.0
        for _ in range(12):
            middle = 0.5 * (low + high)
            low, high = (middle, high) if share(middle) < wanted else (low, middle)
        return 0.5 * (low + high)

    a, b = current_for(0.1587), current_for(0.8413)
    return 100.0 * (b - a) / (a + b)


def what_hangs_on_it() -> Rows:
    """Every cause at four densities of sodium channels and two levels of noise."""
    cases = {"calcium .9": {"calcium_mm": 0.9}, "calcium .8": {"calcium_mm": 0.8}, "potassium 5.3": {"potassium_mm": 5.3},
             "fast potassium x .5": {"fast_potassium": 0.5}, "persistent sodium x 1.2": {"persistent_sodium": 1.2}}  # fmt: skip
    rows: Rows = []
    for density in (1.0, 1.5, 1.8, 2.0):
        for noise in (1.0, 2.0):
            base = BRANCH.changed(fast_sodium=density, noise=noise)
            states = [*(base.changed(**change) for change in cases.values()), neuromyotonic(base), overbreathed(base)]
            said = [f"{name} {f.pattern} {f.spikes_s.size / 60.0:.2f}/s" for name, f in
                    zip((*cases, "neuromyotonic", "pH 7.75"), fire_all(states, 60.0, 1, step_ms=STEP_MS), strict=True)]  # fmt: skip
            after = fire_all([later(cuff(base, 0.0, 600.0), 610.0)] * 4, 120.0, 3, step_ms=STEP_MS)
            said.append(f"release {after[0].pattern} {rate(after, 0.0, 120.0):.2f}/s")
            rest = sum(f.spikes_s.size for f in fire_all([base] * k.LANES, HOUR / 4, 2, step_ms=STEP_MS))
            name = f"sodium channels x {density:g}, noise {noise:g}: spikes in a quarter of an hour of rest {rest}; then"
            rows.append((name, "; ".join(said),
                         "0; ectopy"))  # fmt: skip
    return rows


def steady() -> Rows:
    """The diagram of steady states: over potassium around the axon, and over that of the bath where it may gather."""
    potassium, rows = np.arange(1.5, 16.01, 0.1), []
    states = {"branch": BRANCH, "persistent sodium x .5": BRANCH.changed(persistent_sodium=0.5),
              "persistent sodium x 1.4": BRANCH.changed(persistent_sodium=1.4),
              "persistent sodium x 2": BRANCH.changed(persistent_sodium=2.0),
              "after ischaemia (14 mM sodium inside)": BRANCH.changed(sodium_in_mm=14.0),
              "25 mM sodium inside, pump at 2": BRANCH.changed(sodium_in_mm=25.0, pump=2.0),
              "pump at .15": BRANCH.changed(pump=0.15)}  # fmt: skip
    for name, state in states.items():
        found = standing(state, potassium, SlowBalance())
        most = max(sum(s.potassium_mm == q for s in found) for q in {s.potassium_mm for s in found})
        shown = {q: [s for s in found if abs(s.potassium_mm - q) < 0.01] for q in (2.5, 4.2, 5.5, 7.0, 10.0, 14.0)}
        walk = " / ".join(", ".join(f"{s.node_mv:.0f}{'' if s.stable else '*'}" for s in here) for here in shown.values())
        folds = []
        for times in (1.0, 1.5, 2.0, 3.0, 5.0):
            span = second(
                found
                if times == 1.0
                else [s._replace(bath_mm=s.potassium_mm + times * (s.bath_mm - s.potassium_mm)) for s in found]
            )
            folds.append(f"x {times:g} {'none' if span is None else f'{span[0]:.2f} to {span[1]:.2f}'}")
        text = f"{walk} mV; {'at most ' if most > 1 else ''}{most} at each; "
        text += f"two stable states over bath potassium (mM): {', '.join(folds)}"
        rows.append((f"{name}: node at 2.5 / 4.2 / 5.5 / 7 / 10 / 14 mM, * where it fires; with potassium gathering", text,
                     "a second stable state after ischaemia (Bostock 1991, 1994)"))  # fmt: skip
    return rows


def tables() -> tuple[str, dict[str, Rows]]:
    wide = [
        (
            f"noise {noise:g}: spread of the threshold for 1 ms, trunk / branch",
            f"{spread(replace(BRANCH, fast_sodium=1.0, noise=noise)):.1f} / {spread(BRANCH.changed(noise=noise)):.1f} %",
            "trunk 1.65 %; a branch of 1 um about 3 % (remembered)",
        )
        for noise in (0.27, 1.0)
    ]
    note = (
        "One terminal branch for every row (`BRANCH`: 1.8 times the trunk's fast sodium channels, an estimate, and noise 1), 33 "
        "degrees. An event joins spikes less than 30 ms apart (bursts of neuromyotonia: 50 ms)."
    )
    found = {"Causes": ectopy(), "Ischaemia of ten minutes and its release": released(), "Trousseau's test, overbreathing": tight()}
    found["Whether what is counted at the branch travels"] = axon_travel.travelling()
    found |= {"Neuromyotonia": bursting(), "Noise": wide, "What hangs on the branch": what_hangs_on_it()}
    found["Each estimated constant moved alone: where the targets hold"] = axon_sensitivity.tables()
    return note, found | {"Steady states": steady()}

"""What ectopy hangs on: over which range of each estimated constant every target still holds, one constant moved at a time."""

from dataclasses import replace

import numpy as np

from myognosis.simulate.axon import BRANCH, AxonState, Cuff, SlowBalance, cuff, fire_all, later, neuromyotonic, overbreathed
from myognosis.simulate.axon.firing import Firing
from myognosis.simulate.axon.state import Course

Rows = list[tuple[str, str, str]]
SECONDS, STEP_MS = 60.0, 0.02
TARGETS = (
    "silent at rest",
    "low calcium",
    "release",
    "neuromyotonia",
    "fasciculation",
    "Trousseau",
    "a cuff in health",
    "overbreathing",
)
CUFFED = ("release", "Trousseau", "a cuff in health")
DENSITIES = (1.0, 1.2, 1.4, 1.5, 1.6, 1.7, 1.75, 1.8, 1.85, 1.9, 2.0, 2.2)
"""Sodium channels of the branch, times those of the trunk."""
NOISES = (0.31, 0.5, 0.7, 1.0, 1.4, 2.0)
FACTORS = (0.5, 0.7, 0.85, 1.2, 1.4, 2.0)
SLOW = ("sodium_um3", "potassium_um3", "sodium_s", "potassium_s", "inactivation_s")
CUFF = ("energy_left", "potassium_mm", "acid", "onset_s", "potassium_gone_s", "axoplasm_um3")


def events(f: Firing, gap_s: float) -> list[np.ndarray]:
    """Intervals (ms) inside each event of spikes not further apart than a gap."""
    return [1e3 * np.diff(part) for part in np.split(f.spikes_s, np.flatnonzero(np.diff(f.spikes_s) > gap_s) + 1)]


def joined(firings: list[Firing]) -> tuple[np.ndarray, np.ndarray]:
    """Spikes of each event, and the intervals inside events (ms), of several axons."""
    found = [event for f in firings if f.spikes_s.size for event in events(f, 0.03)]
    return np.array([len(event) + 1 for event in found]), np.concatenate([*found, np.empty(0)])


def in_low_calcium(firings: list[Firing]) -> bool:
    """Doublets, triplets or more, their intervals 3 to 10 ms in the middle; not a lasting train."""
    sizes, inside = joined(firings)
    return inside.size > 20 and 2 <= np.quantile(sizes, 0.9) <= 12 and 3.0 <= np.median(inside) <= 10.0


def on_release(firings: list[Firing]) -> bool:
    """At least a spike a second, most of them in events of two or more."""
    sizes, _ = joined(firings)
    return sizes.sum() > SECONDS * len(firings) and sizes[sizes > 1].sum() > 0.5 * sizes.sum()


def in_neuromyotonia(firings: list[Firing]) -> bool:
    """Bursts of five spikes or more that begin at 150 to 300 a second, nine of ten slowing down."""
    long = [part for f in firings for part in events(f, 0.05) if len(part) >= 4]
    if len(long) < 10:
        return False
    slower = np.mean([part[len(part) // 2 :].mean() > part[: len(part) // 2].mean() for part in long])
    return bool(slower >= 0.9 and 150.0 <= 1e3 / np.median([part[:3].mean() for part in long]) <= 300.0)


def fasciculates(firings: list[Firing]) -> bool:
    """Mostly single spikes, .01 to 1 a second."""
    sizes, _ = joined(firings)
    rate = sizes.sum() / SECONDS / len(firings)
    return 0.01 <= rate <= 1.0 and np.median(sizes) == 1


def tightens(before: list[Firing], under: list[Firing], after: list[Firing]) -> bool:
    """Trousseau's sign at .8 mM: in a cuff's third minute three times the spikes before it, and more than in the minute after."""
    rates = [sum(f.spikes_s.size for f in some) / SECONDS / len(some) for some in (before, under, after)]
    return rates[1] >= max(1.0, 3.0 * rates[0]) and rates[1] > rates[2]


def held(base: AxonState = BRANCH, slow: SlowBalance | None = None, how: Cuff | None = None) -> list[bool]:
    """Which targets hold: a minute of several axons each (release: from 10 s after ten minutes of cuff on)."""
    leaking, low = base.changed(leak=1.3, slow_potassium=0.9, fast_potassium=0.9), base.changed(calcium_mm=0.8)
    released, tight = later(cuff(base, 0.0, 600.0, how), 610.0), cuff(low, 0.0, 180.0, how)
    states: list[Course] = [*[base] * 5, *[base.changed(calcium_mm=0.7)] * 2, *[released] * 3, *[neuromyotonic(base)] * 3]
    found = fire_all([*states, *[leaking] * 3], SECONDS, 7, slow=slow, step_ms=STEP_MS)
    silent = not any(f.spikes_s.size for f in found[:5])
    judged = in_low_calcium(found[5:7]), on_release(found[7:10]), in_neuromyotonia(found[10:13]), fasciculates(found[13:])
    states = [*[low] * 3, *[later(tight, 120.0)] * 3, *[later(tight, 180.0)] * 3, *[later(cuff(base, 0.0, 180.0, how), 120.0)] * 3]
    states += [*[overbreathed(base)] * 2, *[overbreathed(base, ph=7.6)] * 2]
    found = fire_all(states, SECONDS, 8, slow=slow, step_ms=STEP_MS)
    blood = [sum(f.spikes_s.size for f in some) / SECONDS / 2 for some in (found[12:14], found[14:])]
    quiet = sum(f.spikes_s.size for f in found[9:12]) <= 0.05 * SECONDS * 3
    return [silent, *judged, tightens(found[:3], found[3:6], found[6:9]), quiet, blood[0] > 1.0 > blood[1]]


def told(judged: dict[float, list[bool]], asked: tuple[str, ...] = (*TARGETS, "all of them")) -> str:
    """For each target the values at which it holds, and those at which all do."""
    words = []
    for target in asked:
        i = (*TARGETS, target).index(target)
        at = [f"{value:g}" for value, holds in judged.items() if (holds[i] if i < len(holds) else all(holds))]
        words.append(f"{target} {'nowhere' if not at else 'everywhere' if len(at) == len(judged) else 'at ' + ', '.join(at)}")
    return "; ".join(words)


def tables() -> Rows:
    """Density and noise of the branch, then every constant of the slow balance and of the cuff."""
    found: dict[str, dict[float, list[bool]]] = {}
    for name, values in (("fast_sodium", DENSITIES), ("noise", NOISES)):
        label = f"branch, {name}, healthy {getattr(BRANCH, name):g}"
        found[label] = {value: held(BRANCH.changed(**{name: value})) for value in values}
    for name in SLOW:
        usual = getattr(SlowBalance(), name)
        found[f"{name}, usually {usual:g}, times"] = {f: held(slow=replace(SlowBalance(), **{name: f * usual})) for f in FACTORS}
    wanted = "a target that holds in a narrow range hangs on the estimate"
    rows = [(f"{label} {', '.join(f'{v:g}' for v in judged)}", told(judged), wanted) for label, judged in found.items()]
    for name in CUFF:
        usual = getattr(Cuff(), name)
        judged = {f: held(how=replace(Cuff(), **{name: f * usual})) for f in FACTORS}
        rows.append(
            (f"cuff, {name}, usually {usual:g}, times {', '.join(f'{f:g}' for f in FACTORS)}", told(judged, CUFFED), wanted)
        )
    return rows

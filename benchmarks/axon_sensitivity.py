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
    "silent at potassium 5.3",
    "low calcium",
    "release",
    "neuromyotonia",
    "fasciculation",
    "Trousseau",
    "tetany at calcium .6",
    "a cuff in health",
    "overbreathing",
)
CUFFED = ("release", "Trousseau", "tetany at calcium .6", "a cuff in health")
DENSITIES = (1.9, 1.95, 2.0, 2.02, 2.05, 2.1, 2.15)
"""Sodium channels of the branch, times those of the trunk."""
NOISES = (0.85, 1.0, 1.2)
PERSISTENT = (0.8, 0.9, 0.95, 1.05, 1.1, 1.2)
FACTORS = (0.5, 0.7, 1.4, 2.0)
SLOW = ("sodium_um3", "potassium_um3", "sodium_s", "potassium_s", "inactivation_s")
CUFF = ("energy_left", "potassium_mm", "under_mm", "acid", "onset_s", "potassium_gone_s", "axoplasm_um3")
LEAKING = {"leak": 1.8}
"""What makes a branch fire single spikes: early ALS."""


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


def per_axon(firings: list[Firing]) -> float:
    """Spikes a second of one axon."""
    return sum(f.spikes_s.size for f in firings) / SECONDS / len(firings)


def held(base: AxonState = BRANCH, slow: SlowBalance | None = None, how: Cuff | None = None) -> list[bool]:
    """Which targets hold: a minute of several axons each (release: from 10 s after ten minutes of cuff on)."""
    raised, poor = base.changed(potassium_mm=5.3), base.changed(calcium_mm=0.7)
    released = later(cuff(base, 0.0, 600.0, how), 610.0)
    states: list[Course] = [*[base] * 3, *[raised] * 3, *[poor] * 2, *[released] * 3, *[neuromyotonic(base)] * 2]
    found = fire_all([*states, *[base.changed(**LEAKING)] * 3], SECONDS, 7, slow=slow, step_ms=STEP_MS)
    silent = [per_axon(some) == 0.0 for some in (found[:3], found[3:6])]
    judged = in_low_calcium(found[6:8]), on_release(found[8:11]), in_neuromyotonia(found[11:13]), fasciculates(found[13:])
    return [*silent, *judged, *under_a_cuff(base, slow, how)]


def under_a_cuff(base: AxonState = BRANCH, slow: SlowBalance | None = None, how: Cuff | None = None) -> list[bool]:
    """The last four targets: two of low calcium and one of health under a cuff, and overbreathing."""
    low, least = base.changed(calcium_mm=0.8), base.changed(calcium_mm=0.6)
    tight, tightest = cuff(low, 0.0, 180.0, how), cuff(least, 0.0, 180.0, how)
    states: list[Course] = [*[low] * 2, *[later(tight, 120.0)] * 3, *[later(tight, 180.0)] * 3, *[least] * 2]
    states += [*[later(tightest, 120.0)] * 2, *[later(cuff(base, 0.0, 180.0, how), 120.0)] * 2]
    states += [overbreathed(base), overbreathed(base, ph=7.6)]
    found = fire_all(states, SECONDS, 8, slow=slow, step_ms=STEP_MS)
    tetany = per_axon(found[10:12]) > per_axon(found[8:10]) > 1.0
    blood = per_axon(found[14:15]) > 1.0 > per_axon(found[15:])
    return [tightens(found[:2], found[2:5], found[5:8]), tetany, per_axon(found[12:14]) <= 0.05, blood]


def told(judged: dict[float, list[bool]], asked: tuple[str, ...] = (*TARGETS, "all of them")) -> str:
    """For each target the values at which it holds, and those at which all do."""
    words = []
    for target in asked:
        i = (*TARGETS, target).index(target)
        at = [f"{value:g}" for value, holds in judged.items() if (holds[i] if i < len(holds) else all(holds))]
        words.append(f"{target} {'nowhere' if not at else 'everywhere' if len(at) == len(judged) else 'at ' + ', '.join(at)}")
    return "; ".join(words)


def tables() -> Rows:
    """Density and noise of the branch together, then every constant of the branch, the slow balance and the cuff alone."""
    wanted = "a target that holds in a narrow range hangs on the estimate"
    grid = {n: {d: held(BRANCH.changed(fast_sodium=d, noise=n)) for d in DENSITIES} for n in NOISES}
    rows = [(f"branch, noise {n:g}, fast_sodium {said(judged)}", told(judged), wanted) for n, judged in grid.items()]
    judged = {f: held(BRANCH.changed(persistent_sodium=f)) for f in PERSISTENT}
    rows.append((f"branch, persistent_sodium {said(judged)}", told(judged), wanted))
    for name in SLOW:
        usual = getattr(SlowBalance(), name)
        judged = {f: held(slow=replace(SlowBalance(), **{name: f * usual})) for f in FACTORS}
        rows.append((f"{name}, usually {usual:g}, times {said(judged)}", told(judged), wanted))
    for name in CUFF:
        usual = getattr(Cuff(), name)
        judged = {f: cuffed(replace(Cuff(), **{name: f * usual})) for f in FACTORS}
        rows.append((f"cuff, {name}, usually {usual:g}, times {said(judged)}", told(judged, CUFFED), wanted))
    return rows


def said(judged: dict[float, list[bool]]) -> str:
    """The values that were tried."""
    return ", ".join(f"{value:g}" for value in judged)


def cuffed(how: Cuff) -> list[bool]:
    """``held`` for another cuff: what no cuff touches holds as it does."""
    released = fire_all([later(cuff(BRANCH, 0.0, 600.0, how), 610.0)] * 3, SECONDS, 7, step_ms=STEP_MS)
    return [True, True, True, on_release(released), True, True, *under_a_cuff(BRANCH, None, how)]

"""What ectopy hangs on: over which range of each estimated constant every target still holds, one constant moved at a time.

Every target is asked of eight branches of a muscle, whose densities of sodium channels are spread as a recording's axons are.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from myognosis.simulate.axon import BRANCH, AxonState, Cuff, SlowBalance, cuff, fire_all, later, neuromyotonic, overbreathed
from myognosis.simulate.axon.firing import Firing
from myognosis.simulate.axon.state import Course

Rows = list[tuple[str, str, str]]
SECONDS, STEP_MS = 20.0, 0.02
SPREAD = 0.04
"""Of the logarithm of the density of sodium channels between branches (``axon.spread``)."""
MUSCLE = np.exp(SPREAD * np.array([-1.53, -0.89, -0.49, -0.16, 0.16, 0.49, 0.89, 1.53]))
"""Eight branches, at the middles of eighths of that spread."""
TARGETS = (
    "silent at rest",
    "silent at potassium 5.3",
    "silent at potassium 6.5",
    "calcium .8",
    "calcium .7",
    "persistent sodium x 1.2",
    "release",
    "neuromyotonia",
    "fasciculation",
    "Trousseau",
    "a cuff in health",
    "overbreathing",
)
CUFFED = ("release", "Trousseau", "a cuff in health")
DENSITIES = (1.6, 1.65, 1.7, 1.75, 1.8, 1.85, 1.9, 2.0)
"""Sodium channels of the branch, times those of the trunk."""
FACTORS = (0.7, 1.4)
PERSISTENT = (0.9, 0.95, 1.05, 1.1)
SLOW = ("slow_channels", "channels", "sodium_um3", "potassium_um3", "sodium_s", "potassium_s", "inactivation_s")
CUFF = ("energy_left", "potassium_mm", "under_mm", "acid", "opened", "onset_s", "potassium_gone_s")
LEAKING = {"leak": 1.6, "persistent_sodium": 1.1, "slow_potassium": 0.94, "fast_potassium": 0.94}
"""What makes a branch fire single spikes: early ALS."""
QUIET = 0.02
"""Spikes a second of a branch that counts as silent in twenty seconds of eight: at most three single ones."""


def events(f: Firing, gap_s: float) -> list[np.ndarray]:
    """Intervals (ms) inside each event of spikes not further apart than a gap."""
    return [1e3 * np.diff(part) for part in np.split(f.spikes_s, np.flatnonzero(np.diff(f.spikes_s) > gap_s) + 1)]


def joined(firings: list[Firing]) -> tuple[np.ndarray, np.ndarray]:
    """Spikes of each event, and the intervals inside events (ms), of several axons."""
    found = [event for f in firings if f.spikes_s.size for event in events(f, 0.03)]
    return np.array([len(event) + 1 for event in found]), np.concatenate([*found, np.empty(0)])


def in_low_calcium(firings: list[Firing]) -> bool:
    """Doublets and triplets, their intervals 3 to 10 ms in the middle, at a tenth of a spike a second or more; no lasting train."""
    sizes, inside = joined(firings)
    return inside.size > 5 and 2 <= np.quantile(sizes, 0.9) <= 4 and 3.0 <= np.median(inside) <= 10.0 and per_axon(firings) > 0.1


def fires_with_open_sodium(firings: list[Firing]) -> bool:
    """From a tenth of a spike a second on to three."""
    return 0.1 <= per_axon(firings) <= 3.0


def on_release(firings: list[Firing]) -> bool:
    """Ten times as many spikes as count for silence, at least a third of them in events of two or more."""
    sizes, _ = joined(firings)
    return per_axon(firings) > 10 * QUIET and sizes[sizes > 1].sum() > sizes.sum() / 3


def in_neuromyotonia(firings: list[Firing]) -> bool:
    """Bursts of five spikes or more that begin at 150 to 300 a second, nine of ten slowing down."""
    long = [part for f in firings for part in events(f, 0.05) if len(part) >= 4]
    if len(long) < 10:
        return False
    slower = np.mean([part[len(part) // 2 :].mean() > part[: len(part) // 2].mean() for part in long])
    return bool(slower >= 0.9 and 150.0 <= 1e3 / np.median([part[:3].mean() for part in long]) <= 300.0)


def fasciculates(firings: list[Firing]) -> bool:
    """Mostly single spikes, .01 to 2 a second."""
    sizes, _ = joined(firings)
    return bool(0.01 <= per_axon(firings) <= 2.0 and np.median(sizes) == 1)


def per_axon(firings: list[Firing]) -> float:
    """Spikes a second of one axon."""
    return sum(f.spikes_s.size for f in firings) / SECONDS / len(firings)


def muscle(base: AxonState, change: Callable[[AxonState], Course]) -> list[Course]:
    """The eight branches of a muscle in a state."""
    return [change(base.changed(fast_sodium=base.fast_sodium * factor)) for factor in MUSCLE]


def held(base: AxonState = BRANCH, slow: SlowBalance | None = None, how: Cuff | None = None) -> list[bool]:
    """Which targets hold (release: from 75 s after ten minutes of cuff on; Trousseau's test: 150 to 170 s of it)."""
    changes: list[Callable[[AxonState], Course]] = [
        lambda b: b,
        lambda b: b.changed(potassium_mm=5.3),
        lambda b: b.changed(potassium_mm=6.5),
        lambda b: b.changed(calcium_mm=0.8),
        lambda b: b.changed(calcium_mm=0.7),
        lambda b: b.changed(persistent_sodium=1.2 * b.persistent_sodium),
        lambda b: neuromyotonic(b.changed(fast_sodium=min(b.fast_sodium, 2.0))),
        lambda b: b.changed(**{name: factor * getattr(b, name) for name, factor in LEAKING.items()}),
        lambda b: overbreathed(b),
        lambda b: overbreathed(b, ph=7.6),
    ]
    rest, raised, high, low, lower, open_, bursts, leaking, breathing, less = asked(base, changes, slow)
    silent = [per_axon(some) <= QUIET for some in (rest, raised, high)]
    poor = [in_low_calcium(low), in_low_calcium(lower), fires_with_open_sodium(open_)]
    release, tight, calm = under_a_cuff(base, slow, how)
    blood = per_axon(breathing) > 1.0 > per_axon(less)
    return [*silent, *poor, release, in_neuromyotonia(bursts), fasciculates(leaking), tight, calm, blood]


def under_a_cuff(base: AxonState = BRANCH, slow: SlowBalance | None = None, how: Cuff | None = None) -> list[bool]:
    """A release; Trousseau's test at calcium 1.0; a cuff in health.

    Late under Trousseau's cuff five times the spikes before it and soon after it.
    """
    changes: list[Callable[[AxonState], Course]] = [
        lambda b: later(cuff(b, 0.0, 600.0, how), 675.0),
        lambda b: b.changed(calcium_mm=1.0),
        lambda b: later(cuff(b.changed(calcium_mm=1.0), 0.0, 180.0, how), 150.0),
        lambda b: later(cuff(b.changed(calcium_mm=1.0), 0.0, 180.0, how), 190.0),
        lambda b: later(cuff(b, 0.0, 180.0, how), 150.0),
    ]
    released, before, under, after, health = asked(base, changes, slow)
    tight = per_axon(under) >= max(0.1, 5.0 * per_axon(before), 5.0 * per_axon(after))
    return [on_release(released), tight, per_axon(health) <= QUIET]


def asked(base: AxonState, changes: list[Callable[[AxonState], Course]], slow: SlowBalance | None) -> list[list[Firing]]:
    """What the branches of a muscle do after each change."""
    n, states = len(MUSCLE), [state for change in changes for state in muscle(base, change)]
    found = fire_all(states, SECONDS, 7, slow=slow, step_ms=STEP_MS)
    return [found[n * i : n * (i + 1)] for i in range(len(changes))]


def told(judged: dict[float, list[bool]], names: tuple[str, ...] = TARGETS, shown: tuple[str, ...] = (*TARGETS, "all")) -> str:
    """For each target the values at which it holds, and those at which all do."""
    words = []
    for target in shown:
        i = (*names, target).index(target)
        at = [f"{value:g}" for value, holds in judged.items() if (holds[i] if i < len(holds) else all(holds))]
        words.append(f"{target} {'nowhere' if not at else 'everywhere' if len(at) == len(judged) else 'at ' + ', '.join(at)}")
    return "; ".join(words)


def tables() -> Rows:
    """Density of the branch, then every constant of the branch, the slow balance and the cuff alone."""
    wanted = "a target that holds in a narrow range hangs on the estimate"
    judged = {d: held(BRANCH.changed(fast_sodium=d)) for d in DENSITIES}
    rows = [(f"branch, fast_sodium {said(judged)}", told(judged), wanted)]
    judged = {f: held(BRANCH.changed(persistent_sodium=f)) for f in PERSISTENT}
    rows.append((f"branch, persistent_sodium {said(judged)}", told(judged), wanted))
    for name in SLOW:
        usual = getattr(SlowBalance(), name)
        judged = {f: held(slow=replace(SlowBalance(), **{name: f * usual})) for f in FACTORS}
        rows.append((f"{name}, usually {usual:g}, times {said(judged)}", told(judged), wanted))
    for name in CUFF:
        usual = getattr(Cuff(), name)
        judged = {f: under_a_cuff(how=replace(Cuff(), **{name: f * usual})) for f in FACTORS}
        rows.append((f"cuff, {name}, usually {usual:g}, times {said(judged)}", told(judged, CUFFED, CUFFED), wanted))
    return rows


def said(judged: dict[float, list[bool]]) -> str:
    """The values that were tried."""
    return ", ".join(f"{value:g}" for value in judged)

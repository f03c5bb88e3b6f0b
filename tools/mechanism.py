"""Makes ``simulate/data/mechanisms.json``: the axon at every step of four sliders, and in the state of every named mechanism.

``python tools/mechanism.py`` takes about a minute of one CPU; the same code, knowledge and seed give the same file.
"""

import json
from itertools import product
from typing import get_args

from myognosis.knowledge import load_knowledge
from myognosis.knowledge.schema import Mechanism
from myognosis.simulate.axon import BRANCH, cuff
from myognosis.simulate.axon.firing import Pattern
from myognosis.simulate.axon.state import AxonState, Course
from myognosis.simulate.mechanism.shown import ION_KEYS, SHOWN, Watched
from myognosis.simulate.mechanism.watch import RUN_SECONDS, SECONDS, STEPS, TRACE_MS, nudged, watch

PATTERNS = list(get_args(Pattern))


def main() -> None:
    states = [BRANCH.changed(**dict(zip(ION_KEYS, values, strict=True))) for values in product(*STEPS.values())]
    points = [_row(watched) for watched in watch(states, SECONDS)]
    shown = {m.id: m for m in load_knowledge().content.mechanisms.values() if m.arises == "axon"}
    ill = watch([course_of(m) for m in shown.values()], RUN_SECONDS)
    well = watch([health_of(m) for m in shown.values()], RUN_SECONDS)
    runs = {name: [_row(a), _row(b)] for name, a, b in zip(shown, ill, well, strict=True)}
    still = {name: course_of(m) for name, m in shown.items() if m.cuff_s is None} | {"health": BRANCH}
    traces = zip(still, nudged([state for state in still.values() if isinstance(state, AxonState)]), strict=True)
    nudges = {name: [round(10 * v) for v in row] for name, row in traces if name == "health" or max(row, default=-99.0) >= -10.0}
    grid = {"seconds": SECONDS, "steps": STEPS, "points": points}
    found = {"patterns": PATTERNS, "grid": grid, "run_seconds": RUN_SECONDS, "runs": runs}
    found |= {"nudge_ms": TRACE_MS, "nudges": nudges}
    SHOWN.write_text(json.dumps(found, separators=(",", ":")) + "\n", "utf-8")


def health_of(mechanism: Mechanism) -> AxonState:
    """Health, with the channel noise of the mechanism's run unless that is all that differs."""
    alone = mechanism.cuff_s is None and len(mechanism.changes) == 1
    return BRANCH if alone else BRANCH.changed(**{c.id: c.value for c in mechanism.changes if c.id == "noise"})


def course_of(mechanism: Mechanism) -> Course:
    """The state that a mechanism stands for, or what it becomes under a cuff that has been on for a while."""
    state = health_of(mechanism).changed(**{change.id: change.value for change in mechanism.changes})
    if mechanism.cuff_s is None:
        return state
    begun, under = mechanism.cuff_s, cuff(state, 0.0, 3600.0)
    return lambda second: under(begun + second)


def _row(watched: Watched) -> list[float | None]:
    """Pattern, rate, rest, threshold, then the spikes in tenths of a millisecond."""
    tenths = [round(1e4 * s) for s in watched.spikes_s]
    return [PATTERNS.index(watched.pattern), watched.per_min, watched.rest_mv, watched.threshold, *tenths]


if __name__ == "__main__":
    main()

"""Whether what is counted at a branch travels: its potential drives a row of trunk nodes; spikes twelve nodes on are counted."""

import numpy as np
from numba import njit

from benchmarks.axon_sensitivity import LEAKING
from myognosis.simulate.axon import BRANCH, REST, AxonState, cuff, healthy_axon, later, neuromyotonic, overbreathed
from myognosis.simulate.axon import kernels as k
from myognosis.simulate.axon.chain import FIBRE_UM, row
from myognosis.simulate.axon.membrane import columns, lanes, steady_gates
from myognosis.simulate.axon.state import Course
from myognosis.simulate.axon.trace import fire_watched

Rows = list[tuple[str, str, str]]
FAR, STEP_MS, SEEDS = 12, 0.001, (1, 2, 3)
MAGNESIUM = {"magnesium_mm": 0.2, "calcium_mm": 1.1}
RELEASED = later(cuff(BRANCH, 0.0, 600.0), 665.0)


def late(state: AxonState) -> Course:
    """A state in the third minute of a cuff."""
    return later(cuff(state, 0.0, 180.0), 150.0)


CASES: dict[str, tuple[Course, dict[str, float], float]] = {
    "calcium .8": (BRANCH.changed(calcium_mm=0.8), {"calcium_mm": 0.8}, 4.0),
    "calcium .7": (BRANCH.changed(calcium_mm=0.7), {"calcium_mm": 0.7}, 4.0),
    "calcium .6": (BRANCH.changed(calcium_mm=0.6), {"calcium_mm": 0.6}, 4.0),
    "overbreathing to pH 7.75": (overbreathed(), {"ph": 7.75}, 4.0),
    "early ALS (a leak)": (BRANCH.changed(**LEAKING), {}, 20.0),
    "persistent sodium x 1.2": (BRANCH.changed(persistent_sodium=1.2), {}, 20.0),
    "fast potassium x .5": (BRANCH.changed(fast_potassium=0.5), {}, 4.0),
    "neuromyotonia": (neuromyotonic(), {}, 4.0),
    "release of ten minutes": (RELEASED, {}, 20.0),
    "calcium .95, third minute of a cuff": (late(BRANCH.changed(calcium_mm=0.95)), {"calcium_mm": 0.95}, 8.0),
    "pH 7.64, third minute of a cuff": (late(overbreathed(ph=7.64)), {"ph": 7.64}, 8.0),
    "pH 7.64": (overbreathed(ph=7.64), {"ph": 7.64}, 20.0),
    "magnesium .2, calcium 1.1": (BRANCH.changed(**MAGNESIUM), MAGNESIUM, 20.0),
}
"""A branch, what of its surroundings the trunk shares, and seconds of watching sixteen of them; the last four are of recordings."""


@njit(error_model="numpy")
def passages(p, s, drive, axial, dt):
    """How often the far node passes -10 mV upward after it was below -50 mV, with the first node held at ``drive`` mV."""
    n, armed, now = 0, True, np.zeros(k.LANES)
    for i in range(drive.size):
        s[k.VN * k.LANES] = drive[i]
        for j in range(1, k.LANES):
            at = k.VN * k.LANES + j
            now[j] = axial * (s[at - 1] - s[at]) + (axial * (s[at + 1] - s[at]) if j < k.LANES - 1 else 0.0)
        k.step(p, s, now, dt)
        v = s[k.VN * k.LANES + FAR]
        n += armed and v >= -10.0
        armed = v < -50.0 or (armed and v < -10.0)
    return n


def arriving(time_s: np.ndarray, mv: np.ndarray, state: AxonState) -> int:
    """How many spikes arrive where this potential drives a row of nodes of the fitted axon in a state, without noise."""
    ms = 1e3 * (time_s - time_s[0])
    drive = np.interp(np.arange(STEP_MS, ms[-1], STEP_MS), ms, mv)
    p, rest = columns([healthy_axon()], state), np.array([healthy_axon().rest_mv])
    block, s, none = lanes(p)[0], lanes(steady_gates(p, rest, rest))[0], np.zeros(k.LANES)
    for _ in range(20_000):
        k.step(block, s, none, 0.02)
    return int(passages(block, s, drive, 1e3 / row(FIBRE_UM)[1], STEP_MS))


def counted(mv: np.ndarray) -> int:
    """Spikes as a free run counts them."""
    n, armed = 0, bool(mv[0] < -50.0)
    for v in mv:
        n += armed and v >= -10.0
        armed = bool(v < -50.0 or (armed and v < -10.0))
    return n


def travelling() -> Rows:
    """One event of a branch for each seed, and what of it arrives along the trunk: in health, and in the branch's own blood."""
    rows: Rows = []
    for name, (state, shared, seconds) in CASES.items():
        seen = [fire_watched([state] * k.LANES, seconds, seed)[1] for seed in SEEDS]
        trunks = {"a trunk in health": REST} | ({"one in the same blood": REST.changed(**shared)} if shared else {})
        found = [f"{sum(arriving(m.time_s, m.node_mv, trunk) for m in seen)} along {what}" for what, trunk in trunks.items()]
        text = f"of {sum(counted(m.node_mv) for m in seen)} in {len(SEEDS)} events {', '.join(found)}"
        rows.append((f"{name}: spikes that arrive twelve nodes on", text, "all"))
    return rows

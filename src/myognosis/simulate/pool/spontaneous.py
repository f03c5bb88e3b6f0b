"""Spikes from the axon's own equations: what ions, temperature and a cuff make a few axons of a muscle do.

Each chosen unit gets an axon of its own (``myognosis.simulate.axon``), a little easier or harder to excite than the next. A phase
with ischaemia begins when the cuff has already lasted ``state.cuffed_s``: minutes of waiting are left out of the recording, and at
that joint the axons have settled before they are watched again. Blood does not change at once where a phase begins.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from myognosis.model.truth import Discharge, Happening
from myognosis.simulate.chance import Floats, smooth_noise, stream
from myognosis.simulate.pool.trains import Train, Trains
from myognosis.simulate.scenarios import Timeline
from myognosis.simulate.settings import Settings, StateSettings

if TYPE_CHECKING:
    from myognosis.simulate.axon import AxonState

__all__ = ["add_spontaneous"]

_STEP_MS = 0.02
"""Step of the axons, which are stepped in second order."""
_EVENT_S: dict[Discharge, float] = {"tetanic": 0.030, "neuromyotonic": 0.100}
"""Spikes closer together belong to one event: the longest interval of a doublet in the recovery cycle's supernormal time; in the
end of a burst that slows down intervals are longer."""

_LOST = 0.8
"""With less than this share of its potassium channels an axon's bursts are called neuromyotonic, otherwise tetanic."""

_TURN_S = 10.0
"""Over this time the blood of one phase turns into that of the next, or over a third of a shorter phase (estimated)."""


def add_spontaneous(trains: Trains, n_units: int, settings: Settings, timeline: Timeline, seed: int, muscle: str) -> None:
    """The spikes of ``axon.axons`` axons, each event named by its size: one spike, a pair, or more; and the membrane of one."""
    from myognosis.simulate.axon import AxonState, fire_watched

    a, s = settings.axon, settings.state
    n = min(int(a.axons), n_units)
    if not n:
        return
    rng = stream(seed, "axons", muscle)
    members = rng.choice(n_units, n, replace=False)
    body = AxonState(
        temperature_c=s.temperature_c, persistent_sodium=a.persistent_sodium, fast_potassium=a.fast_potassium,
        slow_potassium=a.slow_potassium, leak=a.leak, noise=a.noise,
    )  # fmt: skip
    dense = np.clip(a.fast_sodium * np.exp(a.spread * rng.standard_normal(n)), 0.05, 3.0)
    courses = [_course(body.changed(fast_sodium=float(more)), timeline, s) for more in dense]
    if a.wander:
        courses = [_wandering(course, a.wander, timeline.duration_s, rng) for course in courses]
    joint_s = _cuffed(timeline)[0] if s.cuffed_s > 0 else np.inf
    found, seen = fire_watched(courses, timeline.duration_s, int(rng.integers(2**31)), step_ms=_STEP_MS, joint_s=joint_s)
    trains.membrane = replace(seen, axon=int(members[seen.axon]))
    kind: Discharge = "neuromyotonic" if min(a.fast_potassium, a.slow_potassium) < _LOST else "tetanic"
    for unit, firing in zip(members, found, strict=True):
        for event in _events(firing.spikes_s, _EVENT_S[kind]):
            _add_event(trains, event, int(unit), muscle, kind)


def _course(body: "AxonState", timeline: Timeline, s: StateSettings) -> Callable[[float], "AxonState"]:
    """An axon's surroundings over the recording: the blood of each phase; the first run of phases with ischaemia is one cuff."""
    from myognosis.simulate.axon import cuff

    phases = [
        body.changed(**{field: float(change.get(f"state.{name}", getattr(s, name))) for name, field in _BLOOD.items()})
        for change in timeline.changes
    ]
    start, stop = _cuffed(timeline)

    def within(phase: int, second: float) -> "AxonState":
        """The blood of a phase, or what the cuff has made of it."""
        if second < start:
            return phases[phase]
        return cuff(phases[phase], 0.0, s.cuffed_s + stop - start)(s.cuffed_s + second - start)

    def state(second: float) -> "AxonState":
        """What the axon lives in; where a phase begins, on the way from the blood of the last."""
        phase = int(np.clip(np.searchsorted(timeline.edges_s, second, "right") - 1, 0, len(phases) - 1))
        begun, ends = timeline.edges_s[phase], timeline.edges_s[phase + 1]
        share = (second - begun) / min(_TURN_S, (ends - begun) / 3)
        now = within(phase, second)
        if phase == 0 or share >= 1.0 or phases[phase] == phases[phase - 1]:
            return now
        old = within(phase - 1, second)
        turned = {field: (1 - share) * getattr(old, field) + share * getattr(now, field) for field in _BLOOD.values()}
        return now.changed(**turned)

    return state


def _wandering(
    course: Callable[[float], "AxonState"], sd: float, duration_s: float, rng: np.random.Generator
) -> Callable[[float], "AxonState"]:
    """The same course in an axon whose persistent sodium wanders slowly, so that what it does by itself is no clock."""
    factor = np.exp(sd * smooth_noise(rng, int(_WANDER_HZ * duration_s) + 2, _WANDER_HZ, 0.3))

    def state(second: float) -> "AxonState":
        """The state at a second, with what its sodium channels have come to by then."""
        now = course(second)
        i = min(max(int(second * _WANDER_HZ), 0), len(factor) - 1)
        return now.changed(persistent_sodium=float(min(now.persistent_sodium * factor[i], 10.0)))

    return state


_WANDER_HZ = 4.0
"""Samples a second of that wander, whose band is 0.3 Hz (estimated)."""
_BLOOD = {"potassium_mmol_l": "potassium_mm", "calcium_mmol_l": "calcium_mm", "magnesium_mmol_l": "magnesium_mm", "ph": "ph"}


def _cuffed(timeline: Timeline) -> tuple[float, float]:
    """When the cuff is on, in s of the recording; never is the end of time."""
    on = [change.get("state.ischaemia", 0.0) > 0.5 for change in timeline.changes]
    if not any(on):
        return np.inf, np.inf
    first = on.index(True)
    held = next((i for i, still in enumerate(on[first:]) if not still), len(on) - first)
    return timeline.edges_s[first], timeline.edges_s[first + held]


def _events(spikes_s: Floats, apart_s: float) -> list[Floats]:
    return [event for event in np.split(spikes_s, np.flatnonzero(np.diff(spikes_s) > apart_s) + 1) if len(event)]


def _add_event(trains: Trains, event: Floats, unit: int, muscle: str, kind: Discharge) -> None:
    start, length = float(event[0]), float(event[-1] - event[0])
    if len(event) > 2:
        trains.add(Train.of(event, unit, "axon", kind))
        trains.happenings.append(Happening(start, length, f"{kind}_burst", muscle, unit))
        return
    trains.add(Train.of(event[:1], unit, "axon", "fasciculation"))
    trains.add(Train.of(event[1:], unit, "axon", "doublet"))
    trains.happenings.append(Happening(start, 0.0, "fasciculation", muscle, unit))

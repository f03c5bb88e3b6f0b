"""Spikes from the axon's own equations: what ions, temperature and a cuff make a few axons of a muscle do.

Each chosen unit gets an axon of its own (``myognosis.simulate.axon``), a little easier or harder to excite than the next. A phase
with ischaemia begins when the cuff has already lasted ``state.cuffed_s``: minutes of waiting are left out of the recording.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from myognosis.model.truth import Discharge, Happening
from myognosis.simulate.chance import Floats, stream
from myognosis.simulate.pool.trains import Train, Trains
from myognosis.simulate.scenarios import Timeline
from myognosis.simulate.settings import Settings, StateSettings

if TYPE_CHECKING:
    from myognosis.simulate.axon import AxonState

__all__ = ["add_spontaneous"]

_STEP_MS = 0.02
"""Step of the axons, which are stepped in second order."""
_EVENT_S = 0.030
"""Spikes closer together belong to one event: the longest interval of a doublet in the recovery cycle's supernormal time."""

_LOST = 0.8
"""With less than this share of its potassium channels an axon's bursts are called neuromyotonic, otherwise tetanic."""


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
        temperature_c=s.temperature_c, fast_sodium=a.fast_sodium, fast_potassium=a.fast_potassium, slow_potassium=a.slow_potassium,
        leak=a.leak, noise=a.noise,
    )  # fmt: skip
    easier = np.clip(a.persistent_sodium * np.exp(a.spread * rng.standard_normal(n)), 0.0, 10.0)
    courses = [_course(body.changed(persistent_sodium=float(more)), timeline, s) for more in easier]
    found, seen = fire_watched(courses, timeline.duration_s, int(rng.integers(2**31)), step_ms=_STEP_MS)
    trains.membrane = replace(seen, axon=int(members[seen.axon]))
    kind: Discharge = "neuromyotonic" if min(a.fast_potassium, a.slow_potassium) < _LOST else "tetanic"
    for unit, firing in zip(members, found, strict=True):
        for event in _events(firing.spikes_s):
            _add_event(trains, event, int(unit), muscle, kind)


def _course(body: "AxonState", timeline: Timeline, s: StateSettings) -> Callable[[float], "AxonState"]:
    """An axon's surroundings over the recording: the blood of each phase; the first run of phases with ischaemia is one cuff."""
    from myognosis.simulate.axon import cuff

    phases = [
        body.changed(**{field: float(change.get(f"state.{name}", getattr(s, name))) for name, field in _BLOOD.items()})
        for change in timeline.changes
    ]
    start, stop = _cuffed(timeline)

    def state(second: float) -> "AxonState":
        """The blood of the phase, or what the cuff has made of it."""
        phase = int(np.clip(np.searchsorted(timeline.edges_s, second, "right") - 1, 0, len(phases) - 1))
        if second < start:
            return phases[phase]
        return cuff(phases[phase], 0.0, s.cuffed_s + stop - start)(s.cuffed_s + second - start)

    return state


_BLOOD = {"potassium_mmol_l": "potassium_mm", "calcium_mmol_l": "calcium_mm", "magnesium_mmol_l": "magnesium_mm", "ph": "ph"}


def _cuffed(timeline: Timeline) -> tuple[float, float]:
    """When the cuff is on, in s of the recording; never is the end of time."""
    on = [change.get("state.ischaemia", 0.0) > 0.5 for change in timeline.changes]
    if not any(on):
        return np.inf, np.inf
    first = on.index(True)
    held = next((i for i, still in enumerate(on[first:]) if not still), len(on) - first)
    return timeline.edges_s[first], timeline.edges_s[first + held]


def _events(spikes_s: Floats) -> list[Floats]:
    return [event for event in np.split(spikes_s, np.flatnonzero(np.diff(spikes_s) > _EVENT_S) + 1) if len(event)]


def _add_event(trains: Trains, event: Floats, unit: int, muscle: str, kind: Discharge) -> None:
    start, length = float(event[0]), float(event[-1] - event[0])
    if len(event) > 2:
        trains.add(Train.of(event, unit, "axon", kind))
        trains.happenings.append(Happening(start, length, f"{kind}_burst", muscle, unit))
        return
    trains.add(Train.of(event[:1], unit, "axon", "fasciculation"))
    trains.add(Train.of(event[1:], unit, "axon", "doublet"))
    trains.happenings.append(Happening(start, 0.0, "fasciculation", muscle, unit))

"""The one path of a simulation: centre, motoneurons, nerve, muscle, limb, electrode, recording."""

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from myognosis.faults import Issue, Level, Message, MissingExtra, ScenarioError
from myognosis.language import mark
from myognosis.model.recording import Annotation, Channel, Recording
from myognosis.model.truth import SOURCES, Happening, MotorUnit, Spikes, Truth, UsedParameter, class_of
from myognosis.simulate.chance import Bools, Floats, events_at, stream
from myognosis.simulate.doubts import doubts_of
from myognosis.simulate.electrode.disturbances import amplified, amplifier_delay_s
from myognosis.simulate.electrode.layout import MARKS, PLACED, Layout, make_layout, needle_beside
from myognosis.simulate.electrode.potentials import Potentials, motor_unit_potentials
from myognosis.simulate.electrode.synthesis import answers, sum_potentials
from myognosis.simulate.muscle.anatomy import Fibres, cut, make_fibres, near, reinnervated
from myognosis.simulate.muscle.force import muscle_force
from myognosis.simulate.muscle.limb import Motion, move
from myognosis.simulate.pool.drive import DRIVE_HZ, Centre, Drive, make_centre
from myognosis.simulate.pool.ectopic import add_bursts, add_cramps, add_fasciculations, add_fibrillation, add_jerks
from myognosis.simulate.pool.nerve import Nerve, add_shocks, make_nerve
from myognosis.simulate.pool.rate import driven_spikes
from myognosis.simulate.pool.spontaneous import add_spontaneous
from myognosis.simulate.pool.trains import Train, Trains
from myognosis.simulate.pool.units import Pool, make_pool
from myognosis.simulate.scenarios import Scenario, Timeline, load_scenario
from myognosis.simulate.settings import Settings, catalogue
from myognosis.simulate.warmth import velocity_change_m_s, warmth_of

if TYPE_CHECKING:
    from myognosis.simulate.axon import Membrane

__all__ = ["MAX_SECONDS", "Simulation", "busiest_unit", "simulate"]

MAX_SECONDS = 3600.0


@dataclass(frozen=True, eq=False)
class Simulation:
    """A recording and what is true of it; where axons follow their own equations, the membrane of one around an event."""

    recording: Recording
    truth: Truth
    membrane: "Membrane | None" = None


@dataclass(frozen=True, eq=False)
class _Muscle:
    """One muscle on its way: the units that live, the spikes that reach it, its force."""

    name: str
    pool: Pool
    fibres: Fibres
    spikes: Spikes
    units: tuple[MotorUnit, ...]
    happenings: tuple[Happening, ...]
    force_n: Floats
    membrane: "Membrane | None"


def simulate(
    scenario: str | Path | Scenario,
    *,
    seed: int,
    duration_s: float | None = None,
    parameters: Mapping[str, float] | None = None,
) -> Simulation:
    """A recording with its truth.

    Parameters
    ----------
    scenario
        The name of a scenario, a file of the same form, or the scenario itself.
    seed
        The same seed gives the same recording, to the bit on one machine.
    duration_s
        How long; the scenario's own length by default. Phases keep their shares.
    parameters
        Numbers by dotted name, over those of the scenario.

    Raises
    ------
    ScenarioError
        With every fault found.
    MissingExtra
        SciPy or Numba is not installed.
    """
    _require_parts()
    found = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
    changes = dict(parameters or {})
    seconds = _checked(found.duration_s if duration_s is None else duration_s, seed)
    settings = found.settings(changes)
    _check_felt(settings, changes)
    timeline = Timeline.of(found, seconds)
    layouts = {name: make_layout(found.electrode, settings, name, found.places_mm) for name in found.muscles}
    centre = make_centre(settings, timeline, seed)
    muscles = [_one_muscle(name, settings, timeline, centre, seed) for name in layouts]
    moved = _needle(found, settings, changes, muscles[0], seed)
    if moved:
        settings = found.settings(changes | moved)
        layouts = {name: make_layout(found.electrode, settings, name) for name in layouts}
    limbs = _limbs(muscles, settings)
    seen = [_seen(m, layouts[m.name], found, settings, limbs.get(m.name, limbs["agonist"]), seed, seconds) for m in muscles]
    channels = [channel for _, shown in seen for channel in shown]
    channels += _stimulator(muscles[0], settings, seconds)
    channels += _slow_channels(muscles, limbs, settings, seed)
    truth = _truth(found, seed, timeline, centre, muscles, changes, moved)
    truth = replace(truth, units=tuple(unit for units, _ in seen for unit in units), doubts=doubts_of(found, timeline, truth))
    recording = Recording("simulated", tuple(channels), _START, _annotations(truth))
    return Simulation(recording, truth, muscles[0].membrane)


def _check_felt(settings: Settings, changes: Mapping[str, float]) -> None:
    """A change that only computed axons feel is refused where none is computed: it would do nothing, and nobody would know."""
    unfelt = () if settings.axon.axons else (name for name in changes if name.startswith("state.") and name != _WARMTH)
    what = Message(mark("No axon is computed here, and only computed axons feel it."))
    fix = Message(mark("Add --set axon.axons=20"))
    issues = [
        Issue("simulate.unfelt", Level.REFUSE, f"parameters {name}", what, fix)
        for name in unfelt
        if changes[name] != catalogue()[name].value
    ]
    if issues:
        raise ScenarioError(issues)


_WARMTH = "state.temperature_c"
"""The only part of the body's state that muscle and nerve feel without an axon of their own."""


def busiest_unit(spikes: Spikes) -> int | None:
    """The unit that fires most of what nobody asked for, or, without any of that, most of all; None in silence."""
    unasked = np.isin(spikes.source, [SOURCES.index(name) for name in ("axon", "motoneuron", "fibre")])
    units = spikes.unit[unasked] if unasked.any() else spikes.unit
    return int(np.bincount(units).argmax()) if len(units) else None


def _needle(scenario: Scenario, settings: Settings, changes: Mapping[str, float], muscle: _Muscle, seed: int) -> dict[str, float]:
    """Where a needle is moved to: until the busiest unit is heard, unless the caller has put it somewhere."""
    unit = busiest_unit(muscle.spikes)
    if scenario.beside_mm is None or unit is None or not {f"electrode.{name}" for name in PLACED}.isdisjoint(changes):
        return {}
    return needle_beside(muscle.fibres, unit, settings.muscle.radius_mm, scenario.beside_mm, seed)


def _seen(
    muscle: _Muscle, layout: Layout, scenario: Scenario, settings: Settings, motion: Motion, seed: int, seconds: float
) -> tuple[list[MotorUnit], list[Channel]]:
    """A muscle through its electrodes: its units with the size of their potentials, and its EMG."""
    fibres, first = muscle.fibres, len(muscle.pool)
    if scenario.electrode == "needle":
        hurt = first + round(settings.fibrillation.cut_share * (fibres.n_units - first))
        fibres = cut(fibres, (fibres.unit >= first) & (fibres.unit < hurt), settings.electrode.along_mm)
    shown = motor_unit_potentials(fibres, layout, settings, scenario.electrode, scenario.conductor)
    shown.shapes[:, first:] *= np.float32((settings.fibrillation.diameter_um / settings.muscle.fibre_diameter_um) ** 2)
    size = answers(muscle.spikes.time_s, muscle.spikes.unit)
    clean = sum_potentials(muscle.spikes.time_s, muscle.spikes.unit, shown, seconds, size)
    emg = amplified(clean, settings.device, motion.acceleration, seed, muscle.name)
    rows = zip(layout.names, layout.places, emg, strict=True)
    return _measured(muscle.units, shown, settings), [Channel(n, "emg", "uV", settings.device.rate_hz, y, at) for n, at, y in rows]


def _measured(units: tuple[MotorUnit, ...], shown: Potentials, settings: Settings) -> list[MotorUnit]:
    """The units with the size of their potential, and when after a spike it stands in the recording."""
    shapes = shown.shapes[0]
    sizes, energy = np.ptp(shapes, axis=1).max(axis=1), np.einsum("utc,utc->ut", shapes, shapes)
    middle = energy @ np.arange(shapes.shape[1]) / np.maximum(energy.sum(axis=1), 1e-30) / shown.rate_hz
    lag = 1000 * (middle - shown.lead_s + amplifier_delay_s(settings.device))
    return [
        replace(unit, peak_to_peak_uv=float(size), centre_ms=float(ms)) for unit, size, ms in zip(units, sizes, lag, strict=True)
    ]


_START = dt.datetime(2001, 1, 1)
"""A recording begins somewhere; always here, so that a seed gives the same bytes."""


def _require_parts() -> None:
    if any(find_spec(name) is None for name in ("scipy", "numba")):
        raise MissingExtra(mark("Simulating"), "simulate")


def _checked(duration_s: float, seed: int) -> float:
    issues = []
    if not (isinstance(duration_s, int | float) and math.isfinite(duration_s) and 1.0 <= duration_s <= MAX_SECONDS):
        what, fix = mark("A recording of {given} s cannot be made."), mark("Give 1 to {most} s.")
        params: dict[str, object] = {
            "given": f"{duration_s:g}" if isinstance(duration_s, int | float) else str(duration_s)[:20],
            "most": f"{MAX_SECONDS:g}",
        }
        issues.append(Issue("simulate.duration", Level.REFUSE, "duration_s", Message(what, params), Message(fix, params)))
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < 2**63:
        what, fix = mark("'{given}' is no seed."), mark("Give a whole number from 0.")
        params = {"given": str(seed)[:20]}
        issues.append(Issue("simulate.seed", Level.REFUSE, "seed", Message(what, params), Message(fix, params)))
    if issues:
        raise ScenarioError(issues)
    return float(duration_s)


def _one_muscle(name: str, settings: Settings, timeline: Timeline, centre: Centre, seed: int) -> _Muscle:
    """Units, fibres, spikes and force of a muscle."""
    whole = make_pool(settings.pool, settings.force, warmth_of(settings.state.temperature_c))
    fibres, alive, growth, lone = _living_fibres(settings, seed, name)
    pool = whole.keep(alive, growth)
    turn, opposes = (settings.tremor.antagonist_deg, True) if name == "antagonist" else (0.0, False)
    drive = centre.drive(settings, seed, name, turn, opposes)
    nerve = make_nerve(pool, settings.nerve, settings.state, seed, name)
    trains = _trains(name, settings, timeline, centre, drive, pool, nerve, fibres.middles()[:, : len(pool)], lone, seed)
    spikes = trains.spikes(timeline.duration_s)
    units = _units(name, pool, fibres, lone, settings.muscle.fibres_each)
    force = muscle_force(pool, spikes, settings.force, duration_s=timeline.duration_s, rate_hz=DRIVE_HZ)
    force += _others_force(name, settings, timeline, centre, drive, pool, nerve, seed)
    return _Muscle(name, pool, fibres, spikes, units, tuple(trains.happenings), force, trains.membrane)


_MOST_POOLS = 4
"""So many pools of units stand for all that pull together with the one that is drawn."""


def _others_force(
    name: str, settings: Settings, timeline: Timeline, centre: Centre, drive: Drive, pool: Pool, nerve: Nerve, seed: int
) -> Floats:
    """The force of units that no electrode sees, in pools like the drawn one, which do what the centre asks for."""
    share, total = settings.force.share, np.zeros(len(centre.time_s))
    n = min(_MOST_POOLS, math.ceil(1 / share - 1))
    for i in range(n):
        trains = Trains()
        _add_asked(trains, f"{name} beside {i}", settings, timeline, centre, drive, pool, nerve, seed)
        spikes = trains.spikes(timeline.duration_s)
        if len(spikes):
            force = muscle_force(pool, spikes, settings.force, duration_s=timeline.duration_s, rate_hz=DRIVE_HZ)
            total += (1 / share - 1) / n * force
    return total


def _living_fibres(settings: Settings, seed: int, name: str) -> tuple[Fibres, Bools, Floats, int]:
    """The fibres of a muscle by living unit, which units live, by how much each has grown, and how many fibres fibrillate.

    Owners count the living units, and behind them the fibres that fibrillate, each a row of its own.
    """
    warmth = velocity_change_m_s(settings.state.temperature_c)
    fibres = make_fibres(settings.muscle, settings.pool, warmth=warmth, seed=seed, name=name)
    n, before = fibres.n_units, fibres.counts()
    alive: Bools = stream(seed, "loss", name).permutation(n) >= round(settings.pool.lost_share * n)
    if not alive.all():
        fibres = reinnervated(fibres, alive, settings.muscle, settings.pool.sprouting, seed, name)
    growth = fibres.counts() / before
    fibres, lone = _renumbered(fibres, alive, settings, seed, name)
    return fibres, alive, growth, lone


def _renumbered(fibres: Fibres, alive: Bools, settings: Settings, seed: int, name: str) -> tuple[Fibres, int]:
    """Owners counted among the living; some fibres without a nerve become rows of their own behind them, if they fibrillate."""
    number = np.where(alive, np.cumsum(alive) - 1, -1)
    unit = np.where(fibres.unit >= 0, number[fibres.unit], -1)
    orphans = np.flatnonzero(unit < 0)
    f, e = settings.fibrillation, settings.electrode
    lone = min(int(f.fibres), len(orphans))
    chosen = near(fibres, orphans, e.across_mm, e.depth_mm, lone, stream(seed, "lone fibres", name))
    unit[chosen] = int(alive.sum()) + np.arange(lone)
    velocity = fibres.velocity_m_s.copy()
    velocity[chosen] *= math.sqrt(f.diameter_um / settings.muscle.fibre_diameter_um)
    return replace(fibres, unit=unit, velocity_m_s=velocity, n_units=int(alive.sum()) + lone), lone


def _trains(
    name: str, settings: Settings, timeline: Timeline, centre: Centre, drive: Drive, pool: Pool, nerve: Nerve, places: Floats,
    lone: int, seed: int,
) -> Trains:  # fmt: skip
    """All spikes of a muscle. What the centre sends passes the nerve, with its delay and its block; what arises in it does not."""
    trains, n = Trains(), len(pool)
    _add_asked(trains, name, settings, timeline, centre, drive, pool, nerve, seed)
    add_fasciculations(trains, n, settings, timeline, seed, name)
    add_bursts(trains, n, "myokymic", "myokymia", settings, timeline, seed, name)
    add_bursts(trains, n, "neuromyotonic", "neuromyotonia", settings, timeline, seed, name)
    add_bursts(trains, n, "tetanic", "tetany", settings, timeline, seed, name)
    add_spontaneous(trains, n, settings, timeline, seed, name)
    add_cramps(trains, places, settings, timeline, seed, name)
    add_fibrillation(trains, n, lone, settings, timeline.duration_s, seed, name)
    rate = timeline.course("stimulus.rate_hz", settings.stimulus.rate_hz, centre.time_s)
    if rate.any():
        shocks = events_at(stream(seed, "shock times"), rate, 1 / DRIVE_HZ, 1.0)
        add_shocks(trains, nerve, settings, shocks, seed, name)
    return trains


def _add_asked(
    trains: Trains, name: str, settings: Settings, timeline: Timeline, centre: Centre, drive: Drive, pool: Pool, nerve: Nerve,
    seed: int,
) -> None:  # fmt: skip
    """What the centre asks for: effort, tremor, jerks."""
    delay = nerve.latency_s(settings.nerve.length_mm)
    trembles = timeline.course("tremor.depth", settings.tremor.depth, centre.time_s) > 0
    for unit, times in enumerate(driven_spikes(pool, drive, settings.pool, seed, name)):
        if nerve.conducts[unit] and len(times):
            swings = trembles[np.minimum((times * DRIVE_HZ).astype(np.int64), len(trembles) - 1)]
            trains.add(Train.of(times[swings] + delay[unit], unit, "tremor", "tremor"))
            trains.add(Train.of(times[~swings] + delay[unit], unit, "voluntary", "regular"))
    add_jerks(trains, pool, centre, settings.jerk, seed, name)


def _units(name: str, pool: Pool, fibres: Fibres, lone: int, each: float) -> tuple[MotorUnit, ...]:
    counts = fibres.counts()
    owned = fibres.unit >= 0
    adopted = np.bincount(fibres.unit[owned], fibres.adopted[owned], fibres.n_units).astype(int)
    velocity = np.bincount(fibres.unit[owned], fibres.velocity_m_s[owned], fibres.n_units) / np.maximum(counts, 1)
    living = tuple(
        MotorUnit(
            name, i, round(counts[i] * each), round(adopted[i] * each), float(pool.threshold[i] / pool.excitation_max),
            float(pool.twitch_n[i]), float(pool.contraction_s[i] * 1000), float(velocity[i]), 0.0, 0.0,
        )
        for i in range(len(pool))
    )  # fmt: skip
    first = len(pool)
    return living + tuple(
        MotorUnit(name, first + i, 1, 0, 1.0, 0.0, 0.0, float(velocity[first + i]), 0.0, 0.0) for i in range(lone)
    )


def _limbs(muscles: list[_Muscle], settings: Settings) -> dict[str, Motion]:
    """The limb under the agonist's force less the antagonist's, and that of the other side, by the muscle that moves it."""
    forces = {muscle.name: muscle.force_n for muscle in muscles}
    forces["agonist"] = forces["agonist"] - forces.pop("antagonist", 0.0)
    return {name: move(force, settings.limb, DRIVE_HZ) for name, force in forces.items()}


def _stimulator(muscle: _Muscle, settings: Settings, seconds: float) -> list[Channel]:
    """The channel of the stimulator, where there are shocks: pulses of 0.2 ms, or of one sample where that is longer."""
    shocks = [happening.start_s for happening in muscle.happenings if happening.kind == "stimulus"]
    rate = settings.device.rate_hz
    samples = np.zeros(round(seconds * rate), np.float32)
    for shock in shocks:
        first = round(shock * rate)
        samples[first : first + max(1, round(0.0002 * rate))] = settings.stimulus.current_ma
    return [Channel("Stimulus", "stimulus", "mA", rate, samples)] if shocks else []


def _slow_channels(muscles: list[_Muscle], limbs: Mapping[str, Motion], settings: Settings, seed: int) -> list[Channel]:
    """Force, accelerometer and gyroscope at the slow rate, low-passed before they are thinned out."""
    rate = settings.device.slow_rate_hz
    rows: list[tuple[str, str, str, Floats]] = [(f"Force{MARKS[m.name]}", "force", "N", m.force_n) for m in muscles]
    rng, noise = stream(seed, "sensor"), settings.limb.noise_m_s2
    for name, motion in limbs.items():
        for axis, row in zip("XYZ", motion.accelerometer(settings.limb), strict=True):
            rows.append((f"ACC{MARKS[name]} {axis}", "accelerometer", "m/s2", row + noise * rng.standard_normal(len(row))))
        for axis, row in zip("XYZ", motion.gyroscope(settings.limb), strict=True):
            rows.append((f"GYR{MARKS[name]} {axis}", "gyroscope", "deg/s", row + 3 * noise * rng.standard_normal(len(row))))
    slow = [(name, kind, unit, _thinned(row, rate)) for name, kind, unit, row in rows]
    slow = [(name, kind, unit, np.maximum(row, 0.0) if kind == "force" else row) for name, kind, unit, row in slow]
    return [Channel(name, kind, unit, rate, row) for name, kind, unit, row in slow]  # type: ignore[arg-type]


def _thinned(row: Floats, rate: float) -> npt.NDArray[np.float32]:
    from scipy.signal import butter, sosfiltfilt

    if rate < DRIVE_HZ:
        row = sosfiltfilt(butter(4, 0.4 * rate, fs=DRIVE_HZ, output="sos"), row)
    n = round(len(row) / DRIVE_HZ * rate)
    return np.interp(np.arange(n) / rate, np.arange(len(row)) / DRIVE_HZ, row).astype(np.float32)


def _truth(
    scenario: Scenario, seed: int, timeline: Timeline, centre: Centre, muscles: list[_Muscle], changes: Mapping[str, float],
    moved: Mapping[str, float],
) -> Truth:  # fmt: skip
    first = np.concatenate([[0], np.cumsum([len(m.units) for m in muscles])])
    columns = {
        "time_s": np.concatenate([m.spikes.time_s for m in muscles]),
        "unit": np.concatenate([m.spikes.unit + at for m, at in zip(muscles, first, strict=False)]).astype(np.int32),
        "source": np.concatenate([m.spikes.source for m in muscles]),
        "discharge": np.concatenate([m.spikes.discharge for m in muscles]),
    }
    order = np.lexsort((columns["unit"], columns["time_s"]))
    epochs = tuple(
        Happening(start, stop - start, label)
        for label, start, stop in zip(timeline.labels, timeline.edges_s, timeline.edges_s[1:], strict=False)
    )
    happened = [event for m, at in zip(muscles, first, strict=False) for event in _counted(m.happenings, int(at))]
    events = tuple(sorted((*centre.lapses, *happened), key=lambda h: (h.start_s, h.kind, h.muscle, h.unit or 0)))
    return Truth(
        scenario.id, seed, timeline.duration_s, tuple(unit for m in muscles for unit in m.units),
        Spikes(**{name: column[order] for name, column in columns.items()}), epochs, events,
        scenario.used(changes) | {name: UsedParameter(value, "mm", _MOVED, "estimated") for name, value in moved.items()},
    )  # fmt: skip


_MOVED = "beside a fibre of the unit that fires most"


def _counted(happenings: tuple[Happening, ...], first: int) -> list[Happening]:
    """Units counted through all muscles."""
    return [Happening(h.start_s, h.duration_s, h.kind, h.muscle, None if h.unit is None else h.unit + first) for h in happenings]


def _annotations(truth: Truth) -> tuple[Annotation, ...]:
    """Epochs, and events under the words of labels, as marks of the recording; muscle and unit stand in the truth."""
    epochs = [Annotation(e.start_s, e.duration_s, f"epoch {e.kind}") for e in truth.epochs]
    events = [Annotation(truth.seen_s(e), e.duration_s, class_of(e.kind)) for e in truth.events]
    return tuple(epochs + events)

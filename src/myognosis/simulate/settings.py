"""The numbers of a simulation as typed groups, built from the catalogue ``data/parameters.yaml``.

A parameter has a dotted name, ``group.field``: the groups here and their fields are that catalogue's, which a test holds
together. Values, ranges, sources and trust stand in the catalogue, so that a scenario can change any of them by name.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, Self

from myognosis.faults import Issue, Level, Message, ScenarioError, near_miss
from myognosis.language import mark
from myognosis.model.base import Model, Trust

__all__ = ["Parameter", "Settings", "catalogue", "check_values", "read_yaml", "sources"]

DATA = Path(__file__).parent / "data"


class Parameter(Model):
    """One number of the catalogue."""

    value: float
    unit: str
    low: float
    high: float
    source: str
    trust: Trust
    what: str
    varies: bool = False


@dataclass(frozen=True)
class PoolSettings:
    """Motoneurons."""

    units: float
    recruitment_range: float
    minimum_rate_hz: float
    peak_rate_hz: float
    peak_rate_drop_hz: float
    rate_gain: float
    interval_cov: float
    doublet_share: float
    common_cov: float
    common_hz: float
    adaptation: float
    adaptation_s: float
    gain: float
    lost_share: float
    sprouting: float


@dataclass(frozen=True)
class MuscleSettings:
    """Fibres and what covers them."""

    fibres: float
    fibres_each: float
    innervation_range: float
    radius_mm: float
    fibre_length_mm: float
    tendon_spread_mm: float
    endplate_spread_mm: float
    velocity_m_s: float
    velocity_spread_m_s: float
    fibre_diameter_um: float
    adopted_delay_ms: float
    fat_mm: float
    skin_mm: float


@dataclass(frozen=True)
class ForceSettings:
    """Twitch, fusion, fatigue."""

    maximal_n: float
    share: float
    twitch_range: float
    slowest_ms: float
    fastest_ms: float
    half_tetanus_hz: float
    steepness: float
    fatigue_range: float
    fatigue_per_s: float
    slowing: float


@dataclass(frozen=True)
class LimbSettings:
    """What the muscle moves, and the sensor on it."""

    mass_kg: float
    frequency_hz: float
    damping: float
    lever_m: float
    tilt_deg: float
    noise_m_s2: float
    shaken_m_s2: float
    shaken_hz: float


@dataclass(frozen=True)
class DriveSettings:
    """Effort."""

    effort: float
    ramp_s: float


@dataclass(frozen=True)
class TremorSettings:
    """An oscillation of the drive."""

    depth: float
    frequency_hz: float
    wander_hz: float
    swell: float
    antagonist_deg: float


@dataclass(frozen=True)
class JerkSettings:
    """Bursts of the centre."""

    per_min: float
    burst_ms: float
    burst_spread_ms: float
    strength: float
    rate_hz: float
    regularity: float


@dataclass(frozen=True)
class LapseSettings:
    """Lapses of tone."""

    per_min: float
    silence_ms: float
    silence_spread_ms: float


@dataclass(frozen=True)
class FasciculationSettings:
    """Single spikes of the axon."""

    per_min: float
    units: float
    inequality: float
    doublet_share: float
    doublet_ms: float
    f_wave_share: float
    f_wave_ms: float


@dataclass(frozen=True)
class BurstSettings:
    """Bursts of one unit: myokymic, neuromyotonic or tetanic."""

    per_min: float
    units: float
    regularity: float
    spikes: float
    rate_hz: float
    slowing: float
    interval_cov: float


@dataclass(frozen=True)
class CrampSettings:
    """Cramp discharge."""

    per_min: float
    duration_s: float
    duration_spread_s: float
    spread_s: float
    units_share: float
    rate_hz: float
    rate_spread_hz: float
    interval_cov: float
    doublet_share: float
    common_hz: float


@dataclass(frozen=True)
class FibrillationSettings:
    """Fibres without a nerve."""

    fibres: float
    rate_hz: float
    diameter_um: float
    cut_share: float


@dataclass(frozen=True)
class NerveSettings:
    """The motor nerve."""

    length_mm: float
    velocity_m_s: float
    velocity_spread_m_s: float
    terminal_ms: float
    per_degree_m_s: float
    block_share: float
    f_persistence: float


@dataclass(frozen=True)
class StimulusSettings:
    """Shocks to the nerve."""

    rate_hz: float
    current_ma: float
    distance_mm: float


@dataclass(frozen=True)
class AxonSettings:
    """Axons that follow their own equations."""

    axons: float
    noise: float
    spread: float
    wander: float
    fast_sodium: float
    persistent_sodium: float
    fast_potassium: float
    slow_potassium: float
    leak: float


@dataclass(frozen=True)
class StateSettings:
    """The body's state."""

    calcium_mmol_l: float
    magnesium_mmol_l: float
    potassium_mmol_l: float
    ph: float
    ischaemia: float
    cuffed_s: float
    temperature_c: float


@dataclass(frozen=True)
class ElectrodeSettings:
    """Where the electrodes are."""

    rows: float
    columns: float
    spacing_mm: float
    diameter_mm: float
    along_mm: float
    across_mm: float
    depth_mm: float


@dataclass(frozen=True)
class DeviceSettings:
    """Amplifier, noise and disturbances."""

    rate_hz: float
    slow_rate_hz: float
    high_pass_hz: float
    low_pass_hz: float
    noise_uv: float
    noise_swell: float
    mains_uv: float
    mains_hz: float
    wander_uv: float
    movement_uv: float
    ecg_uv: float
    heart_per_min: float
    pops_per_min: float
    pop_uv: float


@dataclass(frozen=True)
class Settings:
    """All groups."""

    pool: PoolSettings
    muscle: MuscleSettings
    force: ForceSettings
    limb: LimbSettings
    drive: DriveSettings
    tremor: TremorSettings
    jerk: JerkSettings
    lapse: LapseSettings
    fasciculation: FasciculationSettings
    myokymia: BurstSettings
    neuromyotonia: BurstSettings
    tetany: BurstSettings
    cramp: CrampSettings
    fibrillation: FibrillationSettings
    nerve: NerveSettings
    stimulus: StimulusSettings
    axon: AxonSettings
    state: StateSettings
    electrode: ElectrodeSettings
    device: DeviceSettings

    @classmethod
    def of(cls, values: Mapping[str, float]) -> Self:
        """The groups with the usual values, and these by dotted name instead.

        Raises
        ------
        ScenarioError
            With every unknown name, impossible value and contradiction.
        """
        issues = tuple(check_values(values, "parameters"))
        if issues:
            raise ScenarioError(issues)
        full = {name: float(values.get(name, parameter.value)) for name, parameter in catalogue().items()}
        groups: dict[str, Any] = {}
        for group in fields(cls):
            wanted: Any = group.type
            groups[group.name] = wanted(**{field.name: full[f"{group.name}.{field.name}"] for field in fields(wanted)})
        settings = cls(**groups)
        contradictions = tuple(_contradictions(settings))
        if contradictions:
            raise ScenarioError(contradictions)
        return settings


def read_yaml(path: Path) -> Any:
    """What stands in a file of ours."""
    from ruamel.yaml import YAML

    return YAML(typ="safe").load(path.read_text("utf-8"))


@cache
def catalogue() -> Mapping[str, Parameter]:
    """Every parameter by its dotted name."""
    groups = read_yaml(DATA / "parameters.yaml")
    return {
        f"{group}.{name}": Parameter.model_validate(row, strict=False)
        for group, rows in groups.items()
        for name, row in rows.items()
    }


@cache
def sources() -> Mapping[str, str]:
    """What each source is."""
    return {str(key): str(title) for key, title in read_yaml(DATA / "sources.yaml").items()}


def check_values(values: Mapping[str, object], where: str) -> Iterator[Issue]:
    """Every unknown name, with the near miss, and every value outside its range, with the range."""
    for name, value in values.items():
        place = f"{where} {name}"
        if name not in catalogue():
            yield unknown_name(name, place, catalogue())
            continue
        known = catalogue()[name]
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            yield _out_of_range("number", place, mark("'{given}' is not a finite number."), str(value)[:40], known)
        elif not known.low <= value <= known.high:
            yield _out_of_range("range", place, mark("{given} is not possible."), f"{value:g}", known)
        elif known.unit == "1" and name.endswith(_WHOLE) and value != int(value):
            yield _out_of_range("whole", place, mark("{given} is not a whole number."), f"{value:g}", known)


_WHOLE = (".units", ".fibres", ".axons", ".rows", ".columns")
_RANGE, _RANGE_IN = mark("Give {low} to {high}."), mark("Give {low} to {high} {unit}.")
_UNITS = {
    "Hz": mark("Hz"), "s": mark("s"), "ms": mark("ms"), "mm": mark("mm"), "um": mark("µm"), "m": mark("m"), "kg": mark("kg"),
    "N": mark("N"), "uV": mark("µV"), "mA": mark("mA"), "m/s": mark("m/s"), "m/s2": mark("m/s²"), "mmol/L": mark("mmol/L"),
    "C": mark("°C"), "m/s/C": mark("m/s for each °C"), "deg": mark("degrees"), "1/min": mark("/min"), "1/s": mark("/s"),
}  # fmt: skip
"""Each unit of the catalogue as a reader writes it."""


def _out_of_range(code: str, where: str, what: str, given: str, known: Parameter) -> Issue:
    """The refusal of a value with what is allowed."""
    params: dict[str, object] = {"given": given, "low": f"{known.low:g}", "high": f"{known.high:g}"}
    if known.unit == "1":
        return _issue(code, where, what, _RANGE, **params)
    return _issue(code, where, what, _RANGE_IN, **params, unit=Message(_UNITS[known.unit]))


def unknown_name(name: str, where: str, known: Mapping[str, object]) -> Issue:
    """The refusal of a name, with the one that is most like it, whole or without its group."""
    alone = {whole.rpartition(".")[2]: whole for whole in known}
    hint = near_miss(name, known) or alone.get(near_miss(name, alone), "")
    fix = mark("Did you mean '{hint}'?") if hint else mark("See: myognosis simulate --parameters")
    return _issue("unknown", where, mark("There is no parameter '{name}'."), fix, name=name[:60], hint=hint)


def _contradictions(s: Settings) -> Iterator[Issue]:
    """Numbers that are possible alone and not together."""
    if s.force.fastest_ms > s.force.slowest_ms:
        what = mark("The fastest unit would be slower than the slowest.")
        yield _issue("order", "force.fastest_ms", what, mark("Swap force.fastest_ms and force.slowest_ms."))
    lowest_peak = s.pool.peak_rate_hz - s.pool.peak_rate_drop_hz
    if lowest_peak <= s.pool.minimum_rate_hz:
        what = mark("The last unit's highest rate, {rate} Hz, would not exceed the lowest rate.")
        yield _issue("order", "pool.peak_rate_drop_hz", what, mark("Lower pool.peak_rate_drop_hz."), rate=f"{lowest_peak:g}")
    if s.device.low_pass_hz >= 0.5 * s.device.rate_hz or s.device.high_pass_hz >= s.device.low_pass_hz:
        what = mark("The filter from {low} to {high} Hz does not fit {rate} samples a second.")
        fix = mark("Keep high_pass_hz < low_pass_hz < rate_hz / 2.")
        numbers = {"low": s.device.high_pass_hz, "high": s.device.low_pass_hz, "rate": s.device.rate_hz}
        yield _issue("filter", "device.low_pass_hz", what, fix, **{k: f"{v:g}" for k, v in numbers.items()})
    for name in ("rate_hz", "slow_rate_hz"):
        rate = getattr(s.device, name)
        if rate != int(rate):
            what, fix = mark("{given} is not a whole number."), mark("Give whole samples a second.")
            yield _issue("whole", f"device.{name}", what, fix, given=f"{rate:g}")
    if s.muscle.fibres < s.pool.units:
        what = mark("There are fewer fibres than motor units.")
        yield _issue("order", "muscle.fibres", what, mark("Give at least one fibre a unit."))
    if s.stimulus.distance_mm > s.nerve.length_mm:
        what = mark("The shock would lie beyond the nerve, which is {length} mm long.")
        fix = mark("Lower stimulus.distance_mm.")
        yield _issue("order", "stimulus.distance_mm", what, fix, length=f"{s.nerve.length_mm:g}")


def _issue(code: str, where: str, what: str, fix: str, **params: object) -> Issue:
    return Issue(f"simulate.{code}", Level.REFUSE, where, Message(what, params), Message(fix, params))

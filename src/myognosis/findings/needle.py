"""What the knowledge says of discharges and of motor units, for the signals, which know no medicine."""

from dataclasses import fields
from typing import TYPE_CHECKING

from myognosis.findings.criteria import jump_rules
from myognosis.knowledge import Knowledge
from myognosis.knowledge.electrical import Bound

if TYPE_CHECKING:
    from myognosis.signals.discharges import DischargeCriteria
    from myognosis.signals.fasciculation import FasciculationRules, FasciculationSettings
    from myognosis.signals.motor_units import Limit, MotorUnitRules, OutlierRule

__all__ = [
    "discharge_criteria", "fasciculation_bounds", "fasciculation_settings", "motor_unit_limits", "motor_unit_rules", "outlier_rule",
]  # fmt: skip


def discharge_criteria(knowledge: Knowledge) -> "DischargeCriteria":
    """Every kind of discharge that has criteria in ``discharges.yaml``, each bound with its source and trust."""
    from myognosis.signals.discharges import Criterion, DischargeCriteria, DischargeRules, SeriesRules

    kinds = {row.id: row for row in knowledge.content.discharges.values() if row.criteria}
    return DischargeCriteria(
        {name: tuple(Criterion(b.measure, b.low, b.high, b.source, b.trust) for b in row.criteria) for name, row in kinds.items()},
        DischargeRules(
            **{rule.name: knowledge.number(f"discharge_{rule.name}") for rule in fields(DischargeRules) if rule.name != "series"},
            series=SeriesRules(**{rule.name: knowledge.number(f"discharge_series_{rule.name}") for rule in fields(SeriesRules)}),
        ),
        _fasciculation_rules(knowledge),
        jump_rules(knowledge),
        frozenset(name for name, row in kinds.items() if row.needle_only),
    )


def fasciculation_settings(knowledge: Knowledge, *, needle: bool = False, rest: bool = False) -> "FasciculationSettings":
    """How potentials are looked for: on the skin, or with a needle; beside fibrillation only where a needle and rest were said."""
    from myognosis.signals.fasciculation import NEEDLE_HZ, FasciculationSettings

    tower = knowledge.number("recording_fasciculation_tower") if needle and rest else None
    return FasciculationSettings(_fasciculation_rules(knowledge), measured_hz=NEEDLE_HZ if needle else None, tower=tower)


_JUMP = ("near_s", "judged_s", "explained", "at_once", "rise_s")


def _fasciculation_rules(knowledge: Knowledge) -> "FasciculationRules":
    from myognosis.signals.fasciculation.settings import FasciculationRules, GridJump

    number = knowledge.number
    return FasciculationRules(
        continual_s=number("discharge_continual_s"),
        repeat_s=(number("fasciculation_repeat_from_s"), number("fasciculation_repeat_to_s")),
        late_s=(number("fasciculation_late_from_s"), number("fasciculation_late_to_s")),
        polyphasic_phases=number("polyphasic_phases"),
        smallest_ms=number("fasciculation_smallest_ms"),
        smallest_found=number("fasciculation_smallest_found"),
        missed_share=number("fasciculation_missed_share"),
        hardly_larger=number("fasciculation_hardly_larger"),
        multiplet_s=_doublet_interval_s(knowledge),
        jump=GridJump(far_s=number("quality_jump_rings_s"), **{name: number(f"fasciculation_jump_{name}") for name in _JUMP}),
    )


def _doublet_interval_s(knowledge: Knowledge) -> tuple[float, float] | None:
    """The shortest and the longest interval of a doublet or multiplet, in seconds; None where the knowledge holds none."""
    bound = _bound(knowledge, "doublet_multiplet", "shortest_interval_ms")
    return None if bound is None or bound.low is None or bound.high is None else (bound.low / 1000, bound.high / 1000)


def fasciculation_bounds(knowledge: Knowledge) -> tuple[float, float]:
    """How long a fasciculation potential is at least (ms), and which share of them is continual at most, where that is known."""
    shortest, most = (_bound(knowledge, "fasciculation_potential", name) for name in ("duration_ms", "continual_share"))
    return (shortest and shortest.low) or 0.0, (most and most.high) or 1.0


def _bound(knowledge: Knowledge, kind: str, measure: str) -> Bound | None:
    return next((bound for bound in knowledge.content.discharges[kind].criteria if bound.measure == measure), None)


def motor_unit_limits(knowledge: Knowledge, muscle: str | None, age: float | None) -> "tuple[Limit, ...]":
    """The limits of motor units in this muscle at this age; where the muscle has none for a measure, those of limb muscles.

    A limit that holds for some ages only is left out where the age is unknown.
    """
    from myognosis.signals.motor_units import Limit

    found: dict[str, Limit] = {}
    rows = [row for row in knowledge.content.motor_units.values() if row.muscle in (None, muscle)]
    for row in sorted(rows, key=lambda row: row.muscle is not None):
        if row.ages is None or (age is not None and row.ages[0] <= age < row.ages[1]):
            middle = (row.low + row.high) / 2 if row.mean is None and row.low is not None and row.high is not None else row.mean
            found[row.measure] = Limit(
                row.measure, row.low, row.high, row.source, row.trust, row.muscle, middle, row.single.sd if row.single else None,
                row.of_units,
            )  # fmt: skip
    return tuple(found.values())


def motor_unit_rules(knowledge: Knowledge) -> "MotorUnitRules":
    """What counts as a motor unit, and how many of them are enough."""
    from myognosis.signals.motor_units import MotorUnitRules

    elsewhere = {"polyphasic_phases": "polyphasic_phases", "enough_units": "needle_outliers_of"}
    names = {rule.name: elsewhere.get(rule.name, f"motor_unit_{rule.name}") for rule in fields(MotorUnitRules)}
    return MotorUnitRules(**{rule: knowledge.number(name) for rule, name in names.items()})


def outlier_rule(knowledge: Knowledge) -> "OutlierRule":
    """How many single potentials beyond their limits are too many."""
    from myognosis.signals.motor_units import OutlierRule

    told = knowledge.content.numbers["needle_outliers"]
    of, chance = (knowledge.number(name) for name in ("needle_outliers_of", "needle_outliers_chance"))
    return OutlierRule(int(told.value), int(of), chance, told.source, told.trust)

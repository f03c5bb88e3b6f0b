"""Motor units under voluntary control: their potentials, how they are recruited, and the interference pattern."""

from myognosis.signals.motor_units.features import Feature, Limit, Side
from myognosis.signals.motor_units.measure import MotorUnits, measure_motor_units, pool_motor_units
from myognosis.signals.motor_units.outliers import OutlierRule
from myognosis.signals.motor_units.units import MotorUnit, MotorUnitRules
from myognosis.signals.potentials.shape import Potential, measure_potential

__all__ = [
    "Feature", "Limit", "MotorUnit", "MotorUnitRules", "MotorUnits", "OutlierRule", "Potential", "Side", "measure_motor_units",
    "measure_potential", "pool_motor_units",
]  # fmt: skip

"""What Sensor Logger measures in: its files do not say it, its makers do (UNITS.md of tszheichoi/awesome-sensor-logger on GitHub).

``Accelerometer``, ``TotalAcceleration`` and ``Gravity`` are in m/s2 and ``Gyroscope`` in rad/s on every phone. What is
uncalibrated, and what a watch or headphones send, is in g on an iPhone unless "Standardise Units & Frames" was on: that is asked.
"""

import re

from myognosis.faults import Issue, Level
from myognosis.language import mark
from myognosis.readers.base import issue

__all__ = ["is_no_movement", "sensor_unit", "units_known"]

_EVERYWHERE = {
    "accelerometer": "m/s2", "totalacceleration": "m/s2", "gravity": "m/s2", "gyroscope": "rad/s", "gyroscopeuncalibrated": "rad/s",
}  # fmt: skip
_DEPENDS = ("accelerometeruncalibrated", "wristmotion", "headphone")
_OTHER = re.compile(
    r"^(?:magnetometer|orientation|pedometer|activity|location|barometer|microphone|network|brightness|annotation|battery|heartrate|light"
    r"|wifi|compass|bluetooth|camera|watch(?:barometer|location|magnetometer|compass|microphone)|metadata|study)"
)
_AXIS, _WORN = re.compile(r"^[xyz]$"), re.compile(r"^(?P<what>acceleration|gravity|rotationRate)[XYZ]$")


def sensor_unit(sensor: str, column: str) -> str | None:
    """The unit of a column of a sensor, an empty word where it depends on a setting, None where it is no movement.

    >>> sensor_unit("Accelerometer", "x"), sensor_unit("WristMotion", "rotationRateX"), sensor_unit("WristMotion", "accelerationX")
    ('m/s2', 'rad/s', '')
    """
    plain = _plain(sensor)
    if plain in _EVERYWHERE:
        return _EVERYWHERE[plain] if _AXIS.match(column) else None
    found = _WORN.match(column)
    if plain not in _DEPENDS or not (found or (_AXIS.match(column) and plain.startswith("acc"))):
        return None
    return "rad/s" if found and found["what"] == "rotationRate" else ""


def is_no_movement(sensor: str) -> bool:
    """Whether a sensor of Sensor Logger measures something else."""
    return _OTHER.match(_plain(sensor)) is not None


def _plain(sensor: str) -> str:
    return re.sub(r"[^a-z]", "", sensor.lower())


def units_known(where: str) -> Issue:
    """That the units are those which the makers state."""
    what = mark("The headings are those of Sensor Logger; its makers state the units of its sensors, and they are taken.")
    return issue("unit.logger", Level.NOTE, where, what, mark("Nothing needs to be done."))

"""A number as it is typed from a report, with its unit or without: 3,5; 3.5 ms; 5200 мкВ in a field of millivolts."""

import re

__all__ = ["number_in"]

_TIME = {
    "s": 1000.0,
    "с": 1000.0,
    "сек": 1000.0,
    "sec": 1000.0,
    "ms": 1.0,
    "мс": 1.0,
    "msec": 1.0,
    "мсек": 1.0,
    "µs": 1e-3,
    "мкс": 1e-3,
}
_VOLTAGE = {"v": 1e6, "в": 1e6, "mv": 1e3, "мв": 1e3, "µv": 1.0, "uv": 1.0, "мкв": 1.0}
_LENGTH = {"m": 1000.0, "м": 1000.0, "cm": 10.0, "см": 10.0, "mm": 1.0, "мм": 1.0}
_SPEED = {"m/s": 1.0, "м/с": 1.0, "м/сек": 1.0, "m/sec": 1.0}
_RATE = {"hz": 1.0, "гц": 1.0, "/s": 1.0, "/с": 1.0, "khz": 1000.0, "кгц": 1000.0}
_AREA = {"mv·ms": 1.0, "mvms": 1.0, "mv*ms": 1.0, "mv ms": 1.0, "мв·мс": 1.0, "мвмс": 1.0, "мв*мс": 1.0, "мв мс": 1.0}
_SHARE = {"%": 1.0}
_WARMTH = {"°c": 1.0, "c": 1.0, "°с": 1.0, "с": 1.0, "°": 1.0}  # Latin and Cyrillic letters look alike
_UNITS = {
    "_m_s": (_SPEED, "m/s"), "_mv_ms": (_AREA, "mv·ms"), "_mv": (_VOLTAGE, "mv"), "_uv": (_VOLTAGE, "uv"), "_ms": (_TIME, "ms"),
    "_mm": (_LENGTH, "mm"), "_hz": (_RATE, "hz"), "_percent": (_SHARE, "%"), "_c": (_WARMTH, "°c"),
}  # fmt: skip
"""What a field that ends so may be written in, and the unit that it keeps."""
_NUMBER = re.compile(r"(?P<number>[-+−]?\s*[\d.,]+)\s*(?P<unit>[^\d.,]*)")


def number_in(field: str, text: str) -> str:
    """The number of a text in the unit of its field; a text without a unit, or of another kind, as it stands.

    Raises
    ------
    ValueError
        The unit is none of this field: milliseconds where an amplitude is asked for.
    """
    found = _NUMBER.fullmatch(text.strip())
    unit = found["unit"].strip().casefold().replace("μ", "µ") if found else ""
    if found is None or not unit:
        return text
    kept = next((one for end, one in _UNITS.items() if field.endswith(end)), None)
    if kept is None or unit not in kept[0]:
        raise ValueError(field)
    units, own = kept
    number = float(found["number"].replace(",", ".").replace(" ", "").replace("−", "-"))
    return text[: found.end("number")] if unit == own else f"{number * units[unit] / units[own]:.10g}"

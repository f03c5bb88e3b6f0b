"""What a person told of the units of a file, held against what the file holds: nothing of it is passed over in silence."""

from collections.abc import Iterable, Mapping

from myognosis.faults import Issue, Level, near_miss
from myognosis.language import mark
from myognosis.readers.base import Header, gathered, issue

__all__ = ["misplaced_units"]

_WORN = ("acc", "gyr")


def misplaced_units(header: Header, issues: Iterable[Issue], units: Mapping[str, str]) -> tuple[Issue, ...]:
    """Units told for a channel that is not there, and voltages told for a sensor of movement."""
    names = [head.name for head in header.channels]
    left_out = [one.where for one in issues if one.level is Level.REFUSE]
    found = list[Issue]()
    for told in units:
        if told != "*" and told not in names and not any(told in where for where in left_out):
            hint = near_miss(told, names)
            fix = mark("Did you mean '{hint}'?") if hint else mark("Its channels are: {names}")
            what = mark("The file has no channel '{channel}', for which a unit was named.")
            params = {"channel": told[:60], "hint": hint, "names": ", ".join(names[:8])}
            found.append(issue("unit.channel", Level.REFUSE, told[:60], what, fix, **params))
    for head in header.channels:
        is_told = head.name in units or "*" in units
        is_electric = head.kind in ("emg", "eeg", "ecg")
        if (
            is_told
            and head.unit == "uV"
            and not is_electric
            and (header.format == "sensor_log" or any(word in head.name.casefold() for word in _WORN))
        ):
            what = mark("'{channel}' is of a sensor of movement, and a voltage was named as its unit.")
            fix = mark("Name the unit it has: m/s2, g, deg/s or rad/s.")
            found.append(issue("unit.kind", Level.REFUSE, head.name, what, fix, channel=head.name))
    return gathered(found)

"""What a phone sends: checked to the last number, then written as the log that any phone would save."""

from collections.abc import Iterator
from typing import Annotated, Literal

import numpy as np
from pydantic import Field, ValidationError

from myognosis.faults import Issue, Level, Message, RecordingError
from myognosis.language import mark
from myognosis.model.base import Model

__all__ = ["MOST", "Samples", "read_samples", "write_log"]

MOST = 61 * 400
"""So many samples may come: a minute, and the moment in which it ends, at 400 a second."""
_LONGEST_S, _ACCELERATION, _ROTATION = 61.0, 400.0, 10_000.0
"""Seconds, m/s2 and deg/s beyond which no phone measures; sensors of phones end near 160 m/s2 and 2000 deg/s."""

_Numbers = Annotated[tuple[float, ...], Field(max_length=MOST)]


class Samples(Model):
    """One take: seconds, acceleration with gravity in m/s2, rotation in deg/s (empty where the phone has no gyroscope)."""

    state: Literal["rest", "posture", "movement"]
    side: Literal["left", "right"]
    t: _Numbers
    ax: _Numbers
    ay: _Numbers
    az: _Numbers
    gx: _Numbers = ()
    gy: _Numbers = ()
    gz: _Numbers = ()


def read_samples(body: bytes) -> Samples:
    """The samples of a body.

    Raises
    ------
    RecordingError
        With everything in it that is not as it must be.
    """
    try:
        samples = Samples.model_validate_json(body)
    except ValidationError as error:
        places = sorted({".".join(["$", *(str(part) for part in fault["loc"][:1])]) for fault in error.errors()})
        what = mark("What the phone sent is not complete, or holds something that is no number.")
        raise RecordingError(_fault("form", where, what) for where in places[:20]) from None
    if issues := tuple(_faults(samples)):
        raise RecordingError(issues)
    return samples


def _faults(samples: Samples) -> Iterator[Issue]:
    n, rotation = len(samples.t), (samples.gx, samples.gy, samples.gz)
    if (
        n < 2
        or any(len(axis) != n for axis in (samples.ax, samples.ay, samples.az))
        or {len(a) for a in rotation} not in ({n}, {0})
    ):
        yield _fault("lengths", "$", mark("The axes of the phone are not of one length."))
    steps = np.diff(samples.t)
    if (steps <= 0).any():
        yield _fault("clock", "$.t", mark("The clock of the phone does not run forward."))
    elif n and samples.t[-1] - samples.t[0] > _LONGEST_S:
        yield _fault("long", "$.t", mark("The recording is longer than a minute."))
    for names, most in (("ax ay az", _ACCELERATION), ("gx gy gz", _ROTATION)):
        for name in names.split():
            if np.abs(getattr(samples, name)).max(initial=0) > most:
                yield _fault("size", f"$.{name}", mark("The movement is larger than any phone can measure."))


def _fault(code: str, where: str, what: str) -> Issue:
    return Issue(f"phone.{code}", Level.REFUSE, where, Message(what, {}), Message(mark("Record again."), {}))


def write_log(samples: Samples) -> bytes:
    """The samples as a table of text with its units in the headings."""
    columns = {"Time (s)": samples.t} | {f"Acceleration {a} (m/s^2)": getattr(samples, f"a{a}") for a in "xyz"}
    if samples.gx:
        columns |= {f"Gyroscope {a} (deg/s)": getattr(samples, f"g{a}") for a in "xyz"}
    rows = (",".join(f"{value:.5f}" for value in row) for row in zip(*columns.values(), strict=True))
    return "\n".join([",".join(columns), *rows, ""]).encode()

"""A description beside a file that does not describe itself: ``emg.txt`` and ``emg.layout.json``.

::

    {"rate_hz": 1000, "header_rows": 4, "decimal": ",", "channels": [
        {"column": 1, "name": "EMG TA", "unit": "uV", "scale": 0.8, "zero": 2048, "kind": "emg", "place_mm": [0, 8]}]}

The quantity is ``(stored - zero) * scale`` in ``unit``. Instead of ``rate_hz`` a clock may be named:
``"time": {"column": 1, "unit": "ms"}``. For MATLAB arrays ``variable`` names the array; for sound ``stored`` is 1 at full scale.
docs/recordings.md has every field.
"""

import json
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from myognosis.faults import Issue, Level, RecordingError
from myognosis.language import mark
from myognosis.model.base import Model
from myognosis.model.misfit import once, why_no_text, why_not
from myognosis.model.recording import Kind
from myognosis.readers.base import UnknownUnit, issue, kind_fits, known_unit, refuse

__all__ = ["WHICH_RATE", "DescribedChannel", "DescribedTime", "Description", "find_description"]

_MAX_BYTES = 1_000_000
_FIX = mark("Mend the description beside the file; docs/recordings.md has its fields.")
WHICH_RATE = mark("Find out which of both is right, and take the other out.")
"""What to do where two rates are told."""


class DescribedChannel(Model):
    """One channel: where it stands (columns count from 1), and what its numbers mean."""

    column: int = Field(ge=1, le=100_000)
    name: str = Field(min_length=1, max_length=80)
    unit: str = Field(min_length=1, max_length=40)
    scale: float = 1.0
    zero: float = 0.0
    kind: Kind | None = None
    place_mm: tuple[float, float] | None = None


class DescribedTime(Model):
    """The column of the clock."""

    column: int = Field(ge=1, le=100_000)
    unit: Literal["s", "ms", "us", "ns"]


class Description(Model):
    """What somebody wrote beside a file."""

    channels: tuple[DescribedChannel, ...] = Field(min_length=1, max_length=4096)
    rate_hz: float | None = Field(default=None, gt=0)
    time: DescribedTime | None = None
    header_rows: int = Field(default=0, ge=0, le=10_000)
    delimiter: str | None = Field(default=None, min_length=1, max_length=1)
    decimal: Literal[".", ","] = "."
    variable: str | None = None
    sequence: int | None = Field(default=None, ge=1, le=100_000)
    """The column that counts the samples, so that lost ones are noticed."""


def find_description(path: Path) -> Description | None:
    """The description beside a file, or None where there is none; RecordingError with every fault in it."""
    place = path.with_name(f"{path.stem}.layout.json")
    if not place.is_file():
        return None
    try:
        told = Description.model_validate(json.loads(place.read_bytes()[:_MAX_BYTES], object_pairs_hook=once), strict=False)
    except ValidationError as error:
        raise RecordingError(_faults(place.name, error)) from None
    except (ValueError, RecursionError) as error:
        what = mark("The description is no JSON: {why}.")
        raise refuse("description", place.name, what, _FIX, why=why_no_text(error)) from None
    odd = [_odd(channel, f"{place.name} $.channels.{number}") for number, channel in enumerate(told.channels)]
    if any(odd):
        raise RecordingError(chain.from_iterable(odd))
    return told


def _odd(channel: DescribedChannel, where: str) -> list[Issue]:
    """What cannot be true of a channel, though each field alone could be."""
    if channel.scale == 0:
        return [issue("description", Level.REFUSE, where, mark("A scale of 0 makes nothing of every sample."), _FIX)]
    with suppress(UnknownUnit):
        if channel.kind and not kind_fits(channel.kind, known_unit(channel.unit)[0]):
            what = mark("What is of kind '{kind}' is not measured in '{unit}'.")
            return [issue("description", Level.REFUSE, where, what, _FIX, kind=channel.kind, unit=channel.unit)]
    return []


def _faults(where: str, error: ValidationError) -> list[Issue]:
    what = mark("'{field}' cannot be used: {why}.")
    return [
        issue(
            "description", Level.REFUSE, f"{where} $.{'.'.join(map(str, one['loc']))}", what, _FIX,
            field=".".join(map(str, one["loc"]))[:60], why=why_not(one),
        )
        for one in error.errors()
    ]  # fmt: skip

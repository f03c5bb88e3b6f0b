"""Texts of OpenSignals (BITalino, biosignalsplux): a head of JSON, then raw counts, one row a sample.

The head is as PLUX describes it (support.pluxbiosignals.com, "OpenSignals Sensor File Specifications (.TXT Format)"): for each
device ``column``, ``sensor``, ``label``, ``resolution`` in bits and ``sampling rate``; ``nSeq`` counts the samples that arrived. A
count of an EMG is ``(count / 2**bits - 1/2) * supply / gain`` volts (PLUX, "EMG Sensor - Unit Conversion"), where the sensor is
named as one of those whose supply and gain their makers state. Of any other the unit is asked for.
"""

import json
import re
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from myognosis.language import mark
from myognosis.readers.base import refuse
from myognosis.readers.description import DescribedChannel, Description
from myognosis.readers.text import decode_text

__all__ = ["OPENSIGNALS", "opensignals_description"]

OPENSIGNALS = b"# OpenSignals Text File Format"
_HEAD_BYTES = 1_000_000
_SUPPLY_GAIN = {"EMGBITREV": (3.3, 1009.0), "EMG": (3.0, 1000.0)}
"""Supply in volts and gain of the EMG sensors of BITalino (r)evolution (read in its converters) and of biosignalsplux (read)."""
_COUNTED = re.compile(r"^nSeq$")
_FIX = mark("In OpenSignals export the recording again as text, or as EDF.")


def opensignals_description(path: Path) -> Description:
    """What the head of a file says of its columns; RecordingError where it cannot be read.

    Of sensors with an unknown transfer the unit is "?", so that it is asked for.
    """
    with path.open("rb") as stream:
        lines = decode_text(stream.read(_HEAD_BYTES)).splitlines()
    heads = next((n for n, line in enumerate(lines) if not line.startswith("#")), len(lines))
    told = next((line for line in lines[:heads] if "{" in line), "")
    try:
        devices = json.loads(told[told.index("{") :])
        rates = {float(device["sampling rate"]) for device in devices.values()}
        channels, sequence, first = list[DescribedChannel](), 0, 1
        for device in devices.values():
            channels += _channels(device, first, len(devices) > 1, len(channels))
            sequence = sequence or next((first + i for i, name in enumerate(device["column"]) if _COUNTED.match(name)), 0)
            first += len(device["column"])
        if len(rates) != 1:
            raise ValueError("sampling rate")
        if heads < len(lines) and len(lines[heads].rstrip("\t").split("\t")) != first - 1:
            raise ValueError("column")
        return Description(
            channels=tuple(channels), rate_hz=rates.pop(), header_rows=heads, delimiter="\t", sequence=sequence or None
        )
    except (LookupError, ValueError, TypeError, AttributeError, ArithmeticError, ValidationError, RecursionError):
        what = mark("The head of the file does not say what its columns are.")
        raise refuse("opensignals", path.name, what, _FIX) from None


def _channels(device: dict[str, Any], first: int, are_several: bool, before: int) -> list[DescribedChannel]:
    """The measured columns of one device: the last ones, as many as it has labels."""
    columns, labels, sensors = device["column"], device["label"], device["sensor"]
    bits = device["resolution"][-len(labels) :] if labels else []
    if not len(labels) == len(sensors) == len(bits) <= len(columns) or not all(n in range(1, 33) for n in bits):
        raise ValueError("label")
    begin = first + len(columns) - len(labels)
    is_raw = not device.get("convertedValues")
    made = []
    for number, (label, sensor, n_bits) in enumerate(zip(labels, sensors, bits, strict=True)):
        kind = sensor if sensor not in ("RAW", "CUSTOM", "") else ""
        name = f"{kind} {label}".strip() + (f" #{before + number + 1}" if are_several else "")
        is_of_another = sensor == "EMG" and "bitalino" in str(device.get("device", "")).lower()  # older ones, of another gain
        supply_gain = _SUPPLY_GAIN.get(sensor) if is_raw and not is_of_another else None
        if supply_gain is None:
            made.append(
                DescribedChannel(column=begin + number, name=name[:80], unit="?", zero=2.0 ** (n_bits - 1) if is_raw else 0.0)
            )
            continue
        volts = supply_gain[0] / supply_gain[1] / 2**n_bits
        made.append(
            DescribedChannel(column=begin + number, name=name[:80], unit="V", scale=volts, zero=2.0 ** (n_bits - 1), kind="emg")
        )
    return made

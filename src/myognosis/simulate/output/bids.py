"""A BIDS-EMG tree (BEP042): one person, a task for each scenario, the recording as EDF with its side files."""

import json
import re
from collections.abc import Iterator

from myognosis.model.recording import Channel
from myognosis.model.truth import Truth
from myognosis.simulate.electrode.layout import MARKS
from myognosis.simulate.output.labels import PROGRAM
from myognosis.simulate.run import Simulation

__all__ = ["bids_stem", "bids_tree", "task_name"]

_KINDS = {"emg": "EMG", "accelerometer": "ACCEL", "gyroscope": "GYRO", "force": "MISC", "stimulus": "TRIG"}


def task_name(truth: Truth) -> str:
    """The scenario as BIDS allows a label: letters and digits."""
    return "".join(word.capitalize() if i else word for i, word in enumerate(truth.scenario.split("_")))


def bids_stem(truth: Truth, name: str) -> str:
    """Where the files of a recording begin: the seed is its run, and what a name says beyond scenario and seed its acquisition.

    So recordings of a sweep or of another seed lie side by side. A label of BIDS has letters and digits alone: in a number a point
    becomes ``p`` and a minus ``m``.
    """
    more = name.removeprefix(f"{truth.scenario}-{truth.seed}")
    words = re.split("[^0-9A-Za-z]+", re.sub(r"(?<=[=e])-", "m", re.sub(r"(?<=\d)\.(?=\d)", "p", more)))
    label = "".join(word[:1].upper() + word[1:] for word in words)
    return f"sub-01/emg/sub-01_task-{task_name(truth)}{f'_acq-{label}' if label else ''}_run-{truth.seed}"


def bids_tree(simulation: Simulation, start: str, edf: bytes, events: str) -> Iterator[tuple[str, bytes]]:
    """Path and content of every file, the recording first; ``start`` is what the names of its own begin with."""
    truth, channels = simulation.truth, simulation.recording.channels
    yield f"{start}_emg.edf", edf
    yield f"{start}_emg.json", _json(_sidecar(truth, channels))
    yield f"{start}_channels.tsv", _channels(channels)
    yield f"{start}_electrodes.tsv", _electrodes(channels)
    yield f"{start}_coordsystem.json", _json(_COORDINATES)
    yield f"{start}_events.tsv", events.encode()
    yield "dataset_description.json", _json(_DESCRIPTION)
    yield "participants.tsv", b"participant_id\nsub-01\n"
    yield "README", b"Simulated by Myognosis; no person was recorded. What is true stands under derivatives/myognosis.\n"


_DESCRIPTION: dict[str, object] = {
    "Name": "Simulated recordings",
    "BIDSVersion": "1.11.1",
    "DatasetType": "raw",
    "License": "CC0",
    "GeneratedBy": [{"Name": "myognosis simulate", "Version": PROGRAM.split()[1]}],
}
_COORDINATES: dict[str, object] = {
    "EMGCoordinateSystem": "Other",
    "EMGCoordinateUnits": "mm",
    "EMGCoordinateSystemDescription": "x along the muscle fibres from the end plates, y across them from the middle of the muscle.",
}


def _sidecar(truth: Truth, channels: tuple[Channel, ...]) -> dict[str, object]:
    emg = [channel for channel in channels if channel.kind == "emg"]
    device = {name.removeprefix("device."): used.value for name, used in truth.parameters.items() if name.startswith("device.")}
    return {
        "TaskName": task_name(truth),
        "TaskDescription": f"Scenario {truth.scenario}, seed {truth.seed}.",
        "EMGChannelCount": len(emg),
        "EMGPlacementScheme": "Other",
        "EMGPlacementSchemeDescription": "See electrodes.tsv.",
        "EMGReference": "far away, or the second electrode of a pair",
        "EMGGround": "n/a",
        "SamplingFrequency": emg[0].rate_hz,
        "PowerLineFrequency": device["mains_hz"],
        "HardwareFilters": {"Butterworth": {"high_pass_hz": device["high_pass_hz"], "low_pass_hz": device["low_pass_hz"]}},
        "SoftwareFilters": "n/a",
        "RecordingDuration": truth.duration_s,
        "RecordingType": "continuous",
        "Manufacturer": "Myognosis (simulated)",
    }


def _json(data: dict[str, object]) -> bytes:
    return (json.dumps(data, indent=1) + "\n").encode()


def _channels(channels: tuple[Channel, ...]) -> bytes:
    rows = ["name\ttype\tunits\tsampling_frequency\ttarget_muscle"]
    rows += [f"{c.name}\t{_KINDS.get(c.kind, 'MISC')}\t{c.unit}\t{c.rate_hz:g}\t{_muscle(c)}" for c in channels]
    return ("\n".join(rows) + "\n").encode()


def _muscle(channel: Channel) -> str:
    if channel.kind not in ("emg", "force"):
        return "n/a"
    return next((muscle for muscle, letter in MARKS.items() if letter and letter in f"{channel.name} "), "agonist")


def _electrodes(channels: tuple[Channel, ...]) -> bytes:
    placed = [(channel.name, channel.place_mm) for channel in channels if channel.place_mm is not None]
    rows = ["name\tx\ty\tz", *(f"{name}\t{place[0]:g}\t{place[1]:g}\tn/a" for name, place in placed)]
    return ("\n".join(rows) + "\n").encode()

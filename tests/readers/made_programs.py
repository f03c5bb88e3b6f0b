"""Sound files as programs of EMG devices and of phones write them; change an argument and a file has one fault."""

import json
from pathlib import Path

import numpy as np

RATE_HZ, ACC_HZ = 2000.0, 200.0
EMG = np.random.default_rng(3).normal(0, 60, 4000)
SHAKE = 0.4 * np.sin(2 * np.pi * 5.3 * np.arange(400) / ACC_HZ)
"""Two seconds of microvolts, and of an acceleration in g."""


def paired(*columns: tuple[float, np.ndarray], delimiter: str = ",", comma: bool = False) -> list[str]:
    """Rows of a clock and its values, and the next; shorter ones end in empty cells."""
    longest = max(len(values) for _, values in columns)
    rows = [
        delimiter.join(f"{n / rate:.6f}{delimiter}{values[n]:.9f}" if n < len(values) else delimiter for rate, values in columns)
        for n in range(longest)
    ]
    return [row.replace(".", ",") for row in rows] if comma else rows


def discover(*, rate: str = "2000.0000 Hz", heads: tuple[str, ...] = (), rows: list[str] | None = None, unit: str = "mV") -> str:
    """A text of Trigno Discover: one sensor with its EMG and an axis of its accelerometer."""
    lines = list(heads) or [
        "Application:,Trigno Discover (2.1.0.7)", "Date/Time:,1/2/2026 10:00:00", "Collection Length (seconds):,2",
        "L Biceps (81728),,,", "sensor mode: 65,,,", f"EMG 1 Time Series (s),EMG 1 ({unit}),ACC X Time Series (s),ACC X (G)",
        f",{rate},,200.0000 Hz", ",0.000500 s,,0.005000 s",
    ]  # fmt: skip
    return "\n".join([*lines, *(paired((RATE_HZ, EMG / 1000), (ACC_HZ, SHAKE)) if rows is None else rows)]) + "\n"


def emgworks(*, delimiter: str = ",", comma: bool = False, unit: str = "V") -> str:
    """A text of EMGworks: lines about each channel, then pairs of columns."""
    told = (
        "Label: Avanti sensor 1: EMG 1 Sampling frequency: 2000 Number of points: 4000 start: 0 Unit: V Domain Frequency: 0.0005 s"
    )
    heads = ["X[s]", f"Avanti sensor 1: EMG 1 [{unit}]", "X[s]", "Avanti sensor 1: ACC.X 1 [g]"]
    rows = paired((RATE_HZ, EMG / 1e6), (ACC_HZ, SHAKE), delimiter=delimiter, comma=comma)
    return "\n".join([told, told.replace("EMG 1", "ACC.X 1"), delimiter.join(heads), *rows]) + "\n"


def opensignals(counts: np.ndarray | None = None, *, sequence: np.ndarray | None = None, **change: object) -> str:
    """A text of OpenSignals from a BITalino: an EMG in ten bits, about 3.2 uV a count."""
    n = np.arange(3000)
    counts = 512 + (40 * np.sin(2 * np.pi * 80 * n / 1000)).round() if counts is None else counts
    device = {
        "sensor": ["EMGBITREV"], "device name": "84:BA", "column": ["nSeq", "I1", "I2", "O1", "O2", "A1"], "comments": "",
        "sampling rate": 1000, "label": ["A1"], "resolution": [4, 1, 1, 1, 1, 10], "device": "bitalino_rev", "date": "2026-1-2",
    } | change  # fmt: skip
    told = json.dumps({"84:BA": {key: value for key, value in device.items() if value is not None}})
    counted = n % 16 if sequence is None else sequence
    rows = (f"{s:.0f}\t0\t0\t0\t0\t{count:.0f}\t" for s, count in zip(counted, counts, strict=True))
    return "\n".join(["# OpenSignals Text File Format. Version 1", f"# {told}", "# EndOfHeader", *rows]) + "\n"


def shimmer(*, delimiter: str = "\t", units: bool = True) -> str:
    """A text of Consensys: a line for Excel, names, units, then rows that end with what divides them."""
    names = ["Timestamp_Unix_CAL", "Accel_LN_X_CAL", "EMG_CH1_24BIT_CAL", "Battery_CAL"]
    lines = [f"sep={delimiter}", delimiter.join([*(f"Shimmer_40AC_{name}" for name in names), ""])]
    lines += [delimiter.join(["ms", "m/(s^2)", "mV", "mV", ""])] if units else []
    t = 1.7e12 + np.arange(2000) * 1000 / 512
    lines += [
        f"{a:.4f}{delimiter}{9.8 + b:.5f}{delimiter}{b / 9:.5f}{delimiter}4000{delimiter}"
        for a, b in zip(t, EMG / 100, strict=False)
    ]
    return "\n".join(lines) + "\n"


def logger_json(**change: object) -> str:
    """The JSON of Sensor Logger: readings of two sensors, and words about the phone."""
    rows = [{"sensor": "Metadata", "device name": "phone", "platform": "ios"}]
    for n, value in enumerate(SHAKE):
        clock = {"time": str(1_698_501_144_401_773_000 + n * 5_000_000), "seconds_elapsed": f"{n / ACC_HZ:.4f}"}
        rows.append({"sensor": "Accelerometer", **clock, "x": f"{value:.6f}", "y": "0.01", "z": "-0.02"})
        rows.append({"sensor": "Gyroscope", **clock, "x": f"{value / 2:.6f}"})
        rows.append({"sensor": "Location", **clock, "latitude": "50.4"})
    for key, value in change.items():
        rows[1 if key != "sensor" else 0][key] = value
    return json.dumps([row for row in rows if row.get("sensor") is not None])


def eeglab_hdf(folder: Path, *, apart: bool = False, flat: bool = False, **change: object) -> Path:
    """The same dataset as MATLAB 7.3 has it: structures are groups whose fields point to what they hold."""
    import h5py

    data = np.stack([EMG, EMG[::-1]]).astype(np.float32)
    fields: dict[str, object] = {
        "setname": "x", "nbchan": 2.0, "pnts": 4000.0, "trials": 1.0, "srate": RATE_HZ, "data": "set.fdt" if apart else data,
    } | change  # fmt: skip

    def put(group: object, name: str, value: object) -> None:
        letters = np.array([list(map(ord, value))], np.uint16).T if isinstance(value, str) else np.atleast_2d(value).T
        node = group.create_dataset(name, data=letters)  # type: ignore[attr-defined]
        node.attrs["MATLAB_class"] = np.bytes_("char" if isinstance(value, str) else "double")

    with h5py.File(folder / "set.set", "w", userblock_size=512) as file:
        top = file if flat else file.create_group("EEG")
        for name, value in fields.items():
            if value is not None:
                put(top, name, value)
        rows = {"chanlocs": {"labels": ["EMG TA", "EEG Cz"]}, "event": {"latency": [1.0, 2001.0], "type": ["start", "stim 1"]}}
        for name, columns in rows.items():
            for field, values in columns.items():
                for n, value in enumerate(values):
                    put(file, f"#refs#/{name}{field}{n}", value)
                refs = [[file[f"#refs#/{name}{field}{n}"].ref for n in range(len(values))]]
                top.create_dataset(f"{name}/{field}", data=np.array(refs, dtype=h5py.ref_dtype), dtype=h5py.ref_dtype)
    if apart:
        (folder / "set.fdt").write_bytes(data.T.tobytes())
    with (folder / "set.set").open("r+b") as stream:
        stream.write(b"MATLAB 7.3 MAT-file".ljust(512))
    return folder / "set.set"


def eeglab(folder: Path, *, apart: bool = False, flat: bool = False, **change: object) -> Path:
    """A dataset of two channels and two marks, as one structure or as its fields, its samples inside or apart."""
    from scipy.io import savemat

    data = np.stack([EMG, EMG[::-1]]).astype(np.float32)
    places, events = np.zeros(2, [("labels", object), ("type", object)]), np.zeros(2, [("latency", float), ("type", object)])
    places["labels"], events["latency"], events["type"] = ["EMG TA", "EEG Cz"], [1.0, 2001.0], ["start", "stim 1"]
    fields: dict[str, object] = {
        "setname": "x", "nbchan": 2.0, "pnts": 4000.0, "trials": 1.0, "srate": RATE_HZ, "data": "set.fdt" if apart else data,
        "chanlocs": places, "event": events,
    }  # fmt: skip
    fields = {key: value for key, value in (fields | change).items() if value is not None}
    if apart:
        (folder / "set.fdt").write_bytes(data.T.tobytes())
    savemat(folder / "set.set", fields if flat else {"EEG": fields}, appendmat=False)
    return folder / "set.set"

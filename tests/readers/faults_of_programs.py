"""Faults of the files that programs of EMG devices and of phones write."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from tests.readers import made_programs as made
from tests.readers.faults import REFUSED, SOUND, Fault, Make, put

UV = {"*": "uV"}


def of_programs() -> Iterator[Fault]:
    """All of them, by program."""
    for group in (trigno, opensignals, shimmer, sensor_logger, eeglab):
        yield from group()


def trigno() -> Iterator[Fault]:
    whole, works = made.discover(), made.emgworks()
    lines = whole.splitlines()
    yield Fault("Trigno: sound", put("a.csv", whole), SOUND)
    yield Fault("Trigno: called .txt", put("a.txt", whole), SOUND)
    yield Fault("EMGworks: sound", put("a.csv", works), SOUND)
    yield Fault("EMGworks: semicolons and decimal commas", put("a.csv", made.emgworks(delimiter=";", comma=True)), SOUND)
    yield Fault("EMGworks: commas between columns and within numbers", put("a.csv", made.emgworks(comma=True)), REFUSED)
    yield Fault("EMGworks: line feeds of Windows", put("a.csv", works.replace("\n", "\r\n")), SOUND)
    yield Fault("EMGworks: no headings", put("a.csv", "\n".join(one for one in works.splitlines() if "X[s]" not in one)), REFUSED)
    yield Fault("EMGworks: only headings", put("a.csv", "\n".join(works.splitlines()[:3])), REFUSED)
    yield Fault("EMGworks: a unit that is none", put("a.csv", made.emgworks(unit="furlong")), "unit")
    yield Fault("Trigno: another rate in the heading", put("a.csv", made.discover(rate="1000.0000 Hz")), "rate.two")
    yield Fault("Trigno: a unit of volts by mistake", put("a.csv", made.discover(unit="V")), "implausible")
    yield Fault("Trigno: cut in a row", put("a.csv", whole[: len(whole) // 2]), SOUND)
    yield Fault("Trigno: cut in the head", put("a.csv", "\n".join(lines[:5])), REFUSED)
    yield Fault("Trigno: one row", put("a.csv", "\n".join(lines[:9])), REFUSED)
    gap = [row for n, row in enumerate(lines) if not 1000 < n < 1200]
    yield Fault("Trigno: rows lost on the way", put("a.csv", "\n".join(gap)), "clock.gap")
    back = [*lines[:1000], *lines[600:800], *lines[1000:]]
    yield Fault("Trigno: rows written again", put("a.csv", "\n".join(back)), REFUSED)
    holes = [row.replace(row.split(",")[1], "") if 1000 < n < 1100 else row for n, row in enumerate(lines)]
    yield Fault("Trigno: cells of a sensor empty", put("a.csv", "\n".join(holes)), "missing")
    odd = [*lines[:900], "Error: sensor lost", *lines[900:]]
    yield Fault("Trigno: a line of words within", put("a.csv", "\n".join(odd)), "rows")


def opensignals() -> Iterator[Fault]:
    n = np.arange(3000)
    whole = made.opensignals()
    lines = whole.splitlines()
    yield Fault("OpenSignals: sound", put("a.txt", whole), SOUND)
    yield Fault(
        "OpenSignals: biosignalsplux",
        put(
            "a.txt",
            made.opensignals(32768 + 90 * np.sin(n), sensor=["EMG"], device="biosignalsplux", resolution=[4, 1, 1, 1, 1, 16]),
        ),
        SOUND,
    )
    yield Fault("OpenSignals: no head", put("a.txt", "\n".join(lines[3:])), REFUSED)
    yield Fault("OpenSignals: a head that is no JSON", put("a.txt", whole.replace("{", "(", 1)), REFUSED)
    yield Fault("OpenSignals: a head of nothing", put("a.txt", "\n".join([lines[0], "# {}", *lines[2:]])), REFUSED)
    yield Fault("OpenSignals: a list for a head", put("a.txt", "\n".join([lines[0], "# [{}]", *lines[2:]])), REFUSED)
    for key, value in {"sampling rate": 0, "resolution": [], "label": ["A1", "A2"], "column": ["A1"], "sensor": None}.items():
        yield Fault(f"OpenSignals: {key} {value}", put("a.txt", made.opensignals(**{key: value})), REFUSED)
    yield Fault("OpenSignals: a rate of words", put("a.txt", made.opensignals(**{"sampling rate": "fast"})), REFUSED)
    yield Fault("OpenSignals: the EMG of an older BITalino", put("a.txt", made.opensignals(sensor=["EMG"])), REFUSED)
    yield Fault("OpenSignals: an unnamed sensor", put("a.txt", made.opensignals(sensor=["RAW"])), REFUSED)
    yield Fault("OpenSignals: values that were turned already", put("a.txt", made.opensignals(convertedValues=1)), REFUSED)
    lost = n.copy()
    lost[900:] += 2
    yield Fault("OpenSignals: samples lost by radio", put("a.txt", made.opensignals(sequence=lost % 16)), "sequence")
    yield Fault("OpenSignals: only a head", put("a.txt", "\n".join(lines[:3])), REFUSED)
    yield Fault("OpenSignals: cut in a row", put("a.txt", whole[:-9]), "rows")
    yield Fault(
        "OpenSignals: a plateau of the converter",
        put("a.txt", made.opensignals(np.clip(512 + 700 * np.sin(n / 9), 0, 1023).round())),
        "clipped",
    )
    two = json.loads(lines[1][2:])
    two["AA"] = {**two["84:BA"], "sampling rate": 100}
    yield Fault(
        "OpenSignals: two devices of two rates", put("a.txt", "\n".join([lines[0], f"# {json.dumps(two)}", *lines[2:]])), REFUSED
    )


def shimmer() -> Iterator[Fault]:
    yield Fault("Shimmer: sound", put("a.csv", made.shimmer()), SOUND)
    yield Fault("Shimmer: commas", put("a.csv", made.shimmer(delimiter=",")), SOUND)
    yield Fault("Shimmer: no line of units", put("a.csv", made.shimmer(units=False)), REFUSED)
    yield Fault("Shimmer: one unit that is none", put("a.csv", made.shimmer().replace("m/(s^2)", "no_units")), "unit")
    yield Fault("Shimmer: only heads", put("a.csv", "\n".join(made.shimmer().splitlines()[:3])), REFUSED)


def sensor_logger() -> Iterator[Fault]:
    whole = made.logger_json()
    yield Fault("Sensor Logger: sound", put("a.json", whole), SOUND)
    yield Fault("Sensor Logger: with a mark of byte order", put("a.json", "\ufeff" + whole), SOUND)
    for cut in (2, 40, 900, len(whole) - 1):
        yield Fault(f"Sensor Logger: cut at {cut if cut < 1000 else 'the end'}", put("a.json", whole[:cut]), REFUSED)
    yield Fault("Sensor Logger: nested too deep", put("a.json", '[{"sensor":' + "[" * 100_000), REFUSED)
    yield Fault(
        "Sensor Logger: no movement", put("a.json", json.dumps([{"sensor": "Location", "seconds_elapsed": "1"}] * 9)), REFUSED
    )
    yield Fault("Sensor Logger: numbers that are none", put("a.json", whole.replace('"x": "0.', '"x": "zero.')), "missing")
    yield Fault(
        "Sensor Logger: a time that is none",
        put("a.json", whole.replace('"seconds_elapsed": "0.5000"', '"seconds_elapsed": "NaN"')),
        "rows",
    )
    yield Fault("Sensor Logger: readings out of order", put("a.json", json.dumps(list(reversed(json.loads(whole))))), SOUND)
    gap = [row for n, row in enumerate(json.loads(whole)) if not 400 < n < 900]
    yield Fault("Sensor Logger: half a second lost", put("a.json", json.dumps(gap)), "clock.gap")


def eeglab() -> Iterator[Fault]:
    def of(**change: object) -> Make:
        apart, flat = bool(change.pop("apart", False)), bool(change.pop("flat", False))
        return lambda folder: made.eeglab(folder, apart=apart, flat=flat, **change)

    def cut(place: str, to: int) -> Make:
        def make(folder: Path) -> Path:
            path = made.eeglab(folder, apart=True)
            file = folder / place
            file.write_bytes(file.read_bytes()[:to])
            return path

        return make

    def renamed(folder: Path) -> Path:
        path = made.eeglab(folder, apart=True)
        (folder / "set.fdt").rename(folder / "other.fdt")
        return path.rename(folder / "other.set")

    def alone(folder: Path) -> Path:
        path = made.eeglab(folder, apart=True)
        (folder / "set.fdt").unlink()
        return path

    def folded(folder: Path) -> Path:
        path = made.eeglab(folder)
        raw = path.read_bytes()
        path.write_bytes(raw[:128] + b"\x0f" + raw[129:])
        return path

    def in_words(folder: Path) -> Path:
        (folder / "a.set").write_text("time 1 2 3")
        return folder / "a.set"

    data = np.stack([made.EMG, made.EMG]).astype(np.float32)
    yield Fault("EEGLAB: sound", of(), SOUND, units=UV)
    yield Fault("EEGLAB: fields side by side", of(flat=True), SOUND, units=UV)
    yield Fault("EEGLAB: samples apart", of(apart=True), SOUND, units=UV)
    yield Fault("EEGLAB: both files renamed", renamed, SOUND, units=UV)
    yield Fault("EEGLAB: no unit", of(), REFUSED)
    yield Fault("EEGLAB: the samples are elsewhere", alone, REFUSED, units=UV)
    yield Fault("EEGLAB: samples cut", cut("set.fdt", 9000), REFUSED, units=UV)
    yield Fault("EEGLAB: cut", cut("set.set", 700), REFUSED, units=UV)
    yield Fault("EEGLAB: the head alone", cut("set.set", 128), REFUSED, units=UV)
    yield Fault("EEGLAB: epochs", of(trials=4.0), REFUSED, units=UV)
    for key, value in {"srate": 0.0, "nbchan": 3.0, "pnts": 4001.0, "data": None, "srate ": None}.items():
        yield Fault(f"EEGLAB: {key} {value}", of(**{key.strip(): value}), REFUSED, units=UV)
    yield Fault("EEGLAB: a rate of words", of(srate="fast"), REFUSED, units=UV)
    yield Fault("EEGLAB: no points", of(data=np.zeros((2, 0)), pnts=0.0), REFUSED, units=UV)
    yield Fault("EEGLAB: no names", of(chanlocs=np.zeros((0, 0))), SOUND, units=UV)
    yield Fault("EEGLAB: three names of two channels", of(chanlocs=np.zeros(3, [("labels", object)])), SOUND, units=UV)
    yield Fault("EEGLAB: a name twice", of(data=data), "copy", units=UV)
    yield Fault("EEGLAB: samples of another folder", of(data="../set.fdt"), REFUSED, units=UV)
    late = np.zeros(1, [("latency", object), ("type", object)])
    late["latency"], late["type"] = 9e9, "x"
    yield Fault("EEGLAB: a mark behind the end", of(event=late), "marks.outside", units=UV)
    yield Fault("EEGLAB: volts for microvolts", of(), "implausible", units={"*": "V"})
    yield Fault("EEGLAB: an array that says it is folded and is not", folded, REFUSED, units=UV)
    yield Fault("EEGLAB: text", in_words, REFUSED, units=UV)

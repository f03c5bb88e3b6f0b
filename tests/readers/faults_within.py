# ruff: noqa: E501  # a fault a row
"""Faults that a second reader of the formats thought of: most stand in no header, or between two things that contradict each other."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from tests.readers import made
from tests.readers.edf_bytes import EdfFile
from tests.readers.faults import REFUSED, SOUND, Fault, put

T = np.arange(2000) / 100
SHAKE = 9.81 + 0.5 * np.sin(2 * np.pi * 5.3 * T)


def within() -> Iterator[Fault]:
    """All of them, by format."""
    for group in (bytes_out_of_step, copies, logs, described, matlab, others):
        yield from group()


def small(n: int = 4000, sd: float = 120) -> np.ndarray:
    return np.random.default_rng(1).normal(0, sd, n).round().astype("<i2")


def edf_of(samples: bytes) -> bytes:
    """One channel of 4000 samples in ten records."""
    return EdfFile(labels=("EMG TA",), units=(b"uV",), per_record=400).header() + samples


def bytes_out_of_step() -> Iterator[Fault]:
    sound = small().tobytes()
    yield Fault("EDF: small samples in order", put("a.edf", edf_of(sound)), SOUND)
    yield Fault("EDF: bytes the other way round", put("a.edf", edf_of(small().byteswap().tobytes())), "bytes")
    yield Fault("EDF: faint samples, bytes the other way round", put("a.edf", edf_of(small(sd=20).byteswap().tobytes())), "bytes")
    for at in (3001, 5001, 7001):
        yield Fault(
            f"EDF: the byte {at} lost and one at the end", put("a.edf", edf_of(sound[:at] + sound[at + 1 :] + b"\0")), "bytes"
        )
    yield Fault("EDF: sent as text, so that line feeds grew", put("a.edf", edf_of(sound.replace(b"\n", b"\r\n"))), "bytes")
    yield Fault("EDF: a line feed in front", put("a.edf", b"\n" + edf_of(sound)), "bytes")
    head = made.wav_bytes(small(8000, 1600))[:-16000]
    yield Fault(
        "WAV: bytes the other way round",
        put("a.wav", head + small(8000, 1600).byteswap().tobytes()),
        "bytes",
        units={"*": "1000 uV"},
    )
    yield Fault(
        "WAV: a byte too early", put("a.wav", head + b"\0" + small(8000, 1600).tobytes()[:-1]), "bytes", units={"*": "1000 uV"}
    )
    counts = np.random.default_rng(4).integers(-100, 100, (2048, 3)).astype("<i2")
    yield Fault("OTB+: bytes the other way round", put("a.otb+", made.otb_bytes(counts=counts.byteswap().tobytes())), "bytes")
    coarse = (small() // 256 * 256).tobytes()
    yield Fault("EDF: eight bits in sixteen", put("a.edf", edf_of(coarse)), SOUND)


def copies() -> Iterator[Fault]:
    both = np.repeat(small().reshape(10, 1, 400), 2, axis=1).tobytes()
    yield Fault(
        "EDF: two channels with the same samples",
        put("a.edf", EdfFile(labels=("EMG TA", "EMG BB"), per_record=400).header() + both),
        "copy",
    )
    rows = made.rows(T, SHAKE, SHAKE, SHAKE)
    yield Fault(
        "log: three axes with the same samples",
        put("a.csv", "Time (s),Acceleration x (m/s2),Acceleration y (m/s2),Acceleration z (m/s2)\n" + rows),
        "copy",
    )


def logs() -> Iterator[Fault]:
    def log(heading: str, rows: str) -> Callable[[Path], Path]:
        return put("a.csv", f"{heading}\n{rows}")

    dotted, semicolons = made.rows(T, SHAKE), made.rows(T, SHAKE, delimiter=";", comma=True)
    yield Fault("log: units behind a comma, in Ukrainian", log("Час, с;Прискорення X, м/с²", semicolons), SOUND)
    yield Fault("log: units behind a comma, in quotes", log('"Time, s","Acceleration x, m/s2"', dotted), SOUND)
    yield Fault("log: units in a line of their own", log("Time,Acceleration x\ns,m/s2", dotted), SOUND)
    yield Fault(
        "log: a clock in words",
        log("Acceleration x (m/s²);Time since start in ms", made.rows(SHAKE, T * 1000, delimiter=";")),
        SOUND,
    )
    whole = "\n".join(
        f"{1000 * t:.0f};" + ("0" if n < 25 else f"{x:.4f}".replace(".", ","))
        for n, (t, x) in enumerate(zip(T, SHAKE, strict=True))
    )
    yield Fault("log: decimal commas from row 26 on", log("Time (ms);Acceleration x (m/s2)", whole), SOUND)
    yield Fault(
        "log: decimal commas between commas", log("Time (s),Acceleration x (m/s2)", made.rows(T, SHAKE, comma=True)), REFUSED
    )
    spaced = "\n".join(f"{1000 * t:,.0f};{x:.4f}".replace(",", "\u00a0").replace(".", ",") for t, x in zip(T, SHAKE, strict=True))
    yield Fault("log: thousands with blanks", log("Time (ms);Acceleration x (m/s2)", spaced), REFUSED)
    yield Fault("log: seconds called milliseconds", log("Time (ms),Acceleration x (m/s2)", dotted), "rate.odd")
    yield Fault("log: milliseconds called seconds", log("Time (s),Acceleration x (m/s2)", made.rows(1000 * T, SHAKE)), REFUSED)
    yield Fault(
        "log: a sensor slower than its log",
        log("Time (s),Acceleration x (m/s2)", made.rows(T, np.repeat(SHAKE[::5], 5))),
        "clock.held",
    )
    coarse = np.round(SHAKE + np.random.default_rng(2).normal(0, 0.2, len(T)), 0)
    yield Fault("log: coarse steps that repeat by chance", log("Time (s),Acceleration x (m/s2)", made.rows(T, coarse)), SOUND)
    yield Fault(
        "log: numbers with a percent sign",
        log("Time (s),EMG (uV)", "\n".join(f"{t},{x}%" for t, x in zip(T, SHAKE, strict=True))),
        REFUSED,
    )
    yield Fault("log: microvolts of two alphabets", log("Time (s),EMG (µВ)", dotted), SOUND)


def described() -> Iterator[Fault]:
    def text(content: str, layout: object) -> Callable[[Path], Path]:
        return lambda folder: made.described(folder / "a.txt", content.encode(), layout)

    numbers = "\n".join(str(512 + n % 7) for n in range(3000))
    channel: dict[str, object] = {"column": 1, "name": "EMG", "unit": "uV"}
    one: dict[str, object] = {"rate_hz": 1000, "channels": [channel]}
    yield Fault(
        "description: decimal commas that it does not tell", text("\n".join(f"{n % 90},{n % 7}" for n in range(3000)), one), REFUSED
    )
    yield Fault(
        "description: a comma that it tells to divide",
        text("\n".join(f"{n % 90},{n % 7}" for n in range(3000)), one | {"delimiter": ","}),
        SOUND,
    )
    clocked = {"time": {"column": 1, "unit": "s"}, "channels": [channel | {"column": 2}]}
    yield Fault(
        "description: a rate that its clock denies",
        text("\n".join(f"{n / 2000},{n % 7}" for n in range(3000)), clocked | {"rate_hz": 1000}),
        "rate.two",
    )
    yield Fault("description: a scale of zero", text(numbers, {**one, "channels": [channel | {"scale": 0}]}), REFUSED)
    yield Fault(
        "description: an accelerometer in microvolts",
        text(numbers, {**one, "channels": [channel | {"kind": "accelerometer"}]}),
        REFUSED,
    )

    def twice(folder: Path) -> Path:
        path = made.described(folder / "a.txt", numbers.encode(), one)
        (folder / "a.layout.json").write_text('{"rate_hz": 2000, ' + json.dumps(one)[1:])
        return path

    yield Fault("description: a rate that stands twice", twice, REFUSED)


def matlab() -> Iterator[Fault]:
    def mat(layout: dict[str, object], **arrays: object) -> Callable[[Path], Path]:
        def make(folder: Path) -> Path:
            from scipy.io import savemat

            savemat(folder / "m.mat", arrays)
            (folder / "m.layout.json").write_text(json.dumps(layout))
            return folder / "m.mat"

        return make

    layout: dict[str, object] = {"rate_hz": 1000, "variable": "emg", "channels": [{"column": 1, "name": "EMG", "unit": "uV"}]}
    emg = np.random.default_rng(3).normal(0, 50, (3000, 2))
    yield Fault("MATLAB: its own rate is another", mat(layout, emg=emg, fs=2048.0), "rate.two")
    yield Fault("MATLAB: its own rate is the same", mat(layout, emg=emg, fs=1000.0), SOUND)
    yield Fault("MATLAB: as many channels as samples", mat(layout, emg=emg[:100].repeat(50, axis=1)), REFUSED)


def others() -> Iterator[Fault]:
    samples = 50 * np.sin(np.arange(2000.0)).reshape(1000, 2)
    yield Fault("XDF: stamps of half the rate", put("a.xdf", made.xdf_bytes(samples, np.arange(1000) / 250)), "rate.two")
    sound = made.wav_bytes(small(8000, 1600))
    yield Fault("WAV: a second sound behind the first", put("a.wav", sound + sound[48:]), "wav.second", units={"*": "1000 uV"})

    def no_marks(folder: Path) -> Path:
        path = made.brain_vision(folder)
        (folder / "b.vmrk").unlink()
        return path

    yield Fault("BrainVision: the marks are not there", no_marks, REFUSED)

    def beside(table: str) -> Callable[[Path], Path]:
        def make(folder: Path) -> Path:
            (folder / "sub-01_task-x_channels.tsv").write_text(table)
            (folder / "sub-01_task-x_emg.edf").write_bytes(EdfFile().to_bytes())
            return folder / "sub-01_task-x_emg.edf"

        return make

    yield Fault("BIDS: a kind that the unit denies", beside("name\ttype\tunits\nEMG TA\tEMG\tuV\nEEG Cz\tACCEL\tuV\n"), "bids.kind")
    yield Fault(
        "BIDS: another rate of one channel",
        beside("name\ttype\tsampling_frequency\nEMG TA\tEMG\t1000\nEEG Cz\tEEG\t200\n"),
        "bids.rate",
    )

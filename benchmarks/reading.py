"""Readers: faulty files beside other readers, random changes, speed and memory of EDF and WFDB."""

import json
import logging
import resource
import subprocess
import sys
import tempfile
import time
import tracemalloc
import warnings
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT)]

from tests.readers.edf_bytes import EdfFile  # noqa: E402
from tests.readers.faults import REFUSED, SOUND, Fault, catalogue  # noqa: E402
from tests.readers.made import DATA  # noqa: E402
from tools.fuzz import fuzz, seeds  # noqa: E402

from benchmarks.reasoning import Row, Tables  # noqa: E402
from myognosis.faults import RecordingError  # noqa: E402
from myognosis.readers import audit_recording, read_recording  # noqa: E402
from myognosis.report.overview import look_over, sheet  # noqa: E402

FUZZ_S = 1.0
NOTE = (
    "The catalogue is `tests/readers/faults.py`. A faulty EDF is one that we refuse or read with a doubt; another reader that "
    "returns its numbers without a warning read it in silence, which is not always wrong. Times are of the processor, the best "
    "of five; the peers run in the same process. Of a text of more than 50 MB 109 places are looked at, which is said; "
    "`--all` looks at every row."
)


def outcome(read: Callable[[Path], object], fault: Fault) -> str:
    """What a reader makes of one fault: it reads in silence, reads and warns, or fails with an error of whatever kind."""
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        path = fault.make(Path(folder))
        try:
            read(path)
        except Exception:
            return "error"
        return "warned" if warned else "in silence"


def read_aloud(path: Path) -> None:
    """Our reader, whose issues are its warnings."""
    for issue in read_recording(path).issues:
        warnings.warn(str(issue), stacklevel=2)


def our_outcome(fault: Fault) -> tuple[str, float]:
    """What came of a fault, and whether it is what must come of it."""
    with tempfile.TemporaryDirectory() as folder:
        path, began = fault.make(Path(folder)), time.process_time()
        try:
            issues = read_recording(path, units=fault.units).issues
            codes = {issue.code.removeprefix("recording.") for issue in issues}
            as_wanted = fault.outcome != REFUSED and (fault.outcome == SOUND or fault.outcome in codes)
            said = "named" if codes else "read"
        except RecordingError:
            as_wanted, said = fault.outcome == REFUSED, "refused"
        except Exception:
            as_wanted, said = False, "leaked"
        return said if as_wanted else f"wrong: {said}", time.process_time() - began


def faults() -> list[Row]:
    """The whole catalogue through our readers."""
    found = [(fault, *our_outcome(fault)) for fault in catalogue()]
    said = Counter(what for _, what, _ in found)
    wrong = sum(n for what, n in said.items() if what.startswith(("wrong", "leaked")))
    slow_fault, _, slow = max(found, key=lambda one: one[2])
    return [
        ("named faults", f"{len(found)}", ">= 150"),
        ("refused with place and mend, read with a named note or doubt, read soundly",
         f"{said['refused']}, {said['named']}, {said['read']}", ""),
        ("read in silence, or with another outcome than the catalogue demands", f"{wrong}", "0"),
        (f"the slowest ({slow_fault.name})", f"{slow:.2f} s", "<= 2 s"),
    ]  # fmt: skip


def peers() -> list[Row]:
    """The faulty EDF files of the catalogue through other readers."""
    import edfio
    import mne

    logging.disable(logging.CRITICAL)
    faulty = [f for f in catalogue() if f.name.startswith("EDF") and f.outcome != SOUND and not f.name.startswith("EDF: the unit")]
    readers: dict[str, Callable[[Path], object]] = {
        "ours": read_aloud,
        "edfio": lambda path: [signal.data for signal in edfio.read_edf(path).signals],
        "MNE": lambda path: mne.io.read_raw_edf(path, preload=True, verbose="WARNING"),
    }
    rows = list[Row]()
    for name, read in readers.items():
        said = Counter(outcome(read, fault) for fault in faulty)
        text = f"{said['in silence']}, {said['warned']}, {said['error']}"
        rows.append((f"{name}: in silence, with a warning, with an error", text, "0 in silence" if name == "ours" else "peer"))
    logging.disable(logging.NOTSET)
    return [("faulty EDF files", f"{len(faulty)}", ""), *rows]


def random_changes() -> list[Row]:
    """Random changes of sound files, a few seconds a parser."""
    rows = list[Row]()
    for parser in seeds():
        bench = fuzz(parser, FUZZ_S, 77, Path(tempfile.gettempdir()) / "fuzz")
        found = f"{bench.tried}, {bench.outcomes['read']}; {bench.leaks.total()}"
        rows.append((f"{parser}: files, of them read; foreign errors", found, "0 foreign"))
    return rows


def best(work: Callable[[], object]) -> float:
    """Seconds of the processor, the best of five."""
    times = []
    for _ in range(5):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return min(times)


def speed() -> list[Row]:
    """64 channels of a minute, and a record in format 212, beside their peers."""
    import edfio
    import mne
    import wfdb

    labels = tuple(f"EMG {i}" for i in range(64))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.edf"
        path.write_bytes(EdfFile(labels=labels, units=(b"uV",) * 64, per_record=2048, n_records=60).to_bytes())
        ours = best(lambda: read_recording(path))
        theirs = best(lambda: [signal.data for signal in edfio.read_edf(path).signals])
        another = best(lambda: mne.io.read_raw_edf(path, preload=True, verbose="ERROR").get_data())
    record = DATA / "bw_3min.hea"
    own, oracle = best(lambda: read_recording(record)), best(lambda: wfdb.rdrecord(str(record.with_suffix(""))))
    return [
        ("EDF, 64 channels, 2048 Hz, 60 s: ours", f"{ours * 1000:.0f} ms", ""),
        ("the same: edfio, MNE", f"{theirs * 1000:.0f} ms, {another * 1000:.0f} ms", "peers"),
        ("WFDB 212, 2 channels, 3 min: ours, wfdb", f"{own * 1000:.1f} ms, {oracle * 1000:.1f} ms", "peer"),
    ]


def large() -> list[Row]:
    """A gigabyte of 64 channels: what it is with its picture, and the memory of a span."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.edf"
        head = EdfFile(labels=tuple(f"EMG {i}" for i in range(64)), units=(b"uV",) * 64, per_record=2048, n_records=1).header()
        part = np.random.default_rng(0).normal(0, 300, (16, 64 * 2048)).astype("<i2").tobytes()
        with path.open("wb") as stream:
            stream.write(head.replace(b"1       1       64  ", b"4096    1       64  "))
            for _ in range(256):
                stream.write(part)
        answer = best(lambda: str(sheet(look_over(path, audit_recording(path)).pictures[:12], "a", "b")))
        tracemalloc.start()
        span = sum(channel.samples.nbytes for channel in read_recording(path, start_s=2000, stop_s=2060).channels)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        size = path.stat().st_size
    return [
        (f"EDF of {size / 1e9:.2f} GB: header, bars and picture from end to end", f"{answer:.2f} s", "<= 1 s"),
        ("the most memory for 60 s of it, as a multiple of the samples read", f"{peak / span:.2f}", "<= 3"),
    ]


def command_s(path: Path) -> float:
    """Seconds of the processor of ``myognosis read``, start and all; the best of three."""
    times = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-m", "myognosis", "read", str(path)], check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(times)


def written_hours(folder: Path) -> dict[str, Path]:
    """An hour in every form whose length its header does not say."""
    import h5py
    from scipy.io import savemat

    rng, paths = np.random.default_rng(0), dict[str, Path]()
    for n, name in ((1, "text, 1 channel, 2 kHz"), (8, "text, 8 channels, 2 kHz")):
        cells = np.char.mod("%.2f", rng.normal(0, 30, (20_000, n))).tolist()
        paths[name] = folder / f"text{n}.txt"
        paths[name].write_text(("\n".join(map(",".join, cells)) + "\n") * 360)
        channels = [{"column": k + 1, "name": f"EMG {k + 1}", "unit": "uV"} for k in range(n)]
        for stem in (f"text{n}", *(("plain", "folded", "hdf") if n == 8 else ())):
            (folder / f"{stem}.layout.json").write_text(json.dumps({"rate_hz": 2000, "channels": channels}))
    paths["log of a phone, 3 axes, 100 Hz"] = folder / "log.csv"
    table = np.column_stack([np.arange(360_000) / 100 + rng.normal(0, 1e-4, 360_000), rng.normal(0, 1, (360_000, 3))])
    np.savetxt(folder / "log.csv", table, "%.9E", ",", header="Time (s),x (m/s^2),y (m/s^2),z (m/s^2)", comments="")
    data = rng.normal(0, 300, (7_200_000, 8)).astype(np.int16)
    for stem in ("plain", "folded"):
        paths[f"MATLAB 7, 8 channels, 2 kHz, {stem}"] = folder / f"{stem}.mat"
        savemat(folder / f"{stem}.mat", {"x": data}, do_compression=stem == "folded")
    paths["MATLAB 7.3, 8 channels, 2 kHz, compressed"] = folder / "hdf.mat"
    with h5py.File(folder / "hdf.mat", "w", userblock_size=512) as file:
        file.create_dataset("x", data=data.T, chunks=True, compression="gzip")
    with (folder / "hdf.mat").open("r+b") as stream:
        stream.write(b"MATLAB 7.3 MAT-file".ljust(512))
    return paths


def hours() -> list[Row]:
    """The whole command on an hour of each, beside what reading the bytes alone costs."""
    rows = list[Row]()
    with tempfile.TemporaryDirectory() as folder:
        for name, path in written_hours(Path(folder)).items():
            size, answer = path.stat().st_size / 1e6, command_s(path)
            rows.append((f"{name}, {size:.0f} MB: `myognosis read`", f"{answer:.2f} s, {size / answer:.0f} MB/s", "<= 1 s"))
            floor = f"the bytes {best(path.read_bytes):.2f} s"
            if path.name == "text1.txt":
                once = best(lambda path=path: np.fromstring(path.read_text(), sep=" "))  # type: ignore[misc]
                floor += f", np.fromstring {once:.2f} s, np.loadtxt {best(lambda path=path: np.loadtxt(path)):.2f} s"  # type: ignore[misc]
                floor += f", our whole reading {best(lambda path=path: read_recording(path)):.2f} s"  # type: ignore[misc]
            rows.append(("the same: floors", floor, ""))
    return rows


def tables() -> Tables:
    """All figures of the readers."""
    return NOTE, {
        "Faulty files": faults(),
        "Faulty EDF beside other readers": peers(),
        f"Random changes, {FUZZ_S:g} s a parser (`python tools/fuzz.py`)": random_changes(),
        "Speed": speed(),
        "An hour, processor time of the whole command": hours(),
        "Large files": large(),
    }

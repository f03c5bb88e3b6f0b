"""Readers: faulty files beside other readers, random changes, speed and memory of EDF and WFDB."""

import logging
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
    "of five; the peers run in the same process."
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


def tables() -> Tables:
    """All figures of the readers."""
    return NOTE, {
        "Faulty files": faults(),
        "Faulty EDF beside other readers": peers(),
        f"Random changes, {FUZZ_S:g} s a parser (`python tools/fuzz.py`)": random_changes(),
        "Speed": speed(),
        "Large files": large(),
    }

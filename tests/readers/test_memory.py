"""A span of a file larger than the memory costs no more than three times the span; the whole of a small file likewise."""

import struct
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from tests.readers.edf_bytes import EdfFile
from tests.readers.made import OTB_XML, cwa_bytes, tar_bytes, wav_bytes

from myognosis.faults import RecordingError
from myognosis.readers import read_recording
from myognosis.readers.clock import interpolate

LARGE = 400_000_000


def lengthen(path: Path, content: bytes) -> Path:
    """A file that goes on with zeros, which take no place on the disk."""
    path.write_bytes(content)
    with path.open("r+b") as stream:
        stream.truncate(LARGE)
    return path


def edf(folder: Path) -> Path:
    header = EdfFile(labels=("EMG", "EMG 2"), units=(b"uV", b"uV"), per_record=2000, n_records=1).header()
    n = (LARGE - len(header)) // 8000
    return lengthen(folder / "a.edf", header.replace(b"1       1       2   ", f"{n:<8}1       2   ".encode()))


def wfdb(folder: Path) -> Path:
    (folder / "a.hea").write_text(f"a 1 2000 {LARGE // 2}\na.dat 16 200/mV 12 0 0 0 0 EMG\n")
    lengthen(folder / "a.dat", b"")
    return folder / "a.hea"


def wav(folder: Path) -> Path:
    return lengthen(folder / "a.wav", wav_bytes(np.zeros(9, "<i2"), 8000, length=LARGE - 58))


def otb(folder: Path) -> Path:
    whole = bytearray(tar_bytes({"a.xml": OTB_XML.encode(), "a.sig": b""}))
    at = whole.index(b"a.sig")
    head = bytearray(whole[at : at + 512])
    head[124:136] = f"{LARGE - at - 512:011o}\0".encode()
    head[148:156] = b" " * 8
    head[148:156] = f"{sum(head):06o}\0 ".encode()
    return lengthen(folder / "a.otb+", bytes(whole[:at] + head))


@pytest.mark.parametrize("make", [edf, wfdb, wav, otb], ids=lambda make: make.__name__)
def test_a_span_costs_the_memory_of_the_span(make: Callable[[Path], Path], tmp_path: Path):
    path = make(tmp_path)
    tracemalloc.start()
    part = read_recording(path, units={"*": "1000 uV"}, start_s=1000, stop_s=1500)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    span = sum(channel.samples.nbytes for channel in part.channels)
    assert span >= 4_000_000
    assert peak <= 3 * span + 2_000_000


def matlab(folder: Path) -> Path:
    savemat = pytest.importorskip("scipy.io").savemat
    savemat(folder / "a.mat", {"x": np.random.default_rng(1).normal(0, 9, (600_000, 2)).astype(np.float32)})
    channels = '[{"column": 1, "name": "EMG 1", "unit": "uV"}, {"column": 2, "name": "EMG 2", "unit": "uV"}]'
    (folder / "a.layout.json").write_text(f'{{"rate_hz": 1000, "variable": "x", "channels": {channels}}}')
    return folder / "a.mat"


def test_the_whole_of_an_array_costs_no_more_than_three_times_its_file(tmp_path: Path):
    path = matlab(tmp_path)
    read_recording(path, stop_s=1)  # what is imported for it is no cost of the file
    tracemalloc.start()
    read_recording(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak <= 3 * path.stat().st_size


def test_what_is_brought_onto_an_even_clock_needs_no_copies_of_the_whole():
    times = np.arange(2_000_000) / 100 + np.random.default_rng(1).uniform(0, 0.002, 2_000_000)
    even = np.arange(2_000_000) / 100
    tracemalloc.start()
    interpolate(times, times, even, 1.0)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak <= 3 * times.nbytes


def test_a_log_of_a_night_is_read_in_parts(tmp_path: Path):
    path = tmp_path / "a.cwa"
    path.write_bytes(cwa_bytes(3000))
    assert struct.unpack("<H", path.read_bytes()[2:4]) == (1020,)
    read_recording(path, start_s=0, stop_s=1)  # what is learnt of the blocks is remembered
    tracemalloc.start()
    part = read_recording(path, start_s=600, stop_s=660)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(part.channels[0].samples) == 6000
    assert peak < 3_000_000


def test_a_few_samples_far_apart_do_not_fill_the_memory(tmp_path: Path):
    path = tmp_path / "a.csv"
    lines = [f"{n / 100},1" for n in range(100)] + [f"{20_000 + n / 100},1" for n in range(100)]
    path.write_text("Time (s),x (m/s^2)\n" + "\n".join(lines) + "\n")
    tracemalloc.start()
    with pytest.raises(RecordingError, match="cannot be times"):
        read_recording(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5_000_000

"""Text with a described layout: the description decides, and what it leaves open is asked."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.readers.made import DATA, described, rows, shake, times

from myognosis.faults import RecordingError
from myognosis.readers import read_recording

CHANNEL = {"column": 2, "name": "ax", "unit": "m/s2"}


def test_raw_counts_are_asked_about_and_then_read():
    path = DATA / "bitalino_start.txt"
    with pytest.raises(RecordingError, match="--unit 'EMG=uV'"):
        read_recording(path)
    channel = read_recording(path, units={"EMG": "0.5 uV"}).channels[0]
    assert (channel.kind, channel.rate_hz, channel.samples[0]) == ("emg", 1000.0, 2055 / 2)


def test_scale_zero_place_and_kind_are_as_described(tmp_path: Path):
    channel = {"column": 1, "name": "a", "unit": "mV", "scale": 0.1, "zero": 10, "kind": "emg", "place_mm": [8.0, 16.0]}
    path = described(tmp_path / "a.txt", b"head\n11;0\n12;0\n8;0\n", {"rate_hz": 500, "header_rows": 1, "channels": [channel]})
    read = read_recording(path).channels[0]
    assert read.samples.tolist() == pytest.approx([100.0, 200.0, -200.0], rel=1e-6)
    assert (read.kind, read.rate_hz, read.place_mm) == ("emg", 500.0, (8.0, 16.0))


@pytest.mark.parametrize(("delimiter", "comma"), [(",", False), (";", True), ("\t", True), (" ", False)])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_every_manner_of_writing_a_table_gives_the_same(tmp_path: Path, delimiter: str, comma: bool, ends: str):
    t = times()
    text = rows(t, shake(t), delimiter=delimiter, comma=comma).replace("\n", ends)
    layout = {"time": {"column": 1, "unit": "s"}, "decimal": "," if comma else ".", "channels": [CHANNEL]}
    channel = read_recording(described(tmp_path / "a.csv", text.encode(), layout)).channels[0]
    assert channel.rate_hz == pytest.approx(100, rel=1e-6)
    assert np.allclose(channel.samples, shake(t), atol=1e-5)


def test_without_a_rate_it_is_asked_for_and_can_be_told(tmp_path: Path):
    path = described(tmp_path / "a.txt", b"1\n2\n3\n", {"channels": [{"column": 1, "name": "EMG", "unit": "uV"}]})
    with pytest.raises(RecordingError, match="--rate"):
        read_recording(path)
    assert read_recording(path, rate_hz=1000).channels[0].rate_hz == 1000


@given(st.lists(st.floats(-1e6, 1e6, width=32), min_size=2, max_size=30), st.sampled_from([";", "\t", ","]))
def test_numbers_come_back_as_they_were_written(tmp_path_factory: pytest.TempPathFactory, values: list[float], delimiter: str):
    text = "\n".join(f"x{delimiter}{value!r}" for value in values)
    path = tmp_path_factory.mktemp("text") / "a.csv"
    layout = {"rate_hz": 100, "delimiter": delimiter, "channels": [{"column": 2, "name": "EMG", "unit": "uV"}]}
    described(path, text.replace("x", "0").encode(), layout)
    assert read_recording(path).channels[0].samples.tolist() == np.float32(values).tolist()


@pytest.mark.parametrize(
    "layout",
    [
        {}, {"channels": []}, {"channels": [CHANNEL | {"column": 0}]}, {"channels": [CHANNEL | {"unit": ""}]}, [], 7, "x",
        {"channels": [CHANNEL], "rate_hz": -1}, {"channels": [CHANNEL], "rate_hz": "fast"}, {"channels": [CHANNEL], "rat": 7},
        {"channels": [CHANNEL, CHANNEL], "rate_hz": 100}, {"channels": [CHANNEL | {"column": 9}], "rate_hz": 100},
    ],
)  # fmt: skip
def test_a_faulty_description_is_refused_with_its_field(tmp_path: Path, layout: object):
    with pytest.raises(RecordingError) as caught:
        read_recording(described(tmp_path / "a.csv", b"1,2\n3,4\n5,6\n", layout))
    assert all(str(issue.fix) and issue.where for issue in caught.value.issues)

"""NPZ of a simulation: nothing is unpickled, and arrays that do not describe themselves are refused."""

from pathlib import Path

import numpy as np
import pytest
from tests.readers.made import npz

from myognosis.faults import RecordingError
from myognosis.readers import read_recording
from myognosis.readers.formats import npz as formats_npz
from myognosis.testing import reader_contract


def test_places_and_marks_are_read(tmp_path: Path):
    read = read_recording(npz(tmp_path))
    assert [(c.name, c.kind, c.unit, c.rate_hz, len(c.samples)) for c in read.channels] == [
        ("EMG", "emg", "uV", 1000.0, 3000),
        ("Force", "force", "N", 100.0, 300),
    ]
    assert read.channels[0].place_mm == (0.0, 8.0)
    assert [mark.text for mark in read.annotations] == ["epoch rest"]


@pytest.mark.parametrize(
    "other",
    [
        {"channels": np.array("not JSON")},
        {"channels": np.array('[{"name": "EMG"}]')},
        {"channels": np.array([{"name": "EMG"}], dtype=object)},
        {"channels": None},
        {"signal_1000": None},
        {"signal_1000": np.zeros(3000)},
        {"signal_1000": np.array([["text"]])},
    ],
)
def test_arrays_that_do_not_describe_their_channels_are_refused(other: dict, tmp_path: Path):
    with pytest.raises(RecordingError):
        read_recording(npz(tmp_path, **other))


def test_a_unit_that_nobody_knows_is_asked_for(tmp_path: Path):
    rows = '[{"name": "EMG", "unit": "furlong", "rate_hz": 1000, "place_mm": null}, {"name": "F", "unit": "N", "rate_hz": 100}]'
    read = read_recording(npz(tmp_path, channels=np.array(rows)))
    assert [channel.name for channel in read.channels] == ["F"]
    assert [issue.code for issue in read.issues] == ["recording.unit"]


def test_a_file_cut_short_is_refused(tmp_path: Path):
    path = npz(tmp_path)
    path.write_bytes(path.read_bytes()[:700])
    with pytest.raises(RecordingError):
        read_recording(path)


def test_large_arrays_are_read_from_the_disk_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = npz(tmp_path)
    whole = read_recording(path)
    monkeypatch.setattr(formats_npz, "_LARGE_BYTES", 0)
    formats_npz._read.cache_clear()
    reader_contract(formats_npz.NpzReader(), path)
    assert isinstance(formats_npz._traces_of(path)[0][0].samples, np.memmap)
    for one, other in zip(whole.channels, read_recording(path).channels, strict=True):
        assert np.array_equal(one.samples, other.samples)


@pytest.mark.parametrize("other", [{"signal_1000": np.array([[None]])}, {"signal_1000": np.array([["text"]])}])
def test_no_object_is_unpickled_from_the_disk_either(other: dict, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(formats_npz, "_LARGE_BYTES", 0)
    with pytest.raises(RecordingError):
        read_recording(npz(tmp_path, **other))

"""MATLAB: exports of OTBiolab with the places of their electrodes, and arrays that are described beside the file."""

from pathlib import Path

import numpy as np
import pytest
from tests.readers.made import otbiolab

from myognosis.faults import RecordingError
from myognosis.readers import read_recording

io = pytest.importorskip("scipy.io")


def describe(path: Path, layout: str) -> Path:
    path.with_name(f"{path.stem}.layout.json").write_text(layout)
    return path


ONE = '{"rate_hz": 2000, "variable": "emg", "channels": [{"column": 2, "name": "EMG TA", "unit": "mV"}]}'


def test_an_export_of_a_grid_has_places_units_and_no_results_of_others(tmp_path: Path):
    recording = read_recording(otbiolab(tmp_path))
    emg, force = recording.of_kind("emg"), recording.of_kind("force")
    assert len(emg) == 64
    assert (emg[0].place_mm, emg[63].place_mm, force[0].unit, force[0].place_mm) == ((8.0, 0.0), (96.0, 32.0), "N", None)
    assert len({channel.place_mm for channel in emg}) == 64
    assert "recording.matlab.results" in {issue.code for issue in recording.issues}


@pytest.mark.parametrize("turned", [False, True])
def test_a_described_array_is_read_whichever_way_it_lies(tmp_path: Path, turned: bool):
    data = np.random.default_rng(2).normal(0, 0.1, (300, 3))
    io.savemat(tmp_path / "a.mat", {"emg": data.T if turned else data, "other": np.eye(2)})
    channel = read_recording(describe(tmp_path / "a.mat", ONE)).channels[0]
    assert np.allclose(channel.samples, data[:, 1] * 1000, rtol=1e-5)
    assert channel.rate_hz == 2000


def test_version_7_3_is_read_alike(tmp_path: Path):
    h5py = pytest.importorskip("h5py")
    data = np.random.default_rng(2).normal(0, 0.1, (300, 3))
    with h5py.File(tmp_path / "a.mat", "w", userblock_size=512) as file:
        file["emg"] = data.T
    with (tmp_path / "a.mat").open("r+b") as stream:
        stream.write(b"MATLAB 7.3 MAT-file".ljust(512))
    channel = read_recording(describe(tmp_path / "a.mat", ONE)).channels[0]
    assert np.allclose(channel.samples, data[:, 1] * 1000, rtol=1e-5)


def test_an_array_without_a_description_is_asked_about(tmp_path: Path):
    io.savemat(tmp_path / "a.mat", {"emg": np.zeros((10, 2))})
    with pytest.raises(RecordingError, match=r"a\.layout\.json"):
        read_recording(tmp_path / "a.mat")


def test_a_bomb_is_refused_before_it_is_unfolded(tmp_path: Path):
    io.savemat(tmp_path / "bomb.mat", {"emg": np.zeros((4_000_000, 1))}, do_compression=True)
    with pytest.raises(RecordingError, match="unfold"):
        read_recording(describe(tmp_path / "bomb.mat", ONE))


@pytest.mark.parametrize(
    "change", [{"Data": np.zeros((5, 5))}, {"Description": np.zeros(3)}, {"SamplingFrequency": np.zeros((0, 0))}]
)
def test_an_export_that_contradicts_itself_is_refused(tmp_path: Path, change: dict[str, object]):
    with pytest.raises(RecordingError):
        read_recording(otbiolab(tmp_path, **change))

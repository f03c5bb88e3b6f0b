"""MATLAB: exports of OTBiolab with the places of their electrodes, and arrays that are described beside the file."""

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.readers.made import otbiolab

from myognosis.faults import RecordingError
from myognosis.readers import read_recording
from myognosis.readers.formats import matlab_arrays

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


def test_a_name_in_version_7_3_that_is_no_utf8_is_told_as_it_stands(tmp_path: Path):
    h5py = pytest.importorskip("h5py")
    with h5py.File(tmp_path / "a.mat", "w", userblock_size=512) as file:
        file.create_dataset(b"\xecus", data=np.zeros((3, 30)))
    with (tmp_path / "a.mat").open("r+b") as stream:
        stream.write(b"MATLAB 7.3 MAT-file".ljust(512))
    with pytest.raises(RecordingError) as refused:
        read_recording(describe(tmp_path / "a.mat", ONE))
    assert "ìus" in str(refused.value.issues[0].what.params["names"])


@pytest.mark.parametrize("how", ["mapped", "folded", "hdf"])
@pytest.mark.parametrize("turned", [False, True])
def test_a_large_array_is_read_in_parts_as_whole(tmp_path: Path, how: str, turned: bool, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(matlab_arrays, "_LARGE_BYTES", 100)
    data = np.random.default_rng(2).integers(-900, 900, (300, 3)).astype("i2")
    kept = data.T if turned else data
    if how == "hdf":
        h5py = pytest.importorskip("h5py")
        with h5py.File(tmp_path / "a.mat", "w", userblock_size=512) as file:
            file.create_dataset("emg", data=kept.T, chunks=(2, 2), compression="gzip")
        with (tmp_path / "a.mat").open("r+b") as stream:
            stream.write(b"MATLAB 7.3 MAT-file".ljust(512))
    else:
        words = {"emg": kept, "note": "a word", "cells": np.array([1, "a"], object)}
        io.savemat(tmp_path / "a.mat", words, do_compression=how == "folded")
    path = describe(tmp_path / "a.mat", ONE)
    whole = read_recording(path).channels[0].samples
    assert whole.tolist() == (data[:, 1] * 1000.0).tolist()
    assert np.array_equal(read_recording(path, start_s=0.05, stop_s=0.1).channels[0].samples, whole[100:200])


NUMBERS = st.sampled_from(["i1", "u1", "i2", "u2", "i4", "u4", "f4", "f8", "i8", "u8", "?"])


@given(NUMBERS, st.integers(0, 4), st.integers(0, 4), st.text("abc_1", min_size=1, max_size=9), st.booleans())
@settings(max_examples=25)
def test_an_array_is_parsed_as_scipy_parses_it(kind: str, rows: int, columns: int, name: str, folded: bool):
    data = np.arange(rows * columns).reshape(rows, columns).astype(kind)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.mat"
        io.savemat(path, {"a" + name: data}, do_compression=folded)
        ours, theirs = matlab_arrays.read_arrays(path, path.stat().st_size), io.loadmat(path)
    assert np.array_equal(ours["a" + name], theirs["a" + name])
    assert ours["a" + name].shape == theirs["a" + name].shape


WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=5)


@settings(max_examples=20)
@given(st.lists(WORDS, min_size=1, max_size=4), st.booleans())
def test_words_and_cells_are_parsed_as_scipy_parses_them(words: list[str], folded: bool):
    cells = np.empty((len(words), 2), object)
    cells[:, 0], cells[:, 1] = words, [np.arange(3.0)] * len(words)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.mat"
        io.savemat(path, {"cells": cells, "one": words[0], "known": {"a": 1}}, do_compression=folded)
        ours, theirs = matlab_arrays.read_arrays(path, path.stat().st_size), io.loadmat(path)
    assert set(ours) == {"cells", "one"}  # a structure is no recording
    assert "".join(ours["one"]).rstrip() == "".join(theirs["one"]).rstrip()
    for one, other in zip(ours["cells"].ravel(), theirs["cells"].ravel(), strict=True):
        assert np.array_equal(one, other) or "".join(one).rstrip() == "".join(other).rstrip()


def test_a_damaged_array_is_refused_where_another_parser_ends_the_program(tmp_path: Path):
    io.savemat(tmp_path / "a.mat", {"emg": np.zeros((10, 2)), "note": "a word", "cells": np.array([1, "a"], object)})
    sound, rng = (tmp_path / "a.mat").read_bytes(), np.random.default_rng(7)
    for _ in range(60):
        broken = bytearray(sound)
        for at in rng.integers(128, len(sound), 3):
            broken[at] = rng.integers(256)
        try:
            arrays = matlab_arrays.read_arrays(describe(put(tmp_path, broken), ONE), len(broken))
        except (RecordingError, ValueError):
            continue
        assert all(isinstance(array, np.ndarray) for array in arrays.values())


def put(folder: Path, content: bytearray) -> Path:
    (folder / "b.mat").write_bytes(content)
    return folder / "b.mat"


def test_an_array_without_a_description_is_asked_about(tmp_path: Path):
    io.savemat(tmp_path / "a.mat", {"emg": np.zeros((10, 2))})
    with pytest.raises(RecordingError, match=r"a\.layout\.json"):
        read_recording(tmp_path / "a.mat")


def test_a_bomb_is_refused_before_it_is_unfolded(tmp_path: Path):
    io.savemat(tmp_path / "bomb.mat", {"emg": np.zeros((4_000_000, 1))}, do_compression=True)
    with pytest.raises(RecordingError, match="unfold"):
        read_recording(describe(tmp_path / "bomb.mat", ONE))


def test_a_small_array_behind_a_large_one_is_no_bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("myognosis.readers.archive.SMALL_BYTES", 1000)
    data = np.random.default_rng(3).normal(0, 1, (9000, 3))
    io.savemat(tmp_path / "a.mat", {"emg": data, "small": np.zeros((3, 3))}, do_compression=True)
    assert len(read_recording(describe(tmp_path / "a.mat", ONE)).channels[0].samples) == 9000


@pytest.mark.parametrize(
    "change", [{"Data": np.zeros((5, 5))}, {"Description": np.zeros(3)}, {"SamplingFrequency": np.zeros((0, 0))}]
)
def test_an_export_that_contradicts_itself_is_refused(tmp_path: Path, change: dict[str, object]):
    with pytest.raises(RecordingError):
        read_recording(otbiolab(tmp_path, **change))

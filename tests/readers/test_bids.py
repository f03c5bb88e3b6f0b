"""Side files of BIDS complete a header and are held against it; the four published examples and their faults."""

import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from tests.readers.edf_bytes import EdfFile
from tests.readers.made import DATA

from myognosis.faults import RecordingError
from myognosis.model.recording import Recording
from myognosis.readers import bids, read_recording

STEM = "sub-01_task-rest"


def tree(folder: Path, *, channels: str = "", electrodes: str = "", said: object = None, units: str = "mm", **edf: object) -> Path:
    """A dataset of one recording of two channels."""
    emg = folder / "sub-01" / "emg"
    emg.mkdir(parents=True, exist_ok=True)
    (folder / "dataset_description.json").write_text("{}")
    (emg / f"{STEM}_emg.edf").write_bytes(EdfFile(**edf).to_bytes())  # type: ignore[arg-type]
    if channels:
        (emg / f"{STEM}_channels.tsv").write_text(channels)
    if electrodes:
        (emg / "sub-01_electrodes.tsv").write_text(electrodes)
        (emg / "sub-01_space-grid_coordsystem.json").write_text(json.dumps({"EMGCoordinateUnits": units}))
    if said is not None:
        (folder / "task-rest_emg.json").write_text(said if isinstance(said, str) else json.dumps(said))
    return emg / f"{STEM}_emg.edf"


def codes(recording: Recording) -> set[str]:
    return {issue.code.removeprefix("recording.bids.") for issue in recording.issues if ".bids." in issue.code}


CHANNELS = "name\ttype\tunits\tsignal_electrode\nEMG TA\tEMG\tuV\tE1\nEEG Cz\tEMG\tuV\tE2\n"


def test_a_side_file_gives_kind_unit_and_place(tmp_path: Path):
    electrodes = "name\tx\ty\tcoordinate_system\nE1\t0\t0\tgrid\nE2\t0\t0.8\tgrid\n"
    recording = read_recording(tree(tmp_path, channels=CHANNELS, electrodes=electrodes, units="cm"))
    assert [(c.name, c.kind, c.unit, c.place_mm) for c in recording.channels] == [
        ("EMG TA", "emg", "uV", (0.0, 0.0)), ("EEG Cz", "emg", "uV", (0.0, 8.0)),
    ]  # fmt: skip
    assert not codes(recording)


def test_a_unit_that_the_header_lacks_is_taken_from_beside(tmp_path: Path):
    path = tree(tmp_path, channels=CHANNELS)
    path.write_bytes(EdfFile(units=(b"", b"")).to_bytes())
    assert np.allclose(read_recording(path).channels[0].samples, EdfFile().samples()[0] * 0.1, atol=1e-3)


CONTRADICTED = {
    "unit": {"channels": CHANNELS.replace("uV", "V")},
    "rate": {"said": {"SamplingFrequency": 2000}},
    "seconds": {"said": {"RecordingDuration": 3.0}},
    "channels": {"channels": "name\ttype\tunits\nEMG\tEMG\tuV\n"},
    "names": {"channels": CHANNELS.replace("EMG TA", "left").replace("EEG Cz", "right")},
    "bad": {"channels": "name\ttype\tunits\tstatus\nEMG TA\tEMG\tuV\tbad\nEEG Cz\tEEG\tuV\tgood\n"},
    "electrodes": {"channels": CHANNELS, "electrodes": "name\tx\ty\tcoordinate_system\nE1\t0\t0\tgrid\n"},
    "json": {"said": "{no json"},
    "tsv": {"channels": "nam\ttype\nEMG TA\tEMG\n"},
}


@pytest.mark.parametrize("code", CONTRADICTED)
def test_what_contradicts_the_header_is_named_and_the_header_stays(tmp_path: Path, code: str):
    recording = read_recording(tree(tmp_path, **CONTRADICTED[code]))  # type: ignore[arg-type]
    assert code in codes(recording)
    assert np.allclose(recording.channels[0].samples, EdfFile().samples()[0] * 0.1, atol=1e-3)
    assert recording.channels[0].rate_hz == 200


def test_grids_of_two_groups_are_never_neighbours(tmp_path: Path):
    channels = "name\ttype\tunits\tsignal_electrode\tgroup\nEMG TA\tEMG\tuV\tE1\tA\nEEG Cz\tEMG\tuV\tE1\tB\n"
    electrodes = "name\tx\ty\tcoordinate_system\tgroup\nE1\t0\t0\tgrid\tA\nE1\t0\t0\tgrid\tB\n"
    first, second = read_recording(tree(tmp_path, channels=channels, electrodes=electrodes)).channels
    assert first.place_mm is not None
    assert second.place_mm is not None
    assert np.hypot(*np.subtract(first.place_mm, second.place_mm)) >= 1000


def test_the_published_tree_with_a_shifted_header_is_read_with_its_names(tmp_path: Path):
    names = ["L_neck_emg", "R_neck_emg", *(f"{s}_leg_emg_{m}" for s in "LR" for m in ("tib", "sol", "gas", "per"))]
    path = tree(tmp_path, channels="name\ttype\tunits\n" + "".join(f"{name}\tEMG\tmicroV\n" for name in names))
    shutil.copy(DATA / "shifted_header.edf", path)
    recording = read_recording(path)
    assert [channel.name for channel in recording.channels] == names
    assert {"recording.edf.shift", "recording.bids.names"} <= {issue.code for issue in recording.issues}


def test_a_file_that_is_not_named_as_bids_is_left_alone(tmp_path: Path):
    path = tree(tmp_path, channels="name\ttype\nx\tEMG\n")
    shutil.copy(path, tmp_path / "plain.edf")
    assert not codes(read_recording(tmp_path / "plain.edf"))
    with pytest.raises(RecordingError):
        read_recording(tmp_path / "absent_emg.edf")


def test_a_folder_of_many_recordings_is_looked_through_once_and_again_when_it_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = tree(tmp_path, channels=CHANNELS)
    looked: list[str] = []
    scandir = bids.os.scandir
    monkeypatch.setattr(bids.os, "scandir", lambda folder: looked.append(Path(folder).name) or scandir(folder))
    os.utime(path.parent, ns=(0, 1_700_000_000_000_000_000))
    assert len(bids.side_files(path)) == len(bids.side_files(path)) == 1
    assert looked.count("emg") == 1
    (path.parent / "sub-01_electrodes.tsv").write_text("name\tx\ty\n")
    for _ in range(2):  # a folder that was changed just now may be changed again
        assert len(bids.side_files(path)) == 2
    assert looked.count("emg") == 3

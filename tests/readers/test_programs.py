"""What programs of EMG devices and of phones write is read as they mean it: each clock by itself, counts as what they measure."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from tests.readers import made_programs as made
from tests.readers.made import zip_bytes

from myognosis.faults import Level, RecordingError
from myognosis.model.recording import Recording
from myognosis.readers import read_recording
from myognosis.readers.base import Source
from myognosis.readers.formats.eeglab import EeglabReader
from myognosis.readers.formats.plain import DescribedTextReader
from myognosis.readers.formats.sensorlog import SensorLogReader
from myognosis.readers.formats.trigno import TrignoReader
from myognosis.readers.scrub import scrub
from myognosis.testing import reader_contract


def put(folder: Path, name: str, content: str) -> Path:
    (folder / name).write_text(content, "utf-8")
    return folder / name


def told(recording: Recording) -> set[str]:
    """The codes of what is more than a note."""
    return {issue.code.removeprefix("recording.") for issue in recording.issues if issue.level is not Level.NOTE}


@pytest.mark.parametrize(
    "content", [made.discover(), made.emgworks(), made.emgworks(delimiter=";", comma=True)], ids=["D", "W", "W;"]
)
def test_each_sensor_of_a_trigno_keeps_its_own_clock(tmp_path: Path, content: str):
    path = put(tmp_path, "trial.csv", content)
    recording = read_recording(path)
    emg, acceleration = recording.channels
    assert (emg.kind, emg.unit, emg.rate_hz) == ("emg", "uV", pytest.approx(2000, rel=1e-4))
    assert (acceleration.kind, acceleration.unit, acceleration.rate_hz) == ("accelerometer", "m/s2", pytest.approx(200, rel=1e-4))
    assert np.allclose(emg.samples, made.EMG, atol=0.01)
    assert np.allclose(acceleration.samples, made.SHAKE * 9.80665, atol=1e-3)
    assert not told(recording)
    reader_contract(TrignoReader(), path)


def test_the_sensor_of_trigno_discover_stands_in_the_name(tmp_path: Path):
    recording = read_recording(put(tmp_path, "a.csv", made.discover()))
    assert [channel.name for channel in recording.channels] == ["L Biceps EMG 1", "L Biceps ACC X"]


def test_marks_to_the_right_of_a_trigno_table_are_no_samples(tmp_path: Path):
    rows = [
        f"{row},Type,Kovalenko" if n < 3 else row
        for n, row in enumerate(made.paired((2000.0, made.EMG / 1000), (200.0, made.SHAKE)))
    ]
    recording = read_recording(put(tmp_path, "a.csv", made.discover(rows=rows)))
    assert np.allclose(recording.channels[0].samples, made.EMG, atol=0.01)
    assert not told(recording)


def test_counts_of_a_bitalino_are_the_microvolts_of_its_data_sheet(tmp_path: Path):
    path = put(tmp_path, "opensignals.txt", made.opensignals())
    (emg,) = read_recording(path).channels
    assert (emg.name, emg.kind, emg.unit, emg.rate_hz) == ("EMGBITREV A1", "emg", "uV", 1000.0)
    counts = (40 * np.sin(2 * np.pi * 80 * np.arange(3000) / 1000)).round()
    assert np.allclose(emg.samples, counts / 1024 * 3.3 / 1009 * 1e6, rtol=1e-4)
    reader_contract(DescribedTextReader(), path)


def test_a_sensor_that_opensignals_does_not_name_is_asked_about(tmp_path: Path):
    path = put(tmp_path, "opensignals.txt", made.opensignals(sensor=["RAW"]))
    with pytest.raises(RecordingError, match="--unit"):
        read_recording(path)
    (emg,) = read_recording(path, units={"A1": "3.2 uV"}).channels
    assert abs(float(emg.samples.mean())) < 1


def test_lost_samples_of_a_radio_are_noticed_by_their_count(tmp_path: Path):
    counted = np.arange(3000)
    counted[1500:] += 3
    recording = read_recording(put(tmp_path, "a.txt", made.opensignals(sequence=counted % 16)))
    (lost,) = [issue for issue in recording.issues if issue.code == "recording.sequence"]
    assert lost.what.params["n"] == "3"


def test_a_shimmer_with_its_line_of_units_is_read(tmp_path: Path):
    for delimiter in ("\t", ","):
        path = put(tmp_path, "shimmer.csv", made.shimmer(delimiter=delimiter))
        recording = read_recording(path)
        assert [(c.name, c.kind, c.unit) for c in recording.channels] == [
            ("Shimmer_40AC_Accel_LN_X_CAL", "accelerometer", "m/s2"), ("Shimmer_40AC_EMG_CH1_24BIT_CAL", "emg", "uV"),
        ]  # fmt: skip
        assert recording.channels[0].rate_hz == pytest.approx(512, rel=1e-4)
        assert not told(recording)
    reader_contract(SensorLogReader(), path)


def test_sensor_logger_is_read_in_the_units_that_its_makers_state(tmp_path: Path):
    path = put(tmp_path, "log.json", made.logger_json())
    recording = read_recording(path)
    assert [(c.name, c.unit) for c in recording.channels] == [
        ("Accelerometer x", "m/s2"), ("Accelerometer y", "m/s2"), ("Accelerometer z", "m/s2"), ("Gyroscope x", "deg/s"),
    ]  # fmt: skip
    assert np.allclose(recording.channels[0].samples, made.SHAKE, atol=1e-4)
    assert np.allclose(recording.channels[3].samples, np.rad2deg(made.SHAKE / 2), atol=1e-3)
    assert "recording.unit.logger" in {issue.code for issue in recording.issues}


def test_the_zip_of_sensor_logger_is_read_and_what_is_no_movement_is_passed_over(tmp_path: Path):
    rows = "".join(f"{n * 10_000_000},{n / 100},{np.sin(n / 3):.5f},0.1,0.2\n" for n in range(500))
    log = f"time,seconds_elapsed,z,y,x\n{rows}".encode()
    box = {"Accelerometer.csv": log, "Orientation.csv": log.replace(b"z,y,x", b"yaw,roll,qx"), "WristMotion.csv": log,
           "Metadata.csv": b"version,device name\n3,phone\n"}  # fmt: skip
    (tmp_path / "2026-01-02.zip").write_bytes(
        zip_bytes(box | {"WristMotion.csv": log.replace(b"z,y,x", b"accelerationX,b,rotationRateX")})
    )
    recording = read_recording(tmp_path / "2026-01-02.zip")
    names = [channel.name for channel in recording.channels]
    assert names == ["Accelerometer z", "Accelerometer y", "Accelerometer x", "WristMotion rotationRateX"]
    asked = [issue for issue in recording.issues if issue.level is Level.REFUSE]
    assert any("WristMotion accelerationX" in str(issue.where) for issue in asked), "g or m/s2 hangs on a setting"
    assert not any("Orientation" in str(issue.where) for issue in recording.issues)


def test_a_text_of_noraxon_is_read_by_its_own_seconds(tmp_path: Path):
    rows = "\n".join(f"{n / 1500:.6f},,,{value:.3f},0" for n, value in enumerate(made.EMG))
    recording = read_recording(put(tmp_path, "trial.csv", f"time,Activity,Marker,LT TIB.ANT. (uV),Switch (On)\n{rows}\n"))
    assert [(c.name, c.kind, c.unit, round(c.rate_hz)) for c in recording.channels] == [("LT TIB.ANT.", "emg", "uV", 1500)]
    assert np.allclose(recording.channels[0].samples, made.EMG, atol=0.3)  # its clock is rounded to microseconds
    assert "recording.clock.toolbox" in {issue.code for issue in recording.issues}
    assert not told(recording)


def test_a_log_whose_columns_stand_apart_by_blanks_is_read(tmp_path: Path):
    rows = "\n".join(f"{0.1 * np.sin(n):.4f}  0.2 9.8   {n * 10}" for n in range(300))
    path = put(tmp_path, "log.txt", f"X Y Z time\n{rows}\n")
    recording = read_recording(path, units={"*": "m/s2", "time": "ms"})
    assert [(c.name, c.rate_hz) for c in recording.channels] == [("X", 100.0), ("Y", 100.0), ("Z", 100.0)]


def test_columns_of_words_beside_numbers_do_not_spoil_a_log(tmp_path: Path):
    """SensorLog of an iPhone and a watch has a time of day and names beside its numbers."""
    rows = "\n".join(f"2026-01-02 10:00:{n / 100:06.3f} +0200,{n},{np.sin(n / 3):.5f},my watch,walking" for n in range(1, 900))
    heads = "loggingTime(txt),loggingSample(N),accelerometerAccelerationX(G),deviceID(txt),activity(txt)\n"
    recording = read_recording(put(tmp_path, "log.csv", heads + rows))
    assert [(c.name, c.unit) for c in recording.channels] == [("accelerometerAccelerationX", "m/s2")]
    assert recording.channels[0].rate_hz == pytest.approx(100, rel=1e-3)


@pytest.mark.parametrize("make", [made.eeglab, made.eeglab_hdf])
@pytest.mark.parametrize("flat", [False, True])
@pytest.mark.parametrize("apart", [False, True])
def test_a_dataset_of_eeglab_is_read_where_its_unit_is_told(tmp_path: Path, flat: bool, apart: bool, make: Callable[..., Path]):
    pytest.importorskip("scipy")
    pytest.importorskip("h5py")
    path = make(tmp_path, apart=apart, flat=flat)
    with pytest.raises(RecordingError, match="--unit"):
        read_recording(path)
    recording = read_recording(path, units={"*": "uV"})
    assert [(c.name, c.kind, c.rate_hz) for c in recording.channels] == [("EMG TA", "emg", 2000.0), ("EEG Cz", "eeg", 2000.0)]
    assert np.allclose(recording.channels[0].samples, made.EMG, atol=1e-3)
    assert [(one.start_s, one.text) for one in recording.annotations] == [(0.0, "start"), (1.0, "stim 1")]
    assert not told(recording)
    reader_contract(EeglabReader(), path, {"*": "uV"})
    assert EeglabReader().companions(path) == ((tmp_path / "set.fdt",) if apart else ())
    assert EeglabReader().audit(Source(path, {"*": "uV"})).n_samples == 8000


@pytest.mark.parametrize("make", [made.eeglab, made.eeglab_hdf])
def test_a_copy_of_a_dataset_of_eeglab_names_nobody(tmp_path: Path, make: Callable[..., Path]):
    pytest.importorskip("scipy")
    pytest.importorskip("h5py")
    path = make(tmp_path, setname="Kovalenko Olena", comments="Seen by Kovalenko", subject="Kovalenko")
    assert scrub(path)
    raw = path.read_bytes()
    assert b"Kovalenko" not in raw
    assert "Kovalenko".encode("utf-16-le") not in raw
    recording = read_recording(path, units={"*": "uV"})
    assert [(one.start_s, one.text) for one in recording.annotations] == [(0.0, "start"), (1.0, "stim 1")]
    assert np.allclose(recording.channels[0].samples, made.EMG, atol=1e-3)


def test_a_dataset_of_matlab_7_3_with_no_rate_or_a_lost_end_is_refused(tmp_path: Path):
    pytest.importorskip("h5py")
    with pytest.raises(RecordingError, match="without srate"):
        read_recording(made.eeglab_hdf(tmp_path, srate=None))
    path = made.eeglab_hdf(tmp_path)
    path.write_bytes(path.read_bytes()[:3000])
    with pytest.raises(RecordingError, match="damaged"):
        read_recording(path)


def test_a_log_of_words_about_the_phone_is_not_its_json(tmp_path: Path):
    path = put(tmp_path, "log.json", json.dumps([{"sensor": "Metadata", "platform": "ios"}]))
    with pytest.raises(RecordingError, match="no readings"):
        read_recording(path)

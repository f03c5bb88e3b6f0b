"""Logs of phones: every dialect gives the same signal, a jittered clock is evened, an unknown unit is asked about."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.readers.made import phyphox_zip, zip_bytes

from myognosis.faults import Level, RecordingError
from myognosis.readers import read_recording

RATE, SECONDS = 100.0, 20.0


def truth(t: np.ndarray) -> np.ndarray:
    return 9.81 + 0.5 * np.sin(2 * np.pi * 5.3 * t)


def times(jitter: float = 0.0) -> np.ndarray:
    t = np.arange(int(RATE * SECONDS)) / RATE
    return t + np.random.default_rng(1).uniform(-jitter, jitter, len(t)) / RATE


def write(path: Path, headings: str, columns: list[np.ndarray], *, delimiter: str = ",", comma: bool = False) -> Path:
    rows = [delimiter.join(f"{value:.9f}" for value in row) for row in zip(*columns, strict=True)]
    text = "\n".join(rows)
    path.write_text(headings + "\n" + (text.replace(".", ",") if comma else text) + "\n", "utf-8")
    return path


DIALECTS = {
    "phyphox": ('"Time (s)","Acceleration x (m/s^2)"', ",", False, 1.0, 1.0),
    "phyphox with decimal commas": ('"Time (s)";"Acceleration x (m/s²)"', ";", True, 1.0, 1.0),
    "phyphox with tabs": ("Time (s)\tAcceleration x (m/s^2)", "\t", True, 1.0, 1.0),
    "Physics Toolbox": ("time (s),gFx", ",", False, 1.0, 1 / 9.80665),
    "milliseconds and g": ("timestamp [ms];x [g]", ";", False, 1000.0, 1 / 9.80665),
}


@pytest.mark.parametrize("name", DIALECTS)
def test_every_dialect_gives_the_same_signal(tmp_path: Path, name: str):
    headings, delimiter, comma, ticks, scale = DIALECTS[name]
    t = times()
    path = write(tmp_path / "log.csv", headings, [t * ticks, truth(t) * scale], delimiter=delimiter, comma=comma)
    channel = read_recording(path).channels[0]
    assert (channel.kind, channel.unit) == ("accelerometer", "m/s2")
    assert channel.rate_hz == pytest.approx(RATE, rel=1e-6)
    assert np.allclose(channel.samples, truth(t), atol=1e-4)


def test_the_logs_in_one_archive_have_one_beginning(tmp_path: Path):
    path = tmp_path / "phyphox.zip"
    path.write_bytes(phyphox_zip(late_s=0.5))
    acceleration, turn = read_recording(path).channels
    assert (acceleration.name, turn.name) == ("Accelerometer Acceleration x", "Gyroscope Gyroscope x")
    assert np.isnan(turn.samples[:50]).all()
    assert turn.samples[50] == pytest.approx(np.rad2deg(1.0), rel=1e-4)
    assert np.allclose(acceleration.samples, truth(times()), atol=1e-4)


def test_an_archive_that_is_a_bomb_or_damaged_is_refused(tmp_path: Path):
    path = tmp_path / "log.zip"
    for content in (zip_bytes({"a.csv": b"Time (s),x (m/s^2)\n" + b"0" * 30_000_000}), phyphox_zip()[:3000], b"PK\3\4junk"):
        path.write_bytes(content)
        with pytest.raises(RecordingError):
            read_recording(path)


@pytest.mark.parametrize("day", ["", "2024-02-28 ", "28.02.2024 "])
def test_times_of_day_are_a_clock_also_past_midnight(tmp_path: Path, day: str):
    t = times()
    seconds = np.round(86_390 + t, 2) % 86_400
    stamps = [f"{day}{int(x) // 3600:02}:{int(x) // 60 % 60:02}:{x % 60:06.3f}" for x in seconds]
    lines = [f"{a};{b:.6f}" for a, b in zip(stamps, truth(t), strict=True)]
    (tmp_path / "log.csv").write_text("\n".join(["time;x (m/s^2)", *lines]))
    channel = read_recording(tmp_path / "log.csv").channels[0]
    assert channel.rate_hz == pytest.approx(RATE, rel=1e-4)
    assert np.allclose(channel.samples, truth(t), atol=0.01)


def test_a_log_of_another_encoding_and_with_infinite_numbers_is_read(tmp_path: Path):
    t = times()
    path = write(tmp_path / "log.csv", "Time (s),x (m/s²)", [t, truth(t)])
    text = path.read_text("utf-8").replace(f"{truth(t)[7]:.9f}", "inf", 1)
    path.write_bytes(text.encode("utf-16"))
    recording = read_recording(path)
    assert "recording.infinite" in {issue.code for issue in recording.issues}
    assert np.isnan(recording.channels[0].samples).sum() >= 1


def test_a_unit_that_is_doubted_can_be_set_right_as_the_mend_says(tmp_path: Path):
    t, nothing = times(), np.zeros(2000)
    headings = "Time (s),x (m/s^2),y (m/s^2),z (m/s^2)"
    path = write(tmp_path / "log.csv", headings, [t, nothing, nothing, truth(t) / 9.80665])
    assert "recording.implausible" in {issue.code for issue in read_recording(path).issues}
    mended = read_recording(path, units={"x": "g", "y": "g", "z": "g"})
    assert not mended.issues
    assert np.allclose(mended.channels[2].samples, truth(t), atol=1e-3)


def test_a_log_that_states_no_unit_is_asked(tmp_path: Path):
    """Sensor Logger states none either; under its own name a file has the unit of its makers, renamed it is asked."""
    t = times()
    path = write(tmp_path / "renamed.csv", "time,seconds_elapsed,z,y,x", [t * 1e9, t, truth(t), truth(t), truth(t)])
    with pytest.raises(RecordingError, match="--unit"):
        read_recording(path)
    recording = read_recording(path, units={"*": "m/s2"})
    assert [channel.name for channel in recording.channels] == ["z", "y", "x"]
    assert recording.channels[0].rate_hz == pytest.approx(RATE, rel=1e-6)


def test_a_jittered_clock_is_evened_and_named(tmp_path: Path):
    t = times(jitter=0.3)
    recording = read_recording(write(tmp_path / "log.csv", "Time (s),x (m/s^2)", [t, truth(t)]))
    assert "recording.clock.jitter" in {issue.code for issue in recording.issues}
    channel = recording.channels[0]
    even = truth(t[0] + np.arange(len(channel.samples)) / channel.rate_hz)
    assert np.abs(channel.samples - even)[5:-5].max() < 0.02 * 0.5


def test_across_a_gap_nothing_is_made_up(tmp_path: Path):
    t = times()
    t = t[(t < 5) | (t > 7)]
    recording = read_recording(write(tmp_path / "log.csv", "Time (s),x (m/s^2)", [t, truth(t)]))
    assert "recording.clock.gap" in {issue.code for issue in recording.issues if issue.level is Level.DOUBT}
    lost = np.isnan(recording.channels[0].samples).sum() / RATE
    assert lost == pytest.approx(2.0, abs=0.05)


@pytest.mark.parametrize(
    "text",
    [
        "x (m/s^2),y (m/s^2)\n1,2\n3,4\n",  # no clock
        "Time (h),x (m/s^2)\n1,2\n3,4\n",  # a clock in an unknown unit
        "Time (s),x (m/s^2)\n1,2\n",  # one row
        "Time (s),x (m/s^2)\n1,2\n2,3\n1.5,3\n3,4\n",  # backwards
        "Time (s),x (m/s^2)\n1,2\n1,3\n1,3\n",  # stands still
        "Time (s),x (m/s^2)\n0,2\n10,3\n20,3\n30,3\n",  # a tenth of a sample a second
        "Time (s),x (m/s^2),x (m/s^2)\n0,2,2\n0.1,3,2\n0.2,3,2\n",  # twins
        "Time (s),x (m/s^2)\nnan,2\n0.1,3\n0.2,3\n",
    ],
)
def test_what_cannot_be_known_is_refused(tmp_path: Path, text: str):
    path = tmp_path / "log.csv"
    path.write_text(text)
    with pytest.raises(RecordingError):
        read_recording(path)


@given(start=st.floats(0, 19), length=st.floats(0, 10))
def test_a_part_equals_the_same_part_of_the_whole(tmp_path_factory: pytest.TempPathFactory, start: float, length: float):
    t = times(jitter=0.2)
    path = write(tmp_path_factory.mktemp("log") / "log.csv", "Time (s),x (m/s^2)", [t, truth(t)])
    whole, part = read_recording(path).channels[0], read_recording(path, start_s=start, stop_s=start + length).channels[0]
    first = round(start * whole.rate_hz)
    assert np.array_equal(whole.samples[first : first + len(part.samples)], part.samples)


@given(junk=st.binary(max_size=300))
def test_no_text_leaks_a_foreign_error(tmp_path_factory: pytest.TempPathFactory, junk: bytes):
    path = tmp_path_factory.mktemp("log") / "log.csv"
    path.write_bytes(b"Time (s),x (m/s^2)\n0,1\n0.01,2\n" + junk)
    try:
        recording = read_recording(path)
    except RecordingError:
        return
    assert recording.channels[0].unit == "m/s2"


def tsdf(folder: Path, **change: object) -> Path:
    t = times()
    t.astype("<f8").tofile(folder / "t.bin")
    np.stack([truth(t) / 9.80665, truth(t)], 1).astype("<f8").tofile(folder / "v.bin")
    meta: dict[str, object] = {
        "start_iso8601": "2021-06-27T16:52:20Z", "rows": len(t), "endianness": "little", "data_type": "float", "bits": 64,
        "sensors": [
            {"file_name": "t.bin", "channels": ["time"], "units": ["relative_s"]},
            {"file_name": "v.bin", "channels": ["accelerometer_x", "gyroscope_x"], "units": ["g", "deg/s"]},
        ],
    }  # fmt: skip
    path = folder / "meta.json"
    path.write_text(json.dumps(meta | change))
    return path


def test_tsdf_is_read_in_its_own_units(tmp_path: Path):
    acceleration, turn = read_recording(tsdf(tmp_path)).channels
    assert np.allclose(acceleration.samples, truth(times()), atol=1e-4)
    assert (acceleration.unit, turn.unit) == ("m/s2", "deg/s")


@pytest.mark.parametrize("change", [{"rows": 7}, {"endianness": "middle"}, {"bits": 63}, {"sensors": []}, {"rows": "many"}])
def test_tsdf_that_contradicts_itself_is_refused(tmp_path: Path, change: dict[str, object]):
    with pytest.raises(RecordingError):
        read_recording(tsdf(tmp_path, **change))


def test_a_table_of_tsdf_that_is_not_there_is_missed_by_name(tmp_path: Path):
    path = tsdf(tmp_path)
    (tmp_path / "v.bin").unlink()
    with pytest.raises(RecordingError, match="missing") as missed:
        read_recording(path)
    assert [(issue.code, issue.where) for issue in missed.value.issues] == [("recording.tsdf.data", "v.bin")]


LABCHART = "Interval=\t0.001 s\nExcelDateTime=\t4.5E4\t1/1/2026 10:00:00\nTimeFormat=\tStartOfBlock\nChannelTitle=\tEMG TA\tForce\n"


@pytest.mark.parametrize("units", ["UnitName=\tmV\tN\n", "Range=\t10.000 mV\t500.0 N\n"])
def test_a_text_of_labchart_is_read_by_its_own_heads(tmp_path: Path, units: str):
    rows = [f"{i / 1000:.3f}\t{0.05 * np.sin(i):.5f}\t{i % 9}" for i in range(2000)]
    path = tmp_path / "labchart.txt"
    path.write_text(LABCHART + units + "\n".join(rows))
    emg, force = read_recording(path).channels
    assert (emg.name, emg.kind, emg.unit, emg.rate_hz) == ("EMG TA", "emg", "uV", pytest.approx(1000))
    assert np.allclose(emg.samples, 50 * np.sin(np.arange(2000)), atol=0.01)
    assert (force.name, force.unit) == ("Force", "N")
    path.write_text((LABCHART + units + "\n".join(rows) + "\n") * 2)
    with pytest.raises(RecordingError, match="backwards"):
        read_recording(path)


@pytest.mark.parametrize("clock", ["loggingTime(txt)", "loggingTime(txt),accelerometerTimestamp_sinceReboot(s)"])
def test_a_log_of_an_iphone_is_read_and_its_count_of_samples_is_no_force(tmp_path: Path, clock: str):
    t, path = times(), tmp_path / "SensorLog.csv"
    wave = truth(t) / 9.80665
    more = "sinceReboot" in clock
    rows = [
        f"2026-11-28T10:00:{s:06.3f}+02:00,{f'{s + 900:.3f},' if more else ''}{i},{x:.7f}"
        for i, (s, x) in enumerate(zip(t, wave, strict=True))
    ]
    path.write_text(f"{clock},loggingSample(N),accelerometerAccelerationX(G)\n" + "\n".join(rows))
    (channel,) = read_recording(path).channels
    assert (channel.kind, channel.unit, channel.rate_hz) == ("accelerometer", "m/s2", pytest.approx(RATE))
    assert np.allclose(channel.samples, truth(t), atol=1e-3)


def test_the_size_of_an_acceleration_is_no_fourth_axis_in_any_language(tmp_path: Path):
    heads = '"Час (s)","Прискорення x (m/s^2)","Абсолютне прискорення (m/s^2)"'
    path = write(tmp_path / "a.csv", heads, [times(), truth(times()), np.abs(truth(times()))])
    assert [channel.name for channel in read_recording(path).channels] == ["Прискорення x"]


@pytest.mark.parametrize("rows", ["0\t0.1\n0.001\t0.2\n0.002\t0.1\n", ""], ids=["fewer columns", "no rows"])
def test_a_text_of_labchart_that_names_more_channels_than_it_holds_is_read_with_a_doubt_or_refused(tmp_path: Path, rows: str):
    (tmp_path / "a.txt").write_text(LABCHART + "Range=\t10.000 mV\t50.000 N\n" + rows)
    with pytest.raises(RecordingError) as refused:
        read_recording(tmp_path / "a.txt")
    assert all(issue.what.template for issue in refused.value.issues)

"""Workbooks of phones: what the app exports unless told otherwise is read as its text is, and a copy keeps nobody's name."""

import time
import zipfile
from pathlib import Path

import numpy as np
import pytest
from tests.readers.edf_bytes import EdfFile
from tests.readers.made import DATA, shake, times, zip_bytes
from tests.readers.made_workbooks import Sheets, phyphox, xls, xlsx

from myognosis.faults import Level, RecordingError
from myognosis.language import say
from myognosis.readers import audit_recording, read_recording
from myognosis.readers.scrub import scrub

MADE = {
    "on Android": ("log.xlsx", lambda sheets: xlsx(sheets), 1e-6),
    "on an iPhone": ("log.xlsx", lambda sheets: xlsx(sheets, shared=True), 1e-6),
    "on an iPhone, called as before": ("log.xls", lambda sheets: xlsx(sheets, shared=True), 1e-6),
    "Excel 97": ("log.xls", xls, 1e-6),
    "Excel 97, calculated": ("log.xls", lambda sheets: xls(sheets, cell="formula"), 1e-6),
    "Excel 97, in short": ("log.xls", lambda sheets: xls(sheets, cell="short"), 0.011),
    "Excel 97, many in one": ("log.xls", lambda sheets: xls(sheets, cell="many"), 0.011),
}


@pytest.mark.parametrize("how", MADE)
def test_the_log_of_a_phone_is_the_same_in_every_kind_of_workbook(tmp_path: Path, how: str):
    name, make, within = MADE[how]
    (tmp_path / name).write_bytes(make(phyphox()))
    (channel,) = read_recording(tmp_path / name).channels
    assert (channel.name, channel.kind, channel.unit) == ("Acceleration x", "accelerometer", "m/s2")
    assert channel.rate_hz == pytest.approx(100.0, rel=1e-6)
    assert np.allclose(channel.samples, shake(times()[:400]), atol=within)


@pytest.mark.parametrize(
    "headings", [("Zeit (s)", "Beschleunigung x (m/s^2)"), ("Час (с)", "Прискорення x (м/с²)"), ("Время, с", "ax, g")]
)
def test_headings_are_read_in_the_languages_of_the_app(tmp_path: Path, headings: tuple[str, str]):
    (tmp_path / "log.xls").write_bytes(xls(phyphox(headings)))
    (channel,) = read_recording(tmp_path / "log.xls").channels
    assert channel.kind == "accelerometer"


def test_a_workbook_of_another_writer_holds_two_sensors_on_one_beginning():
    """Written by xlwt 1.3."""
    recording = read_recording(DATA / "phyphox.xls")
    one, turn = recording.channels
    assert (one.name, one.unit, turn.name, turn.unit) == (
        "Accelerometer Acceleration x", "m/s2", "Gyroscope Gyroscope x", "deg/s"
    )  # fmt: skip
    assert one.samples[:3] == pytest.approx([9.81, 9.91, 9.81])
    assert np.isnan(turn.samples[:5]).all()
    assert turn.samples[5] == pytest.approx(np.rad2deg(1.0), rel=1e-5)


def test_a_small_workbook_lies_in_small_sectors(tmp_path: Path):
    (tmp_path / "log.xls").write_bytes(xls(phyphox(n=30), small=True))
    assert len(read_recording(tmp_path / "log.xls").channels[0].samples) == 30


def test_the_units_of_sensor_logger_are_known_by_the_name_of_the_sheet(tmp_path: Path):
    t = times()[:200]
    rows: Sheets = {
        "Gyroscope": [["time", "seconds_elapsed", "x"], *([1.7e18, float(a), float(np.cos(a))] for a in t)],
        "Compass": [],
    }
    (tmp_path / "log.xlsx").write_bytes(xlsx(rows))
    (channel,) = read_recording(tmp_path / "log.xlsx").channels
    assert (channel.unit, channel.samples[0]) == ("deg/s", pytest.approx(57.2958, rel=1e-4))


def test_a_jittered_clock_is_evened_and_a_column_without_unit_is_asked_about(tmp_path: Path):
    (tmp_path / "log.xlsx").write_bytes(xlsx(phyphox(jitter=0.2)))
    assert "recording.clock.jitter" in {issue.code for issue in read_recording(tmp_path / "log.xlsx").issues}
    (tmp_path / "bare.xlsx").write_bytes(xlsx(phyphox(("Time (s)", "x"))))
    with pytest.raises(RecordingError, match="unit"):
        read_recording(tmp_path / "bare.xlsx")
    assert read_recording(tmp_path / "bare.xlsx", units={"x": "m/s2"}).channels[0].kind == "accelerometer"


REFUSED = {
    "locked.xls": (lambda: xls(phyphox(), locked=True), "password"),
    "of 1995.xls": (lambda: xls(phyphox(), old=True), "Excel 97"),
    "locked.xlsx": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "CSV"),
    "no log.xlsx": (lambda: xlsx({"Sheet": [["a", "b"], [1.0, 2.0]]}), "clock"),
    "nerves.xlsx": (lambda: xlsx({"Sheet": [["Nerve", "Latency, ms", "Amplitude, mV"], ["median", 3.2, 8.1]]}), "conduction"),
    "empty.xlsx": (lambda: xlsx({}), "clock"),
    "cut.xls": (lambda: xls(phyphox())[:9000], "damaged"),
    "cut.xlsx": (lambda: xlsx(phyphox())[:2000], "archive"),
    "definitions.xlsx": (
        lambda: xlsx(phyphox(), xl__worksheets__sheet1=b'<!DOCTYPE a [<!ENTITY b "bbbb">]><worksheet>&b;</worksheet>'), "damaged"
    ),
    "broken.xlsx": (lambda: xlsx(phyphox(), xl__worksheets__sheet1=b"<worksheet><sheetData><row><c><v>1</c>"), "damaged"),
    "bomb.xlsx": (lambda: xlsx(phyphox(), xl__worksheets__sheet1=b"<worksheet>" + b" " * 30_000_000), "unfold"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_refused_with_what_to_do(tmp_path: Path, name: str):
    make, said = REFUSED[name]
    (tmp_path / name).write_bytes(make())
    began = time.process_time()
    with pytest.raises(RecordingError) as caught:
        audit_recording(tmp_path / name)
    assert time.process_time() - began < 2
    told = caught.value.issues[0]
    assert said in f"{told.what} {told.fix}"
    assert len({say(told.what, tongue) for tongue in ("en", "uk", "ru")}) == 3
    assert str(told.fix)


@pytest.mark.parametrize("how", ["on Android", "on an iPhone", "Excel 97"])
def test_a_copy_keeps_the_log_and_nobodys_name(tmp_path: Path, how: str):
    name, make, _ = MADE[how]
    sheets = phyphox()
    sheets["Пацієнт Коваленко"] = [["Patient", "Kovalenko"], ["Born", 1970.0]]
    sheets["Ковальчук"] = [["Time (s)", "Patient Bondar", "y (g)"], *([n / 100, "Bondar", n / 100] for n in range(9))]
    path = tmp_path / name
    path.write_bytes(make(sheets))
    before = read_recording(path)
    assert scrub(path)
    after = read_recording(path)
    assert [channel.samples.tolist() for channel in after.channels] == [channel.samples.tolist() for channel in before.channels]
    with zipfile.ZipFile(path) as box:
        kept = " ".join(f"{info.filename} {box.read(info).decode()}" for info in box.infolist())
    for who in ("Kovalenko", "Коваленко", "Ковальчук", "Bondar", "1970"):
        assert who not in kept
    assert not [issue for issue in after.issues if issue.level is not Level.NOTE and issue not in before.issues]


def test_of_a_workbook_that_cannot_be_read_nothing_is_kept(tmp_path: Path):
    path = tmp_path / "log.xls"
    path.write_bytes(xls({"Kovalenko": [["Kovalenko", "b"]]})[:1000])
    assert scrub(path)
    with zipfile.ZipFile(path) as box:
        assert "Kovalenko" not in " ".join(box.read(name).decode() for name in box.namelist())


def test_a_workbook_in_a_box_is_found_and_is_no_riddle_beside_a_recording(tmp_path: Path):
    (tmp_path / "box.zip").write_bytes(zip_bytes({"phyphox.xlsx": xlsx(phyphox())}))
    assert read_recording(tmp_path / "box.zip").format == "workbook"
    (tmp_path / "two.zip").write_bytes(zip_bytes({"results.xlsx": xlsx(phyphox()), "arm.edf": EdfFile().to_bytes()}))
    assert read_recording(tmp_path / "two.zip").format == "edf"
    assert read_recording(tmp_path / "two.zip" / "results.xlsx").format == "workbook"

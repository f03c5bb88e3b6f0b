"""Every format: a file that does not say its unit, or its rate, is a question; nothing is taken for granted."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from tests.readers import made
from tests.readers import made_programs as programs
from tests.readers import made_workbooks as workbooks
from tests.readers.edf_bytes import EdfFile

from myognosis.faults import Issue, Level, RecordingError
from myognosis.readers import audit_recording, read_recording, readers

for part in ("scipy", "pyxdf", "neo"):
    pytest.importorskip(part)

Make = Callable[[Path], Path]


def put(name: str, content: bytes | str) -> Make:
    def make(folder: Path) -> Path:
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        return folder / name

    return make


def wfdb(line: str, form: str = "16 200/mV") -> Make:
    def make(folder: Path) -> Path:
        (folder / "a.dat").write_bytes(bytes(100))
        return put("a.hea", f"{line}\na.dat {form} 12 0 0 0 0 EMG\n")(folder)

    return make


def tsdf(unit: str, clock: str = "relative_s") -> Make:
    def make(folder: Path) -> Path:
        made.sound_files(folder)
        text = (folder / "meta.json").read_text()
        return put("meta.json", text.replace('["g"]', json.dumps([unit])).replace('"relative_s"', json.dumps(clock)))(folder)

    return make


def npz(unit: str = "uV", rate: float | None = 100.0) -> Make:
    def make(folder: Path) -> Path:
        rows = json.dumps([{"name": "EMG", "unit": unit, "rate_hz": rate}])
        np.savez(folder / "a.npz", channels=np.array(rows), signal_100=np.zeros((1, 90)))
        return folder / "a.npz"

    return make


def text(**layout: object) -> Make:
    def make(folder: Path) -> Path:
        return made.described(folder / "a.txt", b"1\n2\n3\n", {"channels": [{"column": 1, "name": "EMG", "unit": "uV"}]} | layout)

    return make


def matlab(**change: object) -> Make:
    return lambda folder: made.otbiolab(folder, **change)


def words(*labels: str) -> np.ndarray:
    cells = np.empty((len(labels), 1), object)
    cells[:, 0] = labels
    return cells


T = made.times()[:300]
WAVE, STAMPS = np.zeros((60, 2)), np.arange(60) / 500
NAMES = words(*[f"TA - GR08MM1305 ({n})" for n in range(1, 67)])

WITHOUT_UNIT: dict[str, Make] = {
    "edf": put("a.edf", EdfFile(units=(b"", b"")).to_bytes()),
    "wfdb": wfdb("a 1 100 50", "16 0"),
    "tsdf": tsdf(""),
    "matlab": matlab(Description=NAMES),
    "otb": put("grid.otb+", made.otb_bytes(made.OTB_XML.replace('<Channel ID="grid" Index="0" Muscle="TA" Gain="1"/>', ""))),
    "otb4": put("grid.otb4", made.otb4_bytes()),
    "xdf": put("a.xdf", made.xdf_bytes(WAVE, STAMPS, unit="")),
    "neo": lambda folder: made.brain_vision(folder, **{"µV": ""}),
    "text": text(channels=[{"column": 1, "name": "EMG", "unit": "?"}], rate_hz=100),
    "npz": npz(unit=""),
    "wav": put("a.wav", made.wav_bytes(np.arange(40).astype("<i2"))),
    "sensor_log": put("a.csv", "Time (s),x\n" + made.rows(T, T)),
    "workbook": put("a.xlsx", workbooks.xlsx(workbooks.phyphox(("Time (s)", "x"), n=40))),
    "eeglab": programs.eeglab,
    "trigno": put("a.csv", programs.discover(unit="?")),
    "sensor_logger": put("a.json", programs.logger_json().replace('"Accelerometer"', '"Accelerometer Uncalibrated"')),
}
WITHOUT_RATE: dict[str, tuple[str, Make]] = {
    "edf": ("edf.duration", put("a.edf", EdfFile(record_s="0").to_bytes())),
    "wfdb": ("rate.default", wfdb("a 1")),
    "tsdf": ("clock.unit", tsdf("g", "some day")),
    "matlab": ("matlab.shape", matlab(SamplingFrequency=np.zeros((0, 0)))),
    "otb": ("otb.device", put("grid.otb+", made.otb_bytes(made.OTB_XML.replace(' SampleFrequency="2048"', "")))),
    "otb4": (
        "otb.none",
        put("grid.otb4", made.otb4_bytes(made.OTB4_XML.replace("<SamplingFrequency>2000</SamplingFrequency>", ""))),
    ),
    "xdf": ("xdf.none", put("a.xdf", made.xdf_bytes(WAVE, STAMPS).replace(b"<nominal_srate>500<", b"<nominal_srate>000<"))),
    "neo": ("neo.damaged", (lambda folder: made.brain_vision(folder, **{"SamplingInterval=1000\n": ""}))),
    "text": ("rate.unknown", text()),
    "npz": ("npz", npz(rate=None)),
    "wav": ("rate", put("a.wav", made.wav_bytes(np.arange(40).astype("<i2"), 0))),
    "eeglab": ("eeglab.field", (lambda folder: programs.eeglab(folder, srate=None))),
    "trigno": ("trigno.headings", put("a.csv", programs.discover().replace(" Time Series (s)", ""))),
    "sensor_logger": ("clock.none", put("a.json", programs.logger_json().replace("seconds_elapsed", "s"))),
    "workbook": ("clock.none", put("a.xls", workbooks.xls(workbooks.phyphox(("x (m/s^2)", "y (m/s^2)"), n=40)))),
    "sensor_log": ("clock.none", put("a.csv", "x (m/s^2),y (m/s^2)\n" + made.rows(T, T))),
}
"""What is said of it; the rule of WFDB itself makes it 250 Hz, which is doubted."""
FIXED = {"cwa"}
"""Formats of one device, whose blocks always state both."""


def said(path: Path) -> Iterator[Issue]:
    """All that is said of a file; what is read beside it has to have a unit and a rate."""
    for look in (audit_recording, read_recording):
        try:
            found = look(path)
        except RecordingError as error:
            yield from error.issues
        else:
            assert all(channel.unit and 1 <= channel.rate_hz <= 200_000 for channel in found.channels)
            yield from found.issues


def test_every_format_is_asked():
    assert {reader.name for reader in readers(ours_only=True)} == {*WITHOUT_UNIT, *FIXED} == {*WITHOUT_RATE, *FIXED}


@pytest.mark.parametrize("name", WITHOUT_UNIT)
def test_a_file_without_a_unit_asks_for_it(name: str, tmp_path: Path):
    asked = [issue for issue in said(WITHOUT_UNIT[name](tmp_path)) if "--unit" in str(issue.fix)]
    assert {issue.code for issue in asked} == {"recording.unit"}


@pytest.mark.parametrize("name", WITHOUT_RATE)
def test_a_file_without_a_rate_says_so(name: str, tmp_path: Path):
    code, make = WITHOUT_RATE[name]
    issues = list(said(make(tmp_path)))
    assert f"recording.{code}" in {issue.code for issue in issues}
    assert all(str(issue.fix) and issue.where and issue.level is not Level.NOTE for issue in issues)

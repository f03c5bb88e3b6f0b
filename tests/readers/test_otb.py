"""OTB+ and OTB4: samples by the maker's own formula, straight from the archive, which is never unpacked."""

from pathlib import Path

import numpy as np
import pytest
from tests.readers.made import OTB4_XML, OTB_XML, otb4_bytes, otb4_counts, otb_bytes, otb_counts, tar_bytes

from myognosis.faults import RecordingError
from myognosis.readers import read_recording


def put(folder: Path, content: bytes) -> Path:
    path = folder / "a.otb+"
    path.write_bytes(content)
    return path


def test_counts_become_microvolts_by_supply_bits_and_gain(tmp_path: Path):
    recording = read_recording(put(tmp_path, otb_bytes()), units={"AUX force 3": "0.01 N"})
    emg, force = recording.of_kind("emg"), recording.of_kind("force")
    assert [channel.name for channel in emg] == ["TA 1", "TA 2"]
    assert np.allclose(emg[1].samples, otb_counts()[:, 1] * (5 / 2**16 / 150 * 1e6), rtol=1e-6)
    assert np.allclose(force[0].samples, otb_counts()[:, 2] * 0.01, rtol=1e-6)


def test_a_channel_that_is_no_emg_is_asked_about(tmp_path: Path):
    recording = read_recording(put(tmp_path, otb_bytes()))
    assert ["AUX force" in issue.where for issue in recording.issues if issue.code == "recording.unit"] == [True]


def test_a_device_that_we_do_not_know_is_not_guessed(tmp_path: Path):
    path = put(tmp_path, otb_bytes(OTB_XML.replace('QUATTRO" ad', 'FUTURE" ad')))
    with pytest.raises(RecordingError, match="not known to us"):
        read_recording(path)
    assert len(read_recording(path, units={"TA 1": "0.5 uV"}).channels) == 1


def test_the_smaller_device_whose_name_holds_the_larger_has_its_own_supply(tmp_path: Path):
    recording = read_recording(put(tmp_path, otb_bytes(OTB_XML.replace('QUATTRO" ad', 'SESSANTAQUATTRO" ad'))))
    assert np.allclose(recording.channels[0].samples, otb_counts()[:, 0] * (3.3 / 2**16 / 150 * 1e6), rtol=1e-6)


def test_a_person_is_never_read(tmp_path: Path):
    assert "Somebody" not in repr(read_recording(put(tmp_path, otb_bytes())))


@pytest.mark.parametrize(
    "content",
    [
        b"no tar", tar_bytes({"a.sig": b"\0" * 60}), tar_bytes({"Tracks_000.xml": b"<a/>", "b.sig": b""}),
        otb_bytes("<Device"), otb_bytes("<!DOCTYPE a [<!ENTITY b 'c'>]>" + OTB_XML), otb_bytes(OTB_XML.replace("16", "24")),
        otb_bytes(OTB_XML.replace("2048", "fast")), otb_bytes(OTB_XML.replace('Channels="3"', 'Channels="0"')),
        otb_bytes(counts=b"abc"),
    ],
)  # fmt: skip
def test_what_the_archive_does_not_say_is_refused(tmp_path: Path, content: bytes):
    with pytest.raises(RecordingError):
        read_recording(put(tmp_path, content))


def test_the_tracks_of_an_otb4_become_microvolts_by_range_bits_and_gain_and_a_doubt_is_said(tmp_path: Path):
    path = tmp_path / "a.otb4"
    path.write_bytes(otb4_bytes())
    recording = read_recording(path, units={"AUX 1": "N"})
    assert [(channel.name, channel.kind, channel.rate_hz) for channel in recording.channels] == [
        ("TA 1", "emg", 2000.0), ("TA 2", "emg", 2000.0), ("AUX 1", "force", 2000.0),
    ]  # fmt: skip
    assert np.allclose(recording.channels[1].samples, otb4_counts()[:, 1] * (4.8 / 2**24 / 2 * 1e6), rtol=1e-6)
    assert "recording.otb4.unchecked" in {issue.code for issue in recording.issues}


@pytest.mark.parametrize(
    "lost", ["SampleSize", "TotalChannelsInFile", "AcquisitionChannel", "SamplingFrequency", "SignalStreamPath"]
)
def test_an_otb4_that_does_not_say_how_it_lies_is_not_guessed(tmp_path: Path, lost: str):
    path = tmp_path / "a.otb4"
    path.write_bytes(otb4_bytes(OTB4_XML.replace(lost, "Other")))
    with pytest.raises(RecordingError, match="no signal"):
        read_recording(path)

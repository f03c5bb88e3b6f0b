"""Axivity .CWA: blocks by their stamps; a damaged block is left out and named."""

from pathlib import Path

import numpy as np
import pytest
from tests.readers.made import DATA, cwa_bytes, shake

from myognosis.faults import RecordingError
from myognosis.readers import read_recording


def put(folder: Path, content: bytes) -> Path:
    path = folder / "a.cwa"
    path.write_bytes(content)
    return path


def codes(path: Path) -> set[str]:
    return {issue.code for issue in read_recording(path).issues}


def test_the_shake_of_the_wrist_comes_back(tmp_path: Path):
    recording = read_recording(put(tmp_path, cwa_bytes()))
    channel = recording.channels[0]
    assert (channel.kind, channel.unit, len(recording.channels)) == ("accelerometer", "m/s2", 3)
    assert channel.rate_hz == pytest.approx(100, abs=0.01)
    assert np.abs(channel.samples - shake(np.arange(len(channel.samples)) / 100)).max() < 9.81 / 256
    assert recording.start is not None
    assert recording.start.isoformat() == "2025-03-09T10:00:00"
    assert not recording.issues


def test_a_real_log_of_six_axes_weighs_one_g():
    recording = read_recording(DATA / "wrist_start.CWA")
    assert [channel.kind for channel in recording.channels] == ["accelerometer"] * 3 + ["gyroscope"] * 3
    size = np.sqrt(sum(channel.samples.astype(float) ** 2 for channel in recording.channels[:3]))
    assert np.median(size) == pytest.approx(9.81, rel=0.1)
    assert recording.channels[0].rate_hz == pytest.approx(100, rel=0.002)
    part = read_recording(DATA / "wrist_start.CWA", start_s=5.0, stop_s=9.0)
    first = round(5.0 * recording.channels[0].rate_hz)
    for whole, piece in zip(recording.channels, part.channels, strict=True):
        assert np.array_equal(whole.samples[first : first + len(piece.samples)], piece.samples)


@pytest.mark.parametrize("change", [{"overrides": {40: b"\xff"}, "sum_off": 1}, {"overrides": {0: b"ZZ"}}])
def test_a_damaged_block_is_left_out_and_the_gap_is_named(tmp_path: Path, change: dict[str, object]):
    path = put(tmp_path, cwa_bytes(**change))
    assert {"recording.cwa.blocks", "recording.clock.gap"} <= codes(path)
    lost = np.isnan(read_recording(path).channels[0].samples).sum()
    assert lost == pytest.approx(80, abs=2)


def test_across_missing_blocks_nothing_is_made_up(tmp_path: Path):
    path = put(tmp_path, cwa_bytes(missing=(10, 11, 12)))
    assert "recording.clock.gap" in codes(path)
    samples = read_recording(path).channels[0].samples
    assert np.isnan(samples[801:1039]).all()
    assert np.abs(samples[1041:] - shake(np.arange(1041, len(samples)) / 100)).max() < 9.81 / 256


@pytest.mark.parametrize("content", [b"MD", b"MD\xfc\x03" + bytes(1020), b"MD\xfc\x03" + bytes(9000), cwa_bytes(2)[:1600]])
def test_what_is_no_log_is_refused(tmp_path: Path, content: bytes):
    with pytest.raises(RecordingError):
        read_recording(put(tmp_path, content))

"""Needle EMG as sound: nothing is known of its size until somebody says what full scale is."""

import struct
from pathlib import Path

import numpy as np
import pytest
from tests.readers.made import described, wav_bytes

from myognosis.faults import RecordingError
from myognosis.readers import read_recording

WAVE = np.sin(np.arange(4000) / 7) * 0.9


def put(folder: Path, content: bytes) -> Path:
    path = folder / "needle.wav"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("dtype", ["<i2", "<i4", "<f4", "u1"])
def test_an_independent_writer_is_read_in_microvolts(tmp_path: Path, dtype: str):
    wavfile = pytest.importorskip("scipy.io.wavfile")
    full = {"<i2": 2**15, "<i4": 2**31, "<f4": 1, "u1": 128}[dtype]
    stored = (WAVE * full * 0.99 + (128 if dtype == "u1" else 0)).astype(dtype)
    path = tmp_path / "a.wav"
    wavfile.write(path, 8000, stored)
    channel = read_recording(path, units={"sound": "2 mV"}).channels[0]
    assert (channel.kind, channel.unit, channel.rate_hz) == ("emg", "uV", 8000)
    assert np.allclose(channel.samples, WAVE * 2000 * 0.99, atol=2000 / 128 if dtype == "u1" else 0.1)


def test_24_bits_are_read(tmp_path: Path):
    stored = (WAVE * 2**23).astype("<i4").view("u1").reshape(-1, 4)[:, :3]
    content = bytearray(wav_bytes(np.ascontiguousarray(stored).ravel()))
    at = content.index(b"fmt ") + 8
    content[at : at + 16] = struct.pack("<HHIIHH", 1, 1, 8000, 24000, 3, 24)
    channel = read_recording(put(tmp_path, bytes(content)), units={"*": "1000 uV"}).channels[0]
    assert np.allclose(channel.samples, WAVE * 1000, atol=0.01)


def test_without_a_scale_it_is_asked_for_and_sizes_stay_doubtful(tmp_path: Path):
    path = put(tmp_path, wav_bytes((WAVE * 2**15).astype("<i2")))
    with pytest.raises(RecordingError, match="full scale"):
        read_recording(path)
    assert "recording.wav.sound" in {issue.code for issue in read_recording(path, units={"*": "1 mV"}).issues}


def test_a_description_beside_it_answers_for_good(tmp_path: Path):
    layout = {"channels": [{"column": 1, "name": "EMG TA", "unit": "uV", "scale": 500.0}]}
    path = described(tmp_path / "needle.wav", wav_bytes((WAVE * 2**15).astype("<i2")), layout)
    channel = read_recording(path).channels[0]
    assert channel.name == "EMG TA"
    assert channel.samples.max() == pytest.approx(450, rel=0.01)

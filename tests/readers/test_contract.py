"""Every registered reader keeps the published contract on a sound file of its format."""

import json
from pathlib import Path

import numpy as np
import pytest

from myognosis.readers import reader_for, readers
from myognosis.testing import reader_contract

DATA = Path(__file__).parents[1] / "data" / "recordings"


def sound_files(folder: Path) -> dict[str, Path]:
    t = np.arange(500) / 100
    log = folder / "log.csv"
    log.write_text("Time (s),x (m/s^2)\n" + "\n".join(f"{a + 0.002 * (i % 3)},{np.sin(a)}" for i, a in enumerate(t)))
    t.astype("<f8").tofile(folder / "t.bin")
    np.sin(t).astype("<f8").tofile(folder / "v.bin")
    sensors = [
        {"file_name": "t.bin", "channels": ["time"], "units": ["relative_s"]},
        {"file_name": "v.bin", "channels": ["accelerometer_x"], "units": ["g"]},
    ]
    meta = {"rows": 500, "endianness": "little", "data_type": "float", "bits": 64, "sensors": sensors}
    (folder / "meta.json").write_text(json.dumps(meta))
    edfio = pytest.importorskip("edfio")
    signals = [edfio.EdfSignal(np.sin(np.arange(2000)) * 50, 200, label="EMG", physical_dimension="uV")]
    edfio.Edf(signals).write(folder / "a.edf")
    return {"wfdb": DATA / "bw_3min.hea", "sensor_log": log, "tsdf": folder / "meta.json", "edf": folder / "a.edf"}


def test_every_reader_keeps_the_contract(tmp_path: Path):
    files = sound_files(tmp_path)
    assert {reader.name for reader in readers()} == set(files)
    for reader in readers():
        reader_contract(reader, files[reader.name])


def test_each_format_is_recognised_by_its_own_reader_alone(tmp_path: Path):
    for name, path in sound_files(tmp_path).items():
        assert reader_for(path).name == name
        assert [r.name for r in readers() if r.recognises(path, path.read_bytes()[:4096])] == [name]


def test_the_contract_notices_a_reader_that_guesses(tmp_path: Path):
    from myognosis.readers.base import Source, Span
    from myognosis.readers.sensorlog import SensorLogReader

    class Shifted(SensorLogReader):
        def load(self, source: Source, span: Span):  # type: ignore[no-untyped-def]
            return super().load(source, Span(span.start_s * 0.9, span.stop_s))

    with pytest.raises(AssertionError, match="differs"):
        reader_contract(Shifted(), sound_files(tmp_path)["sensor_log"])

"""Every fault of the catalogue is read soundly, read with a named doubt, or refused with its place and its mend."""

import time
from pathlib import Path

import numpy as np
import pytest
from tests.readers.edf_bytes import EdfFile
from tests.readers.faults import REFUSED, SOUND, Fault, catalogue

from myognosis.faults import Level, RecordingError
from myognosis.readers import read_recording

for part in ("scipy", "pyxdf", "neo"):
    pytest.importorskip(part)

FAULTS = list(catalogue())


def test_the_catalogue_is_large_and_names_each_fault_once():
    assert len(FAULTS) >= 150
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_no_fault_is_read_in_silence(fault: Fault, tmp_path: Path):
    path = fault.make(tmp_path)
    before, began = {p.name for p in tmp_path.iterdir()}, time.process_time()
    if fault.outcome == REFUSED:
        with pytest.raises(RecordingError) as caught:
            read_recording(path, units=fault.units)
        assert caught.value.issues
        assert all(issue.where and str(issue.what) and str(issue.fix) for issue in caught.value.issues)
    else:
        recording = read_recording(path, units=fault.units)
        said = {issue.code.removeprefix("recording."): issue.level for issue in recording.issues}
        if fault.outcome == SOUND:
            assert not [code for code, level in said.items() if level is not Level.NOTE]
        else:
            assert fault.outcome in said
        for channel in recording.channels:
            assert 1 <= channel.rate_hz <= 200_000
            assert not np.isinf(channel.samples).any()
        if fault.keeps:
            truth, got = EdfFile().samples()[0] * 0.1, recording.channels[0].samples
            assert len(got) in range(len(truth) // 10, len(truth) + 1)
            assert np.allclose(got, truth[: len(got)], atol=1e-3)
    assert time.process_time() - began < 20  # a bomb would take hours; what is read the first time is also loaded
    assert {p.name for p in tmp_path.iterdir()} == before


@pytest.mark.parametrize(
    "name", ["zip: a bomb", "MATLAB: a bomb", "log: one line of a megabyte", "TSDF: nested too deep", "a gzip bomb"]
)
def test_a_hostile_file_costs_no_memory_to_speak_of(name: str, tmp_path: Path):
    import tracemalloc

    path = next(fault for fault in FAULTS if fault.name == name).make(tmp_path)
    tracemalloc.start()
    with pytest.raises(RecordingError):
        read_recording(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3 * path.stat().st_size + 20_000_000

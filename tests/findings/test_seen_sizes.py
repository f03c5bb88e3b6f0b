"""What could not have been seen is not denied, and a size of doubtful unit or of a cut trace says so where it stands."""

from pathlib import Path

import numpy as np
import pytest
from tests.findings.test_recordings import read, written

from myognosis.knowledge import Knowledge
from myognosis.report.unsettled import why_told

pytest.importorskip("scipy")


def quiet(sd: float, seconds: int = 72) -> np.ndarray:
    return np.random.default_rng(4).normal(0, sd, seconds * 1000)


def test_no_potentials_are_denied_where_noise_would_hide_them(knowledge: Knowledge, tmp_path: Path):
    loud, _ = read(knowledge, tmp_path, written(tmp_path, quiet(60.0), 1000, "loud"), "emg", during="rest")
    still, _ = read(knowledge, tmp_path, written(tmp_path, quiet(5.0), 1000, "still"), "emg", during="rest")
    assert not loud.asked("emg_fp")
    (why,) = loud.measured[0].unsettled
    assert why.reason == "noise"
    assert 300 < (why.value or 0) < 900
    assert "too noisy to see potentials smaller than" in why_told((why,), "en")[0]
    assert still.absent("emg_fp")
    assert "uV on" in still.provenance["emg_fp"][0].raw

"""EMG too slow for a measure is refused with the rate that is needed; whatever the rate and the length, an assessment ends."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.findings.test_recordings import read, written

from myognosis.findings import check_case
from myognosis.findings.recordings import fasciculation, jerks, needle, pairs, tremor
from myognosis.findings.recordings.quality import add_quality
from myognosis.knowledge import Knowledge
from myognosis.model import case as m
from myognosis.model.recording import Channel, Recording

pytest.importorskip("scipy")
WAYS: tuple[dict[str, str], ...] = (
    {"during": "rest", "electrode": "needle"},
    {"during": "rest", "electrode": "surface"},
    {"during": "movement", "electrode": "needle"},
    {"during": "posture"},
    {"during": "posture", "shows": "jerks"},
)
ANALYSES = (fasciculation.analyse, needle.discharges, needle.motor_units, tremor.analyse, jerks.analyse, pairs.analyse)


def channel(kind: str, rate_hz: float, seconds: float, seed: int) -> Channel:
    """Noise, with potentials where the seed is odd; nothing at all where it is 2."""
    rng = np.random.default_rng(seed)
    samples = rng.normal(0, 5, int(rate_hz * seconds)) * (seed != 2)
    for at in rng.uniform(0, rate_hz * seconds, int(3 * seconds) if seed % 2 else 0):
        samples[int(at) : int(at + max(1, 0.01 * rate_hz))] += 200
    return Channel(kind, kind, "uV", rate_hz, samples.astype(np.float32))  # type: ignore[arg-type]


@settings(max_examples=25)
@given(
    rate_hz=st.sampled_from([20.0, 33.3, 50.0, 100.0, 128.0, 200.0, 256.0, 333.0, 500.0, 512.0, 1000.0, 2000.0, 10000.0]),
    seconds=st.sampled_from([0.0, 0.01, 0.5, 1.0, 3.0]),
    way=st.sampled_from(WAYS),
    eeg=st.booleans(),
    seed=st.integers(0, 3),
)
def test_no_rate_and_no_length_breaks_an_analysis(
    knowledge: Knowledge, rate_hz: float, seconds: float, way: dict[str, str], eeg: bool, seed: int
):
    channels = (channel("emg", rate_hz, seconds, seed), *((channel("eeg", rate_hz, seconds, seed),) if eeg else ()))
    recording, row = Recording("edf", channels), m.Recording(file="arm.edf", kind="emg", **way)  # type: ignore[arg-type]
    found = add_quality(recording, row, knowledge, tuple(analyse(recording, row, knowledge) for analyse in ANALYSES))
    numbers = [measured.value for part in found for measured in part.measurements if measured.value is not None]
    assert np.isfinite(numbers).all()


@pytest.mark.parametrize("way", WAYS, ids=lambda way: " ".join(way.values()))
@pytest.mark.parametrize("rate", [30, 150])
def test_what_is_too_slow_is_refused_with_the_rate_that_is_needed(
    knowledge: Knowledge, tmp_path: Path, way: dict[str, str], rate: int
):
    file = written(tmp_path, np.random.default_rng(1).normal(0, 5, rate * 40), rate, "slow")
    row = m.Recording(file=file, kind="emg", **way)  # type: ignore[arg-type]
    findings, issues = check_case(m.Case(recordings=(row,)), knowledge, tmp_path)
    refused = [issue for issue in issues if issue.code == "recording.slow"]
    assert refused
    assert all(issue.what.params["rate"] == str(rate) for issue in refused)
    assert not any(state in ("present", "absent") for measured in findings.measured for state in measured.findings.values())


@pytest.mark.parametrize("rate", [200, 500])
def test_no_fasciculation_is_denied_at_a_rate_that_misses_some(knowledge: Knowledge, tmp_path: Path, rate: int):
    file = written(tmp_path, np.random.default_rng(1).normal(0, 5, rate * 130), rate, "noise")
    assert not read(knowledge, tmp_path, file, "emg", during="rest")[0].absent("emg_fp")


def test_a_fault_of_ours_is_named_and_the_rest_of_the_case_goes_on(
    knowledge: Knowledge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(needle, "discharges", broken)
    file = written(tmp_path, np.random.default_rng(1).normal(0, 5, 2000 * 80), 2000, "rest")
    findings, codes = read(knowledge, tmp_path, file, "emg", during="rest", electrode="needle")
    assert codes == {"recording.failed"}
    assert findings.absent("emg_fp")
    assert "recording.failed: ZeroDivisionError" in caplog.text


@pytest.mark.parametrize(
    ("rate", "way", "reason"), [(150, {"during": "rest"}, "slow"), (500, {"during": "rest"}, "rate"), (1000, {}, "rest_unsaid")]
)
def test_why_no_potential_is_denied_is_said(knowledge: Knowledge, tmp_path: Path, rate: int, way: dict[str, str], reason: str):
    file = written(tmp_path, np.random.default_rng(1).normal(0, 5, rate * 75), rate, "noise")
    found, _ = read(knowledge, tmp_path, file, "emg", **way)
    assert reason in [why.reason for why in found.measured[0].unsettled]

"""From files with marked stimuli and with jerks, through a case file, to the report."""

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from myognosis.assessing import assess
from myognosis.exchange.casefile import read_case
from myognosis.findings import check_case
from myognosis.knowledge import Knowledge
from myognosis.report.build import build_page
from myognosis.report.html import render_html

pytest.importorskip("scipy")
RATE = 1000
CASE = """schema: myognosis/case/1
complaint: {words: My hand jerks.}
recordings:
  - {file: rest.edf, kind: emg, during: rest, shows: reflexes}
  - {file: held.edf, kind: emg, during: posture, shows: reflexes}
  - {file: jerks.edf, kind: emg, shows: jerks}
assessed_on: 2026-11-28
"""


def edf(path: Path, channels: dict[str, np.ndarray], stimuli_s: np.ndarray) -> None:
    """An EDF+ file with a mark at each stimulus."""
    edfio = pytest.importorskip("edfio")
    n = -(-len(next(iter(channels.values()))) // RATE) * RATE
    signals = [edfio.EdfSignal(np.resize(x, n), RATE, label=name, physical_dimension="uV") for name, x in channels.items()]
    edfio.Edf(signals, annotations=[edfio.EdfAnnotation(float(t), None, "stim median") for t in stimuli_s]).write(path)


def record(folder: Path) -> None:
    """A C-reflex at rest, a long-latency reflex in contraction, and jerks with a wave of the EEG 25 ms before them."""
    rng = np.random.default_rng(3)
    stimuli = 1.0 + np.cumsum(rng.uniform(0.62, 0.68, 52))
    n = round(RATE * (stimuli[-1] + 2))
    rest, held = rng.normal(0, 4, n), rng.normal(0, 40, n)
    for at in stimuli:
        first = round((at + 0.045) * RATE)
        rest[first : first + 15] += 30 * np.sin(np.linspace(0, 2 * np.pi, 15))
        held[first + 5 : first + 20] *= 3
    edf(folder / "rest.edf", {"EMG APB": rest}, stimuli)
    edf(folder / "held.edf", {"EMG APB": held}, stimuli)
    emg, eeg = rng.normal(0, 5, 80 * RATE), rng.normal(0, 8, 80 * RATE)
    for at in np.arange(1.5, 78, 1.3) + rng.uniform(0, 0.4, 59):
        onset = round(at * RATE)
        emg[onset : onset + 30] += rng.normal(0, 150, 30)
        eeg[onset - 25 : onset + 5] += 14 * np.hanning(30)
    edf(folder / "jerks.edf", {"EMG FDI": emg, "EEG C3": eeg}, np.array([]))


@pytest.mark.whole
def test_answers_to_marked_stimuli_and_the_eeg_before_jerks_reach_the_report(knowledge: Knowledge, tmp_path: Path):
    record(tmp_path)
    (tmp_path / "case.yaml").write_text(CASE, "utf-8")
    case = read_case(tmp_path / "case.yaml")
    findings, _ = check_case(case, knowledge, tmp_path)
    assert {"emg_c_reflex", "emg_burst_short", "eeg_backaverage_spike"} <= set(findings.all_present())
    values = {x.name: x.value for one in findings.measured for x in one.measurements}
    assert values["c_reflex_latency"] == pytest.approx(45, abs=3)
    assert values["llr2_latency"] == pytest.approx(50, abs=3)
    assert values["jerk_burst_duration"] == pytest.approx(30, abs=5)
    assert values["cortical_potential_lead"] == pytest.approx(10, abs=8)
    page = build_page(assess(case, knowledge, tmp_path), case, findings, knowledge, "en", today=dt.date(2026, 11, 28))
    shown = {r.name for view in page.measured for r in view.rows}
    assert {"C-reflex: latency", "long-latency reflex II: latency", "length of the bursts"} <= shown
    assert not [name for name in shown if "_" in name]
    assert render_html(page).count("<svg") >= 4
